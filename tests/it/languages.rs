//! The languages of the pages: the same keys in each, the same places in each text, no forbidden word in any.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use custody::report::language::Language;

use crate::promises::promise;

/// The forms of a noun that each language has beside a number.
const FORMS: [(&str, &[&str]); 4] = [
    ("en", &["one", "other"]),
    ("az", &["other"]),
    ("fr", &["one", "other"]),
    ("ru", &["few", "many", "one"]),
];

/// Every `{place}` of a text.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .map(|rest| rest.split_once('}').expect("a place has an end").0)
        .collect()
}

/// The texts of a language; those of `count` under the noun alone, since languages have different forms.
fn texts(language: &Language) -> BTreeMap<String, BTreeSet<&str>> {
    let mut texts = BTreeMap::new();
    for (key, text) in language.keys() {
        let key = match key.strip_prefix("count.") {
            Some(noun) => format!("count.{}", noun.split_once('.').expect("a form").0),
            None => key.to_owned(),
        };
        // A date may leave out what it does not write.
        let places = if key.starts_with("date.") {
            BTreeSet::new()
        } else {
            places(text)
        };
        let before = texts.insert(key.clone(), places.clone());
        assert!(before.is_none_or(|before| before == places), "{key}");
    }
    texts
}

#[test]
fn every_language_has_the_same_keys_and_the_same_places() {
    let english = texts(Language::english());
    assert!(english.len() > 300, "{}", english.len());
    assert_eq!(Language::all().len(), 4);
    for language in Language::all() {
        let these = texts(language);
        for (key, places) in &english {
            assert_eq!(these.get(key), Some(places), "{language:?}: {key}");
        }
        let more: Vec<_> = these
            .keys()
            .filter(|key| !english.contains_key(*key))
            .collect();
        assert!(more.is_empty(), "{language:?}: {more:?}");
    }
}

#[test]
fn every_noun_has_the_forms_of_its_language() {
    for (code, forms) in FORMS {
        let language = Language::of(code).unwrap();
        let mut nouns: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let counts = language
            .keys()
            .filter_map(|(key, _)| key.strip_prefix("count."));
        for (noun, form) in counts.map(|key| key.split_once('.').unwrap()) {
            nouns.entry(noun).or_default().push(form);
        }
        for (noun, found) in nouns {
            assert_eq!(found, forms, "{code}: {noun}");
        }
    }
}

#[test]
fn no_language_says_more_than_a_check_can_show() {
    for language in Language::all() {
        for (key, text) in language.keys() {
            assert_eq!(promise(text), None, "{language:?}: {key}");
            assert!(!text.is_empty(), "{language:?}: {key}");
            // A text that was only copied is none of its language.
            let long = text.split_whitespace().count() > 5 && !key.starts_with("language.");
            if !language.is_reference() && long {
                assert_ne!(text, Language::english().say(key), "{language:?}: {key}");
            }
        }
    }
}

#[test]
fn nobody_claims_a_review_that_did_not_take_place() {
    for language in Language::all() {
        assert!(!language.is_reviewed(), "{language:?}");
        assert_eq!(
            language.notices().len(),
            if language.is_reference() { 1 } else { 2 }
        );
    }
}

/// Texts whose key is put together from a word of the record, a number, or the form of a noun.
const PUT_TOGETHER: [&str; 10] = [
    "count.",
    "finding.",
    "action.",
    "did.",
    "state.",
    "thing.",
    "field.",
    "glossary.",
    "date.",
    "question.",
];

#[test]
fn the_program_says_what_the_languages_have_and_nothing_else() {
    let english: BTreeSet<&str> = Language::english().keys().map(|(key, _)| key).collect();
    let tables: BTreeSet<&str> = english
        .iter()
        .filter_map(|key| key.split_once('.'))
        .map(|(table, _)| table)
        .collect();
    let mut used = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut sources = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    for word in sources.split('"') {
        let is_key = word.split_once('.').is_some_and(|(table, key)| {
            let plain = |character: char| character.is_ascii_lowercase() || character == '-';
            tables.contains(table) && key != "css" && !key.is_empty() && key.chars().all(plain)
        });
        if is_key {
            used.insert(word);
        }
    }
    for key in &used {
        let many = format!("{key}-many");
        assert!(
            english.contains(key) || english.contains(many.as_str()),
            "no language has {key}"
        );
    }
    for key in english {
        let one = key.trim_end_matches("-many");
        let put_together = PUT_TOGETHER.iter().any(|table| key.starts_with(table))
            || key.starts_with("result.line-")
            || ["check.", "language."]
                .iter()
                .any(|table| key.starts_with(table));
        assert!(put_together || used.contains(one), "nothing says {key}");
    }
}

#[test]
fn every_finding_has_its_sentence() {
    for (_, word, ..) in custody::audit::finding::CODES {
        assert!(
            Language::english().has(&format!("finding.{word}")),
            "{word}"
        );
    }
}
