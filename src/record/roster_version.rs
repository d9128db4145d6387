//! A version of a roster, as its predicate records it.

use super::digest::Digest;
use super::event::Party;
use super::json::{Json, Malformed, Object};
use super::link::Link;
use super::member::Member;
use super::predicate::{Place, Predicate, witness_keys_of};
use super::roster_fields::{OPTIONAL, ROSTER};
use super::shape::check_fields;
use super::time::Timestamp;

/// What the audit needs of one version of a roster. All its fields, the others too, stay in the link.
///
/// ```json
/// {"action":"roster","at":"2026-10-01T08:00:00Z","by":{"agency":"…","key":"1bd2…","name":"Records Bureau","role":"…"},
///  "chain":{"prev":"0000…","seq":0},"members":[{…}],"next":["1bd2…"],"threshold":1,"tsa":["-----BEGIN CERTIFICATE-----\n…"]}
/// ```
#[derive(Clone, Debug)]
pub struct Version {
    /// When it was signed, by the signer's clock.
    pub at: Timestamp,
    /// Who signed, as recorded.
    pub by: Party,
    /// What it says.
    pub terms: Terms,
    witness_keys: Vec<Digest>,
    place: Place,
}

/// What a version says: who the members are, and who may sign the following one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Whose key is whose. A key may stand in several, for several periods or roles.
    pub members: Vec<Member>,
    /// The keys that may sign the following version.
    pub next: Vec<Digest>,
    /// How many people of these must.
    pub threshold: u64,
    /// Root certificates of time stamp authorities, each as one PEM block.
    pub tsa: Vec<String>,
}

impl Predicate for Version {
    const TYPE: &'static str = "urn:x-custody:roster:v1";

    fn read(predicate: &Object) -> Result<(Self, Vec<String>), Malformed> {
        let mut unknown = Vec::new();
        check_fields(&[ROSTER, OPTIONAL], predicate, &mut unknown)?;
        let empty = Object::new();
        let by = predicate.get("by").and_then(Json::as_object);
        let at = Timestamp::parse(predicate.text("at").unwrap_or_default());
        let version = Self {
            at: at.map_err(|error| error.within("at"))?,
            by: Party::of(by.unwrap_or(&empty)),
            terms: Terms::of(predicate)?,
            witness_keys: witness_keys_of(predicate),
            place: Place::of(predicate),
        };
        Ok((version, unknown))
    }

    fn by(&self) -> &Party {
        &self.by
    }

    fn witness_keys(&self) -> &[Digest] {
        &self.witness_keys
    }

    fn place(&self) -> Place {
        self.place
    }
}

impl Link<Version> {
    /// The version.
    pub fn version(&self) -> &Version {
        self.content()
    }
}

impl Terms {
    /// The terms of a predicate whose fields were checked.
    fn of(predicate: &Object) -> Result<Self, Malformed> {
        let list = |name: &str| {
            predicate
                .get(name)
                .and_then(Json::as_array)
                .unwrap_or_default()
        };
        let mut members = Vec::new();
        for (number, member) in list("members")
            .iter()
            .filter_map(Json::as_object)
            .enumerate()
        {
            let member = Member::of(member);
            members.push(member.map_err(|error| error.within(&format!("members[{number}]")))?);
        }
        Ok(Self {
            members,
            next: list("next")
                .iter()
                .filter_map(|key| Digest::parse(key.as_text()?).ok())
                .collect(),
            threshold: predicate
                .get("threshold")
                .and_then(Json::as_integer)
                .unwrap_or_default(),
            tsa: list("tsa")
                .iter()
                .filter_map(|pem| pem.as_text().map(str::to_owned))
                .collect(),
        })
    }

    /// The predicate of a version of these terms.
    pub fn to_predicate(
        &self,
        by: &Party,
        witnesses: &[Party],
        at: Timestamp,
        place: Place,
    ) -> Object {
        let mut predicate = Object::new()
            .with("action", Json::text("roster"))
            .with("at", at.to_json())
            .with("by", Json::Object(by.to_object()))
            .with("chain", place.to_json())
            .with(
                "members",
                Json::Array(self.members.iter().map(Member::to_json).collect()),
            )
            .with(
                "next",
                Json::Array(self.next.iter().map(|key| key.to_json()).collect()),
            )
            .with("threshold", Json::Integer(self.threshold));
        if !self.tsa.is_empty() {
            predicate.set(
                "tsa",
                Json::Array(self.tsa.iter().map(Json::text).collect()),
            );
        }
        if !witnesses.is_empty() {
            let witness = |party: &Party| {
                let mut object = party.to_object();
                object.take("agency");
                Json::Object(object)
            };
            predicate.set(
                "witnesses",
                Json::Array(witnesses.iter().map(witness).collect()),
            );
        }
        predicate
    }
}
