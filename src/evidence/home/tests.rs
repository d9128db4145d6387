use super::*;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};

fn home() -> (tempfile::TempDir, Home) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(folder.path().join("config/custody"));
    (folder, home)
}

fn person(name: &str, seed: u8) -> (Identity, SecretKey) {
    let secret = SecretKey::from_seed(&[seed; 32]);
    let identity = Identity {
        name: name.to_owned(),
        agency: "North River Police".to_owned(),
        role: "investigator".to_owned(),
        key: secret.public_key(),
    };
    (identity, secret)
}

fn keep(home: &Home, name: &str, seed: u8) -> Result<()> {
    let (identity, secret) = person("Ines Kaya", seed);
    home.create_identity(name, &identity, &secret, None)
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().mode() & 0o7777
}

#[test]
fn a_name_that_cannot_be_one_is_refused_in_one_line() {
    for bad in ["", ".a", "a/b", "a b", "ä", "a\n", &"a".repeat(65)] {
        let error = Home::at("/x").secret_path(bad).unwrap_err();
        assert!(!error.to_string().contains('\n'));
    }
}

#[test]
fn own_identities_are_kept_whole() {
    let (_folder, home) = home();
    assert!(home.identities().unwrap().is_empty());
    assert!(!home.dir().exists());
    keep(&home, "second", 2).unwrap();
    keep(&home, "first", 1).unwrap();
    let names = home.identities().unwrap();
    let (identity, secret) = person("Ines Kaya", 1);
    assert_eq!(names[0], ("first".to_owned(), identity.clone()));
    assert_eq!(names[1].0, "second");
    assert_eq!(home.identity("first").unwrap(), identity);
    let private = home.secret_path("first").unwrap();
    let loaded = SecretKey::load(&private, None).unwrap();
    assert_eq!(loaded.public_key(), secret.public_key());
    assert_eq!((mode(&private), mode(home.dir())), (0o600, 0o700));
    assert_eq!(mode(&home.identities_dir()), 0o700);

    assert!(keep(&home, "first", 3).is_err());
    assert_eq!(home.identity("first").unwrap(), identity);
    fs::remove_file(&private).unwrap();
    assert!(keep(&home, "first", 3).is_err());
    assert!(!private.exists(), "both or none");
    let error = home.create_identity("third", &person("A", 4).0, &secret, None);
    assert!(matches!(error, Err(HomeError::KeysDiffer(_))));
    let unreadable = person("A\u{202E}B", 1).0;
    let error = home.create_identity("third", &unreadable, &secret, None);
    assert!(matches!(error, Err(HomeError::Unreadable(_))));
    let error = home.identity("third").unwrap_err();
    assert_eq!(error.to_string(), "there is no identity `third` here");
}

