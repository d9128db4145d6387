//! Every link of a chain, a block each, with all its fields as they were signed.

use crate::audit::chain::JudgedRecord;
use crate::audit::finding::Finding;
use crate::record::entry::Entry;
use crate::record::event::{Action, Party};
use crate::record::fields::EVENT;
use crate::record::json::{Json, Object};
use crate::record::link::Link;

use super::language::Language;
use super::layout::{key, paragraph, safe};
use super::page::{Block, Fact, text};
use super::sentences::sentence_in;

/// Fields that the block shows in words of its own.
const SHOWN: [&str; 8] = [
    "action", "at", "by", "case", "chain", "exhibit", "zone", "to",
];

/// The whole chain. Findings stand under the entry they are about.
pub fn text(language: &Language, record: &JudgedRecord) -> String {
    let first = record.bundle().chain[0].event();
    let about = language.fill(
        "log.about",
        &[
            ("case", &safe(&first.case)),
            ("exhibit", &safe(&first.exhibit)),
        ],
    );
    let mut text = paragraph("", "", &about);
    // What differs and is of no one entry: an older copy, a changed list.
    let of_the_whole = |finding: &&Finding| finding.link.is_none() && finding.path.is_none();
    let changes = record.changes();
    let alarms: Vec<String> = changes
        .iter()
        .filter(of_the_whole)
        .map(|finding| remark(language, finding))
        .collect();
    text.push_str(&text::blocks(&[Block::Alarms(alarms)]));
    text.push_str(&text::blocks(&blocks(language, record)));
    text
}

/// The entries of a chain, each with what was found about it.
pub fn blocks(language: &Language, record: &JudgedRecord) -> Vec<Block> {
    let bundle = record.bundle();
    let mut blocks = Vec::new();
    for (place, link) in bundle.chain.iter().enumerate() {
        blocks.extend(entry(language, place, link, bundle.single_file()));
        let findings = record
            .findings()
            .iter()
            .filter(|finding| finding.link == Some(place as u64));
        let alarms: Vec<String> = findings.map(|finding| remark(language, finding)).collect();
        if !alarms.is_empty() {
            blocks.push(Block::Alarms(alarms));
        }
    }
    blocks
}

/// One entry. `file` is the one that was sealed, where it was one.
pub(super) fn entry(
    language: &Language,
    place: usize,
    link: &Link,
    file: Option<&Entry>,
) -> [Block; 2] {
    let event = link.event();
    let heading = language.fill(
        "log.heading",
        &[
            ("seq", &place),
            ("action", &heading(language, &event.action)),
            ("time", &language.time_of(event)),
        ],
    );
    let role = if event.by.role.is_empty() {
        String::new()
    } else {
        format!(", {}", safe(&event.by.role))
    };
    let by = format!("{}{role}", language.party(&event.by));
    let as_recorded = |what: String| language.fill("words.as-recorded", &[("what", &what)]);
    let mut facts = vec![Fact::new(language.say("log.by"), as_recorded(by))];
    match &event.action {
        Action::Release(to) | Action::Takeover(to) => {
            facts.push(Fact::new(
                language.say("log.to"),
                as_recorded(receiver(language, to)),
            ));
        }
        _ => {
            let to = link.predicate().get("to").and_then(Json::as_object);
            facts.extend(to.map(|to| Fact::new(language.say("log.to"), in_words(language, to))));
        }
    }
    let is_unknown = matches!(event.action, Action::Unknown(_));
    for (name, value) in link
        .predicate()
        .iter()
        .filter(|(name, _)| !SHOWN.contains(name))
        // Of an unknown act, only what every act has is read.
        .filter(|(name, _)| !is_unknown || EVENT.iter().any(|field| field.name == *name))
    {
        facts.extend(field(language, name, value));
    }
    if place == 0
        && let Some(digests) = file.and_then(|entry| entry.file()?.digests.as_ref())
    {
        for (name, value) in digests.iter() {
            let number = plain(language, value);
            let told = language.fill("log.other-number", &[("number", &number)]);
            facts.push(Fact::new(safe(name), told));
        }
    }
    for signature in link.signatures() {
        facts.push(Fact::new(
            language.say("log.signed-with"),
            signature.keyid.to_string(),
        ));
    }
    facts.push(Fact::new(
        language.say("log.link-hash"),
        link.hash().to_string(),
    ));
    [Block::Subheading(heading), Block::Facts(facts)]
}

