//! Private keys on disk: how a key file is opened and kept. What stands in it is `pkcs8_pem`'s.

use std::error::Error;
use std::fmt;
use std::path::Path;

use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::Zeroizing;

pub use super::key_file_error::KeyFileError;

use super::key_file_error::Result;
use super::{pkcs8_pem, private_file};
use crate::record::key::{PublicKey, Signer};

const WHAT: &str = "key file";

/// The most bytes a key file may have.
const MAX_FILE: u32 = 64 << 10;

/// A private Ed25519 key. It leaves memory when it is dropped, and is never printed.
pub struct SecretKey {
    signing: SigningKey,
}

impl SecretKey {
    /// A new key, from the random bytes of the operating system.
    ///
    /// # Errors
    /// Where there are none.
    pub fn generate() -> Result<Self> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(KeyFileError::NoRandomBytes)?;
        Ok(Self::from_seed(&seed))
    }

    /// The key of this seed (RFC 8032 §5.1.5).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self {
            signing: SigningKey::from_bytes(seed),
        }
    }

    /// Writes a new key file, readable by its owner alone: whole or not at all, and never over another file.
    ///
    /// # Errors
    /// Where the passphrase is empty, something has that name, or the system refuses.
    pub fn create(&self, path: &Path, passphrase: Option<&str>) -> Result<()> {
        let pem = pkcs8_pem::encode(&self.signing, passphrase, path)?;
        Ok(private_file::create(path, WHAT, pem.as_bytes())?)
    }

    /// Puts the key in the place of a key file, in one step, to give it another passphrase. What a disk keeps of the
    /// old file is beyond reach.
    ///
    /// # Errors
    /// Where the passphrase is empty, there is no regular file to replace, or the system refuses.
    pub fn replace(&self, path: &Path, passphrase: Option<&str>) -> Result<()> {
        let pem = pkcs8_pem::encode(&self.signing, passphrase, path)?;
        private_file::open(path, WHAT)?;
        Ok(private_file::replace(path, WHAT, pem.as_bytes())?)
    }

    /// Reads a key file. The passphrase of one that is not encrypted is not looked at.
    ///
    /// # Errors
    /// Where it is no regular file of the user alone, holds no private Ed25519 key, or the passphrase does not open it.
    pub fn load(path: &Path, passphrase: Option<&str>) -> Result<Self> {
        let text = read(path)?;
        Ok(Self {
            signing: pkcs8_pem::decode(&text, passphrase, path)?,
        })
    }
}

impl Signer for SecretKey {
    fn public_key(&self) -> PublicKey {
        PublicKey::from_bytes(self.signing.verifying_key().as_bytes())
    }

    fn sign(&self, message: &[u8]) -> std::result::Result<[u8; 64], Box<dyn Error + Send + Sync>> {
        Ok(self.signing.try_sign(message)?.to_bytes())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.public_key().id())
    }
}

/// Whether a key file asks for a passphrase.
///
/// # Errors
/// Where it is no regular file of the user alone, or holds no private key of this kind.
pub fn is_encrypted(path: &Path) -> Result<bool> {
    pkcs8_pem::is_encrypted(&read(path)?, path)
}

/// What is asked of the file and what is read from it is one open file.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let file = private_file::open(path, WHAT)?.of_the_user_alone()?;
    Ok(file.read(MAX_FILE)?)
}

#[cfg(test)]
mod tests;
