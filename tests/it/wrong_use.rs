//! Wrong use is answered in one sentence and a hint. No panic, no type name, no backtrace; nothing written.

use std::os::unix::fs::PermissionsExt;

use crate::stage::{Outcome, Stage, has_tool, skipped};

/// One error line, perhaps a hint, and no words of machines.
fn answered(outcome: &Outcome, phrase: &str) {
    assert_eq!(outcome.exit, 2, "{}", outcome.all());
    assert!(
        outcome.stderr.contains(phrase),
        "no `{phrase}` in: {}",
        outcome.stderr
    );
    assert_eq!(outcome.stdout, "");
    let errors: Vec<&str> = outcome
        .stderr
        .lines()
        .filter(|line| line.starts_with("error: "))
        .collect();
    assert_eq!(errors.len(), 1, "{}", outcome.stderr);
    assert!(!errors[0].ends_with('.'), "{}", outcome.stderr);
    for word in [
        "panicked",
        "unwrap",
        "Error {",
        "Err(",
        "Some(",
        "backtrace",
        "os error",
        "src/",
        "::",
    ] {
        assert!(
            !outcome.stderr.contains(word),
            "`{word}` in: {}",
            outcome.stderr
        );
    }
}

#[test]
fn no_page_is_written_into_the_evidence() {
    let stage = Stage::new();
    stage.write("E/deep/a.txt", "a");
    stage.write("b.txt", "b");
    stage.must("a", &["seal", "E"]);
    stage.must("a", &["seal", "E", "b.txt", "-o", "both.custody.json"]);
    stage.must("a", &["seal", "b.txt"]);
    std::os::unix::fs::symlink("E/deep", stage.path("way")).unwrap();
    for page in ["E/p.html", "E/deep/p.html", "way/p.html", "./E/../E/p.html"] {
        for command in [
            &["summary", "E", "-o", page][..],
            &["summary", "E", "--json", "-o", page],
            &["summary", "E.custody.json", "E", "-o", page],
            &["card", "E", "-o", page],
            &["card", "E", "--format", "html", "-o", page],
            &["verify", "E", "--report", page],
            &["verify", "E", "--record-only", "--report", page],
            &["verify", "both.custody.json", "E", "--report", page],
        ] {
            let refused = stage.run("a", command);
            let said = refused.all();
            assert!(
                refused.exit == 2 && said.contains("would be inside the evidence"),
                "{command:?}: {said}"
            );
        }
    }
    // Another folder of the same content counts as well, and the sealed one as ever.
    assert!(
        std::process::Command::new("cp")
            .arg("-a")
            .args([stage.path("E"), stage.path("F")])
            .status()
            .unwrap()
            .success()
    );
    for page in ["F/p.html", "E/p.html"] {
        answered(
            &stage.run("a", &["summary", "E.custody.json", "F", "-o", page]),
            "inside the evidence",
        );
    }
    assert_eq!(stage.verify("a", &["E"]).codes(), Vec::<&str>::new());
    // Beside it there is room.
    for command in [
        &["summary", "E", "-o", "p.html"][..],
        &["card", "E", "-o", "c.txt"],
        &["verify", "E", "--report", "r.json"],
        &["summary", "b.txt", "-o", "b.html"],
    ] {
        stage.must("a", command);
    }
}

