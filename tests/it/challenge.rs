//! The challenge: a clean case leaves one question, and each weakness brings its own, which goes when it is mended.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use custody::audit::chain::judge;
use custody::audit::challenge::CODES;
use custody::audit::trust::Trust;
use custody::evidence::key_file::SecretKey;
use custody::record::bundle::Bundle;
use custody::record::json::{Json, Object};
use custody::record::key::Signer;
use custody::record::time::Timestamp;
use md5::Digest as _;
use serde_json::Value;

use crate::stage::Stage;

const CONTENT: &[u8] = b"the content of a disk";

/// The seal of a clean case, table by table. `NOW` is filled in.
const TABLES: [(&str, &str); 13] = [
    (
        "top",
        "case = \"7\"\nexhibit = \"HDD-1\"\nplace = \"room 2\"\nreason = \"decision 4\"\ndescription = \"image of a disk\"\n",
    ),
    ("occurred", "[occurred]\nstart = \"NOW\"\n"),
    (
        "clock",
        "[clock]\nsource = \"ntp\"\ncheckedAgainst = \"speaking clock\"\n",
    ),
    (
        "authority",
        "[authority]\nkind = \"court decision\"\nnumber = \"4\"\ndate = \"19 November 2020\"\nissuer = \"District Court\"\n",
    ),
    (
        "protocol",
        "[protocol]\nkind = \"record of search\"\nnumber = \"17\"\ndate = \"20 November 2020\"\n",
    ),
    (
        "seals",
        "[[seals]]\nnumber = \"B-1\"\nkind = \"bag\"\nstate = \"applied\"\n",
    ),
    (
        "present",
        "[[present]]\nname = \"R. T.\"\nrole = \"specialist\"\n",
    ),
    ("witnesses", "[[witnesses]]\nname = \"W. A.\"\n"),
    (
        "attachments",
        "[[attachments]]\nname = \"a.jpg\"\nsha256 = \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"\n",
    ),
    (
        "countersigned",
        "[[countersigned]]\nkind = \"paper\"\nsha256 = \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"\n",
    ),
    (
        "item",
        "[item]\nkind = \"image\"\ndescription = \"of a grey disk\"\nquantity = 1\ncondition = \"good\"\n",
    ),
    (
        "acquisition",
        "[acquisition]\nmethod = \"physical\"\n[acquisition.tool]\nname = \"dd\"\nversion = \"9.1\"\n[acquisition.writeBlocker]\nname = \"T35u\"\n[[acquisition.declared]]\nalgorithm = \"MD5\"\nvalue = \"DECLARED\"\nscope = \"file\"\n[[acquisition.declared]]\nalgorithm = \"SHA-256\"\nvalue = \"SHA256\"\n",
    ),
    (
        "ext",
        "[ext]\nprivilegeClaimed = \"no\"\nchangesToOriginal = \"none\"\n",
    ),
];

/// The sheet of a hand-over, or of a check, in a clean case.
const LATER: &str = "place = \"store\"\n[clock]\nsource = \"ntp\"\n[authority]\nkind = \"decision\"\nnumber = \"4\"\n[item]\ncondition = \"good\"\n[[seals]]\nnumber = \"B-1\"\nstate = \"intact\"\n";

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn sheet(change: &[(&str, &str)]) -> String {
    let ten_minutes_ago = Utc::now() - TimeDelta::minutes(10);
    let table = |(name, text): &(&str, &str)| {
        let changed = change.iter().find(|(changed, _)| changed == name);
        changed.map_or(*text, |(_, text)| text).to_owned()
    };
    TABLES
        .iter()
        .map(table)
        .collect::<String>()
        .replace("NOW", &stamp(ten_minutes_ago))
        .replace("DECLARED", &hex(md5::Md5::digest(CONTENT)))
        .replace("SHA256", &hex(sha2::Sha256::digest(CONTENT)))
}

fn stamp(time: DateTime<Utc>) -> String {
    Timestamp::of(time).unwrap().to_string()
}

