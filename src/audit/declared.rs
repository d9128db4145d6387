//! Check numbers that another tool or another person gave, held against those that the digital seal computed.

use std::collections::HashSet;

use crate::record::bundle::Bundle;
use crate::record::entry::{CROSS_REFERENCES, Entry};
use crate::record::json::{Json, Object};

/// What a seal may have computed.
const ALGORITHMS: [&str; 5] = ["md5", "sha1", "sha256", "sha3_256", "sha512"];

/// A declared number, and how it stands to what was computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The place of the entry that declares it.
    pub place: usize,
    /// The algorithm, as recorded.
    pub algorithm: String,
    /// The number: digits and letters alone, in lower case.
    pub value: String,
    /// Which bytes it is said to be of, as recorded.
    pub scope: Option<String>,
    /// Whether the seal computed it.
    pub standing: Standing,
}

/// How a declared number stands to what was computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The seal computed this number.
    Same,
    /// It is said to be of the file (`scope = "file"`), and the seal computed another number of this kind.
    Differs,
    /// The seal computed no such number: of another algorithm, or of other bytes.
    NotComputed,
}

impl Declared {
    /// Whether its algorithm alone shows little: others can make two files with one such number.
    pub fn is_weak(&self) -> bool {
        matches!(plain(&self.algorithm).as_str(), "md5" | "sha1")
    }
}

/// All numbers that the entries of a record declare (`acquisition.declared`), in their order.
pub fn declared(bundle: &Bundle) -> Vec<Declared> {
    let mut all: Vec<Declared> = Vec::new();
    for (place, link) in bundle.chain.iter().enumerate() {
        let acquisition = link
            .predicate()
            .get("acquisition")
            .and_then(Json::as_object);
        let items = acquisition.and_then(|acquisition| acquisition.get("declared")?.as_array());
        let items = items.unwrap_or_default().iter().filter_map(Json::as_object);
        all.extend(items.map(|item| unjudged(place, item)));
    }
    let computed = computed(bundle, &all);
    for number in &mut all {
        number.standing = standing(bundle, number, &computed);
    }
    all
}

fn unjudged(place: usize, item: &Object) -> Declared {
    Declared {
        place,
        algorithm: item.text("algorithm").unwrap_or_default().to_owned(),
        value: alphanumeric(item.text("value").unwrap_or_default()),
        scope: item.text("scope").map(str::to_owned),
        standing: Standing::NotComputed,
    }
}

fn standing(bundle: &Bundle, number: &Declared, computed: &HashSet<(String, String)>) -> Standing {
    let algorithm = plain(&number.algorithm);
    let scope = number.scope.as_deref().unwrap_or_default().to_lowercase();
    let other = bundle
        .single_file()
        .and_then(|entry| computed_of(entry, &algorithm));
    if computed.contains(&(algorithm, number.value.clone())) {
        Standing::Same
    } else if other.is_some() && scope.starts_with("file") {
        // Of one file, and said to be of the file itself, it can be no other number.
        Standing::Differs
    } else {
        Standing::NotComputed
    }
}

/// Of the numbers declared, those that the seal computed. One pass over the entries, however many are declared.
fn computed(bundle: &Bundle, declared: &[Declared]) -> HashSet<(String, String)> {
    let wanted: HashSet<(String, &str)> = declared
        .iter()
        .map(|number| (plain(&number.algorithm), number.value.as_str()))
        .collect();
    let mut computed = HashSet::new();
    if wanted.is_empty() {
        return computed;
    }
    for entry in bundle.entries() {
        for algorithm in ALGORITHMS {
            if let Some(value) = computed_of(entry, algorithm)
                && wanted.contains(&(algorithm.to_owned(), value.as_str()))
            {
                computed.insert((algorithm.to_owned(), value));
            }
        }
    }
    computed
}

/// What the seal computed of an entry by this algorithm.
fn computed_of(entry: &Entry, name: &str) -> Option<String> {
    let facts = entry.file()?;
    if name == "sha256" {
        return Some(facts.sha256.to_string());
    }
    let (known, _) = CROSS_REFERENCES.iter().find(|(known, _)| *known == name)?;
    facts.digests.as_ref()?.text(known).map(str::to_owned)
}

/// `SHA-1` as `sha1`, `SHA3-256` as `sha3_256`.
fn plain(algorithm: &str) -> String {
    match alphanumeric(algorithm).as_str() {
        "sha3256" => "sha3_256".to_owned(),
        other => other.to_owned(),
    }
}

fn alphanumeric(text: &str) -> String {
    let kept: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    kept.to_ascii_lowercase()
}
