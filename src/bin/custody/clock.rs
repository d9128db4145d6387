//! The only clock.

use chrono::{Local, Utc};
use custody::record::time::{Timestamp, Zone};

use crate::fault::fault;

/// The time now.
pub fn now() -> anyhow::Result<Timestamp> {
    Timestamp::of(Utc::now()).map_err(|error| fault(format!("the clock of this computer {error}")))
}

/// The offset of this computer's zone.
pub fn zone() -> Option<Zone> {
    Zone::from_minutes(Local::now().offset().local_minus_utc() / 60)
}
