//! The result line and what stays open behind it.

use crate::audit::finding::{Code, Detail, Finding};
use crate::audit::report::Report;
use crate::audit::verdict::Verdict;

use super::language::Language;

/// The result in English.
pub fn lines(report: &Report) -> Vec<String> {
    lines_in(Language::english(), report)
}

/// The result in words: the worst line first, then the others, then what stays open. One sentence or two each.
pub fn lines_in(language: &Language, report: &Report) -> Vec<String> {
    let verdict = report.verdict();
    let mut lines = vec![first(language, report, verdict)];
    let others = [
        (
            Verdict::ChangeFound,
            report.has(Code::Altered) || report.has(Code::TypeChanged) || report.has(Code::Moved),
        ),
        (Verdict::FileMissing, report.has(Code::Missing)),
        (Verdict::ExtraFile, report.has(Code::Unexpected)),
        (Verdict::CouldNotBeChecked, report.has(Code::Unreadable)),
    ];
    lines.extend(
        others
            .iter()
            .filter(|(other, applies)| *applies && *other > verdict)
            .map(|(other, _)| first(language, report, *other)),
    );
    let is_changed = !(report.is_only_older() || report.is_only_misread());
    if verdict == Verdict::RecordDoesNotCheck && is_changed {
        return lines;
    }
    let unknown = |finding: &&Finding| finding.code == Code::SignerUnknown;
    let by_key = |finding: &Finding| matches!(finding.detail, Detail::Signer { .. });
    if report.findings.iter().filter(unknown).any(by_key) {
        lines.push(language.say("result.key-not-confirmed").to_owned());
    } else if report.has(Code::SignerUnknown) {
        lines.push(language.say("result.right-not-confirmed").to_owned());
    }
    if report.has(Code::UnprovenTime) {
        lines.push(language.say("result.time-not-proven").to_owned());
    }
    if let Some(left_out) = part_left_out(report) {
        let entries = report.record.bundle().files.len() as u64;
        let taken = entries.saturating_sub(left_out);
        let (taken, entries) = (language.number(taken), language.count("entry", entries));
        lines.push(language.fill("result.part", &[("taken", &taken), ("entries", &entries)]));
    }
    if report.has(Code::InTransit) {
        lines.push(language.fill(
            "result.in-transit",
            &[("time", &language.time_of(report.last()))],
        ));
    }
    lines
}

/// The official line of a verdict, in a language.
pub fn line_of(language: &Language, verdict: Verdict) -> &str {
    language.say(match verdict {
        Verdict::RecordDoesNotCheck => "result.line-record-does-not-check",
        Verdict::ChangeFound => "result.line-change-found",
        Verdict::FileMissing => "result.line-file-missing",
        Verdict::ExtraFile => "result.line-extra-file",
        Verdict::CouldNotBeChecked => "result.line-could-not-be-checked",
        Verdict::RecordChecked => "result.line-record-checked",
        Verdict::NoChangeFound => "result.line-no-change-found",
    })
}

fn first(language: &Language, report: &Report, verdict: Verdict) -> String {
    let files = report.record.bundle().files.len() as u64;
    let of = |codes: &[Code]| {
        report
            .findings
            .iter()
            .filter(|finding| codes.contains(&finding.code))
            .count() as u64
    };
    let line = line_of(language, verdict);
    let entries = language.count("entry", files);
    // `key` is that of one thing, `key-many` that of several.
    let counted = |key: &str, number: u64| {
        let key = if number == 1 {
            key.to_owned()
        } else {
            format!("{key}-many")
        };
        let listed = language.count("listed-entry", files);
        let extra = language.count("entry", number);
        language.fill(
            &key,
            &[
                ("line", &line),
                ("n", &language.number(number)),
                ("entries", &entries),
                ("listed", &listed),
                ("extra", &extra),
            ],
        )
    };
    match verdict {
        Verdict::RecordDoesNotCheck if report.is_only_older() => {
            language.fill("result.record-older", &[("line", &line)])
        }
        Verdict::RecordDoesNotCheck if report.is_only_misread() => {
            language.fill("result.record-misread", &[("line", &line)])
        }
        Verdict::RecordDoesNotCheck => {
            language.fill("result.record-does-not-check", &[("line", &line)])
        }
        Verdict::ChangeFound if report.record.bundle().single_file().is_some() => {
            language.fill("result.change-found-single", &[("line", &line)])
        }
        Verdict::ChangeFound => counted(
            "result.change-found",
            of(&[Code::Altered, Code::TypeChanged, Code::Moved]),
        ),
        Verdict::FileMissing => counted("result.file-missing", of(&[Code::Missing])),
        Verdict::ExtraFile => counted("result.extra-file", of(&[Code::Unexpected])),
        Verdict::CouldNotBeChecked => {
            counted("result.could-not-be-checked", of(&[Code::Unreadable]))
        }
        Verdict::RecordChecked if report.compared_nothing() => {
            language.fill("result.record-checked-nothing-compared", &[("line", &line)])
        }
        Verdict::RecordChecked => language.fill("result.record-checked", &[("line", &line)]),
        Verdict::NoChangeFound => language.fill(
            "result.no-change-found",
            &[("line", &line), ("time", &language.time_of(report.seal()))],
        ),
    }
}

/// How many entries were not looked at, where evidence was supplied in part.
fn part_left_out(report: &Report) -> Option<u64> {
    let left_out =
        report
            .findings
            .iter()
            .filter_map(|finding| match (finding.code, &finding.detail) {
                (Code::NotSupplied | Code::Hidden, Detail::Number(number)) => Some(*number),
                _ => None,
            });
    Some(left_out.sum()).filter(|&number| number > 0)
}
