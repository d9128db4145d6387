//! Pieces alone: one processor reads a group of them, in order, while the others hash the groups they read before.
//!
//! The pieces of a group are hashed side by side. However fast the disk is, it is read from its first byte to its last,
//! which is what disks with moving parts, and the system's own reading ahead, like best.

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::{SeekFrom, seek};

use crate::record::digest::Digest;

use super::super::progress::{LimitWatch, Progress};
use super::holes::{ZeroPieces, pieces_in_holes};
use super::job::{Engine, Hashed, ReadError};
use super::kernels::digests;

/// The largest group: sixteen of the smallest pieces, as many as the widest kernel has lanes.
const MAX_GROUP: u64 = 16 << 20;

/// How many pieces of this size make a group; none where not even one fits.
fn pieces_of_a_group(engine: Engine, piece_size: u64) -> u64 {
    (engine.memory / engine.threads.max(1) as u64).min(MAX_GROUP) / piece_size
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
    let (mut failed, mut watch) = (None, LimitWatch::begin());
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
                    reading,
                }) => {
                    pieces[first..first + digests.len()].copy_from_slice(&digests);
                    progress.advance(bytes);
                    watch.add(reading, progress);
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
    // A file that grew or shrank in the meantime is not the one that was measured.
    let end = seek(file, SeekFrom::End(0)).map_err(|error| ReadError::Failed {
        at: bytes,
        error: error.into(),
    })?;
    Ok(Hashed {
        bytes: end,
        pieces: Some(pieces),
        ..Hashed::default()
    })
}

/// Pieces that were read and hashed.
struct Group {
    first: usize,
    digests: Vec<Digest>,
    bytes: u64,
    /// How long it took to read them.
    reading: Duration,
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
        let (mut buffer, mut zeros) = (Vec::new(), ZeroPieces::default());
        while let Some(group) = self.group(&mut buffer, &mut zeros).transpose() {
            let is_over = group.is_err();
            // Nobody listens any more where the work was stopped.
            let _ = tell.send(group);
            if is_over {
                return;
            }
        }
    }

    fn group(
        &self,
        buffer: &mut Vec<u8>,
        zeros: &mut ZeroPieces,
    ) -> Result<Option<Group>, ReadError> {
        let size = pieces_of_a_group(self.engine, self.piece_size) * self.piece_size;
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let start = *next;
        if start >= self.bytes || self.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let began = Instant::now();
        let bytes = size.min(self.bytes - start);
        buffer.resize(usize::try_from(bytes).unwrap_or(0), 0);
        let in_hole = pieces_in_holes(self.file, start, start + bytes, self.piece_size);
        let piece_size = usize::try_from(self.piece_size).unwrap_or(usize::MAX);
        // Pieces that follow one another are read in one go.
        for run in runs(&in_hole) {
            let from = run.start * piece_size;
            let stretch =
                &mut buffer[from..(run.end * piece_size).min(usize::try_from(bytes).unwrap_or(0))];
            let at = start + from as u64;
            let read = self.file.read_exact_at(stretch, at);
            read.map_err(|error| ReadError::Failed { at, error })?;
        }
        *next = start + bytes;
        drop(next);
        let reading = began.elapsed();
        let pieces = || buffer.chunks(piece_size).zip(&in_hole);
        let written: Vec<&[u8]> = pieces()
            .filter(|(_, in_hole)| !**in_hole)
            .map(|(piece, _)| piece)
            .collect();
        let mut hashed = digests(self.engine.kernel, &written).into_iter();
        let digests = pieces().map(|(piece, in_hole)| match in_hole {
            true => zeros.digest(piece.len() as u64),
            // There is one for each piece that was read.
            false => hashed.next().unwrap_or(Digest::ZERO),
        });
        let first = usize::try_from(start / self.piece_size).unwrap_or(0);
        Ok(Some(Group {
            first,
            digests: digests.collect(),
            bytes,
            reading,
        }))
    }
}

/// The runs of neighbours that are not in a hole.
fn runs(in_hole: &[bool]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for number in (0..in_hole.len()).filter(|&number| !in_hole[number]) {
        match runs.last_mut() {
            Some(run) if run.end == number => run.end += 1,
            _ => runs.push(number..number + 1),
        }
    }
    runs
}
