//! One sentence for each finding, in words a judge can read. The words are those of the table `finding` of a language.

use std::fmt::Display;

use crate::audit::finding::{Code, Detail, Finding};
use crate::audit::proven_time::ProvenTime;
use crate::record::link::Link;
use crate::record::time::Zone;

use super::language::Language;
use super::layout::{Most, in_backticks, key, path as shown_path, safe, within};
use super::roster_sentences;

/// What was found, as one sentence in English: that of `--json` and of the program's talk.
pub fn sentence(finding: &Finding) -> String {
    sentence_in(Language::english(), finding)
}

/// What was found, as one sentence. Names of entries and links stand in front of it, not in it.
pub fn sentence_in(language: &Language, finding: &Finding) -> String {
    let detail = &finding.detail;
    // `finding.altered`, or one of its variants, `finding.altered-link`.
    let fill = |variant: &str, places: &[(&str, &dyn Display)]| {
        language.fill(
            &format!("finding.{}{variant}", finding.code.as_str()),
            places,
        )
    };
    match (finding.code, detail) {
        (Code::LinkBroken, Detail::Field(field)) if field == "covers" => fill("-covers", &[]),
        (_, Detail::Member(_) | Detail::Roster(..)) => {
            roster_sentences::sentence(language, finding)
        }
        (Code::HeadUnknown, _) => head_unknown(language, detail),
        (Code::RolledBack, _) => rolled_back(language, detail),
        (Code::Forked, _) => forked(language, detail),
        (Code::Altered, _) => altered(language, finding),
        (Code::ManifestMismatch, Detail::Field(field)) if field != "root" => {
            fill("-total", &[("field", &safe(field))])
        }
        (Code::EntryCountMismatch, Detail::Count { recorded, found }) => fill(
            "-counted",
            &[
                ("recorded", &language.count("entry", *recorded)),
                ("found", &language.number(*found)),
            ],
        ),
        (Code::TypeChanged | Code::Unexpected, Detail::Now(now)) => {
            fill("-now", &[("now", &thing(language, now))])
        }
        (Code::Moved, Detail::Other(other)) => {
            fill("-to", &[("other", &shown_path(other.as_str()))])
        }
        (
            Code::SignerUnknown,
            Detail::Signer {
                key: id,
                name,
                links,
            },
        ) => {
            let links = match links {
                0 | 1 => String::new(),
                links => language.fill(
                    "words.signed-with-it",
                    &[("events", &language.count("event", *links))],
                ),
            };
            fill(
                "",
                &[
                    ("key", &key(id)),
                    ("name", &within(name, 400)),
                    ("links", &links),
                ],
            )
        }
        (Code::SignerUnknown, _) => fill("-roster", &[]),
        (Code::InTransit, Detail::Since(since, zone)) => {
            fill("", &[("time", &language.time(*since, *zone))])
        }
        (Code::NotSupplied, Detail::Number(number)) => fill(
            "-part",
            &[("entries", &language.count("unsupplied-entry", *number))],
        ),
        (Code::Hidden, Detail::Number(number)) => {
            fill("", &[("entries", &language.count("hidden-entry", *number))])
        }
        (Code::Unreadable, Detail::Field(reason)) => fill("-sealed", &[("reason", &safe(reason))]),
        (Code::Unreadable, Detail::Text(reason)) => fill("", &[("reason", &safe(reason))]),
        (Code::Reformatted, Detail::Field(_)) => fill("-roster", &[]),
        (Code::TimeBackwards | Code::LateEntry, Detail::Seconds(seconds)) => {
            fill("", &[("duration", &language.duration(*seconds))])
        }
        (Code::Corrected, Detail::Number(seq)) => fill("", &[("seq", seq)]),
        (Code::MetadataChanged, Detail::Field(field)) if field == "modified" => {
            fill("-modified", &[])
        }
        (Code::NamesAlike, Detail::Other(other)) => {
            fill("", &[("other", &shown_path(other.as_str()))])
        }
        (Code::SealNumberMismatch | Code::SealBroken, Detail::Text(number)) => {
            fill("", &[("text", &within(number, 80))])
        }
        (Code::UnknownAction, Detail::Text(word) | Detail::Field(word)) => {
            fill("", &[("text", &in_backticks(word))])
        }
        (_, Detail::Key(id)) => fill("", &[("key", &key(id))]),
        (_, Detail::Text(text) | Detail::Field(text)) => fill("", &[("text", &safe(text))]),
        _ => fill("", &[]),
    }
}

/// When a link existed, as a trusted time stamp shows. To the second: cut to the minute, it would be too early.
pub fn existed(language: &Language, time: &ProvenTime, zone: Option<Zone>) -> String {
    existed_within(language, time, zone, 160)
}

/// The same, the authority cut at so many characters.
pub fn existed_within(
    language: &Language,
    time: &ProvenTime,
    zone: Option<Zone>,
    most: impl Into<Most>,
) -> String {
    language.fill(
        "words.existed",
        &[
            ("seq", &time.link),
            ("time", &language.instant(time.at, zone)),
            ("authority", &within(&time.authority, most)),
        ],
    )
}

