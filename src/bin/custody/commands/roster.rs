//! `custody roster`: whose key is whose, from when to when.

use std::path::Path;

use custody::audit::roster::{AtHand, Standing, judge};
use custody::audit::roster_change::SoundRoster;
use custody::evidence::roster_file::load;
use custody::evidence::shown;
use custody::record::roster;
use custody::report::layout::{key, safe};
use custody::report::roster::{Shown, of_fault};

use super::roster_change;
use crate::clock;
use crate::fault::{fault, fault_with};
use crate::roster_arguments::Roster;
use crate::trust::key_id;
use crate::world::World;

pub fn run(world: &World, command: &Roster) -> anyhow::Result<u8> {
    match command {
        Roster::New(new) => roster_change::new(world, new),
        Roster::Add(add) => roster_change::add(world, add),
        Roster::Revoke(revoke) => roster_change::revoke(world, revoke),
        Roster::Show { file, root } => show(world, file.as_deref(), root.as_deref()),
        Roster::Pin { file, root } => pin(world, file, root.as_deref()),
    }
}

fn show(world: &World, file: Option<&Path>, root: Option<&str>) -> anyhow::Result<u8> {
    let pinned = world.home.roster()?;
    let pinned_root = pinned.as_ref().map(roster::Roster::claimed_root);
    let roster = match (file, pinned) {
        (Some(file), _) => load(file)?,
        (None, Some(pinned)) => pinned,
        (None, None) => {
            return Err(fault_with(
                "no roster is pinned here, and none was named",
                "`custody roster show FILE` shows a file; `custody roster pin FILE --root KEYID` pins it",
            ));
        }
    };
    let claimed = roster.claimed_root();
    let named = root.map(|text| key_id("--root", text)).transpose()?;
    let is_own = || {
        let own = world.home.identities()?;
        Ok::<bool, anyhow::Error>(own.iter().any(|(_, own)| own.id() == claimed))
    };
    let confirmed = named.is_some() || pinned_root == Some(claimed) || is_own()?;
    let faults = match judge(&roster, named.unwrap_or(claimed), None) {
        AtHand::Unsound(faults) => faults,
        AtHand::Sound(_) | AtHand::NotYet => Vec::new(),
    };
    let page = Shown {
        file: &roster,
        faults: &faults,
        confirmed,
        now: clock::now()?,
    };
    Ok(print(world, &page))
}

fn print(world: &World, page: &Shown<'_>) -> u8 {
    world.console.print(&if world.console.is_json() {
        page.json()
    } else {
        page.text()
    });
    page.exit_code()
}

/// Shows a roster that keeps its rules, and whose root is known.
pub fn print_sound(world: &World, roster: &SoundRoster) -> anyhow::Result<u8> {
    let page = Shown {
        file: roster.file(),
        faults: &[],
        confirmed: true,
        now: clock::now()?,
    };
    Ok(print(world, &page))
}

fn pin(world: &World, file: &Path, root: Option<&str>) -> anyhow::Result<u8> {
    let pinned = world.home.roster()?;
    let pinned_root = pinned.as_ref().map(roster::Roster::claimed_root);
    let root = match (root, pinned_root) {
        (Some(text), _) => key_id("--root", text)?,
        (None, Some(root)) => root,
        (None, None) => {
            return Err(fault_with(
                "--root says which key the roster must begin with",
                "it is the key id that the keepers of the roster publish; compare it with them, not with this file",
            ));
        }
    };
    let roster = SoundRoster::of(load(file)?, root).map_err(|faults| {
        let first = faults.first().map(of_fault).unwrap_or_default();
        fault_with(
            format!("the roster {} is not pinned: {first}", shown(file)),
            format!(
                "`custody roster show {} --root {root}` shows all of it",
                shown(file)
            ),
        )
    })?;
    let name = safe(&roster.file().chain[0].subject().name);
    if world.home.pin_roster(&roster)? == Standing::Same {
        world.console.say(&format!("{name} is pinned already."));
    } else {
        if let Some(before) = pinned_root.filter(|before| *before != root) {
            world.console.warn(&format!(
                "the roster of the root {} was pinned before and is not used any more",
                key(&before)
            ));
        }
        world.console.say(&format!(
            "{name} is pinned: its members are confirmed from now on."
        ));
    }
    print_sound(world, &roster)
}

/// A roster whose own root is taken at its word, to be given a further version.
pub fn to_change(file: &Path) -> anyhow::Result<SoundRoster> {
    let roster = load(file)?;
    let root = roster.claimed_root();
    SoundRoster::of(roster, root).map_err(|faults| {
        let first = faults.first().map(of_fault).unwrap_or_default();
        fault(format!(
            "the roster {} breaks its rules and gets no further version: {first}",
            shown(file)
        ))
    })
}
