//! Lists what is in a folder, without following links and without opening files.

use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileTypeExt, MetadataExt};

use walkdir::WalkDir;

use crate::record::entry::Special;

use super::opening::{Identity, Root};

/// One thing in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path below the folder, raw.
    pub raw: Vec<u8>,
    /// What it is.
    pub kind: ListedKind,
}

/// What a thing in a folder is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListedKind {
    /// A regular file.
    File {
        /// Which file it is, its length and its times.
        identity: Identity,
        /// How many names it has.
        names: u64,
    },
    /// A folder.
    Dir,
    /// A symbolic link, with the raw bytes of what it points at.
    Symlink(Vec<u8>),
    /// A FIFO, socket or device.
    Special(Special),
    /// Something that could not be looked at.
    Unreadable(String),
}

/// Everything below a folder, in the order of the raw paths. `prefix` stands before every path, with its `/`.
pub fn list(root: &Root, prefix: &[u8]) -> Vec<Listed> {
    let folder = root.path();
    let mut listed: Vec<Listed> = Vec::new();
    // The folder is reached through the one open handle, which is a link of the system's own.
    for entry in WalkDir::new(&folder)
        .follow_links(false)
        .follow_root_links(true)
        .min_depth(1)
    {
        let (path, kind) = match &entry {
            Ok(entry) => (Some(entry.path()), kind_of(entry)),
            Err(error) => (error.path(), ListedKind::Unreadable(why(error))),
        };
        let below = path
            .and_then(|path| path.strip_prefix(&folder).ok())
            .map(|below| below.as_os_str().as_bytes());
        let raw = match below {
            // The folder itself could not be read.
            None | Some(b"") => prefix.strip_suffix(b"/").unwrap_or(prefix).to_vec(),
            Some(below) => [prefix, below].concat(),
        };
        // A folder is met first; that its inside cannot be read comes after.
        match listed.last_mut() {
            Some(last) if last.raw == raw => last.kind = kind,
            _ => listed.push(Listed { raw, kind }),
        }
    }
    listed.sort_by(|a, b| a.raw.cmp(&b.raw));
    listed
}

fn kind_of(entry: &walkdir::DirEntry) -> ListedKind {
    let kind = entry.file_type();
    if kind.is_dir() {
        return ListedKind::Dir;
    }
    if kind.is_symlink() {
        return match std::fs::read_link(entry.path()) {
            Ok(target) => ListedKind::Symlink(target.into_os_string().into_vec()),
            Err(error) => {
                ListedKind::Unreadable(format!("the link could not be read: {}", in_words(&error)))
            }
        };
    }
    if let Some(special) = special(&kind) {
        return ListedKind::Special(special);
    }
    match entry.metadata() {
        Ok(facts) => ListedKind::File {
            identity: Identity::of_metadata(&facts),
            names: facts.nlink(),
        },
        Err(error) => ListedKind::Unreadable(why(&error)),
    }
}

fn special(kind: &std::fs::FileType) -> Option<Special> {
    match kind {
        kind if kind.is_fifo() => Some(Special::Fifo),
        kind if kind.is_socket() => Some(Special::Socket),
        kind if kind.is_char_device() => Some(Special::Char),
        kind if kind.is_block_device() => Some(Special::Block),
        _ => None,
    }
}

fn why(error: &walkdir::Error) -> String {
    error
        .io_error()
        .map_or_else(|| "it could not be looked at".to_owned(), in_words)
}

/// What the system said, as the end of a sentence.
pub fn in_words(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::FileTooLarge => "the file system takes no file that large".to_owned(),
        ErrorKind::AlreadyExists => "it exists already".to_owned(),
        ErrorKind::NotADirectory => "it is not a folder".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        // The system's own words, without the number it puts behind them.
        _ => error
            .to_string()
            .split(" (os error")
            .next()
            .unwrap_or_default()
            .to_lowercase(),
    }
}
