use std::io::{Seek, Write};
use std::sync::atomic::AtomicBool;

use super::super::super::progress::Quiet;
use super::super::cross_reference::CrossReference;
use super::super::job::{Keeper, Resumption};
use super::super::kernels::Kernel;
use super::super::midstate::Midstate;
use super::*;
use crate::audit::inventory::Task;
use crate::record::digest::Digest;

const ALL: [CrossReference; 4] = [
    CrossReference::Md5,
    CrossReference::Sha1,
    CrossReference::Sha3_256,
    CrossReference::Sha512,
];

fn file(data: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(data).unwrap();
    file.rewind().unwrap();
    file
}

fn read(engine: Engine, data: &[u8], task: Task, others: &[CrossReference]) -> Hashed {
    let flag = AtomicBool::new(false);
    let job = Job {
        task,
        others,
        bytes: data.len() as u64,
        ends: true,
        resumption: None,
    };
    engine
        .read(
            &mut file(data),
            &job,
            &mut Buffer::default(),
            &mut Quiet(&flag),
        )
        .unwrap()
}

/// Bytes that are nowhere the same.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

#[test]
fn one_reading_gives_every_digest() {
    let engine = Engine::of_this_machine();
    let all = read(
        engine,
        b"abc",
        Task {
            whole: true,
            piece_size: None,
        },
        &ALL,
    );
    assert_eq!(all.sha256, Some(Digest::of(b"abc")));
    assert_eq!(all.others[0].1, "900150983cd24fb0d6963f7d28e17f72");
    assert_eq!(all.others[1].1, "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_eq!(
        all.others[2].1,
        "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"
    );
    assert!(
        all.others[3]
            .1
            .starts_with("ddaf35a193617abacc417349ae204131")
    );
}

