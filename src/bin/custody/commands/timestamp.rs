//! `custody timestamp`: ask an authority for a time stamp, and attach what it answers.

use std::path::Path;

use custody::audit::chain::VerifiedChain;
use custody::audit::time_stamp::{Rejection, Request, examine, token_in};
use custody::audit::trust::Trust;
use custody::evidence::bundle_file::LockedBundle;
use custody::evidence::given_file::read_given;
use custody::evidence::new_file::write_new;
use custody::evidence::shown;
use custody::record::time_token::TimeToken;
use custody::report::layout::{figure, short};
use custody::report::repeat::quote;
use serde::Serialize;

use crate::arguments::Timestamp;
use crate::chance::nonce;
use crate::extend;
use crate::fault::{fault, fault_with, refused};
use crate::location::bundle_of;
use crate::time_roots;
use crate::world::World;

#[derive(Serialize)]
struct RequestDocument {
    format: &'static str,
    exit: u8,
    bundle: String,
    link: usize,
    hash: String,
    request: String,
}

#[derive(Serialize)]
struct AttachedDocument {
    format: &'static str,
    exit: u8,
    bundle: String,
    link: usize,
    at: String,
    authority: String,
    trusted: bool,
}

const FORMAT: &str = "custody-timestamp/v1";

pub fn run(world: &World, arguments: &Timestamp) -> anyhow::Result<u8> {
    let mut trust = Trust::default();
    time_roots::pin(&mut trust, &arguments.roots.tsa_root)?;
    if let Some(path) = &arguments.request {
        return request(world, arguments, path);
    }
    if let Some(url) = &arguments.tsa {
        let (chain, link) = chosen(world, arguments)?;
        let request = Request::new(chain.bundle().chain[link].hash(), nonce()?);
        let answer = ask(url, &request.to_der())?;
        let from = format!("the answer of {}", short(url, 200));
        return attach(world, arguments, &trust, &from, &answer, Some(&request));
    }
    let asked = match &arguments.asked {
        None => None,
        Some(path) => {
            let doing = |error: String| fault(format!("--for {}: {error}", shown(path)));
            let bytes = read_given(path).map_err(|error| doing(error.to_string()))?;
            Some(Request::parse(&bytes).map_err(|error| doing(error.to_string()))?)
        }
    };
    let Some(path) = &arguments.attach else {
        return Err(fault("one of --request, --attach and --tsa is needed"));
    };
    let from = shown(path);
    let answer = read_given(path).map_err(|error| fault(format!("reading {from}: {error}")))?;
    attach(world, arguments, &trust, &from, &answer, asked.as_ref())
}

/// The chain, and the event that is to be stamped: the last one, where no other was named.
fn chosen(world: &World, arguments: &Timestamp) -> anyhow::Result<(VerifiedChain, usize)> {
    let (_, chain) = extend::for_anyone(world, &arguments.bundle)?;
    let last = chain.bundle().chain.len() - 1;
    let link = arguments.link.unwrap_or(last);
    if link > last {
        return Err(fault_with(
            format!("there is no event no. {}", figure(link as u64)),
            format!("the last one is no. {last}; `custody log` shows them"),
        ));
    }
    Ok((chain, link))
}

/// Writes a request that openssl and curl understand.
fn request(world: &World, arguments: &Timestamp, path: &Path) -> anyhow::Result<u8> {
    let (chain, link) = chosen(world, arguments)?;
    let request = Request::new(chain.bundle().chain[link].hash(), nonce()?);
    write_new(path, &request.to_der())
        .map_err(|error| refused("writing the request", path, &error))?;
    let document = RequestDocument {
        format: FORMAT,
        exit: 0,
        bundle: shown(&bundle_of(&arguments.bundle)),
        link,
        hash: request.imprint.to_string(),
        request: shown(path),
    };
    let words = format!(
        "REQUEST WRITTEN. {} asks for a time stamp over event no. {link}.\n  hash {}\n",
        document.request, document.hash
    );
    world.console.print_either(&document, &words);
    let (file, bundle) = (quote(&document.request), quote(&document.bundle));
    let answer = quote(&format!("{}.tsr", document.request));
    world.console.say(&format!(
        "Send it to a time stamp authority, from any machine, and attach the answer:\n  \
         curl -sS -H 'Content-Type: application/timestamp-query' --data-binary @{file} -o {answer} URL\n  \
         custody timestamp {bundle} --attach {answer} --for {file}"
    ));
    Ok(0)
}

