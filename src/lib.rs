#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
//! Keeps the chain of custody of electronic evidence.
//!
//! Rooms, from the ground up; a lower one never names an upper one:
//!
//! - [`record`] is what is written: values and their bytes. No files, no clock.
//! - [`audit`] is what is judged. It never fails: findings are values.
//! - [`evidence`] is what is read and kept: evidence, bundles, keys. Nothing is printed there.
//! - [`report`] is what is shown, made from audited values alone.
//!
//! The format is written down in `docs/format.md`; this code is one reading of it.

pub mod audit;
pub mod evidence;
pub mod record;
pub mod report;
