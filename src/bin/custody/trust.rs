//! Whom the reader has confirmed.

use custody::audit::trust::{Trust, Voucher};
use custody::record::digest::Digest;

use crate::fault::fault_with;
use crate::world::World;

/// The reader's own keys, the identities the reader imported, and the keys named for this one check.
pub fn of_reader(world: &World, given: &[String]) -> anyhow::Result<Trust> {
    let mut trust = Trust::default();
    for (_, identity) in world.home.identities()? {
        trust.add(identity.id(), Voucher::Own(identity.name));
    }
    for (_, identity) in world.home.known()? {
        trust.add(identity.id(), Voucher::Known(identity.name));
    }
    for text in given {
        let digits: String = text
            .chars()
            .filter(|character| !character.is_whitespace())
            .collect();
        let key = Digest::parse(&digits.to_ascii_lowercase()).map_err(|error| {
            fault_with(
                format!("--trust {}: {error}", custody::report::layout::safe(text)),
                "a key id is the 64 digits that `custody key show` and `custody log` print",
            )
        })?;
        trust.add(key, Voucher::Given);
    }
    Ok(trust)
}
