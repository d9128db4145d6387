//! First use needs no set-up: seal, and verify right after it.

use std::os::unix::fs::PermissionsExt;

use crate::stage::Stage;

#[test]
fn seal_makes_an_identity_and_verify_trusts_it() {
    let stage = Stage::new();
    stage.write("disk.dd", vec![7; 3_000_000]);
    let sealed = stage.must("new", &["seal", "disk.dd", "--case", "1"]);
    assert!(
        sealed
            .stdout
            .starts_with("DIGITALLY SEALED: 1 file, 3,000,000 bytes.\n"),
        "{}",
        sealed.stdout
    );
    assert!(
        sealed.stderr.contains("has no passphrase"),
        "{}",
        sealed.stderr
    );
    let report = stage.verify("new", &["disk.dd"]);
    assert_eq!(
        (report.exit, report.result(), report.codes()),
        (0, "NO CHANGE FOUND", vec![])
    );
    let key = std::fs::read_dir(stage.path("home-new/identities"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let key = key
        .into_iter()
        .find(|path| path.extension().is_some_and(|extension| extension == "pem"))
        .unwrap();
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    // Someone else has no reason to believe it.
    let report = stage.verify("other", &["disk.dd"]);
    assert_eq!((report.exit, report.codes()), (3, vec!["signer-unknown"]));
}

#[test]
fn the_bundle_is_in_file_form_and_never_overwritten() {
    let stage = Stage::new();
    stage.write("folder/a", "a");
    stage.write("folder/b/c", "c");
    stage.must("one", &["seal", "folder/"]);
    let text = std::fs::read_to_string(stage.path("folder.custody.json")).unwrap();
    let bundle = custody::record::bundle::Bundle::parse(text.as_bytes()).unwrap();
    assert!(!bundle.reformatted);
    let again = stage.run("one", &["seal", "folder"]);
    assert_eq!(again.exit, 2);
    assert!(
        again.stderr.contains("never overwritten"),
        "{}",
        again.stderr
    );
    assert_eq!(
        std::fs::read_to_string(stage.path("folder.custody.json")).unwrap(),
        text
    );
    let inside = stage.run("one", &["seal", "folder", "-o", "folder/b/x.custody.json"]);
    assert_eq!(inside.exit, 2);
    assert!(
        inside.stderr.contains("inside the folder"),
        "{}",
        inside.stderr
    );
}

#[test]
fn several_paths_are_sealed_side_by_side() {
    let stage = Stage::new();
    stage.write("img.001", vec![1; 2_000_000]);
    stage.write("img.002", vec![2; 1_000_000]);
    stage.write("unrelated", "not sealed, not looked at");
    stage.must("one", &["seal", "img.001", "img.002", "--exhibit", "HDD-1"]);
    let report = stage.verify("one", &["img.001"]);
    assert_eq!((report.exit, report.codes()), (0, vec![]));
    stage.flip("img.002", 5);
    let report = stage.verify("one", &["img.001.custody.json"]);
    assert_eq!((report.exit, report.changes()), (1, vec!["altered"]));
    std::fs::remove_file(stage.path("img.002")).unwrap();
    assert_eq!(stage.verify("one", &["img.001"]).result(), "FILE MISSING");
    stage.write("other/img.001", "same name");
    let twice = stage.run(
        "one",
        &["seal", "img.001", "other/img.001", "-o", "x.custody.json"],
    );
    assert_eq!(twice.exit, 2);
    assert!(
        twice
            .stderr
            .contains("two of the things to seal are named img.001"),
        "{}",
        twice.stderr
    );
}

#[test]
fn other_check_numbers_are_recorded_beside_sha256() {
    let stage = Stage::new();
    stage.write("abc", "abc");
    stage.must(
        "one",
        &["seal", "abc", "--also", "md5,sha1,sha3-256,sha512"],
    );
    let text = std::fs::read_to_string(stage.path("abc.custody.json")).unwrap();
    for number in [
        "900150983cd24fb0d6963f7d28e17f72",
        "a9993e364706816aba3e25717850c26c9cd0d89d",
        "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ] {
        assert!(text.contains(number), "{number}");
    }
    assert_eq!(stage.verify("one", &["abc"]).codes(), Vec::<&str>::new());
    assert_eq!(
        stage
            .run("one", &["seal", "abc", "-o", "x", "--also", "crc32"])
            .exit,
        2
    );
}

#[test]
fn a_seal_that_is_refused_leaves_no_key_behind() {
    let stage = Stage::new();
    stage.write("abc", "abc");
    std::fs::create_dir(stage.path("empty")).unwrap();
    stage.write("changed.toml", "plase = \"x\"\n");
    stage.write("pin", "");
    let keys = || {
        let folder = std::fs::read_dir(stage.path("home-one/identities"));
        folder.map_or(0, Iterator::count)
    };
    for wrong in [
        &["seal", "nowhere"][..],
        &["seal", "abc", "--profile", "az"],
        &["seal", "abc", "--sheet", "changed.toml"],
        &["seal", "abc", "--not-recorded", "plase=x"],
        &["seal", "abc", "-o", "nowhere/x.custody.json"],
        &["seal", "abc", "--also", "crc32"],
        &["seal", "empty"],
        &["seal", "abc", "--key", "somebody"],
    ] {
        assert_eq!(stage.run("one", wrong).exit, 2, "{wrong:?}");
        assert_eq!(keys(), 0, "{wrong:?}");
    }
    let empty_passphrase = stage
        .command("one", &["seal", "abc"])
        .env("CUSTODY_PASSPHRASE_FILE", stage.path("pin"))
        .output()
        .unwrap();
    assert_eq!((empty_passphrase.status.code(), keys()), (Some(2), 0));
    // A home that cannot keep a key is known before anything is read.
    stage.write("home-two/identities", "a file");
    let refused = stage.run("two", &["seal", "abc"]);
    assert_eq!(refused.exit, 2, "{}", refused.all());
    assert!(!stage.path("abc.custody.json").exists());
    // The identity that is made afterwards is the only one.
    stage.person("one");
    stage.must("one", &["seal", "abc"]);
    assert_eq!(keys(), 2, "its two halves");
}

#[test]
fn a_sheet_fills_the_record_and_is_held_against_it() {
    let stage = Stage::new();
    stage.write("abc", "abc");
    let blank = stage.must("one", &["seal", "--print-sheet"]).stdout;
    // Every line of the form, uncommented and filled, is a sheet the program takes.
    let filled = blank
        .lines()
        .filter(|line| !line.starts_with("# "))
        .map(|line| line.trim_start_matches('#'))
        // A witness with a key would have to sign, too.
        .filter(|line| !line.trim_start().starts_with("key ="))
        .map(|line| match line.split_once(" = ") {
            Some((name, rest)) => format!("{name} = {}", filled(name.trim(), rest)),
            None => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    stage.write("sheet.toml", &filled);
    stage.must("one", &["seal", "abc", "--sheet", "sheet.toml"]);
    assert_eq!(stage.verify("one", &["abc"]).codes(), vec!["late-entry"]);
    for (sheet, phrase) in [
        ("place = \"\"", "`place` is empty"),
        ("colour = \"red\"", "no field `colour`"),
        ("[[seals]]\nkind = \"bag\"", "`seals[0].number` is missing"),
        (
            "[[seals]]\nnumber = \"1\"\nstate = \"fine\"",
            "must be one of: applied, intact, broken, absent",
        ),
        (
            "[by]\nname = \"Someone Else\"",
            "`by` may hold `rank` and `badge`",
        ),
        (
            "action = \"release\"",
            "`action` is filled in by the program",
        ),
        ("place = 3.5", "`place` is a fraction"),
        ("[occurred]\nstart = 2026-11-03T09:12:44Z", "without quotes"),
        ("place = \"a\nb", "bad.toml: line "),
        ("place = \"a\\u202Eb\"", "U+202E"),
    ] {
        stage.write("bad.toml", sheet);
        let outcome = stage.run(
            "one",
            &[
                "seal",
                "abc",
                "-o",
                "new.custody.json",
                "--sheet",
                "bad.toml",
            ],
        );
        assert_eq!(outcome.exit, 2, "{sheet}");
        assert!(
            outcome.stderr.contains(phrase),
            "{sheet}: {}",
            outcome.stderr
        );
        assert!(!stage.path("new.custody.json").exists());
    }
}

/// A plausible value for a line of the form.
fn filled(name: &str, rest: &str) -> String {
    let value = match name {
        "start" | "end" => "\"2026-11-03T09:12:44Z\"",
        "checkedAt" => "\"2026-11-03T09:00:00Z\"",
        "source" if rest.contains("ntp") => "\"ntp\"",
        "zone" => "\"+04:00\"",
        "state" => "\"applied\"",
        // A reason is given for a field that an entry can have.
        "field" => "\"item.model\"",
        "kind" if rest.contains("asice") => "\"paper\"",
        "sha256" | "seal" => "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"",
        _ if rest.starts_with('0') => "1",
        _ if rest.starts_with('[') => "[\"one\"]",
        _ => "\"something\"",
    };
    value.to_owned()
}

#[test]
fn a_folder_of_bundles_is_verified_in_one_go() {
    let stage = Stage::new();
    for name in ["cases/1/a.dd", "cases/1/b.dd", "cases/2/c.dd"] {
        stage.write(name, name);
        stage.must("one", &["seal", name]);
    }
    let all = stage.must("one", &["verify", "cases"]);
    let lines: Vec<&str> = all.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", all.stdout);
    assert!(
        lines[2].starts_with("cases/2/c.dd.custody.json: NO CHANGE FOUND since"),
        "{}",
        all.stdout
    );
    stage.flip("cases/1/b.dd", 0);
    let two = [
        "verify",
        "cases/1/a.dd.custody.json",
        "cases/1/b.dd.custody.json",
    ];
    let outcome = stage.run("one", &two);
    assert_eq!(outcome.exit, 1, "{}", outcome.all());
    assert!(
        outcome
            .stdout
            .lines()
            .nth(1)
            .unwrap()
            .contains("CHANGE FOUND"),
        "{}",
        outcome.stdout
    );
    // One that is no bundle is the worst, and does not keep the others from being checked.
    stage.write("cases/3.custody.json", "{}");
    let outcome = stage.run("one", &["verify", "cases", "--json"]);
    assert_eq!(outcome.exit, 2);
    let documents: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let exits: Vec<u64> = documents
        .as_array()
        .unwrap()
        .iter()
        .map(|document| document["exit"].as_u64().unwrap())
        .collect();
    assert_eq!(exits, [0, 1, 0, 2]);
    stage.write("none/x", "x");
    assert!(
        stage
            .run("one", &["verify", "none"])
            .stderr
            .contains("there is no bundle in the folder none")
    );
    assert_eq!(
        stage
            .run("one", &["verify", "cases", "--only", "a.dd"])
            .exit,
        2
    );
}

#[test]
fn a_source_can_be_read_twice() {
    let stage = Stage::new();
    stage.write("E/disk.dd", vec![4; 3_000_000]);
    stage.write("E/note", "note");
    let sealed = stage.must("one", &["seal", "E", "--reread", "--also", "md5"]);
    assert!(
        sealed.stderr.contains("Read a second time: the same."),
        "{}",
        sealed.stderr
    );
    // Someone writes to the source between the two readings: the bundle tells of the first, the program of both.
    let file = std::fs::File::create(stage.path("big.dd")).unwrap();
    file.set_len(3 << 30).unwrap();
    let child = stage
        .command("one", &["seal", "big.dd", "--reread"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    while !stage.path("big.dd.custody.json").exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    stage.flip("big.dd", (3 << 30) - 1);
    let outcome = crate::stage::Outcome::of(&child.wait_with_output().unwrap());
    assert_ne!(outcome.exit, 0, "{}", outcome.all());
    assert!(
        outcome.stderr.contains("on a second reading, big.dd"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_number_that_another_gave_is_compared_and_kept() {
    let stage = Stage::new();
    stage.write("reply.zip", "content");
    let other = "00".repeat(32);
    let right = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73";
    let seal = |name: &str, value: &str, scope: &str| {
        let sheet = format!(
            "[[acquisition.declared]]\nalgorithm = \"SHA-256\"\nvalue = \"{value}\"\nscope = \"{scope}\"\n"
        );
        stage.write("sheet.toml", sheet);
        stage.run(
            "one",
            &[
                "seal",
                "reply.zip",
                "-o",
                name,
                "--sheet",
                "sheet.toml",
                "--json",
            ],
        )
    };
    for (name, value, scope, exit, standing) in [
        ("same", right, "file", 0, "same"),
        ("upper", &right.to_uppercase(), "file", 0, "same"),
        ("differs", &other, "file", 1, "differs"),
        // Of other bytes it may well be another number.
        ("media", &other, "media data", 0, "not-computed"),
    ] {
        let sealed = seal(name, value, scope);
        assert_eq!(sealed.exit, exit, "{name}: {}", sealed.all());
        let json: serde_json::Value = serde_json::from_str(&sealed.stdout).unwrap();
        assert_eq!(json["exit"], exit);
        assert_eq!(json["declared"][0]["standing"], standing, "{json}");
        // The seal is there, with the number as it was declared; nothing was put right in silence.
        let text = std::fs::read_to_string(stage.path(name)).unwrap();
        assert!(text.contains(value), "{text}");
    }
    let page = seal("again", &other, "file");
    assert_eq!(page.exit, 1);
    let asked = stage
        .must("one", &["challenge", "differs", "--json"])
        .stdout;
    assert!(asked.contains("declared-differs"), "{asked}");
}
