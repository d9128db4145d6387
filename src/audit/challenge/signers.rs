//! What is asked about keys and signatures.

use std::collections::{BTreeMap, BTreeSet};

use super::{Asked, Questions, Weight, links, list};
use crate::audit::completeness::{Gap, gaps, not_recorded};
use crate::audit::finding::{Code, Detail, Finding, Part, Severity};
use crate::audit::profile::Level;
use crate::record::digest::Digest;
use crate::record::event::Action;

/// Findings that say that a key was not a key of this person then.
const VALIDITY: [&str; 4] = [
    "signer-not-valid-then",
    "signer-compromised",
    "unproven-time",
    "roster-invalid",
];

pub(super) fn ask(asked: &mut Questions<'_>) {
    ask_of_findings(asked);
    ask_of_names(asked);
    ask_of_countersignatures(asked);
    ask_of_completeness(asked);
}

fn ask_of_findings(asked: &mut Questions<'_>) {
    for finding in asked.report.findings.clone() {
        let link = finding.link;
        let is_change = finding.code.severity() == Severity::Change;
        match (finding.code, &finding.detail) {
            (Code::SignerUnknown, Detail::Signer { key, name, .. }) => {
                let name = name.clone();
                asked.add(
                    Weight::High,
                    link,
                    Asked::KeyNotConfirmed { key: *key, name },
                );
            }
            (Code::SignerUnknown, _) => asked.add(Weight::High, link, Asked::RightNotConfirmed),
            (code, _) if VALIDITY.contains(&code.as_str()) => {
                asked.add(
                    Weight::High,
                    link,
                    Asked::KeyOutsideValidity(Box::new(finding)),
                );
            }
            (code, _) if is_change && code.part() == Part::Record => {
                asked.add(Weight::High, link, Asked::DoesNotCheck(Box::new(finding)));
            }
            _ => {}
        }
    }
}

/// One person with two keys, and one key with two persons. Names are compared without regard to case and blanks.
fn ask_of_names(asked: &mut Questions<'_>) {
    let mut keys_of: BTreeMap<String, BTreeSet<Digest>> = BTreeMap::new();
    let mut names_of: BTreeMap<Digest, BTreeSet<String>> = BTreeMap::new();
    let mut found = Vec::new();
    for (place, link) in links(asked.report) {
        for (key, party) in link.signers() {
            let name = same_name(&party.name);
            let keys = keys_of.entry(name.clone()).or_default();
            if keys.insert(key) && keys.len() == 2 {
                found.push((place, Asked::OneNameTwoKeys(party.name.clone())));
            }
            let names = names_of.entry(key).or_default();
            if names.insert(name) && names.len() == 2 {
                found.push((place, Asked::OneKeyTwoNames(party.name.clone())));
            }
        }
    }
    for (place, question) in found {
        asked.of_link(Weight::Medium, place, question);
    }
}

/// A name as two of them are compared.
pub(super) fn same_name(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

fn ask_of_countersignatures(asked: &mut Questions<'_>) {
    let has =
        |name: &str| links(asked.report).any(|(_, link)| link.predicate().get(name).is_some());
    let is_countersigned =
        links(asked.report).any(|(_, link)| !list(link.predicate(), "countersigned").is_empty());
    if !is_countersigned {
        let paper = has("protocol");
        let weight = if paper { Weight::Low } else { Weight::Medium };
        asked.of_link(weight, 0, Asked::NoCountersignature { paper });
    }
}

/// What the profile asks of each entry, and what entries say of it themselves.
fn ask_of_completeness(asked: &mut Questions<'_>) {
    let mut found: Vec<(Weight, usize, Asked)> = Vec::new();
    for (place, link) in links(asked.report) {
        let mut gaps = gaps(asked.profile, link.predicate());
        gaps.retain(|gap| gap.level == Level::Must && !is_filled(asked, place, gap));
        if !gaps.is_empty() {
            let is_seal_or_end = matches!(
                link.event().action,
                Action::Seal(_) | Action::Return | Action::Dispose
            );
            let weight = if is_seal_or_end {
                Weight::High
            } else {
                Weight::Medium
            };
            found.push((weight, place, Asked::Incomplete(gaps)));
        }
        for item in not_recorded(link.predicate()) {
            let (field, reason) = (item.field.to_owned(), item.reason.to_owned());
            found.push((Weight::Low, place, Asked::NotRecorded { field, reason }));
        }
    }
    for (weight, place, question) in found {
        asked.of_link(weight, place, question);
    }
}

/// Whether later entries say what is missing.
fn is_filled(asked: &Questions<'_>, place: usize, gap: &Gap) -> bool {
    asked.is_corrected(place, &[gap.rule.as_str()])
        || gap.alternatives.iter().any(|fields| {
            fields
                .iter()
                .all(|path| asked.is_corrected(place, &[path.plain().as_str()]))
        })
}

/// Whether a finding says that a time stamp on this link proves nothing.
pub(super) fn is_against_stamp(finding: &Finding) -> bool {
    matches!(
        finding.code.as_str(),
        "timestamp-untrusted" | "timestamp-invalid"
    )
}
