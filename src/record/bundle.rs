//! A bundle: the one JSON file that travels.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::card::Card;
use super::digest::Digest;
use super::entry::{Entry, Item};
use super::entry_text::write_in_file;
use super::json::{FileForm, Json, Object};
use super::key::KeyRecord;
use super::link::Link;
use super::path::PathText;
use super::time_token::TimeToken;

/// The format line of a bundle.
pub const FORMAT: &str = "custody-bundle/v1";

/// What every bundle says about itself.
pub const VERIFY: &str = "Every link of chain is one signed custody event: docs/format.md tells which bytes are signed and how to \
    check them with openssl, jq and sha256sum. Nothing in this file is trusted until the key ids are compared with a roster \
    obtained elsewhere.";

/// The most links of one chain.
pub const MAX_LINKS: usize = 10_000;

/// A chain of custody with what it is about.
///
/// ```json
/// {
///   "about": {"format": "custody-bundle/v1", "verify": "Every link of chain is …"},
///   "chain": [{"signatures": […], "statement": {…}}],
///   "files": [{"path": "disk01.dd", "sha256": "42dc9a34…", "type": "file", …}],
///   "keys": [{"algorithm": "ed25519", "id": "893290e9…", "pem": "…"}],
///   "listingSalt": "de63d76d…",
///   "pieces": {"f8550703…": ["80325fb1…", "0b5e2c72…", "9c2c5f8b…"]},
///   "timestamps": [{"link": "a427ea42…", "rfc3161": "MIIJqwYJ…"}]
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The constants at its head. They are not signed, so they are compared.
    pub about: Object,
    /// The links, the seal first. There is at least one.
    pub chain: Vec<Link>,
    /// The entries of the exhibit, in the order of their raw paths.
    pub files: Vec<Item>,
    /// Public keys, in the order of their ids.
    pub keys: Vec<KeyRecord>,
    /// 64 hex digits; absent in disclosed copies and in exhibits of one file.
    pub listing_salt: Option<String>,
    /// Piece digests by the root over them.
    pub pieces: Option<BTreeMap<Digest, Vec<Digest>>>,
    /// The roster chain the writer used, as it stands there.
    pub rosters: Option<Json>,
    /// Time stamps, in the order of link and token.
    pub timestamps: Vec<TimeToken>,
    /// Other fields of the top level: `ext`, and what this version does not know.
    pub other: Object,
    /// Whether the file it was read from was laid out otherwise than a writer lays it out.
    pub reformatted: bool,
}

impl Bundle {
    /// A new bundle, as `seal` makes one; its keys are still to be added.
    pub fn new(seal: Link, files: Vec<Item>, listing_salt: Option<String>) -> Self {
        Self {
            about: about(),
            chain: vec![seal],
            files,
            keys: Vec::new(),
            listing_salt,
            pieces: None,
            rosters: None,
            timestamps: Vec::new(),
            other: Object::new(),
            reformatted: false,
        }
    }

    /// Writes the bundle in file form.
    ///
    /// # Errors
    /// Where the sink fails.
    pub fn write<W: fmt::Write>(&self, out: W) -> fmt::Result {
        self.write_around(out, |form| self.write_files(form))
    }

    /// The same; `files` writes the entries.
    pub(super) fn write_around<W: fmt::Write>(
        &self,
        out: W,
        files: impl Fn(&mut FileForm<W>) -> fmt::Result,
    ) -> fmt::Result {
        let mut form = FileForm::new(out);
        form.open('{')?;
        let names = ["about", "chain", "files", "keys", "timestamps"].into_iter();
        let optional = [
            self.listing_salt.as_ref().map(|_| "listingSalt"),
            self.pieces.as_ref().map(|_| "pieces"),
            self.rosters.as_ref().map(|_| "rosters"),
        ];
        let mut names: Vec<&str> = names
            .chain(optional.into_iter().flatten())
            .chain(self.other.iter().map(|(name, _)| name))
            .collect();
        names.sort_unstable();
        for name in names {
            form.field(name)?;
            match name {
                "files" => files(&mut form)?,
                name => self.write_field(name, &mut form)?,
            }
        }
        form.close('}')?;
        form.finish()
    }

    /// Writes the chain with its keys and time stamps in file form, as a bundle whose list of files is empty: what is
    /// needed to show the links again, without the names of the evidence.
    ///
    /// # Errors
    /// Where the sink fails.
    pub fn write_record<W: fmt::Write>(&self, out: W) -> fmt::Result {
        let mut form = FileForm::new(out);
        form.open('{')?;
        for name in ["about", "chain", "files", "keys", "timestamps"] {
            form.field(name)?;
            match name {
                "files" => form.value(&Json::Array(Vec::new()))?,
                name => self.write_field(name, &mut form)?,
            }
        }
        form.close('}')?;
        form.finish()
    }

