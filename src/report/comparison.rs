//! Two bundles held against each other: how their chains stand to one another, and what else differs.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::audit::chain::JudgedRecord;
use crate::audit::relation::{Relation, relation};
use crate::record::bundle::Bundle;
use crate::record::entry::Item;

use super::card::last_event;
use super::fork::{self, LinkDocument};
use super::language::Language;
use super::layout::{count, figure, heading, paragraph, party, safe};
use super::page::text;
use super::sentences::{place, sentence};

/// Two bundles that were judged, each with the name under which it was given.
pub struct Comparison<'a> {
    names: [&'a str; 2],
    records: [&'a JudgedRecord; 2],
    relation: Relation,
    /// How many time stamps only the one, and only the other, has.
    timestamps: [u64; 2],
}

/// ```json
/// { "format": "custody-comparison/v1", "exit": 1, "relation": "forked", "at": 2, "proof": [{…}, {…}],
///   "bundles": [{"bundle": "a.custody.json", "links": 3, "head": "…", "card": "…", "checks": true, "hidden": 0,
///                "timestamps": 1, "ownTimestamps": 0}, {…}] }
/// ```
#[derive(Serialize)]
struct ComparisonDocument {
    format: &'static str,
    exit: u8,
    relation: &'static str,
    /// By how many events the first is behind or ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<u64>,
    /// The number of the first two entries that differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    proof: Vec<LinkDocument>,
    bundles: Vec<BundleDocument>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BundleDocument {
    bundle: String,
    links: usize,
    head: String,
    card: String,
    /// Whether the record checks by itself.
    checks: bool,
    hidden: u64,
    timestamps: usize,
    /// Time stamps that the other has not.
    own_timestamps: u64,
}

impl<'a> Comparison<'a> {
    /// Compares them.
    pub fn new(names: [&'a str; 2], records: [&'a JudgedRecord; 2]) -> Self {
        let stamps = records.map(|record| {
            let stamps = record.bundle().timestamps.iter();
            stamps
                .map(|stamp| (stamp.link, stamp.token.as_str()))
                .collect::<BTreeSet<_>>()
        });
        let only = |one: usize, other: usize| stamps[one].difference(&stamps[other]).count() as u64;
        Self {
            names,
            records,
            relation: relation(records[0].bundle(), records[1].bundle()),
            timestamps: [only(0, 1), only(1, 0)],
        }
    }

    /// 1 where the chains part, or a record does not check; otherwise 0.
    pub fn exit_code(&self) -> u8 {
        let parts = matches!(self.relation, Relation::Forked(..) | Relation::OtherSeal);
        let checks = self.records.iter().all(|record| checks(record));
        u8::from(parts || !checks)
    }

    /// How the chains stand to one another.
    pub fn relation(&self) -> &Relation {
        &self.relation
    }

    /// What `compare --json` prints.
    pub fn document(&self) -> impl Serialize {
        let (word, by, at) = match &self.relation {
            Relation::Same => ("same", None, None),
            Relation::Behind(by) => ("behind", Some(*by), None),
            Relation::Ahead(by) => ("ahead", Some(*by), None),
            Relation::Forked(at, ..) => ("forked", None, Some(*at)),
            Relation::OtherSeal => ("two-seals", None, None),
        };
        ComparisonDocument {
            format: "custody-comparison/v1",
            exit: self.exit_code(),
            relation: word,
            by,
            at,
            proof: match &self.relation {
                Relation::Forked(_, ours, theirs) => fork::documents([ours, theirs]),
                _ => Vec::new(),
            },
            bundles: (0..2).map(|number| self.bundle_document(number)).collect(),
        }
    }

    fn bundle_document(&self, number: usize) -> BundleDocument {
        let bundle = self.records[number].bundle();
        let card = bundle.card();
        BundleDocument {
            bundle: self.names[number].to_owned(),
            links: bundle.chain.len(),
            head: card.head.to_string(),
            card: card.to_string(),
            checks: checks(self.records[number]),
            hidden: hidden(bundle),
            timestamps: bundle.timestamps.len(),
            own_timestamps: self.timestamps[number],
        }
    }

    /// What `compare` prints.
    pub fn text(&self) -> String {
        let mut text = paragraph("", "  ", &self.first_line());
        for (name, record) in self.names.iter().zip(self.records) {
            if let Some(finding) = record.changes().first() {
                let at = place(finding);
                let colon = if at.is_empty() { "" } else { ": " };
                let line = format!(
                    "THE RECORD IN {name} DOES NOT CHECK: {at}{colon}{}.",
                    sentence(finding)
                );
                text.push_str(&paragraph("", "  ", &line));
            }
        }
        for line in self.differences() {
            text.push_str(&paragraph("  ", "    ", &line));
        }
        if let Relation::Forked(at, ours, theirs) = &self.relation {
            text.push_str(&heading("TWO ENTRIES UNDER ONE NUMBER"));
            let from = self.names.map(|name| format!("In {name}:"));
            text.push_str(&fork::text(*at, [ours, theirs], [&from[0], &from[1]]));
        }
        text.push_str(&heading("THE LAST EVENT KNOWN TO EACH"));
        for (name, record) in self.names.iter().zip(self.records) {
            let last = last_event(Language::english(), &format!("{name}: "), record.bundle());
            text.push_str(&text::blocks(&last));
        }
        text
    }

    fn first_line(&self) -> String {
        let [one, other] = self.names;
        match &self.relation {
            Relation::Same => format!(
                "SAME. Both have the same {}.",
                count(
                    self.records[0].bundle().chain.len() as u64,
                    "event",
                    "events"
                )
            ),
            Relation::Behind(by) => {
                format!(
                    "BEHIND BY {}. {one} ends {} earlier than {other}, and is the same up to there.",
                    figure(*by),
                    events(*by)
                )
            }
            Relation::Ahead(by) => {
                format!(
                    "AHEAD BY {}. {one} goes on for {} where {other} ends, and is the same up to there.",
                    figure(*by),
                    events(*by)
                )
            }
            Relation::Forked(at, ..) => format!(
                "FORKED AT {at}. Two different entries were signed under this number; the chains are the same before it, and cannot be joined again."
            ),
            Relation::OtherSeal => {
                let seals = self.records.map(|record| record.bundle());
                let about = seals.map(|bundle| {
                    let event = bundle.chain[0].event();
                    format!(
                        "case {}, exhibit {}, sealed by {} on {}",
                        safe(&event.case),
                        safe(&event.exhibit),
                        party(&event.by),
                        Language::english().time_of(event)
                    )
                });
                format!(
                    "TWO DIFFERENT SEALS. {one}: {}. {other}: {}. All as recorded.",
                    about[0], about[1]
                )
            }
        }
    }

    /// What differs beside the chains: named, not judged.
    fn differences(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (number, name) in self.names.iter().enumerate() {
            let bundle = self.records[number].bundle();
            if hidden(bundle) > 0 {
                let entries = count(hidden(bundle), "entry is", "entries are");
                lines.push(format!(
                    "{name}: {entries} hidden; it is a copy that shows a part"
                ));
            }
            if self.timestamps[number] > 0 && self.relation != Relation::OtherSeal {
                let stamps = count(self.timestamps[number], "time stamp", "time stamps");
                lines.push(format!("{name}: {stamps} that the other has not"));
            }
        }
        lines
    }
}

fn checks(record: &JudgedRecord) -> bool {
    record.changes().is_empty()
}

fn hidden(bundle: &Bundle) -> u64 {
    let items = bundle.files.iter();
    items.filter(|item| matches!(item, Item::Hidden(_))).count() as u64
}

fn events(number: u64) -> String {
    count(number, "event", "events")
}
