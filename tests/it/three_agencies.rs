//! A case with three agencies: the police and the court of one country with one roster, a laboratory abroad with
//! another. Keys are in a file, in a real ssh-agent and on a real SoftHSM token; a real `openssl ts` stamps; one key is
//! lost on the way, and an authority takes over. Each verdict is the one that `docs/format.md` tells.

use std::time::Duration;

use custody::record::bundle::Bundle;
use serde_json::Value;

use crate::after_theft::moment;
use crate::authority::{Authority, Over};
use crate::by_hand::{by_hand_with_root, has_tools};
use crate::rosters::{key_of, typed, words};
use crate::ssh_agent::{Agent, ED25519, has_ssh, ssh_key};
use crate::stage::{Outcome, Report, Stage, has_tool};

/// Who plays: the name, the agency, the role. The first two keep the rosters.
const PEOPLE: [(&str, &str, &str); 7] = [
    ("home-office", "Ministry", "roster authority"),
    ("foreign-office", "Foreign Ministry", "roster authority"),
    ("ines", "Police", "investigator"),
    ("tomas", "Police", "specialist"),
    ("lena", "Police", "authority"),
    ("noor", "Court Registry", "registrar"),
    ("aiko", "Foreign Laboratory", "expert"),
];

const FROM: [&str; 4] = [
    "--from",
    "2020-01-01T00:00:00Z",
    "--until",
    "2099-01-01T00:00:00Z",
];

struct Play {
    stage: Stage,
    agent: Agent,
    authority: Authority,
}

impl Play {
    fn new() -> Option<Self> {
        if !has_ssh() || !has_tool("openssl") {
            return None;
        }
        let stage = Stage::new();
        let agent = Agent::start(&stage, "agent", "false");
        let authority = Authority::new(&stage.path(""));
        authority.root("Root", "P-256");
        authority.issue("Stamps", "RSA", "Root", "stamps");
        let play = Self {
            stage,
            agent,
            authority,
        };
        play.make_people();
        play.make_rosters();
        Some(play)
    }

    fn make_people(&self) {
        let (file, fingerprint) = ssh_key(&self.stage, "tomas-key", &ED25519);
        self.agent.add(&[&file]);
        let module = self.token();
        for (name, agency, role) in PEOPLE {
            let new = [
                "key", "new", "--name", name, "--agency", agency, "--role", role,
            ];
            let key = match (name, &module) {
                ("tomas", _) => vec!["--ssh-agent", &fingerprint],
                ("aiko", Some(module)) => vec!["--pkcs11", module],
                _ => vec!["--no-passphrase"],
            };
            self.must(name, &[&new[..], &key].concat());
            let file = format!("{name}.identity.json");
            self.must(name, &["key", "export", "-o", &file]);
        }
    }

    /// A token of SoftHSM with a key for the expert, whose module this is; without one the key is in a file.
    #[cfg(feature = "pkcs11")]
    fn token(&self) -> Option<String> {
        let tokens = crate::pkcs11::Tokens::new(&self.stage)?;
        tokens.token("Laboratory");
        tokens.key("Laboratory", "01", "expert");
        Some(tokens.module().to_owned())
    }

    #[cfg(not(feature = "pkcs11"))]
    fn token(&self) -> Option<String> {
        None
    }

    /// Two rosters; the first has the root of the time stamp authority.
    fn make_rosters(&self) {
        let root = self.authority.path("Root.pem");
        let members = |names: &[&str]| -> Vec<String> {
            names
                .iter()
                .map(|name| format!("{name}.identity.json"))
                .collect()
        };
        let new = |office: &str, file: &str, names: &[&str], more: &[&str]| {
            let head = ["roster", "new", "--name", office, "-o", file];
            let members = members(names);
            let members: Vec<&str> = members.iter().map(String::as_str).collect();
            self.must(office, &[&head[..], &FROM, more, &members].concat());
        };
        let tsa = ["--tsa-root", root.to_str().unwrap()];
        new(
            "home-office",
            "home.json",
            &["ines", "tomas", "lena", "noor"],
            &tsa,
        );
        new("foreign-office", "foreign.json", &["aiko"], &[]);
        for person in ["ines", "tomas", "lena", "noor", "aiko"] {
            self.pin(person);
        }
    }

    /// Both rosters, as they are now, on the machine of this person.
    fn pin(&self, person: &str) {
        for (office, file) in [
            ("home-office", "home.json"),
            ("foreign-office", "foreign.json"),
        ] {
            let root = key_of(&self.stage, office);
            self.must(person, &["roster", "pin", file, "--root", &root]);
        }
    }

