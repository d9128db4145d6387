//! The HTML pages in a real browser, printed to paper: one first page in every language, whatever stands in the record.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pages::{LANGUAGES, case, name, pages, pdf_text, say};
use crate::stage::{Stage, has_tool};

/// Prints an HTML file as a clerk would, with the fonts that the browser finds.
fn print(stage: &Stage, html: &Path) -> PathBuf {
    let pdf = html.with_extension("html.pdf");
    let status = Command::new("chromium")
        .args(["--headless", "--disable-gpu", "--no-pdf-header-footer"])
        // The tests may run as root, for whom the browser has no sandbox. What is shown was made by ourselves.
        .arg("--no-sandbox")
        .arg(format!(
            "--user-data-dir={}",
            stage.path("browser").display()
        ))
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(format!("file://{}", html.display()))
        .output()
        .unwrap();
    assert!(pdf.is_file(), "{}", String::from_utf8_lossy(&status.stderr));
    pdf
}

fn has_tools() -> bool {
    ["chromium", "pdfinfo", "pdftotext"]
        .iter()
        .all(|tool| has_tool(tool))
}

/// The first sheet has everything down to the line to sign, and the second begins with the annex.
fn assert_one_sheet(stage: &Stage, language: &str, evidence: &str) {
    let html = stage.path(&format!("{evidence}-{language}.html"));
    let arguments = ["summary", evidence, "--lang", language, "-o", name(&html)];
    let made = stage.run("boris", &arguments);
    assert!(made.exit < 2, "{}", made.all());
    let pdf = print(stage, &html);
    let first = pdf_text(&pdf, 1, 1);
    for key in ["summary.title", "summary.signature", "summary.date"] {
        assert!(
            first.contains(&say(language, key)),
            "{language} {key}: {first}"
        );
    }
    assert!(pages(&pdf) > 1);
    let second = pdf_text(&pdf, 2, 2);
    assert!(
        second.starts_with(&say(language, "annex.title")),
        "{language}: {second}"
    );
}

#[test]
fn a_browser_prints_one_first_sheet_in_every_language() {
    if !has_tools() {
        return;
    }
    for links in [5, 60] {
        let stage = case(links);
        for language in LANGUAGES {
            assert_one_sheet(&stage, language, "disk.dd");
        }
    }
}

#[test]
fn a_browser_keeps_the_sheet_where_every_text_is_long() {
    if !has_tools() {
        return;
    }
    let stage = Stage::new();
    stage.people(&["boris"]);
    let long = "Long ".repeat(800);
    let unbroken = "W".repeat(4_000);
    for number in 0..40 {
        stage.write(&format!("E/{number:02}{}", "n".repeat(200)), "x");
    }
    stage.write(
        "sheet.toml",
        format!(
            "case = \"{}\"\nexhibit = \"{}\"\ndescription = \"{long}\"\nplace = \"{unbroken}\"\n\
             [authority]\nkind = \"{long}\"\nnumber = \"{unbroken}\"\nissuer = \"{long}\"\n\
             [[seals]]\nnumber = \"{}\"\nkind = \"bag\"\nstate = \"applied\"\n\
             [[notRecorded]]\nfield = \"item.model\"\nreason = \"{long}\"\n",
            "C".repeat(200),
            "E".repeat(200),
            "S".repeat(200),
        ),
    );
    stage.must("boris", &["seal", "E", "--sheet", "sheet.toml"]);
    for number in 0..20 {
        stage.write(&format!("E/{number:02}{}", "n".repeat(200)), "y");
    }
    for language in LANGUAGES {
        assert_one_sheet(&stage, language, "E");
    }
}
