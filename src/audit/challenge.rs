//! The challenge: what a cross-examiner would ask of a record, and where.
//!
//! A question is no finding: it changes no exit code, and a record of which much can be asked may still be in order. It
//! names a place at which somebody should be ready to answer. The words are made one floor up.

mod hands;
mod signers;
mod things;
mod times;
mod written_date;

use std::collections::BTreeMap;

use super::completeness::{Gap, not_recorded};
use super::finding::{Code, Finding};
use super::profile::Profile;
use super::report::Report;
use crate::record::digest::Digest;
use crate::record::event::Action;
use crate::record::json::{Json, Object};
use crate::record::link::Link;

/// One thing that may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// How much hangs on the answer.
    pub weight: Weight,
    /// About which link, by its place in the chain.
    pub link: Option<u64>,
    /// What is asked.
    pub asked: Asked,
}

/// How much hangs on an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Without a good answer the exhibit may be of no use.
    High,
    /// A good answer is expected.
    Medium,
    /// It will be asked, and the answer is short.
    Low,
}

/// What is asked, with what the record says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Asked {
    /// Something in the record, or in the evidence, differs.
    DoesNotCheck(Box<Finding>),
    /// Something differs in the evidence: how many findings, and the first.
    EvidenceDiffers(usize, Box<Finding>),
    /// Fields that the profile asks for are not there.
    Incomplete(Vec<Gap>),
    /// A value is not there, for a reason.
    NotRecorded { field: String, reason: String },
    /// Entry made late.
    LateEntry {
        seconds: i64,
        reason: Option<String>,
    },
    /// An act that ends so many seconds after its own signature.
    EndsAfterSigning(i64),
    /// Hours between the act and the digital seal.
    HoursBeforeSeal(i64),
    /// Hours after an event that nothing explains; until the event of this number, or until now.
    UnexplainedHours { seconds: i64, until: Option<u64> },
    /// Hours on the way.
    LongTransit { seconds: i64, until: Option<u64> },
    /// The times of two entries run backwards.
    TimeBackwards(i64),
    /// Nothing says what set the sealing clock, or what it was compared with.
    ClockNotCompared { source: Option<String> },
    /// No trusted time stamp.
    NoTrustedTime,
    /// No trusted time stamp on this event, or on a later one; the last stamped one.
    NotStampedSince(u64),
    /// Nothing says on which legal basis.
    NoAuthority,
    /// Signed, or done, before the day of the authority.
    BeforeAuthority { date: String },
    /// The same name on both sides of a hand-over.
    SamePerson(String),
    /// An attesting witness is the signer.
    WitnessIsSigner(String),
    /// Nobody else was there, as recorded.
    NobodyElsePresent,
    /// Received without hashing everything again.
    NotRehashed { mode: String },
    /// Differences that a signer put on record: how many.
    DifferencesRecorded(usize),
    /// Refused by its receiver.
    ReceiptRefused,
    /// Released, and no receipt.
    InTransit,
    /// Taken over without the holder.
    TakenOver { to: String },
    /// An earlier event was corrected.
    Corrected(u64),
    /// An incident was recorded.
    Incident,
    /// Worked on, without hashing.
    WorkedOnWithoutHash,
    /// Returned, and no copy kept.
    ReturnedWithoutCopy,
    /// Disposed of, and nobody saw it.
    DisposedWithoutWitness,
    /// A physical seal that was not there before.
    SealNumber(String),
    /// A physical seal that is broken or absent.
    SealBroken(String),
    /// No physical seal at all.
    NoPhysicalSeal,
    /// A hand-over that does not mention the physical seals.
    SealNotLookedAt,
    /// What could not be read: how many entries, the first of them.
    Unread { entries: usize, first: String },
    /// A number of another tool that was never computed again.
    DeclaredNotComputed {
        algorithm: String,
        scope: Option<String>,
    },
    /// A number of another tool that is not the one computed.
    DeclaredDiffers { algorithm: String, value: String },
    /// Before the digital seal, nothing but MD5 or SHA-1.
    WeakHashAlone,
    /// Two names that some systems cannot tell apart.
    NamesAlike { one: String, other: String },
    /// Entries hidden in this copy.
    Hidden(u64),
    /// Nobody compared the evidence with the seal, in this check.
    EvidenceNotCompared,
    /// A key that nobody has confirmed.
    KeyNotConfirmed { key: Digest, name: String },
    /// Only a roster could tell whether this signer was allowed to do it.
    RightNotConfirmed,
    /// A key that was revoked, expired, or not proven to have signed in time.
    KeyOutsideValidity(Box<Finding>),
    /// One name, two keys.
    OneNameTwoKeys(String),
    /// One key, two names.
    OneKeyTwoNames(String),
    /// No countersignature; whether an official record is named at least.
    NoCountersignature { paper: bool },
}

