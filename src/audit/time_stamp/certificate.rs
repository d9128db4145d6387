//! Certificates of authorities (RFC 5280), read as far as a time stamp needs them.

use der::Tag;

use super::distinguished_name;
use super::element::{Element, NotDer, holding, plain};
use super::moment::Moment;
use super::object;
use super::signature::{Algorithm, AuthorityKey, Scheme};

/// A certificate that has the right form.
#[derive(Clone, Debug)]
pub(super) struct Certificate<'a> {
    /// All of it, as it stands there.
    pub raw: &'a [u8],
    /// What its issuer signed.
    signed: &'a [u8],
    /// Number of its issuer, as it stands there.
    pub serial: &'a [u8],
    /// Name of its issuer, as it stands there.
    pub issuer: &'a [u8],
    /// Name of its owner, as it stands there.
    pub subject: &'a [u8],
    not_before: Moment,
    not_after: Moment,
    pub key: AuthorityKey<'a>,
    scheme: Option<Scheme>,
    signature: &'a [u8],
    is_version_3: bool,
    rights: Rights<'a>,
}

/// What the extensions of a certificate say.
#[derive(Clone, Debug, Default)]
struct Rights<'a> {
    /// Something critical is in it that is not known here, or something stands there twice, or has another form.
    is_unclear: bool,
    is_authority: bool,
    /// How many authorities may stand below it.
    path_length: Option<u64>,
    /// The bits of keyUsage, the first one highest.
    key_usage: Option<u16>,
    /// Whether it is for time stamps, for nothing else, and says so as critical.
    is_for_time_stamps_alone: bool,
    /// The name of its key, and that of the key that is said to have signed it.
    key_identifier: Option<&'a [u8]>,
    issuer_key_identifier: Option<&'a [u8]>,
    /// Other names of its owner, each as it stands there.
    other_names: Vec<&'a [u8]>,
}

/// keyUsage: digitalSignature and nonRepudiation.
const SIGNS: u16 = 0xc000;
/// keyUsage: keyCertSign.
const SIGNS_CERTIFICATES: u16 = 0x0400;

impl<'a> Certificate<'a> {
    /// Reads a certificate.
    pub fn read(element: Element<'a>) -> Result<Self, NotDer> {
        let mut outer = element.of(Tag::Sequence)?.elements()?;
        let signed = outer.next_of(Tag::Sequence)?;
        let algorithm = Algorithm::read(outer.next()?)?;
        let signature = outer.next_of(Tag::BitString)?.bits()?;
        outer.end()?;

        let mut inner = signed.elements()?;
        let version = match inner.optional(holding(0))? {
            None => 0,
            Some(version) => Element::whole(version.value)?.number()?,
        };
        let serial = inner.next_of(Tag::Integer)?;
        let algorithm_within = Algorithm::read(inner.next()?)?;
        let issuer = inner.next_of(Tag::Sequence)?;
        let mut validity = inner.next_of(Tag::Sequence)?.elements()?;
        let not_before = Moment::of_certificate(validity.next()?)?;
        let not_after = Moment::of_certificate(validity.next()?)?;
        validity.end()?;
        let subject = inner.next_of(Tag::Sequence)?;
        let key = AuthorityKey::read(inner.next_of(Tag::Sequence)?)?;
        // Unique identifiers, of which nobody makes use.
        for number in [1, 2] {
            inner.optional(super::element::plain(number))?;
        }
        let extensions = inner.optional(holding(3))?;
        inner.end()?;
        if version > 2
            || distinguished_name::is_malformed(issuer)
            || distinguished_name::is_malformed(subject)
        {
            return Err(NotDer);
        }
        let rights = match extensions {
            None => Rights::default(),
            Some(extensions) => Rights::read(Element::whole(extensions.value)?)?,
        };
        Ok(Self {
            raw: element.raw,
            signed: signed.raw,
            serial: serial.value,
            issuer: issuer.raw,
            subject: subject.raw,
            not_before,
            not_after,
            key,
            // It says twice how it was signed: inside what was signed, and outside.
            scheme: Scheme::of(algorithm).filter(|_| algorithm == algorithm_within),
            signature,
            is_version_3: version == 2,
            rights,
        })
    }

    /// Whether the owner of this key signed it.
    pub fn is_signed_by(&self, key: AuthorityKey<'_>) -> bool {
        self.scheme
            .is_some_and(|scheme| key.signed(scheme, self.signed, self.signature))
    }

    /// Whether it names the key of that certificate as the one that signed it, or names none.
    pub fn is_meant_for(&self, issuer: &Certificate<'_>) -> bool {
        let named = self.rights.issuer_key_identifier;
        let key = issuer.rights.key_identifier;
        named.zip(key).is_none_or(|(named, key)| named == key)
    }

