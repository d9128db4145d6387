//! The further check numbers of `seal --also`.

use custody::evidence::cross_reference::CrossReference;
use custody::report::layout::safe;

use crate::fault::fault_with;

/// The check numbers of these names, in their order and each once.
pub fn others(names: &[String]) -> anyhow::Result<Vec<CrossReference>> {
    let mut others = Vec::new();
    for name in names
        .iter()
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| name != "sha256")
    {
        let other = CrossReference::parse(&name).ok_or_else(|| {
            fault_with(
                format!("--also {}: there is no such check number", safe(&name)),
                "take some of md5, sha1, sha512, sha3-256; SHA-256 is always there",
            )
        })?;
        if !others.contains(&other) {
            others.push(other);
        }
    }
    others.sort_unstable();
    Ok(others)
}
