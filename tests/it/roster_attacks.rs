//! Rosters under attack: other people's rosters, older copies and forks, thresholds, files that are none.

use serde_json::Value;

use crate::rosters::{key_of, must_pin, pin, refused, stage, typed};
use crate::stage::Stage;

#[test]
fn a_roster_confirms_keys_and_not_names() {
    let stage = stage();
    must_pin(&stage, "court", "r.json");
    // Mallory calls herself anna, and seals again what was changed.
    stage.must(
        "false-anna",
        &[
            "key",
            "new",
            "--name",
            "anna",
            "--agency",
            "Test Agency",
            "--role",
            "tester",
            "--no-passphrase",
        ],
    );
    stage.flip("disk.dd", 7);
    std::fs::remove_file(stage.path("disk.dd.custody.json")).unwrap();
    stage.must(
        "false-anna",
        &typed("seal disk.dd --case 7 --exhibit HDD-1"),
    );
    let report = stage.verify("court", &["disk.dd"]);
    assert_eq!((report.exit, report.codes()), (3, vec!["signer-unknown"]));
    // Her own roster, with a root of her own, is not the pinned one.
    stage.must(
        "false-anna",
        &typed("roster new --name Test-roster -o false.json --from 2020-01-01T00:00:00Z anna"),
    );
    let done = pin(&stage, "court", "false.json");
    refused(&done, "which is not the root that was pinned");
    let done = stage.run("court", &["verify", "disk.dd", "--roster", "false.json"]);
    refused(&done, "the root it names is not pinned here");
    let root = key_of(&stage, "office");
    let named = ["disk.dd", "--roster", "false.json", "--root", &root];
    let report = stage.verify("court", &named);
    assert_eq!(
        (report.exit, report.codes()),
        (1, vec!["roster-invalid", "signer-unknown"])
    );
    // Nor does it confirm anything from within the bundle.
    let text = |name: &str| std::fs::read_to_string(stage.path(name)).unwrap();
    let roster: Value = serde_json::from_str(&text("false.json")).unwrap();
    let mut bundle: Value = serde_json::from_str(&text("disk.dd.custody.json")).unwrap();
    bundle["rosters"] = roster["chain"].clone();
    stage.write(
        "disk.dd.custody.json",
        serde_json::to_string_pretty(&bundle).unwrap(),
    );
    for reader in ["court", "stranger"] {
        assert_eq!(
            stage.verify(reader, &["disk.dd"]).finding("signer-unknown")["link"],
            0
        );
    }
}

#[test]
fn an_older_copy_or_a_fork_is_not_pinned() {
    let stage = stage();
    let copy = |from: &str, to: &str| std::fs::copy(stage.path(from), stage.path(to)).unwrap();
    copy("r.json", "old.json");
    stage.must(
        "office",
        &typed("roster revoke r.json boris --kind compromised --reason stolen"),
    );
    must_pin(&stage, "court", "r.json");
    let older = pin(&stage, "court", "old.json");
    refused(&older, "an older copy");
    copy("old.json", "fork.json");
    stage.must(
        "office",
        &typed("roster add fork.json mallory.identity.json"),
    );
    let fork = pin(&stage, "court", "fork.json");
    refused(&fork, "does not go on from it");
    stage.must("office", &typed("roster add fork.json --threshold 1"));
    assert_eq!(
        pin(&stage, "court", "fork.json").exit,
        2,
        "a longer fork is one, too"
    );
    must_pin(&stage, "court", "r.json");
    // Named for one check, it is used, and that is said.
    for (file, words) in [
        ("old.json", "an older copy"),
        ("fork.json", "does not go on from"),
    ] {
        let named = stage.run("court", &["verify", "disk.dd", "--roster", file]);
        assert!(named.stderr.contains(words), "{}", named.all());
    }
    // Another root is another roster, and stands beside the first. Who gives both copies of one root is asked to choose.
    stage.must("mallory", &typed("roster new --name Other -o other.json"));
    let root = key_of(&stage, "mallory");
    stage.must("court", &["roster", "pin", "other.json", "--root", &root]);
    let report = stage.verify("court", &["disk.dd"]);
    assert_eq!(report.json["rosters"].as_array().map(Vec::len), Some(2));
    let office = key_of(&stage, "office");
    let mut both = typed("verify disk.dd --roster r.json --roster old.json");
    refused(&stage.run("court", &both), "two rosters with the root");
    both.extend(["--root", &office]);
    refused(
        &stage.run("court", &both),
        "--roster was given 2 times, and --root 1 times",
    );
    // What is no longer pinned leaves nothing to tell an older copy by.
    stage.must("court", &["roster", "unpin", &office]);
    refused(
        &stage.run("court", &["roster", "unpin", &office]),
        "no roster is pinned here under",
    );
    must_pin(&stage, "court", "old.json");
    let shown = stage.must("court", &["roster", "show", "--json"]);
    let shown: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(shown["format"], "custody-rosters-shown/v1");
    assert_eq!(shown["rosters"].as_array().map(Vec::len), Some(2));
}

