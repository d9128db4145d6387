//! What an authority answers: TimeStampResp (RFC 3161, section 2.4.2), or the token alone.

use der::Tag;

use super::element::{Element, Elements, NotDer};

/// Why an answer holds no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// It is neither a response nor a token.
    Malformed,
    /// It is a response that holds no token, though it says it does.
    Empty,
    /// The authority gave none.
    Refused {
        /// What it says about it. It comes from outside, and is shown only escaped.
        words: Vec<String>,
        /// The reasons it names, in the words of RFC 3161.
        reasons: Vec<&'static str>,
    },
}

impl From<NotDer> for Rejection {
    fn from(_: NotDer) -> Self {
        Self::Malformed
    }
}

/// PKIFailureInfo: the number of the bit, and what it means.
const REASONS: [(usize, &str); 8] = [
    (0, "unrecognized or unsupported algorithm"),
    (2, "transaction not permitted or supported"),
    (5, "the data submitted has the wrong format"),
    (14, "the time source is not available"),
    (15, "the requested policy is not supported"),
    (16, "the requested extension is not supported"),
    (
        17,
        "the additional information is not understood or not available",
    ),
    (25, "system failure"),
];

/// The token in an answer: in a response that grants it, or the answer itself.
///
/// # Errors
/// Where there is none.
pub fn token_in(answer: &[u8]) -> Result<&[u8], Rejection> {
    let whole = Element::whole(answer)?;
    if whole.tag != Tag::Sequence {
        return Err(Rejection::Malformed);
    }
    let mut fields = whole.elements()?;
    let first = fields.next()?;
    match first.tag {
        // A ContentInfo begins with its kind.
        Tag::ObjectIdentifier => Ok(answer),
        Tag::Sequence => granted(first.elements()?, fields),
        _ => Err(Rejection::Malformed),
    }
}

fn granted<'a>(mut status: Elements<'a>, mut rest: Elements<'a>) -> Result<&'a [u8], Rejection> {
    let number = status.next()?.number()?;
    let mut words = Vec::new();
    if let Some(texts) = status.optional(Tag::Sequence)? {
        for text in texts.list()? {
            words.push(String::from_utf8_lossy(text.value).into_owned());
        }
    }
    let bits = status
        .optional(Tag::BitString)?
        .map_or(&[][..], |bits| bits.value);
    status.end()?;
    // 0: granted, 1: granted with modifications.
    if number > 1 {
        let is_set = |bit: usize| {
            let byte = bits.get(1 + bit / 8).copied().unwrap_or(0);
            byte & (0x80 >> (bit % 8)) != 0
        };
        let named = REASONS.iter().filter(|(bit, _)| is_set(*bit));
        let reasons = named.map(|(_, reason)| *reason).collect();
        return Err(Rejection::Refused { words, reasons });
    }
    if rest.is_at_end() {
        return Err(Rejection::Empty);
    }
    let token = rest.next_of(Tag::Sequence)?.raw;
    rest.end()?;
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        assert_eq!(token_in(b""), Err(Rejection::Malformed));
        assert_eq!(token_in(&[0x30, 0]), Err(Rejection::Malformed));
        assert_eq!(
            token_in(&[0x30, 5, 0x30, 3, 2, 1, 0]),
            Err(Rejection::Empty)
        );
        assert_eq!(
            token_in(&[0x30, 7, 0x30, 3, 2, 1, 1, 0x30, 0]),
            Ok(&[0x30, 0][..])
        );
        let alone = [0x30, 3, 6, 1, 5];
        assert_eq!(token_in(&alone), Ok(&alone[..]));
        let refusal = [
            0x30, 14, 0x30, 12, 2, 1, 2, 0x30, 3, 12, 1, b'x', 3, 2, 5, 0xa0,
        ];
        let refused = Rejection::Refused {
            words: vec!["x".to_owned()],
            reasons: vec![REASONS[0].1, REASONS[1].1],
        };
        assert_eq!(token_in(&refusal), Err(refused));
    }
}
