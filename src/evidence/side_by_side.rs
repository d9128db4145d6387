//! Files side by side: small ones, which take longer to open than to hash, and middle ones, which are too short for all
//! processors to share one.

use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{FileType, Stat};

use crate::audit::inventory::Task;
use crate::record::pieces::MIN_PIECE;

use super::crew::{Crew, Watch};
use super::engine::Buffer;
use super::hashing::job::Engine;
use super::listing::{ListedKind, Seen};
use super::middle_files::{self, Row};
use super::one_file::{Outcome, Reading, open_listed, open_named, unreadable};
use super::opening::{Identity, Opener, Root, file_type};
use super::plan::{Plan, Planned};
use super::progress::Progress;
use super::small_files::{self, Batch};

/// The most middle files, or rows of them, that are read at once.
const AT_ONCE: usize = 16;

/// The longest file that is read by one processor beside others.
const MAX_MIDDLE: u64 = 64 << 20;

/// What a reader gathers before it tells: telling of each file would wake another thread for each.
const BATCH: (usize, u64) = (64, 16 << 20);

/// A file that is to be read ahead.
struct FileAhead<'l> {
    /// Its number in the plan.
    number: usize,
    /// What it was, or that this is to be known when it is opened.
    kind: &'l ListedKind,
    /// How it is to be read, if at all.
    task: Option<Task>,
}

impl<'l> FileAhead<'l> {
    fn of_plan(number: usize, planned: &Planned<'l>) -> Option<Self> {
        planned.kind.is_file().then_some(Self {
            number,
            kind: planned.kind,
            task: planned.task,
        })
    }

    /// Whether it is read with the small ones, or at least looked at with them.
    fn is_small(&self) -> bool {
        self.kind.seen().is_none_or(|seen| {
            seen.names == 1 && seen.identity.size <= MIN_PIECE && self.task.is_some()
        })
    }

    /// How it is to be read, where it is one of the middle ones.
    fn middle(&self) -> Option<Task> {
        let seen = self.kind.seen()?;
        let is_middle = (MIN_PIECE + 1..=MAX_MIDDLE).contains(&seen.identity.size);
        self.task.filter(|_| is_middle && seen.names == 1)
    }
}

/// Reads the small and the middle ones of the files that have one name, in any order, and looks at all that were only
/// named. Gives what came of each that was read, by its number in the plan.
pub fn read_ahead(
    reading: &Reading<'_>,
    root: &Root,
    plan: &Plan<'_>,
    progress: &mut dyn Progress,
) -> Vec<Option<Outcome>> {
    let files = || {
        let things = plan.things.iter().enumerate();
        things.filter_map(|(number, planned)| FileAhead::of_plan(number, planned))
    };
    let mut outcomes = Vec::new();
    outcomes.resize_with(plan.things.len(), || None);
    let mut read = |files: &[FileAhead<'_>], crew: Crew, run: WayOfReading| {
        let work = Work {
            reading,
            root,
            plan,
            files,
            readers: crew.few.min(files.len()),
            next: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            turn: Mutex::new(()),
        };
        work.run(crew, run, progress, &mut outcomes);
    };
    let threads = reading.engine.threads.max(1);
    let crew = reading.crew();
    // On a disk with moving parts one reads, and the others hash.
    let few = crew.few.max(threads);
    let most = crew.most.max(few);
    let small: Vec<_> = files().filter(FileAhead::is_small).collect();
    read(&small, Crew { few, most }, |work, relay, watch| {
        work.read_small(relay, watch)
    });
    drop(small);
    let middle: Vec<_> = files().filter(|file| file.middle().is_some()).collect();
    // Other digests have threads of their own, which would be too many.
    if reading.side_by_side && reading.others.is_empty() && middle.len() > 1 {
        let suits = |file: &FileAhead<'_>| {
            file.task
                .is_some_and(|task| middle_files::suits(reading.engine, task))
        };
        let (in_lanes, alone): (Vec<_>, Vec<_>) = middle.into_iter().partition(suits);
        let few = threads.min(AT_ONCE);
        let crew = Crew { few, most: few };
        read(&in_lanes, crew, |work, relay, _| work.read_in_lanes(relay));
        if threads > 1 {
            read(&alone, crew, |work, relay, _| work.read_alone(relay));
        }
    }
    outcomes
}

/// Keeps what a file was when it was opened. What was listed as a file must be one.
fn remember(kind: &ListedKind, stat: &Stat) -> Result<(), Outcome> {
    if file_type(stat) != FileType::RegularFile {
        return Err(Outcome::Changed);
    }
    if let ListedKind::Named(seen) = kind {
        // Nobody else looks at this one.
        let _ = seen.set(Seen::of(stat));
    }
    Ok(())
}

/// What one reader does until no file is left.
type WayOfReading = fn(&Work<'_>, &mut Relay<'_>, &mut Watch<'_>);

/// What the readers share.
struct Work<'a> {
    reading: &'a Reading<'a>,
    root: &'a Root,
    plan: &'a Plan<'a>,
    files: &'a [FileAhead<'a>],
    readers: usize,
    next: AtomicUsize,
    stop: AtomicBool,
    /// On a disk with moving parts: whoever holds it reads, and nobody else.
    turn: Mutex<()>,
}

