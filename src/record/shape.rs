//! The shape of an object of the record: which fields it may have, and of which kind. The tables are in
//! [`super::fields`]; here is what holds a value against them.

use super::digest::is_hex;
use super::json::{Json, Malformed, Object};
use super::key::PublicKey;
use super::path::PathText;
use super::pem;
use super::time::{Timestamp, Zone};

/// The fields an object may have.
pub struct Shape(pub &'static [Field]);

/// One field of a shape.
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Whether the object is refused without it.
    pub required: bool,
    /// What its value must be.
    pub kind: Kind,
    /// What it holds, for the person who fills in a sheet.
    pub meaning: &'static str,
}

/// What a value must be.
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// A whole number, or a text that is one: `2` or `"2 TB"`.
    IntegerOrText,
    /// Seconds a clock was ahead (a number) or behind (`"-3"`): the profile has no sign.
    Offset,
    /// Lower-case hex of so many bytes.
    Hex(usize),
    /// A time of an event.
    Time,
    /// An offset from UTC.
    Zone,
    /// A path text.
    Path,
    /// One word of a closed list.
    Word(&'static [&'static str]),
    /// A public key as a PEM block.
    PublicKey,
    /// A certificate as a PEM block.
    Certificate,
    /// An object of this shape.
    Object(&'static Shape),
    /// An array of such values.
    List(&'static Kind),
    /// An array of hex texts in ascending order, none twice.
    Ascending(usize),
    /// An object whose fields nobody has fixed.
    Open,
}

impl Field {
    /// A field that must be there.
    pub const fn required(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self {
            name,
            required: true,
            kind,
            meaning,
        }
    }

    /// A field that may be there.
    pub const fn optional(name: &'static str, kind: Kind, meaning: &'static str) -> Self {
        Self {
            name,
            required: false,
            kind,
            meaning,
        }
    }
}

impl Shape {
    /// Holds an object against the shape. Names of fields the shape does not have are added to `unknown`.
    ///
    /// # Errors
    /// Where a field is missing or mistyped, or a value is outside its closed list.
    pub fn check(&self, object: &Object, unknown: &mut Vec<String>) -> Result<(), Malformed> {
        check_fields(&[self.0], object, unknown)
    }
}

/// Holds an object against several tables at once, as a predicate is: what every event has, and what this one has.
///
/// # Errors
/// Where a field is missing or mistyped, or a value is outside its closed list.
pub fn check_fields(
    tables: &[&'static [Field]],
    object: &Object,
    unknown: &mut Vec<String>,
) -> Result<(), Malformed> {
    let fields = || tables.iter().flat_map(|table| table.iter());
    if let Some(missing) = fields().find(|field| field.required && object.get(field.name).is_none())
    {
        return Err(Malformed::new("is missing").within(missing.name));
    }
    for (name, value) in object.iter() {
        match fields().find(|field| field.name == name) {
            None => unknown.push(name.to_owned()),
            Some(field) => {
                let mut inner = Vec::new();
                field
                    .kind
                    .check(value, &mut inner)
                    .map_err(|error| error.within(name))?;
                unknown.extend(inner.iter().map(|inner| join(name, inner)));
            }
        }
    }
    Ok(())
}

fn join(outer: &str, inner: &str) -> String {
    if inner.starts_with('[') {
        format!("{outer}{inner}")
    } else {
        format!("{outer}.{inner}")
    }
}

impl Kind {
    /// Holds a value against the kind. Names of fields that its shape does not have are added to `unknown`.
    ///
    /// # Errors
    /// Where it is of another kind, or outside its closed list.
    pub fn check(&self, value: &Json, unknown: &mut Vec<String>) -> Result<(), Malformed> {
        let text = || {
            value
                .as_text()
                .ok_or_else(|| Malformed::new("must be a text"))
        };
        let require = |holds: bool, problem: &str| {
            if holds {
                Ok(())
            } else {
                Err(Malformed::new(problem))
            }
        };
        match self {
            Self::Text => text().map(drop),
            Self::Integer => require(value.as_integer().is_some(), "must be a whole number"),
            Self::IntegerOrText => require(
                value.as_integer().is_some() || value.as_text().is_some(),
                "must be a whole number or a text",
            ),
            Self::Offset => require(
                value.as_integer().is_some() || value.as_text().is_some_and(is_negative),
                "must be a whole number of seconds, or a text such as `-3` for a clock that was behind",
            ),
            Self::Hex(bytes) => require(
                is_hex(text()?, *bytes),
                &format!("must be {} lower-case hex digits", bytes * 2),
            ),
            Self::Time => Timestamp::parse(text()?).map(drop),
            Self::Zone => Zone::parse(text()?).map(drop),
            Self::Path => PathText::parse(text()?).map(drop),
            Self::Word(words) => require(
                words.contains(&text()?),
                &format!("must be one of: {}", words.join(", ")),
            ),
            Self::PublicKey => PublicKey::from_pem(text()?).map(drop),
            Self::Certificate => pem::decode(pem::CERTIFICATE, text()?).map(drop),
            Self::Object(shape) => {
                let object = value
                    .as_object()
                    .ok_or_else(|| Malformed::new("must be an object"))?;
                shape.check(object, unknown)
            }
            Self::List(kind) => {
                let items = value
                    .as_array()
                    .ok_or_else(|| Malformed::new("must be an array"))?;
                for (number, item) in items.iter().enumerate() {
                    let mut inner = Vec::new();
                    kind.check(item, &mut inner)
                        .map_err(|error| error.within(&format!("[{number}]")))?;
                    unknown.extend(
                        inner
                            .iter()
                            .map(|inner| join(&format!("[{number}]"), inner)),
                    );
                }
                Ok(())
            }
            Self::Ascending(bytes) => {
                let items = value
                    .as_array()
                    .ok_or_else(|| Malformed::new("must be an array"))?;
                let texts: Option<Vec<&str>> = items
                    .iter()
                    .map(|item| item.as_text().filter(|text| is_hex(text, *bytes)))
                    .collect();
                let texts = texts.ok_or_else(|| {
                    Malformed::new(format!(
                        "must hold texts of {} lower-case hex digits",
                        bytes * 2
                    ))
                })?;
                require(
                    texts.is_sorted_by(|a, b| a < b),
                    "must be in ascending order, none twice",
                )
            }
            Self::Open => require(value.as_object().is_some(), "must be an object"),
        }
    }
}

fn is_negative(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|digits| {
        digits
            .parse::<u32>()
            .is_ok_and(|n| n > 0 && n.to_string() == digits)
    })
}
