//! The result line: one of a closed list, the worst that applies. Never a bare "pass".

use super::finding::{Code, Finding, Part, Severity};

/// What a check amounts to, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Something in the bundle itself differs.
    RecordDoesNotCheck,
    /// Evidence differs.
    ChangeFound,
    /// Something sealed is not there.
    FileMissing,
    /// Something is there that was not sealed.
    ExtraFile,
    /// Something could not be read.
    CouldNotBeChecked,
    /// The evidence was not at hand.
    RecordChecked,
    /// Nothing differs.
    NoChangeFound,
}

impl Verdict {
    /// The verdict of these findings. `supplied`: whether evidence was looked at.
    pub fn of(findings: &[Finding], supplied: bool) -> Self {
        let of_finding = |finding: &Finding| match (
            finding.code.severity(),
            finding.code.part(),
            finding.code,
        ) {
            (Severity::Change, Part::Record, _) => Some(Self::RecordDoesNotCheck),
            (_, _, Code::Altered | Code::TypeChanged | Code::Moved) => Some(Self::ChangeFound),
            (_, _, Code::Missing) => Some(Self::FileMissing),
            (_, _, Code::Unexpected) => Some(Self::ExtraFile),
            (_, _, Code::Unreadable) => Some(Self::CouldNotBeChecked),
            _ => None,
        };
        let best = if supplied {
            Self::NoChangeFound
        } else {
            Self::RecordChecked
        };
        findings
            .iter()
            .filter_map(of_finding)
            .min()
            .unwrap_or(best)
            .min(best)
    }

    /// The line, as it stands in `--json` and on every page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RecordDoesNotCheck => "THE RECORD ITSELF DOES NOT CHECK",
            Self::ChangeFound => "CHANGE FOUND",
            Self::FileMissing => "FILE MISSING",
            Self::ExtraFile => "EXTRA FILE",
            Self::CouldNotBeChecked => "COULD NOT BE CHECKED",
            Self::RecordChecked => "RECORD CHECKED. THE EVIDENCE ITSELF WAS NOT CHECKED",
            Self::NoChangeFound => "NO CHANGE FOUND",
        }
    }
}

/// The exit code of these findings: 1 something differs, 3 something is not established, 0 neither.
pub fn exit_code(findings: &[Finding]) -> u8 {
    let has = |severity| {
        findings
            .iter()
            .any(|finding| finding.code.severity() == severity)
    };
    match (has(Severity::Change), has(Severity::Open)) {
        (true, _) => 1,
        (false, true) => 3,
        (false, false) => 0,
    }
}
