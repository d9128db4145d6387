//! Keys in an ssh-agent: a real one, one that goes away, one that refuses, one that lies.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use custody::evidence::key_file::SecretKey;
use custody::record::key::Signer;

use crate::by_hand::{by_hand, has_tools};
use crate::stage::{Outcome, Stage, has_tool};

/// A real agent with a socket of its own. It ends with the test.
pub struct Agent {
    process: Child,
    pub socket: PathBuf,
}

impl Agent {
    /// Starts one; `asking` answers its questions.
    pub fn start(stage: &Stage, name: &str, asking: &str) -> Self {
        let socket = stage.path(name);
        let process = Command::new("ssh-agent")
            .args(["-D", "-a"])
            .arg(&socket)
            .env("SSH_ASKPASS", asking)
            .env("SSH_ASKPASS_REQUIRE", "force")
            .env("DISPLAY", ":none")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        for _ in 0..200 {
            if UnixStream::connect(&socket).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { process, socket }
    }

    /// What `ssh-add` does to it.
    pub fn add(&self, arguments: &[&str]) {
        let added = Command::new("ssh-add")
            .args(arguments)
            .env("SSH_AUTH_SOCK", &self.socket)
            .env("SSH_ASKPASS_REQUIRE", "force")
            .env("SSH_ASKPASS", self.socket.with_file_name("ask"))
            .env("DISPLAY", ":none")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(added.status.success(), "ssh-add {arguments:?}: {added:?}");
    }

    fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_file(&self.socket);
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.kill();
    }
}

pub fn has_ssh() -> bool {
    ["ssh-agent", "ssh-add", "ssh-keygen"]
        .iter()
        .all(|tool| has_tool(tool))
}

/// A key file of ssh, and the fingerprint that `ssh-add -l` prints.
pub fn ssh_key(stage: &Stage, name: &str, kind: &[&str]) -> (String, String) {
    let path = stage.path(name);
    let made = Command::new("ssh-keygen")
        .args(["-q", "-N", "", "-C", &format!("key of {name}"), "-f"])
        .arg(&path)
        .args(kind)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let shown = Command::new("ssh-keygen")
        .arg("-lf")
        .arg(&path)
        .output()
        .unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    let fingerprint = shown.split(' ').nth(1).unwrap().to_owned();
    (path.to_str().unwrap().to_owned(), fingerprint)
}

pub const ED25519: [&str; 2] = ["-t", "ed25519"];

/// The program as one of the people runs it, with this agent.
fn run(stage: &Stage, person: &str, socket: &Path, arguments: &[&str]) -> Outcome {
    let mut command = stage.command(person, arguments);
    Outcome::of(&command.env("SSH_AUTH_SOCK", socket).output().unwrap())
}

fn must(stage: &Stage, person: &str, socket: &Path, arguments: &[&str]) -> Outcome {
    let outcome = run(stage, person, socket, arguments);
    assert_eq!(outcome.exit, 0, "{arguments:?}\n{}", outcome.all());
    outcome
}

/// The program ends with 2 and says these words; the bundle is not there, or as it was.
fn refuses(stage: &Stage, socket: &Path, arguments: &[&str], words: &[&str]) {
    let bundle = || std::fs::read(stage.path("disk.dd.custody.json")).ok();
    let before = bundle();
    let outcome = run(stage, "anna", socket, arguments);
    assert_eq!(outcome.exit, 2, "{arguments:?}\n{}", outcome.all());
    for words in words {
        assert!(
            outcome.stderr.contains(words),
            "{words}: {}",
            outcome.stderr
        );
    }
    assert_eq!(outcome.stdout, "");
    assert!(bundle() == before, "{arguments:?}");
    let left = std::fs::read_dir(stage.path(".")).unwrap();
    let left = left.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with(".custody-")
    });
    assert_eq!(left.count(), 0, "{arguments:?}");
}

const NEW: [&str; 6] = ["key", "new", "--name", "anna", "--role", "tester"];

