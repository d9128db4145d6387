//! Who is confirmed, and by whom. A bundle never confirms its own keys.

use std::collections::BTreeMap;

use crate::record::digest::Digest;
use crate::record::time::Timestamp;

use super::roster::{AtHand, Roster};

use super::time_stamp::TimeRoot;

/// Who stands for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voucher {
    /// It is one of the reader's own keys, under this person's name.
    Own(String),
    /// The reader imported the identity of the person of this name.
    Known(String),
    /// The reader named it for this one check.
    Given,
    /// It is the key of a member of the roster.
    Member {
        /// The member's name.
        name: String,
        /// The member's agency.
        agency: String,
    },
}

/// The keys the reader has confirmed, the roster the reader pinned, and the authorities whose time stamps the reader
/// believes.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    keys: BTreeMap<Digest, Voucher>,
    roster: Option<AtHand>,
    as_of: Option<Timestamp>,
    time_roots: Vec<TimeRoot>,
}

impl Trust {
    /// Adds a key. The first voucher stays.
    pub fn add(&mut self, key: Digest, voucher: Voucher) {
        self.keys.entry(key).or_insert(voucher);
    }

    /// Who stands for this key, where anyone does.
    pub fn of(&self, key: &Digest) -> Option<&Voucher> {
        self.keys.get(key)
    }

    /// Adds a roster that was judged under the root the reader pinned. The members of a sound one are confirmed, after
    /// all who are confirmed already, and its roots of time stamp authorities are pinned; a certificate that can be none
    /// pins nothing.
    pub fn set_roster(&mut self, roster: AtHand) {
        if let AtHand::Sound(roster) = &roster {
            for member in &roster.terms().members {
                let (name, agency) = (member.name.clone(), member.agency.clone());
                self.add(member.key, Voucher::Member { name, agency });
            }
            let roots = roster.tsa().iter().flat_map(|pem| TimeRoot::read_pem(pem));
            roots.flatten().for_each(|root| self.pin_time_root(root));
        }
        self.roster = Some(roster);
    }

    /// The roster that judges: pinned, and sound.
    pub fn roster(&self) -> Option<&Roster> {
        match &self.roster {
            Some(AtHand::Sound(roster)) => Some(roster),
            _ => None,
        }
    }

    /// The roster that was given, whatever it is worth.
    pub fn roster_given(&self) -> Option<&AtHand> {
        self.roster.as_ref()
    }

    /// Judges as of this time: what was known later counts for nothing.
    pub fn judge_as_of(&mut self, time: Timestamp) {
        self.as_of = Some(time);
    }

    /// The time as of which is judged, where one was named.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.as_of
    }

    /// Pins the root of time stamp authorities.
    pub fn pin_time_root(&mut self, root: TimeRoot) {
        if !self.time_roots.contains(&root) {
            self.time_roots.push(root);
        }
    }

    /// The roots of time stamp authorities that are pinned.
    pub fn time_roots(&self) -> &[TimeRoot] {
        &self.time_roots
    }
}
