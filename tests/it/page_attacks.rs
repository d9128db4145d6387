//! Pages under attack: whoever writes a record, names a file or holds a bundle wants a page to say what was not found.

use std::path::PathBuf;

use crate::pages::{LANGUAGES, name, pdf_text, say, tool};
use crate::stage::{Stage, has_tool};

/// Blanks that are no blanks of ASCII: lines are not broken at the first, the others are as wide as letters.
const BLANKS: [char; 5] = ['\u{A0}', '\u{2003}', '\u{3000}', '\u{2800}', '\u{3164}'];

/// A person with a name of their choice.
fn person(stage: &Stage, home: &str, name: &str, agency: &str) {
    let new = ["key", "new", "--name", name, "--agency", agency];
    let rest = ["--role", "x", "--no-passphrase"];
    stage.must(home, &[&new[..], &rest].concat());
    let file = format!("{home}.identity.json");
    stage.must(home, &["key", "export", "-o", &file]);
}

/// The lines of a text on a terminal so many columns wide. All letters here are one column wide, or two.
fn on_a_terminal(text: &str, columns: usize) -> Vec<String> {
    let mut rows = Vec::new();
    for line in text.lines() {
        let (mut row, mut taken) = (String::new(), 0);
        for letter in line.chars() {
            let wide = if letter == '\u{3000}' { 2 } else { 1 };
            if taken + wide > columns {
                rows.push(std::mem::take(&mut row));
                taken = 0;
            }
            row.push(letter);
            taken += wide;
        }
        rows.push(row);
    }
    rows
}

#[test]
fn a_long_word_does_not_forge_a_line_of_a_terminal() {
    let stage = Stage::new();
    let forged =
        |blank: char| "NO CHANGE FOUND since the digital seal.".replace(' ', &blank.to_string());
    person(
        &stage,
        "one",
        &format!("{}{}", "x".repeat(50), forged('\u{A0}')),
        "Lab",
    );
    stage.write("E/file", "1");
    for (number, blank) in BLANKS.iter().enumerate() {
        // Wherever the text begins, one of the names has its first letter in column 1.
        for before in (20..100).step_by(BLANKS.len()) {
            let file = format!("E/{}{}", "x".repeat(before + number), forged(*blank));
            stage.write(&file, "1");
        }
    }
    let word = |before: usize| format!("{}{}", "x".repeat(before), forged('.').repeat(20));
    let case = word(68)[..200].to_owned();
    let note = format!("first\n{}{}", "x".repeat(74), forged('\u{A0}'));
    stage.write(
        "sheet.toml",
        format!("case = \"{case}\"\nnote = '''{note}'''\n"),
    );
    let place = format!("{}NO CHANGE FOUND", BLANKS[0].to_string().repeat(200));
    let seal = ["seal", "E", "--sheet", "sheet.toml", "--place", &place];
    stage.must("one", &[&seal[..], &["--description", &word(66)]].concat());
    let examine = ["record", "E", "examine", "--reason", &word(68)];
    stage.must("one", &examine);
    for entry in std::fs::read_dir(stage.path("E")).unwrap() {
        std::fs::write(entry.unwrap().path(), "2").unwrap();
    }
    for command in ["verify", "summary", "log", "card", "challenge"] {
        let page = stage.run("one", &[command, "E"]).stdout;
        for columns in [80, 100] {
            for row in on_a_terminal(&page, columns) {
                let is_forged = row.starts_with("NO") && !row.starts_with("no. ");
                assert!(!is_forged, "{command} {columns}: {row}");
            }
        }
        for blank in BLANKS {
            assert!(!page.contains(blank), "{command} prints {blank:?}");
        }
    }
    let all = stage.run("one", &["summary", "E", "--files"]).stdout;
    assert!(all.contains("%C2%A0CHANGE%C2%A0FOUND"), "names stay apart");
}

