//! A crew: threads that do one work together. As many as there are processors are enough where everything is in
//! memory already; a disk gives more when more of them wait for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::Scope;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// How long one must have worked before it is seen whether it waits.
const LONG_ENOUGH: Duration = Duration::from_millis(10);

/// One that waited for more than one part in so many of its time, and not for a processor, waited for a disk.
const WAITED: u32 = 2;

/// How many work.
#[derive(Clone, Copy, Debug)]
pub struct Crew {
    /// How many begin.
    pub few: usize,
    /// How many there may be as soon as one waits.
    pub most: usize,
}

/// What each of them does; what it gives is kept.
type Work<'a, T> = &'a (dyn Fn(&mut Watch<'_>) -> T + Sync);

/// What they share.
struct Shared<'a, T> {
    work: Work<'a, T>,
    given: Mutex<Vec<T>>,
    /// Whether one was seen to wait.
    waited: AtomicBool,
    /// How many the others are, who come then.
    others: usize,
}

impl Crew {
    /// The same, but not more than there are things to do.
    pub fn for_things(self, things: usize) -> Self {
        Self {
            few: self.few.min(things),
            most: self.most.min(things),
        }
    }

    /// Does the work, in this thread and in others. Gives what each of them gave, in no order.
    pub fn work<T: Send>(self, work: Work<'_, T>) -> Vec<T> {
        let shared = Shared {
            work,
            given: Mutex::default(),
            waited: AtomicBool::new(false),
            others: self.most.saturating_sub(self.few),
        };
        std::thread::scope(|scope| {
            for _ in 1..self.few {
                scope.spawn(|| shared.begin(scope));
            }
            shared.begin(scope);
        });
        shared
            .given
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Send> Shared<'_, T> {
    fn begin<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) {
        self.give(&|| {
            for _ in 0..self.others {
                scope.spawn(|| self.give(&|| {}));
            }
        });
    }

    fn give(&self, call: &dyn Fn()) {
        let mut watch = Watch {
            passed: Duration::ZERO,
            busy: Duration::ZERO,
            in_line: in_line_so_far(),
            waited: &self.waited,
            call,
        };
        let given = (self.work)(&mut watch);
        let mut all = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(given);
    }
}

/// Sees whether one of a crew waits for a disk.
pub struct Watch<'a> {
    passed: Duration,
    busy: Duration,
    /// How long it had waited for a processor before.
    in_line: Duration,
    /// Whether one of the crew was seen to wait.
    waited: &'a AtomicBool,
    /// Calls the others.
    call: &'a dyn Fn(),
}

impl Watch<'_> {
    /// Whether one of the crew was seen to wait for a disk.
    pub fn has_waited(&self) -> bool {
        self.waited.load(Ordering::Relaxed)
    }

    /// Does what may have to wait for a disk, and calls the others where it did.
    pub fn during<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (began, busy) = (Instant::now(), busy_so_far());
        let given = work();
        self.passed += began.elapsed();
        self.busy += busy_so_far().saturating_sub(busy);
        if self.passed >= LONG_ENOUGH {
            let in_line = in_line_so_far();
            // Where others have the processor, more threads would make it worse. What it stood in line for elsewhere
            // counts, too: rather called a little late than for nothing.
            let others = self.busy + in_line.saturating_sub(self.in_line);
            let waited = self.passed.saturating_sub(others) * WAITED > self.passed;
            if waited && !self.waited.swap(true, Ordering::Relaxed) {
                (self.call)();
            }
            (self.passed, self.busy) = (Duration::ZERO, Duration::ZERO);
            self.in_line = in_line;
        }
        given
    }
}

/// How long this thread has had a processor.
fn busy_so_far() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// How long this thread has waited for a processor (/proc/PID/schedstat, the second number, Linux); none, where the system
/// does not tell.
fn in_line_so_far() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let waited = told
        .split(' ')
        .nth(1)
        .and_then(|number| number.parse().ok());
    Duration::from_nanos(waited.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn others_come_where_one_waits_and_only_there() {
        let crew = Crew { few: 2, most: 9 };
        let (pause, left) = (Duration::from_millis(5), AtomicUsize::new(40));
        let take = || {
            let taken =
                left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
            taken.is_ok()
        };
        let waits = |watch: &mut Watch<'_>| {
            let mut done = 0;
            while take() {
                watch.during(|| std::thread::sleep(pause));
                done += 1;
            }
            assert!(done == 0 || watch.has_waited());
            done
        };
        let done = crew.work(&waits);
        assert_eq!((done.len(), done.iter().sum::<usize>()), (9, 40));
        let works = |watch: &mut Watch<'_>| {
            watch.during(|| ());
            watch.has_waited()
        };
        assert_eq!(crew.work(&works), [false, false]);
        assert_eq!(crew.for_things(1).work(&waits), [0]);
    }
}
