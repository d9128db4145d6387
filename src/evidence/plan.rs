//! A plan: what was listed of a folder, in its order, and how each of it is to be read.

use std::collections::HashMap;

use crate::audit::inventory::Task;
use crate::record::path::{MAX_PATH, PathText};

use super::inventory_error::InventoryError;
use super::listing::{ListedKind, Listing, Place};
use super::look::Tasks;

/// What is to be done about the things below a folder, in the order of their raw paths.
pub struct Plan<'l> {
    listing: &'l Listing,
    /// One thing after the other.
    pub things: Vec<Planned<'l>>,
    /// Why the folder itself could not be read to its end.
    pub unread: Option<&'l str>,
}

/// One thing that was listed.
pub struct Planned<'l> {
    /// Where it stands in the listing.
    pub place: Place,
    /// Where it stands in the exhibit.
    pub path: PathText,
    /// What it is.
    pub kind: &'l ListedKind,
    /// For a folder: why what is in it could not be listed.
    pub unread: Option<&'l str>,
    /// How it is to be read, where it is.
    pub task: Option<Task>,
}

impl<'l> Plan<'l> {
    /// Plans the reading of all that was listed. `prefix` stands before every path, with its `/`.
    ///
    /// # Errors
    /// Where a name cannot be recorded.
    pub fn of(
        listing: &'l Listing,
        prefix: &[u8],
        tasks: &Tasks<'_>,
    ) -> Result<Self, InventoryError> {
        let unread: HashMap<&[u8], &str> = listing.unread().collect();
        let order = listing.in_order();
        let mut things = Vec::with_capacity(order.len());
        let mut raw = prefix.to_vec();
        for place in order {
            raw.truncate(prefix.len());
            listing.path_into(place, &mut raw);
            let path = text_of(&raw)?;
            let kind = listing.kind(place);
            let (task, unread) = match kind {
                ListedKind::File(_) | ListedKind::Named(_) => (tasks.of(&path, kind.seen()), None),
                ListedKind::Dir => (None, unread.get(&raw[prefix.len()..]).copied()),
                _ => (None, None),
            };
            things.push(Planned {
                place,
                path,
                kind,
                unread,
                task,
            });
        }
        Ok(Self {
            listing,
            things,
            unread: unread.get(&b""[..]).copied(),
        })
    }

    /// The raw path of the folder a thing is in, and its name.
    pub fn name(&self, number: usize) -> (&[u8], &[u8]) {
        self.listing.name(self.things[number].place)
    }

    /// Writes the raw path of a thing, below the folder, in place of what stands in `raw`.
    pub fn path_into(&self, number: usize, raw: &mut Vec<u8>) {
        raw.clear();
        self.listing.path_into(self.things[number].place, raw);
    }
}

/// The longest raw path below a folder that can be recorded where `prefix` stands before it.
pub fn longest_below(prefix: &[u8]) -> usize {
    MAX_PATH.saturating_sub(prefix.len())
}

/// The text of a raw path.
///
/// # Errors
/// Where it cannot be recorded.
pub fn text_of(raw: &[u8]) -> Result<PathText, InventoryError> {
    PathText::from_raw(raw).map_err(|error| InventoryError::Name {
        path: crate::record::path::escape(raw).chars().take(200).collect(),
        problem: error.problem,
    })
}
