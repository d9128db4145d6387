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
    }
}
