//! An identity: who a key is said to belong to, as one hands it to a colleague.

use super::digest::Digest;
use super::event::Party;
use super::json::{FileForm, Json, Malformed, Object, ParseError, Reader};
use super::key::{KeyRecord, PublicKey};

/// The format line of an identity file.
const FORMAT: &str = "custody-identity/v1";

/// A name, an agency, a role and a public key.
///
/// ```json
/// {
///   "about": {"format": "custody-identity/v1"},
///   "agency": "North River Police, Digital Unit",
///   "key": {"algorithm": "ed25519", "id": "893290e9…", "pem": "-----BEGIN PUBLIC KEY-----\n…"},
///   "name": "Ines Kaya",
///   "role": "investigator"
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The person, as the file says.
    pub name: String,
    /// The agency, as the file says.
    pub agency: String,
    /// The role, as the file says.
    pub role: String,
    /// The key.
    pub key: PublicKey,
}

impl Identity {
    /// Reads an identity file.
    ///
    /// # Errors
    /// Where the text is outside the profile, is no identity, or its key's id is not the hash of its key.
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        let mut reader = Reader::new(bytes)?;
        let position = reader.position();
        let value = reader.value("")?;
        let identity = Self::from_json(value).map_err(|error| reader.refuse(position, &error))?;
        reader.end()?;
        Ok(identity)
    }

    fn from_json(json: Json) -> Result<Self, Malformed> {
        let mut object = json.into_object()?;
        let mut about = object
            .require("about")?
            .into_object()
            .map_err(|error| error.within("about"))?;
        if about
            .require_text("format")
            .map_err(|error| error.within("about"))?
            != FORMAT
        {
            return Err(Malformed::new(format!("must be `{FORMAT}`"))
                .within("format")
                .within("about"));
        }
        let record =
            KeyRecord::from_json(object.require("key")?).map_err(|error| error.within("key"))?;
        if record.id != record.key.id() {
            return Err(Malformed::new("is not the SHA-256 of the key beside it")
                .within("id")
                .within("key"));
        }
        let mut text = |name: &str| match object.require_text(name)? {
            empty if empty.trim().is_empty() => {
                Err(Malformed::new("must not be empty").within(name))
            }
            text => Ok(text),
        };
        Ok(Self {
            name: text("name")?,
            agency: text("agency")?,
            role: text("role")?,
            key: record.key,
        })
    }

    /// The identity as a file.
    pub fn to_file(&self) -> String {
        let about = Object::new().with("format", Json::text(FORMAT));
        let object = Object::new()
            .with("about", Json::Object(about))
            .with("agency", Json::text(&self.agency))
            .with("key", KeyRecord::of(self.key).to_json())
            .with("name", Json::text(&self.name))
            .with("role", Json::text(&self.role));
        let mut file = String::new();
        // A String takes every write.
        let _ = FileForm::write(&Json::Object(object), &mut file);
        file
    }

    /// The identity as it stands in a link.
    pub fn party(&self) -> Party {
        Party {
            name: self.name.clone(),
            agency: self.agency.clone(),
            role: self.role.clone(),
            key: Some(self.key.id()),
        }
    }

    /// The id of the key.
    pub fn id(&self) -> Digest {
        self.key.id()
    }
}
