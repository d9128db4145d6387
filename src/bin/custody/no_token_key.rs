//! What stands for `token_key` in a build without the feature `pkcs11`: a sentence that says so.

use std::path::Path;

use custody::evidence::private_half::TokenKey;
use custody::record::key::{PublicKey, Signer};

use crate::fault::fault_with;
use crate::identity::Elsewhere;
use crate::world::World;

/// The key of an identity, which this build cannot reach.
pub fn of(_: &World, _: &TokenKey, _: PublicKey) -> anyhow::Result<Box<dyn Signer>> {
    Err(without())
}

/// The key for a new identity, which this build cannot reach.
pub fn choose(_: &World, _: &Path, _: Option<&str>, _: Option<&str>) -> anyhow::Result<Elsewhere> {
    Err(without())
}

fn without() -> anyhow::Error {
    fault_with(
        "this build of custody does not use PKCS#11 tokens",
        "build it with `cargo build --release --features pkcs11`",
    )
}
