//! Who is one person: a threshold counts people, never one of them twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::record::digest::Digest;
use crate::record::member::Member;

/// The people of one version of a roster. A person is a key; keys that its members give to one name and agency are one
/// person, and so on through the keys they share.
pub(super) struct People {
    /// For each key of a member, another key of the same person; a key without one is the person's first.
    same_as: BTreeMap<Digest, Digest>,
}

impl People {
    /// The people among these members.
    pub(super) fn of(members: &[Member]) -> Self {
        let mut people = Self {
            same_as: BTreeMap::new(),
        };
        let mut names: HashMap<(&str, &str), Digest> = HashMap::new();
        for member in members {
            let first = *names
                .entry((&member.name, &member.agency))
                .or_insert(member.key);
            people.join(member.key, first);
        }
        people
    }

    /// How many people these keys are.
    pub(super) fn count<'key>(&mut self, keys: impl IntoIterator<Item = &'key Digest>) -> u64 {
        let people: BTreeSet<Digest> = keys.into_iter().map(|key| self.first(*key)).collect();
        people.len() as u64
    }

    fn first(&mut self, key: Digest) -> Digest {
        let mut first = key;
        while let Some(same) = self.same_as.get(&first) {
            first = *same;
        }
        // The way is kept short, however the members are ordered.
        let mut step = key;
        while step != first {
            match self.same_as.insert(step, first) {
                Some(next) => step = next,
                None => break,
            }
        }
        first
    }

    fn join(&mut self, one: Digest, other: Digest) {
        let (one, other) = (self.first(one), self.first(other));
        if one != other {
            self.same_as.insert(one, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::key::PublicKey;
    use crate::record::time::Timestamp;

    fn member(name: &str, key: u8) -> Member {
        let time = |text| Timestamp::parse(text).unwrap();
        let (from, until) = (time("2026-01-01T00:00:00Z"), time("2029-01-01T00:00:00Z"));
        Member::new(
            (name, "Police", "clerk"),
            PublicKey::from_bytes(&[key; 32]),
            from,
            until,
        )
    }

    #[test]
    fn keys_of_one_name_are_one_person_and_names_of_one_key_too() {
        let key = |number: u8| PublicKey::from_bytes(&[number; 32]).id();
        let members = [
            member("A", 1),
            member("A", 2),
            member("B", 2),
            member("B", 3),
        ];
        let mut people = People::of(&members);
        assert_eq!(people.count(&[key(1), key(2), key(3)]), 1);
        assert_eq!(people.count(&[key(1), key(4), key(5), key(4)]), 3);
        assert_eq!(
            People::of(&members[..2]).count(&[key(1), key(2), key(3)]),
            2
        );
        assert_eq!(people.count(&[]), 0);
    }
}
