//! Bundle files: read whole or not at all, written whole or not at all, extended by one at a time.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;
use tempfile::{Builder, NamedTempFile};
use walkdir::WalkDir;

use crate::audit::chain::judge;
use crate::audit::trust::Trust;
use crate::record::bundle::Bundle;
use crate::record::json::{MAX_FILE, ParseError};

use super::listing::in_words;
use super::shown;

/// Why a bundle could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BundleFileError {
    /// The system refused.
    #[error("{action} the bundle {}: {}", shown(path), in_words(error))]
    Refused {
        /// What was being done: `reading`, `writing`.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// It is no regular file.
    #[error("reading the bundle {}: it is no regular file", shown(path))]
    NoFile {
        /// Which.
        path: PathBuf,
    },
    /// It is larger than a bundle may be.
    #[error(
        "reading the bundle {}: it is larger than 1 GiB, the most a bundle may have",
        shown(path)
    )]
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// It is not a bundle.
    #[error("reading the bundle {}: {error}", shown(path))]
    NoBundle {
        /// Which file.
        path: PathBuf,
        /// What is wrong, with line and column.
        error: ParseError,
    },
    /// There is one already.
    #[error(
        "writing the bundle {}: it exists already, and a bundle is never overwritten",
        shown(path)
    )]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// What would be written could not be used again.
    #[error(
        "writing the bundle {}: it could not be used again: {problem}",
        shown(path)
    )]
    Unusable {
        /// Which file.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// Someone else is extending it.
    #[error("extending the bundle {}: another program is holding it", shown(path))]
    Held {
        /// Which.
        path: PathBuf,
    },
    /// Someone else extended it in the meantime.
    #[error(
        "extending the bundle {}: another program has extended it in the meantime",
        shown(path)
    )]
    MovedOn {
        /// Which.
        path: PathBuf,
    },
}

impl BundleFileError {
    /// What a person can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Exists { .. } => Some("verify the one that is there; what it lacks is added with `custody record BUNDLE correct`; -o gives another place".to_owned()),
            Self::Held { .. } => Some("wait until the other program has ended, and try again".to_owned()),
            Self::Unusable { .. } => Some("nothing was written; leave out, or shorten, what was to be recorded".to_owned()),
            Self::MovedOn { .. } => Some("look at it with `custody log`, and begin again".to_owned()),
            Self::NoBundle { .. } => Some("a bundle is the .custody.json file that `custody seal` wrote; name that file, or the evidence beside it".to_owned()),
            Self::Refused { error, .. } if error.kind() == io::ErrorKind::StorageFull => {
                Some("make room, or give another place with -o; nothing was written".to_owned())
            }
            _ => None,
        }
    }
}

/// How the names of bundles end.
pub const SUFFIX: &str = ".custody.json";

/// Whether a path has the name of a bundle.
pub fn is_bundle_name(path: &Path) -> bool {
    path.as_os_str()
        .as_encoded_bytes()
        .ends_with(SUFFIX.as_bytes())
}

/// The bundles in a folder and the folders in it, in the order of their names. Links are not followed.
pub fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let walk = WalkDir::new(folder).follow_links(false).sort_by_file_name();
    let files = walk
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file());
    files
        .map(walkdir::DirEntry::into_path)
        .filter(|path| is_bundle_name(path))
        .collect()
}

/// Reads a bundle.
///
/// # Errors
/// Where the file cannot be read, is too large, or is no bundle.
pub fn load(path: &Path) -> Result<Bundle, BundleFileError> {
    let (_, bundle) = open(path)?;
    Ok(bundle)
}

fn open(path: &Path) -> Result<(File, Bundle), BundleFileError> {
    let refused = |error| BundleFileError::Refused {
        action: "reading",
        path: path.to_owned(),
        error,
    };
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)
        .map_err(refused)?;
    let facts = file.metadata().map_err(refused)?;
    if !facts.is_file() {
        return Err(BundleFileError::NoFile {
            path: path.to_owned(),
        });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(facts.len().min(MAX_FILE)).unwrap_or(0));
    (&mut file)
        .take(MAX_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(refused)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(BundleFileError::TooLarge {
            path: path.to_owned(),
        });
    }
    match Bundle::parse(&bytes) {
        Ok(bundle) => Ok((file, bundle)),
        Err(error) => Err(BundleFileError::NoBundle {
            path: path.to_owned(),
            error,
        }),
    }
}

/// Writes a new bundle; one that is there already stays as it is.
///
/// # Errors
/// Where there is one already, or the system refuses. Nothing half-written stays.
pub fn create(path: &Path, bundle: &Bundle) -> Result<(), BundleFileError> {
    let refused = |error| BundleFileError::Refused {
        action: "writing",
        path: path.to_owned(),
        error,
    };
    // The person's umask decides who may read it, as with any file.
    let draft = write_beside(path, bundle, 0o666).map_err(refused)?;
    read_back(path, &draft)?;
    draft
        .persist_noclobber(path)
        .map_err(|failed| match failed.error.kind() {
            io::ErrorKind::AlreadyExists => BundleFileError::Exists {
                path: path.to_owned(),
            },
            _ => refused(failed.error),
        })?;
    sync_folder(path).map_err(refused)
}

/// A bundle that nobody else can extend until this is dropped.
pub struct LockedBundle {
    path: PathBuf,
    file: File,
}

