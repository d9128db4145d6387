//! What is said to an ssh-agent, and what it answers: the SSH agent protocol (draft-ietf-sshm-ssh-agent) in the types of
//! RFC 4251 §5. Nothing is sent from here.

use base64ct::{Base64Unpadded, Encoding};
use ssh_encoding::{Decode, Encode, Error, Reader};

use crate::record::digest::Digest;
use crate::record::key::PublicKey;

/// The most bytes a message may have. OpenSSH's agent closes the connection on a longer one.
pub(super) const MAX_MESSAGE: usize = 256 << 10;

/// The name of plain Ed25519 keys and signatures (RFC 8709 §4, §6).
const ED25519: &str = "ssh-ed25519";
const ED25519_ON_FIDO: &str = "sk-ssh-ed25519@openssh.com";

const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;

type Result<T> = std::result::Result<T, Error>;

/// A key that an agent holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its kind, as ssh calls it: `ssh-ed25519`. It comes from the agent, and may be anything.
    pub kind: String,
    /// What its owner calls it. It comes from the agent, and may be anything.
    pub comment: String,
    /// `SHA256:…`, as `ssh-add -l` prints it.
    pub fingerprint: String,
    /// The key itself, where it is a plain Ed25519 key.
    pub key: Option<PublicKey>,
}

impl Held {
    fn read(blob: &[u8], comment: &[u8]) -> Self {
        let sum = Base64Unpadded::encode_string(&Digest::of(blob).0);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut rest = blob;
        let kind = Vec::<u8>::decode(&mut rest).map(|kind| text(&kind));
        let kind = kind.unwrap_or_else(|_| "unknown".to_owned());
        Self {
            // A plain key that is not 32 bytes long is none.
            key: (kind == ED25519)
                .then(|| array(&mut rest).and_then(|point| rest.finish(point)))
                .and_then(Result::ok)
                .map(|point| PublicKey::from_bytes(&point)),
            kind,
            comment: text(comment),
            fingerprint: format!("SHA256:{sum}"),
        }
    }

    /// Whether this is an Ed25519 key on a FIDO token. It signs a text of its own around what it is given, with a
    /// counter in it (OpenSSH PROTOCOL.u2f), and so can never give the signature a chain needs.
    pub fn is_fido(&self) -> bool {
        self.kind.starts_with(ED25519_ON_FIDO)
    }
}

/// A string of exactly this many bytes.
fn array<const N: usize>(reader: &mut &[u8]) -> Result<[u8; N]> {
    Vec::<u8>::decode(reader)?
        .try_into()
        .map_err(|_| Error::Length)
}

/// What an agent answered.
pub(super) enum Answer {
    /// It does not do it, or cannot.
    No,
    /// What it holds.
    Keys(Vec<Held>),
    /// A plain Ed25519 signature.
    Signature([u8; 64]),
}

/// The request for the list of keys.
pub(super) fn list_request() -> Vec<u8> {
    vec![0, 0, 0, 1, REQUEST_IDENTITIES]
}

/// The request for a signature over these bytes; `None` where they are more than an agent takes.
pub(super) fn sign_request(key: &[u8; 32], message: &[u8]) -> Option<Vec<u8>> {
    let mut blob = Vec::new();
    let mut body = vec![SIGN_REQUEST];
    let written = ED25519
        .encode(&mut blob)
        .and_then(|()| key[..].encode(&mut blob))
        .and_then(|()| blob.encode(&mut body))
        .and_then(|()| message.encode(&mut body))
        // No flags: they choose a hash for RSA.
        .and_then(|()| 0_u32.encode(&mut body));
    written.ok().filter(|()| body.len() <= MAX_MESSAGE)?;
    let mut framed = Vec::new();
    body.encode(&mut framed).ok()?;
    Some(framed)
}

/// Reads an answer, without the length in front of it; `None` where it is none.
pub(super) fn answer(message: &[u8]) -> Option<Answer> {
    let mut body = message;
    match u8::decode(&mut body).ok()? {
        FAILURE => Some(Answer::No),
        IDENTITIES_ANSWER => keys(body).ok().map(Answer::Keys),
        SIGN_RESPONSE => signature(body).map(Answer::Signature),
        _ => None,
    }
}

fn keys(mut body: &[u8]) -> Result<Vec<Held>> {
    let count = u32::decode(&mut body)?;
    let mut keys = Vec::new();
    // A count that lies ends where the bytes end: every key takes eight of them at least.
    for _ in 0..count {
        let blob = Vec::<u8>::decode(&mut body)?;
        let comment = Vec::<u8>::decode(&mut body)?;
        keys.push(Held::read(&blob, &comment));
    }
    body.finish(keys)
}

fn signature(mut body: &[u8]) -> Option<[u8; 64]> {
    let blob = Vec::<u8>::decode(&mut body).ok()?;
    let mut rest = blob.as_slice();
    let kind = Vec::<u8>::decode(&mut rest).ok()?;
    let signature = array(&mut rest).ok()?;
    (kind == ED25519.as_bytes() && body.is_empty() && rest.is_empty()).then_some(signature)
}
