//! Errors for people: what was being done, to which file, why it failed, and what to do about it.

use std::fmt;
use std::io;
use std::path::Path;

use custody::evidence::bundle_file::BundleFileError;
use custody::evidence::heads::HeadsError;
use custody::evidence::home::HomeError;
use custody::evidence::inventory::InventoryError;
use custody::evidence::key_file::KeyFileError;
use custody::evidence::listing::in_words;
use custody::evidence::partial_seal::PartialSealError;
use custody::evidence::pkcs11_error::TokenError;
use custody::evidence::roster_file::RosterFileError;
use custody::evidence::shown;
use custody::evidence::source::SourceError;
use custody::evidence::ssh_agent::AgentError;
use custody::record::link::SignError;

/// A sentence and a hint.
#[derive(Debug, Default)]
pub struct Fault {
    pub message: String,
    pub hint: Option<String>,
    /// The fields that were missing, where that is why.
    pub missing: Vec<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

/// An error of one sentence.
pub fn fault(message: impl Into<String>) -> anyhow::Error {
    Fault {
        message: message.into(),
        ..Fault::default()
    }
    .into()
}

/// An error with something to do about it.
pub fn fault_with(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Fault {
        message: message.into(),
        hint: Some(hint.into()),
        ..Fault::default()
    }
    .into()
}

/// What the system refused: `doing` as in "reading the sheet".
pub fn refused(doing: &str, path: &Path, error: &io::Error) -> anyhow::Error {
    let said = format!("{doing} {}: {}", shown(path), in_words(error));
    match error.kind() {
        io::ErrorKind::AlreadyExists => fault_with(
            said,
            "nothing is written over: name another file, or move that one away",
        ),
        _ => fault(said),
    }
}

/// No signature was given, and nothing was written.
pub fn unsigned(error: SignError) -> anyhow::Error {
    anyhow::Error::from(error).context("nothing was signed")
}

/// What a person can do about an error, where anything in it says so.
pub fn hint_of(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(|cause| {
        let hints = [
            cause
                .downcast_ref::<Fault>()
                .and_then(|error| error.hint.clone()),
            cause
                .downcast_ref::<BundleFileError>()
                .and_then(BundleFileError::hint),
            cause
                .downcast_ref::<InventoryError>()
                .and_then(InventoryError::hint),
            cause
                .downcast_ref::<SourceError>()
                .and_then(SourceError::hint),
            cause
                .downcast_ref::<KeyFileError>()
                .and_then(KeyFileError::hint),
            cause.downcast_ref::<HomeError>().and_then(HomeError::hint),
            cause
                .downcast_ref::<PartialSealError>()
                .and_then(PartialSealError::hint)
                .map(str::to_owned),
            cause
                .downcast_ref::<AgentError>()
                .and_then(AgentError::hint),
            cause
                .downcast_ref::<TokenError>()
                .and_then(TokenError::hint),
            cause
                .downcast_ref::<HeadsError>()
                .and_then(HeadsError::hint),
            cause
                .downcast_ref::<RosterFileError>()
                .and_then(RosterFileError::hint),
        ];
        hints.into_iter().flatten().next()
    })
}

/// The fields that were missing, where that is why.
pub fn missing_of(error: &anyhow::Error) -> Vec<String> {
    let fault = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<Fault>());
    fault.map(|fault| fault.missing.clone()).unwrap_or_default()
}

/// The whole error as one sentence.
pub fn sentence_of(error: &anyhow::Error) -> String {
    format!("{error:#}")
}
