//! Why a key in an ssh-agent could not be used, in words.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::listing::in_words;
use super::shown;
use super::ssh_message::MAX_MESSAGE;
use crate::record::digest::Digest;

/// Why an ssh-agent did not show its keys, or gave no signature.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// Nobody answers at the socket.
    #[error("asking the ssh-agent at {}: {}", shown(.0), in_words(.1))]
    Unreachable(PathBuf, io::Error),
    /// It took longer than it may.
    #[error("asking the ssh-agent at {}: no answer within {} seconds", shown(.0), .1.as_secs())]
    Silent(PathBuf, Duration),
    /// It closed the connection before it had answered.
    #[error("asking the ssh-agent at {}: it closed the connection without an answer", shown(.0))]
    HungUp(PathBuf),
    /// What it says is no answer to what it was asked.
    #[error("asking the ssh-agent at {}: what it says is no answer of an ssh-agent", shown(.0))]
    NoAnswer(PathBuf),
    /// It does not hold the key.
    #[error("the ssh-agent does not hold the key {}{}", key.in_groups(4), if *holds_none { ": it shows no key at all" } else { "" })]
    NotHeld {
        /// Which key.
        key: Digest,
        /// Whether it shows no key at all, as a locked agent does.
        holds_none: bool,
    },
    /// It holds the key, and does not sign.
    #[error("the ssh-agent refused to sign with the key {}", .0.in_groups(4))]
    Refused(Digest),
    /// Its signature is not the key's.
    #[error("the signature that the ssh-agent gave is not one of the key {} over this text, and was thrown away", .0.in_groups(4))]
    WrongSignature(Digest),
    /// What is to be signed is longer than a message to an agent may be.
    #[error(
        "this entry has {0} bytes, and an ssh-agent takes no message of more than {MAX_MESSAGE}"
    )]
    TooLong(usize),
}

impl AgentError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Unreachable(..) | Self::HungUp(_) => {
                "is it still running? `ssh-add -l` asks it too. Start one, add the key with `ssh-add FILE`, then type the same again"
            }
            Self::Silent(..) => {
                "it may wait for a token to be touched or for a question to be answered; then type the same again"
            }
            Self::NoAnswer(_) => "SSH_AUTH_SOCK must name the socket of an ssh-agent",
            Self::NotHeld {
                holds_none: true, ..
            } => {
                "add it with `ssh-add FILE`, or, if the agent is locked, unlock it with `ssh-add -X`; then type the same again"
            }
            Self::NotHeld { .. } => {
                "add it with `ssh-add FILE`, then type the same again; `ssh-add -l` shows what the agent holds"
            }
            Self::Refused(_) => {
                "its question may have been declined, or nobody was there to answer it; then type the same again"
            }
            Self::WrongSignature(_) => "do not use this agent",
            Self::TooLong(_) => "sign with a key in a file, or write less into the sheet",
        };
        Some(hint.to_owned())
    }
}
