//! The worked example that another implementation made: read, judged, and made again from the same evidence and keys.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use custody::audit::chain::{JudgedRecord, VerifiedChain, judge};
use custody::audit::finding::Code;
use custody::audit::inventory::{FoundKind, Inventory};
use custody::audit::report::Report;
use custody::audit::sealing::{Sealing, task};
use custody::audit::selection::Selection;
use custody::audit::trust::{Trust, Voucher};
use custody::evidence::engine::Engine;
use custody::evidence::inventory::{Look, Tasks, Unread, take};
use custody::evidence::key_file::SecretKey;
use custody::evidence::progress::Quiet;
use custody::evidence::source::Source;
use custody::record::bundle::Bundle;
use custody::record::digest::Salt;
use custody::record::event::{Checked, Party};
use custody::record::json::{Json, Object};
use custody::record::key::Signer;
use custody::record::time::Timestamp;

use crate::example;

fn read(name: &str) -> Bundle {
    Bundle::parse(&std::fs::read(example::folder().join(name)).unwrap()).unwrap()
}

fn three_people() -> Trust {
    let mut trust = Trust::default();
    (1..=3).for_each(|number| trust.add(example::key(number).public_key().id(), Voucher::Given));
    trust
}

fn inventory(source: &Source) -> Inventory {
    let flag = AtomicBool::new(false);
    let look = Look {
        tasks: Tasks::BySize(&|_, bytes| Some(task(bytes))),
        engine: Engine::of_this_machine(),
        others: &[],
        unread: Unread::Refuse,
        partial: None,
    };
    let mut inventory = take(source, &look, &mut Quiet(&flag)).unwrap();
    for found in &mut inventory.found {
        // The example records no access rights.
        if let FoundKind::File(file) = &mut found.kind {
            file.mode = None;
        }
    }
    inventory
}

fn report(judged: JudgedRecord, source: &Source, trust: &Trust) -> Report {
    let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    Report::of_evidence(
        judged,
        &inventory(source),
        &Selection::default(),
        true,
        trust,
        now,
    )
}

#[test]
fn exh_7_verifies_with_every_value_as_listed() {
    let bundle = read("EXH-7.custody.json");
    let seal = &bundle.chain[0];
    assert_eq!(
        seal.subject().sha256.to_string(),
        "bdd6b5399c0e8299e64feaaa38dae58cae539a3a983e808ce566afd23a1dd43a"
    );
    assert_eq!(
        bundle.files[0].leaf().to_string(),
        "84fc9544396fae0f71f0fd4f7362fc633d81cd6ea0f68bba47b4532730c8d57e"
    );
    assert_eq!(
        bundle.card().to_string(),
        "custody:v1:ab2c8e82024878c983e647e1aef463511205fddef096f8f1038f7ded8ffcffa6:4:\
         a427ea4274b2982aa11f34ead0d030127b9485a517094a3cc84b1a3e553e8149"
    );
    // The signed bytes are a head, the length of the body, and the body.
    for (link, body) in [(0, 800), (4, 738)] {
        let head = format!("DSSEv1 28 application/vnd.in-toto+json {body} ");
        let signed = bundle.chain[link].signed_bytes();
        assert_eq!(signed.len(), head.len() + body);
        assert!(signed.starts_with(head.as_bytes()));
    }
    let place = tempfile::tempdir().unwrap();
    let source = Source::Folder(example::exh_7(place.path()));
    let report = report(
        judge(bundle, &three_people(), &[]),
        &source,
        &three_people(),
    );
    assert_eq!(report.exit_code(), 0);
    // No authority is pinned: the two time stamps prove nothing, and harm nothing.
    let codes: Vec<Code> = report.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::TimestampUntrusted, Code::TimestampUntrusted]);
}

#[test]
fn disk_dd_verifies_with_every_value_as_listed() {
    let bundle = read("disk.dd.custody.json");
    assert_eq!(
        bundle.chain[0].subject().sha256.to_string(),
        "1a339b3702f9c8d291b8ec70a06e364596d02e6680a20259a2a06900c43db424"
    );
    assert_eq!(
        bundle.files[0].leaf().to_string(),
        "e1d949fcbc1bee27997efa182592d03bf054781178768e05c28839d456a9867b"
    );
    let place = tempfile::tempdir().unwrap();
    let source = Source::File(example::disk_dd(place.path()));
    let report = report(
        judge(bundle, &three_people(), &[]),
        &source,
        &three_people(),
    );
    assert_eq!((report.exit_code(), report.findings.len()), (0, 0));
}

#[test]
fn nobody_is_confirmed_by_the_bundle_itself() {
    for name in ["EXH-7.custody.json", "disk.dd.custody.json"] {
        let judged = judge(read(name), &Trust::default(), &[]);
        assert!(
            judged
                .findings()
                .iter()
                .any(|finding| finding.code == Code::SignerUnknown)
        );
    }
}

fn person(number: u32, name: &str, agency: &str, role: &str) -> (SecretKey, Party) {
    let key = example::key(number);
    let id = key.public_key().id();
    (
        key,
        Party {
            name: name.into(),
            agency: agency.into(),
            role: role.into(),
            key: Some(id),
        },
    )
}

