//! Words for what is asked about times.

use crate::audit::challenge::{Asked, Question};
use crate::audit::report::Report;

use super::super::layout::{duration, safe, short};
use super::{Words, can_add, end, too_late, unknown, words};

pub(super) fn of(report: &Report, question: &Question) -> Words {
    match &question.asked {
        Asked::LateEntry { seconds, reason: Some(reason) } => words(
            "Was this written from memory? It was signed long after the act.",
            format!("Signed {} after the act. Reason, as recorded: {}.", duration(*seconds), end(&short(reason, 300))),
            "Have the notes or the official record of that day ready.",
        ),
        Asked::LateEntry { seconds, reason: None } => words(
            "Why was this signed so late, and why does nobody say why?",
            format!("Signed {} after the act. No reason is recorded.", duration(*seconds)),
            "The holder can record the reason as a correction (`lateReason`), which shows when it was added; call the signer as a witness.",
        ),
        Asked::HoursBeforeSeal(seconds) => words(
            "What happened to it between the search and the digital seal? It could have been changed before it was hashed.",
            format!("{} lie between the act and the digital seal.", duration(*seconds)),
            "Physical seals, video and the log of the imaging tool speak for that time, and so do those who were there; the digital seal says nothing of it.",
        ),
        Asked::UnexplainedHours { seconds, until } => words(
            "Where was it in this time, and who could get at it?",
            match until {
                Some(until) => format!("No entry for {}, until event no. {until}; it was not recorded as put in store.", duration(*seconds)),
                None => format!("No entry for {}, until now; it was not recorded as put in store.", duration(*seconds)),
            },
            match until {
                Some(_) => "The register of the store, and the holder of that time as a witness; the hash shows that the content is the same as before.",
                None => "The holder can record now where it is (`custody record BUNDLE store EVIDENCE`), and have it hashed again.",
            },
        ),
        Asked::LongTransit { seconds, until } => words(
            "Who carried it, and where was it on the way?",
            match until {
                Some(until) => format!("{} from the release to event no. {until}.", duration(*seconds)),
                None => format!("{} since the release; nobody has signed for it.", duration(*seconds)),
            },
            "Name the carrier and the physical seal of that time; call giver and receiver as witnesses.",
        ),
        Asked::TimeBackwards(seconds) => too_late(
            "Which clock was false, and were entries back-dated?",
            format!("It is dated {} before an entry that stands before it in the chain.", duration(*seconds)),
        )
        .or(can_add(report), "The order of the entries is certain, their times are not: let both signers say what set their clocks, and have the last entry time-stamped."),
        Asked::ClockNotCompared { source } => words(
            "How do you know that the clock of the sealing computer was right?",
            match source {
                Some(source) => format!("It was set by: {}. Nothing says with what it was compared.", safe(source)),
                None => "Nothing is said of the clock.".to_owned(),
            },
            "Compare that computer's clock now and record the difference; the record code in a paper of that day proves the day.",
        ),
        Asked::NoTrustedTime => words(
            "Who but the signers themselves says when this was signed?",
            "No entry carries a time stamp that this check could tie to an authority you trust.",
            "Have the last entry time-stamped now: that proves that all of it existed no later than today. The record code in a dated paper record proves an earlier day.",
        ),
        Asked::NotStampedSince(stamped) => words(
            "Who but the signers says when this and what follows was signed?",
            format!("Event no. {stamped} is the last one with a trusted time stamp."),
            "Have the last entry time-stamped.",
        ),
        Asked::NoAuthority => words(
            "On which decision was this taken?",
            "The digital seal names no legal basis.",
            "Produce the decision in court; the holder can name it in a correction (`authority`), which shows when it was added.",
        ),
        Asked::BeforeAuthority { date } => words(
            "Was this done before anybody had allowed it?",
            format!("The authority is dated {}, and the act took place on an earlier day.", short(date, 60)),
            "See whether the date was mistyped (then record a correction), or whether the act was urgent and reviewed later; produce that review.",
        ),
        _ => unknown(),
    }
}
