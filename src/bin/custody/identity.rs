//! Which identity signs, and how its key is reached.

use std::cell::Cell;
use std::path::Path;

use custody::evidence::key_file::{KeyFileError, SecretKey, is_encrypted};
use custody::record::digest::Digest;
use custody::record::event::Event;
use custody::record::identity::Identity;
use custody::record::json::Object;
use custody::record::key::Signer;
use custody::report::layout::{NOT_RECORDED, key, safe};

use crate::console::{ask, is_attended};
use crate::fault::{fault, fault_with};
use crate::passphrase;
use crate::world::World;

/// An identity of the reader, by the name of its file.
pub struct Own {
    pub name: String,
    pub identity: Identity,
    /// The private key, where it was made a moment ago: its passphrase is not asked for again.
    made: Cell<Option<SecretKey>>,
}

impl Own {
    fn of((name, identity): (String, Identity)) -> Self {
        Self {
            name,
            identity,
            made: Cell::new(None),
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

    /// The private key, its passphrase asked for where it has one.
    pub fn unlock(&self, world: &World) -> anyhow::Result<SecretKey> {
        if let Some(secret) = self.made.take() {
            return Ok(secret);
        }
        let path = world.home.secret_path(&self.name)?;
        let secret = self.load(&path, world)?;
        if secret.public_key() != self.identity.key {
            return Err(fault(format!(
                "the key in {} is not the key of identity {}",
                custody::evidence::shown(&path),
                self.name
            )));
        }
        Ok(secret)
    }
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

/// The identity that signs a first seal: made now, where there is none.
pub fn choose_or_make(world: &World, named: Option<&str>) -> anyhow::Result<Own> {
    if let Some(own) = choose(world, named, None)? {
        return Ok(own);
    }
    world
        .console
        .say("There is no identity on this machine yet; one is made now.");
    make(world, Answers::default())
}

/// The keys that must sign an event beside its signer's: those of witnesses, who must be identities of this machine.
pub fn unlock_witnesses(
    world: &World,
    predicate: &Object,
    signer: &Digest,
) -> anyhow::Result<Vec<SecretKey>> {
    let (event, _) = Event::from_predicate(predicate)
        .map_err(|error| fault(format!("this entry cannot be recorded: {error}")))?;
    let mut secrets = Vec::new();
    for id in event.required_keys().into_iter().filter(|id| id != signer) {
        let identities = world.home.identities()?.into_iter();
        let witness = identities.map(Own::of).find(|own| own.identity.id() == id);
        let witness = witness.ok_or_else(|| {
            fault_with(
                format!("a witness is recorded with key {}, which is not on this machine, and must sign too", key(&id)),
                "leave out the key of a witness who does not sign here",
            )
        })?;
        secrets.push(witness.unlock(world)?);
    }
    Ok(secrets)
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

/// Makes an identity and its key.
pub fn make(world: &World, answers: Answers) -> anyhow::Result<Own> {
    let name = answer(answers.name, "Your name:", user_name)?;
    let agency = answer(answers.agency, "Your agency and unit:", || {
        NOT_RECORDED.to_owned()
    })?;
    let role = answer(answers.role, "Your post:", || NOT_RECORDED.to_owned())?;
    let file = free_name(world, &name);
    let secret_phrase = match answers.passphrase {
        Passphrase::None => None,
        Passphrase::Offered
            if !is_attended() && std::env::var_os("CUSTODY_PASSPHRASE_FILE").is_none() =>
        {
            None
        }
        Passphrase::Offered | Passphrase::Wanted => passphrase::for_new_key(&file)?,
    };
    let secret = SecretKey::generate()?;
    let identity = Identity {
        name,
        agency,
        role,
        key: secret.public_key(),
    };
    world.home.create_identity(
        &file,
        &identity,
        &secret,
        secret_phrase.as_ref().map(|phrase| phrase.as_str()),
    )?;
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
    if secret_phrase.is_none() && answers.passphrase != Passphrase::None {
        world.console.alarm(&format!("this key has no passphrase: whoever can read it can sign in your name; `custody key passphrase {file}` sets one"));
    }
    Ok(Own {
        name: file,
        identity,
        made: Cell::new(Some(secret)),
    })
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
