//! A hand-over is signed by both sides, and the receiver signs what the receiver found.

use crate::stage::Stage;

fn sealed() -> Stage {
    let stage = Stage::new();
    stage.people(&["anna", "boris", "clara"]);
    stage.write("disk.dd", vec![3; 2_500_000]);
    stage.must(
        "anna",
        &["seal", "disk.dd", "--case", "7", "--exhibit", "HDD-1"],
    );
    stage
}

fn release(stage: &Stage, from: &str, to: &str) {
    stage.must(
        from,
        &[
            "release",
            "disk.dd",
            "--to",
            &format!("{to}.identity.json"),
            "--reason",
            "for examination",
        ],
    );
}

#[test]
fn accepted_after_hashing_again() {
    let stage = sealed();
    release(&stage, "anna", "boris");
    let report = stage.verify("anna", &["disk.dd"]);
    assert_eq!((report.exit, report.codes()), (3, vec!["in-transit"]));
    assert_eq!(report.finding("in-transit")["link"], 1);
    let received = stage.must("boris", &["receive", "disk.dd"]);
    assert!(
        received
            .stdout
            .starts_with("RECEIVED by boris (Test Agency), after hashing all of it again."),
        "{}",
        received.stdout
    );
    let report = stage.verify("anna", &["disk.dd"]);
    assert_eq!(
        (
            report.exit,
            report.codes(),
            report.json["holder"]["name"].as_str()
        ),
        (0, vec![], Some("boris"))
    );
    let report = stage.verify("stranger", &["disk.dd"]);
    assert_eq!(
        (report.exit, report.codes()),
        (3, vec!["signer-unknown"; 2])
    );
    let log = stage.must("anna", &["log", "--json", "disk.dd"]).stdout;
    let log: serde_json::Value = serde_json::from_str(&log).unwrap();
    let checked = &log["chain"][2]["statement"]["predicate"]["checked"];
    assert_eq!(
        (&checked["mode"], &checked["files"], &checked["bytes"]),
        (&"full".into(), &1.into(), &2_500_000.into())
    );
}

#[test]
fn a_difference_is_never_accepted_in_silence() {
    let stage = sealed();
    release(&stage, "anna", "boris");
    stage.flip("disk.dd", 1_100_000);
    let before = std::fs::read(stage.path("disk.dd.custody.json")).unwrap();
    // What was found is no talk: it is told to those who want none, too.
    let quiet = stage.run("boris", &["receive", "disk.dd", "--quiet"]);
    assert_eq!(quiet.exit, 2);
    let plain = stage.run("boris", &["receive", "disk.dd"]);
    assert_eq!((plain.exit, &plain.stderr), (2, &quiet.stderr));
    assert!(
        plain.stderr.contains("bytes 1,048,576 to 2,097,151"),
        "{}",
        plain.stderr
    );
    assert!(
        plain.stderr.contains("--with-exceptions") && plain.stderr.contains("--refuse"),
        "{}",
        plain.stderr
    );
    assert_eq!(
        std::fs::read(stage.path("disk.dd.custody.json")).unwrap(),
        before,
        "nothing was written"
    );
    let excepted = stage.run("boris", &["receive", "disk.dd", "--with-exceptions"]);
    assert_eq!(excepted.exit, 1);
    assert!(
        excepted.stdout.starts_with("RECEIVED WITH EXCEPTIONS"),
        "{}",
        excepted.stdout
    );
    let log = stage.run("boris", &["log", "disk.dd"]);
    assert!(
        log.stdout.contains("code: altered; path: disk.dd"),
        "{}",
        log.stdout
    );
}

#[test]
fn a_refusal_leaves_it_with_the_giver() {
    let stage = sealed();
    release(&stage, "anna", "boris");
    stage.flip("disk.dd", 0);
    assert_eq!(
        stage.run("boris", &["receive", "disk.dd", "--refuse"]).exit,
        1
    );
    stage.flip("disk.dd", 0);
    let report = stage.verify("anna", &["disk.dd"]);
    assert_eq!(
        (
            report.exit,
            report.changes(),
            report.json["holder"]["name"].as_str()
        ),
        (0, vec!["refused"], Some("anna"))
    );
    release(&stage, "anna", "clara");
    stage.must("clara", &["receive", "disk.dd"]);
}

#[test]
fn without_the_evidence_the_receipt_says_so() {
    let stage = sealed();
    release(&stage, "anna", "boris");
    std::fs::rename(stage.path("disk.dd"), stage.path("elsewhere")).unwrap();
    let received = stage.run("boris", &["receive", "disk.dd.custody.json", "--quiet"]);
    assert_eq!(received.exit, 3, "{}", received.all());
    assert!(
        received.stderr.contains("NOT CHECKED"),
        "{}",
        received.stderr
    );
    assert!(
        received
            .stdout
            .contains("THE EVIDENCE ITSELF WAS NOT CHECKED"),
        "{}",
        received.stdout
    );
    let page = stage.run("boris", &["summary", "disk.dd.custody.json"]);
    assert_eq!(page.exit, 3);
    assert!(
        page.stdout.contains("not checked on receipt"),
        "{}",
        page.stdout
    );
    assert!(
        page.stdout
            .contains("RECORD CHECKED. THE EVIDENCE ITSELF WAS NOT CHECKED"),
        "{}",
        page.stdout
    );
}

