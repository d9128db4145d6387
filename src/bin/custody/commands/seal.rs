//! `custody seal`: hash evidence, and sign what was found.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use custody::audit::declared::{Declared, Standing, declared};
use custody::audit::inventory::{FoundKind, Inventory};
use custody::audit::sealing::{Sealing, task};
use custody::evidence::bundle_file::{BundleFileError, create};
use custody::evidence::inventory::{Look, Tasks, Unread, take};
use custody::evidence::partial_seal::PartialSeal;
use custody::evidence::shown;
use custody::evidence::source::{Source, kind_of, with_name};
use custody::record::digest::hex_text;
use custody::record::event::Event;
use custody::record::json::{Json, Object, refusal_of};
use custody::record::path::escape;
use custody::report::declared::{self as shown_number, Number};
use custody::report::layout::{NOT_RECORDED, count, key, party, safe};
use custody::report::sentences::{place, sentence};
use rustix::fs::FileType;
use serde::Serialize;

use crate::act_arguments::Seal;
use crate::bar::Bar;
use crate::blank_sheet::blank;
use crate::chance::Chance;
use crate::check::reread;
use crate::check_numbers::others;
use crate::fault::{fault, fault_with, unsigned};
use crate::identity::choose_or_prepare;
use crate::keys::Keys;
use crate::location::{default_bundle, is_inside};
use crate::world::World;
use crate::{clock, complete, extend, resumption, sheet, trust};

#[derive(Serialize)]
struct Sealed {
    format: &'static str,
    exit: u8,
    bundle: String,
    case: String,
    exhibit: String,
    entries: usize,
    files: u64,
    bytes: u64,
    unread: Vec<String>,
    key: String,
    head: String,
    card: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    declared: Vec<Number>,
}

pub fn run(world: &World, arguments: &Seal) -> anyhow::Result<u8> {
    if arguments.sheet.print_sheet {
        let profile = complete::profile(world, arguments.sheet.profile.as_deref())?;
        world.console.print(&blank("seal", profile.as_ref()));
        return Ok(0);
    }
    let source = Source::to_seal(&arguments.paths)?;
    let output = output(arguments, &source)?;
    let others = others(&arguments.also)?;
    let fields = extend::fields(
        world,
        sheet::read(&arguments.sheet, "seal")?,
        &[
            ("description", arguments.description.as_deref()),
            ("place", arguments.place.as_deref()),
        ],
    )?;
    let (case, exhibit, fields) = names(world, arguments, fields)?;
    let own = choose_or_prepare(world, arguments.signer.name.as_deref())?;
    let trust = trust::of_reader(world)?;
    trust::warn_of_key(world, &trust, &own.identity.id(), &own.identity.name)?;
    // A form that cannot be signed is refused before hours of hashing.
    let rehearsed = rehearse(&own.identity.party(), &case, &exhibit, &fields)?;
    complete::check(world, &arguments.sheet, &rehearsed, None)?;
    let keys = Keys::unlock(world, &own, &rehearsed)?;
    let partial = resumption::open(world, &output)?;
    let inventory = look(
        world,
        &source,
        &others,
        arguments.allow_unread,
        partial.as_ref(),
    )
    .map_err(|error| resumption::explain(error, &output, partial.as_ref()))?;
    if inventory.found.is_empty() {
        return Err(fault("the folder is empty: there is nothing to seal"));
    }
    // Nothing is left that could be refused but by the disk; and no bundle may be without its key.
    own.keep(world)?;
    let mut chance = Chance::draw(inventory.found.len())?;
    let is_single =
        matches!(source, Source::File(_)) && matches!(inventory.found[0].kind, FoundKind::File(_));
    let listing_salt = if is_single {
        None
    } else {
        Some(hex_text(&chance.listing_salt))
    };
    let sealing = Sealing {
        by: own.identity.party(),
        at: clock::now()?,
        case,
        exhibit,
        fields,
        listing_salt,
        salts: &mut |_| chance.next(),
    };
    let bundle = sealing
        .seal(&inventory, &keys.signers())
        .map_err(unsigned)?;
    let has_unread = !unread(&inventory).is_empty();
    // A million entries need not stand in memory three times.
    drop(inventory);
    // From here on it is a matter of moments, and nothing is to be left half-done.
    world.interrupt.during(|_| create(&output, &bundle))?;
    resumption::end(world, &output, partial);
    world.memory.remember(&world.console, &bundle);
    warn_alike(world, &bundle);
    let differing = if arguments.reread {
        reread(world, &bundle, &source)?
    } else {
        Vec::new()
    };
    for finding in &differing {
        world.console.warn(&format!(
            "on a second reading, {}: {}",
            place(finding),
            sentence(finding)
        ));
    }
    let numbers = declared(&bundle);
    let agrees = |number: &Declared| number.standing != Standing::Differs;
    let is_as_expected = differing.is_empty() && numbers.iter().all(agrees);
    let exit = match (is_as_expected, has_unread) {
        (false, _) => 1,
        (true, true) => 3,
        (true, false) => 0,
    };
    tell(world, &output, &bundle, &own.identity, &numbers, exit);
    if arguments.reread && differing.is_empty() {
        world.console.say("Read a second time: the same.");
    }
    Ok(exit)
}

