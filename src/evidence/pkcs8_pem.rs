//! What stands in a key file: PKCS#8 in PEM, as openssl reads and writes it, encrypted where a passphrase is given.
//!
//! No file is opened here; a path only names the file in a refusal.

use std::path::Path;

use ed25519_dalek::SigningKey;
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{self, Decode, Encode, pem};
use pkcs8::pkcs5::pbes2::{Kdf, Parameters, Pbkdf2Prf};
use pkcs8::pkcs5::{EncryptionScheme, scrypt};
use pkcs8::{AlgorithmIdentifierRef, EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::key_file_error::{KeyFileError, Result};
use crate::record::path::printable;

const PLAIN: &str = "PRIVATE KEY";
const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";

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

/// Whether a passphrase is needed: what the first line of the PEM block promises.
pub(super) fn is_encrypted(text: &[u8], path: &Path) -> Result<bool> {
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

/// Reads the key. The passphrase of one that is not encrypted is not looked at.
///
/// # Errors
/// Where there is no private Ed25519 key, it costs more than is allowed, or the passphrase does not open it.
pub(super) fn decode(text: &[u8], passphrase: Option<&str>, path: &Path) -> Result<SigningKey> {
    let encrypted = is_encrypted(text, path)?;
    let der = der_of(text, path)?;
    if !encrypted {
        return key_of(&der, path);
    }
    let (parameters, ciphertext) = encryption_of(&der, path)?;
    let passphrase = passphrase.ok_or_else(|| KeyFileError::PassphraseNeeded(path.to_owned()))?;
    let wrong = || KeyFileError::WrongPassphrase(path.to_owned());
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    let plain = parameters
        .decrypt_in_place(passphrase, &mut buffer)
        .map_err(|_| wrong())?;
    // One wrong passphrase in 256 happens to leave a padding that fits; what it decrypts to is no structure.
    PrivateKeyInfoRef::from_der(plain).map_err(|_| wrong())?;
    key_of(plain, path)
}

/// Writes the key, encrypted where there is a passphrase.
///
/// # Errors
/// Where the passphrase is empty, or there are no random bytes to encrypt with.
pub(super) fn encode(
    key: &SigningKey,
    passphrase: Option<&str>,
    path: &Path,
) -> Result<Zeroizing<String>> {
    let mut der = Zeroizing::new([0; 48]);
    der[..16].copy_from_slice(&PREFIX);
    der[16..].copy_from_slice(key.as_bytes());
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
            let encrypted = encrypt(der.as_slice(), passphrase, &salt, iv).ok_or_else(failed)?;
            to_text(ENCRYPTED, &encrypted)
        }
    }
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
fn key_of(der: &[u8], path: &Path) -> Result<SigningKey> {
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
    let key = SigningKey::from_bytes(seed);
    match info.public_key {
        Some(public) if public.as_bytes() != Some(key.verifying_key().as_bytes()) => Err(damaged(
            path,
            "the public key in it is not that of its private key",
        )),
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
mod tests;
