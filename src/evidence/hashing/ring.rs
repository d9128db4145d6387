//! One reading, shared: bytes are read once, in order, into a ring of stretches, and each follower takes them in at its
//! own pace.
//!
//! There are as many workers as processors. A worker that is free does what is most urgent: it feeds the follower that
//! has the longest way to go, or, where none can go on, it reads. So the longest chain of hashes, which no processor
//! can hurry, never waits for a shorter one, and a device or a disk that fails is read once only.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::mpsc::SyncSender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};

use super::super::progress::{LimitWatch, Progress};
use super::follower::Follower;
use super::job::{Engine, ReadError};
use super::midstate::Midstate;
use super::schedule::{Mark, Schedule, Step};

/// Bytes of a stretch. Pieces are whole multiples of it.
pub(super) const STRETCH: usize = 256 << 10;

/// How often a waiting reader looks whether it was asked to stop.
const PATIENCE: Duration = Duration::from_millis(100);

/// What the workers share.
pub(super) struct Ring<'a> {
    file: Mutex<&'a mut File>,
    /// Memory for stretches; taken from the system when it is first read into.
    slots: Vec<RwLock<Vec<u8>>>,
    followers: Vec<Mutex<Follower>>,
    schedule: Mutex<Schedule>,
    changed: Condvar,
    /// Where this reading began.
    start: u64,
    /// Who keeps how far the reading is.
    keeper: Option<SyncSender<Midstate>>,
}

/// What a reading came to.
pub(super) struct Ended {
    /// Bytes from the beginning of the file.
    pub bytes: u64,
    /// The followers, fed to the end.
    pub followers: Vec<Follower>,
}

impl<'a> Ring<'a> {
    /// A ring in the memory of this engine. `start`: how many bytes were read another day; the file stands there.
    pub(super) fn new(
        engine: Engine,
        file: &'a mut File,
        followers: Vec<Follower>,
        (start, end): (u64, u64),
    ) -> Self {
        let slots = usize::try_from(engine.memory).unwrap_or(usize::MAX) / STRETCH;
        let slots = slots.clamp(2, MOST_SLOTS);
        let appetites: Vec<usize> = followers.iter().map(Follower::appetite).collect();
        let expected = (end - start.min(end)).div_ceil(STRETCH as u64);
        Self {
            file: Mutex::new(file),
            slots: (0..slots).map(|_| RwLock::default()).collect(),
            followers: followers.into_iter().map(Mutex::new).collect(),
            schedule: Mutex::new(Schedule::new(slots, &appetites, engine.threads, expected)),
            changed: Condvar::new(),
            start,
            keeper: None,
        }
    }

    /// From now on it is written down from time to time how far the reading is: at ends of pieces of this size.
    pub(super) fn keep_marks(
        &mut self,
        piece_size: u64,
        pause: Duration,
        keeper: SyncSender<Midstate>,
    ) {
        self.schedule()
            .mark_every(piece_size / STRETCH as u64, pause);
        self.keeper = Some(keeper);
    }

    /// Reads and feeds until all is done.
    pub(super) fn run(
        self,
        workers: usize,
        progress: &mut dyn Progress,
    ) -> Result<Ended, ReadError> {
        std::thread::scope(|scope| {
            for _ in 1..workers {
                scope.spawn(|| self.work(&mut Unwatched));
            }
            self.work(&mut Watched::by(progress));
        });
        if progress.is_interrupted() {
            return Err(ReadError::Interrupted);
        }
        let schedule = self.schedule.into_inner();
        let schedule = schedule.unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = schedule.failed {
            return Err(error);
        }
        let followers = self.followers.into_iter().map(Mutex::into_inner);
        Ok(Ended {
            bytes: self.start + schedule.bytes,
            followers: followers
                .map(|follower| follower.unwrap_or_else(PoisonError::into_inner))
                .collect(),
        })
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, watcher: &mut dyn Watcher) {
        let _alarm = Alarm(self);
        loop {
            let mut schedule = self.schedule();
            let step = loop {
                if watcher.wants_to_stop(&schedule) {
                    schedule.stopped = true;
                    self.changed.notify_all();
                }
                if schedule.is_over() {
                    return;
                }
                if let Some(step) = schedule.next() {
                    break step;
                }
                let waited = self.changed.wait_timeout(schedule, PATIENCE);
                schedule = waited.unwrap_or_else(PoisonError::into_inner).0;
            };
            drop(schedule);
            match step {
                Step::Read(stretches) => self.read(stretches),
                Step::Feed(follower, stretches) => self.feed(follower, stretches),
            }
            self.changed.notify_all();
        }
    }

