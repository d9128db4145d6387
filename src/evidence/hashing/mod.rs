//! The hashing engine: from the bytes of one file to all the digests that are wanted of it.
//!
//! [`engine`] chooses the way. `piece_groups` hashes pieces alone; `one_pass` hashes everything else in one reading:
//! a `ring` of bytes, a `schedule`, and `follower`s that take the bytes in. [`kernels`] computes SHA-256, `md5` MD5.

pub mod cross_reference;
pub mod engine;
mod follower;
mod holes;
pub(super) mod job;
pub mod kernels;
mod md5;
pub mod midstate;
mod one_pass;
mod piece_groups;
mod piece_row;
mod ring;
mod schedule;
