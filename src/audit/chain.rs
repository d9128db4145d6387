//! The record as a whole: every link, its signatures, its place, and who holds the exhibit in the end.

use std::sync::Arc;

use crate::record::bundle::Bundle;
use crate::record::card::Expected;
use crate::record::key::{KeyRecord, PublicKey};
use crate::record::link::Link;
use crate::record::time_token::TimeToken;

use super::custody::Custody;
use super::finding::{Code, Detail, Finding, Severity};
use super::heads::Seen;
use super::proven_time::ProvenTime;
use super::recovery::GoesOn;
use super::rosters::Rosters;
use super::trust::Trust;
use super::{links, manifest, recovery, time_stamp};

/// A bundle that was judged: what was found, and who holds the exhibit.
#[derive(Clone, Debug)]
pub struct JudgedRecord {
    bundle: Arc<Bundle>,
    findings: Vec<Finding>,
    custody: Custody,
    heads_met: Vec<u64>,
    rosters: Rosters,
    proven_times: Vec<ProvenTime>,
    was_seen: bool,
}

/// A bundle in whose record nothing differs, or nothing but what a takeover leaves behind. Only judging makes one, and
/// only one of these can be extended.
#[derive(Clone, Debug)]
pub struct VerifiedChain {
    bundle: Arc<Bundle>,
    custody: Custody,
    /// The last link that a roster refuses; that stays so in every report.
    refused: Option<Finding>,
    goes_on: GoesOn,
    /// The rosters that judged it, and judge what comes next.
    rosters: Rosters,
}

/// Judges a bundle's record: links, signatures, signers, manifest. `expected` are heads known from outside. A bundle
/// that is shared can be used for something else in the meantime.
pub fn judge(bundle: impl Into<Arc<Bundle>>, trust: &Trust, expected: &[Expected]) -> JudgedRecord {
    let bundle = bundle.into();
    let (of_stamps, mut proven_times) = time_stamp::judge(&bundle, trust.time_roots());
    // What was stamped later showed nothing yet.
    proven_times.retain(|time| trust.as_of().is_none_or(|as_of| time.at <= as_of));
    let (mut findings, custody) = links::judge(&bundle, trust, &proven_times, expected);
    findings.extend(of_stamps);
    findings.extend(manifest::judge(&bundle));
    if let Custody::InTransit {
        since,
        zone,
        release,
        ..
    } = &custody
    {
        findings.push(
            Finding::of_link(Code::InTransit, *release as usize).with(Detail::Since(*since, *zone)),
        );
    }
    let heads_met = expected
        .iter()
        .filter_map(|head| links::place_of(&bundle, head))
        .collect();
    JudgedRecord {
        bundle,
        findings,
        custody,
        heads_met,
        rosters: trust.rosters().clone(),
        proven_times,
        was_seen: false,
    }
}

impl JudgedRecord {
    /// The bundle that was judged.
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// Everything found in the record.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What differs in the record.
    pub fn changes(&self) -> Vec<Finding> {
        let changes = self
            .findings
            .iter()
            .filter(|finding| finding.code.severity() == Severity::Change);
        changes.cloned().collect()
    }

    /// Who holds the exhibit, as far as the rules were kept.
    pub fn custody(&self) -> &Custody {
        &self.custody
    }

    /// The rosters by which it was judged, and those that could not judge.
    pub fn rosters(&self) -> &Rosters {
        &self.rosters
    }

    /// Where in the chain the heads stand that were known from outside, as far as they are in it.
    pub fn heads_met(&self) -> &[u64] {
        &self.heads_met
    }

    /// The record, held against a chain that was seen before: steps V44 and V45.
    #[must_use]
    pub fn against(mut self, seen: &Seen) -> Self {
        let differs = seen.findings(&self.bundle).into_iter();
        let differs: Vec<Finding> = differs
            .map(|finding| self.without_false_proof(finding))
            .collect();
        self.findings.extend(differs);
        self.was_seen = true;
        self
    }

    /// Two entries of one number prove that somebody signed twice only where both are signed. Of one that was changed
    /// afterwards, nobody is to be accused.
    fn without_false_proof(&self, finding: Finding) -> Finding {
        let is_unsigned = self.findings.iter().any(|other| {
            let is_about_signature = matches!(
                other.code,
                Code::KeyMissing | Code::SignatureInvalid | Code::SignatureMissing
            );
            is_about_signature && other.link == finding.link
        });
        if finding.code == Code::Forked && is_unsigned {
            return finding.with(Detail::None);
        }
        finding
    }

