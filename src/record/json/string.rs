//! Strings of the profile: scalar values without controls, escapes of RFC 8259 §7.

use super::is_allowed;
use super::reader::{Read, Reader};

impl Reader<'_> {
    /// Reads a string of at most `limit` bytes.
    pub(super) fn string(&mut self, limit: usize) -> Read<String> {
        self.expect(b'"', "a text in quotes")?;
        // Nearly every text is printable ASCII without escapes.
        let is_plain = |byte: &u8| matches!(byte, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~');
        let rest = &self.text[self.at..];
        let plain = rest.bytes().take_while(is_plain).count();
        if plain <= limit && rest.as_bytes().get(plain) == Some(&b'"') {
            self.at += plain + 1;
            return Ok(rest[..plain].to_owned());
        }
        let mut string = String::new();
        loop {
            let rest = &self.text[self.at..];
            // Byte by byte: these two never stand within another character.
            let is_end = |byte| matches!(byte, b'"' | b'\\');
            let plain = rest
                .bytes()
                .position(is_end)
                .ok_or_else(|| self.error_at(self.text.len(), "a text does not end"))?;
            if string.len() + plain > limit {
                return Err(self.error(&format!("this text has more than {limit} bytes")));
            }
            // What is printable ASCII is allowed; that is nearly all there is.
            let is_ascii = rest[..plain]
                .bytes()
                .all(|byte| matches!(byte, b' '..=b'~'));
            let others = if is_ascii { "" } else { &rest[..plain] };
            for (offset, character) in others.char_indices() {
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
}
