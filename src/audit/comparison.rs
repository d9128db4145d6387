//! Evidence against manifest: what was found against what was sealed.

use crate::record::bundle::Bundle;
use crate::record::digest::Digest;
use crate::record::entry::{Entry, FileFacts, Kind};
use crate::record::path::PathText;

use super::by_path::ByPath;
use super::finding::{Code, Detail, Finding};
use super::inventory::{Found, FoundFile, FoundKind, Inventory, Task};
use super::manifest::SoundPieces;
use super::moved;
use super::selection::Selection;

/// What a bundle asks of the evidence: which entries, and how each is to be read.
pub struct Comparison<'bundle> {
    bundle: &'bundle Bundle,
    selection: &'bundle Selection,
    entries: ByPath<'bundle, Entry>,
    pieces: SoundPieces<'bundle>,
    full: bool,
}

/// What a comparison gave.
#[derive(Default)]
pub struct Compared {
    /// All that differs, or could not be compared.
    pub findings: Vec<Finding>,
    /// Files that were compared with an entry.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl<'bundle> Comparison<'bundle> {
    /// A comparison with the entries of a bundle that were selected. Each file is read by its pieces where the bundle
    /// has their digests, otherwise whole; by both where `full`, since a dishonest sealer could sign one file's hash
    /// and another's pieces.
    pub fn with(bundle: &'bundle Bundle, selection: &'bundle Selection, full: bool) -> Self {
        let entries = bundle
            .entries()
            .map(|entry| (entry.path.as_str(), entry))
            .collect();
        Self {
            bundle,
            selection,
            entries,
            pieces: SoundPieces::of(bundle),
            full,
        }
    }

    /// How the file found here is to be read; `None` where nothing would be compared with it.
    pub fn task(&self, path: &PathText) -> Option<Task> {
        let entry = self
            .bundle
            .single_file()
            .or_else(|| self.entries.get(path.as_str()));
        let Some(entry) = entry else {
            // What is not listed may be a file that was moved; among hidden ones, nobody could tell.
            let is_compared = self.selection.is_all() && !self.bundle.has_hidden();
            return is_compared.then_some(Task {
                whole: true,
                piece_size: None,
            });
        };
        let is_selected = self.bundle.single_file().is_some() || self.selection.covers(path);
        let piece_size = self
            .pieces
            .list(entry)
            .and_then(|_| Some(entry.file()?.pieces.as_ref()?.size));
        is_selected.then_some(Task {
            whole: self.full || piece_size.is_none(),
            piece_size,
        })
    }

    /// Compares what was found with what was sealed. Everything is collected; nothing stops at the first.
    pub fn compare(&self, inventory: &Inventory) -> Compared {
        let (bundle, selection, sealed) = (self.bundle, self.selection, &self.entries);
        let mut compared = Compared::default();
        if let Some(entry) = bundle.single_file() {
            // The name under which one file is supplied later says nothing.
            match inventory.found.first() {
                Some(found) => self.compare_entry(entry, found, &mut compared),
                None => compared
                    .findings
                    .push(Finding::of_entry(Code::Missing, &entry.path)),
            }
            return compared;
        }
        let found: ByPath<'_, Found> = inventory
            .found
            .iter()
            .map(|found| (found.path.as_str(), found))
            .collect();
        let mut missing = Vec::new();
        let (mut left_out, mut listed) = (0, 0);
        for entry in bundle.entries() {
            if !selection.covers(&entry.path) {
                left_out += 1;
            } else if let Some(found) = found.get(entry.path.as_str()) {
                self.compare_entry(entry, found, &mut compared);
                listed += 1;
            } else if matches!(entry.kind, Kind::Unreadable { .. }) {
                compared.findings.push(sealed_unread(entry));
            } else if let Some(folder) =
                above(&entry.path).find(|folder| found.get(folder).is_some_and(is_unread))
            {
                // What is in a folder that cannot be read is not missing: nobody could look.
                let reason = format!("its folder {folder} could not be read");
                compared.findings.push(
                    Finding::of_entry(Code::Unreadable, &entry.path).with(Detail::Text(reason)),
                );
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
        // Nearly always all that was found is listed, and nothing is left to look for.
        let unlisted = inventory.found.iter().filter(|found| {
            listed < inventory.found.len()
                && selection.is_all()
                && sealed.get(found.path.as_str()).is_none()
                && !may_be_sealed(found)
        });
        moved::pair(missing, unlisted.collect(), &mut compared.findings);
        if left_out > 0 {
            compared
                .findings
                .push(Finding::new(Code::NotSupplied).with(Detail::Number(left_out)));
        }
        compared.findings.sort_by_key(|finding| finding.code);
        compared
    }

    /// Compares what was found with its entry, and counts it where it is a file that was read.
    fn compare_entry(&self, entry: &Entry, found: &Found, compared: &mut Compared) {
        compare_entry(&self.pieces, entry, found, &mut compared.findings);
        if let FoundKind::File(file) = &found.kind
            && (file.sha256.is_some() || file.pieces.is_some())
        {
            compared.files += 1;
            compared.bytes += file.bytes;
        }
    }
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

fn compare_entry(
    pieces: &SoundPieces<'_>,
    entry: &Entry,
    found: &Found,
    findings: &mut Vec<Finding>,
) {
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
            compare_file(&entry.path, facts, pieces.list(entry), file, findings);
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
            Detail::Number(file.bytes)
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