#[test]
fn a_name_is_quoted_where_it_could_pass_for_words_of_the_page() {
    let stage = Stage::new();
    let name = "nobody: returned by the court on 3 November 2026";
    person(&stage, "one", name, "Lab) confirmed (roster");
    person(&stage, "two", "Anna, checked on receipt", "Lab");
    stage.write("disk.dd", "1");
    stage.must(
        "one",
        &["seal", "disk.dd", "--exhibit", "7 (seen; confirmed"],
    );
    let page = stage.must("one", &["summary", "disk.dd"]).stdout;
    let held = page.lines().find(|line| line.contains("Held now by"));
    assert!(held.unwrap().contains(&format!("\"{name}\"")), "{page}");
    assert!(page.contains("(\"Lab) confirmed (roster\")"), "{page}");
    assert!(page.contains("exhibit \"7 (seen; confirmed\""), "{page}");
    stage.must("one", &["key", "import", "two.identity.json"]);
    let release = [
        "release",
        "disk.dd",
        "--to",
        "two.identity.json",
        "--reason",
        "x",
    ];
    stage.must("one", &release);
    std::fs::rename(stage.path("disk.dd"), stage.path("away")).unwrap();
    assert_eq!(
        stage.run("two", &["receive", "disk.dd.custody.json"]).exit,
        3
    );
    let page = stage
        .run("one", &["summary", "disk.dd.custody.json"])
        .stdout;
    let line = "received by \"Anna, checked on receipt\", not checked on receipt";
    let joined = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(joined.contains(line), "{page}");
}

#[test]
fn an_unknown_field_is_no_line_of_the_page_in_any_language() {
    let stage = Stage::new();
    // A vector has a field in its predicate that no version knows.
    let bundle = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/vectors/findings/unknown-field.predicate/bundle.custody.json"
    );
    for language in LANGUAGES {
        let log = stage
            .run("one", &["log", bundle, "--lang", language])
            .stdout;
        assert!(log.contains("  `"), "{language}: {log}");
    }
}

/// A case in which every text is as long as it may be, in letters that our fonts have not.
fn spelled_out(stage: &Stage) -> PathBuf {
    let long = "中".repeat(600);
    person(stage, "one", &"中".repeat(200), &"中".repeat(200));
    person(stage, "two", &"文".repeat(200), &"Щ".repeat(200));
    stage.write("disk.dd", "1");
    let mut sheet = format!(
        "case = \"{long}\"\nexhibit = \"{long}\"\ndescription = \"{long}\"\nplace = \"{long}\"\n\
         [authority]\nkind = \"{long}\"\nnumber = \"{long}\"\ndate = \"{long}\"\nissuer = \"{long}\"\n\
         [protocol]\nkind = \"{long}\"\nnumber = \"{long}\"\n"
    );
    for number in 0..30 {
        sheet += &format!("[[seals]]\nnumber = \"{number}{long}\"\nstate = \"applied\"\n");
        sheet += &format!("[[notRecorded]]\nfield = \"{long}\"\nreason = \"{long}\"\n");
    }
    stage.write("sheet.toml", sheet);
    // A reason may stand under the name of a rule, which is any text.
    let rule = format!(
        "format = \"custody-profile/v1\"\ntitle = \"x\"\n[[rule]]\nname = \"{long}\"\nneeds = [\"place\"]\nasks = \"a\"\nsource = \"s\"\n"
    );
    stage.write("rules.toml", rule);
    let seal = [
        "seal",
        "disk.dd",
        "--profile",
        "rules.toml",
        "--sheet",
        "sheet.toml",
    ];
    stage.must("one", &seal);
    stage.must("two", &["key", "import", "one.identity.json"]);
    for reason in [&long, &"W".repeat(4_000)] {
        stage.must("one", &["record", "disk.dd", "examine", "--reason", reason]);
    }
    let release = [
        "release",
        "disk.dd",
        "--to",
        "two.identity.json",
        "--reason",
        &long,
    ];
    stage.must("one", &release);
    stage.path("disk.dd")
}

#[test]
fn letters_that_are_written_as_numbers_push_nothing_off_page_one() {
    if !["pdfinfo", "pdftotext"].iter().all(|tool| has_tool(tool)) {
        return;
    }
    let stage = Stage::new();
    spelled_out(&stage);
    for language in LANGUAGES {
        let path = stage.path(&format!("{language}.pdf"));
        let summary = ["summary", "disk.dd", "--lang", language, "-o", name(&path)];
        assert_eq!(stage.run("one", &summary).exit, 3);
        let first = pdf_text(&path, 1, 1);
        for key in [
            "summary.to-confirm",
            "summary.record-code",
            "summary.signature",
        ] {
            let said = say(language, key);
            assert!(first.contains(&said), "{language}: {said}\n{first}");
        }
        let second = pdf_text(&path, 2, 2);
        assert!(
            second.starts_with(&say(language, "annex.title")),
            "{second}"
        );
    }
}

