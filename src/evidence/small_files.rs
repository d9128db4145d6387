//! Many small files: opening them takes longer than hashing them, so several wait for the disk at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

use crate::audit::inventory::Task;
use crate::record::pieces::MIN_PIECE;

use super::engine::Buffer;
use super::one_file::{Outcome, Reading};
use super::opening::{Identity, Root};
use super::progress::Progress;

/// Files that are read at once from a disk without moving parts, whatever the number of processors.
const AT_ONCE: usize = 16;

/// A file that is small enough to be read in one go.
pub struct SmallFile<'a> {
    /// Where it stands in the listing.
    pub place: usize,
    /// Its path below the folder, raw.
    pub raw: &'a [u8],
    /// What it was when the folder was listed.
    pub identity: Identity,
    /// How it is to be read.
    pub task: Task,
}

/// Whether a file of this length is a small one.
pub fn is_small(bytes: u64) -> bool {
    bytes <= MIN_PIECE
}

/// Reads files in any order. Gives what came of each, by its place.
pub fn read_all(
    reading: &Reading<'_>,
    root: &Root,
    files: &[SmallFile<'_>],
    progress: &mut dyn Progress,
) -> Vec<(usize, Outcome)> {
    // On a disk with moving parts one reader is faster than two.
    let readers = if reading.side_by_side {
        AT_ONCE.max(reading.engine.threads)
    } else {
        1
    };
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut outcomes = Vec::with_capacity(files.len());
    std::thread::scope(|scope| {
        let (sender, receiver) = channel();
        for _ in 0..readers.min(files.len()) {
            let (next, stop, sender) = (&next, &stop, sender.clone());
            scope.spawn(move || {
                let mut buffer = Buffer::default();
                let mut relay = Relay {
                    stop,
                    sender: sender.clone(),
                };
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let open = || root.read(file.raw);
                    let outcome = reading.read(
                        open,
                        Some(file.identity),
                        file.task,
                        &mut buffer,
                        &mut relay,
                    );
                    let is_over = matches!(outcome, Outcome::Interrupted);
                    // Nobody listens any more where the work was stopped.
                    let _ = sender.send(Told::Outcome(file.place, outcome));
                    if is_over {
                        return;
                    }
                }
            });
        }
        drop(sender);
        for told in receiver {
            match told {
                Told::Read(bytes) => progress.advance(bytes),
                Told::Outcome(place, outcome) => outcomes.push((place, outcome)),
            }
            if progress.is_interrupted() {
                stop.store(true, Ordering::Relaxed);
            }
        }
    });
    outcomes
}

/// What a reader tells.
enum Told {
    Read(u64),
    Outcome(usize, Outcome),
}

/// Progress on its way to the one who watches.
struct Relay<'a> {
    stop: &'a AtomicBool,
    sender: Sender<Told>,
}

impl Progress for Relay<'_> {
    fn begin(&mut self, _bytes: u64) {}

    fn advance(&mut self, bytes: u64) {
        if bytes > 0 {
            let _ = self.sender.send(Told::Read(bytes));
        }
    }

    fn is_interrupted(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