    fn run(&self, person: &str, arguments: &[&str]) -> Outcome {
        let mut command = self.stage.command(person, arguments);
        command.env("SSH_AUTH_SOCK", &self.agent.socket);
        if person == "aiko" {
            command.env("SOFTHSM2_CONF", self.stage.path("softhsm.conf"));
            command.env("CUSTODY_PASSPHRASE_FILE", self.stage.write("pin", "1234\n"));
        }
        Outcome::of(&command.output().unwrap())
    }

    fn ends(&self, exit: i32, person: &str, line: &str) -> Outcome {
        let outcome = self.run(person, &typed(line));
        assert_eq!(outcome.exit, exit, "{line}\n{}", outcome.all());
        outcome
    }

    fn must(&self, person: &str, arguments: &[&str]) {
        let outcome = self.run(person, arguments);
        assert_eq!(outcome.exit, 0, "{arguments:?}\n{}", outcome.all());
    }

    /// A time stamp over the last link: asked for on one machine, given by openssl, attached.
    fn stamp(&self, person: &str) {
        let (request, answer) = (self.stage.path("it.tsq"), "it.tsr");
        let _ = std::fs::remove_file(&request);
        self.ends(0, person, "timestamp disk.dd --request it.tsq");
        self.stage.write(
            answer,
            self.authority.answer(&request, "Stamps", &["-sha256"]),
        );
        self.ends(0, person, "timestamp disk.dd --attach it.tsr --for it.tsq");
    }

    fn bundle(&self) -> Bundle {
        Bundle::parse(&std::fs::read(self.stage.path("disk.dd.custody.json")).unwrap()).unwrap()
    }

    /// The bundle, with its values changed, in file form.
    fn edit(&self, change: impl FnOnce(&mut Value)) {
        let path = self.stage.path("disk.dd.custody.json");
        let mut value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        change(&mut value);
        let text = serde_json::to_string_pretty(&value).unwrap();
        std::fs::write(path, format!("{text}\n")).unwrap();
    }

    /// The flags of a check that counts nothing but both rosters, as of a time.
    fn as_of(&self, person: &str, time: &str) -> Outcome {
        let (home, foreign) = (
            key_of(&self.stage, "home-office"),
            key_of(&self.stage, "foreign-office"),
        );
        let head = typed("verify --json disk.dd --roster home.json --roster foreign.json --root");
        self.run(
            person,
            &[&head[..], &[&home, "--root", &foreign, "--as-of", time]].concat(),
        )
    }

    /// All, from the seal to the court. Gives the time since which the key of the specialist is lost.
    fn perform(&self) -> String {
        self.stage.write("disk.dd", vec![7; 1_200_000]);
        self.ends(0, "ines", "seal disk.dd --case 7 --exhibit HDD-1"); // 0
        self.stamp("ines");
        self.ends(
            0,
            "ines",
            "release disk.dd --to tomas.identity.json --reason imaging",
        ); // 1
        self.ends(0, "tomas", "receive disk.dd"); // 2
        self.ends(
            0,
            "tomas",
            "record disk.dd examine disk.dd --reason imaging",
        ); // 3
        self.stamp("tomas");
        self.ends(0, "tomas", "record disk.dd store --reason locker"); // 4
        // What a token proves is its time and two seconds of accuracy.
        std::thread::sleep(Duration::from_secs(3));
        let lost = moment();
        // Whoever has the specialist's key sends the exhibit away, as if nothing were.
        self.stage.person("mallory");
        self.ends(
            0,
            "tomas",
            "release disk.dd --to mallory.identity.json --reason T",
        ); // 5
        lost
    }

    /// What became of it once the loss was known.
    fn mend(&self, lost: &str) {
        let revoke = typed("roster revoke home.json tomas --kind compromised --reason lost --at");
        self.must("home-office", &[&revoke[..], &[lost]].concat());
        for person in ["ines", "lena", "noor", "aiko"] {
            self.pin(person);
        }
        let other = self.ends(2, "ines", "record disk.dd verify --reason T");
        assert!(
            other.stderr.contains("an authority of a pinned roster"),
            "{}",
            other.stderr
        );
        self.ends(
            0,
            "lena",
            "record disk.dd takeover --to ines.identity.json --reason lost",
        ); // 6
        self.ends(
            0,
            "ines",
            "release disk.dd --to aiko.identity.json --reason analysis",
        ); // 7
        // The evidence is the same; what differs in the record is said, and stays.
        let received = self.ends(1, "aiko", "receive disk.dd"); // 8
        assert!(received.stdout.contains("RECEIVED"), "{}", received.all());
        self.ends(0, "aiko", "record disk.dd examine --reason analysis"); // 9
        self.ends(
            0,
            "aiko",
            "release disk.dd --to noor.identity.json --reason trial",
        ); // 10
        self.ends(1, "noor", "receive disk.dd"); // 11
        self.stamp("noor");
    }
}

