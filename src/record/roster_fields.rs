//! The table of fields of a roster's versions (`docs/format.md`, "Roster").

use super::fields::{CHAIN, EVENT, PARTY};
use super::shape::Field as F;
use super::shape::Kind::{Certificate, Hex, Integer, List, Object, PublicKey, Text, Time, Word};
use super::shape::Shape;

/// One member: whose key, from when to when.
pub(super) static MEMBER: Shape = Shape(&[
    F::required("name", Text, "surname and name"),
    F::required("agency", Text, "agency and unit"),
    F::required(
        "role",
        Text,
        "post; `authority` and `archive` have a meaning",
    ),
    F::required("key", Hex(32), "the id of the key"),
    F::required("pem", PublicKey, "the key"),
    F::required(
        "from",
        Time,
        "the first second in which the member may sign",
    ),
    F::required("until", Time, "the last one"),
    F::optional(
        "revoked",
        Object(&REVOKED),
        "where the key must not be used any more",
    ),
]);

static REVOKED: Shape = Shape(&[
    F::required("at", Time, "from when on"),
    F::required(
        "kind",
        Word(&["retired", "compromised"]),
        "retired or compromised",
    ),
    F::optional("reason", Text, "why"),
]);

/// What a version must have, and the field of its own that it may have.
pub(super) static ROSTER: &[F] = &[
    F::required("action", Word(&["roster"]), "always `roster`"),
    F::required("at", Time, "time of signing, by the signer's clock"),
    F::required("by", PARTY, "who signs"),
    F::required("chain", CHAIN, "place in the chain"),
    F::required("members", List(&Object(&MEMBER)), "whose key is whose"),
    F::required(
        "next",
        List(&Hex(32)),
        "keys that may sign the following version",
    ),
    F::required(
        "threshold",
        Integer,
        "how many people of these must sign it",
    ),
    F::optional(
        "tsa",
        List(&Certificate),
        "root certificates of time stamp authorities",
    ),
];

/// How many fields every event must have; they stand first in their table.
const REQUIRED: usize = 6;

/// What every predicate may have besides: a version of a roster, too.
pub(super) static OPTIONAL: &[F] = EVENT.split_at(REQUIRED).1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_optional_fields_are_those_that_are_not_required() {
        assert!(OPTIONAL.iter().all(|field| !field.required));
        let required = EVENT.iter().filter(|field| field.required).count();
        assert_eq!(required, REQUIRED);
    }
}
