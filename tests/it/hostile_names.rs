//! Names that lie: they survive seal and verify, and are never printed raw.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::stage::Stage;

const NAMES: [&[u8]; 16] = [
    b"line\nbreak\nNO CHANGE FOUND",
    b"\x1b[2J\x1b[31mred",
    b"\x1b]52;c;ZXZpbA==\x07",
    b"carriage\rreturn",
    b"back\\slash",
    b"latin1-caf\xe9",
    b"\xff\xfe",
    "bidi-\u{202E}gpj.exe".as_bytes(),
    "isolate-\u{2066}x\u{2069}".as_bytes(),
    "zero\u{200B}width".as_bytes(),
    "mark-\u{FEFF}".as_bytes(),
    "caf\u{E9}".as_bytes(),
    "cafe\u{301}".as_bytes(),
    b"100%",
    b"%41",
    b"- -leading",
];

#[test]
fn survive_and_are_never_printed_raw() {
    let stage = Stage::new();
    std::fs::create_dir(stage.path("E")).unwrap();
    for name in NAMES {
        std::fs::write(stage.path("E").join(OsStr::from_bytes(name)), name).unwrap();
    }
    let sealed = stage.must("one", &["seal", "E"]);
    assert!(
        sealed.stderr.contains("some systems cannot tell this name"),
        "{}",
        sealed.stderr
    );
    let report = stage.verify("one", &["E"]);
    assert_eq!((report.exit, report.codes()), (0, vec!["names-alike"]));
    for name in NAMES {
        std::fs::write(stage.path("E").join(OsStr::from_bytes(name)), "changed").unwrap();
        std::fs::write(
            stage
                .path("E")
                .join(OsStr::from_bytes(&[name, b"-extra"].concat())),
            "extra",
        )
        .unwrap();
    }
    for arguments in [
        vec!["verify", "E"],
        vec!["verify", "E", "--json"],
        vec!["log", "E"],
        vec!["summary", "E"],
        vec!["card", "E"],
    ] {
        let outcome = stage.run("one", &arguments);
        let printed = outcome.all();
        assert!(
            !printed.contains("\nNO CHANGE FOUND"),
            "{arguments:?}: a name forged a line"
        );
        let raw = printed
            .chars()
            .find(|&character| character != '\n' && !custody::record::json::is_allowed(character));
        assert_eq!(raw, None, "{arguments:?}");
        for mark in ['\u{200B}', '\u{FEFF}', '\u{202E}', '\u{2066}'] {
            assert!(!printed.contains(mark), "{arguments:?} prints {mark:?}");
        }
    }
    let report = stage.verify("one", &["E"]);
    assert_eq!(
        report
            .codes()
            .iter()
            .filter(|code| **code == "altered")
            .count(),
        NAMES.len()
    );
    assert_eq!(
        report
            .codes()
            .iter()
            .filter(|code| **code == "unexpected")
            .count(),
        NAMES.len()
    );
}

#[test]
fn a_name_on_the_command_line_is_not_printed_raw_either() {
    let stage = Stage::new();
    let name = OsStr::from_bytes(b"no\x1b[31m\nsuch\xff");
    for command in ["seal", "verify", "log", "summary"] {
        let output = stage.command("one", &[command]).arg(name).output().unwrap();
        let printed = crate::stage::Outcome::of(&output);
        assert_eq!(printed.exit, 2);
        assert!(!printed.all().contains('\u{1b}'), "{command}");
        assert_eq!(
            printed
                .stderr
                .lines()
                .filter(|line| line.starts_with("error: "))
                .count(),
            1,
            "{}",
            printed.stderr
        );
    }
}

#[test]
fn texts_of_a_bundle_cannot_forge_a_page() {
    let stage = Stage::new();
    stage.write("note", "text");
    let plain = stage.run("one", &["seal", "note", "--description", "x\u{1b}[2J"]);
    assert_eq!(plain.exit, 2, "a control character is not recorded");
    stage.must(
        "one",
        &[
            "seal",
            "note",
            "--case",
            "1\nNO CHANGE FOUND",
            "--description",
            "left\u{200F}right\nNO CHANGE FOUND since",
        ],
    );
    stage.flip("note", 0);
    for command in ["verify", "summary", "log", "card"] {
        let printed = stage.run("one", &[command, "note"]).stdout;
        assert!(
            !printed
                .lines()
                .any(|line| line.trim_start().starts_with("NO CHANGE FOUND")),
            "{command}: {printed}"
        );
        assert!(!printed.contains('\u{200F}'), "{command}");
    }
}
