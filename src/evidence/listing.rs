//! Lists what is in a folder and in the folders below it, without following links and without opening files.

use std::cmp::Ordering;
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::sync::OnceLock;

use rustix::fs::{AtFlags, FileType, RawDir, Stat, readlinkat, statat};
use rustix::io::Errno;

use crate::record::entry::Special;

use super::crew::Crew;
use super::listing_queue::Queue;
use super::opening::{Identity, Root, file_type};

/// Everything below a folder.
///
/// There may be a million things: a name costs its bytes, and no allocation.
#[derive(Default)]
pub struct Listing {
    /// The folder itself and all folders below it, in the order of their raw paths.
    folders: Vec<Folder>,
}

/// What is in one folder.
#[derive(Debug, PartialEq, Eq)]
pub struct Folder {
    /// Its raw path below the folder that is listed; that one's own is empty.
    raw: Box<[u8]>,
    /// The names of the things, one behind the other.
    names: Box<[u8]>,
    /// The things, in the order of their names.
    things: Box<[Thing]>,
    /// Why it could not be read, or not to its end.
    unread: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
struct Thing {
    /// Where its name stands in the names of its folder.
    at: usize,
    length: u16,
    kind: ListedKind,
}

/// What a thing in a folder is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListedKind {
    /// A regular file, and what it was.
    File(Seen),
    /// A regular file of which only the name is known, until whoever opens it says what it is.
    Named(OnceLock<Seen>),
    /// A folder.
    Dir,
    /// A symbolic link, with the raw bytes of what it points at.
    Symlink(Box<[u8]>),
    /// A FIFO, socket or device.
    Special(Special),
    /// Something that could not be looked at.
    Unreadable(Box<str>),
}

/// What a file was when someone looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which file it is, its length and its times.
    pub identity: Identity,
    /// How many names it has.
    pub names: u32,
}

impl Seen {
    /// What the system says of a file.
    pub fn of(stat: &Stat) -> Self {
        Self {
            identity: Identity::of(stat),
            names: u32::try_from(stat.st_nlink).unwrap_or(u32::MAX),
        }
    }
}

/// How folders are listed.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// The longest path that is listed.
    pub longest: usize,
    /// Whether files are only named, since someone will look at each when it is opened.
    pub names_alone: bool,
    /// How many folders are listed at once.
    pub crew: Crew,
}

/// A thing in a listing: the number of its folder, and its own in there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    folder: u32,
    thing: u32,
}

impl Listing {
    /// Lists the folder of this raw path below the root, and all below it; the root itself by the empty path.
    pub fn of(root: &Root, raw: &[u8], manner: Manner) -> Self {
        let first = Folder::list(root, raw, manner, &mut Self::buffer());
        let below: Vec<_> = first.folders().collect();
        let crew = manner.crew.for_things(below.len().max(1));
        let queue = Queue::with(below, manner);
        let mut folders = crew
            .work(&|watch| queue.work(root, watch))
            .into_iter()
            .flatten()
            .collect::<Vec<_>>();
        folders.push(first);
        folders.sort_unstable_by(|a, b| a.raw.cmp(&b.raw));
        Self { folders }
    }

    /// Room for what the system says of a folder, to be used for one folder after the other.
    pub fn buffer() -> Vec<u8> {
        Vec::with_capacity(64 << 10)
    }

