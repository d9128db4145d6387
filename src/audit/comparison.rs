//! Evidence against manifest: what was found against what was sealed.

use std::collections::HashMap;

use crate::record::bundle::Bundle;
use crate::record::digest::Digest;
use crate::record::entry::{Entry, FileFacts, Kind};
use crate::record::path::PathText;

use super::finding::{Code, Detail, Finding};
use super::inventory::{Found, FoundFile, FoundKind, Inventory, Task};
use super::manifest::sound_pieces;
use super::moved;
use super::selection::Selection;

/// How a file is to be read, so that it can be compared: its pieces where the bundle has their digests, otherwise
/// the whole; both where `full`, since a dishonest sealer could sign one file's hash and another's pieces.
pub fn task(bundle: &Bundle, entry: Option<&Entry>, full: bool) -> Task {
    let sound = entry.filter(|entry| sound_pieces(bundle, entry).is_some());
    let piece_size = sound.and_then(|entry| Some(entry.file()?.pieces.as_ref()?.size));
    Task {
        whole: full || piece_size.is_none(),
        piece_size,
    }
}

/// Compares what was found with what was sealed. Everything is collected; nothing stops at the first.
pub fn compare(bundle: &Bundle, inventory: &Inventory, selection: &Selection) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(entry) = bundle.single_file() {
        // The name under which one file is supplied later says nothing.
        match inventory.found.first() {
            Some(found) => compare_entry(bundle, entry, found, &mut findings),
            None => findings.push(Finding::of_entry(Code::Missing, &entry.path)),
        }
        return findings;
    }
    let found: HashMap<&str, &Found> = inventory
        .found
        .iter()
        .map(|found| (found.path.as_str(), found))
        .collect();
    let sealed: HashMap<&str, &Entry> = bundle
        .entries()
        .map(|entry| (entry.path.as_str(), entry))
        .collect();
    let mut missing = Vec::new();
    let mut left_out = 0;
    for entry in bundle.entries() {
        if !selection.covers(&entry.path) {
            left_out += 1;
        } else if let Some(found) = found.get(entry.path.as_str()) {
            compare_entry(bundle, entry, found, &mut findings);
        } else if matches!(entry.kind, Kind::Unreadable { .. }) {
            findings.push(sealed_unread(entry));
        } else if let Some(folder) = above(&entry.path)
            .find(|folder| found.get(folder).is_some_and(|found| is_unread(found)))
        {
            // What is in a folder that cannot be read is not missing: nobody could look.
            let reason = format!("its folder {folder} could not be read");
            findings
                .push(Finding::of_entry(Code::Unreadable, &entry.path).with(Detail::Text(reason)));
        } else {
            missing.push(entry);
        }
    }
    let hidden = (bundle.files.len() - sealed.len()) as u64;
    // A path that is not listed may be one of the hidden ones.
    let may_be_sealed = |found: &Found| {
        // So may what is in a folder that could not be read when it was sealed.
        let mut above = above(&found.path);
        hidden > 0
            || above.any(|folder| {
                sealed
                    .get(folder)
                    .is_some_and(|entry| matches!(entry.kind, Kind::Unreadable { .. }))
            })
    };
    let unlisted = inventory.found.iter().filter(|found| {
        selection.is_all() && !sealed.contains_key(found.path.as_str()) && !may_be_sealed(found)
    });
    moved::pair(missing, unlisted.collect(), &mut findings);
    if left_out > 0 {
        findings.push(Finding::new(Code::NotSupplied).with(Detail::Number(left_out)));
    }
    findings.sort_by_key(|finding| finding.code);
    findings
}

/// The folders above a path, from the outermost on.
fn above(path: &PathText) -> impl Iterator<Item = &str> {
    path.as_str()
        .match_indices('/')
        .map(|(at, _)| &path.as_str()[..at])
}

fn is_unread(found: &Found) -> bool {
    matches!(found.kind, FoundKind::Unreadable { .. })
}

