//! One more link: what it must say to follow a chain, and whether its signer may add it.

use crate::record::bundle::MAX_LINKS;
use crate::record::event::{Action, Event, Party};
use crate::record::json::{Malformed, Object};
use crate::record::key::{PublicKey, Signer};
use crate::record::link::{Link, SignError};
use crate::record::predicate::Place;
use crate::record::time::Timestamp;

use super::chain::VerifiedChain;
use super::custody::Turn;
use super::finding::{Code, Finding};
use super::renewal::next_covers;
use super::sealing::begin;

/// Why a chain was not extended.
#[derive(Debug)]
pub enum Refusal {
    /// The event has a field it may not have, or lacks one.
    Malformed(Malformed),
    /// The chain has as many links as a chain may have.
    Full,
    /// The event has fields this format does not know.
    UnknownFields(Vec<String>),
    /// A roster says that this link was not to be signed so: an authority has to take over first.
    AwaitsTakeover(Box<Finding>),
    /// The rules of the chain do not let this signer do this now.
    Broken(Code),
    /// The link does not fit the chain after all.
    Unfit(Vec<Finding>),
    /// The key gave no signature.
    Unsigned(SignError),
}

impl VerifiedChain {
    /// The event that would come next.
    pub fn next(&self, action: &str, by: &Party, at: Timestamp, fields: &Object) -> Object {
        let bundle = self.bundle();
        let (card, first) = (bundle.card(), bundle.chain[0].event());
        let mut predicate = begin(action, by, at, &first.case, &first.exhibit, fields);
        let place = Place {
            seq: card.seq + 1,
            prev: card.head,
            seal: Some(card.seal),
        };
        predicate.set("chain", place.to_json());
        predicate
    }

    /// When the last event was signed, by its signer's clock.
    pub fn last_signed(&self) -> Timestamp {
        let chain = &self.bundle().chain;
        chain[chain.len() - 1].event().at
    }

    /// What a renewal covers that comes next: all links, and all time stamps the bundle has now.
    pub fn covers(&self) -> Object {
        next_covers(self.bundle())
    }

    /// Whether an event may come next, before anyone signs it.
    ///
    /// # Errors
    /// Where it is not one this format takes, or breaks a rule of the chain.
    pub fn admit(&self, predicate: &Object) -> Result<(), Refusal> {
        if self.bundle().chain.len() >= MAX_LINKS {
            return Err(Refusal::Full);
        }
        let (event, unknown) = Event::from_predicate(predicate).map_err(Refusal::Malformed)?;
        if !unknown.is_empty() {
            return Err(Refusal::UnknownFields(unknown));
        }
        if let Some(refused) = self.refused().filter(|_| self.awaits_takeover())
            && !matches!(event.action, Action::Takeover(_))
        {
            return Err(Refusal::AwaitsTakeover(Box::new(refused.clone())));
        }
        let place = self.bundle().chain.len();
        match (self.custody()).judge(place, &event, event.at, self.rosters()) {
            Turn::Broken(code) => Err(Refusal::Broken(code)),
            Turn::Kept | Turn::Unjudged => Ok(()),
        }
    }

    /// Signs an event with the keys of its signer and its witnesses. It is not in the chain yet.
    ///
    /// # Errors
    /// Where it may not come next, or the key gives no signature.
    pub fn sign_next(
        &self,
        predicate: Object,
        signers: &[&dyn Signer],
    ) -> Result<SignedEvent, Refusal> {
        self.admit(&predicate)?;
        let subject = self.bundle().chain[0].subject().clone();
        let link = Link::sign(&subject, predicate, signers).map_err(Refusal::Unsigned)?;
        let keys = signers.iter().map(|signer| signer.public_key()).collect();
        Ok(SignedEvent { link, keys })
    }

    /// The chain with a signed event behind it, judged again.
    ///
    /// # Errors
    /// Where it does not belong there.
    pub fn append(self, signed: SignedEvent) -> Result<Self, Refusal> {
        self.extend(signed.link, &signed.keys)
            .map_err(Refusal::Unfit)
    }
}

/// An event that was signed to be the next of a chain.
pub struct SignedEvent {
    link: Link,
    keys: Vec<PublicKey>,
}
