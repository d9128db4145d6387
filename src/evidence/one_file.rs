//! Reads one file, and makes sure that it was one and the same file from the first byte to the last.

use std::fs::File;
use std::io::{self, Seek};

use rustix::fs::FileType;

use crate::audit::inventory::{FoundFile, Task};
use crate::record::entry::Mode;
use crate::record::time::FileTime;

use super::cross_reference::CrossReference;
use super::engine::{Buffer, Engine, Job, ReadError};
use super::job::Resumption;
use super::listing::in_words;
use super::opening::{Identity, file_type, stat};
use super::partial_seal::{self, PartialSeal};
use super::progress::Progress;

/// How files are read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// What reads and hashes.
    pub engine: Engine,
    /// Digests wanted beside SHA-256.
    pub others: &'a [CrossReference],
    /// Whether several files may be read at once: the disk has no moving parts.
    pub side_by_side: bool,
    /// What an interrupted seal left, and where this one keeps how far it is.
    pub partial: Option<&'a PartialSeal>,
}

/// What came of reading a file.
pub enum Outcome {
    /// It was read.
    Read(Box<FoundFile>),
    /// It could not be, and why.
    Unreadable(String),
    /// It is not what was listed, or changed while it was being read.
    Changed,
    /// Someone asked to stop.
    Interrupted,
}

impl Reading<'_> {
    /// Reads one file. `name`: what the record will call it; `listed`: what it was when the folder was listed.
    pub fn read(
        &self,
        name: &str,
        open: impl FnOnce() -> io::Result<File>,
        listed: Option<Identity>,
        task: Task,
        buffer: &mut Buffer,
        progress: &mut dyn Progress,
    ) -> Outcome {
        let opened = open().and_then(|file| stat(&file).map(|stat| (file, stat)));
        let (mut file, before) = match opened {
            Ok(opened) => opened,
            Err(error) => return Outcome::Unreadable(in_words(&error)),
        };
        let identity = Identity::of(&before);
        let is_block = file_type(&before) == FileType::BlockDevice;
        if listed.is_some_and(|listed| listed != identity)
            || !(is_block || file_type(&before) == FileType::RegularFile)
        {
            return Outcome::Changed;
        }
        let expected = if is_block {
            seek_size(&mut file).ok()
        } else {
            Some(identity.size)
        };
        // A device has no times by which one could tell that it is as it was.
        let partial = self
            .partial
            .filter(|_| !is_block && identity.size >= partial_seal::SMALLEST)
            .map(|partial| {
                (
                    partial.earlier(name, &identity),
                    partial.keeper(name, &identity),
                )
            });
        let job = Job {
            task,
            others: self.others,
            bytes: expected.unwrap_or(0),
            ends: !is_block,
            resumption: partial
                .as_ref()
                .map(|(from, keeper)| Resumption { from, keeper }),
        };
        let hashed = match self.engine.read(&mut file, &job, buffer, progress) {
            Ok(hashed) => hashed,
            Err(ReadError::Interrupted) => return Outcome::Interrupted,
            Err(ReadError::Failed { at, error }) => {
                return Outcome::Unreadable(format!(
                    "read error at byte {at}: {}",
                    in_words(&error)
                ));
            }
        };
        let after = stat(&file).map(|after| Identity::of(&after)).ok();
        if expected != Some(hashed.bytes) || (!is_block && after != Some(identity)) {
            return Outcome::Changed;
        }
        Outcome::Read(Box::new(FoundFile {
            bytes: hashed.bytes,
            // The times and rights of a device node are not those of what is on it.
            modified: (!is_block)
                .then(|| FileTime::from_unix(before.st_mtime, before.st_mtime_nsec as u32))
                .flatten(),
            mode: (!is_block).then(|| Mode::from_bits(before.st_mode)),
            sha256: hashed.sha256,
            pieces: task.piece_size.zip(hashed.pieces),
            digests: hashed.others,
            same_file_as: None,
        }))
    }
}

/// The size of a device: where its end is.
///
/// # Errors
/// Where the system refuses.
pub fn seek_size(file: &mut File) -> io::Result<u64> {
    let size = file.seek(io::SeekFrom::End(0))?;
    file.rewind()?;
    Ok(size)
}
