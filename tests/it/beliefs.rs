//! What people came to believe of a page, and what it says now: each test is a false belief that a reader had.

use std::fs;

use crate::pages::case;
use crate::stage::{Stage, has_tool};

/// A page without its line breaks.
fn flat(page: &str) -> String {
    page.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn page(stage: &Stage, home: &str, arguments: &[&str]) -> String {
    let done = stage.run(home, arguments);
    assert!(done.exit < 2 || done.exit == 3, "{}", done.all());
    flat(&done.stdout)
}

/// What the written report says of a check.
fn row(stage: &Stage, arguments: &[&str], name: &str) -> String {
    let file = format!("report-{}.html", arguments.len() + name.len());
    let _ = fs::remove_file(stage.path(&file));
    let arguments = [&["verify", "disk.dd", "--report", &file][..], arguments].concat();
    assert!(stage.run("boris", &arguments).exit != 2);
    let html = fs::read_to_string(stage.path(&file)).unwrap();
    let label = format!("<th scope=\"row\">{name}</th>");
    let behind = html
        .split_once(&label)
        .unwrap_or_else(|| panic!("{name}: {html}"))
        .1;
    flat(behind.split_once("</tr>").unwrap().0)
}

#[test]
fn a_seal_that_was_opened_is_not_called_intact() {
    let stage = case(3);
    assert!(
        page(&stage, "boris", &["summary", "disk.dd"])
            .contains("Physical seal AZ-004412: applied (")
    );
    let silent = row(&stage, &["--record-only"], "physical seals");
    assert!(
        silent.contains("NOT ESTABLISHED") && silent.contains("at these events: 1, 2"),
        "{silent}"
    );
    for (action, reason) in [
        ("incident", "the bag was torn"),
        ("open", "to image the stick"),
    ] {
        stage.must("boris", &["record", "disk.dd", action, "--reason", reason]);
    }
    let opened = page(&stage, "boris", &["summary", "disk.dd"]);
    for words in [
        "event no. 4 records that it was opened since",
        "event no. 3: incident; reason as recorded: the bag was torn",
        "event no. 4: the physical seal was opened; reason as recorded: to image the stick",
    ] {
        assert!(opened.contains(words), "{words}: {opened}");
    }
    assert!(row(&stage, &[], "physical seals").contains("at these events: 1, 2, 4"));
}

#[test]
fn nobody_is_accused_of_an_entry_that_others_changed() {
    let stage = case(4);
    assert_eq!(stage.verify("boris", &["disk.dd"]).exit, 0);
    let text = fs::read_to_string(stage.path("disk.dd.custody.json")).unwrap();
    let changed = text.replacen("at the working copy", "at the working file", 1);
    assert_ne!(changed, text);
    stage.write("disk.dd.custody.json", changed);
    let report = stage.verify("boris", &["disk.dd"]);
    let forked = report.finding("forked");
    assert!(forked.get("proof").is_none(), "{forked}");
    let said = forked["message"].as_str().unwrap();
    assert!(!said.contains("signed"), "{said}");
    assert!(report.codes().contains(&"signature-invalid"));
}

#[test]
fn a_page_says_whether_it_was_held_against_paper() {
    let stage = case(3);
    let alone = page(&stage, "boris", &["summary", "disk.dd"]);
    assert!(alone.contains("Card on paper not compared"), "{alone}");
    assert!(
        alone.contains("or what was recorded after the last event above"),
        "{alone}"
    );
    let card = stage.must("boris", &["card", "disk.dd", "--json"]).stdout;
    let card: serde_json::Value = serde_json::from_str(&card).unwrap();
    let card = card["card"].as_str().unwrap().to_owned();
    stage.must("boris", &["record", "disk.dd", "examine", "--reason", "x"]);
    let with_card = ["summary", "disk.dd", "--expect-head", card.as_str()];
    let fits = page(&stage, "boris", &with_card);
    assert!(
        fits.contains("Card on paper fits: it is the code of event no. 2; later events, which it does not cover: 1"),
        "{fits}"
    );
    assert!(row(&stage, &with_card[2..], "head card").contains("which it does not cover: 1"));
    // A digit that was read wrong is no forgery.
    let head = card.rsplit(':').next().unwrap();
    let groups: Vec<&str> = (0..8).map(|it| &head[4 * it..4 * it + 4]).collect();
    let code = groups.join(" ");
    let last = if code.ends_with('0') { '1' } else { '0' };
    let wrong = format!("{}{last}", &code[..code.len() - 1]);
    let misread = page(
        &stage,
        "boris",
        &["summary", "disk.dd", "--expect-head", &wrong],
    );
    assert!(misread.contains("read the paper again"), "{misread}");
    assert!(!misread.contains("Do not rely"), "{misread}");
}

#[test]
fn declared_numbers_are_held_against_what_was_computed() {
    for (value, exit, words) in [
        (None, 0, "NOT PERFORMED: none is declared"),
        (
            Some("00".repeat(32)),
            1,
            "NOTED: of 1 declared, 1 said to be of the file",
        ),
        (
            Some(String::new()),
            0,
            "PASSED: of 1 declared, 1 equal what the seal computed",
        ),
    ] {
        let stage = Stage::new();
        stage.people(&["boris"]);
        stage.write("disk.dd", "evidence");
        let value = value.map(|value| match value.as_str() {
            "" => custody::record::digest::Digest::of(b"evidence").to_string(),
            _ => value,
        });
        let declared = value.map(|value| {
            format!("[[acquisition.declared]]\nalgorithm = \"SHA-256\"\nvalue = \"{value}\"\nscope = \"file\"\n")
        });
        let sheet = format!(
            "case = \"1\"\n[acquisition]\nmethod = \"copied\"\n{}",
            declared.unwrap_or_default()
        );
        stage.write("sheet.toml", sheet);
        let sealed = stage.run("boris", &["seal", "disk.dd", "--sheet", "sheet.toml"]);
        assert_eq!(sealed.exit, exit, "{}", sealed.all());
        let said = row(&stage, &[], "declared numbers");
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn what_the_report_says_is_typed_runs_as_it_is_printed() {
    let tools = ["pdftotext", "openssl", "jq", "base64", "bash"];
    if !tools.iter().all(|tool| has_tool(tool)) {
        return;
    }
    let stage = case(3);
    stage.must("boris", &["verify", "disk.dd", "--report", "report.pdf"]);
    let read = |layout: &str| {
        let done = std::process::Command::new("pdftotext")
            .args([layout, stage.path("report.pdf").to_str().unwrap(), "-"])
            .output()
            .unwrap();
        String::from_utf8(done.stdout).unwrap()
    };
    let text = read("-layout");
    let commands: Vec<&str> = text
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with("B="))
        .take_while(|line| !line.starts_with("The last command"))
        .filter(|line| !line.is_empty())
        .collect();
    let script = commands.join("\n");
    let ran = std::process::Command::new("bash")
        .args(["-euc", &script])
        .current_dir(stage.path(""))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(
        ran.status.success() && said.contains("Signature Verified Successfully"),
        "{script}\n{said}{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let key = commands
        .iter()
        .find_map(|line| line.strip_prefix("K="))
        .unwrap();
    assert!(said.contains(key), "{said}");
    // The script of all steps is named with its own hash.
    let by_hand = include_bytes!("../../examples/verify-by-hand.sh");
    let hash = custody::record::digest::Digest::of(by_hand).to_string();
    let unbroken: String = text.split_whitespace().collect();
    assert!(unbroken.contains(&hash), "{text}");
}
