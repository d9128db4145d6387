//! The links of a chain: their signatures, their places, their times, and who holds the exhibit after each.

use crate::record::bundle::{Bundle, about};
use crate::record::card::Expected;
use crate::record::event::{Action, Outcome};
use crate::record::link::Link;
use crate::record::time::Timestamp;

use super::completeness::CLOCK_DIFFERENCE;
use super::custody::{Custody, Turn};
use super::finding::{Code, Detail, Finding, Severity};
use super::physical::PhysicalSeals;
use super::proven_time::ProvenTime;
use super::renewal::Renewals;
use super::roster::AtHand;
use super::signatures::{Keys, judge_place};
use super::signers::Signers;
use super::trust::Trust;

/// An entry made later than this after the act is a late one.
const LATE: i64 = 24 * 60 * 60;

/// Judges everything of a bundle but its manifest. Gives the findings and who holds the exhibit in the end. `proven` are
/// the times that trusted time stamps show.
pub(super) fn judge(
    bundle: &Bundle,
    trust: &Trust,
    proven: &[ProvenTime],
    expected: &[Expected],
) -> (Vec<Finding>, Custody) {
    let mut audit = Audit {
        bundle,
        findings: Vec::new(),
        renewals: Renewals::of(bundle),
    };
    audit.judge_head();
    audit.judge_rosters(trust);
    let custody = audit.judge_links(trust, Signers::of(&bundle.chain, trust, proven));
    audit.judge_expected(expected);
    (audit.findings, custody)
}

struct Audit<'bundle> {
    bundle: &'bundle Bundle,
    findings: Vec<Finding>,
    renewals: Renewals<'bundle>,
}

