//! Profiles: what an entry has to say before it is signed, and what a person is warned of.

use serde_json::Value;

use crate::stage::{Outcome, Stage};

/// A sheet that says everything the profile `az` asks of the seal of a drive. Its top level comes first; each table can
/// be taken out.
const TOP: &str = r#"
case = "2026-CR-00417"
exhibit = "AE/1"
place = "8 Garden Street, flat 12, room 2"
reason = "named in the decision"
description = "hard disk, grey, 3.5 inch, no marks"
lateReason = "the case was written up after the search"
"#;

const TABLES: [(&str, &str); 11] = [
    (
        "occurred",
        "[occurred]\nstart = \"2020-11-20T07:30:00Z\"\nend = \"2020-11-20T07:40:00Z\"\n",
    ),
    (
        "clock",
        "[clock]\nsource = \"ntp\"\ncheckedAgainst = \"speaking clock\"\n",
    ),
    (
        "authority",
        "[authority]\nkind = \"court decision\"\nnumber = \"4(009)-118/2026\"\ndate = \"19 November 2020\"\nissuer = \"District Court\"\n",
    ),
    (
        "protocol",
        "[protocol]\nkind = \"record of search\"\nnumber = \"17\"\ndate = \"20 November 2020\"\n",
    ),
    (
        "seals",
        "[[seals]]\nnumber = \"AZ-004412\"\nstate = \"applied\"\n",
    ),
    (
        "present",
        "[[present]]\nname = \"R. T.\"\nrole = \"mütəxəssis\"\n",
    ),
    (
        "witnesses",
        "[[witnesses]]\nname = \"W. A.\"\nrole = \"hal şahidi\"\n",
    ),
    (
        "attachments",
        "[[attachments]]\nname = \"bag.jpg\"\nsha256 = \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"\ntitle = \"Photograph of the bag\"\n",
    ),
    (
        "item",
        "[item]\nkind = \"device: hard disk\"\ndescription = \"grey\"\nquantity = 1\ncondition = \"good\"\nmanufacturer = \"Seagate\"\nmodel = \"ST1000\"\nserial = \"Z9A1EXMP\"\n",
    ),
    ("by", "[by]\nbadge = \"4471\"\n"),
    (
        "ext",
        "[ext]\nprivilegeClaimed = \"no\"\nchangesToOriginal = \"none\"\nrightsExplained = \"to the owner\"\nownerReceipt = \"receipt 3\"\nremarks = \"none\"\nfirstHash = \"yes\"\nmeasure = \"seized\"\n",
    ),
];

fn sheet(without: &[&str]) -> String {
    let tables = TABLES.iter().filter(|(name, _)| !without.contains(name));
    TOP.to_owned() + &tables.map(|(_, text)| *text).collect::<String>()
}

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

