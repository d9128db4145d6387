use std::sync::atomic::AtomicBool;

use super::super::engine::Engine;
use super::super::kernels::Kernel;
use super::super::progress::Quiet;
use super::*;
use crate::audit::sealing::task;
use crate::record::digest::Digest;

fn look(folder: &Path, engine: Engine) -> Taken<Inventory> {
    let flag = AtomicBool::new(false);
    let look = Look {
        tasks: Tasks::BySize(&|_, bytes| Some(task(bytes))),
        engine,
        others: &[],
        unread: Unread::Refuse,
        partial: None,
    };
    take(&Source::Folder(folder.to_owned()), &look, &mut Quiet(&flag))
}

#[test]
fn however_many_work_side_by_side_the_inventory_is_the_same() {
    const MIB: usize = 1 << 20;
    let place = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for number in 0..90 {
        // `a!` stands before `a/0`, and `a` before both.
        let folder = ["a", "a/b", "a!", ""][number % 4];
        let size = match number {
            80.. => MIB * (number - 79) / 2 + 1,
            79 => MIB,
            _ => number * number,
        };
        let path = Path::new(folder).join(format!("{number:02}"));
        let bytes: Vec<u8> = (0..size)
            .map(|at| ((at * (number + 3)) >> 4) as u8)
            .collect();
        std::fs::create_dir_all(place.path().join(folder)).unwrap();
        std::fs::write(place.path().join(&path), &bytes).unwrap();
        files.push((path.to_str().unwrap().to_owned(), bytes));
    }
    for kernel in Kernel::available() {
        for threads in [1, 2, 5] {
            let engine = Engine {
                kernel,
                threads,
                ..Engine::of_this_machine()
            };
            let inventory = look(place.path(), engine).unwrap();
            assert_eq!(inventory.found.len(), files.len() + 3);
            assert!(
                inventory
                    .found
                    .is_sorted_by(|a, b| a.path.raw() < b.path.raw())
            );
            for (path, bytes) in &files {
                let found = inventory
                    .found
                    .iter()
                    .find(|found| found.path.as_str() == path);
                let Some(FoundKind::File(file)) = found.map(|found| &found.kind) else {
                    panic!("{path} was not found");
                };
                assert_eq!(file.sha256, Some(Digest::of(bytes)), "{kernel:?} {path}");
                let pieces = (bytes.len() > MIB)
                    .then(|| (MIB as u64, bytes.chunks(MIB).map(Digest::of).collect()));
                assert_eq!(file.pieces, pieces, "{kernel:?} {path}");
            }
        }
    }
}

#[test]
fn an_interrupted_look_gives_nothing() {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("file"), "text").unwrap();
    let flag = AtomicBool::new(true);
    let look = Look {
        tasks: Tasks::BySize(&|_, bytes| Some(task(bytes))),
        engine: Engine::of_this_machine(),
        others: &[],
        unread: Unread::Note,
        partial: None,
    };
    let source = Source::Folder(place.path().to_owned());
    let taken = take(&source, &look, &mut Quiet(&flag));
    assert!(matches!(taken, Err(InventoryError::Interrupted)));
}

#[test]
fn a_path_too_long_to_be_recorded_hides_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("file"), "text").unwrap();
    let name = "d".repeat(200);
    let mut folder = rustix::fs::open(
        place.path(),
        rustix::fs::OFlags::PATH,
        rustix::fs::Mode::empty(),
    )
    .unwrap();
    for _ in 0..25 {
        rustix::fs::mkdirat(&folder, &name, 0o755.into()).unwrap();
        folder = rustix::fs::openat(
            &folder,
            &name,
            rustix::fs::OFlags::PATH,
            rustix::fs::Mode::empty(),
        )
        .unwrap();
    }
    let flag = AtomicBool::new(false);
    let look = Look {
        tasks: Tasks::BySize(&|_, bytes| Some(task(bytes))),
        engine: Engine::of_this_machine(),
        others: &[],
        unread: Unread::Note,
        partial: None,
    };
    let source = Source::Folder(place.path().to_owned());
    let found = take(&source, &look, &mut Quiet(&flag)).unwrap().found;
    // Twenty folders have paths of at most 4096 bytes; what is in the last of them has longer ones.
    assert_eq!(found.len(), 21);
    assert!(
        matches!(&found[19].kind, FoundKind::Unreadable { reason } if reason == "file name too long")
    );
    assert!(matches!(found[20].kind, FoundKind::File(_)));
}
