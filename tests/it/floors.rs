//! The floors of the house: a lower room never names an upper one, a clock or a print where it must not.

use std::path::{Path, PathBuf};

fn files(room: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && path.file_name().is_some_and(|name| name != "tests.rs")
            {
                files.push(path);
            }
        }
    }
    assert!(!files.is_empty(), "the room {room} is empty");
    files
}

/// The code of a file: without comments, without the tests at its end.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn never(room: &str, words: &[&str]) {
    for path in files(room) {
        let code = code(&path);
        for word in words {
            assert!(!code.contains(word), "{} mentions {word}", path.display());
        }
    }
}

const CLOCK: [&str; 4] = ["Utc::now", "Local::now", "SystemTime", "Instant"];
const PRINT: [&str; 5] = ["println!", "print!", "eprintln!", "eprint!", "stdout("];
const FILES: [&str; 4] = ["std::fs", "File::", "rustix", "tempfile"];
const THREADS: [&str; 2] = ["std::thread", "thread::"];

#[test]
fn the_record_knows_nothing_above_it() {
    never(
        "record",
        &[
            "crate::audit",
            "crate::evidence",
            "crate::report",
            "std::process",
            "std::env::",
        ],
    );
    never("record", &CLOCK);
    never("record", &PRINT);
    never("record", &FILES);
    never("record", &THREADS);
}

#[test]
fn the_audit_has_no_files_and_no_clock() {
    never(
        "audit",
        &[
            "crate::evidence",
            "crate::report",
            "std::process",
            "std::env::",
        ],
    );
    never("audit", &CLOCK);
    never("audit", &PRINT);
    never("audit", &FILES);
}

#[test]
fn evidence_is_silent_and_never_names_a_page() {
    never(
        "evidence",
        &["crate::report", "std::process", "rpassword", "indicatif"],
    );
    never("evidence", &["Utc::now", "Local::now", "SystemTime::now"]);
    never("evidence", &PRINT);
}

#[test]
fn pages_are_made_without_files() {
    never("report", &["crate::evidence", "std::process"]);
    never("report", &CLOCK);
    never("report", &PRINT);
    never("report", &FILES);
}

#[test]
fn only_the_console_prints_and_only_the_clock_has_the_time() {
    for path in files("bin/custody") {
        let (name, code) = (
            path.file_name().unwrap().to_str().unwrap().to_owned(),
            code(&path),
        );
        for word in ["stdout()", "stderr()"] {
            // Whether there is a terminal is asked for in more places than one.
            let printing = code.replace(&format!("{word}.is_terminal"), "");
            assert!(
                name == "console.rs" || !printing.contains(word),
                "{name} prints"
            );
        }
        for word in ["Utc::now", "Local::now"] {
            assert!(
                name == "clock.rs" || !code.contains(word),
                "{name} reads the clock"
            );
        }
    }
}

#[test]
fn signed_data_never_passes_through_a_general_json_value() {
    for room in ["record", "audit", "evidence"] {
        never(room, &["serde_json"]);
    }
    never("report", &["serde_json::Value", "from_str", "from_slice"]);
}

#[test]
fn files_of_the_library_stay_readable() {
    for room in ["record", "audit", "evidence", "report", "bin/custody"] {
        // The kernels stand in one file, so that no other has `unsafe`.
        let rest = files(room)
            .into_iter()
            .filter(|path| !path.ends_with("evidence/hashing/kernels.rs"));
        for path in rest {
            let lines = code(&path).lines().count();
            assert!(
                lines <= 400,
                "{} has {lines} lines of code: a room to split",
                path.display()
            );
        }
    }
}

#[test]
fn only_the_kernels_have_unsafe_code() {
    for room in ["record", "audit", "evidence", "report", "bin/custody"] {
        for path in files(room)
            .into_iter()
            .filter(|path| !path.ends_with("evidence/hashing/kernels.rs"))
        {
            assert!(
                !code(&path).contains("unsafe"),
                "{} has unsafe code",
                path.display()
            );
        }
    }
}
