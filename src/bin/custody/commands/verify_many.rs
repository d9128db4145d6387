//! `custody verify` of several bundles, or of a folder of them: one line each, the worst exit code for all.

use std::path::{Path, PathBuf};

use custody::audit::selection::Selection;
use custody::audit::trust::Trust;
use custody::evidence::bundle_file::{in_folder, is_bundle_name};
use custody::evidence::shown;
use custody::report::layout::{count, path};
use custody::report::repeat::quote;
use custody::report::{json, result};

use super::verify;
use crate::arguments::Verify;
use crate::check::{Wanted, read};
use crate::console::error_document;
use crate::fault::{fault, fault_with, sentence_of};
use crate::location::bundle_of;
use crate::world::World;

/// The bundles that are meant, where several are: `None` for one bundle, with or without its evidence.
pub fn several(arguments: &Verify) -> anyhow::Result<Option<Vec<PathBuf>>> {
    let named: Vec<&PathBuf> = [&arguments.bundle]
        .into_iter()
        .chain(&arguments.evidence)
        .chain(&arguments.more)
        .collect();
    let is_folder_of_bundles = |path: &Path| path.is_dir() && bundle_of(path) == path;
    let are_several = match named.as_slice() {
        [one] => is_folder_of_bundles(one),
        [_, second] => {
            is_bundle_name(second) && second.is_file() && **second != bundle_of(&arguments.bundle)
        }
        _ => true,
    };
    if !are_several {
        return Ok(None);
    }
    if !arguments.only.is_empty() || arguments.anchors.names_a_head() || arguments.report.is_some()
    {
        return Err(fault(
            "--only, --expect-head and --report are for one bundle at a time",
        ));
    }
    let mut bundles = Vec::new();
    for path in named {
        if is_folder_of_bundles(path) {
            let found = in_folder(path);
            if found.is_empty() {
                return Err(fault_with(
                    format!(
                        "there is no bundle in the folder {}, and none beside it",
                        shown(path)
                    ),
                    "bundles are files whose names end in .custody.json",
                ));
            }
            bundles.extend(found);
        } else {
            bundles.push(bundle_of(path));
        }
    }
    Ok(Some(bundles))
}

/// Checks them one after the other; one that cannot be checked does not keep the others from it.
pub fn run(world: &World, arguments: &Verify, bundles: &[PathBuf]) -> anyhow::Result<u8> {
    let trust = verify::of_arguments(world, arguments)?;
    let mut documents = Vec::new();
    let mut worst = 0;
    for bundle in bundles {
        let (exit, line, document) = match one(world, arguments, &trust, bundle) {
            Ok(checked) => checked,
            Err(error) => (
                2,
                format!("COULD NOT BE CHECKED: {}", sentence_of(&error)),
                error_document(&error),
            ),
        };
        worst = worse(worst, exit);
        if world.console.is_json() {
            documents.push(document);
        } else {
            // A name may say what it likes, and stands before the result.
            let name = quote(&path(&shown(bundle)));
            world.console.print(&format!("{name}: {line}\n"));
        }
    }
    if world.console.is_json() {
        world
            .console
            .print(&format!("[{}]\n", documents.join(",").trim_end()));
    } else {
        world.console.say(&format!(
            "{} checked.",
            count(bundles.len() as u64, "bundle was", "bundles were")
        ));
    }
    Ok(worst)
}

fn one(
    world: &World,
    arguments: &Verify,
    trust: &Trust,
    bundle: &Path,
) -> anyhow::Result<(u8, String, String)> {
    let loaded = read(bundle)?;
    let wanted = if arguments.record_only {
        Wanted::Record
    } else {
        Wanted::Evidence {
            named: None,
            selection: Selection::default(),
            full: arguments.full,
        }
    };
    let report = loaded.check(world, trust, &[], wanted)?.report;
    Ok((
        report.exit_code(),
        result::lines_in(world.language, &report).join(" "),
        json::report(&report),
    ))
}

/// Of two exit codes the worse: 2, 1, 3, 0.
fn worse(one: u8, other: u8) -> u8 {
    let rank = |code: &u8| [0, 3, 1, 2].iter().position(|known| known == code);
    [one, other].into_iter().max_by_key(rank).unwrap_or(2)
}
