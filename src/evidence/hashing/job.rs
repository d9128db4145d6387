//! A job: what is wanted of a file, with what it may be done, and what one reading gave.

use std::io;
use std::time::Duration;

use crate::audit::inventory::Task;
use crate::record::digest::Digest;

use super::cross_reference::CrossReference;
use super::kernels::Kernel;
use super::midstate::Midstate;

/// The processors and kernels a reading may use.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    /// How SHA-256 is computed.
    pub kernel: Kernel,
    /// How many threads may work at once.
    pub threads: usize,
    /// Bytes that may stand in memory at once, while they wait to be hashed.
    pub memory: u64,
}

impl Engine {
    /// All this machine has.
    pub fn of_this_machine() -> Self {
        Self {
            kernel: Kernel::best(),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            memory: 32 << 20,
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
    /// How far an earlier reading was, and who keeps how far this one is.
    pub resumption: Option<Resumption<'a>>,
}

/// A reading that may be interrupted and taken up again.
#[derive(Clone, Copy)]
pub struct Resumption<'a> {
    /// Where an earlier reading was; nothing read, where there was none.
    pub from: &'a Midstate,
    /// Who keeps how far this one is.
    pub keeper: &'a dyn Keeper,
}

/// Someone who keeps how far a reading is.
pub trait Keeper: Sync {
    /// The reading goes on from here: what an earlier one kept was found to be so. Nothing read: it begins anew.
    fn went_on_from(&self, _midstate: &Midstate) {}

    /// Keeps this, in place of what was kept before.
    fn keep(&self, midstate: Midstate);

    /// How long to wait before the next.
    fn pause(&self) -> Duration {
        Duration::from_secs(1)
    }
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
