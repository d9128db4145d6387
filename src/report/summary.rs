//! The summary: one page for a court, in plain words (`custody summary`).

use crate::audit::finding::{Code, Finding, Severity};
use crate::audit::report::Report;
use crate::audit::verdict::Verdict;
use crate::record::json::{Json, Object};
use crate::record::link::Link;

use super::layout::{
    NOT_RECORDED, WIDTH, count, key, labelled, paragraph, party, safe, short, time,
};
use super::sentences::{existed, place, sentence};
use super::verification::holder;
use super::{gaps, result, whereabouts};

/// Remarks before the rest is only counted.
const ROWS: usize = 8;

/// The page.
pub fn text(report: &Report) -> String {
    let mut text = String::from("CUSTODY SUMMARY\n\n");
    let seal = report.seal();
    text.push_str("  Court: ______________________________   Hearing: _________________________\n");
    text.push_str(&labelled(8, "Case", &short(&seal.case, 80)));
    text.push_str(&labelled(8, "Exhibit", &exhibit(report)));
    text.push_str(&rule());
    for line in result::lines(report) {
        text.push_str(&paragraph("  ", "  ", &line));
    }
    text.push_str(&paragraph("  ", "  ", &checked(report)));
    text.push_str(&rule());
    text.push_str(&facts(report));
    text.push_str(&section(&format!(
        "WHERE IT HAS BEEN (as recorded; times in {})",
        whereabouts::zone_name(report)
    )));
    text.push_str(&whereabouts::table(report));
    text.push_str(&section("WHAT THIS PAGE SHOWS"));
    text.push_str(&shows(report));
    text.push_str(&section("THE COURT STILL HAS TO CONFIRM"));
    text.push_str(&to_confirm(report));
    text.push_str(&remarks(report));
    let reasons = gaps::reasons(report);
    if !reasons.is_empty() {
        text.push_str(&section("NOT RECORDED, AND WHY (as recorded)"));
        text.push_str(&reasons);
    }
    text.push_str(&rule());
    let card = report.record.bundle().card();
    text.push_str(&format!("  Record code  {}\n", card.head.in_groups(8)));
    text.push_str(&format!(
        "  Events       {}      custody {}   SHA-256, Ed25519\n",
        report.record.bundle().chain.len(),
        env!("CARGO_PKG_VERSION")
    ));
    text.push_str(
        "  Checked by: ____________________  Signature: ________________  Date: ________\n",
    );
    text
}

fn rule() -> String {
    format!("{}\n", "-".repeat(WIDTH))
}

fn section(title: &str) -> String {
    format!("{:-<WIDTH$}\n", format!("-- {title} "))
}

fn exhibit(report: &Report) -> String {
    let predicate = report.record.bundle().chain[0].predicate();
    let described = predicate
        .text("description")
        .map(|text| format!(": {}", short(text, 160)))
        .unwrap_or_default();
    format!("{}{described}", safe(&report.seal().exhibit))
}

fn checked(report: &Report) -> String {
    let when = report.checked_at.for_people(report.seal().zone);
    if report.evidence.supplied {
        let files = count(report.evidence.files, "file", "files");
        format!(
            "Checked on {when}: {files}, {}.",
            count(report.evidence.bytes, "byte", "bytes")
        )
    } else {
        format!("Checked on {when}.")
    }
}

fn facts(report: &Report) -> String {
    let chain = &report.record.bundle().chain;
    let predicate = chain[0].predicate();
    let mut text = labelled(
        19,
        "Digitally sealed",
        &format!("{}, by {}", time(report.seal()), party(&report.seal().by)),
    );
    text.push_str(&labelled(
        19,
        "Taken from",
        predicate
            .text("place")
            .map(|text| short(text, 160))
            .as_deref()
            .unwrap_or(NOT_RECORDED),
    ));
    text.push_str(&labelled(19, "Legal basis", &authority(predicate)));
    text.push_str(&labelled(19, "Physical seal", &physical_seal(chain)));
    // Of all that is stamped, the last link: those before it existed then, too.
    let times = report.record.proven_times().iter();
    if let Some(time) = times.max_by_key(|time| (time.link, std::cmp::Reverse(time.at))) {
        text.push_str(&labelled(19, "Time stamp", &existed(time)));
    }
    text.push_str(&labelled(
        19,
        "Held now by",
        &holder(report.record.custody()),
    ));
    text
}

fn authority(predicate: &Object) -> String {
    let Some(authority) = predicate.get("authority").and_then(Json::as_object) else {
        return NOT_RECORDED.to_owned();
    };
    let parts = ["kind", "number", "date", "issuer"]
        .iter()
        .filter_map(|name| authority.text(name))
        .map(safe);
    parts.collect::<Vec<_>>().join(", ")
}

