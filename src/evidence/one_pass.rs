//! One reading from the first byte to the last: the whole-file hash, the pieces, and whatever else is wanted.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::mpsc::sync_channel;

use crate::record::digest::hex_text;

use super::follower::Follower;
use super::job::{Engine, Hashed, Job, ReadError, Resumption};
use super::kernels::{Kernel, Stream, update_all};
use super::midstate::Midstate;
use super::piece_row::PieceRow;
use super::progress::Progress;
use super::ring::{Ended, Ring, STRETCH};

/// A file of at most 1 MiB, or of unknown length on one processor: no threads.
pub(super) fn read_small(
    file: &mut File,
    job: &Job<'_>,
    buffer: &mut Vec<u8>,
    progress: &mut dyn Progress,
) -> Result<Hashed, ReadError> {
    buffer.resize(STRETCH, 0);
    let mut whole = Stream::new();
    let mut pieces = job
        .task
        .piece_size
        .map(|size| PieceRow::after(size, Vec::new()));
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
            pieces.take_in(Kernel::Plain, &[data]);
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

/// A large file. Where an earlier reading got somewhere, this one goes on from there.
pub(super) fn read(
    engine: Engine,
    file: &mut File,
    job: &Job<'_>,
    progress: &mut dyn Progress,
) -> Result<Hashed, ReadError> {
    let nothing = Midstate::default();
    let from = job
        .resumption
        .map_or(&nothing, |resumption| resumption.from);
    let together = engine.threads == 1 && job.others.is_empty();
    let (from, followers) = match Follower::all_for(job, engine.kernel, together, from) {
        Some(followers) => (from, followers),
        None => (
            &nothing,
            Follower::all_for(job, engine.kernel, together, &nothing).unwrap_or_default(),
        ),
    };
    if from.bytes > 0 {
        file.seek(io::SeekFrom::Start(from.bytes))
            .map_err(|error| ReadError::Failed {
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
