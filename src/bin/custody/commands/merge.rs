//! `custody merge`: the later entries and the time stamps of another copy are taken into one's own.

use std::path::Path;

use custody::audit::chain::VerifiedChain;
use custody::audit::finding::{Code, Finding};
use custody::audit::merging::{Merged, Unmerged, merge};
use custody::audit::trust::Trust;
use custody::evidence::bundle_file::LockedBundle;
use custody::evidence::shown;
use custody::report::comparison::Comparison;
use custody::report::layout::{count, paragraph};
use custody::report::sentences::sentence;
use serde::Serialize;

use crate::arguments::Merge;
use crate::check::{Opened, open};
use crate::extend;
use crate::fault::fault;
use crate::memory::{Use, not_to_be_extended};
use crate::world::World;

#[derive(Serialize)]
struct MergedDocument {
    format: &'static str,
    exit: u8,
    bundle: String,
    /// How many links were taken.
    links: u64,
    /// How many time stamps were taken.
    timestamps: u64,
    /// How many were not, because they do not hold.
    unsound: u64,
    head: String,
    card: String,
}

pub fn run(world: &World, arguments: &Merge) -> anyhow::Result<u8> {
    // An older copy is what is merged: what this machine has seen is compared with what comes out.
    let open = |named| open(world, named, &Trust::default(), &[], Use::Leave);
    let (mine, theirs) = (open(&arguments.mine)?, open(&arguments.theirs)?);
    let names = [shown(&mine.path), shown(&theirs.path)];
    let comparison = Comparison::new([&names[0], &names[1]], [&mine.record, &theirs.record]);
    let (page, document) = (comparison.text(), comparison.document());
    let own = extend::verified(mine.record.clone(), &mine.path)?;
    let other = extend::verified(theirs.record.clone(), &theirs.path)?;
    let done = world
        .interrupt
        .during(|_| take(world, &mine.path, own, &other))?;
    let Some(merged) = done else {
        // They part: which of them stands is for the people who signed to say.
        let words = format!("NOTHING WAS TAKEN.\n{page}");
        world.console.print_either(&document, &words);
        return Ok(comparison.exit_code());
    };
    tell(world, &mine, &merged);
    Ok(0)
}

/// Takes what is new, and writes it. `None` where the two chains part.
fn take(
    world: &World,
    path: &Path,
    own: VerifiedChain,
    other: &VerifiedChain,
) -> anyhow::Result<Option<Merged>> {
    let held = world.memory.hold(other.bundle())?;
    let locked = LockedBundle::lock(path, own.bundle())?;
    let merged = match merge(own, other) {
        Ok(merged) => merged,
        Err(Unmerged::Apart(_)) => return Ok(None),
        Err(Unmerged::Unfit(findings)) => {
            let sentences: Vec<String> = findings.iter().map(sentence).collect();
            return Err(fault(format!(
                "the two do not fit together, and nothing was taken: {}",
                sentences.join("; ")
            )));
        }
    };
    let differs = world.memory.differs(merged.chain.bundle());
    let forked = |finding: &&Finding| finding.code == Code::Forked;
    if let Some(fork) = differs.iter().find(forked) {
        return Err(not_to_be_extended(fork));
    }
    if let Some(finding) = differs.first() {
        world.console.warn(&sentence(finding));
    }
    if merged.links + merged.timestamps > 0 {
        locked.replace(&merged.chain)?;
    }
    world
        .memory
        .remember_held(&world.console, held, merged.chain.bundle());
    Ok(Some(merged))
}

fn tell(world: &World, mine: &Opened, merged: &Merged) {
    let card = merged.chain.bundle().card();
    let document = MergedDocument {
        format: "custody-merged/v1",
        exit: 0,
        bundle: shown(&mine.path),
        links: merged.links,
        timestamps: merged.timestamps,
        unsound: merged.unsound,
        head: card.head.to_string(),
        card: card.to_string(),
    };
    if merged.unsound > 0 {
        world.console.warn(&format!(
            "{} of the other copy left out: what does not hold, or is over another event, would spoil this copy, too",
            count(merged.unsound, "time stamp", "time stamps")
        ));
    }
    let what = if merged.links + merged.timestamps == 0 {
        "NOTHING TO TAKE. The other copy has no event and no time stamp to take that is not here."
            .to_owned()
    } else {
        format!(
            "MERGED. {} and {} taken from the other copy.",
            count(merged.links, "event", "events"),
            count(merged.timestamps, "time stamp", "time stamps")
        )
    };
    let words = format!(
        "{}  {} in {}\n  record code {}\n  {card}\n",
        paragraph("", "  ", &what),
        count(card.seq + 1, "event", "events"),
        document.bundle,
        card.head.in_groups(8),
    );
    world.console.print_either(&document, &words);
}
