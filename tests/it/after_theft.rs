//! Going on after a theft: an authority takes the exhibit over behind the thief's entries, which stay for all to see.

use std::time::Duration;

use serde_json::Value;

use crate::rosters::{must_pin, refused, stage, typed};
use crate::stage::Stage;

/// A time that lies behind all entries so far, and before all that follow.
pub fn moment() -> String {
    std::thread::sleep(Duration::from_millis(1100));
    let now = chrono::Utc::now().format("%Y-%m-%dT%H:%M:%SZ").to_string();
    std::thread::sleep(Duration::from_millis(1100));
    now
}

/// The usual stage with an authority on the roster, and a moment at which anna's key is stolen.
fn theft() -> (Stage, String) {
    let stage = stage();
    stage.person("clara");
    stage.must(
        "office",
        &typed("roster add r.json clara.identity.json --role authority --from 2020-01-01T00:00:00Z --until 2099-01-01T00:00:00Z"),
    );
    (stage, moment())
}

/// The roster says so, and everyone pins it.
fn declare(stage: &Stage, since: &str) {
    let revoke = typed("roster revoke r.json anna --kind compromised --reason stolen --at");
    stage.must("office", &[&revoke[..], &[since]].concat());
    for person in ["boris", "clara", "court", "mallory"] {
        must_pin(stage, person, "r.json");
    }
}

const TAKEOVER: &str = "record disk.dd takeover --to boris.identity.json --reason theft";

fn copy(stage: &Stage, from: &str, to: &str) {
    std::fs::copy(stage.path(from), stage.path(to)).unwrap();
}

#[test]
fn an_authority_goes_on_behind_a_thief_and_hides_nothing() {
    let (stage, since) = theft();
    stage.must(
        "anna",
        &typed("release disk.dd --to mallory.identity.json --reason T"),
    );
    assert_eq!(stage.run("mallory", &["receive", "disk.dd"]).exit, 3);
    declare(&stage, &since);
    let found = [
        "out-of-turn",
        "signer-compromised",
        "signer-unknown",
        "unproven-time",
    ];
    let judged = || {
        let report = stage.verify("court", &["disk.dd"]);
        assert_eq!((report.exit, report.codes()), (1, found.to_vec()));
        report.json
    };
    assert_eq!(judged()["holder"]["name"], "anna");
    // Nobody else adds anything, nor does the authority add anything else.
    for (who, what) in [
        ("boris", "record disk.dd verify --reason T"),
        (
            "boris",
            "release disk.dd --to clara.identity.json --reason T",
        ),
        ("mallory", "record disk.dd examine --reason T"),
        ("clara", "record disk.dd incident --reason T"),
    ] {
        let done = stage.run(who, &typed(what));
        refused(&done, "others may have had the key");
        refused(&done, "an authority of a pinned roster can take");
    }
    for who in ["boris", "mallory"] {
        let done = stage.run(who, &typed(TAKEOVER));
        refused(&done, "is for an authority of the roster");
    }
    let taken = stage.must("clara", &typed(TAKEOVER));
    assert!(
        taken
            .stderr
            .contains("every report by the pinned rosters says: event no. 1"),
        "{}",
        taken.all()
    );
    // The new holder goes on, and what the thief did stays in every report.
    let examined = stage.run("boris", &typed("record disk.dd examine disk.dd --reason T"));
    assert!(
        examined.exit == 1 && examined.stdout.contains("RECORDED: examine"),
        "{}",
        examined.all()
    );
    let json = judged();
    assert_eq!(
        (&json["holder"]["name"], &json["links"]),
        (&"boris".into(), &5.into())
    );
    let page = stage.run("court", &["verify", "disk.dd"]);
    assert!(
        page.stdout.starts_with("THE RECORD ITSELF DOES NOT CHECK"),
        "{}",
        page.stdout
    );
    // The chain is remembered from here on: a cut tail is told.
    let text = std::fs::read_to_string(stage.path("disk.dd.custody.json")).unwrap();
    copy(&stage, "disk.dd.custody.json", "whole");
    let mut cut: Value = serde_json::from_str(&text).unwrap();
    cut["chain"].as_array_mut().unwrap().pop();
    stage.write(
        "disk.dd.custody.json",
        serde_json::to_string_pretty(&cut).unwrap(),
    );
    let report = stage.verify("court", &["disk.dd"]);
    assert_eq!(report.finding("rolled-back")["missing"], 1);
    let done = stage.run("boris", &typed("record disk.dd store --reason T"));
    refused(&done, "this is an older copy");
    // The thief signs again: another takeover is needed.
    copy(&stage, "whole", "disk.dd.custody.json");
    stage.must("boris", &typed("record disk.dd store --reason T"));
    stage.must("anna", &typed("record disk.dd verify --reason T"));
    refused(
        &stage.run("boris", &typed("record disk.dd store --reason T")),
        "event no. 6: others may have had the key",
    );
    stage.must("clara", &typed(TAKEOVER));
    stage.must("boris", &typed("record disk.dd store --reason T"));
}

