//! Whom the reader has confirmed.

use std::path::Path;

use custody::audit::roster::{Standing, standing};
use custody::audit::trust::{Trust, Voucher};
use custody::evidence::{roster_file, shown};
use custody::record::digest::Digest;
use custody::record::roster::Roster;
use custody::record::time::Timestamp;
use custody::report::layout::safe;

use crate::anchors::Anchors;
use crate::clock;
use crate::fault::fault_with;
use crate::sheet_values::TIME_FORMS;
use crate::time_roots;
use crate::world::World;

/// The reader's own keys, the identities the reader imported, and the pinned rosters.
pub fn of_reader(world: &World) -> anyhow::Result<Trust> {
    of_check(world, &Anchors::default(), None)
}

/// The same, with the keys and authorities that were named for this check, and the rosters that were named in place of the pinned ones. As of a time that was named, nothing counts but what was
/// named: such a check gives the same result on every machine.
pub fn of_check(
    world: &World,
    anchors: &Anchors,
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
    for text in &anchors.keys {
        trust.add(key_id("--trust", text)?, Voucher::Given);
    }
    let add = |trust: &mut Trust, roster: &Roster, root| {
        if trust.add_roster(roster, root) {
            return Ok(());
        }
        Err(fault_with(
            format!("two rosters with the root {root} were named"),
            "name the later copy alone: the older one would bring back what was revoked since",
        ))
    };
    for (roster, root) in named(world, anchors, as_of)? {
        if as_of.is_none() {
            warn_of_older(world, &roster, &root)?;
        }
        add(&mut trust, &roster, root)?;
    }
    if as_of.is_none() && anchors.rosters.is_empty() {
        for (root, roster) in world.home.rosters()? {
            add(&mut trust, &roster, root)?;
        }
    }
    time_roots::pin(&mut trust, &anchors.time.tsa_root)?;
    Ok(trust)
}

/// The rosters that were named, each with its root.
fn named(
    world: &World,
    anchors: &Anchors,
    as_of: Option<Timestamp>,
) -> anyhow::Result<Vec<(Roster, Digest)>> {
    let (rosters, roots) = (anchors.rosters.len(), anchors.roots.len());
    if roots > 0 && roots != rosters {
        return Err(fault_with(
            format!("--roster was given {rosters} times, and --root {roots} times"),
            "each roster has a root of its own: --roster FILE --root KEYID --roster FILE --root KEYID",
        ));
    }
    let mut named = Vec::new();
    for (number, file) in anchors.rosters.iter().enumerate() {
        let roster = roster_file::load(file)?;
        let root = match anchors.roots.get(number) {
            Some(text) => key_id("--root", text)?,
            None => pinned_root(world, file, &roster, as_of)?,
        };
        named.push((roster, root));
    }
    Ok(named)
}

/// The root of a roster that was named without one: the one that it names itself, where that is pinned.
fn pinned_root(
    world: &World,
    file: &Path,
    roster: &Roster,
    as_of: Option<Timestamp>,
) -> anyhow::Result<Digest> {
    let missing = |why: &str| {
        fault_with(
            format!("--roster {} goes with --root: {why}", shown(file)),
            "the root is the key id that the keepers of the roster publish; `custody roster pin FILE --root KEYID` keeps it",
        )
    };
    if as_of.is_some() {
        return Err(missing("with --as-of only what is named counts"));
    }
    let root = roster.claimed_root();
    match world.home.roster(&root)? {
        Some(_) => Ok(root),
        None => Err(missing("the root it names is not pinned here")),
    }
}

/// A roster that was named may lack what the pinned one says: a key that was revoked since.
fn warn_of_older(world: &World, named: &Roster, root: &Digest) -> anyhow::Result<()> {
    let Some(pinned) = world.home.roster(root)? else {
        return Ok(());
    };
    match standing(named, &pinned) {
        Standing::Older => world
            .console
            .warn("this roster is an older copy of the one that is pinned"),
        Standing::Forked => world.console.warn(
            "this roster does not go on from the one that is pinned, which has the same root",
        ),
        Standing::Same | Standing::Later => {}
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

/// A time that was typed, in UTC or with its offset.
pub fn time(flag: &str, text: &str) -> anyhow::Result<Timestamp> {
    Timestamp::with_zone(text)
        .map_err(|error| fault_with(format!("{flag} {}: it {error}", safe(text)), TIME_FORMS))
}

/// Warns where a pinned roster does not let a key sign now: what it signs all the same is found ever after.
pub fn warn_of_key(world: &World, trust: &Trust, key: &Digest, whose: &str) -> anyhow::Result<()> {
    if trust.rosters().lets_sign(key, clock::now()?) == Some(false) {
        world.console.alarm(&format!(
            "by the roster pinned here, the key of {} may not sign now: what it signs will not check; `custody roster show` says why",
            safe(whose)
        ));
    }
    Ok(())
}