#[test]
fn a_key_in_an_agent_signs_everything() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::new();
    stage.write("disk.dd", vec![1; 2_100_000]);
    let agent = Agent::start(&stage, "agent", "false");
    let socket = agent.socket.as_path();
    let (annas, _) = ssh_key(&stage, "annas", &ED25519);
    let (boriss, fingerprint) = ssh_key(&stage, "boriss", &ED25519);
    let (rsa, _) = ssh_key(&stage, "rsa", &["-t", "rsa", "-b", "2048"]);
    agent.add(&[&rsa, &annas]);
    must(
        &stage,
        "anna",
        socket,
        &[&NEW[..], &["--ssh-agent"]].concat(),
    );
    agent.add(&[&boriss]);
    let boris = ["key", "new", "--name", "boris", "--ssh-agent", &fingerprint];
    must(&stage, "boris", socket, &boris);
    for person in ["anna", "boris"] {
        must(&stage, person, socket, &["key", "export", "-o", person]);
        assert!(
            !stage
                .path(&format!("home-{person}/identities/{person}.pem"))
                .exists()
        );
    }
    must(&stage, "anna", socket, &["key", "import", "boris"]);
    must(&stage, "boris", socket, &["key", "import", "anna"]);
    must(&stage, "anna", socket, &["seal", "disk.dd", "--case", "1"]);
    let release = ["release", "disk.dd", "--to", "boris", "--reason", "x"];
    must(&stage, "anna", socket, &release);
    must(&stage, "boris", socket, &["receive", "disk.dd"]);
    must(
        &stage,
        "boris",
        socket,
        &["record", "disk.dd", "examine", "disk.dd", "--reason", "x"],
    );
    let report = stage.verify("anna", &["disk.dd"]);
    assert_eq!((report.exit, report.codes()), (0, vec![]));
    if has_tools() {
        let checked = by_hand(
            &stage.path("disk.dd.custody.json"),
            Some(&stage.path("disk.dd")),
        );
        assert_eq!(checked.exit, 0, "{}", checked.all());
    }
    let shown = must(&stage, "anna", socket, &["key", "show"]);
    assert!(
        shown.stdout.contains("where   an ssh-agent has it"),
        "{}",
        shown.stdout
    );
    let json = must(&stage, "anna", socket, &["key", "list", "--json"]);
    assert!(
        json.stdout.contains("\"privateHalf\": \"ssh-agent\""),
        "{}",
        json.stdout
    );
    refuses(
        &stage,
        socket,
        &["key", "passphrase"],
        &["not in a file here", "ssh-keygen -p"],
    );
}

#[test]
fn a_witness_signs_with_a_key_in_an_agent() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::new();
    stage.write("disk.dd", "text");
    let agent = Agent::start(&stage, "agent", "false");
    let socket = agent.socket.as_path();
    agent.add(&[&ssh_key(&stage, "key", &ED25519).0]);
    stage.person("anna");
    must(
        &stage,
        "anna",
        socket,
        &["key", "new", "--name", "W", "--ssh-agent"],
    );
    let shown = must(&stage, "anna", socket, &["key", "show", "W", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    let key = json["keys"][0]["id"].as_str().unwrap();
    stage.write(
        "sheet.toml",
        format!("[[witnesses]]\nname = \"W\"\nkey = \"{key}\"\n"),
    );
    let seal = ["seal", "disk.dd", "--key", "anna", "--sheet", "sheet.toml"];
    agent.add(&["-D"]);
    refuses(
        &stage,
        socket,
        &seal,
        &["does not hold the key", "ssh-add FILE"],
    );
    agent.add(&[stage.path("key").to_str().unwrap()]);
    must(&stage, "anna", socket, &seal);
    assert_eq!(stage.verify("anna", &["disk.dd"]).exit, 0);
}

#[test]
fn which_key_is_meant_must_be_clear() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::new();
    let agent = Agent::start(&stage, "agent", "false");
    let socket = agent.socket.as_path();
    let new = |more: &'static str| {
        [
            &NEW[..],
            &["--ssh-agent"],
            &[more][..usize::from(!more.is_empty())],
        ]
        .concat()
    };
    refuses(
        &stage,
        socket,
        &new(""),
        &["the ssh-agent shows no key", "ssh-add FILE"],
    );
    agent.add(&[&ssh_key(&stage, "rsa", &["-t", "rsa", "-b", "2048"]).0]);
    refuses(
        &stage,
        socket,
        &new(""),
        &[
            "no plain Ed25519 key",
            "only ssh-rsa",
            "ssh-keygen -t ed25519",
        ],
    );
    let (one, other) = (
        ssh_key(&stage, "one", &ED25519),
        ssh_key(&stage, "other", &ED25519),
    );
    agent.add(&[&one.0, &other.0]);
    refuses(
        &stage,
        socket,
        &new(""),
        &[
            "holds 2 Ed25519 keys: ",
            &one.1,
            "(key of other)",
            "--ssh-agent SHA256:",
        ],
    );
    refuses(
        &stage,
        socket,
        &new("nobody's"),
        &["holds no key called nobody's"],
    );
    refuses(&stage, socket, &new("key of rsa"), &["only ssh-rsa"]);
    must(&stage, "anna", socket, &new("key of other"));
    refuses(
        &stage,
        socket,
        &new("key of other"),
        &["is that of your identity anna already"],
    );
    let second = ["key", "new", "--name", "second", "--ssh-agent", &one.1];
    must(&stage, "anna", socket, &second);
    let none = stage
        .command("anna", &["key", "new", "--ssh-agent"])
        .env_remove("SSH_AUTH_SOCK")
        .output()
        .unwrap();
    let none = Outcome::of(&none);
    assert_eq!(none.exit, 2);
    assert!(
        none.stderr.contains("SSH_AUTH_SOCK is not set"),
        "{}",
        none.stderr
    );
    let both = run(
        &stage,
        "anna",
        socket,
        &[&new("")[..], &["--no-passphrase"]].concat(),
    );
    assert_eq!(both.exit, 2);
}

