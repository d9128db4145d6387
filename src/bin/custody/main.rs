//! The program `custody`: people's arguments, prompts, colours and exit codes around the library.

mod act_arguments;
mod agent_key;
mod anchors;
mod arguments;
#[cfg(feature = "net")]
mod authority;
mod bar;
mod blank_sheet;
mod chance;
mod check;
mod check_numbers;
mod clock;
mod commands;
mod complete;
mod console;
mod extend;
mod fault;
mod identity;
mod interrupt;
mod keys;
mod location;
mod memory;
mod page_arguments;
mod passphrase;
mod resumption;
mod retained;
mod roster_arguments;
mod run;
mod sheet;
mod sheet_values;
mod time_roots;
#[cfg(feature = "pkcs11")]
mod token_key;
#[cfg(not(feature = "pkcs11"))]
#[path = "no_token_key.rs"]
mod token_key;
mod trust;
mod world;

fn main() -> std::process::ExitCode {
    run::run(std::env::args_os())
}
