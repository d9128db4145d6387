//! The rosters that the reader pinned, kept in the home: `rosters/ROOT.json`, one for each root. Only a roster that is
//! sound under this root is kept.

use std::path::PathBuf;

use crate::audit::roster::{Standing, standing};
use crate::audit::roster_change::SoundRoster;
use crate::record::digest::Digest;
use crate::record::roster::Roster;

use super::home::{Home, HomeError};
use super::private_file;

/// The most bytes a pinned roster may have: as many as any roster.
const MAX_ROSTER: u32 = 1 << 30;

/// What it is called in an error.
const ROSTER: &str = "pinned roster";

impl Home {
    /// The pinned rosters, each with the root it is pinned under, in the order of these.
    ///
    /// # Errors
    /// Where one of them cannot be read, or a file among them is not called as one.
    pub fn rosters(&self) -> Result<Vec<(Digest, Roster)>, HomeError> {
        let mut found = Vec::new();
        for file in private_file::names_in(&self.rosters_dir())? {
            let file = file.to_string_lossy();
            match file.strip_suffix(".json").map(Digest::parse) {
                Some(Ok(root)) => found.extend(self.roster(&root)?.map(|roster| (root, roster))),
                Some(Err(_)) if !file.starts_with('.') => {
                    return Err(HomeError::StrayRoster(
                        self.rosters_dir().join(file.as_ref()),
                    ));
                }
                _ => {}
            }
        }
        found.sort_by_key(|(root, _)| *root);
        Ok(found)
    }

    /// The roster that is pinned under a root, where there is one.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn roster(&self, root: &Digest) -> Result<Option<Roster>, HomeError> {
        let path = self.roster_path(root);
        let bytes = match private_file::open(&path, ROSTER) {
            Err(error) if error.is_missing() => return Ok(None),
            other => other?.read(MAX_ROSTER)?,
        };
        match Roster::parse(&bytes) {
            Ok(roster) => Ok(Some(roster)),
            Err(error) => Err(HomeError::Broken(path, error)),
        }
    }

    /// Pins a roster beside those of other roots. Of the same root, it must have all versions of the pinned one.
    ///
    /// # Errors
    /// Where it is an older copy or a fork of the pinned one, or the system refuses.
    pub fn pin_roster(&self, roster: &SoundRoster) -> Result<Standing, HomeError> {
        let standing = match self.roster(&roster.root())? {
            Some(pinned) => standing(roster.file(), &pinned),
            None => Standing::Later,
        };
        match standing {
            Standing::Older => return Err(HomeError::OlderRoster),
            Standing::Forked => return Err(HomeError::ForkedRoster),
            Standing::Same => return Ok(standing),
            Standing::Later => {}
        }
        let mut text = String::new();
        // A String takes every write.
        let _ = roster.file().write(&mut text);
        private_file::make_folder(&self.rosters_dir())?;
        private_file::replace(&self.roster_path(&roster.root()), ROSTER, text.as_bytes())?;
        Ok(standing)
    }

    /// Takes away the roster that is pinned under a root; whether there was one.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn unpin_roster(&self, root: &Digest) -> Result<bool, HomeError> {
        Ok(private_file::remove(&self.roster_path(root), ROSTER)?)
    }

    fn rosters_dir(&self) -> PathBuf {
        self.dir().join("rosters")
    }

    fn roster_path(&self, root: &Digest) -> PathBuf {
        self.rosters_dir().join(format!("{root}.json"))
    }
}
