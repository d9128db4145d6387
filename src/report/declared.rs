//! Check numbers that an entry declares, and how they stand to what was computed.

use serde::Serialize;

use super::layout::{safe, short};
use crate::audit::declared::{Declared, Standing};

/// A declared number for programs: `{"algorithm": "sha256", "standing": "differs", "value": "…"}`. `standing` is `same`,
/// `differs` or `not-computed`.
#[derive(Serialize)]
pub struct Number {
    algorithm: String,
    value: String,
    standing: &'static str,
}

impl Number {
    /// The number, made fit to be shown.
    pub fn of(number: &Declared) -> Self {
        Self {
            algorithm: safe(&number.algorithm),
            value: safe(&number.value),
            standing: match number.standing {
                Standing::Same => "same",
                Standing::Differs => "differs",
                Standing::NotComputed => "not-computed",
            },
        }
    }
}

/// The line below the facts of a seal.
pub fn line(number: &Declared) -> String {
    let algorithm = safe(&number.algorithm);
    match number.standing {
        Standing::Same => format!("  declared    {algorithm}: the same number was computed\n"),
        Standing::Differs => format!(
            "  DECLARED NUMBER DIFFERS: {algorithm} {} is said to be of the file; another was computed, and both are on record\n",
            short(&number.value, 128)
        ),
        Standing::NotComputed => {
            format!(
                "  declared    {algorithm}: no such number was computed, so it was not compared\n"
            )
        }
    }
}
