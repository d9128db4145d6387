//! Why a key on a PKCS#11 token could not be used, in words.

use std::path::PathBuf;

use super::shown;
use crate::record::digest::Digest;
use crate::record::path::printable;

/// Why a token was not found or not opened, or gave no signature. Texts that come from a token are shown escaped.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The library could not be loaded, for the reason named second.
    #[error("loading the PKCS#11 module {}: {}", shown(.0), printable(.1, false))]
    NoModule(PathBuf, String),
    /// No token of that name is there; these are.
    #[error("there is no token {} at the PKCS#11 module{}", quoted(.0), there(.1))]
    NoToken(String, Vec<String>),
    /// Several tokens have that name.
    #[error("several tokens are called {}: they are told apart by their serial numbers{}", quoted(.0), there(.1))]
    SeveralTokens(String, Vec<String>),
    /// The PIN does not fit. It was tried once.
    #[error("the PIN of the token {} was not right; it was tried once, and is not tried again", quoted(.0))]
    WrongPin(String),
    /// Too many wrong PINs.
    #[error("the PIN of the token {} is locked", quoted(.0))]
    PinLocked(String),
    /// The token has no such key.
    #[error("the token {} does not hold the key {}", quoted(.token), .key.in_groups(4))]
    NoKey {
        /// Which token.
        token: String,
        /// Which key.
        key: Digest,
    },
    /// The key wants the PIN again for each signature.
    #[error("the key on the token {} wants its PIN again for each signature (CKA_ALWAYS_AUTHENTICATE), which is not supported", quoted(.0))]
    AsksEachTime(String),
    /// The token refused something, named second, for the reason named third.
    #[error("the token {}: {}: {}", quoted(.0), .1, printable(.2, false))]
    Refused(String, &'static str, String),
    /// Its signature is not the key's.
    #[error("the signature that the token {} gave is not one of its key over this text, and was thrown away", quoted(.0))]
    WrongSignature(String),
}

impl TokenError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoModule(..) => {
                "a module is a library of the token's maker, such as /usr/lib/x86_64-linux-gnu/opensc-pkcs11.so, named from `/` on"
            }
            Self::NoToken(..) => {
                "plug it in, then type the same again; `pkcs11-tool --module MODULE -L` shows what is there"
            }
            Self::SeveralTokens(..) => "name it by its serial number",
            Self::WrongPin(_) => {
                "every wrong PIN brings the token nearer to being locked: make sure of it before you type the same again"
            }
            Self::PinLocked(_) => "whoever has its SO PIN or PUK can unlock it",
            Self::NoKey { .. } => {
                "is it the same token? `pkcs11-tool --module MODULE --login -O` shows its keys"
            }
            Self::AsksEachTime(_) => "use another key of the token",
            Self::Refused(..) => "is it still plugged in? Then type the same again",
            Self::WrongSignature(_) => "do not use this token or its module",
        };
        Some(hint.to_owned())
    }
}

fn quoted(name: &str) -> String {
    format!("`{}`", printable(name, false))
}

fn there(names: &[String]) -> String {
    match names {
        [] => ", and no other".to_owned(),
        names => {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            format!("; there is {}", names.join(", "))
        }
    }
}
