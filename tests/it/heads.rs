//! What a machine has seen: an older copy is noticed, a second chain is refused, and two copies are held against each
//! other or joined.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use base64ct::Encoding;
use custody::audit::chain::{VerifiedChain, judge};
use custody::audit::merging::merge;
use custody::audit::relation::{Relation, relation};
use custody::audit::trust::Trust;
use custody::record::bundle::Bundle;
use custody::record::digest::Digest;
use custody::record::json::Object;
use custody::record::time_token::TimeToken;
use proptest::prelude::*;
use serde_json::Value;

use crate::authority::Authority;
use crate::stage::{Outcome, Stage, has_tool};

/// An exhibit that anna sealed, examined and examined again; `one`, `two` and `three` are copies after each event.
fn grown() -> Stage {
    let stage = Stage::new();
    stage.people(&["anna", "boris", "clara"]);
    stage.write("f", "text");
    stage.must("anna", &["seal", "f", "--case", "7", "--exhibit", "E"]);
    stage.keep("one");
    examine(&stage, "f");
    stage.keep("two");
    examine(&stage, "f");
    stage.keep("three");
    stage
}

fn examine(stage: &Stage, bundle: &str) {
    stage.must("anna", &["record", bundle, "examine", "--reason", "x"]);
}

fn release(stage: &Stage, bundle: &str, to: &str) -> Outcome {
    let to = format!("{to}.identity.json");
    stage.run("anna", &["release", bundle, "--to", &to, "--reason", "x"])
}

impl Stage {
    /// Keeps a copy of the bundle of `f` as it is now.
    fn keep(&self, name: &str) {
        fs::copy(self.path("f.custody.json"), self.path(name)).unwrap();
    }

