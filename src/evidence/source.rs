//! Where evidence is: one file, a folder, or several things side by side.

use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::FileType;

use super::opening::{file_type, stat_named};

/// What a person named as evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// One thing: an image, a file, a device. Anything else found in its place is a finding.
    File(PathBuf),
    /// A folder and what is in it.
    Folder(PathBuf),
    /// Several things, each under its own name.
    Parts(Vec<PathBuf>),
}

/// Why something cannot be a source.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It could not be looked at.
    #[error(
        "looking at {}: {}",
        super::shown(path),
        super::listing::in_words(error)
    )]
    Unseen {
        /// What was named.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// It is a link.
    #[error(
        "{} is a symbolic link, and links are not followed",
        super::shown(path)
    )]
    Link {
        /// What was named.
        path: PathBuf,
    },
    /// It is no file, folder or block device.
    #[error("{} is {what}, which holds nothing to seal", super::shown(path))]
    Special {
        /// What was named.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Two things have one name.
    #[error(
        "two of the things to seal are named {}",
        super::shown(Path::new(name))
    )]
    SameName {
        /// The name.
        name: PathBuf,
    },
    /// It has no name of its own.
    #[error("{} has no name of its own", super::shown(path))]
    NoName {
        /// What was named.
        path: PathBuf,
    },
}

impl SourceError {
    /// What a person can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Link { path } => {
                let target = std::fs::canonicalize(path).ok()?;
                Some(format!("name what it points at: {}", super::shown(&target)))
            }
            Self::SameName { .. } => {
                Some("put them into one folder, and seal the folder".to_owned())
            }
            Self::NoName { .. } => {
                Some("name the file or folder itself, for instance ../EXH-7".to_owned())
            }
            _ => None,
        }
    }
}

impl Source {
    /// What is to be sealed: these things, each a file, a folder or a block device.
    ///
    /// # Errors
    /// Where one is something else, or two have one name.
    pub fn to_seal(paths: &[PathBuf]) -> Result<Self, SourceError> {
        let paths: Vec<PathBuf> = paths.iter().map(|path| with_name(path)).collect();
        let paths = paths.as_slice();
        let mut names = std::collections::BTreeSet::new();
        for path in paths {
            let kind = kind_of(path)?;
            let what = match kind {
                FileType::RegularFile | FileType::Directory | FileType::BlockDevice => None,
                FileType::Symlink => return Err(SourceError::Link { path: path.clone() }),
                FileType::Fifo => Some("a FIFO"),
                FileType::Socket => Some("a socket"),
                FileType::CharacterDevice => Some("a character device"),
                FileType::Unknown => Some("of an unknown kind"),
            };
            if let Some(what) = what {
                return Err(SourceError::Special {
                    path: path.clone(),
                    what,
                });
            }
            let name = path
                .file_name()
                .ok_or_else(|| SourceError::NoName { path: path.clone() })?;
            if !names.insert(name) {
                return Err(SourceError::SameName { name: name.into() });
            }
        }
        match paths {
            [one] if kind_of(one)? == FileType::Directory => Ok(Self::Folder(one.clone())),
            [one] => Ok(Self::File(one.clone())),
            many => Ok(Self::Parts(many.to_vec())),
        }
    }
}

/// What stands at a path.
///
/// # Errors
/// Where it cannot be looked at.
pub fn kind_of(path: &Path) -> Result<FileType, SourceError> {
    let stat = stat_named(path).map_err(|error| SourceError::Unseen {
        path: path.to_owned(),
        error,
    })?;
    Ok(file_type(&stat))
}

/// The same path without what hides its name or follows a link: `folder/` is `folder`, `.` is the folder it stands for.
pub fn with_name(path: &Path) -> PathBuf {
    let plain: PathBuf = path.components().collect();
    match plain.file_name() {
        Some(_) => plain,
        None => std::fs::canonicalize(&plain).unwrap_or(plain),
    }
}
