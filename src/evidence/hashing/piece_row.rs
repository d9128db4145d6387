//! The pieces of a file that is read in order.

use crate::record::digest::Digest;

use super::kernels::{Kernel, Stream, update_all};

/// A row of pieces: those that are done, and the one that was begun. Pieces that are there together are hashed side by
/// side.
pub(super) struct PieceRow {
    size: u64,
    begun: Stream,
    filled: u64,
    digests: Vec<Digest>,
}

/// A piece on its way, with the stretches it still has to take in.
struct Open<'a> {
    stream: Stream,
    filled: u64,
    stretches: Vec<&'a [u8]>,
}

impl PieceRow {
    /// A row of pieces of this size, behind those that are done.
    pub(super) fn after(size: u64, digests: Vec<Digest>) -> Self {
        Self {
            size,
            begun: Stream::new(),
            filled: 0,
            digests,
        }
    }

    /// The size of a piece.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The digests of the pieces that are done.
    pub(super) fn digests(&self) -> &[Digest] {
        &self.digests
    }

    /// Takes in stretches that follow one another, none of them beyond the end of a piece.
    pub(super) fn take_in(&mut self, kernel: Kernel, stretches: &[&[u8]]) {
        let mut open = vec![Open {
            stream: std::mem::take(&mut self.begun),
            filled: self.filled,
            stretches: Vec::new(),
        }];
        for stretch in stretches {
            if open.last().is_some_and(|piece| piece.filled == self.size) {
                open.push(Open {
                    stream: Stream::new(),
                    filled: 0,
                    stretches: Vec::new(),
                });
            }
            if let Some(piece) = open.last_mut() {
                piece.filled += stretch.len() as u64;
                piece.stretches.push(stretch);
            }
        }
        let longest = open.iter().map(|piece| piece.stretches.len()).max();
        for turn in 0..longest.unwrap_or(0) {
            let (mut streams, mut parts) = (Vec::new(), Vec::new());
            for piece in &mut open {
                if let Some(stretch) = piece.stretches.get(turn) {
                    streams.push(&mut piece.stream);
                    parts.push(*stretch);
                }
            }
            update_all(kernel, &mut streams, &parts);
        }
        self.filled = 0;
        for piece in open {
            if piece.filled == self.size {
                self.digests.push(piece.stream.finish());
            } else {
                (self.begun, self.filled) = (piece.stream, piece.filled);
            }
        }
    }

    /// All digests, that of the last, shorter piece too.
    pub(super) fn finish(mut self) -> Vec<Digest> {
        if self.filled > 0 {
            self.digests.push(self.begun.finish());
        }
        self.digests
    }
}
