//! `custody completions`: what a shell completes.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::arguments::Arguments;
use crate::world::World;

pub fn run(world: &World, shell: Shell) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "custody", &mut script);
    world.console.print(&String::from_utf8_lossy(&script));
    Ok(0)
}
