//! Two bundles: whether one chain goes on where the other ends, or they part.

use crate::record::bundle::Bundle;
use crate::record::link::Link;

/// How one chain stands to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They have the same links.
    Same,
    /// The first lacks so many links at its end.
    Behind(u64),
    /// The first has so many links more at its end.
    Ahead(u64),
    /// At this number, two different links follow the same one: the first chain's, and the other's.
    Forked(u64, Box<Link>, Box<Link>),
    /// They do not begin with the same seal.
    OtherSeal,
}

/// How the chain of one bundle stands to that of another.
pub fn relation(one: &Bundle, other: &Bundle) -> Relation {
    let pairs = one.chain.iter().zip(&other.chain).enumerate();
    let parts = pairs.into_iter().find(|(_, (ours, theirs))| ours != theirs);
    let (ours, theirs) = (one.chain.len() as u64, other.chain.len() as u64);
    match parts {
        Some((0, _)) => Relation::OtherSeal,
        Some((place, (ours, theirs))) => Relation::Forked(
            place as u64,
            Box::new(ours.clone()),
            Box::new(theirs.clone()),
        ),
        None if ours < theirs => Relation::Behind(theirs - ours),
        None if ours > theirs => Relation::Ahead(ours - theirs),
        None => Relation::Same,
    }
}