    fn read(&self, stretches: Range<u64>) {
        let began = Instant::now();
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut read, mut bytes, mut ended, mut failed) = (0, 0, false, None);
        for number in stretches {
            let slot = &self.slots[self.slot_of(number)];
            let mut memory = slot.write().unwrap_or_else(PoisonError::into_inner);
            memory.resize(STRETCH, 0);
            let (filled, error) = fill(&mut file, &mut memory);
            memory.truncate(filled);
            read += u64::from(filled > 0);
            bytes += filled as u64;
            failed = error;
            ended = filled < STRETCH;
            if ended || failed.is_some() {
                break;
            }
        }
        let mut schedule = self.schedule();
        let at = self.start + schedule.bytes + bytes;
        schedule.was_read(read, bytes, ended, began.elapsed());
        schedule.failed = failed.map(|error| ReadError::Failed { at, error });
    }

    fn feed(&self, place: usize, stretches: Range<u64>) {
        let began = Instant::now();
        let slots: Vec<RwLockReadGuard<'_, Vec<u8>>> = stretches
            .clone()
            .map(|number| &self.slots[self.slot_of(number)])
            .map(|slot| slot.read().unwrap_or_else(PoisonError::into_inner))
            .collect();
        let parts: Vec<&[u8]> = slots.iter().map(|slot| slot.as_slice()).collect();
        // Nobody else feeds this one meanwhile.
        let follower = &self.followers[place];
        let mut follower = follower.lock().unwrap_or_else(PoisonError::into_inner);
        follower.take_in(&parts);
        drop(parts);
        drop(slots);
        let mut schedule = self.schedule();
        if let Some(mark) = schedule.was_fed(place, stretches.end, began.elapsed()) {
            follower.note(&mut mark.midstate);
        }
        if let Some(Mark {
            at, mut midstate, ..
        }) = schedule.take_mark()
        {
            midstate.bytes = self.start + at * STRETCH as u64;
            midstate.others.sort_unstable_by_key(|(name, _)| *name);
            // The one before is still being written: then there is one less.
            let _ = self.keeper.as_ref().map(|keeper| keeper.try_send(midstate));
        }
    }

    fn slot_of(&self, stretch: u64) -> usize {
        usize::try_from(stretch % self.slots.len() as u64).unwrap_or(0)
    }
}

/// The most stretches in memory.
const MOST_SLOTS: usize = (32 << 20) / STRETCH;

/// Fills memory as far as the file goes.
fn fill(file: &mut File, memory: &mut [u8]) -> (usize, Option<io::Error>) {
    let mut filled = 0;
    while filled < memory.len() {
        match file.read(&mut memory[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (filled, Some(error)),
        }
    }
    (filled, None)
}

/// Who is told how far the reading is: one of the workers has someone to tell.
trait Watcher {
    /// Looks, and says whether to stop.
    fn wants_to_stop(&mut self, schedule: &Schedule) -> bool;
}

struct Unwatched;

impl Watcher for Unwatched {
    fn wants_to_stop(&mut self, _schedule: &Schedule) -> bool {
        false
    }
}

struct Watched<'a> {
    progress: &'a mut dyn Progress,
    told: u64,
    /// Of the time that went into reading, what was told of.
    reading: Duration,
    watch: LimitWatch,
}

impl<'a> Watched<'a> {
    fn by(progress: &'a mut dyn Progress) -> Self {
        Self {
            progress,
            told: 0,
            reading: Duration::ZERO,
            watch: LimitWatch::begin(),
        }
    }
}

impl Watcher for Watched<'_> {
    fn wants_to_stop(&mut self, schedule: &Schedule) -> bool {
        if schedule.bytes > self.told {
            self.progress.advance(schedule.bytes - self.told);
            self.told = schedule.bytes;
            let reading = schedule.reading_time - self.reading;
            self.watch.add(reading, self.progress);
            self.reading = schedule.reading_time;
        }
        self.progress.is_interrupted()
    }
}

/// Where a worker panics, the others must not wait for it.
struct Alarm<'r, 'a>(&'r Ring<'a>);

impl Drop for Alarm<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.schedule().stopped = true;
            self.0.changed.notify_all();
        }
    }
}
