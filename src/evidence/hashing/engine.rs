//! The hashing engine: one reading of a file, all the digests that are wanted of it.
//!
//! Which way a file is read depends on what is wanted, and on what it lies on:
//!
//! - pieces alone: all processors hash pieces side by side (`piece_groups`);
//! - anything else that is large: one reading from the first byte to the last, hashed by several (`one_pass`);
//! - anything small: read and hashed in one go.

use std::fs::File;

use rustix::fs::{Advice, fadvise};

use crate::record::pieces::MIN_PIECE;

pub use super::job::{Engine, Hashed, Job, ReadError};

use super::super::progress::Progress;
use super::one_pass;
use super::piece_groups;

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
        if job.bytes > MIN_PIECE {
            // The system then reads further ahead. Where it does not listen, nothing is lost.
            let _ = fadvise(&*file, 0, None, Advice::Sequential);
        }
        match job.task.piece_size {
            Some(size)
                if !job.task.whole
                    && job.others.is_empty()
                    && job.ends
                    && piece_groups::suits(size) =>
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
