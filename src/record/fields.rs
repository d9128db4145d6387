//! The tables of fields: what an event may record (`docs/format.md`, "Actions" and "Fields of every event").
//!
//! They say what a reader takes and what a sheet asks for; there is no second list anywhere.

use super::shape::Field as F;
use super::shape::Kind::{
    Ascending, Hex, Integer, IntegerOrText, List, Object, Offset, Open, Path, Text, Time, Word,
    Zone,
};
use super::shape::{Kind, Shape};

/// Who signs, or who is to receive.
pub(super) const PARTY: Kind = Object(&Shape(&[
    F::required("name", Text, "surname and name"),
    F::required("agency", Text, "agency and unit"),
    F::required("role", Text, "post"),
    F::required("key", Hex(32), "the id of the key"),
    F::optional("rank", Text, "rank"),
    F::optional("badge", Text, "badge number"),
]));

/// Who gets a thing back, or takes it away: people without a key.
const RECIPIENT: Kind = Object(&Shape(&[
    F::required("name", Text, "surname and name"),
    F::optional("agency", Text, "agency and unit"),
    F::optional("role", Text, "post, or lawful owner"),
    F::optional("key", Hex(32), "the id of the key, where there is one"),
]));

const TOOL: Kind = Object(&TOOL_SHAPE);
static TOOL_SHAPE: Shape = Shape(&[
    F::required("name", Text, "name of the tool"),
    F::optional("version", Text, "version"),
    F::optional("kind", Text, "hardware or software, and of what sort"),
    F::optional("serial", Text, "serial number"),
]);

static ORIGIN: Shape = Shape(&[
    F::required("exhibit", Text, "number of the other exhibit"),
    F::required("seal", Hex(32), "link hash of the other exhibit's seal"),
    F::required("sha256", Hex(32), "the other exhibit's subject digest"),
]);

/// Where in its chain a link stands.
pub(super) const CHAIN: Kind = Object(&Shape(&[
    F::required("seq", Integer, "number of the link"),
    F::required("prev", Hex(32), "hash of the link before"),
    F::optional("seal", Hex(32), "hash of link 0"),
]));

