//! Completeness: what a profile asks of an event, and the event does not say.

use super::profile::{Condition, FieldPath, Level, Profile, Rule, is_value, one_of};
use crate::record::json::{Json, Object};
use crate::record::time::Timestamp;

/// Something that is asked for, and is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The name of the rule; the reason why there is no value can be given under it.
    pub rule: String,
    /// Whether nothing is signed without it.
    pub level: Level,
    /// What is missing: the fields of one alternative would do.
    pub alternatives: Vec<Vec<FieldPath>>,
    /// Whether a reason can stand for it.
    pub excusable: bool,
    /// What is asked for, for people.
    pub asks: String,
    /// Which law or practice asks for it.
    pub source: String,
}

/// A value that is not there, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRecorded<'a> {
    /// The field, or the rule.
    pub field: &'a str,
    /// The reason, as recorded.
    pub reason: &'a str,
}

/// The rule that every profile has: an entry made late says why.
pub const LATE_REASON: &str = "late-reason";

/// Clocks of honest people differ by less (`docs/format.md`, V27).
pub const CLOCK_DIFFERENCE: i64 = 15 * 60;

/// What an event lacks under a profile, in the order of the profile. A late entry without its reason comes first.
pub fn gaps(profile: &Profile, event: &Object) -> Vec<Gap> {
    let action = event.text("action").unwrap_or_default();
    let rules = profile
        .of_action(action)
        .filter(|rule| applies(rule, event));
    late_gap(profile, event)
        .into_iter()
        .chain(rules.filter_map(|rule| gap(rule, event)))
        .collect()
}

/// The reasons an event gives for values that are not there.
pub fn not_recorded(event: &Object) -> Vec<NotRecorded<'_>> {
    let items = event.get("notRecorded").and_then(Json::as_array);
    let items = items.unwrap_or_default().iter().filter_map(Json::as_object);
    items
        .filter_map(|item| {
            Some(NotRecorded {
                field: item.text("field")?,
                reason: item.text("reason")?,
            })
        })
        .collect()
}

/// When the act was over, where the event says so, else when it was signed.
pub fn time_of_act(event: &Object) -> Option<Timestamp> {
    let occurred = event.get("occurred").and_then(Json::as_object);
    let text = occurred.and_then(|occurred| occurred.text("end").or(occurred.text("start")));
    Timestamp::parse(text.or(event.text("at"))?).ok()
}

/// By how many seconds an act ends after its own signature, where no difference of honest clocks explains it.
pub fn ends_after_signing(event: &Object) -> Option<i64> {
    let at = Timestamp::parse(event.text("at")?).ok()?;
    let ahead = time_of_act(event)?.seconds_since(at);
    (ahead > CLOCK_DIFFERENCE).then_some(ahead)
}

/// Something that is asked for only where a field that is not there yet says something.
#[derive(Clone, Debug)]
pub struct Following {
    /// What would be missing then.
    pub gap: Gap,
    /// Where it is asked for; for the reason of a late entry, what it asks says it.
    pub when: Option<Condition>,
    /// And where it is not.
    pub unless: Option<Condition>,
}

