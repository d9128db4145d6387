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
            let mut parts = text.strip_prefix("custody:v1:")?.split(':');
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
        write!(f, "custody:v1:{}:{}:{}", self.seal, self.seq, self.head)
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
    /// Reads a card, alone or in the text of its page, or a record code with or without its blanks.
    ///
    /// # Errors
    /// Where the text is neither.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let digits: String = text
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect();
        let is_code = (32..=64).contains(&digits.len())
            && digits
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_code {
            return Ok(Self::Code(digits));
        }
        // The line may stand in a text around it, as on a printed card.
        let line = text
            .split_whitespace()
            .find(|word| word.starts_with("custody:v1:"));
        Card::parse(line.unwrap_or_default()).map(Self::Card).map_err(|_| {
            Malformed::new("must be a head card (`custody:v1:…`), or a record code of eight groups of four digits")
        })
    }
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
        assert!(Expected::parse(&code.to_uppercase()).is_err());
    }
}
