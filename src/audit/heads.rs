//! Heads that were seen before: whether a bundle is an older copy, or another one, of a chain that was here (V44, V45).

use crate::record::bundle::Bundle;
use crate::record::card::Card;
use crate::record::link::Link;

use super::chain::judge;
use super::finding::{Code, Detail, Finding};
use super::trust::Trust;

/// A chain that was seen: its card, and its links where they are at hand.
#[derive(Clone, Debug)]
pub struct Seen {
    card: Card,
    /// Empty where only the card is known.
    chain: Vec<Link>,
}

/// Whether the head of a card stands in the chain of a bundle, at its place.
pub fn is_met(card: &Card, bundle: &Bundle) -> bool {
    let at = |place: u64| {
        bundle
            .chain
            .get(usize::try_from(place).unwrap_or(usize::MAX))
    };
    at(0).is_some_and(|seal| seal.hash() == card.seal)
        && at(card.seq).is_some_and(|link| link.hash() == card.head)
}

impl Seen {
    /// A chain of which only the card is known.
    pub fn head(card: Card) -> Self {
        Self {
            card,
            chain: Vec::new(),
        }
    }

    /// The whole chain, where it is the one of the card, and its links hold. Who held the exhibit was judged when it was seen.
    pub fn chain(card: Card, bundle: Bundle) -> Option<Self> {
        let judged = judge(bundle, &Trust::default(), &[]);
        let chain = &judged.bundle().chain;
        (judged.bundle().card() == card && judged.links_hold()).then(|| Self {
            card,
            chain: chain.clone(),
        })
    }

    /// What a bundle of the same seal differs in from what was seen: a fork before what is missing.
    pub fn findings(&self, bundle: &Bundle) -> Vec<Finding> {
        let mut findings = Vec::new();
        let after = self.card.seq.saturating_add(1);
        let missing = after.saturating_sub(bundle.chain.len() as u64);
        let pairs = bundle.chain.iter().zip(&self.chain).enumerate();
        let parts = pairs.into_iter().find(|(_, (here, seen))| here != seen);
        if let Some((place, (here, seen))) = parts {
            let proof = Detail::Fork(Box::new(here.clone()), Box::new(seen.clone()));
            findings.push(Finding::of_link(Code::Forked, place).with(proof));
        } else if missing == 0 && !is_met(&self.card, bundle) {
            // Without the links that were seen, only the head can be compared.
            let place = usize::try_from(self.card.seq).unwrap_or_default();
            findings.push(Finding::of_link(Code::Forked, place));
        }
        if missing > 0 {
            let last = self.chain.last().cloned().map(Box::new);
            findings.push(Finding::new(Code::RolledBack).with(Detail::Missing(missing, last)));
        }
        findings
    }
}
