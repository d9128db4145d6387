//! Files side by side: small ones, which take longer to open than to hash, and middle ones, which are too short for all
//! processors to share one.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

use rustix::fs::Stat;

use crate::audit::inventory::Task;

use super::crew::{Crew, Watch};
use super::engine::Buffer;
use super::file_ahead::FileAhead;
use super::hashing::job::Engine;
use super::middle_files::{self, Row};
use super::one_file::{Outcome, Reading};
use super::opening::{Identity, Opener, Root};
use super::plan::Plan;
use super::progress::Progress;
use super::small_files::{self, Batch};

/// The most middle files, or rows of them, that are read at once.
const AT_ONCE: usize = 16;

/// What a reader gathers before it tells: telling of each file would wake another thread for each.
const BATCH: (usize, u64) = (64, 16 << 20);

/// What came of each file that was read, by its number in the plan.
pub type Outcomes = Vec<Option<Outcome>>;

/// Of none of them anything came yet.
pub fn nothing_read(plan: &Plan) -> Outcomes {
    let mut outcomes = Vec::new();
    outcomes.resize_with(plan.things.len(), || None);
    outcomes
}

/// Reads the small and the middle ones of the files that have one name, in any order, and looks at all that were only
/// named. What was read before is not read again.
pub fn read_ahead(
    reading: &Reading<'_>,
    root: &Root,
    plan: &Plan,
    progress: &mut dyn Progress,
    outcomes: &mut Outcomes,
) {
    let stop = AtomicBool::new(false);
    read_small(reading, root, plan, &stop, progress, outcomes);
    let files = files_of(plan, outcomes);
    let middle: Vec<_> = files.filter(|file| file.middle().is_some()).collect();
    // Other digests have threads of their own, which would be too many.
    if !reading.side_by_side || !reading.others.is_empty() || middle.len() < 2 {
        return;
    }
    let suits = |file: &FileAhead<'_>| {
        file.task
            .is_some_and(|task| middle_files::suits(reading.engine, task))
    };
    let (in_lanes, alone): (Vec<_>, Vec<_>) = middle.into_iter().partition(suits);
    let threads = reading.engine.threads.max(1);
    let few = threads.min(AT_ONCE);
    let crew = Crew { few, most: few };
    let work = |files| Work::of(reading, root, plan, files, crew, &stop);
    work(&in_lanes).run(
        crew,
        |work, relay, _| work.read_in_lanes(relay),
        progress,
        outcomes,
    );
    if threads > 1 {
        work(&alone).run(
            crew,
            |work, relay, _| work.read_alone(relay),
            progress,
            outcomes,
        );
    }
}

/// Reads the small ones alone, until someone sets `stop`.
pub fn read_small(
    reading: &Reading<'_>,
    root: &Root,
    plan: &Plan,
    stop: &AtomicBool,
    progress: &mut dyn Progress,
    outcomes: &mut Outcomes,
) {
    let small: Vec<_> = files_of(plan, outcomes)
        .filter(FileAhead::is_small)
        .collect();
    let Crew { few, most } = reading.crew();
    // On a disk with moving parts one reads, and the others hash.
    let few = few.max(reading.engine.threads);
    let most = most.max(few);
    let crew = Crew { few, most };
    let work = Work::of(reading, root, plan, &small, crew, stop);
    let run: WayOfReading = |work, relay, watch| work.read_small(relay, watch);
    work.run(crew, run, progress, outcomes);
}

/// The files of which nothing came yet.
fn files_of<'p>(plan: &'p Plan, outcomes: &Outcomes) -> impl Iterator<Item = FileAhead<'p>> {
    let numbers = (0..plan.things.len()).filter(|&number| outcomes[number].is_none());
    numbers.filter_map(|number| FileAhead::of_plan(number, plan))
}

/// A small file that is open and still to be read.
struct OpenSmall<'w> {
    file: &'w FileAhead<'w>,
    opened: File,
    /// What it was when it was opened.
    before: Stat,
}