/// A case sealed by anna, with some tables changed.
fn sealed(change: &[(&str, &str)]) -> Stage {
    let stage = Stage::new();
    stage.people(&["anna", "boris"]);
    stage.write("disk.dd", CONTENT);
    stage.write("sheet.toml", sheet(change));
    stage.write("later.toml", LATER);
    let sealed = stage.run(
        "anna",
        &["seal", "disk.dd", "--also", "md5", "--sheet", "sheet.toml"],
    );
    // A declared number that differs is sealed as well.
    let differs = sealed.stdout.contains("DECLARED NUMBER DIFFERS");
    assert_eq!(sealed.exit, i32::from(differs), "{}", sealed.all());
    stage
}

fn release(stage: &Stage) {
    let release = [
        "release",
        "disk.dd",
        "--to",
        "boris",
        "--reason",
        "for the court",
    ];
    stage.must("anna", &[&release[..], &["--sheet", "later.toml"]].concat());
}

fn challenge(stage: &Stage, more: &[&str]) -> Value {
    let run = stage.run(
        "anna",
        &[&["challenge", "disk.dd", "--json"], more].concat(),
    );
    let json: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{}", run.all()));
    assert_eq!(
        (&json["format"], json["exit"].as_i64()),
        (&"custody-challenge/v1".into(), Some(i64::from(run.exit)))
    );
    json
}

/// The codes asked, of the evidence too.
fn codes(stage: &Stage) -> Vec<String> {
    codes_in(&challenge(stage, &["disk.dd"]))
}

fn codes_in(json: &Value) -> Vec<String> {
    let questions = json["questions"].as_array().unwrap().iter();
    questions
        .map(|question| question["code"].as_str().unwrap().to_owned())
        .collect()
}

/// Whether a question is asked.
fn asks(stage: &Stage, code: &str) -> bool {
    assert!(CODES.contains(&code), "{code}");
    codes(stage).iter().any(|asked| asked == code)
}

/// Adds an event of anna's at a time of one's own, by other means than the program's.
fn forge(stage: &Stage, who: &str, action: &str, hours: i64, fields: Object) {
    let secret = SecretKey::load(
        &stage.path(&format!("home-{who}/identities/{who}.pem")),
        None,
    )
    .unwrap();
    let bundle =
        Bundle::parse(&std::fs::read(stage.path("disk.dd.custody.json")).unwrap()).unwrap();
    let chain = judge(bundle, &Trust::default(), &[]).verified().unwrap();
    let mut by = chain.bundle().chain[0].event().by.clone();
    by.name = who.to_owned();
    by.key = Some(secret.public_key().id());
    let at = Timestamp::of(Utc::now() + TimeDelta::hours(hours)).unwrap();
    let predicate = chain.next(action, &by, at, &fields);
    let signed = chain.sign_next(predicate, &[&secret]).unwrap();
    let mut text = String::new();
    chain
        .append(signed)
        .unwrap()
        .bundle()
        .write(&mut text)
        .unwrap();
    stage.write("disk.dd.custody.json", text);
}

/// Corrects a field of an event.
fn correct(stage: &Stage, who: &str, seq: u64, field: &str, text: &str) {
    stage.write(
        "c.toml",
        format!("[corrects]\nseq = {seq}\nfield = \"{field}\"\ntext = \"{text}\"\n"),
    );
    stage.must(
        who,
        &[
            "record", "disk.dd", "correct", "--reason", "left out", "--sheet", "c.toml",
        ],
    );
}

