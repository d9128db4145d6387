//! Reads one file, and makes sure that it was one and the same file from the first byte to the last.

use std::fs::File;
use std::io::{self, Seek};

use rustix::fs::{FileType, Stat};

use crate::audit::inventory::{FoundFile, Task};
use crate::record::entry::Mode;
use crate::record::time::FileTime;

use super::crew::Crew;
use super::cross_reference::CrossReference;
use super::engine::{Buffer, Engine, Job, ReadError};
use super::hashing::job::Resumption;
use super::listing::in_words;
use super::opening::{Identity, file_type, stat};
use super::partial_seal::{self, PartialSeal};
use super::progress::Progress;

/// How many list folders or read small files at once on a disk without moving parts, where there are fewer processors.
const AT_ONCE: usize = 16;

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
    /// Who lists folders, and opens small files.
    pub fn crew(&self) -> Crew {
        crew(self.engine, self.side_by_side)
    }

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
        let opened = match listed {
            Some(listed) => open_listed(open, listed),
            None => open_named(open),
        };
        let (mut file, before) = match opened {
            Ok(opened) => opened,
            Err(outcome) => return outcome,
        };
        let identity = Identity::of(&before);
        let is_block = file_type(&before) == FileType::BlockDevice;
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
            Err(ReadError::Failed { at, error }) => return read_error(at, &error),
        };
        if expected != Some(hashed.bytes) || !(is_block || is_same(&file, &before)) {
            return Outcome::Changed;
        }
        let mut found = found_file(&before, hashed.bytes);
        if is_block {
            // The times and rights of a device node are not those of what is on it.
            (found.modified, found.mode) = (None, None);
        }
        Outcome::Read(Box::new(FoundFile {
            sha256: hashed.sha256,
            pieces: task.piece_size.zip(hashed.pieces),
            digests: hashed.others,
            ..found
        }))
    }
}

/// Who lists folders, and opens small files. A disk without moving parts has them sooner when it is asked for many at
/// once; one with moving parts does not.
pub fn crew(engine: Engine, side_by_side: bool) -> Crew {
    if !side_by_side {
        return Crew { few: 1, most: 1 };
    }
    let few = engine.threads.max(1);
    let most = AT_ONCE.max(few);
    Crew { few, most }
}

/// Opens a file that was listed. Gives what came of it where it cannot be opened, or is not what was listed.
pub fn open_listed(
    open: impl FnOnce() -> io::Result<File>,
    listed: Identity,
) -> Result<(File, Stat), Outcome> {
    let (file, before) = open_named(open)?;
    if Identity::of(&before) != listed {
        return Err(Outcome::Changed);
    }
    Ok((file, before))
}

/// Opens a file. Gives what came of it where it cannot be opened, or is no file.
pub fn open_named(open: impl FnOnce() -> io::Result<File>) -> Result<(File, Stat), Outcome> {
    let (file, before) = open()
        .and_then(|file| stat(&file).map(|stat| (file, stat)))
        .map_err(unreadable)?;
    match file_type(&before) {
        FileType::RegularFile | FileType::BlockDevice => Ok((file, before)),
        _ => Err(Outcome::Changed),
    }
}

/// Whether a file that was opened as `before` and read to its end is still the same.
pub fn is_same(file: &File, before: &Stat) -> bool {
    stat(file).is_ok_and(|after| Identity::of(&after) == Identity::of(before))
}

/// What the file system says of a file of `bytes` bytes; its digests are still to come.
pub fn found_file(stat: &Stat, bytes: u64) -> FoundFile {
    FoundFile {
        bytes,
        modified: FileTime::from_unix(stat.st_mtime, stat.st_mtime_nsec as u32),
        mode: Some(Mode::from_bits(stat.st_mode)),
        ..FoundFile::default()
    }
}

/// What the system does not let anyone look at.
pub fn unreadable(error: io::Error) -> Outcome {
    Outcome::Unreadable(in_words(&error))
}

/// A file whose bytes the system did not give from here on.
pub fn read_error(at: u64, error: &io::Error) -> Outcome {
    Outcome::Unreadable(format!("read error at byte {at}: {}", in_words(error)))
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