/// Puts the token of an answer into the bundle.
fn attach(
    world: &World,
    arguments: &Timestamp,
    trust: &Trust,
    from: &str,
    answer: &[u8],
    asked: Option<&Request>,
) -> anyhow::Result<u8> {
    let token = token_in(answer).map_err(|rejection| rejected(from, &rejection))?;
    let examined = examine(token, trust.time_roots())
        .map_err(|unsound| fault(format!("{from}: the time stamp {unsound}")))?;
    if let Some(asked) = asked {
        asked.compare(&examined).map_err(|difference| {
            fault_with(
                format!("{from} is not the answer to this request: {difference}"),
                "attach the answer that came to this request, or ask again",
            )
        })?;
    }
    let (path, chain) = extend::for_anyone(world, &arguments.bundle)?;
    let mut hashes = chain.bundle().chain.iter().map(|link| link.hash());
    let Some(link) = hashes.position(|hash| hash == examined.imprint) else {
        return Err(fault_with(
            format!(
                "{from}: the time stamp is over {}, which is the hash of no event in {}",
                examined.imprint,
                shown(&path)
            ),
            "it belongs to another bundle, or to a longer copy of this one",
        ));
    };
    let stamp = TimeToken::new(examined.imprint, token);
    let is_there = chain.bundle().timestamps.contains(&stamp);
    if !is_there {
        // A matter of moments, and nothing is to be left half-done.
        world.interrupt.during(|_| {
            let locked = LockedBundle::lock(&path, chain.bundle())?;
            locked.replace(&chain.stamped(stamp))
        })?;
    }
    let authority = short(&examined.authority, 80);
    let root = examined.root.as_ref().map(|root| short(root, 80));
    let document = AttachedDocument {
        format: FORMAT,
        exit: 0,
        bundle: shown(&path),
        link,
        at: examined.at.to_string(),
        authority,
        trusted: root.is_some(),
    };
    let done = if is_there {
        "THE BUNDLE HAS IT ALREADY"
    } else {
        "ATTACHED"
    };
    let words = format!(
        "{done}. Event no. {link} existed by {}, as stamped by {}{}.\n",
        document.at,
        document.authority,
        root.as_ref()
            .map(|root| format!(" (root {root})"))
            .unwrap_or_default()
    );
    world.console.print_either(&document, &words);
    if root.is_none() {
        world.console.warn(if arguments.roots.tsa_root.is_empty() {
            "no root was pinned, so nobody looked whose time stamp this is: it proves nothing until a reader pins the root of an authority (--tsa-root PEM)"
        } else {
            "no pinned root leads to this time stamp: it proves nothing until a reader pins the root of its authority"
        });
    }
    Ok(0)
}

fn rejected(from: &str, rejection: &Rejection) -> anyhow::Error {
    match rejection {
        Rejection::Malformed => fault_with(
            format!("{from} is neither a time-stamp response nor a token of RFC 3161 in DER"),
            "attach the file that the authority answered with, as it came",
        ),
        Rejection::Empty => fault(format!(
            "{from} is a response of a time stamp authority without a token in it"
        )),
        Rejection::Refused { words, reasons } => {
            let said: Vec<String> = words.iter().map(|text| short(text, 200)).collect();
            let said = [
                said,
                reasons.iter().map(|&reason| reason.to_owned()).collect(),
            ]
            .concat();
            let said = if said.is_empty() {
                "without a reason".to_owned()
            } else {
                said.join("; ")
            };
            fault_with(
                format!("{from}: the authority gave no time stamp: {said}"),
                "ask again, or ask another authority",
            )
        }
    }
}

#[cfg(feature = "net")]
use crate::authority::ask;

/// This program opens no connection.
#[cfg(not(feature = "net"))]
fn ask(_url: &str, _request: &[u8]) -> anyhow::Result<Vec<u8>> {
    Err(fault_with(
        "this program was built without the feature `net`, and opens no connection",
        "--request FILE writes a request; send it with curl, and --attach the answer",
    ))
}
