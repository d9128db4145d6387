//! Names in certificates (RFC 5280, section 4.1.2.4): compared as their bytes stand, read only to be shown.

use der::Tag;

use super::element::{Element, NotDer};
use super::object;

/// Whether it is no list of sets of an object and a value.
pub(super) fn is_malformed(name: Element<'_>) -> bool {
    parts(name).is_err()
}

/// The most telling part of a name: the common name, else the organisation, else its unit. It comes from outside, and is
/// shown only escaped.
pub(super) fn for_people(raw: &[u8]) -> String {
    let parts = Element::whole(raw).and_then(parts).unwrap_or_default();
    [object::COMMON_NAME, object::ORGANISATION, object::UNIT]
        .into_iter()
        .find_map(|wanted| {
            let (_, value) = parts.iter().find(|(object, _)| *object == wanted)?;
            text(*value).filter(|text| !text.trim().is_empty())
        })
        .unwrap_or_else(|| "an authority without a name".to_owned())
}

fn parts(name: Element<'_>) -> Result<Vec<(&[u8], Element<'_>)>, NotDer> {
    let mut parts = Vec::new();
    for set in name.list()? {
        let pairs = set.of(Tag::Set)?.list()?;
        if pairs.is_empty() {
            return Err(NotDer);
        }
        for pair in pairs {
            let mut elements = pair.of(Tag::Sequence)?.elements()?;
            let object = elements.next_of(Tag::ObjectIdentifier)?.value;
            let value = elements.next()?;
            elements.end()?;
            if !IN_NAMES.contains(&value.tag) {
                return Err(NotDer);
            }
            parts.push((object, value));
        }
    }
    Ok(parts)
}

/// What stands in names.
const IN_NAMES: [Tag; 8] = [
    Tag::Utf8String,
    Tag::PrintableString,
    Tag::Ia5String,
    Tag::TeletexString,
    Tag::BmpString,
    Tag::NumericString,
    Tag::BitString,
    Tag::Sequence,
];

fn text(value: Element<'_>) -> Option<String> {
    match value.tag {
        Tag::BmpString => {
            let units = value.value.as_chunks::<2>().0.iter();
            String::from_utf16(
                &units
                    .map(|unit| u16::from_be_bytes(*unit))
                    .collect::<Vec<_>>(),
            )
            .ok()
        }
        // Its letters were those of several alphabets; in practice they are Latin-1.
        Tag::TeletexString => Some(value.value.iter().map(|&byte| char::from(byte)).collect()),
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
            String::from_utf8(value.value.to_vec()).ok()
        }
        _ => None,
    }
}