#[test]
fn an_exhibit_that_a_thief_closed_goes_on_too() {
    let (stage, since) = theft();
    stage.must("anna", &typed("record disk.dd dispose --reason T"));
    declare(&stage, &since);
    stage.must("clara", &typed(TAKEOVER));
    stage.must("boris", &typed("record disk.dd examine --reason T"));
    let report = stage.verify("court", &["disk.dd"]);
    assert_eq!(
        (report.exit, report.codes()),
        (1, vec!["signer-compromised", "unproven-time"])
    );
    assert_eq!(report.json["holder"]["name"], "boris");
    // It is remembered, and its card and time stamps are to be had by whoever pinned the roster.
    let text = std::fs::read_to_string(stage.path("disk.dd.custody.json")).unwrap();
    stage.must("court", &["card", "disk.dd"]);
    stage.must("court", &["timestamp", "disk.dd", "--request", "it.tsq"]);
    let mut cut: Value = serde_json::from_str(&text).unwrap();
    cut["chain"].as_array_mut().unwrap().truncate(2);
    stage.write("disk.dd.custody.json", serde_json::to_string(&cut).unwrap());
    let report = stage.verify("court", &["disk.dd"]);
    assert_eq!(report.finding("rolled-back")["missing"], 2);
    // Without the roster it ends with the thief's word.
    stage.write("disk.dd.custody.json", text);
    let report = stage.verify("stranger", &["disk.dd"]);
    assert_eq!(
        (report.exit, report.finding("after-close")["link"].clone()),
        (1, 2.into())
    );
}

#[test]
fn nothing_else_is_left_behind_by_a_takeover() {
    // What mallory did without an office is no matter of a key.
    let (stage, since) = theft();
    copy(&stage, "disk.dd.custody.json", "sealed");
    stage.must("mallory", &typed(TAKEOVER));
    declare(&stage, "2098-01-01T00:00:00Z");
    let done = stage.run("clara", &typed(TAKEOVER));
    refused(&done, "does not check");
    // A signature that does not hold, behind a thief's entry.
    copy(&stage, "sealed", "disk.dd.custody.json");
    let anna = ["record", "disk.dd", "examine", "--reason", "T"];
    stage.must("anna", &anna);
    let revoke = typed("roster revoke r.json anna --kind compromised --reason earlier --at");
    stage.must("office", &[&revoke[..], &[&since]].concat());
    must_pin(&stage, "clara", "r.json");
    let text = std::fs::read_to_string(stage.path("disk.dd.custody.json")).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    value["chain"][1]["statement"]["predicate"]["reason"] = "U".into();
    stage.write(
        "disk.dd.custody.json",
        serde_json::to_string(&value).unwrap(),
    );
    let done = stage.run("clara", &typed(TAKEOVER));
    refused(&done, "does not check");
    // A key that may not sign adds nothing where its own program knows of it.
    copy(&stage, "sealed", "disk.dd.custody.json");
    std::fs::remove_dir_all(stage.path("home-anna/heads")).unwrap();
    must_pin(&stage, "anna", "r.json");
    let done = stage.run("anna", &anna);
    refused(&done, "does not fit the chain");
    let chain = std::fs::read(stage.path("disk.dd.custody.json")).unwrap();
    assert_eq!(chain, std::fs::read(stage.path("sealed")).unwrap());
}

#[test]
fn a_lost_key_of_an_authority_takes_nothing_over() {
    let (stage, since) = theft();
    stage.must(
        "anna",
        &typed("release disk.dd --to boris.identity.json --reason T"),
    );
    // Whoever has both keys takes the exhibit over to somebody else.
    stage.must(
        "clara",
        &typed("record disk.dd takeover --to mallory.identity.json --reason T"),
    );
    stage.person("dora");
    stage.must(
        "office",
        &typed("roster add r.json dora.identity.json --role authority --from 2020-01-01T00:00:00Z --until 2099-01-01T00:00:00Z"),
    );
    let revoke = typed("roster revoke r.json clara --kind compromised --reason lost --at");
    stage.must("office", &[&revoke[..], &[&since]].concat());
    must_pin(&stage, "dora", "r.json");
    declare(&stage, &since);
    let report = stage.verify("court", &["disk.dd"]);
    let lost = ["signer-compromised", "signer-compromised", "unproven-time"];
    assert_eq!((report.exit, report.codes()), (1, lost.to_vec()));
    assert_eq!(report.json["holder"]["name"], "anna");
    // A second takeover with the same key changes nothing, though its time is later than the first.
    let done = stage.run("clara", &typed(TAKEOVER));
    refused(&done, "does not fit the chain");
    must_pin(&stage, "dora", "r.json");
    stage.must("dora", &typed(TAKEOVER));
    assert_eq!(
        stage.verify("court", &["disk.dd"]).json["holder"]["name"],
        "boris"
    );
}
