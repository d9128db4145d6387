//! The documents run: what they show is what the program prints.
//!
//! A document is played from its first line to its last in a folder of its own, which holds a copy of `examples/`. The
//! built program comes first on PATH; the home folder, the user's name and the zone are always the same.
//!
//! - In a ```` ```console ```` block, a line that begins with `$ ` is a command for bash, and lines that begin with `> `
//!   behind it belong to it. What follows is what it prints, standard output and standard error together. A last line
//!   `exit N` says that it ends with N, otherwise it ends with 0. A line `…` stands for any lines that were left out.
//! - A ```` ```toml NAME ```` block is a file: it is written under that name.
//! - `cargo run --release -- ` is read as `custody `; cargo is not started from a test.
//! - Where a command needs a tool or the Debian image and it is not there, the rest of the document is skipped, and a
//!   line `skipped: …` says so.
//!
//! Everything is compared exactly, but for what differs from run to run; [`normal`] says what that is. With
//! `CUSTODY_UPDATE_DOCUMENTS=1` what the program printed is written into the document instead, to be read through and
//! committed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use custody::report::layout::figure;

use crate::stage::{has_tool, image, skipped};

mod normal;
mod text;

use normal::fits;

/// Where a document expects the Debian image, and the length of the edition it was written with. For another edition,
/// its length is put in the place of this one.
const IMAGE: &str = "grub/usr/lib/grub-rescue/grub-rescue-cdrom.iso";
const IMAGE_BYTES: u64 = 5_081_088;

/// How commands of a document are typed, and what is run for them.
const CARGO_RUN: &str = "cargo run --release -- ";
const CARGO_EXAMPLE: &str = "cargo run --quiet --example verify_bundle -- ";

/// Tools that a command may need: a word of the command, and what has to be installed for it.
const NEEDS: [(&str, &[&str]); 6] = [
    ("ewfacquire ", &["ewfacquire"]),
    ("jq ", &["jq"]),
    ("pdftotext ", &["pdftotext"]),
    ("openssl ", &["openssl"]),
    ("xxd ", &["xxd"]),
    (
        "verify-by-hand.sh",
        &["openssl", "jq", "xxd", "cmp", "find"],
    ),
];

#[test]
fn the_readme_runs() {
    play("README.md");
}

#[test]
fn the_tutorial_runs() {
    play("docs/tutorial.md");
}

#[test]
fn the_training_runs() {
    play("docs/training.md");
}

#[test]
fn the_examples_run() {
    play("examples/README.md");
}

/// One command of a document.
struct Step {
    /// The number of its line.
    line: usize,
    command: String,
    /// The lines of the document with what it prints.
    printed: std::ops::Range<usize>,
    expected: String,
    exit: i32,
}

/// What a document asks for.
enum Part {
    File(String, String),
    Step(Step),
}

/// Plays a document in a new folder.
pub(crate) fn play(document: &str) {
    let path = root().join(document);
    let text = fs::read_to_string(&path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("examples"), &folder.path().join("examples"));
    let update = std::env::var_os("CUSTODY_UPDATE_DOCUMENTS").is_some();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut replaced = Vec::new();
    let mut played = 0;
    for part in parts(&text) {
        let step = match part {
            Part::File(name, text) => {
                fs::write(folder.path().join(name), text).unwrap();
                continue;
            }
            Part::Step(step) => step,
        };
        if !provide(&step.command, folder.path()) {
            skipped(&format!("{document} from line {} on", step.line));
            break;
        }
        let (printed, exit) = run(&step.command, folder.path());
        played += 1;
        let expected = with_length_of_image(&step.expected, folder.path());
        if update {
            // Every block, so that a code that stands twice in a document is the same code.
            let printed = abridged(&step.expected, &printed);
            replaced.push((step.printed, printed, exit));
            continue;
        }
        if exit == step.exit && fits(&expected, &printed) {
            continue;
        }
        panic!(
            "{document}, line {}: {}\n--- the document says (exit {})\n{expected}\n--- the program printed (exit {exit})\n{printed}\n--- end",
            step.line, step.command, step.exit
        );
    }
    assert!(played > 0, "{document} has no commands");
    for (range, printed, exit) in replaced.into_iter().rev() {
        let mut new: Vec<String> = printed.trim_end().lines().map(str::to_owned).collect();
        if exit != 0 {
            new.push(format!("exit {exit}"));
        }
        lines.splice(range, new);
    }
    if update {
        fs::write(path, lines.join("\n") + "\n").unwrap();
    }
}

/// What was printed, with the lines left out that the document left out, as far as it still fits.
fn abridged(expected: &str, printed: &str) -> String {
    let printed_lines: Vec<&str> = printed.trim_end().lines().collect();
    let chunks: Vec<Vec<&str>> = expected
        .lines()
        .collect::<Vec<_>>()
        .split(|line| *line == "…")
        .map(<[&str]>::to_vec)
        .collect();
    let mut at = 0;
    let mut kept: Vec<String> = Vec::new();
    for (number, chunk) in chunks.iter().enumerate() {
        if number > 0 {
            kept.push("…".to_owned());
        }
        let Some(first) = chunk.first() else { continue };
        let is_last = number + 1 == chunks.len();
        let start = match number {
            0 => 0,
            _ if is_last => printed_lines.len().saturating_sub(chunk.len()).max(at),
            _ => (at..printed_lines.len())
                .find(|&line| fits(first, printed_lines[line]))
                .unwrap_or(at),
        };
        let end = (start + chunk.len()).min(printed_lines.len());
        kept.extend(
            printed_lines[start..end]
                .iter()
                .map(|line| (*line).to_owned()),
        );
        at = end;
    }
    let kept = kept.join("\n");
    if chunks.len() > 1 && fits(&kept, printed) {
        kept
    } else {
        printed.to_owned()
    }
}

