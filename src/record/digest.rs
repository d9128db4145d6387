//! SHA-256 digests and the salts of entries.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::json::{Json, Malformed};

/// A SHA-256 digest (FIPS 180-4), written as 64 lower-case hex digits.
///
/// ```json
/// "1a339b3702f9c8d291b8ec70a06e364596d02e6680a20259a2a06900c43db424"
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// 64 zeros: what stands before the first link.
    pub const ZERO: Self = Self([0; 32]);

    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of several stretches of bytes, one after the other.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// Reads 64 lower-case hex digits.
    ///
    /// # Errors
    /// Where the text is anything else.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        hex_bytes(text)
            .map(Self)
            .ok_or_else(|| Malformed::new("must be 64 lower-case hex digits"))
    }

    /// The digest as a value of the record.
    pub fn to_json(&self) -> Json {
        Json::Text(self.to_string())
    }

    /// The first eight hex digits, to name a key in a sentence.
    pub fn short(&self) -> String {
        self.to_string()[..8].to_owned()
    }

    /// Groups of four hex digits, as people read them aloud; `groups` of them.
    pub fn in_groups(&self, groups: usize) -> String {
        let hex = self.to_string();
        let groups: Vec<&str> = (0..groups.min(16))
            .map(|group| &hex[group * 4..group * 4 + 4])
            .collect();
        groups.join(" ")
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex_text(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Sixteen random bytes of an entry, so that nobody guesses a hidden one: 32 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt(pub [u8; 16]);

impl Salt {
    /// Reads 32 lower-case hex digits.
    ///
    /// # Errors
    /// Where the text is anything else.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        hex_bytes(text)
            .map(Self)
            .ok_or_else(|| Malformed::new("must be 32 lower-case hex digits"))
    }

    /// The salt as a value of the record.
    pub fn to_json(self) -> Json {
        Json::Text(hex_text(&self.0))
    }
}

/// Lower-case hex of any bytes.
pub fn hex_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    push_hex(bytes, &mut text);
    text
}

/// Writes lower-case hex of any bytes behind `text`.
pub(super) fn push_hex(bytes: &[u8], text: &mut String) {
    for bytes in bytes.chunks(32) {
        let digits = hex_digits(bytes);
        // Hex digits are ASCII.
        text.push_str(str::from_utf8(&digits[..bytes.len() * 2]).unwrap_or_default());
    }
}

/// The hex digits of at most 32 bytes, and zeros behind them.
pub(super) fn hex_digits(bytes: &[u8]) -> [u8; 64] {
    let mut digits = [0; 64];
    for (pair, byte) in digits.as_chunks_mut().0.iter_mut().zip(bytes) {
        *pair = HEX[usize::from(*byte)];
    }
    digits
}

/// The two digits of each byte.
const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        pairs[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    pairs
};

/// What each hex digit stands for; more than 15 for what is none.
const VALUES: [u8; 256] = {
    let mut values = [0xFF; 256];
    let mut byte = 0;
    while byte < 256 {
        let [high, low] = HEX[byte];
        values[high as usize] = (byte >> 4) as u8;
        values[low as usize] = (byte & 15) as u8;
        byte += 1;
    }
    values
};

/// Whether a text is lower-case hex of `bytes` bytes.
pub fn is_hex(text: &str, bytes: usize) -> bool {
    text.len() == bytes * 2 && text.bytes().all(|byte| VALUES[usize::from(byte)] < 16)
}

fn hex_bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 {
        return None;
    }
    let (mut bytes, mut all) = ([0; N], 0);
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().as_chunks().0) {
        let [high, low] = pair.map(|digit: u8| VALUES[usize::from(digit)]);
        all |= high | low;
        *byte = high << 4 | low & 15;
    }
    (all < 16).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_for_one_digest() {
        let digest = Digest::of(b"abc");
        assert_eq!(
            digest.to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(Digest::parse(&digest.to_string()), Ok(digest));
        assert!(Digest::parse(&digest.to_string().to_uppercase()).is_err());
        assert!(Digest::parse("00").is_err());
        assert!(Digest::parse(&"g0".repeat(32)).is_err());
        assert_eq!(hex_text(&[0xA5; 33]), "a5".repeat(33));
        assert_eq!(digest.in_groups(2), "ba78 16bf");
    }
}
