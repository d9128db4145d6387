//! An early start: while the bundle is still being read, which takes a while where there are many files, the names in
//! the folder are listed, and the first of its small files read.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crate::audit::inventory::Task;

use super::disk::is_without_moving_parts;
use super::engine::Engine;
use super::listing::{Listing, Manner};
use super::one_file::{Outcome, Reading, crew};
use super::opening::Root;
use super::plan::{Plan, longest_below};
use super::progress::Quiet;
use super::side_by_side::{Outcomes, nothing_read, read_small};

/// How nearly all small files will be read. What was read so and is wanted otherwise is read again.
const WHOLE: Task = Task {
    whole: true,
    piece_size: None,
};

/// A folder in which another thread has begun.
pub struct EarlyStart {
    path: PathBuf,
    /// Says that the bundle is there: from now on its reader carries on.
    is_over: Arc<AtomicBool>,
    begun: Option<JoinHandle<Option<Begun>>>,
}

/// A folder, what is in it, and what came of the files that were read.
pub type Begun = (Root, Plan, Outcomes);

impl EarlyStart {
    /// Begins in a folder, where there is one and several things may be read from its disk at once. Files are read where
    /// all of them will be wanted, and a processor is free.
    pub fn begin(path: &Path, engine: Engine, reads: bool) -> Option<Self> {
        let root = Root::open(path).ok()?;
        is_without_moving_parts(root.device()).then(|| Self::begin_in(path, root, engine, reads))?
    }

    fn begin_in(path: &Path, root: Root, engine: Engine, reads: bool) -> Option<Self> {
        let side_by_side = true;
        let manner = Manner {
            longest: longest_below(b""),
            names_alone: true,
            crew: crew(engine, side_by_side),
        };
        let is_over = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&is_over);
        let begin = move || {
            let listing = Listing::of(&root, b"", manner);
            // What is wrong with a name is told by whoever carries on, and lists again.
            let mut plan = Plan::of(listing, b"").ok()?;
            let mut outcomes = nothing_read(&plan);
            if reads && engine.threads > 1 {
                plan.set(|_, _| Some(WHOLE));
                let reading = Reading {
                    // One reads the bundle.
                    engine: Engine {
                        threads: engine.threads - 1,
                        ..engine
                    },
                    others: &[],
                    side_by_side,
                    partial: None,
                };
                let mut nobody = Quiet(&stop);
                read_small(&reading, &root, &plan, &stop, &mut nobody, &mut outcomes);
            }
            Some((root, plan, outcomes))
        };
        Some(Self {
            path: path.to_owned(),
            is_over,
            begun: Some(std::thread::Builder::new().spawn(begin).ok()?),
        })
    }

    /// What was done so far, where it was in this folder. Nothing more is begun.
    pub(super) fn of(mut self, path: &Path) -> Option<Begun> {
        if self.path != path {
            return None;
        }
        self.is_over.store(true, Ordering::Relaxed);
        self.begun.take()?.join().ok()?
    }
}

impl Drop for EarlyStart {
    /// Nobody carries on: there is no bundle, or it is not about this folder.
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

/// Keeps, of what was read early, what is wanted as it was read. Gives how many bytes that are.
pub(super) fn keep_wanted(plan: &Plan, outcomes: &mut Outcomes) -> u64 {
    let mut bytes = 0;
    for (planned, outcome) in plan.things.iter().zip(outcomes) {
        match outcome {
            Some(_) if planned.task != Some(WHOLE) => *outcome = None,
            Some(Outcome::Read(file)) => bytes += file.bytes,
            _ => {}
        }
    }
    bytes
}

#[cfg(test)]
mod tests;
