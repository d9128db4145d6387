//! What is shown: pages and lists made from audited values alone.
//!
//! Nothing that was not judged can be shown as true: every page starts from a [`crate::audit::report::Report`] or from
//! a judged record. Pages are text; whoever calls decides where they go. Every word that came from a bundle passes
//! [`layout::safe`] on its way.

pub mod card;
pub mod comparison;
pub mod declared;
pub mod fork;
pub mod gaps;
pub mod json;
pub mod language;
pub mod layout;
pub mod log;
pub mod page;
mod physical_seals;
pub mod qr;
pub mod questions;
pub mod repeat;
pub mod result;
pub mod roster;
mod roster_sentences;
pub mod sentences;
pub mod summary;
pub mod verification;
pub mod whereabouts;
pub mod written;