/// A page without its line breaks.
fn flat(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn missing(outcome: &Outcome) -> Vec<String> {
    let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(
        (outcome.exit, &json["format"]),
        (2, &"custody-error/v1".into()),
        "{json}"
    );
    let missing = json["missing"].as_array().unwrap().iter();
    missing
        .map(|field| field.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_complete_seal_is_signed() {
    let stage = stage();
    let sealed = seal(&stage, &sheet(&[]), &["--profile", "az"]);
    assert_eq!(sealed.exit, 0, "{}", sealed.all());
    assert!(
        !sealed.stderr.contains("warning: `"),
        "nothing personal: {}",
        sealed.stderr
    );
    let report = stage.verify("anna", &["disk.dd"]);
    assert_eq!((report.exit, report.codes()), (0, vec!["late-entry"]));
    let page = stage.must("anna", &["summary", "disk.dd"]).stdout;
    assert!(
        flat(&page).contains("reason as recorded: the case was written up"),
        "{page}"
    );
}

#[test]
fn each_thing_that_is_missing_is_named() {
    let stage = stage();
    for (without, fields) in [
        ("occurred", vec!["occurred.start, occurred.end"]),
        ("clock", vec!["clock.source"]),
        (
            "authority",
            vec![
                "authority.kind",
                "authority.number, authority.date, authority.issuer or ext.urgentGrounds, ext.judicialReview",
            ],
        ),
        (
            "protocol",
            vec![
                "protocol.number, protocol.date",
                "countersigned.sha256 or protocol.number",
            ],
        ),
        ("seals", vec!["seals.number"]),
        (
            "present",
            vec![
                "present.name, present.role",
                "present.name (specialist) or by.name (specialist)",
            ],
        ),
        (
            "witnesses",
            vec!["witnesses.name or attachments.sha256 (video)"],
        ),
        ("attachments", vec!["attachments.sha256 (photo)"]),
        (
            "item",
            vec!["item.kind, item.description, item.quantity, item.condition"],
        ),
        (
            "ext",
            vec![
                "acquisition.declared.value or ext.firstHash",
                "ext.measure or acquisition.method",
                "ext.privilegeClaimed",
                "ext.changesToOriginal",
                "ext.rightsExplained",
                "ext.ownerReceipt",
                "ext.remarks",
            ],
        ),
    ] {
        let refused = seal(&stage, &sheet(&[without]), &["--profile", "az", "--json"]);
        assert_eq!(missing(&refused), fields, "without {without}");
    }
    assert!(
        !stage.path("disk.dd.custody.json").exists(),
        "nothing was written"
    );
}

#[test]
fn all_that_is_missing_is_named_at_once_with_how_to_give_it() {
    let stage = stage();
    let refused = stage.run("anna", &["seal", "disk.dd", "--profile", "az"]);
    assert_eq!(refused.exit, 2);
    for words in [
        "nothing was signed: the profile az asks for",
        "place: where the act took place: building, room, position [ISO/IEC 27037",
        "--place T; or --not-recorded place=\"REASON\"",
        "case: number of the case",
        "`number` under [protocol] in the sheet",
        "--not-recorded witnesses-or-video=\"REASON\"",
        "hint: `custody seal --print-sheet --profile az` prints a form with all of them",
    ] {
        let text = flat(&refused.stderr);
        assert!(text.contains(words), "{words}\n{}", refused.stderr);
    }
    assert!(!stage.path("disk.dd.custody.json").exists());
    // Before anything is read: what cannot be read is not even noticed.
    let refused = stage.run(
        "anna",
        &["seal", "disk.dd", "--profile", "generic", "--json"],
    );
    assert!(missing(&refused).len() > 10);
    // Without a profile, one command at night is enough.
    assert_eq!(stage.run("anna", &["seal", "disk.dd"]).exit, 0);
}

#[test]
fn one_round_is_enough() {
    let stage = stage();
    let refused = stage.run("anna", &["seal", "disk.dd", "--profile", "az"]);
    let text = flat(&refused.stderr);
    let (asked, more) = text
        .split_once("more where the answers are these:")
        .unwrap();
    assert!(asked.contains("item.kind, item.description"), "{asked}");
    for words in [
        "lateReason: why the entry is made more than 24 hours after the act",
        "item.manufacturer, item.model, item.serial: manufacturer, model and serial number of the device, where item.kind says device, medium, phone, computer, laptop, …, unless item.kind says image",
        "`manufacturer` under [item] in the sheet",
        "seals.number: numbers of the physical seals and bags, where item.kind says device",
        "acquisition.writeBlocker.name: the write blocker, or why there was none, where item.kind says image",
    ] {
        assert!(more.contains(words), "{words}\n{more}");
        assert!(!asked.contains(words), "{words}\n{asked}");
    }
    // What each refusal names, answered with a reason or a value, is enough for any kind of thing.
    for kind in [
        "device: hard disk",
        "phone",
        "laptop",
        "disk image",
        "paper",
    ] {
        let given = "lateReason = \"x\"\n[occurred]\nstart = \"2020-11-20T07:30:00Z\"\nend = \"2020-11-20T07:40:00Z\"\n";
        let sheet = format!("{given}[item]\nkind = \"{kind}\"\n");
        let reasons = text.split("or --not-recorded ").skip(1);
        let reasons = reasons.filter_map(|rest| rest.split_once("=\"REASON\""));
        let reasons: Vec<String> = reasons
            .map(|(name, _)| format!("--not-recorded={name}=unknown"))
            .collect();
        let mut more = vec!["-o", kind, "--profile", "az"];
        more.extend(reasons.iter().map(String::as_str));
        let sealed = seal(&stage, &sheet, &more);
        assert_eq!(sealed.exit, 0, "{kind}: {}", sealed.all());
    }
}

#[test]
fn the_reasons_that_are_proposed_are_enough() {
    let stage = stage();
    for profile in ["az", "generic"] {
        let plain = ["seal", "disk.dd", "-o", profile, "--profile", profile];
        let refused = stage.run("anna", &plain).stderr;
        let mut proposed: Vec<String> = flat(&refused)
            .split("or --not-recorded ")
            .skip(1)
            .filter_map(|rest| Some(format!("{}=unknown", rest.split_once("=\"REASON\"")?.0)))
            .collect();
        proposed.sort();
        proposed.dedup();
        assert!(proposed.len() > 10, "{refused}");
        let reasons = proposed
            .iter()
            .flat_map(|reason| ["--not-recorded", reason.as_str()]);
        let all: Vec<&str> = plain.into_iter().chain(reasons).collect();
        stage.must("anna", &all);
    }
}

#[test]
fn a_reason_stands_for_a_value_and_is_on_page_one() {
    let stage = stage();
    let text = sheet(&["witnesses", "ext"])
        + "[[notRecorded]]\nfield = \"ext\"\nreason = \"written in record 17\"\n"
        + "[[notRecorded]]\nfield = \"earlier-hashes\"\nreason = \"no imager\"\n"
        + "[[notRecorded]]\nfield = \"measure\"\nreason = \"see record 17\"\n";
    let refused = seal(&stage, &text, &["--profile", "az", "--json"]);
    assert_eq!(
        missing(&refused),
        ["witnesses.name or attachments.sha256 (video)"]
    );
    let reason = "witnesses-or-video=nobody could be found at night";
    let sealed = seal(
        &stage,
        &text,
        &["--profile", "az", "--not-recorded", reason],
    );
    assert_eq!(sealed.exit, 0, "{}", sealed.all());
    let page = stage.must("anna", &["summary", "disk.dd"]).stdout;
    for words in [
        "REMARKS: MISSING, LATE, NOT RECORDED",
        "event no. 0: witnesses-or-video is not recorded; reason as recorded: nobody could be found at night",
        "event no. 0: ext is not recorded; reason as recorded: written in record 17",
    ] {
        assert!(flat(&page).contains(words), "{page}");
    }
    for wrong in ["place", "=x", "place= "] {
        let refused = stage.run(
            "anna",
            &["seal", "disk.dd", "-o", "other", "--not-recorded", wrong],
        );
        assert_eq!(refused.exit, 2, "{wrong}");
        assert!(
            refused.stderr.contains("--not-recorded"),
            "{}",
            refused.stderr
        );
    }
    for (wrong, meant) in [("plase=night", "`place`"), ("serial=none", "`item.serial`")] {
        let plain = ["seal", "disk.dd", "-o", "other", "--not-recorded", wrong];
        for profile in ["none", "az"] {
            let refused = stage.run("anna", &[&plain[..], &["--profile", profile]].concat());
            assert_eq!(refused.exit, 2, "{wrong}");
            let name = wrong.split_once('=').unwrap().0;
            let says = format!(
                "`notRecorded` names `{name}`, and no entry has such a field (nearest to it: {meant})"
            );
            assert!(flat(&refused.stderr).contains(&says), "{}", refused.stderr);
        }
    }
    let sheet = "[[notRecorded]]\nfield = \"xyzzy\"\nreason = \"x\"\n[[notRecorded]]\nfield = \"seals[0].number\"\nreason = \"x\"\n";
    let refused = seal(&stage, sheet, &["-o", "other"]);
    assert_eq!(refused.exit, 2);
    for words in [
        "names `xyzzy`, and no entry has such a field;",
        "`seals.number`",
    ] {
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
    assert!(!stage.path("other").exists());
    // A reason beside the value is a contradiction.
    let both = stage.run(
        "anna",
        &[
            "seal",
            "disk.dd",
            "-o",
            "both",
            "--place",
            "room 2",
            "--not-recorded",
            "place=unknown",
        ],
    );
    assert!(both.stderr.contains("and there is one"), "{}", both.stderr);
}

#[test]
fn a_late_entry_needs_its_reason_and_no_excuse() {
    let stage = stage();
    let text = sheet(&[]).replace("lateReason", "note");
    for profile in ["az", "generic"] {
        let refused = seal(
            &stage,
            &text,
            &[
                "--profile",
                profile,
                "--json",
                "--not-recorded",
                "lateReason=x",
            ],
        );
        assert_eq!(missing(&refused), ["lateReason"]);
    }
    let plain = seal(&stage, &text, &[]);
    assert_eq!(
        plain.exit,
        0,
        "without a profile it is a remark: {}",
        plain.all()
    );
    let page = stage.must("anna", &["summary", "disk.dd"]).stdout;
    assert!(flat(&page).contains("no reason is recorded"), "{page}");
}

#[test]
fn times_that_cannot_be_are_warned_of() {
    let stage = stage();
    let times = "[occurred]\nstart = \"2099-01-01T00:00:00Z\"\nend = \"2098-01-01T00:00:00Z\"\n";
    let sealed = seal(&stage, times, &[]);
    assert_eq!(sealed.exit, 0);
    assert!(
        sealed.stderr.contains("the act is said to end"),
        "{}",
        sealed.stderr
    );
    assert!(
        sealed.stderr.contains("ends before it begins"),
        "{}",
        sealed.stderr
    );
}

#[test]
fn with_a_profile_no_act_ends_after_its_signature() {
    let stage = stage();
    let in_hours = |hours: i64| {
        let time = chrono::Utc::now() + chrono::TimeDelta::hours(hours);
        let text = sheet(&["occurred"]).replace("lateReason", "note");
        let time = time.format("%FT%TZ");
        format!("{text}[occurred]\nstart = \"2026-01-01T00:00:00Z\"\nend = \"{time}\"\n")
    };
    for profile in ["az", "generic"] {
        let refused = seal(&stage, &in_hours(4), &["--profile", profile]);
        assert_eq!(refused.exit, 2, "{}", refused.all());
        let says = "nothing was signed: the act is said to end";
        assert!(refused.stderr.contains(says), "{}", refused.stderr);
        assert!(refused.stderr.contains("+04:00"), "{}", refused.stderr);
    }
    // With what is missing, it is said in the same breath.
    let text = in_hours(4).replace("place =", "#");
    let refused = seal(&stage, &text, &["--profile", "az"]);
    let says = flat(&refused.stderr);
    assert!(
        says.contains("asks for 1 thing") && says.contains("besides, the act is said to end"),
        "{says}"
    );
    assert!(!stage.path("disk.dd.custody.json").exists());
    assert_eq!(seal(&stage, &in_hours(0), &["--profile", "az"]).exit, 0);
}

#[test]
fn what_looks_personal_is_named_and_not_repeated() {
    let stage = stage();
    let text = "note = \"owner's FIN 5AB1C2D, card 4111 1111 1111 1111\"\nreason = \"call a.person@example.org\"\n[[present]]\nname = \"K. A., +994 50 123 45 67\"\n";
    let sealed = seal(&stage, text, &[]);
    assert_eq!(sealed.exit, 0, "a warning refuses nothing");
    for words in [
        "`note` holds what looks like the number of a payment card",
        "`reason` holds what looks like an e-mail address",
        "`present.name` holds what looks like a phone number",
    ] {
        assert!(sealed.stderr.contains(words), "{words}\n{}", sealed.stderr);
    }
    assert!(
        !sealed.stderr.contains("FIN"),
        "no profile of that country: {}",
        sealed.stderr
    );
    for value in ["4111", "a.person", "123 45"] {
        assert!(!sealed.all().contains(value), "{}", sealed.all());
    }
    let full = sheet(&[]).replace(
        "reason = \"named",
        "note = \"FIN 5AB1C2D\"\nreason = \"named",
    );
    let refused = stage.write("full.toml", &full);
    let refused = refused.to_str().unwrap();
    let sealed = stage.run(
        "anna",
        &[
            "seal",
            "disk.dd",
            "-o",
            "b",
            "--sheet",
            refused,
            "--profile",
            "az",
        ],
    );
    assert_eq!(sealed.exit, 0, "{}", sealed.all());
    assert!(sealed.stderr.contains("(FIN)") && !sealed.stderr.contains("5AB1C2D"));
}

#[test]
fn hand_overs_and_other_acts_are_held_against_it_before_anything_is_read() {
    let stage = stage();
    stage.must("anna", &["seal", "disk.dd"]);
    let release = [
        "release",
        "disk.dd",
        "--to",
        "boris",
        "--reason",
        "for the court",
    ];
    let refused = stage.run(
        "anna",
        &[&release[..], &["--profile", "az", "--json"]].concat(),
    );
    let fields = missing(&refused);
    for field in [
        "place",
        "seals.number, seals.state",
        "protocol.number, protocol.date",
    ] {
        assert!(
            fields.iter().any(|missing| missing == field),
            "{field}: {fields:?}"
        );
    }
    stage.write(
        "handover.toml",
        "place = \"registry\"\n[clock]\nsource = \"ntp\"\n[protocol]\nkind = \"act of handover\"\nnumber = \"5\"\ndate = \"22.11.2026\"\n[item]\ncondition = \"good\"\n[[notRecorded]]\nfield = \"seals\"\nreason = \"an image file has none\"\n",
    );
    let with = ["--profile", "az", "--sheet", "handover.toml"];
    stage.must("anna", &[&release[..], &with].concat());
    std::fs::rename(stage.path("disk.dd"), stage.path("away.dd")).unwrap();
    let before = std::fs::read(stage.path("disk.dd.custody.json")).unwrap();
    let receive = [&["receive", "disk.dd.custody.json", "--json"], &with[..]].concat();
    assert_eq!(
        missing(&stage.run("boris", &receive)),
        ["note"],
        "why nothing was read"
    );
    assert_eq!(
        std::fs::read(stage.path("disk.dd.custody.json")).unwrap(),
        before
    );
    let said = [&receive[..], &["--note", "the disk comes tomorrow"]].concat();
    assert_eq!(stage.run("boris", &said).exit, 3);
    std::fs::rename(stage.path("away.dd"), stage.path("disk.dd")).unwrap();
    let verify = ["record", "disk.dd", "verify", "--reason", "court order"];
    let refused = stage.run("boris", &[&verify[..], &with, &["--json"]].concat());
    assert_eq!(missing(&refused), ["checked"]);
    let refused = stage.run("boris", &[&verify[..], &with].concat());
    assert!(
        refused
            .stderr
            .contains("name the evidence behind the action"),
        "{}",
        refused.stderr
    );
    let verify = [
        "record",
        "disk.dd",
        "verify",
        "disk.dd",
        "--reason",
        "court order",
    ];
    stage.must("boris", &[&verify[..], &with].concat());
    assert_eq!(stage.verify("anna", &["disk.dd"]).exit, 0);
}

#[test]
fn nothing_is_returned_without_a_kept_copy() {
    let stage = stage();
    stage.must("anna", &["seal", "disk.dd"]);
    let text = "place = \"registry\"\n[clock]\nsource = \"ntp\"\n[protocol]\nkind = \"record\"\nnumber = \"5\"\ndate = \"22.11.2026\"\n[authority]\nkind = \"decision\"\nnumber = \"7\"\ndate = \"1.1.2027\"\n[to]\nname = \"lawful owner\"\n[ext]\nidentityChecked = \"identity card seen\"\n";
    stage.write("return.toml", text);
    let give = [
        "record",
        "disk.dd",
        "return",
        "--reason",
        "one year after the verdict",
    ];
    let with = ["--sheet", "return.toml", "--profile", "az"];
    let excuse = [
        "--not-recorded",
        "retained=no room",
        "--not-recorded",
        "retained-copy=x",
    ];
    let refused = stage.run("anna", &[&give[..], &with, &excuse, &["--json"]].concat());
    assert_eq!(
        missing(&refused),
        ["retained.exhibit, retained.seal, retained.sha256"]
    );
    let zero = "0".repeat(64);
    stage.write(
        "return.toml",
        format!("{text}[retained]\nexhibit = \"AE/1/C\"\nseal = \"{zero}\"\nsha256 = \"{zero}\"\n"),
    );
    stage.must("anna", &[&give[..], &with].concat());
}

#[test]
fn a_kept_copy_is_hashed_before_the_return() {
    let stage = stage();
    stage.must("anna", &["seal", "disk.dd", "--exhibit", "A"]);
    let give = ["record", "disk.dd", "return", "--reason", "verdict"];
    let keep = |name: &str| {
        stage.run(
            "anna",
            &[&give[..], &["--retained", name, "--quiet"]].concat(),
        )
    };
    stage.write("other", "other content");
    stage.write("copy", "content");
    stage.write("gone", "content");
    for name in ["other", "copy", "gone"] {
        stage.must("anna", &["seal", name, "--exhibit", name]);
    }
    std::fs::remove_file(stage.path("gone")).unwrap();
    stage.flip("copy", 3);
    for (name, says) in [
        ("disk.dd", "is the exhibit that is returned"),
        ("other", "the two seals are of different content"),
        ("gone", "does not check, so nothing was recorded"),
        ("copy", "does not check, so nothing was recorded"),
        ("nothing", "nothing.custody.json"),
    ] {
        let refused = keep(name);
        assert_eq!(refused.exit, 2, "{name}: {}", refused.all());
        assert!(refused.stderr.contains(says), "{name}: {}", refused.stderr);
    }
    let wrong = [
        "record",
        "disk.dd",
        "store",
        "--reason",
        "x",
        "--retained",
        "copy",
    ];
    assert_eq!(stage.run("anna", &wrong).exit, 2);
    // The copy as it was: its name may be another, and of what the sheet says nothing is needed.
    stage.write("copy", "content");
    let done = keep("copy");
    assert_eq!(done.exit, 0, "{}", done.all());
    let log = stage.must("anna", &["log", "disk.dd", "--json"]).stdout;
    let log: Value = serde_json::from_str(&log).unwrap();
    let chain = log["chain"].as_array().unwrap();
    assert_eq!(chain.len(), 2, "what was refused left nothing behind");
    let kept = &chain[1]["statement"]["predicate"]["retained"];
    let card = stage.must("anna", &["card", "copy", "--json"]).stdout;
    assert!(card.contains(kept["seal"].as_str().unwrap()), "{card}");
    assert_eq!(kept["exhibit"], "copy");
}

#[test]
fn the_kept_copy_of_a_folder_has_the_same_names() {
    let stage = stage();
    for (folder, name) in [("set", "a"), ("same", "a"), ("renamed", "b")] {
        stage.write(&format!("{folder}/{name}"), "one");
        stage.write(&format!("{folder}/deep/c"), "two");
        stage.must("anna", &["seal", folder, "--exhibit", folder]);
    }
    stage.must("anna", &["seal", "disk.dd", "--exhibit", "disk"]);
    let give = [
        "record",
        "set",
        "return",
        "--reason",
        "verdict",
        "--retained",
    ];
    for other in ["renamed", "disk.dd"] {
        let refused = stage.run("anna", &[&give[..], &[other]].concat());
        assert_eq!(refused.exit, 2, "{other}");
        assert!(
            refused.stderr.contains("of different content"),
            "{}",
            refused.stderr
        );
    }
    stage.must("anna", &[&give[..], &["same"]].concat());
}

#[test]
fn a_profile_of_ones_own() {
    let stage = stage();
    let own = "format = \"custody-profile/v1\"\ntitle = \"Our office\"\n[[rule]]\nname = \"room\"\nactions = [\"seal\"]\nneeds = [\"place\"]\nasks = \"the room\"\nsource = \"order 12\"\n";
    stage.write("home-anna/profiles/office.toml", own);
    stage.write("here.toml", own.replace("the room", "the very room"));
    for (named, says) in [("office", "the room"), ("./here.toml", "the very room")] {
        let refused = stage.run("anna", &["seal", "disk.dd", "--profile", named]);
        assert_eq!(refused.exit, 2);
        assert!(
            refused
                .stderr
                .contains(&format!("place: {says} [order 12]")),
            "{}",
            refused.stderr
        );
    }
    // As the default of this home, and left out once.
    stage.write("home-anna/config.toml", "profile = \"office\"\n");
    assert_eq!(stage.run("anna", &["seal", "disk.dd"]).exit, 2);
    stage.must("anna", &["seal", "disk.dd", "--profile", "none"]);
    stage.must("anna", &["seal", "disk.dd", "-o", "b", "--place", "room 2"]);
    let form = stage.must("anna", &["seal", "--print-sheet"]).stdout;
    assert!(form.contains("# The profile office asks for this; nothing is signed without:\n#   place: the room [order 12]\n"), "{form}");
    assert!(
        form.contains("building, room, position [office]\n"),
        "{form}"
    );
}

#[test]
fn a_printed_form_names_and_marks_what_is_asked_for() {
    let stage = Stage::new();
    let plain = stage.must("anna", &["seal", "--print-sheet"]).stdout;
    assert!(!plain.contains("The profile"), "{plain}");
    for (command, says) in [
        (
            vec!["seal"],
            "#remarks = \"\"    # remarks and objections of those who took part, or none [az]",
        ),
        (
            vec!["release", "x"],
            "#state = \"\"    # applied, intact, broken or absent [az]",
        ),
        (
            vec!["receive", "x"],
            "#condition = \"\"    # condition [az]",
        ),
        (vec!["record", "x", "examine"], "#workedOn = \"\""),
    ] {
        let form = [&command[..], &["--print-sheet", "--profile", "az"]].concat();
        let form = stage.must("anna", &form).stdout;
        assert!(form.contains(says), "{form}");
        assert!(form.contains("clock of the signing computer"), "{form}");
        // As it is, and with every line in use, it is TOML.
        form.parse::<toml::Table>().unwrap();
        let used: String = form
            .lines()
            .map(|line| {
                let line = if line.starts_with("# ") {
                    line
                } else {
                    line.trim_start_matches('#')
                };
                format!("{line}\n")
            })
            .collect();
        used.parse::<toml::Table>()
            .unwrap_or_else(|error| panic!("{error}\n{used}"));
    }
}

#[test]
fn what_is_no_profile_ends_with_its_line() {
    let stage = stage();
    stage.write(
        "broken.toml",
        "format = \"custody-profile/v1\"\ntitle = \"x\"\n[[rule]]\nname = \"a\"\n",
    );
    stage.write("bytes.toml", b"title = \"\xff\"\n");
    stage.write("deep.toml", format!("x = {}", "[".repeat(200_000)));
    stage.write("long.toml", "# x\n".repeat(100_000));
    stage.write(
        "form.toml",
        "format = \"custody-profile/v1\"\ntitle = \"x\"\n[[pattern]]\nname = \"\\u001b[2J\"\nlooks = \"x\"\nform = \"(((a{99}){99}){99}){99}\"\n",
    );
    stage.write("home-anna/profiles/az.toml", "");
    for (named, says) in [
        ("./broken.toml", "line 3"),
        ("./bytes.toml", "not UTF-8"),
        ("./deep.toml", "cannot read the profile ./deep.toml: line 1"),
        ("./long.toml", "has more than"),
        ("./form.toml", "the form cannot be read"),
        ("./nowhere.toml", "there is no such file"),
        ("mars", "there is no profile `mars`"),
        ("..", "there is no profile `..`"),
        ("az", "has the same name"),
        ("./", "cannot"),
    ] {
        let refused = stage.run("anna", &["seal", "disk.dd", "--profile", named]);
        assert_eq!(refused.exit, 2, "{named}");
        assert!(refused.stderr.contains(says), "{named}: {}", refused.stderr);
        assert!(!refused.stderr.contains('\u{1b}'), "{}", refused.stderr);
    }
    assert!(!stage.path("disk.dd.custody.json").exists());
}

#[test]
fn the_profile_of_the_manual_is_one() {
    let manual = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/manual.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    let block = manual.split("```").find_map(|block| {
        block
            .strip_prefix("toml\n")
            .filter(|text| text.contains("custody-profile/v1"))
    });
    let profile = custody::audit::profile::Profile::parse("office", block.unwrap());
    let profile = profile.unwrap_or_else(|error| panic!("{error}"));
    assert!(profile.rules.iter().any(|rule| rule.name == "phone-owner"));
    let sheet = Stage::new()
        .must("anna", &["seal", "--print-sheet", "--profile", "az"])
        .stdout;
    let ext = sheet.split("#[ext]\n").nth(1).unwrap();
    for line in ext.lines() {
        let name = line.trim_start_matches('#').split(' ').next().unwrap();
        assert!(
            manual.contains(&format!("`{name}`")),
            "the manual does not name ext.{name}"
        );
    }
}

#[test]
fn a_preservation_says_in_which_time_zone_its_period_is() {
    let stage = stage();
    let with = |lines: &str| sheet(&[]) + "[ext.preservation]\n" + lines;
    let period = "from = \"2026-10-01\"\nuntil = \"2026-10-31\"\n";
    let refused = seal(
        &stage,
        &with(&format!("{period}days = 90\n")),
        &["--profile", "generic", "--json"],
    );
    assert_eq!(missing(&refused), ["ext.preservation.zone"]);
    let refused = seal(
        &stage,
        &with(&format!("{period}zone = \"+04:00\"\n")),
        &["--profile", "az", "--json"],
    );
    assert_eq!(missing(&refused), ["ext.preservation.days"]);
    // More than the 90 days of the Convention are a warning, whether in digits or in quotes.
    for (days, warns) in [("90", false), ("91", true), ("\"120\"", true)] {
        let lines = format!("{period}zone = \"+04:00\"\ndays = {days}\n");
        let name = format!("{}.json", days.trim_matches('"'));
        let sealed = seal(
            &stage,
            &with(&lines),
            &["--profile", "generic", "-o", &name],
        );
        assert_eq!(sealed.exit, 0, "{}", sealed.all());
        let warned = sealed.stderr.contains("ext.preservation.longBecause");
        assert_eq!(warned, warns, "{days}: {}", sealed.stderr);
    }
}
