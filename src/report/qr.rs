//! The QR code of a text (ISO/IEC 18004), as squares to be drawn.

use fast_qr::qr::QRBuilder;
use fast_qr::{ECL, Module};

/// Light squares that must stand around a code.
const QUIET: usize = 4;

/// A code: its dark squares, with the light margin around it.
pub struct Code {
    rows: Vec<Vec<bool>>,
}

impl Code {
    /// The code of a text, at error correction level M or better; `None` where the text is too long for one.
    pub fn of(text: &str) -> Option<Self> {
        let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
        let size = code.size;
        let rows = (0..size).map(|row| {
            code[row][..size]
                .iter()
                .map(|&module| is_dark(module))
                .collect()
        });
        Some(Self {
            rows: rows.collect(),
        })
    }

    /// How many squares it is wide and high, its margin included.
    pub fn size(&self) -> usize {
        self.rows.len() + 2 * QUIET
    }

    /// Its dark squares, joined along the rows: column, row and length, in squares from the upper left corner.
    pub fn bars(&self) -> Vec<(usize, usize, usize)> {
        let mut bars = Vec::new();
        for (y, row) in self.rows.iter().enumerate() {
            let mut x = 0;
            while x < row.len() {
                let length = row[x..].iter().take_while(|&&dark| dark).count();
                if length > 0 {
                    bars.push((x + QUIET, y + QUIET, length));
                }
                x += length.max(1);
            }
        }
        bars
    }

    /// The code as the content of an SVG picture whose unit is one square.
    pub fn svg_path(&self) -> String {
        let bars = self.bars().into_iter();
        bars.map(|(x, y, length)| format!("M{x} {y}h{length}v1h-{length}z"))
            .collect()
    }
}

fn is_dark(module: Module) -> bool {
    module.value()
}
