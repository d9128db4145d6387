//! What a record of many links costs, beside the arithmetic of its signatures alone.
//!
//! ```text
//! cargo bench --bench chains                            microseconds a link: read, judged, verify_strict alone
//! cargo bench --bench chains -- --make DIR              bundles for `custody verify --record-only`, and their peer
//! cargo bench --bench chains -- --verify-strict DIR     the peer: each signature of these bundles, one thread
//! ```
//!
//! The peer reads the signed bytes from a flat file, parses each key once, and then calls `verify_strict` and nothing
//! else: no program that checks these signatures one by one, by the strict rules, can take less.

// A program of its own, whose result is what it prints.
#![allow(clippy::print_stdout)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Parser;
use custody::audit::chain::judge;
use custody::audit::inventory::{Found, FoundFile, FoundKind, Inventory};
use custody::audit::sealing::{Sealing, begin};
use custody::audit::trust::{Trust, Voucher};
use custody::evidence::bundle_file::create;
use custody::evidence::key_file::SecretKey;
use custody::record::bundle::Bundle;
use custody::record::digest::{Digest, Salt};
use custody::record::event::{Checked, Party};
use custody::record::json::{Json, Object};
use custody::record::key::{KeyRecord, Signer};
use custody::record::link::Link;
use custody::record::path::PathText;
use custody::record::predicate::Place;
use custody::record::time::Timestamp;
use ed25519_dalek::{Signature, SigningKey, VerifyingKey};

/// What is measured without options.
const LINKS: usize = 5_000;
const ROUNDS: usize = 5;

/// The file of the peer: for each signature the key, the signature, the length of the message, the message.
const SIGNED: &str = "signed.bin";

/// The ids of all keys, one a line, for `--trust`.
const KEYS: &str = "keys.txt";

#[derive(Parser)]
struct Arguments {
    /// Write bundles of realistic chains into this folder, and the file of the peer
    #[arg(long, value_name = "DIR")]
    make: Option<PathBuf>,
    /// How many bundles
    #[arg(long, default_value_t = 20)]
    bundles: usize,
    /// How many links each
    #[arg(long, default_value_t = 5_000)]
    links: usize,
    /// Check the signatures of what --make wrote, and nothing else
    #[arg(long, value_name = "DIR")]
    verify_strict: Option<PathBuf>,
    /// What Cargo gives every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    match (&arguments.make, &arguments.verify_strict) {
        (Some(folder), None) => make(folder, arguments.bundles, arguments.links),
        (None, Some(folder)) => verify_strict(folder),
        (None, None) => measure(),
        _ => bail!("--make and --verify-strict are two runs"),
    }
}

/// Three people who hand an exhibit round.
struct People(Vec<Person>);

struct Person {
    key: SecretKey,
    point: [u8; 32],
    party: Party,
}

impl People {
    /// Always the same, so that what is made is the same.
    fn new() -> Self {
        let people = [
            (
                "Ines Kaya",
                "North River Police, Digital Unit",
                "investigator",
            ),
            (
                "Tomas Brandt",
                "North River Police, Evidence Store",
                "evidence custodian",
            ),
            ("Aiko Mori", "State Forensic Laboratory", "examiner"),
        ];
        let person = |(name, agency, role): (&str, &str, &str)| {
            let seed = Digest::of(name.as_bytes()).0;
            let key = SecretKey::from_seed(&seed);
            let party = Party {
                name: name.to_owned(),
                agency: agency.to_owned(),
                role: role.to_owned(),
                key: Some(key.public_key().id()),
            };
            Person {
                key,
                point: SigningKey::from_bytes(&seed).verifying_key().to_bytes(),
                party,
            }
        };
        Self(people.into_iter().map(person).collect())
    }

    fn trust(&self) -> Trust {
        let mut trust = Trust::default();
        for person in &self.0 {
            trust.add(person.key.public_key().id(), Voucher::Given);
        }
        trust
    }

