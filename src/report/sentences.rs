//! One sentence for each finding, in words a judge can read.

use crate::audit::finding::{Code, Detail, Finding};
use crate::audit::proven_time::ProvenTime;

use super::layout::{action, count, duration, figure, key, party, safe, short, time};
use super::roster_sentences;
use crate::record::link::Link;

/// What was found, as one sentence. Names of entries and links stand in front of it, not in it.
pub fn sentence(finding: &Finding) -> String {
    let detail = &finding.detail;
    match finding.code {
        Code::KeyMissing => format!("the key {} is not in the bundle, or what is there under this id is another key", key_of(detail)),
        Code::SignatureInvalid => format!("the signature of key {} is not over this event as it stands here", key_of(detail)),
        Code::SignatureMissing => format!("the signature of key {}, which must be here, is missing", key_of(detail)),
        Code::SignatureExtra => format!("there is a signature of key {} that does not belong here", key_of(detail)),
        Code::LinkBroken if *detail == Detail::Field("covers".to_owned()) => {
            "what this renewal says it covers is not what stands in the bundle".to_owned()
        }
        Code::LinkBroken => "it does not follow the event before it: that event was changed, removed or put in".to_owned(),
        Code::SequenceWrong => "its number is not its place in the chain".to_owned(),
        Code::SealMismatch => "it does not belong to the seal at the head of this chain".to_owned(),
        Code::SubjectChanged => "it is about another case, exhibit or content than the seal".to_owned(),
        Code::NotTheHolder => "it was signed by someone who did not hold the exhibit then, as recorded".to_owned(),
        Code::NotTheReceiver => "it was signed by someone to whom the exhibit was not released".to_owned(),
        Code::OutOfTurn => "it cannot stand at this place of the chain".to_owned(),
        Code::AfterClose => "it comes after the exhibit was returned or disposed of".to_owned(),
        Code::AboutChanged => "the text at the head of the bundle is not the one every bundle has".to_owned(),
        Code::SignerCompromised | Code::SignerNotValidThen | Code::OneKeyTwoNames | Code::RosterInvalid | Code::UnprovenTime => {
            roster_sentences::sentence(finding)
        }
        Code::HeadUnknown => head_unknown(detail),
        Code::RolledBack => rolled_back(detail),
        Code::Forked => forked(detail),
        Code::TimestampOfUnknownLink => "there is a time stamp over an event that is not in this chain".to_owned(),
        Code::TimestampInvalid => format!("it carries a time stamp that does not hold: it {}", text_of(detail)),
        Code::ManifestMismatch => match detail {
            Detail::Field(field) if field == "root" => "the list of files is not the one that was sealed".to_owned(),
            Detail::Field(field) => format!("the total of {} is not the one that was sealed", safe(field)),
            _ => "the list of files is not the one that was sealed".to_owned(),
        },
        Code::EntryCountMismatch => match detail {
            Detail::Count { recorded, found } => {
                format!("the seal covers {}; the bundle lists {}", count(*recorded, "entry", "entries"), figure(*found))
            }
            _ => "the bundle lists another number of entries than was sealed".to_owned(),
        },
        Code::ListingMismatch => "the file or listing the signatures are about is not the one in this bundle".to_owned(),
        Code::PiecesMismatch => "the list of its pieces is not the one that was sealed".to_owned(),
        Code::Altered => altered(finding),
        Code::TypeChanged => match detail {
            Detail::Now(now) => format!("it is {now} now; something else was sealed under this name"),
            _ => "it is another kind of thing now".to_owned(),
        },
        Code::Moved => match detail {
            Detail::Other(other) => format!("it was moved: the same content is now at {other}"),
            _ => "it was moved".to_owned(),
        },
        Code::Missing => "it was not given to this check".to_owned(),
        Code::Unexpected => match detail {
            Detail::Now(now) => format!("it is not in the sealed list ({now})"),
            _ => "it is not in the sealed list".to_owned(),
        },
        Code::SignerUnknown => match detail {
            Detail::Signer { key: id, name, links } => {
                let links = if *links > 1 { format!(" ({} events signed with it)", figure(*links)) } else { String::new() };
                format!("nobody you trust has confirmed that key {} belongs to {}{links}", key(id), safe(name))
            }
            _ => "only a roster can tell whether this signer may do this; none was at hand".to_owned(),
        },
        Code::InTransit => match detail {
            Detail::Since(since, zone) => format!("handed over on {}; receipt is not recorded", since.for_people(*zone)),
            _ => "handed over; receipt is not recorded".to_owned(),
        },
        Code::NotSupplied => match detail {
            Detail::Number(number) => {
                format!("{} not part of this check", count(*number, "listed entry was", "listed entries were"))
            }
            _ => "the evidence itself was not supplied to this check; it can be named behind the bundle".to_owned(),
        },
        Code::Hidden => match detail {
            Detail::Number(number) => format!("{} hidden in this copy; the seal covers what they were", count(*number, "entry is", "entries are")),
            _ => "part of the list is hidden in this copy".to_owned(),
        },
        Code::Unreadable => match detail {
            Detail::Field(reason) => format!("it could not be read when it was sealed ({}), so nothing can be said of it", safe(reason)),
            Detail::Text(reason) => format!("it could not be read: {}", safe(reason)),
            _ => "it could not be read".to_owned(),
        },
        Code::Reformatted if matches!(detail, Detail::Field(_)) => {
            "the roster's lines are laid out otherwise than this program writes them; its content was read as it is".to_owned()
        }
        Code::Reformatted => "the bundle's lines are laid out otherwise than this program writes them; its content was read as it is".to_owned(),
        Code::TimeBackwards => match detail {
            Detail::Seconds(seconds) => format!("its time lies {} before the time of an earlier event", duration(*seconds)),
            _ => "its time lies before the time of an earlier event".to_owned(),
        },
        Code::LateEntry => match detail {
            Detail::Seconds(seconds) => format!("it was recorded {} after the act", duration(*seconds)),
            _ => "it was recorded late".to_owned(),
        },
        Code::UnknownAction => format!("this program does not know the action `{}`; its signature was checked all the same", text_of(detail)),
        Code::UnknownField => format!("this program does not know the field `{}`", text_of(detail)),
        Code::Corrected => match detail {
            Detail::Number(seq) => format!("it corrects event no. {seq}, which stays as it was signed"),
            _ => "it corrects an earlier event".to_owned(),
        },
        Code::Refused => "the receiver refused the exhibit; it stayed with the giver".to_owned(),
        Code::MetadataChanged => match detail {
            Detail::Field(field) if field == "modified" => "the time of its last change is another".to_owned(),
            _ => "its access rights are others".to_owned(),
        },
        Code::NamesAlike => match detail {
            Detail::Other(other) => format!("some systems cannot tell this name from {other}"),
            _ => "some systems cannot tell this name from another one".to_owned(),
        },
        Code::TimestampUntrusted => "it carries a time stamp that this check could not tie to an authority you trust; it proves nothing here".to_owned(),
        Code::SealNumberMismatch => format!("physical seal {} was not recorded as in place before", text_of(detail)),
        Code::SealBroken => format!("physical seal {} is recorded as broken or absent", text_of(detail)),
    }
}

