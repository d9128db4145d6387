//! A further version of a roster: what it may say, and whether those who sign it may.

use crate::record::bundle::MAX_LINKS;
use crate::record::digest::Digest;
use crate::record::event::Party;
use crate::record::json::Malformed;
use crate::record::key::{KeyRecord, Signer};
use crate::record::link::{Link, SignError, Subject};
use crate::record::member::{Member, Revocation, Revoked};
use crate::record::predicate::Place;
use crate::record::roster;
use crate::record::roster_version::Terms;
use crate::record::time::Timestamp;

use super::roster::{AtHand, Fault, judge};

/// A roster that keeps its rules under its root. Only judging makes one, and only one of these gets a further version.
#[derive(Clone, Debug)]
pub struct SoundRoster {
    file: roster::Roster,
    root: Digest,
}

/// Why a roster was not changed.
#[derive(Debug)]
pub enum Refusal {
    /// Another member has the key, under this name.
    TwoNames(Box<Member>),
    /// The key was revoked.
    Revoked(Box<Member>),
    /// The key is a member's already, in this role and at some of that time.
    AlreadyMember(Box<Member>),
    /// The period ends before it begins.
    Backwards,
    /// No member has the key.
    NotAMember(Digest),
    /// The key was revoked as this already, and no later than this.
    AlreadyRevoked(Box<Member>),
    /// The roster has as many versions as one may have.
    Full,
    /// The version has a text it may not have.
    Malformed(Malformed),
    /// A key gave no signature.
    Unsigned(SignError),
    /// With this version the roster would break its rules.
    Unsound(Fault),
}

impl Terms {
    /// Adds a member. A key never gets a second name, and no key comes back that was revoked.
    ///
    /// # Errors
    /// Where the key has another name or was revoked, or the member is there already.
    pub fn enrol(&mut self, member: Member) -> Result<(), Refusal> {
        if member.until < member.from {
            return Err(Refusal::Backwards);
        }
        for other in self.members.iter().filter(|other| other.key == member.key) {
            let other = || Box::new(other.clone());
            if other().name != member.name {
                return Err(Refusal::TwoNames(other()));
            }
            if other().revoked.is_some() {
                return Err(Refusal::Revoked(other()));
            }
            let overlaps = member.from <= other().until && other().from <= member.until;
            if overlaps && other().role == member.role && other().agency == member.agency {
                return Err(Refusal::AlreadyMember(other()));
            }
        }
        self.members.push(member);
        Ok(())
    }

    /// Revokes a key wherever it stands; it may not sign the following version any more. Whether it was one that might.
    ///
    /// # Errors
    /// Where nobody has the key, or it was revoked already and this says nothing worse.
    pub fn revoke(&mut self, key: &Digest, revoked: &Revoked) -> Result<bool, Refusal> {
        let mut found = false;
        for member in self.members.iter_mut().filter(|member| member.key == *key) {
            found = true;
            if let Some(before) = &member.revoked {
                let is_worse = revoked.kind == Revocation::Compromised
                    && (before.kind == Revocation::Retired || revoked.at < before.at);
                if !is_worse {
                    return Err(Refusal::AlreadyRevoked(Box::new(member.clone())));
                }
            }
            *member = member.clone().revoke(revoked.clone());
        }
        if !found {
            return Err(Refusal::NotAMember(*key));
        }
        let before = self.next.len();
        self.next.retain(|next| next != key);
        Ok(self.next.len() < before)
    }
}

impl SoundRoster {
    /// A roster that keeps its rules under this root.
    ///
    /// # Errors
    /// Gives the rules it breaks where it does not.
    pub fn of(file: roster::Roster, root: Digest) -> Result<Self, Vec<Fault>> {
        match judge(&file, root, None) {
            AtHand::Unsound(faults) => Err(faults),
            AtHand::Sound(_) | AtHand::NotYet => Ok(Self { file, root }),
        }
    }

    /// A new roster: its first version, signed by the key that is its root from now on.
    ///
    /// # Errors
    /// Where the terms break a rule, or the key gives no signature.
    pub fn begin(
        name: &str,
        terms: &Terms,
        by: &Party,
        at: Timestamp,
        signer: &dyn Signer,
    ) -> Result<Self, Refusal> {
        let root = signer.public_key().id();
        let place = Place {
            seq: 0,
            prev: Digest::ZERO,
            seal: None,
        };
        let predicate = terms.to_predicate(by, &[], at, place);
        let link = Link::sign(&Subject::new(name, root), predicate, &[signer]).map_err(refusal)?;
        let mut file = roster::Roster::new(link);
        file.add_key(KeyRecord::of(signer.public_key()));
        Self::of(file, root).map_err(unsound)
    }

    /// The roster with one more version, signed by these keys: the signer's and those of witnesses.
    ///
    /// # Errors
    /// Where the terms break a rule, those who sign may not or are too few, or a key gives no signature.
    pub fn sign_next(
        mut self,
        terms: &Terms,
        (by, witnesses): (&Party, &[Party]),
        at: Timestamp,
        signers: &[&dyn Signer],
    ) -> Result<Self, Refusal> {
        if self.file.chain.len() >= MAX_LINKS {
            return Err(Refusal::Full);
        }
        let place = Place {
            seq: self.file.chain.len() as u64,
            prev: self.file.latest().hash(),
            seal: Some(self.file.chain[0].hash()),
        };
        let predicate = terms.to_predicate(by, witnesses, at, place);
        let subject = self.file.chain[0].subject().clone();
        let link = Link::sign(&subject, predicate, signers).map_err(refusal)?;
        self.file.chain.push(link);
        for signer in signers {
            self.file.add_key(KeyRecord::of(signer.public_key()));
        }
        Self::of(self.file, self.root).map_err(unsound)
    }

    /// The roster as a file.
    pub fn file(&self) -> &roster::Roster {
        &self.file
    }

    /// The key id to pin.
    pub fn root(&self) -> Digest {
        self.root
    }

    /// What its latest version says.
    pub fn terms(&self) -> &Terms {
        &self.file.latest().version().terms
    }
}

fn refusal(error: SignError) -> Refusal {
    match error {
        SignError::Malformed(error) => Refusal::Malformed(error),
        SignError::Refused(_) => Refusal::Unsigned(error),
    }
}

fn unsound(faults: Vec<Fault>) -> Refusal {
    // There is at least one, and all are of the version that was made now.
    let first = faults.into_iter().next();
    first.map_or(Refusal::Full, Refusal::Unsound)
}
