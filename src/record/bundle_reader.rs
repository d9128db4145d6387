//! Reads a bundle, item by item: a bundle of a million entries never stands in memory as JSON.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;

use super::bundle::{Bundle, FORMAT, MAX_LINKS};
use super::digest::{Digest, is_hex};
use super::entry::{Item, MAX_ENTRIES};
use super::entry_text::read_in_file;
use super::json::{Comparison, Json, Malformed, Object, ParseError, Reader};
use super::key::KeyRecord;
use super::link::Link;
use super::pieces::MAX_PIECES;
use super::roster_version::Version;
use super::time_token::TimeToken;

/// The most values of the entries, and of the piece lists: more than their other limits allow.
const MANY_VALUES: usize = 1 << 25;

/// The most values of any other field.
pub(super) const FEW_VALUES: usize = 1 << 22;

impl Bundle {
    /// Reads a bundle.
    ///
    /// # Errors
    /// Where the text is outside the profile, is no bundle, or passes a limit, with line and column.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let mut reader = Reader::new(bytes)?;
        let mut draft = Draft::default();
        let start = reader.position();
        reader.object(|reader, name| draft.read_field(reader, name))?;
        let laid_out = draft.laid_out.take();
        let mut bundle = draft
            .finish()
            .map_err(|error| reader.refuse(start, &error))?;
        reader.end()?;
        let mut comparison = Comparison::with(bytes);
        let written = bundle.write_around(&mut comparison, |form| match laid_out.clone() {
            Some(stretch) => form.take_for_written(stretch),
            None => bundle.write_files(form),
        });
        bundle.reformatted = written.is_err() || !comparison.is_equal();
        Ok(bundle)
    }
}

/// What has been read of a bundle so far.
#[derive(Default)]
struct Draft {
    about: Option<Object>,
    chain: Option<Vec<Link>>,
    files: Option<Vec<Item>>,
    /// Where the files stand, if that is exactly as a writer lays them out.
    laid_out: Option<Range<usize>>,
    keys: Option<Vec<KeyRecord>>,
    listing_salt: Option<String>,
    pieces: Option<BTreeMap<Digest, Vec<Digest>>>,
    rosters: Option<Json>,
    timestamps: Option<Vec<TimeToken>>,
    other: Vec<(String, Json)>,
}

