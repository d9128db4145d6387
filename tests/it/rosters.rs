//! Rosters: made, pinned, extended and revoked by the people who keep them, and attacked by others.

use std::path::Path;

use serde_json::Value;

use crate::example;
use crate::stage::{Outcome, Stage};

/// An office that keeps a roster, two people on it since 2020, and a disk that the first of them sealed.
pub fn stage() -> Stage {
    let stage = Stage::new();
    for person in ["office", "anna", "boris", "mallory"] {
        stage.person(person);
    }
    new_roster(&stage, &["anna.identity.json", "boris.identity.json"]);
    stage.write("disk.dd", vec![3; 1_500_000]);
    stage.must("anna", &typed("seal disk.dd --case 7 --exhibit HDD-1"));
    stage
}

pub fn new_roster(stage: &Stage, members: &[&str]) -> Outcome {
    let head = typed(
        "roster new --name Test-roster -o r.json --from 2020-01-01T00:00:00Z --until 2099-01-01T00:00:00Z",
    );
    stage.must("office", &[&head[..], members].concat())
}

/// It ended with exit 2, and said why.
pub fn refused(outcome: &Outcome, why: &str) {
    let all = outcome.all();
    assert!(outcome.exit == 2 && outcome.stderr.contains(why), "{all}");
}

