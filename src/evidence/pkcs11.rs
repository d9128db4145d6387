//! Keys on PKCS#11 tokens (PKCS #11 3.0, CKM_EDDSA): smart cards, security modules.
//!
//! The module is a library of the token's maker, and its code runs in this program. It is believed as far as its code
//! must be; a signature of it is used only after it was verified.

use std::error::Error as StdError;
use std::path::Path;

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, SessionState, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;

pub use super::pkcs11_error::TokenError;

use crate::record::digest::hex_text;
use crate::record::key::{PublicKey, Signer};

type Result<T> = std::result::Result<T, TokenError>;

/// A module, loaded.
pub struct Module {
    context: Pkcs11,
}

/// A token that is plugged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugged {
    slot: Slot,
    /// Its label. It comes from the token, and may be anything.
    pub label: String,
    /// Its serial number, likewise.
    pub serial: String,
}

impl Plugged {
    fn is_called(&self, name: &str) -> bool {
        self.label == name || self.serial == name
    }
}

impl Module {
    /// Loads the library, and runs its code.
    ///
    /// # Errors
    /// Where it is no PKCS#11 module, or does not start.
    pub fn load(path: &Path) -> Result<Self> {
        let refuse = |error| TokenError::NoModule(path.to_owned(), reason(&error));
        let context = Pkcs11::new(path).map_err(refuse)?;
        match context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            // Another identity of this run is on the same module.
            Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {
                Ok(Self { context })
            }
            Err(error) => Err(refuse(error)),
        }
    }

    /// The tokens that are plugged in and set up.
    pub fn tokens(&self) -> Vec<Plugged> {
        let slots = self.context.get_slots_with_token().unwrap_or_default();
        let tokens = slots.into_iter().filter_map(|slot| {
            // A token that cannot even be named is not one to sign with.
            let about = self.context.get_token_info(slot).ok()?;
            about.token_initialized().then(|| Plugged {
                slot,
                label: about.label().to_owned(),
                serial: about.serial_number().to_owned(),
            })
        });
        tokens.collect()
    }

    /// Opens a session with the token of this label or serial number.
    ///
    /// # Errors
    /// Where there is none, or more than one, or the token refuses.
    pub fn open(&self, name: &str) -> Result<Token> {
        let tokens = self.tokens();
        let called: Vec<&Plugged> = tokens
            .iter()
            .filter(|token| token.is_called(name))
            .collect();
        match called.as_slice() {
            [] => {
                let labels = tokens.into_iter().map(|token| token.label).collect();
                Err(TokenError::NoToken(name.to_owned(), labels))
            }
            [token] => {
                let session = self.context.open_ro_session(token.slot);
                let session = session.map_err(refused(name, "opening a session"))?;
                Ok(Token {
                    context: self.context.clone(),
                    slot: token.slot,
                    session,
                    name: name.to_owned(),
                })
            }
            several => {
                let serials = several.iter().map(|token| token.serial.clone()).collect();
                Err(TokenError::SeveralTokens(name.to_owned(), serials))
            }
        }
    }
}

/// How a token lets its owner in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// It asks for none, or had it already.
    None,
    /// It has keys of its own to type it on.
    OnToken,
    /// It is typed here.
    Typed {
        /// Whether a wrong one would lock the token.
        is_last_try: bool,
    },
}

/// A token with a session, which lasts as long as this value.
pub struct Token {
    context: Pkcs11,
    slot: Slot,
    session: Session,
    name: String,
}

impl Token {
    /// How it lets its owner in.
    ///
    /// # Errors
    /// Where its PIN is locked, or it is no longer there.
    pub fn pin(&self) -> Result<Pin> {
        let about = self.context.get_token_info(self.slot);
        let about = about.map_err(refused(&self.name, "looking at it"))?;
        let session = self.session.get_session_info();
        let session = session.map_err(refused(&self.name, "looking at it"))?;
        let is_in = matches!(
            session.session_state(),
            SessionState::RoUser | SessionState::RwUser
        );
        if is_in || !about.login_required() {
            return Ok(Pin::None);
        }
        if about.user_pin_locked() {
            return Err(TokenError::PinLocked(self.name.clone()));
        }
        if about.protected_authentication_path() {
            return Ok(Pin::OnToken);
        }
        Ok(Pin::Typed {
            is_last_try: about.user_pin_final_try(),
        })
    }

