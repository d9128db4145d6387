//! Opens evidence: read-only, beneath its folder, never through a link, never waiting for a FIFO.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, SeekFrom, Stat, openat, openat2, seek,
    statat,
};
use rustix::io::{Errno, fcntl_dupfd_cloexec};

/// Reading alone, no link at the end, no waiting, nothing left open for a child process.
const READ: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC)
    .union(OFlags::NOCTTY);

/// The same for a folder, to list it.
const LIST: OFlags = READ.union(OFlags::DIRECTORY);

/// A folder that is only passed through, which asks for no right to list it.
const PASS: OFlags = OFlags::PATH
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// What a file was when someone looked: if any of it changes while the file is read, the digests are of no one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Device and inode.
    pub file: (u64, u64),
    /// Bytes.
    pub size: u64,
    modified: i64,
    changed: i64,
    /// The nanoseconds of the two: there are hundreds of thousands of these values.
    nanoseconds: (u32, u32),
}

impl Identity {
    /// The identity in these facts.
    pub fn of(stat: &Stat) -> Self {
        Self {
            file: (stat.st_dev, stat.st_ino),
            size: u64::try_from(stat.st_size).unwrap_or(0),
            modified: stat.st_mtime,
            changed: stat.st_ctime,
            // A file system has fewer than 2^30 of them in a second.
            nanoseconds: (stat.st_mtime_nsec as u32, stat.st_ctime_nsec as u32),
        }
    }
}

impl Identity {
    /// The identity in a line of text, to be compared another day. Without the number of the device: after a restart,
    /// or at another socket, the same disk may have another. The file's own number and its times are the same.
    pub(super) fn trace(&self) -> String {
        let Self {
            file: (_, inode),
            size,
            modified,
            changed,
            nanoseconds: (modified_nanos, changed_nanos),
        } = self;
        format!(
            "inode {inode}, {size} bytes, modified {modified}.{modified_nanos:09}, changed {changed}.{changed_nanos:09}"
        )
    }
}

/// A folder below which files are opened.
pub struct Root {
    folder: OwnedFd,
}

impl Root {
    /// Opens a folder that is itself no link.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(Self {
            folder: openat(CWD, path, flags, Mode::empty())?,
        })
    }

    /// The number of the device it lies on.
    pub fn device(&self) -> u64 {
        rustix::fs::fstat(&self.folder).map_or(0, |stat| stat.st_dev)
    }

    /// Opens a folder by its raw path below this one, to list it; this one itself by the empty path. No part of the
    /// path may be a link.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn folder(&self, raw: &[u8]) -> io::Result<OwnedFd> {
        if !raw.is_empty() {
            return self.open_beneath(raw, LIST);
        }
        // Opening `.` would ask for a right that listing does not need.
        let same = fcntl_dupfd_cloexec(&self.folder, 0)?;
        seek(&same, SeekFrom::Start(0))?;
        Ok(same)
    }

    /// Opens a file by its raw path below the folder. No part of the path may be a link.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn read(&self, raw: &[u8]) -> io::Result<File> {
        self.open_beneath(raw, READ).map(File::from)
    }

    fn open_beneath(&self, raw: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
        without_access_time(flags, |flags| self.beneath(raw, flags))
    }

    fn beneath(&self, raw: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        let path = OsStr::from_bytes(raw);
        let resolve =
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match openat2(&self.folder, path, flags, Mode::empty(), resolve) {
            // Older kernels, and some sandboxes, have no openat2.
            // A path as long as the format allows is longer than the system takes in one go.
            Err(Errno::NOSYS | Errno::PERM | Errno::NAMETOOLONG) => self.step_down(raw, flags),
            other => other,
        }
    }

    /// The same, one part of the path after the other.
    fn step_down(&self, raw: &[u8], flags: OFlags) -> Result<OwnedFd, Errno> {
        let mut parts = raw.split(|&byte| byte == b'/').map(OsStr::from_bytes);
        let last = parts.next_back().ok_or(Errno::NOENT)?;
        let mut here: Option<OwnedFd> = None;
        for part in parts {
            let at = here.as_ref().map_or(self.folder.as_fd(), AsFd::as_fd);
            here = Some(openat(at, part, PASS, Mode::empty())?);
        }
        openat(
            here.as_ref().map_or(self.folder.as_fd(), AsFd::as_fd),
            last,
            flags,
            Mode::empty(),
        )
    }
}

/// Opens files one after the other. The folder of the last one stays open, so that the next one in it is a single name,
/// which leads nowhere else: a link in its place is refused.
pub struct Opener<'r> {
    root: &'r Root,
    /// The raw path of the folder that is open, and the folder.
    folder: Option<(Vec<u8>, OwnedFd)>,
}

