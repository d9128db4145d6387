//! How someone looks at evidence: which files are to be read, by what, and what is done about those that cannot be.

use std::cell::Cell;

use crate::audit::inventory::Task;
use crate::record::path::PathText;

use super::cross_reference::CrossReference;
use super::early_start::EarlyStart;
use super::engine::Engine;
use super::listing::Seen;
use super::partial_seal::PartialSeal;

/// What to do about files that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// End with an error that names them: a seal.
    Refuse,
    /// Record that they could not be read: a seal that was told so. A file that changes while it is read still ends it.
    Record,
    /// Note them, and files that change while they are read: a check.
    Note,
}

/// How to look.
pub struct Look<'a> {
    /// How files are to be read.
    pub tasks: Tasks<'a>,
    /// What reads and hashes.
    pub engine: Engine,
    /// Digests wanted beside SHA-256.
    pub others: &'a [CrossReference],
    /// What to do about files that cannot be read.
    pub unread: Unread,
    /// What an interrupted seal left, and where this one keeps how far it is.
    pub partial: Option<&'a PartialSeal>,
}

/// How files are to be read, as whoever asks for them says; `None`: not at all.
pub enum Tasks<'a> {
    /// By the path and the size of each. All files are looked at before the first is opened.
    BySize(&'a dyn Fn(&PathText, u64) -> Option<Task>),
    /// By the path of each: nothing need be known of a file before it is opened.
    ByName {
        /// How the file of this path is to be read.
        task: &'a dyn Fn(&PathText) -> Option<Task>,
        /// How many bytes it will be, as far as anyone can say.
        bytes: u64,
        /// The folder, where someone has begun with it.
        early: Cell<Option<EarlyStart>>,
    },
}

impl Tasks<'_> {
    /// What was begun early, where something was. It is given once.
    pub fn early(&self) -> Option<EarlyStart> {
        match self {
            Self::ByName { early, .. } => early.take(),
            Self::BySize(_) => None,
        }
    }

    /// How the file of this path is to be read, if at all.
    pub fn of(&self, path: &PathText, seen: Option<&Seen>) -> Option<Task> {
        match self {
            Self::BySize(task) => task(path, seen.map_or(0, |seen| seen.identity.size)),
            Self::ByName { task, .. } => task(path),
        }
    }
}
