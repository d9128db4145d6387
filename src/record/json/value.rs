//! One value of the profile, and an object whose fields are taken out one by one.

use std::fmt;

/// A value of the profile: no `null`, no fraction, no sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `true` or `false`.
    Bool(bool),
    /// 0 … 2^53 − 1.
    Integer(u64),
    /// Unicode scalar values without controls; never normalised.
    Text(String),
    /// `[…]`
    Array(Vec<Json>),
    /// `{…}`
    Object(Object),
}

/// Fields of an object that are looked through as fast as searched.
const FEW: usize = 16;

/// An object: its fields in byte order of their names, each name once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    fields: Vec<(String, Json)>,
}

/// A value that is well-formed JSON but not what stands at its place in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where: `statement.predicate.at`; empty for the value itself.
    pub field: String,
    /// What is wrong with it, as the end of a sentence.
    pub problem: String,
}

impl Malformed {
    /// A problem with the value itself.
    pub fn new(problem: impl Into<String>) -> Self {
        Self {
            field: String::new(),
            problem: problem.into(),
        }
    }

    /// The same problem, seen from the object or array that holds the value.
    pub fn within(mut self, outer: &str) -> Self {
        self.field = match (self.field.is_empty(), self.field.starts_with('[')) {
            (true, _) => outer.to_owned(),
            (false, true) => format!("{outer}{}", self.field),
            (false, false) => format!("{outer}.{}", self.field),
        };
        self
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            f.write_str(&self.problem)
        } else {
            write!(f, "`{}` {}", self.field, self.problem)
        }
    }
}

impl std::error::Error for Malformed {}

impl Json {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The integer, where it is one.
    pub fn as_integer(&self) -> Option<u64> {
        if let Self::Integer(integer) = self {
            Some(*integer)
        } else {
            None
        }
    }

    /// The items, where it is an array.
    pub fn as_array(&self) -> Option<&[Json]> {
        if let Self::Array(items) = self {
            Some(items)
        } else {
            None
        }
    }

    /// The object, where it is one.
    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self {
            Some(object)
        } else {
            None
        }
    }

    /// The object itself.
    ///
    /// # Errors
    /// Where the value is none.
    pub fn into_object(self) -> Result<Object, Malformed> {
        if let Self::Object(object) = self {
            Ok(object)
        } else {
            Err(Malformed::new("must be an object"))
        }
    }
}

impl Object {
    /// An object without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sorts the fields as a reader met them. Each name is there once: the reader saw to it.
    pub(in crate::record) fn from_unique(mut fields: Vec<(String, Json)>) -> Self {
        fields.sort_by(|a, b| a.0.cmp(&b.0));
        fields.shrink_to_fit();
        Self { fields }
    }

    /// Puts a value under a name, in place of what was there.
    pub fn set(&mut self, name: &str, value: Json) {
        match self
            .fields
            .binary_search_by(|(field, _)| field.as_str().cmp(name))
        {
            Ok(at) => self.fields[at].1 = value,
            Err(at) => self.fields.insert(at, (name.to_owned(), value)),
        }
    }

    /// The same object with one more field.
    #[must_use]
    pub fn with(mut self, name: &str, value: Json) -> Self {
        self.set(name, value);
        self
    }

    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<&Json> {
        // One by one where they are few: a length that differs is seen at once.
        let at = if self.fields.len() <= FEW {
            self.fields.iter().position(|(field, _)| field == name)?
        } else {
            self.fields
                .binary_search_by(|(field, _)| field.as_str().cmp(name))
                .ok()?
        };
        Some(&self.fields[at].1)
    }

    /// The text under a name, where there is one.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// Takes a field out; what is left at the end is unknown to the taker.
    pub fn take(&mut self, name: &str) -> Option<Json> {
        let at = self
            .fields
            .binary_search_by(|(field, _)| field.as_str().cmp(name))
            .ok()?;
        Some(self.fields.remove(at).1)
    }

    /// Takes out a field that must be there.
    ///
    /// # Errors
    /// Where it is not.
    pub fn require(&mut self, name: &str) -> Result<Json, Malformed> {
        self.take(name)
            .ok_or_else(|| Malformed::new("is missing").within(name))
    }

    /// Takes out a text that must be there.
    ///
    /// # Errors
    /// Where it is not, or is no text.
    pub fn require_text(&mut self, name: &str) -> Result<String, Malformed> {
        self.take_text(name)?
            .ok_or_else(|| Malformed::new("is missing").within(name))
    }

    /// Takes out a text that may be there.
    ///
    /// # Errors
    /// Where another kind of value is there.
    pub fn take_text(&mut self, name: &str) -> Result<Option<String>, Malformed> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Malformed::new("must be a text").within(name)),
        }
    }

    /// Takes out an integer that must be there.
    ///
    /// # Errors
    /// Where it is not, or is no integer.
    pub fn require_integer(&mut self, name: &str) -> Result<u64, Malformed> {
        match self.require(name)? {
            Json::Integer(integer) => Ok(integer),
            _ => Err(Malformed::new("must be a whole number").within(name)),
        }
    }

    /// The fields, in byte order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}