#[test]
fn things_that_are_not_there_or_not_bundles() {
    let stage = Stage::new();
    stage.write("plain.txt", "plain");
    stage.write("list.json", "[1, 2]");
    stage.write("empty", "");
    stage.write(
        "twice.custody.json",
        "{\n  \"about\": {\"format\": 1,\n    \"format\": 2}}",
    );
    stage.write(
        "other.custody.json",
        "{\"about\": {\"format\": \"custody-bundle/v2\"}}",
    );
    answered(
        &stage.run("a", &["seal", "nowhere"]),
        "looking at nowhere: there is no such file",
    );
    answered(
        &stage.run("a", &["verify", "nowhere"]),
        "reading the bundle nowhere: there is no such file",
    );
    answered(
        &stage.run("a", &["verify", "nowhere"]),
        "hint: neither nowhere is there, nor a bundle nowhere.custody.json",
    );
    answered(
        &stage.run("a", &["log", "nowhere.custody.json"]),
        "hint: looked for the bundle of this very name",
    );
    answered(
        &stage.run("a", &["verify", "plain.txt"]),
        "reading the bundle plain.txt: line 1, column 1:",
    );
    answered(
        &stage.run("a", &["verify", "list.json"]),
        "an object must stand here",
    );
    answered(&stage.run("a", &["log", "empty"]), "but the text ends");
    answered(
        &stage.run("a", &["verify", "twice.custody.json"]),
        "line 3, column 5: the field `format` stands twice in its object",
    );
    answered(
        &stage.run("a", &["verify", "other.custody.json"]),
        "another version",
    );
    answered(&stage.run("a", &["log", "."]), "it is no regular file");
    answered(
        &stage.run("a", &["verify", "/dev/zero"]),
        "it is no regular file",
    );
    answered(
        &stage.run("a", &["seal", "/dev/zero"]),
        "is a character device",
    );
    std::fs::create_dir(stage.path("hollow")).unwrap();
    answered(
        &stage.run("a", &["seal", "hollow"]),
        "there is nothing to seal",
    );
    std::os::unix::fs::symlink("plain.txt", stage.path("link")).unwrap();
    let link = stage.run("a", &["seal", "link"]);
    answered(&link, "is a symbolic link");
    assert!(
        link.stderr.contains("hint: name what it points at: "),
        "{}",
        link.stderr
    );
    answered(
        &stage.run(
            "a",
            &["seal", "plain.txt", "-o", "no/such/folder/x.custody.json"],
        ),
        "writing the bundle",
    );
}

#[test]
fn keys_that_cannot_be_used() {
    let stage = Stage::new();
    stage.write("e", "e");
    stage.person("anna");
    let key = stage.path("home-anna/identities/anna.pem");
    let mode =
        |bits| std::fs::set_permissions(&key, std::fs::Permissions::from_mode(bits)).unwrap();
    mode(0o644);
    let open = stage.run("anna", &["seal", "e"]);
    answered(&open, "anna.pem");
    assert!(open.stderr.contains("hint: chmod 600"), "{}", open.stderr);
    mode(0o600);
    stage.write("right", "correct horse\n");
    stage.write("wrong", "battery staple\n");
    let with = |variable: &str, file: &str, arguments: &[&str]| {
        let output = stage
            .command("anna", arguments)
            .env(variable, stage.path(file))
            .output()
            .unwrap();
        Outcome::of(&output)
    };
    assert_eq!(
        with(
            "CUSTODY_NEW_PASSPHRASE_FILE",
            "right",
            &["key", "passphrase"]
        )
        .exit,
        0
    );
    answered(
        &stage.run("anna", &["seal", "e"]),
        "there is no terminal to ask for it",
    );
    answered(
        &with("CUSTODY_PASSPHRASE_FILE", "wrong", &["seal", "e"]),
        "passphrase",
    );
    answered(
        &with("CUSTODY_PASSPHRASE_FILE", "nowhere", &["seal", "e"]),
        "reading the passphrase from",
    );
    assert!(
        !stage.path("e.custody.json").exists(),
        "nothing was written"
    );
    assert_eq!(
        with("CUSTODY_PASSPHRASE_FILE", "right", &["seal", "e"]).exit,
        0
    );
    std::fs::write(
        &key,
        "-----BEGIN PRIVATE KEY-----\nbm8=\n-----END PRIVATE KEY-----\n",
    )
    .unwrap();
    answered(&stage.run("anna", &["seal", "e", "-o", "x"]), "anna.pem");
    answered(
        &stage.run("anna", &["seal", "e", "-o", "x", "--key", "nobody"]),
        "nobody",
    );
    answered(
        &stage.run("new", &["release", "e", "--to", "nobody", "--reason", "x"]),
        "no identity file and no imported identity nobody",
    );
    answered(
        &stage.run("new", &["key", "import", "e"]),
        "reading the identity file e",
    );
}

