//! A roster as a page and as a document: its versions, its members, who may sign next.

use serde::Serialize;

use crate::audit::roster::{AtHand, Fault};
use crate::audit::rosters::Given;
use crate::record::member::Member;
use crate::record::roster::Roster;
use crate::record::time::Timestamp;

use super::json::document_text;
use super::language::Language;
use super::layout::{count, figure, key, labelled, paragraph, party, safe, short, within};
use super::roster_sentences::{self, period, person};

/// Which rule of rosters is broken, in English.
pub fn of_fault(fault: &Fault) -> String {
    roster_sentences::of_fault(Language::english(), fault)
}

/// A roster that was given for a check, in one line of a report.
pub fn line(language: &Language, given: &Given) -> String {
    let root = key(&given.root);
    match &given.worth {
        AtHand::Sound(roster) => {
            let members = roster.terms().members.len() as u64;
            language.fill(
                "roster.line",
                &[
                    ("name", &within(roster.name(), 80)),
                    ("version", &roster.number()),
                    ("time", &language.instant(roster.at(), None)),
                    ("members", &language.count("member", members)),
                    ("root", &root),
                ],
            )
        }
        AtHand::Unsound(_) => language.fill("roster.unsound", &[("root", &root)]),
        AtHand::NotYet => language.fill("roster.not-yet", &[("root", &root)]),
    }
}

/// A roster that is shown, and how it is known.
pub struct Shown<'a> {
    /// Its file.
    pub file: &'a Roster,
    /// The rules it breaks under its root; none where it is sound.
    pub faults: &'a [Fault],
    /// Whether its root is one the reader named or pinned, and not only the one that it names itself.
    pub confirmed: bool,
    /// The time of showing, by the clock of whoever looks.
    pub now: Timestamp,
}

impl Shown<'_> {
    /// 1 where it breaks a rule, 3 where nobody has confirmed its root, 0 otherwise.
    pub fn exit_code(&self) -> u8 {
        match (self.faults.is_empty(), self.confirmed) {
            (false, _) => 1,
            (true, false) => 3,
            (true, true) => 0,
        }
    }

    /// The page.
    pub fn text(&self) -> String {
        let file = self.file;
        let mut text = paragraph("", "  ", &self.result());
        for fault in self.faults {
            text.push_str(&paragraph("  ! ", "    ", &of_fault(fault)));
        }
        text.push('\n');
        text.push_str(&labelled(8, "roster", &safe(&file.chain[0].subject().name)));
        text.push_str(&labelled(8, "root", &file.claimed_root().to_string()));
        for (number, link) in file.chain.iter().enumerate() {
            let version = link.version();
            let witnesses = link.signers().len().saturating_sub(1) as u64;
            let at = Language::english().instant(version.at, None);
            let with = if witnesses > 0 {
                format!(" and {}", count(witnesses, "other person", "other people"))
            } else {
                String::new()
            };
            text.push_str(&labelled(
                8,
                &format!("no. {number}"),
                &format!("{at}, signed by {}{with}", party(&version.by)),
            ));
        }
        let terms = &file.latest().version().terms;
        text.push_str("\nMEMBERS (by the latest version)\n");
        for member in &terms.members {
            text.push_str(&labelled(
                8,
                self.state(member),
                &format!(
                    "{}, {}; {}; key {}",
                    person(member),
                    short(&member.role, 80),
                    period(Language::english(), member),
                    member.key
                ),
            ));
        }
        text.push_str("\nWHO SIGNS THE FOLLOWING VERSION\n");
        let people = count(terms.threshold, "person", "people");
        let line = format!("{people} must sign, each with one of these keys:");
        text.push_str(&paragraph("  ", "  ", &line));
        for next in &terms.next {
            let member = terms.members.iter().find(|member| member.key == *next);
            let who = member.map_or_else(String::new, |member| format!("  {}", person(member)));
            text.push_str(&format!("  {next}{who}\n"));
        }
        text.push_str(&format!(
            "\nTime stamp authorities: {}\n",
            figure(terms.tsa.len() as u64)
        ));
        let unknown = file.unknown_fields();
        if !unknown.is_empty() {
            let unknown = safe(&unknown.join("`, `"));
            let line = format!("Fields this program does not know: `{unknown}`");
            text.push_str(&paragraph("", "  ", &line));
        }
        text
    }

    fn result(&self) -> String {
        match self.exit_code() {
            0 => "THE ROSTER KEEPS ITS RULES.".to_owned(),
            1 => "THE ROSTER BREAKS ITS RULES. It confirms nobody.".to_owned(),
            _ => "THE ROSTER KEEPS ITS RULES. Its root was not confirmed: compare it with a source outside this file."
                .to_owned(),
        }
    }

    fn state(&self, member: &Member) -> &'static str {
        if let Some(revoked) = &member.revoked {
            revoked.kind.as_str()
        } else if self.now < member.from {
            "later"
        } else if self.now > member.until {
            "ended"
        } else {
            "now"
        }
    }

    /// The document.
    pub fn json(&self) -> String {
        document_text(&self.document())
    }

    fn document(&self) -> RosterDocument {
        let file = self.file;
        let terms = &file.latest().version().terms;
        let version = |(number, link): (usize, &crate::record::link::Link<_>)| {
            let version: &crate::record::roster_version::Version = link.content();
            VersionDocument {
                number,
                at: version.at.to_string(),
                by: safe(&version.by.name),
                signers: link
                    .signers()
                    .iter()
                    .map(|(key, _)| key.to_string())
                    .collect(),
                hash: link.hash().to_string(),
            }
        };
        RosterDocument {
            format: "custody-roster-shown/v1",
            exit: self.exit_code(),
            name: safe(&file.chain[0].subject().name),
            root: file.claimed_root().to_string(),
            confirmed: self.confirmed,
            faults: self.faults.iter().map(of_fault).collect(),
            versions: file.chain.iter().enumerate().map(version).collect(),
            members: terms
                .members
                .iter()
                .map(|member| self.member(member))
                .collect(),
            next: terms.next.iter().map(ToString::to_string).collect(),
            threshold: terms.threshold,
            time_stamp_authorities: terms.tsa.len(),
        }
    }

    fn member(&self, member: &Member) -> MemberDocument {
        let revoked = member.revoked.as_ref();
        MemberDocument {
            name: safe(&member.name),
            agency: safe(&member.agency),
            role: safe(&member.role),
            key: member.key.to_string(),
            from: member.from.to_string(),
            until: member.until.to_string(),
            revoked: revoked.map(|revoked| RevokedDocument {
                at: revoked.at.to_string(),
                kind: revoked.kind.as_str(),
                reason: revoked.reason.as_deref().map(safe),
            }),
        }
    }
}

