//! What this program writes can be checked without it: openssl, jq, sha256sum, xxd.

use std::path::Path;
use std::process::Command;

use crate::example;
use crate::stage::{Outcome, Stage, has_tool};

pub fn by_hand(bundle: &Path, evidence: Option<&Path>) -> Outcome {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/verify-by-hand.sh");
    Outcome::of(
        &Command::new("bash")
            .arg(script)
            .arg(bundle)
            .args(evidence)
            .output()
            .unwrap(),
    )
}

/// The script, with a root for the time stamps.
pub fn by_hand_with_root(root: &Path, bundle: &Path) -> Outcome {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/verify-by-hand.sh");
    let mut command = Command::new("bash");
    command.arg(script).arg("--tsa-root").args([root, bundle]);
    Outcome::of(&command.output().unwrap())
}

pub fn has_tools() -> bool {
    ["bash", "openssl", "jq", "sha256sum", "xxd"]
        .iter()
        .all(|tool| has_tool(tool))
}

#[test]
fn a_bundle_of_this_program_checks_and_is_in_file_form() {
    if !has_tools() {
        return;
    }
    let stage = Stage::new();
    stage.people(&["anna", "boris"]);
    stage.write("E/disk.dd", vec![1; 2_100_000]);
    stage.write("E/notes/Übergabe 100%\n\\.txt", "notes");
    stage.write("E/notes/empty.txt", "");
    std::fs::create_dir(stage.path("E/leer")).unwrap();
    std::os::unix::fs::symlink("disk.dd", stage.path("E/latest")).unwrap();
    std::fs::hard_link(stage.path("E/disk.dd"), stage.path("E/same")).unwrap();
    stage.must(
        "anna",
        &[
            "seal",
            "E",
            "--also",
            "md5",
            "--description",
            "quotes \" and \\ and\nlines",
        ],
    );
    stage.must(
        "anna",
        &[
            "release",
            "E",
            "--to",
            "boris.identity.json",
            "--reason",
            "x",
        ],
    );
    stage.must("boris", &["receive", "E"]);
    let bundle = stage.path("E.custody.json");
    let form = Command::new("jq")
        .args(["-S", "."])
        .arg(&bundle)
        .output()
        .unwrap();
    assert_eq!(
        form.stdout,
        std::fs::read(&bundle).unwrap(),
        "jq -S prints the same bytes"
    );
    let checked = by_hand(&bundle, Some(&stage.path("E")));
    assert_eq!(checked.exit, 0, "{}", checked.all());
    stage.flip("E/disk.dd", 2_000_000);
    let checked = by_hand(&bundle, Some(&stage.path("E")));
    assert_eq!(checked.exit, 1, "{}", checked.all());
    assert!(checked.stdout.contains("disk.dd"), "{}", checked.stdout);
}

#[test]
fn the_worked_example_checks_by_hand() {
    if !has_tools() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let folder = example::exh_7(place.path());
    let disk = example::disk_dd(place.path());
    for (name, evidence) in [
        ("EXH-7.custody.json", folder),
        ("disk.dd.custody.json", disk),
    ] {
        let checked = by_hand(&example::folder().join(name), Some(&evidence));
        assert_eq!(checked.exit, 0, "{name}: {}", checked.all());
    }
}

#[test]
fn the_listing_is_one_that_sha256sum_reads() {
    if !has_tool("sha256sum") {
        return;
    }
    let stage = Stage::new();
    stage.write("E/a b", "x");
    stage.write("E/back\\slash\nline\rreturn", "y");
    stage.must("one", &["seal", "E"]);
    let text = std::fs::read(stage.path("E.custody.json")).unwrap();
    let bundle = custody::record::bundle::Bundle::parse(&text).unwrap();
    let listing = custody::record::listing::Listing::new(
        bundle.listing_salt.as_deref().unwrap(),
        bundle.entries(),
    );
    stage.write("listing", listing.lines().flatten().collect::<Vec<u8>>());
    let sums = Command::new("sha256sum")
        .args(["-c", "--strict", "../listing"])
        .current_dir(stage.path("E"))
        .output()
        .unwrap();
    assert!(
        sums.status.success(),
        "{}",
        String::from_utf8_lossy(&sums.stderr)
    );
}

