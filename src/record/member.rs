//! A member of a roster: whose key is whose, from when to when.

use super::digest::Digest;
use super::json::{Json, Malformed, Object};
use super::key::PublicKey;
use super::time::Timestamp;

/// One member of a roster.
///
/// ```json
/// {"agency":"North River Police, Digital Unit","from":"2026-01-01T00:00:00Z","key":"893290e9…","name":"Ines Kaya",
///  "pem":"-----BEGIN PUBLIC KEY-----\n…","role":"investigator","until":"2029-01-01T00:00:00Z",
///  "revoked":{"at":"2027-05-01T00:00:00Z","kind":"retired","reason":"a new key"}}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub name: String,
    /// Agency and unit.
    pub agency: String,
    /// The post. [`AUTHORITY`] and [`ARCHIVE`] have a meaning of their own.
    pub role: String,
    /// The id of the key, as it stands there.
    pub key: Digest,
    /// The key.
    pub public_key: PublicKey,
    /// The first second in which the member may sign.
    pub from: Timestamp,
    /// The last one.
    pub until: Timestamp,
    /// Where the key must not be used any more.
    pub revoked: Option<Revoked>,
    /// All its fields, as they stand there; what this version does not know goes on into later versions.
    json: Object,
}

/// The role of those who may put another in the holder's place.
pub const AUTHORITY: &str = "authority";

/// The role of those who may renew a chain they do not hold.
pub const ARCHIVE: &str = "archive";

/// From when on, and why, a key must not be used any more.
///
/// ```json
/// {"at":"2027-05-01T00:00:00Z","kind":"compromised","reason":"the laptop was stolen"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// From when on.
    pub at: Timestamp,
    /// Whether others may have the key.
    pub kind: Revocation,
    /// Why, as recorded.
    pub reason: Option<String>,
}

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// It is no longer used, and nobody else has it.
    Retired,
    /// Others may have it: whatever it signs may be theirs.
    Compromised,
}

impl Revocation {
    /// The word in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retired => "retired",
            Self::Compromised => "compromised",
        }
    }
}

impl Member {
    /// A new member.
    pub fn new(
        (name, agency, role): (&str, &str, &str),
        public_key: PublicKey,
        from: Timestamp,
        until: Timestamp,
    ) -> Self {
        let key = public_key.id();
        let json = Object::new()
            .with("agency", Json::text(agency))
            .with("from", from.to_json())
            .with("key", key.to_json())
            .with("name", Json::text(name))
            .with("pem", Json::Text(public_key.to_pem()))
            .with("role", Json::text(role))
            .with("until", until.to_json());
        Self {
            name: name.to_owned(),
            agency: agency.to_owned(),
            role: role.to_owned(),
            key,
            public_key,
            from,
            until,
            revoked: None,
            json,
        }
    }

    /// Reads a member whose fields were held against their shape.
    pub(super) fn of(object: &Object) -> Result<Self, Malformed> {
        let text = |name: &str| object.text(name).unwrap_or_default().to_owned();
        let time = |name: &str| {
            Timestamp::parse(object.text(name).unwrap_or_default())
                .map_err(|error| error.within(name))
        };
        let revoked = object.get("revoked").and_then(Json::as_object);
        Ok(Self {
            name: text("name"),
            agency: text("agency"),
            role: text("role"),
            key: Digest::parse(&text("key")).map_err(|error| error.within("key"))?,
            public_key: PublicKey::from_pem(&text("pem")).map_err(|error| error.within("pem"))?,
            from: time("from")?,
            until: time("until")?,
            revoked: revoked.map(Revoked::of).transpose()?,
            json: object.clone(),
        })
    }

    /// The same member, whose key must not be used any more.
    #[must_use]
    pub fn revoke(mut self, revoked: Revoked) -> Self {
        let mut object = Object::new()
            .with("at", revoked.at.to_json())
            .with("kind", Json::text(revoked.kind.as_str()));
        if let Some(reason) = &revoked.reason {
            object.set("reason", Json::text(reason));
        }
        self.json.set("revoked", Json::Object(object));
        self.revoked = Some(revoked);
        self
    }

    /// Whether the member may sign at a time: within the period, and not retired before. What a compromise means for a
    /// link depends on more than its time.
    pub fn may_sign_at(&self, at: Timestamp) -> bool {
        let retired = self
            .revoked
            .as_ref()
            .is_some_and(|revoked| revoked.kind == Revocation::Retired && revoked.at < at);
        self.from <= at && at <= self.until && !retired
    }

    /// Since when others may have the key, where they may.
    pub fn compromised_at(&self) -> Option<Timestamp> {
        self.revoked
            .as_ref()
            .filter(|revoked| revoked.kind == Revocation::Compromised)
            .map(|revoked| revoked.at)
    }

    /// The member as it stands in a version.
    pub fn to_json(&self) -> Json {
        Json::Object(self.json.clone())
    }
}

impl Revoked {
    fn of(object: &Object) -> Result<Self, Malformed> {
        let at = Timestamp::parse(object.text("at").unwrap_or_default());
        Ok(Self {
            at: at.map_err(|error| error.within("at").within("revoked"))?,
            kind: match object.text("kind") {
                Some("retired") => Revocation::Retired,
                _ => Revocation::Compromised,
            },
            reason: object.text("reason").map(str::to_owned),
        })
    }
}
