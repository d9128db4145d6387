//! A profile's file, read strictly: what it does not know it refuses, with line and column.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::{BUILT_IN, Condition, FieldPath, Hours, Level, Profile, Rule};
use crate::audit::privacy::{Pattern, form};
use crate::record::fields::own_fields;
use crate::record::json::ParseError;
use crate::record::path::printable;

const FORMAT: &str = "custody-profile/v1";

/// The most bytes of a profile, the most rules, and the most patterns: a person wrote it.
const MAX_TEXT: usize = 1 << 18;
const MAX_RULES: usize = 500;
const MAX_PATTERNS: usize = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ProfileText {
    format: Spanned<String>,
    title: String,
    extends: Option<Spanned<String>>,
    #[serde(default)]
    without: Vec<Spanned<String>>,
    hours: Option<HoursText>,
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    texts: Vec<Spanned<String>>,
    #[serde(default)]
    rule: Vec<Spanned<RuleText>>,
    #[serde(default)]
    pattern: Vec<Spanned<PatternText>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct HoursText {
    late: Option<Spanned<u16>>,
    between_events: Option<u16>,
    in_transit: Option<u16>,
    before_seal: Option<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    name: String,
    #[serde(default)]
    actions: Vec<String>,
    when: Option<ConditionText>,
    unless: Option<ConditionText>,
    level: Option<LevelText>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    any: Vec<Vec<String>>,
    excusable: Option<bool>,
    asks: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum LevelText {
    Must,
    Should,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionText {
    field: String,
    words: Option<String>,
    form: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternText {
    name: String,
    looks: String,
    form: String,
    check: Option<String>,
}

/// Reads a profile.
pub(super) fn read(name: &str, text: &str) -> Result<Profile, ParseError> {
    if text.len() > MAX_TEXT {
        return Err(error_at(text, 0, "a profile is not that long"));
    }
    let file: ProfileText = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        error_at(text, at, error.message())
    })?;
    if file.format.get_ref() != FORMAT {
        let problem = format!("`format` must be `{FORMAT}`");
        return Err(error_at(text, file.format.span().start, &problem));
    }
    let mut profile = match &file.extends {
        None => Profile {
            name: String::new(),
            title: String::new(),
            hours: Hours {
                late: 24,
                between_events: 24,
                in_transit: 12,
                before_seal: 4,
            },
            rules: Vec::new(),
            patterns: Vec::new(),
            texts: Vec::new(),
        },
        Some(base) => extended(name, base.get_ref())
            .ok_or_else(|| format!("`{}` is no profile of this program", base.get_ref()))
            .map_err(|problem| error_at(text, base.span().start, &problem))?,
    };
    profile.name = name.to_owned();
    profile.title = file.title.clone();
    for dropped in &file.without {
        let before = profile.rules.len();
        profile.rules.retain(|rule| &rule.name != dropped.get_ref());
        if profile.rules.len() == before {
            let problem = format!("there is no rule `{}` to leave out", dropped.get_ref());
            return Err(error_at(text, dropped.span().start, &problem));
        }
    }
    if let Some(hours) = &file.hours {
        read_hours(&mut profile.hours, hours)
            .map_err(|(span, problem)| error_at(text, span.start, problem))?;
    }
    let reader = PathReader {
        words: lower(&file.words),
    };
    read_rules(&mut profile.rules, &file.rule, &reader)
        .map_err(|(span, problem)| error_at(text, span.start, &problem))?;
    for path in &file.texts {
        let read = reader.path(path.get_ref(), &[]);
        let read = read.map_err(|problem| error_at(text, path.span().start, &problem))?;
        profile.texts.push(read);
    }
    for pattern in &file.pattern {
        let problem = match read_pattern(pattern.get_ref()) {
            Ok(pattern) if profile.patterns.len() < MAX_PATTERNS => {
                profile.patterns.push(pattern);
                continue;
            }
            Ok(_) => "that are too many patterns".to_owned(),
            Err(problem) => problem,
        };
        return Err(error_at(text, pattern.span().start, &problem));
    }
    Ok(profile)
}

/// A profile of the program extends only those that stand before it, so none extends itself.
fn extended(name: &str, base: &str) -> Option<Profile> {
    let until = BUILT_IN.iter().position(|(built_in, _)| *built_in == name);
    let before = &BUILT_IN[..until.unwrap_or(BUILT_IN.len())];
    let (base, text) = before.iter().find(|(built_in, _)| *built_in == base)?;
    read(base, text).ok()
}

fn read_hours(hours: &mut Hours, file: &HoursText) -> Result<(), (Range<usize>, &'static str)> {
    if let Some(late) = &file.late {
        if !(1..=24).contains(late.get_ref()) {
            let problem = "`late` is from 1 to 24: after 24 hours an entry is late in any case";
            return Err((late.span(), problem));
        }
        hours.late = i64::from(*late.get_ref());
    }
    for (place, given) in [
        (&mut hours.between_events, file.between_events),
        (&mut hours.in_transit, file.in_transit),
        (&mut hours.before_seal, file.before_seal),
    ] {
        *place = given.map_or(*place, i64::from);
    }
    Ok(())
}

fn lower(words: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    let lower = |list: &Vec<String>| list.iter().map(|word| word.to_lowercase()).collect();
    words
        .iter()
        .map(|(name, list)| (name.clone(), lower(list)))
        .collect()
}

struct PathReader {
    words: BTreeMap<String, Vec<String>>,
}

impl PathReader {
    fn path(&self, text: &str, actions: &[String]) -> Result<FieldPath, String> {
        let path = FieldPath::parse(text, |name| self.words.get(name).cloned())?;
        if path.is_known(actions) {
            Ok(path)
        } else {
            Err(format!("no entry has a field `{text}`"))
        }
    }

    fn condition(&self, file: &ConditionText, actions: &[String]) -> Result<Condition, String> {
        let holds = match &file.words {
            None => Vec::new(),
            Some(name) => self
                .words
                .get(name)
                .cloned()
                .ok_or_else(|| format!("there are no words `{name}` under [words]"))?,
        };
        let form = match (&file.form, holds.is_empty()) {
            (None, _) => None,
            (Some(text), true) => Some(form(text)?),
            (Some(_), false) => return Err("take `words` or `form`, not both".to_owned()),
        };
        Ok(Condition {
            field: self.path(&file.field, actions)?,
            holds,
            form,
        })
    }

    fn rule(&self, file: &RuleText) -> Result<Rule, String> {
        let of = |problem| format!("rule `{}`: {problem}", file.name);
        if let Some(action) = file
            .actions
            .iter()
            .find(|action| own_fields(action).is_none())
        {
            return Err(of(format!("there is no action `{action}`")));
        }
        let lists = match (file.needs.is_empty(), file.any.is_empty()) {
            (false, true) => std::slice::from_ref(&file.needs),
            (true, false) => &file.any,
            (true, true) => return Err(of("it asks for nothing".to_owned())),
            (false, false) => return Err(of("take `needs` or `any`, not both".to_owned())),
        };
        let read_list = |list: &Vec<String>| {
            list.iter()
                .map(|path| self.path(path, &file.actions))
                .collect::<Result<Vec<FieldPath>, String>>()
        };
        let condition = |file_of: &Option<ConditionText>| {
            let read = file_of
                .as_ref()
                .map(|condition| self.condition(condition, &file.actions));
            read.transpose().map_err(of)
        };
        Ok(Rule {
            name: file.name.clone(),
            actions: file.actions.clone(),
            when: condition(&file.when)?,
            unless: condition(&file.unless)?,
            level: match file.level {
                Some(LevelText::Should) => Level::Should,
                Some(LevelText::Must) | None => Level::Must,
            },
            alternatives: lists
                .iter()
                .map(read_list)
                .collect::<Result<_, _>>()
                .map_err(of)?,
            excusable: file.excusable.unwrap_or(true),
            asks: file.asks.clone(),
            source: file.source.clone(),
        })
    }
}

/// A rule of the name of an extended one takes its place.
fn read_rules(
    rules: &mut Vec<Rule>,
    files: &[Spanned<RuleText>],
    reader: &PathReader,
) -> Result<(), (Range<usize>, String)> {
    let mut names = HashSet::new();
    for file in files {
        let at = |problem: String| (file.span(), problem);
        let rule = reader.rule(file.get_ref()).map_err(at)?;
        if !names.insert(rule.name.clone()) {
            return Err(at(format!("two rules are called `{}`", rule.name)));
        }
        match rules.iter().position(|other| other.name == rule.name) {
            Some(place) => rules[place] = rule,
            None if rules.len() < MAX_RULES => rules.push(rule),
            None => return Err(at("that are too many rules".to_owned())),
        }
    }
    Ok(())
}

fn read_pattern(file: &PatternText) -> Result<Pattern, String> {
    Pattern::new(&file.name, &file.looks, &file.form, file.check.as_deref())
        .map_err(|problem| format!("pattern `{}`: {problem}", file.name))
}

/// A problem at this byte of the text, as line and column.
fn error_at(text: &str, at: usize, problem: &str) -> ParseError {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |line_feed| line_feed + 1);
    ParseError {
        line: before.matches('\n').count() + 1,
        column: before[start..].chars().count() + 1,
        problem: printable(&problem.replace('\n', ", "), false),
    }
}
