//! Pieces: a large file cut into equal parts, each with its digest, so that a change has a place.

use super::digest::Digest;
use super::json::{Json, Malformed, Object};
use super::tree::{Tree, leaf};

/// The smallest piece, and the size above which a file has pieces: 1 MiB.
pub const MIN_PIECE: u64 = 1 << 20;

/// The largest piece a reader takes: 1 GiB.
pub const MAX_PIECE: u64 = 1 << 30;

/// The most pieces of one file.
pub const MAX_PIECES: u64 = 65_536;

/// How a file is cut, and the root of the tree over its piece digests.
///
/// ```json
/// {"count":3,"root":"f8550703…","size":1048576}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pieces {
    /// Bytes of each piece but the last.
    pub size: u64,
    /// How many there are.
    pub count: u64,
    /// The root over their digests.
    pub root: Digest,
    /// Fields this version does not know; they are part of the leaf.
    pub unknown: Object,
}

impl Pieces {
    /// What a list of piece digests amounts to.
    pub fn of(size: u64, digests: &[Digest]) -> Self {
        Self {
            size,
            count: digests.len() as u64,
            root: root_of(digests),
            unknown: Object::new(),
        }
    }

    /// Whether a file of `bytes` bytes can be cut so.
    pub fn fit(&self, bytes: u64) -> bool {
        self.size.is_power_of_two()
            && (MIN_PIECE..=MAX_PIECE).contains(&self.size)
            && self.count == bytes.div_ceil(self.size)
            && self.count <= MAX_PIECES
    }

    /// The byte range of a piece in a file of `bytes` bytes, its end exclusive.
    pub fn range(&self, piece: u64, bytes: u64) -> (u64, u64) {
        let start = piece.saturating_mul(self.size);
        (start.min(bytes), start.saturating_add(self.size).min(bytes))
    }

    /// Reads the three fields.
    ///
    /// # Errors
    /// Where one is missing or mistyped.
    pub fn from_json(json: Json) -> Result<Self, Malformed> {
        let mut object = json.into_object()?;
        Ok(Self {
            size: object.require_integer("size")?,
            count: object.require_integer("count")?,
            root: Digest::parse(&object.require_text("root")?)
                .map_err(|error| error.within("root"))?,
            unknown: object,
        })
    }

    /// The fields as they stand on disk.
    pub fn to_json(&self) -> Json {
        let fields = self
            .unknown
            .clone()
            .with("count", Json::Integer(self.count))
            .with("root", self.root.to_json());
        Json::Object(fields.with("size", Json::Integer(self.size)))
    }
}

/// The size of a piece of a file of `bytes` bytes; `None` where the file has none (up to 1 MiB).
///
/// The smallest power of two from 1 MiB on that gives at most 65 536 pieces.
pub fn piece_size(bytes: u64) -> Option<u64> {
    if bytes <= MIN_PIECE {
        return None;
    }
    Some(
        bytes
            .div_ceil(MAX_PIECES)
            .next_power_of_two()
            .max(MIN_PIECE),
    )
}

/// The root of the tree over piece digests.
pub fn root_of(digests: &[Digest]) -> Digest {
    digests
        .iter()
        .map(|digest| leaf(&digest.0))
        .collect::<Tree>()
        .root()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_the_count_in_bounds() {
        const TIB: u64 = 1 << 40;
        assert_eq!(piece_size(MIN_PIECE), None);
        assert_eq!(piece_size(MIN_PIECE + 1), Some(MIN_PIECE));
        assert_eq!(piece_size(TIB / 16), Some(MIN_PIECE));
        assert_eq!(piece_size(TIB / 16 + 1), Some(MIN_PIECE * 2));
        assert_eq!(piece_size(TIB), Some(MIN_PIECE * 16));
        assert_eq!(piece_size(1 << 46), Some(MAX_PIECE));
    }
}
