//! Keys in an ssh-agent: which agent, and which of its keys a person means.

use custody::evidence::private_half::PrivateHalf;
use custody::evidence::ssh_agent::{Agent, AgentKey, Held};
use custody::record::key::PublicKey;
use custody::report::layout::{count, safe};

use crate::fault::fault_with;
use crate::identity::Elsewhere;

const FIDO: &str = "a key of kind ed25519-sk is on a FIDO token, which signs a text of its own around what it is given, so that it can never sign an entry; make a plain one with `ssh-keygen -t ed25519`";

/// The agent of this session.
fn agent() -> anyhow::Result<Agent> {
    match std::env::var_os("SSH_AUTH_SOCK").filter(|socket| !socket.is_empty()) {
        Some(socket) => Ok(Agent::at(socket)),
        None => Err(fault_with(
            "there is no ssh-agent: SSH_AUTH_SOCK is not set",
            "start one with `eval \"$(ssh-agent)\"`, and add the key with `ssh-add FILE`",
        )),
    }
}

/// The key of an identity, which the agent must hold now.
pub fn of(key: PublicKey) -> anyhow::Result<AgentKey> {
    Ok(agent()?.key(key)?)
}

/// The key for a new identity: the one that was named by its fingerprint, its comment or its key id; or, where none was
/// named, the only one.
pub fn choose(wanted: &str) -> anyhow::Result<Elsewhere> {
    let agent = agent()?;
    let mut held = agent.keys()?;
    if !wanted.is_empty() {
        held.retain(|held| is_called(held, wanted));
        if held.is_empty() {
            return Err(fault_with(
                format!("the ssh-agent holds no key called {}", safe(wanted)),
                "`ssh-add -l` shows what it holds: name a key by its fingerprint (SHA256:…) or its comment",
            ));
        }
    }
    let mut usable: Vec<(PublicKey, &Held)> = Vec::new();
    for one in &held {
        if let Some(key) = one.key
            && !usable.iter().any(|(other, _)| *other == key)
        {
            usable.push((key, one));
        }
    }
    match usable.as_slice() {
        [] => Err(none_usable(&held)),
        [(key, _)] => Ok(Elsewhere {
            half: PrivateHalf::Agent,
            signer: Box::new(agent.key(*key)?),
        }),
        several => {
            let list = several.iter().map(|(_, held)| in_words(held)).take(8);
            Err(fault_with(
                format!(
                    "the ssh-agent holds {}: {}",
                    count(several.len() as u64, "Ed25519 key", "Ed25519 keys"),
                    list.collect::<Vec<_>>().join(", ")
                ),
                "name one by its fingerprint: --ssh-agent SHA256:…",
            ))
        }
    }
}

fn is_called(held: &Held, wanted: &str) -> bool {
    let id = held.key.map(|key| key.id().to_string());
    held.fingerprint == wanted
        || held.fingerprint.strip_prefix("SHA256:") == Some(wanted)
        || held.comment == wanted
        || id.is_some_and(|id| id == wanted.to_ascii_lowercase())
}

fn in_words(held: &Held) -> String {
    format!("{} ({})", safe(&held.fingerprint), safe(&held.comment))
}

fn none_usable(held: &[Held]) -> anyhow::Error {
    if held.is_empty() {
        return fault_with(
            "the ssh-agent shows no key",
            "add one with `ssh-add FILE` (`ssh-keygen -t ed25519` makes one); a locked agent shows its keys after `ssh-add -X`",
        );
    }
    let kinds: std::collections::BTreeSet<String> =
        held.iter().map(|held| safe(&held.kind)).collect();
    let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
    let message = format!("the ssh-agent holds no plain Ed25519 key here, only {kinds}");
    if held.iter().any(Held::is_fido) {
        return fault_with(message, FIDO);
    }
    fault_with(
        message,
        "entries are signed with Ed25519: `ssh-keygen -t ed25519` makes a key, `ssh-add FILE` adds it",
    )
}
