//! `custody receive`: look at what was released, then sign what was found.

use custody::audit::chain::VerifiedChain;
use custody::audit::custody::Custody;
use custody::audit::finding::{Code, Finding, Severity};
use custody::audit::report::Report;
use custody::audit::selection::Selection;
use custody::record::digest::Digest;
use custody::record::event::Checked;
use custody::record::json::{Json, Object};
use custody::report::layout::{count, party};
use custody::report::sentences::{place, sentence};
use custody::report::{result, verification};

use crate::act_arguments::Receive;
use crate::blank_sheet::blank;
use crate::check::{Wanted, check, open};
use crate::fault::fault_with;
use crate::identity::must_choose;
use crate::memory::Use;
use crate::world::World;
use crate::{clock, complete, extend, sheet, trust};

pub fn run(world: &World, arguments: &Receive) -> anyhow::Result<u8> {
    if arguments.sheet.print_sheet {
        let profile = complete::profile(world, arguments.sheet.profile.as_deref())?;
        world.console.print(&blank("receipt", profile.as_ref()));
        return Ok(0);
    }
    let trust = trust::of_reader(world)?;
    let opened = open(world, &arguments.bundle, &trust, &[], Use::Compare)?;
    let path = opened.path.clone();
    let chain = extend::verified(opened.record.clone(), &path)?;
    world.memory.admit(chain.bundle())?;
    let chain_giver = chain.custody().holder().cloned();
    let own = must_choose(
        world,
        arguments.signer.name.as_deref(),
        receiver_key(&chain).as_ref(),
    )?;
    let fields = extend::fields(
        world,
        sheet::read(&arguments.sheet, "receipt")?,
        &[
            &[("note", arguments.note.as_deref())][..],
            &arguments.act.fields(),
        ]
        .concat(),
    )?;
    let mut predicate = chain.next("receipt", &own.identity.party(), clock::now()?, &fields);
    let nothing = Checked {
        mode: "none".to_owned(),
        files: 0,
        bytes: 0,
        failed: Vec::new(),
    };
    let rehearsed = with_outcome(predicate.clone(), "refused", &nothing);
    extend::admit(&chain, &rehearsed, &own.identity.party())?;
    let profile = complete::check(
        world,
        &arguments.sheet,
        &predicate,
        Some(chain.last_signed()),
    )?;
    let keys = extend::unlock(world, &chain, &rehearsed, &own)?;

    let wanted = Wanted::Evidence {
        named: arguments.evidence.as_deref(),
        selection: Selection::default(),
        full: true,
    };
    let done = check(world, opened, &trust, wanted)?;
    let differing = differing(&done.report);
    show(world, &done.report, &differing);
    let outcome = match (
        arguments.refuse,
        arguments.with_exceptions,
        differing.is_empty(),
    ) {
        (true, _, _) => "refused",
        (_, true, false) => "acceptedWithExceptions",
        (_, true, true) | (_, _, true) => "accepted",
        (false, false, false) => {
            return Err(fault_with(
                format!(
                    "{} in what was received, so no acceptance was signed",
                    count(differing.len() as u64, "thing differs", "things differ")
                ),
                "look at what was read and at what differs; then type the same again with --with-exceptions to take it with the differences on record, or with --refuse not to take it",
            ));
        }
    };
    predicate.set("at", clock::now()?.to_json());
    let predicate = with_outcome(predicate, outcome, &found(&done.report, &differing));
    // Whether the evidence was at hand is known only now; where it was not, nothing was read.
    complete::demand(profile.as_ref(), &predicate)?;
    // What differs is on record now, and still differs; what nobody confirmed or looked at stays open. That the exhibit
    // was in transit is over.
    let is_same = differing.is_empty() && done.report.exit_code() != 1;
    let exit = match (is_same, leaves_open(&done.report)) {
        (false, _) => 1,
        (true, true) => 3,
        (true, false) => 0,
    };
    let all = found(&done.report, &differing).mode == "full";
    let added = extend::add(world, &path, chain, predicate, &keys, exit)?;
    let me = party(&own.identity.party());
    let what = match outcome {
        "refused" => format!("REFUSED by {me}. The exhibit stays with the giver."),
        "accepted" if all => format!("RECEIVED by {me}, after hashing all of it again."),
        "accepted" if done.report.evidence.supplied => {
            format!(
                "RECEIVED by {me}, after hashing again what could be compared: {}. The receipt says that it was a part.",
                count(done.report.evidence.files, "file", "files")
            )
        }
        "accepted" => format!(
            "RECEIVED by {me}. THE EVIDENCE ITSELF WAS NOT CHECKED, and the receipt says so."
        ),
        _ => format!("RECEIVED WITH EXCEPTIONS by {me}. The differences are part of the receipt."),
    };
    extend::tell(world, &added, &what);
    let giver = chain_giver.map(|giver| party(&giver)).unwrap_or_default();
    world.console.say(&format!(
        "Send this bundle back to {giver}: a copy that stayed there still says `in transit`."
    ));
    if arguments.refuse && arguments.note.is_none() {
        world
            .console
            .warn("no reason for the refusal was recorded (--note T)");
    }
    Ok(exit)
}

