//! A second look, when everything has been read: what was sealed or checked must still be what stands there.
//!
//! Each file is compared with itself while it is read. A file that was read in the first hour and changed in the second
//! one, a file that came or went in the meantime, only this shows. It goes folder by folder, and keeps no second list.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::crew::Watch;
use super::listing::{Folder, Listing, Manner};
use super::opening::{Identity, Root, stat_named};

/// What was seen at the first look.
#[derive(Default)]
pub struct FirstLook {
    named: Vec<(PathBuf, Vec<u8>, Identity)>,
    folders: Vec<SeenFolder>,
}

/// A folder with all that was in it and below it.
struct SeenFolder {
    root: Root,
    prefix: Vec<u8>,
    listing: Listing,
    manner: Manner,
}

impl FirstLook {
    /// Keeps in mind a thing that was named itself.
    pub fn keep_named(&mut self, path: PathBuf, name: Vec<u8>, identity: Identity) {
        self.named.push((path, name, identity));
    }

    /// Keeps in mind what is in a folder, and how it was listed.
    pub fn keep_folder(&mut self, root: Root, prefix: Vec<u8>, listing: Listing, manner: Manner) {
        self.folders.push(SeenFolder {
            root,
            prefix,
            listing,
            manner: Manner {
                names_alone: false,
                ..manner
            },
        });
    }

    /// Looks again. Gives the raw paths of what is not as it was: changed, gone, or new.
    pub fn changed(&self) -> Vec<Vec<u8>> {
        let mut changed: Vec<Vec<u8>> = Vec::new();
        for (path, name, identity) in &self.named {
            let now = stat_named(path).map(|stat| Identity::of(&stat));
            if !now.is_ok_and(|now| now == *identity) {
                changed.push(name.clone());
            }
        }
        for folder in &self.folders {
            let named = folder.changed().into_iter().map(|below| {
                let whole = [&folder.prefix[..], &below].concat();
                // The folder itself has no name below itself.
                match (below.is_empty(), whole.strip_suffix(b"/")) {
                    (true, Some(itself)) => itself.to_vec(),
                    _ => whole,
                }
            });
            changed.extend(named);
        }
        changed
    }
}

impl SeenFolder {
    fn changed(&self) -> BTreeSet<Vec<u8>> {
        let next = AtomicUsize::new(0);
        let crew = self.manner.crew.for_things(self.listing.folders().len());
        let changed = crew.work(&|watch| self.look(&next, watch));
        changed.into_iter().flatten().collect()
    }

    /// Looks at one folder after the other, as long as there are some nobody has looked at.
    fn look(&self, next: &AtomicUsize, watch: &mut Watch<'_>) -> BTreeSet<Vec<u8>> {
        let (mut buffer, mut changed) = (Listing::buffer(), BTreeSet::new());
        while let Some(before) = self
            .listing
            .folders()
            .get(next.fetch_add(1, Ordering::Relaxed))
        {
            let list = || Folder::list(&self.root, before.raw(), self.manner, &mut buffer);
            let now = watch.during(list);
            before.compare(&now, &mut |raw, is_new_folder| {
                if is_new_folder {
                    let below = Listing::of(&self.root, &raw, self.manner);
                    for place in below.in_order() {
                        let mut path = Vec::new();
                        below.path_into(place, &mut path);
                        changed.insert(path);
                    }
                }
                changed.insert(raw);
            });
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::super::crew::Crew;
    use super::*;

    #[test]
    fn whatever_comes_goes_or_changes_is_seen() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        for folder in ["gone", "same/deep", "file"] {
            std::fs::create_dir_all(at(folder)).unwrap();
        }
        for file in [
            "changed",
            "gone/inside",
            "same/deep/file",
            "same/lost",
            "file/inside",
            "folder",
            "touched",
        ] {
            std::fs::write(at(file), "before").unwrap();
        }
        std::os::unix::fs::symlink("same", at("link")).unwrap();
        for threads in [1, 4] {
            let mut first = FirstLook::default();
            let root = Root::open(place.path()).unwrap();
            let manner = Manner {
                longest: 100,
                names_alone: false,
                crew: Crew {
                    few: threads,
                    most: threads,
                },
            };
            let listing = Listing::of(&root, b"", manner);
            first.keep_folder(root, b"E/".to_vec(), listing, manner);
            assert_eq!(first.changed(), Vec::<Vec<u8>>::new());
            if threads == 1 {
                continue;
            }
            std::fs::write(at("changed"), "after!").unwrap();
            std::fs::remove_dir_all(at("gone")).unwrap();
            std::fs::remove_file(at("same/lost")).unwrap();
            std::fs::remove_dir_all(at("file")).unwrap();
            std::fs::write(at("file"), "a file now").unwrap();
            std::fs::remove_file(at("folder")).unwrap();
            std::fs::create_dir_all(at("folder/new")).unwrap();
            std::fs::write(at("folder/new/file"), "new").unwrap();
            std::fs::remove_file(at("link")).unwrap();
            std::os::unix::fs::symlink("other", at("link")).unwrap();
            let changed: Vec<String> = first
                .changed()
                .into_iter()
                .map(|raw| String::from_utf8(raw).unwrap())
                .collect();
            assert_eq!(
                changed,
                [
                    "E/changed",
                    "E/file",
                    "E/file/inside",
                    "E/folder",
                    "E/folder/new",
                    "E/folder/new/file",
                    "E/gone",
                    "E/gone/inside",
                    "E/link",
                    "E/same/lost",
                ]
            );
        }
    }
}
