//! Signatures of authorities: RSA (PKCS #1 v1.5, 2048 to 8192 bits) and ECDSA (P-256, P-384), each with SHA-256,
//! SHA-384 or SHA-512; certificates with RSASSA-PSS, too. Nothing older is believed.

use der::Tag;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    UnparsedPublicKey,
};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::element::{Element, NotDer, holding};
use super::object;

/// An AlgorithmIdentifier (RFC 5280, section 4.1.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Algorithm<'a> {
    pub object: &'a [u8],
    pub parameters: Option<Element<'a>>,
}

impl<'a> Algorithm<'a> {
    pub fn read(element: Element<'a>) -> Result<Self, NotDer> {
        let mut elements = element.of(Tag::Sequence)?.elements()?;
        let object = elements.next_of(Tag::ObjectIdentifier)?.value;
        let parameters = if elements.is_at_end() {
            None
        } else {
            Some(elements.next()?)
        };
        elements.end()?;
        Ok(Self { object, parameters })
    }

    fn is_without_parameters(self) -> bool {
        self.parameters
            .is_none_or(|parameters| parameters.tag == Tag::Null)
    }
}

/// The digests that are believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The digest of this identifier, where it is one of the three.
    pub fn of(algorithm: Algorithm<'_>) -> Option<Self> {
        if !algorithm.is_without_parameters() {
            return None;
        }
        match algorithm.object {
            object::SHA256 => Some(Self::Sha256),
            object::SHA384 => Some(Self::Sha384),
            object::SHA512 => Some(Self::Sha512),
            _ => None,
        }
    }

    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
            Self::Sha384 => Sha384::digest(bytes).to_vec(),
            Self::Sha512 => Sha512::digest(bytes).to_vec(),
        }
    }
}

/// How something was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Rsa(Hash),
    Pss(Hash),
    Ecdsa(Hash),
}

impl Scheme {
    /// The scheme of a certificate's signature.
    pub fn of(algorithm: Algorithm<'_>) -> Option<Self> {
        let scheme = match algorithm.object {
            object::RSA_PSS => {
                return pss_hash(algorithm.parameters?)
                    .ok()
                    .flatten()
                    .map(Self::Pss);
            }
            object::RSA_SHA256 => Self::Rsa(Hash::Sha256),
            object::RSA_SHA384 => Self::Rsa(Hash::Sha384),
            object::RSA_SHA512 => Self::Rsa(Hash::Sha512),
            object::ECDSA_SHA256 => Self::Ecdsa(Hash::Sha256),
            object::ECDSA_SHA384 => Self::Ecdsa(Hash::Sha384),
            object::ECDSA_SHA512 => Self::Ecdsa(Hash::Sha512),
            _ => return None,
        };
        // RSA has NULL or nothing there (RFC 4055); ECDSA has nothing (RFC 5758).
        let fits = match scheme {
            Self::Rsa(_) | Self::Pss(_) => algorithm.is_without_parameters(),
            Self::Ecdsa(_) => algorithm.parameters.is_none(),
        };
        fits.then_some(scheme)
    }

    /// The scheme of a token's signature, which names its digest beside it, and may name it again.
    pub fn of_token(algorithm: Algorithm<'_>, hash: Hash) -> Option<Self> {
        if algorithm.object == object::RSA && algorithm.is_without_parameters() {
            return Some(Self::Rsa(hash));
        }
        Self::of(algorithm).filter(
            |scheme| matches!(scheme, Self::Rsa(named) | Self::Ecdsa(named) if *named == hash),
        )
    }
}

/// Reads RSASSA-PSS-params (RFC 4055, section 3.1): one digest for all, and a salt of its length. `None` where they are
/// others.
fn pss_hash(parameters: Element<'_>) -> Result<Option<Hash>, NotDer> {
    let mut fields = parameters.of(Tag::Sequence)?.elements()?;
    let digest = Algorithm::read(Element::whole(fields.next_of(holding(0))?.value)?)?;
    let mask = Algorithm::read(Element::whole(fields.next_of(holding(1))?.value)?)?;
    let salt = Element::whole(fields.next_of(holding(2))?.value)?.number()?;
    fields.end()?;
    let of_mask = Algorithm::read(mask.parameters.ok_or(NotDer)?)?;
    let hash = Hash::of(digest).filter(|hash| {
        let is_one = mask.object == object::MGF1 && Hash::of(of_mask) == Some(*hash);
        is_one && salt == hash.digest(&[]).len() as u64
    });
    Ok(hash)
}

/// The public key of a certificate, as it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AuthorityKey<'a> {
    Rsa(&'a [u8]),
    P256(&'a [u8]),
    P384(&'a [u8]),
    /// Of a kind that nothing is checked with.
    Other,
}

impl<'a> AuthorityKey<'a> {
    /// Reads a SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7).
    pub fn read(element: Element<'a>) -> Result<Self, NotDer> {
        let mut elements = element.elements()?;
        let algorithm = Algorithm::read(elements.next()?)?;
        let bits = elements.next_of(Tag::BitString)?;
        elements.end()?;
        let curve = algorithm
            .parameters
            .filter(|it| it.tag == Tag::ObjectIdentifier);
        Ok(match (algorithm.object, curve.map(|curve| curve.value)) {
            (object::RSA, None) if algorithm.is_without_parameters() => Self::Rsa(bits.bits()?),
            (object::ELLIPTIC_CURVE, Some(object::P256)) => Self::P256(bits.bits()?),
            (object::ELLIPTIC_CURVE, Some(object::P384)) => Self::P384(bits.bits()?),
            _ => Self::Other,
        })
    }

    /// Whether anything can be checked with it.
    pub fn is_known(self) -> bool {
        self != Self::Other
    }

    /// Whether this key signed these bytes.
    pub fn signed(self, scheme: Scheme, bytes: &[u8], signature: &[u8]) -> bool {
        match (self, scheme) {
            (Self::Rsa(key), Scheme::Rsa(hash)) => {
                let parameters = match hash {
                    Hash::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
                    Hash::Sha384 => &RSA_PKCS1_2048_8192_SHA384,
                    Hash::Sha512 => &RSA_PKCS1_2048_8192_SHA512,
                };
                rsa_signed(parameters, key, bytes, signature)
            }
            (Self::Rsa(key), Scheme::Pss(hash)) => {
                let parameters = match hash {
                    Hash::Sha256 => &RSA_PSS_2048_8192_SHA256,
                    Hash::Sha384 => &RSA_PSS_2048_8192_SHA384,
                    Hash::Sha512 => &RSA_PSS_2048_8192_SHA512,
                };
                rsa_signed(parameters, key, bytes, signature)
            }
            (Self::P256(key), Scheme::Ecdsa(hash)) => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key);
                let signature = p256::ecdsa::Signature::from_der(signature);
                matches!((key, signature), (Ok(key), Ok(signature))
                    if key.verify_prehash(&hash.digest(bytes), &signature).is_ok())
            }
            (Self::P384(key), Scheme::Ecdsa(hash)) => {
                let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(key);
                let signature = p384::ecdsa::Signature::from_der(signature);
                matches!((key, signature), (Ok(key), Ok(signature))
                    if key.verify_prehash(&hash.digest(bytes), &signature).is_ok())
            }
            _ => false,
        }
    }
}

fn rsa_signed(
    parameters: &'static RsaParameters,
    key: &[u8],
    bytes: &[u8],
    signature: &[u8],
) -> bool {
    UnparsedPublicKey::new(parameters, key)
        .verify(bytes, signature)
        .is_ok()
}
