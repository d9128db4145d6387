//! The pages of a court as people get them: text, HTML and PDF, in every language, read again by other people's tools.

use std::path::Path;
use std::process::Command;

use custody::report::language::Language;

use crate::promises::promise;
use crate::stage::{Stage, has_tool};

pub const LANGUAGES: [&str; 4] = ["en", "az", "fr", "ru"];

/// Letters of all our languages, in a name.
const NAME: &str = "Əliyev Çingiz Şahin oğlu";

/// A case of so many links, sealed by one person, received by another and examined there.
pub fn case(links: usize) -> Stage {
    let stage = Stage::new();
    stage.people(&["anna", "boris"]);
    stage.write("disk.dd", vec![7; 3_000_000]);
    stage.write("seal.toml", seal_sheet());
    stage.must("anna", &["seal", "disk.dd", "--sheet", "seal.toml"]);
    let release = [
        "release",
        "disk.dd",
        "--to",
        "boris",
        "--reason",
        "laboratory",
    ];
    stage.must("anna", &release);
    stage.must("boris", &["receive", "disk.dd"]);
    for _ in 3..links {
        let examine = [
            "record",
            "disk.dd",
            "examine",
            "--reason",
            "a look at the working copy",
        ];
        stage.must("boris", &examine);
    }
    stage
}

fn seal_sheet() -> String {
    format!(
        "case = \"2026-CR-00417\"\nexhibit = \"USB-1\"\ndescription = \"Image of a USB stick of {NAME}\"\n\
         place = \"8 Garden Street, flat 12, room 2, on the desk\"\n\
         [authority]\nkind = \"court decision\"\nnumber = \"4(009)-118/2026\"\ndate = \"20 November 2026\"\n\
         [[seals]]\nnumber = \"AZ-004412\"\nkind = \"bag\"\nstate = \"applied\"\n\
         [[notRecorded]]\nfield = \"item.model\"\nreason = \"nothing is printed on the stick\"\n"
    )
}