/// Where a finding stands, in English: `event no. 3`, a path, or nothing.
pub fn place(finding: &Finding) -> String {
    place_in(Language::english(), finding)
}

/// Where a finding stands: `event no. 3`, a path, or nothing.
pub fn place_in(language: &Language, finding: &Finding) -> String {
    match (&finding.path, finding.link) {
        (Some(path), _) => shown_path(path.as_str()),
        (None, Some(link)) => language.fill("words.event-number", &[("seq", &link)]),
        (None, None) => String::new(),
    }
}

/// The place, and the sentence behind it.
pub fn placed(language: &Language, finding: &Finding) -> String {
    let place = place_in(language, finding);
    let colon = if place.is_empty() { "" } else { ": " };
    format!("{place}{colon}{}", sentence_in(language, finding))
}

/// What stands now where something else was sealed: the audit says it in English words.
fn thing(language: &Language, now: &str) -> String {
    let name = now.split_once(' ').map_or(now, |(_, name)| name);
    let key = format!("thing.{}", name.to_ascii_lowercase().replace(' ', "-"));
    if language.has(&key) {
        language.say(&key).to_owned()
    } else {
        now.to_owned()
    }
}

fn altered(language: &Language, finding: &Finding) -> String {
    if let Detail::Text(target) = &finding.detail {
        return language.fill("finding.altered-link", &[("target", &safe(target))]);
    }
    let size = match finding.detail {
        Detail::Count { recorded, found } if found < recorded => language.fill(
            "finding.altered-shorter",
            &[("bytes", &language.count("byte", recorded - found))],
        ),
        Detail::Count { recorded, found } => language.fill(
            "finding.altered-longer",
            &[("bytes", &language.count("byte", found - recorded))],
        ),
        _ => String::new(),
    };
    if finding.pieces.is_empty() {
        return format!("{size}{}", language.say("finding.altered"));
    }
    let ranges: Vec<String> = finding
        .ranges
        .iter()
        .take(5)
        .map(|(start, end)| {
            let last = end.saturating_sub(1);
            language.fill(
                "finding.altered-range",
                &[
                    ("first", &language.number(*start)),
                    ("last", &language.number(last)),
                ],
            )
        })
        .collect();
    let more = finding.ranges.len().saturating_sub(5);
    let more = if more > 0 {
        language.fill(
            "words.and-more",
            &[("more", &language.count("stretch", more as u64))],
        )
    } else {
        String::new()
    };
    let differing: u64 = finding.ranges.iter().map(|(start, end)| end - start).sum();
    let whole = match finding.detail {
        Detail::Number(bytes) => bytes,
        Detail::Count { recorded, found } => recorded.max(found),
        _ => 0,
    };
    let rest = if differing < whole {
        language.say("finding.altered-rest")
    } else {
        ""
    };
    let within = language.fill(
        "finding.altered-within",
        &[("ranges", &ranges.join(", ")), ("more", &more)],
    );
    format!("{size}{within}{rest}")
}

fn head_unknown(language: &Language, detail: &Detail) -> String {
    match detail {
        Detail::Count { recorded, found } if recorded > found => language.fill(
            "finding.head-unknown-missing",
            &[
                ("recorded", &language.count("event", *recorded)),
                ("found", &language.number(*found)),
                ("missing", &language.count("later-event", recorded - found)),
            ],
        ),
        Detail::Number(event) => language.fill("finding.head-unknown-misread", &[("seq", event)]),
        Detail::Text(_) => language.say("finding.head-unknown-code").to_owned(),
        _ => language.say("finding.head-unknown").to_owned(),
    }
}

fn rolled_back(language: &Language, detail: &Detail) -> String {
    let Detail::Missing(missing, last) = detail else {
        return language.say("finding.rolled-back").to_owned();
    };
    let last = last.as_ref().map(|link| {
        let event = link.event();
        language.fill(
            "finding.rolled-back-last",
            &[
                ("seq", &event.seq),
                ("time", &language.time_of(event)),
                ("action", &language.action(&event.action)),
                ("party", &language.party(&event.by)),
            ],
        )
    });
    let events = language.count("event", *missing);
    language.fill(
        "finding.rolled-back-by",
        &[("events", &events), ("last", &last.unwrap_or_default())],
    )
}

fn forked(language: &Language, detail: &Detail) -> String {
    let Detail::Fork(here, seen) = detail else {
        return language.say("finding.forked").to_owned();
    };
    let what = |link: &Link| {
        language.fill(
            "words.action-by",
            &[
                ("action", &language.action(&link.event().action)),
                ("party", &language.party(&link.event().by)),
            ],
        )
    };
    language.fill(
        "finding.forked-both",
        &[("here", &what(here)), ("seen", &what(seen))],
    )
}
