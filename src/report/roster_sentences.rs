//! What is found with a roster, in words a judge can read.

use crate::audit::finding::{Code, Detail, Finding};
use crate::audit::roster::{Fault, Rule};
use crate::record::member::{Member, Revocation};

use super::layout::{count, figure, key, safe, short};

/// What was found, as one sentence.
pub(super) fn sentence(finding: &Finding) -> String {
    match (finding.code, &finding.detail) {
        (Code::RosterInvalid, Detail::Roster(root, fault)) => {
            format!(
                "the roster given for the root {} breaks its own rules and confirms nobody: {}",
                key(root),
                of_fault(fault)
            )
        }
        (Code::RosterInvalid, _) => {
            "the roster breaks its own rules and confirms nobody".to_owned()
        }
        (Code::OneKeyTwoNames, Detail::Member(member)) => format!(
            "the roster gives the key {} to {}, and not to the signer named here",
            key(&member.key),
            person(member)
        ),
        (Code::SignerNotValidThen, Detail::Member(member)) => format!(
            "the roster does not let the key {} of {} sign at that time: {}",
            key(&member.key),
            person(member),
            period(member)
        ),
        (Code::SignerCompromised, Detail::Member(member)) => format!(
            "others may have had the key {} of {}: {}",
            key(&member.key),
            person(member),
            period(member)
        ),
        (Code::UnprovenTime, Detail::Member(member)) => format!(
            "no trusted time stamp shows that it was there before others may have had the key {} of {}: {}",
            key(&member.key),
            person(member),
            period(member)
        ),
        _ => "the roster does not let this key sign here".to_owned(),
    }
}

/// Which rule of rosters is broken, in which version.
pub fn of_fault(fault: &Fault) -> String {
    let rule = match &fault.rule {
        Rule::Chain(code) => of_chain(*code).to_owned(),
        Rule::Root(named) => format!(
            "it starts at the key {}, which is not the root that was pinned",
            key(named)
        ),
        Rule::MemberKey(name) => format!(
            "the key of the member {} is not the one of the id beside it",
            short(name, 80)
        ),
        Rule::Threshold { threshold: 0, .. } => {
            "nobody has to sign the following version: its threshold is 0".to_owned()
        }
        Rule::Threshold { threshold, people } => format!(
            "{} must sign the following version, and {} may",
            count(*threshold, "person", "people"),
            figure(*people)
        ),
        Rule::NotNext(by) => format!(
            "it was signed with the key {}, which the version before does not let sign",
            key(by)
        ),
        Rule::TooFew { threshold, people } => format!(
            "{} must sign it, and {} did; one person with two keys counts once",
            count(*threshold, "person", "people"),
            figure(*people)
        ),
    };
    match fault.version {
        Some(version) => format!("version {version}: {rule}"),
        None => rule,
    }
}

fn of_chain(code: Code) -> &'static str {
    match code {
        Code::KeyMissing => "the key of a signature is not there, or stands there under a false id",
        Code::SignatureMissing => "the signature of somebody who had to sign is missing",
        Code::SignatureExtra => "a signature stands there that does not belong there",
        Code::LinkBroken => "it does not follow the version before it",
        Code::SequenceWrong => "its number is not its place",
        Code::SealMismatch => "it belongs to another roster",
        Code::SubjectChanged => "it names another roster or another root than the first version",
        _ => "a signature is not over what stands there",
    }
}

/// A member with the agency.
pub(super) fn person(member: &Member) -> String {
    format!(
        "{} ({})",
        short(&member.name, 80),
        short(&member.agency, 80)
    )
}

/// From when to when a member may sign, and what became of the key.
pub(super) fn period(member: &Member) -> String {
    let reason = member
        .revoked
        .as_ref()
        .and_then(|revoked| revoked.reason.as_ref());
    let reason = reason.map_or_else(String::new, |reason| format!(" ({})", safe(reason)));
    let revoked = member.revoked.as_ref().map_or_else(String::new, |revoked| {
        let what = match revoked.kind {
            Revocation::Retired => "retired at",
            Revocation::Compromised => "compromised since",
        };
        format!(", {what} {}{reason}", revoked.at)
    });
    format!("valid from {} until {}{revoked}", member.from, member.until)
}