/// The codes found, each with its link.
fn found(report: &Value) -> Vec<(String, Option<u64>)> {
    let findings = report["findings"].as_array().unwrap();
    let mut found: Vec<_> = findings
        .iter()
        .map(|one| {
            (
                one["code"].as_str().unwrap().to_owned(),
                one["link"].as_u64(),
            )
        })
        .collect();
    found.sort();
    found
}

fn expected(list: &[(&str, u64)]) -> Vec<(String, Option<u64>)> {
    let list = list
        .iter()
        .map(|(code, link)| ((*code).to_owned(), Some(*link)));
    list.collect()
}

fn is(report: &Report, exit: i32, list: &[(&str, u64)]) {
    assert_eq!(found(&report.json), expected(list), "{}", report.json);
    assert_eq!(report.exit, exit);
}

const AFTER: [(&str, u64); 2] = [("signer-compromised", 5), ("unproven-time", 4)];

/// Without a roster no key is anybody's, and no authority is believed.
fn nobody() -> Vec<(&'static str, u64)> {
    let unknown = [0, 2, 6, 8, 11].map(|link| ("signer-unknown", link));
    let stamps = [0, 3, 11].map(|link| ("timestamp-untrusted", link));
    [&unknown[..], &stamps].concat()
}

#[test]
fn a_case_of_three_agencies() {
    let Some(play) = Play::new() else { return };
    let stage = &play.stage;
    let lost = play.perform();
    // Before the loss is known, the thief's word is like the owner's: nothing but a hand-over that waits.
    for person in ["ines", "noor", "aiko"] {
        is(&stage.verify(person, &["disk.dd"]), 3, &[("in-transit", 5)]);
    }
    std::fs::copy(stage.path("home.json"), stage.path("home-0.json")).unwrap();
    play.mend(&lost);
    each_agency_finds_the_same(&play);
    as_of_before_and_after(&play, &lost);
    the_proof_is_the_time_stamp(&play);
    only_pinned_rosters_count(&play);
    the_tail_is_told(&play);
    others_tools_agree(&play);
}

/// Links 2 and 3 hold, by the token on 3; 4 is older by its own word alone; 5 is of the day of the loss or later.
fn each_agency_finds_the_same(play: &Play) {
    for person in ["ines", "lena", "noor", "aiko"] {
        let report = play.stage.verify(person, &["disk.dd"]);
        is(&report, 1, &AFTER);
        assert_eq!(report.result(), "THE RECORD ITSELF DOES NOT CHECK");
        assert_eq!(report.json["holder"]["name"], "noor");
        assert_eq!(report.json["links"], 12);
        let times: Vec<&Value> = (report.json["times"].as_array().unwrap().iter())
            .map(|time| &time["link"])
            .collect();
        assert_eq!(times, [&Value::from(0), &Value::from(3), &Value::from(11)]);
        let rosters = report.json["rosters"].as_array().unwrap();
        let mut names: Vec<&str> = rosters
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["foreign-office", "home-office"]);
    }
    let page = words(&play.run("noor", &["verify", "disk.dd"]).stdout);
    for line in [
        "on the roster foreign-office (root ",
        ") as the key of aiko (Foreign Laboratory)",
        "on the roster home-office (root ",
        ") as the key of ines (Police)",
    ] {
        assert!(page.contains(line), "no `{line}` in {page}");
    }
}

/// The same files, the same flags, a time: the same bytes on every machine, and another verdict.
fn as_of_before_and_after(play: &Play, lost: &str) {
    for (time, exit, list) in [(lost, 0, &[][..]), ("2098-01-01T00:00:00Z", 1, &AFTER[..])] {
        let first = play.as_of("ines", time);
        let report: Value = serde_json::from_str(&first.stdout).unwrap();
        assert_eq!(found(&report), expected(list));
        assert_eq!((first.exit, &report["exit"]), (exit, &exit.into()));
        for person in ["noor", "aiko", "stranger"] {
            assert_eq!(play.as_of(person, time).stdout, first.stdout, "{person}");
        }
    }
    // Before there was a roster, nobody could have told whose the keys are.
    let early = play.as_of("ines", "2020-06-01T00:00:00Z");
    let report: Value = serde_json::from_str(&early.stdout).unwrap();
    assert_eq!((early.exit, found(&report)), (3, expected(&nobody())));
    assert!(
        report["rosters"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["used"] == false)
    );
}

