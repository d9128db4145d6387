//! Takes an inventory. `seal`, `verify` and `receive` look at evidence through this one function.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Stat};

use crate::audit::inventory::{Found, FoundFile, FoundKind, Inventory};
use crate::record::entry::{MAX_FILE_SIZE, Special};
use crate::record::path::{PathText, TargetText};

pub use super::inventory_error::InventoryError;
pub use super::look::{Look, Tasks, Unread};

use super::disk::is_without_moving_parts;
use super::early_start::keep_wanted;
use super::engine::Buffer;
use super::listing::{ListedKind, Listing, Manner, Seen, in_words};
use super::one_file::{Outcome, Reading, seek_size};
use super::opening::{Identity, Root, file_type, read_named, stat_named};
use super::plan::{Plan, Planned, longest_below, text_of};
use super::progress::Progress;
use super::second_look::FirstLook;
use super::side_by_side::{Outcomes, nothing_read, read_ahead};
use super::source::{Source, SourceError};

type Taken<T> = Result<T, InventoryError>;

/// Looks at evidence: lists it, reads what is to be read, follows nothing, changes nothing.
///
/// # Errors
/// Where the source cannot be one, the work is interrupted, or [`Look::unread`] says so.
pub fn take(source: &Source, look: &Look<'_>, progress: &mut dyn Progress) -> Taken<Inventory> {
    let mut camera = Camera {
        look,
        progress,
        buffer: Buffer::default(),
        links: HashMap::new(),
        failed: Vec::new(),
        first: FirstLook::default(),
        names_alone: false,
    };
    // A seal must know before hours of reading what cannot be read.
    if let Tasks::ByName { bytes, .. } = look.tasks
        && look.unread == Unread::Note
        && !matches!(source, Source::File(_))
    {
        camera.progress.begin(bytes);
        camera.names_alone = true;
    }
    let mut found = match source {
        Source::File(path) => vec![camera.named(path)?],
        Source::Folder(folder) => {
            let early = look.tasks.early().filter(|_| camera.names_alone);
            let (root, begun) = match early.and_then(|early| early.of(folder)) {
                Some((root, plan, read)) => (root, Some((plan, read))),
                None => (Root::open(folder).map_err(unseen(folder))?, None),
            };
            camera.folder(root, b"", begun)?
        }
        Source::Parts(parts) => camera.parts(parts)?,
    };
    if !camera.failed.is_empty() {
        return Err(InventoryError::Unread(camera.failed));
    }
    if found.len() > crate::record::entry::MAX_ENTRIES {
        return Err(InventoryError::TooMany {
            found: found.len(),
            most: crate::record::entry::MAX_ENTRIES,
        });
    }
    camera.look_again(&mut found)?;
    Ok(Inventory { found })
}

/// What was named cannot be looked at.
fn unseen(path: &Path) -> impl FnOnce(io::Error) -> SourceError {
    let path = path.to_owned();
    move |error| SourceError::Unseen { path, error }
}

/// What goes from file to file.
struct Camera<'a, 'b> {
    look: &'a Look<'b>,
    progress: &'a mut dyn Progress,
    buffer: Buffer,
    /// Files with several names: the first name each was found under, and what was found.
    links: HashMap<(u64, u64), (PathText, FoundFile)>,
    /// What was seen, to look at again in the end.
    first: FirstLook,
    /// Whether files are looked at when they are opened, and not before. How much there is was told already.
    names_alone: bool,
    /// Files that could not be read, where that ends the work.
    failed: Vec<(String, String)>,
}

