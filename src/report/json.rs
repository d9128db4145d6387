//! Reports for programs: one JSON document, its fields fixed.

use serde::Serialize;

use crate::audit::custody::Custody;
use crate::audit::finding::{Code, Detail, Finding};
use crate::audit::proven_time::ProvenTime;
use crate::audit::report::Report;
use crate::audit::rosters::Given;

use super::fork;
use super::layout::safe;
use super::sentences::{place, sentence};

/// ```json
/// { "format": "custody-report/v1", "exit": 1, "result": "CHANGE FOUND", "case": "…", "exhibit": "…",
///   "head": "…", "links": 5, "holder": {"name": "…", "key": "…"}, "checkedAt": "…",
///   "evidence": {"supplied": true, "files": 4, "bytes": 2669632}, "findings": […], "times": […] }
/// ```
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportDocument {
    format: &'static str,
    exit: u8,
    result: &'static str,
    case: String,
    exhibit: String,
    head: String,
    links: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<HolderDocument>,
    checked_at: String,
    evidence: EvidenceDocument,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rosters: Vec<RosterDocument>,
    findings: Vec<FindingDocument>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    times: Vec<TimeDocument>,
}

/// When a link existed at the latest, as a trusted time stamp shows.
///
/// ```json
/// {"link": 4, "at": "2026-11-22T02:31:56Z", "authority": "Custody Example TSA (root Custody Example Root)"}
/// ```
#[derive(Serialize)]
struct TimeDocument {
    link: usize,
    at: String,
    authority: String,
}

/// A roster that was given: the root pinned for it, and of one that judged its name and the version that was used.
///
/// ```json
/// {"used": true, "root": "1bd236cd…", "name": "North River", "version": 0, "at": "2026-10-01T08:00:00Z"}
/// ```
#[derive(Serialize)]
struct RosterDocument {
    used: bool,
    root: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
}

impl RosterDocument {
    fn of(given: &Given) -> Self {
        let sound = given.sound();
        Self {
            used: sound.is_some(),
            root: given.root.to_string(),
            name: sound.map(|roster| safe(roster.name())),
            version: sound.map(|roster| roster.number()),
            at: sound.map(|roster| roster.at().to_string()),
            hash: sound.map(|roster| roster.hash().to_string()),
        }
    }
}

#[derive(Serialize)]
struct HolderDocument {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

#[derive(Serialize)]
struct EvidenceDocument {
    supplied: bool,
    files: u64,
    bytes: u64,
}

/// ```json
/// {"code": "altered", "severity": "change", "path": "disk01.dd", "pieces": [1],
///  "ranges": [{"start": 1048576, "end": 2097152}], "message": "…"}
/// ```
#[derive(Serialize)]
struct FindingDocument {
    code: &'static str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pieces: Vec<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ranges: Vec<RangeDocument>,
    /// How many events are missing at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<u64>,
    /// Two links under one number: that of this bundle, and the other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    proof: Vec<fork::LinkDocument>,
    message: String,
}

#[derive(Serialize)]
struct RangeDocument {
    start: u64,
    end: u64,
}

/// The report of one check.
pub fn report(report: &Report) -> String {
    let seal = report.seal();
    // Nobody holds what was returned or disposed of.
    let is_closed = matches!(report.record.custody(), Custody::Closed { .. });
    let holder = report.record.custody().holder().filter(|_| !is_closed);
    let document = ReportDocument {
        format: "custody-report/v1",
        exit: report.exit_code(),
        result: report.verdict().as_str(),
        case: safe(&seal.case),
        exhibit: safe(&seal.exhibit),
        head: report.record.bundle().card().head.to_string(),
        links: report.record.bundle().chain.len(),
        holder: holder.map(|holder| HolderDocument {
            name: safe(&holder.name),
            key: holder.key.map(|key| key.to_string()),
        }),
        checked_at: report.checked_at.to_string(),
        evidence: EvidenceDocument {
            supplied: report.evidence.supplied,
            files: report.evidence.files,
            bytes: report.evidence.bytes,
        },
        rosters: (report.record.rosters().given().iter())
            .map(RosterDocument::of)
            .collect(),
        findings: report.findings.iter().map(finding).collect(),
        times: report.record.proven_times().iter().map(time).collect(),
    };
    document_text(&document)
}

fn time(time: &ProvenTime) -> TimeDocument {
    TimeDocument {
        link: time.link,
        at: time.at.to_string(),
        authority: safe(&time.authority),
    }
}

fn finding(finding: &Finding) -> FindingDocument {
    let place = place(finding);
    let sentence = sentence(finding);
    FindingDocument {
        code: finding.code.as_str(),
        severity: finding.code.severity().as_str(),
        link: finding.link,
        path: finding.path.as_ref().map(ToString::to_string),
        pieces: finding.pieces.clone(),
        ranges: finding
            .ranges
            .iter()
            .map(|&(start, end)| RangeDocument { start, end })
            .collect(),
        missing: missing(finding),
        proof: fork::of_finding(finding).map_or_else(Vec::new, |(_, links)| fork::documents(links)),
        message: if place.is_empty() {
            sentence
        } else {
            format!("{place}: {sentence}")
        },
    }
}

/// How many events a head from elsewhere has that this bundle has not.
fn missing(finding: &Finding) -> Option<u64> {
    match (finding.code, &finding.detail) {
        (Code::HeadUnknown, Detail::Count { recorded, found }) => {
            Some(recorded.saturating_sub(*found)).filter(|&missing| missing > 0)
        }
        (Code::RolledBack, Detail::Missing(missing, _)) => Some(*missing),
        _ => None,
    }
}

/// Any document of this program as JSON text, with a line feed at its end.
pub fn document_text(document: &impl Serialize) -> String {
    // Documents are made of texts and numbers; those can always be written.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