pub fn tool(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The text of some pages of a PDF, its blanks made one.
pub fn pdf_text(path: &Path, first: usize, last: usize) -> String {
    let (first, last) = (first.to_string(), last.to_string());
    let text = tool(
        "pdftotext",
        &["-f", &first, "-l", &last, "-layout", name(path), "-"],
    );
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub fn pages(path: &Path) -> usize {
    let facts = tool("pdfinfo", &[name(path)]);
    let line = facts.lines().find_map(|line| line.strip_prefix("Pages:"));
    line.unwrap().trim().parse().unwrap()
}

fn written(stage: &Stage, arguments: &[&str], file: &str) -> std::path::PathBuf {
    let outcome = stage.run("boris", &[arguments, &["-o", file]].concat());
    assert!(outcome.exit != 2, "{}", outcome.all());
    stage.path(file)
}

/// What the first page says on paper, whatever the chain holds.
pub fn say(language: &str, key: &str) -> String {
    Language::of(language)
        .unwrap()
        .say(key)
        .replace('\u{a0}', " ")
}

#[test]
fn a_summary_as_pdf_is_one_first_page_in_every_language() {
    if !["pdfinfo", "pdftotext", "pdffonts"]
        .iter()
        .all(|tool| has_tool(tool))
    {
        return;
    }
    for links in [5, 60] {
        let stage = case(links);
        for language in LANGUAGES {
            let file = format!("{language}-{links}.pdf");
            let path = written(&stage, &["summary", "disk.dd", "--lang", language], &file);
            let first = pdf_text(&path, 1, 1);
            let keys = [
                "summary.title",
                "summary.shows",
                "summary.to-confirm",
                "summary.signature",
            ];
            for key in keys
                .into_iter()
                .chain(["result.line-no-change-found", "summary.remarks"])
            {
                let said = say(language, key);
                assert!(
                    first.contains(&said),
                    "{file}: page 1 does not say {said}\n{first}"
                );
            }
            assert!(
                first.contains(NAME) && first.contains("2026-CR-00417"),
                "{first}"
            );
            assert!(
                !first.contains(&say(language, "annex.title")) || language == "fr",
                "{first}"
            );
            let second = pdf_text(&path, 2, 2);
            assert!(
                second.starts_with(&say(language, "annex.title")),
                "{second}"
            );
            // Every event stands in the annex, with the whole of its hash.
            let all = pdf_text(&path, 2, pages(&path)).replace(' ', "");
            let log = stage.run("boris", &["log", "disk.dd"]).stdout;
            let hashes: Vec<&str> = log
                .lines()
                .filter_map(|line| line.trim().strip_prefix("link hash"))
                .collect();
            assert_eq!(hashes.len(), links);
            for hash in hashes {
                assert!(all.contains(hash.trim()), "{file}: {hash}");
            }
            let fonts = tool("pdffonts", &[name(&path)]);
            let rows: Vec<&str> = fonts.lines().skip(2).collect();
            assert!(!rows.is_empty());
            for row in rows {
                assert!(
                    row.contains("yes yes yes"),
                    "embedded, a part, with its letters: {row}"
                );
            }
            let facts = tool("pdfinfo", &[name(&path)]);
            assert!(
                facts.contains("Tagged:          yes") && facts.contains("A4"),
                "{facts}"
            );
            assert!(facts.contains("JavaScript:      no"), "{facts}");
        }
    }
}

#[test]
fn the_same_page_gives_the_same_pdf() {
    let stage = case(3);
    let print = |file: &str| std::fs::read(written(&stage, &["summary", "disk.dd"], file)).unwrap();
    // The time of the check is part of a page: two checks in one second give the same bytes.
    let same = (0..20)
        .any(|number| print(&format!("{number}-a.pdf")) == print(&format!("{number}-b.pdf")));
    assert!(same);
}

#[test]
fn the_qr_codes_hold_the_whole_card() {
    let tools = ["zbarimg", "rsvg-convert", "pdftoppm"];
    if !tools.iter().all(|tool| has_tool(tool)) {
        return;
    }
    let stage = case(3);
    let card: serde_json::Value =
        serde_json::from_str(&stage.must("boris", &["card", "disk.dd", "--json"]).stdout).unwrap();
    let card = card["card"].as_str().unwrap();
    let read = |picture: &Path| {
        tool("zbarimg", &["-q", "--raw", name(picture)])
            .trim()
            .to_owned()
    };
    for language in LANGUAGES {
        let file = format!("{language}.svg");
        let svg = written(
            &stage,
            &["card", "disk.dd", "--format", "svg", "--lang", language],
            &file,
        );
        let picture = stage.path(&format!("{language}.png"));
        tool(
            "rsvg-convert",
            &["-d", "200", "-p", "200", "-o", name(&picture), name(&svg)],
        );
        assert_eq!(read(&picture), card, "{language}");
    }
    // On the page of the court it is as large as it will be on paper.
    let pdf = written(&stage, &["summary", "disk.dd"], "page.pdf");
    let picture = stage.path("page");
    tool(
        "pdftoppm",
        &[
            "-r",
            "150",
            "-png",
            "-singlefile",
            name(&pdf),
            name(&picture),
        ],
    );
    assert_eq!(read(&stage.path("page.png")), card);
    // The picture in HTML is the same path.
    let html = written(
        &stage,
        &["card", "disk.dd", "--format", "html"],
        "card.html",
    );
    let html = std::fs::read_to_string(html).unwrap();
    let svg = &html[html.find("<svg").unwrap()..html.find("</svg>").unwrap() + 6];
    let svg = svg.replace(
        "<svg ",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"400\" height=\"400\" ",
    );
    let path = stage.write("qr.svg", svg);
    let picture = stage.path("qr.png");
    tool("rsvg-convert", &["-o", name(&picture), name(&path)]);
    assert_eq!(read(&picture), card);
}

#[test]
fn a_card_has_what_is_compared_and_signed() {
    let stage = case(3);
    for format in ["text", "svg", "html"] {
        let card = stage
            .must("boris", &["card", "disk.dd", "--format", format])
            .stdout;
        for said in [
            "3 events",
            "Released by:",
            "Received by:",
            "Physical seal no.:",
            "2026-CR-00417",
            "USB-1",
        ] {
            assert!(card.contains(said), "{format}: {said}\n{card}");
        }
    }
    let again = ["card", "disk.dd", "-o", "card.txt"];
    stage.must("boris", &again);
    assert_eq!(
        stage.run("boris", &again).exit,
        2,
        "never over another file"
    );
}

#[test]
fn without_the_evidence_the_page_says_so_and_a_broken_record_says_that() {
    let stage = case(3);
    std::fs::rename(stage.path("disk.dd"), stage.path("elsewhere")).unwrap();
    for language in LANGUAGES {
        let page = stage.run(
            "boris",
            &[
                "summary",
                "disk.dd.custody.json",
                "--lang",
                language,
                "--format",
                "html",
            ],
        );
        let line = say(language, "result.line-record-checked").replace('\'', "&#39;");
        assert!(page.stdout.contains(&line), "{language}");
        assert_eq!(page.exit, 3);
    }
    let bundle = std::fs::read_to_string(stage.path("disk.dd.custody.json")).unwrap();
    stage.write(
        "disk.dd.custody.json",
        bundle.replace("laboratory", "Laboratory"),
    );
    for language in LANGUAGES {
        let page = stage.run(
            "boris",
            &[
                "summary",
                "disk.dd.custody.json",
                "--lang",
                language,
                "--format",
                "html",
            ],
        );
        assert_eq!(page.exit, 1);
        for key in [
            "result.line-record-does-not-check",
            "summary.shows-nothing",
            "whereabouts.does-not-check",
        ] {
            let said = say(language, key).replace('\'', "&#39;");
            let html = page.stdout.replace('\u{a0}', " ");
            assert!(html.contains(&said), "{language}: {said}");
        }
        assert!(
            !page
                .stdout
                .contains(Language::of(language).unwrap().say("summary.shows-same")),
            "{language}"
        );
    }
}

#[test]
fn an_html_page_has_nothing_from_elsewhere_and_no_script() {
    let stage = case(5);
    for arguments in [
        &["summary", "disk.dd", "--format", "html"][..],
        &["card", "disk.dd", "--format", "html"],
    ] {
        let html = stage.must("boris", arguments).stdout;
        assert!(html.contains("default-src 'none'"), "{arguments:?}");
        for word in [
            "<script", "http:", "https:", "//", "url(", "@import", "src=", "href=", "style=\"",
            " on",
        ] {
            let code = html
                .replace("http-equiv", "")
                .replace(" on ", "")
                .replace(" only", "")
                .replace(" one", "");
            assert!(!code.contains(word), "{arguments:?}: {word}");
        }
    }
}

/// Texts that would do harm where they are not taken as text.
const HOSTILE: [&str; 8] = [
    "<script>alert(1)</script>",
    "</td></table><h1>NO CHANGE FOUND</h1>",
    "{{7*7}} ${x} %s %n {seq} {by}",
    "\" onmouseover=\"x\" '><svg/onload=x>",
    "right\u{202E}to left\u{200F}",
    "שלום עולם 12 مرحبا",
    "&lt;b&gt; &amp; <!-- <![CDATA[",
    "中文名字/\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
];

/// Reads HTML as a browser would, by Python's own parser: tags, attributes and text, one after the other.
const PARSER: &str = r#"
import html.parser, sys
class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.text, self.open = set(), '', []
    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag not in ('meta', 'rect', 'path', 'br'): self.open.append(tag)
        for name, value in attributes:
            assert not name.startswith('on'), (tag, name, value)
            assert name not in ('style', 'src', 'href', 'action'), (tag, name, value)
    def handle_endtag(self, tag):
        if tag not in ('meta', 'rect', 'path', 'br'):
            assert self.open and self.open.pop() == tag, ('closed out of order', tag)
    def handle_comment(self, data): raise AssertionError(('comment', data))
    def handle_data(self, data): self.text += data
page = Page()
page.feed(open(sys.argv[1], encoding='utf-8').read())
page.close()
assert not page.open, page.open
known = set('html head meta title style body section h1 h2 h3 p div span i b table thead tbody tr th td ul li pre svg rect path bdi'.split())
assert page.tags <= known, page.tags - known
sys.stdout.write(page.text)
"#;

#[test]
fn hostile_texts_stay_texts() {
    let stage = Stage::new();
    stage.people(&["anna", "boris"]);
    stage.write("disk.dd", "evidence");
    let long = "W".repeat(4_000);
    let description = HOSTILE
        .join(" \u{b7} ")
        .replace(['\u{202E}', '\u{200F}'], "");
    let case = [
        "--case",
        "<b>{{1}} %s</b>",
        "--place",
        &long,
        "--description",
        &description,
    ];
    stage.must("anna", &[&["seal", "disk.dd"][..], &case].concat());
    for text in HOSTILE {
        let reason = format!("{text} {long}");
        let outcome = stage.run(
            "anna",
            &["record", "disk.dd", "examine", "--reason", &reason],
        );
        assert!(outcome.exit == 0 || outcome.exit == 2, "{}", outcome.all());
    }
    let has_pdf = ["pdfinfo", "pdftotext"].iter().all(|tool| has_tool(tool));
    let has_python = has_tool("python3");
    for language in LANGUAGES {
        let summary = ["summary", "disk.dd", "--files", "--lang", language];
        let html = written(&stage, &summary, &format!("{language}.html"));
        let report = format!("report-{language}.html");
        stage.run(
            "boris",
            &["verify", "disk.dd", "--lang", language, "--report", &report],
        );
        for file in [html, stage.path(&report)].iter().filter(|_| has_python) {
            let text = tool("python3", &["-c", PARSER, name(file)]);
            for part in [
                "<script>alert(1)</script>",
                "{{7*7}} ${x} %s %n {seq} {by}",
                "<![CDATA[",
            ] {
                assert!(text.contains(part), "{language}: {part}");
            }
            assert!(!text.contains('\u{202E}') && !text.contains('\u{200F}'));
        }
        if has_pdf {
            let pdf = written(&stage, &summary, &format!("{language}.pdf"));
            let first = pdf_text(&pdf, 1, 1);
            assert!(
                first.contains(&say(language, "summary.signature")),
                "{first}"
            );
            let all = pdf_text(&pdf, 1, pages(&pdf));
            for part in [
                "<script>alert(1)</script>",
                "{{7*7}} ${x} %s %n {seq} {by}",
                "[U+4E2D U+6587",
            ] {
                assert!(all.contains(part), "{language}: {part}\n{all}");
            }
            assert!(
                all.replace(' ', "").matches('W').count() >= 4_000,
                "{language}: nothing is cut off in the annex"
            );
        }
        let card = stage
            .run(
                "boris",
                &["card", "disk.dd", "--format", "svg", "--lang", language],
            )
            .stdout;
        assert!(
            !card.contains("<script>") && !card.contains("<b>"),
            "{card}"
        );
    }
}

#[test]
fn two_hundred_of_anything_leave_page_one_a_page() {
    let stage = Stage::new();
    stage.people(&["anna"]);
    for number in 0..200 {
        stage.write(&format!("E/{number:03}-{}", "n".repeat(180)), "x");
    }
    stage.must("anna", &["seal", "E", "--case", "1"]);
    for number in 0..150 {
        stage.write(&format!("E/{number:03}-{}", "n".repeat(180)), "y");
    }
    if ["pdfinfo", "pdftotext"].iter().all(|tool| has_tool(tool)) {
        let path = stage.path("page.pdf");
        assert_eq!(
            stage
                .run("anna", &["summary", "E", "-o", name(&path), "--files"])
                .exit,
            1
        );
        let first = pdf_text(&path, 1, 1);
        assert!(
            first.contains("Signature") && first.contains("more, see annex"),
            "{first}"
        );
        assert!(pdf_text(&path, 2, 2).starts_with("ANNEX"));
        let all = pdf_text(&path, 2, pages(&path));
        assert!(
            all.contains("THE SEALED LIST") && all.contains("199-n"),
            "the whole list"
        );
    }
    // Two hundred exhibits of one case: one line each, in the language that was asked for.
    for number in 0..200 {
        stage.write(&format!("case/{number}"), "x");
        stage.must("anna", &["seal", &format!("case/{number}"), "--case", "1"]);
    }
    let all = stage
        .run("anna", &["verify", "case", "--lang", "fr"])
        .stdout;
    assert_eq!(
        all.lines()
            .filter(|line| line.contains("AUCUNE MODIFICATION CONSTATÉE"))
            .count(),
        200
    );
}

#[test]
fn a_written_report_says_what_was_and_was_not_done() {
    let stage = case(5);
    for language in LANGUAGES {
        let file = format!("report-{language}.html");
        let run = ["verify", "disk.dd", "--lang", language, "--report", &file];
        let outcome = stage.must("boris", &run);
        assert!(
            outcome.stderr.contains("its SHA-256 is"),
            "{}",
            outcome.stderr
        );
        let html = std::fs::read_to_string(stage.path(&file))
            .unwrap()
            .replace('\u{a0}', " ");
        let said = [
            "written.supplied",
            "written.who",
            "written.checks",
            "written.anchors",
            "written.method",
            "written.repeat",
            "written.limits",
            "written.numbers",
            "written.statement",
            "check.passed",
            "check.not-performed",
        ];
        for key in said {
            let said = say(language, key).replace('\'', "&#39;");
            assert!(html.contains(&said), "{language}: {said}");
        }
        let again = stage.run("boris", &run);
        assert_eq!(
            again.exit, 2,
            "a report may be signed: it is not written over"
        );
        assert!(
            again.stderr.contains("name another file"),
            "{}",
            again.stderr
        );
    }
    stage.flip("disk.dd", 5);
    let run = ["verify", "disk.dd", "--report", "changed.html"];
    assert_eq!(stage.run("boris", &run).exit, 1);
    let html = std::fs::read_to_string(stage.path("changed.html")).unwrap();
    assert!(
        html.contains("FAILED: 1 finding") && html.contains("[altered]"),
        "{html}"
    );
    stage.run("boris", &["verify", "disk.dd", "--report", "changed.json"]);
    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(stage.path("changed.json")).unwrap()).unwrap();
    assert_eq!(
        (&json["format"], &json["result"]),
        (&"custody-report/v1".into(), &"CHANGE FOUND".into())
    );
    let record = [
        "verify",
        "disk.dd.custody.json",
        "--record-only",
        "--report",
        "record.html",
    ];
    assert_eq!(stage.run("boris", &record).exit, 3);
    let html = std::fs::read_to_string(stage.path("record.html")).unwrap();
    assert!(
        html.contains("NOT PERFORMED: the evidence was not supplied"),
        "{html}"
    );
    assert!(!html.contains("Every byte of each file was read"), "{html}");
    assert_eq!(
        stage
            .run("boris", &["verify", "disk.dd", "--report", "report.txt"])
            .exit,
        2
    );
}

#[test]
fn no_page_says_more_than_a_check_can_show() {
    let stage = case(5);
    for language in LANGUAGES {
        for arguments in [
            &["summary", "disk.dd", "--annex", "--files"][..],
            &["summary", "disk.dd", "--format", "html"],
            &["verify", "disk.dd"],
            &["log", "disk.dd"],
            &["card", "disk.dd"],
        ] {
            let page = stage.must("boris", &[arguments, &["--lang", language]].concat());
            assert_eq!(promise(&page.stdout), None, "{language} {arguments:?}");
        }
    }
}

#[test]
fn the_locale_chooses_the_language_and_json_stays_english() {
    let stage = case(3);
    let verify = |locale: &str, arguments: &[&str]| {
        let mut command = stage.command("boris", arguments);
        let output = command
            .env_remove("LC_ALL")
            .env("LC_MESSAGES", "")
            .env("LANG", locale)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(
        verify("az_AZ.UTF-8", &["verify", "disk.dd"]).starts_with("DƏYİŞİKLİK AŞKAR EDİLMƏYİB")
    );
    assert!(verify("ru_RU.UTF-8", &["verify", "disk.dd"]).contains("не проверен юристом"));
    assert!(verify("de_DE.UTF-8", &["verify", "disk.dd"]).starts_with("NO CHANGE FOUND"));
    assert!(
        verify("ru_RU.UTF-8", &["verify", "disk.dd", "--lang", "en"])
            .starts_with("NO CHANGE FOUND")
    );
    assert!(verify("az_AZ.UTF-8", &["challenge", "disk.dd"]).starts_with("ÇARPAZ DİNDİRMƏDƏ"));
    let asked = stage
        .must("boris", &["challenge", "disk.dd", "--json"])
        .stdout;
    for language in LANGUAGES {
        let report = stage
            .must(
                "boris",
                &["verify", "disk.dd", "--json", "--lang", language],
            )
            .stdout;
        assert!(report.contains("\"NO CHANGE FOUND\""), "{language}");
        let challenge = ["challenge", "disk.dd", "--json", "--lang", language];
        assert_eq!(stage.must("boris", &challenge).stdout, asked, "{language}");
    }
    let log = verify("fr_FR.UTF-8", &["log", "disk.dd"]);
    assert!(
        log.contains("SCELLEMENT NUMÉRIQUE") && log.contains("22 ") | log.contains("UTC"),
        "{log}"
    );
}
