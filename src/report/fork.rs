//! Two signed entries under one number, side by side: the proof that a chain was forked.

use serde::Serialize;

use crate::audit::finding::{Detail, Finding};
use crate::record::json::canonical;
use crate::record::link::Link;

use super::layout::{action, paragraph, safe};
use super::log::block;

/// Both entries as blocks, each under a line that says where it is from.
pub fn text(place: u64, links: [&Link; 2], from: [&str; 2]) -> String {
    let place = usize::try_from(place).unwrap_or_default();
    let blocks = links.iter().zip(from).map(|(link, from)| {
        let from = paragraph("", "  ", from);
        format!("{from}{}", block(place, link, None))
    });
    blocks.collect::<Vec<_>>().join("\n")
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
            action: action(&link.event().action),
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
