//! Who signed: whether they are confirmed, and whether the rosters let them sign then (V17 to V20).

use std::collections::BTreeMap;

use crate::record::digest::Digest;
use crate::record::event::Event;
use crate::record::link::Link;
use crate::record::member::Member;
use crate::record::time::Timestamp;

use super::finding::{Code, Detail, Finding};
use super::proven_time::ProvenTime;
use super::signatures::follows;
use super::trust::Trust;

/// The signers of a chain, on the way from its first link to its last.
pub(super) struct Signers<'trust> {
    trust: &'trust Trust,
    /// For each link, the earliest time at which a trusted time stamp shows that it was there.
    proven: Vec<Option<Timestamp>>,
    /// For each key that had to sign: its first link, the name beside it, how many links.
    keys: BTreeMap<Digest, (usize, String, u64)>,
    /// Keys that did what only a roster could judge, and where they did it first.
    unjudged: BTreeMap<Digest, usize>,
}

impl<'trust> Signers<'trust> {
    /// Nobody has signed yet. `proven` are the times that trusted time stamps show.
    pub(super) fn of(chain: &[Link], trust: &'trust Trust, proven: &[ProvenTime]) -> Self {
        let mut earliest: Vec<Option<Timestamp>> = vec![None; chain.len()];
        for time in proven {
            if let Some(known) = earliest.get_mut(time.link) {
                *known = earlier(*known, Some(time.at));
            }
        }
        // A link was there when a later one was, as far as each holds the hash of the one before it.
        for place in (1..chain.len()).rev() {
            if follows(place, chain) {
                earliest[place - 1] = earlier(earliest[place - 1], earliest[place]);
            }
        }
        Self {
            trust,
            proven: earliest,
            keys: BTreeMap::new(),
            unjudged: BTreeMap::new(),
        }
    }

    /// The time of a link: what its signer claims, or a time at which it was there already.
    pub(super) fn time_of(&self, place: usize, event: &Event) -> Timestamp {
        let proven = self.proven.get(place).copied().flatten();
        proven.map_or(event.at, |proven| proven.min(event.at))
    }

    /// What the rosters say of those who had to sign a link (V18 to V20): the members of a key in all of them together.
    pub(super) fn judge(&mut self, place: usize, link: &Link, findings: &mut Vec<Finding>) {
        let time = self.time_of(place, link.event());
        for (number, (key, party)) in link.signers().into_iter().enumerate() {
            let signer = self
                .keys
                .entry(key)
                .or_insert_with(|| (place, party.name.clone(), 0));
            signer.2 += 1;
            let members = self.trust.rosters().members(&key);
            let Some(first) = members.clone().next() else {
                continue;
            };
            let mut report = |code, member: &Member| {
                let detail = Detail::Member(Box::new(member.clone()));
                findings.push(Finding::of_link(code, place).with(detail));
            };
            // Beside the key of a witness there may be initials; the signer is named in full.
            let other = members.clone().find(|member| member.name != party.name);
            let is_named = members.clone().any(|member| member.agency == party.agency);
            if number == 0 && (other.is_some() || !is_named) {
                report(Code::OneKeyTwoNames, other.unwrap_or(first));
            }
            if !members.clone().any(|member| member.may_sign_at(time)) {
                let nearest = members.clone().max_by_key(|member| member.until);
                report(Code::SignerNotValidThen, nearest.unwrap_or(first));
            }
            let compromised = members
                .filter_map(|member| Some((member.compromised_at()?, member)))
                .min_by_key(|(since, _)| *since);
            if let Some((since, member)) = compromised {
                let proven = self.proven.get(place).copied().flatten();
                if link.event().at >= since {
                    report(Code::SignerCompromised, member);
                } else if proven.is_none_or(|proven| proven >= since) {
                    report(Code::UnprovenTime, member);
                }
            }
        }
    }

    /// Notes who did what only a roster could judge, where there is none.
    pub(super) fn leave_open(&mut self, place: usize, event: &Event) {
        let key = event.by.key.unwrap_or(Digest::ZERO);
        self.unjudged.entry(key).or_insert(place);
    }

    /// One finding for each key nobody has confirmed, at the first link it had to sign (V17).
    pub(super) fn unknown(self, findings: &mut Vec<Finding>) {
        let mut unknown: Vec<_> = self
            .keys
            .iter()
            .filter(|(key, _)| self.trust.of(key).is_none())
            .collect();
        unknown.sort_by_key(|(_, (first, ..))| *first);
        for (key, (first, name, links)) in unknown {
            let detail = Detail::Signer {
                key: *key,
                name: name.clone(),
                links: *links,
            };
            findings.push(Finding::of_link(Code::SignerUnknown, *first).with(detail));
        }
        // What only a roster could judge, unless the key has its finding already.
        for (key, place) in self
            .unjudged
            .iter()
            .filter(|(key, _)| self.trust.of(key).is_some())
        {
            findings.push(Finding::of_link(Code::SignerUnknown, *place).with(Detail::Key(*key)));
        }
    }
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests;
