//! Middle files in lanes: one thread reads a stretch of each of several files in turn, and hashes them side by side.
//!
//! The hash of a whole file is a chain that nobody can hurry. The chains of several files, and their pieces, wait for
//! each other no more than pieces do.

use std::fs::File;
use std::io::{self, Read};

use rustix::fs::Stat;

use crate::audit::inventory::Task;
use crate::record::digest::Digest;

use super::hashing::job::Engine;
use super::kernels::{Kernel, Stream, update_all, update_both};
use super::one_file::{Outcome, found_file, is_same, open_listed, read_error};
use super::opening::Identity;
use super::progress::Progress;

/// Bytes read of a file at a time: all files of a turn together stay in the cache until they are hashed.
const STRETCH: usize = 64 << 10;

/// Whether a file that is to be read so can be one of several that share the lanes.
pub fn suits(engine: Engine, task: Task) -> bool {
    let piece_size = task.piece_size.unwrap_or(STRETCH as u64);
    engine.kernel.is_wide() && task.whole && piece_size.is_multiple_of(STRETCH as u64)
}

/// The files one thread has under way.
pub struct Row {
    kernel: Kernel,
    /// The most there may be.
    most: usize,
    memory: Vec<u8>,
    files: Vec<Begun>,
}

/// A file that is being read.
struct Begun {
    number: usize,
    file: File,
    before: Stat,
    /// Bytes read so far, and in this turn.
    read: u64,
    stretch: usize,
    failed: Option<Outcome>,
    whole: Stream,
    pieces: Option<Pieces>,
}

/// The pieces of a file: the digests of those that were read, and the one that is being read.
struct Pieces {
    size: u64,
    digests: Vec<Digest>,
    begun: Stream,
}

impl Row {
    /// No files yet, and room for at most so many.
    pub fn new(kernel: Kernel, most: usize) -> Self {
        let most = most.clamp(1, kernel.lanes());
        Self {
            kernel,
            most,
            memory: vec![0; most * STRETCH],
            files: Vec::new(),
        }
    }

    /// Whether every lane has a stream, or there are as many files as there may be.
    pub fn is_full(&self) -> bool {
        self.files.len() >= self.most || self.streams() >= self.kernel.lanes()
    }

    /// Whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    fn streams(&self) -> usize {
        let streams = |file: &Begun| 1 + usize::from(file.pieces.is_some());
        self.files.iter().map(streams).sum()
    }

    /// Begins a file. Gives what came of it where there is nothing to read. `listed`: what it was when the folder was
    /// listed.
    pub fn begin(
        &mut self,
        number: usize,
        open: impl FnOnce() -> io::Result<File>,
        listed: Identity,
        task: Task,
    ) -> Option<Outcome> {
        let (file, before) = match open_listed(open, listed) {
            Ok(opened) => opened,
            Err(outcome) => return Some(outcome),
        };
        self.files.push(Begun {
            number,
            file,
            before,
            read: 0,
            stretch: 0,
            failed: None,
            whole: Stream::new(),
            pieces: task.piece_size.map(|size| Pieces {
                size,
                digests: Vec::new(),
                begun: Stream::new(),
            }),
        });
        None
    }

    /// Reads the next stretch of each file and hashes it. Gives what came of the files that are over, by their numbers.
    pub fn turn(&mut self, progress: &mut dyn Progress) -> Vec<(usize, Outcome)> {
        for (begun, space) in self.files.iter_mut().zip(self.memory.chunks_mut(STRETCH)) {
            begun.read_stretch(space);
            progress.advance(begun.stretch as u64);
        }
        self.hash();
        let mut over = Vec::new();
        self.files.retain_mut(|begun| {
            let outcome = begun.end();
            let goes_on = outcome.is_none();
            over.extend(outcome.map(|outcome| (begun.number, outcome)));
            goes_on
        });
        over
    }

    fn hash(&mut self) {
        // Lanes that nobody needs cost as much as the others: few streams are better off two by two.
        let is_worth_it = self.streams() > self.kernel.lanes() / 2;
        let (mut streams, mut data): (Vec<&mut Stream>, Vec<&[u8]>) = (Vec::new(), Vec::new());
        for (begun, space) in self.files.iter_mut().zip(self.memory.chunks(STRETCH)) {
            let stretch = &space[..begun.stretch];
            match &mut begun.pieces {
                Some(pieces) if !is_worth_it => {
                    update_both(self.kernel, [&mut begun.whole, &mut pieces.begun], stretch);
                }
                pieces => {
                    streams.push(&mut begun.whole);
                    streams.extend(pieces.as_mut().map(|pieces| &mut pieces.begun));
                    data.resize(streams.len(), stretch);
                }
            }
        }
        update_all(self.kernel, &mut streams, &data);
        for begun in &mut self.files {
            if let Some(pieces) = &mut begun.pieces
                && begun.read.is_multiple_of(pieces.size)
                && begun.stretch > 0
            {
                pieces.end_piece();
            }
        }
    }
}

impl Begun {
    /// Reads as far as the stretch, or the file, goes.
    fn read_stretch(&mut self, space: &mut [u8]) {
        self.stretch = 0;
        while self.stretch < space.len() {
            match self.file.read(&mut space[self.stretch..]) {
                Ok(0) => break,
                Ok(read) => self.stretch += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let at = self.read + self.stretch as u64;
                    self.failed = Some(read_error(at, &error));
                    break;
                }
            }
        }
        self.read += self.stretch as u64;
    }

    /// What came of the file, where it is over.
    fn end(&mut self) -> Option<Outcome> {
        if let Some(failed) = self.failed.take() {
            return Some(failed);
        }
        let size = Identity::of(&self.before).size;
        // One that grows all the time would have no end.
        if self.stretch == STRETCH && self.read <= size {
            return None;
        }
        if self.read != size || !is_same(&self.file, &self.before) {
            return Some(Outcome::Changed);
        }
        let mut found = found_file(&self.before, size);
        found.sha256 = Some(std::mem::take(&mut self.whole).finish());
        found.pieces = self.pieces.take().map(|mut pieces| {
            if !size.is_multiple_of(pieces.size) {
                pieces.end_piece();
            }
            (pieces.size, pieces.digests)
        });
        Some(Outcome::Read(Box::new(found)))
    }
}

impl Pieces {
    fn end_piece(&mut self) {
        self.digests.push(std::mem::take(&mut self.begun).finish());
    }
}

#[cfg(test)]
mod tests;