#[test]
fn people_who_may_not() {
    let stage = Stage::new();
    stage.people(&["anna", "boris", "clara"]);
    stage.write("e", "e");
    stage.must("anna", &["seal", "e"]);
    let to = |who: &'static str| ["release", "e", "--reason", "x", "--to", who];
    answered(
        &stage.run("boris", &to("clara.identity.json")),
        "release is for the holder to sign: as recorded, that is anna",
    );
    answered(
        &stage.run("boris", &["receive", "e"]),
        "nothing was released",
    );
    answered(
        &stage.run("anna", &to("anna.identity.json")),
        "it is the same key",
    );
    stage.must("anna", &to("boris.identity.json"));
    answered(
        &stage.run("clara", &["receive", "e"]),
        "the exhibit was released to boris",
    );
    answered(
        &stage.run("anna", &to("clara.identity.json")),
        "is in transit from anna",
    );
    answered(
        &stage.run("nobody", &["receive", "e"]),
        "no identity to sign with",
    );
    stage.flip("e.custody.json", 1000);
    let broken = stage.run("boris", &["receive", "e"]);
    assert_eq!(broken.exit, 2, "{}", broken.stderr);
}

#[test]
fn words_that_are_not_understood() {
    let stage = Stage::new();
    for arguments in [
        &["sea"][..],
        &["seal"],
        &["verify"],
        &["verify", "x", "--trust"],
        &["record", "x", "steal", "--reason", "y"],
        &["summary", "x", "--lang", "xx"],
    ] {
        let outcome = stage.run("a", arguments);
        assert_eq!(outcome.exit, 2, "{arguments:?}");
        assert!(outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
        let json = stage.run("a", &[arguments, &["--json"]].concat());
        let document: serde_json::Value = serde_json::from_str(&json.stdout)
            .unwrap_or_else(|_| panic!("{arguments:?}: {}", json.all()));
        assert_eq!(
            (&document["format"], &document["exit"]),
            (&"custody-error/v1".into(), &2.into())
        );
    }
    stage.write("e", "e");
    stage.must("a", &["seal", "e"]);
    answered(
        &stage.run("a", &["verify", "e", "--trust", "abc"]),
        "--trust abc: must be 64 lower-case hex digits",
    );
    answered(
        &stage.run("a", &["verify", "e", "--expect-head", "abc"]),
        "--expect-head abc",
    );
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["seal", "--help"],
        &["man"],
        &["completions", "bash"],
        &["key", "list"],
    ] {
        assert_eq!(stage.run("a", arguments).exit, 0, "{arguments:?}");
    }
    let page = stage.must("a", &["man"]).stdout;
    assert!(
        page.contains("custody\\-seal") || page.contains("custody-seal"),
        "the manual page has the commands"
    );
}

#[test]
fn files_that_cannot_be_read_are_named_and_nothing_is_written() {
    let stage = Stage::new();
    for name in ["E/a", "E/b/c", "E/d"] {
        stage.write(name, name);
    }
    let as_nobody = |arguments: &[&str]| {
        // Root reads everything: the program runs as another user, who has a home on the stage.
        let mut command = std::process::Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(env!("CARGO_BIN_EXE_custody"))
            .args(arguments);
        command
            .current_dir(stage.path("."))
            .env("CUSTODY_HOME", stage.path("home-nobody"))
            .stdin(std::process::Stdio::null());
        Outcome::of(&command.output().unwrap())
    };
    if !rustix::process::geteuid().is_root() || !has_tool("setpriv") {
        return skipped("needs root and setpriv to run as another user");
    }
    let mode = |name: &str, bits| {
        std::fs::set_permissions(stage.path(name), std::fs::Permissions::from_mode(bits)).unwrap()
    };
    mode(".", 0o777);
    if as_nobody(&["--version"]).exit != 0 {
        return skipped("another user cannot run the program where it was built");
    }
    mode("E/a", 0o000);
    mode("E/b", 0o000);
    let refused = as_nobody(&["seal", "E"]);
    answered_with_setup(
        &refused,
        "2 files could not be read: a (permission denied), b (permission denied)",
    );
    assert!(
        !stage.path("E.custody.json").exists(),
        "nothing was written"
    );
    let allowed = as_nobody(&["seal", "E", "--allow-unread"]);
    assert_eq!(allowed.exit, 3, "{}", allowed.stderr);
    assert!(
        allowed.stdout.contains("NOT READ: 2 entries"),
        "{}",
        allowed.stdout
    );
    let report: serde_json::Value =
        serde_json::from_str(&as_nobody(&["verify", "--json", "E"]).stdout).unwrap();
    assert_eq!(
        (&report["exit"], &report["result"]),
        (&3.into(), &"COULD NOT BE CHECKED".into())
    );
    // What was sealed as unreadable stays open, even when it can be read later.
    mode("E/a", 0o644);
    let report: serde_json::Value =
        serde_json::from_str(&as_nobody(&["verify", "--json", "E"]).stdout).unwrap();
    assert_eq!(report["exit"], 3);
    mode("E/b", 0o755);
    let report: serde_json::Value =
        serde_json::from_str(&as_nobody(&["verify", "--json", "E"]).stdout).unwrap();
    assert_eq!(
        report["exit"], 3,
        "what was in an unread folder is not extra"
    );
    assert_eq!(
        as_nobody(&["seal", "E", "-o", "whole.custody.json"]).exit,
        0
    );
    mode("E/b", 0o000);
    let report: serde_json::Value =
        serde_json::from_str(&as_nobody(&["verify", "--json", "whole.custody.json", "E"]).stdout)
            .unwrap();
    let codes: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        ["unreadable", "unreadable"],
        "what is in a folder that cannot be read is not missing"
    );
    mode("E/b", 0o755);
}

