//! The head card: what stands on paper, so that a cut tail cannot hide.

use std::fmt;

use super::digest::Digest;
use super::json::Malformed;

/// The seal and the head of a chain.
///
/// ```text
/// custody:v1:ab2c8e82…cffa6:4:a427ea42…8149
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// The hash of link 0.
    pub seal: Digest,
    /// The number of the last link.
    pub seq: u64,
    /// The hash of the last link.
    pub head: Digest,
}

impl Card {
    /// Reads a card.
    ///
    /// # Errors
    /// Where the text is anything else.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let read = || {
            let mut parts = text.strip_prefix(BEGIN)?.split(':');
            let card = Self {
                seal: Digest::parse(parts.next()?).ok()?,
                seq: parts.next()?.parse().ok()?,
                head: Digest::parse(parts.next()?).ok()?,
            };
            (card.to_string() == text).then_some(card)
        };
        read().ok_or_else(|| {
            Malformed::new("must be a head card, `custody:v1:<64 hex>:<number>:<64 hex>`")
        })
    }
}

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{BEGIN}{}:{}:{}", self.seal, self.seq, self.head)
    }
}

/// A head someone wrote down: the whole card, or the record code in groups as it is printed.
///
/// ```text
/// a427 ea42 74b2 982a a11f 34ea d0d0 3012
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Seal, number and head.
    Card(Card),
    /// At least the first 32 hex digits of a link hash.
    Code(String),
}

impl Expected {
    /// Reads a card, alone or in a page around it, or a record code, with or without its blanks; in any case, as people
    /// and scanners write it.
    ///
    /// # Errors
    /// Where the text is neither, or holds two cards that differ.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let text = text.to_ascii_lowercase();
        let digits: String = text
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect();
        if (32..=64).contains(&digits.len()) && digits.bytes().all(is_digit) {
            return Ok(Self::Code(digits));
        }
        let mut cards = cards_in(&text);
        cards.dedup();
        match cards.as_slice() {
            [card] => Ok(Self::Card(*card)),
            [] => Err(Malformed::new(
                "must be a head card (`custody:v1:…`), or a record code of eight groups of four digits",
            )),
            _ => Err(Malformed::new("holds two head cards that differ")),
        }
    }
}

/// How a card begins.
const BEGIN: &str = "custody:v1:";

fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// The cards that stand in a text, in lower case: in one piece, as on a page, or broken by tags, as in a picture (SVG).
fn cards_in(text: &str) -> Vec<Card> {
    let whole = |(at, _): (usize, &str)| {
        let rest = &text[at..];
        let length = BEGIN.len();
        let is_end = |&(_, byte): &(usize, u8)| !is_digit(byte) && byte != b':';
        let end = rest.bytes().enumerate().skip(length).find(is_end);
        Card::parse(&rest[..end.map_or(rest.len(), |(end, _)| end)]).ok()
    };
    let cards: Vec<Card> = text.match_indices(BEGIN).filter_map(whole).collect();
    if !cards.is_empty() || !text.contains('<') {
        return cards;
    }
    let mut plain = String::new();
    let mut is_tag = false;
    for character in text.chars() {
        match character {
            '<' => is_tag = true,
            '>' => is_tag = false,
            _ if is_tag || character.is_whitespace() => {}
            _ => plain.push(character),
        }
    }
    // What stands behind a card in the picture may begin with a digit, too: so by its length.
    let exact = |(at, _): (usize, &str)| {
        let mut parts = plain.get(at + BEGIN.len()..)?.splitn(3, ':');
        let (seal, seq, rest) = (parts.next()?, parts.next()?, parts.next()?);
        Card::parse(&format!("{BEGIN}{seal}:{seq}:{}", rest.get(..64)?)).ok()
    };
    plain.match_indices(BEGIN).filter_map(exact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_for_one_card() {
        let card = Card {
            seal: Digest::of(b"a"),
            seq: 4,
            head: Digest::of(b"b"),
        };
        assert_eq!(Card::parse(&card.to_string()), Ok(card));
        assert!(Card::parse(&card.to_string().replace(":4:", ":04:")).is_err());
        assert!(Card::parse(&format!("{card}:")).is_err());
        assert!(Card::parse(&format!("{card} ")).is_err());
        assert_eq!(
            Expected::parse(&format!(" {card}\n")),
            Ok(Expected::Card(card))
        );
        let code = card.head.in_groups(8);
        assert_eq!(
            Expected::parse(&code),
            Ok(Expected::Code(code.replace(' ', "")))
        );
        assert!(Expected::parse(&code[..30]).is_err());
    }

    #[test]
    fn what_people_copy_is_taken() {
        let card = Card {
            seal: Digest::of(b"a"),
            seq: 14,
            head: Digest::of(b"b"),
        };
        let text = card.to_string();
        let (first, second) = text.split_at(76);
        for given in [
            text.to_uppercase(),
            format!("Head: {text}, written down by me"),
            format!("<table><tr><td>x</td></tr></table>\n<pre>{text}</pre>\n<p>Keep it</p>"),
            format!(
                "<svg><text x=\"1\">{first}</text>\n<text y=\"2\">{second}</text>\n<text>Date:</text></svg>"
            ),
            format!("{text}\n{text}\n"),
        ] {
            assert_eq!(Expected::parse(&given), Ok(Expected::Card(card)), "{given}");
        }
        let digits = card.head.to_string();
        for code in [
            digits.clone(),
            digits.to_uppercase(),
            digits[..32].to_owned(),
        ] {
            let read = Expected::parse(&code);
            assert_eq!(read, Ok(Expected::Code(code.to_lowercase())), "{code}");
        }
        let code = card.head.in_groups(8).to_uppercase();
        let read = Expected::parse(&code);
        assert_eq!(read, Ok(Expected::Code(digits[..32].to_owned())));
        let other = Card { seq: 15, ..card };
        let problem = Expected::parse(&format!("{text}\n{other}")).unwrap_err();
        assert!(problem.problem.contains("two head cards"), "{problem}");
        for bad in [
            format!("{text}0"),
            text[..text.len() - 1].to_owned(),
            format!("<svg><text>{first}</text></svg>"),
            "<".repeat(9),
            "custody:v1:é".to_owned(),
            "<custody:v1:é:".to_owned(),
            "<a>custody:v1:0:1:é".to_owned(),
        ] {
            assert!(Expected::parse(&bad).is_err(), "{bad}");
        }
    }
}