fn physical_seal(chain: &[Link]) -> String {
    let last = chain.iter().rev().find_map(|link| {
        let seals = link
            .predicate()
            .get("seals")
            .and_then(Json::as_array)
            .filter(|seals| !seals.is_empty())?;
        Some((link, seals))
    });
    let Some((link, seals)) = last else {
        return NOT_RECORDED.to_owned();
    };
    let seals: Vec<String> = seals
        .iter()
        .filter_map(Json::as_object)
        .map(|seal| {
            format!(
                "{}: {}",
                safe(seal.text("number").unwrap_or_default()),
                safe(seal.text("state").unwrap_or(NOT_RECORDED))
            )
        })
        .collect();
    format!("{} ({})", seals.join(", "), time(link.event()))
}

fn shows(report: &Report) -> String {
    let record = report.verdict() != Verdict::RecordDoesNotCheck;
    let mut text = String::new();
    let mut say = |sentence: &str| text.push_str(&paragraph("  ", "  ", sentence));
    if !record {
        say(
            "Parts of the record itself were changed, or do not fit together. Nothing on this page can be relied on until that is explained.",
        );
        return text;
    }
    match report.verdict() {
        Verdict::NoChangeFound => say(
            "The content that was checked is the same, byte for byte, as when it was digitally sealed.",
        ),
        Verdict::RecordChecked => say(
            "The evidence itself was not looked at. Nothing on this page says whether it has changed.",
        ),
        _ => say(
            "The evidence that was supplied is not what was digitally sealed, or not all of it could be read. The remarks say where.",
        ),
    }
    say("The events above are as they were signed, each with the key that `custody log` names.");
    say(
        "IT DOES NOT SHOW who created the data, whether it is true, how it was obtained, or anything that happened before the digital seal. The times are those of the signers' clocks.",
    );
    text
}

fn to_confirm(report: &Report) -> String {
    let mut text = String::new();
    let mut tick = |label: &str, sentence: String| {
        text.push_str(&paragraph(
            &format!("  [ ] {label}  "),
            "         ",
            &sentence,
        ))
    };
    tick(
        "A",
        format!(
            "the thing in court is exhibit {} (label, physical seal, serial number)",
            safe(&report.seal().exhibit)
        ),
    );
    tick(
        "B",
        "the official record says the same as this page".to_owned(),
    );
    for (number, signer) in report.signers.iter().take(4).enumerate() {
        let label = if number == 0 { "C" } else { " " };
        tick(
            label,
            format!(
                "key {} belongs to {}",
                key(&signer.key),
                safe(&signer.party.name)
            ),
        );
    }
    if report.signers.len() > 4 {
        tick(
            " ",
            format!(
                "and {} more; `custody log` names them",
                count(report.signers.len() as u64 - 4, "key", "keys")
            ),
        );
    }
    tick(
        "D",
        "a countersignature or paper record was seen".to_owned(),
    );
    text
}

/// Findings in words, the worst first; none of them on the page means that there are none.
fn remarks(report: &Report) -> String {
    let by_severity = [Severity::Change, Severity::Open, Severity::Attention];
    let findings: Vec<_> = by_severity
        .iter()
        .flat_map(|severity| report.of_severity(*severity))
        // Said in the result lines already.
        .filter(|finding| !matches!(finding.code, Code::NotSupplied | Code::InTransit))
        .collect();
    if findings.is_empty() {
        return String::new();
    }
    let mut text = section("REMARKS");
    for finding in findings.iter().take(ROWS) {
        let place = place(finding);
        let colon = if place.is_empty() { "" } else { ": " };
        let more = correction(report, finding) + &gaps::late_reason(report, finding);
        text.push_str(&paragraph(
            "  - ",
            "    ",
            &format!("{place}{colon}{}{more}", sentence(finding)),
        ));
    }
    if findings.len() > ROWS {
        text.push_str(&format!(
            "  … {} more; `custody verify` shows them all\n",
            findings.len() - ROWS
        ));
    }
    text
}

/// What a correction says: the page above still shows what was signed first.
fn correction(report: &Report, finding: &Finding) -> String {
    let link = finding
        .link
        .and_then(|link| report.record.bundle().chain.get(link as usize));
    let corrects = link.and_then(|link| link.predicate().get("corrects")?.as_object());
    match corrects.filter(|_| finding.code == Code::Corrected) {
        Some(corrects) => {
            let text = |name: &str| short(corrects.text(name).unwrap_or_default(), 120);
            format!(": {} should be \"{}\"", text("field"), text("text"))
        }
        None => String::new(),
    }
}
