//! What a file lies on: whether reading at several places at once helps, or only moves a head to and fro.

use std::path::PathBuf;

use rustix::fs::{major, minor};

/// Whether the disk behind a device number is known to have no moving parts.
///
/// Network and stacked file systems have no such number, and are read in order. A virtual disk calls itself rotating
/// whatever it is made of; that is not counted.
pub fn is_without_moving_parts(device: u64) -> bool {
    let node = PathBuf::from(format!(
        "/sys/dev/block/{}:{}",
        major(device),
        minor(device)
    ));
    let Ok(node) = std::fs::canonicalize(node) else {
        return false;
    };
    let is_virtual = node
        .iter()
        .any(|part| part.as_encoded_bytes().starts_with(b"virtio"));
    // A partition has no queue of its own; the disk above it does.
    let queues = ["queue/rotational", "../queue/rotational"];
    let rotational = queues
        .iter()
        .find_map(|place| std::fs::read_to_string(node.join(place)).ok());
    is_virtual || rotational.is_some_and(|text| text.trim() == "0")
}