    /// Logs in, with one try. `None`: the token asks for the PIN itself.
    ///
    /// # Errors
    /// Where the PIN is wrong or locked, or the token refuses.
    pub fn log_in(&self, pin: Option<&str>) -> Result<()> {
        // It leaves memory when it is dropped.
        let pin = pin.map(|pin| AuthPin::from(Box::<str>::from(pin)));
        match self.session.login(UserType::User, pin.as_ref()) {
            Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(Error::Pkcs11(
                RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange,
                _,
            )) => Err(TokenError::WrongPin(self.name.clone())),
            Err(Error::Pkcs11(RvError::PinLocked, _)) => {
                Err(TokenError::PinLocked(self.name.clone()))
            }
            Err(error) => Err(refused(&self.name, "logging in")(error)),
        }
    }

    /// The Ed25519 keys that it can sign with. Most tokens show them only to whoever is logged in.
    ///
    /// # Errors
    /// Where it does not show its keys.
    pub fn keys(&self) -> Result<Vec<OnToken>> {
        let refuse = refused(&self.name, "looking for its keys");
        let find = |class| {
            let wanted = [
                Attribute::Class(class),
                Attribute::KeyType(KeyType::EC_EDWARDS),
            ];
            let objects = self.session.find_objects(&wanted).map_err(&refuse)?;
            let described = objects.into_iter().map(|object| self.describe(object));
            described.collect::<Result<Vec<Described>>>()
        };
        let publics = find(ObjectClass::PUBLIC_KEY)?;
        let mut keys = Vec::new();
        for private in find(ObjectClass::PRIVATE_KEY)? {
            // The public half mostly stands beside the private one, under the same id.
            let beside = publics.iter().find(|public| public.id == private.id);
            let point = [Some(&private), beside]
                .into_iter()
                .flatten()
                .find_map(Described::key);
            if let Some(key) = point {
                keys.push(OnToken {
                    id: hex_text(&private.id),
                    label: private.label,
                    key,
                    object: private.object,
                    asks_each_time: private.asks_each_time,
                });
            }
        }
        Ok(keys)
    }

    fn describe(&self, object: ObjectHandle) -> Result<Described> {
        let wanted = [
            AttributeType::Id,
            AttributeType::Label,
            AttributeType::EcParams,
            AttributeType::EcPoint,
            AttributeType::AlwaysAuthenticate,
        ];
        let attributes = self.session.get_attributes(object, &wanted);
        let attributes = attributes.map_err(refused(&self.name, "looking at a key"))?;
        let mut described = Described {
            object,
            id: Vec::new(),
            label: String::new(),
            curve: Vec::new(),
            point: Vec::new(),
            asks_each_time: false,
        };
        for attribute in attributes {
            match attribute {
                Attribute::Id(id) => described.id = id,
                Attribute::Label(label) => {
                    described.label = String::from_utf8_lossy(&label).into_owned();
                }
                Attribute::EcParams(curve) => described.curve = curve,
                Attribute::EcPoint(point) => described.point = point,
                Attribute::AlwaysAuthenticate(asks) => described.asks_each_time = asks,
                _ => {}
            }
        }
        Ok(described)
    }

    /// One of its keys, ready to sign. The session stays open as long as it.
    ///
    /// # Errors
    /// Where the key wants the PIN again for each signature.
    pub fn into_signer(self, key: &OnToken) -> Result<TokenSigner> {
        if key.asks_each_time {
            return Err(TokenError::AsksEachTime(self.name));
        }
        Ok(TokenSigner {
            key: key.key,
            object: key.object,
            token: self,
        })
    }
}

