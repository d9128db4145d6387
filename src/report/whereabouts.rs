//! Where the exhibit has been: the custody table of the court's page.

use crate::audit::finding::{Finding, Severity};
use crate::audit::report::Report;
use crate::record::event::{Action, Checked, Event, Outcome};
use crate::record::time::Zone;

use super::layout::{action, count, duration, paragraph, short, time};

/// Rows of the table before the ones in the middle are only counted.
const ROWS: usize = 8;

/// The table.
pub fn table(report: &Report) -> String {
    let chain = &report.record.bundle().chain;
    let zone = report.seal().zone;
    let mut text = String::new();
    // The seal and the last entries: who has it now matters more than who had it between.
    let cut = chain.len().saturating_sub(ROWS);
    for (number, link) in chain.iter().enumerate() {
        if cut > 0 && number == 1 {
            let left_out = count(cut as u64, "event is", "events are");
            text.push_str(&format!(
                "      … {left_out} left out here; `custody log` shows them all\n"
            ));
        }
        if number == 0 || number > cut {
            text.push_str(&paragraph(
                "  ",
                "                            ",
                &format!(
                    "{}{}",
                    row(number, link.event(), zone),
                    mark(report, number)
                ),
            ));
        }
    }
    let longest = chain
        .windows(2)
        .map(|pair| pair[1].event().at.seconds_since(pair[0].event().at))
        .max();
    if let Some(longest) = longest.filter(|&longest| longest > 0) {
        text.push_str(&format!(
            "  Longest time between two events: {}.\n",
            duration(longest)
        ));
    }
    text
}

/// What was found to be wrong with an event must stand beside it.
fn mark(report: &Report, number: usize) -> &'static str {
    let differs = |finding: &Finding| {
        finding.link == Some(number as u64) && finding.code.severity() == Severity::Change
    };
    if report.findings.iter().any(differs) {
        " -- THIS EVENT DOES NOT CHECK"
    } else {
        ""
    }
}

/// One event, its time in the zone of the seal, so that the rows of the table can be compared.
fn row(number: usize, event: &Event, zone: Option<Zone>) -> String {
    let by = short(&event.by.name, 60);
    let what = match &event.action {
        Action::Seal(_) => format!("digitally sealed by {by}"),
        Action::Release(to) => format!("released by {by} to {}", short(&to.name, 60)),
        Action::Receipt(outcome, checked) => {
            let outcome = match outcome {
                Outcome::Accepted => "received",
                Outcome::AcceptedWithExceptions => "received with exceptions",
                Outcome::Refused => "refused",
            };
            format!("{outcome} by {by}, {}", looked(checked))
        }
        Action::Withdraw => format!("release withdrawn by {by}"),
        Action::Takeover(to) => format!("taken over for {} by {by}", short(&to.name, 60)),
        Action::Recorded(word, checked) => {
            format!("{} by {by}{}", past(word), found(checked.as_ref()))
        }
        Action::Verify(checked) => format!("verified by {by}{}", found(checked.as_ref())),
        Action::Correct(seq) => format!("event no. {seq} corrected by {by}"),
        Action::Renew(_) => format!("renewed by {by}"),
        Action::Return => format!("returned by {by}"),
        Action::Dispose => format!("disposed of by {by}"),
        unknown @ Action::Unknown(_) => format!("{}, signed by {by}", action(unknown)),
    };
    let time = event.at.for_people(zone).replace(", ", "  ");
    let (day, rest) = time.split_once("  ").unwrap_or((&time, ""));
    let (hour, _) = rest.split_once(' ').unwrap_or((rest, ""));
    format!(
        "{number:>2}  {:<21}  {what}",
        format!("{}, {hour}", short_month(day))
    )
}

/// What a receipt says of the receiver's own look.
fn looked(checked: &Checked) -> String {
    let looked = match checked.mode.as_str() {
        "none" => return "not checked on receipt".to_owned(),
        "part" => format!(
            "checked in part on receipt ({})",
            count(checked.files, "file", "files")
        ),
        _ => "checked on receipt".to_owned(),
    };
    format!("{looked}{}", differed(checked))
}

/// The same for an act in which the exhibit may have been read.
fn found(checked: Option<&Checked>) -> String {
    match checked {
        None => String::new(),
        Some(checked) if checked.mode == "none" => ", not checked".to_owned(),
        Some(checked) if checked.mode == "part" => {
            format!(", checked in part{}", differed(checked))
        }
        Some(checked) => format!(", checked{}", differed(checked)),
    }
}

fn differed(checked: &Checked) -> String {
    match checked.failed.len() as u64 {
        0 => String::new(),
        failed => format!("; {}", count(failed, "thing differed", "things differed")),
    }
}

fn past(word: &str) -> &str {
    match word {
        "examine" => "examined",
        "copy" => "copied",
        "store" => "stored",
        "present" => "presented",
        "disclose" => "disclosed",
        "incident" => "incident recorded",
        "open" => "physical seal opened",
        other => other,
    }
}

/// `14 November 2026` as `14 Nov 2026`.
fn short_month(day: &str) -> String {
    let words: Vec<&str> = day.split(' ').collect();
    match words.as_slice() {
        [day, month, year] => format!("{day} {} {year}", month.chars().take(3).collect::<String>()),
        _ => day.to_owned(),
    }
}

/// The zone in which the times of the table stand.
pub fn zone_name(report: &Report) -> String {
    let time = time(report.seal());
    time.rsplit_once('(').map_or_else(
        || "UTC".to_owned(),
        |(_, zone)| zone.trim_end_matches(')').to_owned(),
    )
}
