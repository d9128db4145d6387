//! Text on a page: safe, broken into lines, with figures people can read.

use textwrap::{Options, wrap};

use unicode_normalization::char::is_combining_mark;

use crate::record::card::Card;
use crate::record::digest::Digest;
use crate::record::event::Party;
use crate::record::path::{MAX_PATH, printable};

use super::page::pdf::Face;

/// Columns of a page.
pub const WIDTH: usize = 79;

/// Marks above and below a letter before the next is written as its bytes: a pile of them covers other lines.
pub const MARKS: usize = 3;

/// Text from a bundle as it may be shown: whatever could forge a line is written `%XX`, and no run of blanks, of whatever
/// width, pushes words to the next line.
pub fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in seen(&printable(text, false)).chars() {
        if !character.is_whitespace() {
            safe.push(character);
        } else if !safe.ends_with(' ') {
            safe.push(' ');
        }
    }
    safe
}

/// The text of a path as it may be shown: `docs/format.md` says how it is spelled, and what a person cannot see in that
/// spelling is written `%XX` as well. Two names that differ look different.
pub fn path(text: &str) -> String {
    let mut path = String::with_capacity(text.len());
    for character in seen(text).chars() {
        if character.is_whitespace() && character != ' ' {
            push_escaped(&mut path, character);
        } else {
            path.push(character);
        }
    }
    path
}

/// The same text without letters that nobody sees, and without piles of marks.
fn seen(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut marks = 0;
    for character in text.chars() {
        marks = if is_combining_mark(character) {
            marks + 1
        } else {
            0
        };
        if is_unseen(character) || marks > MARKS {
            push_escaped(&mut seen, character);
        } else {
            seen.push(character);
        }
    }
    seen
}

fn push_escaped(text: &mut String, character: char) {
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        text.push_str(&format!("%{byte:02X}"));
    }
}

/// Letters that look like nothing or like a blank, though they are no blanks (Unicode, Default_Ignorable_Code_Point, and
/// the empty Braille cell). The others of that kind are escaped in every text.
fn is_unseen(character: char) -> bool {
    matches!(u32::from(character),
        0x00AD | 0x034F | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x2800 | 0x3164 | 0xFE00..=0xFE0F | 0xFFA0
        | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A)
}

/// Characters of a path: it may be as long as 4,096 bytes, each of them escaped.
pub const MOST_OF_A_PATH: usize = 3 * MAX_PATH;

/// How much of a text stands at a place that has no room for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    letters: usize,
    as_drawn: bool,
}

impl Most {
    /// So many letters of any kind.
    pub const fn letters(letters: usize) -> Self {
        Self {
            letters,
            as_drawn: false,
        }
    }

    /// The same, each letter as wide as our fonts draw it: one that they have not stands as its number, and takes the room
    /// of eight.
    #[must_use]
    pub const fn drawn(self) -> Self {
        Self {
            as_drawn: true,
            ..self
        }
    }

    /// Several times as much.
    #[must_use]
    pub const fn times(self, number: usize) -> Self {
        Self {
            letters: self.letters * number,
            ..self
        }
    }

    /// The room that a letter takes, in hundredths of a usual one.
    fn taken(self, letter: char) -> usize {
        match Face::Regular.letter(letter) {
            _ if !self.as_drawn => 100,
            // A usual letter is a little more than half as wide as high.
            Some(drawn) => (drawn.advance * 180.0) as usize,
            None => 800,
        }
    }
}

impl From<usize> for Most {
    fn from(letters: usize) -> Self {
        Self::letters(letters)
    }
}

/// The same, cut where it would fill a page that has one place for it.
pub fn short(text: &str, most: impl Into<Most>) -> String {
    let (safe, most) = (safe(text), most.into());
    let mut taken = 0;
    let mut letters = safe.char_indices();
    let end = letters.find(|&(_, letter)| {
        taken += most.taken(letter);
        taken > 100 * most.letters
    });
    match end {
        Some((end, _)) => format!("{}…", &safe[..end]),
        None => safe,
    }
}

/// A text of the record within a sentence of the program: in quotation marks where it could pass for more of the
/// sentence. A name is whatever somebody wrote: `nobody: returned by the court`, `Anna, checked on receipt`.
pub fn within(text: &str, most: impl Into<Most>) -> String {
    quoted_where(
        text,
        most,
        &[',', ';', ':', '(', ')', '[', ']', '\u{2013}', '\u{2014}'],
    )
}

/// The same for a text that stands in brackets.
pub fn in_brackets(text: &str, most: impl Into<Most>) -> String {
    quoted_where(text, most, &['(', ')', ';'])
}

/// A word of the record that stands in backticks.
pub fn in_backticks(word: &str) -> String {
    short(&word.replace('`', "'"), 40)
}

fn quoted_where(text: &str, most: impl Into<Most>, marks: &[char]) -> String {
    const QUOTES: [char; 7] = [
        '"', '\u{201C}', '\u{201D}', '\u{201E}', '\u{201F}', '\u{2033}', '\u{FF02}',
    ];
    let text = short(text, most);
    if text.contains(marks) || text.contains("--") || text.contains(QUOTES) {
        format!("\"{}\"", text.replace(QUOTES, "'"))
    } else {
        text
    }
}