#[test]
fn an_identity_may_have_its_key_elsewhere() {
    let (_folder, home) = home();
    keep(&home, "file", 1).unwrap();
    let file = home.secret_path("file").unwrap();
    assert_eq!(home.private_half("file").unwrap(), PrivateHalf::File(file));
    let identity = person("Ines Kaya", 2).0;
    let create = |name: &str| home.create_identity_elsewhere(name, &identity, &PrivateHalf::Agent);
    create("agent").unwrap();
    assert!(create("agent").is_err() && create("a b").is_err());
    assert!(!home.is_free("agent"));
    assert_eq!(home.identity("agent").unwrap(), identity);
    assert_eq!(home.private_half("agent").unwrap(), PrivateHalf::Agent);
    let half = home.identities_dir().join("agent.toml");
    assert_eq!(mode(&half), 0o600);
    // A module that others can name is a program of theirs that runs here.
    fs::set_permissions(&half, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
    let error = home.private_half("agent").unwrap_err().to_string();
    assert!(error.contains("others may read or write it"), "{error}");
    fs::remove_file(&half).unwrap();
    assert!(create("agent").is_err());
    assert!(!half.exists(), "both or none");
    fs::copy(
        home.secret_path("file").unwrap(),
        home.secret_path("agent").unwrap(),
    )
    .unwrap();
    let text = "where = 'cloud'";
    private_file::create(&half, "test", text.as_bytes()).unwrap();
    let error = home.private_half("agent").unwrap_err();
    assert!(matches!(error, HomeError::TwoHalves(_)), "{error}");
    fs::remove_file(home.secret_path("agent").unwrap()).unwrap();
    let error = home.private_half("agent").unwrap_err().to_string();
    assert!(error.contains("agent.toml: line 1, column 9: "), "{error}");
}

#[test]
fn others_are_imported_once() {
    let (_folder, home) = home();
    keep(&home, "own", 1).unwrap();
    let error = home.import(&person("Ines Kaya", 1).0).unwrap_err();
    assert!(error.to_string().contains("your own identity `own`"));
    let import = |name: &str, seed| home.import(&person(name, seed).0).unwrap();
    assert_eq!(import("Lena Orth", 2), ("Lena-Orth".to_owned(), true));
    assert_eq!(import("Lena Orth", 2), ("Lena-Orth".to_owned(), false));
    assert_eq!(import("L. Orth", 2), ("Lena-Orth".to_owned(), false));
    assert_eq!(import("lena orth", 3), ("lena-orth-2".to_owned(), true));
    assert_eq!(import("Lena Orth", 4), ("Lena-Orth-3".to_owned(), true));
    assert_eq!(home.known().unwrap().len(), 3);
    let find = |name: &str| {
        home.find_known(name)
            .map(|found| found.map(|(name, _)| name))
    };
    assert_eq!(find("Lena-Orth-3").unwrap().unwrap(), "Lena-Orth-3");
    assert_eq!(find("lena orth").unwrap().unwrap(), "lena-orth-2");
    assert_eq!(find("Ines Kaya").unwrap(), None);
    let error = find("Lena Orth").unwrap_err().to_string();
    assert!(error.ends_with(": Lena-Orth, Lena-Orth-3"), "{error}");
}

#[test]
fn a_broken_file_is_named() {
    let (_folder, home) = home();
    home.import(&person("Lena Orth", 2).0).unwrap();
    let path = home.known_dir().join("Mori.json");
    let fails = |text: &str, why: &str| {
        fs::write(&path, text).unwrap();
        let error = home.known().unwrap_err().to_string();
        assert!(
            error.contains("known/Mori.json: ") && error.contains(why),
            "{error}"
        );
    };
    fails("{\n  \"a\" 1}", "line 2, column 7: ");
    fails("{}", "line 1, column 1: ");
    fails(
        &" ".repeat(MAX_FILE as usize + 1),
        "more than 1048576 bytes",
    );
    fs::remove_file(&path).unwrap();
    symlink("Lena-Orth.json", &path).unwrap();
    let error = home.known().unwrap_err().to_string();
    assert!(error.ends_with("it is a symbolic link"), "{error}");
    fs::rename(&path, home.known_dir().join("a b.json")).unwrap();
    assert!(matches!(home.known(), Err(HomeError::Stray(_))));
    // What systems and editors leave is not looked at.
    fs::rename(
        home.known_dir().join("a b.json"),
        home.known_dir().join("._a.json"),
    )
    .unwrap();
    fs::write(home.known_dir().join("Lena-Orth.json~"), "").unwrap();
    assert_eq!(home.known().unwrap().len(), 1);
}

#[test]
fn settings_are_read_strictly_and_kept() {
    let (_folder, home) = home();
    assert_eq!(home.config().unwrap(), Config::default());
    assert!(home.set_default("one").is_err());
    keep(&home, "one", 1).unwrap();
    keep(&home, "two", 2).unwrap();
    home.set_default("one").unwrap();
    assert_eq!(home.config().unwrap().default.unwrap(), "one");
    let write = |text: &str| fs::write(home.config_path(), text).unwrap();
    write("# mine\nzone = '+04:00'\ndefault = 'one' # as ever\nplace = \"room 2\"");
    home.set_default("two").unwrap();
    let text = fs::read_to_string(home.config_path()).unwrap();
    let kept = "# mine\nzone = '+04:00'\ndefault = \"two\" # as ever\nplace = \"room 2\"";
    assert_eq!(text, kept);
    write("place = 'room 2'");
    home.set_default("one").unwrap();
    let config = home.config().unwrap();
    assert_eq!(
        (config.place.as_deref(), config.default.as_deref()),
        (Some("room 2"), Some("one"))
    );
    for (text, why) in [
        (
            "zone = '+04:00'\ncolour = 1",
            "line 2, column 1: unknown field `colour`",
        ),
        ("\n  zone = '4'", "line 2, column 10: `zone` must be"),
        (
            "place = 'é' # é\ndefault = 'a b'",
            "line 2, column 11: `default` names nothing",
        ),
        (
            "place = \"\\u202E\"",
            "line 1, column 9: `place` holds the character U+202E",
        ),
        ("place = 1", "line 1, column 9: "),
        ("place = 'a'\nplace = 'b'", "line 2, column 1: "),
        ("[default]", "line 1, column 1"),
        (
            "\"a\\u001Bb\" = 1",
            "line 1, column 1: unknown field `a%1Bb`",
        ),
    ] {
        write(text);
        let error = home.config().unwrap_err().to_string();
        assert!(
            error.contains("config.toml: ") && error.contains(why),
            "{error}"
        );
        assert!(!error.contains(char::is_control), "{error}");
        assert!(home.set_default("one").is_err());
    }
    fs::write(home.config_path(), b"place = '\xff'").unwrap();
    let error = home.config().unwrap_err().to_string();
    assert!(
        error.ends_with("line 1, column 10: this byte is not UTF-8"),
        "{error}"
    );
}