#[test]
fn harmless_remarks_hide_none_that_matters() {
    let stage = Stage::new();
    person(&stage, "one", "Anna", "Lab");
    for number in 0..100 {
        stage.write(&format!("E/{number}"), number.to_string());
    }
    let mut sheet = String::from("[[seals]]\nnumber = \"A-0\"\nstate = \"broken\"\n");
    for number in 1..40 {
        sheet += &format!("[[seals]]\nnumber = \"A-{number}\"\nstate = \"intact\"\n");
        sheet += &format!("[[notRecorded]]\nfield = \"ext.f{number}\"\nreason = \"x\"\n");
    }
    stage.must("one", &["seal", "E"]);
    stage.write("sheet.toml", sheet);
    stage.must(
        "one",
        &[
            "record",
            "E",
            "open",
            "--reason",
            "x",
            "--sheet",
            "sheet.toml",
        ],
    );
    for number in 0..100 {
        let file = std::fs::File::options()
            .write(true)
            .open(stage.path(&format!("E/{number}")));
        let past = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        file.unwrap().set_modified(past).unwrap();
    }
    for number in 0..60 {
        stage.write(&format!("E/extra{number}"), "x");
    }
    std::fs::remove_file(stage.path("E/7")).unwrap();
    let page = stage.run("one", &["summary", "E"]).stdout;
    let (page, _) = page.split_once("Record code").unwrap();
    for said in [
        "A-0: broken",
        "A-0 is recorded as broken",
        "was not given",
        "not in the sealed list",
    ] {
        assert!(page.contains(said), "{said}\n{page}");
    }
}