fn fields(fields: &[(&str, &str)]) -> Object {
    fields.iter().fold(Object::new(), |object, (name, text)| {
        object.with(name, Json::text(*text))
    })
}

fn seal(
    source: &Source,
    exhibit: &str,
    at: &str,
    listing_salt: Option<&str>,
    given: &[(&str, &str)],
) -> VerifiedChain {
    let (kaya, party) = person(
        1,
        "Ines Kaya",
        "North River Police, Digital Unit",
        "investigator",
    );
    let sealing = Sealing {
        by: party,
        at: Timestamp::parse(at).unwrap(),
        case: "2026-CR-00417".into(),
        exhibit: exhibit.into(),
        fields: fields(given),
        listing_salt: listing_salt.map(str::to_owned),
        salts: &mut |entry| Salt(example::salt(&entry.path.raw())),
    };
    let bundle = sealing.seal(&inventory(source), &[&kaya]).unwrap();
    judge(bundle, &Trust::default(), &[]).verified().unwrap()
}

fn release(
    chain: VerifiedChain,
    by: &(SecretKey, Party),
    to: &Party,
    at: &str,
    reason: &str,
) -> VerifiedChain {
    let mut predicate = chain.next(
        "release",
        &by.1,
        Timestamp::parse(at).unwrap(),
        &fields(&[("reason", reason)]),
    );
    predicate.set("to", Json::Object(to.to_object()));
    let signed = chain.sign_next(predicate, &[&by.0]).unwrap();
    chain.append(signed).unwrap()
}

fn receipt(
    chain: VerifiedChain,
    by: &(SecretKey, Party),
    at: &str,
    read: (u64, u64),
    given: &[(&str, &str)],
) -> VerifiedChain {
    let mut predicate = chain.next(
        "receipt",
        &by.1,
        Timestamp::parse(at).unwrap(),
        &fields(given),
    );
    let checked = Checked {
        mode: "full".into(),
        files: read.0,
        bytes: read.1,
        failed: Vec::new(),
    };
    predicate.set("outcome", Json::text("accepted"));
    predicate.set("checked", Json::Object(checked.to_object()));
    let signed = chain.sign_next(predicate, &[&by.0]).unwrap();
    chain.append(signed).unwrap()
}

fn file_form(bundle: &Bundle) -> String {
    let mut text = String::new();
    bundle.write(&mut text).unwrap();
    text
}

fn people() -> [(SecretKey, Party); 3] {
    [
        person(
            1,
            "Ines Kaya",
            "North River Police, Digital Unit",
            "investigator",
        ),
        person(
            2,
            "Tomáš Brandt",
            "North River Police, Evidence Store",
            "evidence custodian",
        ),
        person(3, "Aiko Mori", "State Forensic Laboratory", "examiner"),
    ]
}

#[test]
fn exh_7_is_made_again_byte_for_byte() {
    let place = tempfile::tempdir().unwrap();
    let source = Source::Folder(example::exh_7(place.path()));
    let salt = custody::record::digest::Digest::of(b"example listing salt").to_string();
    let [kaya, brandt, mori] = people();
    let given = [
        (
            "description",
            "Workstation drive image with seizure photographs and notes",
        ),
        ("place", "14 Quay Street, room 2"),
    ];
    let chain = seal(
        &source,
        "EXH-7",
        "2026-11-03T09:12:44Z",
        Some(&salt),
        &given,
    );
    let chain = release(
        chain,
        &kaya,
        &brandt.1,
        "2026-11-03T15:40:02Z",
        "Deposit in evidence store",
    );
    let chain = receipt(chain, &brandt, "2026-11-03T15:44:31Z", (4, 2_669_632), &[]);
    let chain = release(
        chain,
        &brandt,
        &mori.1,
        "2026-11-09T08:05:00Z",
        "Examination order 2026-EX-112",
    );
    let chain = receipt(
        chain,
        &mori,
        "2026-11-09T11:20:19Z",
        (4, 2_669_632),
        &[("note", "Bag seal 00931 intact.")],
    );
    let mut made = chain.bundle().clone();
    // The tokens are an authority's work; they are carried over.
    made.timestamps = read("EXH-7.custody.json").timestamps;
    assert_eq!(
        file_form(&made),
        text_of(&example::folder().join("EXH-7.custody.json"))
    );
}

#[test]
fn disk_dd_is_made_again_byte_for_byte() {
    let place = tempfile::tempdir().unwrap();
    let source = Source::File(example::disk_dd(place.path()));
    let [kaya, brandt, _] = people();
    let chain = seal(
        &source,
        "USB-2",
        "2026-11-04T10:00:00Z",
        None,
        &[("description", "Image of a USB stick")],
    );
    let chain = release(
        chain,
        &kaya,
        &brandt.1,
        "2026-11-04T12:00:00Z",
        "Deposit in evidence store",
    );
    let chain = receipt(chain, &brandt, "2026-11-04T12:06:10Z", (1, 3_145_745), &[]);
    assert_eq!(
        file_form(chain.bundle()),
        text_of(&example::folder().join("disk.dd.custody.json"))
    );
}

fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}
