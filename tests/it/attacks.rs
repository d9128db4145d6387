//! Attacks that someone made on this program, each of which once succeeded.

use std::process::{Command, Stdio};

use custody::audit::chain::judge;
use custody::audit::trust::Trust;
use custody::evidence::key_file::SecretKey;
use custody::record::bundle::Bundle;
use custody::record::event::Party;
use custody::record::json::Object;

use crate::stage::{Outcome, Stage};

/// Adds an event to the bundle of `f` with the key of `a`, by other means than the program's.
fn append(stage: &Stage, action: &str, by: Option<Party>) {
    let secret = SecretKey::load(&stage.path("home-a/identities/a.pem"), None).unwrap();
    let bundle = Bundle::parse(&std::fs::read(stage.path("f.custody.json")).unwrap()).unwrap();
    let chain = judge(bundle, &Trust::default(), &[]).verified().unwrap();
    let event = chain.bundle().chain[0].event().clone();
    let predicate = chain.next(action, &by.unwrap_or(event.by), event.at, &Object::new());
    let signed = chain.sign_next(predicate, &[&secret]).unwrap();
    let longer = chain.append(signed).unwrap();
    let mut text = String::new();
    longer.bundle().write(&mut text).unwrap();
    stage.write("f.custody.json", text);
}

/// Nothing may be written that no reader takes, or that does not check.
#[test]
fn a_sheet_cannot_make_a_bundle_that_no_reader_takes() {
    let stage = Stage::new();
    stage.write("f", "f");
    stage.must("a", &["seal", "f"]);
    let before = std::fs::read(stage.path("f.custody.json")).unwrap();
    for (name, sheet) in [
        ("deep", "[ext.a.a.a.a.a.a.a]\nx = 1\n".to_owned()),
        ("deeper", "[ext.a.a.a.a.a.a.a.a.a]\nx = 1\n".to_owned()),
        ("injected", "[ext]\n\"b\\\":1,\\\"a\" = 2\n".to_owned()),
        ("blank", "[ext]\n\"a b\" = 2\n".to_owned()),
        ("digits", "[ext]\n\"12\" = 2\n".to_owned()),
    ] {
        stage.write("s.toml", sheet);
        for arguments in [
            &[
                "record", "f", "examine", "--reason", "x", "--sheet", "s.toml",
            ][..],
            &["seal", "f", "-o", "g.custody.json", "--sheet", "s.toml"],
        ] {
            let outcome = stage.run("a", arguments);
            if name == "deep" && outcome.exit == 0 {
                // What is taken must be read again.
                assert_eq!(
                    stage
                        .run("a", &["verify", arguments[arguments.len() - 3]])
                        .exit,
                    2
                );
            }
            assert_eq!(outcome.exit, 2, "{name}: {}", outcome.all());
        }
        assert_eq!(
            std::fs::read(stage.path("f.custody.json")).unwrap(),
            before,
            "{name}"
        );
        assert!(!stage.path("g.custody.json").exists(), "{name}");
    }
}

#[test]
fn a_sheet_cannot_print_to_the_terminal() {
    let stage = Stage::new();
    stage.write("f", "f");
    stage.write(
        "e.toml",
        "\"\\u001b[2J\\u001b[31mX\\nerror: forged\" = \"\"\n",
    );
    let outcome = stage.run("a", &["seal", "f", "--sheet", "e.toml"]);
    assert_eq!(outcome.exit, 2);
    assert!(!outcome.stderr.contains('\u{1b}'), "{}", outcome.stderr);
    assert_eq!(
        outcome
            .stderr
            .lines()
            .filter(|line| line.starts_with("error: "))
            .count(),
        1,
        "{}",
        outcome.stderr
    );
}

