//! An entry as text, without a value in between: a bundle may have a million of them.
//!
//! Nearly all entries are files and folders, stand in a bundle exactly as a writer lays them out, and have nothing in
//! them that is escaped or that this version does not know. These are read and written here in one go. All others, and
//! whatever is wrong, go the long way by way of [`Json`](super::json::Json), which takes the same and says the same.

use std::fmt::Write;

use super::digest::{Digest, Salt, push_hex};
use super::entry::{Entry, FileFacts, Item, Kind, MAX_FILE_SIZE, Mode};
use super::json::{InOneGo, MAX_INTEGER, Object};
use super::path::PathText;
use super::pieces::Pieces;
use super::time::FileTime;

/// What stands between the fields of an entry, and of an object in it.
struct Layout {
    colon: &'static str,
    levels: [Level; 2],
}

struct Level {
    open: &'static str,
    next: &'static str,
    close: &'static str,
}

/// The canonical text, over which the leaf runs.
static CANONICAL: Layout = Layout {
    colon: "\":",
    levels: [const { Level::CANONICAL }; 2],
};

/// An item in the file form of a bundle: the third level of it.
static IN_FILE: Layout = Layout {
    colon: "\": ",
    levels: [
        Level {
            open: "{\n      ",
            next: ",\n      ",
            close: "\n    }",
        },
        Level {
            open: "{\n        ",
            next: ",\n        ",
            close: "\n      }",
        },
    ],
};

impl Level {
    const CANONICAL: Self = Self {
        open: "{",
        next: ",",
        close: "}",
    };
}

/// Writes the canonical text of an entry behind `text`; false, with nothing written, where it must go the long way.
pub(super) fn write_canonical(entry: &Entry, text: &mut String) -> bool {
    write(entry, &CANONICAL, text)
}

/// The same for an item in the file form of a bundle.
pub(super) fn write_in_file(item: &Item, text: &mut String) -> bool {
    item.entry()
        .is_some_and(|entry| write(entry, &IN_FILE, text))
}

fn write(entry: &Entry, layout: &'static Layout, text: &mut String) -> bool {
    let facts = match &entry.kind {
        Kind::File(facts) => Some(&**facts),
        Kind::Dir => None,
        _ => return false,
    };
    if !entry.unknown.is_empty() || !is_plain(&entry.path) || !facts.is_none_or(has_plain_fields) {
        return false;
    }
    let mut out = Fields {
        layout,
        level: 0,
        used: false,
        text,
    };
    // In byte order of their names.
    if let Some(facts) = facts {
        out.integer("bytes", facts.bytes);
        if let Some(mode) = facts.mode {
            out.unescaped("mode", |text| text.extend(mode.digits()));
        }
        if let Some(modified) = facts.modified {
            out.unescaped("modified", |text| modified.push_to(text));
        }
    }
    out.plain("path", entry.path.as_str());
    if let Some(pieces) = facts.and_then(|facts| facts.pieces.as_ref()) {
        out.enter("pieces");
        out.integer("count", pieces.count);
        out.hex("root", &pieces.root.0);
        out.integer("size", pieces.size);
        out.leave();
    }
    out.hex("salt", &entry.salt.0);
    if let Some(facts) = facts {
        if let Some(other) = &facts.same_file_as {
            out.plain("sameFileAs", other.as_str());
        }
        out.hex("sha256", &facts.sha256.0);
    }
    out.plain("type", if facts.is_some() { "file" } else { "dir" });
    out.leave();
    true
}

/// Whether a path stands in the record as it is, without an escape of JSON.
fn is_plain(path: &PathText) -> bool {
    !path
        .as_str()
        .bytes()
        .any(|byte| matches!(byte, b'"' | b'\\'))
}

fn has_plain_fields(facts: &FileFacts) -> bool {
    facts.digests.is_none()
        && facts.same_file_as.as_ref().is_none_or(is_plain)
        && facts
            .pieces
            .as_ref()
            .is_none_or(|pieces| pieces.unknown.is_empty())
}

/// The fields of an entry on their way into a text.
struct Fields<'a> {
    layout: &'static Layout,
    level: usize,
    /// Whether the object already has a field.
    used: bool,
    text: &'a mut String,
}

impl Fields<'_> {
    fn name(&mut self, name: &str) {
        let level = &self.layout.levels[self.level];
        self.text
            .push_str(if self.used { level.next } else { level.open });
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str(self.layout.colon);
        self.used = true;
    }

    fn enter(&mut self, name: &str) {
        self.name(name);
        (self.level, self.used) = (self.level + 1, false);
    }

    fn leave(&mut self) {
        self.text.push_str(self.layout.levels[self.level].close);
        (self.level, self.used) = (0, true);
    }

    fn integer(&mut self, name: &str, integer: u64) {
        self.name(name);
        // A String takes every write.
        let _ = write!(self.text, "{integer}");
    }

    /// A value whose text has nothing to escape.
    fn unescaped(&mut self, name: &str, write: impl FnOnce(&mut String)) {
        self.name(name);
        self.text.push('"');
        write(self.text);
        self.text.push('"');
    }

    fn plain(&mut self, name: &str, value: &str) {
        self.unescaped(name, |text| text.push_str(value));
    }

    fn hex(&mut self, name: &str, bytes: &[u8]) {
        self.unescaped(name, |text| push_hex(bytes, text));
    }
}

