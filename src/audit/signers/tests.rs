//! What trusted times say of the worked example: seal and release by key 1, on 4 November at 10:00 and at 12:00, and a
//! receipt by key 2 six minutes later.

use super::*;
use crate::audit::roster_change::SoundRoster;
use crate::evidence::key_file::SecretKey;
use crate::record::bundle::Bundle;
use crate::record::event::Party;
use crate::record::key::Signer;
use crate::record::member::{Revocation, Revoked};
use crate::record::roster_version::Terms;

const EXAMPLE: &str = include_str!("../../../tests/vectors/example/disk.dd.custody.json");

fn at(time: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-11-{time}Z")).unwrap()
}

fn key(number: u32) -> SecretKey {
    use sha2::{Digest, Sha256};
    SecretKey::from_seed(&Sha256::digest(format!("custody example key {number}")).into())
}

/// Key 1 as that of a member in this period; key 2 is a member's throughout.
fn trust(from: &str, until: &str, revoked: Option<Revoked>) -> Trust {
    let digital = "North River Police, Digital Unit";
    let store = "North River Police, Evidence Store";
    let kaya = ("Ines Kaya", digital, "investigator");
    let brandt = ("Tomáš Brandt", store, "evidence custodian");
    let mut kaya = Member::new(kaya, key(1).public_key(), at(from), at(until));
    if let Some(revoked) = revoked {
        kaya = kaya.revoke(revoked);
    }
    let brandt = Member::new(
        brandt,
        key(2).public_key(),
        at("01T00:00:00"),
        at("30T00:00:00"),
    );
    let root = key(9);
    let terms = Terms {
        members: vec![kaya, brandt],
        next: vec![root.public_key().id()],
        threshold: 1,
        tsa: Vec::new(),
    };
    let by = Party {
        name: "Records Bureau".to_owned(),
        agency: "North River Police".to_owned(),
        role: "roster authority".to_owned(),
        key: Some(root.public_key().id()),
    };
    let roster = SoundRoster::begin("R", &terms, &by, at("01T00:00:00"), &root).unwrap();
    let mut trust = Trust::default();
    assert!(trust.add_roster(roster.file(), roster.root()));
    trust
}

/// The codes found, each with its link.
fn found(text: &str, trust: &Trust, proven: &[(usize, &str)]) -> Vec<(Code, u64)> {
    let bundle = Bundle::parse(text.as_bytes()).unwrap();
    let time = |(link, time): &(usize, &str)| ProvenTime {
        link: *link,
        at: at(time),
        authority: "Example".to_owned(),
    };
    let proven: Vec<ProvenTime> = proven.iter().map(time).collect();
    let mut signers = Signers::of(&bundle.chain, trust, &proven);
    let mut findings = Vec::new();
    for (place, link) in bundle.chain.iter().enumerate() {
        signers.judge(place, link, &mut findings);
    }
    signers.unknown(&mut findings);
    findings
        .iter()
        .map(|finding| (finding.code, finding.link.unwrap()))
        .collect()
}

fn compromised(time: &str) -> Trust {
    let revoked = Revoked {
        at: at(time),
        kind: Revocation::Compromised,
        reason: None,
    };
    trust("01T00:00:00", "30T00:00:00", Some(revoked))
}

#[test]
fn a_link_that_was_there_before_the_key_was_lost_stands() {
    let lost = compromised("05T00:00:00");
    let open = |links: &[u64]| -> Vec<(Code, u64)> {
        links
            .iter()
            .map(|link| (Code::UnprovenTime, *link))
            .collect()
    };
    let check = |proven: &[(usize, &str)], expected: &[u64]| {
        assert_eq!(found(EXAMPLE, &lost, proven), open(expected), "{proven:?}");
    };
    check(&[], &[0, 1]);
    check(&[(0, "04T11:00:00")], &[1]);
    check(&[(1, "04T12:30:00")], &[]);
    // A time on a later link is one for all before it; the earliest counts.
    check(&[(2, "04T13:00:00")], &[]);
    check(&[(2, "06T00:00:00"), (2, "04T23:59:59")], &[]);
    check(&[(2, "05T00:00:00"), (0, "05T00:00:01")], &[0, 1]);
    // A place that is none proves nothing.
    check(&[(3, "04T13:00:00")], &[0, 1]);
}

#[test]
fn what_claims_to_be_later_is_compromised_whatever_is_proven() {
    let lost = compromised("04T12:00:00");
    let codes = [(Code::UnprovenTime, 0), (Code::SignerCompromised, 1)];
    assert_eq!(found(EXAMPLE, &lost, &[]), codes);
    assert_eq!(found(EXAMPLE, &lost, &[(2, "04T11:00:00")]), codes[1..]);
}

#[test]
fn a_broken_chain_carries_no_time_back() {
    let bundle = Bundle::parse(EXAMPLE.as_bytes()).unwrap();
    let (before, zeros) = (bundle.chain[1].hash().to_string(), "ab".repeat(32));
    let broken = EXAMPLE.replace(
        &format!("\"prev\": \"{before}\""),
        &format!("\"prev\": \"{zeros}\""),
    );
    assert_ne!(broken, EXAMPLE);
    let lost = compromised("05T00:00:00");
    let proven = [(2, "04T13:00:00")];
    assert_eq!(found(&broken, &lost, &proven), found(EXAMPLE, &lost, &[]));
}

#[test]
fn a_member_must_be_one_at_the_best_known_time() {
    // Until half past ten: the release claims noon, and a time stamp shows that it was there before.
    let ended = trust("01T00:00:00", "04T10:30:00", None);
    assert_eq!(found(EXAMPLE, &ended, &[]), [(Code::SignerNotValidThen, 1)]);
    assert_eq!(found(EXAMPLE, &ended, &[(2, "04T10:30:00")]), []);
    assert_eq!(
        found(EXAMPLE, &ended, &[(2, "04T10:30:01")]),
        [(Code::SignerNotValidThen, 1)]
    );
    // From ten on: a seal that was there before was not a member's.
    let began = trust("04T10:00:00", "30T00:00:00", None);
    assert_eq!(found(EXAMPLE, &began, &[]), []);
    assert_eq!(
        found(EXAMPLE, &began, &[(0, "04T09:59:59")]),
        [(Code::SignerNotValidThen, 0)]
    );
    // What is proven later says nothing against a claim.
    let retired = Revoked {
        at: at("04T12:00:00"),
        kind: Revocation::Retired,
        reason: None,
    };
    let retired = trust("01T00:00:00", "30T00:00:00", Some(retired));
    assert_eq!(found(EXAMPLE, &retired, &[(2, "20T00:00:00")]), []);
}