    /// The folder itself and all folders below it.
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }

    /// All things, in the order of their raw paths.
    pub fn in_order(&self) -> Vec<Place> {
        let mut places = Vec::with_capacity(self.folders.iter().map(|f| f.things.len()).sum());
        for (folder, listed) in self.folders.iter().enumerate() {
            // More than 2^32 of either would not have fitted into memory.
            places.extend((0..listed.things.len()).map(|thing| Place {
                folder: folder as u32,
                thing: thing as u32,
            }));
        }
        // Those of one folder stand in order already, which this way of sorting makes use of.
        places.sort_by(|a, b| self.compare(*a, *b));
        places
    }

    fn compare(&self, a: Place, b: Place) -> Ordering {
        if a.folder == b.folder {
            return a.thing.cmp(&b.thing);
        }
        let path = |place: Place| {
            let (folder, thing) = self.thing(place);
            let slash: &[u8] = if folder.raw.is_empty() { b"" } else { b"/" };
            let parts = [&folder.raw[..], slash, folder.name(thing)];
            parts.into_iter().flatten()
        };
        path(a).cmp(path(b))
    }

    fn thing(&self, place: Place) -> (&Folder, &Thing) {
        let folder = &self.folders[place.folder as usize];
        (folder, &folder.things[place.thing as usize])
    }

    /// Writes the raw path of a thing behind what stands in `path`.
    pub fn path_into(&self, place: Place, path: &mut Vec<u8>) {
        let (folder, thing) = self.thing(place);
        folder.path_into(thing, path);
    }

    /// The raw path of a thing.
    pub fn path(&self, place: Place) -> Vec<u8> {
        let mut path = Vec::new();
        self.path_into(place, &mut path);
        path
    }

    /// What a thing is.
    pub fn kind(&self, place: Place) -> &ListedKind {
        &self.thing(place).1.kind
    }

    /// The raw path of the folder a thing is in, and its name.
    pub fn name(&self, place: Place) -> (&[u8], &[u8]) {
        let (folder, thing) = self.thing(place);
        (&folder.raw, folder.name(thing))
    }

    /// Why the folder of this raw path could not be read, or not to its end.
    pub fn unread(&self, raw: &[u8]) -> Option<&str> {
        let folders = &self.folders;
        let at = folders.binary_search_by(|folder| (*folder.raw).cmp(raw));
        folders[at.ok()?].unread.as_deref()
    }
}

impl ListedKind {
    /// What the regular file was, where someone has looked.
    pub fn seen(&self) -> Option<&Seen> {
        match self {
            Self::File(seen) => Some(seen),
            Self::Named(seen) => seen.get(),
            _ => None,
        }
    }

    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        matches!(self, Self::File(_) | Self::Named(_))
    }

    /// Whether a later look shows the same. Of a file nobody looked at, no more is asked than that it is one.
    fn is_still(&self, now: &Self) -> bool {
        match self {
            Self::Named(seen) => {
                now.is_file() && seen.get().is_none_or(|seen| Some(seen) == now.seen())
            }
            _ => self == now,
        }
    }
}

impl Folder {
    /// Lists one folder. Where a path in it is too long, the folder counts as one that cannot be read.
    pub fn list(root: &Root, raw: &[u8], manner: Manner, buffer: &mut Vec<u8>) -> Self {
        let mut draft = Draft::default();
        let read = root.folder(raw).and_then(|folder| {
            let space = buffer.spare_capacity_mut();
            Ok(draft.read(folder.as_fd(), manner.names_alone, space)?)
        });
        let length = |thing: &Thing| raw.len() + 1 + usize::from(thing.length);
        let mut unread = read.err().map(|error| in_words(&error));
        if draft
            .things
            .iter()
            .any(|(_, thing)| length(thing) > manner.longest)
        {
            draft = Draft::default();
            unread = Some(in_words(&Errno::NAMETOOLONG.into()));
        }
        draft.finish(raw, unread)
    }

    /// Its raw path below the folder that is listed.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    fn name(&self, thing: &Thing) -> &[u8] {
        &self.names[thing.at..thing.at + usize::from(thing.length)]
    }

    fn path_into(&self, thing: &Thing, path: &mut Vec<u8>) {
        path.extend(&self.raw);
        if !self.raw.is_empty() {
            path.push(b'/');
        }
        path.extend(self.name(thing));
    }

    /// The raw paths of the folders in it.
    pub fn folders(&self) -> impl Iterator<Item = Vec<u8>> {
        let folders = self
            .things
            .iter()
            .filter(|thing| thing.kind == ListedKind::Dir);
        folders.map(|thing| {
            let mut path = Vec::new();
            self.path_into(thing, &mut path);
            path
        })
    }

    /// Holds a later look at the same folder against this one. Tells of what is not as it was: the raw path, and
    /// whether it is a folder that was not there.
    pub fn compare(&self, now: &Self, differs: &mut dyn FnMut(Vec<u8>, bool)) {
        if self.unread != now.unread {
            differs(self.raw.to_vec(), false);
        }
        let path = |folder: &Self, thing: &Thing| {
            let mut path = Vec::new();
            folder.path_into(thing, &mut path);
            path
        };
        let (mut before, mut after) = (self.things.iter().peekable(), now.things.iter().peekable());
        loop {
            let order = match (before.peek(), after.peek()) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => self.name(a).cmp(now.name(b)),
            };
            let gone = before.next_if(|_| order.is_le());
            let come = after.next_if(|_| order.is_ge());
            match (gone, come) {
                (Some(a), Some(b)) if a.kind.is_still(&b.kind) => {}
                (_, Some(b)) => differs(path(now, b), b.kind == ListedKind::Dir),
                (Some(a), None) => differs(path(self, a), false),
                (None, None) => {}
            }
        }
    }
}

