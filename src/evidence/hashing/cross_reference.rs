//! Digests beside SHA-256, to compare with what other tools print. Never relied on.

use sha1::Sha1;
use sha2::Sha512;
use sha2::digest::DynDigest;
use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha3::Sha3_256;

use super::md5::Md5;

/// A digest that is computed beside SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum CrossReference {
    Md5,
    Sha1,
    Sha3_256,
    Sha512,
}

impl CrossReference {
    /// Reads the name people type: `md5`, `sha1`, `sha512`, `sha3-256`.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "md5" => Self::Md5,
            "sha1" => Self::Sha1,
            "sha512" => Self::Sha512,
            "sha3-256" => Self::Sha3_256,
            _ => return None,
        })
    }

    /// Reads the name in an entry.
    pub(in crate::evidence) fn parse_field(field: &str) -> Option<Self> {
        let all = [Self::Md5, Self::Sha1, Self::Sha3_256, Self::Sha512];
        all.into_iter().find(|other| other.field() == field)
    }

    /// The name in an entry.
    pub fn field(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha3_256 => "sha3_256",
            Self::Sha512 => "sha512",
        }
    }

    /// A hasher that has read nothing yet.
    pub(super) fn hasher(self) -> Box<dyn OtherHasher> {
        match self {
            Self::Md5 => Box::new(Md5::default()),
            Self::Sha1 => Box::new(Sha1::default()),
            Self::Sha3_256 => Box::new(Sha3_256::default()),
            Self::Sha512 => Box::new(Sha512::default()),
        }
    }

    /// A hasher that goes on from [`OtherHasher::state`]; `None` where that is no state of this digest.
    pub(super) fn hasher_from(self, state: &[u8]) -> Option<Box<dyn OtherHasher>> {
        match self {
            Self::Md5 => Some(Box::new(Md5::revive(state)?)),
            Self::Sha1 => revive::<Sha1>(state),
            Self::Sha3_256 => revive::<Sha3_256>(state),
            Self::Sha512 => revive::<Sha512>(state),
        }
    }
}

/// A digest on its way that can be written down.
pub(super) trait OtherHasher: Send {
    /// Takes in more bytes.
    fn update(&mut self, data: &[u8]);

    /// The digest of all that was taken in.
    fn finalize(self: Box<Self>) -> Vec<u8>;

    /// Its state, as [`CrossReference::hasher_from`] reads it.
    fn state(&self) -> Vec<u8>;
}

impl<H: DynDigest + SerializableState + Send> OtherHasher for H {
    fn update(&mut self, data: &[u8]) {
        DynDigest::update(self, data);
    }

    fn finalize(self: Box<Self>) -> Vec<u8> {
        DynDigest::finalize(self).into_vec()
    }

    fn state(&self) -> Vec<u8> {
        self.serialize().to_vec()
    }
}

fn revive<H: OtherHasher + SerializableState + 'static>(
    state: &[u8],
) -> Option<Box<dyn OtherHasher>> {
    let state = SerializedState::<H>::try_from(state).ok()?;
    Some(Box::new(H::deserialize(&state).ok()?))
}
