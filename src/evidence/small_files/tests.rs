use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::super::opening::{read_named, stat};
use super::*;

fn place(files: &[Vec<u8>]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let place = tempfile::tempdir().unwrap();
    let written = files.iter().enumerate().map(|(number, bytes)| {
        let path = place.path().join(number.to_string());
        std::fs::write(&path, bytes).unwrap();
        path
    });
    let written = written.collect();
    (place, written)
}

fn read(batch: &mut Batch, number: usize, path: &Path) -> Option<Outcome> {
    let file = read_named(path).unwrap();
    let before = stat(&file).unwrap();
    batch.read(number, file, before)
}

fn digest_of(outcome: Outcome) -> Option<Digest> {
    match outcome {
        Outcome::Read(file) => file.sha256,
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_batch_gives_what_one_by_one_gives(
        files in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..3000), 0..70)
    ) {
        let (_place, written) = place(&files);
        for kernel in Kernel::available() {
            let (mut batch, mut digests) = (Batch::default(), BTreeMap::new());
            for (number, path) in written.iter().enumerate() {
                prop_assert!(read(&mut batch, number, path).is_none());
                // Memory that was used before must not show.
                if batch.is_full() || number == 5 {
                    digests.extend(batch.hash(kernel).map(|(n, outcome)| (n, digest_of(outcome))));
                    prop_assert!(batch.is_empty());
                }
            }
            digests.extend(batch.hash(kernel).map(|(n, outcome)| (n, digest_of(outcome))));
            let one_by_one = files.iter().map(|bytes| Some(Digest::of(bytes))).enumerate();
            prop_assert_eq!(digests, one_by_one.collect::<BTreeMap<_, _>>());
        }
    }
}

#[test]
fn sizes_at_the_edges_are_read_whole() {
    let sizes = [0, 1, 55, 56, 63, 64, 65, (1 << 20) - 1, 1 << 20];
    let files: Vec<Vec<u8>> = sizes.iter().map(|&size| vec![7; size]).collect();
    let (_place, written) = place(&files);
    let mut batch = Batch::default();
    for (number, path) in written.iter().enumerate() {
        assert!(read(&mut batch, number, path).is_none());
    }
    for (number, outcome) in batch.hash(Kernel::best()) {
        assert_eq!(digest_of(outcome), Some(Digest::of(&files[number])));
    }
}

#[test]
fn what_is_not_as_long_as_it_was_is_not_hashed() {
    let (_place, written) = place(&[b"before".to_vec()]);
    let file = read_named(&written[0]).unwrap();
    let before = stat(&file).unwrap();
    std::fs::write(&written[0], "behind it").unwrap();
    let mut batch = Batch::default();
    assert!(matches!(
        batch.read(0, file, before),
        Some(Outcome::Changed)
    ));
    assert!(batch.is_empty());
}

/// A file that gives so many bytes at a time, and then an error or its end.
struct Slow {
    left: usize,
    at_a_time: usize,
    fails: bool,
}

impl Read for Slow {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let read = self.left.min(self.at_a_time).min(space.len());
        self.left -= read;
        match (read, self.fails) {
            (0, true) => Err(io::Error::from_raw_os_error(5)),
            _ => Ok(read),
        }
    }
}

#[test]
fn a_file_that_grows_shrinks_or_breaks_is_noticed() {
    let read = |left, at_a_time, fails| {
        let mut file = Slow {
            left,
            at_a_time,
            fails,
        };
        let read = read_up_to(&mut file, &mut [0; 101], 100);
        read.map_err(|(at, error)| (at, error.raw_os_error()))
    };
    assert_eq!(read(100, 1000, false), Ok(100));
    assert_eq!(read(100, 7, false), Ok(100));
    assert_eq!(read(99, 1000, false), Ok(99), "it shrank");
    assert_eq!(read(1000, 1000, false), Ok(101), "it grew");
    assert_eq!(read(50, 20, true), Err((50, Some(5))));
}

#[test]
fn half_of_the_files_that_may_be_open_are_enough() {
    for readers in [0, 1, 16, 1 << 20] {
        assert!((1..=OPEN_AT_ONCE).contains(&open_at_once(readers)));
    }
    let allowed = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    assert!(16 * open_at_once(16) as u64 <= (allowed / 2).max(16));
}
