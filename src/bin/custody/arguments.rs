//! What people type. Names and defaults are fixed; wording is not.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::act_arguments::{Receive, Record, Release, Seal, Withdraw};
use crate::anchors::{Anchors, TimeRoots};
use crate::page_arguments::{Card, Challenge, Summary};
use crate::roster_arguments::Roster;

/// Keeps the chain of custody of electronic evidence.
///
/// Exit codes: 0 no change found, everything was checked; 1 something differs; 2 could not be checked;
/// 3 nothing differs, but something is not established.
#[derive(Parser)]
#[command(
    name = "custody",
    version,
    about,
    long_about,
    propagate_version = true,
    max_term_width = 100
)]
#[command(after_help = "Begin with `custody seal IMAGE`. It needs no set-up.")]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Args, Clone)]
pub struct Global {
    /// Print one JSON document on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing that is not a result
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Colour the result line
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub color: Colour,
    /// The language of pages [default: that of the locale, or en]
    #[arg(long, global = true, value_parser = ["en", "az", "fr", "ru"], value_name = "LANGUAGE")]
    pub lang: Option<String>,
    /// Where identities and settings are kept
    #[arg(long, global = true, env = "CUSTODY_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
pub enum Command {
    /// Hash evidence, and sign what was found as the first entry of a chain
    Seal(Seal),
    /// Check a bundle, and the evidence beside it, against what was sealed
    Verify(Verify),
    /// Hand the exhibit over to someone, who must sign for it
    Release(Release),
    /// Take what was released to you, after hashing it again
    Receive(Receive),
    /// Take a release back that nobody has signed for
    Withdraw(Withdraw),
    /// Record another act: examine, copy, store, present, disclose, incident, open, verify, correct, renew, return, dispose, takeover
    Record(Record),
    /// Show every entry of the chain
    Log(OfBundle),
    /// Print one page for a court
    Summary(Summary),
    /// Print the head of the chain, to keep on paper
    Card(Card),
    /// Say what a cross-examiner would ask of a record, and what can still be done
    Challenge(Challenge),
    /// Say which of two copies of a bundle goes on further, or where they part
    Compare(Compare),
    /// Take the later entries and the time stamps of another copy into yours
    Merge(Merge),
    /// Ask a time stamp authority (RFC 3161) when an entry existed, and attach its answer
    Timestamp(Timestamp),
    /// Make, show and exchange identities
    #[command(subcommand)]
    Key(Key),
    /// Make, show and pin rosters: whose key is whose, from when to when
    #[command(subcommand)]
    Roster(Roster),
    /// Print the manual page
    Man,
    /// Print completions for a shell
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

#[derive(Args)]
pub struct Verify {
    /// The bundle, or the evidence with its bundle beside it; or a folder of bundles
    pub bundle: PathBuf,
    /// The evidence [default: the thing beside the bundle]; or another bundle
    pub evidence: Option<PathBuf>,
    /// Further bundles, each checked with the evidence beside it
    #[arg(value_name = "BUNDLE")]
    pub more: Vec<PathBuf>,
    /// Check the record alone
    #[arg(long, conflicts_with_all = ["evidence", "only", "full"])]
    pub record_only: bool,
    /// Check these entries alone (`photos`, `*.dd`)
    #[arg(long, value_name = "PATTERN")]
    pub only: Vec<String>,
    /// Check the whole-file hash also where pieces are enough
    #[arg(long)]
    pub full: bool,
    #[command(flatten)]
    pub anchors: Anchors,
    /// The verdict as it would be at this time (`2031-05-01T00:00:00Z`, or with an offset). Of what this machine knows, only what is named here counts
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// Write a report for signature by a qualified person (.html, .pdf or .json)
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

#[derive(Args)]
pub struct OfBundle {
    /// The bundle
    pub bundle: PathBuf,
}

#[derive(Args)]
pub struct Compare {
    /// A bundle
    #[arg(value_name = "A")]
    pub one: PathBuf,
    /// Another copy of it
    #[arg(value_name = "B")]
    pub other: PathBuf,
}

#[derive(Args)]
pub struct Merge {
    /// The bundle that is to go on; its own files stay as they are
    pub mine: PathBuf,
    /// The copy that has more
    pub theirs: PathBuf,
}

#[derive(Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["request", "attach", "tsa"])))]
pub struct Timestamp {
    /// The bundle
    pub bundle: PathBuf,
    /// Write a request, to be sent to an authority
    #[arg(long, value_name = "FILE")]
    pub request: Option<PathBuf>,
    /// Attach the answer of an authority, or a token alone
    #[arg(long, value_name = "FILE")]
    pub attach: Option<PathBuf>,
    /// Ask the authority at this address, and attach its answer (where the program was built with `net`)
    #[arg(long, value_name = "URL")]
    pub tsa: Option<String>,
    /// Which entry, by its number [default: the last]
    #[arg(long, value_name = "N", conflicts_with = "attach")]
    pub link: Option<usize>,
    /// The request that is answered: the answer must be to this one
    #[arg(long = "for", value_name = "REQUEST", requires = "attach")]
    pub asked: Option<PathBuf>,
    #[command(flatten)]
    pub roots: TimeRoots,
}

#[derive(Subcommand)]
pub enum Key {
    /// Make an identity: a name, an agency, a role and a key of your own
    New {
        /// Your name
        #[arg(long, value_name = "N")]
        name: Option<String>,
        /// Your agency and unit
        #[arg(long, value_name = "A")]
        agency: Option<String>,
        /// Your post
        #[arg(long, value_name = "R")]
        role: Option<String>,
        /// Keep the key without a passphrase
        #[arg(long)]
        no_passphrase: bool,
        /// Take a key from the ssh-agent: by fingerprint or comment, or the only Ed25519 key it holds
        #[arg(long, value_name = "KEY", num_args = 0..=1, default_missing_value = "", conflicts_with = "no_passphrase")]
        ssh_agent: Option<String>,
        /// Take a key from a PKCS#11 token, through this library
        #[arg(long, value_name = "MODULE", conflicts_with_all = ["no_passphrase", "ssh_agent"])]
        pkcs11: Option<PathBuf>,
        /// Which token, by label or serial number [default: the only one]
        #[arg(long, value_name = "LABEL", requires = "pkcs11")]
        token: Option<String>,
        /// Which key of the token, by label or id [default: the only one]
        #[arg(long, value_name = "LABEL|ID", requires = "pkcs11")]
        object: Option<String>,
    },
    /// List your identities, and those you imported
    List,
    /// Show one identity with its whole fingerprint
    Show {
        /// Which [default: the one that signs]
        name: Option<String>,
    },
    /// Write an identity file, to hand to a colleague; it holds nothing secret
    Export {
        /// Which [default: the one that signs]
        name: Option<String>,
        /// Where to write it [default: standard output]
        #[arg(short, long, value_name = "KEYFILE")]
        output: Option<PathBuf>,
    },
    /// Confirm a colleague's identity file. Compare the fingerprint with the colleague first
    Import {
        /// The identity file
        file: PathBuf,
    },
    /// Choose the identity that signs where no other is named
    Default {
        /// Which of your identities
        name: String,
    },
    /// Set, change or remove the passphrase of a key
    Passphrase {
        /// Which [default: the one that signs]
        name: Option<String>,
    },
}
