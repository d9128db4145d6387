//! One element of DER (X.690): its tag, its value, and its bytes as they stand there.
//!
//! Whatever is signed or hashed is taken as it stands, and never written again from what was understood of it.

use der::{Decode, Header, Reader, SliceReader, Tag, TagNumber};

/// Elements within elements; the deepest of an honest token is at 14.
const MAX_DEPTH: usize = 32;

/// `[0]`, `[1]`, …: a field known by its number, that holds other elements.
pub(super) const fn holding(number: u32) -> Tag {
    Tag::ContextSpecific {
        constructed: true,
        number: TagNumber(number),
    }
}

/// `[0]`, `[1]`, …: a field known by its number, that holds a value.
pub(super) const fn plain(number: u32) -> Tag {
    Tag::ContextSpecific {
        constructed: false,
        number: TagNumber(number),
    }
}

/// The bytes are not DER, or not what should stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotDer;

impl From<der::Error> for NotDer {
    fn from(_: der::Error) -> Self {
        Self
    }
}

/// An element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    pub tag: Tag,
    /// Tag, length and value, as they stand there.
    pub raw: &'a [u8],
    /// The value alone.
    pub value: &'a [u8],
}

impl<'a> Element<'a> {
    /// The one element that these bytes are, with nothing behind it.
    pub fn whole(bytes: &'a [u8]) -> Result<Self, NotDer> {
        let mut elements = Elements::of(bytes)?;
        let element = elements.next()?;
        elements.end()?;
        Ok(element)
    }

    /// The same element, where it has this tag.
    pub fn of(self, tag: Tag) -> Result<Self, NotDer> {
        if self.tag == tag {
            Ok(self)
        } else {
            Err(NotDer)
        }
    }

    /// The elements within.
    pub fn elements(self) -> Result<Elements<'a>, NotDer> {
        Elements::of(self.value)
    }

    /// The elements within, as a list.
    pub fn list(self) -> Result<Vec<Element<'a>>, NotDer> {
        let mut elements = self.elements()?;
        let mut list = Vec::new();
        while !elements.is_at_end() {
            list.push(elements.next()?);
        }
        Ok(list)
    }

    /// A number that fits, none below zero.
    pub fn number(self) -> Result<u64, NotDer> {
        match (self.tag, self.value) {
            (Tag::Integer, [first, ..]) if first & 0x80 == 0 => {}
            _ => return Err(NotDer),
        }
        let digits = self.value.strip_prefix(&[0]).unwrap_or(self.value);
        if digits.len() > 8 {
            return Err(NotDer);
        }
        Ok(digits
            .iter()
            .fold(0, |number, &digit| number << 8 | u64::from(digit)))
    }

    /// Yes or no.
    pub fn truth(self) -> Result<bool, NotDer> {
        match (self.tag, self.value) {
            (Tag::Boolean, [0]) => Ok(false),
            (Tag::Boolean, [0xff]) => Ok(true),
            _ => Err(NotDer),
        }
    }

    /// The bits of a BIT STRING of whole bytes.
    pub fn bits(self) -> Result<&'a [u8], NotDer> {
        match (self.tag, self.value) {
            (Tag::BitString, [0, bytes @ ..]) => Ok(bytes),
            _ => Err(NotDer),
        }
    }

    /// Whether everything in it is DER too: lengths as short as they can be and in their bounds, numbers without leading
    /// zeros, and nothing nested beyond all measure.
    pub fn is_der(self) -> bool {
        is_der(self, MAX_DEPTH)
    }
}

fn is_der(element: Element<'_>, depth: usize) -> bool {
    if !element.tag.is_constructed() {
        return is_primitive(element);
    }
    let within = |elements: Vec<Element<'_>>| {
        elements
            .into_iter()
            .all(|element| is_der(element, depth - 1))
    };
    depth > 0 && element.list().is_ok_and(within)
}