/// What is open about entries before anyone looks at evidence: hidden ones, and those that were sealed unread.
pub fn never_to_be_checked(bundle: &Bundle) -> Vec<Finding> {
    let hidden = bundle.files.len() - bundle.entries().count();
    let mut findings = Vec::new();
    if hidden > 0 {
        findings.push(Finding::new(Code::Hidden).with(Detail::Number(hidden as u64)));
    }
    findings
}

/// Entries that could not be read when they were sealed.
pub fn sealed_unread(entry: &Entry) -> Finding {
    let reason = if let Kind::Unreadable { reason } = &entry.kind {
        reason.clone()
    } else {
        String::new()
    };
    Finding::of_entry(Code::Unreadable, &entry.path).with(Detail::Field(reason))
}

fn compare_entry(bundle: &Bundle, entry: &Entry, found: &Found, findings: &mut Vec<Finding>) {
    let type_changed = || {
        Finding::of_entry(Code::TypeChanged, &entry.path).with(Detail::Now(found.kind.in_words()))
    };
    match (&entry.kind, &found.kind) {
        (Kind::Unreadable { .. }, _) => findings.push(sealed_unread(entry)),
        (_, FoundKind::Unreadable { reason }) => {
            findings.push(
                Finding::of_entry(Code::Unreadable, &entry.path).with(Detail::Text(reason.clone())),
            );
        }
        (Kind::File(facts), FoundKind::File(file)) => {
            compare_file(
                &entry.path,
                facts,
                sound_pieces(bundle, entry),
                file,
                findings,
            );
        }
        (Kind::Symlink { target }, FoundKind::Symlink(now)) => {
            if target != now {
                findings.push(
                    Finding::of_entry(Code::Altered, &entry.path)
                        .with(Detail::Text(now.as_str().to_owned())),
                );
            }
        }
        (Kind::Dir, FoundKind::Dir) => {}
        (Kind::Special(sealed), FoundKind::Special(now)) if sealed == now => {}
        _ => findings.push(type_changed()),
    }
}

fn compare_file(
    path: &PathText,
    facts: &FileFacts,
    list: Option<&[Digest]>,
    file: &FoundFile,
    findings: &mut Vec<Finding>,
) {
    let mut pieces = Vec::new();
    if let (Some(list), Some((_, found))) = (list, &file.pieces) {
        let count = list.len().max(found.len());
        pieces = (0..count)
            .filter(|&piece| list.get(piece) != found.get(piece))
            .map(|piece| piece as u64)
            .collect();
    }
    let whole_differs = file.sha256.is_some_and(|sha256| sha256 != facts.sha256);
    let size_differs = file.bytes != facts.bytes;
    if !pieces.is_empty() || whole_differs || size_differs {
        let longest = file.bytes.max(facts.bytes);
        let ranges = match &file.pieces {
            Some((size, _)) if !pieces.is_empty() => ranges_of(&pieces, *size, longest),
            _ => vec![(0, longest)],
        };
        let detail = if size_differs {
            Detail::Count {
                recorded: facts.bytes,
                found: file.bytes,
            }
        } else {
            Detail::None
        };
        let finding = Finding::of_entry(Code::Altered, path).with(detail);
        findings.push(Finding {
            pieces,
            ranges,
            ..finding
        });
    }
    let changed = |field: &str| {
        Finding::of_entry(Code::MetadataChanged, path).with(Detail::Field(field.to_owned()))
    };
    if facts.modified.is_some() && file.modified.is_some() && facts.modified != file.modified {
        findings.push(changed("modified"));
    }
    if facts.mode.is_some() && file.mode.is_some() && facts.mode != file.mode {
        findings.push(changed("mode"));
    }
}

/// The byte ranges of these pieces, neighbours joined.
fn ranges_of(pieces: &[u64], size: u64, bytes: u64) -> Vec<(u64, u64)> {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for piece in pieces {
        let start = (piece * size).min(bytes);
        let end = (start + size).min(bytes);
        match ranges.last_mut() {
            Some(last) if last.1 == start => last.1 = end,
            _ => ranges.push((start, end)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_range() {
        assert_eq!(ranges_of(&[1, 2, 4], 10, 45), [(10, 30), (40, 45)]);
    }
}
