//! What can happen to sealed evidence: each its own finding, and no hang.

use std::os::unix::fs::symlink;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::stage::{Report, Stage};

fn fifo(path: &std::path::Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
}

fn sealed() -> Stage {
    let stage = Stage::new();
    stage.write("E/photos/label.jpg", vec![9; 50_000]);
    stage.write("E/photos/room.jpg", vec![8; 40_000]);
    stage.write("E/notes.txt", "notes");
    stage.write("E/disk.dd", vec![0x11; 3 << 20]);
    std::fs::create_dir(stage.path("E/empty")).unwrap();
    symlink("disk.dd", stage.path("E/latest")).unwrap();
    fifo(&stage.path("E/pipe"));
    stage.must("one", &["seal", "E"]);
    stage
}

fn after(change: impl Fn(&Stage)) -> Report {
    let stage = sealed();
    assert_eq!(stage.verify("one", &["E"]).codes(), Vec::<&str>::new());
    change(&stage);
    stage.verify("one", &["E"])
}

fn expect(report: &Report, exit: i32, result: &str, codes: &[&str]) {
    assert_eq!(
        (report.exit, report.result(), report.codes().as_slice()),
        (exit, result, codes),
        "{}",
        report.json
    );
}

#[test]
fn a_changed_byte_has_its_range() {
    let report = after(|stage| {
        stage.flip("E/disk.dd", 1_500_000);
        stage.flip("E/disk.dd", 2_100_000);
    });
    assert_eq!((report.exit, report.changes()), (1, vec!["altered"]));
    let finding = report.finding("altered");
    assert_eq!(
        (&finding["path"], &finding["pieces"]),
        (&"disk.dd".into(), &serde_json::json!([1, 2]))
    );
    assert_eq!(
        finding["ranges"],
        serde_json::json!([{"start": 1_048_576, "end": 3_145_728}])
    );
}

#[test]
fn cut_and_extended_files_are_named_with_their_range() {
    let report = after(|stage| {
        std::fs::File::options()
            .write(true)
            .open(stage.path("E/disk.dd"))
            .unwrap()
            .set_len(2_500_000)
            .unwrap();
    });
    assert_eq!(report.finding("altered")["pieces"], serde_json::json!([2]));
    assert!(
        report.finding("altered")["message"]
            .as_str()
            .unwrap()
            .contains("645,728 bytes shorter"),
        "{}",
        report.json
    );
    let report = after(|stage| {
        std::fs::File::options()
            .write(true)
            .open(stage.path("E/disk.dd"))
            .unwrap()
            .set_len(3 * 1_048_576 + 5)
            .unwrap();
    });
    assert_eq!(
        report.finding("altered")["ranges"],
        serde_json::json!([{"start": 3_145_728, "end": 3_145_733}])
    );
}

#[test]
fn missing_extra_and_moved_are_three_things() {
    expect(
        &after(|stage| std::fs::remove_file(stage.path("E/notes.txt")).unwrap()),
        1,
        "FILE MISSING",
        &["missing"],
    );
    expect(
        &after(|stage| std::fs::remove_dir(stage.path("E/empty")).unwrap()),
        1,
        "FILE MISSING",
        &["missing"],
    );
    expect(
        &after(|stage| drop(stage.write("E/photos/new.jpg", "x"))),
        1,
        "EXTRA FILE",
        &["unexpected"],
    );
    expect(
        &after(|stage| std::fs::create_dir(stage.path("E/more")).unwrap()),
        1,
        "EXTRA FILE",
        &["unexpected"],
    );
    let report = after(|stage| {
        std::fs::rename(stage.path("E/notes.txt"), stage.path("E/photos/renamed")).unwrap()
    });
    expect(&report, 1, "CHANGE FOUND", &["moved"]);
    assert!(
        report.finding("moved")["message"]
            .as_str()
            .unwrap()
            .ends_with("now at photos/renamed"),
        "{}",
        report.json
    );
    // A folder that was renamed is one change with what is in it, not a loss and a find.
    let report =
        after(|stage| std::fs::rename(stage.path("E/photos"), stage.path("E/pictures")).unwrap());
    expect(&report, 1, "CHANGE FOUND", &["moved", "moved", "moved"]);
}

#[test]
fn replaced_things_have_changed_their_type() {
    let replace = |make: &dyn Fn(&std::path::Path)| {
        after(|stage| {
            std::fs::remove_file(stage.path("E/notes.txt")).unwrap();
            make(&stage.path("E/notes.txt"));
        })
    };
    for make in [
        &|path: &std::path::Path| symlink("/etc/hostname", path).unwrap() as _,
        &|path: &std::path::Path| fifo(path),
        &|path: &std::path::Path| std::fs::create_dir(path).unwrap(),
    ] as [&dyn Fn(&std::path::Path); 3]
    {
        expect(&replace(make), 1, "CHANGE FOUND", &["type-changed"]);
    }
    let report = after(|stage| {
        std::fs::remove_file(stage.path("E/latest")).unwrap();
        symlink("notes.txt", stage.path("E/latest")).unwrap();
    });
    expect(&report, 1, "CHANGE FOUND", &["altered"]);
    let report = after(|stage| {
        std::fs::remove_file(stage.path("E/pipe")).unwrap();
        stage.write("E/pipe", "now a file");
    });
    expect(&report, 1, "CHANGE FOUND", &["type-changed"]);
    // A folder on the way replaced by a link to its own copy: what is behind the link is not looked at.
    let report = after(|stage| {
        std::fs::rename(stage.path("E/photos"), stage.path("elsewhere")).unwrap();
        symlink(stage.path("elsewhere"), stage.path("E/photos")).unwrap();
    });
    expect(
        &report,
        1,
        "CHANGE FOUND",
        &["type-changed", "missing", "missing"],
    );
}