/// As [`answered`], for a first run, which also tells of the identity it made.
fn answered_with_setup(outcome: &Outcome, phrase: &str) {
    assert_eq!(outcome.exit, 2, "{}", outcome.all());
    assert!(
        outcome.stderr.contains(phrase),
        "no `{phrase}` in: {}",
        outcome.stderr
    );
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let stage = Stage::new();
    let small = stage.path("small");
    std::fs::create_dir(&small).unwrap();
    let mount = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
        .arg(&small)
        .output();
    if !mount.is_ok_and(|mount| mount.status.success()) {
        return skipped("a small file system cannot be mounted here");
    }
    for number in 0..400 {
        stage.write(&format!("E/{number}"), "x");
    }
    let full = stage.run("a", &["seal", "E", "-o", "small/E.custody.json"]);
    let left: Vec<_> = std::fs::read_dir(&small).unwrap().collect();
    let unmounted = std::process::Command::new("umount")
        .arg(&small)
        .status()
        .unwrap();
    assert!(unmounted.success());
    assert!(
        full.stderr
            .contains("writing the bundle small/E.custody.json: the disk is full"),
        "{}",
        full.stderr
    );
    assert_eq!((full.exit, left.len()), (2, 0), "{left:?}");
}

#[test]
fn a_file_that_changes_while_it_is_read_is_not_sealed() {
    let stage = Stage::new();
    stage.write("E/log", vec![0; 64 << 20]);
    let path = stage.path("E/log");
    let stop = std::sync::atomic::AtomicBool::new(false);
    let outcome = std::thread::scope(|scope| {
        scope.spawn(|| {
            use std::io::Write;
            let mut file = std::fs::File::options().append(true).open(&path).unwrap();
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                file.write_all(b"x").unwrap();
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
        });
        let outcome = stage.run("a", &["seal", "E"]);
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        outcome
    });
    answered_with_setup(&outcome, "reading log: it changed while it was being read");
    assert!(!stage.path("E.custody.json").exists());
}

#[test]
fn ctrl_c_leaves_nothing_behind() {
    let stage = Stage::new();
    let file = std::fs::File::create(stage.path("disk.dd")).unwrap();
    file.set_len(40 << 30).unwrap();
    stage.person("a");
    let child = stage
        .command("a", &["seal", "disk.dd"])
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    rustix::process::kill_process(
        rustix::process::Pid::from_child(&child),
        rustix::process::Signal::INT,
    )
    .unwrap();
    let outcome = Outcome::of(&child.wait_with_output().unwrap());
    assert_eq!(outcome.exit, 2);
    assert!(
        outcome
            .stderr
            .contains("error: interrupted; nothing was written"),
        "{}",
        outcome.stderr
    );
    let names: Vec<_> = std::fs::read_dir(stage.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        !names
            .iter()
            .any(|name| name.to_string_lossy().contains("custody")),
        "{names:?}"
    );
}
