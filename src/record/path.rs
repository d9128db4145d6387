//! Names from evidence as text: one raw name, one text, and nothing in it that could forge a line on a screen.

use std::borrow::Cow;
use std::fmt;

use super::json::Malformed;

/// The most raw bytes a path may have.
pub const MAX_PATH: usize = 4096;

/// A path below the sealed folder, as text: raw bytes joined with `/`, `%XX` for every byte that is not plain text.
///
/// ```json
/// "notes/caf%E9.txt"
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PathText(String);

impl PathText {
    /// The text of a raw path.
    ///
    /// # Errors
    /// Where it is empty, too long, absolute, or has an empty, `.` or `..` part, or a NUL.
    pub fn from_raw(raw: &[u8]) -> Result<Self, Malformed> {
        if raw.is_empty() || raw.len() > MAX_PATH {
            return Err(Malformed::new(format!(
                "must be a path of 1 to {MAX_PATH} bytes"
            )));
        }
        if raw.contains(&0) {
            return Err(Malformed::new("holds a NUL byte"));
        }
        if raw
            .split(|&byte| byte == b'/')
            .any(|part| part.is_empty() || part == b"." || part == b"..")
        {
            return Err(Malformed::new(
                "must be a relative path without an empty, `.` or `..` part",
            ));
        }
        Ok(Self(escape(raw)))
    }

    /// Reads a path text.
    ///
    /// # Errors
    /// Where it does not encode to itself again, or names no path below a folder.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let path = Self::from_raw(&unescape(text))?;
        if path.0 == text {
            Ok(path)
        } else {
            Err(not_canonical())
        }
    }

    /// The text, safe to print.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The raw bytes, as the file system has them. Entries are sorted by these.
    pub fn raw(&self) -> Cow<'_, [u8]> {
        unescape(&self.0)
    }
}

impl fmt::Display for PathText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PathText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a symbolic link points at, as text. The same escapes, but any bytes: it is recorded, never followed.
///
/// ```json
/// "../disk01.dd"
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TargetText(String);

impl TargetText {
    /// The text of raw bytes.
    ///
    /// # Errors
    /// Where there are none, too many, or a NUL.
    pub fn from_raw(raw: &[u8]) -> Result<Self, Malformed> {
        if raw.is_empty() || raw.len() > MAX_PATH || raw.contains(&0) {
            return Err(Malformed::new(format!(
                "must be 1 to {MAX_PATH} bytes without NUL"
            )));
        }
        Ok(Self(escape(raw)))
    }

    /// Reads a target text.
    ///
    /// # Errors
    /// Where it does not encode to itself again.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let target = Self::from_raw(&unescape(text))?;
        if target.0 == text {
            Ok(target)
        } else {
            Err(not_canonical())
        }
    }

    /// The text, safe to print.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The raw bytes, as the file system has them.
    pub fn raw(&self) -> Cow<'_, [u8]> {
        unescape(&self.0)
    }
}

fn not_canonical() -> Malformed {
    Malformed::new(
        "is not the one way to write this path: `%XX`, in capitals, stands for each byte that needs it, and for no other",
    )
}

/// Writes raw bytes as text: UTF-8 stays readable, `%XX` stands for each byte of what is not plain.
pub fn escape(raw: &[u8]) -> String {
    // Nearly all names are plain ASCII, and stand for themselves.
    if let Ok(text) = str::from_utf8(raw)
        && raw
            .iter()
            .all(|byte| matches!(byte, b' '..=b'~') && *byte != b'%')
    {
        return text.to_owned();
    }
    let mut text = String::with_capacity(raw.len());
    for chunk in raw.utf8_chunks() {
        for character in chunk.valid().chars() {
            if is_plain(character) {
                text.push(character);
            } else {
                push_bytes(&mut text, character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        push_bytes(&mut text, chunk.invalid());
    }
    text
}

fn push_bytes(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in bytes {
        text.push('%');
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

fn is_plain(character: char) -> bool {
    let code = character as u32;
    !matches!(code,
        0x00..=0x1F | 0x25 | 0x7F..=0x9F | 0x061C | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
        | 0xFDD0..=0xFDEF | 0xFEFF | 0xFFF0..=0xFFFF | 0xE0000..=0xE0FFF)
        && code & 0xFFFE != 0xFFFE
}

/// The bytes a text stands for. What is no escape stands for itself: whoever reads encodes again and compares.
fn unescape(text: &str) -> Cow<'_, [u8]> {
    let bytes = text.as_bytes();
    if !bytes.contains(&b'%') {
        return Cow::Borrowed(bytes);
    }
    let mut raw = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = bytes
            .get(at + 1..at + 3)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let escaped =
            pair.filter(|pair| byte == b'%' && pair.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match escaped.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(value) => {
                raw.push(value);
                at += 3;
            }
            None => {
                raw.push(byte);
                at += 1;
            }
        }
    }
    Cow::Owned(raw)
}

/// Text that did not come through a path, made safe to print: controls, bidi marks and the like become `%XX`.
/// Line feeds stay where `lines` says so.
pub fn printable(text: &str, lines: bool) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '%' || is_plain(character) || (lines && character == '\n') {
            safe.push(character);
        } else {
            push_bytes(&mut safe, character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_names_become_plain() {
        let text = |raw: &[u8]| PathText::from_raw(raw).unwrap().0;
        assert_eq!(text(b"notes/caf\xe9.txt"), "notes/caf%E9.txt");
        assert_eq!(
            text("notes/Übergabe 100%.txt".as_bytes()),
            "notes/Übergabe 100%25.txt"
        );
        assert_eq!(text(b"a\nb\x1b[31m"), "a%0Ab%1B[31m");
        assert_eq!(text("x\u{202E}gpj.exe".as_bytes()), "x%E2%80%AEgpj.exe");
        assert_eq!(
            text("\u{1FFFF}\u{E0041}".as_bytes()),
            "%F0%9F%BF%BF%F3%A0%81%81"
        );
    }

    #[test]
    fn refuses_what_leaves_the_folder_or_has_two_texts() {
        for bad in [
            "", "/a", "a//b", "a/", ".", "..", "a/../b", "a/./b", "%00", "a%2Fb", "%41", "caf%e9",
            "%", "%2", "%zz", "a\u{7f}",
        ] {
            assert!(PathText::parse(bad).is_err(), "{bad:?}");
        }
        assert!(PathText::from_raw(&[b'a'; 4097]).is_err());
        assert!(TargetText::parse("../../etc/passwd").is_ok());
        assert!(TargetText::parse("/").is_ok());
        assert!(TargetText::parse("").is_err());
    }

    proptest! {
        #[test]
        fn one_raw_name_one_text(raw in proptest::collection::vec(1u8.., 1..60)) {
            if let Ok(path) = PathText::from_raw(&raw) {
                prop_assert_eq!(&path.raw()[..], &raw);
                prop_assert_eq!(PathText::parse(path.as_str()), Ok(path.clone()));
                prop_assert!(path.as_str().chars().all(super::super::json::is_allowed));
            }
        }
    }
}
