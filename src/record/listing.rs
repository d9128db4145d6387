//! The listing: the signed subject of an exhibit of many files, a text that `sha256sum -c` reads.

use sha2::{Digest as _, Sha256};

use super::digest::{Digest, hex_digits};
use super::entry::Entry;

/// ```text
/// # custody listing v1 salt=de63d76d0b64ba852055396845bff96f95f68c88d4c455f715b749caf7dbc852
/// 42dc9a3435352e00bef47823ea8ca10cad483bc21ea9aa6a39d55f8447e2680e  disk01.dd
/// ```
///
/// One line a file, in the order of the entries. The salt keeps the listing's hash safe in disclosed copies.
pub struct Listing<'a> {
    salt: &'a str,
    entries: Vec<&'a Entry>,
}

impl<'a> Listing<'a> {
    /// The listing of these entries. `salt` is the 64 hex digits of the bundle's `listingSalt`.
    pub fn new(salt: &'a str, entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        Self {
            salt,
            entries: entries
                .into_iter()
                .filter(|entry| entry.file().is_some())
                .collect(),
        }
    }

    /// The lines, raw paths in them: bytes, not text.
    pub fn lines(&self) -> impl Iterator<Item = Vec<u8>> {
        let line = |entry: &&Entry| {
            let mut line = Vec::new();
            push_line(&entry.file()?.sha256, &entry.path.raw(), &mut line);
            Some(line)
        };
        std::iter::once(head(self.salt)).chain(self.entries.iter().filter_map(line))
    }

    /// SHA-256 of the whole text.
    pub fn digest(&self) -> Digest {
        let mut hasher = Sha256::new();
        let mut lines = head(self.salt);
        for entry in &self.entries {
            if let Some(facts) = entry.file() {
                push_line(&facts.sha256, &entry.path.raw(), &mut lines);
            }
            if lines.len() > 1 << 14 {
                hasher.update(&lines);
                lines.clear();
            }
        }
        hasher.update(&lines);
        Digest(hasher.finalize().into())
    }
}

fn head(salt: &str) -> Vec<u8> {
    format!("# custody listing v1 salt={salt}\n").into_bytes()
}

/// One line, with coreutils' escaping: a backslash first where the name has `\`, LF or CR.
fn push_line(digest: &Digest, raw: &[u8], lines: &mut Vec<u8>) {
    let is_escaped = |byte: &u8| matches!(byte, b'\\' | b'\n' | b'\r');
    let has_escapes = raw.iter().any(is_escaped);
    if has_escapes {
        lines.push(b'\\');
    }
    lines.extend(hex_digits(&digest.0));
    lines.extend(b"  ");
    if has_escapes {
        for &byte in raw {
            match byte {
                b'\\' => lines.extend(b"\\\\"),
                b'\n' => lines.extend(b"\\n"),
                b'\r' => lines.extend(b"\\r"),
                plain => lines.push(plain),
            }
        }
    } else {
        lines.extend(raw);
    }
    lines.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_as_coreutils_does() {
        let digest = Digest::of(b"");
        let line = |digest: &Digest, raw: &[u8]| {
            let mut line = Vec::new();
            push_line(digest, raw, &mut line);
            line
        };
        assert_eq!(
            line(&digest, b"plain"),
            format!("{digest}  plain\n").as_bytes()
        );
        assert_eq!(
            line(&digest, b"a\nb\\c\rd"),
            format!("\\{digest}  a\\nb\\\\c\\rd\n").as_bytes()
        );
    }
}
