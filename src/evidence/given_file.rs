//! A small file that a person names: read whole, where it is a regular file and not too long.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

use super::listing::in_words;

/// The longest file that is read in this way: 1 MiB.
pub const MAX_GIVEN: u64 = 1 << 20;

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum GivenFileError {
    /// The system refused.
    #[error("{}", in_words(.0))]
    Refused(io::Error),
    /// It is a folder, a pipe or a device.
    #[error("it is no regular file")]
    NoFile,
    /// It is longer than [`MAX_GIVEN`].
    #[error("it is larger than 1 MiB")]
    TooLarge,
}

/// Reads a file.
///
/// # Errors
/// Where it cannot be read, is no regular file, or is larger than 1 MiB.
pub fn read_given(path: &Path) -> Result<Vec<u8>, GivenFileError> {
    // A pipe that nobody writes to must not keep anyone waiting.
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or(0);
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(path)
        .map_err(GivenFileError::Refused)?;
    if !file.metadata().map_err(GivenFileError::Refused)?.is_file() {
        return Err(GivenFileError::NoFile);
    }
    let mut bytes = Vec::new();
    file.take(MAX_GIVEN + 1)
        .read_to_end(&mut bytes)
        .map_err(GivenFileError::Refused)?;
    if bytes.len() as u64 > MAX_GIVEN {
        return Err(GivenFileError::TooLarge);
    }
    Ok(bytes)
}