/// Reads an item of a bundle's files that stands there exactly as a writer lays it out, at the beginning of `text`.
/// `None`: it must go the long way.
pub(super) fn read_in_file(text: &str) -> Option<InOneGo<Item>> {
    let mut scan = Scan {
        whole: text,
        at: 0,
        values: 1,
        level: 0,
        used: false,
    };
    let bytes = scan.integer("bytes")?;
    let item = match bytes {
        Some(bytes) if bytes <= MAX_FILE_SIZE => {
            let mode = scan.text("mode")?.map(Mode::parse).transpose().ok()?;
            let modified = scan.text("modified")?.map(FileTime::parse);
            let modified = modified.transpose().ok()?;
            let path = PathText::parse(scan.text("path")??).ok()?;
            let pieces = match scan.enter("pieces")? {
                true => Some(scan.pieces()?),
                false => None,
            };
            let salt = Salt::parse(scan.text("salt")??).ok()?;
            let other = scan.text("sameFileAs")?.map(PathText::parse);
            let same_file_as = other.transpose().ok()?;
            let sha256 = Digest::parse(scan.text("sha256")??).ok()?;
            scan.text("type")?.filter(|kind| *kind == "file")?;
            Entry {
                path,
                salt,
                kind: Kind::File(Box::new(FileFacts {
                    bytes,
                    sha256,
                    modified,
                    mode,
                    pieces,
                    same_file_as,
                    digests: None,
                })),
                unknown: Object::new(),
            }
        }
        Some(_) => return None,
        None => {
            let path = PathText::parse(scan.text("path")??).ok()?;
            let salt = Salt::parse(scan.text("salt")??).ok()?;
            scan.text("type")?.filter(|kind| *kind == "dir")?;
            Entry {
                path,
                salt,
                kind: Kind::Dir,
                unknown: Object::new(),
            }
        }
    };
    scan.leave()?;
    Some(InOneGo {
        value: Item::Entry(item),
        bytes: scan.at,
        values: scan.values,
    })
}

/// A place in a text that is laid out as a writer does it. Each step gives `None` where it is not, and `Some(None)`
/// where another field stands there.
struct Scan<'text> {
    whole: &'text str,
    at: usize,
    values: usize,
    level: usize,
    used: bool,
}

impl<'text> Scan<'text> {
    fn rest(&self) -> &'text [u8] {
        &self.whole.as_bytes()[self.at..]
    }

    fn expect(&mut self, text: &str) -> Option<()> {
        self.rest()
            .starts_with(text.as_bytes())
            .then(|| self.at += text.len())
    }

    /// Whether the next field has this name.
    fn name(&mut self, name: &str) -> Option<bool> {
        let level = &IN_FILE.levels[self.level];
        let before = if self.used { level.next } else { level.open };
        let rest = self.rest().strip_prefix(before.as_bytes())?;
        let rest = rest.strip_prefix(b"\"")?;
        let Some(rest) = rest.strip_prefix(name.as_bytes()) else {
            return Some(false);
        };
        let Some(rest) = rest.strip_prefix(IN_FILE.colon.as_bytes()) else {
            return Some(false);
        };
        self.at = self.whole.len() - rest.len();
        self.used = true;
        self.values += 1;
        Some(true)
    }

    fn enter(&mut self, name: &str) -> Option<bool> {
        let is_there = self.name(name)?;
        if is_there {
            (self.level, self.used) = (self.level + 1, false);
        }
        Some(is_there)
    }

    fn leave(&mut self) -> Option<()> {
        self.expect(IN_FILE.levels[self.level].close)?;
        (self.level, self.used) = (0, true);
        Some(())
    }

    fn integer(&mut self, name: &str) -> Option<Option<u64>> {
        if !self.name(name)? {
            return Some(None);
        }
        let rest = self.rest();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = &self.whole[self.at..self.at + digits];
        if digits > 1 && text.starts_with('0') {
            return None;
        }
        self.at += digits;
        let integer = text.parse().ok()?;
        (integer <= MAX_INTEGER).then_some(Some(integer))
    }

    /// A text without escapes. Whoever asks for it knows which characters may be in it.
    fn text(&mut self, name: &str) -> Option<Option<&'text str>> {
        if !self.name(name)? {
            return Some(None);
        }
        self.expect("\"")?;
        let is_end = |&byte: &u8| matches!(byte, b'"' | b'\\');
        let length = self.rest().iter().position(is_end)?;
        let text = &self.whole[self.at..self.at + length];
        self.at += length;
        self.expect("\"")?;
        Some(Some(text))
    }

    fn pieces(&mut self) -> Option<Pieces> {
        let count = self.integer("count")??;
        let root = Digest::parse(self.text("root")??).ok()?;
        let size = self.integer("size")??;
        self.leave()?;
        Some(Pieces {
            size,
            count,
            root,
            unknown: Object::new(),
        })
    }
}

#[cfg(test)]
mod tests;