    /// Puts a copy in the place of the bundle of `f`.
    fn put(&self, name: &str) {
        fs::copy(self.path(name), self.path("f.custody.json")).unwrap();
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    fn card(&self, name: &str) -> String {
        let bundle = Bundle::parse(&self.bytes(name)).unwrap();
        bundle.card().to_string()
    }

    /// What a person's machine keeps of the exhibit.
    fn memory(&self, person: &str) -> PathBuf {
        let bundle = Bundle::parse(&self.bytes("one")).unwrap();
        let seal = bundle.card().seal;
        self.path(&format!("home-{person}/heads/{seal}.chain"))
    }

    fn compare(&self, arguments: &[&str]) -> (i32, Value) {
        let outcome = self.run("judge", &[&["compare", "--json"], arguments].concat());
        let json =
            serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{}", outcome.all()));
        (outcome.exit, json)
    }
}

/// The requirement, word for word: cut, alone; with the card; on a machine that saw the whole.
#[test]
fn a_cut_tail_is_told_with_its_number() {
    let stage = grown();
    let whole = stage.card("three");
    stage.put("one");
    let alone = stage.verify("stranger", &["f"]);
    assert_eq!((alone.exit, alone.codes()), (3, vec!["signer-unknown"]));
    let with_card = stage.verify("other", &["f", "--expect-head", &whole]);
    assert_eq!(with_card.exit, 1);
    assert_eq!(with_card.finding("head-unknown")["missing"], 2);
    let said = with_card.finding("head-unknown")["message"]
        .as_str()
        .unwrap();
    assert!(said.contains("2 later events are missing"), "{said}");
    let seen = stage.verify("anna", &["f"]);
    assert_eq!((seen.exit, seen.codes()), (1, vec!["rolled-back"]));
    assert_eq!(seen.finding("rolled-back")["missing"], 2);
    let said = seen.finding("rolled-back")["message"].as_str().unwrap();
    assert!(
        said.contains("ends 2 events earlier")
            && said.contains("no. 2 of ")
            && said.contains("examine by anna (Test Agency)"),
        "{said}"
    );
    // A page says that it is an older copy, and does not say that anything in it was changed.
    let card = ["summary", "f", "--expect-head", whole.as_str()];
    for (home, arguments) in [("anna", &card[..2]), ("other", &card)] {
        let page = stage.run(home, arguments);
        assert_eq!(page.exit, 1);
        let says = |words: &str| page.stdout.contains(words);
        assert!(
            says("This copy is older than one that is known"),
            "{}",
            page.stdout
        );
        assert!(says("This copy ends before events"), "{}", page.stdout);
        assert!(!says("were changed"), "{}", page.stdout);
    }
    let log = stage.run("anna", &["log", "f"]);
    assert_eq!(log.exit, 1);
    assert!(log.stdout.contains("[rolled-back]"), "{}", log.stdout);
    // A machine that saw it once is enough: who only looked remembers, too.
    stage.put("three");
    for command in ["verify", "summary", "log"] {
        stage.run(command, &[command, "f"]);
    }
    stage.put("two");
    for command in ["verify", "summary", "log"] {
        assert_eq!(stage.run(command, &["verify", "f"]).exit, 1, "{command}");
    }
    stage.put("three");
    assert_eq!(stage.verify("anna", &["f"]).exit, 0);
}

#[test]
fn nothing_is_added_to_an_older_copy() {
    let stage = grown();
    release(&stage, "f", "boris");
    stage.keep("released");
    stage.must("boris", &["receive", "f"]);
    stage.keep("received");
    // What would hand the exhibit over twice.
    stage.must("anna", &["verify", "f"]);
    for (copy, person, arguments) in [
        (
            "three",
            "anna",
            &[
                "release",
                "f",
                "--to",
                "clara.identity.json",
                "--reason",
                "x",
            ][..],
        ),
        (
            "three",
            "anna",
            &["record", "f", "examine", "--reason", "x"],
        ),
        ("three", "anna", &["record", "f", "return", "--reason", "x"]),
        ("released", "anna", &["withdraw", "f", "--reason", "x"]),
        ("released", "boris", &["receive", "f"]),
        ("released", "boris", &["receive", "f", "--refuse"]),
        ("released", "boris", &["card", "f"]),
    ] {
        stage.put(copy);
        let outcome = stage.run(person, arguments);
        assert_eq!(outcome.exit, 2, "{arguments:?}: {}", outcome.all());
        assert!(
            outcome
                .stderr
                .contains("nothing can be added to this copy: this is an older copy")
                && outcome.stderr.contains("custody merge"),
            "{}",
            outcome.stderr
        );
        assert_eq!(
            stage.bytes("f.custody.json"),
            stage.bytes(copy),
            "{arguments:?}"
        );
    }
    let merged = stage.must("anna", &["merge", "f", "received"]);
    assert!(
        merged
            .stdout
            .starts_with("MERGED. 1 event and 0 time stamps"),
        "{}",
        merged.stdout
    );
    assert_eq!(stage.bytes("f.custody.json"), stage.bytes("received"));
    assert_eq!(stage.verify("anna", &["f"]).exit, 0);
}

#[test]
fn two_releases_of_one_exhibit_are_a_fork_with_its_proof() {
    let stage = grown();
    // The same key on two machines, neither of which knows of the other.
    for folder in ["identities", "known"] {
        let to = stage.path(&format!("home-second/{folder}"));
        fs::create_dir_all(&to).unwrap();
        for file in fs::read_dir(stage.path(&format!("home-anna/{folder}"))).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    assert_eq!(release(&stage, "f", "boris").exit, 0);
    stage.keep("to-boris");
    stage.put("three");
    stage.must(
        "second",
        &[
            "release",
            "f",
            "--to",
            "clara.identity.json",
            "--reason",
            "x",
        ],
    );
    stage.keep("to-clara");
    let report = stage.verify("anna", &["f"]);
    assert_eq!(
        (report.exit, report.codes()),
        (1, vec!["forked", "in-transit"])
    );
    let forked = report.finding("forked");
    assert_eq!(forked["link"], 3);
    let links: Vec<&str> = (0..2)
        .map(|at| forked["proof"][at]["link"].as_str().unwrap())
        .collect();
    for (at, copy) in ["f.custody.json", "to-boris"].iter().enumerate() {
        let proof = &forked["proof"][at];
        let bundle = Bundle::parse(&stage.bytes(copy)).unwrap();
        assert_eq!(proof["hash"], bundle.card().head.to_string());
        assert_eq!(proof["hash"], Digest::of(links[at].as_bytes()).to_string());
        assert_eq!(
            (&proof["action"], &proof["by"]),
            (&"release".into(), &"anna".into())
        );
        assert_eq!(proof["keys"][0], proof_key(&bundle));
    }
    let page = stage.run("anna", &["verify", "f"]).stdout;
    for words in [
        "event no. 3: two different entries were signed under this number",
        "In this bundle:",
        "In the copy this machine has seen before:",
        "to           clara (Test Agency)",
        "to           boris (Test Agency)",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let more = stage.run("anna", &["withdraw", "f", "--reason", "x"]);
    assert_eq!(more.exit, 2);
    assert!(
        more.stderr.contains("event no. 3: two different entries"),
        "{}",
        more.stderr
    );
    // What was seen first stays what was seen.
    stage.put("to-boris");
    assert_eq!(stage.verify("anna", &["f"]).codes(), ["in-transit"]);
    // Behind the fork, and shorter than what was seen: both are said.
    stage.must("boris", &["receive", "f"]);
    stage.must("anna", &["verify", "f"]);
    stage.put("to-clara");
    let report = stage.verify("anna", &["f"]);
    assert_eq!(
        (report.exit, report.codes()),
        (1, vec!["rolled-back", "forked", "in-transit"])
    );
    // Compared and merged, the two give the same proof, and nothing is written.
    fs::rename(stage.path("to-boris"), stage.path("b")).unwrap();
    let (exit, json) = stage.compare(&["to-clara", "b"]);
    assert_eq!(
        (exit, &json["relation"], &json["at"]),
        (1, &"forked".into(), &3.into())
    );
    assert_eq!(json["proof"], *forked.get("proof").unwrap());
    let merged = stage.run("second", &["merge", "to-clara", "b"]);
    assert_eq!(merged.exit, 1, "{}", merged.all());
    assert!(
        merged
            .stdout
            .starts_with("NOTHING WAS TAKEN.\nFORKED AT 3.")
            && merged.stdout.contains("In b:"),
        "{}",
        merged.stdout
    );
    assert_eq!(stage.bytes("to-clara"), stage.bytes("f.custody.json"));
    // What one machine knows keeps it from following the other branch.
    let merged = stage.run("anna", &["merge", "three", "to-clara"]);
    assert_eq!(merged.exit, 2, "{}", merged.all());
    assert!(
        merged.stderr.contains("event no. 3: two different entries"),
        "{}",
        merged.stderr
    );
}

fn proof_key(bundle: &Bundle) -> Value {
    let link = &bundle.chain[bundle.chain.len() - 1];
    link.signatures()[0].keyid.to_string().into()
}

/// Whoever seals the same things anew makes another seal, which no memory of the first one can know.
#[test]
fn a_seal_by_a_stranger_is_another_seal() {
    let stage = grown();
    let card = stage.card("one");
    stage.must(
        "mallory",
        &[
            "seal",
            "f",
            "--case",
            "7",
            "--exhibit",
            "E",
            "-o",
            "m.custody.json",
        ],
    );
    let (exit, json) = stage.compare(&["three", "m.custody.json"]);
    assert_eq!((exit, &json["relation"]), (1, &"two-seals".into()));
    let page = stage.run("anna", &["compare", "three", "m.custody.json"]);
    assert!(
        page.stdout.starts_with("TWO DIFFERENT SEALS."),
        "{}",
        page.stdout
    );
    assert_eq!(
        stage
            .run("anna", &["merge", "three", "m.custody.json"])
            .exit,
        1
    );
    stage.put("m.custody.json");
    let report = stage.verify("anna", &["f"]);
    assert_eq!((report.exit, report.codes()), (3, vec!["signer-unknown"]));
    let report = stage.verify("anna", &["f", "--expect-head", &card]);
    assert_eq!(report.codes(), ["head-unknown", "signer-unknown"]);
}

/// An act `verify` is open to any key: who puts one behind a copy makes the right chain look like an older one.
#[test]
fn an_entry_of_a_stranger_is_an_alarm_with_a_name() {
    let stage = grown();
    stage.must(
        "mallory",
        &["key", "new", "--name", "mallory", "--no-passphrase"],
    );
    stage.must("mallory", &["record", "three", "verify", "--reason", "x"]);
    let report = stage.verify("anna", &["--record-only", "three"]);
    assert_eq!(report.codes(), ["signer-unknown", "not-supplied"]);
    let report = stage.verify("anna", &["f"]);
    let said = report.finding("rolled-back")["message"].as_str().unwrap();
    assert!(
        said.contains("no. 3 of ") && said.contains("verify by mallory"),
        "{said}"
    );
    assert_eq!(release(&stage, "f", "boris").exit, 2);
    fs::remove_file(stage.memory("anna")).unwrap();
    assert_eq!(release(&stage, "f", "boris").exit, 0);
}

#[test]
fn of_eight_copies_at_once_one_is_released() {
    let stage = grown();
    let copies: Vec<String> = (0..8).map(|number| format!("copy-{number}")).collect();
    copies.iter().for_each(|copy| stage.keep(copy));
    let children: Vec<_> = copies
        .iter()
        .enumerate()
        .map(|(number, copy)| {
            let to = ["boris.identity.json", "clara.identity.json"][number % 2];
            let arguments = ["release", copy, "--to", to, "--reason", copy];
            let mut command = stage.command("anna", &arguments);
            command.stdout(std::process::Stdio::null());
            command
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut released = 0;
    for child in children {
        let outcome = Outcome::of(&child.wait_with_output().unwrap());
        match outcome.exit {
            0 => released += 1,
            _ => assert!(
                outcome.stderr.contains("this is an older copy"),
                "{}",
                outcome.stderr
            ),
        }
    }
    assert_eq!(released, 1);
}

#[test]
fn programs_that_look_at_once_remember_the_longest() {
    let stage = grown();
    fs::remove_file(stage.memory("anna")).unwrap();
    for _ in 0..5 {
        let children: Vec<_> = ["one", "two", "three", "one", "two", "three"]
            .iter()
            .map(|copy| {
                let mut command = stage.command("reader", &["verify", "-q", "--record-only", copy]);
                command.stdout(std::process::Stdio::null()).spawn().unwrap()
            })
            .collect();
        for child in children {
            child.wait_with_output().unwrap();
        }
        let text = fs::read_to_string(stage.memory("reader")).unwrap();
        assert_eq!(text.lines().next(), Some(stage.card("three").as_str()));
        fs::remove_file(stage.memory("reader")).unwrap();
    }
}

#[test]
fn what_is_remembered_is_for_the_owner_alone_and_has_no_names_of_evidence() {
    let stage = grown();
    let memory = stage.memory("anna");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&memory), mode(memory.parent().unwrap())),
        (0o600, 0o700)
    );
    let text = fs::read_to_string(&memory).unwrap();
    let (card, record) = text.split_once('\n').unwrap();
    assert_eq!(card, stage.card("three"));
    let record = Bundle::parse(record.as_bytes()).unwrap();
    assert!(record.files.is_empty() && !record.reformatted);
    // What does not check is not remembered, and what was not asked to be read is not written.
    let before = fs::read(&memory).unwrap();
    let broken = String::from_utf8(stage.bytes("three"))
        .unwrap()
        .replace("\"x\"", "\"y\"");
    stage.write("broken", broken);
    assert_eq!(stage.run("reader", &["verify", "broken"]).exit, 1);
    assert!(!stage.memory("reader").exists());
    assert_eq!(stage.run("anna", &["verify", "broken"]).exit, 1);
    assert_eq!(fs::read(&memory).unwrap(), before);
    // A list of files that was changed says nothing against the links.
    let three = String::from_utf8(stage.bytes("three")).unwrap();
    let (chain, files) = three.split_once("\"files\": [").unwrap();
    let files = files.replace("\"bytes\": 4,", "\"bytes\": 5,");
    let listed = format!("{chain}\"files\": [{files}");
    stage.write("listed", listed);
    stage.run("clerk", &["verify", "--record-only", "listed"]);
    assert_eq!(
        stage
            .verify("clerk", &["--record-only", "two"])
            .finding("rolled-back")["missing"],
        1
    );
}

#[test]
fn a_home_that_cannot_be_written_changes_no_verdict() {
    let stage = grown();
    for name in ["g", "h"] {
        stage.write(name, "text");
        stage.must("anna", &["seal", name, "--case", "7"]);
    }
    let outcome = stage.run(
        "x",
        &[
            "--home",
            "/proc",
            "verify",
            "f",
            "g.custody.json",
            "h.custody.json",
        ],
    );
    assert_eq!(outcome.exit, 3, "{}", outcome.all());
    assert_eq!(
        outcome.stderr.matches("does not remember").count(),
        1,
        "{}",
        outcome.stderr
    );
    let quiet = stage.run("x", &["--home", "/proc", "verify", "-q", "f"]);
    assert_eq!((quiet.exit, quiet.stderr.as_str()), (3, ""));
}

#[test]
fn a_damaged_memory_is_named_and_nothing_is_signed_meanwhile() {
    let stage = grown();
    let memory = stage.memory("anna");
    let good = fs::read_to_string(&memory).unwrap();
    let other = stage
        .card("three")
        .replacen("custody:v1:", "custody:v1:0", 1);
    let foreign = format!("{}\n", &other.replacen(":2:", "!", 1).replace('!', ":2:"));
    for (text, problem) in [
        ("custody:v1:\n".to_owned(), "its first line is no head card"),
        ("\u{0}".repeat(5000), "its first line is no head card"),
        (
            good.trim_end().replacen('\n', "", 1),
            "its first line is no head card",
        ),
        (foreign, "its first line is no head card"),
        (
            stage
                .card("three")
                .replace(&stage.card("one")[11..75], &"0".repeat(64))
                + "\n",
            "it is of another seal",
        ),
    ] {
        fs::write(&memory, &text).unwrap();
        let outcome = stage.run("anna", &["verify", "-q", "f"]);
        assert_eq!(outcome.exit, 0, "{}", outcome.all());
        assert!(
            outcome.stderr.contains(problem)
                && outcome
                    .stderr
                    .contains("hint: compare the bundle with a card"),
            "{problem}: {}",
            outcome.stderr
        );
        let outcome = release(&stage, "f", "boris");
        assert_eq!(outcome.exit, 2, "{}", outcome.all());
        assert!(
            outcome
                .stderr
                .contains(&format!("error: cannot use {}", memory.display())),
            "{}",
            outcome.stderr
        );
        assert_eq!(
            fs::read_to_string(&memory).unwrap(),
            text,
            "it stays as it was"
        );
    }
    // The card is there, and its links are not: how much is missing is still told.
    for text in [
        stage.card("three") + "\n",
        good[..good.len() / 2].to_owned(),
        good.replace("\"x\"", "\"y\""),
    ] {
        fs::write(&memory, text).unwrap();
        let outcome = stage.run("anna", &["verify", "--json", "one"]);
        assert!(
            outcome.stderr.contains("its links do not check"),
            "{}",
            outcome.stderr
        );
        let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(
            (outcome.exit, &report["findings"][0]["missing"]),
            (1, &2.into())
        );
        assert_eq!(stage.verify("anna", &["f"]).exit, 0);
    }
    // Things that are no files; and an empty file, as a power cut may leave it.
    fs::remove_file(&memory).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &memory).unwrap();
    assert!(
        stage
            .run("anna", &["verify", "f"])
            .stderr
            .contains("it is a symbolic link")
    );
    fs::remove_file(&memory).unwrap();
    fs::create_dir(&memory).unwrap();
    assert!(
        stage
            .run("anna", &["verify", "f"])
            .stderr
            .contains("it is a folder, not a file")
    );
    fs::remove_dir(&memory).unwrap();
    // An empty one, as a power cut may leave it, is no memory that says nothing: it is damaged.
    fs::write(&memory, "").unwrap();
    assert!(
        stage
            .run("anna", &["verify", "-q", "f"])
            .stderr
            .contains("it is empty")
    );
    assert_eq!(fs::read_to_string(&memory).unwrap(), "");
    // Whoever takes it away has no memory, and a new one.
    fs::remove_file(&memory).unwrap();
    assert_eq!(stage.verify("anna", &["one"]).codes(), ["not-supplied"]);
    stage.must("anna", &["verify", "f"]);
    assert_eq!(fs::read_to_string(&memory).unwrap(), good);
}

/// Changes a copy by other means than the program's.
fn edit(stage: &Stage, name: &str, change: impl FnOnce(&mut Bundle)) {
    let mut bundle = Bundle::parse(&stage.bytes(name)).unwrap();
    change(&mut bundle);
    let mut text = String::new();
    bundle.write(&mut text).unwrap();
    stage.write(name, text);
}

/// An authority for all tests here, and the tokens it gave: one for each hash and number.
type Given = (Authority, HashMap<(Digest, u8), String>);

fn stamp(bundle: &Bundle, link: usize, number: u8) -> TimeToken {
    static GIVEN: Mutex<Option<Given>> = Mutex::new(None);
    let link = bundle.chain[link].hash();
    let mut given = GIVEN.lock().unwrap();
    let (authority, tokens) = given.get_or_insert_with(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("merging");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let authority = Authority::new(&folder);
        authority.root("root", "P-256");
        authority.issue("tsa", "P-256", "root", "stamps");
        (authority, HashMap::new())
    });
    let token = tokens.entry((link, number)).or_insert_with(|| {
        let der = authority.stamp(&link.to_string(), "tsa", &["-cert"], &[]);
        base64ct::Base64::encode_string(&der)
    });
    TimeToken {
        link,
        token: token.clone(),
        unknown: Object::new(),
    }
}

