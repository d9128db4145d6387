//! `custody roster`: whose key is whose, from when to when.

use std::path::Path;

use custody::audit::roster::{AtHand, Fault, Standing, judge};
use custody::audit::roster_change::SoundRoster;
use custody::evidence::roster_file::load;
use custody::evidence::shown;
use custody::record::digest::Digest;
use custody::record::roster;
use custody::report::layout::safe;
use custody::report::roster::{Shown, of_fault, several_json};
use serde::Serialize;

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
        Roster::Unpin { root } => unpin(world, root),
    }
}

fn show(world: &World, file: Option<&Path>, root: Option<&str>) -> anyhow::Result<u8> {
    let named = root.map(|text| key_id("--root", text)).transpose()?;
    let Some(file) = file else {
        return show_pinned(world, named.as_ref());
    };
    let roster = load(file)?;
    let claimed = roster.claimed_root();
    let is_own = || {
        let own = world.home.identities()?;
        Ok::<bool, anyhow::Error>(own.iter().any(|(_, own)| own.id() == claimed))
    };
    let confirmed = named.is_some() || world.home.roster(&claimed)?.is_some() || is_own()?;
    let faults = faults(&roster, named.unwrap_or(claimed));
    let page = Shown {
        file: &roster,
        faults: &faults,
        confirmed,
        now: clock::now()?,
    };
    Ok(print(world, &page))
}

/// The rules that a roster breaks under a root.
fn faults(roster: &roster::Roster, root: Digest) -> Vec<Fault> {
    match judge(roster, root, None) {
        AtHand::Unsound(faults) => faults,
        AtHand::Sound(_) | AtHand::NotYet => Vec::new(),
    }
}

/// The pinned rosters, or the one of this root.
fn show_pinned(world: &World, root: Option<&Digest>) -> anyhow::Result<u8> {
    let mut pinned = world.home.rosters()?;
    pinned.retain(|(under, _)| root.is_none_or(|root| under == root));
    if pinned.is_empty() {
        return Err(fault_with(
            match root {
                Some(root) => format!("no roster is pinned here under the root {root}"),
                None => "no roster is pinned here, and none was named".to_owned(),
            },
            "`custody roster show FILE` shows a file; `custody roster pin FILE --root KEYID` pins it",
        ));
    }
    let now = clock::now()?;
    let faults: Vec<Vec<Fault>> = pinned
        .iter()
        .map(|(root, one)| faults(one, *root))
        .collect();
    let pages = pinned.iter().zip(&faults).map(|((_, file), faults)| Shown {
        file,
        faults,
        confirmed: true,
        now,
    });
    let pages: Vec<Shown<'_>> = pages.collect();
    world.console.print(&if world.console.is_json() {
        several_json(&pages)
    } else {
        let texts: Vec<String> = pages.iter().map(Shown::text).collect();
        texts.join("\n")
    });
    Ok(pages.iter().map(Shown::exit_code).max().unwrap_or_default())
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
    let roster = load(file)?;
    let claimed = roster.claimed_root();
    let root = match root {
        Some(text) => key_id("--root", text)?,
        None if world.home.roster(&claimed)?.is_some() => claimed,
        None => {
            return Err(fault_with(
                "--root says which key the roster must begin with",
                "it is the key id that the keepers of the roster publish; compare it with them, not with this file",
            ));
        }
    };
    let roster = SoundRoster::of(roster, root).map_err(|faults| {
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
    world
        .console
        .say(&if world.home.pin_roster(&roster)? == Standing::Same {
            format!("{name} is pinned already.")
        } else {
            format!("{name} is pinned: its members are confirmed from now on.")
        });
    print_sound(world, &roster)
}

/// What is pinned later under this root begins anew: nothing is left to tell an older copy by.
fn unpin(world: &World, root: &str) -> anyhow::Result<u8> {
    let root = key_id("the root", root)?;
    if !world.home.unpin_roster(&root)? {
        return Err(fault_with(
            format!("no roster is pinned here under the root {root}"),
            "`custody roster show` shows those that are",
        ));
    }
    let document = UnpinnedDocument {
        format: "custody-roster-unpinned/v1",
        exit: 0,
        root: root.to_string(),
    };
    let words =
        format!("NOT PINNED ANY MORE. The roster of the root {root} confirms nobody here.\n");
    world.console.print_either(&document, &words);
    Ok(0)
}

#[derive(Serialize)]
struct UnpinnedDocument {
    format: &'static str,
    exit: u8,
    root: String,
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