fn receiver_key(chain: &VerifiedChain) -> Option<Digest> {
    match chain.custody() {
        Custody::InTransit { receiver, .. } => receiver.key,
        _ => None,
    }
}

fn with_outcome(predicate: Object, outcome: &str, checked: &Checked) -> Object {
    predicate
        .with("outcome", Json::text(outcome))
        .with("checked", Json::Object(checked.to_object()))
}

/// What keeps a receiver from accepting without a word: what differs, and what could not be read now.
pub fn differing(report: &Report) -> Vec<&Finding> {
    let counts = |finding: &&Finding| {
        // What a takeover left behind in the record is no difference of the evidence.
        (finding.code.severity() == Severity::Change && finding.link.is_none())
            || (finding.code == Code::Unreadable
                && report.evidence.supplied
                && !was_unread(report, finding))
    };
    report.findings.iter().filter(counts).collect()
}

/// Whether an entry was already unreadable when it was sealed: the receiver cannot do better.
fn was_unread(report: &Report, finding: &Finding) -> bool {
    report.record.bundle().entries().any(|entry| {
        Some(&entry.path) == finding.path.as_ref()
            && matches!(entry.kind, custody::record::entry::Kind::Unreadable { .. })
    })
}

/// Whether something stays open, beside that the exhibit is in transit.
fn leaves_open(report: &Report) -> bool {
    let is_open = |finding: &Finding| {
        finding.code.severity() == Severity::Open && finding.code != Code::InTransit
    };
    report.findings.iter().any(is_open)
}

/// What was read and found, for the receipt.
pub fn found(report: &Report, differing: &[&Finding]) -> Checked {
    let all_read = !report.has(Code::Unreadable)
        && !report.has(Code::Hidden)
        && !report.has(Code::NotSupplied);
    let mode = match (report.evidence.supplied, all_read) {
        (false, _) => "none",
        (true, true) => "full",
        (true, false) => "part",
    };
    let failed = differing.iter().filter_map(|finding| {
        Some((
            finding.path.as_ref()?.to_string(),
            finding.code.as_str().to_owned(),
        ))
    });
    Checked {
        mode: mode.to_owned(),
        files: report.evidence.files,
        bytes: report.evidence.bytes,
        failed: failed.collect(),
    }
}

/// What the receiver should see before signing. Where there is more to it than that no change was found, it is told even
/// to those who want no talk: it is the reason for the exit status.
pub fn show(world: &World, report: &Report, differing: &[&Finding]) {
    let is_plain = differing.is_empty() && !leaves_open(report);
    let tell = |line: &str| match is_plain {
        true => world.console.say(line),
        false => world.console.tell(line),
    };
    // That the receipt is not recorded yet goes without saying here.
    for line in result::lines(report)
        .iter()
        .filter(|line| !line.ends_with("receipt is not recorded."))
    {
        tell(line);
    }
    for finding in differing.iter().take(20) {
        tell(&format!(
            "  {}: {} [{}]",
            place(finding),
            sentence(finding),
            finding.code.as_str()
        ));
    }
    if differing.len() > 20 {
        tell(&format!("  … and {} more", differing.len() - 20));
    }
    for signer in report
        .signers
        .iter()
        .filter(|signer| signer.voucher.is_none())
    {
        tell(&format!(
            "  {}",
            verification::signer_text(signer, &report.signers)
        ));
    }
}
