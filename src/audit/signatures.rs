//! Signatures and places of links: the same rules for the chain of an exhibit and for that of a roster.

use std::collections::HashMap;

use crate::record::digest::Digest;
use crate::record::key::{KeyRecord, Verifier};
use crate::record::link::Link;
use crate::record::predicate::Predicate;

use super::finding::{Code, Detail, Finding};

/// The keys that came with a chain, by their ids. They prove nothing about who holds them.
#[derive(Default)]
pub(super) struct Keys(HashMap<Digest, Verifier>);

impl Keys {
    /// The keys whose id is their own; the others serve nobody (V5).
    pub(super) fn of(records: &[KeyRecord], findings: &mut Vec<Finding>) -> Self {
        let mut keys = HashMap::new();
        for record in records {
            if record.id == record.key.id() {
                keys.insert(record.id, record.key.verifier());
            } else {
                findings.push(Finding::new(Code::KeyMissing).with(Detail::Key(record.id)));
            }
        }
        Self(keys)
    }

    /// Exactly one signature for each key that must sign, each by that key over this statement (V5 to V8).
    pub(super) fn judge<P: Predicate>(
        &self,
        place: usize,
        link: &Link<P>,
        findings: &mut Vec<Finding>,
    ) {
        let required = link.content().required_keys();
        let mut report =
            |code, key: Digest| findings.push(Finding::of_link(code, place).with(Detail::Key(key)));
        let message = link.signed_bytes();
        for (number, signature) in link.signatures().iter().enumerate() {
            let again = number > 0 && link.signatures()[number - 1].keyid == signature.keyid;
            if again || required.binary_search(&signature.keyid).is_err() {
                report(Code::SignatureExtra, signature.keyid);
            }
            match self.0.get(&signature.keyid) {
                None => report(Code::KeyMissing, signature.keyid),
                Some(key) if !key.has_signed(&message, &signature.bytes) => {
                    report(Code::SignatureInvalid, signature.keyid)
                }
                Some(_) => {}
            }
        }
        for key in required {
            if !link
                .signatures()
                .iter()
                .any(|signature| signature.keyid == key)
            {
                report(Code::SignatureMissing, key);
            }
        }
    }
}

/// The number, the hash of the link before, the hash of link 0, what the chain is about (V9 to V12).
pub(super) fn judge_place<P: Predicate>(
    place: usize,
    chain: &[Link<P>],
    findings: &mut Vec<Finding>,
) {
    let link = &chain[place];
    let claimed = link.content().place();
    let mut report = |code| findings.push(Finding::of_link(code, place));
    if claimed.seq != place as u64 {
        report(Code::SequenceWrong);
    }
    if !follows(place, chain) {
        report(Code::LinkBroken);
    }
    let seal = (place > 0).then(|| chain[0].hash());
    if claimed.seal != seal {
        report(Code::SealMismatch);
    }
    if link.subject() != chain[0].subject() {
        report(Code::SubjectChanged);
    }
}

/// Whether a link holds the hash of the one before it.
pub(super) fn follows<P: Predicate>(place: usize, chain: &[Link<P>]) -> bool {
    let before = if place == 0 {
        Digest::ZERO
    } else {
        chain[place - 1].hash()
    };
    chain[place].content().place().prev == before
}
