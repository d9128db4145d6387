//! `custody release`: hand the exhibit over to someone, who must sign for it.

use std::path::Path;

use custody::evidence::shown;
use custody::record::identity::Identity;
use custody::record::json::Json;
use custody::report::layout::{key, party, safe};

use crate::act_arguments::Release;
use crate::blank_sheet::blank;
use crate::check::open;
use crate::fault::{fault, fault_with};
use crate::identity::must_choose;
use crate::memory::Use;
use crate::world::World;
use crate::{clock, complete, extend, sheet, trust};

pub fn run(world: &World, arguments: &Release) -> anyhow::Result<u8> {
    if arguments.sheet.print_sheet {
        let profile = complete::profile(world, arguments.sheet.profile.as_deref())?;
        world.console.print(&blank("release", profile.as_ref()));
        return Ok(0);
    }
    let opened = open(
        world,
        &arguments.bundle,
        &trust::of_reader(world)?,
        &[],
        Use::Compare,
    )?;
    let chain = extend::verified(opened.record, &opened.path)?;
    let receiver = receiver(world, arguments.to.as_deref().unwrap_or_default())?;
    let holder = chain.custody().holder().and_then(|holder| holder.key);
    let own = must_choose(world, arguments.signer.name.as_deref(), holder.as_ref())?;
    if receiver.id() == own.identity.id() {
        return Err(fault(
            "the exhibit cannot be released to the one who releases it: it is the same key",
        ));
    }
    let fields = extend::fields(
        world,
        sheet::read(&arguments.sheet, "release")?,
        &[
            &[("reason", arguments.reason.as_deref())][..],
            &arguments.act.fields(),
        ]
        .concat(),
    )?;
    let mut predicate = chain.next("release", &own.identity.party(), clock::now()?, &fields);
    predicate.set("to", Json::Object(receiver.party().to_object()));
    complete::check(
        world,
        &arguments.sheet,
        &predicate,
        Some(chain.last_signed()),
    )?;
    let keys = extend::unlock(world, &chain, &predicate, &own)?;
    let added = extend::add(world, &opened.path, chain, predicate, &keys, 0)?;
    extend::tell(
        world,
        &added,
        &format!(
            "RELEASED by {} to {}, key {}.\nThe exhibit is in transit until the receiver signs: give them the bundle and the evidence.",
            party(&own.identity.party()),
            party(&receiver.party()),
            key(&receiver.id()),
        ),
    );
    Ok(0)
}

/// Who is meant: an identity file, an imported identity, or another of one's own.
pub fn receiver(world: &World, named: &str) -> anyhow::Result<Identity> {
    let path = Path::new(named);
    let own = world
        .home
        .identities()?
        .into_iter()
        .find(|(name, identity)| name == named || identity.name == named);
    let known = world
        .home
        .find_known(named)?
        .or(own)
        .map(|(_, identity)| identity);
    let in_file = if path.is_file() {
        Some(read(path)?)
    } else {
        None
    };
    let identity = match (known, in_file) {
        (Some(known), Some(in_file)) if known.id() != in_file.id() => {
            return Err(fault_with(
                format!(
                    "{} is both an identity you know and a file here with another key",
                    safe(named)
                ),
                "say which: ./FILE for the file; move the file away for the other",
            ));
        }
        (Some(known), _) => known,
        (None, Some(in_file)) => in_file,
        (None, None) => {
            return Err(fault_with(
                format!(
                    "there is no identity file and no imported identity {}",
                    safe(named)
                ),
                "its owner makes a file with `custody key export -o FILE`; give that file, or import it first with `custody key import FILE`",
            ));
        }
    };
    let trust = trust::of_reader(world)?;
    trust::warn_of_key(world, &trust, &identity.id(), &identity.name)?;
    if trust.of(&identity.id()).is_none() {
        world.console.alarm(&format!(
            "the key {} of {} is not one you have confirmed; compare it with them, then `custody key import` their file",
            key(&identity.id()),
            safe(&identity.name),
        ));
    }
    Ok(identity)
}

/// Reads an identity file.
pub fn read(path: &Path) -> anyhow::Result<Identity> {
    let reading = |problem: String| {
        fault(format!(
            "reading the identity file {}: {problem}",
            shown(path)
        ))
    };
    let facts = std::fs::metadata(path)
        .map_err(|error| reading(custody::evidence::listing::in_words(&error)))?;
    if !facts.is_file() || facts.len() > 1 << 20 {
        return Err(reading("it is no identity file".to_owned()));
    }
    let bytes = std::fs::read(path)
        .map_err(|error| reading(custody::evidence::listing::in_words(&error)))?;
    Identity::parse(&bytes).map_err(|error| reading(error.to_string()))
}