#[test]
fn a_key_that_is_gone_is_noticed_before_anything_is_read() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::new();
    stage.write("disk.dd", vec![1; 100_000]);
    stage.write("ask", "#!/bin/sh\necho secret\n");
    std::fs::set_permissions(stage.path("ask"), PermissionsExt::from_mode(0o755)).unwrap();
    let mut agent = Agent::start(&stage, "agent", "false");
    let socket = agent.socket.clone();
    let (key, _) = ssh_key(&stage, "key", &ED25519);
    agent.add(&[&key]);
    must(
        &stage,
        "anna",
        &socket,
        &[&NEW[..], &["--ssh-agent"]].concat(),
    );
    let seal = ["seal", "disk.dd"];
    agent.add(&["-x"]);
    refuses(
        &stage,
        &socket,
        &seal,
        &["shows no key at all", "ssh-add -X"],
    );
    agent.add(&["-X"]);
    agent.add(&["-d", &key]);
    agent.add(&[&ssh_key(&stage, "other", &ED25519).0]);
    refuses(
        &stage,
        &socket,
        &seal,
        &["does not hold the key", "ssh-add FILE"],
    );
    agent.add(&[&key]);
    must(&stage, "anna", &socket, &seal);
    agent.kill();
    let examine = ["record", "disk.dd", "examine", "disk.dd", "--reason", "x"];
    refuses(
        &stage,
        &socket,
        &examine,
        &["asking the ssh-agent at", "type the same again"],
    );
}

#[test]
fn an_agent_that_asks_and_is_told_no_signs_nothing() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::new();
    stage.write("disk.dd", "text");
    let agent = Agent::start(&stage, "agent", "false");
    let socket = agent.socket.as_path();
    let (key, _) = ssh_key(&stage, "key", &ED25519);
    agent.add(&["-c", &key]);
    let new = [&NEW[..], &["--ssh-agent"]].concat();
    refuses(
        &stage,
        socket,
        &new,
        &["trying the key: ", "refused to sign"],
    );
    assert!(!stage.path("home-anna/identities").exists());
    agent.add(&["-d", &key]);
    agent.add(&[&key]);
    must(&stage, "anna", socket, &new);
    agent.add(&["-d", &key]);
    agent.add(&["-c", &key]);
    refuses(
        &stage,
        socket,
        &["seal", "disk.dd"],
        &[
            "nothing was signed: ",
            "refused to sign",
            "type the same again",
        ],
    );
}

#[test]
fn an_agent_that_goes_while_evidence_is_read_leaves_nothing() {
    if !has_ssh() {
        return;
    }
    let stage = Stage::new();
    stage.write("disk.dd", "text");
    let mut agent = Agent::start(&stage, "agent", "false");
    agent.add(&[&ssh_key(&stage, "key", &ED25519).0]);
    must(
        &stage,
        "anna",
        &agent.socket,
        &[&NEW[..], &["--ssh-agent"]].concat(),
    );
    // Between the program and the agent stands one who passes the first request on, and then ends the agent.
    let between = stage.path("between");
    let listener = UnixListener::bind(&between).unwrap();
    let passing = std::thread::spawn(move || {
        let (mut program, _) = listener.accept().unwrap();
        let mut request = [0; 5];
        program.read_exact(&mut request).unwrap();
        let mut real = UnixStream::connect(&agent.socket).unwrap();
        real.write_all(&request).unwrap();
        let mut length = [0; 4];
        real.read_exact(&mut length).unwrap();
        let mut answer = vec![0; u32::from_be_bytes(length) as usize];
        real.read_exact(&mut answer).unwrap();
        agent.kill();
        program.write_all(&[&length[..], &answer].concat()).unwrap();
    });
    refuses(
        &stage,
        &between,
        &["seal", "disk.dd"],
        &[
            "nothing was signed: ",
            "asking the ssh-agent at",
            "type the same again",
        ],
    );
    passing.join().unwrap();
}

/// How an agent that is none behaves when it is to sign.
#[derive(Clone, Copy, Debug)]
enum Lie {
    None,
    AnotherText,
    AnotherKey,
    Garbage,
    GiantLength,
    HangUp,
    Fido,
}

fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

/// The text that is to be signed: what comes after the key in the request.
fn text_of(request: &[u8]) -> &[u8] {
    let length = |at: usize| u32::from_be_bytes(request[at..at + 4].try_into().unwrap()) as usize;
    let at = 1 + 4 + length(1);
    &request[at + 4..at + 4 + length(at)]
}