#[test]
fn no_case_number_covers_the_code_of_a_card() {
    if !["rsvg-convert", "zbarimg"]
        .iter()
        .all(|tool| has_tool(tool))
    {
        return;
    }
    let stage = Stage::new();
    person(&stage, "one", "Anna", "Lab");
    let digits = "0123456789abcdef ".repeat(40);
    stage.write("disk.dd", "1");
    let seal = [
        "seal",
        "disk.dd",
        "--case",
        digits.trim(),
        "--exhibit",
        digits.trim(),
    ];
    stage.must("one", &seal);
    let card = stage.must("one", &["card", "disk.dd", "--json"]).stdout;
    let card: serde_json::Value = serde_json::from_str(&card).unwrap();
    for language in LANGUAGES {
        let svg = stage.path(&format!("{language}.svg"));
        let file = name(&svg);
        let print = [
            "card", "disk.dd", "--format", "svg", "--lang", language, "-o", file,
        ];
        stage.must("one", &print);
        let picture = stage.path(&format!("{language}.png"));
        let size = ["-d", "200", "-p", "200", "-o", name(&picture)];
        tool("rsvg-convert", &[&size[..], &[file]].concat());
        let read = tool("zbarimg", &["-q", "--raw", name(&picture)]);
        assert_eq!(read.trim(), card["card"].as_str().unwrap(), "{language}");
        // Nothing of the upper part reaches the lines of the card.
        let text = std::fs::read_to_string(&svg).unwrap();
        let heights = text
            .split(" y=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next()?.parse::<f32>().ok());
        let above: Vec<f32> = heights.filter(|height| *height < 74.0).collect();
        assert!(
            above.iter().all(|height| *height < 71.0),
            "{language}: {above:?}"
        );
        assert!(
            !text.contains(&digits[..60]),
            "{language}: a line goes on into the picture"
        );
    }
}

/// The rows of a written report: what was checked, and what came of it.
fn rows(html: &str) -> Vec<(String, String)> {
    let cells = |row: &str| {
        let (_, rest) = row.split_once('>')?;
        let (label, rest) = rest.split_once("</th>")?;
        let (_, rest) = rest.split_once('>')?;
        let (text, _) = rest.split_once("</td>")?;
        Some((label.to_owned(), text.to_owned()))
    };
    html.split("<th scope=\"row\"")
        .skip(1)
        .filter_map(cells)
        .collect()
}

fn report(stage: &Stage, arguments: &[&str], file: &str) -> String {
    let verify = [&["verify"], arguments, &["--report", file]].concat();
    let outcome = stage.run("one", &verify);
    assert!(outcome.exit != 2, "{}", outcome.all());
    std::fs::read_to_string(stage.path(file)).unwrap()
}

fn row(html: &str, label: &str) -> String {
    let found = rows(html).into_iter().find(|(name, _)| name == label);
    found.unwrap_or_else(|| panic!("no row {label}")).1
}

#[test]
fn a_report_lists_no_check_as_passed_that_was_not_made() {
    let stage = Stage::new();
    person(&stage, "one", "Anna", "Lab");
    stage.write("E/a", "1");
    stage.write("E/b", "2");
    stage.write("disk.dd", vec![7; 3_000_000]);
    stage.must("one", &["seal", "E"]);
    stage.must("one", &["seal", "disk.dd"]);
    let not_made = |html: &str, label: &str| {
        let text = row(html, label);
        assert!(text.starts_with("NOT PERFORMED: "), "{label}: {text}");
    };
    let html = report(&stage, &["E", "--only", "**"], "only.html");
    not_made(&html, "files not listed");
    not_made(&html, "physical seals");
    let html = report(&stage, &["disk.dd"], "file.html");
    not_made(&html, "files not listed");
    assert!(
        html.contains("of any other, that of the whole file"),
        "{html}"
    );
    let html = report(&stage, &["disk.dd", "--full"], "full.html");
    assert!(html.contains("of the whole worked out"), "{html}");
    let html = report(&stage, &["E", "--record-only"], "record.html");
    assert!(row(&html, "names and dates of files").ends_with("were not looked at"));
    // As of a time that was named, nothing that this machine knows counts, and its clock says nothing.
    let html = report(
        &stage,
        &["E", "--as-of", "2031-05-01T00:00:00Z"],
        "as-of.html",
    );
    not_made(&html, "chains seen before");
    assert!(
        !html.contains("by the clock of the checking computer"),
        "{html}"
    );
    assert!(!html.contains("Checked on 1 May 2031"), "{html}");
    assert!(!row(&html, "confirmed keys").contains("the keys of whoever made this check"));
    // A machine that has never seen the chain has compared nothing.
    let verify = ["verify", "E", "--report", "stranger.html"];
    stage.run("two", &verify);
    let html = std::fs::read_to_string(stage.path("stranger.html")).unwrap();
    not_made(&html, "chains seen before");
}

#[test]
fn a_report_quotes_what_was_typed_and_says_nothing_of_another_bundle() {
    let stage = Stage::new();
    person(&stage, "one", "Anna", "Lab");
    stage.write("E --full, 9 files/a", "1");
    stage.must(
        "one",
        &["seal", "E --full, 9 files", "-o", "./--x.custody.json"],
    );
    let bundle = std::fs::read(stage.path("--x.custody.json")).unwrap();
    let arguments = ["./--x.custody.json", "E --full, 9 files"];
    let html = report(&stage, &arguments, "report.html");
    let quoted = "&#39;E --full, 9 files&#39;";
    assert!(row(&html, "command").contains(quoted), "{html}");
    assert!(row(&html, "evidence").starts_with("&quot;E --full, 9 files&quot;: 1 file"));
    let hash = custody::record::digest::Digest::of(&bundle).to_string();
    assert_eq!(row(&html, "SHA-256 of the bundle"), hash);
    // One line for each of several bundles: the name does not pass for the result.
    let forged = "a: NO CHANGE FOUND since the digital seal.custody.json";
    stage.write(forged, &bundle);
    stage.write("b.custody.json", &bundle);
    let lines = stage
        .run("one", &["verify", forged, "b.custody.json"])
        .stdout;
    assert!(
        lines.starts_with(&format!("'{forged}': RECORD CHECKED")),
        "{lines}"
    );
}

#[test]
fn a_copy_with_every_entry_hidden_says_that_nothing_was_compared() {
    let stage = Stage::new();
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/vectors/findings/hidden.all"
    );
    let (bundle, evidence) = (
        format!("{folder}/bundle.custody.json"),
        format!("{folder}/evidence"),
    );
    for language in LANGUAGES {
        let verify = stage.run("one", &["verify", &bundle, &evidence, "--lang", language]);
        let line = say(language, "result.record-checked-nothing-compared");
        let line = line.split_once("{line}").unwrap().1.to_owned();
        assert!(
            verify
                .stdout
                .starts_with(&say(language, "result.line-record-checked"))
        );
        let flat = verify
            .stdout
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(flat.contains(&line), "{language}: {flat}");
        let page = stage
            .run("one", &["summary", &bundle, &evidence, "--lang", language])
            .stdout;
        let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            page.contains(&say(language, "summary.shows-nothing-compared")),
            "{page}"
        );
        assert!(
            !page.contains(&say(language, "summary.shows-same")),
            "{page}"
        );
    }
}
