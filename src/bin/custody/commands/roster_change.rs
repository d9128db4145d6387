//! `custody roster new`, `add`, `revoke`: one more version, signed by those who may.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use custody::audit::roster::Rule;
use custody::audit::roster_change::{Refusal, SoundRoster};
use custody::evidence::roster_file::{LockedRoster, create};
use custody::evidence::shown;
use custody::record::digest::Digest;
use custody::record::event::Party;
use custody::record::json::refusal_of;
use custody::record::key::Signer;
use custody::record::member::{Member, Revoked};
use custody::record::pem;
use custody::record::roster_version::Terms;
use custody::record::time::Timestamp;
use custody::report::layout::{key, safe};
use custody::report::roster::of_fault;

use super::release::receiver;
use super::roster::{print_sound, to_change};
use crate::clock;
use crate::fault::{fault, fault_with, refused};
use crate::identity::must_choose;
use crate::roster_arguments::{Add, Members, New, Revoke, Signers};
use crate::trust::{key_id, time};
use crate::world::World;

/// How long members may sign, where nothing else is said.
const YEARS: u32 = 5;

pub fn new(world: &World, arguments: &New) -> anyhow::Result<u8> {
    check_text("--name", "name", &arguments.title)?;
    let own = must_choose(world, arguments.signer.name.as_deref(), None)?;
    let mut terms = Terms {
        next: vec![own.identity.id()],
        threshold: 1,
        ..Terms::default()
    };
    let now = clock::now()?;
    change_terms(world, &mut terms, &arguments.members, now)?;
    let secret = own.unlock(world)?;
    let by = own.identity.party();
    let roster = SoundRoster::begin(&arguments.title, &terms, &by, now, secret.as_ref());
    let roster = roster.map_err(|refusal| explain(&refusal))?;
    let path = &arguments.output;
    world.interrupt.during(|_| create(path, roster.file()))?;
    world.console.say(&format!(
        "The roster is in {}. Give it to everyone who checks, and its root by another way; they type",
        shown(path)
    ));
    world.console.say(&format!(
        "  custody roster pin {} --root {}",
        shown(path),
        roster.root()
    ));
    if arguments.members.from.is_none() {
        world.console.say("Members may sign from now on. What they signed before will be found; `--from TIME` names an earlier day.");
    }
    print_sound(world, &roster)
}

pub fn add(world: &World, arguments: &Add) -> anyhow::Result<u8> {
    let given = &arguments.members;
    if given.who.is_empty()
        && given.next.is_empty()
        && given.tsa_root.is_empty()
        && given.threshold.is_none()
    {
        return Err(fault_with(
            "nothing was named that the roster should have",
            "name identity files behind it, or --next, --threshold, --tsa-root",
        ));
    }
    let roster = to_change(&arguments.file)?;
    let mut terms = roster.terms().clone();
    let now = clock::now()?;
    change_terms(world, &mut terms, given, now)?;
    sign(
        world,
        &arguments.file,
        roster,
        &terms,
        &arguments.signers,
        now,
    )
}

pub fn revoke(world: &World, arguments: &Revoke) -> anyhow::Result<u8> {
    check_text("--reason", "reason", &arguments.reason)?;
    let roster = to_change(&arguments.file)?;
    let mut terms = roster.terms().clone();
    let now = clock::now()?;
    let revoked = Revoked {
        at: arguments
            .at
            .as_deref()
            .map_or(Ok(now), |text| time("--at", text))?,
        kind: arguments.kind.into(),
        reason: Some(arguments.reason.clone()),
    };
    let id = member(world, &terms, &arguments.who)?;
    let could_sign = terms
        .revoke(&id, &revoked)
        .map_err(|refusal| explain(&refusal))?;
    if could_sign {
        world.console.warn(&format!(
            "the key {} may not sign the following version any more",
            key(&id)
        ));
    }
    sign(
        world,
        &arguments.file,
        roster,
        &terms,
        &arguments.signers,
        now,
    )
}

