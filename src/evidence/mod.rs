//! What is read and kept: evidence, bundles, keys.
//!
//! Evidence is never opened for writing. Nothing is printed here and nobody is asked; how far the work is goes to
//! a [`progress::Progress`], and what the world refused is an error with the action and the path.

pub mod bundle_file;
mod config;
mod crew;
mod disk;
pub mod early_start;
mod file_ahead;
pub mod given_file;
mod hashing;
pub mod heads;
pub mod home;
mod identity_name;
pub mod inventory;
mod inventory_error;
pub mod key_file;
mod key_file_error;
pub mod listing;
mod listing_queue;
mod look;
mod middle_files;
pub mod new_file;
mod one_file;
pub mod opening;
mod partial_line;
pub mod partial_seal;
mod pinned_roster;
#[cfg(feature = "pkcs11")]
pub mod pkcs11;
pub mod pkcs11_error;
mod pkcs8_pem;
mod plan;
pub mod private_file;
pub mod private_half;
pub mod profile_file;
pub mod progress;
pub mod resume_key;
pub mod roster_file;
mod second_look;
mod side_by_side;
mod small_files;
pub mod source;
pub mod ssh_agent;
mod ssh_agent_error;
mod ssh_message;
mod whole_file;

pub use hashing::{cross_reference, engine, kernels, midstate};

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A path as it may be shown: whatever could forge a line on a screen is written `%XX`.
pub fn shown(path: &Path) -> String {
    match path.to_str() {
        Some(text) => crate::record::path::printable(text, false),
        // Bytes that are no text are shown one by one, so that two names never look alike.
        None => crate::record::path::escape(path.as_os_str().as_bytes()),
    }
}
