//! The listing: the signed subject of an exhibit of many files, a text that `sha256sum -c` reads.

use sha2::{Digest as _, Sha256};

use super::digest::Digest;
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
        let head = format!("# custody listing v1 salt={}\n", self.salt).into_bytes();
        std::iter::once(head).chain(
            self.entries
                .iter()
                .filter_map(|entry| Some(line(&entry.file()?.sha256, &entry.path.raw()))),
        )
    }

    /// SHA-256 of the whole text.
    pub fn digest(&self) -> Digest {
        let mut hasher = Sha256::new();
        self.lines().for_each(|line| hasher.update(line));
        Digest(hasher.finalize().into())
    }
}

/// One line, with coreutils' escaping: a backslash first where the name has `\`, LF or CR.
fn line(digest: &Digest, raw: &[u8]) -> Vec<u8> {
    let mut name = Vec::with_capacity(raw.len());
    for &byte in raw {
        match byte {
            b'\\' => name.extend(b"\\\\"),
            b'\n' => name.extend(b"\\n"),
            b'\r' => name.extend(b"\\r"),
            plain => name.push(plain),
        }
    }
    let mark: &[u8] = if name.len() > raw.len() { b"\\" } else { b"" };
    [mark, digest.to_string().as_bytes(), b"  ", &name, b"\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_as_coreutils_does() {
        let digest = Digest::of(b"");
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
