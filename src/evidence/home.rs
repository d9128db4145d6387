//! The reader's home: their own identities with the private keys, the identities they imported, and their settings.
//!
//! ```text
//! config.toml             default, zone, place
//! identities/NAME.json    an own identity, as one hands it to a colleague
//! identities/NAME.pem     its private key
//! known/NAME.json         an identity that the reader imported
//! ```

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::key_file::{KeyFileError, SecretKey};
use super::private_file::{self, FileError};
use super::shown;
use crate::record::digest::Digest;
use crate::record::identity::Identity;
use crate::record::json::{ParseError, refusal_of};
use crate::record::key::Signer;
use crate::record::path::printable;
use crate::record::time::Zone;

/// The most bytes a file of the home may have.
const MAX_FILE: u32 = 1 << 20;

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
    /// The identity and the private key that were to be kept do not belong together.
    #[error("cannot keep the identity `{0}`: its public key is not that of the private key")]
    KeysDiffer(String),
    /// A name, agency or role could not be read again.
    #[error("cannot keep this identity: its file would be wrong at {0}")]
    Unreadable(ParseError),
    /// The identity to be imported is the reader's own, of that name.
    #[error("this is your own identity `{0}`, which needs no import")]
    Own(String),
    /// Several imported identities, named second, carry one person's name.
    #[error("several imported identities carry the name `{name}`: {list}", name = printable(.0, false), list = .1.join(", "))]
    Ambiguous(String, Vec<String>),
}

const NAMES: &str = "a name is 1 to 64 of A-Z a-z 0-9 . _ - and does not begin with a dot";

impl HomeError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::Key(error) => error.hint(),
            Self::Stray(_) => Some("custody key import FILE finds a name by itself".to_owned()),
            Self::NoIdentity(_) => Some("custody key list shows those there are".to_owned()),
            Self::Ambiguous(..) => Some("use one of these names instead".to_owned()),
            _ => None,
        }
    }
}

type Result<T> = std::result::Result<T, HomeError>;

/// What `config.toml` says. Each line may be missing, as may the file.
///
/// ```toml
/// default = "Ines-Kaya"
/// zone = "+04:00"
/// place = "North River, evidence room 2"
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The name of the identity that signs where no other is named.
    pub default: Option<String>,
    /// The zone that stands beside the times of new links.
    pub zone: Option<Zone>,
    /// Where new links are made.
    pub place: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    default: Option<Spanned<String>>,
    zone: Option<Spanned<String>>,
    place: Option<Spanned<String>>,
}

impl Config {
    /// Reads the text, and where in it the name of the default stands, quotes included.
    fn parse(text: &str) -> std::result::Result<(Self, Option<Range<usize>>), ParseError> {
        let file: ConfigFile = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            error_at(text, at, error.message())
        })?;
        let refuse = |key: &str, value: &Spanned<String>, problem: String| {
            error_at(text, value.span().start, &format!("`{key}` {problem}"))
        };
        let mut config = Self::default();
        if let Some(name) = &file.default {
            if !is_name(name.get_ref()) {
                return Err(refuse("default", name, format!("names nothing: {NAMES}")));
            }
            config.default = Some(name.get_ref().clone());
        }
        if let Some(zone) = &file.zone {
            let read = Zone::parse(zone.get_ref());
            config.zone = Some(read.map_err(|error| refuse("zone", zone, error.to_string()))?);
        }
        if let Some(place) = &file.place {
            if let Some(problem) = refusal_of("place", place.get_ref()) {
                return Err(refuse("place", place, problem));
            }
            config.place = Some(place.get_ref().clone());
        }
        Ok((config, file.default.map(|name| name.span())))
    }
}

fn error_at(text: &str, at: usize, problem: &str) -> ParseError {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |line_feed| line_feed + 1);
    ParseError {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        problem: printable(&problem.replace('\n', ", "), false),
    }
}

/// Whether a text can name an identity: `[A-Za-z0-9._-]{1,64}`, not beginning with a dot.
pub fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && !text.starts_with('.') && text.chars().all(is_of_a_name)
}

fn is_of_a_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || ".-_".contains(character)
}