/// The files and commands of a document, in its order.
fn parts(text: &str) -> Vec<Part> {
    let lines: Vec<&str> = text.lines().collect();
    let mut parts = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some(info) = lines[at]
            .strip_prefix("```")
            .filter(|info| !info.is_empty())
        else {
            at += 1;
            continue;
        };
        let length = lines[at + 1..]
            .iter()
            .position(|line| *line == "```")
            .unwrap();
        let end = at + 1 + length;
        if info == "console" {
            steps(&lines, at + 1, end, &mut parts);
        } else if let Some(name) = info.strip_prefix("toml ") {
            parts.push(Part::File(
                name.to_owned(),
                lines[at + 1..end].join("\n") + "\n",
            ));
        }
        at = end + 1;
    }
    parts
}

/// The commands of one block.
fn steps(lines: &[&str], mut at: usize, end: usize, parts: &mut Vec<Part>) {
    while at < end {
        let first = lines[at]
            .strip_prefix("$ ")
            .unwrap_or_else(|| panic!("line {}: a console block begins with a command", at + 1));
        let (line, mut command) = (at + 1, first.to_owned());
        at += 1;
        while let Some(more) = lines[..end]
            .get(at)
            .and_then(|line| line.strip_prefix("> "))
        {
            command = format!("{command}\n{more}");
            at += 1;
        }
        let begin = at;
        while at < end && !lines[at].starts_with("$ ") {
            at += 1;
        }
        let mut printed = begin..at;
        // An empty line in front of the next command is for the reader.
        while printed.end > printed.start && lines[printed.end - 1].is_empty() {
            printed.end -= 1;
        }
        let exit = lines[printed.clone()]
            .last()
            .and_then(|line| line.strip_prefix("exit ")?.parse().ok());
        let shown = &lines[printed.start..printed.end - usize::from(exit.is_some())];
        parts.push(Part::Step(Step {
            line,
            command,
            expected: shown.join("\n"),
            printed,
            exit: exit.unwrap_or(0),
        }));
    }
}

/// Sees to it that what a command needs is there. If not, it has been said.
fn provide(command: &str, folder: &Path) -> bool {
    let needed = NEEDS.iter().filter(|(word, _)| command.contains(word));
    if !needed
        .flat_map(|(_, tools)| *tools)
        .all(|tool| has_tool(tool))
    {
        return false;
    }
    if command.contains(CARGO_EXAMPLE) && !example().exists() {
        skipped("the example verify_bundle is not built");
        return false;
    }
    let place = folder.join(IMAGE);
    if command.contains(IMAGE) && !place.exists() {
        let Some(image) = image("grub-rescue-cdrom.iso") else {
            return false;
        };
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(image, place).unwrap();
    }
    true
}

fn with_length_of_image(expected: &str, folder: &Path) -> String {
    match fs::metadata(folder.join(IMAGE)) {
        Ok(facts) => expected.replace(&figure(IMAGE_BYTES), &figure(facts.len())),
        Err(_) => expected.to_owned(),
    }
}

/// Runs a command as someone who reads the document would, and tells what a terminal would show.
fn run(command: &str, folder: &Path) -> (String, i32) {
    let command = command.replace(CARGO_EXAMPLE, &format!("{} ", example().display()));
    let command = command.replace(CARGO_RUN, "custody ");
    let program = Path::new(env!("CARGO_BIN_EXE_custody")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(
        std::iter::once(program.to_owned()).chain(std::env::split_paths(&path)),
    );
    let output = Command::new("bash")
        .arg("-c")
        .arg(format!("exec 2>&1\n{command}"))
        .current_dir(folder)
        .stdin(Stdio::null())
        .env("PATH", path.unwrap())
        .env("HOME", folder.join(".home"))
        .env("LOGNAME", "leyla")
        .env("TZ", "<+04>-4")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("CUSTODY_HOME")
        .env_remove("CUSTODY_PASSPHRASE_FILE")
        .env_remove("CUSTODY_NEW_PASSPHRASE_FILE")
        .output()
        .unwrap();
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        output.status.code().unwrap_or(-1),
    )
}

/// The example program, where cargo puts it.
fn example() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_custody"));
    program.with_file_name("examples").join("verify_bundle")
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Copies a folder, with rights that do not depend on how it was checked out.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else if !target.to_string_lossy().ends_with("stick.img.custody.json") {
            fs::copy(entry.path(), &target).unwrap();
            let mode = if target
                .extension()
                .is_some_and(|extension| extension == "sh")
            {
                0o755
            } else {
                0o644
            };
            fs::set_permissions(&target, fs::Permissions::from_mode(mode)).unwrap();
        }
    }
}