/// Without the token on link 3, what the lost key signed before is only its own word; without the root, too.
fn the_proof_is_the_time_stamp(play: &Play) {
    let whole = play.bundle();
    let path = play.stage.path("disk.dd.custody.json");
    let text = std::fs::read(&path).unwrap();
    let stamped = whole.chain[3].hash().to_string();
    play.edit(|value| {
        let stamps = value["timestamps"].as_array_mut().unwrap();
        stamps.retain(|one| one["link"] != stamped.as_str());
    });
    let all = [
        ("signer-compromised", 5),
        ("unproven-time", 2),
        ("unproven-time", 3),
        ("unproven-time", 4),
    ];
    is(&play.stage.verify("noor", &["disk.dd"]), 1, &all);
    std::fs::write(path, text).unwrap();
    is(&play.stage.verify("noor", &["disk.dd"]), 1, &AFTER);
}

/// The roster of a bundle confirms nobody; a laboratory that pinned its own alone knows no authority of the police.
fn only_pinned_rosters_count(play: &Play) {
    let path = play.stage.path("disk.dd.custody.json");
    let text = std::fs::read(&path).unwrap();
    let roster: Value =
        serde_json::from_slice(&std::fs::read(play.stage.path("home.json")).unwrap()).unwrap();
    play.edit(|value| value["rosters"] = roster["chain"].clone());
    is(&play.stage.verify("noor", &["disk.dd"]), 1, &AFTER);
    let report = play.stage.verify("stranger", &["disk.dd"]);
    is(&report, 3, &nobody());
    std::fs::write(path, text).unwrap();
    let root = key_of(&play.stage, "foreign-office");
    let own = ["disk.dd", "--roster", "foreign.json", "--root", &root];
    let report = play.stage.verify("aiko", &own);
    assert_eq!(
        (report.exit, &report.finding("not-the-holder")["link"]),
        (1, &6.into())
    );
    // An older copy of the roster knows of no loss; who pinned the later one is warned.
    let (home, foreign) = (key_of(&play.stage, "home-office"), root);
    let line = typed("verify disk.dd --roster home-0.json --roster foreign.json --root");
    let both = [&home, "--root", &foreign[..]];
    let older = play.run("noor", &[&line[..], &both].concat());
    assert!(
        older.exit == 0 && older.stderr.contains("an older copy"),
        "{}",
        older.all()
    );
}

/// A tail that was cut off leaves no trace in the file: a card shows it, and so does a machine that saw more.
fn the_tail_is_told(play: &Play) {
    let path = play.stage.path("disk.dd.custody.json");
    let text = std::fs::read(&path).unwrap();
    let card = play.bundle().card().to_string();
    let last = play.bundle().card().head.to_string();
    play.edit(|value| {
        value["chain"].as_array_mut().unwrap().pop();
        let stamps = value["timestamps"].as_array_mut().unwrap();
        stamps.retain(|one| one["link"] != last.as_str());
    });
    let bundle = "disk.dd.custody.json";
    let cut = play.as_of("stranger", "2098-01-01T00:00:00Z");
    let report: Value = serde_json::from_str(&cut.stdout).unwrap();
    let without = [("in-transit", 10), AFTER[0], AFTER[1]];
    assert_eq!(found(&report), expected(&without));
    let report = play
        .stage
        .verify("ines", &[bundle, "disk.dd", "--expect-head", &card]);
    assert_eq!(report.finding("head-unknown")["missing"], 1);
    let report = play.stage.verify("noor", &[bundle, "disk.dd"]);
    assert_eq!(
        (report.exit, &report.finding("rolled-back")["missing"]),
        (1, &1.into())
    );
    std::fs::write(path, text).unwrap();
    let report = play
        .stage
        .verify("noor", &["disk.dd", "--expect-head", &card]);
    is(&report, 1, &AFTER);
}

/// `openssl ts -verify` accepts each token; the script checks the bundle, which knows no rosters.
fn others_tools_agree(play: &Play) {
    let bundle = play.bundle();
    assert_eq!(bundle.timestamps.len(), 3);
    for stamp in &bundle.timestamps {
        let hash = stamp.link.to_string();
        assert!(
            play.authority
                .accepts(&stamp.der(), Over::Hash(&hash), "Root")
        );
        let other = bundle.chain[1].hash().to_string();
        assert!(
            !play
                .authority
                .accepts(&stamp.der(), Over::Hash(&other), "Root")
        );
    }
    if has_tools() {
        let root = play.authority.path("Root.pem");
        let checked = by_hand_with_root(&root, &play.stage.path("disk.dd.custody.json"));
        assert_eq!(checked.exit, 0, "{}", checked.all());
        let existed = checked.stdout.matches(" existed at ").count();
        assert_eq!(existed, 3, "{}", checked.stdout);
    }
}
