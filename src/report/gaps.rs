//! What a profile asks for and an entry does not say, in words.

use crate::audit::completeness::{Following, Gap};
use crate::audit::privacy::Exposed;
use crate::audit::profile::{Condition, FieldPath, Rule};

use super::language::Language;
use super::layout::{count, paragraph, safe};

/// Words of a condition before the rest is left out.
const WORDS: usize = 5;

/// The fields that would fill a gap: `protocol.number, protocol.date`, `witnesses.name or attachments.sha256 (video)`.
pub fn fields(gap: &Gap) -> String {
    fields_in(Language::english(), gap)
}

/// The same on a page of this language; the names are those of the record.
pub fn fields_in(language: &Language, gap: &Gap) -> String {
    alternatives(language, &gap.alternatives)
}

fn alternatives(language: &Language, alternatives: &[Vec<FieldPath>]) -> String {
    let together = |fields: &Vec<FieldPath>| {
        let fields: Vec<String> = fields.iter().map(field).collect();
        fields.join(", ")
    };
    let alternatives: Vec<String> = alternatives.iter().map(together).collect();
    alternatives.join(language.say("words.or"))
}

fn field(path: &FieldPath) -> String {
    match path.choices().as_slice() {
        [] => path.plain(),
        choices => format!("{} ({})", path.plain(), safe(&choices.join(", "))),
    }
}

/// Why nothing was signed: all that is missing, and all that the answers may bring, each with how to give it.
pub fn refusal(profile: &str, action: &str, missing: &[&Gap], following: &[Following]) -> String {
    let mut text = format!(
        "nothing was signed: the profile {profile} asks for {} that this {} does not say",
        count(missing.len() as u64, "thing", "things"),
        safe(action)
    );
    for gap in missing {
        text.push_str(&asked_for(gap, "", action));
    }
    if !following.is_empty() {
        let more = count(following.len() as u64, "thing", "things");
        text.push_str(&format!(
            "\nand for {more} more where the answers are these:"
        ));
    }
    for next in following {
        let where_asked = format!(
            "{}{}",
            condition("where", &next.when),
            condition("unless", &next.unless)
        );
        text.push_str(&asked_for(&next.gap, &where_asked, action));
    }
    text
}

fn asked_for(gap: &Gap, where_asked: &str, action: &str) -> String {
    let line = format!(
        "{}: {}{where_asked} [{}]",
        fields(gap),
        safe(&gap.asks),
        safe(&gap.source)
    );
    let line = paragraph("  ", "      ", &line);
    let ways = paragraph("      -> ", "         ", &ways(gap, action));
    format!("\n{line}{}", ways.trim_end())
}

/// What a person can do about all of it.
pub fn what_to_do(profile: &str, action: &str, missing: &[&Gap]) -> String {
    let command = match action {
        "seal" | "release" | "withdraw" => action.to_owned(),
        "receipt" => "receive".to_owned(),
        other => format!("record BUNDLE {}", safe(other)),
    };
    let sheet = format!(
        "`custody {command} --print-sheet --profile {profile}` prints a form with all of them"
    );
    match missing.iter().find(|gap| gap.excusable) {
        Some(gap) => format!(
            "{sheet}; what cannot be given needs a reason: --not-recorded {}=\"REASON\", or [[notRecorded]] in the sheet",
            excuse(gap)
        ),
        None => sheet,
    }
}

/// A warning about something that would be better there.
pub fn recommendation(profile: &str, gap: &Gap) -> String {
    format!(
        "the profile {profile} would rather have {}: {}",
        fields(gap),
        safe(&gap.asks)
    )
}

/// A warning that does not repeat what it warns of.
pub fn exposed(exposed: &Exposed) -> String {
    format!(
        "`{}` holds what looks like {}; many people read a bundle, and what is signed stays: personal data belong in the official record",
        safe(&exposed.field),
        safe(&exposed.looks)
    )
}

/// One rule, for the person who fills in a sheet.
pub fn rule(rule: &Rule) -> String {
    format!(
        "{}: {}{}{} [{}]",
        alternatives(Language::english(), &rule.alternatives),
        safe(&rule.asks),
        condition("where", &rule.when),
        condition("unless", &rule.unless),
        safe(&rule.source)
    )
}

/// Where a rule is one: `, where item.kind says device, medium`.
fn condition(word: &str, condition: &Option<Condition>) -> String {
    match condition {
        None => String::new(),
        Some(Condition {
            field: path,
            form: Some(form),
            ..
        }) => format!(
            ", {word} {} has the form {}",
            field(path),
            safe(form.as_str())
        ),
        Some(Condition {
            field: path, holds, ..
        }) if holds.is_empty() => {
            format!(", {word} {} is there", field(path))
        }
        Some(Condition {
            field: path, holds, ..
        }) => {
            let more = if holds.len() > WORDS { ", …" } else { "" };
            let holds: Vec<String> = holds.iter().take(WORDS).map(|word| safe(word)).collect();
            format!(", {word} {} says {}{more}", field(path), holds.join(", "))
        }
    }
}

/// Under which name a reason can be given: the field where it is one, else the rule.
fn excuse(gap: &Gap) -> String {
    match gap.alternatives.as_slice() {
        [fields] => match fields.as_slice() {
            [path] if path.choices().is_empty() => path.plain(),
            _ => gap.rule.clone(),
        },
        _ => gap.rule.clone(),
    }
}

/// How to give what is missing.
fn ways(gap: &Gap, action: &str) -> String {
    let mut ways: Vec<String> = Vec::new();
    for path in gap.alternatives.iter().flatten() {
        let way = way(path, action);
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    let ways = ways.join("; ");
    if gap.excusable {
        format!("{ways}; or --not-recorded {}=\"REASON\"", excuse(gap))
    } else {
        format!("{ways}; a reason cannot stand for it")
    }
}

fn way(path: &FieldPath, action: &str) -> String {
    let plain = path.plain();
    let flag = match (plain.as_str(), action) {
        ("case", "seal") => "--case N",
        ("description", _) => "--description T",
        ("place", _) => "--place T",
        ("note", "receipt") => "--note T",
        ("reason", "seal" | "receipt") => "`reason` in the sheet",
        ("reason", _) => "--reason T",
        ("retained.exhibit" | "retained.seal" | "retained.sha256", "return") => {
            "--retained with the bundle of the copy, which is then hashed"
        }
        ("checked", _) => "name the evidence behind the action",
        ("by.agency" | "by.role" | "by.name", _) => {
            "it comes from the identity: `custody key new` makes one that has it, --key NAME chooses it"
        }
        _ => return in_sheet(&plain),
    };
    flag.to_owned()
}

/// Where in the sheet a field stands.
fn in_sheet(plain: &str) -> String {
    const LISTS: [&str; 6] = [
        "seals",
        "tools",
        "present",
        "witnesses",
        "attachments",
        "countersigned",
    ];
    match plain.rsplit_once('.') {
        None => format!("`{plain}` in the sheet"),
        Some((table, name)) if LISTS.contains(&table) || table == "acquisition.declared" => {
            format!("`{name}` under [[{table}]] in the sheet")
        }
        Some((table, name)) => format!("`{name}` under [{table}] in the sheet"),
    }
}