#[test]
fn times_and_rights_alone_are_told_and_change_nothing() {
    let report = after(|stage| {
        let file = std::fs::File::options()
            .write(true)
            .open(stage.path("E/notes.txt"))
            .unwrap();
        file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1))
            .unwrap();
    });
    expect(&report, 0, "NO CHANGE FOUND", &["metadata-changed"]);
}

#[test]
fn one_part_can_be_checked_alone() {
    let stage = sealed();
    stage.flip("E/disk.dd", 0);
    let report = stage.verify("one", &["E", "--only", "photos"]);
    expect(&report, 3, "NO CHANGE FOUND", &["not-supplied"]);
    assert_eq!(report.json["evidence"]["files"], 2);
    assert_eq!(
        stage.verify("one", &["E", "--only", "*.dd"]).result(),
        "CHANGE FOUND"
    );
    let nothing = stage.run("one", &["verify", "E", "--only", "photo"]);
    assert_eq!(nothing.exit, 2);
    assert!(
        nothing.stderr.contains("no listed entry is named so"),
        "{}",
        nothing.stderr
    );
}

#[test]
fn without_evidence_only_the_record_is_checked() {
    let stage = sealed();
    let words = "RECORD CHECKED. THE EVIDENCE ITSELF WAS NOT CHECKED";
    expect(
        &stage.verify("one", &["E", "--record-only"]),
        3,
        words,
        &["not-supplied"],
    );
    std::fs::rename(stage.path("E"), stage.path("away")).unwrap();
    expect(
        &stage.verify("one", &["E.custody.json"]),
        3,
        words,
        &["not-supplied"],
    );
    expect(
        &stage.verify("one", &["E.custody.json", "away"]),
        0,
        "NO CHANGE FOUND",
        &[],
    );
    let nowhere = stage.run("one", &["verify", "E.custody.json", "nowhere"]);
    assert_eq!(nowhere.exit, 2);
    assert!(
        nowhere
            .stderr
            .contains("looking at nowhere: there is no such file"),
        "{}",
        nowhere.stderr
    );
}

#[test]
fn a_dishonest_seal_is_found_by_the_whole_hash() {
    // Pieces of one file, whole-file hash of another, both signed: the fast check cannot see it, the full one does.
    let stage = Stage::new();
    stage.write("disk.dd", vec![5; 2 << 20]);
    stage.must("one", &["seal", "disk.dd"]);
    let path = stage.path("disk.dd.custody.json");
    let honest = custody::record::bundle::Bundle::parse(&std::fs::read(&path).unwrap()).unwrap();
    let secret = only_key(&stage);
    let forged = forge(&honest, &secret);
    let mut text = String::new();
    forged.write(&mut text).unwrap();
    std::fs::write(&path, text).unwrap();
    assert_eq!(
        stage.verify("one", &["disk.dd"]).exit,
        0,
        "the pieces are those of the file"
    );
    expect(
        &stage.verify("one", &["disk.dd", "--full"]),
        1,
        "CHANGE FOUND",
        &["altered"],
    );
}

