use super::*;
use pkcs8::der::asn1::BitStringRef;
use pkcs8::pkcs5::pbes2::{Pbkdf2Params, ScryptParams};

const PASSPHRASE: &str = "kür ə sel";

/// The first of the public test keys.
fn kaya() -> SigningKey {
    SigningKey::from_bytes(&crate::record::digest::Digest::of(b"custody example key 1").0)
}

fn decoded(label: &str, der: &[u8]) -> Result<SigningKey> {
    let pem = pem::encode_string(label, LineEnding::LF, der).unwrap();
    decode(pem.as_bytes(), Some(PASSPHRASE), Path::new("a.pem"))
}

#[test]
fn a_damaged_text_is_refused_wherever_it_ends() {
    let path = Path::new("a.pem");
    for passphrase in [None, Some(PASSPHRASE)] {
        let pem = encode(&kaya(), passphrase, path).unwrap();
        for length in 0..pem.len() - 1 {
            let text = &pem.as_bytes()[..length];
            assert!(decode(text, None, path).is_err(), "{length}");
        }
        let der = der_of(pem.as_bytes(), path).unwrap();
        for (at, bit) in (0..der.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut der = der.clone();
            der[at] ^= 1 << bit;
            // A bit of the seed makes another key, one of the ciphertext another ciphertext: this must only end.
            let _ = key_of(&der, path);
            let _ = encryption_of(&der, path);
        }
    }
    let error = decode(b"\xff\xfe", None, path).unwrap_err();
    assert!(matches!(error, KeyFileError::NoPrivateKey(_)), "{error}");
}

#[test]
fn no_text_takes_the_machine() {
    let salt = [7; 16];
    let mut parameters = Parameters::generate_pbkdf2_sha256_aes256cbc(2048, &salt, salt).unwrap();
    let mut refusal = |kdf: Kdf| {
        parameters.kdf = kdf;
        let info = EncryptedPrivateKeyInfoRef {
            encryption_algorithm: EncryptionScheme::Pbes2(parameters.clone()),
            encrypted_data: OctetStringRef::new(&[0; 64]).unwrap(),
        };
        decoded(ENCRYPTED, &info.to_der().unwrap()).unwrap_err()
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
    let der = [&PREFIX, kaya().as_bytes().as_slice()].concat();
    let mut info = PrivateKeyInfoRef::from_der(&der).unwrap();
    let own = kaya().verifying_key();
    info.public_key = Some(BitStringRef::from_bytes(own.as_bytes()).unwrap());
    let read = decoded(PLAIN, &info.to_der().unwrap()).unwrap();
    assert_eq!(read.as_bytes(), kaya().as_bytes());
    info.public_key = Some(BitStringRef::from_bytes(&[9; 32]).unwrap());
    let error = decoded(PLAIN, &info.to_der().unwrap()).unwrap_err();
    assert!(error.to_string().contains("public key"), "{error}");
}