/// Every code, in the order of the kinds above.
pub const CODES: [&str; 45] = [
    "does-not-check",
    "evidence-differs",
    "incomplete",
    "not-recorded",
    "late-entry",
    "ends-after-signing",
    "hours-before-seal",
    "unexplained-hours",
    "long-transit",
    "time-backwards",
    "clock-not-compared",
    "no-trusted-time",
    "not-stamped-since",
    "no-authority",
    "before-authority",
    "same-person",
    "witness-is-signer",
    "nobody-else-present",
    "not-rehashed",
    "differences-recorded",
    "receipt-refused",
    "in-transit",
    "taken-over",
    "corrected",
    "incident",
    "worked-on-without-hash",
    "returned-without-copy",
    "disposed-without-witness",
    "seal-number",
    "seal-broken",
    "no-physical-seal",
    "seal-not-looked-at",
    "unread",
    "declared-not-computed",
    "declared-differs",
    "weak-hash-alone",
    "names-alike",
    "hidden",
    "evidence-not-compared",
    "key-not-confirmed",
    "right-not-confirmed",
    "key-outside-validity",
    "one-name-two-keys",
    "one-key-two-names",
    "no-countersignature",
];

impl Asked {
    /// The code, as in `--json` and in `docs/manual.md`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::DoesNotCheck(_) => "does-not-check",
            Self::EvidenceDiffers(..) => "evidence-differs",
            Self::Incomplete(_) => "incomplete",
            Self::NotRecorded { .. } => "not-recorded",
            Self::LateEntry { .. } => "late-entry",
            Self::EndsAfterSigning(_) => "ends-after-signing",
            Self::HoursBeforeSeal(_) => "hours-before-seal",
            Self::UnexplainedHours { .. } => "unexplained-hours",
            Self::LongTransit { .. } => "long-transit",
            Self::TimeBackwards(_) => "time-backwards",
            Self::ClockNotCompared { .. } => "clock-not-compared",
            Self::NoTrustedTime => "no-trusted-time",
            Self::NotStampedSince(_) => "not-stamped-since",
            Self::NoAuthority => "no-authority",
            Self::BeforeAuthority { .. } => "before-authority",
            Self::SamePerson(_) => "same-person",
            Self::WitnessIsSigner(_) => "witness-is-signer",
            Self::NobodyElsePresent => "nobody-else-present",
            Self::NotRehashed { .. } => "not-rehashed",
            Self::DifferencesRecorded(_) => "differences-recorded",
            Self::ReceiptRefused => "receipt-refused",
            Self::InTransit => "in-transit",
            Self::TakenOver { .. } => "taken-over",
            Self::Corrected(_) => "corrected",
            Self::Incident => "incident",
            Self::WorkedOnWithoutHash => "worked-on-without-hash",
            Self::ReturnedWithoutCopy => "returned-without-copy",
            Self::DisposedWithoutWitness => "disposed-without-witness",
            Self::SealNumber(_) => "seal-number",
            Self::SealBroken(_) => "seal-broken",
            Self::NoPhysicalSeal => "no-physical-seal",
            Self::SealNotLookedAt => "seal-not-looked-at",
            Self::Unread { .. } => "unread",
            Self::DeclaredNotComputed { .. } => "declared-not-computed",
            Self::DeclaredDiffers { .. } => "declared-differs",
            Self::WeakHashAlone => "weak-hash-alone",
            Self::NamesAlike { .. } => "names-alike",
            Self::Hidden(_) => "hidden",
            Self::EvidenceNotCompared => "evidence-not-compared",
            Self::KeyNotConfirmed { .. } => "key-not-confirmed",
            Self::RightNotConfirmed => "right-not-confirmed",
            Self::KeyOutsideValidity(_) => "key-outside-validity",
            Self::OneNameTwoKeys(_) => "one-name-two-keys",
            Self::OneKeyTwoNames(_) => "one-key-two-names",
            Self::NoCountersignature { .. } => "no-countersignature",
        }
    }
}

impl Weight {
    /// The word, as in `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// What may be asked of a record, the weightiest first, then in the order of the chain.
pub fn questions(report: &Report, profile: &Profile) -> Vec<Question> {
    let mut asked = Questions {
        report,
        profile,
        corrections: corrections(report),
        last_check: last(report, |link| {
            let checked = link.event().action.checked();
            checked.is_some_and(|checked| checked.mode == "full" && checked.failed.is_empty())
        }),
        last_seals: last(report, |link| !list(link.predicate(), "seals").is_empty()),
        list: Vec::new(),
    };
    signers::ask(&mut asked);
    hands::ask(&mut asked);
    things::ask(&mut asked);
    times::ask(&mut asked);
    // What differs comes before everything else. Stable: of one weight and one link, the order of asking stays.
    asked.list.sort_by_key(|question| {
        let is_other = !matches!(
            question.asked,
            Asked::DoesNotCheck(_) | Asked::EvidenceDiffers(..)
        );
        (is_other, question.weight, question.link.unwrap_or_default())
    });
    asked.list
}

/// Questions, as they come up.
struct Questions<'a> {
    report: &'a Report,
    profile: &'a Profile,
    /// What later entries say of an entry, by its place: field and text.
    corrections: BTreeMap<u64, Vec<(&'a str, &'a str)>>,
    /// The last event at which all was hashed again and nothing differed.
    last_check: Option<usize>,
    /// The last event that says something of physical seals.
    last_seals: Option<usize>,
    list: Vec<Question>,
}