/// What every event has or may have.
pub static EVENT: &[F] = &[
    F::required("action", Text, "what was done"),
    F::required("at", Time, "time of signing, by the signer's clock"),
    F::required("by", PARTY, "who signs"),
    F::required("case", Text, "number of the case"),
    F::required("exhibit", Text, "number of the exhibit"),
    F::required("chain", CHAIN, "place in the chain"),
    F::optional(
        "occurred",
        Object(&Shape(&[
            F::required("start", Time, "when the act began"),
            F::optional("end", Time, "when it ended"),
        ])),
        "when the act took place, where that is not the time of signing",
    ),
    F::optional(
        "lateReason",
        Text,
        "why the entry is made more than 24 hours after the act",
    ),
    F::optional("zone", Zone, "offset of the clocks people saw there"),
    F::optional(
        "clock",
        Object(&Shape(&[
            F::required(
                "source",
                Word(&["ntp", "gps", "manual", "unsynchronised"]),
                "what set the clock: ntp, gps, manual, unsynchronised",
            ),
            F::optional(
                "offsetSeconds",
                Offset,
                "seconds the clock was ahead; \"-3\" where it was behind",
            ),
            F::optional("checkedAgainst", Text, "what it was compared with"),
            F::optional("checkedAt", Time, "when it was compared"),
        ])),
        "the clock of the signing computer",
    ),
    F::optional("place", Text, "building, room, position"),
    F::optional("reason", Text, "why the act was done"),
    F::optional("note", Text, "anything else"),
    F::optional("description", Text, "what was done, or what the exhibit is"),
    F::optional(
        "authority",
        Object(&Shape(&[
            F::required(
                "kind",
                Text,
                "court decision, investigator's decision, consent, request of another state, …",
            ),
            F::optional("number", Text, "number"),
            F::optional("date", Text, "date"),
            F::optional("issuer", Text, "who gave it"),
            F::optional("provision", Text, "provision of the law it rests on"),
        ])),
        "the legal basis, as stated",
    ),
    F::optional(
        "protocol",
        Object(&Shape(&[
            F::required("kind", Text, "record of search, record of handover, …"),
            F::optional("number", Text, "number"),
            F::optional("date", Text, "date"),
            F::optional("sha256", Hex(32), "SHA-256 of its file, where there is one"),
        ])),
        "the official record this entry mirrors; personal data stay there",
    ),
    F::optional(
        "seals",
        List(&Object(&Shape(&[
            F::required("number", Text, "number of the bag or seal"),
            F::optional("kind", Text, "bag, tape, wax, …"),
            F::optional(
                "state",
                Word(&["applied", "intact", "broken", "absent"]),
                "applied, intact, broken or absent",
            ),
        ]))),
        "physical seals and bags",
    ),
    F::optional("tools", List(&TOOL), "tools used"),
    F::optional(
        "present",
        List(&Object(&Shape(&[
            F::required("name", Text, "name, or initials"),
            F::optional("role", Text, "capacity"),
        ]))),
        "others who were there",
    ),
    F::optional(
        "witnesses",
        List(&Object(&Shape(&[
            F::required("name", Text, "name, or initials"),
            F::optional("role", Text, "capacity"),
            F::optional(
                "key",
                Hex(32),
                "the id of the key with which the witness signs, too",
            ),
        ]))),
        "attesting witnesses; one with a key must sign",
    ),
    F::optional(
        "attachments",
        List(&Object(&Shape(&[
            F::required("name", Text, "name of the file"),
            F::required("sha256", Hex(32), "its SHA-256"),
            F::optional("size", Integer, "its length in bytes"),
            F::optional("title", Text, "what it shows"),
        ]))),
        "files that belong to this entry, by their hash",
    ),
    F::optional(
        "countersigned",
        List(&Object(&Shape(&[
            F::required(
                "kind",
                Word(&["asice", "edoc", "cms", "paper"]),
                "asice, edoc, cms or paper",
            ),
            F::required(
                "sha256",
                Hex(32),
                "SHA-256 of the container, or of the scan",
            ),
            F::optional("signer", Text, "who signed it, as stated"),
        ]))),
        "signatures under another law's rules; not checked by this program",
    ),
    F::optional(
        "notRecorded",
        List(&Object(&Shape(&[
            F::required("field", Text, "name of the field"),
            F::required("reason", Text, "why there is no value"),
        ]))),
        "what is left out, and why",
    ),
    F::optional(
        "item",
        Object(&Shape(&[
            F::optional(
                "kind",
                Text,
                "device, medium, image, extraction, file set, provider disclosure, recording, paper",
            ),
            F::optional("description", Text, "colour, size, marks, damage"),
            F::optional("manufacturer", Text, "manufacturer"),
            F::optional("model", Text, "model"),
            F::optional("serial", Text, "serial number"),
            F::optional("quantity", Integer, "how many"),
            F::optional("condition", Text, "condition"),
            F::optional("imei", List(&Text), "IMEI numbers of a phone"),
            F::optional("capacity", IntegerOrText, "capacity, in bytes or in words"),
            F::optional("power", Text, "on, off, standby, locked, unlocked"),
            F::optional("clockShown", Text, "what its own clock showed"),
        ])),
        "the thing itself",
    ),
    F::optional(
        "acquisition",
        Object(&Shape(&[
            F::optional("method", Text, "physical, logical, live, cloud, …"),
            F::optional("tool", TOOL, "the imaging tool"),
            F::optional("writeBlocker", TOOL, "the write blocker"),
            F::optional(
                "declared",
                List(&Object(&Shape(&[
                    F::required("algorithm", Text, "md5, sha1, sha256, …"),
                    F::required("value", Text, "the number, as the other tool printed it"),
                    F::optional("scope", Text, "which bytes: media data, file, …"),
                    F::optional("source", Text, "where the number stands"),
                ]))),
                "numbers of another tool; shown as declared, never as checked",
            ),
        ])),
        "how the image was made",
    ),
    F::optional(
        "ext",
        Open,
        "data of other systems; not read by this program",
    ),
];

