//! Keys on PKCS#11 tokens: which token, which of its keys, and its PIN. The PIN is tried once: tokens lock.

use std::path::Path;

use custody::evidence::listing::in_words;
use custody::evidence::pkcs11::{Module, OnToken, Pin, Token, TokenError};
use custody::evidence::private_half::{PrivateHalf, TokenKey};
use custody::evidence::shown;
use custody::record::key::{PublicKey, Signer};
use custody::report::layout::{count, safe};

use crate::fault::{fault, fault_with};
use crate::identity::Elsewhere;
use crate::passphrase;
use crate::world::World;

/// The key of an identity, on a token that must be plugged in now. Its session stays open until it signs.
pub fn of(world: &World, place: &TokenKey, key: PublicKey) -> anyhow::Result<Box<dyn Signer>> {
    let token = Module::load(&place.module)?.open(&place.token)?;
    log_in(world, &token, &place.token)?;
    let keys = token.keys()?;
    let id = place.id.as_str();
    let found = keys.iter().find(|found| found.id == id && found.key == key);
    let found = found.ok_or_else(|| TokenError::NoKey {
        token: place.token.clone(),
        key: key.id(),
    })?;
    Ok(Box::new(token.into_signer(found)?))
}

/// The key for a new identity: on the token and with the label or id that was named, or the only one.
pub fn choose(
    world: &World,
    module: &Path,
    token: Option<&str>,
    object: Option<&str>,
) -> anyhow::Result<Elsewhere> {
    let path = std::path::absolute(module).map_err(|error| {
        fault(format!(
            "looking for the PKCS#11 module {}: {}",
            shown(module),
            in_words(&error)
        ))
    })?;
    let module = Module::load(&path)?;
    let name = match token {
        Some(name) => name.to_owned(),
        None => only_token(&module)?,
    };
    let token = module.open(&name)?;
    log_in(world, &token, &name)?;
    let found = only_key(token.keys()?, &name, object)?;
    let half = PrivateHalf::Token(TokenKey {
        module: path,
        token: name,
        id: found.id.clone(),
    });
    Ok(Elsewhere {
        half,
        signer: Box::new(token.into_signer(&found)?),
    })
}

fn only_token(module: &Module) -> anyhow::Result<String> {
    let tokens = module.tokens();
    match tokens.as_slice() {
        [] => Err(fault_with(
            "there is no token at the PKCS#11 module",
            "plug it in; a new one must be set up first, with the tools of its maker",
        )),
        // A label can be empty, or stand on a second token tomorrow.
        [one] if one.label.is_empty() => Ok(one.serial.clone()),
        [one] => Ok(one.label.clone()),
        several => {
            let list = several.iter().map(|token| {
                format!(
                    "{} (serial number {})",
                    safe(&token.label),
                    safe(&token.serial)
                )
            });
            Err(fault_with(
                format!(
                    "there are {}: {}",
                    count(several.len() as u64, "token", "tokens"),
                    list.collect::<Vec<_>>().join(", ")
                ),
                "name one: --token LABEL, or its serial number",
            ))
        }
    }
}

fn only_key(keys: Vec<OnToken>, token: &str, object: Option<&str>) -> anyhow::Result<OnToken> {
    let is_called = |key: &OnToken| {
        object.is_none_or(|name| key.label == name || key.id == name.to_ascii_lowercase())
    };
    let mut called: Vec<OnToken> = keys.into_iter().filter(is_called).collect();
    match (called.len(), object) {
        (1, _) => Ok(called.swap_remove(0)),
        (0, Some(object)) => Err(fault_with(
            format!(
                "the token {} holds no Ed25519 key called {}",
                safe(token),
                safe(object)
            ),
            "`pkcs11-tool --module MODULE --login -O` shows labels and ids",
        )),
        (0, None) => Err(fault_with(
            format!("the token {} holds no Ed25519 key", safe(token)),
            "`pkcs11-tool --module MODULE --login --keypairgen --key-type EC:edwards25519 --id 01 --label NAME` makes one, if the token can",
        )),
        (several, _) => {
            let list = called
                .iter()
                .map(|key| format!("{} (id {})", safe(&key.label), key.id));
            Err(fault_with(
                format!(
                    "the token {} holds {}: {}",
                    safe(token),
                    count(several as u64, "Ed25519 key", "Ed25519 keys"),
                    list.collect::<Vec<_>>().join(", ")
                ),
                "name one: --object LABEL, or its id",
            ))
        }
    }
}

fn log_in(world: &World, token: &Token, name: &str) -> anyhow::Result<()> {
    match token.pin()? {
        Pin::None => {}
        Pin::OnToken => {
            world
                .console
                .say(&format!("Type the PIN of {} on the token.", safe(name)));
            token.log_in(None)?;
        }
        // A wrong PIN in a file would lock the token for good, with nobody there to see it.
        Pin::Typed { is_last_try: true } if !passphrase::is_typed() => {
            return Err(fault_with(
                format!(
                    "the token {} has one try left for its PIN, and none is made without a person",
                    safe(name)
                ),
                "unset CUSTODY_PASSPHRASE_FILE and type the PIN on a terminal",
            ));
        }
        Pin::Typed { is_last_try } => {
            if is_last_try {
                world
                    .console
                    .alarm("this is the last try for the PIN: a wrong one locks the token");
            }
            token.log_in(Some(&passphrase::pin(name)?))?;
        }
    }
    Ok(())
}
