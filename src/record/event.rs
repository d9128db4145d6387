//! An event of the chain, as its predicate records it.

use super::digest::Digest;
use super::fields::{EVENT, own_fields};
use super::json::{Json, Malformed, Object};
use super::predicate::{Place, Predicate, witness_keys_of};
use super::shape::check_fields;
use super::time::{Timestamp, Zone};

/// What the audit needs of one custody event. All its fields, the others too, stay in the link.
///
/// ```json
/// {"action":"release","at":"2026-11-03T15:40:02Z","by":{"agency":"…","key":"8932…","name":"Ines Kaya","role":"investigator"},
///  "case":"2026-CR-00417","chain":{"prev":"ab2c…","seal":"ab2c…","seq":1},"exhibit":"EXH-7","reason":"…","to":{…}}
/// ```
#[derive(Clone, Debug)]
pub struct Event {
    /// What was done.
    pub action: Action,
    /// When it was signed, by the signer's clock.
    pub at: Timestamp,
    /// Who signed, as recorded.
    pub by: Party,
    /// The case.
    pub case: String,
    /// The exhibit.
    pub exhibit: String,
    /// The number this link claims.
    pub seq: u64,
    /// The hash of the link before, as claimed.
    pub prev: Digest,
    /// The hash of link 0, as claimed.
    pub seal: Option<Digest>,
    /// When the act was over, where that is not when it was signed.
    pub occurred: Option<Timestamp>,
    /// The offset of the clocks people saw.
    pub zone: Option<Zone>,
    /// Keys of witnesses, who must sign, too.
    pub witness_keys: Vec<Digest>,
    /// Physical seals and bags: number and state, as recorded.
    pub seals: Vec<(String, Option<String>)>,
}

/// What was done, with what the audit needs to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Link 0.
    Seal(Manifest),
    /// Handed over to someone, who has not yet signed.
    Release(Party),
    /// Taken, or refused.
    Receipt(Outcome, Checked),
    /// A release taken back.
    Withdraw,
    /// A lost key or an absent holder replaced.
    Takeover(Party),
    /// Recorded by the holder: `examine`, `copy`, `store`, `present`, `disclose`, `incident`, `open`.
    Recorded(&'static str, Option<Checked>),
    /// Verified by anyone of the roster.
    Verify(Option<Checked>),
    /// Something an earlier link said is corrected; `seq` of that link.
    Correct(u64),
    /// Re-stamped.
    Renew(Covers),
    /// Given back to its owner.
    Return,
    /// Destroyed, or otherwise at its end.
    Dispose,
    /// Not known to this version.
    Unknown(String),
}

/// The totals and the root of what was sealed.
///
/// ```json
/// {"bytes":2669632,"entries":8,"files":4,"root":"59b71802…"}
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Manifest {
    pub root: Digest,
    pub entries: u64,
    pub files: u64,
    pub bytes: u64,
}

/// What a receiver decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Outcome {
    Accepted,
    AcceptedWithExceptions,
    Refused,
}

/// What a signer read, and what was found.
///
/// ```json
/// {"bytes":2669632,"failed":[{"code":"altered","path":"disk01.dd"}],"files":4,"mode":"full"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// `full`, `pieces`, `part` or `none`.
    pub mode: String,
    /// Files read.
    pub files: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Entries that differed: path text and code.
    pub failed: Vec<(String, String)>,
}

/// What a renewal covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covers {
    /// The last link covered.
    pub seq: u64,
    /// SHA-256 of each token's DER.
    pub tokens: Vec<Digest>,
    /// SHA-512 of the links before and those tokens, in hex.
    pub sha512: String,
}

/// Someone, as recorded.
///
/// ```json
/// {"agency":"State Forensic Laboratory","key":"ccd62017…","name":"Aiko Mori","role":"examiner"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The person's name.
    pub name: String,
    /// Agency and unit; empty where nothing is recorded.
    pub agency: String,
    /// The post; empty where nothing is recorded.
    pub role: String,
    /// The id of the key, where there is one.
    pub key: Option<Digest>,
}

