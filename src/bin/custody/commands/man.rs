//! `custody man`: the manual page, made from the same definition as the help.

use clap::CommandFactory;

use crate::arguments::Arguments;
use crate::world::World;

pub fn run(world: &World) -> anyhow::Result<u8> {
    let mut command = Arguments::command();
    command.build();
    let mut page = Vec::new();
    render(&command, &mut page)?;
    world.console.print(&String::from_utf8_lossy(&page));
    Ok(0)
}

/// A page for the program, and one for each command behind it.
fn render(command: &clap::Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    clap_mangen::Man::new(command.clone()).render(page)?;
    for inner in command
        .get_subcommands()
        .filter(|inner| inner.get_name() != "help")
    {
        render(inner, page)?;
    }
    Ok(())
}
