//! Reads the profile, value by value, so that a bundle of a million entries never stands in memory twice.

use super::field_names::FieldNames;
use super::parse_error::{ParseError, error_at};
use super::{
    Json, MAX_DEPTH, MAX_INTEGER, MAX_VALUES, Malformed, Object, is_field_name, string_limit,
};

/// A place in a text of the profile, moving forward.
pub struct Reader<'text> {
    pub(super) text: &'text str,
    pub(super) at: usize,
    depth: usize,
    values: usize,
    /// The most values that may follow.
    most: usize,
}

/// What was read in one go, from where a value begins.
pub(in crate::record) struct InOneGo<T> {
    /// What it is.
    pub value: T,
    /// How many bytes of the text.
    pub bytes: usize,
    /// How many values of the profile.
    pub values: usize,
}

pub(super) type Read<T> = Result<T, ParseError>;

impl<'text> Reader<'text> {
    /// Begins at the first byte.
    ///
    /// # Errors
    /// Where the bytes are not UTF-8, or begin with a byte order mark.
    pub fn new(bytes: &'text [u8]) -> Read<Self> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            // What stands before the bad byte is text.
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            error_at(&good, good.len(), "this byte is not UTF-8")
        })?;
        let reader = Self {
            text,
            at: 0,
            depth: 0,
            values: 0,
            most: MAX_VALUES,
        };
        if text.starts_with('\u{FEFF}') {
            return Err(reader.error("a byte order mark is not allowed"));
        }
        Ok(reader)
    }

    /// Reads a whole text as one value.
    ///
    /// # Errors
    /// Where the text is outside the profile, with line and column.
    pub fn read(bytes: &'text [u8]) -> Read<Json> {
        let mut reader = Self::new(bytes)?;
        let value = reader.value("")?;
        reader.end()?;
        Ok(value)
    }

    /// Reads an object, handing over at each field's value. The callback must read that value.
    ///
    /// # Errors
    /// Where there is no object, a name is not allowed or stands twice, or the callback fails.
    pub fn object(&mut self, mut field: impl FnMut(&mut Self, String) -> Read<()>) -> Read<()> {
        self.enter(b'{', "an object")?;
        let mut seen = FieldNames::default();
        if self.closes(b'}') {
            return Ok(());
        }
        loop {
            self.blanks();
            let start = self.at;
            let name = self.string(64)?;
            if !is_field_name(&name) {
                return Err(self.error_at(
                    start,
                    "a field's name is 1 to 64 of A-Z a-z 0-9 _, not 1 to 10 digits alone",
                ));
            }
            if !seen.insert(&name) {
                return Err(self.error_at(
                    start,
                    &format!("the field `{name}` stands twice in its object"),
                ));
            }
            self.blanks();
            self.expect(b':', "`:`")?;
            field(self, name)?;
            if self.closes(b'}') {
                return Ok(());
            }
            self.expect(b',', "`,` or `}`")?;
        }
    }

    /// Reads an array, handing over at each item. The callback must read that item.
    ///
    /// # Errors
    /// Where there is no array, or the callback fails.
    pub fn array(&mut self, mut item: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        self.enter(b'[', "an array")?;
        if self.closes(b']') {
            return Ok(());
        }
        loop {
            item(self)?;
            if self.closes(b']') {
                return Ok(());
            }
            self.expect(b',', "`,` or `]`")?;
        }
    }

    /// Reads any value. `name` is the field that holds it and decides how long a text may be.
    ///
    /// # Errors
    /// Where the value is outside the profile.
    pub fn value(&mut self, name: &str) -> Read<Json> {
        self.blanks();
        self.values += 1;
        if self.values > self.most {
            return Err(self.error("the file holds too many values"));
        }
        match self.peek() {
            Some(b'{') => {
                let mut fields = Vec::new();
                self.object(|reader, name| {
                    let value = reader.value(&name)?;
                    fields.push((name, value));
                    Ok(())
                })?;
                Ok(Json::Object(Object::from_unique(fields)))
            }
            Some(b'[') => {
                let mut items = Vec::new();
                self.array(|reader| {
                    items.push(reader.value(name)?);
                    Ok(())
                })?;
                Ok(Json::Array(items))
            }
            Some(b'"') => self.string(string_limit(name)).map(Json::Text),
            Some(b'0'..=b'9') => self.integer().map(Json::Integer),
            Some(b't') => self.word("true").map(|()| Json::Bool(true)),
            Some(b'f') => self.word("false").map(|()| Json::Bool(false)),
            Some(b'n') => Err(self.error("`null` is not allowed")),
            Some(b'-' | b'+') => Err(self.error("a number has no sign here")),
            Some(_) => Err(self.error("a value must stand here")),
            None => Err(self.error("the text ends where a value must stand")),
        }
    }

    /// Reads what stands here without making values of it, where `read` can; otherwise nothing was read, and it goes the
    /// long way. `read` is given the text from here on, and answers for what it takes being within the profile.
    pub(in crate::record) fn in_one_go<T>(
        &mut self,
        read: impl FnOnce(&'text str) -> Option<InOneGo<T>>,
    ) -> Option<T> {
        let read = read(&self.text[self.at..])?;
        let values = self.values + read.values;
        if values > self.most {
            return None;
        }
        self.values = values;
        self.at += read.bytes;
        Some(read.value)
    }

    /// How much was read.
    pub(in crate::record) fn here(&self) -> usize {
        self.at
    }

    /// Whether exactly this text stands between a position and here.
    pub(in crate::record) fn has_read(&self, from: usize, text: &str) -> bool {
        self.text.get(from..self.at) == Some(text)
    }

    /// From here on, at most so many values may follow: what stays in memory as values is to stay small.
    pub fn allow(&mut self, values: usize) {
        self.values = 0;
        self.most = values;
    }

    /// Says that nothing but blanks follows.
    ///
    /// # Errors
    /// Where something does.
    pub fn end(mut self) -> Read<()> {
        self.blanks();
        if self.at < self.text.len() {
            Err(self.error("something stands behind the end"))
        } else {
            Ok(())
        }
    }

    /// Where the next value begins, to name it later.
    pub fn position(&mut self) -> usize {
        self.blanks();
        self.at
    }

    /// An error at a position, for a value that was read but is not what belongs there.
    pub fn refuse(&self, position: usize, malformed: &Malformed) -> ParseError {
        self.error_at(position, &malformed.to_string())
    }

    fn enter(&mut self, bracket: u8, what: &str) -> Read<()> {
        self.blanks();
        self.expect(bracket, what)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(&format!(
                "more than {MAX_DEPTH} objects and arrays stand within one another"
            )));
        }
        Ok(())
    }

    fn closes(&mut self, bracket: u8) -> bool {
        self.blanks();
        let closes = self.peek() == Some(bracket);
        if closes {
            self.at += 1;
            self.depth -= 1;
        }
        closes
    }

    fn integer(&mut self) -> Read<u64> {
        let start = self.at;
        let digits = self.text[start..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        self.at += digits;
        let text = &self.text[start..self.at];
        if matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return Err(self.error_at(
                start,
                "a number is whole here, without fraction or exponent",
            ));
        }
        if digits > 1 && text.starts_with('0') {
            return Err(self.error_at(start, "a number does not begin with 0"));
        }
        text.parse()
            .ok()
            .filter(|&integer| integer <= MAX_INTEGER)
            .ok_or_else(|| self.error_at(start, &format!("a number is at most {MAX_INTEGER}")))
    }

    fn word(&mut self, word: &str) -> Read<()> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.error("a value must stand here"));
        }
        self.at += word.len();
        Ok(())
    }

    pub(super) fn expect(&mut self, byte: u8, what: &str) -> Read<()> {
        if self.peek() != Some(byte) {
            let end = if self.at < self.text.len() {
                ""
            } else {
                ", but the text ends"
            };
            return Err(self.error(&format!("{what} must stand here{end}")));
        }
        self.at += 1;
        Ok(())
    }

    fn blanks(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        self.at += rest.iter().take_while(|byte| is_blank(byte)).count();
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn error(&self, problem: &str) -> ParseError {
        self.error_at(self.at, problem)
    }

    pub(super) fn error_at(&self, at: usize, problem: &str) -> ParseError {
        error_at(self.text, at, problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        Reader::read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn refuses_what_is_outside_the_profile() {
        for text in [
            "null",
            "-1",
            "-0",
            "1.0",
            "1e3",
            "01",
            "9007199254740992",
            "[1,]",
            "{\"a\":1,}",
            "{'a':1}",
            "tru",
            "\"a",
            "{\"\":1}",
            "{\"a b\":1}",
            "{\"12\":1}",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"\u{202E}\"",
            "\"\u{FEFF}\"x",
            "\"\\uFFFE\"",
            "\"\t\"",
            "\"\n\"",
            "\"\\x\"",
            "1 2",
            "",
            "[",
            "{\"a\"",
            "\u{FEFF}1",
        ] {
            assert!(Reader::read(text.as_bytes()).is_err(), "{text:?} was read");
        }
    }

    #[test]
    fn takes_what_is_inside() {
        assert_eq!(
            Reader::read(b" 9007199254740991 ").unwrap(),
            Json::Integer(MAX_INTEGER)
        );
        assert_eq!(
            Reader::read(br#""\ud83d\ude00\n\/\"""#).unwrap(),
            Json::text("😀\n/\"")
        );
        assert_eq!(
            Reader::read(br#"{"12345678901":true}"#)
                .unwrap()
                .as_object()
                .unwrap()
                .len(),
            1
        );
    }

    #[test]
    fn names_line_and_column() {
        assert_eq!(
            problem("{\n  \"a\": 1,\n  \"a\": 2\n}"),
            "line 3, column 3: the field `a` stands twice in its object"
        );
        assert_eq!(
            problem("{\n  \"ü\": 1}"),
            "line 2, column 3: a field's name is 1 to 64 of A-Z a-z 0-9 _, not 1 to 10 digits alone"
        );
        assert_eq!(
            problem("[\"é\", nul]"),
            "line 1, column 7: `null` is not allowed"
        );
        let bytes = Reader::read(b"[\"\xff\"]").unwrap_err();
        assert_eq!((bytes.line, bytes.column), (1, 3));
    }

    #[test]
    fn a_name_is_unique_after_its_escapes_are_read() {
        assert!(problem(r#"{"a":1,"\u0061":2}"#).contains("stands twice"));
    }

    #[test]
    fn many_names_are_unique_too() {
        let names: Vec<String> = (0..1000).map(|n| format!("\"n{n}\":0")).collect();
        assert!(Reader::read(format!("{{{}}}", names.join(",")).as_bytes()).is_ok());
        assert!(
            problem(&format!("{{{},\"n7\":0}}", names.join(","))).contains("`n7` stands twice")
        );
    }

    #[test]
    fn depth_ends_in_an_error() {
        assert!(Reader::read(format!("{}1{}", "[".repeat(12), "]".repeat(12)).as_bytes()).is_ok());
        assert!(problem(&"[".repeat(200_000)).contains("within one another"));
    }
}
