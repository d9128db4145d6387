//! One's own identities: which one signs, what is warned of, what a build without tokens says.

use crate::stage::Stage;

#[test]
fn the_default_identity_is_chosen_by_a_command() {
    let stage = Stage::new();
    stage.write("note", "text");
    for name in ["one", "two"] {
        stage.must("a", &["key", "new", "--name", name, "--no-passphrase"]);
    }
    let unclear = stage.run("a", &["seal", "note"]);
    assert_eq!(unclear.exit, 2);
    assert!(
        unclear.stderr.contains("`custody key default NAME`"),
        "{}",
        unclear.stderr
    );
    let nobody = stage.run("a", &["key", "default", "nobody"]);
    assert_eq!(nobody.exit, 2);
    assert!(
        nobody.stderr.contains("no identity `nobody`"),
        "{}",
        nobody.stderr
    );
    let chosen = stage.must("a", &["key", "default", "two"]);
    assert!(
        chosen.stderr.contains("two signs from now on"),
        "{}",
        chosen.stderr
    );
    let list = stage.must("a", &["key", "list"]).stdout;
    assert!(list.contains("one (your own)\n"), "{list}");
    assert!(list.contains("two (your own, the default)\n"), "{list}");
    let sealed = stage.must("a", &["seal", "note"]);
    assert!(
        sealed.stdout.contains("by          two"),
        "{}",
        sealed.stdout
    );
}

#[test]
fn a_warning_about_a_key_is_given_to_whoever_wants_no_talk() {
    let stage = Stage::new();
    stage.write("note", "text");
    let sealed = stage.must("a", &["seal", "note", "--quiet"]);
    assert!(
        sealed
            .stderr
            .starts_with("warning: this key has no passphrase"),
        "{}",
        sealed.stderr
    );
    assert_eq!(sealed.stderr.lines().count(), 1, "{}", sealed.stderr);
    let json = stage.must("b", &["seal", "note", "-o", "b", "--quiet", "--json"]);
    assert!(json.stderr.starts_with("warning: "), "{}", json.stderr);
    assert!(json.stdout.starts_with('{'), "{}", json.stdout);
}

#[cfg(not(feature = "pkcs11"))]
#[test]
fn a_build_without_tokens_says_so() {
    let stage = Stage::new();
    let new = stage.run("a", &["key", "new", "--pkcs11", "/m.so"]);
    assert_eq!(new.exit, 2);
    assert!(new.stderr.contains("--features pkcs11"), "{}", new.stderr);
    assert!(!stage.path("home-a").exists());
}
