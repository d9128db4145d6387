//! Who does what next, where several workers share one reading.

use std::ops::Range;
use std::time::{Duration, Instant};

use super::job::ReadError;
use super::midstate::Midstate;

/// Stretches that are read at a time where there are several workers.
const READ_AT_ONCE: u64 = 4;

/// What a worker does next.
pub(super) enum Step {
    /// Read these stretches.
    Read(Range<u64>),
    /// Feed these stretches to the follower at this place.
    Feed(usize, Range<u64>),
}

/// How far everyone is. Stretches are counted from where the reading began.
pub(super) struct Schedule {
    slots: u64,
    read_at_once: u64,
    /// Stretches there will be, as far as is known.
    expected: u64,
    read: u64,
    is_reading: bool,
    has_ended: bool,
    followers: Vec<Place>,
    marks: Marks,
    /// Bytes read.
    pub(super) bytes: u64,
    /// How long all that took.
    pub(super) reading_time: Duration,
    /// What went wrong.
    pub(super) failed: Option<ReadError>,
    /// Someone asked to stop.
    pub(super) stopped: bool,
}

/// How far one follower is.
struct Place {
    at: u64,
    appetite: u64,
    is_busy: bool,
    spent: Duration,
}

/// A place where every follower notes how far it is, so that the reading can be taken up from there.
pub(super) struct Mark {
    pub(super) at: u64,
    pub(super) midstate: Midstate,
    missing: usize,
}

/// Where marks are set.
struct Marks {
    /// Stretches of a piece, and how long to wait from one mark to the next; none where nobody keeps marks.
    every: Option<(u64, Duration)>,
    last: Instant,
    next: Option<Mark>,
}

impl Schedule {
    pub(super) fn new(slots: usize, appetites: &[usize], workers: usize, expected: u64) -> Self {
        let slots = slots as u64;
        let followers = appetites.iter().map(|&appetite| Place {
            at: 0,
            // Half of the ring, so that the other half can be read meanwhile.
            appetite: (appetite as u64).min(slots / 2),
            is_busy: false,
            spent: Duration::ZERO,
        });
        Self {
            slots,
            read_at_once: if workers > 1 { READ_AT_ONCE } else { 1 },
            expected,
            read: 0,
            is_reading: false,
            has_ended: false,
            followers: followers.collect(),
            marks: Marks {
                every: None,
                last: Instant::now(),
                next: None,
            },
            bytes: 0,
            reading_time: Duration::ZERO,
            failed: None,
            stopped: false,
        }
    }

    /// From now on there are marks, at ends of pieces of so many stretches, with so much time between them.
    pub(super) fn mark_every(&mut self, stretches: u64, pause: Duration) {
        self.marks.every = Some((stretches.max(1), pause));
    }

    /// Whether nobody has anything left to do.
    pub(super) fn is_over(&self) -> bool {
        let all_fed = || self.followers.iter().all(|place| place.at == self.read);
        self.stopped || self.failed.is_some() || (self.has_ended && all_fed())
    }

    /// What is most urgent. Whoever asks must do it.
    pub(super) fn next(&mut self) -> Option<Step> {
        let ready = (0..self.followers.len())
            .filter_map(|place| Some((place, self.food_of(place)?)))
            .max_by(|(a, _), (b, _)| self.way_to_go(*a).total_cmp(&self.way_to_go(*b)));
        if let Some((place, stretches)) = ready {
            self.followers[place].is_busy = true;
            return Some(Step::Feed(place, stretches));
        }
        let slowest = self.followers.iter().map(|place| place.at).min();
        let room = self.slots - (self.read - slowest.unwrap_or(self.read));
        if self.is_reading || self.has_ended || room == 0 {
            return None;
        }
        self.is_reading = true;
        self.set_mark();
        Some(Step::Read(
            self.read..self.read + room.min(self.read_at_once),
        ))
    }

    /// The stretches that a follower can be fed now.
    fn food_of(&self, place: usize) -> Option<Range<u64>> {
        let Place {
            at,
            appetite,
            is_busy,
            ..
        } = self.followers[place];
        // Nobody runs past a mark without noting where it is.
        let mark = self.marks.next.as_ref().map(|mark| mark.at);
        let mark = mark.filter(|&mark| mark > at).unwrap_or(u64::MAX);
        let end = self.read.min(mark).min(at + appetite);
        let is_enough = end - at == appetite || end == mark || self.has_ended;
        (!is_busy && end > at && is_enough).then_some(at..end)
    }

    /// Seconds a follower will still need; without end while nobody knows.
    fn way_to_go(&self, place: usize) -> f64 {
        let Place { at, spent, .. } = self.followers[place];
        match at {
            0 => f64::INFINITY,
            _ => spent.as_secs_f64() / at as f64 * (self.expected.max(at + 1) - at) as f64,
        }
    }

    fn set_mark(&mut self) {
        let Some((every, pause)) = self.marks.every else {
            return;
        };
        if self.marks.next.is_none() && self.marks.last.elapsed() >= pause {
            self.marks.next = Some(Mark {
                // Behind everything that was read: nobody has been there.
                at: (self.read / every + 1) * every,
                midstate: Midstate::default(),
                missing: self.followers.len(),
            });
        }
    }

    /// Stretches were read.
    pub(super) fn was_read(&mut self, stretches: u64, bytes: u64, ended: bool, took: Duration) {
        self.read += stretches;
        self.bytes += bytes;
        self.has_ended = ended;
        self.is_reading = false;
        self.reading_time += took;
    }

    /// A follower was fed up to here. Gives the mark it has just reached, to note its state there.
    pub(super) fn was_fed(&mut self, place: usize, end: u64, took: Duration) -> Option<&mut Mark> {
        let follower = &mut self.followers[place];
        follower.at = end;
        follower.is_busy = false;
        follower.spent += took;
        let mark = self.marks.next.as_mut().filter(|mark| mark.at == end)?;
        mark.missing -= 1;
        Some(mark)
    }

    /// The mark that everyone has reached, if there is one.
    pub(super) fn take_mark(&mut self) -> Option<Mark> {
        let mark = self.marks.next.take_if(|mark| mark.missing == 0)?;
        self.marks.last = Instant::now();
        Some(mark)
    }
}
