//! The verification report as text: what a prosecutor or an expert reads after `custody verify`.

use crate::audit::custody::Custody;
use crate::audit::finding::{Code, Finding, Severity};
use crate::audit::report::{Report, Signer};
use crate::audit::trust::Voucher;

use super::card::last_event;
use super::layout::{
    NOT_RECORDED, count, figure, heading, key, labelled, paragraph, party, safe, short,
};
use super::roster::line as roster_line;
use super::sentences::{existed, place, sentence};
use super::{fork, repeat, result};

/// Findings shown of one code before the rest is only counted. `--json` has them all.
const SHOWN: usize = 20;

/// The whole report. `bundle_name` and `evidence_name` are shown as they were given.
pub fn text(report: &Report, bundle_name: &str, evidence_name: Option<&str>) -> String {
    let mut text = String::new();
    for line in result::lines(report) {
        text.push_str(&paragraph("", "  ", &line));
    }
    let seal = report.seal();
    text.push_str(&heading("WHAT THIS IS ABOUT (as recorded)"));
    text.push_str(&labelled(10, "case", &safe(&seal.case)));
    text.push_str(&labelled(10, "exhibit", &safe(&seal.exhibit)));
    text.push_str(&labelled(10, "holder", &holder(report.record.custody())));
    for (severity, words) in [
        (Severity::Change, "WHAT DIFFERS"),
        (Severity::Open, "WHAT IS NOT ESTABLISHED"),
        (Severity::Attention, "WHAT ELSE TO KNOW"),
    ] {
        let findings: Vec<&Finding> = report.of_severity(severity).collect();
        if !findings.is_empty() {
            text.push_str(&heading(words));
            text.push_str(&findings_text(&findings));
        }
    }
    if let Some((place, links)) = report.findings.iter().find_map(fork::of_finding) {
        text.push_str(&heading("TWO ENTRIES UNDER ONE NUMBER"));
        let from = [
            "In this bundle:",
            "In the copy this machine has seen before:",
        ];
        text.push_str(&fork::text(place, links, from));
    }
    text.push_str(&heading("WHAT WAS CHECKED"));
    text.push_str(&checked(report, evidence_name));
    text.push_str(&heading("THE LAST EVENT KNOWN TO THIS BUNDLE"));
    text.push_str(&last_event("", report.record.bundle()));
    text.push_str(&heading("WHAT THIS DOES NOT SHOW"));
    text.push_str(&paragraph("  ", "  ", LIMITS));
    text.push_str(&heading("TO REPEAT THIS CHECK WITHOUT THIS PROGRAM"));
    text.push_str(&repeat::commands(
        report.record.bundle(),
        bundle_name,
        evidence_name,
    ));
    text
}

/// Who holds the exhibit, as recorded.
pub fn holder(custody: &Custody) -> String {
    match custody {
        Custody::None => NOT_RECORDED.to_owned(),
        Custody::Held { holder } => party(holder),
        Custody::InTransit {
            giver, receiver, ..
        } => {
            format!(
                "in transit: released by {} to {}; receipt is not recorded",
                party(giver),
                party(receiver)
            )
        }
        Custody::Closed {
            holder,
            by,
            since,
            zone,
        } => {
            let act = if *by == "return" {
                "returned"
            } else {
                "disposed of"
            };
            format!(
                "nobody: {act} by {} on {}",
                party(holder),
                since.for_people(*zone)
            )
        }
    }
}

/// What equal hashes cannot say.
pub const LIMITS: &str = "Who made the data, whether they are true, how they were obtained, or what happened before the digital \
    seal. Times are those of the signers' clocks, as recorded. Whether a later event was cut off shows only against a card on \
    paper, or another copy.";

