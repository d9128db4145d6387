//! The words of a question: those of its table `question.CODE` of a language, with what the record says in their places.

use std::fmt::Display;

use crate::audit::challenge::{Asked, Question};
use crate::audit::custody::Custody;
use crate::audit::finding::Finding;
use crate::audit::report::Report;
use crate::report::gaps;
use crate::report::language::Language;
use crate::report::layout::{key, safe, short};
use crate::report::sentences::{place_in, sentence_in};

use super::link_of;

/// One question in words.
pub(super) struct Words {
    /// What may be asked.
    pub question: String,
    /// What the record says.
    pub record: String,
    /// What can still be done; `None` where nothing can.
    pub remedy: Option<String>,
}

/// What stands in the `{places}` of a text.
type Places<'a> = [(&'a str, &'a dyn Display)];

/// A kind of question, in a language.
///
/// ```toml
/// [question.unexplained-hours]
/// asked = "Where was it in this time, and who could get at it?"
/// record = "No entry for {duration}, until event no. {until}; it was not recorded as put in store."
/// record-now = "No entry for {duration}, until now; it was not recorded as put in store."
/// to-do = "The register of the store, and the holder of that time as a witness; the hash shows …"
/// ```
struct Kind<'a> {
    language: &'a Language,
    code: &'static str,
}

impl Kind<'_> {
    fn words(&self, places: &Places<'_>) -> Words {
        self.words_where("", places)
    }

    /// The same in a case that may have parts of its own: in the case `now`, `record-now` stands in the place of `record`.
    fn words_where(&self, case: &str, places: &Places<'_>) -> Words {
        let text = |part: &str| {
            let plain = format!("question.{}.{part}", self.code);
            let own = format!("{plain}-{case}");
            let key = if self.language.has(&own) { own } else { plain };
            (self.language.has(&key), self.language.fill(&key, places))
        };
        let (is_possible, remedy) = text("to-do");
        Words {
            question: text("asked").1,
            record: text("record").1,
            remedy: is_possible.then_some(remedy),
        }
    }

    /// Of a finding, its sentence is what the record says.
    fn of_finding(&self, finding: &Finding) -> Words {
        self.words(&[
            (
                "finding",
                &self.capital(&sentence_in(self.language, finding)),
            ),
            ("code", &finding.code.as_str()),
        ])
    }

    fn capital(&self, text: &str) -> String {
        let mut letters = text.chars();
        let first = letters.next().map(String::from).unwrap_or_default();
        self.language.upper(&first) + letters.as_str()
    }
}

