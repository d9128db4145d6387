//! What an interrupted seal leaves beside the place of its bundle, so that it need not begin anew.
//!
//! A file of lines: a first one that names the format, then one for each time that it was noted how far the reading
//! of a file was. Behind each line stands its code: HMAC-SHA-256 (RFC 2104) over the code before and the line, with a
//! key of this home. So nobody else can make a seal sign digests that were never computed; a last line that was torn
//! by a power cut is not used; and what was noted of a file that has changed since is not used either.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use rustix::fs::{FlockOperation, OFlags, flock};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::record::digest::{Digest, hex_text};

use super::hashing::job::Keeper;
use super::midstate::Midstate;
use super::opening::Identity;
use super::partial_line::PartialLine;
use super::shown;

/// The first line.
const FORMAT: &str = "{\"format\":\"custody-partial/v1\"}";

/// The most bytes such a file may have: 2^20 pieces of a hundred images, and to spare.
const MAX_FILE: u64 = 1 << 30;

/// The smallest file whose reading is taken up again; anything smaller is read anew in moments.
pub(super) const SMALLEST: u64 = 64 << 20;

/// The key of a home, with which it knows its own interrupted seals.
pub type ResumeKey = Zeroizing<[u8; 32]>;

/// Why what an interrupted seal left cannot be used, or kept.
#[derive(Debug, thiserror::Error)]
pub enum PartialSealError {
    /// It could not be opened or read.
    #[error("reading {}: {}", shown(.0), super::listing::in_words(.1))]
    Unread(PathBuf, io::Error),
    /// Something else stands in its place.
    #[error("{} is not what an interrupted seal leaves, and is not written over", shown(.0))]
    Foreign(PathBuf),
    /// Another seal is at work.
    #[error("another seal to the same bundle is under way: it holds {}", shown(.0))]
    Held(PathBuf),
}

impl PartialSealError {
    /// What a person can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unread(..) => None,
            Self::Foreign(_) => Some("move it away, or give another place with -o BUNDLE"),
            Self::Held(_) => Some("wait until it has ended"),
        }
    }
}

/// An interrupted seal, and the one under way.
pub struct PartialSeal {
    path: PathBuf,
    key: ResumeKey,
    earlier: BTreeMap<String, (String, Midstate)>,
    /// What was kept of some file was not used.
    began_anew: AtomicBool,
    out: Mutex<Out>,
}

/// Where lines are written to.
struct Out {
    file: Option<File>,
    code: [u8; 32],
    failed: Option<io::Error>,
}

impl PartialSeal {
    /// What an earlier seal left at this path; nothing, where there is nothing. `true` beside it: there was something
    /// that another home, or nobody, vouches for, and it is not used.
    ///
    /// # Errors
    /// Where it cannot be read, is something else, or another seal is at work.
    pub fn open(path: &Path, key: ResumeKey) -> Result<(Self, bool), PartialSealError> {
        let unread = |error| PartialSealError::Unread(path.to_owned(), error);
        let mut out = Out {
            file: None,
            code: [0; 32],
            failed: None,
        };
        let mut earlier = BTreeMap::new();
        let mut is_doubtful = false;
        if path.symlink_metadata().is_ok() {
            let file = open(path, false).map_err(unread)?;
            if !lock_in_time(&file) {
                return Err(PartialSealError::Held(path.to_owned()));
            }
            let mut bytes = Vec::new();
            let read = (&file).take(MAX_FILE + 1).read_to_end(&mut bytes);
            read.map_err(unread)?;
            if !(bytes.is_empty() || bytes.starts_with(FORMAT.as_bytes())) {
                return Err(PartialSealError::Foreign(path.to_owned()));
            }
            let good = follow(&key, &bytes, &mut out.code, &mut earlier);
            is_doubtful = good == 0 && !bytes.is_empty();
            // What is not vouched for goes; the lines to come stand behind the last good one.
            file.set_len(good as u64).map_err(unread)?;
            out.file = Some(file);
        }
        let seal = Self {
            path: path.to_owned(),
            key,
            earlier,
            began_anew: AtomicBool::new(false),
            out: Mutex::new(out),
        };
        Ok((seal, is_doubtful))
    }

    /// How far an earlier reading of this file was, where it is still the same file.
    pub(super) fn earlier(&self, path: &str, identity: &Identity) -> Midstate {
        let known = self.earlier.get(path);
        let known = known.filter(|(trace, _)| *trace == identity.trace());
        known.map(|(_, state)| state.clone()).unwrap_or_default()
    }

    /// Who keeps how far the reading of this file is.
    pub(super) fn keeper<'a>(&'a self, path: &'a str, identity: &Identity) -> FileKeeper<'a> {
        FileKeeper {
            seal: self,
            path,
            trace: identity.trace(),
            noted: Mutex::new(0),
        }
    }

    /// Whether anything is kept from which a later seal can go on.
    pub fn is_kept(&self) -> bool {
        let out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.file.is_some() && out.code != [0; 32]
    }

    /// Whether what an earlier seal had kept of a file was not used: the file, or what is wanted of it, is not the same.
    pub fn began_anew(&self) -> bool {
        self.began_anew.load(Ordering::Relaxed)
    }