#[test]
fn every_way_gives_the_same_digests() {
    const MIB: usize = 1 << 20;
    let data = noise(37 * MIB + 17);
    for length in [
        0,
        1,
        MIB,
        MIB + 1,
        16 * MIB,
        16 * MIB + 1,
        17 * MIB - 1,
        32 * MIB,
        data.len(),
    ] {
        let data = &data[..length];
        for size in [MIB, 2 * MIB, 32 * MIB] {
            let pieces: Vec<Digest> = data.chunks(size).map(Digest::of).collect();
            let whole = Digest::of(data);
            for kernel in Kernel::available() {
                for threads in [1, 2, 3] {
                    let engine = Engine {
                        kernel,
                        threads,
                        memory: 32 << 20,
                    };
                    let both = Task {
                        whole: true,
                        piece_size: Some(size as u64),
                    };
                    let hashed = read(engine, data, both, &[]);
                    assert_eq!((hashed.bytes, hashed.sha256), (length as u64, Some(whole)));
                    assert_eq!(
                        hashed.pieces.as_ref(),
                        Some(&pieces),
                        "{length} by {size}, {engine:?}"
                    );
                    let alone = Task {
                        whole: false,
                        piece_size: Some(size as u64),
                    };
                    let hashed = read(engine, data, alone, &[]);
                    assert_eq!((hashed.bytes, hashed.sha256), (length as u64, None));
                    assert_eq!(
                        hashed.pieces.as_ref(),
                        Some(&pieces),
                        "{length} by {size}, {engine:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn other_digests_of_a_large_file_are_of_all_of_it() {
    let data = noise((33 << 20) + 5);
    let task = Task {
        whole: true,
        piece_size: Some(1 << 20),
    };
    for threads in [1, 2] {
        let engine = Engine {
            threads,
            ..Engine::of_this_machine()
        };
        let hashed = read(engine, &data, task, &ALL);
        for (other, (name, hex)) in ALL.into_iter().zip(&hashed.others) {
            let mut hasher = other.hasher();
            hasher.update(&data);
            assert_eq!(
                (*name, hex.as_str()),
                (
                    other.field(),
                    crate::record::digest::hex_text(&hasher.finalize()).as_str()
                )
            );
        }
    }
}

#[test]
fn a_file_that_grew_or_shrank_is_noticed() {
    let engine = Engine::of_this_machine();
    let flag = AtomicBool::new(false);
    let alone = Task {
        whole: false,
        piece_size: Some(1 << 20),
    };
    let read = |bytes: u64| {
        let job = Job {
            task: alone,
            others: &[],
            bytes,
            ends: true,
            resumption: None,
        };
        engine.read(
            &mut file(&[1; 3 << 20]),
            &job,
            &mut Buffer::default(),
            &mut Quiet(&flag),
        )
    };
    assert_ne!(read((3 << 20) - 1).unwrap().bytes, (3 << 20) - 1);
    // What is missing behind the end must not pass for a hole.
    let shorter = read((3 << 20) + 1);
    assert!(shorter.is_err() || shorter.unwrap().bytes == 3 << 20);
}

#[test]
fn work_can_be_stopped() {
    let flag = AtomicBool::new(true);
    for whole in [false, true] {
        let task = Task {
            whole,
            piece_size: Some(1 << 20),
        };
        let job = Job {
            task,
            others: &[],
            bytes: 40 << 20,
            ends: true,
            resumption: None,
        };
        let engine = Engine::of_this_machine();
        let stopped = engine.read(
            &mut file(&[0; 40 << 20]),
            &job,
            &mut Buffer::default(),
            &mut Quiet(&flag),
        );
        assert!(matches!(stopped, Err(ReadError::Interrupted)));
    }
}

/// Keeps every midstate it is given.
#[derive(Default)]
struct All(std::sync::Mutex<Vec<Midstate>>);

impl Keeper for All {
    fn keep(&self, midstate: Midstate) {
        self.0.lock().unwrap().push(midstate);
    }

    fn pause(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }
}

#[test]
fn a_reading_goes_on_from_any_mark() {
    const MIB: u64 = 1 << 20;
    let data = noise((21 << 20) + 77);
    let best = Kernel::best();
    let with_others = [(best, 1, &ALL[..]), (best, 2, &ALL)];
    let alone = Kernel::available()
        .into_iter()
        .flat_map(|kernel| [(kernel, 1, &[][..]), (kernel, 3, &[])]);
    for (kernel, threads, others) in alone.chain(with_others) {
        let engine = Engine {
            kernel,
            threads,
            memory: 32 << 20,
        };
        let read_from = |from: &Midstate, keeper: &All| {
            let flag = AtomicBool::new(false);
            let job = Job {
                task: Task {
                    whole: true,
                    piece_size: Some(MIB),
                },
                others,
                bytes: data.len() as u64,
                ends: true,
                resumption: Some(Resumption { from, keeper }),
            };
            let mut file = file(&data);
            engine
                .read(&mut file, &job, &mut Buffer::default(), &mut Quiet(&flag))
                .unwrap()
        };
        let keeper = All::default();
        let once = read_from(&Midstate::default(), &keeper);
        assert_eq!(once.sha256, Some(Digest::of(&data)));
        let marks = keeper.0.into_inner().unwrap();
        assert!(
            !marks.is_empty(),
            "{kernel:?} with {threads} threads: no mark"
        );
        for mark in [&marks[0], &marks[marks.len() / 2]] {
            assert!(mark.bytes > 0 && mark.bytes % MIB == 0);
            assert_eq!(mark.others.len(), others.len());
            let again = read_from(mark, &All::default());
            assert_eq!(
                (again.bytes, again.sha256, &again.pieces, &again.others),
                (once.bytes, once.sha256, &once.pieces, &once.others)
            );
        }
        // What is not a midstate of this job is not used.
        let mut wrong = marks[0].clone();
        wrong.pieces = Some((2 * MIB, Vec::new()));
        assert_eq!(read_from(&wrong, &All::default()).sha256, once.sha256);
    }
}
