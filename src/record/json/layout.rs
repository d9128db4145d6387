//! From canonical text to the file form, without the values in between.

use std::fmt::{self, Write};

use super::FileForm;

impl<W: Write> FileForm<W> {
    /// Writes a value that is at hand as canonical text, at the place where one is due.
    ///
    /// # Errors
    /// Where the sink fails.
    pub fn canonical(&mut self, text: &str) -> fmt::Result {
        let bytes = text.as_bytes();
        // What was looked at and not yet written.
        let (mut start, mut at) = (0, 0);
        while let Some(&byte) = bytes.get(at) {
            let next = match byte {
                b'"' => {
                    at = end_of_text(bytes, at + 1);
                    continue;
                }
                b'{' | b'[' | b'}' | b']' | b',' => at,
                b':' => at + 1,
                _ => {
                    at += 1;
                    continue;
                }
            };
            self.out.write_str(&text[start..next])?;
            match byte {
                b'{' | b'[' => {
                    self.open(byte.into())?;
                    if !matches!(bytes.get(at + 1), Some(b'}' | b']')) {
                        self.item()?;
                    }
                }
                b'}' | b']' => self.close(byte.into())?,
                b',' => self.item()?,
                _ => self.out.write_char(' ')?,
            }
            at += 1;
            start = at;
        }
        self.out.write_str(&text[start..])
    }
}

/// Where a text ends, behind its closing quotation mark.
fn end_of_text(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    loop {
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') => return at + 1,
            Some(_) => at += 1,
            None => return bytes.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Reader, canonical};
    use super::*;

    #[test]
    fn the_same_as_from_values() {
        let value =
            Reader::read(br#"{"b":[1,{"x":[]},{},"[{,:}]"],"a":"q\"\\\n/","c":true}"#).unwrap();
        let (mut ours, mut theirs) = (String::new(), String::new());
        let mut form = FileForm::new(&mut ours);
        form.canonical(&canonical(&value)).unwrap();
        form.finish().unwrap();
        FileForm::write(&value, &mut theirs).unwrap();
        assert_eq!(ours, theirs);
    }
}
