//! Reads the profile, value by value, so that a bundle of a million entries never stands in memory twice.

use std::collections::HashSet;

use super::{
    Json, MAX_DEPTH, MAX_INTEGER, MAX_VALUES, Malformed, Object, is_allowed, is_field_name,
    string_limit,
};

/// This text is not what it should be, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: String,
}

/// A place in a text of the profile, moving forward.
pub struct Reader<'text> {
    text: &'text str,
    at: usize,
    depth: usize,
    values: usize,
}

type Read<T> = Result<T, ParseError>;

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
        let mut seen = Seen::default();
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
        if self.values > MAX_VALUES {
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

    fn string(&mut self, limit: usize) -> Read<String> {
        self.expect(b'"', "a text in quotes")?;
        let mut string = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest
                .find(['"', '\\'])
                .ok_or_else(|| self.error_at(self.text.len(), "a text does not end"))?;
            if string.len() + plain > limit {
                return Err(self.error(&format!("this text has more than {limit} bytes")));
            }
            for (offset, character) in rest[..plain].char_indices() {
                if !is_allowed(character) || character == '\n' {
                    let code = character as u32;
                    return Err(self.error_at(
                        self.at + offset,
                        &format!("the character U+{code:04X} is not allowed here"),
                    ));
                }
            }
            string.push_str(&rest[..plain]);
            self.at += plain;
            if self.peek() == Some(b'"') {
                self.at += 1;
                return Ok(string);
            }
            let start = self.at;
            let character = self.escape()?;
            if !is_allowed(character) {
                return Err(self.error_at(
                    start,
                    &format!("the character U+{:04X} is not allowed", character as u32),
                ));
            }
            string.push(character);
        }
    }

    /// One escape of RFC 8259 §7, surrogates in pairs.
    fn escape(&mut self) -> Read<char> {
        let start = self.at;
        self.at += 1;
        let letter = self.peek();
        self.at += usize::from(letter.is_some_and(|byte| byte.is_ascii()));
        let character = match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.four_hex(start)?;
                let code = if (0xD800..0xDC00).contains(&first)
                    && self.text[self.at..].starts_with("\\u")
                {
                    self.at += 2;
                    match self.four_hex(start)? {
                        second @ 0xDC00..0xE000 => {
                            0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                        }
                        _ => first,
                    }
                } else {
                    first
                };
                return char::from_u32(code)
                    .ok_or_else(|| self.error_at(start, "half of a surrogate pair"));
            }
            _ => return Err(self.error_at(start, "an unknown escape")),
        };
        Ok(character)
    }

    fn four_hex(&mut self, start: usize) -> Read<u32> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|four| four.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let code = digits.and_then(|four| u32::from_str_radix(four, 16).ok());
        self.at += 4;
        code.ok_or_else(|| self.error_at(start, "four hex digits must follow `\\u`"))
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

    fn expect(&mut self, byte: u8, what: &str) -> Read<()> {
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
        self.at += rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            .count();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn error(&self, problem: &str) -> ParseError {
        self.error_at(self.at, problem)
    }

    fn error_at(&self, at: usize, problem: &str) -> ParseError {
        error_at(self.text, at, problem)
    }
}

fn error_at(text: &str, at: usize, problem: &str) -> ParseError {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    ParseError {
        line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
        column: before[start..].chars().count() + 1,
        problem: problem.to_owned(),
    }
}

/// The names met in one object. Nearly all objects have a handful; a hostile one may have millions.
#[derive(Default)]
struct Seen {
    few: Vec<String>,
    many: HashSet<String>,
}

impl Seen {
    fn insert(&mut self, name: &str) -> bool {
        if self.many.is_empty() {
            if self.few.iter().any(|seen| seen == name) {
                return false;
            }
            self.few.push(name.to_owned());
            if self.few.len() > 24 {
                self.many = self.few.drain(..).collect();
            }
            return true;
        }
        self.many.insert(name.to_owned())
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
