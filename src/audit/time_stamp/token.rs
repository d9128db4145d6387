//! A TimeStampToken (RFC 3161, section 2.4.2): CMS SignedData (RFC 5652) over a TSTInfo, by one signer.

use der::Tag;
use sha1::{Digest as _, Sha1};

use super::certificate::Certificate;
use super::element::{Element, Elements, NotDer, holding};
use super::object;
use super::signature::{Algorithm, Hash, Scheme};
use super::stamp_info::StampInfo;
use super::unsound::Unsound;

/// The longest token: what 65536 characters of base64 hold.
pub const MAX_TOKEN: usize = 65536 / 4 * 3;

/// The most certificates in a token.
const MAX_CERTIFICATES: usize = 32;

const MALFORMED: Unsound = Unsound("is not one time-stamp token of RFC 3161 in DER");

impl From<NotDer> for Unsound {
    fn from(_: NotDer) -> Self {
        MALFORMED
    }
}

/// A token that has the right form, and whose signature is that of the certificate it names. Who gave that certificate
/// out is another question.
#[derive(Clone, Debug)]
pub(super) struct SoundToken<'a> {
    pub info: StampInfo<'a>,
    /// The certificates in it, each once.
    pub certificates: Vec<Certificate<'a>>,
    /// Which of them signed.
    signer: usize,
    /// The other certificates that the signer named, where any: then no others may stand between it and a root.
    others: Vec<CertificateId<'a>>,
}

/// What identifies a certificate: ESSCertID or ESSCertIDv2 (RFC 5035).
#[derive(Clone, Copy, Debug)]
pub(super) struct CertificateId<'a> {
    /// `None` is SHA-1: it tells certificates apart here, and nothing rests on it.
    hash: Option<Hash>,
    value: &'a [u8],
    /// The issuer's name and the number, where they are named too.
    place: Option<(&'a [u8], &'a [u8])>,
}

/// The one SignerInfo.
struct SignerInfo<'a> {
    issuer: &'a [u8],
    serial: &'a [u8],
    hash: Hash,
    scheme: Scheme,
    attributes: Element<'a>,
    signature: &'a [u8],
}

impl<'a> SoundToken<'a> {
    /// Reads a token, and checks its signature.
    pub fn read(der: &'a [u8]) -> Result<Self, Unsound> {
        if der.len() > MAX_TOKEN {
            return Err(Unsound("is longer than a bundle may hold"));
        }
        let whole = Element::whole(der)?;
        if !whole.is_der() {
            return Err(MALFORMED);
        }
        let mut content_info = whole.of(Tag::Sequence)?.elements()?;
        let kind = content_info.next_of(Tag::ObjectIdentifier)?;
        let content = content_info.next_of(holding(0))?;
        content_info.end()?;
        if kind.value != object::SIGNED_DATA {
            return Err(MALFORMED);
        }
        Self::read_signed_data(Element::whole(content.value)?.of(Tag::Sequence)?)
    }

    fn read_signed_data(signed_data: Element<'a>) -> Result<Self, Unsound> {
        let mut fields = signed_data.elements()?;
        // Version 3: what was signed is no plain data (RFC 5652, section 5.1).
        if fields.next()?.number()? != 3 {
            return Err(MALFORMED);
        }
        let digests = fields.next_of(Tag::Set)?.list()?;
        let mut content = fields.next_of(Tag::Sequence)?.elements()?;
        if content.next_of(Tag::ObjectIdentifier)?.value != object::TST_INFO {
            return Err(Unsound("is not over a TSTInfo of RFC 3161"));
        }
        let info_bytes =
            Element::whole(content.next_of(holding(0))?.value)?.of(Tag::OctetString)?;
        content.end()?;
        let certificates = match fields.optional(holding(0))? {
            None => Vec::new(),
            Some(certificates) => read_certificates(certificates)?,
        };
        // Lists of revoked certificates may stand there; they are not made use of.
        if let Some(lists) = fields.optional(holding(1))? {
            lists.list()?;
        }
        let signers = fields.next_of(Tag::Set)?.list()?;
        fields.end()?;
        let [signer] = signers.as_slice() else {
            return Err(Unsound("has another number of signers than one"));
        };
        let signer = SignerInfo::read(signer.of(Tag::Sequence)?)?;
        let named: Result<Vec<_>, NotDer> = digests.into_iter().map(Algorithm::read).collect();
        if !named?
            .into_iter()
            .any(|digest| Hash::of(digest) == Some(signer.hash))
        {
            return Err(Unsound("does not name the digest that its signer used"));
        }
        let info = StampInfo::read(info_bytes.value)?;
        let attributes = Attributes::read(signer.attributes)?;
        if attributes.digest != signer.hash.digest(info_bytes.value) {
            return Err(Unsound("is not the text that was signed"));
        }
        let (place, others) = find_signer(&certificates, &signer, &attributes)?;
        let certificate = &certificates[place];
        if !certificate.key.signed(
            signer.scheme,
            &signer.attributes_as_signed(),
            signer.signature,
        ) {
            return Err(Unsound("was not signed by the certificate it names"));
        }
        if info
            .authority
            .is_some_and(|name| !certificate.is_named(name))
        {
            return Err(Unsound("names another authority than its certificate does"));
        }
        Ok(Self {
            info,
            certificates,
            signer: place,
            others,
        })
    }