#[test]
fn a_release_can_be_withdrawn_and_only_by_its_giver() {
    let stage = sealed();
    release(&stage, "anna", "boris");
    let other = stage.run("boris", &["withdraw", "disk.dd", "--reason", "x"]);
    assert_eq!(other.exit, 2);
    assert!(
        other.stderr.contains("as recorded, that is anna"),
        "{}",
        other.stderr
    );
    stage.must(
        "anna",
        &["withdraw", "disk.dd", "--reason", "courier did not come"],
    );
    assert_eq!(stage.verify("anna", &["disk.dd"]).exit, 0);
}

#[test]
fn two_programs_cannot_both_extend_one_head() {
    let stage = sealed();
    let children: Vec<_> = (0..8)
        .map(|number| {
            let note = format!("examination {number}");
            let arguments = ["record", "disk.dd", "examine", "--reason", &note];
            stage
                .command("anna", &arguments)
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut added = 0;
    for child in children {
        let outcome = crate::stage::Outcome::of(&child.wait_with_output().unwrap());
        match outcome.exit {
            0 => added += 1,
            // Whoever reads the bundle before, and the memory after another has extended both, has an older copy.
            _ => assert!(
                ["extended it in the meantime", "this is an older copy"]
                    .iter()
                    .any(|words| outcome.stderr.contains(words)),
                "{}",
                outcome.stderr
            ),
        }
    }
    assert!(added >= 1);
    let report = stage.verify("anna", &["disk.dd"]);
    assert_eq!(
        (report.exit, &report.json["links"]),
        (0, &(1 + added).into()),
        "every entry that was said to be added is there"
    );
}

#[test]
fn the_card_shows_a_cut_tail() {
    let stage = sealed();
    let before = std::fs::read(stage.path("disk.dd.custody.json")).unwrap();
    release(&stage, "anna", "boris");
    let card: serde_json::Value =
        serde_json::from_str(&stage.must("anna", &["card", "--json", "disk.dd"]).stdout).unwrap();
    let card = card["card"].as_str().unwrap();
    assert_eq!(
        stage
            .verify("anna", &["disk.dd", "--expect-head", card])
            .codes(),
        vec!["in-transit"]
    );
    stage.write("disk.dd.custody.json", &before);
    let key = stage.must("anna", &["key", "list", "--json"]).stdout;
    let key: serde_json::Value = serde_json::from_str(&key).unwrap();
    let key = key["keys"][0]["id"].as_str().unwrap();
    let report = stage.verify("clerk", &["disk.dd", "--trust", key, "--expect-head", card]);
    assert_eq!((report.exit, report.codes()), (1, vec!["head-unknown"]));
    assert_eq!(report.finding("head-unknown")["missing"], 1);
    assert!(
        report.finding("head-unknown")["message"]
            .as_str()
            .unwrap()
            .contains("1 later event is missing")
    );
    assert_eq!(
        stage.verify("clerk", &["disk.dd", "--trust", key]).exit,
        0,
        "without the card, nothing shows it on a machine that has not seen more"
    );
}

#[test]
fn a_witness_with_a_key_signs_too() {
    let stage = Stage::new();
    stage.person("anna");
    stage.must(
        "anna",
        &["key", "new", "--name", "witness", "--no-passphrase"],
    );
    let keys: serde_json::Value = serde_json::from_str(
        &stage
            .must("anna", &["key", "show", "witness", "--json"])
            .stdout,
    )
    .unwrap();
    let key = keys["keys"][0]["id"].as_str().unwrap();
    stage.write("note", "text");
    stage.write(
        "sheet.toml",
        format!("[[witnesses]]\nname = \"W-1\"\nkey = \"{key}\"\n"),
    );
    stage.must(
        "anna",
        &["seal", "note", "--key", "anna", "--sheet", "sheet.toml"],
    );
    assert_eq!(stage.verify("anna", &["note"]).codes(), Vec::<&str>::new());
    let other = stage.run(
        "other",
        &["seal", "note", "-o", "x", "--sheet", "sheet.toml"],
    );
    assert_eq!(other.exit, 2);
    assert!(
        other.stderr.contains("which is not on this machine"),
        "{}",
        other.stderr
    );
}

#[test]
fn after_a_return_nothing_can_be_added() {
    let stage = sealed();
    stage.write("sheet.toml", "[to]\nname = \"lawful owner\"\n");
    stage.must(
        "anna",
        &[
            "record",
            "disk.dd",
            "return",
            "--reason",
            "decision 5",
            "--sheet",
            "sheet.toml",
        ],
    );
    let after = stage.run("anna", &["record", "disk.dd", "examine", "--reason", "x"]);
    assert_eq!(after.exit, 2);
    assert!(
        after.stderr.contains("returned or disposed of"),
        "{}",
        after.stderr
    );
    assert_eq!(stage.verify("anna", &["disk.dd"]).exit, 0);
}
