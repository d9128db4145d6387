//! Private keys on disk: PKCS#8 in PEM, as openssl reads and writes it, encrypted where a passphrase is given.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signer as _, SigningKey};
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{self, Decode, Encode, pem};
use pkcs8::pkcs5::pbes2::{Kdf, Parameters, Pbkdf2Prf};
use pkcs8::pkcs5::{EncryptionScheme, scrypt};
use pkcs8::{AlgorithmIdentifierRef, EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::private_file::{self, FileError, quoted};
use super::shown;
use crate::record::key::{PublicKey, Signer};
use crate::record::path::printable;

const WHAT: &str = "key file";
const PLAIN: &str = "PRIVATE KEY";
const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";

/// The most bytes a key file may have.
const MAX_FILE: u32 = 64 << 10;

/// What stands before the 32 bytes of the seed in PKCS#8 version 1 (RFC 5958 §2, RFC 8410 §7). Version 2 would carry
/// the public key as well, which openssl 3.0 does not read.
const PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// scrypt with N = 2^14, r = 8, p = 5: 16 MiB, five times over. openssl refuses more than 32 MiB unless its user raises
/// the limit, and the file must open with openssl alone; so the cost grows with p and not with N.
const SCRYPT: (u8, u32, u32) = (14, 8, 5);

/// The most memory that opening a key file may take.
const MAX_SCRYPT_MEMORY: u64 = 256 << 20;

/// The most N·r·p, some seconds of work: 25 times what `SCRYPT` takes.
const MAX_SCRYPT_WORK: u64 = 1 << 24;

/// The most rounds of PBKDF2, some seconds of work as well. openssl writes 2048.
const MAX_PBKDF2_ROUNDS: u32 = 10_000_000;

/// Why a private key could not be made, written or read; most name the file.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The system, or what stands there, did not let the file be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The operating system gives no random bytes.
    #[error("cannot make a key: the operating system gives no random bytes: {0}")]
    NoRandomBytes(getrandom::Error),
    /// An empty passphrase protects nothing.
    #[error("cannot write the key file {}: the passphrase is empty", shown(.0))]
    EmptyPassphrase(PathBuf),
    /// The key could not be encrypted.
    #[error("cannot write the key file {}: the key could not be encrypted", shown(.0))]
    NotEncrypted(PathBuf),
    /// The file is encrypted, and no passphrase was given.
    #[error("cannot open the key file {}: it needs a passphrase", shown(.0))]
    PassphraseNeeded(PathBuf),
    /// The passphrase does not fit. A damaged ciphertext looks the same.
    #[error("cannot open the key file {}: this passphrase does not open it, or the file is damaged", shown(.0))]
    WrongPassphrase(PathBuf),
    /// There is no PEM block in the file.
    #[error("cannot read the key file {}: it holds no private key in PEM", shown(.0))]
    NoPrivateKey(PathBuf),
    /// There is something else in the file, named second.
    #[error("cannot use the key file {path}: it holds {1}, not an Ed25519 private key", path = shown(.0))]
    OtherKey(PathBuf, String),
    /// What stands in the file contradicts its own form, as said second.
    #[error("cannot read the key file {path}: {1}", path = shown(.0))]
    Damaged(PathBuf, &'static str),
    /// The file is encrypted with something old or unusual.
    #[error("cannot open the key file {}: it is encrypted in a way that is not read here", shown(.0))]
    UnknownEncryption(PathBuf),
    /// The file asks for more work than a passphrase is worth.
    #[error("cannot open the key file {}: its passphrase would take more memory or time than is allowed", shown(.0))]
    TooCostly(PathBuf),
}

impl KeyFileError {
    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) => error.hint(),
            Self::PassphraseNeeded(_) => Some(
                "type it on a terminal, or let CUSTODY_PASSPHRASE_FILE name a file that holds it"
                    .to_owned(),
            ),
            Self::OtherKey(..) | Self::NoPrivateKey(_) => Some(
                "a key that fits: custody key new, or openssl genpkey -algorithm ed25519"
                    .to_owned(),
            ),
            Self::UnknownEncryption(path) => Some(format!(
                "openssl writes it anew: openssl pkcs8 -topk8 -scrypt -in {} -out NEW.pem",
                quoted(path)
            )),
            _ => None,
        }
    }
}