    /// The certificate that signed.
    pub fn signer(&self) -> &Certificate<'a> {
        &self.certificates[self.signer]
    }

    /// The other certificates that the signer named.
    pub fn others(&self) -> &[CertificateId<'a>] {
        &self.others
    }
}

fn read_certificates(set: Element<'_>) -> Result<Vec<Certificate<'_>>, Unsound> {
    let elements = set.list()?;
    if elements.len() > MAX_CERTIFICATES {
        return Err(Unsound("holds more than 32 certificates"));
    }
    let mut certificates: Vec<Certificate<'_>> = Vec::new();
    for element in elements {
        let certificate = Certificate::read(element)?;
        if !certificates
            .iter()
            .any(|known| known.raw == certificate.raw)
        {
            certificates.push(certificate);
        }
    }
    Ok(certificates)
}

/// The certificate that the signed attributes name and the signer says is its own, and which others are named.
fn find_signer<'a>(
    certificates: &[Certificate<'a>],
    signer: &SignerInfo<'a>,
    attributes: &Attributes<'a>,
) -> Result<(usize, Vec<CertificateId<'a>>), Unsound> {
    let mut lists = Vec::new();
    for list in [&attributes.version_1, &attributes.version_2]
        .into_iter()
        .flatten()
    {
        lists.push(list.split_first().ok_or(MALFORMED)?);
    }
    if lists.is_empty() {
        return Err(Unsound("does not name the certificate that signed it"));
    }
    // Where two have one issuer and one number, the first one is meant; no other stands in for it.
    let place = certificates
        .iter()
        .position(|certificate| {
            certificate.issuer == signer.issuer && certificate.serial == signer.serial
        })
        .filter(|&place| {
            lists
                .iter()
                .all(|(first, _)| first.is_of(&certificates[place]))
        });
    let others = lists
        .iter()
        .flat_map(|(_, others)| others.iter().copied())
        .collect();
    match place {
        Some(place) => Ok((place, others)),
        None => Err(Unsound(
            "does not hold the certificate that it says signed it",
        )),
    }
}

impl<'a> SignerInfo<'a> {
    fn read(signer: Element<'a>) -> Result<Self, Unsound> {
        let mut fields = signer.elements()?;
        // Version 1: the certificate is named by issuer and number (RFC 5652, section 5.3).
        if fields.next()?.number()? != 1 {
            return Err(MALFORMED);
        }
        let mut name = fields.next_of(Tag::Sequence)?.elements()?;
        let issuer = name.next_of(Tag::Sequence)?.raw;
        let serial = name.next_of(Tag::Integer)?.value;
        name.end()?;
        let digest = Algorithm::read(fields.next()?)?;
        let attributes = fields.next_of(holding(0))?;
        let algorithm = Algorithm::read(fields.next()?)?;
        let signature = fields.next_of(Tag::OctetString)?.value;
        fields.optional(holding(1))?;
        fields.end()?;
        let unknown = Unsound("was signed in a way that is not believed, or not known");
        let hash = Hash::of(digest).ok_or(unknown)?;
        let scheme = Scheme::of_token(algorithm, hash).ok_or(unknown)?;
        Ok(Self {
            issuer,
            serial,
            hash,
            scheme,
            attributes,
            signature,
        })
    }

    /// The signed attributes as a SET OF, which is how they were signed (RFC 5652, section 5.4).
    fn attributes_as_signed(&self) -> Vec<u8> {
        let mut bytes = self.attributes.raw.to_vec();
        if let Some(tag) = bytes.first_mut() {
            *tag = 0x31;
        }
        bytes
    }
}

/// What of the signed attributes matters.
struct Attributes<'a> {
    digest: &'a [u8],
    version_1: Option<Vec<CertificateId<'a>>>,
    version_2: Option<Vec<CertificateId<'a>>>,
}

