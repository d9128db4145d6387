//! A finding: one thing that does not hold, or that a reader should know.

use crate::record::digest::Digest;
use crate::record::link::Link;
use crate::record::member::Member;
use crate::record::path::PathText;
use crate::record::time::{Timestamp, Zone};

use super::roster::Fault;

/// What a finding is about. The words are those of `docs/format.md`, "Verification".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Code {
    KeyMissing,
    SignatureInvalid,
    SignatureMissing,
    SignatureExtra,
    LinkBroken,
    SequenceWrong,
    SealMismatch,
    SubjectChanged,
    NotTheHolder,
    NotTheReceiver,
    OutOfTurn,
    AfterClose,
    AboutChanged,
    SignerCompromised,
    SignerNotValidThen,
    RosterInvalid,
    OneKeyTwoNames,
    HeadUnknown,
    RolledBack,
    Forked,
    TimestampOfUnknownLink,
    TimestampInvalid,
    ManifestMismatch,
    EntryCountMismatch,
    ListingMismatch,
    PiecesMismatch,
    Altered,
    TypeChanged,
    Moved,
    Missing,
    Unexpected,
    SignerUnknown,
    UnprovenTime,
    InTransit,
    NotSupplied,
    Hidden,
    Unreadable,
    Reformatted,
    TimeBackwards,
    LateEntry,
    UnknownAction,
    UnknownField,
    Corrected,
    Refused,
    MetadataChanged,
    NamesAlike,
    TimestampUntrusted,
    SealNumberMismatch,
    SealBroken,
}

/// What a finding means for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Something differs: exit 1.
    Change,
    /// Nothing differs, but something is not established: exit 3.
    Open,
    /// A reader should know; the exit code stays as it is.
    Attention,
}

/// Which part of the whole a finding belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The bundle: links, signatures, manifest, time stamps.
    Record,
    /// The files themselves.
    Evidence,
}

/// Every code, its word, its severity and its part. The order is the order of a report.
pub const CODES: &[(Code, &str, Severity, Part)] = {
    use Code::*;
    use Part::*;
    use Severity::*;
    &[
        (KeyMissing, "key-missing", Change, Record),
        (SignatureInvalid, "signature-invalid", Change, Record),
        (SignatureMissing, "signature-missing", Change, Record),
        (SignatureExtra, "signature-extra", Change, Record),
        (LinkBroken, "link-broken", Change, Record),
        (SequenceWrong, "sequence-wrong", Change, Record),
        (SealMismatch, "seal-mismatch", Change, Record),
        (SubjectChanged, "subject-changed", Change, Record),
        (NotTheHolder, "not-the-holder", Change, Record),
        (NotTheReceiver, "not-the-receiver", Change, Record),
        (OutOfTurn, "out-of-turn", Change, Record),
        (AfterClose, "after-close", Change, Record),
        (AboutChanged, "about-changed", Change, Record),
        (SignerCompromised, "signer-compromised", Change, Record),
        (SignerNotValidThen, "signer-not-valid-then", Change, Record),
        (RosterInvalid, "roster-invalid", Change, Record),
        (OneKeyTwoNames, "one-key-two-names", Change, Record),
        (HeadUnknown, "head-unknown", Change, Record),
        (RolledBack, "rolled-back", Change, Record),
        (Forked, "forked", Change, Record),
        (
            TimestampOfUnknownLink,
            "timestamp-of-unknown-link",
            Change,
            Record,
        ),
        (TimestampInvalid, "timestamp-invalid", Change, Record),
        (ManifestMismatch, "manifest-mismatch", Change, Record),
        (EntryCountMismatch, "entry-count-mismatch", Change, Record),
        (ListingMismatch, "listing-mismatch", Change, Record),
        (PiecesMismatch, "pieces-mismatch", Change, Record),
        (Altered, "altered", Change, Evidence),
        (TypeChanged, "type-changed", Change, Evidence),
        (Moved, "moved", Change, Evidence),
        (Missing, "missing", Change, Evidence),
        (Unexpected, "unexpected", Change, Evidence),
        (SignerUnknown, "signer-unknown", Open, Record),
        (UnprovenTime, "unproven-time", Open, Record),
        (InTransit, "in-transit", Open, Record),
        (NotSupplied, "not-supplied", Open, Evidence),
        (Hidden, "hidden", Open, Evidence),
        (Unreadable, "unreadable", Open, Evidence),
        (Reformatted, "reformatted", Attention, Record),
        (TimeBackwards, "time-backwards", Attention, Record),
        (LateEntry, "late-entry", Attention, Record),
        (UnknownAction, "unknown-action", Attention, Record),
        (UnknownField, "unknown-field", Attention, Record),
        (Corrected, "corrected", Attention, Record),
        (Refused, "refused", Attention, Record),
        (MetadataChanged, "metadata-changed", Attention, Evidence),
        (NamesAlike, "names-alike", Attention, Record),
        (TimestampUntrusted, "timestamp-untrusted", Attention, Record),
        (
            SealNumberMismatch,
            "seal-number-mismatch",
            Attention,
            Record,
        ),
        (SealBroken, "seal-broken", Attention, Record),
    ]
};

