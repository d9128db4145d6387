use super::*;
use crate::evidence::bundle_file::load;

/// The worked example after so many links.
fn example(links: usize) -> Bundle {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/example/EXH-7.custody.json");
    let mut bundle = load(&path).unwrap();
    bundle.chain.truncate(links);
    bundle.timestamps.clear();
    bundle
}

/// The number of the head that is kept.
fn kept(heads: &Heads) -> u64 {
    let path = heads.path_of(&example(1).card().seal);
    let text = std::fs::read_to_string(path).unwrap();
    Card::parse(text.lines().next().unwrap()).unwrap().seq
}

#[test]
fn the_memory_only_grows() {
    let folder = tempfile::tempdir().unwrap();
    let heads = Heads::in_folder(folder.path().join("heads"));
    assert!(heads.lock(&example(1).card().seal).unwrap().is_none());
    for (links, is_news, head) in [(2, true, 1), (1, false, 1), (3, true, 2), (3, false, 2)] {
        let recalled = heads.recall(&example(links));
        assert!(recalled.trouble.is_none());
        assert_eq!(recalled.is_news, is_news, "{links}");
        heads.remember(&example(links)).unwrap();
        assert_eq!(kept(&heads), head, "{links}");
    }
    // Another chain of the same seal does not take its place, however long it is.
    let mut other = example(4);
    other.chain.remove(2);
    assert!(!heads.recall(&other).is_news);
    heads.remember(&other).unwrap();
    assert_eq!(kept(&heads), 2);
}

#[test]
fn what_is_held_keeps_others_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let heads = Heads::in_folder(folder.path().join("heads"));
    heads.remember(&example(1)).unwrap();
    let seal = example(1).card().seal;
    let held = heads.lock(&seal).unwrap().unwrap();
    let (other, (sender, receiver)) = (heads.clone(), std::sync::mpsc::channel());
    let waiting = std::thread::spawn(move || {
        let locked = other.lock(&seal).unwrap();
        sender.send(()).unwrap();
        drop(locked);
    });
    assert!(receiver.recv_timeout(Duration::from_millis(300)).is_err());
    // The file gives way to a new one: who waited holds the new one.
    held.remember(&example(2)).unwrap();
    receiver.recv_timeout(Duration::from_secs(5)).unwrap();
    waiting.join().unwrap();
    assert_eq!(kept(&heads), 1);
}
