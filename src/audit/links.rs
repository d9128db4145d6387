//! The links of a chain: their signatures, their places, their times, and who holds the exhibit after each.

use std::collections::{BTreeMap, HashMap};

use crate::record::bundle::{Bundle, about};
use crate::record::card::Expected;
use crate::record::digest::Digest;
use crate::record::event::{Action, Outcome};
use crate::record::key::PublicKey;
use crate::record::link::Link;
use crate::record::time::Timestamp;

use super::custody::{Custody, Turn};
use super::finding::{Code, Detail, Finding, Severity};
use super::physical::PhysicalSeals;
use super::renewal::Renewals;
use super::trust::Trust;

/// Clocks of honest people differ: an entry may be this much older than one before it.
const CLOCK_DIFFERENCE: i64 = 15 * 60;

/// An entry made later than this after the act is a late one.
const LATE: i64 = 24 * 60 * 60;

/// Judges everything of a bundle but its manifest. Gives the findings and who holds the exhibit in the end.
pub(super) fn judge(
    bundle: &Bundle,
    trust: &Trust,
    expected: &[Expected],
) -> (Vec<Finding>, Custody) {
    let mut audit = Audit {
        bundle,
        keys: HashMap::new(),
        findings: Vec::new(),
        signers: BTreeMap::new(),
        unjudged: BTreeMap::new(),
        renewals: Renewals::of(bundle),
    };
    audit.judge_head();
    let custody = audit.judge_links();
    audit.judge_signers(trust);
    audit.judge_timestamps();
    audit.judge_expected(expected);
    (audit.findings, custody)
}

struct Audit<'bundle> {
    bundle: &'bundle Bundle,
    /// Keys of the bundle whose id is their own.
    keys: HashMap<Digest, PublicKey>,
    findings: Vec<Finding>,
    /// For each key that had to sign: its first link, the name beside it, how many links.
    signers: BTreeMap<Digest, (usize, String, u64)>,
    renewals: Renewals<'bundle>,
    /// Keys that did what only a roster could judge, and where they did it first.
    unjudged: BTreeMap<Digest, usize>,
}

