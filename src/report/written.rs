//! The verification report as a paper: for a prosecutor, for an expert, for the defence (`custody verify --report`).
//!
//! What was supplied, each check with its outcome or the reason why it was not made, whose keys, the method, how to
//! repeat it, what it does not show; and a block for a qualified person, which the program leaves empty.

mod checks;

use crate::audit::report::Report;
use crate::record::digest::Digest;

use super::card::last_event;
use super::language::{Language, Words};
use super::layout::{MOST_OF_A_PATH, short, within};
use super::page::{Block, Fact, Page};
use super::summary::{keys, numbers};
use super::verification::{as_of, findings, rosters, signer_in, times, two_entries};
use super::{log, repeat, result};

/// What the report says of the check itself: whoever made it knows, and no page.
#[derive(Clone, Debug)]
pub struct Circumstances {
    /// The bundle, as it was named, its length and its hash.
    pub bundle: (String, u64, Digest),
    /// The evidence, as it was named.
    pub evidence: Option<String>,
    /// The hash of the program file, where it could be read.
    pub program: Option<Digest>,
    /// The operating system.
    pub system: String,
    /// The command, word by word.
    pub command: String,
}

/// The report.
pub fn page(language: Words, report: &Report, circumstances: &Circumstances) -> Page {
    let say = |key: &str| language.say(key).to_owned();
    let heading = |key: &str| Block::Heading(say(key));
    let bundle = report.record.bundle();
    let time = language.time(report.checked_at, report.seal().zone);
    let as_named = report.as_of.is_some();
    // A time that was named is not when the check was made.
    let [checked, clock] = if as_named {
        ["written.checked-as-of", "written.time-facts-as-of"]
    } else {
        ["summary.checked-record", "written.time-facts"]
    }
    .map(|key| language.fill(key, &[("time", &time)]));
    let mut front = vec![
        Block::Facts(super::verification::about(language, report)),
        Block::Result(result::lines_in(language, report), Some(checked)),
        heading("written.supplied"),
        Block::Facts(supplied(language, report, circumstances)),
        heading("written.who"),
        Block::Facts(made(language, clock, circumstances)),
        heading("written.checks"),
        Block::Facts(checks::all(language, report)),
    ];
    front.extend(findings(language, report));
    front.extend(two_entries(language, report));
    front.push(heading("written.anchors"));
    let signers = report.signers.iter();
    let signers = signers.map(|signer| signer_in(language, signer, &report.signers));
    front.push(Block::Findings(signers.collect()));
    front.push(Block::Facts(rosters(language, report)));
    front.push(Block::Facts(times(language, report)));
    front.push(heading("written.method"));
    // What was not given was not read.
    let hashed = if report.evidence.full {
        "written.method-hash-full"
    } else {
        "written.method-hash"
    };
    let read = Some(hashed).filter(|_| report.evidence.files > 0);
    let method = ["written.method-list", "written.method-signatures"];
    let method = read.into_iter().chain(method);
    let rosters = report.record.rosters().sound().next();
    let method = method.chain(rosters.map(|_| "written.method-rosters"));
    let stamped = !report.record.proven_times().is_empty();
    let method = method.chain(stamped.then_some("written.method-times"));
    let method = method.chain(["written.method-legal"]);
    front.extend(method.map(|key| Block::Paragraph(say(key))));
    front.push(heading("written.repeat"));
    front.extend(repeat::commands(
        language,
        bundle,
        &circumstances.bundle.0,
        circumstances.evidence.as_deref(),
    ));
    front.push(heading("written.limits"));
    front.push(Block::Paragraph(say("verification.limits")));
    front.push(Block::Paragraph(say("glossary.hash-means")));
    front.push(heading("written.numbers"));
    front.push(Block::Facts(keys(language, report)));
    front.push(Block::Facts(numbers(language, report)));
    front.extend(last_event(language, "", bundle).into_iter().take(1));
    front.push(heading("written.statement"));
    front.extend(statement(language));
    let mut annex = vec![heading("annex.events")];
    annex.extend(log::blocks(language, &report.record));
    let code = bundle.card().head.in_groups(8);
    let foot = language.fill(
        "written.foot",
        &[
            ("case", &short(&report.seal().case, 24)),
            ("exhibit", &short(&report.seal().exhibit, 24)),
            ("code", &code),
        ],
    );
    Page {
        language,
        title: say("written.title"),
        notices: as_of(language, report)
            .into_iter()
            .chain(language.notices())
            .collect(),
        front,
        annex,
        at: report.checked_at,
        code,
        foot,
    }
}

fn supplied(language: &Language, report: &Report, circumstances: &Circumstances) -> Vec<Fact> {
    let fact = |key: &str, text: String| Fact::new(language.say(key), text);
    let (name, bytes, hash) = &circumstances.bundle;
    let bundle = language.fill(
        "written.bundle-facts",
        &[
            ("name", &within(name, MOST_OF_A_PATH)),
            ("bytes", &language.count("byte", *bytes)),
        ],
    );
    let evidence = match &circumstances.evidence {
        Some(name) => language.fill(
            "written.evidence-facts",
            &[
                ("name", &within(name, MOST_OF_A_PATH)),
                ("files", &language.count("file", report.evidence.files)),
                ("bytes", &language.count("byte", report.evidence.bytes)),
            ],
        ),
        None => language.say("written.evidence-none").to_owned(),
    };
    let keys = if report.as_of.is_some() {
        "written.keys-facts-as-of"
    } else {
        "written.keys-facts"
    };
    vec![
        fact("written.bundle", bundle),
        fact("written.bundle-hash", hash.to_string()),
        fact("written.evidence", evidence),
        fact("written.keys", language.say(keys).to_owned()),
    ]
}

fn made(language: &Language, clock: String, circumstances: &Circumstances) -> Vec<Fact> {
    let fact = |key: &str, text: String| Fact::new(language.say(key), text);
    let version = format!("custody {}", env!("CARGO_PKG_VERSION"));
    let mut facts = vec![
        fact(
            "written.person",
            language.say("written.person-facts").to_owned(),
        ),
        fact("written.time", clock),
        fact("written.program", version),
    ];
    let hash = circumstances.program.as_ref();
    facts.extend(hash.map(|hash| fact("written.program-hash", hash.to_string())));
    facts.push(fact("written.system", circumstances.system.clone()));
    facts.push(fact("written.command", circumstances.command.clone()));
    facts
}

/// What only a person can say.
fn statement(language: &Language) -> Vec<Block> {
    let say = |key: &str| language.say(key).to_owned();
    let blank = |keys: &[&str]| Block::Blanks(keys.iter().map(|key| say(key)).collect());
    vec![
        Block::Paragraph(say("written.statement-note")),
        blank(&["written.statement-name"]),
        blank(&["written.statement-post"]),
        blank(&["written.statement-did"]),
        Block::Blanks(vec![String::new()]),
        Block::Blanks(vec![String::new()]),
        blank(&["written.statement-place", "written.statement-date"]),
        blank(&["written.statement-signature"]),
    ]
}
