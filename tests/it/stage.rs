//! A stage: one temporary folder, the real program, people with homes of their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A folder that goes away with the test.
pub struct Stage {
    folder: tempfile::TempDir,
}

/// What a run of the program gave.
pub struct Outcome {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Stage {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// A path on the stage.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Changes one byte of a file.
    pub fn flip(&self, name: &str, at: u64) {
        use std::os::unix::fs::FileExt;
        let file = std::fs::File::options()
            .read(true)
            .write(true)
            .open(self.path(name))
            .unwrap();
        let mut byte = [0];
        file.read_exact_at(&mut byte, at).unwrap();
        file.write_all_at(&[byte[0] ^ 0x40], at).unwrap();
    }

    /// The program as one of the people runs it, not yet started.
    pub fn command(&self, person: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_custody"));
        command
            .current_dir(self.folder.path())
            .env("CUSTODY_HOME", self.path(&format!("home-{person}")));
        command
            .env_remove("CUSTODY_PASSPHRASE_FILE")
            // Pages are in English unless a test asks for another language.
            .env("LC_ALL", "C")
            .stdin(std::process::Stdio::null())
            .args(arguments);
        command
    }

    /// Runs the program as one of the people.
    pub fn run(&self, person: &str, arguments: &[&str]) -> Outcome {
        Outcome::of(&self.command(person, arguments).output().unwrap())
    }

    /// Runs the program, which must end with 0.
    pub fn must(&self, person: &str, arguments: &[&str]) -> Outcome {
        let outcome = self.run(person, arguments);
        assert_eq!(
            outcome.exit, 0,
            "{arguments:?}\n{}{}",
            outcome.stdout, outcome.stderr
        );
        outcome
    }

    /// Gives a person an identity, and writes its public half as `NAME.identity.json`.
    pub fn person(&self, person: &str) {
        self.must(
            person,
            &[
                "key",
                "new",
                "--name",
                person,
                "--agency",
                "Test Agency",
                "--role",
                "tester",
                "--no-passphrase",
            ],
        );
        self.must(
            person,
            &["key", "export", "-o", &format!("{person}.identity.json")],
        );
    }

    /// Gives each of these people an identity, and has them confirm one another.
    pub fn people(&self, people: &[&str]) {
        people.iter().for_each(|person| self.person(person));
        for person in people {
            for other in people.iter().filter(|other| *other != person) {
                self.must(
                    person,
                    &["key", "import", &format!("{other}.identity.json")],
                );
            }
        }
    }

    /// The report of `verify --json`.
    pub fn verify(&self, person: &str, arguments: &[&str]) -> Report {
        let outcome = self.run(person, &[&["verify", "--json"], arguments].concat());
        let json: Value = serde_json::from_str(&outcome.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}", outcome.stdout));
        assert_eq!(
            json["exit"], outcome.exit,
            "the document and the program say the same"
        );
        Report {
            exit: outcome.exit,
            json,
        }
    }
}

impl Outcome {
    pub fn of(output: &Output) -> Self {
        let text =
            |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("the program prints UTF-8");
        Self {
            exit: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// A report of `verify --json`.
pub struct Report {
    pub exit: i32,
    pub json: Value,
}

impl Report {
    /// The codes found, in their order.
    pub fn codes(&self) -> Vec<&str> {
        self.json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["code"].as_str().unwrap())
            .collect()
    }

    /// The codes found, but for times and rights, which a test that writes to a file changes on its way.
    pub fn changes(&self) -> Vec<&str> {
        self.codes()
            .into_iter()
            .filter(|code| *code != "metadata-changed")
            .collect()
    }

    pub fn result(&self) -> &str {
        self.json["result"].as_str().unwrap()
    }

    /// The first finding of this code.
    pub fn finding(&self, code: &str) -> &Value {
        let findings = self.json["findings"].as_array().unwrap();
        findings
            .iter()
            .find(|finding| finding["code"] == code)
            .unwrap_or_else(|| panic!("no {code} in {}", self.json))
    }
}

/// Whether a tool is there; a test that needs one that is not says so, and is counted as skipped by `tests/run`.
pub fn has_tool(tool: &str) -> bool {
    let found = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(tool).is_file()));
    if !found {
        skipped(&format!("{tool} is missing"));
    }
    found
}

/// Says that a test, or a part of it, was skipped.
pub fn skipped(why: &str) {
    use std::io::Write;
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    eprintln!("skipped: {test}: {why}");
    if let Some(list) = std::env::var_os("CUSTODY_SKIPPED") {
        let mut list = std::fs::File::options()
            .append(true)
            .create(true)
            .open(list)
            .unwrap();
        writeln!(list, "{test}: {why}").unwrap();
    }
}

/// The folder into which `tests/run` unpacks the bootable images of Debian's package grub-rescue-pc.
pub fn image(name: &str) -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-images");
    let folder = std::env::var_os("CUSTODY_TEST_IMAGES").map_or(default, PathBuf::from);
    let path = folder.join("usr/lib/grub-rescue").join(name);
    if path.is_file() {
        return Some(path);
    }
    skipped("the images of Debian's grub-rescue-pc are not unpacked");
    None
}
