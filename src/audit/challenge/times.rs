//! What is asked about times: gaps, clocks, dates of decisions.

use std::collections::HashMap;

use super::signers::is_against_stamp;
use super::written_date::date_of;
use super::{Asked, Questions, Weight, is_excused, links};
use crate::audit::completeness::{ends_after_signing, time_of_act};
use crate::audit::custody::Custody;
use crate::audit::finding::{Code, Detail};
use crate::record::digest::Digest;
use crate::record::event::{Action, Event};
use crate::record::json::Json;
use crate::record::link::Link;
use crate::record::time::Timestamp;

const HOUR: i64 = 3_600;

pub(super) fn ask(asked: &mut Questions<'_>) {
    ask_of_findings(asked);
    ask_of_the_seal(asked);
    ask_of_gaps(asked);
    ask_of_authorities(asked);
    ask_of_stamps(asked);
}

fn ask_of_findings(asked: &mut Questions<'_>) {
    for finding in asked.findings(Code::TimeBackwards) {
        if let Detail::Seconds(seconds) = finding.detail {
            asked.add(Weight::High, finding.link, Asked::TimeBackwards(seconds));
        }
    }
    let ahead: Vec<(usize, i64)> = links(asked.report)
        .filter(|(place, _)| !asked.is_corrected(*place, &["occurred"]))
        .filter_map(|(place, link)| Some((place, ends_after_signing(link.predicate())?)))
        .collect();
    for (place, seconds) in ahead {
        asked.of_link(Weight::High, place, Asked::EndsAfterSigning(seconds));
    }
    let mut late: Vec<(usize, i64, Option<String>)> = Vec::new();
    for (place, link) in links(asked.report) {
        let predicate = link.predicate();
        let seconds = time_of_act(predicate).map_or(0, |act| link.event().at.seconds_since(act));
        if seconds > asked.profile.hours.late * HOUR {
            let reason = predicate
                .text("lateReason")
                .or(asked.corrected(place, "lateReason"));
            let reason = reason.map(str::to_owned);
            late.push((place, seconds, reason));
        }
    }
    for (place, seconds, reason) in late {
        let weight = if reason.is_some() {
            Weight::Low
        } else {
            Weight::High
        };
        asked.of_link(weight, place, Asked::LateEntry { seconds, reason });
    }
}

fn ask_of_the_seal(asked: &mut Questions<'_>) {
    let link = &asked.report.record.bundle().chain[0];
    let predicate = link.predicate();
    let hours = time_of_act(predicate).map_or(0, |act| link.event().at.seconds_since(act));
    if hours > asked.profile.hours.before_seal * HOUR {
        let weight = if hours > 24 * HOUR {
            Weight::High
        } else {
            Weight::Medium
        };
        asked.of_link(weight, 0, Asked::HoursBeforeSeal(hours));
    }
    let clock = predicate.get("clock").and_then(Json::as_object);
    let text = |name: &str| clock.and_then(|clock| clock.text(name));
    let is_said = is_excused(predicate, &["clock"]) || asked.is_corrected(0, &["clock"]);
    if text("checkedAgainst").is_none() && !is_said {
        let source = text("source").map(str::to_owned);
        let is_set = matches!(source.as_deref(), Some("ntp" | "gps"));
        let weight = if is_set { Weight::Low } else { Weight::Medium };
        asked.of_link(weight, 0, Asked::ClockNotCompared { source });
    }
}

/// Times between events. What was put in store is in store until somebody takes it out.
fn ask_of_gaps(asked: &mut Questions<'_>) {
    let report = asked.report;
    let chain = &report.record.bundle().chain;
    let hours = asked.profile.hours;
    let mut is_stored = false;
    for (place, link) in chain.iter().enumerate() {
        let event = link.event();
        is_stored = match event.action {
            Action::Recorded("store", _) => true,
            Action::Verify(_)
            | Action::Correct(_)
            | Action::Renew(_)
            | Action::Withdraw
            | Action::Recorded("incident", _) => is_stored,
            _ => false,
        };
        let next = chain.get(place + 1);
        let is_last = next.is_none();
        let is_closed = matches!(report.record.custody(), Custody::Closed { .. });
        if is_stored || (is_last && is_closed) {
            continue;
        }
        let until = next.map_or(report.checked_at, begin);
        let seconds = until.seconds_since(event.at);
        let until = next.map(|_| place as u64 + 1);
        let is_release = matches!(event.action, Action::Release(_));
        if is_release && seconds > hours.in_transit * HOUR {
            asked.of_link(Weight::Medium, place, Asked::LongTransit { seconds, until });
        } else if !is_release && seconds > hours.between_events * HOUR {
            let question = Asked::UnexplainedHours { seconds, until };
            asked.of_link(Weight::Medium, place, question);
        }
    }
}

/// When an act began.
fn begin(link: &Link) -> Timestamp {
    let occurred = link.predicate().get("occurred").and_then(Json::as_object);
    let start = occurred.and_then(|occurred| occurred.text("start"));
    start
        .and_then(|start| Timestamp::parse(start).ok())
        .unwrap_or(link.event().at)
}

fn ask_of_authorities(asked: &mut Questions<'_>) {
    let mut found = Vec::new();
    for (place, link) in links(asked.report) {
        let event: &Event = link.event();
        let authority = link.predicate().get("authority").and_then(Json::as_object);
        match authority {
            None if place == 0
                && !is_excused(link.predicate(), &["authority", "legal-basis"])
                && !asked.is_corrected(place, &["authority"]) =>
            {
                found.push((place, Asked::NoAuthority));
            }
            Some(authority) => {
                let date = asked
                    .corrected(place, "authority.date")
                    .or(authority.text("date"))
                    .unwrap_or_default();
                let is_before = date_of(date).is_some_and(|day| begin(link).day(event.zone) < day);
                if is_before {
                    let date = date.to_owned();
                    found.push((place, Asked::BeforeAuthority { date }));
                }
            }
            None => {}
        }
    }
    for (place, question) in found {
        asked.of_link(Weight::High, place, question);
    }
}

/// A trusted time stamp on an event covers that event and all before it.
fn ask_of_stamps(asked: &mut Questions<'_>) {
    let report = asked.report;
    let bundle = report.record.bundle();
    let mut stamps: HashMap<Digest, i64> = HashMap::new();
    for stamp in &bundle.timestamps {
        *stamps.entry(stamp.link).or_default() += 1;
    }
    let mut against: HashMap<u64, i64> = HashMap::new();
    for finding in report
        .findings
        .iter()
        .filter(|finding| is_against_stamp(finding))
    {
        *against.entry(finding.link.unwrap_or(u64::MAX)).or_default() += 1;
    }
    let is_stamped = |(place, link): &(usize, &Link)| {
        let against = against.get(&(*place as u64)).copied().unwrap_or_default();
        stamps.get(&link.hash()).copied().unwrap_or_default() > against
    };
    let stamped = links(report)
        .filter(is_stamped)
        .map(|(place, _)| place)
        .last();
    let last = bundle.chain.len() - 1;
    match stamped {
        None => asked.add(Weight::Medium, None, Asked::NoTrustedTime),
        Some(place) if place < last => {
            let question = Asked::NotStampedSince(place as u64);
            asked.of_link(Weight::Low, place + 1, question);
        }
        Some(_) => {}
    }
}
