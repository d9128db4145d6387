//! `custody verify`: what differs, what is not established, what was checked.

use custody::audit::selection::Selection;
use custody::audit::trust::Trust;
use custody::report::layout::safe;
use custody::report::{json, result, verification};

use super::verify_many;
use super::verify_report::Paper;
use crate::arguments::Verify;
use crate::check::{Wanted, read_seen, start_early};
use crate::fault::{fault, fault_with};
use crate::location::keep_out;
use crate::trust;
use crate::world::World;

pub fn run(world: &World, arguments: &Verify) -> anyhow::Result<u8> {
    if let Some(bundles) = verify_many::several(arguments)? {
        return verify_many::run(world, arguments, &bundles);
    }
    let paper = arguments.report.as_deref().map(Paper::at).transpose()?;
    let trust = of_arguments(world, arguments)?;
    let expected = arguments.anchors.heads()?;
    let selection =
        Selection::of(&arguments.only).map_err(|error| fault(format!("--only: {error}")))?;
    let looks_at_evidence = !arguments.record_only;
    let early = looks_at_evidence.then(|| {
        let evidence = arguments.evidence.as_deref();
        start_early(world, &arguments.bundle, evidence, selection.is_all())
    });
    let mut judged = None;
    let mut loaded = read_seen(&arguments.bundle, |bytes| {
        judged = paper.as_ref().map(|paper| paper.file_of(bytes));
    })?;
    if let Some(page) = &arguments.report {
        keep_out(
            page,
            &loaded.path,
            &loaded.bundle,
            arguments.evidence.as_deref(),
        )?;
    }
    loaded.early = early.flatten();
    let unused = selection.unused(loaded.bundle.entries().map(|entry| &entry.path));
    if !unused.is_empty() {
        return Err(fault_with(
            format!(
                "--only {}: no listed entry is named so",
                safe(&unused.join(", "))
            ),
            "patterns are held against the path in the list, from its first folder on: `photos`, `photos/*.jpg`, `**/*.jpg`",
        ));
    }
    let bundle_name = custody::evidence::shown(&loaded.path);
    let wanted = if arguments.record_only {
        Wanted::Record
    } else {
        Wanted::Evidence {
            named: arguments.evidence.as_deref(),
            selection,
            full: arguments.full,
        }
    };
    let checked = loaded.check(world, &trust, &expected, wanted)?;
    if let (Some(paper), Some(file)) = (paper, judged) {
        let evidence = checked.evidence.as_deref();
        paper.write(world, &checked.report, (&bundle_name, file), evidence)?;
    }
    if world.console.is_json() {
        world.console.print(&json::report(&checked.report));
    } else if world.console.is_quiet() {
        let lines: String = result::lines_in(world.language, &checked.report)
            .iter()
            .map(|line| format!("{line}\n"))
            .collect();
        world.console.print_result(checked.report.verdict(), &lines);
    } else {
        let page = verification::text(
            world.language,
            &checked.report,
            &bundle_name,
            checked.evidence.as_deref(),
        );
        world.console.print_result(checked.report.verdict(), &page);
    }
    let exit_code = checked.report.exit_code();
    // The program ends now. To give back a million small pieces of memory first would only take time.
    std::mem::forget((checked.report, checked.inventory));
    Ok(exit_code)
}

/// Whom the reader has confirmed, and whose time stamps the reader believes, for this check.
pub fn of_arguments(world: &World, arguments: &Verify) -> anyhow::Result<Trust> {
    let as_of = arguments.as_of.as_deref();
    let as_of = as_of.map(|text| trust::time("--as-of", text)).transpose()?;
    trust::of_check(world, &arguments.anchors, as_of)
}
