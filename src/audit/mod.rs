//! What is judged: a record against the rules of its chain, evidence against what was sealed.
//!
//! Judging never fails. What does not hold is a [`finding::Finding`]; all of them together with what was looked at
//! are a [`report::Report`]. No file is opened here, nothing is printed, and time is an argument.

mod by_path;
pub mod chain;
pub mod challenge;
pub mod comparison;
pub mod completeness;
pub mod custody;
pub mod declared;
pub mod extension;
pub mod finding;
pub mod heads;
pub mod inventory;
mod links;
pub mod manifest;
pub mod merging;
pub mod moved;
mod people;
pub mod physical;
pub mod privacy;
pub mod profile;
pub mod proven_time;
mod recovery;
pub mod relation;
mod renewal;
pub mod report;
pub mod roster;
pub mod roster_change;
pub mod rosters;
pub mod same_content;
pub mod sealing;
pub mod selection;
mod signatures;
mod signers;
pub mod time_stamp;
pub mod trust;
pub mod verdict;
