use std::io::Write;

use super::*;

const MIB: u64 = 1 << 20;

fn key(byte: u8) -> ResumeKey {
    Zeroizing::new([byte; 32])
}

fn identity() -> Identity {
    Identity::of(&super::super::opening::stat(&tempfile::tempfile().unwrap()).unwrap())
}

fn state(pieces: u8) -> Midstate {
    Midstate {
        bytes: u64::from(pieces) * MIB,
        whole: Some([u32::from(pieces); 8]),
        pieces: Some((MIB, (0..pieces).map(|piece| Digest::of(&[piece])).collect())),
        others: vec![("sha1", vec![pieces, 7])],
    }
}

/// Keeps these states of one file, as one seal.
fn keep(path: &Path, identity: &Identity, states: &[Midstate]) {
    let (seal, _) = PartialSeal::open(path, key(1)).unwrap();
    let keeper = seal.keeper("disk.dd", identity);
    keeper.went_on_from(&seal.earlier("disk.dd", identity));
    states.iter().for_each(|state| keeper.keep(state.clone()));
    assert_eq!(seal.failure(), None);
}

fn left(path: &Path, key: ResumeKey, identity: &Identity) -> (Midstate, bool) {
    let (seal, is_doubtful) = PartialSeal::open(path, key).unwrap();
    (seal.earlier("disk.dd", identity), is_doubtful)
}

#[test]
fn what_was_kept_is_there_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.partial");
    let identity = identity();
    assert_eq!(left(&path, key(1), &identity), (Midstate::default(), false));
    assert!(!path.exists(), "a file with nothing in it");
    keep(&path, &identity, &[state(3), state(5)]);
    assert_eq!(left(&path, key(1), &identity), (state(5), false));
    // The next seal goes on, and only what is new is written.
    keep(&path, &identity, &[state(9)]);
    assert_eq!(left(&path, key(1), &identity), (state(9), false));
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 4);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let (seal, _) = PartialSeal::open(&path, key(1)).unwrap();
    assert!(seal.is_kept());
    seal.remove().unwrap();
    assert!(!path.exists());
}

#[test]
fn a_reading_that_began_anew_is_kept_from_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.partial");
    let identity = identity();
    keep(&path, &identity, &[state(9)]);
    let (seal, _) = PartialSeal::open(&path, key(1)).unwrap();
    let keeper = seal.keeper("disk.dd", &identity);
    keeper.went_on_from(&Midstate::default());
    keeper.keep(state(2));
    drop(seal);
    assert_eq!(left(&path, key(1), &identity), (state(2), false));
}

#[test]
fn another_file_or_another_home_gets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.partial");
    let first = identity();
    keep(&path, &first, &[state(3)]);
    assert_eq!(left(&path, key(1), &identity()).0, Midstate::default());
    assert_eq!(left(&path, key(2), &first), (Midstate::default(), true));
    // The other home's seal began anew, and its lines are its own.
    assert_eq!(left(&path, key(1), &first), (Midstate::default(), false));
}

#[test]
fn lines_that_were_torn_or_changed_are_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.partial");
    let identity = identity();
    keep(&path, &identity, &[state(3), state(5)]);
    let whole = std::fs::read(&path).unwrap();
    let lines: Vec<usize> = (0..whole.len()).filter(|&at| whole[at] == b'\n').collect();
    let first_two = lines[1] + 1;
    for end in (first_two..whole.len() - 1).step_by(97) {
        std::fs::write(&path, &whole[..end]).unwrap();
        assert_eq!(left(&path, key(1), &identity).0, state(3), "cut at {end}");
    }
    for at in (0..whole.len()).step_by(31) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        std::fs::write(&path, &changed).unwrap();
        let expected = if at < FORMAT.len() {
            continue;
        } else if at <= lines[0] || at < first_two {
            Midstate::default()
        } else {
            state(3)
        };
        assert_eq!(
            left(&path, key(1), &identity).0,
            expected,
            "changed at {at}"
        );
    }
}

#[test]
fn nothing_else_is_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.partial");
    let mut file = File::create(&path).unwrap();
    file.write_all(b"my own notes").unwrap();
    let refused = PartialSeal::open(&path, key(1)).map(drop).unwrap_err();
    assert!(matches!(refused, PartialSealError::Foreign(_)));
    assert_eq!(std::fs::read(&path).unwrap(), b"my own notes");
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), &path).unwrap();
    assert!(PartialSeal::open(&path, key(1)).is_err());
}
