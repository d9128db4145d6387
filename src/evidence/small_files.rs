//! Small files: as many as fit stand in memory together, and are hashed side by side.
//!
//! A file of a few thousand bytes is hashed in less time than it takes to open it, and alone it would leave most of a
//! wide kernel's lanes empty.

use std::fs::File;
use std::io::{self, Read};
use std::num::NonZeroU64;
use std::ops::Range;

use rustix::fs::{Advice, Stat, fadvise};
use rustix::process::{Resource, getrlimit};

use crate::audit::inventory::Task;
use crate::record::digest::Digest;

use super::kernels::{Kernel, digests};
use super::one_file::{Outcome, found_file, read_error};
use super::opening::Identity;

/// When a batch is full: several files for each lane, and no more bytes than a processor keeps near.
const FULL: (usize, usize) = (64, 512 << 10);

/// The most that one reader holds open and has not read, where it waits for a disk.
const OPEN_AT_ONCE: usize = 16;

/// How many files each of so many readers may hold open: together half of what may still be opened, at most.
pub fn open_at_once(readers: usize) -> usize {
    let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    // Evidence in many parts holds a folder open for each. Where the system does not tell, one at once is safe.
    let used = std::fs::read_dir("/proc/self/fd").map_or(u64::MAX, |open| open.count() as u64);
    let each = allowed.saturating_sub(used) / 2 / readers.max(1) as u64;
    usize::try_from(each).map_or(OPEN_AT_ONCE, |each| each.clamp(1, OPEN_AT_ONCE))
}

/// Asks the system to fetch a file that will be read soon. A disk has several sooner together than one after the other.
/// Where the system does not listen, nothing is lost.
pub fn ask_for(file: &File, stat: &Stat) {
    let bytes = NonZeroU64::new(Identity::of(stat).size);
    let _ = fadvise(file, 0, bytes, Advice::WillNeed);
}

/// Files that were read and are still to be hashed.
#[derive(Default)]
pub struct Batch {
    memory: Vec<u8>,
    filled: usize,
    files: Vec<Held>,
}

struct Held {
    number: usize,
    bytes: Range<usize>,
    before: Stat,
}

/// Whether a file that is to be read so can be part of a batch.
pub fn suits(task: Task) -> bool {
    task.whole && task.piece_size.is_none()
}

impl Batch {
    /// Reads a file that was opened as `before` into the batch. Gives what came of it where that was nothing to hash.
    ///
    /// Whether it is still the same then is not asked: in the end all files are looked at a second time.
    pub fn read(&mut self, number: usize, mut file: File, before: Stat) -> Option<Outcome> {
        let Ok(size) = usize::try_from(Identity::of(&before).size) else {
            return Some(Outcome::Changed);
        };
        let bytes = self.filled..self.filled + size;
        // One byte more than there is: what is read then says that there is no more.
        if self.memory.len() <= bytes.end {
            self.memory.resize(bytes.end + 1, 0);
        }
        let space = &mut self.memory[bytes.start..=bytes.end];
        let read = match read_up_to(&mut file, space, size) {
            Ok(read) => read,
            Err((at, error)) => return Some(read_error(at as u64, &error)),
        };
        if read != size {
            return Some(Outcome::Changed);
        }
        self.filled = bytes.end;
        self.files.push(Held {
            number,
            bytes,
            before,
        });
        None
    }

    /// Whether no more files should be read into it.
    pub fn is_full(&self) -> bool {
        self.files.len() >= FULL.0 || self.filled >= FULL.1
    }

    /// Whether there is nothing to hash.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Hashes all that was read, and gives what came of each file, by its number. The batch is empty then.
    pub fn hash(&mut self, kernel: Kernel) -> impl Iterator<Item = (usize, Outcome)> {
        // The longest first: then none of them goes on alone when the others are done.
        self.files
            .sort_unstable_by_key(|file| std::cmp::Reverse(file.bytes.len()));
        let messages: Vec<&[u8]> = self
            .files
            .iter()
            .map(|file| &self.memory[file.bytes.clone()])
            .collect();
        let digests: Vec<Digest> = digests(kernel, &messages);
        self.filled = 0;
        let files = std::mem::take(&mut self.files).into_iter().zip(digests);
        files.map(|(held, digest)| {
            let mut file = found_file(&held.before, held.bytes.len() as u64);
            file.sha256 = Some(digest);
            (held.number, Outcome::Read(Box::new(file)))
        })
    }
}

/// Reads until `size` bytes are there, or more, or the file ends. An error comes with the byte it was at.
fn read_up_to(
    file: &mut impl Read,
    space: &mut [u8],
    size: usize,
) -> Result<usize, (usize, io::Error)> {
    let mut filled = 0;
    loop {
        match file.read(&mut space[filled..]) {
            Ok(0) => return Ok(filled),
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err((filled, error)),
        }
        // There was room for more, and it was not filled.
        if filled >= size {
            return Ok(filled);
        }
    }
}

#[cfg(test)]
mod tests;