/// Adds time stamps of `openssl ts` over links of the chain.
fn add_stamps(bundle: &mut Bundle, stamps: &[(usize, u8)]) {
    for &(link, number) in stamps.iter().filter(|(link, _)| *link < bundle.chain.len()) {
        let stamp = stamp(bundle, link, number);
        bundle.timestamps.push(stamp);
    }
    bundle
        .timestamps
        .sort_by(|a, b| (a.link, &a.token).cmp(&(b.link, &b.token)));
    bundle.timestamps.dedup();
}

#[test]
fn compare_says_how_two_copies_stand() {
    if !has_tool("openssl") {
        return;
    }
    let stage = grown();
    for (arguments, relation, by, words) in [
        (
            ["one", "one"],
            "same",
            Value::Null,
            "SAME. Both have the same 1 event.",
        ),
        (
            ["one", "three"],
            "behind",
            2.into(),
            "BEHIND BY 2. one ends 2 events earlier than three",
        ),
        (
            ["three", "two"],
            "ahead",
            1.into(),
            "AHEAD BY 1. three goes on for 1 event where two ends",
        ),
    ] {
        let (exit, json) = stage.compare(&arguments);
        assert_eq!(
            (exit, &json["relation"], &json["by"]),
            (0, &relation.into(), &by)
        );
        assert_eq!(
            (&json["format"], &json["exit"]),
            (&"custody-comparison/v1".into(), &0.into())
        );
        assert_eq!(json["bundles"][1]["card"], stage.card(arguments[1]));
        let page = stage
            .must("anna", &["compare", arguments[0], arguments[1]])
            .stdout;
        assert!(page.starts_with(words), "{page}");
    }
    // What differs beside the chain is named, and is no fault.
    edit(&stage, "two", |bundle| {
        add_stamps(bundle, &[(0, 1), (1, 2)]);
        bundle.files[0] = custody::record::entry::Item::Hidden(bundle.files[0].leaf());
    });
    edit(&stage, "three", |bundle| {
        add_stamps(bundle, &[(0, 1), (0, 3)])
    });
    let (exit, json) = stage.compare(&["two", "three"]);
    assert_eq!(
        (
            exit,
            &json["bundles"][0]["hidden"],
            &json["bundles"][0]["ownTimestamps"]
        ),
        (0, &1.into(), &1.into())
    );
    assert_eq!(
        (
            &json["bundles"][1]["timestamps"],
            &json["bundles"][1]["ownTimestamps"]
        ),
        (&2.into(), &1.into())
    );
    let page = stage.must("anna", &["compare", "two", "three"]).stdout;
    assert!(
        page.contains("two: 1 entry is hidden")
            && page.contains("three: 1 time stamp that the other has not"),
        "{page}"
    );
    // A record that does not check, and one that cannot be read.
    let broken = String::from_utf8(stage.bytes("one"))
        .unwrap()
        .replace("\"case\": \"7\"", "\"case\": \"8\"");
    stage.write("broken", broken);
    let (exit, json) = stage.compare(&["three", "broken"]);
    assert_eq!(
        (
            exit,
            &json["bundles"][0]["checks"],
            &json["bundles"][1]["checks"]
        ),
        (1, &true.into(), &false.into())
    );
    let page = stage.run("anna", &["compare", "three", "broken"]).stdout;
    assert!(
        page.contains("THE RECORD IN broken DOES NOT CHECK: event no. 0: the signature"),
        "{page}"
    );
    stage.write("none", "{}");
    assert_eq!(stage.run("anna", &["compare", "one", "none"]).exit, 2);
    assert_eq!(stage.run("anna", &["compare", "one", "nowhere"]).exit, 2);
    // Who compares has seen both.
    let report = stage.verify("judge", &["--record-only", "one"]);
    assert_eq!(report.finding("rolled-back")["missing"], 2);
}

