//! Several rosters in one check: each agency keeps its own, and a case crosses agencies (`docs/format.md`, "Roster").

use crate::record::digest::Digest;
use crate::record::member::Member;
use crate::record::roster;
use crate::record::time::Timestamp;

use super::roster::{AtHand, Roster, judge};

/// The rosters that a check was given, each under the root that the reader pinned for it, in the order given.
#[derive(Clone, Debug, Default)]
pub struct Rosters {
    given: Vec<Given>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Given {
    /// The key id that was pinned.
    pub root: Digest,
    /// What it is worth.
    pub worth: AtHand,
}

impl Given {
    /// The roster, where it judges.
    pub fn sound(&self) -> Option<&Roster> {
        match &self.worth {
            AtHand::Sound(roster) => Some(roster),
            AtHand::Unsound(_) | AtHand::NotYet => None,
        }
    }
}

impl Rosters {
    /// Judges one more roster, under its root and as of a time where one is named. `None`, and nothing is added, where a
    /// roster of this root is there already: what a later version took back must not come back with an older copy.
    pub fn add(
        &mut self,
        file: &roster::Roster,
        root: Digest,
        as_of: Option<Timestamp>,
    ) -> Option<&Given> {
        if self.given.iter().any(|given| given.root == root) {
            return None;
        }
        let worth = judge(file, root, as_of);
        self.given.push(Given { root, worth });
        self.given.last()
    }

    /// All of them.
    pub fn given(&self) -> &[Given] {
        &self.given
    }

    /// Those that judge.
    pub fn sound(&self) -> impl Iterator<Item = &Roster> + Clone {
        self.given.iter().filter_map(Given::sound)
    }

    /// Whether any of them judges.
    pub fn are_at_hand(&self) -> bool {
        self.sound().next().is_some()
    }

    /// The members with a key, in all of them together.
    pub fn members(&self, key: &Digest) -> impl Iterator<Item = &Member> + Clone {
        self.sound().flat_map(move |roster| roster.members(key))
    }

    /// Whether they let a key sign at a time; `None` where it is nobody's in them.
    pub fn lets_sign(&self, key: &Digest, at: Timestamp) -> Option<bool> {
        let members = self.members(key);
        members.clone().next()?;
        let is_lost = |member: &Member| member.compromised_at().is_some_and(|since| since <= at);
        Some(members.clone().any(|member| member.may_sign_at(at)) && !members.clone().any(is_lost))
    }

    /// Whether a key is that of a member with this role, in any of them, who may sign at this time.
    pub fn has_role(&self, key: &Digest, role: &str, at: Timestamp) -> bool {
        self.members(key)
            .any(|member| member.role == role && member.may_sign_at(at))
    }
}