/// What may be asked for when these gaps are filled, so that nobody has to be asked twice. A rule waits for a field that a
/// gap names, or for one that such a rule brings.
pub fn following(profile: &Profile, event: &Object, gaps: &[&Gap]) -> Vec<Following> {
    let fields = |gap: &Gap| -> Vec<String> {
        let paths = gap.alternatives.iter().flatten();
        paths.map(FieldPath::plain).collect()
    };
    let mut open: Vec<String> = gaps.iter().flat_map(|gap| fields(gap)).collect();
    let mut found = Vec::new();
    if event.get("occurred").is_none() && open.iter().any(|field| is_within(field, "occurred")) {
        let late = late_reason(profile, event);
        found.extend(late.map(|gap| Following {
            gap,
            when: None,
            unless: None,
        }));
    }
    let action = event.text("action").unwrap_or_default();
    let waits = |rule: &&Rule| {
        let is_open = |when: &Condition| !when.field.is_there(event);
        rule.level == Level::Must
            && rule.when.as_ref().is_some_and(is_open)
            && !rule
                .unless
                .as_ref()
                .is_some_and(|unless| holds(unless, event))
    };
    let mut rules: Vec<&Rule> = profile.of_action(action).filter(waits).collect();
    loop {
        let is_next = |rule: &&Rule| {
            let field = rule.when.as_ref().map(|when| when.field.plain());
            field.is_some_and(|field| open.iter().any(|open| is_within(open, &field)))
        };
        let (next, rest): (Vec<&Rule>, Vec<&Rule>) = rules.into_iter().partition(is_next);
        if next.is_empty() {
            return found;
        }
        for rule in next {
            if let Some(gap) = gap(rule, event) {
                open.extend(fields(&gap));
                found.push(Following {
                    gap,
                    when: rule.when.clone(),
                    unless: rule.unless.clone(),
                });
            }
        }
        rules = rest;
    }
}