/// When a link existed, as a trusted time stamp shows.
pub fn existed(time: &ProvenTime) -> String {
    format!(
        "event no. {} existed by {}, as stamped by {}",
        time.link,
        time.at,
        short(&time.authority, 160)
    )
}

/// Where a finding stands: `event no. 3`, a path, or nothing.
pub fn place(finding: &Finding) -> String {
    match (&finding.path, finding.link) {
        (Some(path), _) => path.to_string(),
        (None, Some(link)) => format!("event no. {link}"),
        (None, None) => String::new(),
    }
}

fn altered(finding: &Finding) -> String {
    if let Detail::Text(target) = &finding.detail {
        return format!("the link points elsewhere now: {}", safe(target));
    }
    let size = match finding.detail {
        Detail::Count { recorded, found } if found < recorded => {
            format!(
                "it is {} shorter than when it was sealed; ",
                count(recorded - found, "byte", "bytes")
            )
        }
        Detail::Count { recorded, found } => {
            format!(
                "it is {} longer than when it was sealed; ",
                count(found - recorded, "byte", "bytes")
            )
        }
        _ => String::new(),
    };
    if finding.pieces.is_empty() {
        return format!("{size}its content is not the same as when it was sealed");
    }
    let ranges: Vec<String> = finding
        .ranges
        .iter()
        .take(5)
        .map(|(start, end)| range(*start, *end))
        .collect();
    let more = finding.ranges.len().saturating_sub(5);
    let more = if more > 0 {
        format!(" and {} more", count(more as u64, "stretch", "stretches"))
    } else {
        String::new()
    };
    let differing: u64 = finding.ranges.iter().map(|(start, end)| end - start).sum();
    let whole = finding.ranges.last().map_or(0, |(_, end)| *end);
    let rest = if differing < whole {
        "; the rest is the same"
    } else {
        ""
    };
    format!(
        "{size}its content differs within {}{more}{rest}",
        ranges.join(", ")
    )
}

fn range(start: u64, end: u64) -> String {
    format!(
        "bytes {} to {}",
        figure(start),
        figure(end.saturating_sub(1))
    )
}

fn head_unknown(detail: &Detail) -> String {
    match detail {
        Detail::Count { recorded, found } if recorded > found => {
            let missing = count(recorded - found, "later event is", "later events are");
            format!("the card knows {}; this bundle has {}: {missing} missing", count(*recorded, "event", "events"), figure(*found))
        }
        Detail::Number(event) => {
            format!("the record code is not in this chain; it differs in a digit or two from that of event no. {event}: read the paper again")
        }
        Detail::Text(_) => "the record code is not in this chain: this is another chain, or an older copy of it".to_owned(),
        _ => "the head on the card is not in this chain: this is another chain, or another copy of it".to_owned(),
    }
}

fn rolled_back(detail: &Detail) -> String {
    let Detail::Missing(missing, last) = detail else {
        return "this copy ends earlier than the one this machine has seen".to_owned();
    };
    let earlier = count(*missing, "event", "events");
    let last = last.as_ref().map(|link| {
        let event = link.event();
        format!(
            "; the last one seen was no. {} of {}: {} by {}, as recorded",
            event.seq,
            time(event),
            action(&event.action),
            party(&event.by)
        )
    });
    format!(
        "this is an older copy: it ends {earlier} earlier than the one this machine has seen{}",
        last.unwrap_or_default()
    )
}

fn forked(detail: &Detail) -> String {
    let Detail::Fork(here, seen) = detail else {
        return "this copy has another entry under this number than the one this machine has seen"
            .to_owned();
    };
    let what = |link: &Link| {
        format!(
            "{} by {}",
            action(&link.event().action),
            party(&link.event().by)
        )
    };
    format!(
        "two different entries were signed under this number: {} here, {} in the copy this machine has seen",
        what(here),
        what(seen)
    )
}

fn key_of(detail: &Detail) -> String {
    if let Detail::Key(id) = detail {
        key(id)
    } else {
        "unknown".to_owned()
    }
}

fn text_of(detail: &Detail) -> String {
    match detail {
        Detail::Text(text) | Detail::Field(text) => safe(text),
        _ => String::new(),
    }
}