impl Audit<'_> {
    /// What stands before the chain: the constants, the layout, fields nobody knows.
    fn judge_head(&mut self) {
        if self.bundle.about != about() {
            self.findings.push(Finding::new(Code::AboutChanged));
        }
        if self.bundle.reformatted {
            self.findings.push(Finding::new(Code::Reformatted));
        }
        for (path, field) in self.bundle.unknown_fields() {
            let finding = path.map_or(Finding::new(Code::UnknownField), |path| {
                Finding::of_entry(Code::UnknownField, path)
            });
            self.findings.push(finding.with(Detail::Field(field)));
        }
    }

    /// A roster that breaks its rules confirms nobody; of one that judges, what a reader should know of its file (V16).
    fn judge_rosters(&mut self, trust: &Trust) {
        for given in trust.rosters().given() {
            match &given.worth {
                AtHand::Unsound(faults) => {
                    let fault = faults.first().cloned();
                    let detail =
                        fault.map_or(Detail::None, |fault| Detail::Roster(given.root, fault));
                    self.findings
                        .push(Finding::new(Code::RosterInvalid).with(detail));
                }
                AtHand::Sound(roster) => {
                    let mut note = |code, field: &str| {
                        let detail = Detail::Field(format!("roster{field}"));
                        self.findings.push(Finding::new(code).with(detail));
                    };
                    if roster.is_reformatted() {
                        note(Code::Reformatted, "");
                    }
                    for field in roster.unknown_fields() {
                        note(Code::UnknownField, &format!(".{field}"));
                    }
                }
                AtHand::NotYet => {}
            }
        }
    }

    fn judge_links(&mut self, trust: &Trust, mut signers: Signers<'_>) -> Custody {
        let keys = Keys::of(&self.bundle.keys, &mut self.findings);
        let mut custody = Custody::None;
        let mut latest: Option<Timestamp> = None;
        let mut seals = PhysicalSeals::default();
        for (place, link) in self.bundle.chain.iter().enumerate() {
            let before = self.findings.len();
            keys.judge(place, link, &mut self.findings);
            judge_place(place, &self.bundle.chain, &mut self.findings);
            self.judge_case(place, link);
            signers.judge(place, link, &mut self.findings);
            let time = signers.time_of(place, link.event());
            match custody.judge(place, link.event(), time, trust.rosters()) {
                Turn::Kept => {}
                Turn::Unjudged => signers.leave_open(place, link.event()),
                Turn::Broken(code) => self.findings.push(Finding::of_link(code, place)),
            }
            // A link that breaks a rule has no effect on who holds.
            if !self.findings[before..]
                .iter()
                .any(|finding| finding.code.severity() == Severity::Change)
            {
                custody = custody.after(link.event());
            }
            self.judge_time(place, link, latest);
            latest = latest.max(Some(link.event().at));
            seals.follow(place, link.event(), &mut self.findings);
            self.note_event(place, link);
        }
        signers.unknown(&mut self.findings);
        custody
    }

    /// The case and the exhibit, and what a renewal covers.
    fn judge_case(&mut self, place: usize, link: &Link) {
        let chain = &self.bundle.chain;
        let (event, first) = (link.event(), chain[0].event());
        // Where the subject is another, too, that is said already.
        if link.subject() == chain[0].subject()
            && (event.case != first.case || event.exhibit != first.exhibit)
        {
            self.findings
                .push(Finding::of_link(Code::SubjectChanged, place));
        }
        if let Action::Renew(covers) = &event.action
            && !self.renewals.hold(place, covers)
        {
            self.findings.push(
                Finding::of_link(Code::LinkBroken, place).with(Detail::Field("covers".to_owned())),
            );
        }
    }

    fn judge_time(&mut self, place: usize, link: &Link, latest: Option<Timestamp>) {
        let event = link.event();
        if let Some(back) = latest
            .map(|latest| latest.seconds_since(event.at))
            .filter(|&back| back > CLOCK_DIFFERENCE)
        {
            self.findings
                .push(Finding::of_link(Code::TimeBackwards, place).with(Detail::Seconds(back)));
        }
        if let Some(late) = event
            .occurred
            .map(|end| event.at.seconds_since(end))
            .filter(|&late| late > LATE)
        {
            self.findings
                .push(Finding::of_link(Code::LateEntry, place).with(Detail::Seconds(late)));
        }
    }

    /// What a reader should know of an event, though no rule is broken.
    fn note_event(&mut self, place: usize, link: &Link) {
        let mut note = |code, detail| {
            self.findings
                .push(Finding::of_link(code, place).with(detail))
        };
        match &link.event().action {
            Action::Unknown(word) => note(Code::UnknownAction, Detail::Text(word.clone())),
            Action::Correct(seq) => note(Code::Corrected, Detail::Number(*seq)),
            Action::Receipt(Outcome::Refused, _) => note(Code::Refused, Detail::None),
            _ => {}
        }
        for field in link.unknown_fields() {
            note(Code::UnknownField, Detail::Field(field.clone()));
        }
    }

    /// A head someone wrote down must be in this chain, at its place.
    fn judge_expected(&mut self, expected: &[Expected]) {
        let found = self.bundle.chain.len() as u64;
        for head in expected
            .iter()
            .filter(|head| place_of(self.bundle, head).is_none())
        {
            let detail = match head {
                Expected::Card(card) => Detail::Count {
                    recorded: card.seq.saturating_add(1),
                    found,
                },
                Expected::Code(code) => match self.nearly(code) {
                    Some(event) => Detail::Number(event),
                    None => Detail::Text(code.clone()),
                },
            };
            self.findings
                .push(Finding::new(Code::HeadUnknown).with(detail));
        }
    }
}

impl Audit<'_> {
    /// The event whose hash differs from a code in a digit or two: the paper was read, or written, wrongly.
    fn nearly(&self, code: &str) -> Option<u64> {
        let differing = |hash: &str| {
            hash.bytes()
                .zip(code.bytes())
                .filter(|(a, b)| a != b)
                .count()
        };
        let place = self
            .bundle
            .chain
            .iter()
            .position(|link| differing(&link.hash().to_string()) <= 2)?;
        Some(place as u64)
    }
}

/// Where in the chain a head stands that someone wrote down.
pub(super) fn place_of(bundle: &Bundle, expected: &Expected) -> Option<u64> {
    let hashes = || bundle.chain.iter().map(Link::hash);
    let place = match expected {
        Expected::Card(card) if hashes().next() != Some(card.seal) => None,
        Expected::Card(card) => hashes()
            .position(|hash| hash == card.head)
            .filter(|&place| place as u64 == card.seq),
        Expected::Code(code) => {
            hashes().position(|hash| hash.to_string().starts_with(code.as_str()))
        }
    };
    place.map(|place| place as u64)
}
