//! `custody challenge`: what a cross-examiner would ask.

use custody::audit::challenge::questions as drawn;
use custody::audit::profile::Profile;
use custody::audit::selection::Selection;
use custody::report::questions;

use crate::check::{Wanted, check, open};
use crate::complete;
use crate::fault::fault;
use crate::memory::Use;
use crate::page_arguments::Challenge;
use crate::trust;
use crate::world::World;

pub fn run(world: &World, arguments: &Challenge) -> anyhow::Result<u8> {
    let profile = match complete::profile(world, arguments.profile.as_deref())? {
        Some(profile) => profile,
        None => Profile::built_in("generic").ok_or_else(|| fault("the profile generic is gone"))?,
    };
    let trust = trust::of_check(world, &arguments.anchors, None)?;
    let heads = arguments.anchors.heads()?;
    let opened = open(world, &arguments.bundle, &trust, &heads, Use::Compare)?;
    let wanted = match &arguments.evidence {
        None => Wanted::Record,
        Some(evidence) => Wanted::Evidence {
            named: Some(evidence),
            selection: Selection::default(),
            full: false,
        },
    };
    let report = check(world, opened, &trust, wanted)?.report;
    let list = drawn(&report, &profile);
    world.console.print(&if world.console.is_json() {
        questions::json(&report, &profile, &list)
    } else {
        questions::text(world.language, &report, &profile, &list)
    });
    Ok(questions::exit_code(&report))
}
