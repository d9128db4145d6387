//! A seal that is interrupted goes on from where it was, and gives what an uninterrupted one gives.

use std::os::unix::fs::FileExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::stage::{Outcome, Stage};

/// A disk of 4 GiB: data here and there, holes between.
fn disk(stage: &Stage) {
    let file = std::fs::File::create(stage.path("disk.dd")).unwrap();
    file.set_len(4 << 30).unwrap();
    let mut block = vec![0; 1 << 20];
    for number in 0..64u64 {
        for (place, byte) in block.iter_mut().enumerate() {
            *byte = (place as u64 * 31 + number * 7 + 1) as u8;
        }
        file.write_all_at(&block, number << 26).unwrap();
    }
}

/// Begins a seal, and sends it a signal as soon as it has kept how far it is, or a little later.
fn interrupt(stage: &Stage, also: &[&str], signal: Signal, later: Duration) -> Option<Outcome> {
    let arguments = [&["seal", "disk.dd", "--case", "1", "--exhibit", "E"], also].concat();
    let size = || {
        let partial = stage.path("disk.dd.custody.partial");
        partial.metadata().map_or(0, |facts| facts.len())
    };
    let before = size();
    let mut child: Child = stage
        .command("kaya", &arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while size() == before && begun.elapsed() < Duration::from_secs(60) {
        if child.try_wait().unwrap().is_some() {
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(later);
    kill_process(Pid::from_child(&child), signal).unwrap();
    let outcome = Outcome::of(&child.wait_with_output().unwrap());
    (outcome.exit != 0).then_some(outcome)
}

/// What the bundle says of the disk, but for what chance gave.
fn sealed(stage: &Stage) -> (Value, Value) {
    let text = std::fs::read(stage.path("disk.dd.custody.json")).unwrap();
    let mut bundle: Value = serde_json::from_slice(&text).unwrap();
    bundle["files"][0].as_object_mut().unwrap().remove("salt");
    (bundle["files"].take(), bundle["pieces"].take())
}

#[test]
fn ten_kills_change_nothing() {
    let stage = Stage::new();
    stage.people(&["kaya"]);
    disk(&stage);
    let also = ["--also", "sha1"];
    let mut went_on = 0;
    let mut chance = 0x9E37_79B9u32;
    for _ in 0..10 {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let later = Duration::from_millis(u64::from(chance >> 22));
        let Some(killed) = interrupt(&stage, &also, Signal::KILL, later) else {
            break;
        };
        if stage.path("disk.dd.custody.json").exists() {
            // It was killed between its last write and its end: that seal is made.
            break;
        }
        went_on += usize::from(killed.stderr.contains("going on from there"));
    }
    assert!(went_on > 0, "no seal went on from where another was");
    if !stage.path("disk.dd.custody.json").exists() {
        let last = stage.must(
            "kaya",
            &[
                "seal",
                "disk.dd",
                "--case",
                "1",
                "--exhibit",
                "E",
                "--also",
                "sha1",
            ],
        );
        assert!(
            last.stderr.contains("going on from there"),
            "{}",
            last.stderr
        );
    }
    assert!(!stage.path("disk.dd.custody.partial").exists());
    let resumed = sealed(&stage);
    std::fs::remove_file(stage.path("disk.dd.custody.json")).unwrap();
    stage.must(
        "kaya",
        &[
            "seal",
            "disk.dd",
            "--case",
            "1",
            "--exhibit",
            "E",
            "--also",
            "sha1",
        ],
    );
    assert_eq!(resumed, sealed(&stage));
}

#[test]
fn ctrl_c_says_how_to_go_on_and_another_file_begins_anew() {
    let stage = Stage::new();
    stage.people(&["kaya"]);
    disk(&stage);
    let stopped = interrupt(&stage, &[], Signal::INT, Duration::ZERO).unwrap();
    assert_eq!(stopped.exit, 2, "{}", stopped.all());
    assert!(
        stopped
            .stderr
            .contains("interrupted; no bundle was written")
    );
    assert!(stopped.stderr.contains("give the same command again"));
    let partial = stage.path("disk.dd.custody.partial");
    assert!(partial.exists());
    // Whoever checks it too early is told what is missing.
    let early = stage.run("kaya", &["verify", "disk.dd"]);
    assert_eq!(early.exit, 2);
    assert!(
        early
            .stderr
            .contains("there is no bundle disk.dd.custody.json")
            && early.stderr.contains("a seal of it was interrupted"),
        "{}",
        early.stderr
    );
    // Other digests than before: nothing was kept for them.
    let other = interrupt(&stage, &["--also", "md5"], Signal::INT, Duration::ZERO).unwrap();
    assert!(!other.stderr.contains("going on"), "{}", other.stderr);
    // Another home does not take another's word, whoever put it there.
    stage.people(&["brandt"]);
    let kept = std::fs::read(&partial).unwrap();
    stage.write("small.dd", "small");
    std::fs::copy(&partial, stage.path("small.dd.custody.partial")).unwrap();
    let outcome = stage.must(
        "brandt",
        &["seal", "small.dd", "--case", "1", "--exhibit", "E"],
    );
    assert!(outcome.stderr.contains("begins anew"), "{}", outcome.stderr);
    assert!(!stage.path("small.dd.custody.partial").exists());
    assert_eq!(std::fs::read(&partial).unwrap(), kept);
    // The image was written to in between, and its times put back: its change time tells.
    let file = std::fs::File::options()
        .write(true)
        .open(stage.path("disk.dd"))
        .unwrap();
    let times = file.metadata().unwrap();
    file.write_all_at(b"x", 3 << 30).unwrap();
    file.set_modified(times.modified().unwrap()).unwrap();
    drop(file);
    let anew = stage.must(
        "kaya",
        &["seal", "disk.dd", "--case", "1", "--exhibit", "E"],
    );
    assert!(!anew.stderr.contains("going on"), "{}", anew.stderr);
    assert!(anew.stderr.contains("was not used"), "{}", anew.stderr);
    assert_eq!(stage.verify("kaya", &["disk.dd"]).exit, 0);
}

#[test]
fn what_stands_in_the_place_is_not_lost() {
    let stage = Stage::new();
    stage.people(&["kaya"]);
    stage.write("disk.dd", "evidence");
    stage.write("disk.dd.custody.partial", "my own notes");
    let refused = stage.run(
        "kaya",
        &["seal", "disk.dd", "--case", "1", "--exhibit", "E"],
    );
    assert_eq!(refused.exit, 2);
    assert!(
        refused
            .stderr
            .contains("is not what an interrupted seal leaves")
    );
    assert_eq!(
        std::fs::read(stage.path("disk.dd.custody.partial")).unwrap(),
        b"my own notes"
    );
}