fn heading(language: &Language, action: &Action) -> String {
    if matches!(action, Action::Unknown(_)) {
        language.action(action)
    } else {
        language.upper(&language.action(action))
    }
}

fn receiver(language: &Language, to: &Party) -> String {
    let key = to
        .key
        .map(|id| format!(", {}", language.fill("words.key", &[("key", &key(&id))])))
        .unwrap_or_default();
    format!("{}, {}{key}", language.party(to), safe(&to.role))
}

fn remark(language: &Language, finding: &Finding) -> String {
    format!(
        "{} [{}]",
        sentence_in(language, finding),
        finding.code.as_str()
    )
}

/// The name of a field, as the language calls it. A name that is not known is quoted: in some language it may be a word of
/// the page, as `par` is in French.
pub(super) fn name_of(language: &Language, name: &str) -> String {
    let key = format!("field.{name}");
    if language.has(&key) {
        language.say(&key).to_owned()
    } else {
        format!("`{}`", safe(name))
    }
}

/// One field: plain values in a line, texts of several lines quoted, lists item by item.
fn field(language: &Language, name: &str, value: &Json) -> Vec<Fact> {
    // Nothing here was looked into: said beside each, as `docs/format.md` asks.
    let unchecked = match name {
        "countersigned" => format!("; {}", language.say("log.countersigned")),
        "acquisition" => format!("; {}", language.say("log.declared")),
        _ => String::new(),
    };
    let label = name_of(language, name);
    match value {
        Json::Text(text) if text.contains('\n') => {
            let lines: Vec<String> = text.split('\n').map(safe).collect();
            vec![Fact::quoted(label, lines.join("\n"))]
        }
        Json::Array(items) => items
            .iter()
            .map(|item| Fact::new(&label, format!("{}{unchecked}", plain(language, item))))
            .collect(),
        value => vec![Fact::new(
            label,
            format!("{}{unchecked}", plain(language, value)),
        )],
    }
}

fn plain(language: &Language, value: &Json) -> String {
    match value {
        Json::Bool(truth) => truth.to_string(),
        Json::Integer(integer) => integer.to_string(),
        Json::Text(text) => safe(text),
        Json::Array(items) => {
            let items = items.iter().map(|item| plain(language, item));
            items.collect::<Vec<_>>().join(", ")
        }
        Json::Object(object) => in_words(language, object),
    }
}

fn in_words(language: &Language, object: &Object) -> String {
    let fields: Vec<String> = object
        .iter()
        .map(|(name, value)| format!("{}: {}", name_of(language, name), within(language, value)))
        .collect();
    fields.join("; ")
}

/// A value of a field within a field. Brackets show where an object ends, and the fields around it go on.
fn within(language: &Language, value: &Json) -> String {
    match value {
        Json::Array(items) => {
            let items = items.iter().map(|item| within(language, item));
            items.collect::<Vec<_>>().join(", ")
        }
        Json::Object(object) => format!("({})", in_words(language, object)),
        value => plain(language, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_an_object_ends_can_be_seen() {
        let number = |algorithm: &str| {
            Json::Object(
                Object::new()
                    .with("algorithm", Json::text(algorithm))
                    .with("scope", Json::text("media data")),
            )
        };
        let acquisition = Object::new()
            .with("declared", Json::Array(vec![number("md5"), number("sha1")]))
            .with("method", Json::text("physical"))
            .with(
                "tool",
                Json::Object(Object::new().with("name", Json::text("dd"))),
            );
        assert_eq!(
            in_words(Language::english(), &acquisition),
            "declared: (algorithm: md5; scope: media data), (algorithm: sha1; scope: media data); method: physical; tool: (name: dd)"
        );
    }
}
