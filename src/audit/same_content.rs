//! Whether two digital seals are of the same content, whatever their cases, exhibits and salts.

use crate::record::bundle::Bundle;
use crate::record::entry::{Entry, Kind};

/// Whether two bundles list the same content. Of two single files the names may differ; of folders they may not. What is
/// hidden, or could not be read, is not known to be the same. Times of change and access rights do not count.
pub fn same_content(one: &Bundle, other: &Bundle) -> bool {
    if let (Some(one), Some(other)) = (one.single_file(), other.single_file()) {
        return is_same(one, other);
    }
    let is_alone = |bundle: &Bundle| bundle.single_file().is_some();
    let all = |bundle: &Bundle| bundle.entries().count() == bundle.files.len();
    !is_alone(one)
        && !is_alone(other)
        && all(one)
        && all(other)
        && one.files.len() == other.files.len()
        && one
            .entries()
            .zip(other.entries())
            .all(|(one, other)| one.path == other.path && is_same(one, other))
}

fn is_same(one: &Entry, other: &Entry) -> bool {
    match (&one.kind, &other.kind) {
        (Kind::File(one), Kind::File(other)) => {
            one.bytes == other.bytes && one.sha256 == other.sha256
        }
        (Kind::Unreadable { .. }, _) => false,
        (one, other) => one == other,
    }
}