/// What was typed, word by word.
pub fn typed(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// A page without its line breaks.
pub fn words(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn key_of(stage: &Stage, person: &str) -> String {
    let text = std::fs::read_to_string(stage.path(&format!("{person}.identity.json"))).unwrap();
    let identity: Value = serde_json::from_str(&text).unwrap();
    identity["key"]["id"].as_str().unwrap().to_owned()
}

pub fn pin(stage: &Stage, person: &str, file: &str) -> Outcome {
    let root = key_of(stage, "office");
    stage.run(person, &["roster", "pin", file, "--root", &root])
}

pub fn must_pin(stage: &Stage, person: &str, file: &str) {
    let pinned = pin(stage, person, file);
    assert_eq!(pinned.exit, 0, "{}", pinned.all());
}

#[test]
fn the_whole_life_of_a_roster() {
    let stage = stage();
    assert_eq!(
        stage.verify("court", &["disk.dd"]).exit,
        3,
        "nobody is confirmed"
    );
    must_pin(&stage, "court", "r.json");
    let report = stage.verify("court", &["disk.dd"]);
    assert_eq!((report.exit, report.codes()), (0, vec![]));
    assert_eq!(report.json["rosters"][0]["version"], 0);
    let page = words(&stage.must("court", &["verify", "disk.dd"]).stdout);
    assert!(
        page.contains(") as the key of anna") && page.contains("on the roster Test-roster (root "),
        "{page}"
    );
    // The pinned roster counts for every command that shows or extends.
    stage.must("court", &["summary", "disk.dd"]);
    stage.must(
        "anna",
        &typed("release disk.dd --to boris.identity.json --reason T"),
    );
    must_pin(&stage, "boris", "r.json");
    stage.must("boris", &["receive", "disk.dd"]);
    assert_eq!(stage.verify("court", &["disk.dd"]).exit, 0);

    // A further version: a new member, and somebody else who signs next.
    stage.person("clara");
    stage.must(
        "office",
        &typed("roster add r.json clara.identity.json --role authority --from 2020-01-01T00:00:00Z --next clara.identity.json --next office.identity.json"),
    );
    stage.must(
        "clara",
        &typed("roster revoke r.json boris --kind retired --at 2098-01-01T00:00:00Z --reason left"),
    );
    let shown = stage.must("court", &typed("roster show r.json --json"));
    let shown: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(
        (&shown["exit"], &shown["confirmed"]),
        (&0.into(), &true.into())
    );
    assert_eq!(shown["versions"].as_array().unwrap().len(), 3);
    assert_eq!(shown["members"][1]["revoked"]["kind"], "retired");
    assert_eq!(shown["members"][2]["role"], "authority");
    assert_eq!(shown["next"].as_array().unwrap().len(), 2);
    let page = stage.must("court", &["roster", "show", "r.json"]).stdout;
    assert!(page.starts_with("THE ROSTER KEEPS ITS RULES.\n"), "{page}");
    let page = words(&page);
    assert!(
        page.contains("retired at 1 January 2098, 00:00:00 (UTC) (left)"),
        "{page}"
    );
    // A root that is pinned needs not be typed again.
    stage.must("court", &["roster", "pin", "r.json"]);
    let report = stage.verify("court", &["disk.dd"]);
    assert_eq!(
        (report.exit, &report.json["rosters"][0]["version"]),
        (0, &2.into())
    );
}

#[test]
fn what_became_of_a_key_is_found() {
    let stage = stage();
    let report = |revoke: &[&str]| {
        std::fs::copy(stage.path("r.json"), stage.path("now.json")).unwrap();
        let head = typed("roster revoke now.json anna --reason T");
        stage.must("office", &[&head[..], revoke].concat());
        let root = key_of(&stage, "office");
        let report = stage.verify(
            "court",
            &["disk.dd", "--roster", "now.json", "--root", &root],
        );
        let codes = report
            .codes()
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>();
        (report.exit, codes)
    };
    let one = |code: &str| vec![code.to_owned()];
    let (past, future) = ("2021-01-01T00:00:00Z", "2098-01-01T00:00:00Z");
    assert_eq!(
        report(&["--kind", "retired", "--at", past]),
        (1, one("signer-not-valid-then"))
    );
    assert_eq!(report(&["--kind", "retired", "--at", future]), (0, vec![]));
    assert_eq!(
        report(&["--kind", "compromised", "--at", past]),
        (1, one("signer-compromised"))
    );
    assert_eq!(
        report(&["--kind", "compromised", "--at", future]),
        (3, one("unproven-time"))
    );
    // Of an expired member, and of one who is not one yet.
    for (from, until) in [
        ("2020-01-01T00:00:00Z", past),
        (future, "2099-01-01T00:00:00Z"),
    ] {
        let file = format!("{}.json", &from[..4]);
        stage.must(
            "office",
            &[
                "roster",
                "new",
                "--name",
                "R",
                "-o",
                &file,
                "anna.identity.json",
                "--from",
                from,
                "--until",
                until,
            ],
        );
        let root = key_of(&stage, "office");
        let report = stage.verify("court", &["disk.dd", "--roster", &file, "--root", &root]);
        assert_eq!(
            (report.exit, report.codes()),
            (1, vec!["signer-not-valid-then"])
        );
    }
    // Whoever pinned it, takes nothing over from such a key.
    stage.must(
        "anna",
        &typed("release disk.dd --to boris.identity.json --reason T"),
    );
    stage.must(
        "office",
        &[
            "roster",
            "revoke",
            "r.json",
            "anna",
            "--kind",
            "compromised",
            "--at",
            past,
            "--reason",
            "T",
        ],
    );
    must_pin(&stage, "boris", "r.json");
    let received = stage.run("boris", &["receive", "disk.dd"]);
    refused(&received, "others may have had the key");
    // Whoever seals with such a key, or releases to it, is told before.
    must_pin(&stage, "anna", "r.json");
    stage.write("late.txt", "late");
    let sealed = stage.must("anna", &["seal", "late.txt", "--quiet"]);
    assert!(
        sealed.stderr.contains("may not sign now"),
        "{}",
        sealed.stderr
    );
    stage.must("boris", &typed("seal late.txt -o other.custody.json"));
    let released = typed("release other.custody.json --to anna.identity.json --reason T");
    let released = stage.must("boris", &released);
    assert!(
        released.stderr.contains("may not sign now"),
        "{}",
        released.stderr
    );
    // As of a time before, a page says that it is no page of today.
    let root = key_of(&stage, "office");
    let as_of =
        format!("verify late.txt --as-of 2020-01-01T00:00:00Z --roster r.json --root {root}");
    let page = stage.run("court", &typed(&as_of)).stdout;
    assert!(
        page.starts_with("  AS OF 1 January 2020, 00:00:00 (UTC)"),
        "{page}"
    );
    assert!(
        words(&page).contains("1 event of this chain is dated later"),
        "{page}"
    );
}

#[test]
fn an_authority_takes_over_and_nobody_else() {
    let stage = stage();
    stage.person("clara");
    stage.must(
        "office",
        &typed("roster add r.json clara.identity.json --role authority --from 2020-01-01T00:00:00Z --until 2099-01-01T00:00:00Z"),
    );
    must_pin(&stage, "mallory", "r.json");
    must_pin(&stage, "court", "r.json");
    let takeover = |by: &str| {
        stage.run(
            by,
            &typed("record disk.dd takeover --to boris.identity.json --reason absent"),
        )
    };
    let done = takeover("mallory");
    refused(&done, "is for an authority of the roster");
    std::fs::copy(stage.path("disk.dd.custody.json"), stage.path("good")).unwrap();
    // Boris has pinned nothing, and his program cannot know; the court's does.
    assert_eq!(takeover("boris").exit, 0);
    let report = stage.verify("court", &["disk.dd"]);
    assert_eq!((report.exit, report.codes()), (1, vec!["not-the-holder"]));
    assert_eq!(report.json["holder"]["name"], "anna");
    std::fs::copy(stage.path("good"), stage.path("disk.dd.custody.json")).unwrap();
    assert_eq!(takeover("clara").exit, 0);
    let report = stage.verify("court", &["disk.dd"]);
    assert_eq!((report.exit, report.codes()), (0, vec![]));
    assert_eq!(report.json["holder"]["name"], "boris");
}

/// Times are part of what is checked.
fn copy_with_times(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
    let changed = from.metadata().unwrap().modified().unwrap();
    let file = std::fs::File::options().write(true).open(to).unwrap();
    file.set_modified(changed).unwrap();
}

#[test]
fn as_of_a_time_the_report_is_the_same_everywhere() {
    let stage = stage();
    let root = key_of(&stage, "office");
    stage.must(
        "office",
        &typed("roster revoke r.json anna --kind retired --at 2021-01-01T00:00:00Z --reason T"),
    );
    let other = Stage::new();
    for (from, to) in [
        ("disk.dd", "x/image.raw"),
        ("disk.dd.custody.json", "x/b.json"),
        ("r.json", "y/roster"),
    ] {
        copy_with_times(&stage.path(from), &other.write(to, ""));
    }
    copy_with_times(&stage.path("disk.dd"), &stage.path("dd.copy"));
    for time in ["2020-06-01T00:00:00Z", "2098-06-01T00:00:00Z"] {
        let options = ["--json", "--root", &root, "--as-of", time];
        // Anna has her own key, and the court has pinned something else: neither counts.
        stage.must(
            "office",
            &[
                "roster",
                "new",
                "--name",
                "Else",
                "-o",
                &format!("{time}.json"),
            ],
        );
        must_pin(&stage, "court", &format!("{time}.json"));
        let run = |stage: &Stage, who: &str, files: [&str; 3]| {
            let [bundle, evidence, roster] = files;
            let named = ["verify", bundle, evidence, "--roster", roster];
            stage.run(who, &[&named[..], &options].concat()).stdout
        };
        let first = run(
            &stage,
            "anna",
            ["disk.dd.custody.json", "disk.dd", "r.json"],
        );
        assert!(
            first.contains(&format!("\"checkedAt\": \"{time}\"")),
            "{first}"
        );
        assert_eq!(
            first,
            run(
                &stage,
                "court",
                ["./disk.dd.custody.json", "dd.copy", "r.json"]
            )
        );
        assert_eq!(
            first,
            run(&other, "nobody", ["x/b.json", "x/image.raw", "y/roster"])
        );
        let report: Value = serde_json::from_str(&first).unwrap();
        if time.starts_with("2020") {
            assert_eq!(
                (&report["exit"], &report["rosters"][0]["used"]),
                (&3.into(), &false.into())
            );
            let page = stage.run(
                "court",
                &[
                    "verify", "disk.dd", "--roster", "r.json", "--root", &root, "--as-of", time,
                ],
            );
            assert!(
                words(&page.stdout)
                    .contains("its first version is later than the time of this check"),
                "{}",
                page.all()
            );
        } else {
            assert_eq!(
                (&report["exit"], &report["rosters"][0]["version"]),
                (&1.into(), &1.into())
            );
        }
        stage.must("court", &["roster", "unpin", &root]);
    }
    // What this machine knows does not count, so it is asked for.
    let without = stage.run(
        "anna",
        &typed("verify disk.dd --as-of 2030-01-01T00:00:00Z --roster r.json"),
    );
    refused(&without, "--roster r.json goes with --root");
    let report = stage.verify("anna", &["disk.dd", "--as-of", "2030-01-01T00:00:00Z"]);
    assert_eq!((report.exit, report.codes()), (3, vec!["signer-unknown"]));
    for time in [
        "2030",
        "2030-01-01",
        "2030-02-30T00:00:00Z",
        "2030-01-01T00:00:00",
        "now",
    ] {
        assert_eq!(
            stage
                .run("anna", &["verify", "disk.dd", "--as-of", time])
                .exit,
            2,
            "{time}"
        );
    }
}

#[test]
fn the_worked_example_checks_by_its_roster() {
    let stage = Stage::new();
    let place = stage.path("");
    example::exh_7(&place);
    example::disk_dd(&place);
    for name in [
        "EXH-7.custody.json",
        "disk.dd.custody.json",
        "north-river.roster.json",
    ] {
        std::fs::copy(example::folder().join(name), stage.path(name)).unwrap();
    }
    let root = "1bd236cdd6fceb9a51b63431ddda39edd944cf1326ede0526664f6419440eb36";
    let options = ["--roster", "north-river.roster.json", "--root", root];
    let report = stage.verify(
        "court",
        &[&["EXH-7.custody.json", "EXH-7"][..], &options].concat(),
    );
    assert_eq!(report.exit, 0, "{}", report.json);
    assert!(
        report
            .codes()
            .iter()
            .all(|code| *code == "timestamp-untrusted")
    );
    let report = stage.verify(
        "court",
        &[&["disk.dd.custody.json", "disk.dd"][..], &options].concat(),
    );
    assert_eq!((report.exit, report.codes()), (0, vec![]));
    stage.must(
        "court",
        &["roster", "pin", "north-river.roster.json", "--root", root],
    );
    assert_eq!(stage.verify("court", &["disk.dd"]).exit, 0);
}
