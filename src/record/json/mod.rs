//! The JSON profile of every custody file (`docs/format.md`, "The JSON profile"): read strictly, written in two forms.
//!
//! ```json
//! {"action":"seal","seq":0,"unread":[]}
//! ```
//!
//! Signed data lives in these values and in no other: a general JSON library keeps the last of two equal keys in
//! silence, and can be switched by another crate to another number type. Here both end in an error.

mod field_names;
mod layout;
mod parse_error;
mod reader;
mod string;
mod value;
mod writer;

pub use parse_error::ParseError;
pub(in crate::record) use reader::InOneGo;
pub use reader::Reader;
pub use value::{Json, Malformed, Object};
pub use writer::{Comparison, FileForm, canonical, write_canonical};

/// Objects and arrays within one another, the outermost counted as 1.
pub const MAX_DEPTH: usize = 12;

/// The largest integer: 2^53 − 1, which every JSON reader keeps exactly.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// The most bytes one custody file may have: 1 GiB.
pub const MAX_FILE: u64 = 1 << 30;

/// The most values one file may hold. The largest bundle the other limits allow stays below it.
const MAX_VALUES: usize = 1 << 25;

/// The most bytes of UTF-8 a string may have, by the name of the field that holds it.
fn string_limit(field: &str) -> usize {
    match field {
        "note" => 16_384,
        "pem" => 8_192,
        "rfc3161" => 65_536,
        // 4096 raw bytes, each of which may be written `%XX`.
        "path" | "target" | "sameFileAs" | "unread" => 12_288,
        _ => 4_096,
    }
}

/// Whether a character may stand in a string of the profile.
pub fn is_allowed(character: char) -> bool {
    let code = character as u32;
    !matches!(code,
        0x00..=0x09 | 0x0B..=0x1F | 0x7F..=0x9F | 0x2028..=0x202E | 0x2066..=0x2069 | 0xFDD0..=0xFDEF)
        && code & 0xFFFE != 0xFFFE
}

/// Whether a text may be the name of a field: `[A-Za-z0-9_]{1,64}`, and not one to ten digits alone.
pub fn is_field_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        // JavaScript moves keys that look like array indexes to the front.
        && !(name.len() <= 10 && name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Why a text a person typed may not stand in the record, or `None` where it may.
pub fn refusal_of(field: &str, text: &str) -> Option<String> {
    if let Some(character) = text.chars().find(|&character| !is_allowed(character)) {
        return Some(format!(
            "holds the character U+{:04X}, which the record does not take",
            character as u32
        ));
    }
    let limit = string_limit(field);
    (text.len() > limit).then(|| format!("is {} bytes long; the record takes {limit}", text.len()))
}
