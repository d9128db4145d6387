//! The chains seen on this machine, the longest of each seal: an older copy, or another one, is told from what was here.
//!
//! ```text
//! heads/SEAL.chain        the head card on the first line; behind it the links, keys and time stamps, in file form
//! ```
//!
//! The first line is enough as long as a bundle has that head. Only where it has not are the links read, to show them.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::private_file::{self, FileError, Opened};
use super::shown;
use crate::audit::heads::{Seen, is_met};
use crate::record::bundle::Bundle;
use crate::record::card::Card;
use crate::record::digest::Digest;

/// What such a file is called in an error.
const WHAT: &str = "memory of a chain";

/// More than a head card has, its line feed included.
const MAX_LINE: u64 = 256;

/// The most bytes such a file may have.
const MAX_FILE: u32 = 1 << 30;

/// Why what was seen before cannot be told, or not be kept.
#[derive(Debug, thiserror::Error)]
pub enum HeadsError {
    /// The system, or what stands there, did not let the file be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is not what this program writes.
    #[error(
        "cannot use {}, where this machine keeps the chain it has seen: {problem}",
        shown(path)
    )]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Another program is extending a bundle of the same seal.
    #[error("cannot use {}: another program is extending a copy of this chain", shown(.0))]
    Held(PathBuf),
}

impl HeadsError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Damaged { path, .. } => Some(format!(
                "compare the bundle with a card or another copy; then remove {}, and it is remembered anew",
                shown(path)
            )),
            Self::Held(_) => {
                Some("wait until the other program has ended, and try again".to_owned())
            }
        }
    }
}

/// The folder of what was seen. Nothing is made before there is something to keep.
#[derive(Clone, Debug)]
pub struct Heads {
    folder: PathBuf,
}

/// What was seen of a seal.
#[derive(Debug, Default)]
pub struct Recalled {
    /// What was seen; of a damaged file, perhaps its first line alone.
    pub seen: Option<Seen>,
    /// Whether the bundle goes on from what was seen, so that it should be remembered.
    pub is_news: bool,
    /// Why what was seen cannot be told, or not all of it.
    pub trouble: Option<HeadsError>,
}

impl Heads {
    /// What is kept in this folder, which need not be there yet.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The file for a seal.
    pub fn path_of(&self, seal: &Digest) -> PathBuf {
        self.folder.join(format!("{seal}.chain"))
    }

    /// What was seen of the seal of a bundle. Where the bundle has the head that was seen, only that is read.
    pub fn recall(&self, bundle: &Bundle) -> Recalled {
        let path = self.path_of(&bundle.card().seal);
        let first = match FirstLine::read(&path, bundle) {
            Ok(Some(first)) => first,
            Ok(None) => {
                return Recalled {
                    is_news: true,
                    ..Recalled::default()
                };
            }
            Err(trouble) => {
                return Recalled {
                    trouble: Some(trouble),
                    ..Recalled::default()
                };
            }
        };
        let (card, is_news) = (first.card, first.is_outgrown_by(bundle));
        let (seen, trouble) = if is_met(&card, bundle) {
            (Seen::head(card), None)
        } else {
            match first.whole() {
                Ok(seen) => (seen, None),
                Err(trouble) => (Seen::head(card), Some(trouble)),
            }
        };
        Recalled {
            seen: Some(seen),
            is_news,
            trouble,
        }
    }

    /// Keeps the chain of a bundle, where it goes on from the one that was seen before. The caller has judged it.
    ///
    /// # Errors
    /// Where the file is damaged, another program holds it, or the system refuses.
    pub fn remember(&self, bundle: &Bundle) -> Result<(), HeadsError> {
        let seal = bundle.card().seal;
        loop {
            if let Some(locked) = self.lock(&seal)? {
                return locked.remember(bundle);
            }
            private_file::make_folder(&self.folder)?;
            match private_file::note(&self.path_of(&seal), WHAT, &text_of(bundle), false) {
                // Another program was faster: what it keeps may be longer.
                Err(error) if error.is_taken() => {}
                other => return Ok(other?),
            }
        }
    }

