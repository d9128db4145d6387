//! Profiles that people write: in the reader's home, or wherever a path says.

use std::path::{Path, PathBuf};

use super::home::{Home, is_name};
use super::private_file::{self, FileError};
use super::shown;
use crate::audit::profile::{BUILT_IN, Profile};
use crate::record::json::ParseError;
use crate::record::path::printable;

/// The most bytes a profile may have.
const MAX_PROFILE: u32 = 1 << 18;

/// Why there is no such profile.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The system, or what stands there, did not let the file be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no profile.
    #[error("cannot read the profile {path}: {1}", path = shown(.0))]
    Broken(PathBuf, ParseError),
    /// Neither the program nor the home has one of that name.
    #[error("there is no profile `{name}`", name = printable(.0, false))]
    Unknown(String),
    /// A file in the home bears the name of a profile of the program.
    #[error("`{0}` is a profile of the program, and {path} has the same name", path = shown(.1))]
    TwoOfOneName(String, PathBuf),
}

impl ProfileError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Broken(..) => None,
            Self::Unknown(_) => Some(
                "generic and az are in the program; others are files: a path with a `/` or `.toml` in it, or NAME.toml in the folder `profiles` of the home"
                    .to_owned(),
            ),
            Self::TwoOfOneName(..) => Some("give the file another name".to_owned()),
        }
    }
}

/// The profile a person means: one of the program, one of the home, or a file.
///
/// # Errors
/// Where there is none, or it cannot be read.
pub fn profile(home: &Home, named: &str) -> Result<Profile, ProfileError> {
    let is_path = named.contains('/') || named.ends_with(".toml");
    if is_path {
        let path = Path::new(named);
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        return read(&printable(&name, false), path);
    }
    let unknown = || ProfileError::Unknown(named.to_owned());
    if !is_name(named) {
        return Err(unknown());
    }
    let path = home.dir().join("profiles").join(format!("{named}.toml"));
    if BUILT_IN.iter().any(|(name, _)| *name == named) {
        if path.symlink_metadata().is_ok() {
            return Err(ProfileError::TwoOfOneName(named.to_owned(), path));
        }
        return Profile::built_in(named).ok_or_else(unknown);
    }
    match read(named, &path) {
        Err(ProfileError::File(error)) if error.is_missing() => Err(unknown()),
        other => other,
    }
}

fn read(name: &str, path: &Path) -> Result<Profile, ProfileError> {
    let bytes = private_file::open(path, "profile")?.read(MAX_PROFILE)?;
    let broken = |error| ProfileError::Broken(path.to_owned(), error);
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        broken(ParseError {
            line: 1 + bytes[..error.valid_up_to()]
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count(),
            column: 1,
            problem: "this line is not UTF-8".to_owned(),
        })
    })?;
    Profile::parse(name, text).map_err(broken)
}
