//! `custody key`: identities, one's own and those of others.

use std::path::{Path, PathBuf};

use custody::evidence::key_file::{SecretKey, is_encrypted};
use custody::evidence::new_file::write_new;
use custody::evidence::private_half::PrivateHalf;
use custody::evidence::shown;
use custody::record::identity::Identity;
use custody::record::key::Signer;
use custody::report::layout::{key, labelled, safe};
use serde::Serialize;

use super::release::read;
use crate::arguments::Key;
use crate::fault::{fault, fault_with, refused};
use crate::identity::{Answers, Passphrase, make, make_elsewhere, must_choose};
use crate::world::World;
use crate::{agent_key, passphrase, token_key};

#[derive(Serialize)]
struct KeyDocument {
    format: &'static str,
    exit: u8,
    keys: Vec<KeyRow>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyRow {
    file: String,
    own: bool,
    name: String,
    agency: String,
    role: String,
    id: String,
    /// `file`, `ssh-agent` or `pkcs11`, of an own identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    private_half: Option<&'static str>,
    /// The same in words, where it is worth a line.
    #[serde(skip)]
    place: Option<String>,
    /// Whether it signs where no other is named, because the settings say so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    default: bool,
}

pub fn run(world: &World, key: &Key) -> anyhow::Result<u8> {
    match key {
        Key::New {
            name,
            agency,
            role,
            no_passphrase,
            ssh_agent,
            pkcs11,
            token,
            object,
        } => {
            let passphrase = if *no_passphrase {
                Passphrase::None
            } else {
                Passphrase::Wanted
            };
            let answers = Answers {
                name: name.clone(),
                agency: agency.clone(),
                role: role.clone(),
                passphrase,
            };
            let own = match (ssh_agent, pkcs11) {
                (Some(wanted), _) => {
                    let key = agent_key::choose(wanted)?;
                    make_elsewhere(world, answers, key)?
                }
                (_, Some(module)) => {
                    let key =
                        token_key::choose(world, module, token.as_deref(), object.as_deref())?;
                    make_elsewhere(world, answers, key)?
                }
                (None, None) => make(world, answers)?,
            };
            print(world, vec![own_row(world, &own.name, &own.identity)]);
        }
        Key::List => {
            let own = world
                .home
                .identities()?
                .into_iter()
                .map(|(name, identity)| own_row(world, &name, &identity));
            let known = world
                .home
                .known()?
                .into_iter()
                .map(|(name, identity)| row(&name, false, &identity));
            print(world, own.chain(known).collect());
        }
        Key::Show { name } => print(world, vec![named(world, name.as_deref())?]),
        Key::Export { name, output } => export(world, name.as_deref(), output.as_ref())?,
        Key::Import { file } => import(world, file)?,
        Key::Default { name } => {
            world.home.set_default(name)?;
            world.console.say(&format!(
                "{name} signs from now on, where no other is named."
            ));
        }
        Key::Passphrase { name } => change_passphrase(world, name.as_deref())?,
    }
    Ok(0)
}

fn row(file: &str, own: bool, identity: &Identity) -> KeyRow {
    KeyRow {
        file: file.to_owned(),
        own,
        name: safe(&identity.name),
        agency: safe(&identity.agency),
        role: safe(&identity.role),
        id: identity.id().to_string(),
        private_half: None,
        place: None,
        default: false,
    }
}

/// The row of an own identity, which says more. What cannot be read of its key is part of the row: a list helps to mend it.
fn own_row(world: &World, file: &str, identity: &Identity) -> KeyRow {
    let (half, place) = match world.home.private_half(file) {
        Ok(PrivateHalf::File(_)) => (Some("file"), None),
        Ok(PrivateHalf::Agent) => (Some("ssh-agent"), Some("an ssh-agent has it".to_owned())),
        Ok(PrivateHalf::Token(key)) => {
            let place = format!(
                "the token {} has it (id {}, module {})",
                safe(&key.token),
                key.id,
                shown(&key.module)
            );
            (Some("pkcs11"), Some(place))
        }
        Err(error) => (None, Some(error.to_string())),
    };
    let settings = world.home.config().ok();
    KeyRow {
        private_half: half,
        place,
        default: settings.and_then(|settings| settings.default).as_deref() == Some(file),
        ..row(file, true, identity)
    }
}

fn print(world: &World, keys: Vec<KeyRow>) {
    let mut words = String::new();
    for row in &keys {
        let whose = match (row.own, row.default) {
            (true, true) => "your own, the default",
            (true, false) => "your own",
            (false, _) => "imported",
        };
        words.push_str(&format!("{} ({whose})\n", row.file));
        words.push_str(&labelled(6, "name", &row.name));
        words.push_str(&labelled(6, "agency", &row.agency));
        words.push_str(&labelled(6, "role", &row.role));
        words.push_str(&labelled(6, "key", &row.id));
        if let Some(place) = &row.place {
            words.push_str(&labelled(6, "where", place));
        }
    }
    if keys.is_empty() {
        world.console.say("There are no identities yet. `custody key new` makes one; `custody seal` makes one when it needs it.");
    }
    world.console.print_either(
        &KeyDocument {
            format: "custody-keys/v1",
            exit: 0,
            keys,
        },
        &words,
    );
}

/// One identity: an own one, or an imported one where it is named.
fn named(world: &World, name: Option<&str>) -> anyhow::Result<KeyRow> {
    let is_own = |name: &str| {
        Ok::<bool, anyhow::Error>(world.home.identities()?.iter().any(|(own, _)| own == name))
    };
    match name {
        Some(name) if !is_own(name)? => match world.home.find_known(name)? {
            Some((file, identity)) => Ok(row(&file, false, &identity)),
            None => Err(fault_with(
                format!("there is no identity {}", safe(name)),
                "`custody key list` shows them",
            )),
        },
        name => {
            let own = must_choose(world, name, None)?;
            Ok(own_row(world, &own.name, &own.identity))
        }
    }
}

fn export(world: &World, name: Option<&str>, output: Option<&PathBuf>) -> anyhow::Result<()> {
    let own = must_choose(world, name, None)?;
    let text = own.identity.to_file();
    let Some(path) = output else {
        world.console.print(&text);
        return Ok(());
    };
    let written = write_new(path, text.as_bytes());
    written.map_err(|error| refused("writing the identity file", path, &error))?;
    world.console.say(&format!(
        "{} is in {}. Tell the colleague this fingerprint by another way: {}.",
        safe(&own.identity.name),
        shown(path),
        key(&own.identity.id())
    ));
    Ok(())
}

fn import(world: &World, file: &Path) -> anyhow::Result<()> {
    let identity = read(file)?;
    let same_name = |(_, other): &(String, Identity)| {
        other.name == identity.name && other.id() != identity.id()
    };
    if let Some((_, other)) = world.home.known()?.into_iter().find(same_name) {
        world.console.alarm(&format!(
            "another key of {} is already known ({}): either this is a second key or person, or somebody pretends; ask before you go on",
            safe(&identity.name),
            key(&other.id()),
        ));
    }
    let (name, is_new) = world.home.import(&identity)?;
    let what = if is_new { "Imported" } else { "Already known" };
    world.console.say(&format!("{what} as {name}. You now confirm that this key belongs to {}; compare the fingerprint with them if you have not.", safe(&identity.name)));
    print(world, vec![row(&name, false, &identity)]);
    Ok(())
}

fn change_passphrase(world: &World, name: Option<&str>) -> anyhow::Result<()> {
    let own = must_choose(world, name, None)?;
    let PrivateHalf::File(path) = world.home.private_half(&own.name)? else {
        return Err(fault_with(
            format!(
                "the key of {} is not in a file here, and has no passphrase here",
                own.name
            ),
            "what protects it is set where it is: `ssh-keygen -p` for a key that ssh-add loads, `pkcs11-tool --change-pin` for a token",
        ));
    };
    let old = if is_encrypted(&path)? {
        Some(passphrase::for_key(&own.name)?)
    } else {
        None
    };
    let secret = SecretKey::load(&path, old.as_ref().map(|old| old.as_str()))?;
    if secret.public_key() != own.identity.key {
        return Err(fault(format!(
            "the key in {} is not the key of identity {}",
            shown(&path),
            own.name
        )));
    }
    let new = passphrase::to_replace(&own.name)?;
    secret.replace(&path, new.as_ref().map(|new| new.as_str()))?;
    match new {
        Some(_) => world.console.say("The key has the new passphrase."),
        None => world
            .console
            .alarm("the key has no passphrase now: whoever can read it can sign in your name"),
    }
    Ok(())
}
