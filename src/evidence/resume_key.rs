//! The key with which a home knows its own interrupted seals.

use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use crate::record::digest::{Digest, hex_text};

use super::home::Home;
use super::partial_seal::ResumeKey;
use super::private_file::{self, FileError};

/// Its file in the home: 64 hex digits.
const NAME: &str = "resume.key";

/// The key of this home; made, where there is none.
///
/// # Errors
/// Where the file cannot be read or written, or others can read it.
pub fn resume_key(home: &Home) -> Result<ResumeKey, FileError> {
    let path = home.dir().join(NAME);
    match read(&path) {
        Err(error) if error.is_missing() => make(&path),
        // A damaged key is as good as none: it vouches for nothing.
        Ok(None) => {
            let key = draw(&path)?;
            private_file::replace(&path, "key", hex_text(&*key).as_bytes()).map(|()| key)
        }
        Ok(Some(key)) => Ok(key),
        Err(error) => Err(error),
    }
}

fn read(path: &Path) -> Result<Option<ResumeKey>, FileError> {
    let bytes = private_file::open(path, "key")?
        .of_the_user_alone()?
        .read(64)?;
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    Ok(Digest::parse(text).ok().map(|key| Zeroizing::new(key.0)))
}

fn make(path: &Path) -> Result<ResumeKey, FileError> {
    let key = draw(path)?;
    if let Some(folder) = path.parent() {
        private_file::make_folder(folder)?;
    }
    match private_file::create(path, "key", hex_text(&*key).as_bytes()) {
        // Another seal made one a moment ago.
        Err(error) if error.is_taken() => Ok(read(path)?.unwrap_or(key)),
        other => other.map(|()| key),
    }
}

fn draw(path: &Path) -> Result<ResumeKey, FileError> {
    let mut key = Zeroizing::new([0; 32]);
    match getrandom::fill(&mut *key) {
        Ok(()) => Ok(key),
        Err(error) => {
            let error = io::Error::other(error.to_string());
            Err(FileError::of_the_system("make", "key", path, error))
        }
    }
}