#[test]
fn merge_takes_what_is_new_and_keeps_its_own_files() {
    if !has_tool("openssl") {
        return;
    }
    let stage = Stage::new();
    stage.people(&["anna", "boris"]);
    for name in ["E/1", "E/2"] {
        stage.write(name, vec![7; 1_500_000]);
    }
    stage.must("anna", &["seal", "E", "-o", "f.custody.json"]);
    stage.keep("one");
    stage.must(
        "anna",
        &[
            "release",
            "one",
            "--to",
            "boris.identity.json",
            "--reason",
            "x",
        ],
    );
    fs::copy(stage.path("one"), stage.path("more")).unwrap();
    stage.must("boris", &["receive", "more", "E"]);
    let longer = Bundle::parse(&stage.bytes("more")).unwrap();
    // Theirs is a copy that shows a part; mine keeps its files, its pieces and the salt of its listing.
    edit(&stage, "more", |bundle| {
        bundle.files[0] = custody::record::entry::Item::Hidden(bundle.files[0].leaf());
        bundle.listing_salt = None;
        add_stamps(bundle, &[(0, 1), (2, 2)]);
    });
    edit(&stage, "f.custody.json", |bundle| {
        add_stamps(bundle, &[(0, 1), (0, 9)])
    });
    fs::set_permissions(
        stage.path("f.custody.json"),
        fs::Permissions::from_mode(0o640),
    )
    .unwrap();
    let json = stage.must("anna", &["merge", "f", "more", "--json"]).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (
            &json["format"],
            &json["links"],
            &json["timestamps"],
            &json["card"]
        ),
        (
            &"custody-merged/v1".into(),
            &2.into(),
            &1.into(),
            &longer.card().to_string().into()
        )
    );
    let mut expected = longer;
    add_stamps(&mut expected, &[(0, 1), (0, 9), (2, 2)]);
    let mut text = String::new();
    expected.write(&mut text).unwrap();
    assert_eq!(
        String::from_utf8(stage.bytes("f.custody.json")).unwrap(),
        text
    );
    let mode = stage
        .path("f.custody.json")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(stage.verify("anna", &["f.custody.json", "E"]).exit, 0);
    // Mine may be the copy that shows a part, too, and it stays one.
    stage.write("part", stage.bytes("one"));
    edit(&stage, "part", |bundle| {
        bundle.files[1] = custody::record::entry::Item::Hidden(bundle.files[1].leaf());
        bundle.listing_salt = None;
        bundle.pieces = bundle.pieces.take().filter(|_| false);
    });
    stage.must("anna", &["merge", "part", "f"]);
    let part = Bundle::parse(&stage.bytes("part")).unwrap();
    assert!(part.has_hidden() && part.listing_salt.is_none() && part.pieces.is_none());
    assert_eq!(part.card(), expected.card());
    // Mine is ahead: only time stamps are left to take, and then nothing.
    edit(&stage, "one", |bundle| add_stamps(bundle, &[(1, 5)]));
    let ahead = stage.must("anna", &["merge", "f", "one"]).stdout;
    assert!(
        ahead.starts_with("MERGED. 0 events and 1 time stamp taken"),
        "{ahead}"
    );
    let before = stage.path("f.custody.json").metadata().unwrap();
    let nothing = stage.must("anna", &["merge", "f", "one"]).stdout;
    assert!(nothing.starts_with("NOTHING TO TAKE."), "{nothing}");
    let after = stage.path("f.custody.json").metadata().unwrap();
    assert_eq!(
        (before.ino(), before.modified().unwrap()),
        (after.ino(), after.modified().unwrap())
    );
    // Time stamps that do not hold, or are over another event, are not taken: they would spoil this copy, too.
    edit(&stage, "one", |bundle| {
        let mut junk = stamp(bundle, 0, 6);
        junk.token = base64ct::Base64::encode_string(&[7; 9]);
        let mut elsewhere = stamp(bundle, 0, 7);
        elsewhere.link = bundle.chain[1].hash();
        bundle.timestamps.extend([junk, elsewhere]);
        bundle
            .timestamps
            .sort_by(|a, b| (a.link, &a.token).cmp(&(b.link, &b.token)));
    });
    let unsound = stage.must("anna", &["merge", "f", "one"]);
    assert!(unsound.stdout.starts_with("NOTHING TO TAKE."));
    assert!(
        unsound
            .stderr
            .contains("2 time stamps of the other copy left out"),
        "{}",
        unsound.stderr
    );
    // A copy that does not check gives nothing.
    let broken = String::from_utf8(stage.bytes("f.custody.json"))
        .unwrap()
        .replace("\"reason\": \"x\"", "\"reason\": \"y\"");
    stage.write("broken", broken);
    let refused = stage.run("anna", &["merge", "one", "broken"]);
    assert_eq!(refused.exit, 2);
    assert!(
        refused
            .stderr
            .contains("the record in broken does not check"),
        "{}",
        refused.stderr
    );
}

