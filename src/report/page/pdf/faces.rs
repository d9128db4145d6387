//! The fonts of a PDF: which letters they have, how wide each is.
//!
//! They are parts of Noto Sans and Noto Sans Mono (`src/report/fonts/OFL.txt`): Latin with all its accents, Cyrillic,
//! Greek. What they have not is written as its number in Unicode, `[U+4E2D]`: a name from anywhere stays legible, and
//! two names that differ look different.

use std::collections::HashMap;
use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// A font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Text.
    Regular,
    /// Headings and labels.
    Bold,
    /// Hashes and commands.
    Mono,
}

/// A letter of a font: its number there, and how far the next one stands behind it, in ems.
#[derive(Clone, Copy, Debug)]
pub struct Letter {
    /// The number of the glyph.
    pub glyph: u32,
    /// Its advance.
    pub advance: f32,
}

type Letters = HashMap<char, Letter>;

static LETTERS: LazyLock<[Letters; 3]> =
    LazyLock::new(|| [Face::Regular, Face::Bold, Face::Mono].map(|face| letters(face.data())));

impl Face {
    /// The font file.
    pub fn data(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../fonts/NotoSans-Regular.ttf"),
            Self::Bold => include_bytes!("../../fonts/NotoSans-Bold.ttf"),
            Self::Mono => include_bytes!("../../fonts/NotoSansMono-Regular.ttf"),
        }
    }

    /// A letter, where the font has it.
    pub fn letter(self, character: char) -> Option<Letter> {
        LETTERS[self as usize].get(&character).copied()
    }

    /// A text as this font can show it.
    pub fn shown(self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut missing: Vec<String> = Vec::new();
        for character in text.chars() {
            if self.letter(character).is_some() {
                close(&mut shown, &mut missing);
                shown.push(character);
            } else {
                missing.push(format!("U+{:04X}", u32::from(character)));
            }
        }
        close(&mut shown, &mut missing);
        shown
    }

    /// The lines of a text in a column of this width.
    pub fn lines(self, text: &str, size: f32, width: f32) -> Vec<String> {
        super::flow::Style { face: self, size }.lines(text, width)
    }

    /// How wide a text is at this size, in points.
    pub fn width(self, text: &str, size: f32) -> f32 {
        let ems = text.chars().filter_map(|it| self.letter(it));
        ems.map(|letter| letter.advance).sum::<f32>() * size
    }
}

/// Letters that are missing side by side stand in one pair of brackets.
fn close(shown: &mut String, missing: &mut Vec<String>) {
    if !missing.is_empty() {
        shown.push_str(&format!("[{}]", missing.join(" ")));
        missing.clear();
    }
}

fn letters(data: &[u8]) -> Letters {
    let Ok(font) = FontRef::new(data) else {
        return Letters::new();
    };
    let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
    let units = f32::from(
        font.metrics(Size::unscaled(), LocationRef::default())
            .units_per_em,
    );
    let mappings = font.charmap().mappings();
    mappings
        .filter_map(|(code, glyph)| {
            let advance = metrics.advance_width(glyph)? / units;
            let glyph = glyph.to_u32();
            Some((char::from_u32(code)?, Letter { glyph, advance }))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::language::Language;

    #[test]
    fn the_fonts_have_every_letter_of_every_language() {
        for (language, (key, text)) in Language::all()
            .iter()
            .flat_map(|it| it.keys().map(move |key| (it, key)))
        {
            for face in [Face::Regular, Face::Bold] {
                for word in [text.to_owned(), text.to_uppercase()] {
                    assert_eq!(face.shown(&word), word, "{language:?} {key}");
                }
            }
        }
    }

    #[test]
    fn what_a_font_has_not_is_shown_by_its_number() {
        assert_eq!(
            Face::Regular.shown("Əliyev/中文.txt"),
            "Əliyev/[U+4E2D U+6587].txt"
        );
        assert_eq!(Face::Mono.shown("cafe\u{301}"), "cafe[U+0301]");
    }
}
