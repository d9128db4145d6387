//! Roster files: read whole or not at all, written whole or not at all, given a further version by one at a time.

use std::io;
use std::path::{Path, PathBuf};

use crate::record::json::ParseError;
use crate::record::roster::Roster;

use super::listing::in_words;
use super::shown;
use super::whole_file::{self, Draft, LockedFile, WholeFileError};

/// Why a roster could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{action} the roster {}: {reason}", shown(path))]
pub struct RosterFileError {
    /// What was being done: `reading`, `writing`.
    action: &'static str,
    /// Which file.
    path: PathBuf,
    reason: Reason,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("{}", in_words(.0))]
    Refused(io::Error),
    #[error("it is no regular file")]
    NoFile,
    #[error("it is larger than 1 GiB, the most a roster may have")]
    TooLarge,
    #[error("{0}")]
    NoRoster(ParseError),
    #[error("it exists already, and a roster is never overwritten by a new one")]
    Exists,
    #[error("it could not be used again: {0}")]
    Unusable(String),
    #[error("another program is holding it")]
    Held,
    #[error("another program has changed it in the meantime")]
    MovedOn,
}

impl RosterFileError {
    /// What a person can do.
    pub fn hint(&self) -> Option<String> {
        let hint = match &self.reason {
            Reason::NoRoster(_) => "a roster is the file that `custody roster new` wrote",
            Reason::Exists => {
                "-o gives another place; `custody roster add` gives the one that is there a further version"
            }
            Reason::Held => "wait until the other program has ended, and try again",
            Reason::MovedOn => "look at it with `custody roster show`, and begin again",
            Reason::Unusable(_) => "nothing was written",
            Reason::Refused(_) | Reason::NoFile | Reason::TooLarge => return None,
        };
        Some(hint.to_owned())
    }
}

fn failed(action: &'static str, path: &Path, reason: Reason) -> RosterFileError {
    RosterFileError {
        action,
        path: path.to_owned(),
        reason,
    }
}

/// What went wrong with the file, as an error of a roster.
fn of_roster(action: &'static str, path: &Path) -> impl Fn(WholeFileError) -> RosterFileError {
    move |error| {
        let reason = match error {
            WholeFileError::Refused(error) => Reason::Refused(error),
            WholeFileError::NoFile => Reason::NoFile,
            WholeFileError::TooLarge => Reason::TooLarge,
            WholeFileError::Exists => Reason::Exists,
            WholeFileError::Held => Reason::Held,
        };
        failed(action, path, reason)
    }
}

/// Reads a roster.
///
/// # Errors
/// Where the file cannot be read, is too large, or is no roster.
pub fn load(path: &Path) -> Result<Roster, RosterFileError> {
    let bytes = whole_file::read(path).map_err(of_roster("reading", path))?;
    Roster::parse(&bytes).map_err(|error| failed("reading", path, Reason::NoRoster(error)))
}

/// Writes a new roster; one that is there already stays as it is.
///
/// # Errors
/// Where there is one already, or the system refuses. Nothing half-written stays.
pub fn create(path: &Path, roster: &Roster) -> Result<(), RosterFileError> {
    let refused = of_roster("writing", path);
    let draft = Draft::beside(path, 0o666, |text| roster.write(text)).map_err(&refused)?;
    read_back(path, draft.path())?;
    draft.put_new(path).map_err(refused)
}

/// A roster that nobody else can change until this is dropped.
pub struct LockedRoster(LockedFile);

impl LockedRoster {
    /// Locks a roster, reads it again, and makes sure that it is the one that was judged.
    ///
    /// # Errors
    /// Where it cannot be locked or read, or has moved on.
    pub fn lock(path: &Path, judged: &Roster) -> Result<Self, RosterFileError> {
        let locked = LockedFile::lock(path).map_err(of_roster("locking", path))?;
        if load(path)?.latest().hash() != judged.latest().hash() {
            return Err(failed("changing", path, Reason::MovedOn));
        }
        Ok(Self(locked))
    }

    /// Puts the longer roster in the place of the old one, in one step.
    ///
    /// # Errors
    /// Where the system refuses; the old roster then stays as it was.
    pub fn replace(self, roster: &Roster) -> Result<(), RosterFileError> {
        let path = self.0.path().to_owned();
        let refused = of_roster("writing", &path);
        let draft = self.0.draft(|text| roster.write(text)).map_err(&refused)?;
        read_back(&path, draft.path())?;
        self.0.replace(draft).map_err(refused)
    }
}

/// Reads what was written, before it takes its place: nothing is kept that no reader would take.
fn read_back(path: &Path, draft: &Path) -> Result<(), RosterFileError> {
    load(draft)
        .map(drop)
        .map_err(|error| failed("writing", path, Reason::Unusable(error.reason.to_string())))
}