    /// Why nothing more could be kept, where that is so.
    pub fn failure(&self) -> Option<String> {
        let out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.failed.as_ref().map(super::listing::in_words)
    }

    /// The seal is done: what was kept is not needed any more.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn remove(self) -> io::Result<()> {
        match self
            .out
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .file
        {
            Some(_) => std::fs::remove_file(&self.path),
            None => Ok(()),
        }
    }

    fn write(&self, line: &str) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        if out.failed.is_some() {
            return;
        }
        if let Err(error) = out.write(&self.path, &self.key, line) {
            out.failed = Some(error);
        }
    }
}

impl Out {
    fn write(&mut self, path: &Path, key: &ResumeKey, line: &str) -> io::Result<()> {
        let mut text = String::new();
        if self.file.is_none() {
            self.file = Some(open(path, true)?);
        }
        if self.code == [0; 32] {
            self.code = code(key, &self.code, FORMAT);
            text = format!("{FORMAT} {}\n", hex_text(&self.code));
        }
        self.code = code(key, &self.code, line);
        text.push_str(&format!("{line} {}\n", hex_text(&self.code)));
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        file.write_all(text.as_bytes())?;
        // After a power cut it is still there.
        file.sync_data()
    }
}

/// Keeps how far the reading of one file is.
pub(super) struct FileKeeper<'a> {
    seal: &'a PartialSeal,
    path: &'a str,
    trace: String,
    /// How many of its pieces stand in lines already.
    noted: Mutex<usize>,
}

impl Keeper for FileKeeper<'_> {
    fn went_on_from(&self, midstate: &Midstate) {
        let pieces = midstate
            .pieces
            .as_ref()
            .map_or(0, |(_, pieces)| pieces.len());
        *self.noted.lock().unwrap_or_else(PoisonError::into_inner) = pieces;
        if midstate.bytes == 0 && self.seal.earlier.contains_key(self.path) {
            self.seal.began_anew.store(true, Ordering::Relaxed);
        }
    }

    fn keep(&self, mut midstate: Midstate) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, pieces)) = &mut midstate.pieces {
            let all = pieces.len();
            pieces.drain(..*noted);
            *noted = all;
        }
        let line = PartialLine {
            path: self.path.to_owned(),
            trace: self.trace.clone(),
            midstate,
        };
        self.seal.write(&line.text());
    }
}

fn open(path: &Path, is_new: bool) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .create_new(is_new)
        .mode(0o600)
        .custom_flags(i32::try_from(flags.bits()).unwrap_or(0))
        .open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if is_new {
        // The umask may have taken rights away, never given any.
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    }
    Ok(file)
}

/// One that was killed a moment ago may still be on its way out.
fn lock_in_time(file: &File) -> bool {
    (0..50).any(|_| {
        let locked = flock(file, FlockOperation::NonBlockingLockExclusive).is_ok();
        if !locked {
            std::thread::sleep(Duration::from_millis(100));
        }
        locked
    })
}

fn code(key: &ResumeKey, before: &[u8; 32], line: &str) -> [u8; 32] {
    mac(key, before, line).finalize().into_bytes().into()
}

fn mac(key: &ResumeKey, before: &[u8; 32], line: &str) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(&**key);
    let mut mac = Hmac::<Sha256>::new(&(*block).into());
    mac.update(before);
    mac.update(line.as_bytes());
    mac
}

/// Follows the lines as far as their codes hold. Gives how many bytes that is.
fn follow(
    key: &ResumeKey,
    bytes: &[u8],
    before: &mut [u8; 32],
    files: &mut BTreeMap<String, (String, Midstate)>,
) -> usize {
    let mut good = 0;
    for (number, whole) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let line = std::str::from_utf8(whole)
            .ok()
            .and_then(|line| line.strip_suffix('\n'));
        let Some((line, hex)) = line.and_then(|line| line.rsplit_once(' ')) else {
            break;
        };
        let Ok(given) = Digest::parse(hex) else {
            break;
        };
        if mac(key, before, line).verify_slice(&given.0).is_err() {
            break;
        }
        *before = given.0;
        good += whole.len();
        if number > 0
            && let Ok(line) = PartialLine::parse(line)
        {
            add(files, line);
        }
    }
    good
}

/// Puts a line behind those before it.
fn add(files: &mut BTreeMap<String, (String, Midstate)>, line: PartialLine) {
    let PartialLine {
        path,
        trace,
        mut midstate,
    } = line;
    let count = |state: &Midstate| state.pieces.as_ref().map_or(0, |(_, pieces)| pieces.len());
    if let Some((size, new)) = &mut midstate.pieces {
        let expected = usize::try_from(midstate.bytes / (*size).max(1)).unwrap_or(usize::MAX);
        let known = files.get(&path).filter(|(known, state)| {
            *known == trace
                && state
                    .pieces
                    .as_ref()
                    .is_some_and(|(known, _)| known == size)
                && count(state) + new.len() == expected
        });
        // A reading that began anew has all of its pieces in its own lines.
        if let Some((_, pieces)) = known.and_then(|(_, state)| state.pieces.as_ref()) {
            new.splice(..0, pieces.iter().copied());
        }
    }
    files.insert(path, (trace, midstate));
}

#[cfg(test)]
mod tests;