fn findings_text(findings: &[&Finding]) -> String {
    let mut text = String::new();
    let mut code: Option<Code> = None;
    let mut shown = 0;
    for finding in findings {
        if code != Some(finding.code) {
            text.push_str(&rest(shown));
            (code, shown) = (Some(finding.code), 0);
        }
        shown += 1;
        if shown <= SHOWN {
            let place = place(finding);
            let colon = if place.is_empty() { "" } else { ": " };
            text.push_str(&paragraph(
                "  ",
                "      ",
                &format!(
                    "{place}{colon}{} [{}]",
                    sentence(finding),
                    finding.code.as_str()
                ),
            ));
        }
    }
    text.push_str(&rest(shown));
    text
}

fn rest(shown: usize) -> String {
    match shown.saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(
            "  … and {} more of this kind; --json lists them all\n",
            figure(more as u64)
        ),
    }
}

fn checked(report: &Report, evidence_name: Option<&str>) -> String {
    let bundle = report.record.bundle();
    let signatures: usize = bundle
        .chain
        .iter()
        .map(|link| link.signatures().len())
        .sum();
    let mut text = labelled(
        10,
        "record",
        &format!(
            "{}, {}, the order of the chain, who held the exhibit as recorded, the list of {}",
            count(
                bundle.chain.len() as u64,
                "event of the chain",
                "events of the chain"
            ),
            count(signatures as u64, "signature", "signatures"),
            count(bundle.files.len() as u64, "sealed thing", "sealed things"),
        ),
    );
    let evidence = if report.evidence.supplied {
        let beside = if report.evidence.by_name {
            "; looked for by their names: other things beside them were not looked at"
        } else {
            ""
        };
        let how = if report.evidence.full {
            "each by its whole-file hash, and by its pieces where it has any"
        } else {
            "by their pieces where they have any, by the whole-file hash otherwise"
        };
        format!(
            "{}, {} read from {}, {how} (SHA-256, FIPS 180-4){beside}",
            count(report.evidence.files, "file", "files"),
            count(report.evidence.bytes, "byte", "bytes"),
            evidence_name.unwrap_or_default(),
        )
    } else {
        "not checked".to_owned()
    };
    text.push_str(&labelled(10, "evidence", &evidence));
    for (number, given) in report.record.rosters().given().iter().enumerate() {
        let label = if number == 0 { "rosters" } else { "" };
        text.push_str(&labelled(10, label, &roster_line(given)));
    }
    for place in report.record.heads_met() {
        text.push_str(&labelled(
            10,
            "head card",
            &format!("fits: it is the code of event no. {place}"),
        ));
    }
    for (number, time) in report.record.proven_times().iter().enumerate() {
        let label = if number == 0 { "times" } else { "" };
        text.push_str(&labelled(10, label, &existed(time)));
    }
    for (number, signer) in report.signers.iter().enumerate() {
        text.push_str(&labelled(
            10,
            if number == 0 { "signers" } else { "" },
            &signer_text(signer, &report.signers),
        ));
    }
    text
}

/// A signer: the key first, then who it is said to belong to, who says so, and under which other names it signs.
pub fn signer_text(signer: &Signer, all: &[Signer]) -> String {
    let who = match &signer.voucher {
        Some(Voucher::Own(name)) => format!("your own key ({})", short(name, 80)),
        Some(Voucher::Known(name)) => format!("confirmed by you as the key of {}", short(name, 80)),
        Some(Voucher::Given) => "confirmed by you with --trust".to_owned(),
        Some(Voucher::Member {
            name,
            agency,
            roster: (roster, root),
        }) => format!(
            "on the roster {} (root {}) as the key of {} ({})",
            short(roster, 80),
            key(root),
            short(name, 80),
            short(agency, 80)
        ),
        None => "not confirmed".to_owned(),
    };
    let others: Vec<String> = all
        .iter()
        .filter(|other| other.key == signer.key && other.party != signer.party)
        .map(|other| party(&other.party))
        .collect();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!("; THE SAME KEY SIGNS AS {}", others.join(", "))
    };
    format!(
        "key {}: {} as recorded; {who}{others}",
        key(&signer.key),
        party(&signer.party)
    )
}