    /// Holds what was seen of a seal, so that no other program extends a copy of the same chain meanwhile. `None` where
    /// nothing was seen.
    ///
    /// # Errors
    /// Where another program holds it, or the system refuses.
    pub fn lock(&self, seal: &Digest) -> Result<Option<LockedHead>, HeadsError> {
        let path = self.path_of(seal);
        loop {
            let file = match private_file::open(&path, WHAT) {
                Err(error) if error.is_missing() => return Ok(None),
                opened => opened?.into_file(),
            };
            lock_in_time(&file, &path)?;
            // Whoever held it before may have put a new file in its place: then the lock is on the old one.
            let is_there = |there: &Metadata| {
                file.metadata()
                    .is_ok_and(|locked| (locked.dev(), locked.ino()) == (there.dev(), there.ino()))
            };
            if path.symlink_metadata().is_ok_and(|there| is_there(&there)) {
                return Ok(Some(LockedHead { path, _file: file }));
            }
        }
    }
}

/// What was seen of a seal, held until this is dropped.
pub struct LockedHead {
    path: PathBuf,
    /// The lock is on it as long as it is open.
    _file: File,
}

impl LockedHead {
    /// Keeps the chain of a bundle, where it goes on from the one that was seen before.
    ///
    /// # Errors
    /// Where the file is damaged, or the system refuses.
    pub fn remember(self, bundle: &Bundle) -> Result<(), HeadsError> {
        let is_news =
            FirstLine::read(&self.path, bundle)?.is_none_or(|first| first.is_outgrown_by(bundle));
        if is_news {
            private_file::note(&self.path, WHAT, &text_of(bundle), true)?;
        }
        Ok(())
    }
}

/// The card on the first line, and the file behind it.
struct FirstLine<'path> {
    card: Card,
    /// What was read behind the line.
    rest: Vec<u8>,
    opened: Opened<'path>,
    path: &'path Path,
}

impl<'path> FirstLine<'path> {
    /// Reads it. `None` where there is no file. An empty one, as a power cut may leave it, is damaged: it must not pass
    /// for none in silence.
    fn read(path: &'path Path, bundle: &Bundle) -> Result<Option<Self>, HeadsError> {
        let mut opened = match private_file::open(path, WHAT) {
            Err(error) if error.is_missing() => return Ok(None),
            opened => opened?,
        };
        let mut line = opened.start(MAX_LINE)?;
        if line.is_empty() {
            return Err(damaged(path, "it is empty"));
        }
        let end = line.iter().position(|&byte| byte == b'\n');
        let rest = line.split_off(end.map_or(line.len(), |end| end + 1));
        let text = std::str::from_utf8(&line).unwrap_or_default();
        let card = text
            .strip_suffix('\n')
            .and_then(|text| Card::parse(text).ok());
        match card {
            Some(card) if card.seal == bundle.card().seal => Ok(Some(Self {
                card,
                rest,
                opened,
                path,
            })),
            Some(_) => Err(damaged(path, "it is of another seal")),
            None => Err(damaged(path, "its first line is no head card")),
        }
    }

    /// Whether a bundle has this head, and more behind it.
    fn is_outgrown_by(&self, bundle: &Bundle) -> bool {
        is_met(&self.card, bundle) && self.card.seq < bundle.card().seq
    }

    /// The links behind it.
    fn whole(self) -> Result<Seen, HeadsError> {
        let mut text = self.rest;
        text.extend_from_slice(&self.opened.read(MAX_FILE)?);
        let chain = Bundle::parse(&text).ok();
        chain
            .and_then(|chain| Seen::chain(self.card, chain))
            .ok_or_else(|| damaged(self.path, "its links do not check"))
    }
}

fn damaged(path: &Path, problem: &'static str) -> HeadsError {
    HeadsError::Damaged {
        path: path.to_owned(),
        problem,
    }
}

fn text_of(bundle: &Bundle) -> Vec<u8> {
    let mut text = format!("{}\n", bundle.card());
    // A text takes whatever is written to it.
    let _ = bundle.write_record(&mut text);
    text.into_bytes()
}

/// Whoever extends a bundle holds it for moments, or as long as a person needs to touch a token.
fn lock_in_time(file: &File, path: &Path) -> Result<(), HeadsError> {
    for _ in 0..100 {
        match flock(file, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => std::thread::sleep(Duration::from_millis(100)),
            // Some network file systems have no locks; what is kept there is still read before and after.
            _ => return Ok(()),
        }
    }
    Err(HeadsError::Held(path.to_owned()))
}

#[cfg(test)]
mod tests;
