//! How far a reading is: enough to go on from there, another day.

use crate::record::digest::Digest;

use super::cross_reference::CrossReference;

/// A reading on its way, at the end of a piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Midstate {
    /// Bytes that are done.
    pub bytes: u64,
    /// The whole-file hash on the way: words a to h (FIPS 180-4 §6.2).
    pub whole: Option<[u32; 8]>,
    /// The size of a piece, and the digests of those that are done.
    pub pieces: Option<(u64, Vec<Digest>)>,
    /// Other digests on their way: the name in an entry, and the state as its library writes it down.
    pub others: Vec<(&'static str, Vec<u8>)>,
}

impl Midstate {
    /// The digests of the pieces so far; `None` where they are of another size, or not as many as the bytes make.
    pub(super) fn pieces_of(&self, size: u64) -> Option<Vec<Digest>> {
        if self.bytes == 0 {
            return Some(Vec::new());
        }
        let (known, digests) = self.pieces.as_ref()?;
        (*known == size && digests.len() as u64 * size == self.bytes).then(|| digests.clone())
    }

    /// Another digest on its way.
    pub(super) fn other(&self, name: CrossReference) -> Option<&[u8]> {
        let of_name = self
            .others
            .iter()
            .find(|(field, _)| *field == name.field())?;
        Some(&of_name.1)
    }
}