/// Mallory keeps a roster of his own, which the court has pinned beside that of the office.
#[test]
fn what_a_second_roster_can_and_cannot_do() {
    let stage = stage();
    must_pin(&stage, "court", "r.json");
    let root = key_of(&stage, "mallory");
    let judged = |file: &str, line: &str, more: &[&str]| {
        let head = typed("roster new --name Second -o");
        stage.must(
            "mallory",
            &[&head[..], &[file], &typed(line), more].concat(),
        );
        let office = key_of(&stage, "office");
        let named = ["disk.dd", "--roster", "r.json", "--roster", file];
        let roots = ["--root", &office, "--root", &root];
        let report = stage.verify("court", &[&named[..], &roots].concat());
        let codes: Vec<String> = report.codes().into_iter().map(str::to_owned).collect();
        (report.exit, codes)
    };
    let period = "--from 2020-01-01T00:00:00Z --until 2099-01-01T00:00:00Z";
    let none: Vec<String> = Vec::new();
    // The same person again harms nothing; the same key under another name does.
    assert_eq!(
        judged("same.json", period, &["anna.identity.json"]),
        (0, none.clone())
    );
    let text = std::fs::read_to_string(stage.path("anna.identity.json")).unwrap();
    stage.write("other.identity.json", text.replace("\"anna\"", "\"olga\""));
    assert_eq!(
        judged("names.json", period, &["other.identity.json"]),
        (1, vec!["one-key-two-names".to_owned()])
    );
    // It cannot end the period that the office gives, nor retire the key for the office.
    let past = "--from 2020-01-01T00:00:00Z --until 2020-02-01T00:00:00Z";
    assert_eq!(
        judged("past.json", past, &["anna.identity.json"]),
        (0, none)
    );
    // That others have the key, it can say: to pin it is to believe that.
    let line = typed("roster revoke same.json anna --kind compromised --reason T --at");
    stage.must("mallory", &[&line[..], &["2021-01-01T00:00:00Z"]].concat());
    let pinned = ["roster", "pin", "same.json", "--root", &root];
    stage.must("court", &pinned);
    let report = stage.verify("court", &["disk.dd"]);
    assert_eq!(
        (report.exit, report.codes()),
        (1, vec!["signer-compromised"])
    );
    // A roster that stands under the name of another root, by whatever hand, is not that roster.
    let office = key_of(&stage, "office");
    std::fs::copy(
        stage.path("past.json"),
        stage.path(&format!("home-court/rosters/{office}.json")),
    )
    .unwrap();
    stage.must("court", &["roster", "unpin", &root]);
    let report = stage.verify("court", &["disk.dd"]);
    assert_eq!(
        (report.exit, report.codes()),
        (1, vec!["roster-invalid", "signer-unknown"])
    );
    stage.write("home-court/rosters/notes.json", "{}");
    let done = stage.run("court", &["verify", "disk.dd"]);
    refused(&done, "a pinned roster is called ROOT.json");
}

#[test]
fn only_those_whom_the_last_version_names_give_another_one() {
    let stage = stage();
    let before = std::fs::read(stage.path("r.json")).unwrap();
    let done = stage.run("mallory", &typed("roster add r.json mallory.identity.json"));
    refused(&done, "which the version before does not let sign");
    assert_eq!(
        std::fs::read(stage.path("r.json")).unwrap(),
        before,
        "nothing was written"
    );
    // One key never gets a second name, and a revoked one never comes back.
    let file = std::fs::read_to_string(stage.path("anna.identity.json")).unwrap();
    stage.write(
        "twin.json",
        file.replace("\"name\": \"anna\"", "\"name\": \"Anna Two\""),
    );
    let twin = stage.run("office", &typed("roster add r.json twin.json"));
    refused(&twin, "never gets a second name");
    stage.must(
        "office",
        &[
            "roster",
            "revoke",
            "r.json",
            &key_of(&stage, "boris"),
            "--kind",
            "retired",
            "--reason",
            "left",
        ],
    );
    let back = stage.run(
        "office",
        &typed("roster add r.json boris.identity.json --role clerk"),
    );
    refused(&back, "does not come back");
    let again = stage.run(
        "office",
        &typed("roster revoke r.json boris --kind retired --reason T"),
    );
    assert_eq!(again.exit, 2, "{}", again.all());
    stage.must(
        "office",
        &typed("roster revoke r.json boris --kind compromised --reason worse"),
    );
    // A roster is never written over by a new one.
    let over = stage.run("office", &typed("roster new --name Test-roster -o r.json"));
    refused(&over, "never overwritten");
}

