//! Which identity signs, and how its key is reached.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::path::Path;
use std::rc::Rc;

use custody::evidence::key_file::{KeyFileError, SecretKey, is_encrypted};
use custody::evidence::private_half::PrivateHalf;
use custody::record::digest::Digest;
use custody::record::identity::Identity;
use custody::record::key::{PublicKey, Signer};
use custody::report::layout::{NOT_RECORDED, key, safe};
use zeroize::Zeroizing;

use crate::console::{ask, is_attended};
use crate::fault::{fault, fault_with};
use crate::world::World;
use crate::{agent_key, passphrase, token_key};

/// An identity of the reader, by the name of its file.
pub struct Own {
    pub name: String,
    pub identity: Identity,
    /// The private key, where it was made a moment ago: its passphrase is not asked for again.
    made: Cell<Option<Box<dyn Signer>>>,
    /// What is not in a file yet.
    unkept: Option<Unkept>,
}

/// A private key that was made and is in no file yet, with what is to guard it there.
struct Unkept {
    secret: Rc<SecretKey>,
    passphrase: Passphrase,
    /// What was given, when the key was unlocked.
    given: RefCell<Option<Zeroizing<String>>>,
}

/// The same key where it signs.
struct Shared(Rc<SecretKey>);

impl Signer for Shared {
    fn public_key(&self) -> PublicKey {
        self.0.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], Box<dyn Error + Send + Sync>> {
        self.0.sign(message)
    }
}

impl Own {
    fn of((name, identity): (String, Identity)) -> Self {
        Self {
            name,
            identity,
            made: Cell::new(None),
            unkept: None,
        }
    }

    /// Loads the key. Someone at a terminal may mistype the passphrase twice.
    fn load(&self, path: &Path, world: &World) -> anyhow::Result<SecretKey> {
        if !is_encrypted(path)? {
            return Ok(SecretKey::load(path, None)?);
        }
        for _ in 0..2 {
            match SecretKey::load(path, Some(&passphrase::for_key(&self.name)?)) {
                Err(KeyFileError::WrongPassphrase(_)) if passphrase::is_typed() => {
                    world.console.say("That was not the passphrase. Once more:");
                }
                other => return Ok(other?),
            }
        }
        Ok(SecretKey::load(
            path,
            Some(&passphrase::for_key(&self.name)?),
        )?)
    }

    /// The private key, its passphrase or PIN asked for where it has one. A key in an agent or on a token must be there.
    pub fn unlock(&self, world: &World) -> anyhow::Result<Box<dyn Signer>> {
        if let Some(made) = self.made.take() {
            return Ok(made);
        }
        if let Some(unkept) = &self.unkept {
            world.home.try_to_keep()?;
            unkept.given.replace(unkept.passphrase.ask(&self.name)?);
            return Ok(Box::new(Shared(Rc::clone(&unkept.secret))));
        }
        let key = self.identity.key;
        match world.home.private_half(&self.name)? {
            PrivateHalf::Agent => Ok(Box::new(agent_key::of(key)?)),
            PrivateHalf::Token(place) => token_key::of(world, &place, key),
            PrivateHalf::File(path) => {
                let secret = self.load(&path, world)?;
                if secret.public_key() != key {
                    return Err(fault(format!(
                        "the key in {} is not the key of identity {}",
                        custody::evidence::shown(&path),
                        self.name
                    )));
                }
                Ok(Box::new(secret))
            }
        }
    }
}

impl Own {
    /// Keeps an identity that is in no file yet, under a name that is free now; one that was there is left as it is.
    pub fn keep(&self, world: &World) -> anyhow::Result<()> {
        let Some(unkept) = &self.unkept else {
            return Ok(());
        };
        let file = free_name(world, &self.identity.name);
        let given = unkept.given.borrow();
        let phrase = given.as_ref().map(|phrase| phrase.as_str());
        world
            .home
            .create_identity(&file, &self.identity, &unkept.secret, phrase)?;
        tell(world, &file, &self.identity);
        if phrase.is_none() && unkept.passphrase != Passphrase::None {
            world.console.alarm(&format!("this key has no passphrase: whoever can read it can sign in your name; `custody key passphrase {file}` sets one"));
        }
        Ok(())
    }
}