    /// Whether the moment lies between its two dates.
    pub fn holds_at(&self, moment: Moment) -> bool {
        (self.not_before..=self.not_after).contains(&moment.second())
    }

    /// Whether it is the certificate of an authority over others, with so many authorities below it.
    pub fn may_certify(&self, below: usize) -> bool {
        let rights = &self.rights;
        self.is_version_3
            && !rights.is_unclear
            && rights.is_authority
            && rights
                .key_usage
                .is_none_or(|usage| usage & SIGNS_CERTIFICATES != 0)
            && rights.path_length.is_none_or(|most| below as u64 <= most)
    }

    /// Whether its owner may sign time stamps, and nothing else (RFC 3161, section 2.3).
    pub fn may_stamp(&self) -> bool {
        let rights = &self.rights;
        self.is_version_3
            && !rights.is_unclear
            && rights.is_for_time_stamps_alone
            && rights
                .key_usage
                .is_none_or(|usage| usage & SIGNS != 0 && usage & !SIGNS == 0)
    }

    /// Whether an authority's name in a token is one of its owner's (RFC 3161, section 2.4.2).
    pub fn is_named(&self, name: Element<'_>) -> bool {
        let by_subject = name.tag == holding(4) && name.value == self.subject;
        by_subject || self.rights.other_names.contains(&name.raw)
    }

    /// Whether issuer and owner have one name: such a certificate does not count in the length of a path.
    pub fn is_self_issued(&self) -> bool {
        self.issuer == self.subject
    }

    /// The name of its owner, for people.
    pub fn name(&self) -> String {
        distinguished_name::for_people(self.subject)
    }
}

impl<'a> Rights<'a> {
    fn read(extensions: Element<'a>) -> Result<Self, NotDer> {
        let mut rights = Self::default();
        let mut seen: Vec<&[u8]> = Vec::new();
        for extension in extensions.of(Tag::Sequence)?.list()? {
            let mut elements = extension.of(Tag::Sequence)?.elements()?;
            let object = elements.next_of(Tag::ObjectIdentifier)?.value;
            let is_critical = match elements.optional(Tag::Boolean)? {
                None => false,
                Some(critical) => critical.truth()?,
            };
            let value = elements.next_of(Tag::OctetString)?.value;
            elements.end()?;
            let is_understood = rights.note(object, is_critical, value).is_ok();
            rights.is_unclear |= !is_understood || seen.contains(&object);
            seen.push(object);
        }
        Ok(rights)
    }

    /// What one extension says; an error where that is not understood and must be.
    fn note(&mut self, object: &[u8], is_critical: bool, value: &'a [u8]) -> Result<(), NotDer> {
        let whole = || {
            Element::whole(value)
                .ok()
                .filter(|whole| whole.is_der())
                .ok_or(NotDer)
        };
        match object {
            object::BASIC_CONSTRAINTS => {
                let mut elements = whole()?.elements()?;
                let authority = elements.optional(Tag::Boolean)?;
                self.is_authority = authority.map(Element::truth).transpose()?.unwrap_or(false);
                let most = elements.optional(Tag::Integer)?;
                self.path_length = most.map(Element::number).transpose()?;
                elements.end()
            }
            object::KEY_USAGE => {
                let bits = whole()?;
                let bytes = match (bits.tag, bits.value) {
                    (Tag::BitString, [_, bytes @ ..]) if bytes.len() <= 2 => bytes,
                    _ => return Err(NotDer),
                };
                let byte = |place: usize| bytes.get(place).copied().unwrap_or(0);
                self.key_usage = Some(u16::from_be_bytes([byte(0), byte(1)]));
                Ok(())
            }
            object::EXTENDED_KEY_USAGE => {
                let usages = whole()?.list()?;
                self.is_for_time_stamps_alone = is_critical
                    && matches!(usages.as_slice(), [one] if one.value == object::TIME_STAMPING);
                Ok(())
            }
            object::KEY_IDENTIFIER => {
                self.key_identifier = Some(whole()?.of(Tag::OctetString)?.value);
                Ok(())
            }
            object::ISSUER_KEY_IDENTIFIER => {
                let named = whole()?.elements()?.optional(plain(0))?;
                self.issuer_key_identifier = named.map(|named| named.value);
                Ok(())
            }
            object::PROXY => Err(NotDer),
            object::OTHER_NAMES => {
                let names = whole()?.list()?;
                self.other_names = names.iter().map(|name| name.raw).collect();
                Ok(())
            }
            // They would narrow which names may stand below, and nobody here looks at that.
            object::NAME_CONSTRAINTS => Err(NotDer),
            // Which policy an authority follows, and where it lists what it revoked, is not judged.
            object::POLICIES | object::REVOCATION_LISTS => Ok(()),
            _ if is_critical => Err(NotDer),
            _ => Ok(()),
        }
    }
}
