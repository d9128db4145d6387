//! Lists what is in a folder and in the folders below it, without following links and without opening files.

use std::cmp::Ordering;
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rustix::fs::{AtFlags, FileType, RawDir, readlinkat, statat};
use rustix::io::Errno;

use crate::record::entry::Special;

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
    /// A regular file.
    File {
        /// Which file it is, its length and its times.
        identity: Identity,
        /// How many names it has.
        names: u32,
    },
    /// A folder.
    Dir,
    /// A symbolic link, with the raw bytes of what it points at.
    Symlink(Box<[u8]>),
    /// A FIFO, socket or device.
    Special(Special),
    /// Something that could not be looked at.
    Unreadable(Box<str>),
}

/// A thing in a listing: the number of its folder, and its own in there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    folder: u32,
    thing: u32,
}

impl Listing {
    /// Lists the folder of this raw path below the root, and all below it; the root itself by the empty path. As many
    /// folders are listed at once as there are to be `threads`. Paths longer than `longest` are not listed.
    pub fn of(root: &Root, raw: &[u8], longest: usize, threads: usize) -> Self {
        let first = Folder::list(root, raw, longest, &mut Self::buffer());
        let below: Vec<_> = first.folders().collect();
        let threads = threads.min(below.len());
        let queue = Queue::with(below, longest);
        let mut folders = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads)
                .map(|_| scope.spawn(|| queue.work(root)))
                .collect();
            let mut folders = queue.work(root);
            folders.push(first);
            for other in others {
                match other.join() {
                    Ok(more) => folders.extend(more),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            folders
        });
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

    /// What a thing is.
    pub fn kind(&self, place: Place) -> &ListedKind {
        &self.thing(place).1.kind
    }

    /// The folders that could not be read, or not to their end, and why.
    pub fn unread(&self) -> impl Iterator<Item = (&[u8], &str)> {
        self.folders
            .iter()
            .filter_map(|folder| Some((&folder.raw[..], folder.unread.as_deref()?)))
    }
}

impl Folder {
    /// Lists one folder. Where a path in it is longer than `longest`, the folder counts as one that cannot be read.
    pub fn list(root: &Root, raw: &[u8], longest: usize, buffer: &mut Vec<u8>) -> Self {
        let mut draft = Draft::default();
        let read = root
            .folder(raw)
            .and_then(|folder| Ok(draft.read(folder.as_fd(), buffer.spare_capacity_mut())?));
        let length = |thing: &Thing| raw.len() + 1 + usize::from(thing.length);
        let mut unread = read.err().map(|error| in_words(&error));
        if draft.things.iter().any(|thing| length(thing) > longest) {
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
    fn folders(&self) -> impl Iterator<Item = Vec<u8>> {
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
                (Some(a), Some(b)) if a.kind == b.kind => {}
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
    things: Vec<Thing>,
}

impl Draft {
    fn read(
        &mut self,
        folder: impl AsFd + Copy,
        buffer: &mut [MaybeUninit<u8>],
    ) -> Result<(), Errno> {
        let mut entries = RawDir::new(folder, buffer);
        while let Some(entry) = entries.next() {
            let entry = entry?;
            let name = entry.file_name();
            if !matches!(name.to_bytes(), b"." | b"..") {
                let (at, length) = (self.names.len(), name.to_bytes().len());
                self.names.extend(name.to_bytes());
                self.things.push(Thing {
                    at,
                    // A name has at most a few hundred bytes.
                    length: u16::try_from(length).unwrap_or(u16::MAX),
                    kind: kind_of(folder, name, entry.file_type()),
                });
            }
        }
        Ok(())
    }

    fn finish(mut self, raw: &[u8], unread: Option<String>) -> Folder {
        let name = |thing: &Thing| &self.names[thing.at..thing.at + usize::from(thing.length)];
        self.things.sort_unstable_by(|a, b| name(a).cmp(name(b)));
        Folder {
            raw: raw.into(),
            names: self.names.into(),
            things: self.things.into(),
            unread,
        }
    }
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
                |stat| ListedKind::File {
                    identity: Identity::of(&stat),
                    names: u32::try_from(stat.st_nlink).unwrap_or(u32::MAX),
                },
            );
        }
    };
    ListedKind::Special(special)
}

/// The folders that are still to be listed, by whoever has nothing else to do.
struct Queue {
    longest: usize,
    state: Mutex<Waiting>,
    changed: Condvar,
}

struct Waiting {
    folders: Vec<Vec<u8>>,
    /// How many threads are listing one, and may find more.
    busy: usize,
}

impl Queue {
    fn with(folders: Vec<Vec<u8>>, longest: usize) -> Self {
        Self {
            longest,
            state: Mutex::new(Waiting { folders, busy: 0 }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a folder; waits for one while others may still find some.
    fn take(&self) -> Option<Vec<u8>> {
        let mut waiting = self.lock();
        loop {
            if let Some(folder) = waiting.folders.pop() {
                waiting.busy += 1;
                return Some(folder);
            }
            if waiting.busy == 0 {
                return None;
            }
            waiting = self
                .changed
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn work(&self, root: &Root) -> Vec<Folder> {
        let mut buffer = Listing::buffer();
        let mut listed = Vec::new();
        while let Some(raw) = self.take() {
            let folder = Folder::list(root, &raw, self.longest, &mut buffer);
            let mut waiting = self.lock();
            waiting.folders.extend(folder.folders());
            waiting.busy -= 1;
            drop(waiting);
            self.changed.notify_all();
            listed.push(folder);
        }
        listed
    }
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
