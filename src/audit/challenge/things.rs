//! What is asked about things: physical seals, files, check numbers.

use super::{Asked, Questions, Weight, is_excused, links, list};
use crate::audit::declared::{Declared, Standing, declared};
use crate::audit::finding::{Code, Detail, Finding, Part, Severity};
use crate::record::entry::Kind;
use crate::record::event::{Action, Outcome};

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

/// Numbers of other tools: those that the seal computed too are compared with its own.
fn ask_of_declared(asked: &mut Questions<'_>) {
    let numbers = declared(asked.report.record.bundle());
    let mut found: Vec<(Weight, usize, Asked)> = Vec::new();
    for of_link in numbers.chunk_by(|one, other| one.place == other.place) {
        if of_link.iter().all(Declared::is_weak) {
            found.push((Weight::Medium, of_link[0].place, Asked::WeakHashAlone));
        }
    }
    for number in numbers {
        let (place, algorithm) = (number.place, number.algorithm);
        found.push(match number.standing {
            Standing::Same => continue,
            Standing::Differs => {
                let value = number.value;
                let question = Asked::DeclaredDiffers { algorithm, value };
                (Weight::High, place, question)
            }
            Standing::NotComputed => {
                let scope = number.scope;
                let question = Asked::DeclaredNotComputed { algorithm, scope };
                (Weight::Medium, place, question)
            }
        });
    }
    for (weight, place, question) in found {
        asked.of_link(weight, place, question);
    }
}