impl Work<'_> {
    fn run(
        &self,
        crew: Crew,
        run: WayOfReading,
        progress: &mut dyn Progress,
        outcomes: &mut [Option<Outcome>],
    ) {
        let crew = crew.for_things(self.files.len());
        if crew.few == 0 {
            return;
        }
        std::thread::scope(|scope| {
            let (sender, receiver) = channel();
            scope.spawn(move || {
                crew.work(&|watch| {
                    let mut relay = Relay {
                        stop: &self.stop,
                        sender: sender.clone(),
                        bytes: 0,
                        batch: Vec::new(),
                    };
                    run(self, &mut relay, watch);
                    relay.tell_at((0, 0));
                })
            });
            for (bytes, batch) in receiver {
                progress.advance(bytes);
                for (number, outcome) in batch {
                    outcomes[number] = Some(outcome);
                }
                if progress.is_interrupted() {
                    self.stop.store(true, Ordering::Relaxed);
                }
            }
        });
    }

    /// The next file nobody has taken, as long as nobody asked to stop.
    fn next(&self) -> Option<&FileAhead<'_>> {
        if self.stop.load(Ordering::Relaxed) {
            return None;
        }
        self.files.get(self.next.fetch_add(1, Ordering::Relaxed))
    }

    fn read_small(&self, relay: &mut Relay<'_>, watch: &mut Watch<'_>) {
        let (mut batch, mut buffer) = (Batch::default(), Buffer::default());
        let mut opener = Opener::below(self.root);
        loop {
            let turn = (!self.reading.side_by_side)
                .then(|| self.turn.lock().unwrap_or_else(PoisonError::into_inner));
            watch.during(|| {
                while !batch.is_full()
                    && let Some(file) = self.next()
                {
                    let outcome = match self.look_at(file, &mut opener) {
                        Ok(Some((opened, before))) => self.read_one_small(
                            file,
                            opened,
                            before,
                            &mut batch,
                            &mut buffer,
                            relay,
                        ),
                        Ok(None) => None,
                        Err(outcome) => Some(outcome),
                    };
                    relay
                        .batch
                        .extend(outcome.map(|outcome| (file.number, outcome)));
                }
            });
            drop(turn);
            if batch.is_empty() {
                return;
            }
            relay.batch.extend(batch.hash(self.reading.engine.kernel));
            relay.tell_at(BATCH);
        }
    }

    /// Opens a file, and looks at it where nobody has. Gives it where it is small and to be read.
    fn look_at(
        &self,
        file: &FileAhead<'_>,
        opener: &mut Opener<'_>,
    ) -> Result<Option<(File, Stat)>, Outcome> {
        let (folder, name) = self.plan.name(file.number);
        if let (None, None) = (file.task, file.kind.seen()) {
            let stat = opener.look(folder, name).map_err(unreadable)?;
            return remember(file.kind, &stat).map(|()| None);
        }
        let open = || opener.read(folder, name);
        if let Some(seen) = file.kind.seen() {
            return open_listed(open, seen.identity).map(Some);
        }
        let (opened, before) = open_named(open)?;
        remember(file.kind, &before)?;
        Ok(file.is_small().then_some((opened, before)))
    }

    fn read_one_small(
        &self,
        file: &FileAhead<'_>,
        opened: File,
        before: Stat,
        batch: &mut Batch,
        buffer: &mut Buffer,
        relay: &mut Relay<'_>,
    ) -> Option<Outcome> {
        let task = file.task?;
        let identity = Identity::of(&before);
        if small_files::suits(task) && self.reading.others.is_empty() {
            relay.bytes += identity.size;
            return batch.read(file.number, opened, before);
        }
        let open = || Ok(opened);
        let read = self
            .reading
            .read("", open, Some(identity), task, buffer, relay);
        Some(read)
    }

    /// Opens one of the middle files.
    fn open_middle(
        &self,
        file: &FileAhead<'_>,
        opener: &mut Opener<'_>,
    ) -> Option<(impl FnOnce() -> io::Result<File> + use<>, Identity, Task)> {
        let (folder, name) = self.plan.name(file.number);
        let opened = opener.read(folder, name);
        let identity = file.kind.seen()?.identity;
        Some((move || opened, identity, file.task?))
    }

    fn read_in_lanes(&self, relay: &mut Relay<'_>) {
        let fair_share = self.files.len().div_ceil(self.readers.max(1));
        let mut row = Row::new(self.reading.engine.kernel, fair_share);
        let mut opener = Opener::below(self.root);
        loop {
            while !row.is_full()
                && let Some(file) = self.next()
                && let Some((open, identity, task)) = self.open_middle(file, &mut opener)
            {
                let outcome = row.begin(file.number, open, identity, task);
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
        let (mut buffer, mut opener) = (Buffer::default(), Opener::below(self.root));
        let engine = Engine {
            threads: 1,
            memory: self.reading.engine.memory / self.readers.max(1) as u64,
            ..self.reading.engine
        };
        let reading = Reading {
            engine,
            ..*self.reading
        };
        while let Some(file) = self.next()
            && let Some((open, identity, task)) = self.open_middle(file, &mut opener)
        {
            let outcome = reading.read("", open, Some(identity), task, &mut buffer, relay);
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
