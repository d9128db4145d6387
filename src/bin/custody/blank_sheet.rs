//! An empty sheet: every field of an action with what it means, and what a profile asks for.

use std::collections::BTreeMap;

use custody::audit::profile::{Level, Profile, Rule};
use custody::record::fields::{EVENT, own_fields};
use custody::record::shape::{Field, Kind, Shape};
use custody::report::gaps as words;

use crate::sheet::COMPUTED;

/// An empty sheet for an action, each field with what it means; what the profile asks for is explained and marked.
pub fn blank(action: &str, profile: Option<&Profile>) -> String {
    let mut text = format!(
        "# The record of: {action}\n\
         # Take away the # before a line, and fill it in. Leave out what does not apply.\n\
         # What should be known and is not goes under notRecorded, with the reason.\n\
         # Times: \"2026-11-03T13:12:44+04:00\", or in UTC \"2026-11-03T09:12:44Z\". Everything written here is signed, and stays.\n\n"
    );
    let marks = Marks::of(action, profile);
    if let Some(profile) = profile {
        text.push_str(&asked(action, profile));
    }
    let fields: Vec<&Field> = EVENT
        .iter()
        .chain(own_fields(action).unwrap_or_default())
        .filter(|field| !COMPUTED.contains(&field.name) && !matches!(field.kind, Kind::Open))
        // The other side of a hand-over comes from --to.
        // Case and exhibit were fixed by the seal.
        .filter(|field| action == "seal" || !matches!(field.name, "case" | "exhibit"))
        .filter(|field| field.name != "to" || matches!(action, "return" | "dispose"))
        .collect();
    // In TOML, plain values of the top level must come before the first table.
    for field in fields.iter().filter(|field| !is_table(&field.kind)) {
        text.push_str(&plain_line("", field, &marks));
    }
    text.push_str("\n# by: what the identity does not say of the signer\n#[by]\n#rank = \"\"\n");
    text.push_str(&format!("#badge = \"\"{}\n", marks.comment("by.badge")));
    for field in fields.iter().filter(|field| is_table(&field.kind)) {
        text.push_str(&format!("\n# {}: {}\n", field.name, field.meaning));
        table_lines(field.name, &field.kind, &marks, &mut text);
    }
    text.push_str(&marks.extensions());
    text
}

/// What a profile asks for, in its order: first what is needed, then what is better.
fn asked(action: &str, profile: &Profile) -> String {
    let mut text = String::new();
    let heads = [
        (Level::Must, "asks for this; nothing is signed without"),
        (Level::Should, "warns where this is not there"),
    ];
    for (level, head) in heads {
        let rules = profile.of_action(action);
        let rules: Vec<&Rule> = rules.filter(|rule| rule.level == level).collect();
        if !rules.is_empty() {
            text.push_str(&format!("# The profile {} {head}:\n", profile.name));
            for rule in rules {
                text.push_str(&format!("#   {}\n", words::rule(rule)));
            }
            text.push_str("#\n");
        }
    }
    text.push_str(&format!(
        "# Below, what it asks for is marked with [{}]. Where something has no value, a reason will do:\n\
         #   --not-recorded FIELD=\"REASON\", or under notRecorded.\n\n",
        profile.name
    ));
    text
}

/// The marks of a profile: for each field, what stands behind it.
#[derive(Default)]
struct Marks {
    name: String,
    /// By path: whether it must be there, and what is asked for.
    asked: BTreeMap<String, (Level, String)>,
}

impl Marks {
    fn of(action: &str, profile: Option<&Profile>) -> Self {
        let Some(profile) = profile else {
            return Self::default();
        };
        let mut asked: BTreeMap<String, (Level, String)> = BTreeMap::new();
        for rule in profile.of_action(action) {
            for path in rule.alternatives.iter().flatten() {
                let mark = asked
                    .entry(path.plain())
                    .or_insert((rule.level, rule.asks.clone()));
                mark.0 = mark.0.min(rule.level);
            }
        }
        Self {
            name: profile.name.clone(),
            asked,
        }
    }

    fn mark(&self, path: &str) -> String {
        match self.asked.get(path) {
            Some((Level::Must, _)) => format!(" [{}]", self.name),
            Some((Level::Should, _)) => format!(" [{}, better]", self.name),
            None => String::new(),
        }
    }

    fn comment(&self, path: &str) -> String {
        match self.mark(path) {
            mark if mark.is_empty() => mark,
            mark => format!("    #{mark}"),
        }
    }

    /// What the profile asks for beyond the fields of the format.
    fn extensions(&self) -> String {
        let own = self
            .asked
            .iter()
            .filter_map(|(path, (_, asks))| Some((path, path.strip_prefix("ext.")?, asks)));
        let lines: String = own
            .map(|(path, name, asks)| format!("#{name} = \"\"    # {asks}{}\n", self.mark(path)))
            .collect();
        if lines.is_empty() {
            return lines;
        }
        format!("\n# ext: what the profile asks for besides\n#[ext]\n{lines}")
    }
}

fn is_table(kind: &Kind) -> bool {
    match kind {
        Kind::Object(_) => true,
        Kind::List(kind) => is_table(kind),
        _ => false,
    }
}

fn plain_line(within: &str, field: &Field, marks: &Marks) -> String {
    let empty = match field.kind {
        Kind::Integer | Kind::IntegerOrText | Kind::Offset => "0",
        Kind::List(_) | Kind::Ascending(_) => "[\"\"]",
        _ => "\"\"",
    };
    let must = if field.required {
        " (must be there)"
    } else {
        ""
    };
    let mark = marks.mark(&format!("{within}{}", field.name));
    format!(
        "#{} = {empty}    # {}{must}{mark}\n",
        field.name, field.meaning
    )
}

fn table_lines(name: &str, kind: &Kind, marks: &Marks, text: &mut String) {
    let (shape, line) = match kind {
        Kind::Object(shape) => (shape, format!("#[{name}]\n")),
        Kind::List(Kind::Object(shape)) => (shape, format!("#[[{name}]]\n")),
        _ => return,
    };
    let Shape(fields) = shape;
    text.push_str(&line);
    for field in fields.iter().filter(|field| !is_table(&field.kind)) {
        text.push_str(&plain_line(&format!("{name}."), field, marks));
    }
    for field in fields.iter().filter(|field| is_table(&field.kind)) {
        table_lines(&format!("{name}.{}", field.name), &field.kind, marks, text);
    }
}
