//! From arguments to an exit code.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use custody::evidence::listing::in_words;
use rustix::process::{Resource, getrlimit, setrlimit};

use crate::arguments::{Arguments, Colour, Command, Global};
use crate::commands;
use crate::console::Console;

use crate::world::World;

/// Does what was typed.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    open_as_many_files_as_may_be();
    let typed: Vec<OsString> = arguments.collect();
    let arguments = match Arguments::try_parse_from(&typed) {
        Ok(arguments) => arguments,
        Err(error) => return misunderstood(&error, &typed),
    };
    let console = Console::new(&arguments.global);
    let world = match World::new(console, &arguments.global) {
        Ok(world) => world,
        Err(error) => {
            Console::new(&arguments.global).fail(&error);
            return ExitCode::from(2);
        }
    };
    let done = dispatch(&world, arguments.command);
    if let Some(error) = world.console.failure() {
        let sentence = format!("writing to standard output: {}", in_words(&error));
        world.console.fail_with(sentence, None);
        return ExitCode::from(2);
    }
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            world.console.fail(&error);
            ExitCode::from(2)
        }
    }
}

/// Evidence in a thousand parts holds a folder open for each, and most systems let a program open about as many until it
/// asks for more. Where it is refused, nothing is lost.
fn open_as_many_files_as_may_be() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
}

fn dispatch(world: &World, command: Command) -> anyhow::Result<u8> {
    match command {
        Command::Seal(seal) => commands::seal::run(world, &seal),
        Command::Verify(verify) => commands::verify::run(world, &verify),
        Command::Release(release) => commands::release::run(world, &release),
        Command::Receive(receive) => commands::receive::run(world, &receive),
        Command::Withdraw(withdraw) => commands::withdraw::run(world, &withdraw),
        Command::Record(record) => commands::record::run(world, &record),
        Command::Log(log) => commands::log::run(world, &log),
        Command::Summary(summary) => commands::summary::run(world, &summary),
        Command::Timestamp(timestamp) => commands::timestamp::run(world, &timestamp),
        Command::Challenge(challenge) => commands::challenge::run(world, &challenge),
        Command::Card(card) => commands::card::run(world, &card),
        Command::Compare(two) => commands::compare::run(world, &two),
        Command::Merge(two) => commands::merge::run(world, &two),
        Command::Key(key) => commands::key::run(world, &key),
        Command::Roster(roster) => commands::roster::run(world, &roster),
        Command::Man => commands::man::run(world),
        Command::Completions { shell } => commands::completions::run(world, shell),
    }
}

/// Help and version are answers; the rest could not be understood.
fn misunderstood(error: &clap::Error, typed: &[OsString]) -> ExitCode {
    let is_answer = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if is_answer || !typed.iter().any(|argument| argument == "--json") {
        // Nobody is left to tell when this fails.
        let _ = error.print();
        return ExitCode::from(if is_answer { 0 } else { 2 });
    }
    let global = Global {
        json: true,
        quiet: false,
        color: Colour::Never,
        home: None,
        lang: None,
    };
    let text = error.to_string();
    // The first paragraph is the error; usage and the like follow.
    let first = text
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .trim_start_matches("error: ");
    let sentence = first.split_whitespace().collect::<Vec<_>>().join(" ");
    Console::new(&global).fail_with(
        sentence,
        Some("custody --help shows what can be typed".to_owned()),
    );
    ExitCode::from(2)
}