    fn write_field<W: fmt::Write>(&self, name: &str, form: &mut FileForm<W>) -> fmt::Result {
        match name {
            "about" => form.value(&Json::Object(self.about.clone())),
            "chain" => {
                form.open('[')?;
                for link in &self.chain {
                    form.item()?;
                    form.canonical(link.canonical())?;
                }
                form.close(']')
            }
            "keys" => write_items(form, self.keys.iter().map(|key| Cow::Owned(key.to_json()))),
            "timestamps" => write_items(
                form,
                self.timestamps
                    .iter()
                    .map(|stamp| Cow::Owned(stamp.to_json())),
            ),
            "pieces" => {
                form.open('{')?;
                for (root, digests) in self.pieces.iter().flatten() {
                    form.field(&root.to_string())?;
                    write_items(
                        form,
                        digests.iter().map(|digest| Cow::Owned(digest.to_json())),
                    )?;
                }
                form.close('}')
            }
            "listingSalt" => form.value(&Json::text(self.listing_salt.clone().unwrap_or_default())),
            "rosters" => form.value(self.rosters.as_ref().unwrap_or(&Json::Array(Vec::new()))),
            other => form.value(
                self.other
                    .get(other)
                    .unwrap_or(&Json::Object(Object::new())),
            ),
        }
    }

    pub(super) fn write_files<W: fmt::Write>(&self, form: &mut FileForm<W>) -> fmt::Result {
        let mut text = String::new();
        form.open('[')?;
        for item in &self.files {
            form.item()?;
            text.clear();
            if write_in_file(item, &mut text) {
                form.written(&text)?;
            } else {
                form.value(&item.to_json())?;
            }
        }
        form.close(']')
    }

    /// The seal and the head, as they stand on paper.
    pub fn card(&self) -> Card {
        let hash = |link: Option<&Link>| link.map_or(Digest::ZERO, Link::hash);
        Card {
            seal: hash(self.chain.first()),
            seq: self.chain.len().saturating_sub(1) as u64,
            head: hash(self.chain.last()),
        }
    }

    /// The entries that are not hidden.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.files.iter().filter_map(Item::entry)
    }

    /// Whether some entries are hidden.
    pub fn has_hidden(&self) -> bool {
        self.files
            .iter()
            .any(|item| matches!(item, Item::Hidden(_)))
    }

    /// The entry of an exhibit that is exactly one file.
    pub fn single_file(&self) -> Option<&Entry> {
        match (self.files.as_slice(), &self.listing_salt) {
            ([Item::Entry(entry)], None) if entry.file().is_some() => Some(entry),
            _ => None,
        }
    }

    /// Adds a key, in its place, where it is not there yet.
    pub fn add_key(&mut self, key: KeyRecord) {
        if let Err(at) = self.keys.binary_search_by_key(&key.id, |known| known.id) {
            self.keys.insert(at, key);
        }
    }

    /// Adds a time stamp, in its place, where it is not there yet.
    pub fn add_time_stamp(&mut self, stamp: TimeToken) {
        let place = (stamp.link, &stamp.token);
        let search = |known: &TimeToken| (known.link, &known.token).cmp(&place);
        if let Err(at) = self.timestamps.binary_search_by(search) {
            self.timestamps.insert(at, stamp);
        }
    }

    /// Fields this version does not know, outside the chain, as dotted names, and the entry they are in.
    pub fn unknown_fields(&self) -> Vec<(Option<&PathText>, String)> {
        let names = |prefix: String, object: &Object| {
            object
                .iter()
                .map(|(name, _)| format!("{prefix}{name}"))
                .collect::<Vec<_>>()
        };
        let mut unknown: Vec<String> = names(String::new(), &self.other)
            .into_iter()
            .filter(|name| name != "ext")
            .collect();
        for (number, key) in self.keys.iter().enumerate() {
            unknown.extend(names(format!("keys[{number}]."), &key.unknown));
        }
        for (number, stamp) in self.timestamps.iter().enumerate() {
            unknown.extend(names(format!("timestamps[{number}]."), &stamp.unknown));
        }
        let mut unknown: Vec<_> = unknown.into_iter().map(|name| (None, name)).collect();
        for entry in self.entries() {
            let names = entry.unknown_fields().into_iter();
            unknown.extend(names.map(|name| (Some(&entry.path), name)));
        }
        unknown
    }
}

/// The constants at the head of every bundle.
pub fn about() -> Object {
    Object::new()
        .with("format", Json::text(FORMAT))
        .with("verify", Json::text(VERIFY))
}

fn write_items<'a, W: fmt::Write>(
    form: &mut FileForm<W>,
    items: impl Iterator<Item = Cow<'a, Json>>,
) -> fmt::Result {
    form.open('[')?;
    for item in items {
        form.item()?;
        form.value(&item)?;
    }
    form.close(']')
}