#[test]
fn a_clean_case_leaves_one_question() {
    let stage = sealed(&[]);
    assert_eq!(codes(&stage), ["no-trusted-time"]);
    release(&stage);
    stage.must("boris", &["receive", "disk.dd", "--sheet", "later.toml"]);
    let json = challenge(&stage, &["disk.dd"]);
    assert_eq!(codes_in(&json), ["no-trusted-time"]);
    assert_eq!(
        (&json["result"], &json["profile"]),
        (&"NO CHANGE FOUND".into(), &"generic".into())
    );
    let page = stage
        .must("anna", &["challenge", "disk.dd", "disk.dd"])
        .stdout;
    for words in [
        "WHAT A CROSS-EXAMINER MAY ASK",
        "questions   1: 0 high, 1 medium, 0 low",
        "1. MEDIUM -- the record as a whole",
        "to do   Have the last entry time-stamped now",
        "how anyone can test a program",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    // Without the evidence, somebody asks for it.
    assert_eq!(
        codes_in(&challenge(&stage, &[])),
        ["evidence-not-compared", "no-trusted-time"]
    );
}

#[test]
fn what_a_seal_does_not_say_is_asked_for() {
    for (table, instead, code) in [
        ("authority", "", "no-authority"),
        (
            "authority",
            "[authority]\nkind = \"decision\"\nnumber = \"4\"\ndate = \"2099-01-01\"\nissuer = \"x\"\n",
            "before-authority",
        ),
        (
            "clock",
            "[clock]\nsource = \"unsynchronised\"\n",
            "clock-not-compared",
        ),
        ("clock", "", "incomplete"),
        ("countersigned", "", "no-countersignature"),
        ("seals", "", "no-physical-seal"),
        (
            "occurred",
            "[occurred]\nstart = \"2020-11-20T09:00:00Z\"\n",
            "hours-before-seal",
        ),
        (
            "occurred",
            "[occurred]\nstart = \"2020-11-20T09:00:00Z\"\n",
            "late-entry",
        ),
        (
            "acquisition",
            "[acquisition]\nmethod = \"physical\"\n[[acquisition.declared]]\nalgorithm = \"sha1\"\nvalue = \"00\"\nscope = \"media data\"\n",
            "declared-not-computed",
        ),
        (
            "acquisition",
            "[acquisition]\nmethod = \"physical\"\n[[acquisition.declared]]\nalgorithm = \"md5\"\nvalue = \"DECLARED\"\n",
            "weak-hash-alone",
        ),
        (
            "acquisition",
            "[acquisition]\nmethod = \"physical\"\n[[acquisition.declared]]\nalgorithm = \"md5\"\nvalue = \"d41d8cd98f00b204e9800998ecf8427e\"\nscope = \"file\"\n",
            "declared-differs",
        ),
        (
            "witnesses",
            "[[witnesses]]\nname = \"Anna\"\n",
            "witness-is-signer",
        ),
        (
            "ext",
            "[[notRecorded]]\nfield = \"ext\"\nreason = \"see record 17\"\n",
            "not-recorded",
        ),
        (
            "seals",
            "[[seals]]\nnumber = \"B-1\"\nstate = \"broken\"\n",
            "seal-broken",
        ),
    ] {
        let stage = sealed(&[(table, instead)]);
        let json = challenge(&stage, &["disk.dd"]);
        assert_eq!(json["exit"], 0);
        let asked = json["questions"].as_array().unwrap();
        let question = asked.iter().find(|question| question["code"] == code);
        let question = question.unwrap_or_else(|| panic!("{code}: {json}"));
        assert_eq!(question["link"], 0, "{question}");
        assert!(
            question["question"].as_str().unwrap().ends_with(['?', '.']),
            "{question}"
        );
    }
    let alone = sealed(&[("present", ""), ("witnesses", "")]);
    assert!(asks(&alone, "nobody-else-present"));
}

#[test]
fn what_is_added_later_answers() {
    for (table, instead, code, field, text) in [
        (
            "authority",
            "",
            "no-authority",
            "authority",
            "court decision 4 of 19 November 2020",
        ),
        (
            "authority",
            "[authority]\nkind = \"decision\"\nnumber = \"4\"\ndate = \"2099-01-01\"\n",
            "before-authority",
            "authority.date",
            "2019-01-01",
        ),
        ("clock", "", "incomplete", "clock.source", "ntp"),
        (
            "clock",
            "",
            "clock-not-compared",
            "clock",
            "ntp, compared with the speaking clock",
        ),
        ("seals", "", "no-physical-seal", "seals.number", "B-1"),
    ] {
        let stage = sealed(&[(table, instead)]);
        assert!(asks(&stage, code), "{code}");
        correct(&stage, "anna", 0, field, text);
        let later = challenge(&stage, &["disk.dd"]);
        let of_seal = later["questions"].as_array().unwrap().iter();
        let mut of_seal = of_seal.filter(|question| question["link"] == 0);
        assert!(
            of_seal.all(|question| question["code"] != code),
            "{code}: {later}"
        );
        assert!(codes_in(&later).contains(&"corrected".to_owned()));
    }
    let stage = sealed(&[("occurred", "[occurred]\nstart = \"2020-11-20T09:00:00Z\"\n")]);
    let weight = |stage: &Stage| {
        let json = challenge(stage, &[]);
        let asked = json["questions"].as_array().unwrap().clone();
        let late = asked
            .into_iter()
            .find(|question| question["code"] == "late-entry")
            .unwrap();
        late["severity"].as_str().unwrap().to_owned()
    };
    assert_eq!(weight(&stage), "high");
    correct(&stage, "anna", 0, "lateReason", "no power");
    assert_eq!(weight(&stage), "low");
}

#[test]
fn hand_overs_are_asked_about_until_they_are_mended() {
    let stage = sealed(&[]);
    release(&stage);
    assert!(asks(&stage, "in-transit"));
    std::fs::rename(stage.path("disk.dd"), stage.path("away")).unwrap();
    stage.write("plain.toml", "place = \"store\"\n");
    let received = stage.run(
        "boris",
        &["receive", "disk.dd.custody.json", "--sheet", "plain.toml"],
    );
    assert_eq!(received.exit, 3, "{}", received.all());
    std::fs::rename(stage.path("away"), stage.path("disk.dd")).unwrap();
    let asked = codes(&stage);
    for code in ["not-rehashed", "seal-not-looked-at"] {
        assert!(asked.contains(&code.to_owned()), "{asked:?}");
    }
    assert!(!asked.contains(&"in-transit".to_owned()));
    stage.must(
        "boris",
        &[
            "record",
            "disk.dd",
            "verify",
            "disk.dd",
            "--reason",
            "asked",
            "--sheet",
            "later.toml",
        ],
    );
    let asked = codes(&stage);
    for code in ["not-rehashed", "seal-not-looked-at"] {
        assert!(!asked.contains(&code.to_owned()), "{asked:?}");
    }
}

#[test]
fn a_refusal_and_differences_on_record_are_asked_about() {
    let stage = sealed(&[]);
    release(&stage);
    stage.run(
        "boris",
        &["receive", "disk.dd", "--refuse", "--note", "bag open"],
    );
    assert!(asks(&stage, "receipt-refused"));
    release(&stage);
    stage.flip("disk.dd", 3);
    stage.run("boris", &["receive", "disk.dd", "--with-exceptions"]);
    let json = challenge(&stage, &["disk.dd"]);
    assert_eq!(json["exit"], 1, "the evidence differs");
    let asked = codes_in(&json);
    assert_eq!(asked[0], "evidence-differs");
    assert!(
        asked.contains(&"differences-recorded".to_owned()),
        "{asked:?}"
    );
    stage.flip("disk.dd", 3);
    assert!(!asks(&stage, "evidence-differs"));
}

#[test]
fn what_is_done_with_it_is_asked_about() {
    let stage = sealed(&[]);
    stage.must("anna", &["record", "disk.dd", "examine", "--reason", "x"]);
    assert!(asks(&stage, "worked-on-without-hash"));
    stage.must(
        "anna",
        &["record", "disk.dd", "verify", "disk.dd", "--reason", "x"],
    );
    assert!(!asks(&stage, "worked-on-without-hash"));
    stage.must("anna", &["record", "disk.dd", "incident", "--reason", "x"]);
    assert!(asks(&stage, "incident"));
    stage.write(
        "s.toml",
        "[[seals]]\nnumber = \"B-2\"\nstate = \"intact\"\n",
    );
    stage.must(
        "anna",
        &[
            "record", "disk.dd", "store", "--reason", "x", "--sheet", "s.toml",
        ],
    );
    assert!(asks(&stage, "seal-number"));
    let seq = 4;
    correct(&stage, "anna", seq, "seals.number", "B-1");
    assert!(!asks(&stage, "seal-number"));
    let copy = std::fs::read(stage.path("disk.dd.custody.json")).unwrap();
    stage.must("anna", &["record", "disk.dd", "return", "--reason", "x"]);
    assert!(asks(&stage, "returned-without-copy"));
    std::fs::remove_dir_all(stage.path("home-anna/heads")).unwrap();
    stage.write("disk.dd.custody.json", copy);
    stage.must("anna", &["record", "disk.dd", "dispose", "--reason", "x"]);
    assert!(asks(&stage, "disposed-without-witness"));
}

#[test]
fn an_act_that_ends_after_its_signature_is_asked_about() {
    let local_time = stamp(Utc::now() + TimeDelta::hours(4));
    let table = format!("[occurred]\nstart = \"NOW\"\nend = \"{local_time}\"\n");
    let stage = sealed(&[("occurred", &table)]);
    let json = challenge(&stage, &[]);
    let first = &json["questions"][0];
    assert_eq!(
        (&first["code"], &first["severity"], &first["link"]),
        (&"ends-after-signing".into(), &"high".into(), &0.into()),
        "{json}"
    );
    let says = first["record"].as_str().unwrap();
    assert!(says.contains("hours"), "{says}");
    correct(&stage, "anna", 0, "occurred.end", "15:00 there, 11:00 UTC");
    assert!(!asks(&stage, "ends-after-signing"));
    // Clocks of honest people differ.
    let soon = stamp(Utc::now() + TimeDelta::minutes(10));
    let table = format!("[occurred]\nstart = \"NOW\"\nend = \"{soon}\"\n");
    assert!(!asks(
        &sealed(&[("occurred", &table)]),
        "ends-after-signing"
    ));
}

#[test]
fn times_are_asked_about() {
    let none = Object::new;
    let stage = sealed(&[]);
    forge(&stage, "anna", "verify", 72, none());
    assert!(asks(&stage, "unexplained-hours"));
    forge(&stage, "anna", "verify", 70, none());
    assert!(asks(&stage, "time-backwards"));
    // What lies in store is explained.
    let stage = sealed(&[]);
    forge(&stage, "anna", "store", 0, none());
    forge(&stage, "anna", "verify", 72, none());
    assert!(!asks(&stage, "unexplained-hours"));
    let stage = sealed(&[]);
    release(&stage);
    let checked = Object::new()
        .with("mode", Json::text("full"))
        .with("files", Json::Integer(1))
        .with("bytes", Json::Integer(CONTENT.len() as u64));
    let fields = Object::new()
        .with("outcome", Json::text("accepted"))
        .with("checked", Json::Object(checked));
    forge(&stage, "boris", "receipt", 30, fields);
    let asked = codes(&stage);
    assert!(asked.contains(&"long-transit".to_owned()), "{asked:?}");
    assert!(
        !asked.contains(&"unexplained-hours".to_owned()),
        "{asked:?}"
    );
}

#[test]
fn keys_and_people_are_asked_about() {
    let stage = sealed(&[]);
    let key = |person: &str| {
        let shown = stage.must(person, &["key", "show", "--json"]).stdout;
        let shown: Value = serde_json::from_str(&shown).unwrap();
        shown["keys"][0]["id"].as_str().unwrap().to_owned()
    };
    let by_stranger = stage
        .must("stranger", &["challenge", "disk.dd", "disk.dd", "--json"])
        .stdout;
    let by_stranger: Value = serde_json::from_str(&by_stranger).unwrap();
    assert_eq!(
        codes_in(&by_stranger),
        ["key-not-confirmed", "no-trusted-time"]
    );
    let confirmed = [
        "challenge",
        "disk.dd",
        "disk.dd",
        "--json",
        "--trust",
        &key("anna"),
    ];
    let confirmed: Value =
        serde_json::from_str(&stage.must("stranger", &confirmed).stdout).unwrap();
    assert_eq!(codes_in(&confirmed), ["no-trusted-time"]);
    // Anna with a second key, to whom anna hands it over.
    stage.must(
        "other",
        &[
            "key",
            "new",
            "--name",
            "Anna",
            "--agency",
            "Test Agency",
            "--role",
            "tester",
            "--no-passphrase",
        ],
    );
    stage.must("other", &["key", "export", "-o", "other.json"]);
    stage.must("anna", &["key", "import", "other.json"]);
    let release = [
        "release",
        "disk.dd",
        "--to",
        "other.json",
        "--reason",
        "x",
        "--sheet",
        "later.toml",
    ];
    stage.must("anna", &release);
    assert!(asks(&stage, "same-person"));
    stage.run("other", &["receive", "disk.dd", "--sheet", "later.toml"]);
    assert!(asks(&stage, "one-name-two-keys"));
    let fields = Object::new().with(
        "to",
        Json::Object(
            Object::new()
                .with("name", Json::text("boris"))
                .with("agency", Json::text("Test Agency"))
                .with("role", Json::text("tester"))
                .with("key", Json::text(key("boris"))),
        ),
    );
    forge(&stage, "boris", "takeover", 0, fields);
    let asked = codes(&stage);
    for code in ["taken-over", "right-not-confirmed"] {
        assert!(asked.contains(&code.to_owned()), "{asked:?}");
    }
    // The same key under another name.
    let [from, to] =
        ["anna", "zoe"].map(|who| stage.path(&format!("home-{who}/identities/{who}.pem")));
    std::fs::create_dir_all(to.parent().unwrap()).unwrap();
    std::fs::copy(from, to).unwrap();
    forge(&stage, "zoe", "verify", 0, Object::new());
    assert!(asks(&stage, "one-key-two-names"));
}

/// Vectors of the format, each with one fault, and what would be asked.
#[test]
fn the_vectors_bring_their_questions() {
    for (vector, code, exit) in [
        ("signature-invalid", "does-not-check", 1),
        ("altered", "evidence-differs", 1),
        ("time-backwards", "time-backwards", 0),
        ("hidden", "hidden", 0),
        ("unreadable", "unread", 0),
        ("names-alike", "names-alike", 0),
        ("timestamp-untrusted", "no-trusted-time", 0),
        ("none-handover", "key-not-confirmed", 0),
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/vectors/findings")
            .join(vector);
        let bundle = folder.join("bundle.custody.json");
        let evidence = folder.join("evidence");
        let mut arguments = vec!["challenge", "--json", bundle.to_str().unwrap()];
        if vector == "altered" {
            arguments.push(evidence.to_str().unwrap());
        }
        let run = Stage::new().run("reader", &arguments);
        let json: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(run.exit, exit, "{vector}");
        assert!(
            codes_in(&json).contains(&code.to_owned()),
            "{vector}: {json}"
        );
    }
}

#[test]
fn a_page_of_hostile_texts_stays_a_page() {
    let stage = sealed(&[]);
    // A reason may stand under the name of a rule, which is any text.
    stage.write("rules.toml", "format = \"custody-profile/v1\"\ntitle = \"x\"\n[[rule]]\nname = \"ext\\n1. HIGH -- forged\"\nneeds = [\"reason\"]\nasks = \"a\"\nsource = \"s\"\n");
    stage.write("s.toml", "note = \"x\"\n[[notRecorded]]\nfield = \"ext\\n1. HIGH -- forged\"\nreason = \"r\\n\\n2. HIGH\"\n");
    stage.must(
        "anna",
        &[
            "record",
            "disk.dd",
            "verify",
            "--reason",
            "x",
            "--sheet",
            "s.toml",
            "--profile",
            "rules.toml",
        ],
    );
    let page = stage.must("anna", &["challenge", "disk.dd"]).stdout;
    assert!(
        !page
            .lines()
            .any(|line| line.starts_with("1. HIGH -- forged") || line == "2. HIGH"),
        "{page}"
    );
    let az = challenge(&stage, &["--profile", "az"]);
    assert_eq!(az["profile"], "az");
    let seal = &az["questions"].as_array().unwrap()[0];
    assert_eq!(
        (&seal["code"], &seal["link"]),
        (&"incomplete".into(), &0.into())
    );
    let missing: Vec<&str> = seal["missing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field.as_str().unwrap())
        .collect();
    assert!(missing.contains(&"ext.rightsExplained"), "{missing:?}");
    assert_eq!(stage.run("anna", &["challenge", "nowhere"]).exit, 2);
    assert_eq!(
        stage
            .run("anna", &["challenge", "disk.dd", "--profile", "mars"])
            .exit,
        2
    );
}

#[test]
fn the_manual_has_a_row_for_each_question() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/manual.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    let (_, part) = manual
        .split_once("### challenge")
        .expect("the manual has a section on it");
    let rows: Vec<&str> = part
        .split("\n##")
        .next()
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert_eq!(rows, CODES, "the manual's table, and the program");
}

/// Every kind of question was asked in one of the tests above, or it says here why not.
#[test]
fn every_question_is_asked_somewhere() {
    let here = include_str!("challenge.rs");
    // They come with findings of rosters and time stamps, which bring tests of their own.
    let elsewhere = ["key-outside-validity", "not-stamped-since"];
    for code in CODES {
        let is_asked = here.contains(&format!("\"{code}\"")) || elsewhere.contains(&code);
        assert!(is_asked, "{code}");
    }
}
