//! What the documents say besides: that what they point at is there, and that no word promises too much.

use std::fs;
use std::path::PathBuf;

use super::root;
use crate::promises::unquoted_promise;

#[test]
fn every_link_leads_to_a_file() {
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let folder = document.parent().unwrap();
        for target in links(&text) {
            let path = target.split('#').next().unwrap_or_default();
            let is_outside = target.contains("://") || target.starts_with("mailto:");
            assert!(
                is_outside || path.is_empty() || folder.join(path).exists(),
                "{} links to {target}, which is not there",
                document.display()
            );
        }
    }
}

#[test]
fn no_word_promises_too_much() {
    let root = root();
    let mut files = documents();
    let texts = [
        "examples/verify_bundle.rs",
        "examples/verify-by-hand.sh",
        "examples/case/sheet.toml",
        "examples/case/EXH-1.custody.json",
    ];
    files.extend(texts.iter().map(|name| root.join(name)));
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let bare = words(&text, "PASS").into_iter();
        let bare = bare.filter(|&at| !text[..at].ends_with(['"', '`', '“']));
        let found = unquoted_promise(&text).or(bare.map(|_| "PASS").next());
        assert_eq!(
            found,
            None,
            "{}: the word promises too much; who has to name it puts it in quotes",
            file.display()
        );
    }
}

#[test]
fn what_is_named_in_code_letters_is_there() {
    let root = root();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        let is_threats = document.ends_with("threat-model.md");
        for name in text.split('`').skip(1).step_by(2) {
            let is_written_by_a_command = name.contains(".custody.json");
            let is_path = ["src/", "tests/", "docs/", "examples/"]
                .iter()
                .any(|folder| name.starts_with(folder));
            let is_there = match name.split_once("::") {
                _ if name.contains([' ', '\n']) || is_written_by_a_command => true,
                None if is_path => root.join(name).exists(),
                None => !is_threats || !is_name_of_a_vector(name) || is_vector(name),
                Some((file, test)) => {
                    let file = root.join("tests/it").join(file).with_extension("rs");
                    let needle = format!("fn {test}(");
                    fs::read_to_string(file).map_or(!is_threats, |code| code.contains(&needle))
                }
            };
            assert!(
                is_there,
                "{} names `{name}`, which is not there",
                document.display()
            );
        }
    }
}

fn is_name_of_a_vector(name: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.contains('-')
        && name
            .chars()
            .all(|letter| is_plain(letter) || "-.".contains(letter))
}

fn is_vector(name: &str) -> bool {
    let vectors = root().join("tests/vectors");
    let refused = format!("refused/{name}.custody.json");
    vectors.join("findings").join(name).is_dir() || vectors.join(refused).is_file()
}

/// Every document of the project.
fn documents() -> Vec<PathBuf> {
    let root = root();
    let mut found = vec![root.join("README.md"), root.join("examples/README.md")];
    for folder in ["docs", "docs/scenarios"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found
}

/// The targets of `[text](target)` outside of code.
fn links(text: &str) -> Vec<&str> {
    let mut in_code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        }
        let targets = line
            .split("](")
            .skip(1)
            .filter_map(|rest| Some(rest.split_once(')')?.0));
        found.extend(targets.filter(|_| !in_code));
    }
    found
}

/// Where a word stands in a text, as a whole word.
fn words(line: &str, word: &str) -> Vec<usize> {
    let is_letter = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let found = line.match_indices(word).map(|(at, _)| at);
    found
        .filter(|&at| {
            !is_letter(line[..at].chars().next_back())
                && !is_letter(line[at + word.len()..].chars().next())
        })
        .collect()
}
