//! Sheets as people fill them in: times of their clocks, and what is wrong with them.

use crate::stage::{Outcome, Stage};

fn stage() -> Stage {
    let stage = Stage::new();
    stage.people(&["anna", "boris"]);
    stage.write("disk.dd", "content");
    stage
}

fn seal(stage: &Stage, sheet: &str, more: &[&str]) -> Outcome {
    stage.write("sheet.toml", sheet);
    let plain = ["seal", "disk.dd", "--sheet", "sheet.toml"];
    stage.run("anna", &[&plain, more].concat())
}

#[test]
fn a_time_with_an_offset_is_recorded_in_utc() {
    let stage = stage();
    let sheet = "case = \"1\"\nexhibit = \"2\"\n[occurred]\nstart = \"2026-11-22T02:00:00+04:00\"\nend = \"2026-11-22T09:30:00+11:30\"\n\
                 [clock]\nsource = \"ntp\"\ncheckedAt = \"2026-11-21T20:00:00-01:00\"\n[ext]\nat = \"2026-11-22T02:00:00+04:00\"\n";
    let sealed = seal(&stage, sheet, &[]);
    assert_eq!((sealed.exit, sealed.stderr.as_str()), (0, ""));
    let bundle = std::fs::read_to_string(stage.path("disk.dd.custody.json")).unwrap();
    for words in [
        "\"start\": \"2026-11-21T22:00:00Z\"",
        "\"end\": \"2026-11-21T22:00:00Z\"",
        "\"checkedAt\": \"2026-11-21T21:00:00Z\"",
        // What other systems say is not read.
        "\"at\": \"2026-11-22T02:00:00+04:00\"",
    ] {
        assert!(bundle.contains(words), "{words}\n{bundle}");
    }
}

#[test]
fn a_time_without_its_zone_is_refused_and_both_forms_are_shown() {
    let stage = stage();
    for time in [
        "2026-11-22T18:00:00",
        "2026-11-22 18:00:00+04:00",
        "2026-11-22T18:00+04:00",
        "2026-11-22T18:00:00.5+04:00",
        "yesterday",
    ] {
        let refused = seal(&stage, &format!("[occurred]\nstart = \"{time}\"\n"), &[]);
        let says = "reading the sheet sheet.toml: `occurred.start` must be a time with its zone";
        assert_eq!(refused.exit, 2, "{time}");
        assert!(refused.stderr.contains(says), "{}", refused.stderr);
        for form in ["2026-11-22T18:00:00+04:00", "2026-11-22T14:00:00Z"] {
            assert!(refused.stderr.contains(form), "{}", refused.stderr);
        }
    }
}

#[test]
fn all_that_is_wrong_is_named_at_once() {
    let stage = stage();
    let sheet = "plase = \"room 2\"\nreason = 4\nnote = \"\"\nzone = \"4\"\naction = \"seal\"\nseals = \"B-1\"\n\
                 [occurred]\nend = \"2026-11-22T18:00:00\"\n\
                 [clock]\nsource = \"NTP\"\ncheckedAt = 2026-11-22T18:00:00+04:00\n\
                 [item]\nquantity = \"two\"\nserail = \"1\"\nmodel = 3.5\n\
                 [by]\nname = \"Another\"\n\
                 [[witnesses]]\nname = \"W\"\nkey = \"00\"\n[[witnesses]]\nrole = \"x\"\n\
                 [[tools]]\nname = 1.5\n[[tools]]\nversion = \"2\"\n\
                 [ext]\n\"a b\" = \"x\"\n";
    let refused = seal(&stage, sheet, &[]);
    assert_eq!(refused.exit, 2);
    for line in [
        "error: reading the sheet sheet.toml: 19 things cannot be recorded",
        "  the record has no field `plase` for seal (nearest to it: `place`)",
        "  `reason` must be a text -> put it in quotes",
        "  `note` is empty -> take the line out, or say why",
        "  `zone` must be an offset of the form +04:00",
        "  `action` is filled in by the program -> take the line out",
        "  `seals` must be a list of tables: [[seals]]",
        "  `occurred.start` is missing: when the act began",
        "  `occurred.end` must be a time with its zone -> write 2026-11-22T18:00:00+04:00",
        "  `clock.source` must be one of: ntp, gps, manual, unsynchronised",
        "  `clock.checkedAt` is a date without quotes -> put it in quotes",
        "  `item.quantity` must be a whole number",
        "  the record has no field `item.serail` for seal (nearest to it: `item.serial`)",
        "  `item.model` is a fraction",
        "  `by` may hold `rank` and `badge`",
        "  `witnesses[0].key` must be 64 lower-case hex digits",
        "  `witnesses[1].name` is missing: name, or initials",
        "  `tools[0].name` is a fraction",
        "  `tools[1].name` is missing: name of the tool",
        "  `a b` cannot be the name of a field",
        "hint: `--print-sheet` prints a form",
    ] {
        assert!(
            refused.stderr.lines().any(|said| said.starts_with(line)),
            "{line}\n{}",
            refused.stderr
        );
    }
    assert!(!stage.path("disk.dd.custody.json").exists());
    // One thing is one sentence, as ever.
    let refused = seal(&stage, "[clock]\nsource = \"NTP\"\n", &[]);
    let line = "error: reading the sheet sheet.toml: `clock.source` must be one of: ntp, gps, manual, unsynchronised\n";
    assert_eq!(refused.stderr, line);
    // Other entries have other fields.
    stage.must("anna", &["seal", "disk.dd"]);
    stage.write("sheet.toml", "case = \"7\"\nmedia = {}\n");
    let correct = [
        "record",
        "disk.dd",
        "correct",
        "--reason",
        "x",
        "--sheet",
        "sheet.toml",
    ];
    let refused = stage.run("anna", &correct);
    for words in [
        "3 things",
        "`case` was fixed by the seal",
        "`corrects` is missing",
        "no field `media` for correct",
    ] {
        assert!(
            refused.stderr.contains(words),
            "{words}\n{}",
            refused.stderr
        );
    }
    // A page of nonsense is cut.
    let many: String = (0..2_000)
        .map(|number| format!("z{number} = 1.5\n"))
        .collect();
    let refused = seal(&stage, &many, &["-o", "other"]);
    assert!(refused.stderr.contains("… and 1940 more") && refused.stderr.lines().count() < 70);
}

