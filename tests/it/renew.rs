//! A renewal carries a chain forward: what it covers is signed, and can be worked out with other people's tools.

use std::process::Command;

use base64ct::Encoding;
use custody::record::bundle::Bundle;
use custody::record::json::Object;
use custody::record::time_token::TimeToken;
use serde_json::Value;

use crate::stage::{Outcome, Stage, has_tool};

/// An exhibit with two time stamps that nobody opens, then renewed.
fn renewed() -> Stage {
    let stage = Stage::new();
    stage.people(&["anna", "boris"]);
    stage.write("f", "text");
    stage.must("anna", &["seal", "f"]);
    stage.must("anna", &["record", "f", "examine", "--reason", "x"]);
    let mut bundle = read(&stage);
    for link in 0..2 {
        bundle.timestamps.push(TimeToken {
            link: bundle.chain[link].hash(),
            token: base64ct::Base64::encode_string(format!("token {link}").as_bytes()),
            unknown: Object::new(),
        });
    }
    bundle.timestamps.sort_by_key(|stamp| stamp.link);
    write(&stage, &bundle);
    let said = stage.must(
        "anna",
        &["record", "f", "renew", "--reason", "SHA-256 grows old"],
    );
    assert!(
        said.stdout.starts_with("RECORDED: renew by anna"),
        "{}",
        said.stdout
    );
    stage
}

fn read(stage: &Stage) -> Bundle {
    Bundle::parse(&std::fs::read(stage.path("f.custody.json")).unwrap()).unwrap()
}

fn write(stage: &Stage, bundle: &Bundle) {
    let mut text = String::new();
    bundle.write(&mut text).unwrap();
    stage.write("f.custody.json", text);
}

#[test]
fn it_covers_all_links_and_time_stamps() {
    let stage = renewed();
    let report = stage.verify("anna", &["f"]);
    assert_eq!(
        (report.exit, report.codes()),
        (0, vec!["timestamp-untrusted"; 2])
    );
    let log: Value =
        serde_json::from_str(&stage.must("anna", &["log", "--json", "f"]).stdout).unwrap();
    let covers = &log["chain"][2]["statement"]["predicate"]["covers"];
    assert_eq!(covers["seq"], 1);
    assert_eq!(covers["tokens"].as_array().unwrap().len(), 2);
    // Once more, over the first renewal.
    stage.must("anna", &["record", "f", "renew", "--reason", "again"]);
    assert_eq!(stage.verify("anna", &["f"]).exit, 0);
    let page = stage.must("anna", &["summary", "f"]).stdout;
    assert!(page.contains("renewed by anna"), "{page}");
    let sheet = stage
        .must("anna", &["record", "f", "renew", "--print-sheet"])
        .stdout;
    assert!(
        !sheet.contains("covers"),
        "the program fills it in: {sheet}"
    );
    stage.write("s.toml", "[covers]\nseq = 0\n");
    let typed = stage.run(
        "anna",
        &["record", "f", "renew", "--reason", "x", "--sheet", "s.toml"],
    );
    assert!(
        typed
            .stderr
            .contains("`covers` is filled in by the program"),
        "{}",
        typed.stderr
    );
}

#[test]
fn a_token_that_was_dropped_or_changed_breaks_it() {
    let stage = renewed();
    let whole = read(&stage);
    for change in [
        (|bundle| drop(bundle.timestamps.pop())) as fn(&mut Bundle),
        |bundle| bundle.timestamps[0].token = base64ct::Base64::encode_string(b"another"),
        |bundle| {
            // The token is there, but over another link.
            let token = bundle.timestamps.remove(0).token;
            let link = bundle.chain[2].hash();
            let unknown = Object::new();
            bundle.timestamps.push(TimeToken {
                link,
                token,
                unknown,
            });
            bundle.timestamps.sort_by_key(|stamp| stamp.link);
        },
    ] {
        let mut bundle = whole.clone();
        change(&mut bundle);
        write(&stage, &bundle);
        let report = stage.verify("anna", &["f"]);
        assert_eq!((report.exit, report.codes()[0]), (1, "link-broken"));
        assert_eq!(report.finding("link-broken")["link"], 2);
        by_hand(
            &stage,
            1,
            "link 2: what it covers is not what stands here (link-broken)",
        );
    }
    // A further time stamp is of no matter to it.
    let mut bundle = whole.clone();
    let (link, unknown) = (bundle.chain[2].hash(), Object::new());
    let token = base64ct::Base64::encode_string(b"newer");
    bundle.timestamps.push(TimeToken {
        link,
        token,
        unknown,
    });
    bundle.timestamps.sort_by_key(|stamp| stamp.link);
    write(&stage, &bundle);
    assert_eq!(stage.verify("anna", &["f"]).exit, 0);
    by_hand(
        &stage,
        0,
        "link 2: covers links 0 to 1 and 2 time stamps, as it says",
    );
}

/// The script that needs no custody program says the same.
fn by_hand(stage: &Stage, exit: i32, words: &str) {
    if !["openssl", "jq", "xxd"].into_iter().all(has_tool) {
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/verify-by-hand.sh");
    let mut command = Command::new("bash");
    command
        .arg(script)
        .arg("f.custody.json")
        .current_dir(stage.path("."));
    let outcome = Outcome::of(&command.output().unwrap());
    assert!(outcome.stdout.contains(words), "{words}: {}", outcome.all());
    assert_eq!(outcome.exit, exit, "{}", outcome.all());
}

#[test]
fn after_a_return_the_holder_renews_and_nobody_else_goes_on() {
    let stage = renewed();
    stage.must("anna", &["record", "f", "return", "--reason", "decision 5"]);
    let other = stage.run("anna", &["record", "f", "examine", "--reason", "x"]);
    assert!(
        other.stderr.contains("nothing but a renewal can be added"),
        "{}",
        other.stderr
    );
    stage.must("anna", &["record", "f", "renew", "--reason", "x"]);
    assert_eq!(stage.verify("anna", &["f"]).exit, 0);
    // Another may be an archive; only a roster can tell.
    stage.must(
        "boris",
        &["record", "f", "renew", "--reason", "x", "--key", "boris"],
    );
    let report = stage.verify("anna", &["f"]);
    assert_eq!(
        (
            report.exit,
            report.finding("signer-unknown")["link"].clone()
        ),
        (3, 5.into())
    );
}

#[test]
fn while_in_transit_nothing_is_renewed() {
    let stage = renewed();
    stage.must(
        "anna",
        &[
            "release",
            "f",
            "--to",
            "boris.identity.json",
            "--reason",
            "x",
        ],
    );
    let early = stage.run("anna", &["record", "f", "renew", "--reason", "x"]);
    assert_eq!(early.exit, 2);
    assert!(
        early.stderr.contains("has to wait for the receipt"),
        "{}",
        early.stderr
    );
}