    /// A chain in which the exhibit is sealed, and then examined, stored and handed on again and again.
    fn chain(&self, exhibit: &str, links: usize) -> anyhow::Result<Bundle> {
        let start: DateTime<Utc> = "2026-11-03T09:12:44Z".parse()?;
        let at = |seq: usize| Timestamp::of(start + TimeDelta::minutes(seq as i64));
        let case = "2026-CR-00417";
        let first = &self.0[0];
        let sealing = Sealing {
            by: first.party.clone(),
            at: at(0)?,
            case: case.to_owned(),
            exhibit: exhibit.to_owned(),
            fields: Object::new().with("place", Json::text("14 Quay Street, room 2")),
            listing_salt: None,
            salts: &mut |_| Salt([7; 16]),
        };
        let file = FoundFile {
            bytes: 4096,
            sha256: Some(Digest::of(exhibit.as_bytes())),
            ..FoundFile::default()
        };
        let found = Found {
            path: PathText::parse("disk.dd")?,
            kind: FoundKind::File(Box::new(file)),
        };
        let mut bundle = sealing.seal(&Inventory { found: vec![found] }, &[&first.key])?;
        let subject = bundle.chain[0].subject().clone();
        let checked = Checked {
            mode: "full".to_owned(),
            files: 1,
            bytes: 4096,
            failed: Vec::new(),
        };
        let mut holder = 0;
        for seq in 1..links {
            let next = (holder + 1) % self.0.len();
            let text = |name: &str, text: &str| Object::new().with(name, Json::text(text));
            let examined = || Json::Object(checked.to_object());
            let (signer, action, fields) = match seq % 5 {
                0 => (
                    holder,
                    "examine",
                    text("description", "Keyword search in the copy").with("checked", examined()),
                ),
                1 => (holder, "store", text("place", "Evidence store, shelf 12")),
                2 => (holder, "verify", Object::new().with("checked", examined())),
                3 => {
                    let to = self.0[next].party.to_object();
                    (
                        holder,
                        "release",
                        text("reason", "Examination order").with("to", Json::Object(to)),
                    )
                }
                _ => (
                    next,
                    "receipt",
                    text("outcome", "accepted").with("checked", examined()),
                ),
            };
            if action == "receipt" {
                holder = next;
            }
            let Person { key, party, .. } = &self.0[signer];
            let card = bundle.card();
            let mut predicate = begin(action, party, at(seq)?, case, exhibit, &fields);
            let place = Place {
                seq: seq as u64,
                prev: card.head,
                seal: Some(card.seal),
            };
            predicate.set("chain", place.to_json());
            bundle.chain.push(Link::sign(&subject, predicate, &[key])?);
            bundle.add_key(KeyRecord::of(key.public_key()));
        }
        Ok(bundle)
    }

    /// What the peer is to check.
    fn signed(&self, bundle: &Bundle) -> anyhow::Result<Vec<u8>> {
        let mut out = Vec::new();
        for link in &bundle.chain {
            let message = link.signed_bytes();
            for signature in link.signatures() {
                let has_id = |person: &&Person| person.party.key == Some(signature.keyid);
                let person = self.0.iter().find(has_id).context("nobody has this key")?;
                out.extend_from_slice(&person.point);
                out.extend_from_slice(&signature.bytes);
                out.extend_from_slice(&u32::try_from(message.len())?.to_le_bytes());
                out.extend_from_slice(&message);
            }
        }
        Ok(out)
    }
}

/// One signature, and what it is over.
struct Signed<'bytes> {
    key: usize,
    signature: Signature,
    message: &'bytes [u8],
}

