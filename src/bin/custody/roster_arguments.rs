//! What people type about rosters.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use custody::record::member::Revocation;

use crate::act_arguments::Signer;

#[derive(Subcommand)]
pub enum Roster {
    /// Make a roster: its first version, signed with a key of yours, which is its root from now on
    New(New),
    /// Add members, or say who signs next: a further version
    Add(Add),
    /// Say that a key must not be used any more: a further version
    Revoke(Revoke),
    /// Show the versions, the members, and who may sign next
    Show {
        /// The roster [default: all that are pinned]
        file: Option<PathBuf>,
        /// Its root key, by its 64 hex digits
        #[arg(long, value_name = "KEYID")]
        root: Option<String>,
    },
    /// Use this roster from now on, beside those of other roots. Compare the root with its owner first
    Pin {
        /// The roster
        file: PathBuf,
        /// Its root key, by its 64 hex digits [default: the one it names, if that is pinned]
        #[arg(long, value_name = "KEYID")]
        root: Option<String>,
    },
    /// Use a pinned roster no longer
    Unpin {
        /// Its root key, by its 64 hex digits
        #[arg(value_name = "KEYID")]
        root: String,
    },
}

#[derive(Args)]
pub struct New {
    /// What the roster is called
    #[arg(long = "name", value_name = "NAME")]
    pub title: String,
    /// Where to write it
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    #[command(flatten)]
    pub members: Members,
    #[command(flatten)]
    pub signer: Signer,
}

#[derive(Args)]
pub struct Add {
    /// The roster
    pub file: PathBuf,
    #[command(flatten)]
    pub members: Members,
    #[command(flatten)]
    pub signers: Signers,
}

/// Who becomes a member, and who signs the following version.
#[derive(Args)]
pub struct Members {
    /// New members: identity files, or names of imported identities or your own
    #[arg(value_name = "KEYFILE|NAME")]
    pub who: Vec<String>,
    /// Their role; `authority` may take an exhibit over, `archive` may renew [default: what the identity says]
    #[arg(long, value_name = "R")]
    pub role: Option<String>,
    /// From when on they may sign: `2026-11-22T18:00:00+04:00`, or UTC with `Z` [default: now]
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Until when they may sign, written in the same way [default: five years later]
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Who may sign the following version, in place of those who may now; can be given several times
    #[arg(long, value_name = "KEYFILE|NAME|KEYID")]
    pub next: Vec<String>,
    /// How many people of these must sign it
    #[arg(long, value_name = "N")]
    pub threshold: Option<u64>,
    /// A file with the root certificate of a time stamp authority; can be given several times
    #[arg(long, value_name = "PEM")]
    pub tsa_root: Vec<PathBuf>,
}

/// Who signs a further version.
#[derive(Args)]
pub struct Signers {
    #[command(flatten)]
    pub first: Signer,
    /// Another identity of yours that signs too; can be given several times
    #[arg(long, value_name = "NAME")]
    pub with: Vec<String>,
}

#[derive(Args)]
pub struct Revoke {
    /// The roster
    pub file: PathBuf,
    /// Whose key: its 64 hex digits, or the name of the member
    #[arg(value_name = "KEYID|NAME")]
    pub who: String,
    /// Whether the key is only no longer used, or others may have it
    #[arg(long, value_enum)]
    pub kind: Kind,
    /// From when on: `2026-11-22T18:00:00+04:00`, or UTC with `Z` [default: now]
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Why
    #[arg(long, value_name = "T")]
    pub reason: String,
    #[command(flatten)]
    pub signers: Signers,
}

/// What became of a key.
#[derive(Clone, Copy, ValueEnum)]
pub enum Kind {
    Retired,
    Compromised,
}

impl From<Kind> for Revocation {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Retired => Self::Retired,
            Kind::Compromised => Self::Compromised,
        }
    }
}
