//! The values of a sheet, held against the tables of fields: what the record takes, and all that it does not, at once.

use std::collections::BTreeMap;

use custody::audit::profile::known_name::nearest_of;
use custody::record::fields::{EVENT, own_fields};
use custody::record::json::{Json, MAX_INTEGER, Object, is_field_name, refusal_of};
use custody::record::shape::{Field, Kind, Shape};
use custody::record::time::Timestamp;
use custody::report::layout::{count, safe};
use toml::{Table, Value};

use crate::fault::fault_with;
use crate::sheet::COMPUTED;

/// How a time may be given.
pub const TIME_FORMS: &str = "write 2026-11-22T18:00:00+04:00, as the clocks there showed it, or the same time in UTC: 2026-11-22T14:00:00Z";

/// How many wrong values are named; a form has fewer fields.
const MOST_NAMED: usize = 60;

const TAKE_OUT: &str = "take the line out";
const QUOTE: &str = "put it in quotes";

/// The fields of a sheet for this action, as the record takes them; times are in UTC.
pub fn recorded(action: &str, table: Table) -> anyhow::Result<Object> {
    let mut form = Form {
        action,
        wrong: BTreeMap::new(),
    };
    let fields = form.fields(table);
    form.wrong()?;
    Ok(fields)
}

/// A form that is read, and what is wrong with it: by place, the problem and what can be done.
struct Form<'a> {
    action: &'a str,
    wrong: BTreeMap<String, (String, Option<String>)>,
}

