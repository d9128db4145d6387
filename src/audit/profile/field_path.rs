//! The path of a field within an event, as a profile names it.

use std::fmt;

use crate::record::fields::{EVENT, OWN};
use crate::record::json::{Json, Object, is_field_name};
use crate::record::shape::{Field, Kind, Shape};

/// What stands in the record where nothing is known.
const NOTHING_KNOWN: &str = "not recorded";

/// The path of a field: `protocol.number`, `seals.state`, `present[role:specialist].name`. Lists are gone through: one
/// of their items is enough. A name in brackets chooses the items in whose field (`*`: in one of whose fields) one of
/// the profile's words stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath {
    text: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    name: String,
    choice: Option<Choice>,
}

/// Which items of a list are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    /// The field that is looked at; `*` for each.
    field: String,
    /// The name of the words.
    list: String,
    /// The words, in lower case.
    words: Vec<String>,
}

impl FieldPath {
    /// Reads a path. `words` gives the words of a name.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub(in crate::audit) fn parse(
        text: &str,
        words: impl Fn(&str) -> Option<Vec<String>>,
    ) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no path of a field, such as `protocol.number`");
        let mut steps = Vec::new();
        for part in text.split('.') {
            let (name, choice) = match part.split_once('[') {
                None => (part, None),
                Some((name, rest)) => {
                    let choice = rest.strip_suffix(']').and_then(|rest| rest.split_once(':'));
                    (name, Some(choice.ok_or_else(wrong)?))
                }
            };
            let choice = match choice {
                Some((field, list)) if field == "*" || is_field_name(field) => {
                    let words = words(list).ok_or_else(|| {
                        format!("`{text}`: there are no words `{list}` under [words]")
                    })?;
                    Some(Choice {
                        field: field.to_owned(),
                        list: list.to_owned(),
                        words,
                    })
                }
                Some(_) => return Err(wrong()),
                None => None,
            };
            if !is_field_name(name) {
                return Err(wrong());
            }
            steps.push(Step {
                name: name.to_owned(),
                choice,
            });
        }
        Ok(Self {
            text: text.to_owned(),
            steps,
        })
    }

    /// The path without its choices: `present.name`.
    pub fn plain(&self) -> String {
        let names: Vec<&str> = self.steps.iter().map(|step| step.name.as_str()).collect();
        names.join(".")
    }

    /// The names of the words by which items are chosen: `specialist`.
    pub fn choices(&self) -> Vec<&str> {
        let choices = self.steps.iter().filter_map(|step| step.choice.as_ref());
        choices.map(|choice| choice.list.as_str()).collect()
    }

    /// Whether an event of one of these actions (of any, where none is named) may have this field.
    pub(super) fn is_known(&self, actions: &[String]) -> bool {
        let of_actions = OWN
            .iter()
            .filter(|(action, _)| actions.is_empty() || actions.iter().any(|of| of == action))
            .flat_map(|(_, own)| own.iter());
        EVENT
            .iter()
            .chain(of_actions)
            .any(|field| stands_in(field, &self.steps))
    }

    /// All values the path leads to.
    pub fn values<'a>(&self, event: &'a Object) -> Vec<&'a Json> {
        let Some((first, rest)) = self.steps.split_first() else {
            return Vec::new();
        };
        let mut values: Vec<&Json> = event.get(&first.name).into_iter().collect();
        values = chosen(first, values);
        for step in rest {
            let inner = values
                .into_iter()
                .flat_map(items)
                .filter_map(|value| value.as_object()?.get(&step.name));
            values = chosen(step, inner.collect());
        }
        values
    }

    /// Whether a value stands there.
    pub fn is_there(&self, event: &Object) -> bool {
        self.values(event).into_iter().any(is_value)
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a value stands at a path that a person typed.
pub fn is_there(path: &str, event: &Object) -> bool {
    FieldPath::parse(path, |_| None).is_ok_and(|path| path.is_there(event))
}

/// Whether something is a value: no empty text, no empty list, and not the words that stand for nothing.
pub fn is_value(json: &Json) -> bool {
    match json {
        Json::Text(text) => !text.trim().is_empty() && text != NOTHING_KNOWN,
        Json::Array(items) => items.iter().any(is_value),
        Json::Object(object) => !object.is_empty(),
        Json::Bool(_) | Json::Integer(_) => true,
    }
}

fn items(value: &Json) -> Vec<&Json> {
    match value {
        Json::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

fn chosen<'a>(step: &Step, values: Vec<&'a Json>) -> Vec<&'a Json> {
    let Some(Choice { field, words, .. }) = &step.choice else {
        return values;
    };
    let holds = |item: &&Json| {
        let object = item.as_object();
        let mut fields = object.into_iter().flat_map(Object::iter);
        fields.any(|(name, value)| {
            (field == "*" || name == field)
                && value.as_text().is_some_and(|text| one_of(text, words))
        })
    };
    values.into_iter().flat_map(items).filter(holds).collect()
}

/// Whether one of the words, which are in lower case, stands in a text.
pub(in crate::audit) fn one_of(text: &str, words: &[String]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word.as_str()))
}

fn stands_in(field: &Field, steps: &[Step]) -> bool {
    let Some((first, rest)) = steps.split_first() else {
        return true;
    };
    field.name == first.name && (rest.is_empty() || within(&field.kind, rest))
}

fn within(kind: &Kind, steps: &[Step]) -> bool {
    match kind {
        Kind::Object(Shape(fields)) => fields.iter().any(|field| stands_in(field, steps)),
        Kind::List(kind) => within(kind, steps),
        Kind::Open => true,
        _ => false,
    }
}