type Result<T> = std::result::Result<T, KeyFileError>;

/// A private Ed25519 key. It leaves memory when it is dropped, and is never printed.
pub struct SecretKey {
    signing: SigningKey,
}

impl SecretKey {
    /// A new key, from the random bytes of the operating system.
    ///
    /// # Errors
    /// Where there are none.
    pub fn generate() -> Result<Self> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice()).map_err(KeyFileError::NoRandomBytes)?;
        Ok(Self::from_seed(&seed))
    }

    /// The key of this seed (RFC 8032 §5.1.5).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self {
            signing: SigningKey::from_bytes(seed),
        }
    }

    /// Writes a new key file, readable by its owner alone: whole or not at all, and never over another file.
    ///
    /// # Errors
    /// Where the passphrase is empty, something has that name, or the system refuses.
    pub fn create(&self, path: &Path, passphrase: Option<&str>) -> Result<()> {
        let pem = self.to_pem(path, passphrase)?;
        Ok(private_file::create(path, WHAT, pem.as_bytes())?)
    }

    /// Puts the key in the place of a key file, in one step, to give it another passphrase. What a disk keeps of the
    /// old file is beyond reach.
    ///
    /// # Errors
    /// Where the passphrase is empty, there is no regular file to replace, or the system refuses.
    pub fn replace(&self, path: &Path, passphrase: Option<&str>) -> Result<()> {
        let pem = self.to_pem(path, passphrase)?;
        private_file::open(path, WHAT)?;
        Ok(private_file::replace(path, WHAT, pem.as_bytes())?)
    }

    /// Reads a key file. The passphrase of one that is not encrypted is not looked at.
    ///
    /// # Errors
    /// Where it is no regular file of the user alone, holds no private Ed25519 key, or the passphrase does not open it.
    pub fn load(path: &Path, passphrase: Option<&str>) -> Result<Self> {
        let text = read(path)?;
        let encrypted = label_is_encrypted(&text, path)?;
        let der = der_of(&text, path)?;
        if !encrypted {
            return key_of(&der, path);
        }
        let (parameters, ciphertext) = encryption_of(&der, path)?;
        let passphrase =
            passphrase.ok_or_else(|| KeyFileError::PassphraseNeeded(path.to_owned()))?;
        let wrong = || KeyFileError::WrongPassphrase(path.to_owned());
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let plain = parameters
            .decrypt_in_place(passphrase, &mut buffer)
            .map_err(|_| wrong())?;
        // One wrong passphrase in 256 happens to leave a padding that fits; what it decrypts to is no structure.
        PrivateKeyInfoRef::from_der(plain).map_err(|_| wrong())?;
        key_of(plain, path)
    }

    fn to_pem(&self, path: &Path, passphrase: Option<&str>) -> Result<Zeroizing<String>> {
        let mut der = Zeroizing::new([0; 48]);
        der[..16].copy_from_slice(&PREFIX);
        der[16..].copy_from_slice(self.signing.as_bytes());
        let failed = || KeyFileError::NotEncrypted(path.to_owned());
        let to_text = |label: &str, der: &[u8]| {
            pem::encode_string(label, LineEnding::LF, der)
                .map(Zeroizing::new)
                .map_err(|_| failed())
        };
        match passphrase {
            None => to_text(PLAIN, der.as_slice()),
            Some("") => Err(KeyFileError::EmptyPassphrase(path.to_owned())),
            Some(passphrase) => {
                let (mut salt, mut iv) = ([0; 16], [0; 16]);
                getrandom::fill(&mut salt).map_err(KeyFileError::NoRandomBytes)?;
                getrandom::fill(&mut iv).map_err(KeyFileError::NoRandomBytes)?;
                let encrypted =
                    encrypt(der.as_slice(), passphrase, &salt, iv).ok_or_else(failed)?;
                to_text(ENCRYPTED, &encrypted)
            }
        }
    }
}

