//! The hashing engine: one reading of a file, all the digests that are wanted of it.

use std::fs::File;
use std::io::{self, Read};

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};
use sha3::Sha3_256;

use crate::audit::inventory::Task;
use crate::record::digest::{Digest, hex_text};

use super::progress::Progress;

/// Bytes read at a time. A multiple of this divides every piece.
const BUFFER: usize = 1 << 20;

/// A digest that is computed beside SHA-256, to compare with what other tools print. Never relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum CrossReference {
    Md5,
    Sha1,
    Sha3_256,
    Sha512,
}

impl CrossReference {
    /// Reads the name people type: `md5`, `sha1`, `sha512`, `sha3-256`.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "md5" => Self::Md5,
            "sha1" => Self::Sha1,
            "sha512" => Self::Sha512,
            "sha3-256" => Self::Sha3_256,
            _ => return None,
        })
    }

    /// The name in an entry.
    pub fn field(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha3_256 => "sha3_256",
            Self::Sha512 => "sha512",
        }
    }

    fn hasher(self) -> Box<dyn sha2::digest::DynDigest> {
        match self {
            Self::Md5 => Box::new(Md5::default()),
            Self::Sha1 => Box::new(Sha1::default()),
            Self::Sha3_256 => Box::new(Sha3_256::default()),
            Self::Sha512 => Box::new(Sha512::default()),
        }
    }
}

/// What one reading of a file gave.
pub struct Hashed {
    /// Bytes read.
    pub bytes: u64,
    /// SHA-256 of all of them, where it was wanted.
    pub sha256: Option<Digest>,
    /// The digest of each piece, where they were wanted.
    pub pieces: Option<Vec<Digest>>,
    /// The other digests, in the order they were asked for.
    pub others: Vec<(&'static str, String)>,
}

/// A reading that did not come to its end.
#[derive(Debug)]
pub enum ReadError {
    /// The system did not give the bytes from here on.
    Failed {
        /// Bytes read before.
        at: u64,
        /// What it said.
        error: io::Error,
    },
    /// Someone asked to stop.
    Interrupted,
}

/// Reads a file once, from where it stands to its end.
///
/// # Errors
/// Where the system gives an error, or the work is interrupted.
pub fn read_once(
    file: &mut File,
    task: Task,
    others: &[CrossReference],
    buffer: &mut Vec<u8>,
    progress: &mut dyn Progress,
) -> Result<Hashed, ReadError> {
    buffer.resize(BUFFER, 0);
    let mut bytes = 0u64;
    let mut whole = task.whole.then(Sha256::new);
    let mut pieces = task.piece_size.map(PieceHasher::new);
    let mut hashers: Vec<_> = others
        .iter()
        .map(|other| (other.field(), other.hasher()))
        .collect();
    loop {
        if progress.is_interrupted() {
            return Err(ReadError::Interrupted);
        }
        let read = match file.read(buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(ReadError::Failed { at: bytes, error }),
        };
        let data = &buffer[..read];
        bytes += read as u64;
        if let Some(whole) = &mut whole {
            whole.update(data);
        }
        if let Some(pieces) = &mut pieces {
            pieces.update(data);
        }
        for (_, hasher) in &mut hashers {
            hasher.update(data);
        }
        progress.advance(read as u64);
    }
    Ok(Hashed {
        bytes,
        sha256: whole.map(|hasher| Digest(hasher.finalize().into())),
        pieces: pieces.map(PieceHasher::finish),
        others: hashers
            .into_iter()
            .map(|(name, hasher)| (name, hex_text(&hasher.finalize())))
            .collect(),
    })
}

/// Plain SHA-256 of each consecutive `size` bytes.
struct PieceHasher {
    size: u64,
    /// Bytes in the piece that is being read.
    filled: u64,
    hasher: Sha256,
    digests: Vec<Digest>,
}

impl PieceHasher {
    fn new(size: u64) -> Self {
        Self {
            size,
            filled: 0,
            hasher: Sha256::new(),
            digests: Vec::new(),
        }
    }

    fn update(&mut self, mut data: &[u8]) {
        while !data.is_empty() {
            let room = usize::try_from(self.size - self.filled)
                .unwrap_or(usize::MAX)
                .min(data.len());
            self.hasher.update(&data[..room]);
            self.filled += room as u64;
            data = &data[room..];
            if self.filled == self.size {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        self.digests
            .push(Digest(self.hasher.finalize_reset().into()));
        self.filled = 0;
    }

    fn finish(mut self) -> Vec<Digest> {
        if self.filled > 0 {
            self.close();
        }
        self.digests
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};
    use std::sync::atomic::AtomicBool;

    use super::super::progress::Quiet;
    use super::*;

    fn hashed(data: &[u8], piece_size: u64) -> Hashed {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(data).unwrap();
        file.rewind().unwrap();
        let task = Task {
            whole: true,
            piece_size: Some(piece_size),
        };
        let others = [
            CrossReference::Md5,
            CrossReference::Sha1,
            CrossReference::Sha3_256,
            CrossReference::Sha512,
        ];
        let flag = AtomicBool::new(false);
        read_once(&mut file, task, &others, &mut Vec::new(), &mut Quiet(&flag))
            .ok()
            .unwrap()
    }

    #[test]
    fn one_reading_gives_every_digest() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"abc").unwrap();
        let all = hashed(b"abc", 1 << 20);
        assert_eq!(all.sha256, Some(Digest::of(b"abc")));
        assert_eq!(all.others[0].1, "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(all.others[1].1, "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(
            all.others[2].1,
            "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"
        );
        assert!(
            all.others[3]
                .1
                .starts_with("ddaf35a193617abacc417349ae204131")
        );
    }

    #[test]
    fn pieces_end_where_they_should() {
        for length in [0usize, 1, 99, 100, 101, 250, 300] {
            let data: Vec<u8> = (0..length).map(|n| n as u8).collect();
            let expected: Vec<Digest> = data.chunks(100).map(Digest::of).collect();
            assert_eq!(
                hashed(&data, 100).pieces.unwrap(),
                expected,
                "{length} bytes"
            );
        }
    }
}