impl Questions<'_> {
    fn add(&mut self, weight: Weight, link: Option<u64>, asked: Asked) {
        self.list.push(Question {
            weight,
            link,
            asked,
        });
    }

    fn of_link(&mut self, weight: Weight, place: usize, asked: Asked) {
        self.add(weight, Some(place as u64), asked);
    }

    /// Whether a later entry says what an entry lacks: one of these fields, a field within one, or the whole of one.
    fn is_corrected(&self, place: usize, fields: &[&str]) -> bool {
        let covers = |outer: &str, inner: &str| {
            inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let given = self.corrections.get(&(place as u64));
        given.into_iter().flatten().any(|(given, _)| {
            fields
                .iter()
                .any(|field| covers(given, field) || covers(field, given))
        })
    }

    /// What the last correction says of a field.
    fn corrected(&self, place: usize, field: &str) -> Option<&str> {
        let given = self.corrections.get(&(place as u64))?.iter().rev();
        let mut of_field = given.filter(|(name, _)| *name == field);
        of_field.next().map(|(_, text)| *text)
    }

    fn is_checked_later(&self, place: usize) -> bool {
        self.last_check.is_some_and(|last| last > place)
    }

    fn findings(&self, code: Code) -> Vec<Finding> {
        let findings = self.report.findings.iter();
        findings
            .filter(|finding| finding.code == code)
            .cloned()
            .collect()
    }
}

fn corrections(report: &Report) -> BTreeMap<u64, Vec<(&str, &str)>> {
    let mut of_events: BTreeMap<u64, Vec<(&str, &str)>> = BTreeMap::new();
    for (_, link) in links(report) {
        let Action::Correct(seq) = link.event().action else {
            continue;
        };
        let corrects = link.predicate().get("corrects").and_then(Json::as_object);
        let text = |name| corrects.and_then(|corrects| corrects.text(name));
        if let (Some(field), Some(text)) = (text("field"), text("text")) {
            of_events.entry(seq).or_default().push((field, text));
        }
    }
    of_events
}

/// The last place at which something holds.
fn last(report: &Report, holds: impl Fn(&Link) -> bool) -> Option<usize> {
    report.record.bundle().chain.iter().rposition(holds)
}

/// The links of a record with their places.
fn links(report: &Report) -> impl Iterator<Item = (usize, &Link)> {
    report.record.bundle().chain.iter().enumerate()
}

/// The objects of a list of an event.
fn list<'a>(event: &'a Object, name: &str) -> Vec<&'a Object> {
    let items = event.get(name).and_then(Json::as_array).unwrap_or_default();
    items.iter().filter_map(Json::as_object).collect()
}

/// Whether an event says why there is no such thing; then the reason is asked about, and not the thing.
fn is_excused(event: &Object, fields: &[&str]) -> bool {
    not_recorded(event).iter().any(|item| {
        fields.iter().any(|field| {
            item.field
                .strip_prefix(field)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::CODES;

    /// What a defence has always attacked, and the questions that prepare for it.
    const ATTACKS: [(&str, &[&str]); 12] = [
        (
            "the record is incomplete",
            &["incomplete", "not-recorded", "late-entry"],
        ),
        (
            "it was changed before it was hashed",
            &[
                "hours-before-seal",
                "no-physical-seal",
                "nobody-else-present",
            ],
        ),
        (
            "anyone could have made this key",
            &[
                "key-not-confirmed",
                "key-outside-validity",
                "one-name-two-keys",
            ],
        ),
        (
            "the clock is false, entries are back-dated",
            &[
                "no-trusted-time",
                "time-backwards",
                "ends-after-signing",
                "clock-not-compared",
            ],
        ),
        (
            "who had it in between?",
            &["unexplained-hours", "long-transit", "in-transit"],
        ),
        ("MD5 and SHA-1 are broken", &["weak-hash-alone"]),
        (
            "the hash of the image is not that of the disk",
            &["declared-not-computed", "declared-differs"],
        ),
        // Of every record alike, so it is no question about this one: the format is public, and a bundle checks with
        // openssl, jq and sha256sum (`examples/verify-by-hand.sh`). The page says so once, at its end.
        ("the program is a black box", &[]),
        (
            "there was no lawful basis",
            &["no-authority", "before-authority"],
        ),
        (
            "the witnesses were absent, or officers",
            &["nobody-else-present", "witness-is-signer"],
        ),
        (
            "only what suits was shown",
            &["hidden", "evidence-not-compared", "unread"],
        ),
        (
            "the examiner altered it",
            &[
                "worked-on-without-hash",
                "differences-recorded",
                "returned-without-copy",
            ],
        ),
    ];

    #[test]
    fn each_attack_of_a_defence_has_its_question() {
        for (attack, codes) in ATTACKS {
            assert!(codes.iter().all(|code| CODES.contains(code)), "{attack}");
        }
    }
}
