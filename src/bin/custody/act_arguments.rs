//! What people type to sign an entry.

use std::path::PathBuf;

use clap::Args;

#[derive(Args)]
pub struct Seal {
    /// A drive image, a device, a file or a folder; several are sealed together
    #[arg(required_unless_present = "print_sheet", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Where to write the bundle [default: PATH.custody.json]
    #[arg(short, long, value_name = "BUNDLE")]
    pub output: Option<PathBuf>,
    /// Number of the case
    #[arg(long, value_name = "N")]
    pub case: Option<String>,
    /// Number of the exhibit [default: the name of PATH]
    #[arg(long, value_name = "N")]
    pub exhibit: Option<String>,
    /// What it is
    #[arg(long, value_name = "T")]
    pub description: Option<String>,
    /// Where it is, or was found
    #[arg(long, value_name = "T")]
    pub place: Option<String>,
    /// Other check numbers to record: md5, sha1, sha512, sha3-256. Cross references, never relied on
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub also: Vec<String>,
    /// Read the source a second time after the seal, and compare
    #[arg(long)]
    pub reread: bool,
    /// Seal even if files cannot be read; the seal says which
    #[arg(long)]
    pub allow_unread: bool,
    #[command(flatten)]
    pub sheet: Sheet,
    #[command(flatten)]
    pub signer: Signer,
}

/// The form with the other fields of an entry.
#[derive(Args, Default)]
pub struct Sheet {
    /// A form with the other fields of this entry
    #[arg(long, value_name = "FILE.toml")]
    pub sheet: Option<PathBuf>,
    /// Print an empty form, to be filled in
    #[arg(long)]
    pub print_sheet: bool,
    /// What the entry must say before it is signed: generic, az, or a file of your own; none for nothing
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// Why there is no value for a field; can be given several times
    #[arg(long, value_name = "FIELD=REASON")]
    pub not_recorded: Vec<String>,
}

/// What an entry says of the act, short enough to be typed.
#[derive(Args)]
pub struct Act {
    /// What was done
    #[arg(long, value_name = "T")]
    pub description: Option<String>,
    /// Where it was done
    #[arg(long, value_name = "T")]
    pub place: Option<String>,
}

impl Act {
    /// With their names in the record.
    pub fn fields(&self) -> [(&'static str, Option<&str>); 2] {
        [
            ("description", self.description.as_deref()),
            ("place", self.place.as_deref()),
        ]
    }
}

/// Who signs.
#[derive(Args)]
pub struct Signer {
    /// Which of your identities signs
    #[arg(long = "key", value_name = "NAME")]
    pub name: Option<String>,
}

#[derive(Args)]
pub struct Release {
    /// The bundle
    pub bundle: PathBuf,
    /// Who is to receive it: an identity file, or the name of an imported one
    #[arg(
        long,
        value_name = "KEYFILE|NAME",
        required_unless_present = "print_sheet"
    )]
    pub to: Option<String>,
    /// Why
    #[arg(long, value_name = "T", required_unless_present = "print_sheet")]
    pub reason: Option<String>,
    #[command(flatten)]
    pub act: Act,
    #[command(flatten)]
    pub sheet: Sheet,
    #[command(flatten)]
    pub signer: Signer,
}

#[derive(Args)]
pub struct Receive {
    /// The bundle
    pub bundle: PathBuf,
    /// The evidence [default: the thing beside the bundle]
    pub evidence: Option<PathBuf>,
    /// Take it although something differs; the differences are part of what you sign
    #[arg(long, conflicts_with = "refuse")]
    pub with_exceptions: bool,
    /// Do not take it
    #[arg(long)]
    pub refuse: bool,
    /// Anything else to record
    #[arg(long, value_name = "T")]
    pub note: Option<String>,
    #[command(flatten)]
    pub act: Act,
    #[command(flatten)]
    pub sheet: Sheet,
    #[command(flatten)]
    pub signer: Signer,
}

#[derive(Args)]
pub struct Withdraw {
    /// The bundle
    pub bundle: PathBuf,
    /// Why
    #[arg(long, value_name = "T", required_unless_present = "print_sheet")]
    pub reason: Option<String>,
    #[command(flatten)]
    pub act: Act,
    #[command(flatten)]
    pub sheet: Sheet,
    #[command(flatten)]
    pub signer: Signer,
}

#[derive(Args)]
pub struct Record {
    /// The bundle
    pub bundle: PathBuf,
    /// What was done
    #[arg(value_parser = RECORDED)]
    pub action: String,
    /// The evidence, if it was read: it is hashed again, and what was found is part of the entry
    pub evidence: Option<PathBuf>,
    /// Why
    #[arg(long, value_name = "T", required_unless_present = "print_sheet")]
    pub reason: Option<String>,
    /// Record it although something differs; the differences are part of what you sign
    #[arg(long)]
    pub with_exceptions: bool,
    /// For a takeover: who holds the exhibit from now on
    #[arg(long, value_name = "KEYFILE|NAME")]
    pub to: Option<String>,
    /// For a return: the bundle of the copy that is kept; the copy is hashed, and named in the entry
    #[arg(long, value_name = "BUNDLE")]
    pub retained: Option<PathBuf>,
    #[command(flatten)]
    pub act: Act,
    #[command(flatten)]
    pub sheet: Sheet,
    #[command(flatten)]
    pub signer: Signer,
}

/// What `record` records; hand-overs have commands of their own.
const RECORDED: [&str; 13] = [
    "examine", "copy", "store", "present", "disclose", "incident", "open", "verify", "correct",
    "renew", "return", "dispose", "takeover",
];
