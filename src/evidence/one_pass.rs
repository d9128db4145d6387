//! One reading from the first byte to the last: the whole-file hash, the pieces, and whatever else is wanted.
//!
//! The thread that reads also computes the whole-file hash, while what it read is still in its cache. Pieces and other
//! digests are computed from the same bytes by threads of their own, a group of bytes behind. A device, or a disk that
//! fails, is so read once only, and in order.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Scope, ScopedJoinHandle};

use crate::record::digest::{Digest, hex_text};

use super::cross_reference::CrossReference;
use super::job::{Engine, Hashed, Job, ReadError};
use super::kernels::{Dual, Kernel, Stream, update_all};
use super::progress::Progress;

/// Bytes read at a time: small enough to stay in the cache until they are hashed.
const STRETCH: usize = 256 << 10;

/// Bytes handed to the other threads at a time: sixteen of the smallest pieces.
const GROUP: usize = 16 << 20;

/// Groups under way: one is read while the other is hashed.
const GROUPS: usize = 2;

/// A file of at most 1 MiB, or of unknown length on one processor: no threads.
pub(super) fn read_small(
    file: &mut File,
    job: &Job<'_>,
    buffer: &mut Vec<u8>,
    progress: &mut dyn Progress,
) -> Result<Hashed, ReadError> {
    buffer.resize(STRETCH, 0);
    let mut whole = Stream::new();
    let mut pieces = job.task.piece_size.map(PieceRow::new);
    let mut others: Vec<_> = job
        .others
        .iter()
        .map(|other| (other.field(), other.hasher()))
        .collect();
    let mut bytes = 0;
    loop {
        let data = read_stretch(file, buffer, bytes, progress)?;
        if data.is_empty() {
            break;
        }
        bytes += data.len() as u64;
        update_all(Kernel::Plain, &mut [&mut whole], &[data]);
        if let Some(pieces) = &mut pieces {
            pieces.update(Kernel::Plain, data);
        }
        others
            .iter_mut()
            .for_each(|(_, hasher)| hasher.update(data));
    }
    Ok(Hashed {
        bytes,
        sha256: job.task.whole.then(|| whole.finish()),
        pieces: pieces.map(PieceRow::finish),
        others: others
            .into_iter()
            .map(|(name, hasher)| (name, hex_text(&hasher.finalize())))
            .collect(),
    })
}

/// A large file.
pub(super) fn read(
    engine: Engine,
    file: &mut File,
    job: &Job<'_>,
    progress: &mut dyn Progress,
) -> Result<Hashed, ReadError> {
    if let (1, true, Some(size), []) = (
        engine.threads,
        job.task.whole,
        job.task.piece_size,
        job.others,
    ) {
        return read_dual(engine.kernel, file, size, progress);
    }
    std::thread::scope(|scope| {
        let followers = Followers::start(scope, engine.kernel, job);
        let mut whole = Stream::new();
        let mut bytes = 0u64;
        let mut group = Group::default();
        // The group is ours alone until it is handed on.
        while let Some(space) = Arc::get_mut(&mut group) {
            let read = space.fill(file, bytes, progress)?;
            if job.task.whole {
                update_all(engine.kernel, &mut [&mut whole], &[read]);
            }
            let is_end = read.is_empty();
            bytes += read.len() as u64;
            if is_end || space.is_full() {
                followers.hand_on(&group);
                group = followers.next_group(group);
            }
            if is_end {
                break;
            }
        }
        let (pieces, others) = followers.finish();
        Ok(Hashed {
            bytes,
            sha256: job.task.whole.then(|| whole.finish()),
            pieces,
            others,
        })
    })
}

/// Whole file and pieces on one processor: one message schedule for both.
fn read_dual(
    kernel: Kernel,
    file: &mut File,
    size: u64,
    progress: &mut dyn Progress,
) -> Result<Hashed, ReadError> {
    let mut buffer = vec![0; STRETCH];
    let mut dual = Dual::new(kernel, Stream::new());
    let mut pieces = Vec::new();
    let (mut bytes, mut in_piece) = (0u64, 0u64);
    loop {
        let mut data = read_stretch(file, &mut buffer, bytes, progress)?;
        if data.is_empty() {
            break;
        }
        bytes += data.len() as u64;
        while !data.is_empty() {
            let room = usize::try_from(size - in_piece)
                .unwrap_or(usize::MAX)
                .min(data.len());
            dual.update(&data[..room]);
            in_piece += room as u64;
            data = &data[room..];
            if in_piece == size {
                pieces.push(dual.end_piece());
                in_piece = 0;
            }
        }
    }
    if in_piece > 0 {
        pieces.push(dual.end_piece());
    }
    Ok(Hashed {
        bytes,
        sha256: Some(dual.finish()),
        pieces: Some(pieces),
        others: Vec::new(),
    })
}

/// Fills a buffer as far as the file goes. Nothing read: the end.
fn read_stretch<'b>(
    file: &mut File,
    buffer: &'b mut [u8],
    at: u64,
    progress: &mut dyn Progress,
) -> Result<&'b [u8], ReadError> {
    if progress.is_interrupted() {
        return Err(ReadError::Interrupted);
    }
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(ReadError::Failed {
                    at: at + filled as u64,
                    error,
                });
            }
        }
    }
    progress.advance(filled as u64);
    Ok(&buffer[..filled])
}

type Group = Arc<Space>;

/// Memory for one group, and how much of it was read. It is taken from the system when it is first written to.
struct Space {
    memory: Vec<u8>,
    filled: usize,
}

impl Default for Space {
    fn default() -> Self {
        Self {
            memory: vec![0; GROUP],
            filled: 0,
        }
    }
}

