use std::cell::Cell;
use std::os::unix::fs::symlink;

use super::super::inventory::{Look, Tasks, Unread, take};
use super::super::source::Source;
use super::*;
use crate::audit::inventory::{FoundKind, Inventory};
use crate::record::path::PathText;

/// What is done about each file is told by its name.
fn task(path: &PathText) -> Option<Task> {
    match path.as_str() {
        "d/nobody asked" => None,
        "big" => Some(Task {
            whole: false,
            piece_size: Some(1 << 20),
        }),
        "d/in pieces" => Some(Task {
            whole: true,
            piece_size: Some(1 << 20),
        }),
        _ => Some(WHOLE),
    }
}

fn look(folder: &Path, early: Option<EarlyStart>) -> (Inventory, Cell<u64>) {
    struct Told<'t>(&'t Cell<u64>);
    impl super::super::progress::Progress for Told<'_> {
        fn begin(&mut self, _bytes: u64) {}
        fn advance(&mut self, bytes: u64) {
            self.0.set(self.0.get() + bytes);
        }
        fn is_interrupted(&self) -> bool {
            false
        }
    }
    let told = Cell::new(0);
    let look = Look {
        tasks: Tasks::ByName {
            task: &task,
            bytes: 0,
            early: Cell::new(early),
        },
        engine: engine(),
        others: &[],
        unread: Unread::Note,
        partial: None,
    };
    let source = Source::Folder(folder.to_owned());
    let inventory = take(&source, &look, &mut Told(&told)).unwrap();
    (inventory, told)
}

fn engine() -> Engine {
    Engine {
        threads: 3,
        ..Engine::of_this_machine()
    }
}

fn evidence() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(place.path().join(name), bytes).unwrap();
    std::fs::create_dir_all(place.path().join("d/e")).unwrap();
    for number in 0..300_usize {
        write(&format!("d/e/{number}"), &vec![7; number * 31]);
    }
    write("d/nobody asked", b"1");
    write("d/in pieces", b"2");
    write("big", &vec![3; (3 << 20) + 1]);
    write("two names", b"4");
    std::fs::hard_link(
        place.path().join("two names"),
        place.path().join("d/other name"),
    )
    .unwrap();
    symlink("big", place.path().join("link")).unwrap();
    place
}

/// Whatever disk the folder is on.
fn begin(place: &Path, reads: bool) -> EarlyStart {
    EarlyStart::begin_in(place, Root::open(place).unwrap(), engine(), reads).unwrap()
}

/// Waits until all that can be done early is done.
fn finished(place: &Path, reads: bool) -> EarlyStart {
    let early = begin(place, reads);
    while !early.begun.as_ref().unwrap().is_finished() {
        std::thread::yield_now();
    }
    early
}

#[test]
fn an_early_start_changes_nothing_but_the_time() {
    let place = evidence();
    let (plain, told) = look(place.path(), None);
    assert_eq!(plain.found.len(), 308);
    let starts = [
        begin(place.path(), true),
        finished(place.path(), true),
        finished(place.path(), false),
    ];
    for early in starts {
        let (found, early_told) = look(place.path(), Some(early));
        assert_eq!(format!("{:?}", found.found), format!("{:?}", plain.found));
        assert_eq!(early_told, told);
    }
    // In another folder it is of no use.
    let other = evidence();
    let (found, _) = look(other.path(), Some(finished(place.path(), true)));
    assert_eq!(found.found.len(), plain.found.len());
}

#[test]
fn small_files_were_read_by_then_and_others_were_not() {
    let place = evidence();
    let early = finished(place.path(), true);
    let (_, plan, outcomes) = early.of(place.path()).unwrap();
    for (planned, outcome) in plan.things.iter().zip(&outcomes) {
        let is_small = !matches!(
            planned.path.as_str(),
            "big" | "d" | "d/e" | "two names" | "d/other name" | "link"
        );
        assert_eq!(outcome.is_some(), is_small, "{}", planned.path);
    }
}

#[test]
fn what_changes_behind_an_early_start_is_told() {
    let place = evidence();
    let early = finished(place.path(), true);
    std::fs::write(place.path().join("d/e/200"), "another").unwrap();
    std::fs::remove_file(place.path().join("d/e/201")).unwrap();
    std::fs::write(place.path().join("d/new"), "new").unwrap();
    let (inventory, _) = look(place.path(), Some(early));
    for name in ["d/e/200", "d/e/201", "d/new"] {
        let found = inventory.found.iter();
        let mut found = found.filter(|found| found.path.as_str() == name);
        let kind = found.next().map(|found| &found.kind);
        assert!(
            matches!(kind, Some(FoundKind::Unreadable { .. })),
            "{name}: {kind:?}"
        );
    }
}
