//! Before anything is signed: what a profile asks for and is not there, and what a person should think of again.

use custody::audit::completeness::{
    CLOCK_DIFFERENCE, Gap, ends_after_signing, following, gaps, not_recorded, time_of_act,
};
use custody::audit::privacy::exposed;
use custody::audit::profile::known_name::{is_known, nearest};
use custody::audit::profile::{Level, Profile, is_there};
use custody::evidence::profile_file;
use custody::record::json::{Json, Object, refusal_of};
use custody::record::time::Timestamp;
use custody::report::gaps as words;
use custody::report::language::Language;
use custody::report::layout::{paragraph, safe, short};

use crate::act_arguments::Sheet;
use crate::fault::{Fault, fault, fault_with};
use crate::world::World;

/// The profile that was asked for, or the one of the settings; none where there is neither, or `none` was said.
pub fn profile(world: &World, named: Option<&str>) -> anyhow::Result<Option<Profile>> {
    let named = match named {
        Some(named) => Some(named.to_owned()),
        None => world.home.config()?.profile,
    };
    match named.filter(|named| named != "none") {
        None => Ok(None),
        Some(named) => match profile_file::profile(&world.home, &named) {
            Ok(profile) => Ok(Some(profile)),
            Err(error) => Err(match error.hint() {
                Some(hint) => fault_with(error.to_string(), hint),
                None => fault(error.to_string()),
            }),
        },
    }
}

/// Adds the reasons of `--not-recorded FIELD=REASON`.
pub fn add_reasons(fields: &mut Object, given: &[String]) -> anyhow::Result<()> {
    let mut items = match fields.take("notRecorded") {
        None => Vec::new(),
        Some(Json::Array(items)) => items,
        Some(other) => {
            // What is wrong with it is said when the event is read.
            fields.set("notRecorded", other);
            return Ok(());
        }
    };
    for text in given {
        let wrong = |problem: &str| {
            fault_with(
                format!("--not-recorded {}: {problem}", safe(text)),
                "write it as --not-recorded FIELD=\"REASON\", FIELD as in the sheet: protocol.number",
            )
        };
        let (field, reason) = text.split_once('=').ok_or_else(|| wrong("it has no `=`"))?;
        let (field, reason) = (field.trim(), reason.trim());
        if field.is_empty() || reason.is_empty() {
            return Err(wrong("the field or the reason is empty"));
        }
        for (name, text) in [("field", field), ("reason", reason)] {
            if let Some(problem) = refusal_of(name, text) {
                return Err(wrong(&format!("the {name} {problem}")));
            }
        }
        let item = Object::new().with("field", Json::text(field));
        items.push(Json::Object(item.with("reason", Json::text(reason))));
    }
    if !items.is_empty() {
        fields.set("notRecorded", Json::Array(items));
    }
    Ok(())
}

/// Refuses an event that lacks what the profile asks for, naming all of it at once; then says what else a person should
/// look at. `before`: when the entry before was signed.
pub fn check(
    world: &World,
    sheet: &Sheet,
    event: &Object,
    before: Option<Timestamp>,
) -> anyhow::Result<Option<Profile>> {
    let profile = profile(world, sheet.profile.as_deref())?;
    let unknown = unknown_reasons(profile.as_ref(), event);
    refuse(profile.as_ref(), event, unknown)?;
    if let Some(profile) = &profile {
        for gap in gaps(profile, event) {
            world
                .console
                .warn(&words::recommendation(&profile.name, &gap));
        }
    }
    warn_of_times(world, event, before);
    warn_of_reasons(world, event);
    // Without a profile, what personal data look like anywhere.
    let of_anywhere = || Profile::built_in("generic");
    for found in profile
        .clone()
        .or_else(of_anywhere)
        .map(|profile| exposed(&profile, event))
        .unwrap_or_default()
    {
        world.console.warn(&words::exposed(&found));
    }
    Ok(profile)
}

/// Refuses an event that lacks what the profile asks for, or that would be signed before its act is over.
pub fn demand(profile: Option<&Profile>, event: &Object) -> anyhow::Result<()> {
    refuse(profile, event, Vec::new())
}