#[test]
fn a_threshold_counts_people() {
    let stage = Stage::new();
    let own = |name: &str, agency: &str| {
        stage.must(
            "office",
            &[
                "key",
                "new",
                "--name",
                name,
                "--agency",
                agency,
                "--role",
                "keeper",
                "--no-passphrase",
            ],
        );
    };
    own("Ada", "Office");
    own("Ada", "Office");
    own("Bela", "Office");
    let new = |extra: &[&str]| {
        let head = typed("roster new --name R -o r.json --key Ada --threshold 2");
        stage.run("office", &[&head[..], extra].concat())
    };
    for threshold in [&["--next", "Ada"][..], &[]] {
        assert_eq!(
            new(threshold).exit,
            2,
            "two people must sign, and there is one"
        );
    }
    assert_eq!(new(&["--threshold", "0"]).exit, 2);
    let twice = new(&typed("--next Ada --next Ada-2 Ada Ada-2"));
    assert_eq!(twice.exit, 2, "{}", twice.all());
    assert!(
        twice
            .stderr
            .contains("2 people must sign the following version, and 1 may"),
        "{}",
        twice.all()
    );
    let done = new(&typed("--next Ada --next Ada-2 --next Bela Ada Ada-2 Bela"));
    assert_eq!(done.exit, 0, "{}", done.all());
    let add = |with: &[&str]| {
        let head = typed("roster add r.json --key Ada --threshold 2");
        stage.run("office", &[&head[..], with].concat())
    };
    let alone = add(&[]);
    refused(&alone, "--with NAME");
    let same = add(&["--with", "Ada-2"]);
    refused(&same, "counts once");
    assert_eq!(add(&["--with", "Ada"]).exit, 2, "one key signs once");
    let both = add(&["--with", "Bela"]);
    assert_eq!(both.exit, 0, "{}", both.all());
}

#[test]
fn what_is_no_roster_is_refused_in_one_sentence() {
    let stage = stage();
    let root = key_of(&stage, "office");
    let good = std::fs::read_to_string(stage.path("r.json")).unwrap();
    let noise: Vec<u8> = (0..5000_u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let hostile: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("noise", noise),
        ("deep", b"[".repeat(100_000)),
        ("deep-fields", b"{\"a\":".repeat(100_000)),
        (
            "bundle",
            std::fs::read(stage.path("disk.dd.custody.json")).unwrap(),
        ),
        (
            "identity",
            std::fs::read(stage.path("anna.identity.json")).unwrap(),
        ),
        ("cut", good.as_bytes()[..good.len() / 2].to_vec()),
        ("twice", good.repeat(2).into_bytes()),
        (
            "without-chain",
            good.replace("\"chain\": [\n    {", "\"chain2\": [\n    {")
                .into_bytes(),
        ),
        (
            "negative",
            good.replace("\"threshold\": 1", "\"threshold\": -1")
                .into_bytes(),
        ),
        (
            "another-version",
            good.replace("custody-roster/v1", "custody-roster/v2")
                .into_bytes(),
        ),
        (
            "empty-chain",
            br#"{"about":{"format":"custody-roster/v1"},"chain":[],"keys":[]}"#.to_vec(),
        ),
        (
            "control",
            good.replace("Test-roster", "Test\\u0007-roster")
                .into_bytes(),
        ),
    ];
    for (name, bytes) in hostile {
        stage.write(name, bytes);
        for arguments in [
            vec!["verify", "disk.dd", "--roster", name, "--root", &root],
            vec!["roster", "pin", name, "--root", &root],
            vec!["roster", "show", name],
            vec!["roster", "add", name, "anna.identity.json"],
        ] {
            let done = stage.run("office", &arguments);
            assert_eq!(done.exit, 2, "{name}: {}", done.all());
            let error = done.stderr.lines().next().unwrap();
            assert!(
                error.starts_with("error: reading the roster ") && error.len() < 400,
                "{name}: {error}"
            );
        }
    }
    for missing in ["", "nowhere.json", "home-anna"] {
        assert_eq!(
            stage.run("office", &["roster", "show", missing]).exit,
            2,
            "{missing}"
        );
    }
    let no_root = stage.run("court", &typed("verify disk.dd --roster r.json"));
    refused(&no_root, "the root it names is not pinned here");
    // What a roster says cannot steer a terminal.
    stage.must(
        "mallory",
        &[
            "roster",
            "new",
            "--name",
            "a%1B",
            "-o",
            "m.json",
            "--role",
            "r\u{200f}ole",
            "anna.identity.json",
        ],
    );
    let page = stage.run("court", &["roster", "show", "m.json"]);
    assert_eq!(page.exit, 3);
    assert!(!page.stdout.contains('\u{200f}'), "{}", page.stdout);
}