/// A name for the identity of a person: `Ines Kaya` becomes `Ines-Kaya`. What cannot stand in a name becomes `-`, and
/// nothing of the kind begins or ends one: a name that begins with `-` would look like an option.
pub fn name_from(text: &str) -> String {
    let mut name = String::new();
    // `š` is `s` and a mark: the letter is kept.
    let letters = text
        .nfd()
        .filter(|character| !is_combining_mark(*character));
    for character in letters {
        match character {
            kept if is_of_a_name(kept) && kept != '-' => name.push(kept),
            _ if name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    let name = name.trim_start_matches(['-', '.']);
    let name = name[..name.len().min(64)].trim_end_matches(['-', '.']);
    if name.contains(|character: char| character.is_ascii_alphanumeric()) {
        name.to_owned()
    } else {
        "identity".to_owned()
    }
}

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

    /// Where the private key of an own identity is kept.
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

    /// The ids of the own keys, each with the name of its identity.
    ///
    /// # Errors
    /// Where an identity cannot be read.
    pub fn own_keys(&self) -> Result<Vec<(Digest, String)>> {
        Ok(keys(self.identities()?))
    }

    /// The ids of the imported keys, each with the name of its identity.
    ///
    /// # Errors
    /// Where an identity cannot be read.
    pub fn known_keys(&self) -> Result<Vec<(Digest, String)>> {
        Ok(keys(self.known()?))
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

fn keys(list: Vec<(String, Identity)>) -> Vec<(Digest, String)> {
    let keys = list.into_iter().map(|(name, kept)| (kept.id(), name));
    keys.collect()
}

/// The name itself, or the first of `name-2`, `name-3` … that is free, on file systems without case as well.
fn free_name(name: &str, taken: &[String]) -> String {
    let is_free = |name: &str| !taken.iter().any(|other| other.eq_ignore_ascii_case(name));
    let mut candidate = name.to_owned();
    let mut number = 2_u64;
    while !is_free(&candidate) {
        let end = format!("-{number}");
        candidate = format!("{}{end}", &name[..name.len().min(64 - end.len())]);
        number += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{MetadataExt, symlink};

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path().join("config/custody"));
        (folder, home)
    }

    fn person(name: &str, seed: u8) -> (Identity, SecretKey) {
        let secret = SecretKey::from_seed(&[seed; 32]);
        let identity = Identity {
            name: name.to_owned(),
            agency: "North River Police".to_owned(),
            role: "investigator".to_owned(),
            key: secret.public_key(),
        };
        (identity, secret)
    }

    fn keep(home: &Home, name: &str, seed: u8) -> Result<()> {
        let (identity, secret) = person("Ines Kaya", seed);
        home.create_identity(name, &identity, &secret, None)
    }

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().mode() & 0o7777
    }

    #[test]
    fn names_are_plain() {
        for (text, name) in [
            ("Ines Kaya", "Ines-Kaya"),
            ("Əli Məmmədov", "li-M-mm-dov"),
            ("J. Orth, Jr.", "J.-Orth-Jr"),
            ("../../etc/passwd", "etc-passwd"),
            ("--key", "key"),
            ("山田", "identity"),
            ("_", "identity"),
            ("", "identity"),
        ] {
            assert_eq!(name_from(text), name);
            assert!(is_name(&name_from(text)));
        }
        assert_eq!(name_from(&"a ".repeat(99)).len(), 63);
        for bad in ["", ".a", "a/b", "a b", "ä", "a\n", &"a".repeat(65)] {
            assert!(!is_name(bad), "{bad:?}");
            let error = Home::at("/x").secret_path(bad).unwrap_err();
            assert!(!error.to_string().contains('\n'));
        }
    }

    #[test]
    fn own_identities_are_kept_whole() {
        let (_folder, home) = home();
        assert!(home.identities().unwrap().is_empty());
        assert!(!home.dir().exists());
        keep(&home, "second", 2).unwrap();
        keep(&home, "first", 1).unwrap();
        let names = home.own_keys().unwrap();
        let (identity, secret) = person("Ines Kaya", 1);
        assert_eq!(names[0], (identity.id(), "first".to_owned()));
        assert_eq!(names[1].1, "second");
        assert_eq!(home.identity("first").unwrap(), identity);
        let private = home.secret_path("first").unwrap();
        let loaded = SecretKey::load(&private, None).unwrap();
        assert_eq!(loaded.public_key(), secret.public_key());
        assert_eq!((mode(&private), mode(home.dir())), (0o600, 0o700));
        assert_eq!(mode(&home.identities_dir()), 0o700);

        assert!(keep(&home, "first", 3).is_err());
        assert_eq!(home.identity("first").unwrap(), identity);
        fs::remove_file(&private).unwrap();
        assert!(keep(&home, "first", 3).is_err());
        assert!(!private.exists(), "both or none");
        let error = home.create_identity("third", &person("A", 4).0, &secret, None);
        assert!(matches!(error, Err(HomeError::KeysDiffer(_))));
        let unreadable = person("A\u{202E}B", 1).0;
        let error = home.create_identity("third", &unreadable, &secret, None);
        assert!(matches!(error, Err(HomeError::Unreadable(_))));
        let error = home.identity("third").unwrap_err();
        assert_eq!(error.to_string(), "there is no identity `third` here");
    }

    #[test]
    fn others_are_imported_once() {
        let (_folder, home) = home();
        keep(&home, "own", 1).unwrap();
        let error = home.import(&person("Ines Kaya", 1).0).unwrap_err();
        assert!(error.to_string().contains("your own identity `own`"));
        let import = |name: &str, seed| home.import(&person(name, seed).0).unwrap();
        assert_eq!(import("Lena Orth", 2), ("Lena-Orth".to_owned(), true));
        assert_eq!(import("Lena Orth", 2), ("Lena-Orth".to_owned(), false));
        assert_eq!(import("L. Orth", 2), ("Lena-Orth".to_owned(), false));
        assert_eq!(import("lena orth", 3), ("lena-orth-2".to_owned(), true));
        assert_eq!(import("Lena Orth", 4), ("Lena-Orth-3".to_owned(), true));
        assert_eq!(home.known_keys().unwrap().len(), 3);
        let find = |name: &str| {
            home.find_known(name)
                .map(|found| found.map(|(name, _)| name))
        };
        assert_eq!(find("Lena-Orth-3").unwrap().unwrap(), "Lena-Orth-3");
        assert_eq!(find("lena orth").unwrap().unwrap(), "lena-orth-2");
        assert_eq!(find("Ines Kaya").unwrap(), None);
        let error = find("Lena Orth").unwrap_err().to_string();
        assert!(error.ends_with(": Lena-Orth, Lena-Orth-3"), "{error}");
        let long = "a".repeat(64);
        assert_eq!(
            free_name(&long, &[long.to_uppercase()]),
            format!("{}-2", &long[..62])
        );
    }

    #[test]
    fn a_broken_file_is_named() {
        let (_folder, home) = home();
        home.import(&person("Lena Orth", 2).0).unwrap();
        let path = home.known_dir().join("Mori.json");
        let fails = |text: &str, why: &str| {
            fs::write(&path, text).unwrap();
            let error = home.known().unwrap_err().to_string();
            assert!(
                error.contains("known/Mori.json: ") && error.contains(why),
                "{error}"
            );
        };
        fails("{\n  \"a\" 1}", "line 2, column 7: ");
        fails("{}", "line 1, column 1: ");
        fails(
            &" ".repeat(MAX_FILE as usize + 1),
            "more than 1048576 bytes",
        );
        fs::remove_file(&path).unwrap();
        symlink("Lena-Orth.json", &path).unwrap();
        let error = home.known().unwrap_err().to_string();
        assert!(error.ends_with("it is a symbolic link"), "{error}");
        fs::rename(&path, home.known_dir().join("a b.json")).unwrap();
        assert!(matches!(home.known(), Err(HomeError::Stray(_))));
        // What systems and editors leave is not looked at.
        fs::rename(
            home.known_dir().join("a b.json"),
            home.known_dir().join("._a.json"),
        )
        .unwrap();
        fs::write(home.known_dir().join("Lena-Orth.json~"), "").unwrap();
        assert_eq!(home.known().unwrap().len(), 1);
    }

    #[test]
    fn settings_are_read_strictly_and_kept() {
        let (_folder, home) = home();
        assert_eq!(home.config().unwrap(), Config::default());
        assert!(home.set_default("one").is_err());
        keep(&home, "one", 1).unwrap();
        keep(&home, "two", 2).unwrap();
        home.set_default("one").unwrap();
        assert_eq!(home.config().unwrap().default.unwrap(), "one");
        let write = |text: &str| fs::write(home.config_path(), text).unwrap();
        write("# mine\nzone = '+04:00'\ndefault = 'one' # as ever\nplace = \"room 2\"");
        home.set_default("two").unwrap();
        let text = fs::read_to_string(home.config_path()).unwrap();
        let kept = "# mine\nzone = '+04:00'\ndefault = \"two\" # as ever\nplace = \"room 2\"";
        assert_eq!(text, kept);
        write("place = 'room 2'");
        home.set_default("one").unwrap();
        let config = home.config().unwrap();
        assert_eq!(
            (config.place.as_deref(), config.default.as_deref()),
            (Some("room 2"), Some("one"))
        );
        for (text, why) in [
            (
                "zone = '+04:00'\ncolour = 1",
                "line 2, column 1: unknown field `colour`",
            ),
            ("\n  zone = '4'", "line 2, column 10: `zone` must be"),
            (
                "place = 'é' # é\ndefault = 'a b'",
                "line 2, column 11: `default` names nothing",
            ),
            (
                "place = \"\\u202E\"",
                "line 1, column 9: `place` holds the character U+202E",
            ),
            ("place = 1", "line 1, column 9: "),
            ("place = 'a'\nplace = 'b'", "line 2, column 1: "),
            ("[default]", "line 1, column 1"),
            (
                "\"a\\u001Bb\" = 1",
                "line 1, column 1: unknown field `a%1Bb`",
            ),
        ] {
            write(text);
            let error = home.config().unwrap_err().to_string();
            assert!(
                error.contains("config.toml: ") && error.contains(why),
                "{error}"
            );
            assert!(!error.contains(char::is_control), "{error}");
            assert!(home.set_default("one").is_err());
        }
        fs::write(home.config_path(), b"place = '\xff'").unwrap();
        let error = home.config().unwrap_err().to_string();
        assert!(
            error.ends_with("line 1, column 10: this byte is not UTF-8"),
            "{error}"
        );
    }
}
