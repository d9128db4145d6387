//! Each check with its outcome: passed, failed, not established, noted; or not made, and why.

use std::fmt::Display;

use crate::audit::declared::{Standing, declared};
use crate::audit::finding::{Code, Finding, Severity};
use crate::audit::report::Report;
use crate::report::language::Language;
use crate::report::page::Fact;
use crate::report::physical_seals;

use Code::*;

/// The checks in their order, each with the findings that speak of it. Every code stands in exactly one.
const CHECKS: [(&str, &[Code]); 22] = [
    ("form", &[Reformatted]),
    ("about", &[AboutChanged]),
    (
        "signatures",
        &[
            KeyMissing,
            SignatureInvalid,
            SignatureMissing,
            SignatureExtra,
        ],
    ),
    (
        "chain",
        &[LinkBroken, SequenceWrong, SealMismatch, SubjectChanged],
    ),
    (
        "custody",
        &[NotTheHolder, NotTheReceiver, OutOfTurn, AfterClose],
    ),
    ("receipts", &[InTransit]),
    (
        "list",
        &[
            ManifestMismatch,
            EntryCountMismatch,
            ListingMismatch,
            PiecesMismatch,
        ],
    ),
    ("card", &[HeadUnknown]),
    ("seen", &[RolledBack, Forked]),
    (
        "signers",
        &[
            SignerUnknown,
            SignerNotValidThen,
            SignerCompromised,
            OneKeyTwoNames,
        ],
    ),
    ("rosters", &[RosterInvalid]),
    (
        "time-stamps",
        &[
            TimestampOfUnknownLink,
            TimestampInvalid,
            TimestampUntrusted,
            UnprovenTime,
        ],
    ),
    ("content", &[Altered, TypeChanged, Moved]),
    ("missing", &[Missing, NotSupplied]),
    ("extra", &[Unexpected]),
    ("reading", &[Unreadable]),
    ("hidden", &[Hidden]),
    ("times", &[TimeBackwards, LateEntry]),
    ("physical", &[SealNumberMismatch, SealBroken]),
    ("corrections", &[Corrected, Refused]),
    ("names", &[NamesAlike, MetadataChanged]),
    ("unknown", &[UnknownAction, UnknownField]),
];

/// What needs the evidence.
const OF_EVIDENCE: [&str; 4] = ["content", "missing", "extra", "reading"];

/// All checks.
pub fn all(language: &Language, report: &Report) -> Vec<Fact> {
    let mut facts: Vec<Fact> = CHECKS
        .iter()
        .map(|(name, codes)| fact(language, report, name, codes))
        .collect();
    let is_countersigned = report.record.bundle().chain.iter().any(|link| {
        let countersigned = link.predicate().get("countersigned");
        countersigned.is_some()
    });
    let (status, reason) = if is_countersigned {
        ("check.not-performed", "check.countersignatures-some")
    } else {
        ("check.not-performed", "check.countersignatures-none")
    };
    facts.push(row(
        language,
        "countersignatures",
        status,
        language.say(reason),
    ));
    facts.push(declared_numbers(language, report));
    let reason = language.say("check.completeness-reason");
    facts.push(row(language, "completeness", "check.not-performed", reason));
    facts
}

fn fact(language: &Language, report: &Report, name: &str, codes: &[Code]) -> Fact {
    // That there was no evidence is said of each check that needs it.
    let none = !report.evidence.supplied && OF_EVIDENCE.contains(&name);
    if let Some(key) = not_made(report, name).filter(|_| none || is_clear(report, codes)) {
        return row(language, name, "check.not-performed", language.say(key));
    }
    let findings: Vec<&Finding> = of(report, codes).collect();
    let has = |severity| {
        findings
            .iter()
            .any(|finding| finding.code.severity() == severity)
    };
    let status = if has(Severity::Change) {
        "check.failed"
    } else if has(Severity::Open) {
        "check.open"
    } else if has(Severity::Attention) {
        "check.noted"
    } else if let Some(reason) = unsettled(language, report).filter(|_| name == "physical") {
        return row(language, name, "check.open", &reason);
    } else {
        return row(
            language,
            name,
            "check.passed",
            &passed(language, report, name),
        );
    };
    let count = language.count("finding", findings.len() as u64);
    let text = language.fill(
        "check.found",
        &[("status", &language.say(status)), ("findings", &count)],
    );
    Fact::new(language.say(&format!("check.{name}")), text)
}

fn of<'a>(report: &'a Report, codes: &'a [Code]) -> impl Iterator<Item = &'a Finding> {
    let findings = report.findings.iter();
    findings.filter(move |finding| codes.contains(&finding.code))
}

fn is_clear(report: &Report, codes: &[Code]) -> bool {
    of(report, codes).next().is_none()
}

