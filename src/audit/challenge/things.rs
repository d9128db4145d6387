//! What is asked about things: physical seals, files, check numbers.

use std::collections::HashSet;

use super::{Asked, Questions, Weight, is_excused, links, list};
use crate::audit::finding::{Code, Detail, Finding, Part, Severity};
use crate::record::entry::{CROSS_REFERENCES, Entry, Kind};
use crate::record::event::{Action, Outcome};
use crate::record::json::{Json, Object};

/// What a seal may have computed.
const ALGORITHMS: [&str; 5] = ["md5", "sha1", "sha256", "sha3_256", "sha512"];

pub(super) fn ask(asked: &mut Questions<'_>) {
    ask_of_seals(asked);
    ask_of_files(asked);
    ask_of_declared(asked);
}

fn ask_of_seals(asked: &mut Questions<'_>) {
    let text = |finding: &Finding| match &finding.detail {
        Detail::Text(number) => number.clone(),
        _ => String::new(),
    };
    for finding in asked.findings(Code::SealNumberMismatch) {
        let place = finding.link.unwrap_or_default() as usize;
        if asked.is_corrected(place, &["seals"]) {
            continue;
        }
        asked.add(
            Weight::High,
            finding.link,
            Asked::SealNumber(text(&finding)),
        );
    }
    for finding in asked.findings(Code::SealBroken) {
        let link = finding.link.and_then(|place| {
            let chain = &asked.report.record.bundle().chain;
            chain.get(usize::try_from(place).ok()?)
        });
        // That somebody opens a seal, and says so, is what an opening is.
        let is_opening =
            link.is_some_and(|link| matches!(link.event().action, Action::Recorded("open", _)));
        let weight = if is_opening {
            Weight::Low
        } else {
            Weight::High
        };
        asked.add(weight, finding.link, Asked::SealBroken(text(&finding)));
    }
    let mut known = false;
    let mut not_looked_at = Vec::new();
    for (place, link) in links(asked.report) {
        let predicate = link.predicate();
        let seals = list(predicate, "seals");
        let is_receipt = matches!(
            link.event().action,
            Action::Receipt(Outcome::Accepted | Outcome::AcceptedWithExceptions, _)
        );
        let is_mended = || {
            asked.is_corrected(place, &["seals"])
                || asked.last_seals.is_some_and(|last| last > place)
        };
        if is_receipt
            && known
            && !is_mended()
            && seals.is_empty()
            && !is_excused(predicate, &["seals"])
        {
            not_looked_at.push(place);
        }
        known |= !seals.is_empty();
    }
    for place in not_looked_at {
        asked.of_link(Weight::Medium, place, Asked::SealNotLookedAt);
    }
    let is_excused = links(asked.report)
        .any(|(_, link)| is_excused(link.predicate(), &["seals", "physical-seal"]));
    if !known && !is_excused && !asked.is_corrected(0, &["seals"]) {
        asked.of_link(Weight::Medium, 0, Asked::NoPhysicalSeal);
    }
}

fn ask_of_files(asked: &mut Questions<'_>) {
    let report = asked.report;
    let bundle = report.record.bundle();
    let mut unread = bundle
        .entries()
        .filter(|entry| matches!(entry.kind, Kind::Unreadable { .. }));
    if let Some(first) = unread.next() {
        let (entries, first) = (unread.count() + 1, first.path.to_string());
        asked.of_link(Weight::High, 0, Asked::Unread { entries, first });
    }
    for finding in asked.findings(Code::NamesAlike) {
        if let (Some(one), Detail::Other(other)) = (&finding.path, &finding.detail) {
            let (one, other) = (one.to_string(), other.to_string());
            asked.of_link(Weight::Low, 0, Asked::NamesAlike { one, other });
        }
    }
    let hidden = bundle.files.len() - bundle.entries().count();
    if hidden > 0 {
        asked.add(Weight::Medium, None, Asked::Hidden(hidden as u64));
    }
    let differs = |finding: &&Finding| {
        finding.code.part() == Part::Evidence && finding.code.severity() == Severity::Change
    };
    let differing: Vec<&Finding> = report.findings.iter().filter(differs).collect();
    match differing.first() {
        Some(first) => {
            let first = Box::new((*first).clone());
            let question = Asked::EvidenceDiffers(differing.len(), first);
            asked.add(Weight::High, None, question);
        }
        None if !report.evidence.supplied => {
            asked.add(Weight::Medium, None, Asked::EvidenceNotCompared);
        }
        None => {}
    }
}