/// Where the bundle goes; said before hours of hashing if it cannot go there.
fn output(arguments: &Seal, source: &Source) -> anyhow::Result<PathBuf> {
    let first = &arguments.paths[0];
    let path = match &arguments.output {
        Some(path) => path.clone(),
        None if kind_of(first)? == FileType::BlockDevice => {
            return Err(fault_with(
                format!(
                    "{} is a device, and a bundle beside it would be lost",
                    shown(first)
                ),
                "say where the bundle goes with -o BUNDLE",
            ));
        }
        None => default_bundle(first)
            .ok_or_else(|| fault(format!("{} has no name of its own", shown(first))))?,
    };
    if path.symlink_metadata().is_ok() {
        return Err(BundleFileError::Exists { path }.into());
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let folder = std::fs::canonicalize(folder).map_err(|error| BundleFileError::Refused {
        action: "writing",
        path: path.clone(),
        error,
    })?;
    if is_inside(&path, source) {
        return Err(fault_with(
            format!(
                "the bundle {} would be inside the folder that is sealed",
                shown(&path)
            ),
            "give a place outside of it with -o BUNDLE",
        ));
    }
    tempfile::Builder::new()
        .prefix(".custody-")
        .tempfile_in(&folder)
        .map_err(|error| BundleFileError::Refused {
            action: "writing",
            path: path.clone(),
            error,
        })?;
    Ok(path)
}

/// Case and exhibit: from the flags, the sheet, or what stands for nothing.
fn names(
    world: &World,
    arguments: &Seal,
    mut fields: Object,
) -> anyhow::Result<(String, String, Object)> {
    let mut given = |name: &str, flag: &Option<String>| match (flag.clone(), fields.take(name)) {
        (Some(flag), _) => Some(flag),
        (None, Some(Json::Text(text))) => Some(text),
        _ => None,
    };
    let (case, exhibit) = (
        given("case", &arguments.case),
        given("exhibit", &arguments.exhibit),
    );
    let case = case.unwrap_or_else(|| {
        world
            .console
            .warn("no case number was given (--case N): the record will say `not recorded`");
        NOT_RECORDED.to_owned()
    });
    let exhibit = match exhibit {
        Some(exhibit) => exhibit,
        None => {
            let name = with_name(&arguments.paths[0]);
            let name = escape(name.file_name().unwrap_or_default().as_bytes());
            world.console.warn(&format!(
                "no exhibit number was given (--exhibit N): the record will say `{name}`"
            ));
            name
        }
    };
    for (name, text) in [("case", &case), ("exhibit", &exhibit)] {
        if text.trim().is_empty() {
            return Err(fault(format!("--{name} is empty")));
        }
        // The name of the listing is made from the exhibit's.
        let longest = format!("{text}.sha256sums");
        if let Some(problem) = refusal_of(name, &longest) {
            return Err(fault(format!("--{name} {problem}")));
        }
    }
    Ok((case, exhibit, fields))
}

/// Makes the event without its manifest's numbers, to see whether it can be recorded.
fn rehearse(
    by: &custody::record::event::Party,
    case: &str,
    exhibit: &str,
    fields: &Object,
) -> anyhow::Result<Object> {
    let mut predicate =
        custody::audit::sealing::begin("seal", by, clock::now()?, case, exhibit, fields);
    let zero = custody::record::digest::Digest::ZERO;
    let place = custody::record::predicate::Place {
        seq: 0,
        prev: zero,
        seal: None,
    };
    predicate.set("chain", place.to_json());
    let manifest = Object::new()
        .with("root", zero.to_json())
        .with("entries", Json::Integer(0));
    predicate.set(
        "manifest",
        Json::Object(
            manifest
                .with("files", Json::Integer(0))
                .with("bytes", Json::Integer(0)),
        ),
    );
    let (_, unknown) = Event::from_predicate(&predicate)
        .map_err(|error| fault(format!("this seal cannot be recorded: {error}")))?;
    match unknown.first() {
        Some(field) => Err(fault_with(
            format!("the record has no field `{}` for a seal", safe(field)),
            "see the empty form that `custody seal --print-sheet` prints",
        )),
        None => Ok(predicate),
    }
}

fn look(
    world: &World,
    source: &Source,
    others: &[custody::evidence::cross_reference::CrossReference],
    allow_unread: bool,
    partial: Option<&PartialSeal>,
) -> anyhow::Result<Inventory> {
    let unread = if allow_unread {
        Unread::Record
    } else {
        Unread::Refuse
    };
    let inventory = world.interrupt.during(|flag| {
        let mut bar = Bar::new(&world.console, flag);
        take(
            source,
            &Look {
                tasks: Tasks::BySize(&|_, bytes| Some(task(bytes))),
                engine: world.engine,
                others,
                unread,
                partial,
            },
            &mut bar,
        )
    })?;
    Ok(inventory)
}

fn unread(inventory: &Inventory) -> Vec<String> {
    let unread = inventory
        .found
        .iter()
        .filter(|found| matches!(found.kind, FoundKind::Unreadable { .. }));
    unread.map(|found| found.path.to_string()).collect()
}

/// Names that would merge on another system are both sealed; whoever seals should know.
fn warn_alike(world: &World, bundle: &custody::record::bundle::Bundle) {
    for finding in custody::audit::manifest::names_alike(bundle) {
        world
            .console
            .warn(&format!("{}: {}", place(&finding), sentence(&finding)));
    }
}

fn tell(
    world: &World,
    output: &Path,
    bundle: &custody::record::bundle::Bundle,
    identity: &custody::record::identity::Identity,
    numbers: &[Declared],
    exit: u8,
) {
    use custody::record::entry::Kind;
    let unread: Vec<String> = bundle
        .entries()
        .filter(|entry| matches!(entry.kind, Kind::Unreadable { .. }))
        .map(|entry| entry.path.to_string())
        .collect();
    let sizes = bundle
        .entries()
        .filter_map(|entry| entry.file())
        .map(|facts| facts.bytes);
    let (files, bytes) = sizes.fold((0, 0), |(files, bytes), size| (files + 1, bytes + size));
    let event = bundle.chain[0].event();
    let card = bundle.card();
    let sealed = Sealed {
        format: "custody-sealed/v1",
        exit,
        bundle: shown(output),
        case: safe(&event.case),
        exhibit: safe(&event.exhibit),
        entries: bundle.files.len(),
        files,
        bytes,
        unread,
        key: identity.id().to_string(),
        head: card.head.to_string(),
        card: card.to_string(),
        declared: numbers.iter().map(Number::of).collect(),
    };
    let mut words = format!(
        "DIGITALLY SEALED: {}, {}.\n  exhibit     {}, case {}\n  by          {}, key {}\n  bundle      {}\n  record code {}\n  {card}\n",
        count(files, "file", "files"),
        count(bytes, "byte", "bytes"),
        sealed.exhibit,
        sealed.case,
        party(&identity.party()),
        key(&identity.id()),
        sealed.bundle,
        card.head.in_groups(8),
    );
    if !sealed.unread.is_empty() {
        words.push_str(&format!(
            "  NOT READ: {}; the seal names them, and they can never be checked\n",
            count(sealed.unread.len() as u64, "entry", "entries")
        ));
    }
    for number in numbers {
        words.push_str(&shown_number::line(number));
    }
    words.push_str("Write the record code into the official record now: it shows later that this is the seal that was made now.\n");
    words.push_str(
        "Keep the bundle with the evidence, and a copy elsewhere. `custody verify` checks both.\n",
    );
    world.console.print_either(&sealed, &words);
}