static CHECKED: Shape = Shape(&[
    F::required(
        "mode",
        Word(&["full", "pieces", "part", "none"]),
        "what was read",
    ),
    F::required("files", Integer, "files read"),
    F::required("bytes", Integer, "bytes read"),
    F::optional(
        "failed",
        List(&Object(&Shape(&[
            F::required("path", Path, "which entry"),
            F::required("code", Text, "which finding"),
        ]))),
        "what differed",
    ),
]);

const CHECKED_FIELD: F = F::optional(
    "checked",
    Object(&CHECKED),
    "what the signer read, and what was found",
);

/// Each action, and what it has of its own.
pub static OWN: &[(&str, &[F])] = &[
    (
        "seal",
        &[
            F::required(
                "manifest",
                Object(&Shape(&[
                    F::required("root", Hex(32), "root of the tree over the entries"),
                    F::required("entries", Integer, "entries"),
                    F::required("files", Integer, "files"),
                    F::required("bytes", Integer, "bytes of all files"),
                ])),
                "the sealed content",
            ),
            F::optional(
                "derivedFrom",
                Object(&ORIGIN),
                "the exhibit this one was made from",
            ),
            F::optional("media", Open, "the medium inside an image file"),
            F::optional("unread", List(&Path), "entries that could not be read"),
        ],
    ),
    (
        "release",
        &[F::required("to", PARTY, "who is to receive it")],
    ),
    (
        "receipt",
        &[
            F::required(
                "outcome",
                Word(&["accepted", "acceptedWithExceptions", "refused"]),
                "what the receiver decided",
            ),
            F::required(
                "checked",
                Object(&CHECKED),
                "what the receiver read, and what was found",
            ),
        ],
    ),
    ("withdraw", &[]),
    (
        "takeover",
        &[F::required("to", PARTY, "who holds it from now on")],
    ),
    ("examine", &[CHECKED_FIELD]),
    ("copy", &[CHECKED_FIELD]),
    ("store", &[CHECKED_FIELD]),
    ("present", &[CHECKED_FIELD]),
    ("disclose", &[CHECKED_FIELD]),
    ("incident", &[CHECKED_FIELD]),
    ("open", &[CHECKED_FIELD]),
    ("verify", &[CHECKED_FIELD]),
    (
        "correct",
        &[F::required(
            "corrects",
            Object(&Shape(&[
                F::required("seq", Integer, "number of the link corrected"),
                F::required("field", Text, "name of the field"),
                F::required("text", Text, "what it should say"),
            ])),
            "the correction; the entry corrected stays as it is",
        )],
    ),
    (
        "renew",
        &[F::required(
            "covers",
            Object(&Shape(&[
                F::required("seq", Integer, "number of the last link covered"),
                F::required(
                    "tokens",
                    Ascending(32),
                    "SHA-256 of the DER of each time stamp covered",
                ),
                F::required(
                    "sha512",
                    Hex(64),
                    "SHA-512 of the links and time stamps covered",
                ),
            ])),
            "what the renewal covers",
        )],
    ),
    (
        "return",
        &[
            F::optional("to", RECIPIENT, "to whom it was returned"),
            F::optional(
                "retained",
                Object(&ORIGIN),
                "the verified copy that was kept",
            ),
        ],
    ),
    (
        "dispose",
        &[F::optional("to", RECIPIENT, "who took it away")],
    ),
];

/// What this action has of its own; `None` where the action is unknown.
pub fn own_fields(action: &str) -> Option<&'static [F]> {
    OWN.iter()
        .find(|(name, _)| *name == action)
        .map(|(_, own)| *own)
}
