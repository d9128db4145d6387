//! What is found with a roster, in words a judge can read.

use crate::audit::finding::{Code, Detail, Finding};
use crate::audit::roster::{Fault, Rule};
use crate::record::member::{Member, Revocation};

use super::language::Language;
use super::layout::{in_brackets, key, within};

/// What was found, as one sentence.
pub(super) fn sentence(language: &Language, finding: &Finding) -> String {
    let word = finding.code.as_str();
    match &finding.detail {
        Detail::Roster(root, fault) => language.fill(
            &format!("finding.{word}-fault"),
            &[("key", &key(root)), ("fault", &of_fault(language, fault))],
        ),
        Detail::Member(member) => language.fill(
            &format!("finding.{word}-member"),
            &[
                ("key", &key(&member.key)),
                ("person", &person(member)),
                ("period", &period(language, member)),
            ],
        ),
        _ => language.say(&format!("finding.{word}")).to_owned(),
    }
}

/// Which rule of rosters is broken, in which version.
pub fn of_fault(language: &Language, fault: &Fault) -> String {
    let people = |number: u64| language.count("person", number);
    let rule = match &fault.rule {
        Rule::Chain(code) => of_chain(language, *code).to_owned(),
        Rule::Root(named) => language.fill("roster-rule.root", &[("key", &key(named))]),
        Rule::MemberKey(name) => {
            language.fill("roster-rule.member-key", &[("name", &within(name, 80))])
        }
        Rule::Threshold { threshold: 0, .. } => {
            language.say("roster-rule.threshold-none").to_owned()
        }
        Rule::Threshold {
            threshold,
            people: there,
        } => language.fill(
            "roster-rule.threshold",
            &[
                ("people", &people(*threshold)),
                ("n", &language.number(*there)),
            ],
        ),
        Rule::NotNext(by) => language.fill("roster-rule.not-next", &[("key", &key(by))]),
        Rule::TooFew {
            threshold,
            people: there,
        } => language.fill(
            "roster-rule.too-few",
            &[
                ("people", &people(*threshold)),
                ("n", &language.number(*there)),
            ],
        ),
    };
    match fault.version {
        Some(version) => language.fill(
            "roster-rule.version",
            &[("version", &version), ("rule", &rule)],
        ),
        None => rule,
    }
}

fn of_chain(language: &Language, code: Code) -> &str {
    language.say(match code {
        Code::KeyMissing => "roster-rule.key-missing",
        Code::SignatureMissing => "roster-rule.signature-missing",
        Code::SignatureExtra => "roster-rule.signature-extra",
        Code::LinkBroken => "roster-rule.link-broken",
        Code::SequenceWrong => "roster-rule.sequence-wrong",
        Code::SealMismatch => "roster-rule.seal-mismatch",
        Code::SubjectChanged => "roster-rule.subject-changed",
        _ => "roster-rule.signature-invalid",
    })
}

/// A member with the agency.
pub(super) fn person(member: &Member) -> String {
    format!(
        "{} ({})",
        within(&member.name, 80),
        in_brackets(&member.agency, 80)
    )
}

/// From when to when a member may sign, and what became of the key. A second may
/// decide.
pub(super) fn period(language: &Language, member: &Member) -> String {
    let revoked = member.revoked.as_ref().map_or_else(String::new, |revoked| {
        let what = match revoked.kind {
            Revocation::Retired => "member.retired",
            Revocation::Compromised => "member.compromised",
        };
        let reason = revoked.reason.as_ref();
        let reason = reason.map_or_else(String::new, |reason| {
            format!(" ({})", in_brackets(reason, 400))
        });
        let time = language.instant(revoked.at, None);
        language.fill(what, &[("time", &time), ("reason", &reason)])
    });
    language.fill(
        "member.period",
        &[
            ("from", &language.instant(member.from, None)),
            ("until", &language.instant(member.until, None)),
            ("revoked", &revoked),
        ],
    )
}
