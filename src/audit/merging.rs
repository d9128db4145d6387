//! Merging: a chain goes on with the links that another copy has, and takes its time stamps. Nothing is ever chosen
//! between two links of one number.

use std::collections::HashSet;

use crate::record::bundle::Bundle;
use crate::record::digest::Digest;
use crate::record::event::Action;
use crate::record::link::Link;
use crate::record::time_token::TimeToken;

use super::chain::{VerifiedChain, judge};
use super::finding::Finding;
use super::relation::{Relation, relation};
use super::time_stamp::examine;
use super::trust::Trust;

/// A bundle with what another copy had more.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The bundle: its own files, the longer chain, all time stamps.
    pub chain: VerifiedChain,
    /// How many links it got.
    pub links: u64,
    /// How many time stamps it got.
    pub timestamps: u64,
    /// How many it was not given: they do not hold.
    pub unsound: u64,
}

/// Why two bundles were not merged.
#[derive(Debug)]
pub enum Unmerged {
    /// They are no copies of one chain, or not of the same one any more.
    Apart(Relation),
    /// What they would make together does not check.
    Unfit(Vec<Finding>),
}

/// Takes the links and time stamps of another copy into one's own. Files, pieces and the salt of the listing stay one's
/// own: the other may be a copy in which some are hidden.
///
/// # Errors
/// Where the chains part, or the result does not check.
pub fn merge(mine: VerifiedChain, theirs: &VerifiedChain) -> Result<Merged, Unmerged> {
    let relation = relation(mine.bundle(), theirs.bundle());
    let links = match relation {
        Relation::Behind(links) => links,
        Relation::Same | Relation::Ahead(_) => 0,
        apart => return Err(Unmerged::Apart(apart)),
    };
    let mut bundle = mine.bundle().clone();
    if links > 0 {
        take_links(&mut bundle, theirs.bundle());
    }
    let before = bundle.timestamps.len();
    let unsound = take_timestamps(&mut bundle, theirs.bundle());
    let timestamps = (bundle.timestamps.len() - before) as u64;
    let chain = judge(bundle, &Trust::default(), &[])
        .verified()
        .map_err(|judged| Unmerged::Unfit(judged.changes()))?;
    Ok(Merged {
        chain,
        links,
        timestamps,
        unsound,
    })
}

/// The links that are missing, and the keys that signed them.
fn take_links(bundle: &mut Bundle, theirs: &Bundle) {
    let new = &theirs.chain[bundle.chain.len().min(theirs.chain.len())..];
    for link in new {
        for signature in link.signatures() {
            let key = theirs.keys.iter().find(|key| key.id == signature.keyid);
            key.into_iter().for_each(|key| bundle.add_key(key.clone()));
        }
    }
    bundle.chain.extend_from_slice(new);
}

/// The time stamps that are missing. One that is here already stays as it is here. Gives how many were not taken: with
/// one that does not hold, whoever sends a copy would spoil this one for everybody who pins an authority.
fn take_timestamps(bundle: &mut Bundle, theirs: &Bundle) -> u64 {
    let covered: HashSet<Digest> = covered(&bundle.chain).collect();
    let mut unsound = 0;
    for stamp in &theirs.timestamps {
        let place = bundle
            .timestamps
            .binary_search_by(|known| (known.link, &known.token).cmp(&(stamp.link, &stamp.token)));
        let Err(place) = place else { continue };
        let der = stamp.der();
        // What a renewal covers belongs to the chain, whatever it is worth.
        if covered.contains(&Digest::of(&der)) || holds(stamp, &der) {
            bundle.timestamps.insert(place, stamp.clone());
        } else {
            unsound += 1;
        }
    }
    unsound
}

/// Every token that a renewal of this chain covers.
fn covered(chain: &[Link]) -> impl Iterator<Item = Digest> {
    let renewals = chain.iter().filter_map(|link| match &link.event().action {
        Action::Renew(covers) => Some(covers.tokens.iter().copied()),
        _ => None,
    });
    renewals.flatten()
}

fn holds(stamp: &TimeToken, der: &[u8]) -> bool {
    examine(der, &[]).is_ok_and(|examined| examined.imprint == stamp.link)
}
