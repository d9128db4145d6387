//! `custody record`: every other act.

use custody::audit::selection::Selection;
use custody::record::json::{Json, Object};
use custody::report::layout::{count, party, safe};

use super::receive::{differing, found, show};
use super::release::receiver;
use crate::act_arguments::Record;
use crate::blank_sheet::blank;
use crate::check::{Wanted, check, open};
use crate::fault::{fault, fault_with};
use crate::identity::must_choose;
use crate::memory::Use;
use crate::retained::Retained;
use crate::world::World;
use crate::{clock, complete, extend, sheet, trust};

/// Acts in which nothing is read.
const WITHOUT_CHECK: [&str; 5] = ["correct", "renew", "return", "dispose", "takeover"];

pub fn run(world: &World, arguments: &Record) -> anyhow::Result<u8> {
    let action = arguments.action.as_str();
    if arguments.sheet.print_sheet {
        let profile = complete::profile(world, arguments.sheet.profile.as_deref())?;
        world.console.print(&blank(action, profile.as_ref()));
        return Ok(0);
    }
    if arguments.evidence.is_some() && WITHOUT_CHECK.contains(&action) {
        return Err(fault_with(
            format!("{action} does not record a check of the evidence"),
            "record the check before, with `custody record BUNDLE verify`",
        ));
    }
    let trust = trust::of_reader(world)?;
    let opened = open(world, &arguments.bundle, &trust, &[], Use::Compare)?;
    let path = opened.path.clone();
    let chain = extend::verified(opened.record.clone(), &path)?;
    world.memory.admit(chain.bundle())?;
    let holder = chain.custody().holder().and_then(|holder| holder.key);
    let own = must_choose(world, arguments.signer.name.as_deref(), holder.as_ref())?;
    let fields = extend::fields(
        world,
        sheet::read(&arguments.sheet, action)?,
        &[
            &[("reason", arguments.reason.as_deref())][..],
            &arguments.act.fields(),
        ]
        .concat(),
    )?;
    let mut predicate = chain.next(action, &own.identity.party(), clock::now()?, &fields);
    match (&arguments.to, action) {
        (Some(to), "takeover") => {
            predicate.set("to", Json::Object(receiver(world, to)?.party().to_object()))
        }
        (None, "takeover") => return Err(fault("--to says who holds the exhibit from now on")),
        (Some(_), _) => {
            return Err(fault_with(
                format!("--to does not go with {action}"),
                "hand-overs are recorded by `custody release`; for return and dispose, the sheet has `to`",
            ));
        }
        (None, _) => {}
    }
    let retained = match (&arguments.retained, action) {
        (Some(named), "return") => {
            let retained = Retained::open(world, named, &trust, chain.bundle())?;
            predicate.set("retained", retained.fields());
            Some(retained)
        }
        (Some(_), _) => return Err(fault(format!("--retained does not go with {action}"))),
        (None, _) => None,
    };
    if action == "renew" {
        predicate.set("covers", Json::Object(chain.covers()));
    }
    extend::admit(&chain, &predicate, &own.identity.party())?;
    let mut expected = predicate.clone();
    if arguments.evidence.is_some() {
        expected.set(
            "checked",
            Json::Object(Object::new().with("mode", Json::text("full"))),
        );
    }
    complete::check(
        world,
        &arguments.sheet,
        &expected,
        Some(chain.last_signed()),
    )?;
    let keys = extend::unlock(world, &chain, &predicate, &own)?;
    if let Some(retained) = retained {
        retained.check(world, &trust)?;
        predicate.set("at", clock::now()?.to_json());
    }
    let mut exit = 0;
    if let Some(evidence) = &arguments.evidence {
        let wanted = Wanted::Evidence {
            named: Some(evidence),
            selection: Selection::default(),
            full: true,
        };
        let done = check(world, opened, &trust, wanted)?;
        let differing = differing(&done.report);
        show(world, &done.report, &differing);
        if !differing.is_empty() && !arguments.with_exceptions {
            return Err(fault_with(
                format!(
                    "{} in what was read, so nothing was recorded",
                    count(differing.len() as u64, "thing differs", "things differ")
                ),
                "look at what was read and at what differs; --with-exceptions records the act and the differences",
            ));
        }
        predicate.set(
            "checked",
            Json::Object(found(&done.report, &differing).to_object()),
        );
        predicate.set("at", clock::now()?.to_json());
        exit = u8::from(!differing.is_empty() || done.report.exit_code() == 1);
    }
    let added = extend::add(world, &path, chain, predicate, &keys, exit)?;
    extend::tell(
        world,
        &added,
        &format!(
            "RECORDED: {} by {}.",
            safe(action),
            party(&own.identity.party())
        ),
    );
    Ok(exit)
}
