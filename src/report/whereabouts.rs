//! Where the exhibit has been: the custody table of the court's page.

use std::collections::HashSet;

use crate::audit::finding::{Finding, Severity};
use crate::audit::report::Report;
use crate::record::event::{Action, Checked, Event, Outcome};
use crate::record::link::Link;

use super::language::Language;
use super::layout::{Most, within};
use super::page::{Row, Table};

/// The table, with at most so many rows before the ones in the middle are only counted, each name cut where
/// there is no room for more.
pub fn table(language: &Language, report: &Report, rows: usize, names: Most) -> Table {
    let chain = &report.record.bundle().chain;
    let zone = report.seal().zone;
    let shown = shown(chain, rows);
    let mut table = Table {
        head: ["whereabouts.number", "whereabouts.time", "whereabouts.what"]
            .map(|key| language.say(key).to_owned())
            .to_vec(),
        rows: Vec::new(),
    };
    for number in &shown {
        let event = chain[*number].event();
        let what = what(language, event, names);
        table.rows.push(Row::Cells(vec![
            number.to_string(),
            language.short_time(event.at, zone),
            format!("{what}{}", mark(language, report, *number)),
        ]));
    }
    let more = chain.len() - shown.len();
    if more > 0 {
        let events = language.count("event", more as u64);
        let words = language.fill("whereabouts.left-out", &[("events", &events)]);
        table.rows.push(Row::LeftOut(words));
    }
    table
}

/// The numbers of the events that stand in the table: the seal, the last one, then those that moved the exhibit, then
/// the others, of each the latest. Who has it matters more than what was done with it.
fn shown(chain: &[Link], rows: usize) -> Vec<usize> {
    let moves = |number: &usize| {
        matches!(
            chain[*number].event().action,
            Action::Release(_)
                | Action::Receipt(..)
                | Action::Withdraw
                | Action::Takeover(_)
                | Action::Return
                | Action::Dispose
                | Action::Unknown(_)
        )
    };
    let later = || (1..chain.len()).rev();
    let by_weight = later()
        .filter(moves)
        .chain(later().filter(|number| !moves(number)));
    let mut shown = vec![0, chain.len() - 1];
    shown.extend(by_weight);
    let mut seen = HashSet::new();
    shown.retain(|number| seen.insert(*number));
    shown.truncate(rows);
    shown.sort_unstable();
    shown
}

/// The longest time in which nothing was recorded.
pub fn longest(language: &Language, report: &Report) -> Option<String> {
    let chain = &report.record.bundle().chain;
    let between = chain
        .windows(2)
        .map(|pair| pair[1].event().at.seconds_since(pair[0].event().at));
    // The times above have no seconds.
    let longest = between.max().filter(|&longest| longest >= 60)?;
    Some(language.fill(
        "whereabouts.longest",
        &[("duration", &language.duration(longest))],
    ))
}

/// The zone in which the times of the table stand.
pub fn zone_name(report: &Report) -> String {
    let zone = report.seal().at.clock(report.seal().zone).zone;
    zone.trim_matches(['(', ')']).to_owned()
}

/// What was found to be wrong with an event must stand beside it.
fn mark(language: &Language, report: &Report, number: usize) -> String {
    let differs = |finding: &Finding| {
        finding.link == Some(number as u64) && finding.code.severity() == Severity::Change
    };
    if report.findings.iter().any(differs) {
        format!(" -- {}", language.say("whereabouts.does-not-check"))
    } else {
        String::new()
    }
}

/// One event in words.
fn what(language: &Language, event: &Event, names: Most) -> String {
    let by = within(&event.by.name, names);
    let say = |key: &str| language.fill(&format!("did.{key}"), &[("by", &by)]);
    let to = |key: &str, to: &str| {
        let to = within(to, names);
        language.fill(&format!("did.{key}"), &[("by", &by), ("to", &to)])
    };
    match &event.action {
        Action::Release(party) => to("release", &party.name),
        Action::Takeover(party) => to("takeover", &party.name),
        Action::Receipt(outcome, checked) => {
            let key = match outcome {
                Outcome::Accepted => "receipt",
                Outcome::AcceptedWithExceptions => "receipt-with-exceptions",
                Outcome::Refused => "receipt-refused",
            };
            format!("{}, {}", say(key), looked(language, checked))
        }
        Action::Recorded(word, checked) => {
            format!("{}{}", say(word), found(language, checked.as_ref()))
        }
        Action::Verify(checked) => {
            format!("{}{}", say("verify"), found(language, checked.as_ref()))
        }
        Action::Correct(seq) => language.fill("did.correct", &[("by", &by), ("seq", seq)]),
        unknown @ Action::Unknown(_) => {
            let action = language.action(unknown);
            language.fill("did.unknown", &[("by", &by), ("action", &action)])
        }
        known => say(known.word()),
    }
}

/// What a receipt says of the receiver's own look.
fn looked(language: &Language, checked: &Checked) -> String {
    let looked = match checked.mode.as_str() {
        "none" => return language.say("looked.receipt-none").to_owned(),
        "part" => {
            let files = language.count("file", checked.files);
            language.fill("looked.receipt-part", &[("files", &files)])
        }
        _ => language.say("looked.receipt-all").to_owned(),
    };
    format!("{looked}{}", differed(language, checked))
}

/// The same for an act in which the exhibit may have been read.
fn found(language: &Language, checked: Option<&Checked>) -> String {
    let Some(checked) = checked else {
        return String::new();
    };
    let key = match checked.mode.as_str() {
        "none" => return format!(", {}", language.say("looked.none")),
        "part" => "looked.part",
        _ => "looked.all",
    };
    format!(", {}{}", language.say(key), differed(language, checked))
}

fn differed(language: &Language, checked: &Checked) -> String {
    match checked.failed.len() as u64 {
        0 => String::new(),
        failed => format!("; {}", language.count("thing-differed", failed)),
    }
}
