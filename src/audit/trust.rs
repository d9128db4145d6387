//! Who is confirmed, and by whom. A bundle never confirms its own keys.

use std::collections::BTreeMap;

use crate::record::digest::Digest;

/// Who stands for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voucher {
    /// It is one of the reader's own keys, under this person's name.
    Own(String),
    /// The reader imported the identity of the person of this name.
    Known(String),
    /// The reader named it for this one check.
    Given,
}

/// The keys the reader has confirmed.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    keys: BTreeMap<Digest, Voucher>,
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
}
