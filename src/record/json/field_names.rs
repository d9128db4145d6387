//! The names of one object: each may stand there once.

use std::collections::HashSet;

/// The names met in one object. Nearly all objects have a handful; a hostile one may have millions.
#[derive(Default)]
pub(super) struct FieldNames {
    few: Vec<String>,
    many: HashSet<String>,
}

impl FieldNames {
    /// Adds a name; false where it was there already.
    pub(super) fn insert(&mut self, name: &str) -> bool {
        if self.many.is_empty() {
            if self.few.iter().any(|seen| seen == name) {
                return false;
            }
            self.few.push(name.to_owned());
            if self.few.len() > 24 {
                self.many = self.few.drain(..).collect();
            }
            return true;
        }
        self.many.insert(name.to_owned())
    }
}
