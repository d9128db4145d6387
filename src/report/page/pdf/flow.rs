//! Where everything stands on sheets of paper: text broken into lines and pages, measured with the fonts' own widths.
//!
//! Lengths are points from the upper left corner of an A4 sheet.

use super::faces::Face;

/// Width of a sheet.
pub const WIDTH: f32 = 595.28;
/// Height of a sheet.
pub const HEIGHT: f32 = 841.89;
/// White at the left and the right.
pub const SIDE: f32 = 43.0;
/// White at the top.
const TOP: f32 = 36.0;
/// Where the foot of a sheet begins.
pub const FOOT: f32 = HEIGHT - 42.0;
/// Width of what stands on a sheet.
pub const COLUMN: f32 = WIDTH - 2.0 * SIDE;
/// From one line to the next, as a share of the size of the letters.
const LEADING: f32 = 1.24;

/// What stands on the sheets, and what each of it is to a reader who does not see them.
#[derive(Default)]
pub struct Flow {
    /// The sheets, each with its marks.
    pub sheets: Vec<Vec<Mark>>,
    /// What the marks belong to, in the order of reading.
    pub nodes: Vec<Role>,
    /// Where the next line begins.
    y: f32,
    /// How far down a sheet is written on.
    bottom: f32,
    tables: usize,
}

/// Something drawn, and the number of its node; rules and frames belong to none.
pub struct Mark {
    /// The node.
    pub node: Option<usize>,
    /// What is drawn.
    pub ink: Ink,
}

/// What is drawn.
pub enum Ink {
    /// A line of text. `y` is that of its base line.
    Text {
        x: f32,
        y: f32,
        face: Face,
        size: f32,
        text: String,
    },
    /// A rule.
    Rule { x: f32, y: f32, width: f32 },
    /// A frame.
    Frame {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
    /// A QR code.
    Code {
        x: f32,
        y: f32,
        side: f32,
        text: String,
    },
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The title of the page.
    Title(String),
    /// The heading of a section, and of a part of one.
    Heading(u16, String),
    /// A paragraph.
    Paragraph,
    /// A cell: of which table, in which row, and whether it says what stands beside or below it.
    Cell {
        table: usize,
        row: usize,
        head: Head,
    },
    /// An item: of which list.
    Item { list: usize },
    /// A picture, and what it shows.
    Picture(String),
}

/// What a cell is the heading of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Of nothing.
    None,
    /// Of its row.
    Row,
    /// Of its column.
    Column,
}

/// How a text is written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// In which font.
    pub face: Face,
    /// How large.
    pub size: f32,
}

impl Style {
    /// From one line to the next.
    pub fn line(self) -> f32 {
        self.size * LEADING
    }

    /// The lines of a text in a column of this width. What is too long for a line is broken where the line ends.
    pub fn lines(self, text: &str, width: f32) -> Vec<String> {
        let shown = self.face.shown(text);
        let space = self.face.width(" ", self.size);
        let mut lines = Vec::new();
        let (mut line, mut taken) = (String::new(), 0.0);
        for word in shown.split(' ').filter(|word| !word.is_empty()) {
            let long = self.face.width(word, self.size);
            if !line.is_empty() && taken + space + long > width {
                lines.push(std::mem::take(&mut line));
                taken = 0.0;
            }
            if !line.is_empty() {
                line.push(' ');
                taken += space;
            }
            if long <= width {
                line.push_str(word);
                taken += long;
                continue;
            }
            for character in word.chars() {
                let one = self.face.letter(character).map_or(0.0, |it| it.advance) * self.size;
                if taken + one > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    taken = 0.0;
                }
                line.push(character);
                taken += one;
            }
        }
        if !line.is_empty() || lines.is_empty() {
            lines.push(line);
        }
        lines
    }
}

impl Flow {
    /// Empty sheets that are written on down to a share of their height.
    pub fn new(share: f32) -> Self {
        let mut flow = Self {
            bottom: TOP + (FOOT - TOP) * share,
            ..Self::default()
        };
        flow.turn();
        flow
    }

    /// Begins a new sheet.
    pub fn turn(&mut self) {
        self.sheets.push(Vec::new());
        self.y = TOP;
    }

    /// Begins a new sheet where so much does not fit on this one.
    pub fn need(&mut self, height: f32) {
        if self.y + height > self.bottom && self.y > TOP {
            self.turn();
        }
    }

    /// Leaves some white, but none at the top of a sheet.
    pub fn white(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Where the next line begins.
    pub fn y(&self) -> f32 {
        self.y
    }

    /// Goes on further down.
    pub fn go_to(&mut self, y: f32) {
        self.y = y;
    }

    /// A new node.
    pub fn node(&mut self, role: Role) -> usize {
        self.nodes.push(role);
        self.nodes.len() - 1
    }

    /// The number of a new table or list.
    pub fn group(&mut self) -> usize {
        self.tables += 1;
        self.tables
    }

    /// Draws on this sheet.
    pub fn draw(&mut self, node: Option<usize>, ink: Ink) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.push(Mark { node, ink });
        }
    }

    /// Writes one line at a place, without moving on.
    pub fn write(&mut self, node: usize, style: Style, x: f32, y: f32, text: String) {
        let Style { face, size } = style;
        // The base line: where the letters of a line of this height stand.
        let y = y + size * (LEADING - 0.24);
        self.draw(
            Some(node),
            Ink::Text {
                x,
                y,
                face,
                size,
                text,
            },
        );
    }

    /// Writes a text in a column, over as many lines and sheets as it needs.
    pub fn text(&mut self, role: Role, style: Style, x: f32, width: f32, text: &str) {
        let node = self.node(role);
        for line in style.lines(text, width) {
            self.need(style.line());
            let y = self.y;
            self.write(node, style, x, y, line);
            self.y += style.line();
        }
    }

    /// Writes cells side by side, each with its place and width; a row that does not fit on a sheet goes on on the next.
    pub fn row(&mut self, cells: &[(Role, Style, f32, f32, &str)]) {
        let columns: Vec<(usize, Style, f32, Vec<String>)> = cells
            .iter()
            .map(|(role, style, x, width, text)| {
                (
                    self.node(role.clone()),
                    *style,
                    *x,
                    style.lines(text, *width),
                )
            })
            .collect();
        let high = columns
            .iter()
            .map(|(_, style, _, _)| style.line())
            .fold(0.0, f32::max);
        let lines = columns
            .iter()
            .map(|(.., lines)| lines.len())
            .max()
            .unwrap_or_default();
        // A short row stays together.
        self.need(high * lines.min(4) as f32);
        for number in 0..lines {
            self.need(high);
            let y = self.y;
            for (node, style, x, lines) in &columns {
                if let Some(line) = lines.get(number) {
                    self.write(*node, *style, *x, y, line.clone());
                }
            }
            self.y += high;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_their_column() {
        let style = Style {
            face: Face::Regular,
            size: 10.0,
        };
        let text = format!("a {} word and {}", "x".repeat(400), "ə ".repeat(90));
        let lines = style.lines(&text, 100.0);
        assert!(
            lines
                .iter()
                .all(|line| style.face.width(line, 10.0) <= 100.0)
        );
        let joined: String = lines.concat().replace(' ', "");
        assert_eq!(joined, text.replace(' ', ""), "nothing is lost");
        assert_eq!(style.lines("", 100.0), [""]);
    }
}
