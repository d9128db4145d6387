//! A new file for people: a page, an identity file. Whole or not at all, and never over one that is there.

use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::Builder;

/// Writes a file that was not there.
///
/// # Errors
/// Where it is there already, or the system refuses. Nothing half-written stays.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // The person's umask decides who may read it.
    let permissions = std::fs::Permissions::from_mode(0o666);
    let mut draft = Builder::new()
        .prefix(".custody-")
        .suffix(".tmp")
        .permissions(permissions)
        .tempfile_in(folder)?;
    draft.write_all(bytes)?;
    draft.as_file().sync_all()?;
    draft
        .persist_noclobber(path)
        .map(drop)
        .map_err(|failed| failed.error)
}
