//! Files side by side: small ones, which take longer to open than to hash, and middle ones, which are too short for all
//! processors to share one.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

use crate::audit::inventory::Task;
use crate::record::pieces::MIN_PIECE;

use super::engine::Buffer;
use super::hashing::job::Engine;
use super::listing::ListedKind;
use super::middle_files::{self, Row};
use super::one_file::{Outcome, Reading};
use super::opening::{Identity, Root};
use super::plan::Plan;
use super::progress::Progress;
use super::small_files::{self, Batch};

/// The most middle files, or rows of them, that are read at once.
const AT_ONCE: usize = 16;

/// The longest file that is read by one processor beside others.
const MAX_MIDDLE: u64 = 64 << 20;

/// What a reader gathers before it tells: telling of each file would wake another thread for each.
const BATCH: (usize, u64) = (64, 16 << 20);

/// A file that is to be read ahead.
struct FileAhead {
    /// Its number in the plan.
    number: usize,
    /// What it was when the folder was listed.
    identity: Identity,
    /// How it is to be read.
    task: Task,
}

/// Reads the small and the middle ones of the files that have one name, in any order. Gives what came of each, by its
/// number in the plan.
pub fn read_ahead(
    reading: &Reading<'_>,
    root: &Root,
    plan: &Plan<'_>,
    progress: &mut dyn Progress,
) -> Vec<Option<Outcome>> {
    let (mut small, mut middle) = (Vec::new(), Vec::new());
    for (number, planned) in plan.things.iter().enumerate() {
        if let (ListedKind::File { identity, names: 1 }, Some(task)) = (planned.kind, planned.task)
        {
            let identity = *identity;
            let file = FileAhead {
                number,
                identity,
                task,
            };
            if identity.size <= MIN_PIECE {
                small.push(file);
            } else if identity.size <= MAX_MIDDLE {
                middle.push(file);
            }
        }
    }
    let mut outcomes = Vec::new();
    outcomes.resize_with(plan.things.len(), || None);
    let mut read = |files: &[FileAhead], readers, run: WayOfReading| {
        let work = Work {
            reading,
            root,
            plan,
            files,
            readers: std::cmp::min(readers, files.len()),
            next: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            turn: Mutex::new(()),
        };
        for (number, outcome) in work.run(run, progress) {
            outcomes[number] = Some(outcome);
        }
    };
    let threads = reading.engine.threads.max(1);
    read(&small, reading.at_once().max(threads), |work, relay| {
        work.read_small(relay)
    });
    // Other digests have threads of their own, which would be too many.
    if reading.side_by_side && reading.others.is_empty() && middle.len() > 1 {
        let suits = |file: &FileAhead| middle_files::suits(reading.engine, file.task);
        let (in_lanes, alone): (Vec<_>, Vec<_>) = middle.into_iter().partition(suits);
        read(&in_lanes, threads.min(AT_ONCE), |work, relay| {
            work.read_in_lanes(relay)
        });
        if threads > 1 {
            read(&alone, threads.min(AT_ONCE), |work, relay| {
                work.read_alone(relay)
            });
        }
    }
    outcomes
}

/// What one reader does until no file is left.
type WayOfReading = fn(&Work<'_>, &mut Relay<'_>);

/// What the readers share.
struct Work<'a> {
    reading: &'a Reading<'a>,
    root: &'a Root,
    plan: &'a Plan<'a>,
    files: &'a [FileAhead],
    readers: usize,
    next: AtomicUsize,
    stop: AtomicBool,
    /// On a disk with moving parts: whoever holds it reads, and nobody else.
    turn: Mutex<()>,
}

impl Work<'_> {
    fn run(&self, run: WayOfReading, progress: &mut dyn Progress) -> Vec<(usize, Outcome)> {
        let mut outcomes = Vec::with_capacity(self.files.len());
        std::thread::scope(|scope| {
            let (sender, receiver) = channel();
            for _ in 0..self.readers {
                let mut relay = Relay {
                    stop: &self.stop,
                    sender: sender.clone(),
                    bytes: 0,
                    batch: Vec::new(),
                };
                scope.spawn(move || {
                    run(self, &mut relay);
                    relay.tell_at((0, 0));
                });
            }
            drop(sender);
            for (bytes, batch) in receiver {
                progress.advance(bytes);
                outcomes.extend(batch);
                if progress.is_interrupted() {
                    self.stop.store(true, Ordering::Relaxed);
                }
            }
        });
        outcomes
    }

    /// The next file nobody has taken, as long as nobody asked to stop.
    fn next(&self) -> Option<&FileAhead> {
        if self.stop.load(Ordering::Relaxed) {
            return None;
        }
        self.files.get(self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// What opens a file.
    fn opening<'s>(
        &'s self,
        file: &FileAhead,
        raw: &'s mut Vec<u8>,
    ) -> impl FnOnce() -> io::Result<File> + use<'s> {
        self.plan.path_into(file.number, raw);
        || self.root.read(raw)
    }

    fn read_small(&self, relay: &mut Relay<'_>) {
        let (mut batch, mut raw, mut buffer) = (Batch::default(), Vec::new(), Buffer::default());
        let takes = |task| small_files::suits(task) && self.reading.others.is_empty();
        loop {
            let turn = (!self.reading.side_by_side)
                .then(|| self.turn.lock().unwrap_or_else(PoisonError::into_inner));
            while !batch.is_full()
                && let Some(file) = self.next()
            {
                let open = self.opening(file, &mut raw);
                let outcome = if takes(file.task) {
                    relay.bytes += file.identity.size;
                    batch.read(file.number, open, file.identity)
                } else {
                    let identity = Some(file.identity);
                    let read = self
                        .reading
                        .read("", open, identity, file.task, &mut buffer, relay);
                    Some(read)
                };
                relay
                    .batch
                    .extend(outcome.map(|outcome| (file.number, outcome)));
            }
            drop(turn);
            if batch.is_empty() {
                return;
            }
            relay.batch.extend(batch.hash(self.reading.engine.kernel));
            relay.tell_at(BATCH);
        }
    }

    fn read_in_lanes(&self, relay: &mut Relay<'_>) {
        let fair_share = self.files.len().div_ceil(self.readers.max(1));
        let mut row = Row::new(self.reading.engine.kernel, fair_share);
        let mut raw = Vec::new();
        loop {
            while !row.is_full()
                && let Some(file) = self.next()
            {
                let open = self.opening(file, &mut raw);
                let outcome = row.begin(file.number, open, file.identity, file.task);
                relay
                    .batch
                    .extend(outcome.map(|outcome| (file.number, outcome)));
            }
            if row.is_empty() || relay.is_interrupted() {
                return;
            }
            let over = row.turn(relay);
            relay.batch.extend(over);
            relay.tell_at(BATCH);
        }
    }

    fn read_alone(&self, relay: &mut Relay<'_>) {
        let (mut buffer, mut raw) = (Buffer::default(), Vec::new());
        let engine = Engine {
            threads: 1,
            memory: self.reading.engine.memory / self.readers.max(1) as u64,
            ..self.reading.engine
        };
        let reading = Reading {
            engine,
            ..*self.reading
        };
        while let Some(file) = self.next() {
            let open = self.opening(file, &mut raw);
            let identity = Some(file.identity);
            let outcome = reading.read("", open, identity, file.task, &mut buffer, relay);
            relay.batch.push((file.number, outcome));
            relay.tell_at(BATCH);
        }
    }
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
