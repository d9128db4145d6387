//! Public keys, and what it takes to sign.

use std::error::Error;

use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signature, VerifyingKey};

use super::digest::Digest;
use super::json::{Json, Malformed, Object};

/// What stands before the 32 bytes of an Ed25519 public key in its SubjectPublicKeyInfo (RFC 8410 §4).
const PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// An Ed25519 public key, as DER of its SubjectPublicKeyInfo. Its id is the SHA-256 of that DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey {
    der: [u8; 44],
}

impl PublicKey {
    /// The key of these 32 bytes (RFC 8032 §5.1.5). They may still be no point of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut der = [0; 44];
        der[..12].copy_from_slice(&PREFIX);
        der[12..].copy_from_slice(bytes);
        Self { der }
    }

    /// The 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(&self.der[12..]);
        bytes
    }

    /// Reads one PEM block (RFC 7468), written in the one way this format writes it.
    ///
    /// # Errors
    /// Where it is anything else, or not an Ed25519 key of 44 bytes.
    pub fn from_pem(pem: &str) -> Result<Self, Malformed> {
        let wrong = || Malformed::new("must be the PEM block of an Ed25519 public key");
        let body = pem
            .strip_prefix(PEM_BEGIN)
            .and_then(|rest| rest.strip_suffix(PEM_END))
            .ok_or_else(wrong)?;
        let mut der = [0; 44];
        let decoded = Base64::decode(body, &mut der).map_err(|_| wrong())?;
        if decoded.len() != 44 || der[..12] != PREFIX {
            return Err(wrong());
        }
        let key = Self { der };
        if key.to_pem() == pem {
            Ok(key)
        } else {
            Err(wrong())
        }
    }

    /// The key as one PEM block.
    pub fn to_pem(&self) -> String {
        format!("{PEM_BEGIN}{}{PEM_END}", Base64::encode_string(&self.der))
    }

    /// SHA-256 of the key's DER: the name under which signatures and people know it.
    pub fn id(&self) -> Digest {
        Digest::of(&self.der)
    }

    /// The key, made ready to check signatures: worth it where there are many.
    pub fn verifier(&self) -> Verifier {
        Verifier {
            key: VerifyingKey::from_bytes(&self.to_bytes()).ok(),
        }
    }

    /// Whether this signature over these bytes is the key's: see [`Verifier::has_signed`].
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifier().has_signed(message, signature)
    }
}

/// A public key whose point of the curve is computed.
#[derive(Clone, Copy, Debug)]
pub struct Verifier {
    /// `None` where the key's bytes are no point: it has signed nothing.
    key: Option<VerifyingKey>,
}

impl Verifier {
    /// Whether this signature over these bytes is the key's, by the strict rules: RFC 8032 without small-order keys,
    /// so that one signature fits one text.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else {
            return false;
        };
        self.key
            .is_some_and(|key| key.verify_strict(message, &signature).is_ok())
    }
}

const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----\n";
const PEM_END: &str = "\n-----END PUBLIC KEY-----\n";

/// A key as a bundle carries it: a convenience, never trust.
///
/// ```json
/// {"algorithm":"ed25519","id":"893290e9…","pem":"-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// The id as it stands there. Whether it is the key's own is for the audit to say.
    pub id: Digest,
    /// The key.
    pub key: PublicKey,
    /// Fields this version does not know.
    pub unknown: Object,
}

impl KeyRecord {
    /// The record of a key.
    pub fn of(key: PublicKey) -> Self {
        Self {
            id: key.id(),
            key,
            unknown: Object::new(),
        }
    }

    /// Reads the three fields.
    ///
    /// # Errors
    /// Where one is missing or mistyped, or the algorithm is another.
    pub fn from_json(json: Json) -> Result<Self, Malformed> {
        let mut object = json.into_object()?;
        match object.require_text("algorithm")?.as_str() {
            "ed25519" => {}
            "ml-dsa-65" => {
                return Err(Malformed::new("is reserved and not yet read").within("algorithm"));
            }
            _ => return Err(Malformed::new("must be `ed25519`").within("algorithm")),
        }
        let id = Digest::parse(&object.require_text("id")?).map_err(|error| error.within("id"))?;
        let key = PublicKey::from_pem(&object.require_text("pem")?)
            .map_err(|error| error.within("pem"))?;
        Ok(Self {
            id,
            key,
            unknown: object,
        })
    }

    /// The record as it stands on disk.
    pub fn to_json(&self) -> Json {
        let fields = self
            .unknown
            .clone()
            .with("algorithm", Json::text("ed25519"));
        Json::Object(
            fields
                .with("id", self.id.to_json())
                .with("pem", Json::Text(self.key.to_pem())),
        )
    }
}

/// Something that can sign: a key in a file, in an agent, on a token.
pub trait Signer {
    /// The public half.
    fn public_key(&self) -> PublicKey;

    /// An Ed25519 signature (RFC 8032, pure) over these bytes.
    ///
    /// # Errors
    /// Where the holder of the private half does not give one.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], Box<dyn Error + Send + Sync>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pem_for_one_key() {
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEARVjUwBHrR4bYMB9L3K5uMpJ5P4z/rA0jQPf4J33nB9Y=\n-----END PUBLIC KEY-----\n";
        let key = PublicKey::from_pem(pem).unwrap();
        assert_eq!(key.to_pem(), pem);
        assert_eq!(
            key.id().to_string(),
            "893290e9a2ab692aad354056027b873d76d473f435a634198a568fdc19ec91f2"
        );
        for bad in [
            pem.replace("MCow", "MCoW"),
            pem.trim_end().to_owned(),
            pem.replace('\n', "\r\n"),
            pem.replace("B9Y=", "B9Z="),
        ] {
            assert!(PublicKey::from_pem(&bad).is_err());
        }
    }

    #[test]
    fn small_order_keys_sign_nothing() {
        // The identity point: under lenient rules its zero signature fits every text.
        let mut identity = [0; 32];
        identity[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        assert!(!PublicKey::from_bytes(&identity).has_signed(b"anything", &signature));
    }
}
