//! A link: one signed statement, the bytes that are signed, and the hash the next link holds.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::OnceLock;

use base64ct::{Base64, Encoding};

use super::digest::Digest;
use super::event::{Event, Party};
use super::json::{Json, Malformed, Object, Reader, canonical, write_canonical};
use super::key::Signer;
use super::predicate::Predicate;

const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The most signatures of one link.
const MAX_SIGNATURES: usize = 8;

/// One signed statement: a custody event, or in a roster a version of it.
///
/// ```json
/// {"signatures":[{"keyid":"893290e9…","sig":"ZZoNXdV5…BA=="}],
///  "statement":{"_type":"https://in-toto.io/Statement/v1","predicate":{…},"predicateType":"urn:x-custody:event:v1",
///               "subject":[{"digest":{"sha256":"bdd6b539…"},"name":"EXH-7.sha256sums"}]}}
/// ```
#[derive(Clone, Debug)]
pub struct Link<P = Event> {
    /// `C(link)`. A chain is many links, and as a text each takes a fraction of what its values take.
    text: String,
    /// Where in it the statement is.
    statement: Range<usize>,
    hash: Digest,
    /// The values, for whoever asks for them.
    json: OnceLock<Json>,
    signatures: Vec<Signature>,
    subject: Subject,
    content: P,
    unknown: Vec<String>,
}

/// Links are the same when all their bytes are: their signatures, too.
impl PartialEq for Link {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

impl Eq for Link {}

/// A signature as it stands in a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The id of the key it is said to be by.
    pub keyid: Digest,
    /// Its bytes: 64, where it is one of ours.
    pub bytes: Vec<u8>,
}

/// What a chain is about: the same in each of its links.
///
/// ```json
/// {"digest":{"sha256":"bdd6b539…"},"name":"EXH-7.sha256sums"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The file's name, or the name of the listing.
    pub name: String,
    /// The digest of the file, or of the listing.
    pub sha256: Digest,
    /// All its fields, where there are others beside these: two subjects are the same when all are.
    more: Option<Box<Json>>,
}

/// A link could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The event is not one this format takes.
    #[error("the event cannot be recorded: {0}")]
    Malformed(#[from] Malformed),
    /// The key gave no signature.
    #[error("the key gave no signature")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Link {
    /// The event.
    pub fn event(&self) -> &Event {
        &self.content
    }
}

impl<P: Predicate> Link<P> {
    /// Reads a link.
    ///
    /// # Errors
    /// Where a field is missing or mistyped, a constant is another, or the signatures are not in order.
    pub fn from_json(json: Json) -> Result<Self, Malformed> {
        let mut unknown = Vec::new();
        let link = json
            .as_object()
            .ok_or_else(|| Malformed::new("must be an object"))?;
        note_unknown(link, &["signatures", "statement"], "", &mut unknown);
        let signatures =
            read_signatures(link, &mut unknown).map_err(|error| error.within("signatures"))?;
        let statement = object_in(link, "statement")?;
        let (subject, content) =
            read_statement(statement, &mut unknown).map_err(|error| error.within("statement"))?;
        let (text, statement) = text_of(link);
        Ok(Self {
            hash: Digest::of(text.as_bytes()),
            text,
            statement,
            json: OnceLock::new(),
            signatures,
            subject,
            content,
            unknown,
        })
    }

    /// Makes a link: the event signed by each of these keys.
    ///
    /// # Errors
    /// Where the event is not one this format takes, or a key gives no signature.
    pub fn sign(
        subject: &Subject,
        predicate: Object,
        signers: &[&dyn Signer],
    ) -> Result<Self, SignError> {
        let statement = Json::Object(
            Object::new()
                .with("_type", Json::text(STATEMENT_TYPE))
                .with("predicate", Json::Object(predicate))
                .with("predicateType", Json::text(P::TYPE))
                .with("subject", Json::Array(vec![subject.to_json()])),
        );
        let message = signed_bytes(&canonical(&statement));
        let mut signatures = Vec::new();
        for signer in signers {
            let bytes = signer.sign(&message).map_err(SignError::Refused)?;
            signatures.push((signer.public_key().id(), Base64::encode_string(&bytes)));
        }
        signatures.sort();
        let signature = |(keyid, base64): (Digest, String)| {
            Json::Object(
                Object::new()
                    .with("keyid", keyid.to_json())
                    .with("sig", Json::Text(base64)),
            )
        };
        let signatures = Json::Array(signatures.into_iter().map(signature).collect());
        let link = Object::new()
            .with("signatures", signatures)
            .with("statement", statement);
        let text = canonical(&Json::Object(link));
        // What is written is read by the same rules as everything else, and as deep as it will stand in its bundle.
        let text = format!("[[{text}]]");
        let read = Reader::read(text.as_bytes()).map_err(|error| Malformed::new(error.problem))?;
        let link = read
            .as_array()
            .and_then(|outer| outer.first()?.as_array()?.first());
        Ok(Self::from_json(link.cloned().unwrap_or(Json::Bool(false)))?)
    }

