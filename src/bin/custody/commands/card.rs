//! `custody card`: the head of the chain, to keep on paper.

use custody::evidence::new_file::write_new;
use custody::evidence::shown;
use custody::report::card;
use custody::report::json::document_text;
use serde::Serialize;

use crate::extend;
use crate::fault::refused;
use crate::location::keep_out;
use crate::page_arguments::{Card, CardForm};
use crate::world::World;

#[derive(Serialize)]
struct CardDocument {
    format: &'static str,
    exit: u8,
    card: String,
    links: usize,
    head: String,
}

pub fn run(world: &World, arguments: &Card) -> anyhow::Result<u8> {
    let (bundle_path, chain) = extend::for_anyone(world, &arguments.bundle)?;
    let bundle = chain.bundle();
    if let Some(page) = &arguments.output {
        keep_out(page, &bundle_path, bundle, None)?;
    }
    let document = CardDocument {
        format: "custody-card/v1",
        exit: 0,
        card: bundle.card().to_string(),
        links: bundle.chain.len(),
        head: bundle.card().head.to_string(),
    };
    if world.console.is_json() {
        world.console.print(&document_text(&document));
        return Ok(0);
    }
    let words = match arguments.format {
        CardForm::Text => card::text(world.language, bundle),
        CardForm::Svg => card::svg(world.language, bundle),
        CardForm::Html => card::html(world.language, bundle),
    };
    let Some(path) = &arguments.output else {
        world.console.print(&words);
        return Ok(0);
    };
    let written = write_new(path, words.as_bytes());
    written.map_err(|error| refused("writing the card", path, &error))?;
    world
        .console
        .say(&format!("The card is in {}.", shown(path)));
    Ok(0)
}
