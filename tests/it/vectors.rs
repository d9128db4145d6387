//! One vector, one fault: `tests/vectors/findings` and `tests/vectors/refused`, made by `tests/vectors/make.py` from
//! the format's text alone. The program must find in each exactly what was put there, and refuse what it must not read.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use custody::record::path::{PathText, TargetText};
use serde_json::Value;

use crate::stage::{Outcome, Stage};

/// What may stand in no message to a person: names of Rust, and what a crash prints.
const NOT_FOR_PEOPLE: [&str; 12] = [
    "::",
    "Malformed",
    "ParseError",
    "BundleFileError",
    "Some(",
    "Ok(",
    "Err(",
    "panicked",
    "unwrap",
    "backtrace",
    "BACKTRACE",
    ".rs:",
];

/// A folder of vectors.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(name)
}

/// The names in a folder, in order, but for those that begin with a point.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// The folders of `findings`: `CODE`, `CODE.VARIANT` or `none-NAME`.
pub fn vectors() -> Vec<String> {
    names(&folder("findings"))
}

fn read_json(path: &Path) -> Value {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn texts(value: &Value) -> Vec<&str> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| item.as_str().unwrap()).collect()
}

/// Everything that went wrong, so that one run shows all of it.
fn assert_none(wrong: &[String], of: usize) {
    assert!(
        wrong.is_empty(),
        "{} of {of} vectors:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn each_vector_gives_what_was_put_there() {
    let vectors = vectors();
    assert!(!vectors.is_empty(), "there are no vectors");
    let wrong: Vec<String> = vectors
        .iter()
        .filter_map(|name| {
            judge(&folder("findings").join(name))
                .err()
                .map(|problem| format!("{name}: {problem}"))
        })
        .collect();
    assert_none(&wrong, vectors.len());
}

/// Runs one vector on a stage of its own, and compares.
fn judge(vector: &Path) -> Result<(), String> {
    let expect = read_json(&vector.join("expect.json"));
    let stage = Stage::new();
    supply(&stage, vector, &expect);
    let evidence = if stage.path("evidence.bin").symlink_metadata().is_ok() {
        "evidence.bin"
    } else {
        "evidence"
    };
    let bundle = format!("{evidence}.custody.json");
    fs::copy(vector.join("bundle.custody.json"), stage.path(&bundle)).unwrap();
    if vector.join("seen.custody.json").exists() {
        fs::copy(vector.join("seen.custody.json"), stage.path("seen")).unwrap();
        let before = stage.run("reader", &["verify", "--record-only", "seen"]);
        if before.exit == 2 || !before.stdout.contains("RECORD CHECKED") {
            return Err(format!("what was seen before: {}", before.all()));
        }
    }
    let mut arguments = vec!["verify", "--json", &bundle];
    for key in texts(&expect["trust"]) {
        arguments.extend(["--trust", key]);
    }
    let one = expect["root"].as_str();
    let roots = one.map_or_else(|| texts(&expect["root"]), |root| vec![root]);
    for (file, root) in ["roster.json", "roster-2.json"].iter().zip(roots) {
        fs::copy(vector.join(file), stage.path(file)).unwrap();
        arguments.extend(["--roster", file, "--root", root]);
    }
    arguments.extend(texts(&expect["args"]));
    if vector.join("tsa-root.pem").exists() {
        fs::copy(vector.join("tsa-root.pem"), stage.path("tsa-root.pem")).unwrap();
        arguments.extend(["--tsa-root", "tsa-root.pem"]);
    }
    compare(&expect, &stage.run("reader", &arguments))
}

fn compare(expect: &Value, outcome: &Outcome) -> Result<(), String> {
    let report: Value = serde_json::from_str(&outcome.stdout)
        .map_err(|error| format!("{error}: {}", outcome.all()))?;
    if let Some(word) = not_for_people(outcome) {
        return Err(format!("it says `{word}`: {}", outcome.all()));
    }
    let exit = Value::from(outcome.exit);
    if [&report["exit"], &exit] != [&expect["exit"]; 2] {
        return Err(format!("exit {exit}, not {}: {report}", expect["exit"]));
    }
    if report["result"] != expect["result"] {
        return Err(format!("{}, not {}", report["result"], expect["result"]));
    }
    if report["times"] != expect["times"] {
        return Err(format!("the times are {}", report["times"]));
    }
    let found = sorted(&without_messages(&report["findings"])?);
    let expected = sorted(&expect["findings"]);
    if found != expected {
        let (found, expected) = (found.join(", "), expected.join(", "));
        return Err(format!("it found [{found}], not [{expected}]"));
    }
    Ok(())
}

/// The format gives findings no order.
fn sorted(findings: &Value) -> Vec<String> {
    let items = findings.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut texts: Vec<String> = items.iter().map(Value::to_string).collect();
    texts.sort();
    texts
}

/// The findings without their sentences, and without the links that prove a fork. Each must have its own.
fn without_messages(findings: &Value) -> Result<Value, String> {
    let mut findings = findings.clone();
    for finding in findings.as_array_mut().ok_or("there are no findings")? {
        let message = finding.as_object_mut().and_then(|it| it.remove("message"));
        if message
            .as_ref()
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
        {
            return Err(format!("{finding} has no message"));
        }
        let proof = finding.as_object_mut().and_then(|it| it.remove("proof"));
        if proof.is_some() != (finding["code"] == "forked") {
            return Err(format!("{finding}: {proof:?}"));
        }
    }
    Ok(findings)
}

fn not_for_people(outcome: &Outcome) -> Option<&'static str> {
    let said = outcome.all();
    NOT_FOR_PEOPLE.into_iter().find(|word| said.contains(word))
}

