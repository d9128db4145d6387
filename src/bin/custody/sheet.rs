//! The sheet: the other fields of an entry, as a form to fill in.

use std::io::Read;
use std::path::Path;

use custody::evidence::shown;
use custody::record::json::{Json, Object, is_field_name, refusal_of};
use custody::report::layout::safe;
use toml::Value;

use crate::arguments::Sheet;
use crate::complete::add_reasons;
use crate::fault::{fault, fault_with, refused};
use crate::sheet_values;

/// The most bytes a sheet may have.
const MAX_SHEET: u64 = 1 << 20;

/// What the program fills in itself, whatever the sheet says.
pub const COMPUTED: [&str; 9] = [
    "action", "at", "by", "chain", "covers", "manifest", "checked", "outcome", "unread",
];

/// The fields of the sheet that was named; none where none was.
pub fn read(sheet: &Sheet, action: &str) -> anyhow::Result<Object> {
    let mut fields = match &sheet.sheet {
        None => Object::new(),
        Some(path) => fields_in(path, action)?,
    };
    add_reasons(&mut fields, &sheet.not_recorded)?;
    Ok(fields)
}

fn fields_in(path: &Path, action: &str) -> anyhow::Result<Object> {
    let fields = read_file(path, action)?;
    let fixed = ["case", "exhibit"]
        .into_iter()
        .find(|name| fields.get(name).is_some());
    match fixed {
        Some(name) if action != "seal" => Err(fault_with(
            format!(
                "reading the sheet {}: `{name}` was fixed by the seal",
                shown(path)
            ),
            "take the line out",
        )),
        _ => Ok(fields),
    }
}

fn read_file(path: &Path, action: &str) -> anyhow::Result<Object> {
    let failed = |error: std::io::Error| refused("reading the sheet", path, &error);
    let within =
        |problem: anyhow::Error| problem.context(format!("reading the sheet {}", shown(path)));
    // Not a FIFO, which might never give anything, and not a device, which might never end.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(within(fault("it is no regular file")));
    }
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(MAX_SHEET + 1)
        .read_to_string(&mut text)
        .map_err(failed)?;
    if text.len() as u64 > MAX_SHEET {
        return Err(within(fault("it is larger than 1 MiB")));
    }
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error
            .span()
            .and_then(|span| text.get(..span.start))
            .unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        within(fault(format!("line {line}: {}", safe(error.message()))))
    })?;
    let fields = fields_of(table).map_err(within)?;
    sheet_values::recorded(action, fields).map_err(within)
}

fn fields_of(table: toml::Table) -> anyhow::Result<Object> {
    let mut fields = Object::new();
    for (name, value) in table {
        check_name(&name)?;
        match name.as_str() {
            "by" => fields.set("by", personal(value)?),
            name if COMPUTED.contains(&name) => {
                return Err(fault_with(
                    format!("`{name}` is filled in by the program"),
                    "take the line out",
                ));
            }
            name => fields.set(name, to_json(name, name, value)?),
        }
    }
    Ok(fields)
}

fn check_name(name: &str) -> anyhow::Result<()> {
    if is_field_name(name) {
        return Ok(());
    }
    let problem = format!("`{}` cannot be the name of a field", safe(name));
    Err(fault_with(
        problem,
        "a name is 1 to 64 of A-Z a-z 0-9 _, and not 1 to 10 digits alone",
    ))
}

/// Of the signer, the sheet says only what the identity does not.
fn personal(value: Value) -> anyhow::Result<Json> {
    let by = to_json("by", "by", value)?;
    let known = |name: &str| matches!(name, "rank" | "badge");
    match by
        .as_object()
        .map(|by| by.iter().all(|(name, _)| known(name)))
    {
        Some(true) => Ok(by),
        _ => Err(fault_with(
            "`by` may hold `rank` and `badge`",
            "name, agency and role come from the identity: see `custody key show`",
        )),
    }
}

/// A value of the sheet as a value of the record. `field` is the name nearest to it, which decides its length.
fn to_json(place: &str, field: &str, value: Value) -> anyhow::Result<Json> {
    Ok(match value {
        Value::String(text) if text.trim().is_empty() => {
            return Err(fault_with(
                format!("`{place}` is empty"),
                "take the line out, or say why there is no value: [[notRecorded]] field = \"…\" reason = \"…\"",
            ));
        }
        Value::String(text) => {
            if let Some(problem) = refusal_of(field, &text) {
                return Err(fault(format!("`{place}` {problem}")));
            }
            Json::Text(text)
        }
        Value::Integer(number) => match u64::try_from(number) {
            Ok(number) if number <= custody::record::json::MAX_INTEGER => Json::Integer(number),
            _ => {
                return Err(fault_with(
                    format!("`{place}` is a number the record does not take"),
                    "put it in quotes",
                ));
            }
        },
        Value::Boolean(truth) => Json::Bool(truth),
        Value::Float(_) => {
            return Err(fault_with(
                format!("`{place}` is a fraction"),
                "put it in quotes",
            ));
        }
        Value::Datetime(_) => {
            return Err(fault_with(
                format!("`{place}` is a date without quotes"),
                "put it in quotes",
            ));
        }
        Value::Array(items) => {
            let items = items.into_iter().enumerate();
            Json::Array(
                items
                    .map(|(number, item)| to_json(&format!("{place}[{number}]"), field, item))
                    .collect::<Result<_, _>>()?,
            )
        }
        Value::Table(table) => {
            let mut object = Object::new();
            for (name, value) in table {
                check_name(&name)?;
                object.set(&name, to_json(&format!("{place}.{name}"), &name, value)?);
            }
            Json::Object(object)
        }
    })
}
