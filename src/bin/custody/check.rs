//! One check: a bundle read and judged, the evidence looked at. `verify`, `summary`, `receive` and `record` share it.

use std::cell::Cell;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use custody::audit::chain::{JudgedRecord, judge};
use custody::audit::comparison::Comparison;
use custody::audit::finding::{Code, Detail, Finding, Severity};
use custody::audit::inventory::Inventory;
use custody::audit::report::Report;
use custody::audit::selection::Selection;
use custody::audit::trust::Trust;
use custody::evidence::bundle_file::{BundleFileError, is_bundle_name, load_seen};
use custody::evidence::early_start::EarlyStart;
use custody::evidence::inventory::{InventoryError, Look, Tasks, Unread, take};
use custody::evidence::shown;
use custody::evidence::source::Source;
use custody::record::bundle::Bundle;
use custody::record::card::Expected;
use custody::record::time::Timestamp;

use crate::bar::Bar;
use crate::clock;
use crate::fault::fault_with;
use crate::location::{bundle_of, default_bundle, evidence_of, likely_evidence, name_of};
use crate::memory::Use;
use crate::resumption::partial_path;
use crate::world::World;

/// A bundle, read and judged.
pub struct Opened {
    /// Where it is.
    pub path: PathBuf,
    pub record: JudgedRecord,
}

/// Reads a bundle, or the one beside the evidence that was named, and judges its record, as far as `memory` says
/// against what this machine has seen.
pub fn open(
    world: &World,
    named: &Path,
    trust: &Trust,
    expected: &[Expected],
    memory: Use,
) -> anyhow::Result<Opened> {
    let Loaded { path, bundle, .. } = read(named)?;
    let mut record = judge(bundle, trust, expected);
    if memory == Use::Compare {
        record = recalled(world, record, trust);
    }
    Ok(Opened { path, record })
}

/// The record, held against what this machine has seen. As of a time that was named, only what was named counts.
fn recalled(world: &World, record: JudgedRecord, trust: &Trust) -> JudgedRecord {
    match trust.as_of() {
        None => world.memory.judge(&world.console, record),
        Some(_) => record,
    }
}

/// Where nothing is found, says where it was looked for.
fn not_found(named: &Path, error: BundleFileError) -> anyhow::Error {
    let is_missing = matches!(&error, BundleFileError::Refused { error, .. } if error.kind() == ErrorKind::NotFound);
    let is_none = matches!(
        &error,
        BundleFileError::TooLarge { .. } | BundleFileError::NoBundle { .. }
    );
    match default_bundle(named) {
        // The evidence was named, and there is no bundle beside it.
        Some(beside) if is_none && !is_bundle_name(named) => fault_with(
            format!(
                "there is no bundle {}, and {} is none itself ({error})",
                shown(&beside),
                shown(named)
            ),
            if partial_path(&beside).exists() {
                "a seal of it was interrupted: give the same `custody seal` command again"
            } else {
                "seals put theirs beside the evidence, unless -o says where"
            },
        ),
        Some(beside) if is_missing && !is_bundle_name(named) => fault_with(
            error.to_string(),
            format!(
                "neither {} is there, nor a bundle {}; seals put theirs beside the evidence, unless -o says where",
                shown(named),
                shown(&beside)
            ),
        ),
        Some(_) if is_missing => fault_with(
            error.to_string(),
            "looked for the bundle of this very name: is it in another folder?",
        ),
        _ => error.into(),
    }
}

/// What to look at.
pub enum Wanted<'a> {
    /// The record alone.
    Record,
    /// The evidence too, where it is at hand or named.
    Evidence {
        named: Option<&'a Path>,
        selection: Selection,
        full: bool,
    },
}

/// A check, done.
pub struct Checked {
    pub report: Report,
    /// What was found, where someone looked.
    pub inventory: Option<Inventory>,
    /// The evidence that was looked at, as it may be shown.
    pub evidence: Option<String>,
}

/// A bundle that is read, and not judged yet: that can be done while the evidence is read.
pub struct Loaded {
    /// Where it is.
    pub path: PathBuf,
    pub bundle: Arc<Bundle>,
    /// The folder of the evidence, where someone has begun with it already.
    pub early: Option<EarlyStart>,
}

/// Reads a bundle, or the one beside the evidence that was named.
pub fn read(named: &Path) -> anyhow::Result<Loaded> {
    read_seen(named, |_| ())
}

/// The same, where somebody looks at the very bytes that are judged.
pub fn read_seen(named: &Path, look: impl FnOnce(&[u8])) -> anyhow::Result<Loaded> {
    let path = bundle_of(named);
    let bundle = load_seen(&path, look).map_err(|error| not_found(named, error))?;
    let bundle = Arc::new(bundle);
    Ok(Loaded {
        path,
        bundle,
        early: None,
    })
}

/// Begins with the evidence that will be looked at, where the bundle is so large that reading it takes a while. Its names
/// are listed; its files are read only where all of them will be.
pub fn start_early(
    world: &World,
    bundle: &Path,
    evidence: Option<&Path>,
    reads: bool,
) -> Option<EarlyStart> {
    let path = bundle_of(bundle);
    let is_large = std::fs::metadata(&path).is_ok_and(|facts| facts.len() >= LARGE);
    let folder = is_large.then(|| likely_evidence(&path, evidence))??;
    EarlyStart::begin(&folder, world.engine, reads)
}

/// A smaller bundle is read sooner than a thread has begun.
const LARGE: u64 = 1 << 20;

