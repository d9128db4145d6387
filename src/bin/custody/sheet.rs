//! The sheet: the other fields of an entry, as a form to fill in.

use std::io::Read;
use std::path::Path;

use custody::evidence::shown;
use custody::record::json::Object;
use custody::report::layout::safe;

use crate::act_arguments::Sheet;
use crate::complete::add_reasons;
use crate::fault::{fault, refused};
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
        Some(path) => read_file(path, action)?,
    };
    add_reasons(&mut fields, &sheet.not_recorded)?;
    Ok(fields)
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
    sheet_values::recorded(action, table).map_err(within)
}
