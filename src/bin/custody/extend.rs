//! One more entry: checked against the rules, signed, and put in its place in one step.

use std::path::{Path, PathBuf};

use custody::audit::chain::{JudgedRecord, VerifiedChain};
use custody::audit::custody::Custody;
use custody::audit::extension::Refusal;
use custody::audit::finding::Code;
use custody::audit::trust::Trust;
use custody::evidence::bundle_file::LockedBundle;
use custody::evidence::shown;
use custody::record::event::Party;
use custody::record::json::{Json, Object, refusal_of};
use custody::report::layout::{count, figure, key, party, safe};
use custody::report::sentences::{place, sentence};
use serde::Serialize;

use crate::check::open;
use crate::fault::{fault, fault_with, unsigned};
use crate::identity::Own;
use crate::keys::Keys;
use crate::memory::{Use, is_of_memory, not_to_be_extended};
use crate::world::World;
use crate::{clock, trust};

/// The chain of a record in which nothing differs, or nothing but what a takeover leaves behind; others are not extended.
pub fn verified(record: JudgedRecord, path: &Path) -> anyhow::Result<VerifiedChain> {
    record.verified().map_err(|judged| {
        let changes = judged.changes();
        let first = changes.first();
        if let Some(finding) = changes.iter().find(|finding| is_of_memory(finding)) {
            return not_to_be_extended(finding);
        }
        let what = first
            .map(|finding| {
                format!(
                    ": {}{}{}",
                    place(finding),
                    if place(finding).is_empty() { "" } else { ": " },
                    sentence(finding)
                )
            })
            .unwrap_or_default();
        fault_with(
            format!("the record in {} does not check{what}", shown(path)),
            format!("`custody verify {}` shows all that differs", shown(path)),
        )
    })
}

/// A chain that is to be shown or stamped, which adds nothing to who holds: judged without rosters, or by those that are
/// pinned where their absence alone makes a difference, as behind a return that a thief recorded.
pub fn for_anyone(world: &World, named: &Path) -> anyhow::Result<(PathBuf, VerifiedChain)> {
    let opened = open(world, named, &Trust::default(), &[], Use::Compare)?;
    let path = opened.path;
    if let Ok(chain) = opened.record.verified() {
        return Ok((path, chain));
    }
    let trust = trust::of_reader(world)?;
    let record = open(world, named, &trust, &[], Use::Compare)?.record;
    let chain = verified(record, &path)?;
    Ok((path, chain))
}

/// The fields a person gave: the sheet's, then the flags', then what the settings say.
pub fn fields(
    world: &World,
    mut sheet: Object,
    flags: &[(&str, Option<&str>)],
) -> anyhow::Result<Object> {
    for (name, text) in flags {
        let Some(text) = text else { continue };
        if text.trim().is_empty() {
            return Err(fault(format!("--{name} is empty")));
        }
        if let Some(problem) = refusal_of(name, text) {
            return Err(fault(format!("--{name} {problem}")));
        }
        sheet.set(name, Json::text(*text));
    }
    let config = world.home.config()?;
    if sheet.get("zone").is_none()
        && let Some(zone) = config.zone.or_else(clock::zone)
    {
        sheet.set("zone", Json::Text(zone.to_string()));
    }
    if sheet.get("place").is_none()
        && let Some(place) = config.place
    {
        sheet.set("place", Json::Text(place));
    }
    Ok(sheet)
}

/// What was added to a chain.
#[derive(Serialize)]
pub struct Added {
    format: &'static str,
    pub exit: u8,
    bundle: String,
    action: String,
    seq: u64,
    head: String,
    card: String,
}

/// Whether this entry may come next; said before hours of hashing, and before a passphrase is asked for.
pub fn admit(chain: &VerifiedChain, predicate: &Object, by: &Party) -> anyhow::Result<()> {
    chain.admit(predicate).map_err(|refusal| {
        explain(
            refusal,
            chain.custody(),
            predicate.text("action").unwrap_or_default(),
            by,
        )
    })
}

/// The keys for an entry that may come next, unlocked before hours of hashing.
pub fn unlock(
    world: &World,
    chain: &VerifiedChain,
    predicate: &Object,
    own: &Own,
) -> anyhow::Result<Keys> {
    admit(chain, predicate, &own.identity.party())?;
    Keys::unlock(world, own, predicate)
}

