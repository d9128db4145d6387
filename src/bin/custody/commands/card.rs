//! `custody card`: the head of the chain, to keep on paper.

use serde::Serialize;

use crate::arguments::Card;
use crate::extend;
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
    let (_, chain) = extend::for_anyone(world, &arguments.bundle)?;
    let bundle = chain.bundle();
    let document = CardDocument {
        format: "custody-card/v1",
        exit: 0,
        card: bundle.card().to_string(),
        links: bundle.chain.len(),
        head: bundle.card().head.to_string(),
    };
    world
        .console
        .print_either(&document, &custody::report::card::text(bundle));
    Ok(0)
}
