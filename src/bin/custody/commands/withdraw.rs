//! `custody withdraw`: take a release back that nobody has signed for.

use custody::report::layout::party;

use crate::act_arguments::Withdraw;
use crate::blank_sheet::blank;
use crate::check::open;
use crate::identity::must_choose;
use crate::memory::Use;
use crate::world::World;
use crate::{clock, complete, extend, sheet, trust};

pub fn run(world: &World, arguments: &Withdraw) -> anyhow::Result<u8> {
    if arguments.sheet.print_sheet {
        let profile = complete::profile(world, arguments.sheet.profile.as_deref())?;
        world.console.print(&blank("withdraw", profile.as_ref()));
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
    let giver = chain.custody().holder().and_then(|giver| giver.key);
    let own = must_choose(world, arguments.signer.name.as_deref(), giver.as_ref())?;
    let fields = extend::fields(
        world,
        sheet::read(&arguments.sheet, "withdraw")?,
        &[
            &[("reason", arguments.reason.as_deref())][..],
            &arguments.act.fields(),
        ]
        .concat(),
    )?;
    let predicate = chain.next("withdraw", &own.identity.party(), clock::now()?, &fields);
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
            "WITHDRAWN. The exhibit is held by {} again, as recorded.",
            party(&own.identity.party())
        ),
    );
    world.console.say("If the receiver has signed already, on a copy of the bundle, there are two records now that contradict each other: ask for that bundle.");
    Ok(0)
}
