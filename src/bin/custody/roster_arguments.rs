//! What people type about rosters.

use std::path::PathBuf;

use clap::Args;

/// Which roster judges.
#[derive(Args, Default)]
pub struct RosterChoice {
    /// The roster that says whose key is whose [default: the pinned one]
    #[arg(long, value_name = "FILE")]
    pub roster: Option<PathBuf>,
    /// The key that roster begins with, by its 64 hex digits [default: that of the pinned one]
    #[arg(long, value_name = "KEYID", requires = "roster")]
    pub root: Option<String>,
}
