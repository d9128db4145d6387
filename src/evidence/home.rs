//! The reader's home: their own identities with the private keys, the identities they imported, and their settings.
//!
//! ```text
//! config.toml             default, zone, place
//! identities/NAME.json    an own identity, as one hands it to a colleague
//! identities/NAME.pem     its private key; or instead
//! identities/NAME.toml    where it is: in an ssh-agent, on a PKCS#11 token
//! known/NAME.json         an identity that the reader imported
//! heads/SEAL.chain        a chain that was seen on this machine: see `heads.rs`
//! rosters/ROOT.json       a roster that the reader pinned
//! ```

use std::ops::Range;
use std::path::{Path, PathBuf};

pub use super::config::Config;
pub use super::identity_name::{is_name, name_from};

use super::config::error_at;
use super::heads::Heads;
use super::identity_name::{NAMES, free_name};
use super::key_file::{KeyFileError, SecretKey};
use super::private_file::{self, FileError};
use super::private_half::PrivateHalf;
use super::shown;
use crate::record::identity::Identity;
use crate::record::json::ParseError;
use crate::record::key::Signer;
use crate::record::path::printable;

/// The most bytes a file of the home may have.
const MAX_FILE: u32 = 1 << 20;

/// What a file that says where a key is is called in an error.
const HALF: &str = "place of a key";

/// Why the home does not hold what was asked of it, or could not keep something.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The system, or what stands there, did not let a file be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The private key could not be written.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// A file is not what it should be, and where.
    #[error("cannot read {path}: {1}", path = shown(.0))]
    Broken(PathBuf, ParseError),
    /// A file among the identities has a name that none has.
    #[error("cannot use {}: a file of identities is called NAME.json, where {NAMES}", shown(.0))]
    Stray(PathBuf),
    /// A text is no name of an identity.
    #[error("`{name}` cannot name an identity: {NAMES}", name = printable(.0, false))]
    NotAName(String),
    /// No own identity has that name.
    #[error("there is no identity `{0}` here")]
    NoIdentity(String),
    /// An identity has a key file, and a file that says that its key is elsewhere.
    #[error(
        "the identity `{0}` has both {0}.pem and {0}.toml: only one of them can say where its key is"
    )]
    TwoHalves(String),
    /// The path of a module cannot be written down.
    #[error("cannot keep the identity `{0}`: the path of its module is no text")]
    NoText(String),
    /// The identity and the private key that were to be kept do not belong together.
    #[error("cannot keep the identity `{0}`: its public key is not that of the private key")]
    KeysDiffer(String),
    /// A name, agency or role could not be read again.
    #[error("cannot keep this identity: its file would be wrong at {0}")]
    Unreadable(ParseError),
    /// The identity to be imported is the reader's own, of that name.
    #[error("this is your own identity `{0}`, which needs no import")]
    Own(String),
    /// A file among the pinned rosters has a name that none has.
    #[error("cannot use {}: a pinned roster is called ROOT.json, with the 64 digits of its root", shown(.0))]
    StrayRoster(PathBuf),
    /// The roster to be pinned lacks versions that the pinned one has.
    #[error("cannot pin this roster: it is an older copy of the one that is pinned")]
    OlderRoster,
    /// The roster to be pinned and the pinned one part after a version they share.
    #[error(
        "cannot pin this roster: it is of the same root as the one that is pinned, and does not go on from it"
    )]
    ForkedRoster,
    /// Several imported identities, named second, carry one person's name.
    #[error("several imported identities carry the name `{name}`: {list}", name = printable(.0, false), list = .1.join(", "))]
    Ambiguous(String, Vec<String>),
}

impl HomeError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Key(error) => error.hint(),
            Self::Stray(_) => Some("custody key import FILE finds a name by itself".to_owned()),
            Self::NoIdentity(_) => Some("custody key list shows those there are".to_owned()),
            Self::TwoHalves(_) => Some("take away the one that does not belong there".to_owned()),
            Self::OlderRoster => Some("ask its keepers for the latest version".to_owned()),
            Self::ForkedRoster => Some(
                "two versions were made from one: ask its keepers which of them stands".to_owned(),
            ),
            Self::Ambiguous(..) => Some("use one of these names instead".to_owned()),
            _ => None,
        }
    }
}

type Result<T> = std::result::Result<T, HomeError>;

/// A folder with the reader's keys and settings. Nothing is made before there is something to keep.
#[derive(Clone, Debug)]
pub struct Home {
    dir: PathBuf,
}

