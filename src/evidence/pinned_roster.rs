//! The roster that the reader pinned, kept in the home. Its root is the key id that its first version is about: only a
//! roster that is sound under this root is kept.

use crate::audit::roster::{Standing, standing};
use crate::audit::roster_change::SoundRoster;
use crate::record::roster::Roster;

use super::home::{Home, HomeError};
use super::private_file;

/// The most bytes the pinned roster may have: as many as any roster.
const MAX_ROSTER: u32 = 1 << 30;

impl Home {
    /// The pinned roster, where there is one.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn roster(&self) -> Result<Option<Roster>, HomeError> {
        let path = self.dir().join("roster.json");
        let bytes = match private_file::open(&path, "pinned roster") {
            Err(error) if error.is_missing() => return Ok(None),
            other => other?.read(MAX_ROSTER)?,
        };
        match Roster::parse(&bytes) {
            Ok(roster) => Ok(Some(roster)),
            Err(error) => Err(HomeError::Broken(path, error)),
        }
    }

    /// Pins a roster in place of the one that is pinned. Of the same root, it must have all versions of that one.
    ///
    /// # Errors
    /// Where it is an older copy or a fork of the pinned one, or the system refuses.
    pub fn pin_roster(&self, roster: &SoundRoster) -> Result<Standing, HomeError> {
        let standing = match self.roster()? {
            Some(pinned) if pinned.claimed_root() == roster.root() => {
                standing(roster.file(), &pinned)
            }
            _ => Standing::Later,
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
        private_file::make_folder(self.dir())?;
        private_file::replace(
            &self.dir().join("roster.json"),
            "pinned roster",
            text.as_bytes(),
        )?;
        Ok(standing)
    }
}
