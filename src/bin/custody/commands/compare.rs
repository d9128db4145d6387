//! `custody compare`: which of two copies goes on further, or where they part.

use custody::audit::relation::Relation;
use custody::audit::trust::Trust;
use custody::evidence::shown;
use custody::report::comparison::Comparison;

use crate::arguments::Compare;
use crate::check::open;
use crate::memory::Use;
use crate::world::World;

pub fn run(world: &World, arguments: &Compare) -> anyhow::Result<u8> {
    // An older copy is what people compare: that this machine has seen a longer one is no fault of it here.
    let open = |named| open(world, named, &Trust::default(), &[], Use::Leave);
    let (one, other) = (open(&arguments.one)?, open(&arguments.other)?);
    let names = [shown(&one.path), shown(&other.path)];
    let comparison = Comparison::new([&names[0], &names[1]], [&one.record, &other.record]);
    // Of two that part, neither is remembered in silence.
    if !matches!(comparison.relation(), Relation::Forked(..)) {
        for opened in [&one, &other] {
            world.memory.note(&world.console, &opened.record);
        }
    }
    world
        .console
        .print_either(&comparison.document(), &comparison.text());
    Ok(comparison.exit_code())
}