impl Home {
    /// The home in this folder, which need not be there yet.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Tries whether an identity could be kept. Hours of hashing must not end at a home that cannot be written.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn try_to_keep(&self) -> Result<()> {
        let folder = self.identities_dir();
        private_file::make_folder(&folder)?;
        match tempfile::tempfile_in(&folder) {
            Ok(_) => Ok(()),
            Err(error) => Err(FileError::of_the_system("write", "identity", &folder, error).into()),
        }
    }

    /// Keeps a new own identity: both files or none, and never over others.
    ///
    /// # Errors
    /// Where the name cannot be one, is taken, the keys differ, or the system refuses.
    pub fn create_identity(
        &self,
        name: &str,
        identity: &Identity,
        secret: &SecretKey,
        passphrase: Option<&str>,
    ) -> Result<()> {
        let private = self.secret_path(name)?;
        if identity.key != secret.public_key() {
            return Err(HomeError::KeysDiffer(name.to_owned()));
        }
        let text = text_of(identity)?;
        private_file::make_folder(&self.identities_dir())?;
        secret.create(&private, passphrase)?;
        let public = file_in(&self.identities_dir(), name);
        private_file::create(&public, "identity", text.as_bytes()).map_err(|error| {
            // It was made a moment ago and has signed nothing.
            let _ = std::fs::remove_file(&private);
            error.into()
        })
    }

    /// Keeps a new own identity whose private half is in an agent or on a token: both files or none, and never over
    /// others.
    ///
    /// # Errors
    /// Where the name cannot be one, is taken, or the system refuses.
    pub fn create_identity_elsewhere(
        &self,
        name: &str,
        identity: &Identity,
        half: &PrivateHalf,
    ) -> Result<()> {
        check(name)?;
        let (text, place) = (text_of(identity)?, half.to_text());
        let place = place.ok_or_else(|| HomeError::NoText(name.to_owned()))?;
        private_file::make_folder(&self.identities_dir())?;
        let half = self.half_path(name);
        private_file::create(&half, HALF, place.as_bytes())?;
        let public = file_in(&self.identities_dir(), name);
        private_file::create(&public, "identity", text.as_bytes()).map_err(|error| {
            // It was made a moment ago, and says nothing without the identity.
            let _ = std::fs::remove_file(&half);
            error.into()
        })
    }

    /// Whether an own identity of this name can be made: no half of one is there.
    pub fn is_free(&self, name: &str) -> bool {
        let public = file_in(&self.identities_dir(), name);
        let is_free = |path: PathBuf| path.symlink_metadata().is_err();
        self.secret_path(name).is_ok_and(is_free)
            && is_free(self.half_path(name))
            && is_free(public)
    }

    /// Where the private half of an own identity is.
    ///
    /// # Errors
    /// Where two files say it, or the one that does cannot be read or could have been written by others.
    pub fn private_half(&self, name: &str) -> Result<PrivateHalf> {
        let (file, path) = (self.secret_path(name)?, self.half_path(name));
        let opened = match private_file::open(&path, HALF) {
            Err(error) if error.is_missing() => return Ok(PrivateHalf::File(file)),
            other => other?.of_the_user_alone()?,
        };
        if file.symlink_metadata().is_ok() {
            return Err(HomeError::TwoHalves(name.to_owned()));
        }
        let bytes = opened.read(MAX_FILE)?;
        let text = String::from_utf8_lossy(&bytes);
        PrivateHalf::parse(&text).map_err(|error| HomeError::Broken(path, error))
    }

    /// The own identities with their names, in the order of the names.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub fn identities(&self) -> Result<Vec<(String, Identity)>> {
        list(&self.identities_dir())
    }

    /// The own identity of a name.
    ///
    /// # Errors
    /// Where there is none, or it cannot be read.
    pub fn identity(&self, name: &str) -> Result<Identity> {
        check(name)?;
        match read(&file_in(&self.identities_dir(), name)) {
            Err(HomeError::File(error)) if error.is_missing() => {
                Err(HomeError::NoIdentity(name.to_owned()))
            }
            other => other,
        }
    }

    /// Where the private key of an own identity is kept, where it is in a file.
    ///
    /// # Errors
    /// Where the name cannot be one.
    pub fn secret_path(&self, name: &str) -> Result<PathBuf> {
        check(name)?;
        Ok(self.identities_dir().join(format!("{name}.pem")))
    }

    /// Keeps the identity of someone else, under a name made from the person's. Returns the name, and whether the key
    /// is new here; the file of a key that was here already stays as it is.
    ///
    /// # Errors
    /// Where the key is an own one, or the system refuses.
    pub fn import(&self, identity: &Identity) -> Result<(String, bool)> {
        let id = identity.id();
        let name_of = |list: Vec<(String, Identity)>| {
            let mut list = list.into_iter();
            list.find(|(_, kept)| kept.id() == id).map(|(name, _)| name)
        };
        if let Some(own) = name_of(self.identities()?) {
            return Err(HomeError::Own(own));
        }
        let known = self.known()?;
        let taken: Vec<String> = known.iter().map(|(name, _)| name.clone()).collect();
        if let Some(name) = name_of(known) {
            return Ok((name, false));
        }
        let name = free_name(&name_from(&identity.name), &taken);
        let text = text_of(identity)?;
        private_file::make_folder(&self.known_dir())?;
        let path = file_in(&self.known_dir(), &name);
        private_file::create(&path, "identity", text.as_bytes())?;
        Ok((name, true))
    }

    /// The imported identities with their names, in the order of the names.
    ///
    /// # Errors
    /// Where one cannot be read.
    pub fn known(&self) -> Result<Vec<(String, Identity)>> {
        list(&self.known_dir())
    }

    /// The imported identity of this name, or else the only one of a person of exactly this name.
    ///
    /// # Errors
    /// Where several persons have the name, or one of the files cannot be read.
    pub fn find_known(&self, name: &str) -> Result<Option<(String, Identity)>> {
        let mut known = self.known()?;
        if let Some(at) = known.iter().position(|(kept, _)| kept == name) {
            return Ok(Some(known.swap_remove(at)));
        }
        known.retain(|(_, identity)| identity.name == name);
        if known.len() > 1 {
            let names = known.into_iter().map(|(name, _)| name).collect();
            return Err(HomeError::Ambiguous(name.to_owned(), names));
        }
        Ok(known.pop())
    }

    /// The chains seen on this machine.
    pub fn heads(&self) -> Heads {
        Heads::in_folder(self.dir.join("heads"))
    }

    /// The settings.
    ///
    /// # Errors
    /// Where the file holds a key or a value that is not known, with line and column.
    pub fn config(&self) -> Result<Config> {
        let (_, config, _) = self.read_config()?;
        Ok(config)
    }

    /// Makes an own identity the one that signs. All else in the settings stays, comments included.
    ///
    /// # Errors
    /// Where there is no such identity, or the settings cannot be read or written.
    pub fn set_default(&self, name: &str) -> Result<()> {
        self.identity(name)?;
        let (mut text, _, place) = self.read_config()?;
        let value = format!("\"{name}\"");
        match place {
            Some(place) => text.replace_range(place, &value),
            None => {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                // At the end is at the top level: the settings have no tables.
                text.push_str(&format!("default = {value}\n"));
            }
        }
        private_file::replace(&self.config_path(), "settings", text.as_bytes())?;
        Ok(())
    }

    fn read_config(&self) -> Result<(String, Config, Option<Range<usize>>)> {
        let path = self.config_path();
        let bytes = match private_file::open(&path, "settings") {
            Err(error) if error.is_missing() => return Ok(Default::default()),
            other => other?.read(MAX_FILE)?,
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let broken = |error| HomeError::Broken(path.clone(), error);
        if let Err(error) = std::str::from_utf8(&bytes) {
            let error = error_at(&text, error.valid_up_to(), "this byte is not UTF-8");
            return Err(broken(error));
        }
        let (config, place) = Config::parse(&text).map_err(broken)?;
        Ok((text, config, place))
    }

    fn identities_dir(&self) -> PathBuf {
        self.dir.join("identities")
    }

    fn half_path(&self, name: &str) -> PathBuf {
        self.identities_dir().join(format!("{name}.toml"))
    }

    fn known_dir(&self) -> PathBuf {
        self.dir.join("known")
    }

    fn config_path(&self) -> PathBuf {
        self.dir.join("config.toml")
    }
}