impl<'b> Camera<'_, 'b> {
    /// One thing that was named itself.
    fn named(&mut self, path: &Path) -> Taken<Found> {
        let name = path.file_name().ok_or_else(|| SourceError::NoName {
            path: path.to_owned(),
        })?;
        let name = text_of(name.as_bytes())?;
        let stat = stat_named(path).map_err(unseen(path))?;
        if file_type(&stat) != FileType::BlockDevice {
            self.first.keep_named(
                path.to_owned(),
                name.raw().into_owned(),
                Identity::of(&stat),
            );
        }
        let kind = match file_type(&stat) {
            FileType::RegularFile | FileType::BlockDevice => {
                let size = size_of(path, &stat).map_err(unseen(path))?;
                self.begin(size);
                self.refuse_giants(&name, size)?;
                match self.look.tasks.of(&name, Some(&Seen::of(&stat))) {
                    Some(task) => {
                        let reading = self.reading(stat.st_dev);
                        let open = || read_named(path);
                        let outcome = reading.read(
                            name.as_str(),
                            open,
                            None,
                            task,
                            &mut self.buffer,
                            self.progress,
                        );
                        self.settle(&name, outcome)?
                    }
                    None => FoundKind::File(Box::new(FoundFile {
                        bytes: size,
                        ..FoundFile::default()
                    })),
                }
            }
            FileType::Directory => FoundKind::Dir,
            FileType::Symlink => match std::fs::read_link(path)
                .map(|target| TargetText::from_raw(target.as_os_str().as_bytes()))
            {
                Ok(Ok(target)) => FoundKind::Symlink(target),
                _ => FoundKind::Unreadable {
                    reason: "the link could not be read".to_owned(),
                },
            },
            FileType::Fifo => FoundKind::Special(Special::Fifo),
            FileType::Socket => FoundKind::Special(Special::Socket),
            _ => FoundKind::Special(Special::Char),
        };
        Ok(Found { path: name, kind })
    }

    /// Several things side by side, each under its own name.
    fn parts(&mut self, parts: &[PathBuf]) -> Taken<Vec<Found>> {
        let mut found = Vec::new();
        for part in parts {
            let mut one = self.named(part)?;
            let mut inside = Vec::new();
            if matches!(one.kind, FoundKind::Dir) {
                let prefix = [&one.path.raw()[..], b"/"].concat();
                match Root::open(part) {
                    Ok(root) => {
                        inside = self.folder(root, &prefix, None)?;
                        // That it could not be read to its end is said of the folder itself.
                        if inside.first().is_some_and(|first| first.path == one.path) {
                            one = inside.remove(0);
                        }
                    }
                    Err(error) => one.kind = self.unreadable(&one.path, in_words(&error)),
                }
            }
            found.push(one);
            found.append(&mut inside);
        }
        found.sort_by_cached_key(|found| found.path.raw().into_owned());
        Ok(found)
    }

    fn folder(
        &mut self,
        root: Root,
        prefix: &[u8],
        early: Option<(Plan, Outcomes)>,
    ) -> Taken<Vec<Found>> {
        let reading = self.reading(root.device());
        let manner = Manner {
            longest: longest_below(prefix),
            names_alone: self.names_alone,
            crew: reading.crew(),
        };
        let (mut plan, mut outcomes) = match early {
            Some(begun) => begun,
            None => {
                let plan = Plan::of(Listing::of(&root, b"", manner), prefix)?;
                let outcomes = nothing_read(&plan);
                (plan, outcomes)
            }
        };
        plan.set(|path, seen| self.look.tasks.of(path, seen));
        self.foresee(&root, &plan)?;
        let mut found = Vec::with_capacity(plan.things.len() + 1);
        if let Some(reason) = plan.listing().unread(b"") {
            let path = text_of(prefix.strip_suffix(b"/").unwrap_or(prefix))?;
            let kind = self.unreadable(&path, reason.to_owned());
            found.push(Found { path, kind });
        }
        self.progress.advance(keep_wanted(&plan, &mut outcomes));
        read_ahead(&reading, &root, &plan, self.progress, &mut outcomes);
        if self.progress.is_interrupted() {
            return Err(InventoryError::Interrupted);
        }
        let (listing, things) = plan.into_parts();
        for (planned, outcome) in things.into_iter().zip(outcomes) {
            let path = &planned.path;
            let raw = || listing.path(planned.place);
            let kind = match listing.kind(planned.place) {
                kind @ (ListedKind::File(_) | ListedKind::Named(_)) => match (outcome, kind.seen())
                {
                    (None, Some(&seen)) => {
                        self.listed_file(&reading, || root.read(&raw()), &planned, seen)?
                    }
                    (outcome, _) => self.settle(path, outcome.unwrap_or(Outcome::Interrupted))?,
                },
                ListedKind::Dir => match listing.unread(&raw()) {
                    Some(reason) => self.unreadable(path, reason.to_owned()),
                    None => FoundKind::Dir,
                },
                ListedKind::Symlink(target) => match TargetText::from_raw(target) {
                    Ok(target) => FoundKind::Symlink(target),
                    Err(error) => {
                        return Err(InventoryError::Name {
                            path: path.to_string(),
                            problem: format!("its link points at {error}"),
                        });
                    }
                },
                ListedKind::Special(special) => FoundKind::Special(*special),
                ListedKind::Unreadable(reason) => self.unreadable(path, reason.to_string()),
            };
            found.push(Found {
                path: planned.path,
                kind,
            });
        }
        self.first
            .keep_folder(root, prefix.to_vec(), listing, manner);
        Ok(found)
    }

    /// Looks a second time: what is not as it was is no part of a seal, and was not checked.
    fn look_again(&mut self, found: &mut Vec<Found>) -> Taken<()> {
        let changed = self.first.changed();
        if changed.is_empty() {
            return Ok(());
        }
        let places = found
            .iter()
            .enumerate()
            .map(|(place, found)| (found.path.clone(), place));
        let places: HashMap<PathText, usize> = places.collect();
        for raw in changed {
            let path = text_of(&raw)?;
            let kind = self.changed(&path)?;
            match places.get(&path) {
                Some(&place) => found[place].kind = kind,
                None => found.push(Found { path, kind }),
            }
        }
        Ok(())
    }

    /// The work is known, as far as it was not before.
    fn begin(&mut self, bytes: u64) {
        if !self.names_alone {
            self.progress.begin(bytes);
        }
    }

    /// A file larger than the format takes is refused before it is read.
    fn refuse_giants(&self, path: &PathText, bytes: u64) -> Taken<()> {
        if self.look.unread != Unread::Note && bytes > MAX_FILE_SIZE {
            return Err(InventoryError::TooLarge {
                path: path.to_string(),
            });
        }
        Ok(())
    }

    /// Before hours of reading: how much there is, and whether anything cannot be opened.
    fn foresee(&mut self, root: &Root, plan: &Plan) -> Taken<()> {
        let refuses = self.look.unread == Unread::Refuse;
        let mut total = 0;
        let mut unread: Vec<(String, String)> = Vec::new();
        if let Some(reason) = plan.listing().unread(b"") {
            unread.push(("the folder itself".to_owned(), reason.to_owned()));
        }
        for (number, planned) in plan.things.iter().enumerate() {
            let reason = match plan.kind(number) {
                kind if kind.is_file() && planned.task.is_some() => {
                    let size = kind.seen().map_or(0, |seen| seen.identity.size);
                    total += size;
                    self.refuse_giants(&planned.path, size)?;
                    match refuses.then(|| root.read(&plan.path(number))) {
                        Some(Err(error)) => in_words(&error),
                        _ => continue,
                    }
                }
                ListedKind::Unreadable(reason) => reason.to_string(),
                ListedKind::Dir => match plan.listing().unread(&plan.path(number)) {
                    Some(reason) => reason.to_owned(),
                    None => continue,
                },
                _ => continue,
            };
            unread.push((planned.path.to_string(), reason));
        }
        self.begin(total);
        if refuses && !unread.is_empty() {
            return Err(InventoryError::Unread(unread));
        }
        Ok(())
    }

    fn listed_file(
        &mut self,
        reading: &Reading<'_>,
        open: impl FnOnce() -> io::Result<File>,
        Planned { path, task, .. }: &Planned,
        Seen { identity, names }: Seen,
    ) -> Taken<FoundKind> {
        let bytes = identity.size;
        let Some(task) = *task else {
            return Ok(FoundKind::File(Box::new(FoundFile {
                bytes,
                ..FoundFile::default()
            })));
        };
        if names > 1
            && let Some((first, known)) = self.links.get(&identity.file)
        {
            self.progress.advance(bytes);
            // Read already, under its first name; read again only where this name asks for something else.
            let enough = (!task.whole || known.sha256.is_some())
                && task
                    .piece_size
                    .is_none_or(|size| known.pieces.as_ref().is_some_and(|(s, _)| *s == size));
            if enough {
                return Ok(FoundKind::File(Box::new(FoundFile {
                    same_file_as: Some(first.clone()),
                    ..known.clone()
                })));
            }
        }
        let outcome = reading.read(
            path.as_str(),
            open,
            Some(identity),
            task,
            &mut self.buffer,
            self.progress,
        );
        let kind = self.settle(path, outcome)?;
        if names > 1
            && let FoundKind::File(known) = &kind
        {
            self.links
                .entry(identity.file)
                .or_insert_with(|| (path.clone(), (**known).clone()));
        }
        Ok(kind)
    }

    /// What a file that was read is in the inventory.
    fn settle(&mut self, path: &PathText, outcome: Outcome) -> Taken<FoundKind> {
        match outcome {
            Outcome::Read(file) => Ok(FoundKind::File(file)),
            Outcome::Unreadable(reason) => Ok(self.unreadable(path, reason)),
            Outcome::Changed => self.changed(path),
            Outcome::Interrupted => Err(InventoryError::Interrupted),
        }
    }

    fn reading(&self, device: u64) -> Reading<'b> {
        Reading {
            engine: self.look.engine,
            others: self.look.others,
            side_by_side: is_without_moving_parts(device),
            partial: self.look.partial,
        }
    }

    fn unreadable(&mut self, path: &PathText, reason: String) -> FoundKind {
        if self.look.unread == Unread::Refuse {
            self.failed.push((path.to_string(), reason.clone()));
        }
        FoundKind::Unreadable { reason }
    }

    fn changed(&self, path: &PathText) -> Taken<FoundKind> {
        match self.look.unread {
            Unread::Note => Ok(FoundKind::Unreadable {
                reason: "it changed while it was being read".to_owned(),
            }),
            Unread::Refuse | Unread::Record => Err(InventoryError::Changed {
                path: path.to_string(),
            }),
        }
    }
}

fn size_of(path: &Path, stat: &Stat) -> io::Result<u64> {
    match file_type(stat) {
        FileType::BlockDevice => seek_size(&mut read_named(path)?),
        _ => Ok(Identity::of(stat).size),
    }
}

#[cfg(test)]
mod tests;
