//! Physical seals and bags: whether the numbers continue from one entry to the next, as recorded.

use std::collections::BTreeSet;

use crate::record::event::Event;

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
    pub fn follow(&mut self, place: usize, event: &Event, findings: &mut Vec<Finding>) {
        for (number, state) in &event.seals {
            let state = state.as_deref().unwrap_or("intact");
            let mut report = |code| {
                findings.push(Finding::of_link(code, place).with(Detail::Text(number.clone())))
            };
            if state != "applied" && self.known && !self.in_place.contains(number) {
                report(Code::SealNumberMismatch);
            }
            if matches!(state, "broken" | "absent") {
                report(Code::SealBroken);
                self.in_place.remove(number);
            } else {
                self.in_place.insert(number.clone());
            }
        }
        self.known |= !event.seals.is_empty();
    }
}
