//! Progress is a guest: whoever reads evidence tells it how far it is, and asks whether to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What keeps a reading from being faster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Nearly all the time someone waits for the disk.
    Disk,
    /// The disk waits for those who hash.
    Processor,
}

/// How long work is watched before it is said what limits it.
const WATCH: Duration = Duration::from_secs(1);

/// Watches how much of the time passes with reading.
pub(super) struct LimitWatch {
    since: Instant,
    reading: Duration,
}

impl LimitWatch {
    pub(super) fn begin() -> Self {
        Self {
            since: Instant::now(),
            reading: Duration::ZERO,
        }
    }

    /// So much time passed with reading. From time to time that is told.
    pub(super) fn add(&mut self, reading: Duration, progress: &mut dyn Progress) {
        self.reading += reading;
        let all = self.since.elapsed();
        if all >= WATCH {
            let waits_for_the_disk = self.reading.as_secs_f64() > 0.85 * all.as_secs_f64();
            progress.limited_by(match waits_for_the_disk {
                true => Limit::Disk,
                false => Limit::Processor,
            });
            *self = Self::begin();
        }
    }
}

/// Someone who watches long work.
pub trait Progress {
    /// The work is known: so many bytes will be read.
    fn begin(&mut self, bytes: u64);

    /// So many bytes more were read.
    fn advance(&mut self, bytes: u64);

    /// So many bytes need not be read: they were read another day.
    fn skip(&mut self, bytes: u64) {
        self.advance(bytes);
    }

    /// What limits the work at the moment.
    fn limited_by(&mut self, _limit: Limit) {}

    /// Whether the work is to end now, with nothing half-written.
    fn is_interrupted(&self) -> bool;
}

/// Nobody watches, but a flag may end the work.
pub struct Quiet<'flag>(pub &'flag AtomicBool);

impl Progress for Quiet<'_> {
    fn begin(&mut self, _bytes: u64) {}

    fn advance(&mut self, _bytes: u64) {}

    fn is_interrupted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
