//! The benchmark script goes on where a peer or a processor feature is missing, and says so.

use std::process::Command;

use serde_json::Value;

use crate::stage::{Outcome, Stage, has_tool};

/// Runs the script with the program of these tests.
fn run(stage: &Stage, more: &[&str]) -> Value {
    let mut command = Command::new("bash");
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bench/run"))
        .args([
            "--json",
            "--program",
            env!("CARGO_BIN_EXE_custody"),
            "--work",
        ])
        .arg(stage.path("work"))
        .args(more);
    let outcome = Outcome::of(&command.output().unwrap());
    assert_eq!(outcome.exit, 0, "{}", outcome.all());
    serde_json::from_str(&outcome.stdout).unwrap()
}

/// Measures the smallest set.
fn measure(stage: &Stage, more: &[&str]) -> Value {
    let tiny = ["--quick", "--rounds", "1", "--only", "tiny"];
    run(stage, &[&tiny, more].concat())
}

fn notes(result: &Value) -> Vec<&str> {
    let notes = result["notes"].as_array().unwrap().iter();
    notes.map(|note| note.as_str().unwrap()).collect()
}

#[test]
fn what_is_missing_is_named_and_the_rest_is_measured() {
    if !has_tool("python3") {
        return;
    }
    let stage = Stage::new();
    let result = measure(&stage, &["--without", "minisign", "AVX-512", "SHA-NI"]);
    for missing in [
        "minisign is missing: its rows are left out",
        "this processor has no AVX-512",
        "this processor has no SHA-NI",
    ] {
        assert!(notes(&result).contains(&missing), "{:?}", notes(&result));
    }
    let commands = result["commands"].as_array().unwrap();
    assert_eq!(commands.len(), 1, "the program is measured");
    assert!(commands[0]["median s"].as_f64().unwrap() > 0.0);
    assert_eq!(result["rows"], serde_json::json!([]));
}

#[test]
fn without_callgrind_nothing_is_counted() {
    if !has_tool("python3") {
        return;
    }
    let result = run(&Stage::new(), &["--instructions", "--without", "valgrind"]);
    assert_eq!(
        notes(&result),
        ["valgrind is missing: its rows are left out"]
    );
    assert_eq!(result["instructions"], serde_json::json!([]));
}

#[test]
fn a_peer_that_is_there_makes_a_row() {
    if !has_tool("python3") || !has_tool("minisign") {
        return;
    }
    let stage = Stage::new();
    let result = measure(&stage, &[]);
    let row = &result["rows"][0];
    assert_eq!(row["against"], "minisign -V, 4 KiB");
    assert!(row["figure"].as_f64().unwrap() > 0.0);
    assert_eq!(row["not judged because"], "--quick");
    assert_eq!(row["holds"], Value::Null);
}