impl<'r> Opener<'r> {
    /// Opens files below this folder.
    pub fn below(root: &'r Root) -> Self {
        Self { root, folder: None }
    }

    /// Opens a file by the raw path of its folder and its name in there, which is no path. No part of either may be a
    /// link.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn read(&mut self, folder: &[u8], name: &[u8]) -> io::Result<File> {
        let folder = self.folder(folder)?;
        let name = OsStr::from_bytes(name);
        without_access_time(READ, |flags| openat(folder, name, flags, Mode::empty()))
            .map(File::from)
    }

    /// What stands under this name, without opening it and without following a link.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn look(&mut self, folder: &[u8], name: &[u8]) -> io::Result<Stat> {
        let folder = self.folder(folder)?;
        Ok(statat(
            folder,
            OsStr::from_bytes(name),
            AtFlags::SYMLINK_NOFOLLOW,
        )?)
    }

    fn folder(&mut self, raw: &[u8]) -> io::Result<BorrowedFd<'_>> {
        if raw.is_empty() {
            return Ok(self.root.folder.as_fd());
        }
        let folder = match self.folder.take() {
            Some((open, folder)) if open == raw => (open, folder),
            _ => (raw.to_vec(), self.root.beneath(raw, PASS)?),
        };
        Ok(self.folder.insert(folder).1.as_fd())
    }
}

/// Opens a file a person named. It must not be a link.
///
/// # Errors
/// Where the system refuses.
pub fn read_named(path: &Path) -> io::Result<File> {
    without_access_time(READ, |flags| openat(CWD, path, flags, Mode::empty())).map(File::from)
}

/// Reading should leave no trace on the evidence; only its owner may ask for that.
fn without_access_time(
    flags: OFlags,
    open: impl Fn(OFlags) -> Result<OwnedFd, Errno>,
) -> io::Result<OwnedFd> {
    let opened = match open(flags | OFlags::NOATIME) {
        Err(Errno::PERM) => open(flags),
        other => other,
    };
    Ok(opened?)
}

/// What an open file is.
///
/// # Errors
/// Where the system refuses.
pub fn stat(file: &File) -> io::Result<Stat> {
    Ok(rustix::fs::fstat(file)?)
}

/// What stands at a path, without following a link.
///
/// # Errors
/// Where the system refuses.
pub fn stat_named(path: &Path) -> io::Result<Stat> {
    Ok(rustix::fs::lstat(path)?)
}

/// The kind of thing these facts are of.
pub fn file_type(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_opened() {
        let place = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(place.path().join("in/deep")).unwrap();
        std::fs::write(place.path().join("secret"), "outside").unwrap();
        std::fs::write(place.path().join("in/deep/file"), "inside").unwrap();
        symlink("../secret", place.path().join("in/link")).unwrap();
        symlink("deep", place.path().join("in/folder-link")).unwrap();
        let root = Root::open(&place.path().join("in")).unwrap();
        let mut text = String::new();
        root.read(b"deep/file")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "inside");
        for bad in ["../secret", "link", "folder-link/file", "/etc/passwd"] {
            assert!(root.read(bad.as_bytes()).is_err(), "{bad} was opened");
        }
        let mut opener = Opener::below(&root);
        assert!(opener.read(b"deep", b"file").is_ok());
        for (folder, name) in [
            ("", "link"),
            ("folder-link", "file"),
            ("..", "secret"),
            ("deep/..", "link"),
            ("deep", "missing"),
        ] {
            let opened = opener.read(folder.as_bytes(), name.as_bytes());
            assert!(opened.is_err(), "{name} in {folder} was opened");
        }
        assert!(opener.read(b"deep", b"file").is_ok());
        assert!(root.folder(b"deep").is_ok());
        for bad in ["..", "link", "folder-link", "folder-link/deep", "deep/file"] {
            assert!(root.folder(bad.as_bytes()).is_err(), "{bad} was opened");
        }
        // The way without openat2 must refuse the same.
        assert!(root.step_down(b"deep/file", READ).is_ok());
        for bad in ["link", "folder-link/file"] {
            assert!(
                root.step_down(bad.as_bytes(), READ).is_err(),
                "{bad} was opened step by step"
            );
        }
        assert!(root.step_down(b"deep", LIST).is_ok());
        assert!(root.step_down(b"folder-link", LIST).is_err());
        symlink(place.path().join("in"), place.path().join("root-link")).unwrap();
        assert!(Root::open(&place.path().join("root-link")).is_err());
    }
}
