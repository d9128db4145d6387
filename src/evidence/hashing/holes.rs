//! Holes: stretches of a sparse file that were never written. The file system reads them as zeros; so do we, without
//! reading.

use std::fs::File;

use rustix::fs::{SeekFrom, seek};
use rustix::io::Errno;

use crate::record::digest::Digest;

/// For each piece from `start` on, whether all of it lies in a hole. Where the file system cannot tell, none does.
///
/// The file's own place moves; whoever reads must name the place to read from.
pub fn pieces_in_holes(file: &File, start: u64, end: u64, piece_size: u64) -> Vec<bool> {
    let mut in_hole = vec![false; usize::try_from((end - start).div_ceil(piece_size)).unwrap_or(0)];
    let mut at = start;
    while at < end {
        let data = match seek(file, SeekFrom::Data(at)) {
            Ok(data) => data.min(end),
            // No data from here to the end of the file.
            Err(Errno::NXIO) => end,
            Err(_) => return vec![false; in_hole.len()],
        };
        for (number, piece) in in_hole.iter_mut().enumerate() {
            let first = start + number as u64 * piece_size;
            *piece |= first >= at && (first + piece_size).min(end) <= data;
        }
        match seek(file, SeekFrom::Hole(data)) {
            Ok(hole) if hole > at => at = hole,
            _ => break,
        }
    }
    in_hole
}

/// The digest of a piece of zeros, computed once for each length.
#[derive(Default)]
pub struct ZeroPieces {
    known: Vec<(u64, Digest)>,
}

impl ZeroPieces {
    /// The digest of so many zeros.
    pub fn digest(&mut self, bytes: u64) -> Digest {
        if let Some((_, digest)) = self.known.iter().find(|(known, _)| *known == bytes) {
            return *digest;
        }
        let digest = Digest::of(&vec![0; usize::try_from(bytes).unwrap_or(0)]);
        self.known.push((bytes, digest));
        digest
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use super::*;

    #[test]
    fn what_was_never_written_is_a_hole() {
        const MIB: u64 = 1 << 20;
        let file = tempfile::tempfile().unwrap();
        file.set_len(10 * MIB + 5).unwrap();
        file.write_all_at(b"x", 3 * MIB + 17).unwrap();
        file.write_all_at(&vec![1; 2 * MIB as usize], 6 * MIB)
            .unwrap();
        let holes = pieces_in_holes(&file, 0, 10 * MIB + 5, MIB);
        assert_eq!(holes.len(), 11);
        // A file system may know fewer holes than there are, never more.
        for written in [3, 6, 7] {
            assert!(!holes[written], "piece {written}");
        }
        let part = pieces_in_holes(&file, 2 * MIB, 5 * MIB, MIB);
        assert_eq!(part, holes[2..5]);
        assert_eq!(ZeroPieces::default().digest(7), Digest::of(&[0; 7]));
    }
}
