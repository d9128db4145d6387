//! The values of a sheet as the record takes them: times in UTC.

use custody::record::fields::{EVENT, own_fields};
use custody::record::json::{Json, Object};
use custody::record::shape::{Field, Kind, Shape};
use custody::record::time::Timestamp;

use crate::fault::fault_with;

/// How a time may be given.
pub const TIME_FORMS: &str = "write 2026-11-22T18:00:00+04:00, as the clocks there showed it, or the same time in UTC: 2026-11-22T14:00:00Z";

/// The fields of a sheet for this action, with each time in UTC.
pub fn recorded(action: &str, fields: Object) -> anyhow::Result<Object> {
    let own = own_fields(action).unwrap_or_default();
    object("", &[EVENT, own], &fields)
}

fn object(place: &str, tables: &[&'static [Field]], given: &Object) -> anyhow::Result<Object> {
    let mut recorded = Object::new();
    for (name, given) in given.iter() {
        let mut fields = tables.iter().flat_map(|table| table.iter());
        let taken = match fields.find(|field| field.name == name) {
            Some(field) => value(&format!("{place}{name}"), &field.kind, given)?,
            // What the record has no field for is refused when the entry is tried.
            None => given.clone(),
        };
        recorded.set(name, taken);
    }
    Ok(recorded)
}

fn value(place: &str, kind: &Kind, given: &Json) -> anyhow::Result<Json> {
    Ok(match (kind, given) {
        (Kind::Time, Json::Text(text)) => {
            let time = Timestamp::with_zone(text);
            let time =
                time.map_err(|error| fault_with(error.within(place).to_string(), TIME_FORMS))?;
            time.to_json()
        }
        (Kind::Object(Shape(fields)), Json::Object(inner)) => {
            Json::Object(object(&format!("{place}."), &[fields], inner)?)
        }
        (Kind::List(kind), Json::Array(items)) => {
            let items = items.iter().enumerate();
            let taken =
                items.map(|(number, item)| value(&format!("{place}[{number}]"), kind, item));
            Json::Array(taken.collect::<Result<_, _>>()?)
        }
        _ => given.clone(),
    })
}
