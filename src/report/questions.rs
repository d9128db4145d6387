//! What a cross-examiner may ask, in words: the question, what the record says, and what can still be done.

mod hands;
mod things;
mod times;

use serde::Serialize;

use crate::audit::challenge::{Asked, Question, Weight};
use crate::audit::profile::Profile;
use crate::audit::report::Report;
use crate::record::link::Link;

use super::gaps;
use super::json::document_text;
use super::layout::{action, count, figure, labelled, paragraph, party, safe, short, time};
use super::sentences::{place, sentence};

/// One question in words.
struct Words {
    /// What may be asked.
    question: String,
    /// What the record says.
    record: String,
    /// What can still be done; `None` where nothing can.
    remedy: Option<String>,
}

fn words(
    question: impl Into<String>,
    record: impl Into<String>,
    remedy: impl Into<String>,
) -> Words {
    Words {
        question: question.into(),
        record: record.into(),
        remedy: Some(remedy.into()),
    }
}

/// The same, where nothing can be done any more.
fn too_late(question: impl Into<String>, record: impl Into<String>) -> Words {
    Words {
        question: question.into(),
        record: record.into(),
        remedy: None,
    }
}

const TOO_LATE: &str = "Nothing can be done now. Say it openly, before the other side does.";

/// Asked of every record, and answered by none in particular.
const BLACK_BOX: &str = "One thing is asked of every record: how anyone can test a program they cannot look into. \
    The format of a bundle is public, and a bundle checks without this program: `custody verify` prints the commands for openssl, \
    jq and sha256sum. Give the defence the bundle, the evidence and those commands.";

/// The page.
pub fn text(report: &Report, profile: &Profile, questions: &[Question]) -> String {
    let mut text = String::from("WHAT A CROSS-EXAMINER MAY ASK\n");
    let seal = report.seal();
    text.push_str(&labelled(10, "case", &short(&seal.case, 80)));
    text.push_str(&labelled(10, "exhibit", &short(&seal.exhibit, 80)));
    text.push_str(&labelled(
        10,
        "events",
        &figure(report.record.bundle().chain.len() as u64),
    ));
    text.push_str(&labelled(
        10,
        "profile",
        &format!("{}: {}", profile.name, short(&profile.title, 80)),
    ));
    text.push_str(&labelled(10, "questions", &totals(questions)));
    if report.exit_code() == 1 {
        text.push('\n');
        text.push_str(&paragraph("", "", "Something differs in the record or in the evidence. Explain that first: `custody verify` shows it."));
    }
    for (number, question) in questions.iter().enumerate() {
        let words = of(report, question);
        text.push('\n');
        text.push_str(&paragraph(
            "",
            "   ",
            &format!(
                "{}. {} -- {}",
                number + 1,
                question.weight.as_str().to_uppercase(),
                whereabouts(report, question)
            ),
        ));
        text.push_str(&line(
            "asked",
            &format!("{} [{}]", words.question, question.asked.code()),
        ));
        text.push_str(&line("record", &words.record));
        text.push_str(&line("to do", words.remedy.as_deref().unwrap_or(TOO_LATE)));
    }
    if questions.is_empty() {
        text.push_str("\nNo weakness was found that this program knows to ask about.\n");
    }
    text.push('\n');
    text.push_str(&paragraph("", "", BLACK_BOX));
    text.push('\n');
    text.push_str(&paragraph(
        "",
        "",
        "Questions are drawn from what is recorded. What nobody recorded, nobody can ask this program about.",
    ));
    text
}

fn line(label: &str, text: &str) -> String {
    paragraph(&format!("   {label:7} "), "           ", text)
}

fn totals(questions: &[Question]) -> String {
    let of = |weight| {
        questions
            .iter()
            .filter(|question| question.weight == weight)
            .count()
    };
    format!(
        "{}: {} high, {} medium, {} low",
        questions.len(),
        of(Weight::High),
        of(Weight::Medium),
        of(Weight::Low)
    )
}

/// Which event it is about, or that it is about all of it.
fn whereabouts(report: &Report, question: &Question) -> String {
    match link_of(report, question) {
        Some((number, link)) => {
            let event = link.event();
            format!(
                "event no. {number}, {} by {}, {}",
                action(&event.action),
                party(&event.by),
                time(event)
            )
        }
        None => "the record as a whole".to_owned(),
    }
}

fn link_of<'a>(report: &'a Report, question: &Question) -> Option<(u64, &'a Link)> {
    let number = question.link?;
    let link = report
        .record
        .bundle()
        .chain
        .get(usize::try_from(number).ok()?)?;
    Some((number, link))
}

#[derive(Serialize)]
struct ChallengeDocument {
    format: &'static str,
    exit: u8,
    result: &'static str,
    case: String,
    exhibit: String,
    head: String,
    profile: String,
    questions: Vec<QuestionDocument>,
}

