//! Whether a bundle's entries are the ones its seal signed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization;

use crate::record::bundle::Bundle;
use crate::record::digest::Digest;
use crate::record::entry::{Entry, Item};
use crate::record::event::{Action, Manifest};
use crate::record::listing::Listing;
use crate::record::path::PathText;
use crate::record::pieces::root_of;
use crate::record::tree::Tree;

use super::finding::{Code, Detail, Finding};

/// Judges the entries of a bundle against its seal, and what belongs to them against them.
pub fn judge(bundle: &Bundle) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(Action::Seal(manifest)) = bundle.chain.first().map(|link| &link.event().action) {
        judge_root(bundle, manifest, &mut findings);
        judge_subject(bundle, &mut findings);
    }
    judge_pieces(bundle, &mut findings);
    findings.extend(names_alike(bundle));
    findings
}

fn judge_root(bundle: &Bundle, manifest: &Manifest, findings: &mut Vec<Finding>) {
    let mut mismatch = |field: &str| {
        findings.push(Finding::new(Code::ManifestMismatch).with(Detail::Field(field.to_owned())));
    };
    if bundle.files.iter().map(Item::leaf).collect::<Tree>().root() != manifest.root {
        mismatch("root");
    }
    let sizes = bundle
        .entries()
        .filter_map(|entry| entry.file())
        .map(|facts| facts.bytes);
    let (files, bytes) = sizes.fold((0u64, 0u64), |(files, bytes), size| {
        (files + 1, bytes.saturating_add(size))
    });
    // Where entries are hidden, the others are a part of the totals.
    let holds = |visible: u64, total: u64| {
        if bundle.has_hidden() {
            visible <= total
        } else {
            visible == total
        }
    };
    if !holds(files, manifest.files) {
        mismatch("files");
    }
    if !holds(bytes, manifest.bytes) {
        mismatch("bytes");
    }
    let found = bundle.files.len() as u64;
    if found != manifest.entries {
        let counts = Detail::Count {
            recorded: manifest.entries,
            found,
        };
        findings.push(Finding::new(Code::EntryCountMismatch).with(counts));
    }
}

fn judge_subject(bundle: &Bundle, findings: &mut Vec<Finding>) {
    let Some(seal) = bundle.chain.first() else {
        return;
    };
    let subject = seal.subject();
    let holds = match (bundle.single_file(), &bundle.listing_salt) {
        (Some(entry), _) => {
            subject.name == entry.path.as_str()
                && entry
                    .file()
                    .is_some_and(|facts| facts.sha256 == subject.sha256)
        }
        // The root binds the entries; the listing of hidden ones cannot be made.
        _ if bundle.has_hidden() => true,
        (None, Some(salt)) => {
            subject.name == format!("{}.sha256sums", seal.event().exhibit)
                && Listing::new(salt, bundle.entries()).digest() == subject.sha256
        }
        (None, None) => false,
    };
    if !holds {
        findings.push(Finding::new(Code::ListingMismatch));
    }
}

fn judge_pieces(bundle: &Bundle, findings: &mut Vec<Finding>) {
    let sound = SoundPieces::of(bundle);
    let mut bound = BTreeSet::new();
    for entry in bundle.entries() {
        let Some((facts, pieces)) = entry
            .file()
            .and_then(|facts| Some((facts, facts.pieces.as_ref()?)))
        else {
            continue;
        };
        bound.insert(pieces.root);
        // Without any list, the hash of the whole file is what is compared.
        if !pieces.fit(facts.bytes) || (bundle.pieces.is_some() && sound.list(entry).is_none()) {
            findings.push(Finding::of_entry(Code::PiecesMismatch, &entry.path));
        }
    }
    for root in bundle
        .pieces
        .iter()
        .flat_map(|lists| lists.keys())
        .filter(|root| !bound.contains(root))
    {
        findings.push(Finding::new(Code::PiecesMismatch).with(Detail::Key(*root)));
    }
}

/// The piece lists of a bundle that are the ones that were sealed. Each root is computed once, however many entries
/// name it.
pub struct SoundPieces<'bundle> {
    lists: BTreeMap<Digest, &'bundle [Digest]>,
}

impl<'bundle> SoundPieces<'bundle> {
    /// The sound lists of a bundle.
    pub fn of(bundle: &'bundle Bundle) -> Self {
        let lists = bundle
            .pieces
            .iter()
            .flatten()
            .filter(|(root, list)| root_of(list) == **root);
        Self {
            lists: lists.map(|(root, list)| (*root, list.as_slice())).collect(),
        }
    }

    /// The piece digests of an entry, where they are the ones that were sealed.
    pub fn list(&self, entry: &Entry) -> Option<&'bundle [Digest]> {
        let facts = entry.file()?;
        let pieces = facts.pieces.as_ref()?;
        let list = self.lists.get(&pieces.root)?;
        (pieces.fit(facts.bytes) && list.len() as u64 == pieces.count).then_some(*list)
    }
}

/// Names that another system would merge: equal after NFC and lower-casing.
pub fn names_alike(bundle: &Bundle) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen: HashMap<Cow<'_, str>, &PathText> = HashMap::with_capacity(bundle.files.len());
    for entry in bundle.entries() {
        if let Some(other) = seen.insert(folded(entry.path.as_str()), &entry.path) {
            findings.push(
                Finding::of_entry(Code::NamesAlike, &entry.path).with(Detail::Other(other.clone())),
            );
        }
    }
    findings
}

fn folded(path: &str) -> Cow<'_, str> {
    if !path.is_ascii() {
        return Cow::Owned(
            path.nfc()
                .collect::<String>()
                .to_lowercase()
                .nfc()
                .collect(),
        );
    }
    // ASCII is its own NFC.
    if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(path.to_ascii_lowercase());
    }
    Cow::Borrowed(path)
}