fn check(name: &str) -> Result<()> {
    if is_name(name) {
        Ok(())
    } else {
        Err(HomeError::NotAName(name.to_owned()))
    }
}

fn file_in(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.json"))
}

/// The file of an identity, where it can be read again.
fn text_of(identity: &Identity) -> Result<String> {
    let text = identity.to_file();
    match Identity::parse(text.as_bytes()) {
        Ok(_) => Ok(text),
        Err(error) => Err(HomeError::Unreadable(error)),
    }
}

fn read(path: &Path) -> Result<Identity> {
    let bytes = private_file::open(path, "identity")?.read(MAX_FILE)?;
    Identity::parse(&bytes).map_err(|error| HomeError::Broken(path.to_owned(), error))
}

/// Reads each NAME.json of a folder. Hidden files are what systems and editors leave behind.
fn list(folder: &Path) -> Result<Vec<(String, Identity)>> {
    let mut found = Vec::new();
    for file in private_file::names_in(folder)? {
        let path = folder.join(&file);
        let file = file.to_string_lossy();
        match file.strip_suffix(".json") {
            Some(name) if is_name(name) => found.push((name.to_owned(), read(&path)?)),
            Some(name) if !name.starts_with('.') => return Err(HomeError::Stray(path)),
            _ => {}
        }
    }
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(found)
}

#[cfg(test)]
mod tests;
