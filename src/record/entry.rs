//! An entry: one file, folder, link or other thing of the exhibit.

use std::fmt::Write;

use super::digest::{Digest, Salt, is_hex};
use super::entry_text;
use super::json::{Json, Malformed, Object, canonical};
use super::path::{PathText, TargetText};
use super::pieces::Pieces;
use super::time::FileTime;
use super::tree;

/// The largest file: 2^46 bytes.
pub const MAX_FILE_SIZE: u64 = 1 << 46;

/// The most entries of one exhibit: 2^20.
pub const MAX_ENTRIES: usize = 1 << 20;

/// One thing of the sealed exhibit.
///
/// ```json
/// {"bytes":40,"modified":"2026-11-03T08:00:00Z","path":"notes/caf%E9.txt","salt":"b3a2b47c…","sha256":"4c474018…","type":"file"}
/// {"path":"empty","salt":"c2ca9ac0…","type":"dir"}
/// {"path":"latest","salt":"ab012bf7…","target":"disk01.dd","type":"symlink"}
/// {"path":"pipe","salt":"0b104b22…","type":"fifo"}
/// {"path":"torn","reason":"could not be read","salt":"0b104b22…","type":"unreadable"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands below the sealed folder.
    pub path: PathText,
    /// Keeps a hidden entry from being guessed.
    pub salt: Salt,
    /// What it is.
    pub kind: Kind,
    /// Fields this version does not know; they are part of the leaf.
    pub unknown: Object,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File(Box<FileFacts>),
    /// A folder; recorded so that empty ones are sealed too.
    Dir,
    /// A symbolic link; never followed.
    Symlink {
        /// What it points at.
        target: TargetText,
    },
    /// A FIFO, socket or device; recorded, never opened.
    Special(Special),
    /// Something that could not be read when it was sealed.
    Unreadable {
        /// Why, as recorded.
        reason: String,
    },
}

/// Things of a file system that hold no content of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Special {
    Fifo,
    Socket,
    Char,
    Block,
}

impl Special {
    /// The word in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::Socket => "socket",
            Self::Char => "char",
            Self::Block => "block",
        }
    }
}

/// What is recorded of a regular file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub sha256: Digest,
    /// When it was last changed, as its file system said.
    pub modified: Option<FileTime>,
    /// Its permission bits.
    pub mode: Option<Mode>,
    /// How it is cut, where it is larger than 1 MiB.
    pub pieces: Option<Pieces>,
    /// The entry that is the same file (a hard link).
    pub same_file_as: Option<PathText>,
    /// Cross references to other tools, never proof.
    pub digests: Option<Object>,
}

/// The other digests an entry may carry, in the order of their names, with their length in bytes.
pub const CROSS_REFERENCES: [(&str, usize); 4] =
    [("md5", 16), ("sha1", 20), ("sha3_256", 32), ("sha512", 64)];

/// Permission bits, four octal digits.
///
/// ```json
/// "0644"
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode(u16);

impl Mode {
    /// The twelve permission bits of a file's mode.
    pub fn from_bits(bits: u32) -> Self {
        Self((bits & 0o7777) as u16)
    }

    /// Reads four octal digits.
    ///
    /// # Errors
    /// Where the text is anything else.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        if text.len() == 4 && text.bytes().all(|byte| matches!(byte, b'0'..=b'7')) {
            Ok(Self(u16::from_str_radix(text, 8).unwrap_or_default()))
        } else {
            Err(Malformed::new("must be four octal digits"))
        }
    }
}

impl Mode {
    /// Its four octal digits.
    pub(super) fn digits(self) -> [char; 4] {
        [9, 6, 3, 0].map(|shift: u16| char::from(b'0' + ((self.0 >> shift) & 7) as u8))
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut digits = self.digits().into_iter();
        digits.try_for_each(|digit| f.write_char(digit))
    }
}

impl Entry {
    /// Reads an entry.
    ///
    /// # Errors
    /// Where a field is missing or mistyped, or the type is unknown.
    pub fn from_object(mut object: Object) -> Result<Self, Malformed> {
        let path =
            PathText::parse(&object.require_text("path")?).map_err(|error| error.within("path"))?;
        let salt =
            Salt::parse(&object.require_text("salt")?).map_err(|error| error.within("salt"))?;
        let kind = match object.require_text("type")?.as_str() {
            "file" => Kind::File(Box::new(FileFacts::take_from(&mut object)?)),
            "dir" => Kind::Dir,
            "symlink" => {
                let target = TargetText::parse(&object.require_text("target")?);
                Kind::Symlink {
                    target: target.map_err(|error| error.within("target"))?,
                }
            }
            "fifo" => Kind::Special(Special::Fifo),
            "socket" => Kind::Special(Special::Socket),
            "char" => Kind::Special(Special::Char),
            "block" => Kind::Special(Special::Block),
            "unreadable" => Kind::Unreadable {
                reason: object.require_text("reason")?,
            },
            _ => {
                return Err(Malformed::new(
                    "must be file, dir, symlink, fifo, socket, char, block or unreadable",
                )
                .within("type"));
            }
        };
        Ok(Self {
            path,
            salt,
            kind,
            unknown: object,
        })
    }

    /// The entry as it stands on disk.
    pub fn to_json(&self) -> Json {
        let mut object = self.unknown.clone();
        object.set("path", Json::text(self.path.as_str()));
        object.set("salt", self.salt.to_json());
        let word = match &self.kind {
            Kind::File(facts) => {
                facts.put_into(&mut object);
                "file"
            }
            Kind::Dir => "dir",
            Kind::Symlink { target } => {
                object.set("target", Json::text(target.as_str()));
                "symlink"
            }
            Kind::Special(special) => special.as_str(),
            Kind::Unreadable { reason } => {
                object.set("reason", Json::text(reason));
                "unreadable"
            }
        };
        object.set("type", Json::text(word));
        Json::Object(object)
    }

