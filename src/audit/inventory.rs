//! An inventory: what was found when someone looked. The manifest is what was sealed; the two are compared.

use crate::record::digest::{Digest, Salt};
use crate::record::entry::{Entry, FileFacts, Kind, Mode, Special};
use crate::record::json::{Json, Object};
use crate::record::path::{PathText, TargetText};
use crate::record::pieces::Pieces;
use crate::record::time::FileTime;

/// Everything that was found, in the order of the raw paths.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    /// The things found.
    pub found: Vec<Found>,
}

/// One thing that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where, below the folder looked at; for a single file, its name.
    pub path: PathText,
    /// What.
    pub kind: FoundKind,
}

/// What was found.
#[derive(Clone, Debug)]
pub enum FoundKind {
    /// A regular file, or a device that was named itself.
    File(Box<FoundFile>),
    /// A folder.
    Dir,
    /// A symbolic link, not followed.
    Symlink(TargetText),
    /// A FIFO, socket or device, not opened.
    Special(Special),
    /// Something that could not be read.
    Unreadable {
        /// Why, in words.
        reason: String,
    },
}

/// What was found of a file.
#[derive(Clone, Debug, Default)]
pub struct FoundFile {
    /// Its length.
    pub bytes: u64,
    /// When it was last changed, as its file system says.
    pub modified: Option<FileTime>,
    /// Its permission bits.
    pub mode: Option<Mode>,
    /// SHA-256 of all of it, where that was computed.
    pub sha256: Option<Digest>,
    /// The digests of its pieces, where they were computed, and the size of a piece.
    pub pieces: Option<(u64, Vec<Digest>)>,
    /// Other digests: name and hex.
    pub digests: Vec<(&'static str, String)>,
    /// Another path, found before, that is the same file.
    pub same_file_as: Option<PathText>,
}

/// How a file is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// Whether the SHA-256 of the whole file is wanted.
    pub whole: bool,
    /// The size of the pieces wanted, if any.
    pub piece_size: Option<u64>,
}

impl Found {
    /// The entry that seals what was found. A file must have been read as [`Task`] of a seal says.
    pub fn to_entry(&self, salt: Salt) -> Entry {
        let kind = match &self.kind {
            FoundKind::File(file) => Kind::File(Box::new(file.to_facts())),
            FoundKind::Dir => Kind::Dir,
            FoundKind::Symlink(target) => Kind::Symlink {
                target: target.clone(),
            },
            FoundKind::Special(special) => Kind::Special(*special),
            FoundKind::Unreadable { reason } => Kind::Unreadable {
                reason: reason.clone(),
            },
        };
        Entry {
            path: self.path.clone(),
            salt,
            kind,
            unknown: Object::new(),
        }
    }
}

impl FoundFile {
    fn to_facts(&self) -> FileFacts {
        let digests = self
            .digests
            .iter()
            .fold(Object::new(), |object, (name, hex)| {
                object.with(name, Json::text(hex))
            });
        FileFacts {
            bytes: self.bytes,
            sha256: self.sha256.unwrap_or(Digest::ZERO),
            modified: self.modified,
            mode: self.mode,
            pieces: self
                .pieces
                .as_ref()
                .map(|(size, digests)| Pieces::of(*size, digests)),
            same_file_as: self.same_file_as.clone(),
            digests: (!digests.is_empty()).then_some(digests),
        }
    }
}

impl FoundKind {
    /// What it is, in words.
    pub fn in_words(&self) -> &'static str {
        match self {
            Self::File(_) => "a file",
            Self::Dir => "a folder",
            Self::Symlink(_) => "a symbolic link",
            Self::Special(Special::Fifo) => "a FIFO",
            Self::Special(Special::Socket) => "a socket",
            Self::Special(Special::Char) => "a character device",
            Self::Special(Special::Block) => "a block device",
            Self::Unreadable { .. } => "unreadable",
        }
    }
}
