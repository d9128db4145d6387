//! A second look, when everything has been read: what was sealed or checked must still be what stands there.
//!
//! Each file is compared with itself while it is read. A file that was read in the first hour and changed in the second
//! one, a file that came or went in the meantime, only this shows.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::listing::{Listed, list};
use super::opening::{Identity, Root, stat_named};

/// What was seen at the first look.
#[derive(Default)]
pub struct FirstLook {
    named: Vec<(PathBuf, Vec<u8>, Identity)>,
    folders: Vec<(Root, Vec<u8>, Vec<Listed>)>,
}

impl FirstLook {
    /// Keeps in mind a thing that was named itself.
    pub fn keep_named(&mut self, path: PathBuf, name: Vec<u8>, identity: Identity) {
        self.named.push((path, name, identity));
    }

    /// Keeps in mind what is in a folder.
    pub fn keep_folder(&mut self, root: Root, prefix: Vec<u8>, listed: Vec<Listed>) {
        self.folders.push((root, prefix, listed));
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
        for (root, prefix, before) in &self.folders {
            let now = list(root, prefix);
            let mut differing: BTreeMap<&[u8], &Listed> = before
                .iter()
                .map(|listed| (&listed.raw[..], listed))
                .collect();
            for listed in &now {
                match differing.get(&listed.raw[..]) {
                    Some(same) if *same == listed => drop(differing.remove(&listed.raw[..])),
                    _ => drop(differing.insert(&listed.raw, listed)),
                }
            }
            changed.extend(differing.into_keys().map(<[u8]>::to_vec));
        }
        changed
    }
}