/// What was asked for, put into the terms of the following version.
fn change_terms(
    world: &World,
    terms: &mut Terms,
    given: &Members,
    now: Timestamp,
) -> anyhow::Result<()> {
    let from = given
        .from
        .as_deref()
        .map_or(Ok(now), |text| time("--from", text))?;
    let until = match &given.until {
        Some(text) => time("--until", text)?,
        None => from
            .years_later(YEARS)
            .ok_or_else(|| fault("--until must be given: five years later the calendar ends"))?,
    };
    if let Some(role) = &given.role {
        check_text("--role", "role", role)?;
    }
    for who in &given.who {
        let identity = receiver(world, who)?;
        let role = given.role.as_deref().unwrap_or(&identity.role);
        let person = (identity.name.as_str(), identity.agency.as_str(), role);
        let member = Member::new(person, identity.key, from, until);
        terms.enrol(member).map_err(|refusal| explain(&refusal))?;
        world.console.say(&format!(
            "{}, {}: may sign from {from} until {until}.",
            safe(&identity.name),
            safe(role)
        ));
    }
    if !given.next.is_empty() {
        let mut next = BTreeSet::new();
        for who in &given.next {
            next.insert(match Digest::parse(who) {
                Ok(id) => id,
                Err(_) => receiver(world, who)?.id(),
            });
        }
        terms.next = next.into_iter().collect();
    }
    terms.threshold = given.threshold.unwrap_or(terms.threshold);
    for path in &given.tsa_root {
        for certificate in certificates(path)? {
            if !terms.tsa.contains(&certificate) {
                terms.tsa.push(certificate);
            }
        }
    }
    Ok(())
}

fn check_text(flag: &str, field: &str, text: &str) -> anyhow::Result<()> {
    if text.trim().is_empty() {
        return Err(fault(format!("{flag} is empty")));
    }
    match refusal_of(field, text) {
        Some(problem) => Err(fault(format!("{flag} {problem}"))),
        None => Ok(()),
    }
}

/// The certificates in a file, as a roster holds them.
fn certificates(path: &Path) -> anyhow::Result<Vec<String>> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(1 << 20).read_to_end(&mut bytes));
    read.map_err(|error| refused("reading the certificate", path, &error))?;
    let reading = |problem: String| {
        fault_with(
            format!("reading the certificate {}: {problem}", shown(path)),
            "it is the root certificate of the authority as a PEM file; openssl x509 -in FILE -inform DER makes one",
        )
    };
    let found = pem::find(pem::CERTIFICATE, &String::from_utf8_lossy(&bytes));
    let found = found.map_err(|error| reading(format!("it {error}")))?;
    if found.is_empty() {
        return Err(reading("it holds no certificate".to_owned()));
    }
    match found.iter().find_map(|one| refusal_of("tsa", one)) {
        Some(problem) => Err(reading(format!("the certificate {problem}"))),
        None => Ok(found),
    }
}

/// The key that is meant: by its id, or by the name of a member.
fn member(world: &World, terms: &Terms, who: &str) -> anyhow::Result<Digest> {
    let named = terms.members.iter().filter(|member| member.name == who);
    let keys: BTreeSet<Digest> = named.map(|member| member.key).collect();
    match (keys.len(), keys.first()) {
        (1, Some(id)) => Ok(*id),
        (0, _) => match world.home.find_known(who)? {
            Some((_, identity)) => Ok(identity.id()),
            None => key_id("KEYID", who).map_err(|_| {
                fault_with(
                    format!("no member of this roster is called {}", safe(who)),
                    "`custody roster show FILE` names the members and their keys",
                )
            }),
        },
        (_, _) => Err(fault_with(
            format!(
                "{} has several keys in this roster: {}",
                safe(who),
                keys.iter().map(key).collect::<Vec<_>>().join(", ")
            ),
            "name the key by its 64 digits",
        )),
    }
}

