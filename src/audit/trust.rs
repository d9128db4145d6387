//! Who is confirmed, and by whom. A bundle never confirms its own keys.

use std::collections::BTreeMap;

use crate::record::digest::Digest;
use crate::record::roster::Roster;
use crate::record::time::Timestamp;

use super::rosters::{Given, Rosters};
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
    /// It is the key of a member of a roster.
    Member {
        /// The member's name.
        name: String,
        /// The member's agency.
        agency: String,
        /// What the roster is called, and its root.
        roster: (String, Digest),
    },
}

/// The keys the reader has confirmed, the rosters the reader pinned, and the authorities whose time stamps the reader
/// believes.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    keys: BTreeMap<Digest, Voucher>,
    rosters: Rosters,
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

    /// Adds a roster under the root the reader pinned for it, judged as of the time that was named before. The members of
    /// a sound one are confirmed, after all who are confirmed already, and its roots of time stamp authorities are
    /// pinned; a certificate that can be none pins nothing. Of one root only one roster is added; whether it was.
    pub fn add_roster(&mut self, file: &Roster, root: Digest) -> bool {
        let added = self.rosters.add(file, root, self.as_of).cloned();
        if let Some(given) = &added {
            self.confirm_by(given);
        }
        added.is_some()
    }

    /// What these rosters confirm, and nothing else.
    pub fn of_rosters(rosters: Rosters) -> Self {
        let mut trust = Self::default();
        rosters.given().iter().for_each(|one| trust.confirm_by(one));
        trust.rosters = rosters;
        trust
    }

    fn confirm_by(&mut self, given: &Given) {
        let Some(roster) = given.sound() else { return };
        for member in &roster.terms().members {
            let (name, agency) = (member.name.clone(), member.agency.clone());
            let voucher = Voucher::Member {
                name,
                agency,
                roster: (roster.name().to_owned(), roster.root()),
            };
            self.add(member.key, voucher);
        }
        let roots = roster.tsa().iter().flat_map(|pem| TimeRoot::read_pem(pem));
        roots.flatten().for_each(|root| self.pin_time_root(root));
    }

    /// The rosters that were given, whatever they are worth.
    pub fn rosters(&self) -> &Rosters {
        &self.rosters
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