impl<'a> Attributes<'a> {
    fn read(set: Element<'a>) -> Result<Self, Unsound> {
        let list = set.list()?;
        if !list.is_sorted_by(|one, next| one.raw < next.raw) {
            return Err(Unsound(
                "has signed attributes that are not in the order of DER",
            ));
        }
        let mut seen: Vec<&[u8]> = Vec::new();
        let (mut kind, mut digest, mut version_1, mut version_2) = (None, None, None, None);
        for attribute in list {
            let mut fields = attribute.of(Tag::Sequence)?.elements()?;
            let object = fields.next_of(Tag::ObjectIdentifier)?.value;
            let values = fields.next_of(Tag::Set)?.list()?;
            fields.end()?;
            if seen.contains(&object) {
                return Err(Unsound("has a signed attribute twice"));
            }
            seen.push(object);
            let one = || match values.as_slice() {
                [one] => Ok(*one),
                _ => Err(NotDer),
            };
            match object {
                object::CONTENT_TYPE => kind = Some(one()?.of(Tag::ObjectIdentifier)?.value),
                object::MESSAGE_DIGEST => digest = Some(one()?.of(Tag::OctetString)?.value),
                object::SIGNING_CERTIFICATE => version_1 = Some(read_ids(one()?, false)?),
                object::SIGNING_CERTIFICATE_V2 => version_2 = Some(read_ids(one()?, true)?),
                _ => {}
            }
        }
        if kind != Some(object::TST_INFO) {
            return Err(Unsound(
                "has signed attributes that are over something else",
            ));
        }
        Ok(Self {
            digest: digest.ok_or(MALFORMED)?,
            version_1,
            version_2,
        })
    }
}

/// Reads SigningCertificate or SigningCertificateV2.
fn read_ids(attribute: Element<'_>, is_version_2: bool) -> Result<Vec<CertificateId<'_>>, Unsound> {
    let mut fields = attribute.of(Tag::Sequence)?.elements()?;
    let ids = fields.next_of(Tag::Sequence)?.list()?;
    fields.optional(Tag::Sequence)?;
    fields.end()?;
    let mut read = Vec::new();
    for id in ids {
        let mut fields = id.of(Tag::Sequence)?.elements()?;
        let hash = match fields.optional(Tag::Sequence)? {
            Some(algorithm) if is_version_2 => Some(
                Hash::of(Algorithm::read(algorithm)?)
                    .ok_or(Unsound("names its certificate by a hash that is not known"))?,
            ),
            Some(_) => return Err(MALFORMED),
            None => is_version_2.then_some(Hash::Sha256),
        };
        let value = fields.next_of(Tag::OctetString)?.value;
        let place = match fields.optional(Tag::Sequence)? {
            None => None,
            Some(place) => Some(read_place(place.elements()?)?),
        };
        fields.end()?;
        read.push(CertificateId { hash, value, place });
    }
    Ok(read)
}

/// Reads an IssuerSerial: one name, which is a directory name, and the number.
fn read_place<'a>(mut fields: Elements<'a>) -> Result<(&'a [u8], &'a [u8]), NotDer> {
    let names = fields.next_of(Tag::Sequence)?.list()?;
    let serial = fields.next_of(Tag::Integer)?.value;
    fields.end()?;
    match names.as_slice() {
        [name] if name.tag == holding(4) => Ok((name.value, serial)),
        _ => Err(NotDer),
    }
}

impl CertificateId<'_> {
    /// Whether it names this certificate.
    pub fn is_of(&self, certificate: &Certificate<'_>) -> bool {
        let hash = match self.hash {
            Some(hash) => hash.digest(certificate.raw),
            None => Sha1::digest(certificate.raw).to_vec(),
        };
        let place = (certificate.issuer, certificate.serial);
        self.value == hash && self.place.is_none_or(|named| named == place)
    }
}
