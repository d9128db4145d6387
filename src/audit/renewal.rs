//! Renewals: what one covers, worked out when it is made and when it is judged (`docs/format.md`, section 5, `covers`).

use std::collections::HashMap;

use sha2::{Digest as _, Sha512};

use crate::record::bundle::Bundle;
use crate::record::digest::{Digest, hex_text};
use crate::record::event::{Action, Covers};
use crate::record::json::{Json, Object, canonical};
use crate::record::link::Link;

/// What the renewals of a bundle can cover, hashed once, however many there are.
pub(super) struct Renewals<'bundle> {
    bundle: &'bundle Bundle,
    /// For each link, SHA-512 on its way over all links up to it; empty where no link renews.
    prefixes: Vec<Sha512>,
    /// Where in the bundle each time stamp is, by the SHA-256 of its token; empty where no link renews.
    tokens: HashMap<Digest, Vec<usize>>,
}

impl<'bundle> Renewals<'bundle> {
    /// Hashes what is needed to judge the renewals that are there.
    pub(super) fn of(bundle: &'bundle Bundle) -> Self {
        let renews = |link: &Link| matches!(link.event().action, Action::Renew(_));
        if bundle.chain.iter().any(renews) {
            Self::over(bundle)
        } else {
            Self {
                bundle,
                prefixes: Vec::new(),
                tokens: HashMap::new(),
            }
        }
    }

    fn over(bundle: &'bundle Bundle) -> Self {
        let mut hasher = Sha512::new_with_prefix("{\"chain\":[");
        let mut prefixes = Vec::new();
        for (place, link) in bundle.chain.iter().enumerate() {
            hasher.update(if place > 0 { "," } else { "" });
            hasher.update(canonical(link.to_json()));
            prefixes.push(hasher.clone());
        }
        let mut tokens: HashMap<Digest, Vec<usize>> = HashMap::new();
        for (item, stamp) in bundle.timestamps.iter().enumerate() {
            let token = Digest::of(&stamp.der());
            tokens.entry(token).or_default().push(item);
        }
        Self {
            bundle,
            prefixes,
            tokens,
        }
    }

    /// Whether what a renewal at this place says it covers is what stands in the bundle.
    pub(super) fn hold(&self, place: usize, covers: &Covers) -> bool {
        covers.seq < place as u64
            && self
                .sha512(covers.seq, &covers.tokens)
                .is_some_and(|sha512| sha512 == covers.sha512)
    }

    /// SHA-512 of `C({"chain":[links up to seq],"timestamps":[items with those tokens]})`; none where there is no such
    /// link, or not exactly one item for each token.
    fn sha512(&self, seq: u64, tokens: &[Digest]) -> Option<String> {
        let mut hasher = self.prefixes.get(usize::try_from(seq).ok()?)?.clone();
        let mut items: Vec<usize> = Vec::new();
        for token in tokens {
            match self.tokens.get(token).map(Vec::as_slice) {
                Some([item]) => items.push(*item),
                _ => return None,
            }
        }
        items.sort_unstable();
        hasher.update("],\"timestamps\":[");
        for (number, item) in items.into_iter().enumerate() {
            hasher.update(if number > 0 { "," } else { "" });
            hasher.update(canonical(&self.bundle.timestamps[item].to_json()));
        }
        hasher.update("]}");
        Some(hex_text(&hasher.finalize()))
    }
}

/// What a renewal covers that comes next: all links, and each time stamp whose token stands there once.
///
/// ```json
/// {"seq":4,"sha512":"9d0c4e…","tokens":["51e7a1…"]}
/// ```
pub(super) fn next_covers(bundle: &Bundle) -> Object {
    let renewals = Renewals::over(bundle);
    let items = renewals.tokens.iter().filter(|(_, items)| items.len() == 1);
    let mut tokens: Vec<Digest> = items.map(|(token, _)| *token).collect();
    tokens.sort_unstable();
    let seq = bundle.chain.len().saturating_sub(1) as u64;
    let sha512 = renewals.sha512(seq, &tokens).unwrap_or_default();
    Object::new()
        .with("seq", Json::Integer(seq))
        .with("sha512", Json::Text(sha512))
        .with(
            "tokens",
            Json::Array(tokens.iter().map(Digest::to_json).collect()),
        )
}