fn is_primitive(element: Element<'_>) -> bool {
    let value = element.value;
    match element.tag {
        Tag::Integer | Tag::Enumerated => match value {
            [] | [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..] => false,
            [..] => true,
        },
        Tag::Boolean => matches!(value, [0 | 0xff]),
        Tag::Null => value.is_empty(),
        Tag::ObjectIdentifier => {
            let starts =
                |place: usize, byte: u8| byte == 0x80 && (place == 0 || value[place - 1] < 0x80);
            let padded = value
                .iter()
                .enumerate()
                .any(|(place, &byte)| starts(place, byte));
            value.last().is_some_and(|last| last & 0x80 == 0) && !padded
        }
        Tag::BitString => match value {
            [0] => true,
            [unused @ 0..=7, .., last] => last & ((1u8 << unused) - 1) == 0,
            _ => false,
        },
        Tag::Utf8String => std::str::from_utf8(value).is_ok(),
        Tag::BmpString => value.len().is_multiple_of(2),
        _ => true,
    }
}

/// Elements, one behind the other.
pub(super) struct Elements<'a>(SliceReader<'a>);

impl<'a> Elements<'a> {
    pub fn of(bytes: &'a [u8]) -> Result<Self, NotDer> {
        Ok(Self(SliceReader::new(bytes)?))
    }

    /// The next element, whatever it is.
    pub fn next(&mut self) -> Result<Element<'a>, NotDer> {
        let tag = Header::peek(&self.0)?.tag();
        let raw = self.0.tlv_bytes()?;
        let mut reader = SliceReader::new(raw)?;
        let header = Header::decode(&mut reader)?;
        let value = reader.read_slice(header.length())?;
        Ok(Element { tag, raw, value })
    }

    /// The next element, which has this tag.
    pub fn next_of(&mut self, tag: Tag) -> Result<Element<'a>, NotDer> {
        self.next()?.of(tag)
    }

    /// The next element where it has this tag; otherwise it stays the next.
    pub fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, NotDer> {
        if self.is_at_end() || Header::peek(&self.0)?.tag() != tag {
            return Ok(None);
        }
        self.next().map(Some)
    }

    pub fn is_at_end(&self) -> bool {
        self.0.is_finished()
    }

    /// Nothing more may follow.
    pub fn end(self) -> Result<(), NotDer> {
        Ok(self.0.finish()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_der_is_refused() {
        let is_good = |bytes: &[u8]| Element::whole(bytes).is_ok_and(Element::is_der);
        for good in [
            &[0x30, 0][..],
            &[2, 1, 0],
            &[2, 2, 0, 0x80],
            &[1, 1, 0xff],
            &[0x30, 3, 2, 1, 5],
            &[3, 2, 7, 0x80],
            &[6, 2, 0x2a, 3],
        ] {
            assert!(is_good(good), "{good:02x?}");
        }
        for bad in [
            &[][..],
            &[0x30],
            &[0x30, 1],
            &[0x30, 0, 0],
            // A length in more bytes than it needs, and one without an end.
            &[0x30, 0x81, 0],
            &[0x30, 0x80, 0, 0],
            &[2, 0],
            &[2, 2, 0, 0x7f],
            &[1, 1, 1],
            &[3, 2, 7, 0x81],
            &[3, 0],
            &[6, 0],
            &[6, 2, 0x80, 1],
            &[6, 1, 0x80],
            &[0x30, 3, 2, 2, 5],
            &[0x84, 0x84, 0xff, 0xff, 0xff, 0xff],
            // A SEQUENCE that does not say that it holds elements.
            &[0x10, 0],
        ] {
            assert!(!is_good(bad), "{bad:02x?}");
        }
    }

    #[test]
    fn depth_has_a_limit() {
        let mut nested = vec![2, 1, 0];
        for depth in 1..=40 {
            let mut outer = vec![0x30, u8::try_from(nested.len()).unwrap()];
            outer.append(&mut nested);
            nested = outer;
            let is_good = Element::whole(&nested).unwrap().is_der();
            assert_eq!(is_good, depth <= MAX_DEPTH, "{depth}");
        }
    }
}