impl Signer for SecretKey {
    fn public_key(&self) -> PublicKey {
        PublicKey::from_bytes(self.signing.verifying_key().as_bytes())
    }

    fn sign(&self, message: &[u8]) -> std::result::Result<[u8; 64], Box<dyn Error + Send + Sync>> {
        Ok(self.signing.try_sign(message)?.to_bytes())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.public_key().id())
    }
}

/// Whether a key file asks for a passphrase.
///
/// # Errors
/// Where it is no regular file of the user alone, or holds no private key of this kind.
pub fn is_encrypted(path: &Path) -> Result<bool> {
    label_is_encrypted(&read(path)?, path)
}

/// What is asked of the file and what is read from it is one open file.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let file = private_file::open(path, WHAT)?.of_the_user_alone()?;
    Ok(file.read(MAX_FILE)?)
}

/// What the first line of the PEM block promises.
fn label_is_encrypted(text: &[u8], path: &Path) -> Result<bool> {
    let label = std::str::from_utf8(text).ok().and_then(|text| {
        let (_, rest) = text.split_once("-----BEGIN ")?;
        rest.lines().next()?.strip_suffix("-----")
    });
    let kind = match label {
        Some(PLAIN) => return Ok(false),
        Some(ENCRYPTED) => return Ok(true),
        None => return Err(KeyFileError::NoPrivateKey(path.to_owned())),
        Some("RSA PRIVATE KEY") => "an RSA key".to_owned(),
        Some("EC PRIVATE KEY" | "EC PARAMETERS") => "an elliptic-curve key (ECDSA)".to_owned(),
        Some("OPENSSH PRIVATE KEY") => "a key in the form of OpenSSH".to_owned(),
        Some("PUBLIC KEY") => "the public half of a key".to_owned(),
        Some(other) => format!("a PEM block `{}`", printable(other, false)),
    };
    Err(KeyFileError::OtherKey(path.to_owned(), kind))
}

fn damaged(path: &Path, problem: &'static str) -> KeyFileError {
    KeyFileError::Damaged(path.to_owned(), problem)
}

fn der_of(text: &[u8], path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let mut buffer = Zeroizing::new(vec![0; text.len()]);
    // Mail and editors leave blank lines at the end.
    let length = match pem::decode(text.trim_ascii_end(), &mut buffer) {
        Ok((_, der)) => der.len(),
        Err(_) => return Err(damaged(path, "its PEM block is cut short or misspelled")),
    };
    buffer.truncate(length);
    Ok(buffer)
}

/// The key in the DER of a PKCS#8 structure, of version 1 or 2.
fn key_of(der: &[u8], path: &Path) -> Result<SecretKey> {
    let structure = "the private key in it is not well formed";
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| damaged(path, structure))?;
    let kind = match info.algorithm.oid.to_string().as_str() {
        "1.3.101.112" => None,
        "1.2.840.113549.1.1.1" => Some("an RSA key".to_owned()),
        "1.2.840.10045.2.1" => Some("an elliptic-curve key (ECDSA)".to_owned()),
        "1.3.101.110" => Some("an X25519 key, which cannot sign".to_owned()),
        "1.3.101.113" => Some("an Ed448 key".to_owned()),
        other => Some(format!("a key of the algorithm {other}")),
    };
    if let Some(kind) = kind {
        return Err(KeyFileError::OtherKey(path.to_owned(), kind));
    }
    // RFC 8410 §3 and §7: no parameters, and the seed as an OCTET STRING within the OCTET STRING.
    let seed = <&OctetStringRef>::from_der(info.private_key.as_bytes());
    let seed = seed.ok().and_then(|seed| seed.as_bytes().try_into().ok());
    let (Some(seed), None) = (seed, info.algorithm.parameters) else {
        return Err(damaged(path, structure));
    };
    let key = SecretKey::from_seed(seed);
    match info.public_key {
        Some(public) if public.as_bytes() != Some(key.signing.verifying_key().as_bytes()) => Err(
            damaged(path, "the public key in it is not that of its private key"),
        ),
        _ => Ok(key),
    }
}

