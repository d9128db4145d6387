//! A roster: whether it is sound (`docs/format.md`, "Roster"), and whose key is whose by its latest version.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::record::digest::Digest;
use crate::record::link::Link;
use crate::record::member::Member;
use crate::record::predicate::Predicate;
use crate::record::roster;
use crate::record::roster_version::{Terms, Version};
use crate::record::time::Timestamp;

use super::finding::{Code, Finding};
use super::people::People;
use super::signatures::{Keys, judge_place};

/// The latest version of a sound roster.
#[derive(Clone, Debug)]
pub struct Roster {
    root: Digest,
    name: String,
    number: u64,
    hash: Digest,
    at: Timestamp,
    terms: Terms,
    /// Where in the terms the members of each key stand.
    places: BTreeMap<Digest, Vec<usize>>,
    reformatted: bool,
    unknown: Vec<String>,
}

/// What a roster is worth to whoever pinned its root.
#[derive(Clone, Debug)]
pub enum AtHand {
    /// It is sound, and judges.
    Sound(Arc<Roster>),
    /// It breaks its rules: it confirms nobody, and counts as not at hand.
    Unsound(Vec<Fault>),
    /// None of its versions is as old as the time of the check: it counts as not at hand.
    NotYet,
}

/// A rule of rosters that one does not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In which version; `None` where it is in none of them.
    pub version: Option<u64>,
    /// Which.
    pub rule: Rule,
}

/// The rules of rosters, each with what was found instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Rule 1: one of the checks V5 to V12 of every chain.
    Chain(Code),
    /// Rule 2: it does not start at the pinned key, but says that it starts at this one.
    Root(Digest),
    /// Rule 3: the key beside this member's id is another.
    MemberKey(String),
    /// Rule 3: the threshold is 0, or more than the people who may sign the following version.
    Threshold {
        /// The threshold.
        threshold: u64,
        /// The people.
        people: u64,
    },
    /// Rule 4: the version before does not let this key sign.
    NotNext(Digest),
    /// Rule 4: too few of the people signed whom the version before asks for.
    TooFew {
        /// How many must.
        threshold: u64,
        /// How many did.
        people: u64,
    },
}

/// Judges a roster whose root is pinned. With a time, versions from the first later one on are not used.
pub fn judge(file: &roster::Roster, root: Digest, as_of: Option<Timestamp>) -> AtHand {
    let is_later = |link: &Link<Version>| as_of.is_some_and(|time| link.version().at > time);
    let used = file.chain.iter().position(is_later);
    let chain = &file.chain[..used.unwrap_or(file.chain.len())];
    let Some(latest) = chain.last() else {
        return AtHand::NotYet;
    };
    let faults = faults(file, chain, root);
    if !faults.is_empty() {
        return AtHand::Unsound(faults);
    }
    let terms = latest.version().terms.clone();
    let mut places: BTreeMap<Digest, Vec<usize>> = BTreeMap::new();
    for (place, member) in terms.members.iter().enumerate() {
        places.entry(member.key).or_default().push(place);
    }
    AtHand::Sound(Arc::new(Roster {
        root,
        name: latest.subject().name.clone(),
        number: chain.len() as u64 - 1,
        hash: latest.hash(),
        at: latest.version().at,
        terms,
        places,
        reformatted: file.reformatted,
        unknown: file.unknown_fields(),
    }))
}

fn faults(file: &roster::Roster, chain: &[Link<Version>], root: Digest) -> Vec<Fault> {
    let mut findings = Vec::new();
    let keys = Keys::of(&file.keys, &mut findings);
    let mut faults: Vec<Fault> = findings.iter().map(of_chain).collect();
    for (number, link) in chain.iter().enumerate() {
        let mut findings = Vec::new();
        keys.judge(number, link, &mut findings);
        judge_place(number, chain, &mut findings);
        faults.extend(findings.iter().map(of_chain));
        let mut report = |rule| {
            faults.push(Fault {
                version: Some(number as u64),
                rule,
            })
        };
        let version = link.version();
        if number == 0 {
            for named in [
                version.by.key.unwrap_or(Digest::ZERO),
                link.subject().sha256,
            ] {
                if named != root {
                    report(Rule::Root(named));
                }
            }
        } else {
            judge_succession(&chain[number - 1].version().terms, link, &mut report);
        }
        judge_terms(&version.terms, &mut report);
    }
    faults
}

fn of_chain(finding: &Finding) -> Fault {
    Fault {
        version: finding.link,
        rule: Rule::Chain(finding.code),
    }
}

/// Rule 3: what a version says fits together.
fn judge_terms(terms: &Terms, report: &mut impl FnMut(Rule)) {
    for member in &terms.members {
        if member.public_key.id() != member.key {
            report(Rule::MemberKey(member.name.clone()));
        }
    }
    let people = People::of(&terms.members).count(&terms.next);
    if !(1..=people).contains(&terms.threshold) {
        report(Rule::Threshold {
            threshold: terms.threshold,
            people,
        });
    }
}

/// Rule 4: a version is signed by those whom the version before it names.
fn judge_succession(before: &Terms, link: &Link<Version>, report: &mut impl FnMut(Rule)) {
    let next: HashSet<&Digest> = before.next.iter().collect();
    let by = link.version().by.key.unwrap_or(Digest::ZERO);
    if !next.contains(&by) {
        report(Rule::NotNext(by));
    }
    let signers = link.content().required_keys();
    let signers = signers.iter().filter(|key| next.contains(key));
    let people = People::of(&before.members).count(signers);
    if people < before.threshold {
        report(Rule::TooFew {
            threshold: before.threshold,
            people,
        });
    }
}

impl Roster {
    /// The id of the key that was pinned.
    pub fn root(&self) -> Digest {
        self.root
    }

    /// What the roster is called, the same in every version.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of the version that is used, from 0.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The hash of that version: of everything that it and those before it say.
    pub fn hash(&self) -> Digest {
        self.hash
    }

    /// When that version was signed, as recorded.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// What that version says.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Root certificates of time stamp authorities, each as one PEM block.
    pub fn tsa(&self) -> &[String] {
        &self.terms.tsa
    }

    /// The members with a key; none where it is nobody's here.
    pub fn members(&self, key: &Digest) -> impl Iterator<Item = &Member> + Clone {
        let places = self.places.get(key).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|&place| &self.terms.members[place])
    }

    /// Whether the file was laid out otherwise than a writer lays it out.
    pub fn is_reformatted(&self) -> bool {
        self.reformatted
    }

    /// Fields of the file that this version of the program does not know, as dotted names.
    pub fn unknown_fields(&self) -> &[String] {
        &self.unknown
    }
}

/// How a roster stands to another one of the same root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They have the same versions.
    Same,
    /// It has all versions of the other, and later ones.
    Later,
    /// It has fewer versions than the other.
    Older,
    /// They part after a version they share, or share none.
    Forked,
}

/// How the chain of a roster stands to that of another.
pub fn standing(of: &roster::Roster, to: &roster::Roster) -> Standing {
    let mut pairs = of.chain.iter().zip(&to.chain);
    if pairs.any(|(one, other)| one.hash() != other.hash()) {
        return Standing::Forked;
    }
    match of.chain.len().cmp(&to.chain.len()) {
        std::cmp::Ordering::Less => Standing::Older,
        std::cmp::Ordering::Equal => Standing::Same,
        std::cmp::Ordering::Greater => Standing::Later,
    }
}
