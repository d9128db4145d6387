//! Four mirrors of one list: the codes of findings in the format's text, in the program, in the folder of vectors and
//! in the manual. What one of them has, all of them have, with the same severity.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use custody::audit::finding::CODES;

use crate::vectors;

const SEVERITIES: [&str; 3] = ["change", "open", "attention"];

/// The section of the manual with the codes that only the format has so far.
const NOT_YET: &str = "Not yet judged by this version";

type Codes = BTreeMap<String, String>;

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A code, with its severity, must have one severity everywhere.
fn note(codes: &mut Codes, code: &str, severity: &str) {
    let before = codes.insert(code.to_owned(), severity.to_owned());
    assert!(
        before.is_none_or(|before| before == severity),
        "{code} has two severities"
    );
}

/// What the steps of the format name: `` `code` (severity) ``.
fn in_the_format() -> Codes {
    let text = document("format.md");
    let mut codes = Codes::new();
    let pieces: Vec<&str> = text.split('`').collect();
    for pair in pieces.windows(2) {
        let severity = SEVERITIES
            .iter()
            .find(|severity| pair[1].starts_with(&format!(" ({severity})")));
        if let Some(severity) = severity {
            note(&mut codes, pair[0], severity);
        }
    }
    assert!(!codes.is_empty(), "docs/format.md names no code");
    codes
}

fn in_the_program() -> Codes {
    CODES
        .iter()
        .map(|(_, word, severity, _)| (word.to_string(), severity.as_str().to_owned()))
        .collect()
}

/// The manual without, and with nothing but, the section of codes that are not yet judged.
fn manual() -> (String, String) {
    let (mut judged, mut not_yet) = (String::new(), String::new());
    let mut level = None;
    for line in document("manual.md").lines() {
        let depth = line.bytes().take_while(|&byte| byte == b'#').count();
        if depth > 0 && level.is_none_or(|level| depth <= level) {
            level = line.contains(NOT_YET).then_some(depth);
        }
        let part = if level.is_some() {
            &mut not_yet
        } else {
            &mut judged
        };
        part.push_str(line);
        part.push('\n');
    }
    (judged, not_yet)
}

/// The rows `` | `code` | … | `` of a table, with the severity that a cell behind the code begins with. A table of
/// commands or fields may have such rows too: those without a severity are not of this table.
fn rows(text: &str) -> Codes {
    let mut codes = Codes::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').skip(1).map(str::trim).collect();
        let severity = cells.iter().skip(1).find_map(|cell| severity_of(cell));
        if let Some(severity) = severity {
            note(&mut codes, cells[0].trim_matches('`'), severity);
        }
    }
    codes
}

fn severity_of(cell: &str) -> Option<&'static str> {
    let word = cell
        .split(|it: char| !it.is_alphabetic())
        .find(|word| !word.is_empty())?;
    SEVERITIES.into_iter().find(|severity| *severity == word)
}

#[test]
fn the_program_judges_the_codes_of_the_format_as_it_says() {
    let (format, program) = (in_the_format(), in_the_program());
    assert_eq!(program.len(), CODES.len(), "no code stands twice");
    for (code, severity) in &program {
        assert_eq!(
            format.get(code),
            Some(severity),
            "{code} in the format, and in the program"
        );
    }
}

#[test]
fn the_manual_has_the_codes_that_are_judged_and_names_the_others() {
    let (judged, not_yet) = manual();
    let (format, program) = (in_the_format(), in_the_program());
    assert_eq!(
        rows(&judged),
        program,
        "the manual's table, and the program"
    );
    let named: BTreeSet<&str> = not_yet.split('`').collect();
    let others = format.keys().filter(|code| !program.contains_key(*code));
    for code in others {
        assert!(
            named.contains(code.as_str()),
            "{code} is not judged, and the manual does not say so under `{NOT_YET}`"
        );
    }
    for code in rows(&not_yet).keys() {
        assert!(
            !program.contains_key(code),
            "the manual says that {code} is not judged"
        );
    }
}

#[test]
fn each_code_has_its_vector() {
    let vectors = vectors::vectors();
    let codes: BTreeSet<&str> = vectors
        .iter()
        .filter(|name| !name.starts_with("none-"))
        .map(|name| name.split('.').next().unwrap_or(name))
        .collect();
    let program = in_the_program();
    let program: BTreeSet<&str> = program.keys().map(String::as_str).collect();
    assert_eq!(codes, program, "the folders of vectors, and the program");
    for code in codes {
        assert!(
            vectors.iter().any(|name| name == code),
            "{code} has variants only"
        );
    }
    assert!(vectors.iter().any(|name| name.starts_with("none-")));
}
