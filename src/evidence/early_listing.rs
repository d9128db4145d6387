//! A folder that is listed while the bundle is still being read, which takes as long where there are many files.

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use super::disk::is_without_moving_parts;
use super::engine::Engine;
use super::listing::{Listing, Manner};
use super::one_file::crew;
use super::opening::Root;
use super::plan::longest_below;

/// The names in a folder, which another thread is listing.
pub struct EarlyListing {
    path: PathBuf,
    listed: JoinHandle<Listed>,
}

/// A folder, and what is in it.
type Listed = (Root, Listing);

impl EarlyListing {
    /// Begins to list a folder, where there is one and several things may be read from its disk at once.
    pub fn begin(path: &Path, engine: Engine) -> Option<Self> {
        let root = Root::open(path).ok()?;
        let side_by_side = is_without_moving_parts(root.device());
        if !side_by_side {
            return None;
        }
        let manner = Manner {
            longest: longest_below(b""),
            names_alone: true,
            crew: crew(engine, side_by_side),
        };
        let list = move || {
            let listing = Listing::of(&root, b"", manner);
            (root, listing)
        };
        Some(Self {
            path: path.to_owned(),
            listed: std::thread::Builder::new().spawn(list).ok()?,
        })
    }

    /// What was listed, where it was this folder.
    pub(super) fn of(self, path: &Path) -> Option<Listed> {
        (self.path == path).then(|| self.listed.join().ok())?
    }
}
