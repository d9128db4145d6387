//! A time that a trusted authority stands for.

use crate::record::time::Timestamp;

/// A link that existed at a time, as a trusted time stamp shows. So did every link before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenTime {
    /// The place of the link.
    pub link: usize,
    /// When it existed at the latest: the authority's time, with what its clock may be wrong by, as the next whole second.
    pub at: Timestamp,
    /// The name of the authority and of its root. It comes from outside, and is shown only escaped.
    pub authority: String,
}
