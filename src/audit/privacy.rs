//! Personal data in free text: what looks like an address, a number of a person or of an account. Such things belong in
//! the official record, to which an entry points, and not in a signed file that many people read.

use regex_lite::{Regex, RegexBuilder};

use super::profile::Profile;
use crate::record::json::{Json, Object};

/// The most a compiled form may take in memory: a profile may come from anywhere.
const MAX_FORM: usize = 1 << 18;

/// What one kind of personal data looks like.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Its name in the profile.
    pub name: String,
    /// What it looks like, for people: `an e-mail address`.
    pub looks: String,
    form: Regex,
    check: Check,
}

/// What a text must keep besides its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    /// Nothing.
    None,
    /// Both letters and digits stand in it.
    Mixed,
    /// Its digits have the check digit of payment cards (ISO/IEC 7812-1).
    Luhn,
}

/// A field with something that looks like personal data. What it is stays where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposed {
    /// The field.
    pub field: String,
    /// What it looks like.
    pub looks: String,
}

impl Pattern {
    /// A pattern of this form, a regular expression.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(super) fn new(
        name: &str,
        looks: &str,
        form: &str,
        check: Option<&str>,
    ) -> Result<Self, String> {
        let check = match check {
            None => Check::None,
            Some("mixed") => Check::Mixed,
            Some("luhn") => Check::Luhn,
            Some(_) => return Err("`check` is `mixed` or `luhn`".to_owned()),
        };
        Ok(Self {
            name: name.to_owned(),
            looks: looks.to_owned(),
            form: self::form(form)?,
            check,
        })
    }

    fn is_in(&self, text: &str) -> bool {
        self.form
            .find_iter(text)
            .any(|found| self.check.holds(found.as_str()))
    }
}

/// A form of a profile, a regular expression.
pub(super) fn form(text: &str) -> Result<Regex, String> {
    let form = RegexBuilder::new(text).size_limit(MAX_FORM).build();
    form.map_err(|error| format!("the form cannot be read: {error}"))
}

impl Check {
    fn holds(self, text: &str) -> bool {
        match self {
            Self::None => true,
            Self::Mixed => {
                text.contains(|c: char| c.is_ascii_digit())
                    && text.contains(|c: char| c.is_ascii_alphabetic())
            }
            Self::Luhn => luhn(text),
        }
    }
}

fn luhn(text: &str) -> bool {
    let digits = text.chars().rev().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The free texts of an event in which something looks like personal data, each field once for each kind.
pub fn exposed(profile: &Profile, event: &Object) -> Vec<Exposed> {
    let mut found = Vec::new();
    for path in &profile.texts {
        let texts: Vec<&str> = path.values(event).into_iter().flat_map(texts_of).collect();
        for pattern in &profile.patterns {
            if texts.iter().any(|text| pattern.is_in(text)) {
                found.push(Exposed {
                    field: path.to_string(),
                    looks: pattern.looks.clone(),
                });
            }
        }
    }
    found
}

fn texts_of(value: &Json) -> Vec<&str> {
    match value {
        Json::Text(text) => vec![text],
        Json::Array(items) => items.iter().flat_map(texts_of).collect(),
        Json::Object(object) => object
            .iter()
            .flat_map(|(_, value)| texts_of(value))
            .collect(),
        Json::Bool(_) | Json::Integer(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(text: &str) -> Vec<String> {
        let az = Profile::built_in("az").unwrap();
        let event = Object::new().with("note", Json::text(text));
        let found = exposed(&az, &event).into_iter();
        found.map(|exposed| exposed.looks).collect()
    }

    #[test]
    fn what_looks_like_personal_data_is_seen() {
        for text in [
            "write to a.person@example.org",
            "call +994 50 123 45 67",
            "call 050-123-45-67",
            "FIN 5AB1C2D",
            "passport AZE12345678",
            "AZ21NABZ00000000137010001944",
            "AZ21 NABZ 0000 0000 1370 1000 1944",
            "paid with 4111 1111 1111 1111",
            "account 12345678901",
        ] {
            assert!(!looks(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_does_not_is_left_alone() {
        for text in [
            "at 11:21 (UTC+4), 22.11.2026, bag AZ-004412, decision 4(009)-118/2026",
            "2026-11-22T11:21:00Z; 2026-CR-00417; SHA-256 of disk01.dd",
            "record code 1072 b844 ec80 34e1 910d, 2669632 bytes, version 0.18.0",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "bu cihaz otaqda tapılıb, EXAMPLE",
        ] {
            assert_eq!(looks(text), Vec::<String>::new(), "{text}");
        }
        assert!(luhn("4111 1111 1111 1111") && !luhn("4111 1111 1111 1112"));
    }
}