/// What one reader does until no file is left.
type WayOfReading = fn(&Work<'_>, &mut Relay<'_>, &mut Watch<'_>);

/// What the readers share.
struct Work<'a> {
    reading: &'a Reading<'a>,
    root: &'a Root,
    plan: &'a Plan,
    files: &'a [FileAhead<'a>],
    readers: usize,
    /// How many small files a reader holds open, where it waits for a disk.
    open_at_once: usize,
    next: AtomicUsize,
    stop: &'a AtomicBool,
    /// On a disk with moving parts: whoever holds it reads, and nobody else.
    turn: Mutex<()>,
}

impl<'a> Work<'a> {
    fn of(
        reading: &'a Reading<'a>,
        root: &'a Root,
        plan: &'a Plan,
        files: &'a [FileAhead<'a>],
        crew: Crew,
        stop: &'a AtomicBool,
    ) -> Self {
        Self {
            reading,
            root,
            plan,
            files,
            readers: crew.few.min(files.len()),
            open_at_once: match reading.side_by_side {
                true => small_files::open_at_once(crew.most),
                false => 1,
            },
            next: AtomicUsize::new(0),
            stop,
            turn: Mutex::new(()),
        }
    }

    fn run(
        &self,
        crew: Crew,
        run: WayOfReading,
        progress: &mut dyn Progress,
        outcomes: &mut Outcomes,
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
                        stop: self.stop,
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
        let (mut opener, mut open) = (Opener::below(self.root), VecDeque::new());
        loop {
            let turn = (!self.reading.side_by_side)
                .then(|| self.turn.lock().unwrap_or_else(PoisonError::into_inner));
            let at_once = if watch.has_waited() {
                self.open_at_once
            } else {
                1
            };
            let mut is_over = false;
            watch.during(|| {
                // Files that no batch takes make a turn, too: whether this one waits is seen between two turns.
                for _ in 0..BATCH.0 {
                    if open.is_empty() {
                        self.open_some(at_once, &mut opener, &mut open, relay);
                    }
                    // Whoever asks to stop does not want to wait for those that are open.
                    if self.stop.load(Ordering::Relaxed) {
                        open.clear();
                    }
                    let Some(small) = open.pop_front() else {
                        is_over = true;
                        break;
                    };
                    let number = small.file.number;
                    let outcome = self.read_one_small(small, &mut batch, &mut buffer, relay);
                    relay.batch.extend(outcome.map(|outcome| (number, outcome)));
                    if batch.is_full() {
                        break;
                    }
                }
            });
            drop(turn);
            if !batch.is_empty() {
                relay.batch.extend(batch.hash(self.reading.engine.kernel));
            }
            relay.tell_at(BATCH);
            if is_over {
                return;
            }
        }
    }

    /// Opens small files until so many are open, or none is left. Of several, the system is asked to fetch them all
    /// before one of them is read: a disk has them sooner together than one after the other.
    fn open_some<'w>(
        &'w self,
        at_once: usize,
        opener: &mut Opener<'_>,
        open: &mut VecDeque<OpenSmall<'w>>,
        relay: &mut Relay<'_>,
    ) {
        while open.len() < at_once
            && let Some(file) = self.next()
        {
            match file.open_small(self.plan, opener) {
                Ok(Some((opened, before))) => {
                    if at_once > 1 {
                        small_files::ask_for(&opened, &before);
                    }
                    open.push_back(OpenSmall {
                        file,
                        opened,
                        before,
                    });
                }
                Ok(None) => {}
                Err(outcome) => relay.batch.push((file.number, outcome)),
            }
        }
    }

    fn read_one_small(
        &self,
        small: OpenSmall<'_>,
        batch: &mut Batch,
        buffer: &mut Buffer,
        relay: &mut Relay<'_>,
    ) -> Option<Outcome> {
        let OpenSmall {
            file,
            opened,
            before,
        } = small;
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