/// Signs an entry and puts the longer bundle in the place of the old one.
pub fn add(
    world: &World,
    path: &Path,
    chain: VerifiedChain,
    predicate: Object,
    keys: &Keys,
    exit: u8,
) -> anyhow::Result<Added> {
    let action = predicate.text("action").unwrap_or_default().to_owned();
    let custody = chain.custody().clone();
    // A token may wait to be touched: nobody else waits for that, and Ctrl-C ends it.
    let signed = chain
        .sign_next(predicate, &keys.signers())
        .map_err(|refusal| explain(refusal, &custody, &action, &keys.by))?;
    // From here on it is a matter of moments, and nothing is to be left half-done.
    let longer = world.interrupt.during(|_| {
        // Of two copies of one chain, only one may go on from here.
        let held = world.memory.hold(chain.bundle())?;
        let locked = LockedBundle::lock(path, chain.bundle())?;
        world.memory.admit(chain.bundle())?;
        let longer = chain
            .append(signed)
            .map_err(|refusal| explain(refusal, &custody, &action, &keys.by))?;
        locked.replace(&longer)?;
        world
            .memory
            .remember_held(&world.console, held, longer.bundle());
        Ok::<VerifiedChain, anyhow::Error>(longer)
    })?;
    if let Some(refused) = longer.refused() {
        world.console.warn(&format!(
            "the record goes on, and every report by the pinned rosters says: {}: {}",
            place(refused),
            sentence(refused)
        ));
    }
    let card = longer.bundle().card();
    Ok(Added {
        format: "custody-added/v1",
        exit,
        bundle: shown(path),
        action,
        seq: card.seq,
        head: card.head.to_string(),
        card: card.to_string(),
    })
}

/// What was added, in words, and what to write down.
pub fn tell(world: &World, added: &Added, what: &str) {
    let words = format!(
        "{what}\n  event no. {}, {} in {}\n  record code {}\n  {}\n",
        added.seq,
        count(added.seq + 1, "event", "events"),
        added.bundle,
        custody::record::digest::Digest::parse(&added.head)
            .map(|head| head.in_groups(8))
            .unwrap_or_default(),
        added.card,
    );
    world.console.print_either(added, &words);
}

fn explain(refusal: Refusal, custody: &Custody, action: &str, by: &Party) -> anyhow::Error {
    let me = party(by);
    match refusal {
        Refusal::Malformed(error) => fault_with(
            format!("this entry cannot be recorded: {error}"),
            "the fields it needs go into a sheet: --print-sheet prints an empty one, --sheet takes it",
        ),
        Refusal::Full => fault(format!(
            "the chain has {} entries, the most a chain may have",
            figure(custody::record::bundle::MAX_LINKS as u64)
        )),
        Refusal::UnknownFields(fields) => fault_with(
            format!(
                "the record has no field `{}` for {action}",
                safe(&fields.join("`, `"))
            ),
            "see the empty form that --print-sheet prints",
        ),
        Refusal::Unsigned(error) => unsigned(error),
        Refusal::Unfit(findings) => fault(format!(
            "the entry does not fit the chain: {}",
            findings.iter().map(sentence).collect::<Vec<_>>().join("; ")
        )),
        Refusal::AwaitsTakeover(finding) => fault_with(
            format!(
                "{action} cannot be added to this record: {}: {}",
                place(&finding),
                sentence(&finding)
            ),
            "an authority of a pinned roster can take the exhibit over with `custody record BUNDLE takeover --to WHO`; or go on from a copy without that entry, and keep this one as evidence",
        ),
        Refusal::Broken(code) => broken(code, custody, action, &me),
    }
}

fn broken(code: Code, custody: &Custody, action: &str, me: &str) -> anyhow::Error {
    match (code, custody) {
        (Code::AfterClose, _) => fault(
            "the exhibit was returned or disposed of; nothing but a renewal can be added any more",
        ),
        (Code::NotTheReceiver, Custody::InTransit { receiver, .. }) => fault_with(
            format!(
                "the exhibit was released to {} (key {}), not to {me}",
                party(receiver),
                receiver.key.as_ref().map(key).unwrap_or_default()
            ),
            "sign with that identity (--key NAME), or have the giver withdraw the release and release it to you",
        ),
        (
            Code::OutOfTurn,
            Custody::InTransit {
                giver, receiver, ..
            },
        ) => fault_with(
            format!(
                "the exhibit is in transit from {} to {}; {action} has to wait for the receipt",
                party(giver),
                party(receiver)
            ),
            format!(
                "the receiver signs with `custody receive`; {} can take it back with `custody withdraw`",
                safe(&giver.name)
            ),
        ),
        (Code::OutOfTurn, Custody::Held { .. }) if action == "correct" => fault_with(
            "a correction is of an entry that stands before it in the chain",
            "`seq` in the sheet is the number of that entry, as `custody log` shows it",
        ),
        (Code::OutOfTurn, Custody::Held { holder }) => fault_with(
            format!(
                "nothing was released, so there is nothing to {}",
                if action == "receipt" {
                    "receive"
                } else {
                    action
                }
            ),
            format!(
                "the exhibit is held by {}, who can release it with `custody release`",
                party(holder)
            ),
        ),
        (Code::NotTheHolder, _) if action == "takeover" => fault_with(
            format!(
                "takeover is for an authority of the roster to sign; by the pinned roster {me} is none now"
            ),
            "sign with the identity of a member whose role is `authority` (--key NAME)",
        ),
        (Code::NotTheHolder, _) => {
            let holder = custody.holder().map(party).unwrap_or_default();
            fault_with(
                format!(
                    "{action} is for the holder to sign: as recorded, that is {holder}, not {me}"
                ),
                "sign with the holder's identity (--key NAME), or have the exhibit released to you",
            )
        }
        _ => fault(format!("{action} cannot come next in this chain")),
    }
}
