//! A seal that was interrupted, and the one that goes on from there.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use custody::evidence::inventory::InventoryError;
use custody::evidence::listing::in_words;
use custody::evidence::partial_seal::PartialSeal;
use custody::evidence::resume_key::resume_key;
use custody::evidence::shown;

use crate::fault::fault_with;
use crate::world::World;

/// Where the seal that will write this bundle keeps how far it is: `X.custody.json` has `X.custody.partial`.
pub fn partial_path(bundle: &Path) -> PathBuf {
    if bundle.extension() == Some(OsStr::new("json")) {
        return bundle.with_extension("partial");
    }
    let mut name = bundle.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// What an interrupted seal left for this bundle. Where the home can keep no key, the seal goes without.
pub fn open(world: &World, bundle: &Path) -> anyhow::Result<Option<PartialSeal>> {
    let path = partial_path(bundle);
    let key = match resume_key(&world.home) {
        Ok(key) => key,
        Err(error) => {
            world.console.warn(&format!(
                "{error}: if this seal is interrupted, it has to begin anew"
            ));
            return Ok(None);
        }
    };
    let (partial, is_doubtful) = PartialSeal::open(&path, key)?;
    if is_doubtful {
        world.console.warn(&format!(
            "{} is damaged, or another user's: the seal begins anew",
            shown(&path)
        ));
    }
    Ok(Some(partial))
}

/// An interrupted seal that can go on says so.
pub fn explain(
    error: anyhow::Error,
    bundle: &Path,
    partial: Option<&PartialSeal>,
) -> anyhow::Error {
    let is_interrupted = matches!(
        error.downcast_ref::<InventoryError>(),
        Some(InventoryError::Interrupted)
    );
    if is_interrupted && partial.is_some_and(PartialSeal::is_kept) {
        return fault_with(
            "interrupted; no bundle was written",
            format!(
                "give the same command again: it goes on from where it was, which {} says",
                shown(&partial_path(bundle))
            ),
        );
    }
    error
}

/// The bundle is written: what was kept on the way goes.
pub fn end(world: &World, bundle: &Path, partial: Option<PartialSeal>) {
    let Some(partial) = partial else {
        return;
    };
    let path = partial_path(bundle);
    if partial.began_anew() {
        world.console.warn(&format!(
            "what an interrupted seal had left in {} was not used: the file, or what was asked for, was not the same",
            shown(&path)
        ));
    }
    if let Some(why) = partial.failure() {
        world.console.warn(&format!(
            "writing {}: {why}: had this seal been interrupted, it would have begun anew",
            shown(&path)
        ));
    }
    if let Err(error) = partial.remove() {
        world.console.warn(&format!(
            "removing {}: {}; it is not needed any more",
            shown(&path),
            in_words(&error)
        ));
    }
}