    /// Whether it was held against a chain that was seen before.
    pub fn was_seen(&self) -> bool {
        self.was_seen
    }

    /// Whether the chain itself holds, or goes on behind what does not, whatever differs beside it: then it may be
    /// remembered.
    pub fn chain_holds(&self) -> bool {
        let breaks = self.findings.iter().filter(|found| breaks_the_chain(found));
        recovery::of(&self.bundle.chain, &breaks.collect::<Vec<_>>()) == Some(GoesOn::Freely)
    }

    /// Whether each link is signed and in its place, whoever held the exhibit: V5 to V12.
    pub fn links_hold(&self) -> bool {
        !self.findings.iter().any(|finding| {
            matches!(
                finding.code,
                Code::KeyMissing
                    | Code::SignatureMissing
                    | Code::SignatureExtra
                    | Code::SignatureInvalid
                    | Code::LinkBroken
                    | Code::SequenceWrong
                    | Code::SealMismatch
                    | Code::SubjectChanged
            )
        })
    }

    /// When links existed at the latest, as time stamps show that a pinned root leads to.
    pub fn proven_times(&self) -> &[ProvenTime] {
        &self.proven_times
    }

    /// The chain, where nothing in the record differs but what a takeover leaves behind.
    ///
    /// # Errors
    /// Gives the judged record back where something else does.
    pub fn verified(self) -> Result<VerifiedChain, Box<Self>> {
        let changes = self.changes();
        let differing: Vec<&Finding> = changes.iter().collect();
        let Some(goes_on) = recovery::of(&self.bundle.chain, &differing) else {
            return Err(Box::new(self));
        };
        Ok(VerifiedChain {
            bundle: self.bundle,
            custody: self.custody,
            refused: (changes.into_iter())
                .filter(|finding| recovery::is_of_signer(finding.code))
                .max_by_key(|finding| finding.link),
            goes_on,
            rosters: self.rosters,
        })
    }
}

/// What differs in the unsigned parts of a bundle, or in its list of files, says nothing against its links.
fn breaks_the_chain(finding: &Finding) -> bool {
    let is_beside = matches!(
        finding.code,
        Code::AboutChanged
            | Code::TimestampOfUnknownLink
            | Code::ManifestMismatch
            | Code::EntryCountMismatch
            | Code::ListingMismatch
            | Code::PiecesMismatch
    );
    finding.code.severity() == Severity::Change && !is_beside
}

impl VerifiedChain {
    /// The bundle.
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// Who holds the exhibit.
    pub fn custody(&self) -> &Custody {
        &self.custody
    }

    /// What differs though the chain goes on, the last of it: a roster says that a key of that link was not to sign.
    pub fn refused(&self) -> Option<&Finding> {
        self.refused.as_ref()
    }

    /// Whether nothing but the takeover of an authority may come next.
    pub fn awaits_takeover(&self) -> bool {
        self.goes_on == GoesOn::ByTakeover
    }

    /// The rosters that judge what comes next.
    pub fn rosters(&self) -> &Rosters {
        &self.rosters
    }

    /// The chain with one more time stamp. Nothing in the record comes to differ by it: it is over a link of the chain, or
    /// it is not taken.
    #[must_use]
    pub fn stamped(mut self, stamp: TimeToken) -> Self {
        if self
            .bundle
            .chain
            .iter()
            .any(|link| link.hash() == stamp.link)
        {
            Arc::make_mut(&mut self.bundle).add_time_stamp(stamp);
        }
        self
    }

    /// The chain with one more link, signed by these keys, judged again from the first link to the last.
    ///
    /// # Errors
    /// Gives the findings where the link does not belong there.
    pub fn extend(self, link: Link, keys: &[PublicKey]) -> Result<Self, Vec<Finding>> {
        let mut bundle = Arc::unwrap_or_clone(self.bundle);
        bundle.chain.push(link);
        keys.iter()
            .for_each(|key| bundle.add_key(KeyRecord::of(*key)));
        let trust = Trust::of_rosters(self.rosters);
        let judged = judge(bundle, &trust, &[]);
        // What differs may be left behind by a takeover, and is never added.
        let place = judged.bundle.chain.len() as u64 - 1;
        let new: Vec<Finding> = (judged.changes().into_iter())
            .filter(|finding| finding.link == Some(place))
            .collect();
        if !new.is_empty() {
            return Err(new);
        }
        judged.verified().map_err(|judged| judged.changes())
    }
}
