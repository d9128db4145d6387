//! Physical seals and bags: whether the numbers continue from one entry to the next, as recorded.

use std::collections::BTreeSet;

use crate::record::json::{Json, Object};

use super::finding::{Code, Detail, Finding};

/// The physical seals that should be in place.
#[derive(Default)]
pub struct PhysicalSeals {
    in_place: BTreeSet<String>,
    /// Whether any seal was ever recorded: the first mention continues nothing.
    known: bool,
}

impl PhysicalSeals {
    /// Follows one link: what it records of seals, against what was recorded before.
    pub fn follow(&mut self, place: usize, predicate: &Object, findings: &mut Vec<Finding>) {
        let seals = predicate
            .get("seals")
            .and_then(Json::as_array)
            .unwrap_or_default();
        for seal in seals.iter().filter_map(Json::as_object) {
            let number = seal.text("number").unwrap_or_default().to_owned();
            let state = seal.text("state").unwrap_or("intact");
            let mut report = |code| {
                findings.push(Finding::of_link(code, place).with(Detail::Text(number.clone())))
            };
            if state != "applied" && self.known && !self.in_place.contains(&number) {
                report(Code::SealNumberMismatch);
            }
            if matches!(state, "broken" | "absent") {
                report(Code::SealBroken);
                self.in_place.remove(&number);
            } else {
                self.in_place.insert(number);
            }
        }
        self.known |= !seals.is_empty();
    }
}
