//! Files of the owner's own: opened without following a link, read up to a limit, written whole or not at all.

use std::fs::{DirBuilder, File, Metadata, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::shown;

/// The system, or what stands at a path, did not let a file be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {reason}", shown(.path))]
pub struct FileError {
    action: String,
    path: PathBuf,
    reason: Reason,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("it is a symbolic link")]
    Link,
    #[error("it is {0}, not a file")]
    NotRegular(&'static str),
    #[error("it has more than {0} bytes")]
    TooLarge(u64),
    #[error("others may read or write it (mode {0:04o})")]
    OpenToOthers(u32),
    #[error("it belongs to another user (uid {0})")]
    OfAnotherUser(u32),
    #[error("something of that name is already there")]
    Taken,
    #[error("there is no such file or folder")]
    Missing,
    #[error("permission denied")]
    Denied,
    #[error("{0}")]
    System(io::Error),
}

impl FileError {
    /// What the system refused to do with a file. `verb` and `what` as in "read", "key".
    pub(super) fn of_the_system(verb: &str, what: &str, path: &Path, error: io::Error) -> Self {
        Self::new(verb, what, path, error.into())
    }

    fn new(verb: &str, what: &str, path: &Path, reason: Reason) -> Self {
        Self {
            action: format!("{verb} the {what}"),
            path: path.to_owned(),
            reason,
        }
    }

    /// Whether nothing stands at the path.
    pub fn is_missing(&self) -> bool {
        matches!(self.reason, Reason::Missing)
    }

    /// Whether something stands at the path already.
    pub fn is_taken(&self) -> bool {
        matches!(self.reason, Reason::Taken)
    }

    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self.reason {
            Reason::Link => Some("name the file it points to".to_owned()),
            Reason::OpenToOthers(_) => Some(format!("chmod 600 {}", quoted(&self.path))),
            Reason::Taken => Some("choose another name: nothing is overwritten".to_owned()),
            _ => None,
        }
    }
}

impl From<io::Error> for Reason {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::AlreadyExists => Self::Taken,
            _ => Self::System(error),
        }
    }
}

/// A path as it can be pasted into a shell, as far as it can be printed.
pub(super) fn quoted(path: &Path) -> String {
    let text = shown(path);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+:@".contains(&byte);
    if text.bytes().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// A regular file, opened for reading.
#[derive(Debug)]
pub(super) struct Opened<'path> {
    file: File,
    path: &'path Path,
    what: &'static str,
    about: Metadata,
}

/// Opens a regular file, without following a link. `what` names it in an error: "key file".
pub(super) fn open<'path>(
    path: &'path Path,
    what: &'static str,
) -> Result<Opened<'path>, FileError> {
    let refuse = |reason| FileError::new("read", what, path, reason);
    // Without NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    let flags =
        OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file = rustix::fs::open(path, flags, Mode::empty()).map_err(|error| {
        refuse(match error {
            Errno::LOOP => Reason::Link,
            Errno::NXIO => Reason::NotRegular("a device or a socket"),
            other => io::Error::from(other).into(),
        })
    })?;
    let file = File::from(file);
    let about = file.metadata().map_err(|error| refuse(error.into()))?;
    if about.is_dir() {
        return Err(refuse(Reason::NotRegular("a folder")));
    }
    if !about.is_file() {
        return Err(refuse(Reason::NotRegular("a device or a pipe")));
    }
    Ok(Opened {
        file,
        path,
        what,
        about,
    })
}

impl Opened<'_> {
    /// The same file, where nobody but its owner can read or write it, and the owner is the user.
    pub(super) fn of_the_user_alone(self) -> Result<Self, FileError> {
        let (mode, owner) = (self.about.mode() & 0o7777, self.about.uid());
        let reason = if mode & 0o077 != 0 {
            Reason::OpenToOthers(mode)
        } else if !may_use(owner, rustix::process::geteuid().as_raw()) {
            Reason::OfAnotherUser(owner)
        } else {
            return Ok(self);
        };
        Err(FileError::new("use", self.what, self.path, reason))
    }

    /// Its first bytes, at most so many; `read` then gives those behind them.
    pub(super) fn start(&mut self, most: u64) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        let read = (&mut self.file).take(most).read_to_end(&mut bytes);
        read.map_err(|error| FileError::new("read", self.what, self.path, error.into()))?;
        Ok(bytes)
    }

    /// The file itself, to lock it.
    pub(super) fn into_file(self) -> File {
        self.file
    }

    /// All of its bytes, where it has at most `limit`.
    pub(super) fn read(self, limit: u32) -> Result<Zeroizing<Vec<u8>>, FileError> {
        let refuse = |reason| FileError::new("read", self.what, self.path, reason);
        let limit = u64::from(limit);
        // Room for all of it at once: a vector that grows leaves copies of a secret behind.
        let room = usize::try_from(self.about.len().min(limit) + 1).unwrap_or(0);
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        self.file
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| refuse(error.into()))?;
        if bytes.len() as u64 > limit {
            return Err(refuse(Reason::TooLarge(limit)));
        }
        Ok(bytes)
    }
}

/// One's own files, and root's: root could put anything in their place. Root uses the files of everyone, as under sudo.
fn may_use(owner: u32, user: u32) -> bool {
    owner == user || owner == 0 || user == 0
}

/// Writes a new file, readable by its owner alone, whole or not at all; never over another.
pub(super) fn create(path: &Path, what: &str, bytes: &[u8]) -> Result<(), FileError> {
    write(path, what, bytes, false, true)
}