    /// `linkHash`: SHA-256 of the canonical bytes of the whole link.
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// The signatures, in order of their key ids.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// What the chain is about.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// What was signed, as far as the audit needs it.
    pub fn content(&self) -> &P {
        &self.content
    }

    /// Any field of what was signed, as it stands there.
    pub fn predicate(&self) -> &Object {
        static EMPTY: OnceLock<Object> = OnceLock::new();
        let found = self
            .to_json()
            .as_object()
            .and_then(|link| object_in(object_in(link, "statement").ok()?, "predicate").ok());
        found.unwrap_or_else(|| EMPTY.get_or_init(Object::new))
    }

    /// Everyone who must sign, each key once with the first name that stands beside it: the signer, then witnesses.
    pub fn signers(&self) -> Vec<(Digest, Party)> {
        let by = self.content.by();
        // Most links have no witness, and need not be read again for that.
        if self.content.witness_keys().is_empty() {
            return by.key.map(|key| (key, by.clone())).into_iter().collect();
        }
        let witnesses = self
            .predicate()
            .get("witnesses")
            .and_then(Json::as_array)
            .unwrap_or_default();
        let witnesses = witnesses.iter().filter_map(Json::as_object).map(Party::of);
        let mut seen = HashSet::new();
        std::iter::once(by.clone())
            .chain(witnesses)
            .filter_map(|party| Some((party.key?, party)))
            .filter(|(key, _)| seen.insert(*key))
            .collect()
    }

    /// Fields this version does not know, as dotted names.
    pub fn unknown_fields(&self) -> &[String] {
        &self.unknown
    }

    /// The bytes the signatures cover: DSSE's pre-authentication encoding of the canonical statement.
    pub fn signed_bytes(&self) -> Vec<u8> {
        signed_bytes(&self.text[self.statement.clone()])
    }

    /// `C(link)`: the canonical bytes of the whole link.
    pub fn canonical(&self) -> &str {
        &self.text
    }

    /// The link as it stands on disk.
    pub fn to_json(&self) -> &Json {
        // It was read once, so it can be read again.
        let read = || Reader::read(self.text.as_bytes()).unwrap_or(Json::Bool(false));
        self.json.get_or_init(read)
    }
}

impl Subject {
    /// A subject of this name and digest.
    pub fn new(name: &str, sha256: Digest) -> Self {
        Self {
            name: name.to_owned(),
            sha256,
            more: None,
        }
    }

    fn to_json(&self) -> Json {
        if let Some(json) = &self.more {
            return Json::clone(json);
        }
        let digest = Object::new().with("sha256", self.sha256.to_json());
        let subject = Object::new().with("digest", Json::Object(digest));
        Json::Object(subject.with("name", Json::text(&self.name)))
    }
}

/// `"DSSEv1 28 application/vnd.in-toto+json " ‖ length of body ‖ " " ‖ body`.
fn signed_bytes(body: &str) -> Vec<u8> {
    let length = body.len();
    let mut signed = Vec::with_capacity(length + 64);
    signed.extend(format!("DSSEv1 {} {PAYLOAD_TYPE} {length} ", PAYLOAD_TYPE.len()).bytes());
    signed.extend_from_slice(body.as_bytes());
    signed
}

/// `C(link)`, and where in it the statement is.
fn text_of(link: &Object) -> (String, Range<usize>) {
    let mut text = String::with_capacity(2048);
    let mut statement = 0..0;
    for (name, value) in link.iter() {
        text.push(if text.is_empty() { '{' } else { ',' });
        text.extend(["\"", name, "\":"]);
        let start = text.len();
        // A String takes every write.
        let _ = write_canonical(value, &mut text);
        if name == "statement" {
            statement = start..text.len();
        }
    }
    text.push('}');
    text.shrink_to_fit();
    (text, statement)
}

