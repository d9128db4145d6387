//! The folders below one that is being listed, which several threads share.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::crew::Watch;
use super::listing::{Folder, Listing, Manner};
use super::opening::Root;

/// The folders that are still to be listed, by whoever has nothing else to do.
pub struct Queue {
    manner: Manner,
    state: Mutex<Waiting>,
    changed: Condvar,
}

struct Waiting {
    folders: Vec<Vec<u8>>,
    /// How many threads are listing one, and may find more.
    busy: usize,
}

impl Queue {
    /// These are to be listed first.
    pub fn with(folders: Vec<Vec<u8>>, manner: Manner) -> Self {
        Self {
            manner,
            state: Mutex::new(Waiting { folders, busy: 0 }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a folder; waits for one while others may still find some.
    fn take(&self) -> Option<Vec<u8>> {
        let mut waiting = self.lock();
        loop {
            if let Some(folder) = waiting.folders.pop() {
                waiting.busy += 1;
                return Some(folder);
            }
            if waiting.busy == 0 {
                return None;
            }
            waiting = self
                .changed
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Lists one after the other, with all that is found in them, until none is left.
    pub fn work(&self, root: &Root, watch: &mut Watch<'_>) -> Vec<Folder> {
        let mut buffer = Listing::buffer();
        let mut listed = Vec::new();
        while let Some(raw) = self.take() {
            let list = || Folder::list(root, &raw, self.manner, &mut buffer);
            let folder = watch.during(list);
            let mut waiting = self.lock();
            waiting.folders.extend(folder.folders());
            waiting.busy -= 1;
            drop(waiting);
            self.changed.notify_all();
            listed.push(folder);
        }
        listed
    }
}
