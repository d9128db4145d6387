//! A plan: what was listed of a folder, in its order, and how each of it is to be read.

use crate::audit::inventory::Task;
use crate::record::path::{MAX_PATH, PathText};

use super::inventory_error::InventoryError;
use super::listing::{ListedKind, Listing, Place, Seen};

/// What is to be done about the things below a folder, in the order of their raw paths.
pub struct Plan {
    listing: Listing,
    /// One thing after the other.
    pub things: Vec<Planned>,
}

/// One thing that was listed.
pub struct Planned {
    /// Where it stands in the listing.
    pub place: Place,
    /// Where it stands in the exhibit.
    pub path: PathText,
    /// How it is to be read, where it is.
    pub task: Option<Task>,
}

impl Plan {
    /// All that was listed, and nothing to be read yet. `prefix` stands before every path, with its `/`.
    ///
    /// # Errors
    /// Where a name cannot be recorded.
    pub fn of(listing: Listing, prefix: &[u8]) -> Result<Self, InventoryError> {
        let mut raw = prefix.to_vec();
        let things = listing.in_order().into_iter().map(|place| {
            raw.truncate(prefix.len());
            listing.path_into(place, &mut raw);
            let path = text_of(&raw)?;
            Ok(Planned {
                place,
                path,
                task: None,
            })
        });
        let things = things.collect::<Result<_, InventoryError>>()?;
        Ok(Self { listing, things })
    }

    /// Says how each file is to be read.
    pub fn set(&mut self, task: impl Fn(&PathText, Option<&Seen>) -> Option<Task>) {
        for planned in &mut self.things {
            let kind = self.listing.kind(planned.place);
            planned.task = match kind.is_file() {
                true => task(&planned.path, kind.seen()),
                false => None,
            };
        }
    }

    /// What a thing is.
    pub fn kind(&self, number: usize) -> &ListedKind {
        self.listing.kind(self.things[number].place)
    }

    /// The raw path of the folder a thing is in, and its name.
    pub fn name(&self, number: usize) -> (&[u8], &[u8]) {
        self.listing.name(self.things[number].place)
    }

    /// The raw path of a thing, below the folder.
    pub fn path(&self, number: usize) -> Vec<u8> {
        self.listing.path(self.things[number].place)
    }

    /// What was listed.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// What was listed, and the things.
    pub fn into_parts(self) -> (Listing, Vec<Planned>) {
        (self.listing, self.things)
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