/// Whether a field is this one, or stands in it.
fn is_within(field: &str, outer: &str) -> bool {
    field
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn late_gap(profile: &Profile, event: &Object) -> Option<Gap> {
    let at = Timestamp::parse(event.text("at")?).ok()?;
    let is_late = at.seconds_since(time_of_act(event)?) > profile.hours.late * 3_600;
    late_reason(profile, event).filter(|_| is_late)
}

fn late_reason(profile: &Profile, event: &Object) -> Option<Gap> {
    let path = FieldPath::parse("lateReason", |_| None).ok()?;
    (!path.is_there(event)).then(|| Gap {
        rule: LATE_REASON.to_owned(),
        level: Level::Must,
        alternatives: vec![vec![path]],
        excusable: false,
        asks: format!(
            "why the entry is made more than {} hours after the act",
            profile.hours.late
        ),
        source: "docs/format.md, step V27".to_owned(),
    })
}

fn applies(rule: &Rule, event: &Object) -> bool {
    let holds = |condition: &Condition| holds(condition, event);
    rule.when.as_ref().is_none_or(holds) && !rule.unless.as_ref().is_some_and(holds)
}

fn holds(condition: &Condition, event: &Object) -> bool {
    condition.field.values(event).into_iter().any(|value| {
        let text = match value {
            Json::Integer(number) => number.to_string(),
            other => other.as_text().unwrap_or_default().to_owned(),
        };
        match (&condition.form, condition.holds.is_empty()) {
            (Some(form), _) => form.is_match(&text),
            (None, true) => is_value(value),
            (None, false) => one_of(&text, &condition.holds),
        }
    })
}

fn gap(rule: &Rule, event: &Object) -> Option<Gap> {
    let reasons = if rule.excusable {
        not_recorded(event)
    } else {
        Vec::new()
    };
    if reasons.iter().any(|reason| reason.field == rule.name) {
        return None;
    }
    let is_missing = |path: &&FieldPath| !path.is_there(event) && !is_excused(path, &reasons);
    let missing: Vec<Vec<FieldPath>> = rule
        .alternatives
        .iter()
        .map(|fields| fields.iter().filter(is_missing).cloned().collect())
        .collect();
    if missing.iter().any(Vec::is_empty) {
        return None;
    }
    Some(Gap {
        rule: rule.name.clone(),
        level: rule.level,
        alternatives: missing,
        excusable: rule.excusable,
        asks: rule.asks.clone(),
        source: rule.source.clone(),
    })
}

/// A reason for a whole object is one for each of its fields.
fn is_excused(path: &FieldPath, reasons: &[NotRecorded<'_>]) -> bool {
    let plain = path.plain();
    reasons.iter().any(|reason| is_within(&plain, reason.field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(rules: &str) -> Profile {
        let text = format!(
            "format = \"custody-profile/v1\"\ntitle = \"x\"\n[words]\nkinds = [\"Image\"]\nfilm = [\"video\"]\n{rules}"
        );
        Profile::parse("x", &text).unwrap()
    }

    fn rule(rest: &str) -> Profile {
        profile(&format!(
            "[[rule]]\nname = \"r\"\nasks = \"a\"\nsource = \"s\"\n{rest}\n"
        ))
    }

    fn event(fields: &str) -> Object {
        let text = format!(
            "{{\"action\":\"seal\",\"at\":\"2026-11-22T12:00:00Z\"{}{fields}}}",
            if fields.is_empty() { "" } else { "," }
        );
        let read = crate::record::json::Reader::read(text.as_bytes());
        read.unwrap().into_object().unwrap()
    }

    fn missing(profile: &Profile, fields: &str) -> Vec<String> {
        let gaps = gaps(profile, &event(fields));
        let all = gaps
            .iter()
            .flat_map(|gap| gap.alternatives.iter().flatten());
        all.map(ToString::to_string).collect()
    }

    #[test]
    fn a_value_or_a_reason() {
        let profile = rule("needs = [\"protocol.number\", \"protocol.date\"]");
        assert_eq!(missing(&profile, ""), ["protocol.number", "protocol.date"]);
        let number = "\"protocol\":{\"kind\":\"x\",\"number\":\"17\"}";
        assert_eq!(missing(&profile, number), ["protocol.date"]);
        for field in ["protocol", "protocol.date", "r"] {
            let reason =
                format!("{number},\"notRecorded\":[{{\"field\":\"{field}\",\"reason\":\"lost\"}}]");
            assert!(missing(&profile, &reason).is_empty(), "{field}");
        }
        let other = format!("{number},\"notRecorded\":[{{\"field\":\"proto\",\"reason\":\"x\"}}]");
        assert_eq!(missing(&profile, &other), ["protocol.date"]);
        let never = rule("needs = [\"place\"]\nexcusable = false");
        let reason = "\"notRecorded\":[{\"field\":\"place\",\"reason\":\"x\"}]";
        assert_eq!(missing(&never, reason), ["place"]);
    }

    #[test]
    fn nothing_in_other_words_is_no_value() {
        let profile = rule("needs = [\"place\"]");
        for nothing in ["\"place\":\" \"", "\"place\":\"not recorded\""] {
            assert_eq!(missing(&profile, nothing), ["place"]);
        }
        assert!(missing(&profile, "\"place\":\"room 2\"").is_empty());
    }

    #[test]
    fn one_of_several_ways_is_enough() {
        let profile = rule("any = [[\"witnesses.name\"], [\"attachments[*:film].sha256\"]]");
        assert_eq!(
            missing(&profile, ""),
            ["witnesses.name", "attachments[*:film].sha256"]
        );
        assert!(missing(&profile, "\"witnesses\":[{\"name\":\"W\"}]").is_empty());
        let file = |title: &str| {
            format!("\"attachments\":[{{\"name\":\"a\",\"sha256\":\"00\",\"title\":\"{title}\"}}]")
        };
        assert!(missing(&profile, &file("Video of the search")).is_empty());
        assert_eq!(missing(&profile, &file("a photo")).len(), 2);
    }

    #[test]
    fn a_rule_has_its_conditions() {
        let when = rule("needs = [\"place\"]\nwhen = { field = \"item.kind\", words = \"kinds\" }");
        assert!(missing(&when, "").is_empty());
        assert_eq!(
            missing(&when, "\"item\":{\"kind\":\"disk image\"}"),
            ["place"]
        );
        let unless = rule("needs = [\"place\"]\nunless = { field = \"note\" }");
        assert_eq!(missing(&unless, ""), ["place"]);
        assert!(missing(&unless, "\"note\":\"x\"").is_empty());
        let form = rule(
            "needs = [\"place\"]\nwhen = { field = \"ext.days\", form = '^(9[1-9]|[1-9][0-9]{2,})$' }",
        );
        for (days, asks) in [
            ("90", 0),
            ("91", 1),
            ("\"91\"", 1),
            ("180", 1),
            ("\"about 91\"", 0),
        ] {
            let text = format!("\"ext\":{{\"days\":{days}}}");
            assert_eq!(missing(&form, &text).len(), asks, "{days}");
        }
        let other = rule("needs = [\"place\"]\nactions = [\"release\"]");
        assert!(missing(&other, "").is_empty());
    }

    #[test]
    fn what_answers_would_bring_is_known_before() {
        let profile = profile(
            "[[rule]]\nname = \"kind\"\nneeds = [\"item.kind\", \"occurred.start\"]\nasks = \"a\"\nsource = \"s\"\n\
             [[rule]]\nname = \"serial\"\nneeds = [\"item.serial\"]\nasks = \"a\"\nsource = \"s\"\nwhen = { field = \"item.kind\", words = \"kinds\" }\n\
             [[rule]]\nname = \"then\"\nneeds = [\"place\"]\nasks = \"a\"\nsource = \"s\"\nwhen = { field = \"item.serial\" }\n\
             [[rule]]\nname = \"better\"\nlevel = \"should\"\nneeds = [\"reason\"]\nasks = \"a\"\nsource = \"s\"\nwhen = { field = \"item.kind\" }\n\
             [[rule]]\nname = \"never\"\nneeds = [\"zone\"]\nasks = \"a\"\nsource = \"s\"\nwhen = { field = \"note\" }\n",
        );
        let next = |fields: &str| {
            let event = event(fields);
            let gaps = gaps(&profile, &event);
            let gaps: Vec<&Gap> = gaps.iter().collect();
            let following = following(&profile, &event, &gaps).into_iter();
            following.map(|next| next.gap.rule).collect::<Vec<String>>()
        };
        assert_eq!(next(""), ["late-reason", "serial", "then"]);
        assert_eq!(next("\"place\":\"x\",\"lateReason\":\"y\""), ["serial"]);
        let occurred = "\"occurred\":{\"start\":\"2026-11-22T11:00:00Z\"}";
        assert_eq!(next(occurred), ["serial", "then"]);
        // What was answered brings nothing any more, or is asked for itself.
        let answered = format!("{occurred},\"item\":{{\"kind\":\"image\"}}");
        assert_eq!(next(&answered), ["then"]);
        let other = format!("{occurred},\"item\":{{\"kind\":\"paper\"}}");
        assert!(next(&other).is_empty());
    }

    #[test]
    fn no_act_ends_after_its_signature() {
        let of = |fields: &str| ends_after_signing(&event(&format!("\"occurred\":{{{fields}}}")));
        let end = |time: &str| {
            of(&format!(
                "\"start\":\"2026-11-22T11:00:00Z\",\"end\":\"2026-11-22T{time}Z\""
            ))
        };
        assert_eq!(end("12:00:00"), None);
        assert_eq!(end("12:15:00"), None, "a clock may be that wrong");
        assert_eq!(end("12:15:01"), Some(901));
        assert_eq!(of("\"start\":\"2026-11-22T16:00:00Z\""), Some(4 * 3_600));
        assert_eq!(ends_after_signing(&event("")), None);
    }

    #[test]
    fn a_late_entry_says_why() {
        let profile = profile("");
        let on = |day: u8| format!("\"occurred\":{{\"start\":\"2026-11-{day}T11:59:59Z\"}}");
        assert!(missing(&profile, &on(22)).is_empty());
        assert_eq!(missing(&profile, &on(21)), ["lateReason"]);
        let with = format!("{},\"lateReason\":\"no power\"", on(21));
        assert!(missing(&profile, &with).is_empty());
        let excuse = format!(
            "{},\"notRecorded\":[{{\"field\":\"lateReason\",\"reason\":\"x\"}}]",
            on(21)
        );
        assert_eq!(missing(&profile, &excuse), ["lateReason"]);
    }
}
