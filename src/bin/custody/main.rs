//! The program `custody`: people's arguments, prompts, colours and exit codes around the library.

mod arguments;
mod bar;
mod chance;
mod check;
mod clock;
mod commands;
mod console;
mod extend;
mod fault;
mod identity;
mod interrupt;
mod location;
mod passphrase;
mod resumption;
mod run;
mod sheet;
mod trust;
mod world;

fn main() -> std::process::ExitCode {
    run::run(std::env::args_os())
}
