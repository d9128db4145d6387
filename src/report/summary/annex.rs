//! The annex: every event with its fields, whole numbers, the list of files on request, and what the words mean.

use crate::audit::report::Report;
use crate::record::entry::{Item, Kind};

use crate::report::language::Language;
use crate::report::layout::{path, safe, short};
use crate::report::log;
use crate::report::page::{Block, Fact};
use crate::report::verification::{findings, two_entries, voucher};

/// What stands in an annex.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Annex {
    /// Whether the files are listed: their names may be personal data, and their hashes may give them away.
    pub files: bool,
}

/// What each word of the page means.
const GLOSSARY: [&str; 9] = [
    "hash",
    "digital-seal",
    "physical-seal",
    "record-code",
    "key",
    "event",
    "holder",
    "time",
    "escape",
];

/// The parts of the annex.
pub fn blocks(language: &Language, report: &Report, annex: Annex) -> Vec<Block> {
    let heading = |key: &str| Block::Heading(language.say(key).to_owned());
    let mut blocks = vec![heading("annex.title")];
    blocks.extend(findings(language, report));
    blocks.extend(two_entries(language, report));
    blocks.push(heading("annex.keys"));
    blocks.push(Block::Facts(keys(language, report)));
    blocks.push(heading("annex.numbers"));
    blocks.push(Block::Facts(numbers(language, report)));
    blocks.push(heading("annex.events"));
    blocks.extend(log::blocks(language, &report.record));
    if annex.files {
        blocks.push(heading("annex.files"));
        blocks.push(Block::Findings(files(language, report)));
    }
    blocks.push(heading("annex.glossary"));
    let words = GLOSSARY.map(|word| {
        Fact::new(
            language.say(&format!("glossary.{word}")),
            language.say(&format!("glossary.{word}-means")),
        )
    });
    blocks.push(Block::Facts(words.to_vec()));
    blocks
}

/// Each key, whole, with the name that stands beside it.
pub fn keys(language: &Language, report: &Report) -> Vec<Fact> {
    let keys = report.signers.iter().flat_map(|signer| {
        let name = language.fill(
            "annex.key-of",
            &[
                ("party", &language.party(&signer.party)),
                ("who", &voucher(language, signer.voucher.as_ref())),
            ],
        );
        [
            Fact::new(language.say("annex.key"), signer.key.to_string()),
            Fact::new("", name),
        ]
    });
    keys.collect()
}

/// The numbers of the chain, whole.
pub fn numbers(language: &Language, report: &Report) -> Vec<Fact> {
    let bundle = report.record.bundle();
    let card = bundle.card();
    let fact = |key: &str, text: String| Fact::new(language.say(key), text);
    let mut facts = vec![
        fact("annex.card", card.to_string()),
        fact("annex.seal-hash", card.seal.to_string()),
        fact("annex.head-hash", card.head.to_string()),
    ];
    let subject = bundle.chain[0].subject();
    facts.push(Fact::new(
        language.fill("annex.subject", &[("name", &short(&subject.name, 40))]),
        subject.sha256.to_string(),
    ));
    facts.extend(report.record.rosters().sound().map(|roster| {
        let label = language.fill(
            "annex.roster-hash",
            &[
                ("name", &short(roster.name(), 40)),
                ("version", &roster.number()),
            ],
        );
        Fact::new(label, roster.hash().to_string())
    }));
    facts
}

/// The sealed things with their hashes.
fn files(language: &Language, report: &Report) -> Vec<String> {
    let items = report.record.bundle().files.iter();
    items
        .map(|item| match item {
            Item::Hidden(leaf) => format!("{}: {leaf}", language.say("annex.hidden")),
            Item::Entry(entry) => {
                let text = match &entry.kind {
                    Kind::File(facts) => {
                        format!(
                            "{}, SHA-256 {}",
                            language.count("byte", facts.bytes),
                            facts.sha256
                        )
                    }
                    Kind::Dir => language.say("thing.folder").to_owned(),
                    Kind::Symlink { target } => {
                        format!(
                            "{}: {}",
                            language.say("thing.symbolic-link"),
                            path(target.as_str())
                        )
                    }
                    Kind::Special(special) => special.as_str().to_owned(),
                    Kind::Unreadable { reason } => {
                        language.fill("finding.unreadable-sealed", &[("reason", &safe(reason))])
                    }
                };
                format!("{}: {text}", path(entry.path.as_str()))
            }
        })
        .collect()
}