impl Space {
    fn is_full(&self) -> bool {
        self.filled + STRETCH > GROUP
    }

    fn read(&self) -> &[u8] {
        &self.memory[..self.filled]
    }

    /// Reads one more stretch, and gives it. Nothing: the end.
    fn fill(
        &mut self,
        file: &mut File,
        at: u64,
        progress: &mut dyn Progress,
    ) -> Result<&[u8], ReadError> {
        let stretch = &mut self.memory[self.filled..self.filled + STRETCH];
        let read = read_stretch(file, stretch, at, progress)?;
        self.filled += read.len();
        Ok(read)
    }
}

/// The threads that hash what was read, a group behind the one that reads.
struct Followers<'scope> {
    pieces: Option<Follower<'scope, Vec<Digest>>>,
    others: Vec<Follower<'scope, (&'static str, String)>>,
    /// Groups come back here when a thread is done with them.
    done: Receiver<Group>,
    spare: std::cell::RefCell<Vec<Group>>,
}

struct Follower<'scope, T> {
    groups: Sender<Group>,
    thread: ScopedJoinHandle<'scope, T>,
}

impl<'scope> Followers<'scope> {
    fn start<'env>(scope: &'scope Scope<'scope, 'env>, kernel: Kernel, job: &Job<'_>) -> Self {
        let (give_back, done) = channel();
        let pieces = job.task.piece_size.map(|size| {
            let (groups, received) = channel::<Group>();
            let give_back = give_back.clone();
            let thread = scope.spawn(move || {
                let mut pieces = PieceRow::new(size);
                follow(&received, &give_back, |data| pieces.update(kernel, data));
                pieces.finish()
            });
            Follower { groups, thread }
        });
        let other = |other: &CrossReference| {
            let (groups, received) = channel::<Group>();
            let (give_back, name, mut hasher) = (give_back.clone(), other.field(), other.hasher());
            let thread = scope.spawn(move || {
                follow(&received, &give_back, |data| hasher.update(data));
                (name, hex_text(&hasher.finalize()))
            });
            Follower { groups, thread }
        };
        let others = job.others.iter().map(other).collect();
        let spare = (1..GROUPS).map(|_| Group::default()).collect();
        Self {
            pieces,
            others,
            done,
            spare: std::cell::RefCell::new(spare),
        }
    }

    fn hand_on(&self, group: &Group) {
        let senders = self.pieces.iter().map(|follower| &follower.groups);
        for sender in senders.chain(self.others.iter().map(|follower| &follower.groups)) {
            // A thread that is gone has nothing to give; its panic comes out where it is joined.
            let _ = sender.send(Arc::clone(group));
        }
    }

    /// The next group to read into: a spare one, or one that every thread is done with.
    fn next_group(&self, handed_on: Group) -> Group {
        let mut spare = self.spare.borrow_mut();
        spare.push(handed_on);
        loop {
            for (place, group) in spare.iter_mut().enumerate() {
                if let Some(space) = Arc::get_mut(group) {
                    space.filled = 0;
                    return spare.swap_remove(place);
                }
            }
            // Every group is still being hashed: the next one that comes back wakes us.
            if self.done.recv().is_err() {
                return Group::default();
            }
        }
    }

    fn finish(self) -> (Option<Vec<Digest>>, Vec<(&'static str, String)>) {
        let pieces = self.pieces.map(Follower::join);
        (
            pieces,
            self.others.into_iter().map(Follower::join).collect(),
        )
    }
}

impl<T> Follower<'_, T> {
    fn join(self) -> T {
        drop(self.groups);
        match self.thread.join() {
            Ok(hashed) => hashed,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

fn follow(groups: &Receiver<Group>, done: &Sender<Group>, mut hash: impl FnMut(&[u8])) {
    for group in groups {
        hash(group.read());
        // Nobody waits for it after the last one.
        let _ = done.send(group);
    }
}

/// The pieces of a file that is read in order: those within one stretch of data are hashed side by side.
struct PieceRow {
    size: u64,
    /// The piece that is being read, and how much of it was.
    begun: Stream,
    filled: u64,
    digests: Vec<Digest>,
}

impl PieceRow {
    fn new(size: u64) -> Self {
        Self {
            size,
            begun: Stream::new(),
            filled: 0,
            digests: Vec::new(),
        }
    }

    fn update(&mut self, kernel: Kernel, data: &[u8]) {
        let room = usize::try_from(self.size - self.filled)
            .unwrap_or(usize::MAX)
            .min(data.len());
        let (head, rest) = data.split_at(room);
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        // The piece that was begun, the whole ones behind it, and the one that begins at the end.
        let parts: Vec<&[u8]> = std::iter::once(head).chain(rest.chunks(size)).collect();
        let mut streams: Vec<Stream> = parts.iter().map(|_| Stream::new()).collect();
        std::mem::swap(&mut streams[0], &mut self.begun);
        update_all(kernel, &mut streams.iter_mut().collect::<Vec<_>>(), &parts);
        let last = parts.len() - 1;
        for (number, (stream, part)) in streams.into_iter().zip(&parts).enumerate() {
            let filled = part.len() as u64 + if number == 0 { self.filled } else { 0 };
            if filled == self.size {
                self.digests.push(stream.finish());
                (self.begun, self.filled) = (Stream::new(), 0);
            } else if number == last {
                (self.begun, self.filled) = (stream, filled);
            }
        }
    }

    fn finish(mut self) -> Vec<Digest> {
        if self.filled > 0 {
            self.digests.push(self.begun.finish());
        }
        self.digests
    }
}