impl Party {
    pub(super) fn of(object: &Object) -> Self {
        let text = |name| object.text(name).unwrap_or_default().to_owned();
        Self {
            name: text("name"),
            agency: text("agency"),
            role: text("role"),
            key: digest_at(object, "key"),
        }
    }

    /// The party as it stands in a link.
    pub fn to_object(&self) -> Object {
        let mut object = Object::new().with("name", Json::text(&self.name));
        object.set("agency", Json::text(&self.agency));
        object.set("role", Json::text(&self.role));
        if let Some(key) = &self.key {
            object.set("key", key.to_json());
        }
        object
    }
}

impl Predicate for Event {
    const TYPE: &'static str = "urn:x-custody:event:v1";

    fn read(predicate: &Object) -> Result<(Self, Vec<String>), Malformed> {
        Self::from_predicate(predicate)
    }

    fn by(&self) -> &Party {
        &self.by
    }

    fn witness_keys(&self) -> &[Digest] {
        &self.witness_keys
    }

    fn place(&self) -> Place {
        Place {
            seq: self.seq,
            prev: self.prev,
            seal: self.seal,
        }
    }
}

impl Event {
    /// Reads a predicate. Also gives the names of the fields this version does not know.
    ///
    /// # Errors
    /// Where a field is missing or mistyped, or a value is outside its closed list.
    pub fn from_predicate(predicate: &Object) -> Result<(Self, Vec<String>), Malformed> {
        let mut unknown = Vec::new();
        let word = predicate
            .text("action")
            .ok_or_else(|| Malformed::new("is missing or no text").within("action"))?;
        match own_fields(word) {
            Some(own) => check_fields(&[EVENT, own], predicate, &mut unknown)?,
            // Whatever else an unknown action carries is unknown with it.
            None => {
                check_fields(&[EVENT], predicate, &mut unknown)?;
                unknown.retain(|field| field.contains(['.', '[']));
            }
        }
        let empty = Object::new();
        let object = |name: &str| {
            predicate
                .get(name)
                .and_then(Json::as_object)
                .unwrap_or(&empty)
        };
        let text = |name: &str| predicate.text(name).unwrap_or_default().to_owned();
        let place = Place::of(predicate);
        let occurred = object("occurred");
        let objects = |name: &str| {
            let list = predicate.get(name).and_then(Json::as_array);
            list.unwrap_or_default().iter().filter_map(Json::as_object)
        };
        let seal = |seal: &Object| {
            let number = seal.text("number").unwrap_or_default().to_owned();
            (number, seal.text("state").map(str::to_owned))
        };
        let event = Self {
            action: Action::of(word, predicate),
            at: Timestamp::parse(&text("at")).map_err(|error| error.within("at"))?,
            by: Party::of(object("by")),
            case: text("case"),
            exhibit: text("exhibit"),
            seq: place.seq,
            prev: place.prev,
            seal: place.seal,
            occurred: occurred
                .text("end")
                .or(occurred.text("start"))
                .and_then(|text| Timestamp::parse(text).ok()),
            zone: predicate
                .text("zone")
                .and_then(|text| Zone::parse(text).ok()),
            witness_keys: witness_keys_of(predicate),
            seals: objects("seals").map(seal).collect(),
        };
        Ok((event, unknown))
    }
}