/// The words of a question.
pub(super) fn of(language: &Language, report: &Report, question: &Question) -> Words {
    let kind = Kind {
        language,
        code: question.asked.code(),
    };
    match &question.asked {
        Asked::DoesNotCheck(finding) | Asked::KeyOutsideValidity(finding) => {
            kind.of_finding(finding)
        }
        Asked::EvidenceDiffers(number, first) => kind.words(&[
            ("things", &language.count("differing-thing", *number as u64)),
            ("place", &place_in(language, first)),
            ("finding", &sentence_in(language, first)),
            ("code", &first.code.as_str()),
        ]),
        Asked::Incomplete(gaps) => {
            let missing: Vec<String> = gaps
                .iter()
                .map(|gap| format!("{} ({})", safe(&gap.asks), gaps::fields_in(language, gap)))
                .collect();
            let case = if can_add(report) { "" } else { "closed" };
            kind.words_where(case, &[("missing", &missing.join("; "))])
        }
        Asked::NotRecorded { field, reason } => kind.words(&[
            ("field", &short(field, 80)),
            ("reason", &end(&short(reason, 300))),
        ]),
        Asked::SamePerson(name)
        | Asked::WitnessIsSigner(name)
        | Asked::OneNameTwoKeys(name)
        | Asked::OneKeyTwoNames(name) => kind.words(&[("name", &short(name, 80))]),
        Asked::NotRehashed { mode } => {
            let case = if mode == "none" { "none" } else { "" };
            kind.words_where(case, &[("mode", &short(mode, 20))])
        }
        Asked::DifferencesRecorded(number) => {
            let differences = language.count("recorded-difference", *number as u64);
            kind.words(&[("differences", &differences)])
        }
        Asked::TakenOver { to } => kind.words(&[("to", &short(to, 80))]),
        Asked::Corrected(seq) | Asked::NotStampedSince(seq) => kind.words(&[("seq", seq)]),
        Asked::Incident => {
            let incident = link_of(report, question).map(|(_, link)| link.predicate());
            match incident.and_then(|incident| incident.text("description")) {
                Some(text) => kind.words(&[("description", &end(&short(text, 200)))]),
                None => kind.words_where("undescribed", &[]),
            }
        }
        Asked::KeyNotConfirmed { key: id, name } => {
            kind.words(&[("key", &key(id)), ("name", &short(name, 80))])
        }
        Asked::NoCountersignature { paper } => {
            kind.words_where(if *paper { "paper" } else { "" }, &[])
        }
        Asked::LateEntry { seconds, reason } => {
            let case = if reason.is_some() { "" } else { "no-reason" };
            let reason = short(reason.as_deref().unwrap_or_default(), 300);
            kind.words_where(
                case,
                &[
                    ("duration", &language.duration(*seconds)),
                    ("reason", &end(&reason)),
                ],
            )
        }
        Asked::EndsAfterSigning(seconds) => kind
            .words(&[("duration", &language.duration(*seconds))])
            .only_if(can_add(report)),
        Asked::HoursBeforeSeal(seconds) => {
            kind.words(&[("duration", &language.duration(*seconds))])
        }
        Asked::UnexplainedHours { seconds, until } | Asked::LongTransit { seconds, until } => {
            let case = if until.is_some() { "" } else { "now" };
            kind.words_where(
                case,
                &[
                    ("duration", &language.duration(*seconds)),
                    ("until", &until.unwrap_or_default()),
                ],
            )
        }
        // Who holds nothing any more gets no time stamp for it.
        Asked::TimeBackwards(seconds) => kind
            .words(&[("duration", &language.duration(*seconds))])
            .only_if(can_add(report)),
        Asked::ClockNotCompared { source } => {
            let case = if source.is_some() { "" } else { "nothing" };
            let source = safe(source.as_deref().unwrap_or_default());
            kind.words_where(case, &[("source", &source)])
        }
        Asked::BeforeAuthority { date } => kind.words(&[("date", &short(date, 60))]),
        Asked::SealNumber(number) | Asked::SealBroken(number) => {
            kind.words(&[("number", &short(number, 60))])
        }
        Asked::Unread { entries, first } => kind.words(&[
            ("entries", &language.count("unread-entry", *entries as u64)),
            ("first", &short(first, 120)),
        ]),
        Asked::DeclaredNotComputed { algorithm, scope } => {
            let case = if scope.is_some() { "scope" } else { "" };
            kind.words_where(
                case,
                &[
                    ("algorithm", &short(algorithm, 30)),
                    ("scope", &short(scope.as_deref().unwrap_or_default(), 80)),
                ],
            )
        }
        Asked::DeclaredDiffers { algorithm, value } => kind.words(&[
            ("algorithm", &short(algorithm, 30)),
            ("value", &short(value, 140)),
        ]),
        Asked::NamesAlike { one, other } => {
            kind.words(&[("one", &short(one, 120)), ("other", &short(other, 120))])
        }
        Asked::Hidden(number) => {
            kind.words(&[("entries", &language.count("hidden-listed", *number))])
        }
        Asked::NoTrustedTime
        | Asked::NoAuthority
        | Asked::NobodyElsePresent
        | Asked::ReceiptRefused
        | Asked::InTransit
        | Asked::WorkedOnWithoutHash
        | Asked::ReturnedWithoutCopy
        | Asked::DisposedWithoutWitness
        | Asked::NoPhysicalSeal
        | Asked::SealNotLookedAt
        | Asked::WeakHashAlone
        | Asked::EvidenceNotCompared
        | Asked::RightNotConfirmed => kind.words(&[]),
    }
}

impl Words {
    /// The same; what can be done only where that is possible.
    fn only_if(self, is_possible: bool) -> Self {
        Self {
            remedy: self.remedy.filter(|_| is_possible),
            ..self
        }
    }
}

/// Whether entries can still be added.
fn can_add(report: &Report) -> bool {
    !matches!(report.record.custody(), Custody::Closed { .. })
}

/// A text without its full stop: one follows.
fn end(text: &str) -> &str {
    text.trim_end_matches('.')
}
