//! An inventory becomes a manifest: the first link of a chain and its bundle.

use std::collections::BTreeMap;

use crate::record::bundle::Bundle;
use crate::record::digest::{Digest, Salt};
use crate::record::entry::{Entry, Item, Kind};
use crate::record::event::Party;
use crate::record::json::{Json, Object};
use crate::record::key::{KeyRecord, Signer};
use crate::record::link::{Link, SignError, Subject};
use crate::record::listing::Listing;
use crate::record::pieces::piece_size;
use crate::record::predicate::Place;
use crate::record::time::Timestamp;
use crate::record::tree::Tree;

use super::inventory::{FoundKind, Inventory, Task};

/// How a seal reads a file: whole, and in pieces where it is larger than 1 MiB.
pub fn task(bytes: u64) -> Task {
    Task {
        whole: true,
        piece_size: piece_size(bytes),
    }
}

/// What a person says of a seal, and what chance gives to it.
pub struct Sealing<'a> {
    /// Who seals.
    pub by: Party,
    /// When, by the sealer's clock.
    pub at: Timestamp,
    /// The case.
    pub case: String,
    /// The exhibit.
    pub exhibit: String,
    /// Other fields of the event.
    pub fields: Object,
    /// 64 hex digits, drawn by chance, for an exhibit that is not one file; `None` for one file.
    pub listing_salt: Option<String>,
    /// A salt for each entry, in their order.
    pub salts: &'a mut dyn FnMut(&Entry) -> Salt,
}

impl Sealing<'_> {
    /// Seals what was found.
    ///
    /// # Errors
    /// Where a field is not one a seal takes, or the key gives no signature.
    pub fn seal(self, inventory: &Inventory, signers: &[&dyn Signer]) -> Result<Bundle, SignError> {
        let mut pieces = BTreeMap::new();
        let mut items = Vec::with_capacity(inventory.found.len());
        let (mut files, mut bytes) = (0, 0);
        let mut unread = Vec::new();
        for found in &inventory.found {
            let mut entry = found.to_entry(Salt([0; 16]));
            entry.salt = (self.salts)(&entry);
            match &entry.kind {
                Kind::File(facts) => {
                    files += 1;
                    bytes += facts.bytes;
                }
                Kind::Unreadable { .. } => unread.push(Json::text(entry.path.as_str())),
                _ => {}
            }
            if let FoundKind::File(file) = &found.kind
                && let (Some((_, digests)), Some(sealed)) = (
                    &file.pieces,
                    entry.file().and_then(|facts| facts.pieces.as_ref()),
                )
            {
                pieces.insert(sealed.root, digests.clone());
            }
            items.push(Item::Entry(entry));
        }
        let root = items.iter().map(Item::leaf).collect::<Tree>().root();
        let manifest = Object::new()
            .with("root", root.to_json())
            .with("entries", Json::Integer(items.len() as u64))
            .with("files", Json::Integer(files))
            .with("bytes", Json::Integer(bytes));
        let mut predicate = begin(
            "seal",
            &self.by,
            self.at,
            &self.case,
            &self.exhibit,
            &self.fields,
        );
        predicate.set("manifest", Json::Object(manifest));
        if !unread.is_empty() {
            predicate.set("unread", Json::Array(unread));
        }
        let place = Place {
            seq: 0,
            prev: Digest::ZERO,
            seal: None,
        };
        predicate.set("chain", place.to_json());
        let subject = self.subject(&items);
        let link = Link::sign(&subject, predicate, signers)?;
        let mut bundle = Bundle::new(link, items, self.listing_salt);
        signers
            .iter()
            .for_each(|signer| bundle.add_key(KeyRecord::of(signer.public_key())));
        bundle.pieces = (!pieces.is_empty()).then_some(pieces);
        Ok(bundle)
    }

    fn subject(&self, items: &[Item]) -> Subject {
        match (&self.listing_salt, items) {
            (None, [Item::Entry(entry)]) => {
                let sha256 = entry.file().map_or(Digest::ZERO, |facts| facts.sha256);
                Subject::new(entry.path.as_str(), sha256)
            }
            (salt, items) => {
                let entries = items.iter().filter_map(Item::entry);
                let listing = Listing::new(salt.as_deref().unwrap_or_default(), entries);
                Subject::new(&format!("{}.sha256sums", self.exhibit), listing.digest())
            }
        }
    }
}

/// What every event has, and the fields a person gave. What a person gave never replaces what every event has.
pub fn begin(
    action: &str,
    by: &Party,
    at: Timestamp,
    case: &str,
    exhibit: &str,
    fields: &Object,
) -> Object {
    let mut signer = by.to_object();
    let personal = fields.get("by").and_then(Json::as_object);
    for (name, value) in personal.into_iter().flat_map(Object::iter) {
        signer.set(name, value.clone());
    }
    let mut predicate = fields.clone();
    predicate.set("action", Json::text(action));
    predicate.set("at", at.to_json());
    predicate.set("by", Json::Object(signer));
    predicate.set("case", Json::text(case));
    predicate.set("exhibit", Json::text(exhibit));
    predicate
}
