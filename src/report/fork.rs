//! Two signed entries under one number, side by side: the proof that a chain was forked.

use serde::Serialize;

use crate::audit::finding::{Detail, Finding};
use crate::record::json::canonical;
use crate::record::link::Link;

use super::language::Language;
use super::layout::safe;
use super::log::entry;
use super::page::{Block, text};

/// Both entries, each under a line that says where it is from, in English.
pub fn text(place: u64, links: [&Link; 2], from: [&str; 2]) -> String {
    text::blocks(&blocks(Language::english(), place, links, from))
}

/// Both entries, each behind a line that says where it is from.
pub fn blocks(language: &Language, place: u64, links: [&Link; 2], from: [&str; 2]) -> Vec<Block> {
    let place = usize::try_from(place).unwrap_or_default();
    let both = links.iter().zip(from);
    let both = both.flat_map(|(link, from)| {
        let from = Block::Paragraph(from.to_owned());
        [from].into_iter().chain(entry(language, place, link, None))
    });
    both.collect()
}

/// The two links a finding is about, where there are two, and their number.
pub fn of_finding(finding: &Finding) -> Option<(u64, [&Link; 2])> {
    match &finding.detail {
        Detail::Fork(here, seen) => Some((finding.link?, [here, seen])),
        _ => None,
    }
}

/// One of the two links for programs. `link` is the text of its canonical bytes: its SHA-256 is `hash`.
///
/// ```json
/// {"hash": "a427ea42…", "action": "release", "at": "2026-11-05T10:00:00Z", "by": "Ines Kaya", "keys": ["893290e9…"],
///  "link": "{\"signatures\":[…],\"statement\":{…}}"}
/// ```
#[derive(Serialize)]
pub struct LinkDocument {
    hash: String,
    action: String,
    at: String,
    by: String,
    keys: Vec<String>,
    link: String,
}

/// The two links for programs.
pub fn documents(links: [&Link; 2]) -> Vec<LinkDocument> {
    links
        .iter()
        .map(|link| LinkDocument {
            hash: link.hash().to_string(),
            action: Language::english().action(&link.event().action),
            at: link.event().at.to_string(),
            by: safe(&link.event().by.name),
            keys: link
                .signatures()
                .iter()
                .map(|signature| signature.keyid.to_string())
                .collect(),
            link: canonical(link.to_json()),
        })
        .collect()
}