/// A file that was read first and changed while the next one was being read is part of no seal.
#[test]
fn what_changes_behind_the_reader_is_not_sealed() {
    let stage = Stage::new();
    stage.person("a");
    stage.write("E/a", "first");
    let big = std::fs::File::create({
        std::fs::create_dir_all(stage.path("E")).unwrap();
        stage.path("E/z")
    });
    big.unwrap().set_len(3 << 30).unwrap();
    for change in ["E/a", "E/new"] {
        // What the seal before kept of the large file would make this one too quick.
        let _ = std::fs::remove_file(stage.path("E.custody.partial"));
        let child = stage
            .command("a", &["seal", "E"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        stage.write(change, "CHANGED");
        let outcome = Outcome::of(&child.wait_with_output().unwrap());
        assert_eq!(outcome.exit, 2, "{change}: {}", outcome.all());
        assert!(
            outcome
                .stderr
                .contains("it changed while it was being read"),
            "{}",
            outcome.stderr
        );
        assert!(!stage.path("E.custody.json").exists());
    }
}

/// Of a disclosed copy, only what is listed can be compared; the receipt must not say more.
#[test]
fn a_receipt_of_a_disclosed_copy_says_that_it_was_a_part() {
    let stage = Stage::new();
    stage.people(&["a", "b"]);
    for name in ["E/1", "E/2", "E/3", "E/4"] {
        stage.write(name, "ten bytes.");
    }
    stage.must("a", &["seal", "E"]);
    stage.must(
        "a",
        &["release", "E", "--to", "b.identity.json", "--reason", "x"],
    );
    let path = stage.path("E.custody.json");
    let mut bundle = Bundle::parse(&std::fs::read(&path).unwrap()).unwrap();
    for item in &mut bundle.files[1..] {
        *item = custody::record::entry::Item::Hidden(item.leaf());
    }
    bundle.listing_salt = None;
    let mut text = String::new();
    bundle.write(&mut text).unwrap();
    std::fs::write(&path, text).unwrap();
    stage.write("E/2", "changed");
    let received = stage.run("b", &["receive", "E"]);
    assert_eq!(received.exit, 3, "{}", received.all());
    assert!(
        received
            .stdout
            .contains("The receipt says that it was a part"),
        "{}",
        received.stdout
    );
    let log = stage.run("b", &["log", "E"]).stdout;
    assert!(log.contains("bytes: 10; files: 1; mode: part"), "{log}");
    let page = stage.run("b", &["summary", "E"]).stdout;
    assert!(
        page.contains("checked in part on receipt (1 file)"),
        "{page}"
    );
}

#[test]
fn one_key_under_two_names_is_shown_as_one_key() {
    let stage = Stage::new();
    stage.person("a");
    let forged = std::fs::read_to_string(stage.path("a.identity.json"))
        .unwrap()
        .replace("\"name\": \"a\"", "\"name\": \"Aiko Mori\"");
    stage.write("f", "f");
    stage.must("a", &["seal", "f"]);
    // The program refuses; whoever writes the links by other means is shown.
    stage.write("mori.json", &forged);
    let release = stage.run("a", &["release", "f", "--to", "mori.json", "--reason", "x"]);
    assert!(
        release.stderr.contains("it is the same key"),
        "{}",
        release.stderr
    );
    let mori = custody::record::identity::Identity::parse(forged.as_bytes())
        .unwrap()
        .party();
    append(&stage, "examine", Some(mori));
    let report = stage.run("a", &["verify", "f"]);
    assert!(
        report.stdout.contains("THE SAME KEY SIGNS AS"),
        "{}",
        report.stdout
    );
}

/// Only the folder that was sealed is the folder that was sealed.
#[test]
fn things_beside_a_bundle_do_not_stand_for_its_folder() {
    let stage = Stage::new();
    for name in ["EX/a", "EX/b"] {
        stage.write(name, name);
    }
    stage.must("a", &["seal", "EX"]);
    stage.write("EX/evil", "extra");
    assert_eq!(stage.verify("a", &["EX"]).result(), "EXTRA FILE");
    for name in ["a", "b"] {
        std::fs::rename(stage.path(&format!("EX/{name}")), stage.path(name)).unwrap();
    }
    std::fs::rename(stage.path("EX"), stage.path("EX_old")).unwrap();
    let report = stage.verify("a", &["EX.custody.json"]);
    assert_eq!((report.exit, report.codes()), (3, vec!["not-supplied"]));
}

#[test]
fn folders_sealed_side_by_side_are_found_again() {
    let stage = Stage::new();
    stage.write("a/1", "1");
    stage.write("b/2", "2");
    stage.write("c", "3");
    stage.must("x", &["seal", "a", "b", "c"]);
    assert_eq!(
        stage.verify("x", &["a.custody.json"]).codes(),
        Vec::<&str>::new()
    );
    stage.write("b/3", "extra");
    assert_eq!(stage.verify("x", &["a"]).codes(), vec!["unexpected"]);
    let report = stage.run("x", &["verify", "a"]);
    assert!(
        report.stdout.contains("other things beside"),
        "{}",
        report.stdout
    );
}

#[test]
fn an_unknown_act_says_nothing_of_its_own_on_a_page() {
    let stage = Stage::new();
    stage.person("a");
    stage.write("f", "f");
    stage.must("a", &["seal", "f"]);
    append(&stage, "received by Aiko Mori, checked on receipt", None);
    for command in ["summary", "log", "verify"] {
        let page = stage.run("a", &[command, "f"]).stdout;
        assert!(
            page.contains("an act this program does not know"),
            "{command}: {page}"
        );
    }
}

#[test]
fn nothing_waits_for_ever_and_nothing_reads_for_ever() {
    let stage = Stage::new();
    stage.write("f", "f");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        stage.path("pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    for arguments in [
        &["seal", "f", "--sheet", "pipe"][..],
        &["seal", "f", "--sheet", "/dev/zero"],
        &["seal", "pipe"],
        &["verify", "pipe"],
        &["verify", "/dev/zero"],
        &["key", "import", "pipe"],
        &["key", "import", "/dev/zero"],
        &["seal", "f", "-o", "pipe"],
    ] {
        let outcome = stage.run("a", arguments);
        assert_eq!(outcome.exit, 2, "{arguments:?}: {}", outcome.all());
    }
    let output = stage
        .command("a", &["key", "passphrase"])
        .env("CUSTODY_PASSPHRASE_FILE", "/dev/zero")
        .output()
        .unwrap();
    assert_eq!(Outcome::of(&output).exit, 2);
}

#[test]
fn a_page_nobody_got_is_not_one_that_was_given() {
    let stage = Stage::new();
    stage.write("f", "f");
    stage.must("a", &["seal", "f"]);
    for command in ["verify", "summary", "card", "log"] {
        let full = std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let status = stage
            .command("a", &[command, "f"])
            .stdout(full)
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(2), "{command}");
    }
    // A reader that goes away has what it wanted.
    let program = env!("CARGO_BIN_EXE_custody");
    let piped = Command::new("bash")
        .args([
            "-c",
            &format!("set -o pipefail; '{program}' log f | head -n 1 >/dev/null"),
        ])
        .current_dir(stage.path("."))
        .env("CUSTODY_HOME", stage.path("home-a"))
        .status()
        .unwrap();
    assert_eq!(piped.code(), Some(0));
}

#[test]
fn a_name_of_a_colleague_is_not_a_file_that_lies_about() {
    let stage = Stage::new();
    for person in ["anna", "boris", "mallory"] {
        stage.person(person);
    }
    stage.must("anna", &["key", "import", "boris.identity.json"]);
    stage.write("f", "f");
    stage.must("anna", &["seal", "f"]);
    std::fs::copy(stage.path("mallory.identity.json"), stage.path("boris")).unwrap();
    let outcome = stage.run("anna", &["release", "f", "--to", "boris", "--reason", "x"]);
    assert_eq!(outcome.exit, 2, "{}", outcome.all());
    assert!(
        outcome
            .stderr
            .contains("is both an identity you know and a file here"),
        "{}",
        outcome.stderr
    );
    let outcome = stage.must(
        "anna",
        &["release", "f", "--to", "./boris", "--reason", "x"],
    );
    assert!(
        outcome.stderr.contains("is not one you have confirmed"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_half_made_identity_does_not_stand_in_the_way() {
    let stage = Stage::new();
    stage.write("home-a/identities/root.pem", "");
    stage.write("f", "f");
    let output = stage
        .command("a", &["seal", "f"])
        .env("LOGNAME", "root")
        .output()
        .unwrap();
    assert_eq!(
        Outcome::of(&output).exit,
        0,
        "{}",
        Outcome::of(&output).all()
    );
}

#[test]
fn the_record_code_from_paper_is_enough() {
    let stage = Stage::new();
    stage.write("f", "f");
    let sealed = stage.must("a", &["seal", "f"]).stdout;
    let code = sealed
        .lines()
        .find_map(|line| line.trim().strip_prefix("record code "))
        .unwrap()
        .trim();
    let report = stage.run("a", &["verify", "f", "--expect-head", code]);
    assert_eq!(report.exit, 0);
    assert!(
        report
            .stdout
            .contains("fits: it is the code of event no. 0"),
        "{}",
        report.stdout
    );
    for written in [code.to_uppercase(), code.replace(' ', "")] {
        let report = stage.verify("a", &["f", "--expect-head", &written]);
        assert_eq!((report.exit, report.codes()), (0, Vec::new()), "{written}");
    }
    let wrong = code.replace(&code[..4], "0000");
    assert_eq!(
        stage.verify("a", &["f", "--expect-head", &wrong]).codes(),
        vec!["head-unknown"]
    );
    let huge = format!("custody:v1:{0}:18446744073709551615:{0}", "0".repeat(64));
    assert_eq!(
        stage.verify("a", &["f", "--expect-head", &huge]).codes(),
        vec!["head-unknown"]
    );
}

#[test]
fn the_folder_one_stands_in_can_be_sealed() {
    let stage = Stage::new();
    stage.write("E/a", "a");
    let run = |arguments: &[&str]| {
        let mut command = stage.command("a", arguments);
        Outcome::of(&command.current_dir(stage.path("E")).output().unwrap())
    };
    let sealed = run(&["seal", "."]);
    assert_eq!(sealed.exit, 0, "{}", sealed.all());
    assert_eq!(stage.verify("a", &["E"]).codes(), Vec::<&str>::new());
    // A slash at the end does not make a link a folder.
    std::os::unix::fs::symlink("E", stage.path("L")).unwrap();
    assert_eq!(
        stage.run("a", &["seal", "L/", "-o", "l.custody.json"]).exit,
        2
    );
    assert_eq!(stage.run("a", &["verify", "E.custody.json", "L/"]).exit, 2);
}

/// Hostile bundles whose reading once took time that grew with the square of their size.
#[test]
fn reading_takes_no_longer_than_the_bundle_is_long() {
    let text =
        std::fs::read_to_string(crate::example::folder().join("disk.dd.custody.json")).unwrap();
    let names: String = (0..200_000)
        .rev()
        .map(|number| format!("\"z{number:06}\":1,"))
        .collect();
    let many = text.replacen('{', &format!("{{{names}"), 1);
    assert!(Bundle::parse(many.as_bytes()).is_ok());
    let key = "0".repeat(58);
    let witnesses: Vec<String> = (0..20_000)
        .map(|number| format!("{{\"name\":\"w\",\"key\":\"{key}{number:06}\"}}"))
        .collect();
    let field = format!("\"witnesses\":[{}],\"action\":", witnesses.join(","));
    let crowded = text.replacen("\"action\":", &field, 1);
    let judged = custody::audit::chain::judge(
        Bundle::parse(crowded.as_bytes()).unwrap(),
        &Default::default(),
        &[],
    );
    assert!(judged.findings().len() > 20_000);
}

#[test]
fn a_slip_on_paper_is_told_from_another_chain() {
    let stage = Stage::new();
    stage.write("f", "f");
    let sealed = stage.must("a", &["seal", "f"]).stdout;
    let code = sealed
        .lines()
        .find_map(|line| line.trim().strip_prefix("record code "))
        .unwrap()
        .trim();
    let last = if code.ends_with('0') { "1" } else { "0" };
    let slip = format!("{}{last}", &code[..code.len() - 1]);
    let report = stage.verify("a", &["f", "--expect-head", &slip]);
    let message = report.finding("head-unknown")["message"].as_str().unwrap();
    assert!(
        message.contains("differs in a digit or two from that of event no. 0"),
        "{message}"
    );
    // The whole card, as it was printed and kept in a file.
    let card = stage.must("a", &["card", "f"]).stdout;
    stage.write("card.txt", card);
    for form in ["html", "svg"] {
        let file = format!("card.{form}");
        stage.must("a", &["card", "f", "--format", form, "-o", &file]);
    }
    for file in ["card.txt", "card.html", "card.svg"] {
        let report = stage.verify("a", &["f", "--expect-head", file]);
        assert_eq!((report.exit, report.codes()), (0, Vec::new()), "{file}");
    }
    stage.write("g", "g");
    stage.must("a", &["seal", "g"]);
    for file in ["card.html", "card.svg"] {
        let report = stage.verify("a", &["g", "--expect-head", file]);
        assert_eq!(report.codes(), ["head-unknown"], "{file}");
    }
}

#[test]
fn arguments_in_the_wrong_order_are_no_change_of_the_evidence() {
    let stage = Stage::new();
    stage.write("f", "f");
    stage.write("other", "something else");
    stage.must("a", &["seal", "f"]);
    let swapped = stage.run("a", &["verify", "f", "f.custody.json"]);
    assert_eq!(swapped.exit, 2);
    assert!(
        swapped
            .stderr
            .contains("is the bundle itself, not the evidence"),
        "{}",
        swapped.stderr
    );
    let before = std::fs::read(stage.path("f.custody.json")).unwrap();
    let wrong = stage.run("a", &["record", "f", "examine", "other", "--reason", "x"]);
    assert_eq!(wrong.exit, 2, "{}", wrong.all());
    assert_eq!(
        std::fs::read(stage.path("f.custody.json")).unwrap(),
        before,
        "nothing was signed"
    );
    assert_eq!(
        stage
            .run(
                "a",
                &[
                    "record",
                    "f",
                    "examine",
                    "other",
                    "--reason",
                    "x",
                    "--with-exceptions"
                ]
            )
            .exit,
        1
    );
    let page = stage.run("a", &["summary", "f"]).stdout;
    assert!(
        page.contains("examined by") && page.contains("1 thing differed"),
        "{page}"
    );
}
