//! Files side by side: small ones, which take longer to open than to hash, and middle ones, which are too short for all
//! processors to share one.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

use crate::audit::inventory::Task;
use crate::record::pieces::MIN_PIECE;

use super::engine::Buffer;
use super::job::Engine;
use super::one_file::{Outcome, Reading};
use super::opening::{Identity, Root};
use super::progress::Progress;

/// Small files that are read at once from a disk without moving parts, whatever the number of processors.
const AT_ONCE: usize = 16;

/// The longest file that is read by one processor beside others.
const MAX_MIDDLE: u64 = 64 << 20;

/// What a reader gathers before it tells: telling of each file would wake another thread for each.
const BATCH: (usize, u64) = (64, 16 << 20);

/// A file that is to be read ahead.
pub struct FileAhead<'a> {
    /// Where it stands in the listing.
    pub place: usize,
    /// Its path below the folder, raw.
    pub raw: &'a [u8],
    /// What it was when the folder was listed.
    pub identity: Identity,
    /// How it is to be read.
    pub task: Task,
}

/// Reads the small and the middle ones of these files, in any order. Gives what came of each, by its place.
pub fn read_ahead(
    reading: &Reading<'_>,
    root: &Root,
    files: Vec<FileAhead<'_>>,
    progress: &mut dyn Progress,
) -> Vec<(usize, Outcome)> {
    let threads = reading.engine.threads;
    let (small, rest): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| file.identity.size <= MIN_PIECE);
    // On a disk with moving parts one reader is faster than two.
    let readers = if reading.side_by_side {
        AT_ONCE.max(threads)
    } else {
        1
    };
    let mut outcomes = read_all(reading, root, &small, readers, progress);
    let middle: Vec<_> = rest
        .into_iter()
        .filter(|file| file.identity.size <= MAX_MIDDLE)
        .collect();
    let readers = threads.min(AT_ONCE).min(middle.len());
    // Other digests have threads of their own, which would be too many.
    if reading.side_by_side && readers > 1 && reading.others.is_empty() {
        let memory = reading.engine.memory / readers as u64;
        let engine = Engine {
            threads: 1,
            memory,
            ..reading.engine
        };
        outcomes.extend(read_all(
            &Reading { engine, ..*reading },
            root,
            &middle,
            readers,
            progress,
        ));
    }
    outcomes
}

fn read_all(
    reading: &Reading<'_>,
    root: &Root,
    files: &[FileAhead<'_>],
    readers: usize,
    progress: &mut dyn Progress,
) -> Vec<(usize, Outcome)> {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut outcomes = Vec::with_capacity(files.len());
    std::thread::scope(|scope| {
        let (sender, receiver) = channel();
        for _ in 0..readers.min(files.len()) {
            let (next, mut relay) = (
                &next,
                Relay {
                    stop: &stop,
                    sender: sender.clone(),
                    bytes: 0,
                    batch: Vec::new(),
                },
            );
            scope.spawn(move || {
                let mut buffer = Buffer::default();
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let open = || root.read(file.raw);
                    let outcome = reading.read(
                        // Too small to be taken up again.
                        "",
                        open,
                        Some(file.identity),
                        file.task,
                        &mut buffer,
                        &mut relay,
                    );
                    let is_over = matches!(outcome, Outcome::Interrupted);
                    relay.batch.push((file.place, outcome));
                    if is_over {
                        break;
                    }
                    relay.tell_at(BATCH);
                }
                relay.tell_at((0, 0));
            });
        }
        drop(sender);
        for (bytes, batch) in receiver {
            progress.advance(bytes);
            outcomes.extend(batch);
            if progress.is_interrupted() {
                stop.store(true, Ordering::Relaxed);
            }
        }
    });
    outcomes
}

/// What a reader tells: bytes read, and what came of files.
type Told = (u64, Vec<(usize, Outcome)>);

/// What one reader has gathered and not told yet.
struct Relay<'a> {
    stop: &'a AtomicBool,
    sender: Sender<Told>,
    bytes: u64,
    batch: Vec<(usize, Outcome)>,
}

impl Relay<'_> {
    fn tell_at(&mut self, (files, bytes): (usize, u64)) {
        if self.batch.len() >= files || self.bytes >= bytes {
            // Nobody listens any more where the work was stopped.
            let _ = self.sender.send((
                std::mem::take(&mut self.bytes),
                std::mem::take(&mut self.batch),
            ));
        }
    }
}

impl Progress for Relay<'_> {
    fn begin(&mut self, _bytes: u64) {}

    fn advance(&mut self, bytes: u64) {
        self.bytes += bytes;
        self.tell_at(BATCH);
    }

    fn is_interrupted(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