impl Action {
    /// The action of a predicate whose fields were checked.
    fn of(word: &str, predicate: &Object) -> Self {
        let empty = Object::new();
        let object = |name: &str| {
            predicate
                .get(name)
                .and_then(Json::as_object)
                .unwrap_or(&empty)
        };
        let checked = || {
            predicate
                .get("checked")
                .and_then(Json::as_object)
                .map(Checked::of)
        };
        match word {
            "seal" => {
                let manifest = object("manifest");
                Self::Seal(Manifest {
                    root: digest_at(manifest, "root").unwrap_or(Digest::ZERO),
                    entries: integer_at(manifest, "entries"),
                    files: integer_at(manifest, "files"),
                    bytes: integer_at(manifest, "bytes"),
                })
            }
            "release" => Self::Release(Party::of(object("to"))),
            "receipt" => {
                let outcome = match predicate.text("outcome") {
                    Some("accepted") => Outcome::Accepted,
                    Some("acceptedWithExceptions") => Outcome::AcceptedWithExceptions,
                    _ => Outcome::Refused,
                };
                Self::Receipt(outcome, Checked::of(object("checked")))
            }
            "withdraw" => Self::Withdraw,
            "takeover" => Self::Takeover(Party::of(object("to"))),
            "verify" => Self::Verify(checked()),
            "correct" => Self::Correct(integer_at(object("corrects"), "seq")),
            "renew" => Self::Renew(Covers::of(object("covers"))),
            "return" => Self::Return,
            "dispose" => Self::Dispose,
            other => match RECORDED.iter().find(|recorded| **recorded == other) {
                Some(recorded) => Self::Recorded(recorded, checked()),
                None => Self::Unknown(other.to_owned()),
            },
        }
    }

    /// What was read on this occasion, where the action has it.
    pub fn checked(&self) -> Option<&Checked> {
        match self {
            Self::Receipt(_, checked) => Some(checked),
            Self::Recorded(_, checked) | Self::Verify(checked) => checked.as_ref(),
            _ => None,
        }
    }

    /// The word in the record.
    pub fn word(&self) -> &str {
        match self {
            Self::Seal(_) => "seal",
            Self::Release(_) => "release",
            Self::Receipt(..) => "receipt",
            Self::Withdraw => "withdraw",
            Self::Takeover(_) => "takeover",
            Self::Recorded(word, _) => word,
            Self::Verify(_) => "verify",
            Self::Correct(_) => "correct",
            Self::Renew(_) => "renew",
            Self::Return => "return",
            Self::Dispose => "dispose",
            Self::Unknown(word) => word,
        }
    }
}

/// The actions that change nothing but the record.
pub const RECORDED: [&str; 7] = [
    "examine", "copy", "store", "present", "disclose", "incident", "open",
];

impl Checked {
    fn of(object: &Object) -> Self {
        let failed = object
            .get("failed")
            .and_then(Json::as_array)
            .unwrap_or_default();
        let text = |item: &Json, name: &str| {
            item.as_object()
                .and_then(|item| item.text(name))
                .unwrap_or_default()
                .to_owned()
        };
        Self {
            mode: object.text("mode").unwrap_or_default().to_owned(),
            files: integer_at(object, "files"),
            bytes: integer_at(object, "bytes"),
            failed: failed
                .iter()
                .map(|item| (text(item, "path"), text(item, "code")))
                .collect(),
        }
    }

    /// The object as it stands in a link.
    pub fn to_object(&self) -> Object {
        let mut object = Object::new().with("mode", Json::text(&self.mode));
        object.set("files", Json::Integer(self.files));
        object.set("bytes", Json::Integer(self.bytes));
        if !self.failed.is_empty() {
            let item = |(path, code): &(String, String)| {
                Json::Object(
                    Object::new()
                        .with("path", Json::text(path))
                        .with("code", Json::text(code)),
                )
            };
            object.set(
                "failed",
                Json::Array(self.failed.iter().map(item).collect()),
            );
        }
        object
    }
}

impl Covers {
    fn of(object: &Object) -> Self {
        let tokens = object
            .get("tokens")
            .and_then(Json::as_array)
            .unwrap_or_default();
        Self {
            seq: integer_at(object, "seq"),
            tokens: tokens
                .iter()
                .filter_map(|token| Digest::parse(token.as_text()?).ok())
                .collect(),
            sha512: object.text("sha512").unwrap_or_default().to_owned(),
        }
    }
}

fn digest_at(object: &Object, name: &str) -> Option<Digest> {
    Digest::parse(object.text(name)?).ok()
}

fn integer_at(object: &Object, name: &str) -> u64 {
    object
        .get(name)
        .and_then(Json::as_integer)
        .unwrap_or_default()
}