/// An Ed25519 key on a token.
#[derive(Clone, Debug)]
pub struct OnToken {
    /// Its CKA_ID, in hex digits.
    pub id: String,
    /// Its label. It comes from the token, and may be anything.
    pub label: String,
    /// Its public half.
    pub key: PublicKey,
    object: ObjectHandle,
    asks_each_time: bool,
}

/// An object of a token, half a key.
struct Described {
    object: ObjectHandle,
    id: Vec<u8>,
    label: String,
    curve: Vec<u8>,
    point: Vec<u8>,
    asks_each_time: bool,
}

impl Described {
    fn key(&self) -> Option<PublicKey> {
        public_key(&self.curve, &self.point)
    }
}

/// What tokens write into CKA_EC_PARAMS for this curve: the OID of RFC 8410, the curve's name as a PrintableString
/// (PKCS #11 3.0, as softhsm2 has it), and the OID that OpenPGP cards had before there was an official one.
const CURVES: [&[u8]; 3] = [
    b"\x06\x03\x2b\x65\x70",
    b"\x13\x0cedwards25519",
    b"\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01",
];

/// What tokens write in front of the 32 bytes in CKA_EC_POINT: an OCTET STRING, a BIT STRING, nothing.
const WRAPPINGS: [&[u8]; 3] = [b"\x04\x20", b"\x03\x21\x00", b""];

/// The public key of a curve and a point, as tokens write them; `None` for any other curve.
fn public_key(curve: &[u8], point: &[u8]) -> Option<PublicKey> {
    if !CURVES.contains(&curve) {
        return None;
    }
    let bare = WRAPPINGS.iter().find_map(|wrapping| {
        let bare = point.strip_prefix(*wrapping)?;
        <&[u8; 32]>::try_from(bare).ok()
    });
    bare.map(PublicKey::from_bytes)
}

/// A key on a token with an open session.
pub struct TokenSigner {
    token: Token,
    key: PublicKey,
    object: ObjectHandle,
}

impl TokenSigner {
    fn signature(&self, message: &[u8]) -> Result<[u8; 64]> {
        let mechanism = Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Ed25519));
        let signature = self.token.session.sign(&mechanism, self.object, message);
        let signature = signature.map_err(refused(&self.token.name, "signing"))?;
        let signature = <[u8; 64]>::try_from(signature).ok();
        signature
            .filter(|signature| self.key.has_signed(message, signature))
            .ok_or_else(|| TokenError::WrongSignature(self.token.name.clone()))
    }
}

impl Signer for TokenSigner {
    fn public_key(&self) -> PublicKey {
        self.key
    }

    fn sign(
        &self,
        message: &[u8],
    ) -> std::result::Result<[u8; 64], Box<dyn StdError + Send + Sync>> {
        Ok(self.signature(message)?)
    }
}

fn refused(token: &str, doing: &'static str) -> impl Fn(Error) -> TokenError + use<> {
    let token = token.to_owned();
    move |error| TokenError::Refused(token.clone(), doing, reason(&error))
}

/// The system's words for a library that does not load; the name of PKCS#11's code for the rest, which people can look up.
fn reason(error: &Error) -> String {
    match error {
        Error::LibraryLoading(error) => error.to_string(),
        Error::Pkcs11(code, _) => format!("PKCS#11 code {code:?}"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_the_curve_and_the_point_is_read() {
        let point = [7; 32];
        let expected = Some(PublicKey::from_bytes(&point));
        for curve in CURVES {
            for wrapping in WRAPPINGS {
                let written = [wrapping, &point].concat();
                assert_eq!(public_key(curve, &written), expected);
                assert_eq!(public_key(curve, &written[..written.len() - 1]), None);
            }
        }
        let nist = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
        for other in [
            b"".as_slice(),
            b"\x13\x0aedwards448",
            b"\x06\x03\x2b\x65\x71",
            nist,
        ] {
            assert_eq!(public_key(other, &point), None);
        }
    }
}