    /// The leaf of the manifest's tree: SHA-256 of `0x00` and the canonical bytes.
    pub fn leaf(&self) -> Digest {
        let mut text = String::with_capacity(512);
        if !entry_text::write_canonical(self, &mut text) {
            text = canonical(&self.to_json());
        }
        tree::leaf(text.as_bytes())
    }

    /// The names of the fields this version does not know.
    pub fn unknown_fields(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .unknown
            .iter()
            .map(|(name, _)| name.to_owned())
            .collect();
        let Some(facts) = self.file() else {
            return names;
        };
        let pieces = facts.pieces.iter().flat_map(|pieces| pieces.unknown.iter());
        names.extend(pieces.map(|(name, _)| format!("pieces.{name}")));
        let digests = facts
            .digests
            .iter()
            .flat_map(Object::iter)
            .map(|(name, _)| name);
        let unknown =
            digests.filter(|name| CROSS_REFERENCES.iter().all(|(known, _)| known != name));
        names.extend(unknown.map(|name| format!("digests.{name}")));
        names
    }

    /// What is recorded of the file, where the entry is one.
    pub fn file(&self) -> Option<&FileFacts> {
        if let Kind::File(facts) = &self.kind {
            Some(facts)
        } else {
            None
        }
    }
}

impl FileFacts {
    fn take_from(object: &mut Object) -> Result<Self, Malformed> {
        let bytes = object.require_integer("bytes")?;
        if bytes > MAX_FILE_SIZE {
            return Err(Malformed::new("is larger than 2^46").within("bytes"));
        }
        let sha256 = Digest::parse(&object.require_text("sha256")?)
            .map_err(|error| error.within("sha256"))?;
        let text = |object: &mut Object, name| object.take_text(name);
        Ok(Self {
            bytes,
            sha256,
            modified: text(object, "modified")?
                .map(|t| FileTime::parse(&t).map_err(|e| e.within("modified")))
                .transpose()?,
            mode: text(object, "mode")?
                .map(|t| Mode::parse(&t).map_err(|e| e.within("mode")))
                .transpose()?,
            pieces: object
                .take("pieces")
                .map(|json| Pieces::from_json(json).map_err(|e| e.within("pieces")))
                .transpose()?,
            same_file_as: text(object, "sameFileAs")?
                .map(|t| PathText::parse(&t).map_err(|e| e.within("sameFileAs")))
                .transpose()?,
            digests: object
                .take("digests")
                .map(|json| cross_references(json).map_err(|error| error.within("digests")))
                .transpose()?,
        })
    }

    fn put_into(&self, object: &mut Object) {
        object.set("bytes", Json::Integer(self.bytes));
        object.set("sha256", self.sha256.to_json());
        if let Some(modified) = self.modified {
            object.set("modified", Json::Text(modified.to_string()));
        }
        if let Some(mode) = self.mode {
            object.set("mode", Json::Text(mode.to_string()));
        }
        if let Some(pieces) = &self.pieces {
            object.set("pieces", pieces.to_json());
        }
        if let Some(other) = &self.same_file_as {
            object.set("sameFileAs", Json::text(other.as_str()));
        }
        if let Some(digests) = &self.digests {
            object.set("digests", Json::Object(digests.clone()));
        }
    }
}

fn cross_references(json: Json) -> Result<Object, Malformed> {
    let object = json.into_object()?;
    for (name, bytes) in CROSS_REFERENCES {
        if object
            .get(name)
            .is_some_and(|value| !value.as_text().is_some_and(|hex| is_hex(hex, bytes)))
        {
            return Err(
                Malformed::new(format!("must be {} lower-case hex digits", bytes * 2)).within(name),
            );
        }
    }
    Ok(object)
}

/// One item of a bundle's files: an entry, or the leaf of one that is not disclosed.
///
/// ```json
/// {"hidden":"84fc9544396fae0f71f0fd4f7362fc633d81cd6ea0f68bba47b4532730c8d57e"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// An entry anyone can read.
    Entry(Entry),
    /// What stands in the tree for an entry that is hidden.
    Hidden(Digest),
}

impl Item {
    /// Reads an item.
    ///
    /// # Errors
    /// Where it is neither, or `hidden` has company.
    pub fn from_json(json: Json) -> Result<Self, Malformed> {
        let mut object = json.into_object()?;
        let Some(leaf) = object.take_text("hidden")? else {
            return Entry::from_object(object).map(Self::Entry);
        };
        if !object.is_empty() {
            return Err(Malformed::new("must stand alone").within("hidden"));
        }
        Digest::parse(&leaf)
            .map(Self::Hidden)
            .map_err(|error| error.within("hidden"))
    }

    /// The item as it stands on disk.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Entry(entry) => entry.to_json(),
            Self::Hidden(leaf) => Json::Object(Object::new().with("hidden", leaf.to_json())),
        }
    }

    /// Its leaf in the manifest's tree.
    pub fn leaf(&self) -> Digest {
        match self {
            Self::Entry(entry) => entry.leaf(),
            Self::Hidden(leaf) => *leaf,
        }
    }

    /// The entry, where it can be read.
    pub fn entry(&self) -> Option<&Entry> {
        if let Self::Entry(entry) = self {
            Some(entry)
        } else {
            None
        }
    }
}
