//! Why a private key could not be made, written or read, in words.

use std::path::PathBuf;

use super::private_file::{FileError, quoted};
use super::shown;

/// Why a private key could not be made, written or read; most name the file.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The system, or what stands there, did not let the file be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The operating system gives no random bytes.
    #[error("cannot make a key: the operating system gives no random bytes: {0}")]
    NoRandomBytes(getrandom::Error),
    /// An empty passphrase protects nothing.
    #[error("cannot write the key file {}: the passphrase is empty", shown(.0))]
    EmptyPassphrase(PathBuf),
    /// The key could not be encrypted.
    #[error("cannot write the key file {}: the key could not be encrypted", shown(.0))]
    NotEncrypted(PathBuf),
    /// The file is encrypted, and no passphrase was given.
    #[error("cannot open the key file {}: it needs a passphrase", shown(.0))]
    PassphraseNeeded(PathBuf),
    /// The passphrase does not fit. A damaged ciphertext looks the same.
    #[error("cannot open the key file {}: this passphrase does not open it, or the file is damaged", shown(.0))]
    WrongPassphrase(PathBuf),
    /// There is no PEM block in the file.
    #[error("cannot read the key file {}: it holds no private key in PEM", shown(.0))]
    NoPrivateKey(PathBuf),
    /// There is something else in the file, named second.
    #[error("cannot use the key file {path}: it holds {1}, not an Ed25519 private key", path = shown(.0))]
    OtherKey(PathBuf, String),
    /// What stands in the file contradicts its own form, as said second.
    #[error("cannot read the key file {path}: {1}", path = shown(.0))]
    Damaged(PathBuf, &'static str),
    /// The file is encrypted with something old or unusual.
    #[error("cannot open the key file {}: it is encrypted in a way that is not read here", shown(.0))]
    UnknownEncryption(PathBuf),
    /// The file asks for more work than a passphrase is worth.
    #[error("cannot open the key file {}: its passphrase would take more memory or time than is allowed", shown(.0))]
    TooCostly(PathBuf),
}

impl KeyFileError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::PassphraseNeeded(_) => Some(
                "type it on a terminal, or let CUSTODY_PASSPHRASE_FILE name a file that holds it"
                    .to_owned(),
            ),
            Self::OtherKey(..) | Self::NoPrivateKey(_) => Some(
                "a key that fits: custody key new, or openssl genpkey -algorithm ed25519"
                    .to_owned(),
            ),
            Self::UnknownEncryption(path) => Some(format!(
                "openssl writes it anew: openssl pkcs8 -topk8 -scrypt -in {} -out NEW.pem",
                quoted(path)
            )),
            _ => None,
        }
    }
}

/// What is asked of a private key, or why there is none.
pub(super) type Result<T> = std::result::Result<T, KeyFileError>;