/// Listens at a socket and lies, until the test ends.
fn liar(stage: &Stage, name: &str, lie: Lie) -> PathBuf {
    let socket = stage.path(name);
    let listener = UnixListener::bind(&socket).unwrap();
    std::thread::spawn(move || {
        let (own, other) = (
            SecretKey::from_seed(&[1; 32]),
            SecretKey::from_seed(&[2; 32]),
        );
        let kind = match lie {
            Lie::Fido => "sk-ssh-ed25519@openssh.com",
            _ => "ssh-ed25519",
        };
        let blob = [
            string(kind.as_bytes()),
            string(&own.public_key().to_bytes()),
        ]
        .concat();
        while let Ok((mut program, _)) = listener.accept() {
            let mut length = [0; 4];
            if program.read_exact(&mut length).is_err() {
                continue;
            }
            let mut request = vec![0; u32::from_be_bytes(length) as usize];
            program.read_exact(&mut request).unwrap();
            let signed = |signature: [u8; 64]| {
                let signature = [string(b"ssh-ed25519"), string(&signature)].concat();
                string(&[&[14], &string(&signature)[..]].concat())
            };
            let answer = match (request[0], lie) {
                (11, _) => {
                    string(&[b"\x0c\x00\x00\x00\x01", &string(&blob)[..], &string(b"x")].concat())
                }
                (_, Lie::None) => signed(own.sign(text_of(&request)).unwrap()),
                (_, Lie::AnotherText) => signed(own.sign(b"another text").unwrap()),
                (_, Lie::AnotherKey) => signed(other.sign(text_of(&request)).unwrap()),
                (_, Lie::Garbage) => string(b"\x0e\x00\x00\x00\x09garbage"),
                (_, Lie::GiantLength) => b"\xff\xff\xff\xff\x0e".to_vec(),
                (_, Lie::HangUp | Lie::Fido) => Vec::new(),
            };
            program.write_all(&answer).unwrap();
        }
    });
    socket
}

#[test]
fn an_agent_that_lies_signs_nothing() {
    let stage = Stage::new();
    stage.write("disk.dd", "text");
    let honest = liar(&stage, "honest", Lie::None);
    must(
        &stage,
        "anna",
        &honest,
        &[&NEW[..], &["--ssh-agent"]].concat(),
    );
    let all = [
        (Lie::AnotherText, "was thrown away"),
        (Lie::AnotherKey, "was thrown away"),
        (Lie::Garbage, "is no answer of an ssh-agent"),
        (Lie::GiantLength, "is no answer of an ssh-agent"),
        (Lie::HangUp, "closed the connection"),
    ];
    for (lie, words) in all {
        let liar = liar(&stage, &format!("{lie:?}"), lie);
        let words = ["nothing was signed: ", words];
        refuses(&stage, &liar, &["seal", "disk.dd"], &words);
    }
    must(&stage, "anna", &honest, &["seal", "disk.dd"]);
    for (lie, words) in all {
        let liar = stage.path(&format!("{lie:?}"));
        let words = ["nothing was signed: ", words];
        refuses(
            &stage,
            &liar,
            &["record", "disk.dd", "store", "--reason", "x"],
            &words,
        );
        let new = ["key", "new", "--name", "bert", "--ssh-agent"];
        let outcome = run(&stage, "bert", &liar, &new);
        assert_eq!(outcome.exit, 2, "{}", outcome.all());
        assert!(
            outcome.stderr.contains("trying the key: "),
            "{}",
            outcome.stderr
        );
        assert!(!stage.path("home-bert").exists());
    }
    let fido = liar(&stage, "fido", Lie::Fido);
    refuses(
        &stage,
        &fido,
        &[&NEW[..], &["--ssh-agent"]].concat(),
        &["only sk-ssh-ed25519@openssh.com", "FIDO token"],
    );
    assert_eq!(stage.verify("anna", &["disk.dd"]).exit, 0);
}

#[test]
fn an_entry_that_no_agent_takes_is_refused() {
    let stage = Stage::new();
    stage.write("disk.dd", "text");
    let honest = liar(&stage, "honest", Lie::None);
    must(
        &stage,
        "anna",
        &honest,
        &[&NEW[..], &["--ssh-agent"]].concat(),
    );
    must(&stage, "anna", &honest, &["seal", "disk.dd"]);
    let witness = format!("[[witnesses]]\nname = \"{}\"\n", "n".repeat(4_000));
    stage.write("sheet.toml", witness.repeat(80));
    refuses(
        &stage,
        &honest,
        &[
            "record",
            "disk.dd",
            "store",
            "--reason",
            "x",
            "--sheet",
            "sheet.toml",
        ],
        &["takes no message of more than 262144"],
    );
}
