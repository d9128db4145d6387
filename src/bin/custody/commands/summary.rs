//! `custody summary`: one page for a court.

use std::path::Path;

use custody::audit::report::Report;
use custody::audit::selection::Selection;
use custody::evidence::new_file::write_new;
use custody::evidence::shown;
use custody::report::summary::{Annex, Room};
use custody::report::{json, page, summary};

use crate::check::{Wanted, check, open};
use crate::fault::refused;
use crate::location::keep_out;
use crate::memory::Use;
use crate::page_arguments::{PageForm, Summary};
use crate::trust;
use crate::world::World;

pub fn run(world: &World, arguments: &Summary) -> anyhow::Result<u8> {
    let trust = trust::of_check(world, &arguments.anchors, None)?;
    let heads = arguments.anchors.heads()?;
    let opened = open(world, &arguments.bundle, &trust, &heads, Use::Compare)?;
    if let Some(page) = &arguments.output {
        let named = arguments.evidence.as_deref();
        keep_out(page, &opened.path, opened.record.bundle(), named)?;
    }
    let wanted = Wanted::Evidence {
        named: arguments.evidence.as_deref(),
        selection: Selection::default(),
        full: false,
    };
    let report = check(world, opened, &trust, wanted)?.report;
    let bytes = if world.console.is_json() {
        json::report(&report).into_bytes()
    } else {
        printed(world, arguments, &report)?
    };
    match &arguments.output {
        Some(path) => {
            // A page that is there already may be signed: it is not written over.
            let written = write_new(path, &bytes);
            written.map_err(|error| refused("writing the page", path, &error))?;
            world
                .console
                .say(&format!("The page is in {}.", shown(path)));
        }
        None => world.console.print_bytes(&bytes),
    }
    Ok(report.exit_code())
}

/// How much of a sheet of paper the first page may take in a browser, whose fonts may be wider than those it was
/// measured with.
const IN_A_BROWSER: f32 = 0.9;

fn printed(world: &World, arguments: &Summary, report: &Report) -> anyhow::Result<Vec<u8>> {
    let annex = Annex {
        files: arguments.files,
    };
    let fitting = |share| summary::fitting(world.language, report, share, annex);
    Ok(match form(arguments) {
        PageForm::Html => page::html::print(&fitting(IN_A_BROWSER)).into_bytes(),
        PageForm::Pdf => page::pdf::print(&fitting(1.0))?,
        PageForm::Text => {
            let annex = Some(annex).filter(|annex| arguments.annex || annex.files);
            let page = summary::page(world.language, report, Room::ALL[0], annex);
            page::text::print(&page).into_bytes()
        }
    })
}

/// The form that was named, or the one of the file's name.
fn form(arguments: &Summary) -> PageForm {
    let extension = arguments.output.as_deref().and_then(Path::extension);
    arguments.format.unwrap_or_else(|| match extension {
        Some(extension) if extension.eq_ignore_ascii_case("html") => PageForm::Html,
        Some(extension) if extension.eq_ignore_ascii_case("pdf") => PageForm::Pdf,
        _ => PageForm::Text,
    })
}
