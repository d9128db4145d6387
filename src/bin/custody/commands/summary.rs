//! `custody summary`: one page for a court.

use custody::audit::selection::Selection;
use custody::evidence::new_file::write_new;
use custody::evidence::shown;
use custody::report::{json, summary};

use crate::arguments::Summary;
use crate::check::{Wanted, check, open};
use crate::fault::refused;
use crate::memory::Use;
use crate::world::World;
use crate::{time_roots, trust};

pub fn run(world: &World, arguments: &Summary) -> anyhow::Result<u8> {
    let mut trust = trust::of_check(world, &[], &arguments.chosen, None)?;
    time_roots::pin(&mut trust, &arguments.roots.files)?;
    let opened = open(world, &arguments.bundle, &trust, &[], Use::Compare)?;
    let wanted = Wanted::Evidence {
        named: arguments.evidence.as_deref(),
        selection: Selection::default(),
        full: false,
    };
    let report = check(world, opened, &trust, wanted)?.report;
    let page = if world.console.is_json() {
        json::report(&report)
    } else {
        summary::text(&report)
    };
    match &arguments.output {
        Some(path) => {
            // A page that is there already may be signed: it is not written over.
            let written = write_new(path, page.as_bytes());
            written.map_err(|error| refused("writing the page", path, &error))?;
            world
                .console
                .say(&format!("The page is in {}.", shown(path)));
        }
        None => world.console.print(&page),
    }
    Ok(report.exit_code())
}
