//! The keys that sign one entry, unlocked: the signer's, and those of witnesses who sign too.

use custody::record::digest::Digest;
use custody::record::event::{Event, Party};
use custody::record::json::Object;
use custody::record::key::Signer;
use custody::record::predicate::Predicate;
use custody::report::layout::key;

use crate::fault::{fault, fault_with};
use crate::identity::{Own, own_with};
use crate::world::World;

/// Who signs, and with what.
pub struct Keys {
    /// The signer, as the entry names them.
    pub by: Party,
    signers: Vec<Box<dyn Signer>>,
}

impl Keys {
    /// Unlocks all keys that this entry needs. Hours of hashing may follow, so that what can fail fails now.
    pub fn unlock(world: &World, own: &Own, predicate: &Object) -> anyhow::Result<Self> {
        let (event, _) = Event::from_predicate(predicate)
            .map_err(|error| fault(format!("this entry cannot be recorded: {error}")))?;
        let signer = own.identity.id();
        let mut signers = vec![own.unlock(world)?];
        for id in event.required_keys().into_iter().filter(|id| *id != signer) {
            signers.push(witness(world, &id)?);
        }
        Ok(Self {
            by: own.identity.party(),
            signers,
        })
    }

    /// All of them, the signer's first.
    pub fn signers(&self) -> Vec<&dyn Signer> {
        self.signers.iter().map(AsRef::as_ref).collect()
    }
}

/// The key of a witness, who must be an identity of this machine.
fn witness(world: &World, id: &Digest) -> anyhow::Result<Box<dyn Signer>> {
    let witness = own_with(world, id)?.ok_or_else(|| {
        fault_with(
            format!("a witness is recorded with key {}, which is not on this machine, and must sign too", key(id)),
            "leave out the key of a witness who does not sign here",
        )
    })?;
    witness.unlock(world)
}
