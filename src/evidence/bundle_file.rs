//! Bundle files: read whole or not at all, written whole or not at all, extended by one at a time.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::audit::chain::{VerifiedChain, judge};
use crate::audit::trust::Trust;
use crate::record::bundle::Bundle;
use crate::record::json::ParseError;
use crate::record::time_token::TimeToken;

use super::listing::in_words;
use super::shown;
use super::whole_file::{self, Draft, LockedFile, WholeFileError};

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
    load_seen(path, |_| ())
}

/// The same, where somebody looks at the very bytes that are read: a second look may meet another file.
///
/// # Errors
/// Where the file cannot be read, is too large, or is no bundle.
pub fn load_seen(path: &Path, look: impl FnOnce(&[u8])) -> Result<Bundle, BundleFileError> {
    let bytes = whole_file::read(path).map_err(of_bundle("reading", path))?;
    look(&bytes);
    Bundle::parse(&bytes).map_err(|error| BundleFileError::NoBundle {
        path: path.to_owned(),
        error,
    })
}

/// What went wrong with the file, as an error of a bundle.
fn of_bundle(action: &'static str, path: &Path) -> impl Fn(WholeFileError) -> BundleFileError {
    move |error| {
        let path = path.to_owned();
        match error {
            WholeFileError::Refused(error) => BundleFileError::Refused {
                action,
                path,
                error,
            },
            WholeFileError::NoFile => BundleFileError::NoFile { path },
            WholeFileError::TooLarge => BundleFileError::TooLarge { path },
            WholeFileError::Exists => BundleFileError::Exists { path },
            WholeFileError::Held => BundleFileError::Held { path },
        }
    }
}

/// Writes a new bundle; one that is there already stays as it is.
///
/// # Errors
/// Where there is one already, or the system refuses. Nothing half-written stays.
pub fn create(path: &Path, bundle: &Bundle) -> Result<(), BundleFileError> {
    let refused = of_bundle("writing", path);
    // The person's umask decides who may read it, as with any file.
    let draft = Draft::beside(path, 0o666, |text| bundle.write(text)).map_err(&refused)?;
    read_back(path, draft.path(), &Trust::default())?;
    draft.put_new(path).map_err(refused)
}

/// A bundle that nobody else can extend until this is dropped.
pub struct LockedBundle {
    file: LockedFile,
    /// The time stamps it has: one that another program has attached in the meantime stays.
    timestamps: Vec<TimeToken>,
}

impl LockedBundle {
    /// Locks a bundle, reads it again, and makes sure that its head is the one that was judged.
    ///
    /// # Errors
    /// Where it cannot be locked or read, or has moved on.
    pub fn lock(path: &Path, judged: &Bundle) -> Result<Self, BundleFileError> {
        let file = LockedFile::lock(path).map_err(of_bundle("locking", path))?;
        let there = load(path)?;
        if there.card().head != judged.card().head {
            return Err(BundleFileError::MovedOn {
                path: path.to_owned(),
            });
        }
        Ok(Self {
            file,
            timestamps: there.timestamps,
        })
    }

    /// Puts the extended bundle in the place of the old one, in one step.
    ///
    /// # Errors
    /// Where the system refuses; the old bundle then stays as it was.
    pub fn replace(self, chain: &VerifiedChain) -> Result<(), BundleFileError> {
        let path = self.file.path().to_owned();
        let refused = of_bundle("writing", &path);
        let mut bundle = Cow::Borrowed(chain.bundle());
        if bundle.timestamps != self.timestamps {
            for stamp in self.timestamps {
                bundle.to_mut().add_time_stamp(stamp);
            }
        }
        let draft = self.file.draft(|text| bundle.write(text));
        let draft = draft.map_err(&refused)?;
        let trust = Trust::of_rosters(chain.rosters().clone());
        read_back(&path, draft.path(), &trust)?;
        self.file.replace(draft).map_err(refused)
    }
}

/// Reads what was written, before it takes its place: nothing is kept that no reader would take, or that does not check.
fn read_back(path: &Path, draft: &Path, trust: &Trust) -> Result<(), BundleFileError> {
    let unusable = |problem: String| BundleFileError::Unusable {
        path: path.to_owned(),
        problem,
    };
    let bundle = load(draft).map_err(|error| match error {
        BundleFileError::NoBundle { error, .. } => unusable(error.to_string()),
        BundleFileError::TooLarge { .. } => {
            unusable("it would be larger than 1 GiB, the most a bundle may have".to_owned())
        }
        other => other,
    })?;
    judge(bundle, trust, &[])
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
