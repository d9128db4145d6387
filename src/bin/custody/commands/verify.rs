//! `custody verify`: what differs, what is not established, what was checked.

use custody::audit::selection::Selection;
use custody::record::card::Expected;
use custody::report::layout::safe;
use custody::report::{json, verification};

use crate::arguments::Verify;
use crate::check::{Wanted, check, open};
use crate::fault::{fault, fault_with};
use crate::trust;
use crate::world::World;

pub fn run(world: &World, arguments: &Verify) -> anyhow::Result<u8> {
    let trust = trust::of_reader(world, &arguments.trust)?;
    let expected = arguments.expect_head.iter().map(|text| {
        Expected::parse(text)
            .map_err(|error| fault(format!("--expect-head {}: it {error}", safe(text))))
    });
    let expected = expected.collect::<Result<Vec<Expected>, _>>()?;
    let selection =
        Selection::of(&arguments.only).map_err(|error| fault(format!("--only: {error}")))?;
    let opened = open(&arguments.bundle, &trust, &expected)?;
    let unused = selection.unused(opened.record.bundle().entries().map(|entry| &entry.path));
    if !unused.is_empty() {
        return Err(fault_with(
            format!(
                "--only {}: no listed entry is named so",
                safe(&unused.join(", "))
            ),
            "patterns are held against the path in the list, from its first folder on: `photos`, `photos/*.jpg`, `**/*.jpg`",
        ));
    }
    let bundle_name = custody::evidence::shown(&opened.path);
    let wanted = if arguments.record_only {
        Wanted::Record
    } else {
        Wanted::Evidence {
            named: arguments.evidence.as_deref(),
            selection,
            full: arguments.full,
        }
    };
    let checked = check(world, opened, &trust, wanted)?;
    if world.console.is_json() {
        world.console.print(&json::report(&checked.report));
    } else {
        let page = verification::text(&checked.report, &bundle_name, checked.evidence.as_deref());
        world.console.print_result(checked.report.verdict(), &page);
    }
    Ok(checked.report.exit_code())
}
