//! The report: what was looked at, and everything that was found. Pages and lists are made from it alone.

use std::collections::HashSet;

use crate::record::digest::Digest;
use crate::record::entry::{Entry, Item, Kind};
use crate::record::event::{Event, Party};
use crate::record::link::Link;
use crate::record::time::Timestamp;

use super::chain::JudgedRecord;
use super::comparison::{self, Compared, Comparison};
use super::finding::{Code, Detail, Finding, Part, Severity};
use super::inventory::Inventory;
use super::selection::Selection;
use super::trust::{Trust, Voucher};
use super::verdict::{Verdict, exit_code};

/// A check, done.
#[derive(Clone, Debug)]
pub struct Report {
    /// The record, judged.
    pub record: JudgedRecord,
    /// All findings, of the record and of the evidence, in the order of a report.
    pub findings: Vec<Finding>,
    /// What was looked at.
    pub evidence: Examined,
    /// Everyone who signed, as recorded, and who stands for their keys.
    pub signers: Vec<Signer>,
    /// When the check was made, by the checker's clock.
    pub checked_at: Timestamp,
    /// The time as of which it judges, where one was named.
    pub as_of: Option<Timestamp>,
}

/// What was looked at of the evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// Whether there was any.
    pub supplied: bool,
    /// Whether each file was read by both its hashes.
    pub full: bool,
    /// Whether all that is listed was to be looked at, and not only what somebody selected.
    pub all: bool,
    /// Whether the things were looked for by their names, and nothing else beside them.
    pub by_name: bool,
    /// Files compared.
    pub files: u64,
    /// Bytes read.
    pub bytes: u64,
}

/// Someone whose key signed.
#[derive(Clone, Debug)]
pub struct Signer {
    /// The key.
    pub key: Digest,
    /// Who it is said to belong to.
    pub party: Party,
    /// Who stands for it.
    pub voucher: Option<Voucher>,
}

impl Report {
    /// A report on the record alone.
    pub fn of_record(record: JudgedRecord, trust: &Trust, checked_at: Timestamp) -> Self {
        let mut findings = vec![Finding::new(Code::NotSupplied)];
        findings.extend(
            record
                .bundle()
                .entries()
                .filter(|entry| is_unread(entry))
                .map(comparison::sealed_unread),
        );
        Self::new(record, findings, Examined::default(), trust, checked_at)
    }

    /// A report on record and evidence.
    pub fn of_evidence(
        record: JudgedRecord,
        inventory: &Inventory,
        selection: &Selection,
        full: bool,
        trust: &Trust,
        checked_at: Timestamp,
    ) -> Self {
        let Compared {
            findings,
            files,
            bytes,
        } = Comparison::with(record.bundle(), selection, full).compare(inventory);
        Self::new(
            record,
            findings,
            Examined {
                supplied: true,
                full,
                all: selection.is_all(),
                by_name: false,
                files,
                bytes,
            },
            trust,
            checked_at,
        )
    }

    /// Whether all that speaks against the record is that later events are known from elsewhere: nothing in it was
    /// changed, and it is an older copy.
    pub fn is_only_older(&self) -> bool {
        self.is_all_against(|finding| match (finding.code, &finding.detail) {
            (Code::RolledBack, _) => true,
            (Code::HeadUnknown, Detail::Count { recorded, found }) => recorded > found,
            _ => false,
        })
    }

    /// Whether all that speaks against the record is a code from paper that is nearly one of this chain.
    pub fn is_only_misread(&self) -> bool {
        self.is_all_against(|finding| {
            finding.code == Code::HeadUnknown && matches!(finding.detail, Detail::Number(_))
        })
    }

    /// Whether something speaks against the record, and all of it is of this kind.
    fn is_all_against(&self, kind: impl Fn(&Finding) -> bool) -> bool {
        let mut against = self.findings.iter().filter(|finding| {
            finding.code.severity() == Severity::Change && finding.code.part() == Part::Record
        });
        self.verdict() == Verdict::RecordDoesNotCheck && against.all(kind)
    }

    fn new(
        record: JudgedRecord,
        evidence_findings: Vec<Finding>,
        evidence: Examined,
        trust: &Trust,
        checked_at: Timestamp,
    ) -> Self {
        let mut findings = record.findings().to_vec();
        findings.extend(evidence_findings);
        findings.extend(comparison::never_to_be_checked(record.bundle()));
        // Stable: within a code, the order of the chain and of the paths stays.
        findings.sort_by_key(|finding| finding.code);
        let signers = signers(&record, trust);
        Self {
            record,
            findings,
            evidence,
            signers,
            checked_at,
            as_of: trust.as_of(),
        }
    }

    /// The result line.
    pub fn verdict(&self) -> Verdict {
        let was_compared = self.evidence.supplied && !self.compared_nothing();
        Verdict::of(&self.findings, was_compared)
    }

    /// 0, 1 or 3; what could not be read at all never becomes a report.
    pub fn exit_code(&self) -> u8 {
        exit_code(&self.findings)
    }

    /// Whether evidence was supplied, and none of the sealed files was compared with it: all may be hidden in this copy.
    pub fn compared_nothing(&self) -> bool {
        let is_file = |item: &Item| match item {
            Item::Hidden(_) => true,
            Item::Entry(entry) => matches!(entry.kind, Kind::File(_)),
        };
        let evidence = &self.evidence;
        evidence.supplied && evidence.files == 0 && self.record.bundle().files.iter().any(is_file)
    }

    /// The findings of a severity.
    pub fn of_severity(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.code.severity() == severity)
    }

    /// Whether there is a finding of this code.
    pub fn has(&self, code: Code) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }

    /// The seal's event.
    pub fn seal(&self) -> &Event {
        self.record.bundle().chain[0].event()
    }

    /// The last event known to the bundle.
    pub fn last(&self) -> &Event {
        let chain = &self.record.bundle().chain;
        chain[chain.len() - 1].event()
    }
}

fn is_unread(entry: &Entry) -> bool {
    matches!(entry.kind, Kind::Unreadable { .. })
}

/// One row for each key and each name that stands beside it: one key may sign under several.
fn signers(record: &JudgedRecord, trust: &Trust) -> Vec<Signer> {
    let mut signers: Vec<Signer> = Vec::new();
    let mut seen = HashSet::new();
    for (key, party) in record.bundle().chain.iter().flat_map(Link::signers) {
        if seen.insert((key, party.name.clone(), party.agency.clone())) {
            signers.push(Signer {
                key,
                party,
                voucher: trust.of(&key).cloned(),
            });
        }
    }
    signers
}
