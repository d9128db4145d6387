//! Who holds the exhibit: the state machine of the chain (`docs/format.md`, "The rules of the chain").

use crate::record::digest::Digest;
use crate::record::event::{Action, Event, Outcome, Party};
use crate::record::member::{ARCHIVE, AUTHORITY};
use crate::record::time::{Timestamp, Zone};

use super::finding::Code;
use super::rosters::Rosters;

/// Who holds the exhibit after some links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Custody {
    /// There is no seal yet.
    None,
    /// Someone holds it.
    Held {
        /// The holder, as recorded.
        holder: Party,
    },
    /// It was handed over, and not yet received.
    InTransit {
        /// Who released it.
        giver: Party,
        /// Who is to receive it.
        receiver: Party,
        /// When it was released.
        since: Timestamp,
        /// The zone of the clocks people saw then.
        zone: Option<Zone>,
        /// The number of the link that released it.
        release: u64,
    },
    /// It was returned or disposed of.
    Closed {
        /// Who held it last, and closed it.
        holder: Party,
        /// `return` or `dispose`.
        by: &'static str,
        /// When.
        since: Timestamp,
        /// The zone of the clocks people saw then.
        zone: Option<Zone>,
    },
}

/// What the rules say of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It follows the rules.
    Kept,
    /// Only a roster could tell; it takes effect.
    Unjudged,
    /// It breaks a rule, and has no effect.
    Broken(Code),
}

impl Custody {
    /// What the rules say of the event that comes next. `time` is the time of its link; the rosters tell what only
    /// a roster can.
    pub fn judge(&self, place: usize, event: &Event, time: Timestamp, rosters: &Rosters) -> Turn {
        let by = &event.by.key;
        let holds_office = |role| {
            let key = by.unwrap_or(Digest::ZERO);
            if rosters.are_at_hand() {
                allowed(rosters.has_role(&key, role, time), Code::NotTheHolder)
            } else {
                Turn::Unjudged
            }
        };
        match (self, &event.action) {
            (Self::None, Action::Seal(_)) if place == 0 => Turn::Kept,
            // The holder may; whether another is the archive, the roster says.
            (Self::Held { holder } | Self::Closed { holder, .. }, Action::Renew(_)) => {
                if holder.key == *by {
                    Turn::Kept
                } else {
                    holds_office(ARCHIVE)
                }
            }
            (Self::Closed { .. }, _) => Turn::Broken(Code::AfterClose),
            (Self::None, _) | (_, Action::Seal(_)) => Turn::Broken(Code::OutOfTurn),
            (Self::InTransit { receiver, .. }, Action::Receipt(..)) => {
                allowed(receiver.key == *by, Code::NotTheReceiver)
            }
            (Self::InTransit { giver, .. }, Action::Withdraw) => {
                allowed(giver.key == *by, Code::NotTheHolder)
            }
            // An authority's word goes through at any time; whether this is one, the roster says.
            (_, Action::Takeover(_)) => holds_office(AUTHORITY),
            (Self::InTransit { .. }, _) | (_, Action::Receipt(..) | Action::Withdraw) => {
                Turn::Broken(Code::OutOfTurn)
            }
            (_, Action::Verify(_) | Action::Unknown(_)) => Turn::Kept,
            (_, Action::Correct(seq)) if *seq >= place as u64 => Turn::Broken(Code::OutOfTurn),
            (Self::Held { holder }, _) => allowed(holder.key == *by, Code::NotTheHolder),
        }
    }

    /// The state after an event that broke no rule.
    #[must_use]
    pub fn after(self, event: &Event) -> Self {
        match (self, &event.action) {
            (Self::None, Action::Seal(_)) => Self::Held {
                holder: event.by.clone(),
            },
            (Self::Held { holder }, Action::Release(to)) => Self::InTransit {
                giver: holder,
                receiver: to.clone(),
                since: event.at,
                zone: event.zone,
                release: event.seq,
            },
            (Self::InTransit { giver, .. }, Action::Withdraw) => Self::Held { holder: giver },
            (Self::InTransit { giver, .. }, Action::Receipt(Outcome::Refused, _)) => {
                Self::Held { holder: giver }
            }
            (Self::InTransit { .. }, Action::Receipt(..)) => Self::Held {
                holder: event.by.clone(),
            },
            (Self::Held { .. } | Self::InTransit { .. }, Action::Takeover(to)) => {
                Self::Held { holder: to.clone() }
            }
            (Self::Held { holder }, Action::Return) => Self::Closed {
                holder,
                by: "return",
                since: event.at,
                zone: event.zone,
            },
            (Self::Held { holder }, Action::Dispose) => Self::Closed {
                holder,
                by: "dispose",
                since: event.at,
                zone: event.zone,
            },
            (unchanged, _) => unchanged,
        }
    }

    /// Who holds it; while it is in transit, who released it.
    pub fn holder(&self) -> Option<&Party> {
        match self {
            Self::None => None,
            Self::Held { holder } | Self::Closed { holder, .. } => Some(holder),
            Self::InTransit { giver, .. } => Some(giver),
        }
    }
}

fn allowed(kept: bool, otherwise: Code) -> Turn {
    if kept {
        Turn::Kept
    } else {
        Turn::Broken(otherwise)
    }
}