/// Signs a further version, and puts the longer roster in the place of the old one.
fn sign(
    world: &World,
    path: &Path,
    roster: SoundRoster,
    terms: &Terms,
    signers: &Signers,
    now: Timestamp,
) -> anyhow::Result<u8> {
    let may_sign = &roster.terms().next;
    let identities = world.home.identities()?;
    let ours = may_sign
        .iter()
        .find(|id| identities.iter().any(|(_, own)| own.id() == **id));
    let own = must_choose(world, signers.first.name.as_deref(), ours)?;
    let mut witnesses: Vec<Party> = Vec::new();
    let mut secrets: Vec<Box<dyn Signer>> = vec![own.unlock(world)?];
    for name in &signers.with {
        let with = must_choose(world, Some(name), None)?;
        let party = with.identity.party();
        let twice = with.identity.id() == own.identity.id() || witnesses.contains(&party);
        if twice {
            return Err(fault(format!(
                "--with {}: this key signs already",
                safe(name)
            )));
        }
        witnesses.push(party);
        secrets.push(with.unlock(world)?);
    }
    let keys: Vec<&dyn Signer> = secrets.iter().map(AsRef::as_ref).collect();
    let by = own.identity.party();
    // From here on it is a matter of moments, and nothing is to be left half-done.
    let longer = world.interrupt.during(|_| {
        let locked = LockedRoster::lock(path, roster.file())?;
        let longer = roster
            .sign_next(terms, (&by, &witnesses), now, &keys)
            .map_err(|refusal| explain(&refusal))?;
        locked.replace(longer.file())?;
        Ok::<SoundRoster, anyhow::Error>(longer)
    })?;
    world.console.say(&format!(
        "Version {} is in {}. Whoever pinned an earlier one types: custody roster pin {}",
        longer.file().chain.len() - 1,
        shown(path),
        shown(path)
    ));
    print_sound(world, &longer)
}

fn explain(refusal: &Refusal) -> anyhow::Error {
    let of = |member: &Member| format!("{} ({})", safe(&member.name), safe(&member.agency));
    match refusal {
        Refusal::TwoNames(member) => fault_with(
            format!(
                "the key {} is that of {} in this roster, and one key never gets a second name",
                key(&member.key),
                of(member)
            ),
            "a person with a new name, or another person, makes a new key",
        ),
        Refusal::Revoked(member) => fault_with(
            format!(
                "the key {} of {} was revoked, and does not come back",
                key(&member.key),
                of(member)
            ),
            "make a new key with `custody key new`",
        ),
        Refusal::AlreadyMember(member) => fault_with(
            format!(
                "{} is a member with this key and role already, from {} until {}",
                of(member),
                member.from,
                member.until
            ),
            "a further period is given with --from and --until",
        ),
        Refusal::Backwards => fault("--until is before --from"),
        Refusal::NotAMember(id) => fault_with(
            format!("nobody in this roster has the key {}", key(id)),
            "`custody roster show FILE` names the members and their keys",
        ),
        Refusal::AlreadyRevoked(member) => fault(format!(
            "the key {} of {} is revoked already",
            key(&member.key),
            of(member)
        )),
        Refusal::Full => fault("the roster has as many versions as one may have"),
        Refusal::Malformed(error) => fault(format!("this version cannot be recorded: {error}")),
        Refusal::Unsigned(error) => fault(format!("nothing was signed: {error}")),
        Refusal::Unsound(found) => fault_with(
            format!(
                "nothing was signed: the roster would break its rules: {}",
                of_fault(found)
            ),
            match found.rule {
                Rule::NotNext(_) => {
                    "sign with an identity that may (--key NAME); `custody roster show FILE` names their keys"
                }
                Rule::TooFew { .. } => {
                    "others of your identities sign too with --with NAME; keys on other machines cannot yet"
                }
                Rule::Threshold { .. } => {
                    "--next names who may sign, --threshold how many must; `custody roster add FILE --next WHO` changes it"
                }
                _ => "look at it with `custody roster show FILE`",
            },
        ),
    }
}
