//! Keys on PKCS#11 tokens: a real module, softhsm2, set up by OpenSC's pkcs11-tool.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::by_hand::{by_hand, has_tools};
use crate::stage::{Outcome, Stage, has_tool, skipped};

const NEW: [&str; 6] = ["key", "new", "--name", "anna", "--role", "tester"];

/// A folder with tokens of softhsm2, made for one test.
pub struct Tokens<'a> {
    stage: &'a Stage,
    module: PathBuf,
}

impl<'a> Tokens<'a> {
    /// `None`, and counted as skipped, where the tools are missing.
    pub fn new(stage: &'a Stage) -> Option<Self> {
        if !has_tool("softhsm2-util") || !has_tool("pkcs11-tool") {
            return None;
        }
        let places = [
            "/usr/lib/softhsm",
            "/usr/lib/x86_64-linux-gnu/softhsm",
            "/usr/lib64/pkcs11",
            "/usr/lib/aarch64-linux-gnu/softhsm",
        ];
        let modules = places
            .iter()
            .map(|place| Path::new(place).join("libsofthsm2.so"));
        let Some(module) = modules.into_iter().find(|module| module.is_file()) else {
            skipped("libsofthsm2.so is missing");
            return None;
        };
        std::fs::create_dir(stage.path("tokens")).unwrap();
        let folder = stage.path("tokens");
        stage.write(
            "softhsm.conf",
            format!("directories.tokendir = {}\n", folder.display()),
        );
        Some(Self { stage, module })
    }

