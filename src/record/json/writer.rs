//! Writes the profile: canonical bytes, over which all hashes run, and the file form, which people and `jq` read.

use std::fmt::{self, Write};
use std::ops::Range;

use super::{Json, Object};

/// The canonical text `C(v)` of RFC 8785: sorted, no blanks, escapes only `\"` `\\` `\n`. Equal to `jq -cSj`.
pub fn canonical(value: &Json) -> String {
    let mut text = String::new();
    // A String takes every write.
    let _ = write_canonical(value, &mut text);
    text
}

/// Writes the canonical text of a value behind what is there.
///
/// # Errors
/// Where the sink fails.
pub fn write_canonical(value: &Json, out: &mut impl Write) -> fmt::Result {
    match value {
        Json::Bool(_) | Json::Integer(_) | Json::Text(_) => write_plain(value, out),
        Json::Array(items) => {
            out.write_char('[')?;
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    out.write_char(',')?;
                }
                write_canonical(item, out)?;
            }
            out.write_char(']')
        }
        Json::Object(object) => {
            out.write_char('{')?;
            for (number, (name, value)) in object.iter().enumerate() {
                if number > 0 {
                    out.write_char(',')?;
                }
                out.write_char('"')?;
                out.write_str(name)?;
                out.write_str("\":")?;
                write_canonical(value, out)?;
            }
            out.write_char('}')
        }
    }
}

fn write_plain(value: &Json, out: &mut impl Write) -> fmt::Result {
    match value {
        Json::Bool(truth) => write!(out, "{truth}"),
        Json::Integer(integer) => write!(out, "{integer}"),
        Json::Text(text) => write_text(text, out),
        Json::Array(_) => out.write_str("[]"),
        Json::Object(_) => out.write_str("{}"),
    }
}

fn write_text(text: &str, out: &mut impl Write) -> fmt::Result {
    out.write_char('"')?;
    let mut rest = text;
    let is_escaped = |byte| matches!(byte, b'"' | b'\\' | b'\n');
    while let Some(at) = rest.bytes().position(is_escaped) {
        out.write_str(&rest[..at])?;
        out.write_str(match rest.as_bytes()[at] {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            _ => "\\n",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)?;
    out.write_char('"')
}

/// A new line of a file, as deep as the profile goes.
const LINE: &str = "\n                        ";

/// Writes what `jq -S .` prints, piece by piece: two blanks a level, one item a line, a line feed at the end.
/// Whoever calls it gives the fields in byte order of their names.
pub struct FileForm<W: Write> {
    pub(super) out: W,
    /// For each open object or array: whether it already has an item.
    open: Vec<bool>,
}

impl<W: Write> FileForm<W> {
    /// Begins a file.
    pub fn new(out: W) -> Self {
        Self {
            out,
            open: Vec::new(),
        }
    }

    /// A whole value as a file.
    ///
    /// # Errors
    /// Where the sink fails.
    pub fn write(value: &Json, out: W) -> fmt::Result {
        let mut form = Self::new(out);
        form.value(value)?;
        form.finish()
    }

    /// Opens an object or an array with its bracket.
    ///
    /// # Errors
    /// Where the sink fails.
    pub fn open(&mut self, bracket: char) -> fmt::Result {
        self.open.push(false);
        self.out.write_char(bracket)
    }

    /// Closes what was opened last.
    ///
    /// # Errors
    /// Where the sink fails.
    pub fn close(&mut self, bracket: char) -> fmt::Result {
        if self.open.pop() == Some(true) {
            self.line()?;
        }
        self.out.write_char(bracket)
    }

    /// Begins an item: its value follows.
    ///
    /// # Errors
    /// Where the sink fails.
    pub fn item(&mut self) -> fmt::Result {
        if let Some(used) = self.open.last_mut()
            && std::mem::replace(used, true)
        {
            self.out.write_char(',')?;
        }
        self.line()
    }

    /// Begins a field: its value follows.
    ///
    /// # Errors
    /// Where the sink fails.
    pub fn field(&mut self, name: &str) -> fmt::Result {
        self.item()?;
        self.out.write_char('"')?;
        self.out.write_str(name)?;
        self.out.write_str("\": ")
    }

    /// Writes a whole value at the place where one is due.
    ///
    /// # Errors
    /// Where the sink fails.
    pub fn value(&mut self, value: &Json) -> fmt::Result {
        match value {
            Json::Array(items) => {
                self.open('[')?;
                for item in items {
                    self.item()?;
                    self.value(item)?;
                }
                self.close(']')
            }
            Json::Object(object) => self.object(object),
            plain => write_plain(plain, &mut self.out),
        }
    }

    /// Writes a value that is at hand as it stands in the file, at the place where one is due.
    ///
    /// # Errors
    /// Where the sink fails.
    pub fn written(&mut self, text: &str) -> fmt::Result {
        self.out.write_str(text)
    }

    fn object(&mut self, object: &Object) -> fmt::Result {
        self.open('{')?;
        for (name, value) in object.iter() {
            self.field(name)?;
            self.value(value)?;
        }
        self.close('}')
    }

    /// Ends the file with its line feed.
    ///
    /// # Errors
    /// Where the sink fails.
    pub fn finish(mut self) -> fmt::Result {
        self.out.write_char('\n')
    }

    fn line(&mut self) -> fmt::Result {
        if let Some(line) = LINE.get(..=2 * self.open.len()) {
            return self.out.write_str(line);
        }
        self.out.write_char('\n')?;
        self.open.iter().try_for_each(|_| self.out.write_str("  "))
    }
}

/// A sink that keeps nothing: it compares what is written with what is there.
pub struct Comparison<'text> {
    whole: &'text [u8],
    rest: Option<&'text [u8]>,
}

impl FileForm<&mut Comparison<'_>> {
    /// Takes a stretch of the file for written, at the place where it is due: whoever read it has seen that it stands
    /// there as it would be written.
    ///
    /// # Errors
    /// Where it does not stand at this place.
    pub fn take_for_written(&mut self, stretch: Range<usize>) -> fmt::Result {
        let comparison = &mut *self.out;
        let at = comparison
            .rest
            .map(|rest| comparison.whole.len() - rest.len());
        comparison.rest = match at {
            Some(at) if at == stretch.start => comparison.whole.get(stretch.end..),
            _ => None,
        };
        comparison.rest.map(|_| ()).ok_or(fmt::Error)
    }
}

impl<'text> Comparison<'text> {
    /// Compares with these bytes.
    pub fn with(bytes: &'text [u8]) -> Self {
        Self {
            whole: bytes,
            rest: Some(bytes),
        }
    }

    /// Whether exactly these bytes were written.
    pub fn is_equal(&self) -> bool {
        self.rest.is_some_and(<[u8]>::is_empty)
    }
}

impl Write for Comparison<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.rest = self
            .rest
            .and_then(|rest| rest.strip_prefix(text.as_bytes()));
        // The first difference ends the writing.
        if self.rest.is_some() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::*;

    #[test]
    fn two_forms_of_one_value() {
        let value = Reader::read(br#"{"b":[1,{"x":[]},{}],"a":"q\"\\\n/"}"#).unwrap();
        assert_eq!(canonical(&value), r#"{"a":"q\"\\\n/","b":[1,{"x":[]},{}]}"#);
        let mut file = String::new();
        FileForm::write(&value, &mut file).unwrap();
        assert_eq!(
            file,
            "{\n  \"a\": \"q\\\"\\\\\\n/\",\n  \"b\": [\n    1,\n    {\n      \"x\": []\n    },\n    {}\n  ]\n}\n"
        );
    }
}
