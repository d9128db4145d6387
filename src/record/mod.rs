//! What is written: the values of a custody record and their bytes.
//!
//! Everything here is a value. `parse` gives a value that keeps every rule of its kind, or an error; nothing is
//! checked later. No file is opened, no clock is read, nothing is printed. Whether what a record says holds is
//! judged one floor up, in [`crate::audit`].

pub mod bundle;
mod bundle_reader;
pub mod card;
pub mod digest;
pub mod entry;
mod entry_text;
pub mod event;
pub mod fields;
pub mod identity;
pub mod json;
pub mod key;
pub mod link;
pub mod listing;
pub mod member;
pub mod path;
pub mod pem;
pub mod pieces;
pub mod predicate;
pub mod roster;
mod roster_fields;
pub mod roster_version;
pub mod shape;
pub mod time;
pub mod time_token;
pub mod tree;
