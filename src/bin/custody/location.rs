//! Where a bundle and its evidence are when people name only one of them.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use custody::evidence::shown;
use custody::evidence::source::{Source, kind_of};
use custody::record::bundle::Bundle;
use rustix::fs::FileType;

use crate::fault::{fault, fault_with};

const SUFFIX: &str = ".custody.json";

/// `PATH.custody.json` beside PATH.
pub fn default_bundle(path: &Path) -> Option<PathBuf> {
    let mut name = path.file_name()?.to_owned();
    name.push(SUFFIX);
    Some(path.with_file_name(name))
}

/// The bundle a person means: the file named, or the one beside the evidence that was named.
pub fn bundle_of(named: &Path) -> PathBuf {
    if is_bundle_name(named) {
        return named.to_owned();
    }
    default_bundle(named)
        .filter(|beside| beside.exists())
        .unwrap_or_else(|| named.to_owned())
}

fn is_bundle_name(path: &Path) -> bool {
    path.as_os_str().to_string_lossy().ends_with(SUFFIX)
}

/// The thing beside `X.custody.json` whose name is `X`.
fn beside(bundle: &Path) -> Option<PathBuf> {
    let stem = bundle
        .file_name()?
        .as_bytes()
        .strip_suffix(SUFFIX.as_bytes())?;
    (!stem.is_empty()).then(|| bundle.with_file_name(OsStr::from_bytes(stem)))
}

/// The evidence a person means; `None` where it is not at hand and none was named.
pub fn evidence_of(
    bundle_path: &Path,
    bundle: &Bundle,
    named: Option<&Path>,
) -> anyhow::Result<Option<Source>> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => match beside(bundle_path).filter(|path| path.symlink_metadata().is_ok()) {
            Some(path) => path,
            None => return parts_beside(bundle_path, bundle),
        },
    };
    let kind = kind_of(&path)?;
    if bundle.single_file().is_some() {
        // Whatever stands there instead of the file is a finding, not an error.
        return Ok(Some(Source::File(path)));
    }
    match kind {
        FileType::Directory => Ok(Some(Source::Folder(path))),
        FileType::RegularFile | FileType::BlockDevice => match parts_beside(&path, bundle)? {
            Some(parts) => Ok(Some(parts)),
            None => Err(fault_with(
                format!(
                    "{} is a file, and this exhibit is a folder of {} entries",
                    shown(&path),
                    bundle.files.len()
                ),
                "name the folder that was sealed",
            )),
        },
        FileType::Symlink => Err(fault_with(
            format!(
                "{} is a symbolic link, and links are not followed",
                shown(&path)
            ),
            "name the folder it points at",
        )),
        _ => Err(fault(format!(
            "{} is no folder, and this exhibit is one",
            shown(&path)
        ))),
    }
}

/// For things that were sealed side by side: those that are beside this path under their names.
fn parts_beside(path: &Path, bundle: &Bundle) -> anyhow::Result<Option<Source>> {
    if bundle.single_file().is_some() {
        return Ok(None);
    }
    let mut tops = BTreeSet::new();
    for entry in bundle.entries() {
        let raw = entry.path.raw();
        tops.insert(
            raw.split(|&byte| byte == b'/')
                .next()
                .unwrap_or_default()
                .to_vec(),
        );
    }
    let beside = tops
        .into_iter()
        .map(|top| path.with_file_name(OsString::from_vec(top)));
    let parts: Vec<PathBuf> = beside
        .filter(|part| part.symlink_metadata().is_ok())
        .collect();
    Ok((!parts.is_empty()).then_some(Source::Parts(parts)))
}

/// What was named, as it may be shown.
pub fn name_of(source: &Source) -> String {
    match source {
        Source::File(path) | Source::Folder(path) => shown(path),
        Source::Parts(parts) => {
            parts
                .first()
                .and_then(|part| part.parent())
                .map_or_else(String::new, |folder| {
                    shown(if folder.as_os_str().is_empty() {
                        Path::new(".")
                    } else {
                        folder
                    })
                })
        }
    }
}