/// A folder that is being listed, its things in no order yet.
#[derive(Default)]
struct Draft {
    names: Vec<u8>,
    /// Each behind the beginning of its name, which nearly always says in which order two stand.
    things: Vec<(u64, Thing)>,
}

impl Draft {
    fn read(
        &mut self,
        folder: impl AsFd + Copy,
        names_alone: bool,
        buffer: &mut [MaybeUninit<u8>],
    ) -> Result<(), Errno> {
        let mut entries = RawDir::new(folder, buffer);
        while let Some(entry) = entries.next() {
            let entry = entry?;
            let name = entry.file_name();
            if !matches!(name.to_bytes(), b"." | b"..") {
                let (at, length) = (self.names.len(), name.to_bytes().len());
                self.names.extend(name.to_bytes());
                let thing = Thing {
                    at,
                    // A name has at most a few hundred bytes.
                    length: u16::try_from(length).unwrap_or(u16::MAX),
                    kind: match entry.file_type() {
                        FileType::RegularFile if names_alone => ListedKind::Named(OnceLock::new()),
                        kind => kind_of(folder, name, kind),
                    },
                };
                self.things.push((beginning(name.to_bytes()), thing));
            }
        }
        Ok(())
    }

    fn finish(mut self, raw: &[u8], unread: Option<String>) -> Folder {
        let name = |thing: &Thing| &self.names[thing.at..thing.at + usize::from(thing.length)];
        self.things
            .sort_unstable_by(|(begins_a, a), (begins_b, b)| {
                begins_a.cmp(begins_b).then_with(|| name(a).cmp(name(b)))
            });
        Folder {
            raw: raw.into(),
            names: self.names.into(),
            things: self.things.into_iter().map(|(_, thing)| thing).collect(),
            unread,
        }
    }
}

/// The first eight bytes of a name as a number, in the order of the bytes. There is no NUL in a name.
fn beginning(name: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let length = name.len().min(8);
    bytes[..length].copy_from_slice(&name[..length]);
    u64::from_be_bytes(bytes)
}

fn kind_of(folder: impl AsFd + Copy, name: &std::ffi::CStr, kind: FileType) -> ListedKind {
    let unreadable = |error: Errno| ListedKind::Unreadable(in_words(&error.into()).into());
    // Not every file system says what a thing is where it says its name.
    let stat = match kind {
        FileType::RegularFile | FileType::Unknown => {
            match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => Some(stat),
                Err(error) => return unreadable(error),
            }
        }
        _ => None,
    };
    let special = match stat.as_ref().map_or(kind, file_type) {
        FileType::Directory => return ListedKind::Dir,
        FileType::Symlink => {
            return match readlinkat(folder, name, Vec::new()) {
                Ok(target) => ListedKind::Symlink(target.into_bytes().into()),
                Err(error) => {
                    let why = in_words(&error.into());
                    ListedKind::Unreadable(format!("the link could not be read: {why}").into())
                }
            };
        }
        FileType::Fifo => Special::Fifo,
        FileType::Socket => Special::Socket,
        FileType::CharacterDevice => Special::Char,
        FileType::BlockDevice => Special::Block,
        FileType::RegularFile | FileType::Unknown => {
            return stat.map_or_else(
                || ListedKind::Unreadable("it could not be looked at".into()),
                |stat| ListedKind::File(Seen::of(&stat)),
            );
        }
    };
    ListedKind::Special(special)
}

/// What the system said, as the end of a sentence.
pub fn in_words(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::FileTooLarge => "the file system takes no file that large".to_owned(),
        ErrorKind::AlreadyExists => "it exists already".to_owned(),
        ErrorKind::NotADirectory => "it is not a folder".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        // The system's own words, without the number it puts behind them.
        _ => error
            .to_string()
            .split(" (os error")
            .next()
            .unwrap_or_default()
            .to_lowercase(),
    }
}
