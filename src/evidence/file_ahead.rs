//! A file that is read beside others, before its turn in the inventory comes.

use std::fs::File;

use rustix::fs::{FileType, Stat};

use crate::audit::inventory::Task;
use crate::record::pieces::MIN_PIECE;

use super::listing::{ListedKind, Seen};
use super::one_file::{Outcome, open_listed, open_named, unreadable};
use super::opening::{Opener, file_type};
use super::plan::Plan;

/// The longest file that is read by one processor beside others.
const MAX_MIDDLE: u64 = 64 << 20;

/// A file that is to be read ahead.
pub struct FileAhead<'l> {
    /// Its number in the plan.
    pub number: usize,
    /// What it was, or that this is to be known when it is opened.
    pub kind: &'l ListedKind,
    /// How it is to be read, if at all.
    pub task: Option<Task>,
}

impl<'l> FileAhead<'l> {
    /// What was planned under this number, where it is a file.
    pub fn of_plan(number: usize, plan: &'l Plan) -> Option<Self> {
        let kind = plan.kind(number);
        kind.is_file().then_some(Self {
            number,
            kind,
            task: plan.things[number].task,
        })
    }

    /// Whether it is read with the small ones, or at least looked at with them.
    pub fn is_small(&self) -> bool {
        self.kind.seen().is_none_or(|seen| {
            seen.names == 1 && seen.identity.size <= MIN_PIECE && self.task.is_some()
        })
    }

    /// How it is to be read, where it is one of the middle ones.
    pub fn middle(&self) -> Option<Task> {
        let seen = self.kind.seen()?;
        let is_middle = (MIN_PIECE + 1..=MAX_MIDDLE).contains(&seen.identity.size);
        self.task.filter(|_| is_middle && seen.names == 1)
    }

    /// Opens it, and looks at it where nobody has. Gives it where it is small and to be read.
    ///
    /// # Errors
    /// What came of it where it cannot be opened, or is not what was listed.
    pub fn open_small(
        &self,
        plan: &Plan,
        opener: &mut Opener<'_>,
    ) -> Result<Option<(File, Stat)>, Outcome> {
        let (folder, name) = plan.name(self.number);
        if let (None, None) = (self.task, self.kind.seen()) {
            let stat = opener.look(folder, name).map_err(unreadable)?;
            return self.remember(&stat).map(|()| None);
        }
        let open = || opener.read(folder, name);
        if let Some(seen) = self.kind.seen() {
            return open_listed(open, seen.identity).map(Some);
        }
        let (opened, before) = open_named(open)?;
        self.remember(&before)?;
        Ok(self.is_small().then_some((opened, before)))
    }

    /// Keeps what it was when it was opened. What was listed as a file must be one.
    fn remember(&self, stat: &Stat) -> Result<(), Outcome> {
        if file_type(stat) != FileType::RegularFile {
            return Err(Outcome::Changed);
        }
        if let ListedKind::Named(seen) = self.kind {
            // Nobody else looks at this one.
            let _ = seen.set(Seen::of(stat));
        }
        Ok(())
    }
}
