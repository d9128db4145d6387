//! What an authority is asked: TimeStampReq (RFC 3161, section 2.4.1).

use der::{Encode, Header, Length, Tag};

use crate::record::digest::Digest;

use super::element::{Element, Elements, NotDer, holding};
use super::stamp_info::read_imprint;
use super::{Examined, object};

/// A request for a time stamp over a link: SHA-256, a nonce, and the authority's certificate shall come with the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The hash that is to be stamped.
    pub imprint: Digest,
    policy: Option<Vec<u8>>,
    nonce: Option<Vec<u8>>,
}

/// A file is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not a time-stamp request of RFC 3161 over a SHA-256 value")]
pub struct NoRequest;

/// In what an answer differs from what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTheAnswer {
    /// It is over another hash.
    #[error("it is over another hash")]
    Imprint,
    /// It has another nonce, or none: it is the answer to another request.
    #[error("its nonce is another")]
    Nonce,
    /// It was given under another policy.
    #[error("its policy is another")]
    Policy,
}

impl Request {
    /// A request over a link's hash. The nonce is eight bytes from a random source.
    pub fn new(imprint: Digest, mut nonce: [u8; 8]) -> Self {
        // A number above zero in exactly eight bytes.
        nonce[0] = nonce[0] & 0x3f | 0x40;
        Self {
            imprint,
            policy: None,
            nonce: Some(nonce.to_vec()),
        }
    }

    /// Reads a request.
    ///
    /// # Errors
    /// Where it is none, or over another kind of hash.
    pub fn parse(der: &[u8]) -> Result<Self, NoRequest> {
        let read = || {
            let whole = Element::whole(der)?;
            if whole.tag != Tag::Sequence || !whole.is_der() {
                return Err(NotDer);
            }
            Self::read_fields(whole.elements()?)
        };
        read().map_err(|NotDer| NoRequest)
    }

    fn read_fields(mut fields: Elements<'_>) -> Result<Self, NotDer> {
        if fields.next()?.number()? != 1 {
            return Err(NotDer);
        }
        let imprint = read_imprint(fields.next_of(Tag::Sequence)?)?.ok_or(NotDer)?;
        let value = |element: Option<Element<'_>>| element.map(|element| element.value.to_vec());
        let policy = value(fields.optional(Tag::ObjectIdentifier)?);
        let nonce = value(fields.optional(Tag::Integer)?);
        fields.optional(Tag::Boolean)?;
        fields.optional(holding(0))?;
        fields.end()?;
        Ok(Self {
            imprint,
            policy,
            nonce,
        })
    }

    /// The request in DER.
    pub fn to_der(&self) -> Vec<u8> {
        let algorithm = [
            element(Tag::ObjectIdentifier, object::SHA256),
            element(Tag::Null, &[]),
        ];
        let imprint = [
            element(Tag::Sequence, &algorithm.concat()),
            element(Tag::OctetString, &self.imprint.0),
        ];
        let optional = |tag, value: &Option<Vec<u8>>| {
            let value = value.as_ref();
            value.map_or_else(Vec::new, |value| element(tag, value))
        };
        let fields = [
            element(Tag::Integer, &[1]),
            element(Tag::Sequence, &imprint.concat()),
            optional(Tag::ObjectIdentifier, &self.policy),
            optional(Tag::Integer, &self.nonce),
            element(Tag::Boolean, &[0xff]),
        ];
        element(Tag::Sequence, &fields.concat())
    }

    /// Whether a token answers this request: hash, nonce, and policy where one was asked for.
    ///
    /// # Errors
    /// Says in what it differs.
    pub fn compare(&self, token: &Examined) -> Result<(), NotTheAnswer> {
        if token.imprint != self.imprint {
            return Err(NotTheAnswer::Imprint);
        }
        if self.nonce.is_some() && token.nonce != self.nonce {
            return Err(NotTheAnswer::Nonce);
        }
        if self
            .policy
            .as_ref()
            .is_some_and(|asked| *asked != token.policy)
        {
            return Err(NotTheAnswer::Policy);
        }
        Ok(())
    }
}

fn element(tag: Tag, value: &[u8]) -> Vec<u8> {
    // A few dozen bytes: their number always has a length in DER.
    let length = Length::try_from(value.len()).unwrap_or_default();
    let mut bytes = Header::new(tag, length).to_der().unwrap_or_default();
    bytes.extend_from_slice(value);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_was_written() {
        for nonce in [[0; 8], [0xff; 8], [1, 2, 3, 4, 5, 6, 7, 8]] {
            let request = Request::new(Digest::of(b"x"), nonce);
            let der = request.to_der();
            assert_eq!(der.len(), 69, "as long as one that openssl makes");
            assert_eq!(Request::parse(&der), Ok(request));
            for end in 0..der.len() {
                assert_eq!(Request::parse(&der[..end]), Err(NoRequest));
            }
        }
    }
}