#[test]
fn place_and_description_are_flags_of_every_entry() {
    let stage = stage();
    stage.must("anna", &["seal", "disk.dd"]);
    stage.write("sheet.toml", "place = \"of the sheet\"\nnote = \"n\"\n");
    let said = |place: &'static str| {
        [
            "--place",
            place,
            "--description",
            "what was done",
            "--sheet",
            "sheet.toml",
        ]
    };
    for (who, command, place) in [
        (
            "anna",
            &["record", "disk.dd", "examine", "--reason", "x"][..],
            "room 1",
        ),
        (
            "anna",
            &["release", "disk.dd", "--to", "boris", "--reason", "x"],
            "room 2",
        ),
        ("anna", &["withdraw", "disk.dd", "--reason", "x"], "room 3"),
        (
            "anna",
            &["release", "disk.dd", "--to", "boris", "--reason", "x"],
            "room 4",
        ),
        ("boris", &["receive", "disk.dd"], "room 5"),
    ] {
        stage.must(who, &[command, &said(place)].concat());
        let log = stage.run("anna", &["log", "disk.dd"]).stdout;
        assert!(log.contains(place), "{command:?}\n{log}");
    }
    let log = stage.run("anna", &["log", "disk.dd"]).stdout;
    assert_eq!(log.matches("what was done").count(), 5, "{log}");
    assert!(
        !log.contains("of the sheet"),
        "flags win over the sheet: {log}"
    );
    let empty = stage.run(
        "anna",
        &[
            "record", "disk.dd", "examine", "--reason", "x", "--place", " ",
        ],
    );
    assert!(
        empty.exit == 2 && empty.stderr.contains("--place is empty"),
        "{}",
        empty.all()
    );
}

#[test]
fn flags_take_times_with_an_offset_too() {
    let stage = stage();
    stage.must("anna", &["seal", "disk.dd"]);
    let as_of = |time: &str| stage.run("anna", &["verify", "disk.dd", "--json", "--as-of", time]);
    let (there, utc) = (
        as_of("2031-05-01T04:00:00+04:00"),
        as_of("2031-05-01T00:00:00Z"),
    );
    assert_eq!(there.stdout, utc.stdout);
    assert!(
        utc.stdout
            .contains("\"checkedAt\": \"2031-05-01T00:00:00Z\""),
        "{}",
        utc.stdout
    );
    let refused = as_of("2031-05-01T04:00:00");
    assert_eq!(refused.exit, 2);
    assert!(refused.stdout.contains("+04:00"), "{}", refused.stdout);
    stage.must(
        "anna",
        &[
            "roster",
            "new",
            "--name",
            "Test",
            "-o",
            "r.json",
            "boris",
            "--from",
            "2026-01-01T00:00:00+04:00",
            "--until",
            "2099-01-01T00:00:00+04:00",
        ],
    );
    stage.must(
        "anna",
        &[
            "roster",
            "revoke",
            "r.json",
            "boris",
            "--kind",
            "retired",
            "--reason",
            "left",
            "--at",
            "2026-06-01T02:00:00+04:00",
        ],
    );
    let roster = std::fs::read_to_string(stage.path("r.json")).unwrap();
    for time in [
        "2025-12-31T20:00:00Z",
        "2098-12-31T20:00:00Z",
        "2026-05-31T22:00:00Z",
    ] {
        assert!(roster.contains(time), "{time}\n{roster}");
    }
}
