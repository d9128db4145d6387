//! The commands, one file each, named by their verbs.

pub mod card;
pub mod challenge;
pub mod compare;
pub mod completions;
pub mod key;
pub mod log;
pub mod man;
pub mod merge;
pub mod receive;
pub mod record;
pub mod release;
pub mod roster;
mod roster_change;
pub mod seal;
pub mod summary;
pub mod timestamp;
pub mod verify;
mod verify_many;
mod verify_report;
pub mod withdraw;
