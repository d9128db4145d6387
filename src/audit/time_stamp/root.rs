//! A pinned root: where the trust in a time stamp begins.

use base64ct::{Base64, Encoding};

use crate::record::path::printable;

use super::certificate::Certificate;
use super::element::Element;

/// The root certificate of a time stamp authority, pinned by whoever verifies.
///
/// ```text
/// -----BEGIN CERTIFICATE-----
/// MIIDTTCCAjWgAwIBAgIUBZWxUhWGZ/eBDkpnLAGhtrrH6wYwDQYJKoZIhvcNAQEL…
/// -----END CERTIFICATE-----
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeRoot {
    der: Vec<u8>,
}

/// Why a text pins no root.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeRootError {
    /// There is no such block.
    #[error("it holds no certificate in PEM")]
    None,
    /// A block has no end, or is not base64.
    #[error("its PEM is not well-formed")]
    Pem,
    /// What is in a block is no certificate.
    #[error("what it holds is no X.509 certificate in DER")]
    NoCertificate,
    /// The certificate is not one of an authority over others.
    #[error("the certificate of {} is not that of an authority that certifies others", printable(.0, false))]
    NoAuthority(String),
    /// Nothing can be checked with its key.
    #[error("the key of {} is neither RSA nor on P-256 or P-384", printable(.0, false))]
    OtherKey(String),
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

impl TimeRoot {
    /// Reads the roots in a text: one or more blocks `CERTIFICATE`, with anything around them.
    ///
    /// # Errors
    /// Where there is none, or one of them cannot be pinned.
    pub fn read_pem(text: &str) -> Result<Vec<Self>, TimeRootError> {
        let mut roots = Vec::new();
        let mut rest = text;
        while let Some((_, behind)) = rest.split_once(BEGIN) {
            let (body, behind) = behind.split_once(END).ok_or(TimeRootError::Pem)?;
            let body: String = body.split_ascii_whitespace().collect();
            let der = Base64::decode_vec(&body).map_err(|_| TimeRootError::Pem)?;
            roots.push(Self::read_der(der)?);
            rest = behind;
        }
        if roots.is_empty() {
            return Err(TimeRootError::None);
        }
        Ok(roots)
    }

    fn read_der(der: Vec<u8>) -> Result<Self, TimeRootError> {
        let whole = Element::whole(&der).ok().filter(|whole| whole.is_der());
        let certificate = whole.and_then(|whole| Certificate::read(whole).ok());
        let certificate = certificate.ok_or(TimeRootError::NoCertificate)?;
        if !certificate.may_certify(0) {
            return Err(TimeRootError::NoAuthority(certificate.name()));
        }
        if !certificate.key.is_known() {
            return Err(TimeRootError::OtherKey(certificate.name()));
        }
        Ok(Self { der })
    }

    /// The name in the certificate. It comes from outside, and is shown only escaped.
    pub fn name(&self) -> String {
        self.certificate()
            .map_or_else(String::new, |certificate| certificate.name())
    }

    /// The certificate, which was read once already.
    pub(super) fn certificate(&self) -> Option<Certificate<'_>> {
        Certificate::read(Element::whole(&self.der).ok()?).ok()
    }
}