impl Code {
    fn row(self) -> &'static (Code, &'static str, Severity, Part) {
        // A test holds the table complete; the first row would be the most severe answer.
        CODES.iter().find(|row| row.0 == self).unwrap_or(&CODES[0])
    }

    /// The word, as in `--json` and in `docs/format.md`.
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// What it means for the exit code.
    pub fn severity(self) -> Severity {
        self.row().2
    }

    /// Which part of the whole it is about.
    pub fn part(self) -> Part {
        self.row().3
    }
}

impl Severity {
    /// The word, as in `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Open => "open",
            Self::Attention => "attention",
        }
    }
}

/// One thing found. The sentence for people is made from it one floor up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of thing.
    pub code: Code,
    /// In which link, by its place in the chain.
    pub link: Option<u64>,
    /// At which entry.
    pub path: Option<PathText>,
    /// Which pieces differ, from 0.
    pub pieces: Vec<u64>,
    /// Which byte ranges differ, each end exclusive.
    pub ranges: Vec<(u64, u64)>,
    /// What else is to be told.
    pub detail: Detail,
}

/// What else a finding tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Nothing more.
    None,
    /// About which key.
    Key(Digest),
    /// About which key, and in how many links it had to sign.
    Signer {
        /// The key.
        key: Digest,
        /// The name that stands beside it in the record.
        name: String,
        /// The number of links.
        links: u64,
    },
    /// About which field.
    Field(String),
    /// About which word or number, as recorded.
    Text(String),
    /// How many there should be, and how many there are.
    Count {
        /// As recorded.
        recorded: u64,
        /// As found.
        found: u64,
    },
    /// How many.
    Number(u64),
    /// Which other entry or name.
    Other(PathText),
    /// What something is now: `a folder`, `a symbolic link`.
    Now(&'static str),
    /// Seconds by which times differ.
    Seconds(i64),
    /// Since when, and in which zone people saw that time.
    Since(Timestamp, Option<Zone>),
    /// How many events are missing at the end, and the last one that was seen, where it is known.
    Missing(u64, Option<Box<Link>>),
    /// Two links of one number: the one of this bundle, and the other.
    Fork(Box<Link>, Box<Link>),
    /// What the roster has of a key.
    Member(Box<Member>),
    /// Of the roster given for this root, which rule is broken.
    Roster(Digest, Fault),
}

impl Finding {
    /// A finding about the whole.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            link: None,
            path: None,
            pieces: Vec::new(),
            ranges: Vec::new(),
            detail: Detail::None,
        }
    }

    /// A finding about a link.
    pub fn of_link(code: Code, link: usize) -> Self {
        Self {
            link: Some(link as u64),
            ..Self::new(code)
        }
    }

    /// A finding about an entry.
    pub fn of_entry(code: Code, path: &PathText) -> Self {
        Self {
            path: Some(path.clone()),
            ..Self::new(code)
        }
    }

    /// The same finding, telling more.
    #[must_use]
    pub fn with(mut self, detail: Detail) -> Self {
        self.detail = detail;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_row() {
        for (number, row) in CODES.iter().enumerate() {
            assert_eq!(
                row.0 as usize, number,
                "{} stands in another order than its variant",
                row.1
            );
        }
        assert_eq!(
            Code::SealBroken as usize + 1,
            CODES.len(),
            "the last variant has the last row"
        );
    }
}
