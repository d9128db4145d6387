//! Pieces alone: one processor reads a group of them, in order, while the others hash the groups they read before.
//!
//! The pieces of a group are hashed side by side. However fast the disk is, it is read from its first byte to its last,
//! which is what disks with moving parts, and the system's own reading ahead, like best.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

use crate::record::digest::Digest;

use super::engine::{Engine, Hashed, ReadError};
use super::kernels::digests;
use super::progress::Progress;

/// The memory of all groups together.
const MEMORY: u64 = 32 << 20;

/// The largest group: sixteen of the smallest pieces, as many as the widest kernel has lanes.
const MAX_GROUP: u64 = 16 << 20;

/// How many pieces of this size make a group; none where not even one fits.
fn pieces_of_a_group(engine: Engine, piece_size: u64) -> u64 {
    (MEMORY / engine.threads.max(1) as u64).min(MAX_GROUP) / piece_size
}

/// Whether pieces of this size can be read in groups.
pub(super) fn suits(engine: Engine, piece_size: u64) -> bool {
    pieces_of_a_group(engine, piece_size) > 0
}

/// Reads the pieces of a file of `bytes` bytes.
pub(super) fn read(
    engine: Engine,
    file: &File,
    bytes: u64,
    piece_size: u64,
    progress: &mut dyn Progress,
) -> Result<Hashed, ReadError> {
    let count = bytes.div_ceil(piece_size);
    let work = Work {
        file,
        bytes,
        piece_size,
        engine,
        next: Mutex::new(0),
        stop: AtomicBool::new(false),
    };
    let mut pieces = vec![Digest::ZERO; usize::try_from(count).unwrap_or(0)];
    let mut failed = None;
    std::thread::scope(|scope| {
        let (sender, receiver) = channel();
        for _ in 0..engine.threads.max(1) {
            let (work, sender) = (&work, sender.clone());
            scope.spawn(move || work.run(&sender));
        }
        drop(sender);
        for told in receiver {
            match told {
                Ok(Group {
                    first,
                    digests,
                    bytes,
                }) => {
                    pieces[first..first + digests.len()].copy_from_slice(&digests);
                    progress.advance(bytes);
                }
                Err(error) => {
                    failed.get_or_insert(error);
                }
            }
            if failed.is_some() || progress.is_interrupted() {
                work.stop.store(true, Ordering::Relaxed);
            }
        }
    });
    if progress.is_interrupted() {
        return Err(ReadError::Interrupted);
    }
    if let Some(error) = failed {
        return Err(error);
    }
    // A file that grew in the meantime is not the one that was measured.
    let more = file
        .read_at(&mut [0], bytes)
        .map_err(|error| ReadError::Failed { at: bytes, error })?;
    Ok(Hashed {
        bytes: bytes + more as u64,
        pieces: Some(pieces),
        ..Hashed::default()
    })
}

/// Pieces that were read and hashed.
struct Group {
    first: usize,
    digests: Vec<Digest>,
    bytes: u64,
}

/// What the threads share.
struct Work<'a> {
    file: &'a File,
    bytes: u64,
    piece_size: u64,
    engine: Engine,
    /// The first byte nobody has read. Whoever holds it reads, and nobody else.
    next: Mutex<u64>,
    stop: AtomicBool,
}

impl Work<'_> {
    fn run(&self, tell: &Sender<Result<Group, ReadError>>) {
        let mut buffer = Vec::new();
        while let Some(group) = self.group(&mut buffer).transpose() {
            let is_over = group.is_err();
            // Nobody listens any more where the work was stopped.
            let _ = tell.send(group);
            if is_over {
                return;
            }
        }
    }

    fn group(&self, buffer: &mut Vec<u8>) -> Result<Option<Group>, ReadError> {
        let size = pieces_of_a_group(self.engine, self.piece_size) * self.piece_size;
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let start = *next;
        if start >= self.bytes || self.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let bytes = size.min(self.bytes - start);
        buffer.resize(usize::try_from(bytes).unwrap_or(0), 0);
        let read = self.file.read_exact_at(buffer, start);
        read.map_err(|error| ReadError::Failed { at: start, error })?;
        *next = start + bytes;
        drop(next);
        let pieces: Vec<&[u8]> = buffer
            .chunks(usize::try_from(self.piece_size).unwrap_or(usize::MAX))
            .collect();
        let first = usize::try_from(start / self.piece_size).unwrap_or(0);
        Ok(Some(Group {
            first,
            digests: digests(self.engine.kernel, &pieces),
            bytes,
        }))
    }
}