impl Audit<'_> {
    /// What stands before the chain: the constants, the layout, the keys, fields nobody knows.
    fn judge_head(&mut self) {
        if self.bundle.about != about() {
            self.findings.push(Finding::new(Code::AboutChanged));
        }
        if self.bundle.reformatted {
            self.findings.push(Finding::new(Code::Reformatted));
        }
        for (path, field) in self.bundle.unknown_fields() {
            let finding = path.map_or(Finding::new(Code::UnknownField), |path| {
                Finding::of_entry(Code::UnknownField, path)
            });
            self.findings.push(finding.with(Detail::Field(field)));
        }
        for record in &self.bundle.keys {
            if record.id == record.key.id() {
                self.keys.insert(record.id, record.key);
            } else {
                self.findings
                    .push(Finding::new(Code::KeyMissing).with(Detail::Key(record.id)));
            }
        }
    }

    fn judge_links(&mut self) -> Custody {
        let mut custody = Custody::None;
        let mut latest: Option<Timestamp> = None;
        let mut seals = PhysicalSeals::default();
        for (place, link) in self.bundle.chain.iter().enumerate() {
            let before = self.findings.len();
            self.judge_signatures(place, link);
            self.judge_place(place, link);
            let turn = custody.judge(place, link.event());
            match turn {
                Turn::Kept => {}
                Turn::Unjudged => {
                    let key = link.event().by.key.unwrap_or(Digest::ZERO);
                    self.unjudged.entry(key).or_insert(place);
                }
                Turn::Broken(code) => self.findings.push(Finding::of_link(code, place)),
            }
            // A link that breaks a rule has no effect on who holds.
            if !self.findings[before..]
                .iter()
                .any(|finding| finding.code.severity() == Severity::Change)
            {
                custody = custody.after(link.event());
            }
            self.judge_time(place, link, latest);
            latest = latest.max(Some(link.event().at));
            seals.follow(place, link.predicate(), &mut self.findings);
            self.note_event(place, link);
        }
        custody
    }

    /// Exactly one signature for each key that must sign, each by that key over this statement.
    fn judge_signatures(&mut self, place: usize, link: &Link) {
        let required = link.event().required_keys();
        for (key, party) in link.signers() {
            let signer = self.signers.entry(key).or_insert((place, party.name, 0));
            signer.2 += 1;
        }
        let mut report = |code, key: Digest| {
            self.findings
                .push(Finding::of_link(code, place).with(Detail::Key(key)))
        };
        let message = link.signed_bytes();
        for (number, signature) in link.signatures().iter().enumerate() {
            let again = number > 0 && link.signatures()[number - 1].keyid == signature.keyid;
            if again || required.binary_search(&signature.keyid).is_err() {
                report(Code::SignatureExtra, signature.keyid);
            }
            match self.keys.get(&signature.keyid) {
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

    /// The number, the hash of the link before, the hash of the seal, what the chain is about.
    fn judge_place(&mut self, place: usize, link: &Link) {
        let chain = &self.bundle.chain;
        let event = link.event();
        let mut report = |code| self.findings.push(Finding::of_link(code, place));
        if event.seq != place as u64 {
            report(Code::SequenceWrong);
        }
        let before = if place == 0 {
            Digest::ZERO
        } else {
            chain[place - 1].hash()
        };
        if event.prev != before {
            report(Code::LinkBroken);
        }
        let seal = (place > 0).then(|| chain[0].hash());
        if event.seal != seal {
            report(Code::SealMismatch);
        }
        let first = chain[0].event();
        if link.subject() != chain[0].subject()
            || event.case != first.case
            || event.exhibit != first.exhibit
        {
            report(Code::SubjectChanged);
        }
        if let Action::Renew(covers) = &event.action
            && !self.renewals.hold(place, covers)
        {
            self.findings.push(
                Finding::of_link(Code::LinkBroken, place).with(Detail::Field("covers".to_owned())),
            );
        }
    }

    fn judge_time(&mut self, place: usize, link: &Link, latest: Option<Timestamp>) {
        let event = link.event();
        if let Some(back) = latest
            .map(|latest| latest.seconds_since(event.at))
            .filter(|&back| back > CLOCK_DIFFERENCE)
        {
            self.findings
                .push(Finding::of_link(Code::TimeBackwards, place).with(Detail::Seconds(back)));
        }
        if let Some(late) = event
            .occurred
            .map(|end| event.at.seconds_since(end))
            .filter(|&late| late > LATE)
        {
            self.findings
                .push(Finding::of_link(Code::LateEntry, place).with(Detail::Seconds(late)));
        }
    }

    /// What a reader should know of an event, though no rule is broken.
    fn note_event(&mut self, place: usize, link: &Link) {
        let mut note = |code, detail| {
            self.findings
                .push(Finding::of_link(code, place).with(detail))
        };
        match &link.event().action {
            Action::Unknown(word) => note(Code::UnknownAction, Detail::Text(word.clone())),
            Action::Correct(seq) => note(Code::Corrected, Detail::Number(*seq)),
            Action::Receipt(Outcome::Refused, _) => note(Code::Refused, Detail::None),
            _ => {}
        }
        for field in link.unknown_fields() {
            note(Code::UnknownField, Detail::Field(field.clone()));
        }
    }

    /// One finding for each key nobody has confirmed, at the first link it had to sign.
    fn judge_signers(&mut self, trust: &Trust) {
        let mut unknown: Vec<_> = self
            .signers
            .iter()
            .filter(|(key, _)| trust.of(key).is_none())
            .collect();
        unknown.sort_by_key(|(_, (first, ..))| *first);
        for (key, (first, name, links)) in unknown {
            let detail = Detail::Signer {
                key: *key,
                name: name.clone(),
                links: *links,
            };
            self.findings
                .push(Finding::of_link(Code::SignerUnknown, *first).with(detail));
        }
        // What only a roster could judge, unless the key has its finding already.
        for (key, place) in self
            .unjudged
            .iter()
            .filter(|(key, _)| trust.of(key).is_some())
        {
            self.findings
                .push(Finding::of_link(Code::SignerUnknown, *place).with(Detail::Key(*key)));
        }
    }

    fn judge_timestamps(&mut self) {
        let places: HashMap<Digest, usize> = self
            .bundle
            .chain
            .iter()
            .enumerate()
            .map(|(place, link)| (link.hash(), place))
            .collect();
        for stamp in &self.bundle.timestamps {
            self.findings.push(match places.get(&stamp.link) {
                Some(&place) => Finding::of_link(Code::TimestampUntrusted, place),
                None => Finding::new(Code::TimestampOfUnknownLink).with(Detail::Key(stamp.link)),
            });
        }
    }

    /// A head someone wrote down must be in this chain, at its place.
    fn judge_expected(&mut self, expected: &[Expected]) {
        let found = self.bundle.chain.len() as u64;
        for head in expected
            .iter()
            .filter(|head| place_of(self.bundle, head).is_none())
        {
            let detail = match head {
                Expected::Card(card) => Detail::Count {
                    recorded: card.seq.saturating_add(1),
                    found,
                },
                Expected::Code(code) => match self.nearly(code) {
                    Some(event) => Detail::Number(event),
                    None => Detail::Text(code.clone()),
                },
            };
            self.findings
                .push(Finding::new(Code::HeadUnknown).with(detail));
        }
    }
}

impl Audit<'_> {
    /// The event whose hash differs from a code in a digit or two: the paper was read, or written, wrongly.
    fn nearly(&self, code: &str) -> Option<u64> {
        let differing = |hash: &str| {
            hash.bytes()
                .zip(code.bytes())
                .filter(|(a, b)| a != b)
                .count()
        };
        let place = self
            .bundle
            .chain
            .iter()
            .position(|link| differing(&link.hash().to_string()) <= 2)?;
        Some(place as u64)
    }
}

/// Where in the chain a head stands that someone wrote down.
pub(super) fn place_of(bundle: &Bundle, expected: &Expected) -> Option<u64> {
    let hashes = || bundle.chain.iter().map(Link::hash);
    let place = match expected {
        Expected::Card(card) if hashes().next() != Some(card.seal) => None,
        Expected::Card(card) => hashes()
            .position(|hash| hash == card.head)
            .filter(|&place| place as u64 == card.seq),
        Expected::Code(code) => {
            hashes().position(|hash| hash.to_string().starts_with(code.as_str()))
        }
    };
    place.map(|place| place as u64)
}