/// The own identity with this key.
pub fn own_with(world: &World, id: &Digest) -> anyhow::Result<Option<Own>> {
    let identities = world.home.identities()?.into_iter();
    Ok(identities.map(Own::of).find(|own| own.identity.id() == *id))
}

/// The identity that signs: the one named, the one with this key, the default one, the only one. `None`: there is none yet.
pub fn choose(
    world: &World,
    named: Option<&str>,
    holding: Option<&Digest>,
) -> anyhow::Result<Option<Own>> {
    if let Some(name) = named {
        return Ok(Some(Own::of((name.to_owned(), world.home.identity(name)?))));
    }
    let mut identities = world.home.identities()?;
    if let Some(place) = holding.and_then(|key| {
        identities
            .iter()
            .position(|(_, identity)| identity.id() == *key)
    }) {
        return Ok(Some(Own::of(identities.swap_remove(place))));
    }
    if identities.len() <= 1 {
        return Ok(identities.pop().map(Own::of));
    }
    match world.home.config()?.default {
        Some(name) => Ok(Some(Own::of((name.clone(), world.home.identity(&name)?)))),
        None => Err(fault_with(
            "you have several identities, and none is the default",
            "name one: --key NAME, or for `custody key` the name alone; `custody key default NAME` says which signs from now on",
        )),
    }
}

/// The same, where there must be one.
pub fn must_choose(
    world: &World,
    named: Option<&str>,
    holding: Option<&Digest>,
) -> anyhow::Result<Own> {
    choose(world, named, holding)?.ok_or_else(|| {
        fault_with(
            "you have no identity to sign with yet",
            "make one with `custody key new`",
        )
    })
}

/// The identity that signs a first seal. Where there is none, one is made, and is in no file before [`Own::keep`]: a seal
/// that is refused leaves no key behind.
pub fn choose_or_prepare(world: &World, named: Option<&str>) -> anyhow::Result<Own> {
    if let Some(own) = choose(world, named, None)? {
        return Ok(own);
    }
    world
        .console
        .say("There is no identity on this machine yet; this seal makes one.");
    prepare(world, Answers::default())
}

/// What a person said of a new identity.
#[derive(Default)]
pub struct Answers {
    pub name: Option<String>,
    pub agency: Option<String>,
    pub role: Option<String>,
    /// Whether the key must have a passphrase, must have none, or the person decides.
    pub passphrase: Passphrase,
}

/// Whether a new key has a passphrase.
#[derive(Default, PartialEq, Eq)]
pub enum Passphrase {
    /// Asked for on a terminal; none where there is no terminal, and that is said.
    #[default]
    Offered,
    /// There must be a way to give one.
    Wanted,
    /// There is none.
    None,
}

/// A key that is not in a file.
pub struct Elsewhere {
    pub half: PrivateHalf,
    pub signer: Box<dyn Signer>,
}

impl Passphrase {
    /// The passphrase of a new key; `None` where there is to be none.
    fn ask(&self, name: &str) -> anyhow::Result<Option<Zeroizing<String>>> {
        let is_given = || is_attended() || std::env::var_os("CUSTODY_PASSPHRASE_FILE").is_some();
        match self {
            Self::None => Ok(None),
            Self::Offered if !is_given() => Ok(None),
            Self::Offered | Self::Wanted => passphrase::for_new_key(name),
        }
    }
}

/// Makes an identity and its key.
pub fn make(world: &World, answers: Answers) -> anyhow::Result<Own> {
    let own = prepare(world, answers)?;
    let signer = own.unlock(world)?;
    own.keep(world)?;
    own.made.set(Some(signer));
    Ok(own)
}

/// An identity and its key, in no file yet.
fn prepare(world: &World, answers: Answers) -> anyhow::Result<Own> {
    let person = Person::of(&answers)?;
    let name = free_name(world, &person.name);
    let secret = SecretKey::generate()?;
    Ok(Own {
        name,
        identity: person.with(&secret),
        made: Cell::new(None),
        unkept: Some(Unkept {
            secret: Rc::new(secret),
            passphrase: answers.passphrase,
            given: RefCell::new(None),
        }),
    })
}