fn make(folder: &Path, bundles: usize, links: usize) -> anyhow::Result<()> {
    let people = People::new();
    fs::create_dir_all(folder)?;
    let mut signed = Vec::new();
    for number in 0..bundles {
        let exhibit = format!("EXH-{number:03}");
        let bundle = people.chain(&exhibit, links)?;
        signed.extend(people.signed(&bundle)?);
        create(&folder.join(format!("{exhibit}.custody.json")), &bundle)?;
    }
    fs::write(folder.join(SIGNED), &signed)?;
    let id = |person: &Person| format!("{}\n", person.key.public_key().id());
    fs::write(
        folder.join(KEYS),
        people.0.iter().map(id).collect::<String>(),
    )?;
    println!(
        "{bundles} bundles of {links} links, {} bytes a signed message",
        signed.len() / (bundles * links) - 100
    );
    Ok(())
}

fn read_signed<'bytes>(
    mut bytes: &'bytes [u8],
) -> anyhow::Result<(Vec<VerifyingKey>, Vec<Signed<'bytes>>)> {
    let (mut keys, mut all) = (Vec::<VerifyingKey>::new(), Vec::new());
    while !bytes.is_empty() {
        let mut take = |length: usize| -> anyhow::Result<&'bytes [u8]> {
            let (taken, rest) = bytes.split_at_checked(length).context("the file is cut")?;
            bytes = rest;
            Ok(taken)
        };
        let (point, signature) = (take(32)?, take(64)?);
        let length = u32::from_le_bytes(take(4)?.try_into()?);
        let known = keys.iter().position(|key| key.as_bytes() == point);
        let key = match known {
            Some(known) => known,
            None => {
                keys.push(VerifyingKey::from_bytes(point.try_into()?)?);
                keys.len() - 1
            }
        };
        all.push(Signed {
            key,
            signature: Signature::from_slice(signature)?,
            message: take(length as usize)?,
        });
    }
    Ok((keys, all))
}

fn check(keys: &[VerifyingKey], all: &[Signed<'_>]) -> anyhow::Result<()> {
    for signed in all {
        keys[signed.key]
            .verify_strict(signed.message, &signed.signature)
            .map_err(|_| anyhow!("a signature does not check"))?;
    }
    Ok(())
}

fn verify_strict(folder: &Path) -> anyhow::Result<()> {
    let bytes = fs::read(folder.join(SIGNED))?;
    let (keys, all) = read_signed(&bytes)?;
    let begin = Instant::now();
    check(&keys, &all)?;
    println!(
        "{} signatures in {:.3} s",
        all.len(),
        begin.elapsed().as_secs_f64()
    );
    Ok(())
}

/// The least of several rounds, in turns: other programs only ever make a round longer.
fn measure() -> anyhow::Result<()> {
    let people = People::new();
    let trust = people.trust();
    let bundle = people.chain("EXH-0", LINKS)?;
    let signed = people.signed(&bundle)?;
    let mut text = String::new();
    bundle.write(&mut text)?;
    let (keys, all) = read_signed(&signed)?;
    let mut least = [f64::MAX; 4];
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let bundle = Bundle::parse(text.as_bytes())?;
        let read = Instant::now();
        let record = judge(bundle, &trust, &[]);
        let judged = Instant::now();
        if !record.findings().is_empty() {
            bail!("something was found: {:?}", record.findings());
        }
        let freeing = Instant::now();
        drop(record);
        let checking = Instant::now();
        check(&keys, &all)?;
        let times = [
            read - begin,
            judged - read,
            checking - freeing,
            checking.elapsed(),
        ];
        for (least, time) in least.iter_mut().zip(times) {
            *least = least.min(time.as_secs_f64() * 1e6 / LINKS as f64);
        }
    }
    let [read, judged, freed, strict] = least;
    println!("read                 {read:6.2} µs a link");
    println!("judged               {judged:6.2} µs a link");
    println!("freed                {freed:6.2} µs a link");
    println!("verify_strict alone  {strict:6.2} µs a link");
    println!(
        "ratio                {:6.2}",
        (read + judged + freed) / strict
    );
    Ok(())
}
