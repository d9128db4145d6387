//! What is asked about hands: who gave, who took, who was there.

use super::signers::same_name;
use super::{Asked, Questions, Weight, is_excused, links, list};
use crate::audit::finding::Code;
use crate::audit::profile::is_there;
use crate::record::event::{Action, Outcome, Party};
use crate::record::json::Object;
use crate::record::link::Link;

pub(super) fn ask(asked: &mut Questions<'_>) {
    let mut found = Vec::new();
    for (place, link) in links(asked.report) {
        let of_link = of_action(link).into_iter().chain(of_company(link));
        found.extend(
            of_link
                .filter(|(_, question)| !is_mended(asked, place, question))
                .map(|(weight, question)| (weight, place, question)),
        );
    }
    for (weight, place, question) in found {
        asked.of_link(weight, place, question);
    }
    for finding in asked.findings(Code::InTransit) {
        asked.add(Weight::High, finding.link, Asked::InTransit);
    }
}

/// Whether a later entry has answered it.
fn is_mended(asked: &Questions<'_>, place: usize, question: &Asked) -> bool {
    match question {
        Asked::NotRehashed { .. } | Asked::WorkedOnWithoutHash => asked.is_checked_later(place),
        Asked::NobodyElsePresent => asked.is_corrected(place, &["present", "witnesses"]),
        Asked::DisposedWithoutWitness => asked.is_corrected(place, &["witnesses"]),
        _ => false,
    }
}

fn of_action(link: &Link) -> Vec<(Weight, Asked)> {
    let (event, predicate) = (link.event(), link.predicate());
    let mut found = Vec::new();
    match &event.action {
        Action::Release(to) => found.extend(same_person(&event.by, to)),
        Action::Takeover(to) => found.push((
            Weight::High,
            Asked::TakenOver {
                to: to.name.clone(),
            },
        )),
        Action::Receipt(Outcome::Refused, _) => {
            found.push((Weight::Medium, Asked::ReceiptRefused));
        }
        Action::Receipt(_, checked) => {
            let mode = checked.mode.clone();
            match mode.as_str() {
                "none" => found.push((Weight::High, Asked::NotRehashed { mode })),
                "full" => {}
                _ => found.push((Weight::Medium, Asked::NotRehashed { mode })),
            }
        }
        Action::Correct(seq) => found.push((Weight::Medium, Asked::Corrected(*seq))),
        Action::Recorded("incident", _) => found.push((Weight::Medium, Asked::Incident)),
        Action::Recorded("examine" | "copy", checked)
            if checked
                .as_ref()
                .is_none_or(|checked| checked.mode == "none") =>
        {
            found.push((Weight::Medium, Asked::WorkedOnWithoutHash));
        }
        Action::Return if predicate.get("retained").is_none() => {
            found.push((Weight::High, Asked::ReturnedWithoutCopy));
        }
        Action::Dispose
            if list(predicate, "witnesses").is_empty()
                && !is_excused(predicate, &["witnesses"]) =>
        {
            found.push((Weight::High, Asked::DisposedWithoutWitness));
        }
        _ => {}
    }
    let failed = event
        .action
        .checked()
        .map_or(0, |checked| checked.failed.len());
    if failed > 0 {
        found.push((Weight::High, Asked::DifferencesRecorded(failed)));
    }
    found
}

fn same_person(giver: &Party, receiver: &Party) -> Option<(Weight, Asked)> {
    let is_same = giver.key == receiver.key || same_name(&giver.name) == same_name(&receiver.name);
    is_same.then(|| (Weight::High, Asked::SamePerson(receiver.name.clone())))
}

/// Who else was there, where somebody should have been.
fn of_company(link: &Link) -> Vec<(Weight, Asked)> {
    let (event, predicate) = (link.event(), link.predicate());
    let mut found = Vec::new();
    for witness in list(predicate, "witnesses") {
        let name = witness.text("name").unwrap_or_default();
        let key = event.by.key.map(|key| key.to_string());
        let is_signer =
            same_name(name) == same_name(&event.by.name) || (key.as_deref() == witness.text("key"));
        if is_signer {
            found.push((Weight::High, Asked::WitnessIsSigner(name.to_owned())));
        }
    }
    let needs_company = matches!(event.action, Action::Seal(_) | Action::Recorded("open", _));
    if needs_company && !has_company(predicate) {
        found.push((Weight::Medium, Asked::NobodyElsePresent));
    }
    found
}

fn has_company(predicate: &Object) -> bool {
    ["present", "witnesses"]
        .iter()
        .any(|name| is_there(name, predicate))
        || is_excused(
            predicate,
            &[
                "present",
                "witnesses",
                "witnesses-or-video",
                "others-present",
            ],
        )
}