fn only_key(stage: &Stage) -> custody::evidence::key_file::SecretKey {
    let entries = std::fs::read_dir(stage.path("home-one/identities"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let path = entries
        .into_iter()
        .find(|path| path.extension().is_some_and(|extension| extension == "pem"))
        .unwrap();
    custody::evidence::key_file::SecretKey::load(&path, None).unwrap()
}

/// The same bundle, sealed again over another whole-file hash.
fn forge(
    honest: &custody::record::bundle::Bundle,
    secret: &custody::evidence::key_file::SecretKey,
) -> custody::record::bundle::Bundle {
    use custody::record::digest::Digest;
    use custody::record::entry::{Item, Kind};
    use custody::record::json::{Json, Object};
    use custody::record::link::{Link, Subject};
    let mut forged = honest.clone();
    if let Item::Entry(entry) = &mut forged.files[0]
        && let Kind::File(facts) = &mut entry.kind
    {
        facts.sha256 = Digest::of(b"another file");
    }
    let mut predicate = honest.chain[0].predicate().clone();
    let manifest = predicate
        .get("manifest")
        .unwrap()
        .as_object()
        .unwrap()
        .clone();
    predicate.set(
        "manifest",
        Json::Object(Object::with(
            manifest,
            "root",
            forged.files[0].leaf().to_json(),
        )),
    );
    let subject = Subject::new("disk.dd", Digest::of(b"another file"));
    forged.chain[0] = Link::sign(&subject, predicate, &[secret]).unwrap();
    forged
}

#[test]
fn a_sparse_image_is_the_same_whether_its_zeros_were_written_or_not() {
    use std::os::unix::fs::FileExt;
    let stage = Stage::new();
    let image = |name: &str, dense: bool| {
        let file = std::fs::File::create(stage.path(name)).unwrap();
        file.set_len((40 << 20) + 100).unwrap();
        if dense {
            file.write_all_at(&vec![0; (40 << 20) + 100], 0).unwrap();
        }
        file.write_all_at(b"data", 5 << 20).unwrap();
        file.write_all_at(&vec![7; 3 << 20], (20 << 20) + 12_345)
            .unwrap();
    };
    image("sparse.dd", false);
    image("dense.dd", true);
    stage.must("one", &["seal", "sparse.dd"]);
    for arguments in [
        &["sparse.dd.custody.json", "sparse.dd"][..],
        &["sparse.dd.custody.json", "dense.dd"],
    ] {
        for full in [&[][..], &["--full"]] {
            let report = stage.verify("one", &[arguments, full].concat());
            assert_eq!(
                (report.exit, report.changes()),
                (0, vec![]),
                "{arguments:?}"
            );
        }
    }
    // One byte in what was a hole.
    stage.flip("sparse.dd", 33 << 20);
    assert_eq!(
        stage.verify("one", &["sparse.dd"]).finding("altered")["pieces"],
        serde_json::json!([33])
    );
}

#[test]
fn every_kernel_gives_the_same_bundle() {
    let stage = Stage::new();
    stage.person("one");
    stage.write(
        "E/disk.dd",
        (0..5_000_000u32)
            .flat_map(u32::to_le_bytes)
            .collect::<Vec<u8>>(),
    );
    stage.write("E/small", "small");
    let digests = |kernel: &custody::evidence::kernels::Kernel| {
        let name = format!("{}.custody.json", kernel.name());
        let mut command = stage.command("one", &["seal", "E", "-o", &name]);
        let status = command
            .env("CUSTODY_KERNEL", kernel.name())
            .output()
            .unwrap()
            .status;
        assert!(status.success(), "{}", kernel.name());
        let bundle =
            custody::record::bundle::Bundle::parse(&std::fs::read(stage.path(&name)).unwrap())
                .unwrap();
        let files: Vec<_> = bundle
            .entries()
            .filter_map(|entry| entry.file().cloned())
            .collect();
        (files, bundle.pieces)
    };
    let all: Vec<_> = custody::evidence::kernels::Kernel::available()
        .iter()
        .map(digests)
        .collect();
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]));
    let unknown = stage
        .command("one", &["key", "list"])
        .env("CUSTODY_KERNEL", "abacus")
        .output()
        .unwrap();
    assert_eq!(unknown.status.code(), Some(2));
}

/// Its bundle is so large that the evidence is listed, and its files read, while the bundle still is.
#[test]
fn what_happened_to_many_files_is_told_one_by_one() {
    let stage = Stage::new();
    for number in 0..4_000 {
        stage.write(&format!("E/{}/{number}", number % 7), format!("{number}"));
    }
    stage.must("one", &["seal", "E"]);
    assert!(
        std::fs::metadata(stage.path("E.custody.json"))
            .unwrap()
            .len()
            > 1 << 20
    );
    let told_of = |report: &Report| {
        let findings = report.json["findings"].as_array().unwrap().iter();
        let told = findings.map(|finding| format!("{} {}", finding["code"], finding["path"]));
        told.filter(|told| told.contains('/')).collect::<Vec<_>>()
    };
    let report = stage.verify("one", &["E"]);
    assert_eq!((report.exit, told_of(&report)), (0, vec![]));
    stage.flip("E/0/0", 0);
    stage.flip("E/3/3993", 2);
    std::fs::remove_file(stage.path("E/1/1")).unwrap();
    std::fs::rename(stage.path("E/2/2"), stage.path("E/2/two")).unwrap();
    stage.write("E/5/new", "new");
    let report = stage.verify("one", &["E"]);
    let told = [
        "\"altered\" \"0/0\"",
        "\"altered\" \"3/3993\"",
        "\"metadata-changed\" \"0/0\"",
        "\"metadata-changed\" \"3/3993\"",
        "\"missing\" \"1/1\"",
        "\"moved\" \"2/2\"",
        "\"unexpected\" \"5/new\"",
    ];
    let mut found = told_of(&report);
    found.sort();
    assert_eq!(
        (report.exit, found),
        (1, told.map(str::to_owned).to_vec()),
        "{}",
        report.json
    );
    // Only what is named is looked at.
    let report = stage.verify("one", &["E", "--only", "5"]);
    assert_eq!(
        (report.exit, told_of(&report)),
        (3, vec![]),
        "{}",
        report.json
    );
}