/// What a key signs when an identity is made of it, to see that it can. No entry begins like this. It is as long as a
/// long entry: an Ed25519 key needs all of a text, and some cards take only a little.
fn trial() -> Vec<u8> {
    let mut text = b"custody key new: can this key sign?\n".repeat(114);
    text.truncate(4096);
    text
}

/// Makes an identity of a key in an agent or on a token. The key signs once, so that the first seal is not the first
/// time that it should.
pub fn make_elsewhere(world: &World, answers: Answers, key: Elsewhere) -> anyhow::Result<Own> {
    let id = key.signer.public_key().id();
    if let Some(own) = own_with(world, &id)? {
        return Err(fault(format!(
            "this key is that of your identity {} already",
            own.name
        )));
    }
    let person = Person::of(&answers)?;
    let tried = key.signer.sign(&trial()).map_err(anyhow::Error::from_boxed);
    tried.map_err(|error| error.context("trying the key"))?;
    let file = free_name(world, &person.name);
    let identity = person.with(key.signer.as_ref());
    world
        .home
        .create_identity_elsewhere(&file, &identity, &key.half)?;
    tell(world, &file, &identity);
    Ok(Own {
        name: file,
        identity,
        made: Cell::new(Some(key.signer)),
        unkept: None,
    })
}

fn tell(world: &World, file: &str, identity: &Identity) {
    world.console.say(&format!(
        "Identity {file}: {}, {}, {}.",
        safe(&identity.name),
        safe(&identity.agency),
        safe(&identity.role)
    ));
    world.console.say(&format!(
        "Its key: {} (all of it: `custody key show {file}`).",
        key(&identity.id())
    ));
}

/// Whose identity it is to be.
struct Person {
    name: String,
    agency: String,
    role: String,
}

impl Person {
    fn of(answers: &Answers) -> anyhow::Result<Self> {
        let nothing = || NOT_RECORDED.to_owned();
        Ok(Self {
            name: answer(answers.name.clone(), "Your name:", user_name)?,
            agency: answer(answers.agency.clone(), "Your agency and unit:", nothing)?,
            role: answer(answers.role.clone(), "Your post:", nothing)?,
        })
    }

    fn with(self, signer: &dyn Signer) -> Identity {
        Identity {
            name: self.name,
            agency: self.agency,
            role: self.role,
            key: signer.public_key(),
        }
    }
}

/// What was given, what is answered on a terminal, or what stands for nothing.
fn answer(
    given: Option<String>,
    question: &str,
    otherwise: impl Fn() -> String,
) -> anyhow::Result<String> {
    let text = match given {
        Some(given) => given,
        None if is_attended() => Some(ask(&format!("{question} [{}]", safe(&otherwise()))))
            .filter(|text| !text.is_empty())
            .unwrap_or_else(&otherwise),
        None => otherwise(),
    };
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(fault("a name, agency or post must not be empty"));
    }
    match custody::record::json::refusal_of("name", &text) {
        Some(problem) => Err(fault(format!("the text {} {problem}", safe(&text)))),
        None => Ok(text),
    }
}

/// The name of the user who runs the program.
fn user_name() -> String {
    let variable = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
    variable("LOGNAME")
        .or_else(|| variable("USER"))
        .or_else(account_name)
        .unwrap_or_else(|| "unnamed".to_owned())
}

/// The same from the list of accounts, where the environment does not say it.
fn account_name() -> Option<String> {
    let user = rustix::process::geteuid().as_raw().to_string();
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    let account = accounts
        .lines()
        .find(|line| line.split(':').nth(2) == Some(&user))?;
    account.split(':').next().map(str::to_owned)
}

fn free_name(world: &World, person: &str) -> String {
    let base = custody::evidence::home::name_from(person);
    let numbered = (2..1000).map(|number| format!("{base}-{number}"));
    let mut names = std::iter::once(base.clone()).chain(numbered);
    names.find(|name| world.home.is_free(name)).unwrap_or(base)
}