impl Draft {
    fn read_field(&mut self, reader: &mut Reader<'_>, name: String) -> Result<(), ParseError> {
        // Entries and pieces are read one by one and not kept as values; of anything else a few millions are enough.
        reader.allow(if matches!(name.as_str(), "files" | "pieces") {
            MANY_VALUES
        } else {
            FEW_VALUES
        });
        match name.as_str() {
            "about" => {
                let read = |json| read_about(json, FORMAT);
                self.about = Some(read_value(reader, "about", read)?);
            }
            "chain" => {
                self.chain = Some(read_items(
                    reader,
                    "chain",
                    MAX_LINKS,
                    Link::from_json,
                    |_, _| None,
                )?)
            }
            "files" => {
                let (files, laid_out) = read_files(reader)?;
                (self.files, self.laid_out) = (Some(files), laid_out);
            }
            "keys" => self.keys = Some(read_keys(reader)?),
            "listingSalt" => {
                let salt = |json: Json| match json.as_text() {
                    Some(text) if is_hex(text, 32) => Ok(text.to_owned()),
                    _ => Err(Malformed::new("must be 64 lower-case hex digits")),
                };
                self.listing_salt = Some(read_value(reader, "listingSalt", salt)?);
            }
            "pieces" => self.pieces = Some(read_pieces(reader)?),
            "rosters" => self.rosters = Some(read_value(reader, "rosters", read_rosters)?),
            "timestamps" => {
                let order = |last: &TimeToken, stamp: &TimeToken| {
                    let misplaced = (last.link, &last.token) >= (stamp.link, &stamp.token);
                    misplaced
                        .then_some("the time stamps are not in ascending order of link and token")
                };
                self.timestamps = Some(read_items(
                    reader,
                    "timestamps",
                    MAX_LINKS * 8,
                    TimeToken::from_json,
                    order,
                )?);
            }
            other => {
                let start = reader.position();
                let value = reader.value(other)?;
                if other == "ext" && value.as_object().is_none() {
                    return Err(
                        reader.refuse(start, &Malformed::new("must be an object").within("ext"))
                    );
                }
                self.other.push((name, value));
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Bundle, Malformed> {
        // The format comes first: a bundle of another version is named as such, whatever else differs.
        let about = self.about.ok_or_else(|| {
            Malformed::new("is missing: this is not a custody bundle").within("about")
        })?;
        let missing = |name: &str| Malformed::new("is missing").within(name);
        Ok(Bundle {
            about,
            chain: self
                .chain
                .filter(|chain| !chain.is_empty())
                .ok_or_else(|| Malformed::new("is missing or empty").within("chain"))?,
            files: self.files.ok_or_else(|| missing("files"))?,
            keys: self.keys.ok_or_else(|| missing("keys"))?,
            listing_salt: self.listing_salt,
            pieces: self.pieces,
            rosters: self.rosters,
            timestamps: self.timestamps.ok_or_else(|| missing("timestamps"))?,
            other: Object::from_unique(self.other),
            reformatted: false,
        })
    }
}

/// Reads what stands at the head of a file of this format.
pub(super) fn read_about(json: Json, format: &str) -> Result<Object, Malformed> {
    let about = json.into_object()?;
    if about.text("format") == Some(format) {
        return Ok(about);
    }
    Err(Malformed::new(format!(
        "must be `{format}`: this is another kind of file, or another version"
    ))
    .within("format"))
}

/// Reads the keys of a bundle or a roster.
pub(super) fn read_keys(reader: &mut Reader<'_>) -> Result<Vec<KeyRecord>, ParseError> {
    let order = |last: &KeyRecord, key: &KeyRecord| {
        (last.id >= key.id).then_some("the keys are not in ascending order of id")
    };
    read_items(reader, "keys", MAX_LINKS * 8, KeyRecord::from_json, order)
}

/// The roster chain is kept as it stands there, and not judged; but each of its items is a version of a roster.
fn read_rosters(json: Json) -> Result<Json, Malformed> {
    let links = json
        .as_array()
        .ok_or_else(|| Malformed::new("must be an array"))?;
    if links.len() > MAX_LINKS {
        return Err(Malformed::new(format!("holds more than {MAX_LINKS} items")));
    }
    for (number, link) in links.iter().enumerate() {
        Link::<Version>::from_json(link.clone())
            .map_err(|error| error.within(&format!("[{number}]")))?;
    }
    Ok(json)
}

/// Reads one value.
pub(super) fn read_value<T>(
    reader: &mut Reader<'_>,
    name: &str,
    read: impl FnOnce(Json) -> Result<T, Malformed>,
) -> Result<T, ParseError> {
    let start = reader.position();
    let value = reader.value(name)?;
    read(value).map_err(|error| reader.refuse(start, &error.within(name)))
}

/// Reads an array item by item; `order` says what is wrong between two neighbours.
pub(super) fn read_items<T>(
    reader: &mut Reader<'_>,
    name: &str,
    limit: usize,
    read: impl Fn(Json) -> Result<T, Malformed>,
    order: impl Fn(&T, &T) -> Option<&'static str>,
) -> Result<Vec<T>, ParseError> {
    read_items_in_one_go(reader, name, limit, |_| None, read, order)
}

/// The same, where many items can be read without a value in between: `in_one_go` reads such a one.
fn read_items_in_one_go<T>(
    reader: &mut Reader<'_>,
    name: &str,
    limit: usize,
    in_one_go: impl Fn(&mut Reader<'_>) -> Option<T>,
    read: impl Fn(Json) -> Result<T, Malformed>,
    order: impl Fn(&T, &T) -> Option<&'static str>,
) -> Result<Vec<T>, ParseError> {
    let mut items: Vec<T> = Vec::new();
    reader.array(|reader| {
        let start = reader.position();
        if items.len() == limit {
            return Err(reader.refuse(
                start,
                &Malformed::new(format!("holds more than {limit} items")).within(name),
            ));
        }
        let item = match in_one_go(reader) {
            Some(item) => item,
            None => {
                let value = reader.value(name)?;
                read(value).map_err(|error| {
                    reader.refuse(start, &error.within(&format!("{name}[{}]", items.len())))
                })?
            }
        };
        if let Some(problem) = items.last().and_then(|last| order(last, &item)) {
            return Err(reader.refuse(start, &Malformed::new(problem)));
        }
        items.push(item);
        Ok(())
    })?;
    Ok(items)
}

/// Reads the entries. Gives too where they stand, if that is exactly as a writer lays them out: each of them, which is
/// so where it was read in one go, and what is between them.
fn read_files(reader: &mut Reader<'_>) -> Result<(Vec<Item>, Option<Range<usize>>), ParseError> {
    let start = reader.position();
    // Where the last one ends, as long as all is as a writer lays it out; and what stands between it and the next.
    let layout = Cell::new((Some(start), "[\n    "));
    // Hidden entries have no path, so the order is that of the visible ones.
    let last: RefCell<Vec<u8>> = RefCell::default();
    let follows = |item: &Item| {
        let Some(raw) = item.entry().map(|entry| entry.path.raw()) else {
            return true;
        };
        let mut last = last.borrow_mut();
        let follows = last[..] < raw[..];
        last.clear();
        last.extend_from_slice(&raw);
        follows
    };
    let read = |json: Json| {
        let item = Item::from_json(json)?;
        if follows(&item) {
            Ok(item)
        } else {
            Err(Malformed::new("is not in ascending order of the raw paths").within("path"))
        }
    };
    let in_one_go = |reader: &mut Reader<'_>| {
        let (end, between) = layout.replace((None, ",\n    "));
        let is_laid_out = end.is_some_and(|end| reader.has_read(end, between));
        let item = reader
            .in_one_go(|text| read_in_file(text).filter(|written| follows(&written.value)))?;
        layout.set((is_laid_out.then(|| reader.here()), ",\n    "));
        Some(item)
    };
    let mut files =
        read_items_in_one_go(reader, "files", MAX_ENTRIES, in_one_go, read, |_, _| None)?;
    files.shrink_to_fit();
    let end = layout.get().0.filter(|_| !files.is_empty());
    let is_laid_out = end.is_some_and(|end| reader.has_read(end, "\n  ]"));
    let stretch = is_laid_out.then(|| start..reader.here());
    Ok((files, stretch))
}

fn read_pieces(reader: &mut Reader<'_>) -> Result<BTreeMap<Digest, Vec<Digest>>, ParseError> {
    let mut pieces = BTreeMap::new();
    reader.object(|reader, name| {
        let start = reader.position();
        let root = Digest::parse(&name)
            .map_err(|error| reader.refuse(start, &error.within(&name).within("pieces")))?;
        let digest = |json: Json| Digest::parse(json.as_text().unwrap_or_default());
        let list = read_items(reader, &name, MAX_PIECES as usize, digest, |_, _| None)?;
        pieces.insert(root, list);
        Ok(())
    })?;
    Ok(pieces)
}