/// Fewer entries are judged sooner than a thread has begun.
const MANY_ENTRIES: usize = 500;

impl Loaded {
    /// Looks at what is wanted while the record is judged, and reports.
    pub fn check(
        self,
        world: &World,
        trust: &Trust,
        expected: &[Expected],
        wanted: Wanted<'_>,
    ) -> anyhow::Result<Checked> {
        let Self {
            path,
            bundle,
            early,
        } = self;
        let judge = || judge(Arc::clone(&bundle), trust, expected);
        if bundle.files.len() < MANY_ENTRIES {
            let record = recalled(world, judge(), trust);
            return check(world, Opened { path, record }, trust, wanted);
        }
        let (record, examined) = std::thread::scope(|scope| {
            let judging = scope.spawn(judge);
            let examined = Examined::of(world, &path, &bundle, wanted, early);
            let record = judging
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (record, examined)
        });
        drop(bundle);
        report(recalled(world, record, trust), trust, examined?)
    }
}

/// Looks at what is wanted, and reports.
pub fn check(
    world: &World,
    opened: Opened,
    trust: &Trust,
    wanted: Wanted<'_>,
) -> anyhow::Result<Checked> {
    let examined = Examined::of(world, &opened.path, opened.record.bundle(), wanted, None)?;
    report(opened.record, trust, examined)
}

/// The evidence that was looked at, where there was some to look at.
struct Examined {
    source: Source,
    inventory: Inventory,
    selection: Selection,
    full: bool,
}

impl Examined {
    fn of(
        world: &World,
        path: &Path,
        bundle: &Bundle,
        wanted: Wanted<'_>,
        early: Option<EarlyStart>,
    ) -> anyhow::Result<Option<Self>> {
        let Wanted::Evidence {
            named,
            selection,
            full,
        } = wanted
        else {
            return Ok(None);
        };
        let Some(source) = evidence_of(path, bundle, named)? else {
            return Ok(None);
        };
        refuse_bundle(path, &source)?;
        let inventory = look(world, bundle, &source, &selection, full, early)?;
        Ok(Some(Self {
            source,
            inventory,
            selection,
            full,
        }))
    }
}

fn report(
    record: JudgedRecord,
    trust: &Trust,
    examined: Option<Examined>,
) -> anyhow::Result<Checked> {
    let now = time_of(trust)?;
    let Some(examined) = examined else {
        return Ok(Checked {
            report: Report::of_record(record, trust, now),
            inventory: None,
            evidence: None,
        });
    };
    let Examined {
        source,
        inventory,
        selection,
        full,
    } = examined;
    let mut report = Report::of_evidence(record, &inventory, &selection, full, trust, now);
    report.evidence.by_name = matches!(source, Source::Parts(_));
    Ok(Checked {
        report,
        inventory: Some(inventory),
        evidence: Some(name_of(&source)),
    })
}

/// The time of a check: the one that was named, or now.
fn time_of(trust: &Trust) -> anyhow::Result<Timestamp> {
    trust.as_of().map_or_else(clock::now, Ok)
}

fn look(
    world: &World,
    bundle: &Bundle,
    source: &Source,
    selection: &Selection,
    full: bool,
    early: Option<EarlyStart>,
) -> Result<Inventory, InventoryError> {
    let comparison = Comparison::with(bundle, selection, full);
    let task = |path: &custody::record::path::PathText| comparison.task(path);
    let selected = bundle
        .entries()
        .filter(|entry| selection.covers(&entry.path));
    let bytes = selected
        .filter_map(|entry| Some(entry.file()?.bytes))
        .fold(0, u64::saturating_add);
    world.interrupt.during(|flag| {
        let mut bar = Bar::new(&world.console, flag);
        take(
            source,
            &Look {
                tasks: Tasks::ByName {
                    task: &task,
                    bytes,
                    early: Cell::new(early),
                },
                engine: world.engine,
                others: &[],
                unread: Unread::Note,
                partial: None,
            },
            &mut bar,
        )
    })
}

/// Reads a source a second time, whole, and says what is not as it was sealed a moment ago.
pub fn reread(
    world: &World,
    bundle: &Bundle,
    source: &Source,
) -> Result<Vec<Finding>, InventoryError> {
    let all = Selection::default();
    let inventory = look(world, bundle, source, &all, true, None)?;
    let compared = Comparison::with(bundle, &all, true).compare(&inventory);
    let findings = compared.findings.into_iter();
    Ok(findings.filter(differs).collect())
}

/// What was sealed and is now another, or can no longer be read.
fn differs(finding: &Finding) -> bool {
    let is_unread_now =
        finding.code == Code::Unreadable && matches!(finding.detail, Detail::Text(_));
    finding.code.severity() == Severity::Change || is_unread_now
}

/// The bundle is never evidence of its own exhibit: someone has typed the two in the wrong order.
fn refuse_bundle(bundle: &Path, source: &Source) -> anyhow::Result<()> {
    let same = |path: &Path| match (std::fs::metadata(bundle), std::fs::symlink_metadata(path)) {
        (Ok(bundle), Ok(path)) => (bundle.dev(), bundle.ino()) == (path.dev(), path.ino()),
        _ => false,
    };
    match source {
        Source::File(path) if same(path) => Err(fault_with(
            format!("{} is the bundle itself, not the evidence", shown(path)),
            "the bundle comes first, the evidence behind it",
        )),
        _ => Ok(()),
    }
}
