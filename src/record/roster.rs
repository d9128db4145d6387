//! A roster: a signed list of whose key is whose, kept outside the bundles.

use std::fmt;

use super::bundle::MAX_LINKS;
use super::bundle_reader::{FEW_VALUES, read_about, read_items, read_keys, read_value};
use super::digest::Digest;
use super::json::{Comparison, FileForm, Json, Malformed, Object, ParseError, Reader};
use super::key::KeyRecord;
use super::link::Link;
use super::roster_version::Version;

/// The format line of a roster.
pub const FORMAT: &str = "custody-roster/v1";

/// A chain of versions, each signed by those whom the version before it names.
///
/// ```json
/// {
///   "about": {"format": "custody-roster/v1"},
///   "chain": [{"signatures": […], "statement": {…, "predicateType": "urn:x-custody:roster:v1"}}],
///   "keys": [{"algorithm": "ed25519", "id": "1bd236cd…", "pem": "…"}]
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Roster {
    /// The versions, the first one first. There is at least one.
    pub chain: Vec<Link<Version>>,
    /// The keys of those who signed them, in the order of their ids.
    pub keys: Vec<KeyRecord>,
    /// Whether the file it was read from was laid out otherwise than a writer lays it out.
    pub reformatted: bool,
    about: Object,
    /// Other fields of the top level: what this version does not know.
    other: Object,
}

impl Roster {
    /// A new roster of one version; its keys are still to be added.
    pub fn new(first: Link<Version>) -> Self {
        Self {
            chain: vec![first],
            keys: Vec::new(),
            reformatted: false,
            about: Object::new().with("format", Json::text(FORMAT)),
            other: Object::new(),
        }
    }

    /// Reads a roster.
    ///
    /// # Errors
    /// Where the text is outside the profile, is no roster, or passes a limit, with line and column.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let mut reader = Reader::new(bytes)?;
        let (mut about, mut chain, mut keys, mut other) = (None, None, None, Vec::new());
        let start = reader.position();
        reader.object(|reader, name| {
            reader.allow(FEW_VALUES);
            match name.as_str() {
                "about" => {
                    let read = |json| read_about(json, FORMAT);
                    about = Some(read_value(reader, "about", read)?);
                }
                "chain" => {
                    let read = Link::from_json;
                    chain = Some(read_items(reader, "chain", MAX_LINKS, read, |_, _| None)?);
                }
                "keys" => keys = Some(read_keys(reader)?),
                _ => other.push((name.clone(), reader.value(&name)?)),
            }
            Ok(())
        })?;
        let missing = |name: &str| reader.refuse(start, &Malformed::new("is missing").within(name));
        let about = about.ok_or_else(|| {
            let problem = Malformed::new("is missing: this is not a custody roster");
            reader.refuse(start, &problem.within("about"))
        })?;
        let chain = chain.ok_or_else(|| missing("chain"))?;
        if chain.is_empty() {
            let problem = Malformed::new("is empty: a roster has at least one version");
            return Err(reader.refuse(start, &problem.within("chain")));
        }
        let keys = keys.ok_or_else(|| missing("keys"))?;
        reader.end()?;
        let mut roster = Self {
            chain,
            keys,
            reformatted: false,
            about,
            other: Object::from_unique(other),
        };
        let mut comparison = Comparison::with(bytes);
        roster.reformatted = roster.write(&mut comparison).is_err() || !comparison.is_equal();
        Ok(roster)
    }

    /// Writes the roster in file form.
    ///
    /// # Errors
    /// Where the sink fails.
    pub fn write<W: fmt::Write>(&self, out: W) -> fmt::Result {
        let mut form = FileForm::new(out);
        let mut names: Vec<&str> = ["about", "chain", "keys"]
            .into_iter()
            .chain(self.other.iter().map(|(name, _)| name))
            .collect();
        names.sort_unstable();
        form.open('{')?;
        for name in names {
            form.field(name)?;
            match name {
                "about" => form.value(&Json::Object(self.about.clone()))?,
                "chain" => {
                    form.open('[')?;
                    for link in &self.chain {
                        form.item()?;
                        form.value(link.to_json())?;
                    }
                    form.close(']')?;
                }
                "keys" => {
                    let keys = self.keys.iter().map(KeyRecord::to_json).collect();
                    form.value(&Json::Array(keys))?;
                }
                other => form.value(self.other.get(other).unwrap_or(&Json::Bool(false)))?,
            }
        }
        form.close('}')?;
        form.finish()
    }

    /// The latest version.
    pub fn latest(&self) -> &Link<Version> {
        &self.chain[self.chain.len() - 1]
    }

    /// The root key id as the roster itself names it. It says nothing until someone compares it.
    pub fn claimed_root(&self) -> Digest {
        self.chain[0].subject().sha256
    }

    /// Adds a key, in its place, where it is not there yet.
    pub fn add_key(&mut self, key: KeyRecord) {
        if let Err(at) = self.keys.binary_search_by_key(&key.id, |known| known.id) {
            self.keys.insert(at, key);
        }
    }

    /// Fields this version does not know, as dotted names.
    pub fn unknown_fields(&self) -> Vec<String> {
        let names = |prefix: String, object: &Object| {
            object
                .iter()
                .map(|(name, _)| format!("{prefix}{name}"))
                .collect::<Vec<_>>()
        };
        let mut unknown = names(String::new(), &self.other);
        let about = names("about.".to_owned(), &self.about);
        unknown.extend(about.into_iter().filter(|name| name != "about.format"));
        for (number, link) in self.chain.iter().enumerate() {
            let fields = link.unknown_fields().iter();
            unknown.extend(fields.map(|field| format!("chain[{number}].{field}")));
        }
        for (number, key) in self.keys.iter().enumerate() {
            unknown.extend(names(format!("keys[{number}]."), &key.unknown));
        }
        unknown
    }
}
