//! Where a bundle and its evidence are when people name only one of them.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use custody::evidence::bundle_file::{SUFFIX, is_bundle_name};
use custody::evidence::shown;
use custody::evidence::source::{Source, kind_of, with_name};
use custody::record::bundle::Bundle;
use rustix::fs::FileType;

use crate::fault::fault_with;

/// `PATH.custody.json` beside PATH.
pub fn default_bundle(path: &Path) -> Option<PathBuf> {
    let path = with_name(path);
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

/// The thing beside `X.custody.json` whose name is `X`.
fn beside(bundle: &Path) -> Option<PathBuf> {
    let stem = bundle
        .file_name()?
        .as_bytes()
        .strip_suffix(SUFFIX.as_bytes())?;
    (!stem.is_empty()).then(|| bundle.with_file_name(OsStr::from_bytes(stem)))
}

/// Where the evidence is, as far as one can tell before the bundle is read: what was named, or stands beside it.
pub fn likely_evidence(bundle: &Path, named: Option<&Path>) -> Option<PathBuf> {
    let path = named.map(Path::to_owned).or_else(|| beside(bundle))?;
    Some(with_name(&path))
}

/// The evidence a person means; `None` where it is not at hand and none was named.
pub fn evidence_of(
    bundle_path: &Path,
    bundle: &Bundle,
    named: Option<&Path>,
) -> anyhow::Result<Option<Source>> {
    let default = beside(bundle_path);
    let is_single = bundle.single_file().is_some();
    let Some(path) = named.map(Path::to_owned).or(default) else {
        return Ok(None);
    };
    let path = with_name(&path);
    if named.is_none() && path.symlink_metadata().is_err() {
        // Of several things sealed together, the first gave its name to the bundle; the others may still be there.
        return Ok(if is_single {
            None
        } else {
            parts_beside(&path, bundle)
        });
    }
    let kind = kind_of(&path)?;
    if is_single {
        // Whatever stands there instead of the file is a finding, not an error.
        return Ok(Some(Source::File(path)));
    }
    let inside = || {
        tops(bundle)
            .iter()
            .any(|top| path.join(OsStr::from_bytes(top)).symlink_metadata().is_ok())
    };
    let parts = parts_beside(&path, bundle);
    match (kind, parts) {
        // A folder that was sealed with others beside it, and not one that holds what was sealed.
        (FileType::Directory, Some(parts)) if !inside() => Ok(Some(parts)),
        (FileType::Directory, _) => Ok(Some(Source::Folder(path))),
        (FileType::RegularFile | FileType::BlockDevice, Some(parts)) => Ok(Some(parts)),
        (FileType::Symlink, _) => Err(fault_with(
            format!(
                "{} is a symbolic link, and links are not followed",
                shown(&path)
            ),
            "name the folder it points at",
        )),
        _ => Err(fault_with(
            format!(
                "{} is not what was sealed: {} things, in a folder or side by side",
                shown(&path),
                bundle.files.len()
            ),
            "name the folder that was sealed",
        )),
    }
}

/// The names at the top of an exhibit, raw.
fn tops(bundle: &Bundle) -> BTreeSet<Vec<u8>> {
    let mut tops: Vec<Vec<u8>> = Vec::new();
    for entry in bundle.entries() {
        let raw = entry.path.raw();
        let top = top(&raw);
        // What is in one folder mostly stands together.
        if tops.last().is_none_or(|last| last != top) {
            tops.push(top.to_vec());
        }
    }
    tops.into_iter().collect()
}

fn top(raw: &[u8]) -> &[u8] {
    raw.split(|&byte| byte == b'/').next().unwrap_or_default()
}

/// Where this path names one of several things that were sealed side by side: all of them that are there. Nothing else
/// beside them is looked at.
fn parts_beside(path: &Path, bundle: &Bundle) -> Option<Source> {
    let name = path.file_name()?.as_bytes();
    let is_part = bundle.entries().any(|entry| top(&entry.path.raw()) == name);
    is_part.then_some(())?;
    let beside = tops(bundle)
        .into_iter()
        .map(|top| path.with_file_name(OsString::from_vec(top)));
    let parts: Vec<PathBuf> = beside
        .filter(|part| part.symlink_metadata().is_ok())
        .collect();
    (!parts.is_empty()).then_some(Source::Parts(parts))
}

/// The folders of evidence into which nothing new may be put.
fn folders(source: &Source) -> &[PathBuf] {
    match source {
        Source::File(_) => &[],
        Source::Folder(folder) => std::slice::from_ref(folder),
        Source::Parts(parts) => parts,
    }
}

/// Whether a new file of this name would stand inside the evidence.
pub fn is_inside(path: &Path, source: &Source) -> bool {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let Ok(folder) = std::fs::canonicalize(folder) else {
        return false;
    };
    folders(source).iter().any(|evidence| {
        std::fs::canonicalize(evidence).is_ok_and(|evidence| folder.starts_with(evidence))
    })
}

/// Refuses a page that would be written into the evidence, that which was named or that beside the bundle: the next check
/// would find a file that was never sealed.
pub fn keep_out(
    page: &Path,
    bundle_path: &Path,
    bundle: &Bundle,
    named: Option<&Path>,
) -> anyhow::Result<()> {
    for named in [named, None] {
        // Where the evidence cannot be found, whoever looks at it says so.
        let source = evidence_of(bundle_path, bundle, named).ok().flatten();
        if source.is_some_and(|source| is_inside(page, &source)) {
            return Err(fault_with(
                format!(
                    "{} would be inside the evidence, and the next check would find a file that was not sealed",
                    shown(page)
                ),
                "give a place outside of it",
            ));
        }
    }
    Ok(())
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