/// A number of another tool, as declared in the entry of this place.
struct Declared<'a> {
    place: usize,
    item: &'a Object,
    algorithm: String,
    value: String,
}

/// Numbers of other tools: those that the seal computed too are compared with its own.
fn ask_of_declared(asked: &mut Questions<'_>) {
    let mut declared: Vec<Declared<'_>> = Vec::new();
    let mut found: Vec<(Weight, usize, Asked)> = Vec::new();
    for (place, link) in links(asked.report) {
        let acquisition = link
            .predicate()
            .get("acquisition")
            .and_then(Json::as_object);
        let items = acquisition.map(|acquisition| list(acquisition, "declared"));
        let of_link: Vec<Declared<'_>> = items
            .into_iter()
            .flatten()
            .map(|item| Declared {
                place,
                item,
                algorithm: algorithm(item.text("algorithm").unwrap_or_default()),
                value: digits(item.text("value").unwrap_or_default()),
            })
            .collect();
        let is_weak = |number: &Declared<'_>| matches!(number.algorithm.as_str(), "md5" | "sha1");
        if !of_link.is_empty() && of_link.iter().all(is_weak) {
            found.push((Weight::Medium, place, Asked::WeakHashAlone));
        }
        declared.extend(of_link);
    }
    let computed = computed(asked, &declared);
    found.extend(
        declared
            .iter()
            .filter_map(|number| of_number(asked, number, &computed)),
    );
    for (weight, place, question) in found {
        asked.of_link(weight, place, question);
    }
}

/// Of the numbers declared, those that the seal computed. One pass over the entries, however many are declared.
fn computed(asked: &Questions<'_>, declared: &[Declared<'_>]) -> HashSet<(String, String)> {
    let wanted: HashSet<(&str, &str)> = declared
        .iter()
        .map(|number| (number.algorithm.as_str(), number.value.as_str()))
        .collect();
    let mut computed = HashSet::new();
    for entry in asked.report.record.bundle().entries() {
        for algorithm in ALGORITHMS {
            if let Some(value) = computed_of(entry, algorithm)
                && wanted.contains(&(algorithm, value.as_str()))
            {
                computed.insert((algorithm.to_owned(), value));
            }
        }
    }
    computed
}

fn of_number(
    asked: &Questions<'_>,
    number: &Declared<'_>,
    computed: &HashSet<(String, String)>,
) -> Option<(Weight, usize, Asked)> {
    let (place, value) = (number.place, number.value.clone());
    if computed.contains(&(number.algorithm.clone(), value.clone())) {
        return None;
    }
    let scope = number.item.text("scope").map(str::to_owned);
    let algorithm = number.item.text("algorithm").unwrap_or_default().to_owned();
    // Of one file, and said to be of the file itself, it can be no other number.
    let is_of_the_file = scope
        .as_ref()
        .is_some_and(|scope| scope.to_lowercase().starts_with("file"));
    let single = asked.report.record.bundle().single_file();
    let has_other = single.is_some_and(|entry| computed_of(entry, &number.algorithm).is_some());
    Some(if has_other && is_of_the_file {
        let question = Asked::DeclaredDiffers { algorithm, value };
        (Weight::High, place, question)
    } else {
        let question = Asked::DeclaredNotComputed { algorithm, scope };
        (Weight::Medium, place, question)
    })
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
fn algorithm(text: &str) -> String {
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    match plain.to_ascii_lowercase().as_str() {
        "sha3256" => "sha3_256".to_owned(),
        other => other.to_owned(),
    }
}

fn digits(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    digits.to_ascii_lowercase()
}