/// Several rosters, as one document.
pub fn several_json(rosters: &[Shown<'_>]) -> String {
    let exits = rosters.iter().map(Shown::exit_code);
    document_text(&RostersDocument {
        format: "custody-rosters-shown/v1",
        exit: exits.max().unwrap_or_default(),
        rosters: rosters.iter().map(Shown::document).collect(),
    })
}

/// ```json
/// { "format": "custody-rosters-shown/v1", "exit": 0, "rosters": […] }
/// ```
#[derive(Serialize)]
struct RostersDocument {
    format: &'static str,
    exit: u8,
    rosters: Vec<RosterDocument>,
}

/// ```json
/// { "format": "custody-roster-shown/v1", "exit": 0, "name": "…", "root": "…", "confirmed": true, "faults": [],
///   "versions": [{"number": 0, "at": "…", "by": "…", "signers": ["…"], "hash": "…"}],
///   "members": [{"name": "…", "agency": "…", "role": "…", "key": "…", "from": "…", "until": "…"}],
///   "next": ["…"], "threshold": 1, "timeStampAuthorities": 0 }
/// ```
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RosterDocument {
    format: &'static str,
    exit: u8,
    name: String,
    root: String,
    confirmed: bool,
    faults: Vec<String>,
    versions: Vec<VersionDocument>,
    members: Vec<MemberDocument>,
    next: Vec<String>,
    threshold: u64,
    time_stamp_authorities: usize,
}

#[derive(Serialize)]
struct VersionDocument {
    number: usize,
    at: String,
    by: String,
    signers: Vec<String>,
    hash: String,
}

#[derive(Serialize)]
struct MemberDocument {
    name: String,
    agency: String,
    role: String,
    key: String,
    from: String,
    until: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<RevokedDocument>,
}

#[derive(Serialize)]
struct RevokedDocument {
    at: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}
