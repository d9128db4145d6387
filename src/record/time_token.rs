//! Time stamps over links: RFC 3161 tokens, carried until someone judges them.

use base64ct::{Base64, Encoding};

use super::digest::Digest;
use super::json::{Json, Malformed, Object};
use super::link::decode_base64;

/// A time stamp over a link.
///
/// ```json
/// {"link":"a427ea42…","rfc3161":"MIIJqwYJKoZIhvcNAQcCoIIJnDCC…"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeToken {
    /// The hash of the link.
    pub link: Digest,
    /// Base64 of the DER of an RFC 3161 TimeStampToken.
    pub token: String,
    /// Fields this version does not know.
    pub unknown: Object,
}

impl TimeToken {
    /// The time stamp that these bytes are, over the link with this hash.
    pub fn new(link: Digest, der: &[u8]) -> Self {
        Self {
            link,
            token: Base64::encode_string(der),
            unknown: Object::new(),
        }
    }

    /// Reads a time stamp.
    ///
    /// # Errors
    /// Where a field is missing or mistyped.
    pub fn from_json(json: Json) -> Result<Self, Malformed> {
        let mut object = json.into_object()?;
        let link =
            Digest::parse(&object.require_text("link")?).map_err(|error| error.within("link"))?;
        let token = object.require_text("rfc3161")?;
        decode_base64(&token).map_err(|error| error.within("rfc3161"))?;
        Ok(Self {
            link,
            token,
            unknown: object,
        })
    }

    /// The time stamp as it stands on disk.
    pub fn to_json(&self) -> Json {
        Json::Object(
            self.unknown
                .clone()
                .with("link", self.link.to_json())
                .with("rfc3161", Json::text(&self.token)),
        )
    }

    /// The DER of the token.
    pub fn der(&self) -> Vec<u8> {
        decode_base64(&self.token).unwrap_or_default()
    }
}
