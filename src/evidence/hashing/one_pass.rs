//! One reading from the first byte to the last: the whole-file hash, the pieces, and whatever else is wanted.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::unix::fs::FileExt;
use std::sync::mpsc::sync_channel;

use super::super::progress::Progress;
use super::follower::Follower;
use super::job::{Engine, Hashed, Job, ReadError, Resumption};
use super::kernels::{Kernel, Stream, update_all};
use super::midstate::Midstate;
use super::ring::{Ended, Ring, STRETCH};

/// Bytes that are read again where a reading goes on from where another ended.
const READ_AGAIN: u64 = 16 << 20;

/// A file of at most 1 MiB, or of unknown length on one processor: no threads.
pub(super) fn read_small(
    file: &mut File,
    job: &Job<'_>,
    buffer: &mut Vec<u8>,
    progress: &mut dyn Progress,
) -> Result<Hashed, ReadError> {
    buffer.resize(STRETCH, 0);
    let nothing = Midstate::default();
    let mut followers = Follower::all_for(job, Kernel::Plain, false, &nothing).unwrap_or_default();
    let mut hashed = Hashed::default();
    loop {
        let data = read_stretch(file, buffer, hashed.bytes, progress)?;
        if data.is_empty() {
            break;
        }
        hashed.bytes += data.len() as u64;
        for follower in &mut followers {
            follower.take_in(&[data]);
        }
    }
    for follower in followers {
        follower.finish(&mut hashed);
    }
    Ok(hashed)
}

/// A large file. Where an earlier reading got somewhere, this one goes on from there.
pub(super) fn read(
    engine: Engine,
    file: &mut File,
    job: &Job<'_>,
    progress: &mut dyn Progress,
) -> Result<Hashed, ReadError> {
    let nothing = Midstate::default();
    let together = engine.threads == 1 && job.others.is_empty();
    let followers = |from| Follower::all_for(job, engine.kernel, together, from);
    let mut from = job.resumption.map_or(&nothing, |earlier| earlier.from);
    let mut all = followers(from);
    // What was kept is of another job, or of other bytes: then from the beginning.
    if all.is_none() || !ends_as_kept(file, from, engine.kernel)? {
        from = &nothing;
        all = followers(from);
    }
    let followers = all.unwrap_or_default();
    if let Some(Resumption { keeper, .. }) = job.resumption {
        keeper.went_on_from(from);
    }
    if from.bytes > 0 {
        let seek = file.seek(io::SeekFrom::Start(from.bytes));
        seek.map_err(|error| ReadError::Failed {
            at: from.bytes,
            error,
        })?;
        progress.skip(from.bytes);
    }
    let workers = engine.threads.clamp(1, followers.len() + 1);
    let mut ring = Ring::new(engine, file, followers, (from.bytes, job.bytes));
    let ended = std::thread::scope(|scope| {
        if let (Some(Resumption { keeper, .. }), Some(size)) = (job.resumption, job.task.piece_size)
        {
            let (sender, midstates) = sync_channel(1);
            ring.keep_marks(size, keeper.pause(), sender);
            // Writing it down must not keep those who hash from hashing.
            scope.spawn(move || midstates.into_iter().for_each(|state| keeper.keep(state)));
        }
        ring.run(workers, progress)
    });
    let Ended { bytes, followers } = ended?;
    let mut hashed = Hashed {
        bytes,
        ..Hashed::default()
    };
    for follower in followers {
        follower.finish(&mut hashed);
    }
    Ok(hashed)
}

/// The last pieces that an earlier reading had done are read again: they must be what was noted.
fn ends_as_kept(file: &File, from: &Midstate, kernel: Kernel) -> Result<bool, ReadError> {
    let Some((size, pieces)) = &from.pieces else {
        return Ok(from.bytes == 0);
    };
    let last = usize::try_from((READ_AGAIN / size).max(1)).unwrap_or(usize::MAX);
    let first = pieces.len().saturating_sub(last);
    let mut buffer = vec![0; STRETCH];
    for (number, noted) in pieces.iter().enumerate().skip(first) {
        let mut piece = Stream::new();
        let start = number as u64 * size;
        for at in (start..start + size).step_by(STRETCH) {
            file.read_exact_at(&mut buffer, at)
                .map_err(|error| ReadError::Failed { at, error })?;
            update_all(kernel, &mut [&mut piece], &[&buffer]);
        }
        if piece.finish() != *noted {
            return Ok(false);
        }
    }
    Ok(true)
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