/// Why a check was not made, where it was not: the key of the reason.
fn not_made(report: &Report, name: &str) -> Option<&'static str> {
    let bundle = report.record.bundle();
    let rosters = report.record.rosters();
    let evidence = &report.evidence;
    Some(match name {
        _ if OF_EVIDENCE.contains(&name) && !evidence.supplied => "check.not-supplied",
        // Findings may be there all the same: whoever asks looks for them first.
        "content" if evidence.files == 0 => "check.content-none",
        "extra" if bundle.single_file().is_some() => "check.extra-single",
        "extra" if evidence.by_name => "check.extra-by-name",
        "extra" if !evidence.all => "check.extra-part",
        "extra" if bundle.has_hidden() => "check.extra-hidden",
        "card" if report.record.heads_met().is_empty() => "check.card-none",
        "seen" if !report.record.was_seen() => "check.seen-none",
        "rosters" if rosters.given().is_empty() => "check.rosters-none",
        "rosters" if !rosters.are_at_hand() => "check.rosters-not-used",
        "time-stamps" if bundle.timestamps.is_empty() => "check.time-stamps-none",
        "time-stamps" if report.record.proven_times().is_empty() => "check.time-stamps-later",
        "physical" if !names_a_seal(report) => "check.physical-none",
        _ => return None,
    })
}

/// Whether any event names a physical seal.
fn names_a_seal(report: &Report) -> bool {
    let mut chain = report.record.bundle().chain.iter();
    chain.any(|link| link.predicate().get("seals").is_some())
}

/// What other tools gave, held against what the seal computed.
fn declared_numbers(language: &Language, report: &Report) -> Fact {
    let declared = declared(report.record.bundle());
    let of = |standing| declared.iter().filter(|it| it.standing == standing).count() as u64;
    let (differ, same) = (of(Standing::Differs), of(Standing::Same));
    let (status, key) = match (declared.len(), differ, same) {
        (0, ..) => ("check.not-performed", "check.declared-none"),
        (_, 1.., _) => ("check.noted", "check.declared-differ"),
        (_, 0, 1..) => ("check.passed", "check.declared-same"),
        (_, 0, 0) => ("check.not-performed", "check.declared-not-computed"),
    };
    let places = [
        ("differ", &language.number(differ) as &dyn Display),
        ("same", &language.number(same)),
        ("all", &language.number(declared.len() as u64)),
    ];
    row(language, "declared", status, &language.fill(key, &places))
}

/// What nobody said of the physical seals, where nothing that was said contradicts itself.
fn unsettled(language: &Language, report: &Report) -> Option<String> {
    let silent = physical_seals::silent(&report.record.bundle().chain);
    let (shown, more) = silent.split_at(silent.len().min(8));
    let shown: Vec<String> = shown.iter().map(ToString::to_string).collect();
    let more = if more.is_empty() { "" } else { ", …" };
    let events = format!("{}{more}", shown.join(", "));
    (!silent.is_empty()).then(|| language.fill("check.physical-unsettled", &[("events", &events)]))
}

/// What it means that a check was passed.
fn passed(language: &Language, report: &Report, name: &str) -> String {
    let bundle = report.record.bundle();
    let signatures: usize = bundle
        .chain
        .iter()
        .map(|link| link.signatures().len())
        .sum();
    let key = match name {
        "names" if !report.evidence.supplied => "check.names-record-passed".to_owned(),
        name => format!("check.{name}-passed"),
    };
    let events = bundle.chain.len() as u64;
    let met = report.record.heads_met().iter().max().copied();
    // Of a check as of an earlier time, later time stamps count for nothing.
    let stamps = report.record.proven_times().len();
    language.fill(
        &key,
        &[
            (
                "signatures",
                &language.count("signature", signatures as u64),
            ),
            ("events", &language.count("event", events)),
            (
                "entries",
                &language.count("entry", bundle.files.len() as u64),
            ),
            ("seq", &language.number(met.unwrap_or_default())),
            (
                "later",
                &language.number(events - 1 - met.unwrap_or_default()),
            ),
            ("stamps", &language.count("time-stamp", stamps as u64)),
            ("files", &language.count("file", report.evidence.files)),
            ("bytes", &language.count("byte", report.evidence.bytes)),
        ],
    )
}

fn row(language: &Language, name: &str, status: &str, reason: &str) -> Fact {
    let text = language.fill(
        "check.because",
        &[("status", &language.say(status)), ("reason", &reason)],
    );
    Fact::new(language.say(&format!("check.{name}")), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::finding::CODES;

    #[test]
    fn every_code_belongs_to_one_check() {
        for (code, word, ..) in CODES {
            let checks = CHECKS.iter();
            let count = checks.filter(|(_, codes)| codes.contains(code)).count();
            assert_eq!(count, 1, "{word}");
        }
    }

    #[test]
    fn every_check_has_its_words() {
        for (name, _) in CHECKS.iter() {
            assert!(Language::english().has(&format!("check.{name}")), "{name}");
            let passed = format!("check.{name}-passed");
            assert!(Language::english().has(&passed), "{name}");
        }
    }
}
