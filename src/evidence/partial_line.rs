//! One line of what an interrupted seal leaves: how far the reading of one file was.

use crate::record::digest::{Digest, hex_text};
use crate::record::json::{Json, Malformed, Object, Reader, canonical};

use super::cross_reference::CrossReference;
use super::midstate::Midstate;

/// How far the reading of one file was.
///
/// ```json
/// {"bytes":1073741824,"others":{"md5":"…"},"path":"disk.dd","pieceSize":1048576,"pieces":["e5a0…"],"trace":"…","whole":"6a09e667…"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PartialLine {
    /// The file, as the record will name it.
    pub(super) path: String,
    /// What the file was: see `Identity::trace`.
    pub(super) trace: String,
    /// How far its reading was. Of the pieces, those alone that no line before has.
    pub(super) midstate: Midstate,
}

impl PartialLine {
    /// The line in canonical bytes.
    pub(super) fn text(&self) -> String {
        let state = &self.midstate;
        let others = state.others.iter().fold(Object::new(), |all, (name, hex)| {
            all.with(name, Json::Text(hex_text(hex)))
        });
        let mut line = Object::new()
            .with("bytes", Json::Integer(state.bytes))
            .with("others", Json::Object(others))
            .with("path", Json::text(&self.path))
            .with("trace", Json::text(&self.trace));
        if let Some(words) = state.whole {
            let hex: String = words.iter().map(|word| format!("{word:08x}")).collect();
            line.set("whole", Json::Text(hex));
        }
        if let Some((size, pieces)) = &state.pieces {
            let pieces = pieces.iter().map(Digest::to_json).collect();
            line.set("pieceSize", Json::Integer(*size));
            line.set("pieces", Json::Array(pieces));
        }
        canonical(&Json::Object(line))
    }

    /// Reads a line.
    pub(super) fn parse(text: &str) -> Result<Self, Malformed> {
        let json =
            Reader::read(text.as_bytes()).map_err(|error| Malformed::new(error.to_string()))?;
        let mut line = json.into_object()?;
        let mut midstate = Midstate {
            bytes: line.require_integer("bytes")?,
            ..Midstate::default()
        };
        for (name, state) in line.require("others")?.into_object()?.iter() {
            let name = CrossReference::parse_field(name)
                .ok_or_else(|| Malformed::new("is no digest").within(name))?;
            let state = state.as_text().and_then(bytes_of_hex);
            let state = state.ok_or_else(|| Malformed::new("must be hex").within(name.field()))?;
            midstate.others.push((name.field(), state));
        }
        if let Some(hex) = line.take_text("whole")? {
            let words = words_of_hex(&hex);
            midstate.whole =
                Some(words.ok_or_else(|| Malformed::new("must be 64 hex digits").within("whole"))?);
        }
        if let Some(pieces) = line.take("pieces") {
            let size = line.require_integer("pieceSize")?;
            let pieces = pieces.as_array().unwrap_or_default().iter();
            let pieces = pieces.map(|piece| Digest::parse(piece.as_text().unwrap_or_default()));
            midstate.pieces = Some((size, pieces.collect::<Result<_, _>>()?));
        }
        Ok(Self {
            path: line.require_text("path")?,
            trace: line.require_text("trace")?,
            midstate,
        })
    }
}

fn bytes_of_hex(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

fn words_of_hex(hex: &str) -> Option<[u32; 8]> {
    let bytes = bytes_of_hex(hex)?;
    let (words, rest) = bytes.as_chunks::<4>();
    let words: Vec<u32> = words.iter().map(|word| u32::from_be_bytes(*word)).collect();
    rest.is_empty().then(|| words.try_into().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let line = PartialLine {
            path: "disk.dd".to_owned(),
            trace: "1 2 3".to_owned(),
            midstate: Midstate {
                bytes: 3 << 20,
                whole: Some([1, 2, 3, 4, 5, 6, 7, u32::MAX]),
                pieces: Some((1 << 20, vec![Digest::of(b"a"), Digest::of(b"b")])),
                others: vec![("md5", vec![0, 255, 7])],
            },
        };
        assert_eq!(PartialLine::parse(&line.text()).unwrap(), line);
        for bad in [
            "",
            "{}",
            "[]",
            &line.text()[1..],
            &line.text().replace("md5", "md6"),
        ] {
            assert!(PartialLine::parse(bad).is_err(), "{bad}");
        }
    }
}