    fn tool(&self, tool: &str, arguments: &[&str]) -> String {
        let output = Command::new(tool)
            .args(arguments)
            .env("SOFTHSM2_CONF", self.stage.path("softhsm.conf"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{tool} {arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub fn token(&self, label: &str) {
        let pins = ["--pin", "1234", "--so-pin", "5678"];
        let make = ["--init-token", "--free", "--label", label];
        self.tool("softhsm2-util", &[&make[..], &pins].concat());
    }

    pub fn key(&self, token: &str, id: &str, label: &str) -> String {
        self.pkcs11(
            token,
            &[
                "--keypairgen",
                "--key-type",
                "EC:edwards25519",
                "--id",
                id,
                "--label",
                label,
            ],
        )
    }

    fn pkcs11(&self, token: &str, arguments: &[&str]) -> String {
        let module = ["--module", self.module()];
        let login = ["--token-label", token, "--login", "--pin", "1234"];
        self.tool("pkcs11-tool", &[&module[..], &login, arguments].concat())
    }

    pub fn module(&self) -> &str {
        self.module.to_str().unwrap()
    }

    /// The program, with this PIN in a file where there is one.
    fn run(&self, pin: &str, arguments: &[&str]) -> Outcome {
        let mut command = self.stage.command("anna", arguments);
        command.env("SOFTHSM2_CONF", self.stage.path("softhsm.conf"));
        if !pin.is_empty() {
            command.env("CUSTODY_PASSPHRASE_FILE", self.stage.write("pin", pin));
        }
        Outcome::of(&command.output().unwrap())
    }

    fn must(&self, arguments: &[&str]) -> Outcome {
        let outcome = self.run("1234\n", arguments);
        assert_eq!(outcome.exit, 0, "{arguments:?}\n{}", outcome.all());
        outcome
    }

    fn refuses(&self, pin: &str, arguments: &[&str], words: &[&str]) {
        let outcome = self.run(pin, arguments);
        assert_eq!(outcome.exit, 2, "{arguments:?}\n{}", outcome.all());
        for words in words {
            assert!(
                outcome.stderr.contains(words),
                "{words}: {}",
                outcome.stderr
            );
        }
        assert!(!outcome.all().contains("1234") && !outcome.all().contains("9999"));
    }
}

#[test]
fn a_key_on_a_token_signs() {
    let stage = Stage::new();
    let Some(tokens) = Tokens::new(&stage) else {
        return;
    };
    stage.write("disk.dd", vec![1; 2_100_000]);
    tokens.token("North River 7");
    tokens.key("North River 7", "01", "mine");
    let objects = tokens.pkcs11("North River 7", &["-O", "--type", "pubkey"]);
    // The form in which this token names the curve: a PrintableString.
    assert!(
        objects.contains("130c656477617264733235353139"),
        "{objects}"
    );
    let new = [&NEW[..], &["--pkcs11", tokens.module()]].concat();
    tokens.must(&new);
    assert!(!stage.path("home-anna/identities/anna.pem").exists());
    let half = std::fs::read_to_string(stage.path("home-anna/identities/anna.toml")).unwrap();
    assert!(
        half.contains("token = \"North River 7\"\nid = \"01\"\n"),
        "{half}"
    );
    tokens.must(&["seal", "disk.dd", "--case", "1"]);
    tokens.must(&["record", "disk.dd", "examine", "disk.dd", "--reason", "x"]);
    let report = stage.verify("anna", &["disk.dd"]);
    assert_eq!((report.exit, report.codes()), (0, vec![]));
    if has_tools() {
        let checked = by_hand(
            &stage.path("disk.dd.custody.json"),
            Some(&stage.path("disk.dd")),
        );
        assert_eq!(checked.exit, 0, "{}", checked.all());
    }
    let shown = tokens.run("", &["key", "show"]);
    assert!(
        shown
            .stdout
            .contains("where   the token North River 7 has it (id 01"),
        "{}",
        shown.stdout
    );
    tokens.refuses("", &["key", "passphrase"], &["pkcs11-tool --change-pin"]);
    tokens.refuses("1234", &new, &["is that of your identity anna already"]);
}

#[test]
fn a_wrong_pin_is_tried_once_and_nothing_is_written() {
    let stage = Stage::new();
    let Some(tokens) = Tokens::new(&stage) else {
        return;
    };
    stage.write("disk.dd", "text");
    tokens.token("T");
    tokens.key("T", "01", "mine");
    let new = [&NEW[..], &["--pkcs11", tokens.module()]].concat();
    tokens.refuses(
        "9999",
        &new,
        &["the PIN of the token `T` was not right; it was tried once"],
    );
    assert!(!stage.path("home-anna").exists());
    tokens.must(&new);
    tokens.refuses("9999", &["seal", "disk.dd"], &["was not right"]);
    tokens.refuses(
        "",
        &["seal", "disk.dd"],
        &[
            "has a PIN, and there is no terminal",
            "CUSTODY_PASSPHRASE_FILE",
        ],
    );
    assert!(!stage.path("disk.dd.custody.json").exists());
}

#[test]
fn a_token_key_or_module_that_is_not_there_is_named() {
    let stage = Stage::new();
    let Some(tokens) = Tokens::new(&stage) else {
        return;
    };
    stage.write("disk.dd", "text");
    let new = [&NEW[..], &["--pkcs11", tokens.module()]].concat();
    let with = |more: &[&'static str]| [&NEW[..], &["--pkcs11", tokens.module()], more].concat();
    tokens.refuses("1234", &new, &["there is no token at the PKCS#11 module"]);
    tokens.token("one");
    tokens.refuses(
        "1234",
        &new,
        &["the token one holds no Ed25519 key", "EC:edwards25519"],
    );
    // A key of another curve is none.
    tokens.pkcs11(
        "one",
        &["--keypairgen", "--key-type", "EC:prime256v1", "--id", "09"],
    );
    tokens.refuses("1234", &new, &["the token one holds no Ed25519 key"]);
    tokens.key("one", "01", "first");
    tokens.key("one", "02", "second");
    tokens.refuses(
        "1234",
        &new,
        &["holds 2 Ed25519 keys: ", "first (id 01)", "--object"],
    );
    tokens.refuses(
        "1234",
        &with(&["--object", "third"]),
        &["no Ed25519 key called third"],
    );
    tokens.token("two");
    tokens.refuses(
        "1234",
        &new,
        &["there are 2 tokens: ", "serial number", "--token LABEL"],
    );
    tokens.refuses(
        "1234",
        &with(&["--token", "three"]),
        &["there is no token `three`", "`one`"],
    );
    tokens.must(&with(&["--token", "one", "--object", "02"]));
    tokens.token("one");
    tokens.refuses(
        "1234",
        &["seal", "disk.dd"],
        &["several tokens are called `one`"],
    );
    tokens.tool("softhsm2-util", &["--delete-token", "--token", "two"]);
    std::fs::remove_dir_all(stage.path("tokens")).unwrap();
    std::fs::create_dir(stage.path("tokens")).unwrap();
    tokens.refuses(
        "1234",
        &["seal", "disk.dd"],
        &["there is no token `one`", "plug it in"],
    );
    tokens.token("one");
    tokens.refuses("1234", &["seal", "disk.dd"], &["does not hold the key"]);
    assert!(!stage.path("disk.dd.custody.json").exists());
    let module = |path: &'static str| [&NEW[..], &["--pkcs11", path]].concat();
    stage.write("no.so", "text");
    tokens.refuses(
        "1234",
        &module("no.so"),
        &["loading the PKCS#11 module ", "no.so: "],
    );
    tokens.refuses(
        "1234",
        &module("/nowhere.so"),
        &["loading the PKCS#11 module /nowhere.so: "],
    );
}

#[test]
fn two_keys_of_one_token_sign_one_entry() {
    let stage = Stage::new();
    let Some(tokens) = Tokens::new(&stage) else {
        return;
    };
    stage.write("disk.dd", "text");
    tokens.token("T");
    tokens.key("T", "01", "mine");
    tokens.key("T", "02", "witness");
    for (name, object) in [("anna", "mine"), ("W", "witness")] {
        tokens.must(&[
            "key",
            "new",
            "--name",
            name,
            "--pkcs11",
            tokens.module(),
            "--object",
            object,
        ]);
    }
    let shown = tokens.must(&["key", "show", "W", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    let key = json["keys"][0]["id"].as_str().unwrap();
    stage.write(
        "sheet.toml",
        format!("[[witnesses]]\nname = \"W\"\nkey = \"{key}\"\n"),
    );
    tokens.must(&["seal", "disk.dd", "--key", "anna", "--sheet", "sheet.toml"]);
    assert_eq!(stage.verify("anna", &["disk.dd"]).exit, 0);
}
