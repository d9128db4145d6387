//! Sizes: what is large works in little memory, what is too large ends in an error.

use std::io::Write;
use std::process::Stdio;

use custody::audit::chain::{VerifiedChain, judge};
use custody::audit::inventory::{Found, FoundFile, FoundKind, Inventory};
use custody::audit::sealing::Sealing;
use custody::audit::trust::Trust;
use custody::record::bundle::Bundle;
use custody::record::digest::{Digest, Salt};
use custody::record::event::Party;
use custody::record::json::{Json, Object};
use custody::record::key::{KeyRecord, Signer};
use custody::record::link::Link;
use custody::record::path::PathText;
use custody::record::time::Timestamp;

use crate::example;
use crate::stage::{Outcome, Stage};

/// Runs the program and watches the peak of its memory, in MiB.
fn run_watched(stage: &Stage, arguments: &[&str]) -> (Outcome, u64) {
    let child = stage
        .command("one", arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    let watcher = std::thread::spawn(move || {
        let mut peak = 0;
        while receiver.recv_timeout(std::time::Duration::from_millis(5))
            == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
        {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            peak = line
                .and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
                .unwrap_or(peak)
                .max(peak);
        }
        peak
    });
    let outcome = Outcome::of(&child.wait_with_output().unwrap());
    drop(sender);
    (outcome, watcher.join().unwrap() / 1024)
}

#[test]
fn ten_gigabytes_of_holes_are_sealed_in_little_memory() {
    let stage = Stage::new();
    stage.person("one");
    std::fs::File::create(stage.path("disk.dd"))
        .unwrap()
        .set_len(10 << 30)
        .unwrap();
    let (outcome, peak) = run_watched(&stage, &["seal", "disk.dd"]);
    assert_eq!(outcome.exit, 0, "{}", outcome.all());
    assert!((1..64).contains(&peak), "the peak was {peak} MiB");
}

fn party(number: u32) -> Party {
    let name = format!("Person {number}");
    Party {
        name,
        agency: "Agency".into(),
        role: "role".into(),
        key: Some(example::key(number).public_key().id()),
    }
}

fn at(seconds: usize) -> Timestamp {
    let (hours, rest) = (seconds / 3600, seconds % 3600);
    Timestamp::parse(&format!(
        "2026-11-03T{hours:02}:{:02}:{:02}Z",
        rest / 60,
        rest % 60
    ))
    .unwrap()
}

/// A sealed exhibit of so many small files.
fn sealed(entries: usize) -> Bundle {
    let found = (0..entries).map(|number| Found {
        path: PathText::from_raw(format!("folder/file-{number:07}.txt").as_bytes()).unwrap(),
        kind: FoundKind::File(Box::new(FoundFile {
            bytes: 1,
            sha256: Some(Digest::of(b"x")),
            ..FoundFile::default()
        })),
    });
    let sealing = Sealing {
        by: party(1),
        at: at(0),
        case: "1".into(),
        exhibit: "E".into(),
        fields: Object::new(),
        listing_salt: Some(Digest::of(b"salt").to_string()),
        salts: &mut |entry| Salt(example::salt(entry.path.as_str().as_bytes())),
    };
    sealing
        .seal(
            &Inventory {
                found: found.collect(),
            },
            &[&example::key(1)],
        )
        .unwrap()
}

/// Adds links without judging the whole chain at each.
fn extend(chain: VerifiedChain, links: usize) -> Bundle {
    let key = example::key(1);
    let mut bundle = chain.bundle().clone();
    for number in 1..links {
        let card = bundle.card();
        let predicate = chain.next(
            "examine",
            &party(1),
            at(number),
            &Object::new().with("reason", Json::text("routine")),
        );
        let place = Object::new()
            .with("seq", Json::Integer(number as u64))
            .with("prev", card.head.to_json());
        let predicate = predicate.with(
            "chain",
            Json::Object(place.with("seal", card.seal.to_json())),
        );
        bundle
            .chain
            .push(Link::sign(bundle.chain[0].subject(), predicate, &[&key]).unwrap());
    }
    bundle
}

#[test]
fn many_links_and_entries_verify_in_little_memory() {
    let stage = Stage::new();
    let bundle = extend(
        judge(sealed(100_000), &Trust::default(), &[])
            .verified()
            .unwrap(),
        10_000,
    );
    let mut text = String::new();
    bundle.write(&mut text).unwrap();
    stage.write("E.custody.json", &text);
    drop((bundle, text));
    let key = example::key(1).public_key().id().to_string();
    let (outcome, peak) = run_watched(
        &stage,
        &[
            "verify",
            "E.custody.json",
            "--record-only",
            "--trust",
            &key,
            "--json",
        ],
    );
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(
        (outcome.exit, &report["links"]),
        (3, &10_000.into()),
        "{}",
        outcome.stderr
    );
    assert_eq!(
        report["findings"].as_array().unwrap().len(),
        1,
        "nothing but that the evidence was not supplied"
    );
    assert!((1..400).contains(&peak), "the peak was {peak} MiB");
}

#[test]
fn one_link_or_entry_too_many_is_refused() {
    let bundle = judge(sealed(1), &Trust::default(), &[]).verified().unwrap();
    let mut too_long = extend(bundle, 2);
    let link = too_long.chain[1].clone();
    too_long.chain.resize(10_001, link);
    let mut text = String::new();
    too_long.write(&mut text).unwrap();
    assert!(
        Bundle::parse(text.as_bytes())
            .unwrap_err()
            .problem
            .contains("more than 10000 items")
    );
    too_long.chain.truncate(2);
    too_long.keys = vec![KeyRecord::of(example::key(1).public_key()); 2];
    text.clear();
    too_long.write(&mut text).unwrap();
    assert!(
        Bundle::parse(text.as_bytes())
            .unwrap_err()
            .problem
            .contains("ascending")
    );
}

#[test]
fn huge_and_deep_files_end_in_an_error() {
    let stage = Stage::new();
    let refused = |name: &str, phrase: &str| {
        let (outcome, peak) = run_watched(&stage, &["verify", name]);
        assert_eq!(outcome.exit, 2, "{name}");
        assert!(
            outcome.stderr.contains(phrase),
            "{name}: {}",
            outcome.stderr
        );
        peak
    };
    stage.write("deep.custody.json", "[".repeat(200_000));
    refused("deep.custody.json", "an object must stand here");
    stage.write(
        "deeper.custody.json",
        format!("{{\"x\":{}", "[".repeat(200_000)),
    );
    refused("deeper.custody.json", "within one another");
    let mut file =
        std::io::BufWriter::new(std::fs::File::create(stage.path("large.custody.json")).unwrap());
    file.write_all(b"{\"x\":[").unwrap();
    for _ in 0..(300 << 20) / 16 {
        file.write_all(b"0,0,0,0,0,0,0,0,").unwrap();
    }
    drop(file);
    refused("large.custody.json", "too many values");
    let mut file =
        std::io::BufWriter::new(std::fs::File::create(stage.path("text.custody.json")).unwrap());
    file.write_all(b"{\"x\":\"").unwrap();
    for _ in 0..300 << 10 {
        file.write_all(&[b'a'; 1024]).unwrap();
    }
    drop(file);
    refused("text.custody.json", "a text does not end");
    std::fs::File::create(stage.path("zero.custody.json"))
        .unwrap()
        .set_len(300 << 20)
        .unwrap();
    refused("zero.custody.json", "an object must stand here");
    std::fs::File::create(stage.path("giant.custody.json"))
        .unwrap()
        .set_len((1 << 30) + 1)
        .unwrap();
    refused("giant.custody.json", "larger than 1 GiB");
}

/// Takes a file's bytes out of memory: whoever reads it next waits for the disk.
fn forget(path: &std::path::Path) {
    let file = std::fs::File::open(path).unwrap();
    file.sync_all().unwrap();
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).unwrap();
}