fn read_signatures(link: &Object, unknown: &mut Vec<String>) -> Result<Vec<Signature>, Malformed> {
    let items = link
        .get("signatures")
        .ok_or_else(|| Malformed::new("is missing"))?;
    let items = items
        .as_array()
        .ok_or_else(|| Malformed::new("must be an array"))?;
    if items.len() > MAX_SIGNATURES {
        return Err(Malformed::new(format!(
            "holds more than {MAX_SIGNATURES} signatures"
        )));
    }
    let mut signatures = Vec::new();
    for (number, item) in items.iter().enumerate() {
        let within = |error: Malformed| error.within(&format!("[{number}]"));
        let object = item
            .as_object()
            .ok_or_else(|| within(Malformed::new("must be an object")))?;
        let text = |name: &str| {
            let missing = || within(Malformed::new("is missing or no text").within(name));
            object.text(name).ok_or_else(missing)
        };
        let keyid = Digest::parse(text("keyid")?).map_err(|error| within(error.within("keyid")))?;
        let bytes = decode_base64(text("sig")?).map_err(|error| within(error.within("sig")))?;
        if object.len() > 2 {
            let prefix = format!("signatures[{number}].");
            note_unknown(object, &["keyid", "sig"], &prefix, unknown);
        }
        signatures.push(Signature { keyid, bytes });
    }
    // One keyid twice is a finding, not a refusal.
    if !signatures.is_sorted_by_key(|signature| signature.keyid) {
        return Err(Malformed::new("must be in ascending order of keyid"));
    }
    Ok(signatures)
}

fn read_statement<P: Predicate>(
    statement: &Object,
    unknown: &mut Vec<String>,
) -> Result<(Subject, P), Malformed> {
    for (name, constant) in [("_type", STATEMENT_TYPE), ("predicateType", P::TYPE)] {
        if statement.text(name) != Some(constant) {
            return Err(Malformed::new(format!("must be `{constant}`")).within(name));
        }
    }
    note_unknown(
        statement,
        &["_type", "predicateType", "predicate", "subject"],
        "statement.",
        unknown,
    );
    let subjects = statement
        .get("subject")
        .and_then(Json::as_array)
        .unwrap_or_default();
    let [Json::Object(subject)] = subjects else {
        return Err(Malformed::new("must be an array of exactly one object").within("subject"));
    };
    let read_subject = || {
        let digest = object_in(subject, "digest")?;
        let sha256 = digest.text("sha256").ok_or_else(|| {
            Malformed::new("is missing or no text")
                .within("sha256")
                .within("digest")
        })?;
        let name = subject
            .text("name")
            .ok_or_else(|| Malformed::new("is missing or no text").within("name"))?;
        Ok(Subject {
            name: name.to_owned(),
            sha256: Digest::parse(sha256)
                .map_err(|error| error.within("sha256").within("digest"))?,
            more: (subject.len() + digest.len() > 3)
                .then(|| Box::new(Json::Object(subject.clone()))),
        })
    };
    note_unknown(
        subject,
        &["digest", "name"],
        "statement.subject[0].",
        unknown,
    );
    if let Ok(digest) = object_in(subject, "digest") {
        note_unknown(digest, &["sha256"], "statement.subject[0].digest.", unknown);
    }
    let read: Subject = read_subject().map_err(|error: Malformed| error.within("subject[0]"))?;
    let predicate = object_in(statement, "predicate")?;
    let (content, fields) = P::read(predicate).map_err(|error| error.within("predicate"))?;
    unknown.extend(
        fields
            .into_iter()
            .map(|field| format!("statement.predicate.{field}")),
    );
    Ok((read, content))
}

fn object_in<'a>(object: &'a Object, name: &str) -> Result<&'a Object, Malformed> {
    object
        .get(name)
        .and_then(Json::as_object)
        .ok_or_else(|| Malformed::new("is missing or no object").within(name))
}

fn note_unknown(object: &Object, known: &[&str], prefix: &str, unknown: &mut Vec<String>) {
    unknown.extend(
        object
            .iter()
            .filter(|(name, _)| !known.contains(name))
            .map(|(name, _)| format!("{prefix}{name}")),
    );
}

/// Reads standard, padded, canonical base64 (RFC 4648 §4).
pub(super) fn decode_base64(text: &str) -> Result<Vec<u8>, Malformed> {
    let bytes = Base64::decode_vec(text)
        .ok()
        .filter(|bytes| Base64::encode_string(bytes) == text);
    bytes.ok_or_else(|| Malformed::new("must be standard, padded, canonical base64"))
}