/// A paragraph, its lines indented: the first by `first`, the others by `rest`.
pub fn paragraph(first: &str, rest: &str, text: &str) -> String {
    // Hashes and cards stay whole, even where a line gets too long. Another long word is broken here: a terminal would
    // break it where its author likes, and the rest would stand where results stand.
    let room = WIDTH.saturating_sub(first.len().max(rest.len()));
    let is_long = |word: &str| textwrap::core::display_width(word) > room && !is_number(word);
    let options = Options::new(WIDTH)
        .break_words(text.split(' ').any(is_long))
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .initial_indent(first)
        .subsequent_indent(rest);
    let mut lines = wrap(text, options).join("\n");
    lines.push('\n');
    lines
}

/// Whether a text is a hash, a code or a card: compared digit by digit, so that its letters should have one width.
pub fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|it| it.is_ascii_hexdigit() || it == b' ');
    (text.len() >= 32 && digits(text)) || Card::parse(text).is_ok()
}

/// A line with a label in a column of `width`, and a text that may need more lines.
pub fn labelled(width: usize, label: &str, text: &str) -> String {
    let first = format!("  {label:width$}  ");
    paragraph(&first, &" ".repeat(width + 4), text)
}

/// A heading and the empty line above it.
pub fn heading(text: &str) -> String {
    format!("\n{text}\n")
}

/// `2669632` as `2,669,632`.
pub fn figure(number: u64) -> String {
    in_thousands(number, ",")
}

/// A number in groups of three digits, with this between them.
pub fn in_thousands(number: u64, between: &str) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push_str(between);
        }
        text.push(digit);
    }
    text
}

/// `1 file`, `4 files`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        figure(number),
        if number == 1 { one } else { many }
    )
}

/// A name with its agency, as recorded.
pub fn party(party: &Party) -> String {
    party_within(party, 80)
}

/// The same, each of the two cut at so many characters.
pub fn party_within(party: &Party, most: impl Into<Most>) -> String {
    let most = most.into();
    if party.agency.is_empty() || party.agency == NOT_RECORDED {
        return within(&party.name, most);
    }
    let agency = in_brackets(&party.agency, most);
    format!("{} ({agency})", within(&party.name, most))
}

/// What stands in the record where nothing is known.
pub const NOT_RECORDED: &str = "not recorded";

/// A key as people compare it: its first 64 bits in groups of four.
pub fn key(id: &Digest) -> String {
    id.in_groups(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_in_groups() {
        assert_eq!(
            [figure(0), figure(999), figure(1_000), figure(2_669_632)],
            ["0", "999", "1,000", "2,669,632"]
        );
    }

    #[test]
    fn text_cannot_forge_a_line() {
        assert_eq!(
            safe("a\nNO CHANGE FOUND\u{1b}[2J\u{202e}"),
            "a%0ANO CHANGE FOUND%1B[2J%E2%80%AE"
        );
        assert_eq!(safe("a\u{A0}\u{2003}\u{3000} b\u{A0}c"), "a b c");
        assert_eq!(safe("a\u{AD}\u{2800}b"), "a%C2%AD%E2%A0%80b");
        assert_eq!(path("a\u{A0}b  c\u{FE0F}"), "a%C2%A0b  c%EF%B8%8F");
        assert_eq!(
            safe("e\u{301}\u{301}\u{301}\u{301}"),
            "e\u{301}\u{301}\u{301}%CC%81"
        );
    }

    #[test]
    fn a_letter_that_is_written_as_its_number_takes_more_room() {
        assert_eq!(short("中文中文", 3), "中文中…");
        assert_eq!(short("中文中文", Most::letters(17).drawn()), "中文…");
        assert_eq!(short("abcdefgh", Most::letters(8).drawn()), "abcdefgh");
    }

    #[test]
    fn a_name_cannot_pass_for_more_of_a_sentence() {
        let name = |name: &str| within(name, 80);
        assert_eq!(name("Əliyev Çingiz"), "Əliyev Çingiz");
        assert_eq!(
            name("nobody: returned by the court"),
            "\"nobody: returned by the court\""
        );
        assert_eq!(name("a\", confirmed; \u{201D}b"), "\"a', confirmed; 'b\"");
        assert_eq!(
            in_brackets("Police, Digital Unit", 80),
            "Police, Digital Unit"
        );
        assert_eq!(in_brackets("a) confirmed (b", 80), "\"a) confirmed (b\"");
    }

    #[test]
    fn a_long_word_ends_where_a_line_does() {
        let lines = paragraph("  ", "    ", &format!("{} b", "x".repeat(200)));
        assert!(lines.lines().all(|line| line.len() <= WIDTH));
        assert!(lines.lines().skip(1).all(|line| line.starts_with("    ")));
        let digits = "ab".repeat(64);
        assert_eq!(paragraph("  ", "  ", &digits), format!("  {digits}\n"));
    }
}