/// Runs the program with such a limit of open files, where the files are not in memory.
fn run_limited(stage: &Stage, limit: &str, files: &[std::path::PathBuf], arguments: &[&str]) {
    files.iter().for_each(|path| forget(path));
    let plain = stage.command("one", arguments);
    let mut command = std::process::Command::new("bash");
    command
        .args(["-c", "ulimit $0 && exec \"$@\"", limit])
        .arg(plain.get_program())
        .args(plain.get_args())
        .current_dir(plain.get_current_dir().unwrap());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let outcome = Outcome::of(&command.output().unwrap());
    assert_eq!(outcome.exit, 0, "{limit}: {}", outcome.all());
}

fn small_files(stage: &Stage, folder: &str, count: usize) -> Vec<std::path::PathBuf> {
    let one = |number: usize| {
        let name = format!("{folder}/{}/{number}.bin", number / 100);
        stage.write(&name, number.to_string().repeat(number % 4000))
    };
    (0..count).map(one).collect()
}

#[test]
fn few_open_files_are_enough_for_many_small_ones() {
    let stage = Stage::new();
    stage.person("one");
    let files = small_files(&stage, "exhibit", 3000);
    stage.must("one", &["seal", "exhibit"]);
    for limit in ["-n 40", "-n 64", "-n 256"] {
        run_limited(&stage, limit, &files, &["verify", "exhibit.custody.json"]);
    }
}

#[test]
fn many_parts_leave_enough_open_files_for_small_ones() {
    let stage = Stage::new();
    stage.person("one");
    let parts: Vec<String> = (0..420).map(|number| format!("part-{number}")).collect();
    for part in &parts {
        stage.write(&format!("{part}/file"), part);
    }
    let files = small_files(&stage, "rest", 2000);
    // The second limit may be raised, and is.
    for (bundle, limit) in [("hard.json", "-n 512"), ("soft.json", "-Sn 64")] {
        let seal = ["seal", "-o", bundle].into_iter();
        let parts = parts.iter().map(String::as_str);
        // By then the folders of all other parts are open.
        let seal: Vec<&str> = seal.chain(parts).chain(["rest"]).collect();
        run_limited(&stage, limit, &files, &seal);
    }
}