/// A chain of five links, made once.
fn five() -> &'static Bundle {
    static FIVE: OnceLock<Bundle> = OnceLock::new();
    FIVE.get_or_init(|| {
        let stage = grown();
        examine(&stage, "f");
        examine(&stage, "f");
        Bundle::parse(&stage.bytes("f.custody.json")).unwrap()
    })
}

fn copy(links: usize, stamps: &[(usize, u8)]) -> VerifiedChain {
    let mut bundle = five().clone();
    bundle.chain.truncate(links);
    add_stamps(&mut bundle, stamps);
    judge(bundle, &Trust::default(), &[]).verified().unwrap()
}

fn text_of(chain: &VerifiedChain) -> String {
    let mut text = String::new();
    chain.bundle().write(&mut text).unwrap();
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn merged_copies_are_the_same(
        ours in 1usize..=5,
        theirs in 1usize..=5,
        our_stamps in proptest::collection::vec((0usize..5, 0u8..4), 0..6),
        their_stamps in proptest::collection::vec((0usize..5, 0u8..4), 0..6),
    ) {
        if !has_tool("openssl") {
            return Ok(());
        }
        let (mine, other) = (copy(ours, &our_stamps), copy(theirs, &their_stamps));
        let expected = match ours.cmp(&theirs) {
            std::cmp::Ordering::Less => Relation::Behind((theirs - ours) as u64),
            std::cmp::Ordering::Equal => Relation::Same,
            std::cmp::Ordering::Greater => Relation::Ahead((ours - theirs) as u64),
        };
        prop_assert_eq!(relation(mine.bundle(), other.bundle()), expected);
        let one = merge(mine.clone(), &other).unwrap();
        prop_assert_eq!(one.links as usize, theirs.saturating_sub(ours));
        // Either way round, and once more, it is the same bundle, which has all that either had.
        let way_round = merge(other.clone(), &mine).unwrap();
        prop_assert_eq!(text_of(&one.chain), text_of(&way_round.chain));
        let again = merge(one.chain.clone(), &other).unwrap();
        prop_assert_eq!((again.links, again.timestamps), (0, 0));
        prop_assert_eq!(relation(one.chain.bundle(), way_round.chain.bundle()), Relation::Same);
        for stamp in mine.bundle().timestamps.iter().chain(&other.bundle().timestamps) {
            prop_assert!(one.chain.bundle().timestamps.contains(stamp));
        }
    }
}