/// How a key is encrypted, and its ciphertext: where it is read here, and costs no more than is allowed.
fn encryption_of<'der>(der: &'der [u8], path: &Path) -> Result<(Parameters, &'der [u8])> {
    let unknown = || KeyFileError::UnknownEncryption(path.to_owned());
    let structure = "the encrypted key in it is not well formed";
    let parts = AnyRef::from_der(der).and_then(|any| {
        any.sequence(|reader| {
            let algorithm = AlgorithmIdentifierRef::decode(reader)?;
            Ok((algorithm, <&OctetStringRef>::decode(reader)?))
        })
    });
    let (algorithm, ciphertext) = parts.map_err(|_: der::Error| damaged(path, structure))?;
    let Ok(EncryptionScheme::Pbes2(parameters)) = algorithm.try_into() else {
        return Err(unknown());
    };
    let affordable = match &parameters.kdf {
        Kdf::Scrypt(scrypt) => {
            let n = scrypt.cost_parameter;
            let (r, p) = (
                u64::from(scrypt.block_size),
                u64::from(scrypt.parallelization),
            );
            // The library takes the logarithm of N as it stands: 0 must not reach it.
            if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
                return Err(damaged(path, structure));
            }
            let memory = n.saturating_add(p).saturating_mul(128 * r);
            let work = n.saturating_mul(r * p);
            memory <= MAX_SCRYPT_MEMORY && work <= MAX_SCRYPT_WORK
        }
        Kdf::Pbkdf2(pbkdf2) if pbkdf2.prf == Pbkdf2Prf::HmacWithSha1 => return Err(unknown()),
        Kdf::Pbkdf2(pbkdf2) => (1..=MAX_PBKDF2_ROUNDS).contains(&pbkdf2.iteration_count),
        _ => return Err(unknown()),
    };
    let key_length = usize::from(parameters.kdf.key_length().unwrap_or(0));
    if key_length != 0 && key_length != parameters.encryption.key_size() {
        return Err(damaged(path, structure));
    }
    if affordable {
        Ok((parameters, ciphertext.as_bytes()))
    } else {
        Err(KeyFileError::TooCostly(path.to_owned()))
    }
}

