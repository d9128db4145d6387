//! The result line and what stays open behind it.

use crate::audit::finding::{Code, Detail, Finding};
use crate::audit::report::Report;
use crate::audit::verdict::Verdict;

use super::layout::{count, figure, time};

/// The result in words: the worst line first, then the others, then what stays open. One sentence or two each.
pub fn lines(report: &Report) -> Vec<String> {
    let verdict = report.verdict();
    let mut lines = vec![first(report, verdict)];
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
            .map(|(other, _)| first(report, *other)),
    );
    if verdict == Verdict::RecordDoesNotCheck {
        return lines;
    }
    let unknown = |finding: &&Finding| finding.code == Code::SignerUnknown;
    let by_key = |finding: &Finding| matches!(finding.detail, Detail::Signer { .. });
    if report.findings.iter().filter(unknown).any(by_key) {
        lines.push("The signing key was not confirmed.".to_owned());
    } else if report.has(Code::SignerUnknown) {
        lines.push(
            "Whether a signer had the right to act was not confirmed: no roster was at hand."
                .to_owned(),
        );
    }
    if report.has(Code::UnprovenTime) {
        lines.push("The time of a signature was not proven.".to_owned());
    }
    if let Some(left_out) = part_left_out(report) {
        let entries = report.record.bundle().files.len() as u64;
        let taken = entries.saturating_sub(left_out);
        lines.push(format!(
            "Only part of the exhibit was supplied ({} of {} entries).",
            figure(taken),
            figure(entries)
        ));
    }
    if report.has(Code::InTransit) {
        lines.push(format!(
            "Handed over on {}; receipt is not recorded.",
            time(report.last())
        ));
    }
    lines
}

fn first(report: &Report, verdict: Verdict) -> String {
    let files = report.record.bundle().files.len() as u64;
    let of = |codes: &[Code]| {
        report
            .findings
            .iter()
            .filter(|finding| codes.contains(&finding.code))
            .count() as u64
    };
    let single = report.record.bundle().single_file().is_some();
    let words = verdict.as_str();
    match verdict {
        Verdict::RecordDoesNotCheck => format!("{words}. Do not rely on this bundle."),
        Verdict::ChangeFound if single => {
            format!("{words}. The file is not the same as when it was sealed.")
        }
        Verdict::ChangeFound => {
            let changed = of(&[Code::Altered, Code::TypeChanged, Code::Moved]);
            let are = if changed == 1 {
                "is not the same as when it was"
            } else {
                "are not the same as when they were"
            };
            format!(
                "{words}. {} of {} {are} sealed.",
                figure(changed),
                count(files, "entry", "entries")
            )
        }
        Verdict::FileMissing => {
            let missing = of(&[Code::Missing]);
            let was = if missing == 1 { "was" } else { "were" };
            format!(
                "{words}. {} of {} listed entries {was} not given to this check.",
                figure(missing),
                figure(files)
            )
        }
        Verdict::ExtraFile => {
            format!(
                "{words}. {} not in the sealed list.",
                count(of(&[Code::Unexpected]), "entry is", "entries are")
            )
        }
        Verdict::CouldNotBeChecked => {
            let unread = of(&[Code::Unreadable]);
            format!(
                "{words}. {} of {} entries could not be read; nothing can be said of what is in them.",
                figure(unread),
                figure(files)
            )
        }
        Verdict::RecordChecked => format!("{words} (it was not supplied)."),
        Verdict::NoChangeFound => {
            format!("{words} since the digital seal of {}.", time(report.seal()))
        }
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
