//! Whom the reader has confirmed.

use custody::audit::roster::{Standing, judge, standing};
use custody::audit::trust::{Trust, Voucher};
use custody::evidence::roster_file;
use custody::record::digest::Digest;
use custody::record::roster::Roster;
use custody::record::time::Timestamp;
use custody::report::layout::safe;

use crate::fault::{fault, fault_with};
use crate::roster_arguments::RosterChoice;
use crate::world::World;

/// The reader's own keys, the identities the reader imported, the keys named for this one check, and the pinned roster.
pub fn of_reader(world: &World, given: &[String]) -> anyhow::Result<Trust> {
    of_check(world, given, &RosterChoice::default(), None)
}

/// The same, with the roster that was named for this check. As of a time that was named, nothing counts but what was
/// named: such a check gives the same result on every machine.
pub fn of_check(
    world: &World,
    given: &[String],
    chosen: &RosterChoice,
    as_of: Option<Timestamp>,
) -> anyhow::Result<Trust> {
    let mut trust = Trust::default();
    if let Some(time) = as_of {
        trust.judge_as_of(time);
    } else {
        for (_, identity) in world.home.identities()? {
            trust.add(identity.id(), Voucher::Own(identity.name));
        }
        for (_, identity) in world.home.known()? {
            trust.add(identity.id(), Voucher::Known(identity.name));
        }
    }
    for text in given {
        trust.add(key_id("--trust", text)?, Voucher::Given);
    }
    if let Some(file) = &chosen.roster {
        let root = match &chosen.root {
            Some(text) => key_id("--root", text)?,
            None => pinned_root(world, as_of)?,
        };
        let roster = roster_file::load(file)?;
        if as_of.is_none() {
            warn_of_older(world, &roster)?;
        }
        trust.set_roster(judge(&roster, root, as_of));
    } else if as_of.is_none()
        && let Some(pinned) = world.home.roster()?
    {
        trust.set_roster(judge(&pinned, pinned.claimed_root(), None));
    }
    Ok(trust)
}

/// The root of the pinned roster, where a roster was named without one.
fn pinned_root(world: &World, as_of: Option<Timestamp>) -> anyhow::Result<Digest> {
    let missing = |why: &str| {
        fault_with(
            format!("--roster goes with --root: {why}"),
            "the root is the key id that the keepers of the roster publish; `custody roster pin FILE --root KEYID` keeps it",
        )
    };
    if as_of.is_some() {
        return Err(missing("with --as-of only what is named counts"));
    }
    let pinned = world.home.roster()?;
    pinned
        .map(|pinned| pinned.claimed_root())
        .ok_or_else(|| missing("no roster is pinned here"))
}

/// A roster that was named may lack what the pinned one says: a key that was revoked since.
fn warn_of_older(world: &World, named: &Roster) -> anyhow::Result<()> {
    let Some(pinned) = world.home.roster()? else {
        return Ok(());
    };
    let is_of_same_root = pinned.claimed_root() == named.claimed_root();
    match standing(named, &pinned) {
        Standing::Older => world
            .console
            .warn("this roster is an older copy of the one that is pinned"),
        Standing::Forked if is_of_same_root => world.console.warn(
            "this roster does not go on from the one that is pinned, which has the same root",
        ),
        Standing::Forked | Standing::Same | Standing::Later => {}
    }
    Ok(())
}

/// A key id that was typed.
pub fn key_id(flag: &str, text: &str) -> anyhow::Result<Digest> {
    let digits: String = text
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    Digest::parse(&digits.to_ascii_lowercase()).map_err(|error| {
        fault_with(
            format!("{flag} {}: {error}", safe(text)),
            "a key id is the 64 digits that `custody key show` and `custody log` print",
        )
    })
}

/// A time that was typed.
pub fn time(flag: &str, text: &str) -> anyhow::Result<Timestamp> {
    Timestamp::parse(text).map_err(|error| fault(format!("{flag} {}: {error}", safe(text))))
}
