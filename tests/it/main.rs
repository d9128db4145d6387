//! Tests that cross the rooms. One crate, so that it is built once.

#![allow(missing_docs)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod after_theft;
mod attacks;
mod authority;
mod beliefs;
mod bench_script;
mod browser;
mod by_hand;
mod challenge;
mod challenge_words;
mod changes;
mod documents;
mod example;
mod first_use;
mod floors;
mod hand_over;
mod heads;
mod hostile_names;
mod languages;
mod limits;
mod mirrors;
mod own_keys;
mod page_attacks;
mod pages;
#[cfg(feature = "pkcs11")]
mod pkcs11;
mod profiles;
mod promises;
mod properties;
mod real_image;
mod renew;
mod resume;
mod roster_attacks;
mod rosters;
mod scenarios;
mod sheets;
mod ssh_agent;
mod stage;
mod tamper;
mod three_agencies;
mod time_stamps;
mod vectors;
mod worked_example;
mod wrong_use;