/// PBES2 with scrypt and AES-256-CBC (RFC 8018, RFC 7914), as DER.
fn encrypt(der: &[u8], passphrase: &str, salt: &[u8], iv: [u8; 16]) -> Option<Vec<u8>> {
    let (log_n, r, p) = SCRYPT;
    let cost = scrypt::Params::new(log_n, r, p).ok()?;
    let parameters = Parameters::generate_scrypt_aes256cbc(cost, salt, iv).ok()?;
    // Room for the padding; the buffer holds the plain key until it is overwritten in place.
    let mut buffer = Zeroizing::new(vec![0; der.len() + 16]);
    buffer[..der.len()].copy_from_slice(der);
    let ciphertext = parameters
        .encrypt_in_place(passphrase, &mut buffer, der.len())
        .ok()?;
    let info = EncryptedPrivateKeyInfoRef {
        encryption_algorithm: EncryptionScheme::Pbes2(parameters.clone()),
        encrypted_data: OctetStringRef::new(ciphertext).ok()?,
    };
    info.to_der().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pkcs8::der::asn1::BitStringRef;
    use pkcs8::pkcs5::pbes2::{Pbkdf2Params, ScryptParams};
    use std::fs::{self, Permissions};
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, symlink};
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

    fn refusal_of(path: &Path, label: &str, der: &[u8]) -> Option<KeyFileError> {
        let pem = pem::encode_string(label, LineEnding::LF, der).unwrap();
        write(path, pem.as_bytes());
        SecretKey::load(path, Some(PASSPHRASE)).err()
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
    fn a_damaged_file_is_refused_wherever_it_ends() {
        let (_folder, at) = folder();
        let path = at("a.pem");
        for passphrase in [None, Some(PASSPHRASE)] {
            let pem = kaya().to_pem(&path, passphrase).unwrap();
            for length in 0..pem.len() - 1 {
                write(&path, &pem.as_bytes()[..length]);
                assert!(SecretKey::load(&path, None).is_err(), "{length}");
            }
            let der = der_of(pem.as_bytes(), &path).unwrap();
            for (at, bit) in (0..der.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
                let mut der = der.clone();
                der[at] ^= 1 << bit;
                // A bit of the seed makes another key, one of the ciphertext another ciphertext: this must only end.
                let _ = key_of(&der, &path);
                let _ = encryption_of(&der, &path);
            }
        }
        write(&path, b"\xff\xfe");
        let error = SecretKey::load(&path, None).unwrap_err();
        assert!(matches!(error, KeyFileError::NoPrivateKey(_)), "{error}");
    }

    #[test]
    fn no_file_takes_the_machine() {
        let (_folder, at) = folder();
        let salt = [7; 16];
        let mut parameters =
            Parameters::generate_pbkdf2_sha256_aes256cbc(2048, &salt, salt).unwrap();
        let mut refusal = |kdf: Kdf| {
            parameters.kdf = kdf;
            let info = EncryptedPrivateKeyInfoRef {
                encryption_algorithm: EncryptionScheme::Pbes2(parameters.clone()),
                encrypted_data: OctetStringRef::new(&[0; 64]).unwrap(),
            };
            refusal_of(&at("a.pem"), ENCRYPTED, &info.to_der().unwrap()).unwrap()
        };
        let cost = scrypt::Params::new(4, 8, 1).unwrap();
        let mut scrypt = ScryptParams::from_params_and_salt(cost, &salt).unwrap();
        let mut pbkdf2 = Pbkdf2Params::hmac_sha256(1, &salt).unwrap();
        for cheap in [Kdf::Scrypt(scrypt), Kdf::Pbkdf2(pbkdf2)] {
            assert!(matches!(refusal(cheap), KeyFileError::WrongPassphrase(_)));
        }
        for count in [0, u32::MAX] {
            pbkdf2.iteration_count = count;
            let error = refusal(Kdf::Pbkdf2(pbkdf2));
            assert!(matches!(error, KeyFileError::TooCostly(_)), "{count}");
        }
        for (n, p, costly) in [
            (1 << 19, 1, true),
            (1 << 62, 1, true),
            (1 << 6, u16::MAX, true),
            (1 << 14, 1000, true),
            (0, 1, false),
            (1, 1, false),
            (3, 1, false),
            (u64::MAX, 1, false),
        ] {
            (scrypt.cost_parameter, scrypt.parallelization) = (n, p);
            let error = refusal(Kdf::Scrypt(scrypt));
            assert_eq!(matches!(error, KeyFileError::TooCostly(_)), costly, "{n}");
        }
    }

    #[test]
    fn a_public_key_beside_the_private_one_must_fit() {
        let (_folder, at) = folder();
        let der = [&PREFIX, kaya().signing.as_bytes().as_slice()].concat();
        let mut info = PrivateKeyInfoRef::from_der(&der).unwrap();
        let own = kaya().signing.verifying_key();
        info.public_key = Some(BitStringRef::from_bytes(own.as_bytes()).unwrap());
        assert!(refusal_of(&at("a.pem"), PLAIN, &info.to_der().unwrap()).is_none());
        is_kayas(&at("a.pem"), None);
        info.public_key = Some(BitStringRef::from_bytes(&[9; 32]).unwrap());
        let error = refusal_of(&at("a.pem"), PLAIN, &info.to_der().unwrap()).unwrap();
        assert!(error.to_string().contains("public key"), "{error}");
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
            let made =
                openssl(&[&["genpkey", "-out", &path, "-algorithm"], &algorithm[..]].concat());
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
}