/// Puts a new file in the place of one that may be there, in one step.
pub(super) fn replace(path: &Path, what: &str, bytes: &[u8]) -> Result<(), FileError> {
    write(path, what, bytes, true, true)
}

/// Writes a file without waiting for the disk: after a power cut the old one may be there, or an empty one.
pub(super) fn note(path: &Path, what: &str, bytes: &[u8], over: bool) -> Result<(), FileError> {
    write(path, what, bytes, over, false)
}

fn write(
    path: &Path,
    what: &str,
    bytes: &[u8],
    over: bool,
    lasting: bool,
) -> Result<(), FileError> {
    let refuse = |error: io::Error| FileError::new("write", what, path, error.into());
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".custody-")
        .permissions(Permissions::from_mode(0o600))
        .tempfile_in(folder)
        .map_err(refuse)?;
    file.write_all(bytes).map_err(refuse)?;
    if lasting {
        file.as_file().sync_all().map_err(refuse)?;
    }
    let sync_folder = |folder| if lasting { sync_folder(folder) } else { Ok(()) };
    // Where a step fails, the file beside is removed when `file` is dropped.
    if over {
        file.persist(path).map_err(|error| refuse(error.error))?;
        sync_folder(folder).map_err(refuse)
    } else {
        file.persist_noclobber(path)
            .map_err(|error| refuse(error.error))?;
        sync_folder(folder).map_err(|error| {
            // What may be gone after a power cut is not reported as kept.
            let _ = std::fs::remove_file(path);
            refuse(error)
        })
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some network file systems take no fsync of a folder.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        other => other,
    }
}

/// Takes a file away; whether it was there.
pub(super) fn remove(path: &Path, what: &str) -> Result<bool, FileError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        other => other
            .map(|()| true)
            .map_err(|error| FileError::new("remove", what, path, error.into())),
    }
}

/// Makes a folder that only its owner enters, and those above it that are missing.
pub(super) fn make_folder(path: &Path) -> Result<(), FileError> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| FileError::new("make", "folder", path, error.into()))
}

/// The names in a folder; none where there is no folder.
pub(super) fn names_in(path: &Path) -> Result<Vec<PathBuf>, FileError> {
    let refuse = |error: io::Error| FileError::new("list", "folder", path, error.into());
    let listing = match std::fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(refuse)?,
    };
    let names = listing.map(|entry| entry.map(|entry| PathBuf::from(entry.file_name())));
    names.collect::<io::Result<_>>().map_err(refuse)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(path: &Path) -> Result<Vec<u8>, String> {
        let read = open(path, "note").and_then(|file| file.read(8));
        read.map(|bytes| bytes.to_vec()).map_err(|e| e.to_string())
    }

    #[test]
    fn files_are_written_whole_and_never_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        create(&path, "note", b"one").unwrap();
        assert!(create(&path, "note", b"two").unwrap_err().is_taken());
        assert_eq!(text_of(&path).unwrap(), b"one");
        replace(&path, "note", b"three").unwrap();
        assert_eq!(text_of(&path).unwrap(), b"three");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let inside = folder.path().join("missing/a");
        assert!(create(&inside, "note", b"").unwrap_err().is_missing());
        // Nothing is left beside it.
        assert_eq!(names_in(folder.path()).unwrap(), [Path::new("a")]);
    }

    #[test]
    fn only_small_regular_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let fails = |name: &str, why: &str| {
            let error = text_of(&at(name)).unwrap_err();
            assert!(
                error.starts_with("cannot read the note /") && error.ends_with(why),
                "{error}"
            );
        };
        create(&at("eight"), "note", b"12345678").unwrap();
        create(&at("nine"), "note", b"123456789").unwrap();
        std::os::unix::fs::symlink(at("eight"), at("link")).unwrap();
        let mode = Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(
            rustix::fs::CWD,
            at("pipe"),
            rustix::fs::FileType::Fifo,
            mode,
            0,
        )
        .unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).unwrap();
        assert_eq!(text_of(&at("eight")).unwrap().len(), 8);
        fails("nine", "nine: it has more than 8 bytes");
        fails("link", "link: it is a symbolic link");
        fails("pipe", "pipe: it is a device or a pipe, not a file");
        fails("socket", "socket: it is a device or a socket, not a file");
        fails("", ": it is a folder, not a file");
        fails("a\nb", "a%0Ab: there is no such file or folder");
    }

    #[test]
    fn a_private_file_is_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a note");
        create(&path, "note", b"one").unwrap();
        let own = || open(&path, "note").unwrap().of_the_user_alone();
        for mode in [0o644, 0o640, 0o620, 0o604, 0o602, 0o610] {
            std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let error = own().unwrap_err();
            assert!(error.to_string().ends_with(&format!("(mode {mode:04o})")));
            let hint = format!("chmod 600 '{}'", path.display());
            assert_eq!(error.hint(), Some(hint));
        }
        std::fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
        own().unwrap();
        assert!(may_use(1000, 1000) && may_use(0, 1000) && may_use(1000, 0));
        assert!(!may_use(1001, 1000));
    }

    #[test]
    fn a_path_can_be_pasted() {
        assert_eq!(quoted(Path::new("/home/a/b-1.pem")), "/home/a/b-1.pem");
        assert_eq!(quoted(Path::new("it's $mine")), r"'it'\''s $mine'");
    }
}
