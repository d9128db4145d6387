//! What an authority signed: TSTInfo (RFC 3161, section 2.4.2).

use der::Tag;

use crate::record::digest::Digest;

use super::element::{Element, Elements, NotDer, holding, plain};
use super::moment::Moment;
use super::object;
use super::signature::Algorithm;
use super::unsound::Unsound;

/// What an authority says: this hash was there at this moment.
#[derive(Clone, Debug)]
pub(super) struct StampInfo<'a> {
    /// Under which policy, as its object identifier stands in DER.
    pub policy: &'a [u8],
    /// Which hash was there, a SHA-256 value.
    pub imprint: Digest,
    /// When, by the authority's clock.
    pub moment: Moment,
    /// By how many microseconds that clock may be wrong, as the authority says.
    pub accuracy: i64,
    /// The number of the request, as it stands there.
    pub nonce: Option<&'a [u8]>,
    /// The name of the authority.
    pub authority: Option<Element<'a>>,
}

/// No clock that is wrong by more than a day says when anything was.
const MOST_SECONDS: u64 = 24 * 60 * 60;

impl<'a> StampInfo<'a> {
    /// Reads a TSTInfo.
    pub fn read(der: &'a [u8]) -> Result<Self, Unsound> {
        let malformed = |_: NotDer| Unsound("is not over a TSTInfo of RFC 3161");
        let whole = Element::whole(der).map_err(malformed)?;
        if whole.tag != Tag::Sequence || !whole.is_der() {
            return Err(malformed(NotDer));
        }
        Self::read_fields(whole.elements().map_err(malformed)?)
            .unwrap_or_else(|error| Err(malformed(error)))
    }

    fn read_fields(mut fields: Elements<'a>) -> Result<Result<Self, Unsound>, NotDer> {
        if fields.next()?.number()? != 1 {
            return Ok(Err(Unsound("is of another version than 1")));
        }
        let policy = fields.next_of(Tag::ObjectIdentifier)?.value;
        let imprint = match read_imprint(fields.next_of(Tag::Sequence)?)? {
            Some(imprint) => imprint,
            None => return Ok(Err(Unsound("is over another kind of hash than SHA-256"))),
        };
        fields.next_of(Tag::Integer)?;
        let moment = Moment::of_token(fields.next()?)?;
        let accuracy = match fields.optional(Tag::Sequence)? {
            None => 0,
            Some(accuracy) => match read_accuracy(accuracy.elements()?)? {
                Some(accuracy) => accuracy,
                None => {
                    return Ok(Err(Unsound(
                        "is of a clock that may be wrong by more than a day",
                    )));
                }
            },
        };
        // Whether tokens of this authority can be put in order makes no difference here.
        fields.optional(Tag::Boolean)?;
        let nonce = fields.optional(Tag::Integer)?.map(|nonce| nonce.value);
        let authority = match fields.optional(holding(0))? {
            None => None,
            Some(authority) => Some(Element::whole(authority.value)?),
        };
        if let Some(extensions) = fields.optional(holding(1))? {
            for extension in extensions.list()? {
                let mut elements = extension.of(Tag::Sequence)?.elements()?;
                elements.next_of(Tag::ObjectIdentifier)?;
                if let Some(critical) = elements.optional(Tag::Boolean)?
                    && critical.truth()?
                {
                    return Ok(Err(Unsound(
                        "has a critical extension that nothing is known of",
                    )));
                }
                elements.next_of(Tag::OctetString)?;
                elements.end()?;
            }
        }
        fields.end()?;
        Ok(Ok(Self {
            policy,
            imprint,
            moment,
            accuracy,
            nonce,
            authority,
        }))
    }
}

/// Reads a MessageImprint; `None` where it is no SHA-256 value.
pub(super) fn read_imprint(imprint: Element<'_>) -> Result<Option<Digest>, NotDer> {
    let mut elements = imprint.elements()?;
    let algorithm = Algorithm::read(elements.next()?)?;
    let hash = elements.next_of(Tag::OctetString)?.value;
    elements.end()?;
    let is_plain = algorithm.parameters.is_none_or(|it| it.tag == Tag::Null);
    let value = <[u8; 32]>::try_from(hash).ok().map(Digest);
    Ok(value.filter(|_| algorithm.object == object::SHA256 && is_plain))
}

/// Reads an Accuracy, in microseconds; `None` where it is beyond all measure.
fn read_accuracy(mut fields: Elements<'_>) -> Result<Option<i64>, NotDer> {
    let seconds = fields
        .optional(Tag::Integer)?
        .map(Element::number)
        .transpose()?
        .unwrap_or(0);
    let mut parts = [0; 2];
    for (part, number) in parts.iter_mut().zip([0, 1]) {
        if let Some(field) = fields.optional(plain(number))? {
            *part = Element {
                tag: Tag::Integer,
                ..field
            }
            .number()?;
            if !(1..=999).contains(part) {
                return Err(NotDer);
            }
        }
    }
    fields.end()?;
    let [milliseconds, microseconds] = parts;
    if seconds > MOST_SECONDS {
        return Ok(None);
    }
    let total = seconds * 1_000_000 + milliseconds * 1_000 + microseconds;
    Ok(Some(total.cast_signed()))
}
