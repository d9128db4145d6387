//! What takes in the bytes of a file in their order: the whole-file hash, the row of pieces, the other digests.

use crate::record::digest::{Digest, hex_text};

use super::cross_reference::{CrossReference, OtherHasher};
use super::job::{Hashed, Job};
use super::kernels::{Dual, Kernel, Stream, update_all};
use super::midstate::Midstate;
use super::piece_row::PieceRow;

/// Stretches of bytes that keep the lanes of the widest kernel busy, where pieces are hashed: sixteen of the smallest
/// pieces in quarters.
const FOR_THE_LANES: usize = 64;

/// Stretches that a chain of hashes takes in at a time.
const FOR_A_CHAIN: usize = 4;

/// One of those that take in the same bytes.
pub(super) enum Follower {
    /// The whole-file hash.
    Whole(Kernel, Stream),
    /// The digest of each piece.
    Pieces(Kernel, PieceRow),
    /// Both, with one message schedule: the way of a single processor.
    Both(Box<Both>),
    /// Another digest, under its name in an entry.
    Other(CrossReference, Box<dyn OtherHasher>),
}

/// The whole-file hash and the row of pieces, fed together.
pub(super) struct Both {
    dual: Dual,
    size: u64,
    filled: u64,
    digests: Vec<Digest>,
}

impl Follower {
    /// Those that a job asks for, going on where `from` left off. `None` where `from` is of another job.
    pub(super) fn all_for(
        job: &Job<'_>,
        kernel: Kernel,
        together: bool,
        from: &Midstate,
    ) -> Option<Vec<Self>> {
        let mut all = Vec::new();
        let whole = || match from.whole {
            Some(state) => Stream::from_parts(state, from.bytes),
            None => (from.bytes == 0).then(Stream::new),
        };
        match (job.task.whole, job.task.piece_size) {
            (true, Some(size)) if together => all.push(Self::Both(Box::new(Both {
                dual: Dual::new(kernel, whole()?),
                size,
                filled: 0,
                digests: from.pieces_of(size)?,
            }))),
            (is_wanted, pieces) => {
                if is_wanted {
                    all.push(Self::Whole(kernel, whole()?));
                }
                if let Some(size) = pieces {
                    all.push(Self::Pieces(
                        kernel,
                        PieceRow::after(size, from.pieces_of(size)?),
                    ));
                }
            }
        }
        for other in job.others {
            let hasher = match from.bytes {
                0 => other.hasher(),
                _ => other.hasher_from(from.other(*other)?)?,
            };
            all.push(Self::Other(*other, hasher));
        }
        Some(all)
    }

    /// How many stretches it takes in at a time, where they are there.
    pub(super) fn appetite(&self) -> usize {
        match self {
            Self::Pieces(..) => FOR_THE_LANES,
            Self::Both(_) => 1,
            Self::Whole(..) | Self::Other(..) => FOR_A_CHAIN,
        }
    }

    /// Takes in stretches that follow one another. None of them goes beyond the end of a piece.
    pub(super) fn take_in(&mut self, stretches: &[&[u8]]) {
        match self {
            Self::Whole(kernel, stream) => {
                for stretch in stretches {
                    update_all(*kernel, &mut [&mut *stream], &[stretch]);
                }
            }
            Self::Pieces(kernel, row) => row.take_in(*kernel, stretches),
            Self::Both(both) => stretches.iter().for_each(|stretch| both.take_in(stretch)),
            Self::Other(_, hasher) => stretches.iter().for_each(|stretch| hasher.update(stretch)),
        }
    }

    /// Writes down how far it is. At the end of a piece only.
    pub(super) fn note(&self, midstate: &mut Midstate) {
        match self {
            Self::Whole(_, stream) => midstate.whole = stream.to_parts().map(|(state, _)| state),
            Self::Pieces(_, row) => midstate.pieces = Some((row.size(), row.digests().to_vec())),
            Self::Both(both) => {
                midstate.whole = both.dual.whole().to_parts().map(|(state, _)| state);
                midstate.pieces = Some((both.size, both.digests.clone()));
            }
            Self::Other(name, hasher) => midstate.others.push((name.field(), hasher.state())),
        }
    }

    /// Puts its digests where they belong.
    pub(super) fn finish(self, hashed: &mut Hashed) {
        match self {
            Self::Whole(_, stream) => hashed.sha256 = Some(stream.finish()),
            Self::Pieces(_, row) => hashed.pieces = Some(row.finish()),
            Self::Both(both) => {
                let (whole, pieces) = both.finish();
                (hashed.sha256, hashed.pieces) = (Some(whole), Some(pieces));
            }
            Self::Other(name, hasher) => hashed
                .others
                .push((name.field(), hex_text(&hasher.finalize()))),
        }
    }
}

impl Both {
    fn take_in(&mut self, stretch: &[u8]) {
        self.dual.update(stretch);
        self.filled += stretch.len() as u64;
        if self.filled == self.size {
            self.digests.push(self.dual.end_piece());
            self.filled = 0;
        }
    }

    fn finish(mut self) -> (Digest, Vec<Digest>) {
        if self.filled > 0 {
            self.digests.push(self.dual.end_piece());
        }
        (self.dual.finish(), self.digests)
    }
}
