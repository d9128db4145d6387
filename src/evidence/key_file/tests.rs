use super::*;
use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;

const PASSPHRASE: &str = "kür ə sel";

fn folder() -> (tempfile::TempDir, impl Fn(&str) -> PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    (folder, move |name: &str| path.join(name))
}

/// The first of the public test keys.
fn kaya() -> SecretKey {
    SecretKey::from_seed(&crate::record::digest::Digest::of(b"custody example key 1").0)
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

fn is_kayas(path: &Path, passphrase: Option<&str>) {
    let key = SecretKey::load(path, passphrase).unwrap();
    assert_eq!(key.signing.as_bytes(), kaya().signing.as_bytes());
}

/// `None`, and a line that says so, where there is no openssl.
fn openssl(arguments: &[&str]) -> Option<Vec<u8>> {
    let Ok(output) = Command::new("openssl").args(arguments).output() else {
        // What a test prints is hidden where it passes; this is not.
        let _ = writeln!(std::io::stderr(), "skipped: openssl is missing");
        if let Some(list) = std::env::var_os("CUSTODY_SKIPPED") {
            let list = fs::File::options().append(true).create(true).open(list);
            writeln!(list.unwrap(), "key files: openssl is missing").unwrap();
        }
        return None;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "openssl {arguments:?}: {said}");
    Some(output.stdout)
}

#[test]
fn what_is_written_is_read_again() {
    let (folder, at) = folder();
    let (plain, locked) = (at("a.pem"), at("b.pem"));
    kaya().create(&plain, None).unwrap();
    kaya().create(&locked, Some(PASSPHRASE)).unwrap();
    assert!(!is_encrypted(&plain).unwrap() && is_encrypted(&locked).unwrap());
    for path in [&plain, &locked] {
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600);
        is_kayas(path, Some(PASSPHRASE));
        let error = kaya().create(path, None).unwrap_err();
        assert!(error.to_string().contains("already there") && error.hint().is_some());
    }
    let open = |passphrase| SecretKey::load(&locked, passphrase).unwrap_err();
    assert!(matches!(open(None), KeyFileError::PassphraseNeeded(_)));
    for wrong in ["kur", ""] {
        assert!(matches!(
            open(Some(wrong)),
            KeyFileError::WrongPassphrase(_)
        ));
    }
    kaya().replace(&locked, None).unwrap();
    is_kayas(&locked, None);
    let windows = fs::read_to_string(&plain).unwrap().replace('\n', "\r\n");
    write(
        &locked,
        format!("from my stick\r\n{windows}\r\n").as_bytes(),
    );
    is_kayas(&locked, None);
    assert!(kaya().replace(&at("c.pem"), None).is_err());
    assert!(kaya().create(&at("c.pem"), Some("")).is_err());
    assert!(kaya().replace(&plain, Some("")).is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_new_key_signs_and_is_not_printed() {
    let (one, other) = (
        SecretKey::generate().unwrap(),
        SecretKey::generate().unwrap(),
    );
    let signature = one.sign(b"text").unwrap();
    assert!(one.public_key().has_signed(b"text", &signature));
    assert!(!other.public_key().has_signed(b"text", &signature));
    let printed = format!("{:?}", kaya());
    assert!(printed.starts_with("SecretKey(893290e9a2ab692a"));
    assert_eq!(printed.len(), "SecretKey()".len() + 64);
}

#[test]
fn only_a_private_file_is_used() {
    let (folder, at) = folder();
    let (key, link, pipe, large) = (at("key"), at("link"), at("pipe"), at("large"));
    kaya().create(&key, None).unwrap();
    symlink(&key, &link).unwrap();
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind, 0o600.into(), 0).unwrap();
    write(&large, &vec![b'-'; MAX_FILE as usize + 1]);
    for bad in [&link, &pipe, &large, folder.path()] {
        let error = SecretKey::load(bad, None).unwrap_err();
        assert!(matches!(error, KeyFileError::File(_)), "{error}");
        assert!(is_encrypted(bad).is_err());
    }
    assert!(kaya().replace(&link, None).is_err() && kaya().replace(&pipe, None).is_err());
    fs::set_permissions(&key, Permissions::from_mode(0o644)).unwrap();
    let error = SecretKey::load(&key, None).unwrap_err();
    assert_eq!(error.hint(), Some(format!("chmod 600 {}", key.display())));
}

#[test]
fn openssl_uses_our_files() {
    let (_folder, at) = folder();
    write(&at("text"), b"what is signed");
    for (name, passphrase) in [("a.pem", None), ("b.pem", Some(PASSPHRASE))] {
        kaya().create(&at(name), passphrase).unwrap();
        let (path, text, public) = (at(name), at("text"), kaya().public_key());
        let (path, text) = (path.to_str().unwrap(), text.to_str().unwrap());
        let pass = format!("pass:{PASSPHRASE}");
        let Some(pem) = openssl(&["pkey", "-in", path, "-passin", &pass, "-pubout"]) else {
            return;
        };
        assert_eq!(pem, public.to_pem().as_bytes());
        let sign = ["pkeyutl", "-sign", "-rawin", "-in", text, "-inkey", path];
        let signature = openssl(&[&sign[..], &["-passin", &pass]].concat()).unwrap();
        assert!(public.has_signed(b"what is signed", &signature));
        assert_eq!(kaya().sign(b"what is signed").unwrap()[..], signature);
    }
}

#[test]
fn files_of_openssl_are_read() {
    let (_folder, at) = folder();
    let make = |name: &str, more: &str| {
        let path = at(name).to_str().unwrap().to_owned();
        let algorithm: Vec<&str> = more.split(' ').collect();
        let made = openssl(&[&["genpkey", "-out", &path, "-algorithm"], &algorithm[..]].concat());
        made.map(|_| path)
    };
    let Some(own) = make("own", "ed25519") else {
        return;
    };
    let key = SecretKey::load(Path::new(&own), None).unwrap().public_key();
    let (out, pass) = (at("out"), format!("pass:{PASSPHRASE}"));
    let rewrite = |input: &str, command: &str| {
        let basic = ["-in", input, "-out", out.to_str().unwrap()];
        let words: Vec<&str> = command.split(' ').collect();
        let mut all = [&words[..1], &basic, &words[1..]].concat();
        if words[0] == "pkcs8" {
            all.extend(["-topk8", "-passout", &pass]);
        }
        openssl(&all).unwrap();
        fs::set_permissions(&out, Permissions::from_mode(0o600)).unwrap();
        SecretKey::load(&out, Some(PASSPHRASE))
    };
    for command in [
        "pkcs8",
        "pkcs8 -scrypt",
        "pkcs8 -v2 aes-128-cbc -v2prf hmacWithSHA512",
        "pkcs8 -v2 aes192 -scrypt -scrypt_N 32",
        "pkcs8 -nocrypt",
    ] {
        let read = rewrite(&own, command).unwrap();
        assert_eq!(read.public_key(), key, "{command}");
        assert_eq!(is_encrypted(&out).unwrap(), command != "pkcs8 -nocrypt");
    }
    for old in ["-v1 PBE-SHA1-3DES", "-v2prf hmacWithSHA1", "-v2 des3"] {
        let error = rewrite(&own, &format!("pkcs8 {old}")).unwrap_err();
        assert!(
            matches!(error, KeyFileError::UnknownEncryption(_)),
            "{error}"
        );
        assert!(error.hint().unwrap().starts_with("openssl "));
    }
    for (options, kind) in [
        (
            "EC -pkeyopt ec_paramgen_curve:P-256",
            "an elliptic-curve key",
        ),
        ("RSA -pkeyopt rsa_keygen_bits:1024", "an RSA key"),
    ] {
        let other = make("other", options).unwrap();
        let plain = SecretKey::load(Path::new(&other), None).unwrap_err();
        assert!(plain.to_string().contains(kind), "{plain}");
        for form in ["pkcs8", "pkey -traditional"] {
            let error = rewrite(&other, form).unwrap_err();
            assert!(error.to_string().contains(kind), "{error}");
        }
    }
}
