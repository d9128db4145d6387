//! `custody log`: every entry of the chain, a block each.

use custody::audit::verdict::exit_code;
use custody::record::link::Link;

use crate::arguments::OfBundle;
use crate::check::open;
use crate::memory::Use;
use crate::trust;
use crate::world::World;

pub fn run(world: &World, arguments: &OfBundle) -> anyhow::Result<u8> {
    let trust = trust::of_reader(world)?;
    let opened = open(world, &arguments.bundle, &trust, &[], Use::Compare)?;
    let exit = exit_code(opened.record.findings());
    if world.console.is_json() {
        // The links as they were signed: their canonical bytes are JSON already.
        let links: Vec<&str> = opened
            .record
            .bundle()
            .chain
            .iter()
            .map(Link::canonical)
            .collect();
        world.console.print(&format!(
            "{{\"format\":\"custody-log/v1\",\"exit\":{exit},\"chain\":[{}]}}\n",
            links.join(",")
        ));
    } else {
        world
            .console
            .print(&custody::report::log::text(world.language, &opened.record));
    }
    Ok(exit)
}
