//! Files that travel: read whole or not at all, written whole or not at all, changed by one at a time.

use std::fmt;
use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;
use tempfile::{Builder, NamedTempFile};

use crate::record::json::MAX_FILE;

/// Why a file could not be read or written. Whoever asked knows which one it is, and what for.
pub(super) enum WholeFileError {
    /// The system refused.
    Refused(io::Error),
    /// It is no regular file.
    NoFile,
    /// It is larger than any file of the format may be.
    TooLarge,
    /// There is one already.
    Exists,
    /// Someone else is changing it.
    Held,
}

impl From<io::Error> for WholeFileError {
    fn from(error: io::Error) -> Self {
        Self::Refused(error)
    }
}

/// Reads a regular file, up to the most a file of the format may have.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, WholeFileError> {
    // Without it, opening a pipe that nobody writes to would wait for ever.
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let mut file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)?;
    let facts = file.metadata()?;
    if !facts.is_file() {
        return Err(WholeFileError::NoFile);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(facts.len().min(MAX_FILE)).unwrap_or(0));
    (&mut file).take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(WholeFileError::TooLarge);
    }
    Ok(bytes)
}

/// A whole file that was written beside its place; it goes away again unless it is put there.
pub(super) struct Draft(NamedTempFile);

impl Draft {
    /// Writes a text to a new file in the same folder.
    pub(super) fn beside(
        path: &Path,
        mode: u32,
        write: impl FnOnce(&mut TextFile<'_>) -> fmt::Result,
    ) -> Result<Self, WholeFileError> {
        let mut draft = Builder::new()
            .prefix(".custody-")
            .suffix(".tmp")
            .permissions(Permissions::from_mode(mode))
            .tempfile_in(folder_of(path))?;
        let mut text = TextFile {
            out: BufWriter::new(draft.as_file_mut()),
            error: None,
        };
        if write(&mut text).is_err() {
            let error = text.error.unwrap_or_else(|| io::ErrorKind::Other.into());
            return Err(error.into());
        }
        text.out.flush()?;
        drop(text);
        draft.as_file().sync_all()?;
        Ok(Self(draft))
    }

    /// Where it is for now.
    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Puts it in its place, where nothing is yet.
    pub(super) fn put_new(self, path: &Path) -> Result<(), WholeFileError> {
        self.0
            .persist_noclobber(path)
            .map_err(|failed| match failed.error.kind() {
                io::ErrorKind::AlreadyExists => WholeFileError::Exists,
                _ => failed.error.into(),
            })?;
        Ok(sync_folder(path)?)
    }
}

/// A file that nobody else can change by this program until this is dropped.
pub(super) struct LockedFile {
    path: PathBuf,
    file: File,
}

impl LockedFile {
    /// Locks the file that stands at a path.
    pub(super) fn lock(path: &Path) -> Result<Self, WholeFileError> {
        // Whoever changed it before us put a new file in its place: then the lock is on the old one.
        loop {
            let file = File::open(path)?;
            lock_in_time(&file)?;
            let (locked, there) = (file.metadata()?, std::fs::metadata(path)?);
            if (locked.dev(), locked.ino()) == (there.dev(), there.ino()) {
                let path = path.to_owned();
                return Ok(Self { path, file });
            }
        }
    }

    /// The path, as it was given.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes what is to take its place.
    pub(super) fn draft(
        &self,
        write: impl FnOnce(&mut TextFile<'_>) -> fmt::Result,
    ) -> Result<Draft, WholeFileError> {
        // A link to a file stays a link: the file it points at is replaced.
        let path = std::fs::canonicalize(&self.path)?;
        Draft::beside(&path, self.mode()?, write)
    }

    /// Puts the draft in its place, in one step.
    pub(super) fn replace(self, draft: Draft) -> Result<(), WholeFileError> {
        let path = std::fs::canonicalize(&self.path)?;
        let Draft(draft) = draft;
        let permissions = Permissions::from_mode(self.mode()? & 0o7777);
        draft.as_file().set_permissions(permissions)?;
        draft.persist(&path).map_err(|failed| failed.error)?;
        Ok(sync_folder(&path)?)
    }

    fn mode(&self) -> io::Result<u32> {
        Ok(self.file.metadata()?.permissions().mode())
    }
}

/// Whoever changes a file holds it for moments; one who holds it for ever must not keep others waiting for ever.
fn lock_in_time(file: &File) -> Result<(), WholeFileError> {
    for _ in 0..100 {
        match flock(file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(()),
            Err(Errno::WOULDBLOCK) => std::thread::sleep(Duration::from_millis(100)),
            Err(error) => return Err(io::Error::from(error).into()),
        }
    }
    Err(WholeFileError::Held)
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
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
pub(super) struct TextFile<'file> {
    out: BufWriter<&'file mut File>,
    error: Option<io::Error>,
}

impl fmt::Write for TextFile<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.out.write_all(text.as_bytes()).map_err(|error| {
            self.error = Some(error);
            fmt::Error
        })
    }
}
