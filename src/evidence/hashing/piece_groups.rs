//! Pieces alone: one processor has the disk bring a group of pieces, in order, while the others hash the groups that
//! were brought before.
//!
//! However fast the disk is, it is read from its first byte to its last, which is what disks with moving parts, and the
//! system's own reading ahead, like best. A group that was brought stands in the memory of the system. From there its
//! pieces are read side by side, a stretch of each in turn, so that what is hashed never leaves the processor's own
//! memory.

use std::fs::File;
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
use super::kernels::{Stream, update_all};

/// The most pieces of a group: as many as the widest kernel has lanes.
const MOST_PIECES: u64 = 16;

/// The largest group. The system must not throw away what it brought before it is hashed.
const MAX_GROUP: u64 = 64 << 20;

/// How much of each piece is hashed at a time: of a group, as much as a processor keeps near.
const STRETCH: usize = 64 << 10;

/// A byte is asked for so often while a group is brought: the system reads ahead at least as far.
const STEP: usize = 128 << 10;

/// How many pieces of this size make a group; none where not even one fits.
fn pieces_of_a_group(piece_size: u64) -> u64 {
    (MAX_GROUP / piece_size).min(MOST_PIECES)
}

/// Whether pieces of this size can be read in groups.
pub(super) fn suits(piece_size: u64) -> bool {
    pieces_of_a_group(piece_size) > 0
}

/// How many threads work: no more than have room for their stretches.
fn threads(engine: Engine) -> usize {
    let room = engine.memory / (MOST_PIECES * STRETCH as u64);
    let most = usize::try_from(room).unwrap_or(usize::MAX);
    engine.threads.min(most).max(1)
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
        for _ in 0..threads(engine) {
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
    /// How long it took the disk to bring them.
    reading: Duration,
}

/// A piece that was brought and is still to be hashed.
struct Brought {
    at: u64,
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
        let size = pieces_of_a_group(self.piece_size) * self.piece_size;
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let start = *next;
        if start >= self.bytes || self.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let began = Instant::now();
        let end = self.bytes.min(start + size);
        let in_hole = pieces_in_holes(self.file, start, end, self.piece_size);
        let pieces = (0u64..).zip(&in_hole).map(|(number, in_hole)| {
            let at = start + number * self.piece_size;
            let bytes = self.piece_size.min(end - at);
            (Brought { at, bytes }, *in_hole)
        });
        let written = pieces.clone().filter(|(_, in_hole)| !in_hole);
        let written: Vec<Brought> = written.map(|(piece, _)| piece).collect();
        written.iter().try_for_each(|piece| self.bring(piece))?;
        *next = end;
        drop(next);
        let reading = began.elapsed();
        let mut hashed = self.hash(&written, buffer)?.into_iter();
        let digests = pieces.map(|(piece, in_hole)| match in_hole {
            true => zeros.digest(piece.bytes),
            // There is one for each piece that was read.
            false => hashed.next().unwrap_or(Digest::ZERO),
        });
        Ok(Some(Group {
            first: usize::try_from(start / self.piece_size).unwrap_or(0),
            digests: digests.collect(),
            bytes: end - start,
            reading,
        }))
    }

    /// Has the system bring a piece. Nothing is copied: that is left to whoever hashes it.
    fn bring(&self, piece: &Brought) -> Result<(), ReadError> {
        let mut places = (piece.at..piece.at + piece.bytes).step_by(STEP);
        places.try_for_each(|at| self.read(&mut [0], at))
    }

    /// Reads pieces side by side, a stretch of each in turn, and hashes them.
    fn hash(&self, pieces: &[Brought], buffer: &mut Vec<u8>) -> Result<Vec<Digest>, ReadError> {
        buffer.resize(pieces.len() * STRETCH, 0);
        let mut streams = vec![Stream::new(); pieces.len()];
        for done in (0..self.piece_size).step_by(STRETCH) {
            let mut stretches: Vec<&[u8]> = Vec::with_capacity(pieces.len());
            for (piece, space) in pieces.iter().zip(buffer.chunks_mut(STRETCH)) {
                let rest = usize::try_from(piece.bytes.saturating_sub(done));
                let stretch = &mut space[..rest.map_or(STRETCH, |rest| rest.min(STRETCH))];
                self.read(stretch, piece.at + done)?;
                stretches.push(stretch);
            }
            let mut streams: Vec<&mut Stream> = streams.iter_mut().collect();
            update_all(self.engine.kernel, &mut streams, &stretches);
        }
        Ok(streams.into_iter().map(Stream::finish).collect())
    }

    fn read(&self, space: &mut [u8], at: u64) -> Result<(), ReadError> {
        let read = self.file.read_exact_at(space, at);
        read.map_err(|error| ReadError::Failed { at, error })
    }
}
