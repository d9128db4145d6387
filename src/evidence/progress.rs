//! Progress is a guest: whoever reads evidence tells it how far it is, and asks whether to stop.

use std::sync::atomic::{AtomicBool, Ordering};

/// Someone who watches long work.
pub trait Progress {
    /// The work is known: so many bytes will be read.
    fn begin(&mut self, bytes: u64);

    /// So many bytes more were read.
    fn advance(&mut self, bytes: u64);

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
