//! What a statement says of its subject: an event of an exhibit, or a version of a roster.

use super::digest::Digest;
use super::event::Party;
use super::json::{Json, Malformed, Object};

/// A predicate that the links of a chain are made of. Signatures, hashes and places are the same for all of them.
pub trait Predicate: Sized {
    /// The `predicateType` of its statements.
    const TYPE: &'static str;

    /// Reads a predicate. Also gives the names of the fields this version does not know.
    ///
    /// # Errors
    /// Where a field is missing or mistyped, or a value is outside its closed list.
    fn read(predicate: &Object) -> Result<(Self, Vec<String>), Malformed>;

    /// Who signed, as recorded.
    fn by(&self) -> &Party;

    /// The keys of witnesses, who must sign, too.
    fn witness_keys(&self) -> &[Digest];

    /// The keys that must sign: each once, in ascending order.
    fn required_keys(&self) -> Vec<Digest> {
        let by = self.by().key.into_iter();
        let mut keys: Vec<Digest> = by.chain(self.witness_keys().iter().copied()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Where in its chain the link says it stands.
    fn place(&self) -> Place;
}

/// The keys of the witnesses in a predicate whose fields were checked.
pub(super) fn witness_keys_of(predicate: &Object) -> Vec<Digest> {
    let witnesses = predicate.get("witnesses").and_then(Json::as_array);
    let witnesses = witnesses
        .unwrap_or_default()
        .iter()
        .filter_map(Json::as_object);
    witnesses
        .filter_map(|witness| Digest::parse(witness.text("key")?).ok())
        .collect()
}

/// Where in its chain a link says it stands.
///
/// ```json
/// {"prev":"ab2c8e82…","seal":"ab2c8e82…","seq":1}
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number this link claims.
    pub seq: u64,
    /// The hash of the link before, as claimed.
    pub prev: Digest,
    /// The hash of link 0, as claimed; absent in link 0.
    pub seal: Option<Digest>,
}

impl Place {
    /// The place of a predicate whose fields were checked.
    pub(super) fn of(predicate: &Object) -> Self {
        let empty = Object::new();
        let chain = predicate.get("chain").and_then(Json::as_object);
        let chain = chain.unwrap_or(&empty);
        let digest = |name: &str| Digest::parse(chain.text(name)?).ok();
        Self {
            seq: chain
                .get("seq")
                .and_then(Json::as_integer)
                .unwrap_or_default(),
            prev: digest("prev").unwrap_or(Digest::ZERO),
            seal: digest("seal"),
        }
    }

    /// The place as it stands in a link.
    pub fn to_json(self) -> Json {
        let mut chain = Object::new()
            .with("seq", Json::Integer(self.seq))
            .with("prev", self.prev.to_json());
        if let Some(seal) = self.seal {
            chain.set("seal", seal.to_json());
        }
        Json::Object(chain)
    }
}