/// The same where other things were found wrong: each a line and a hint.
fn refuse(
    profile: Option<&Profile>,
    event: &Object,
    mut wrong: Vec<(String, String)>,
) -> anyhow::Result<()> {
    let mut missing = Vec::new();
    if let Some(profile) = profile {
        missing = gaps(profile, event);
        missing.retain(|gap| gap.level == Level::Must);
        wrong.extend(ends_after_signing(event).map(not_over));
    }
    let action = event.text("action").unwrap_or_default();
    let fault = match (profile, wrong.split_first()) {
        (Some(profile), _) if !missing.is_empty() => {
            let missing: Vec<&Gap> = missing.iter().collect();
            let following = following(profile, event, &missing);
            let mut message = words::refusal(&profile.name, action, &missing, &following);
            for (line, _) in &wrong {
                let line = paragraph("  ", "      ", &format!("besides, {line}"));
                message.push_str(&format!("\n{}", line.trim_end()));
            }
            Fault {
                message,
                hint: Some(words::what_to_do(&profile.name, action, &missing)),
                missing: missing.iter().map(|gap| words::fields(gap)).collect(),
            }
        }
        (_, None) => return Ok(()),
        (_, Some(((first, hint), others))) => {
            let others = others.iter().map(|(line, _)| format!("; {line}"));
            Fault {
                message: format!("nothing was signed: {first}{}", others.collect::<String>()),
                hint: Some(hint.clone()),
                ..Fault::default()
            }
        }
    };
    Err(fault.into())
}

fn not_over(seconds: i64) -> (String, String) {
    let line = format!(
        "the act is said to end {} from now, and nobody can sign for that yet",
        Language::english().duration(seconds)
    );
    let hint = "mostly it is local time with Z behind it: write `occurred` as the clocks there showed it, such as 2026-11-22T18:00:00+04:00; or the clock of this computer is wrong";
    (line, hint.to_owned())
}

/// Reasons for values of fields that no entry can have, and that no rule asks for: nobody would find them there.
fn unknown_reasons(profile: Option<&Profile>, event: &Object) -> Vec<(String, String)> {
    let unknown = not_recorded(event)
        .into_iter()
        .filter(|item| !is_known(item.field, profile));
    unknown
        .map(|item| {
            let meant = nearest(item.field, profile);
            let meant = meant.map_or_else(String::new, |meant| {
                format!(" (nearest to it: `{}`)", safe(&meant))
            });
            let line = format!(
                "`notRecorded` names `{}`, and no entry has such a field{meant}",
                short(item.field, 60)
            );
            let hint = "name the field as in the sheet, protocol.number, or a rule of the profile; --print-sheet prints the form";
            (line, hint.to_owned())
        })
        .collect()
}

fn warn_of_times(world: &World, event: &Object, before: Option<Timestamp>) {
    let at = event.text("at").and_then(|at| Timestamp::parse(at).ok());
    let (Some(at), Some(act)) = (at, time_of_act(event)) else {
        return;
    };
    let ahead = act.seconds_since(at);
    if ahead > 0 {
        world.console.warn(&format!(
            "the act is said to end {} from now: look at `occurred` (`Z` means UTC) and at the clock of this computer",
            Language::english().duration(ahead)
        ));
    }
    let occurred = event.get("occurred").and_then(Json::as_object);
    let time = |name: &str| Timestamp::parse(occurred?.text(name)?).ok();
    if let (Some(start), Some(end)) = (time("start"), time("end"))
        && end.seconds_since(start) < 0
    {
        world
            .console
            .warn("`occurred` ends before it begins: look at its times again");
    }
    let back = before.map_or(0, |before| before.seconds_since(at));
    if back > CLOCK_DIFFERENCE {
        world.console.warn(&format!(
            "the clock of this computer lies {} before the time of the entry before: one of the two clocks is wrong, and the record will show it",
            Language::english().duration(back)
        ));
    }
}

/// A reason why there is no value, beside the value.
fn warn_of_reasons(world: &World, event: &Object) {
    for item in not_recorded(event) {
        if is_there(item.field, event) {
            world.console.warn(&format!(
                "`notRecorded` says why there is no `{}`, and there is one",
                safe(item.field)
            ));
        }
    }
}
