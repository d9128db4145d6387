//! Time stamps: whether an authority that the reader trusts says when a link existed (`docs/format.md`, section 11).
//!
//! A token is first read and its signature checked (`token.rs`), then a path of certificates is looked for that leads to a
//! pinned root (`certification_path.rs`). Nothing here needs a clock: everything is judged at the token's own time.

mod certificate;
mod certification_path;
mod distinguished_name;
mod element;
mod moment;
mod object;
mod request;
mod response;
mod root;
mod signature;
mod stamp_info;
mod token;
mod unsound;

use std::collections::HashMap;

pub use request::{NoRequest, NotTheAnswer, Request};
pub use response::{Rejection, token_in};
pub use root::{TimeRoot, TimeRootError};
pub use token::MAX_TOKEN;
pub use unsound::Unsound;

use crate::record::bundle::Bundle;
use crate::record::digest::Digest;
use crate::record::link::Link;
use crate::record::time::Timestamp;

use super::finding::{Code, Detail, Finding};
use super::proven_time::ProvenTime;
use certificate::Certificate;
use certification_path::Ending;
use token::SoundToken;

/// Judges the time stamps of a bundle (V13 to V15). Gives the findings, and the times that are trusted.
pub(super) fn judge(bundle: &Bundle, roots: &[TimeRoot]) -> (Vec<Finding>, Vec<ProvenTime>) {
    let hashes = bundle.chain.iter().map(Link::hash);
    let places: HashMap<Digest, usize> = hashes.zip(0..).collect();
    let roots = certificates(roots);
    let (mut findings, mut times) = (Vec::new(), Vec::new());
    for stamp in &bundle.timestamps {
        let Some(&link) = places.get(&stamp.link) else {
            let finding = Finding::new(Code::TimestampOfUnknownLink);
            findings.push(finding.with(Detail::Key(stamp.link)));
            continue;
        };
        // Without a root the token is not opened.
        let trusted = if roots.is_empty() {
            Ok(None)
        } else {
            trusted(&stamp.der(), stamp.link, &roots)
        };
        match trusted {
            Ok(Some((at, authority))) => times.push(ProvenTime {
                link,
                at,
                authority,
            }),
            Ok(None) => findings.push(Finding::of_link(Code::TimestampUntrusted, link)),
            Err(unsound) => {
                let finding = Finding::of_link(Code::TimestampInvalid, link);
                findings.push(finding.with(Detail::Text(unsound.to_string())));
            }
        }
    }
    times.sort_by_key(|time| (time.link, time.at));
    (findings, times)
}

/// The time of a token over this hash and who stands for it; `None` where no root leads to it.
fn trusted(
    der: &[u8],
    link: Digest,
    roots: &[Certificate<'_>],
) -> Result<Option<(Timestamp, String)>, Unsound> {
    let token = SoundToken::read(der)?;
    if token.info.imprint != link {
        return Err(Unsound("is over another hash than that of this event"));
    }
    let Some(root) = root_of(&token, roots)? else {
        return Ok(None);
    };
    if !token.signer().may_stamp() {
        return Err(NOT_FOR_STAMPS);
    }
    let authority = format!("{} (root {})", token.signer().name(), root.name());
    Ok(Some((at_the_latest(&token)?, authority)))
}

const NOT_FOR_STAMPS: Unsound =
    Unsound("was signed with a certificate that is not for time stamps alone");
const OUT_OF_DATE: Unsound = Unsound("is dated outside the dates of its certificates");

/// The root at the end of a token's path; `None` where there is none.
fn root_of<'roots, 'a>(
    token: &SoundToken<'_>,
    roots: &'roots [Certificate<'a>],
) -> Result<Option<&'roots Certificate<'a>>, Unsound> {
    match certification_path::find(token, roots) {
        Ending::At(root) => Ok(roots.get(root)),
        Ending::OutOfDate => Err(OUT_OF_DATE),
        Ending::Nowhere => Ok(None),
    }
}

fn at_the_latest(token: &SoundToken<'_>) -> Result<Timestamp, Unsound> {
    let info = &token.info;
    info.moment
        .at_the_latest(info.accuracy)
        .ok_or(Unsound("is of a time after the year 9999"))
}

fn certificates(roots: &[TimeRoot]) -> Vec<Certificate<'_>> {
    roots.iter().filter_map(TimeRoot::certificate).collect()
}

/// A token that was looked at by itself, before it belongs to a bundle.
#[derive(Clone, Debug)]
pub struct Examined {
    /// The hash it is over.
    pub imprint: Digest,
    /// When that hash was there at the latest.
    pub at: Timestamp,
    /// The name of the authority. It comes from outside, and is shown only escaped.
    pub authority: String,
    /// The name of the pinned root that leads to it, where one does. It comes from outside, and is shown only escaped.
    pub root: Option<String>,
    nonce: Option<Vec<u8>>,
    policy: Vec<u8>,
}

/// Looks at a token: its form, its signature, and that its certificate was good for it. That no root leads to it is no
/// fault here.
///
/// # Errors
/// Where it does not hold, and would be `timestamp-invalid` to whoever pins its root.
pub fn examine(der: &[u8], roots: &[TimeRoot]) -> Result<Examined, Unsound> {
    let token = SoundToken::read(der)?;
    let (signer, info) = (token.signer(), &token.info);
    if !signer.may_stamp() {
        return Err(NOT_FOR_STAMPS);
    }
    if !signer.holds_at(info.moment) {
        return Err(OUT_OF_DATE);
    }
    let roots = certificates(roots);
    Ok(Examined {
        imprint: info.imprint,
        at: at_the_latest(&token)?,
        authority: signer.name(),
        root: root_of(&token, &roots)?.map(Certificate::name),
        nonce: info.nonce.map(<[u8]>::to_vec),
        policy: info.policy.to_vec(),
    })
}
