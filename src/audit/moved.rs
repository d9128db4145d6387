//! What is missing here and was found there, with the same bytes, was moved: one change, not two.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::record::digest::Digest;
use crate::record::entry::{Entry, Kind};
use crate::record::path::PathText;

use super::finding::{Code, Detail, Finding};
use super::inventory::{Found, FoundKind};

/// Pairs entries that are missing with things that are not listed, and reports what stays without a partner.
pub fn pair(missing: Vec<&Entry>, unlisted: Vec<&Found>, findings: &mut Vec<Finding>) {
    let mut candidates: HashMap<(u64, Digest), Vec<usize>> = HashMap::new();
    for (number, found) in unlisted.iter().enumerate().rev() {
        if let FoundKind::File(file) = &found.kind
            && let Some(sha256) = file.sha256
        {
            candidates
                .entry((file.bytes, sha256))
                .or_default()
                .push(number);
        }
    }
    let mut partners = BTreeMap::new();
    for (number, entry) in missing.iter().enumerate() {
        let there = entry
            .file()
            .and_then(|facts| candidates.get_mut(&(facts.bytes, facts.sha256))?.pop());
        if let Some(there) = there {
            partners.insert(number, there);
        }
    }
    pair_folders(&missing, &unlisted, &mut partners);
    let taken: BTreeSet<usize> = partners.values().copied().collect();
    for (number, entry) in missing.iter().enumerate() {
        findings.push(match partners.get(&number) {
            Some(&there) => Finding::of_entry(Code::Moved, &entry.path)
                .with(Detail::Other(unlisted[there].path.clone())),
            None => Finding::of_entry(Code::Missing, &entry.path),
        });
    }
    let extra = unlisted
        .iter()
        .enumerate()
        .filter(|(number, _)| !taken.contains(number));
    findings.extend(extra.map(|(_, found)| {
        Finding::of_entry(Code::Unexpected, &found.path).with(Detail::Now(found.kind.in_words()))
    }));
}

/// A missing folder moved to a new one where a file of it did, under the same name below it.
fn pair_folders(missing: &[&Entry], unlisted: &[&Found], partners: &mut BTreeMap<usize, usize>) {
    let folders = |path: &PathText| {
        path.as_str()
            .match_indices('/')
            .map(|(at, _)| at)
            .collect::<Vec<_>>()
    };
    let mut moves: HashMap<&str, &str> = HashMap::new();
    for (&from, &to) in partners.iter() {
        let (from, to) = (&missing[from].path, &unlisted[to].path);
        for at in folders(from) {
            let below = &from.as_str()[at..];
            if let Some(folder) = to.as_str().strip_suffix(below) {
                moves.insert(&from.as_str()[..at], folder);
            }
        }
    }
    let found: HashMap<&str, usize> = unlisted
        .iter()
        .enumerate()
        .filter(|(_, found)| matches!(found.kind, FoundKind::Dir))
        .map(|(number, found)| (found.path.as_str(), number))
        .collect();
    let mut taken = BTreeSet::new();
    for (number, entry) in missing
        .iter()
        .enumerate()
        .filter(|(_, entry)| matches!(entry.kind, Kind::Dir))
    {
        let there = moves
            .get(entry.path.as_str())
            .and_then(|folder| found.get(folder));
        if let Some(&there) = there
            && taken.insert(there)
        {
            partners.insert(number, there);
        }
    }
}
