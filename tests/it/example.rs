//! The worked example: evidence and keys from which another implementation made the bundles in `tests/vectors/example`.

use std::path::{Path, PathBuf};
use std::process::Command;

use custody::evidence::key_file::SecretKey;
use sha2::{Digest, Sha256};

/// The folder of the worked example.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/example")
}

/// Test key N of the example, public on purpose.
pub fn key(number: u32) -> SecretKey {
    let seed: [u8; 32] = Sha256::digest(format!("custody example key {number}")).into();
    SecretKey::from_seed(&seed)
}

/// Unpacks the evidence of EXH-7 into a folder, times kept, and gives its path.
pub fn exh_7(into: &Path) -> PathBuf {
    let status = Command::new("tar")
        .args(["xpf"])
        .arg(folder().join("EXH-7.tar"))
        .arg("-C")
        .arg(into)
        .status()
        .unwrap();
    assert!(status.success(), "tar could not unpack the example");
    into.join("EXH-7")
}

/// Makes `disk.dd` of the example: 3 MiB + 17 bytes of SHAKE-256, with its time.
pub fn disk_dd(into: &Path) -> PathBuf {
    use shake::{ExtendableOutput, Update, XofReader};
    let mut bytes = vec![0; 3_145_745];
    let mut hasher = shake::Shake256::default();
    hasher.update(b"custody example one-file exhibit");
    hasher.finalize_xof().read(&mut bytes);
    let path = into.join("disk.dd");
    std::fs::write(&path, bytes).unwrap();
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_793_692_800);
    std::fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(time)
        .unwrap();
    path
}

/// The salt of a raw path in the example.
pub fn salt(raw: &[u8]) -> [u8; 16] {
    let mut hasher = Sha256::new();
    hasher.update(b"example salt ");
    hasher.update(raw);
    let digest: [u8; 32] = hasher.finalize().into();
    digest[..16].try_into().unwrap()
}
