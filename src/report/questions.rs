//! What a cross-examiner may ask, in words: the question, what the record says, and what can still be done.

mod words;

use serde::Serialize;

use crate::audit::challenge::{Asked, Question, Weight};
use crate::audit::profile::Profile;
use crate::audit::report::Report;
use crate::record::link::Link;

use super::gaps;
use super::json::document_text;
use super::language::Language;
use super::layout::{safe, short};
use super::page::{Block, Fact, text};

/// The page.
pub fn text(
    language: &Language,
    report: &Report,
    profile: &Profile,
    questions: &[Question],
) -> String {
    let title = language.say("challenge.title");
    let blocks = blocks(language, report, profile, questions);
    format!("{title}\n{}", text::blocks(&blocks))
}

fn blocks(
    language: &Language,
    report: &Report,
    profile: &Profile,
    questions: &[Question],
) -> Vec<Block> {
    let remark = |key: &str| Block::Remark(language.say(key).to_owned());
    let mut blocks = vec![Block::Facts(about(language, report, profile, questions))];
    if report.exit_code() == 1 {
        blocks.push(remark("challenge.differs"));
    }
    let points = questions.iter().enumerate();
    blocks.extend(points.map(|(place, question)| point(language, report, place + 1, question)));
    if questions.is_empty() {
        blocks.push(remark("challenge.none"));
    }
    blocks.extend([remark("challenge.black-box"), remark("challenge.limits")]);
    if !language.is_reference() {
        blocks.extend(language.notices().into_iter().map(Block::Remark));
    }
    blocks
}

/// Which record was asked about, by which profile, and how much came of it.
fn about(
    language: &Language,
    report: &Report,
    profile: &Profile,
    questions: &[Question],
) -> Vec<Fact> {
    let seal = report.seal();
    let events = report.record.bundle().chain.len() as u64;
    let of = |weight| {
        let asked = questions.iter().filter(|asked| asked.weight == weight);
        language.number(asked.count() as u64)
    };
    let totals = language.fill(
        "challenge.totals",
        &[
            ("n", &language.number(questions.len() as u64)),
            ("high", &of(Weight::High)),
            ("medium", &of(Weight::Medium)),
            ("low", &of(Weight::Low)),
        ],
    );
    let profile = format!("{}: {}", profile.name, short(&profile.title, 80));
    [
        ("words.case", short(&seal.case, 80)),
        ("words.exhibit", short(&seal.exhibit, 80)),
        ("challenge.events", language.number(events)),
        ("challenge.profile", profile),
        ("challenge.questions", totals),
    ]
    .map(|(label, text)| Fact::new(language.say(label), text))
    .into()
}

/// One question: its weight and its place, what is asked, what the record says, what can be done.
fn point(language: &Language, report: &Report, number: usize, question: &Question) -> Block {
    let words = words::of(language, report, question);
    let weight = language.say(match question.weight {
        Weight::High => "challenge.high",
        Weight::Medium => "challenge.medium",
        Weight::Low => "challenge.low",
    });
    let heading = language.fill(
        "challenge.heading",
        &[
            ("number", &number),
            ("weight", &language.upper(weight)),
            ("where", &whereabouts(language, report, question)),
        ],
    );
    let too_late = || language.say("challenge.too-late").to_owned();
    let facts = [
        (
            "challenge.asked",
            format!("{} [{}]", words.question, question.asked.code()),
        ),
        ("challenge.record", words.record),
        ("challenge.to-do", words.remedy.unwrap_or_else(too_late)),
    ];
    let facts = facts.map(|(label, text)| Fact::new(language.say(label), text));
    Block::Point(heading, facts.into())
}

/// Which event it is about, or that it is about all of it.
fn whereabouts(language: &Language, report: &Report, question: &Question) -> String {
    let Some((number, link)) = link_of(report, question) else {
        return language.say("challenge.whole").to_owned();
    };
    let event = link.event();
    language.fill(
        "challenge.event",
        &[
            ("seq", &number),
            ("action", &language.action(&event.action)),
            ("party", &language.party(&event.by)),
            ("time", &language.time_of(event)),
        ],
    )
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

/// The questions for programs, in English.
///
/// ```json
/// { "format": "custody-challenge/v1", "exit": 0, "result": "NO CHANGE FOUND", "case": "…", "exhibit": "…", "head": "…",
///   "profile": "az", "questions": [ {"code": "not-rehashed", "severity": "high", "link": 4, "question": "…",
///   "record": "…", "remedy": "…"} ] }
/// ```
pub fn json(report: &Report, profile: &Profile, questions: &[Question]) -> String {
    let seal = report.seal();
    let questions = questions.iter().map(|question| {
        let words = words::of(Language::english(), report, question);
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
