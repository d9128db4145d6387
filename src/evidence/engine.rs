//! The hashing engine: one reading of a file, all the digests that are wanted of it.
//!
//! Which way a file is read depends on what is wanted, and on what it lies on:
//!
//! - pieces alone: all processors hash pieces side by side (`piece_groups`);
//! - anything else that is large: one reading from the first byte to the last, hashed by several (`one_pass`);
//! - anything small: read and hashed in one go.

use std::fs::File;
use std::io;

use crate::audit::inventory::Task;
use crate::record::digest::Digest;
use crate::record::pieces::MIN_PIECE;

use super::cross_reference::CrossReference;
use super::kernels::Kernel;
use super::one_pass;
use super::piece_groups;
use super::progress::Progress;

/// The processors and kernels a reading may use.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    /// How SHA-256 is computed.
    pub kernel: Kernel,
    /// How many threads may work at once.
    pub threads: usize,
}

impl Engine {
    /// All this machine has.
    pub fn of_this_machine() -> Self {
        Self {
            kernel: Kernel::best(),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// What is wanted of a file.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    /// Which SHA-256 digests.
    pub task: Task,
    /// Which other digests.
    pub others: &'a [CrossReference],
    /// How many bytes the file has, as far as is known.
    pub bytes: u64,
    /// Whether that is all there is to read: a file, and no device.
    pub ends: bool,
}

/// What one reading of a file gave.
#[derive(Debug, Default)]
pub struct Hashed {
    /// Bytes read.
    pub bytes: u64,
    /// SHA-256 of all of them, where it was wanted.
    pub sha256: Option<Digest>,
    /// The digest of each piece, where they were wanted.
    pub pieces: Option<Vec<Digest>>,
    /// The other digests, in the order they were asked for.
    pub others: Vec<(&'static str, String)>,
}

/// A reading that did not come to its end.
#[derive(Debug)]
pub enum ReadError {
    /// The system did not give the bytes from here on.
    Failed {
        /// Where.
        at: u64,
        /// What it said.
        error: io::Error,
    },
    /// Someone asked to stop.
    Interrupted,
}

/// The memory one file after the other is read into.
#[derive(Default)]
pub struct Buffer {
    bytes: Vec<u8>,
}

impl Engine {
    /// Reads a file from its beginning to its end.
    ///
    /// # Errors
    /// Where the system gives an error, or the work is interrupted.
    pub fn read(
        &self,
        file: &mut File,
        job: &Job<'_>,
        buffer: &mut Buffer,
        progress: &mut dyn Progress,
    ) -> Result<Hashed, ReadError> {
        match job.task.piece_size {
            Some(size)
                if !job.task.whole
                    && job.others.is_empty()
                    && job.ends
                    && piece_groups::suits(*self, size) =>
            {
                piece_groups::read(*self, file, job.bytes, size, progress)
            }
            _ if job.bytes <= MIN_PIECE => {
                one_pass::read_small(file, job, &mut buffer.bytes, progress)
            }
            _ => one_pass::read(*self, file, job, progress),
        }
    }
}

#[cfg(test)]
mod tests;