#[test]
fn time_stamps_check_by_hand() {
    if !has_tools() {
        return;
    }
    let checked = by_hand_with_root(
        &example::folder().join("tsa-ca.pem"),
        &example::folder().join("EXH-7.custody.json"),
    );
    assert_eq!(checked.exit, 0, "{}", checked.all());
    for link in [0, 4] {
        let line = format!("no change found: link {link} existed at 2026-11-22T02:31:55Z");
        assert!(checked.stdout.contains(&line), "{}", checked.all());
    }
    // The script finds in each vector what the program finds, but for the points in which openssl is less strict.
    let less_strict = ["timestamp-invalid.more-behind"];
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/findings");
    let mut judged = 0;
    for vector in std::fs::read_dir(vectors).unwrap() {
        let vector = vector.unwrap().path();
        let name = vector.file_name().unwrap().to_str().unwrap();
        let root = vector.join("tsa-root.pem");
        // openssl judges the dates of the root, too.
        if !root.exists() || less_strict.contains(&name) || name == "none-time-stamp-to-the-second"
        {
            continue;
        }
        let checked = by_hand_with_root(&root, &vector.join("bundle.custody.json"));
        let code = name.split('.').next().unwrap();
        let (exit, phrase) = match code {
            "timestamp-invalid" => (1, "(timestamp-invalid)"),
            "timestamp-untrusted" => (0, "(timestamp-untrusted)"),
            _ => (0, "existed at 2026-11-05T10:00:00Z"),
        };
        assert_eq!(checked.exit, exit, "{name}: {}", checked.all());
        assert!(checked.stdout.contains(phrase), "{name}: {}", checked.all());
        judged += 1;
    }
    assert!(judged > 15, "only {judged} vectors have a root");
}

/// The commands of `docs/format.md`, section 17, for a roster, as one script: the file and its root are its arguments.
fn roster_recipe() -> String {
    let text = include_str!("../../docs/format.md");
    let blocks: Vec<&str> = text
        .split("```sh\n")
        .filter_map(|part| part.split_once("```").map(|(block, _)| block))
        .collect();
    let block = |with: &str| {
        blocks
            .iter()
            .copied()
            .find(|block| block.contains(with))
            .unwrap()
    };
    let words = block("linkhash()")
        .lines()
        .filter(|line| line.contains("() "));
    let words: Vec<&str> = words.collect();
    let check = block("check() {").split("check 0 0").next().unwrap();
    let recipe = block("R=1bd236cd")
        .lines()
        .skip(2)
        .collect::<Vec<_>>()
        .join("\n");
    let pairs =
        ".chain | to_entries[] | .key as $n | .value.signatures | keys[] | \"\\($n) \\(.)\"";
    format!(
        "set -o pipefail\nB=$1 R=$2\njq -S . \"$B\" | cmp - \"$B\"\n{}\n{check}\n{recipe}\n\
         jq -r '{pairs}' \"$B\" | while read -r n s; do check \"$n\" \"$s\"; done\n",
        words.join("\n")
    )
}

#[test]
fn a_roster_checks_by_hand() {
    if !has_tools() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/findings");
    let checked = |name: &str| {
        let folder = vectors.join(name);
        let expect: serde_json::Value =
            serde_json::from_slice(&std::fs::read(folder.join("expect.json")).unwrap()).unwrap();
        let mut command = Command::new("bash");
        command.args(["-c", &roster_recipe(), "recipe"]);
        command.arg(folder.join("roster.json"));
        command.arg(expect["root"].as_str().unwrap());
        Outcome::of(&command.current_dir(place.path()).output().unwrap()).all()
    };
    let faults = ["does not follow", "false", "Failure", "differ", "failure"];
    for name in [
        "none-roster",
        "none-roster-handed-on",
        "none-roster-two-periods",
    ] {
        let all = checked(name);
        assert!(
            !faults.iter().any(|fault| all.contains(fault)),
            "{name}: {all}"
        );
        assert!(
            all.contains("Signature Verified Successfully"),
            "{name}: {all}"
        );
    }
    for (variant, fault) in [
        ("root-of-another", "false"),
        ("root-in-subject", "false"),
        ("too-few", "false"),
        ("not-next", "false"),
        ("by-not-next", "false"),
        ("before-its-turn", "false"),
        ("version-taken-out", "does not follow"),
        ("versions-swapped", "does not follow"),
        ("follows-another", "does not follow"),
        ("signature", "Failure"),
        ("changed", "Failure"),
    ] {
        let all = checked(&format!("roster-invalid.{variant}"));
        assert!(all.contains(fault), "{variant}: {all}");
    }
}