#[derive(Serialize)]
struct QuestionDocument {
    code: &'static str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<u64>,
    /// What is missing, where that is what is asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
    question: String,
    record: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

/// The questions for programs.
///
/// ```json
/// { "format": "custody-challenge/v1", "exit": 0, "result": "NO CHANGE FOUND", "case": "…", "exhibit": "…", "head": "…",
///   "profile": "az", "questions": [ {"code": "not-rehashed", "severity": "high", "link": 4, "question": "…",
///   "record": "…", "remedy": "…"} ] }
/// ```
pub fn json(report: &Report, profile: &Profile, questions: &[Question]) -> String {
    let seal = report.seal();
    let questions = questions.iter().map(|question| {
        let words = of(report, question);
        QuestionDocument {
            code: question.asked.code(),
            severity: question.weight.as_str(),
            link: question.link,
            missing: match &question.asked {
                Asked::Incomplete(gaps) => gaps.iter().map(gaps::fields).collect(),
                _ => Vec::new(),
            },
            question: words.question,
            record: words.record,
            remedy: words.remedy,
        }
    });
    document_text(&ChallengeDocument {
        format: "custody-challenge/v1",
        exit: exit_code(report),
        result: report.verdict().as_str(),
        case: safe(&seal.case),
        exhibit: safe(&seal.exhibit),
        head: report.record.bundle().card().head.to_string(),
        profile: profile.name.clone(),
        questions: questions.collect(),
    })
}

/// 0 where the questions could be drawn, whatever they are; 1 where something differs.
pub fn exit_code(report: &Report) -> u8 {
    u8::from(report.exit_code() == 1)
}

fn of(report: &Report, question: &Question) -> Words {
    match &question.asked {
        Asked::DoesNotCheck(_)
        | Asked::EvidenceDiffers(..)
        | Asked::Incomplete(_)
        | Asked::NotRecorded { .. } => of_the_record(report, question),
        Asked::LateEntry { .. }
        | Asked::HoursBeforeSeal(_)
        | Asked::UnexplainedHours { .. }
        | Asked::LongTransit { .. }
        | Asked::TimeBackwards(_)
        | Asked::ClockNotCompared { .. }
        | Asked::NoTrustedTime
        | Asked::NotStampedSince(_)
        | Asked::NoAuthority
        | Asked::BeforeAuthority { .. } => times::of(report, question),
        Asked::SamePerson(_)
        | Asked::WitnessIsSigner(_)
        | Asked::NobodyElsePresent
        | Asked::NotRehashed { .. }
        | Asked::DifferencesRecorded(_)
        | Asked::ReceiptRefused
        | Asked::InTransit
        | Asked::TakenOver { .. }
        | Asked::Corrected(_)
        | Asked::Incident
        | Asked::WorkedOnWithoutHash
        | Asked::ReturnedWithoutCopy
        | Asked::DisposedWithoutWitness => hands::of(report, question),
        _ => things::of(question),
    }
}

fn of_the_record(report: &Report, question: &Question) -> Words {
    match &question.asked {
        Asked::DoesNotCheck(finding) => words(
            "Why should anything in a record be believed that does not check?",
            format!(
                "{} [{}].",
                capital(&sentence(finding)),
                finding.code.as_str()
            ),
            "Look for another copy of the bundle and compare (`custody compare A B`); the manual says what each finding means.",
        ),
        Asked::EvidenceDiffers(number, first) => words(
            "Is this the evidence that was sealed? It is not the same.",
            format!(
                "{} in the evidence; the first: {}: {} [{}].",
                count(*number as u64, "thing differs", "things differ"),
                place(first),
                sentence(first),
                first.code.as_str()
            ),
            "Look for an undamaged copy and keep both; record an `incident`; rely on the files that did not change, and say which.",
        ),
        Asked::Incomplete(gaps) => {
            let missing: Vec<String> = gaps
                .iter()
                .map(|gap| format!("{} ({})", safe(&gap.asks), gaps::fields(gap)))
                .collect();
            let elsewhere = "the official record of that day may say it; the signer can be called as a witness.";
            words(
                "Why does the record not say all that it should?",
                format!("It does not say: {}.", missing.join("; ")),
                if can_add(report) {
                    format!(
                        "The entry cannot be changed. The holder can add what is known now, which shows when it was added (`custody record BUNDLE correct`); {elsewhere}"
                    )
                } else {
                    capital(elsewhere)
                },
            )
        }
        Asked::NotRecorded { field, reason } => words(
            format!("Why is there no `{}`?", short(field, 80)),
            format!("The reason, as recorded: {}.", end(&short(reason, 300))),
            "Have the signer ready to explain it, and the official record at hand.",
        ),
        _ => unknown(),
    }
}

impl Words {
    /// The same with something to do, where that is possible.
    fn or(mut self, is_possible: bool, remedy: &str) -> Self {
        self.remedy = is_possible.then(|| remedy.to_owned());
        self
    }
}

/// Whether entries can still be added.
fn can_add(report: &Report) -> bool {
    !matches!(
        report.record.custody(),
        crate::audit::custody::Custody::Closed { .. }
    )
}

/// A kind of question that has no words of its own.
fn unknown() -> Words {
    too_late("What does this entry mean?", "See `custody log`.")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// A text without its full stop: one follows.
fn end(text: &str) -> &str {
    text.trim_end_matches('.')
}