impl LockedBundle {
    /// Locks a bundle, reads it again, and makes sure that its head and its time stamps are those that were judged.
    ///
    /// # Errors
    /// Where it cannot be locked or read, or has moved on.
    pub fn lock(path: &Path, judged: &Bundle) -> Result<Self, BundleFileError> {
        let refused = |error| BundleFileError::Refused {
            action: "locking",
            path: path.to_owned(),
            error,
        };
        // Whoever extended it before us put a new file in its place: then the lock is on the old one.
        let file = loop {
            let file = File::open(path).map_err(refused)?;
            lock_in_time(&file, path)?;
            let (locked, there) = (
                file.metadata().map_err(refused)?,
                std::fs::metadata(path).map_err(refused)?,
            );
            if (locked.dev(), locked.ino()) == (there.dev(), there.ino()) {
                break file;
            }
        };
        let there = load(path)?;
        // What would be written has no time stamp that came meanwhile.
        if there.card().head != judged.card().head || there.timestamps != judged.timestamps {
            return Err(BundleFileError::MovedOn {
                path: path.to_owned(),
            });
        }
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Puts the extended bundle in the place of the old one, in one step.
    ///
    /// # Errors
    /// Where the system refuses; the old bundle then stays as it was.
    pub fn replace(self, bundle: &Bundle) -> Result<(), BundleFileError> {
        let refused = |error| BundleFileError::Refused {
            action: "writing",
            path: self.path.clone(),
            error,
        };
        // A link to a bundle stays a link: the file it points at is replaced.
        let path = std::fs::canonicalize(&self.path).map_err(refused)?;
        let mode = self.file.metadata().map_err(refused)?.permissions().mode();
        let draft = write_beside(&path, bundle, mode).map_err(refused)?;
        read_back(&path, &draft)?;
        draft
            .as_file()
            .set_permissions(std::fs::Permissions::from_mode(mode & 0o7777))
            .map_err(refused)?;
        draft
            .persist(&path)
            .map_err(|failed| refused(failed.error))?;
        sync_folder(&path).map_err(refused)
    }
}

/// Whoever extends a bundle holds it for moments; one who holds it for ever must not keep others waiting for ever.
fn lock_in_time(file: &File, path: &Path) -> Result<(), BundleFileError> {
    for _ in 0..100 {
        match flock(file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(()),
            Err(Errno::WOULDBLOCK) => std::thread::sleep(Duration::from_millis(100)),
            Err(error) => {
                let (path, error) = (path.to_owned(), error.into());
                return Err(BundleFileError::Refused {
                    action: "locking",
                    path,
                    error,
                });
            }
        }
    }
    Err(BundleFileError::Held {
        path: path.to_owned(),
    })
}

/// Reads what was written, before it takes its place: nothing is kept that no reader would take, or that does not check.
fn read_back(path: &Path, draft: &NamedTempFile) -> Result<(), BundleFileError> {
    let unusable = |problem: String| BundleFileError::Unusable {
        path: path.to_owned(),
        problem,
    };
    let bundle = load(draft.path()).map_err(|error| match error {
        BundleFileError::NoBundle { error, .. } => unusable(error.to_string()),
        BundleFileError::TooLarge { .. } => {
            unusable("it would be larger than 1 GiB, the most a bundle may have".to_owned())
        }
        other => other,
    })?;
    judge(bundle, &Trust::default(), &[])
        .verified()
        .map(drop)
        .map_err(|judged| {
            let codes: Vec<&str> = judged
                .findings()
                .iter()
                .map(|finding| finding.code.as_str())
                .collect();
            unusable(format!("its record would not check ({})", codes.join(", ")))
        })
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Writes the whole bundle to a new file in the same folder; it goes away again unless it is put in place.
fn write_beside(path: &Path, bundle: &Bundle, mode: u32) -> io::Result<NamedTempFile> {
    let permissions = std::fs::Permissions::from_mode(mode);
    let mut draft = Builder::new()
        .prefix(".custody-")
        .suffix(".tmp")
        .permissions(permissions)
        .tempfile_in(folder_of(path))?;
    write_text(draft.as_file_mut(), bundle)?;
    draft.as_file().sync_all()?;
    Ok(draft)
}

fn write_text(file: &mut File, bundle: &Bundle) -> io::Result<()> {
    let mut text = TextFile {
        out: BufWriter::new(file),
        error: None,
    };
    if bundle.write(&mut text).is_err() {
        return Err(text.error.unwrap_or_else(|| io::ErrorKind::Other.into()));
    }
    text.out.flush()
}

/// A new name is only on the disk when its folder is.
fn sync_folder(path: &Path) -> io::Result<()> {
    match File::open(folder_of(path)).and_then(|folder| folder.sync_all()) {
        // Some file systems cannot do it for folders; the file itself is on the disk.
        Err(error) if error.raw_os_error() == Some(Errno::INVAL.raw_os_error()) => Ok(()),
        other => other,
    }
}

/// Text goes to a file; what the file system said is kept, since a text sink cannot say it.
struct TextFile<W: Write> {
    out: W,
    error: Option<io::Error>,
}

impl<W: Write> fmt::Write for TextFile<W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.out.write_all(text.as_bytes()).map_err(|error| {
            self.error = Some(error);
            fmt::Error
        })
    }
}
