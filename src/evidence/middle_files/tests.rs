use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::super::opening::{read_named, stat_named};
use super::super::progress::Quiet;
use super::*;
use crate::record::pieces::MIN_PIECE;

const TASK: Task = Task {
    whole: true,
    piece_size: Some(MIN_PIECE),
};

/// Bytes that differ from file to file and from place to place.
fn bytes(size: usize, seed: u32) -> Vec<u8> {
    let byte = |at: u32| (at.wrapping_mul(2_654_435_761).wrapping_add(seed) >> 13) as u8;
    (0..size as u32).map(byte).collect()
}

fn begin(row: &mut Row, number: usize, path: &Path, task: Task) -> Option<Outcome> {
    let listed = Identity::of(&stat_named(path).unwrap());
    row.begin(number, || read_named(path), listed, task)
}

fn turns(row: &mut Row) -> BTreeMap<usize, Outcome> {
    let flag = AtomicBool::new(false);
    let mut outcomes = BTreeMap::new();
    while !row.is_empty() {
        outcomes.extend(row.turn(&mut Quiet(&flag)));
    }
    outcomes
}

#[test]
fn a_row_gives_what_one_by_one_gives() {
    const MIB: usize = 1 << 20;
    let sizes = [
        0,
        1,
        STRETCH - 1,
        STRETCH,
        STRETCH + 1,
        MIB,
        MIB + 1,
        2 * MIB,
        2 * MIB + 77,
        3 * MIB,
    ];
    let place = tempfile::tempdir().unwrap();
    let files: Vec<(PathBuf, Vec<u8>)> = sizes
        .iter()
        .enumerate()
        .map(|(number, &size)| {
            let path = place.path().join(number.to_string());
            let bytes = bytes(size, number as u32);
            std::fs::write(&path, &bytes).unwrap();
            (path, bytes)
        })
        .collect();
    let whole = Task {
        piece_size: None,
        ..TASK
    };
    for kernel in Kernel::available() {
        for most in [1, 3, 16] {
            let mut row = Row::new(kernel, most);
            let mut waiting = files.iter().enumerate();
            let mut outcomes = BTreeMap::new();
            loop {
                while !row.is_full()
                    && let Some((number, (path, _))) = waiting.next()
                {
                    let task = if number % 4 == 3 { whole } else { TASK };
                    assert!(begin(&mut row, number, path, task).is_none());
                }
                if row.is_empty() {
                    break;
                }
                let flag = AtomicBool::new(false);
                outcomes.extend(row.turn(&mut Quiet(&flag)));
            }
            assert_eq!(outcomes.len(), files.len());
            for (number, outcome) in outcomes {
                let Outcome::Read(found) = outcome else {
                    panic!("file {number} was not read");
                };
                let bytes = &files[number].1;
                assert_eq!(found.bytes, bytes.len() as u64);
                assert_eq!(
                    found.sha256,
                    Some(Digest::of(bytes)),
                    "{kernel:?}, file {number}"
                );
                let pieces = bytes.chunks(MIB).map(Digest::of).collect();
                let pieces = (number % 4 != 3).then_some((MIN_PIECE, pieces));
                assert_eq!(found.pieces, pieces, "{kernel:?}, file {number}");
            }
        }
    }
}

#[test]
fn what_changes_between_two_turns_is_not_taken() {
    let place = tempfile::tempdir().unwrap();
    let names = ["same", "grows", "shrinks", "written", "replaced"];
    let paths = names.map(|name| place.path().join(name));
    let mut row = Row::new(Kernel::best(), 16);
    for (number, path) in paths.iter().enumerate() {
        std::fs::write(path, bytes(3 * STRETCH, number as u32)).unwrap();
        assert!(begin(&mut row, number, path, TASK).is_none());
    }
    let flag = AtomicBool::new(false);
    assert!(row.turn(&mut Quiet(&flag)).is_empty());
    let write = |number: usize| std::fs::OpenOptions::new().write(true).open(&paths[number]);
    write(1).unwrap().set_len(1 << 30).unwrap();
    write(2).unwrap().set_len(STRETCH as u64 + 1).unwrap();
    std::io::Write::write_all(&mut write(3).unwrap(), b"other").unwrap();
    // A name that leads elsewhere now is nothing a row can see; the second look does.
    std::fs::rename(&paths[4], place.path().join("moved")).unwrap();
    let outcomes = turns(&mut row);
    assert!(matches!(outcomes[&0], Outcome::Read(_)));
    for number in [1, 2, 3, 4] {
        assert!(
            matches!(outcomes[&number], Outcome::Changed),
            "{}",
            names[number]
        );
    }
}

#[test]
fn what_is_gone_is_not_begun() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("file");
    std::fs::write(&path, "text").unwrap();
    let listed = Identity::of(&stat_named(&path).unwrap());
    let mut row = Row::new(Kernel::best(), 2);
    std::fs::write(&path, "other text").unwrap();
    let changed = row.begin(0, || read_named(&path), listed, TASK);
    assert!(matches!(changed, Some(Outcome::Changed)));
    std::fs::remove_file(&path).unwrap();
    let gone = row.begin(0, || read_named(&path), listed, TASK);
    assert!(matches!(gone, Some(Outcome::Unreadable(_))));
    assert!(row.is_empty());
}