/// Puts the evidence on the stage: what is stored beside the bundle, and what is made.
fn supply(stage: &Stage, vector: &Path, expect: &Value) {
    for name in ["evidence", "evidence.bin"] {
        let stored = vector.join(name);
        if stored.exists() {
            copy(&stored, &stage.path(name));
        }
    }
    for rule in expect["make"].as_array().unwrap_or(&Vec::new()) {
        make(stage, rule);
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        fs::copy(from, to).unwrap();
        return;
    }
    fs::create_dir_all(to).unwrap();
    for name in names(from) {
        copy(&from.join(&name), &to.join(&name));
    }
}

/// Makes one thing by its rule; class `Thing` of `make.py` says which there are.
fn make(stage: &Stage, rule: &Value) {
    let text = rule["path"].as_str().unwrap();
    let text = PathText::parse(text).unwrap();
    let raw = text.raw();
    let path = stage.path("").join(std::ffi::OsStr::from_bytes(&raw));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    if let Some(target) = rule["link"].as_str() {
        let target = TargetText::parse(target).unwrap();
        let raw = target.raw();
        symlink(std::ffi::OsStr::from_bytes(&raw), &path).unwrap();
    } else if rule["dir"] == true {
        fs::create_dir_all(&path).unwrap();
    } else if rule["fifo"] == true {
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR).unwrap();
    } else {
        fs::write(&path, content(rule)).unwrap();
    }
    if let Some(mode) = rule["mode"].as_str() {
        let mode = u32::from_str_radix(mode, 8).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    if let Some(seconds) = rule["modified"].as_u64() {
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds))
            .unwrap();
    }
}

/// A text, or a pattern repeated and cut, with some of its bytes changed.
fn content(rule: &Value) -> Vec<u8> {
    if let Some(text) = rule["text"].as_str() {
        return text.as_bytes().to_vec();
    }
    let pattern = rule["pattern"]
        .as_str()
        .unwrap_or_else(|| panic!("an unknown rule: {rule}"));
    let size = rule["bytes"].as_u64().unwrap() as usize;
    let mut bytes: Vec<u8> = pattern.bytes().cycle().take(size).collect();
    for at in rule["flip"].as_array().unwrap_or(&Vec::new()) {
        bytes[at.as_u64().unwrap() as usize] ^= 0xff;
    }
    bytes
}

#[test]
fn what_is_not_a_bundle_is_refused_in_one_sentence() {
    let folder = folder("refused");
    let list = read_json(&folder.join("refused.json"));
    let list = list.as_array().unwrap();
    let listed: BTreeSet<&str> = list
        .iter()
        .map(|one| one["file"].as_str().unwrap())
        .collect();
    let there: Vec<String> = names(&folder);
    let there = there.iter().map(String::as_str);
    let there: BTreeSet<&str> = there.filter(|name| *name != "refused.json").collect();
    assert!(there.len() >= 35, "there are only {} files", there.len());
    assert_eq!(listed, there, "refused.json lists what is there");
    assert_eq!(listed.len(), list.len(), "each file is listed once");
    let wrong: Vec<String> = list
        .iter()
        .filter_map(|one| {
            refuse(&folder, one)
                .err()
                .map(|problem| format!("{}: {problem}", one["file"]))
        })
        .collect();
    assert_none(&wrong, list.len());
}

/// Lets the program read one file. It has another name on the stage, so that no name answers for the message.
fn refuse(folder: &Path, one: &Value) -> Result<(), String> {
    let stage = Stage::new();
    let bytes = fs::read(folder.join(one["file"].as_str().unwrap())).unwrap();
    stage.write("it.custody.json", bytes);
    let outcome = stage.run("reader", &["verify", "--json", "it.custody.json"]);
    if outcome.exit != 2 {
        return Err(format!("exit {}: {}", outcome.exit, outcome.all()));
    }
    let document: Value = serde_json::from_str(&outcome.stdout)
        .map_err(|error| format!("{error}: {}", outcome.all()))?;
    let error = document["error"].as_str().unwrap_or_default();
    if document["format"] != "custody-error/v1"
        || document["exit"] != 2
        || !outcome.stderr.is_empty()
    {
        return Err(format!("another form of error: {}", outcome.all()));
    }
    if let Some(word) = not_for_people(&outcome) {
        return Err(format!("it says `{word}`: {error}"));
    }
    if !is_one_sentence(error) {
        return Err(format!("this is not one sentence: {error}"));
    }
    match expected_words(one).find(|words| !error.contains(words.as_str())) {
        Some(words) => Err(format!("`{words}` is not in: {error}")),
        None => Ok(()),
    }
}

/// The phrase, and line and column where the vector has them.
fn expected_words(one: &Value) -> impl Iterator<Item = String> {
    let phrase = one["phrase"].as_str().unwrap().to_owned();
    let place = one["line"]
        .as_u64()
        .map(|line| match one["column"].as_u64() {
            Some(column) => format!("line {line}, column {column}: "),
            None => format!("line {line}, "),
        });
    std::iter::once(phrase).chain(place)
}

/// Lower case, without a full stop, on one line, and not a page long.
fn is_one_sentence(error: &str) -> bool {
    !error.is_empty()
        && !error.contains('\n')
        && !error.contains(". ")
        && !error.ends_with('.')
        && error.len() < 400
        && !error.starts_with(char::is_uppercase)
}
