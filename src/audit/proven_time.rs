//! A time that a trusted time stamp shows: the link was there then.

use crate::record::time::Timestamp;

/// What one trusted time stamp shows (`docs/format.md`, "Time stamps"): this link, and every link before it, existed at
/// this time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenTime {
    /// The place of the link in its chain.
    pub link: usize,
    /// The time of the token.
    pub at: Timestamp,
    /// The authority that gave it, as its certificate names it.
    pub authority: String,
}