impl Form<'_> {
    fn add(&mut self, place: &str, problem: String, hint: Option<&str>) {
        let wrong = (problem, hint.map(str::to_owned));
        self.wrong.insert(place.to_owned(), wrong);
    }

    /// The error that names all that is wrong.
    fn wrong(self) -> anyhow::Result<()> {
        let mut lines = self.wrong.into_values();
        let number = lines.len();
        if number <= 1 {
            return match lines.next() {
                None => Ok(()),
                Some((problem, None)) => Err(crate::fault::fault(problem)),
                Some((problem, Some(hint))) => Err(fault_with(problem, hint)),
            };
        }
        let mut text = format!(
            "{} cannot be recorded",
            count(number as u64, "thing", "things")
        );
        for (problem, hint) in lines.by_ref().take(MOST_NAMED) {
            let hint = hint.map_or_else(String::new, |hint| format!(" -> {hint}"));
            text.push_str(&format!("\n  {problem}{hint}"));
        }
        if number > MOST_NAMED {
            text.push_str(&format!("\n  … and {} more", number - MOST_NAMED));
        }
        Err(fault_with(
            text,
            "`--print-sheet` prints a form with all fields and what they mean",
        ))
    }

    /// The top level.
    fn fields(&mut self, table: Table) -> Object {
        let own = own_fields(self.action).unwrap_or_default();
        let mut fields = Object::new();
        let mut given = Table::new();
        for (name, value) in table {
            match name.as_str() {
                "by" => fields.set("by", Json::Object(self.personal(value))),
                "case" | "exhibit" if self.action != "seal" => {
                    self.add(
                        &name,
                        format!("`{name}` was fixed by the seal"),
                        Some(TAKE_OUT),
                    );
                }
                name if COMPUTED.contains(&name) => {
                    self.add(
                        name,
                        format!("`{name}` is filled in by the program"),
                        Some(TAKE_OUT),
                    );
                }
                // The other side of a hand-over is the one that --to names.
                "to" if matches!(self.action, "release" | "takeover") => {}
                _ => drop(given.insert(name, value)),
            }
        }
        // What every entry must have is filled in by the program, or by what stands for nothing.
        let is_asked = |field: &&Field| {
            field.required && field.name != "to" && !COMPUTED.contains(&field.name)
        };
        let required: Vec<&Field> = own.iter().filter(is_asked).collect();
        let read = self.object("", &[EVENT, own], &required, given);
        for (name, value) in read.iter() {
            fields.set(name, value.clone());
        }
        fields
    }

    /// Of the signer, the sheet says only what the identity does not.
    fn personal(&mut self, value: Value) -> Object {
        let known = |name: &str| matches!(name, "rank" | "badge");
        let mut by = Object::new();
        match value {
            Value::Table(table) if table.keys().all(|name| known(name)) => {
                for (name, value) in table {
                    let place = format!("by.{name}");
                    if let Some(value) = self.value(&place, &name, Some(&Kind::Text), value) {
                        by.set(&name, value);
                    }
                }
            }
            _ => self.add(
                "by",
                "`by` may hold `rank` and `badge`".to_owned(),
                Some("name, agency and role come from the identity: see `custody key show`"),
            ),
        }
        by
    }

    fn object(
        &mut self,
        within: &str,
        tables: &[&'static [Field]],
        required: &[&Field],
        given: Table,
    ) -> Object {
        let fields = || tables.iter().flat_map(|table| table.iter());
        let mut object = Object::new();
        for field in required
            .iter()
            .filter(|field| !given.contains_key(field.name))
        {
            let place = format!("{within}{}", field.name);
            self.add(
                &place,
                format!("`{place}` is missing: {}", field.meaning),
                None,
            );
        }
        for (name, value) in given {
            let place = format!("{within}{name}");
            let field = fields().find(|field| field.name == name);
            if field.is_none() && is_field_name(&name) {
                let names = fields().map(|field| field.name);
                let meant = nearest_of(&name, names.filter(|name| !COMPUTED.contains(name)));
                let meant = meant.map_or_else(String::new, |meant| {
                    format!(" (nearest to it: `{within}{meant}`)")
                });
                let problem = format!(
                    "the record has no field `{place}` for {}{meant}",
                    self.action
                );
                self.add(&place, problem, None);
            } else if let Some(value) =
                self.named(&place, &name, field.map(|field| &field.kind), value)
            {
                object.set(&name, value);
            }
        }
        object
    }

    fn named(
        &mut self,
        place: &str,
        name: &str,
        kind: Option<&'static Kind>,
        value: Value,
    ) -> Option<Json> {
        if is_field_name(name) {
            return self.value(place, name, kind, value);
        }
        let problem = format!("`{}` cannot be the name of a field", safe(name));
        let hint = "a name is 1 to 64 of A-Z a-z 0-9 _, and not 1 to 10 digits alone";
        self.add(place, problem, Some(hint));
        None
    }

    /// A value as the record takes it. `field` is the name nearest to it, which decides its length; without a kind, nobody
    /// has fixed what it is.
    fn value(
        &mut self,
        place: &str,
        field: &str,
        kind: Option<&'static Kind>,
        value: Value,
    ) -> Option<Json> {
        match (kind, value) {
            (Some(Kind::Object(Shape(fields))), Value::Table(table)) => {
                let required: Vec<&Field> = fields.iter().filter(|field| field.required).collect();
                let object = self.object(&format!("{place}."), &[fields], &required, table);
                Some(Json::Object(object))
            }
            (Some(Kind::List(kind)), Value::Array(items)) => {
                Some(self.items(place, field, Some(*kind), items))
            }
            (None | Some(Kind::Open), Value::Table(table)) => {
                let mut object = Object::new();
                for (name, value) in table {
                    if let Some(value) = self.named(&format!("{place}.{name}"), &name, None, value)
                    {
                        object.set(&name, value);
                    }
                }
                Some(Json::Object(object))
            }
            (None, Value::Array(items)) => Some(self.items(place, field, None, items)),
            (Some(Kind::Object(_)), _) => {
                self.add(place, format!("`{place}` must be a table: [{place}]"), None);
                None
            }
            (Some(Kind::List(Kind::Object(_))), _) => {
                self.add(
                    place,
                    format!("`{place}` must be a list of tables: [[{place}]]"),
                    None,
                );
                None
            }
            (kind, value) => self.plain(place, field, kind, value),
        }
    }

    fn items(
        &mut self,
        place: &str,
        field: &str,
        kind: Option<&'static Kind>,
        items: Vec<Value>,
    ) -> Json {
        let items = items.into_iter().enumerate();
        let items = items.filter_map(|(number, item)| {
            self.value(&format!("{place}[{number}]"), field, kind, item)
        });
        Json::Array(items.collect())
    }

    fn plain(
        &mut self,
        place: &str,
        field: &str,
        kind: Option<&'static Kind>,
        value: Value,
    ) -> Option<Json> {
        let (problem, hint) = match (kind, json_of(field, value)) {
            (_, Err((problem, hint))) => (problem, hint),
            (Some(Kind::Time), Ok(Json::Text(text))) => match Timestamp::with_zone(&text) {
                Ok(time) => return Some(time.to_json()),
                Err(error) => (error.to_string(), Some(TIME_FORMS)),
            },
            (kind, Ok(json)) => {
                match kind.map_or(Ok(()), |kind| kind.check(&json, &mut Vec::new())) {
                    Ok(()) => return Some(json),
                    Err(error) => {
                        let is_number =
                            json.as_integer().is_some() || matches!(json, Json::Bool(_));
                        let hint = match kind {
                            Some(Kind::Integer) if json.as_text().is_some() => {
                                Some("write it without quotes")
                            }
                            Some(Kind::Text) if is_number => Some(QUOTE),
                            _ => None,
                        };
                        (error.to_string(), hint)
                    }
                }
            }
        };
        self.add(place, format!("`{place}` {problem}"), hint);
        None
    }
}

/// A plain value of TOML as one of the record; what lists and tables hold is looked at one by one.
fn json_of(field: &str, value: Value) -> Result<Json, (String, Option<&'static str>)> {
    match value {
        Value::String(text) if text.trim().is_empty() => Err((
            "is empty".to_owned(),
            Some(
                "take the line out, or say why there is no value: [[notRecorded]] field = \"…\" reason = \"…\"",
            ),
        )),
        Value::String(text) => match refusal_of(field, &text) {
            Some(problem) => Err((problem, None)),
            None => Ok(Json::Text(text)),
        },
        Value::Integer(number) => u64::try_from(number)
            .ok()
            .filter(|number| *number <= MAX_INTEGER)
            .map(Json::Integer)
            .ok_or((
                "is a number the record does not take".to_owned(),
                Some(QUOTE),
            )),
        Value::Boolean(truth) => Ok(Json::Bool(truth)),
        Value::Float(_) => Err(("is a fraction".to_owned(), Some(QUOTE))),
        Value::Datetime(_) => Err(("is a date without quotes".to_owned(), Some(QUOTE))),
        Value::Array(_) => Ok(Json::Array(Vec::new())),
        Value::Table(_) => Ok(Json::Object(Object::new())),
    }
}
