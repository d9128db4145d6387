//! Every link of a chain, a block each, with all its fields as they were signed.

use crate::audit::chain::JudgedRecord;
use crate::audit::finding::Finding;
use crate::record::entry::Entry;
use crate::record::event::{Action, Party};
use crate::record::fields::EVENT;
use crate::record::json::{Json, Object};
use crate::record::link::Link;
use crate::record::path::printable;

use super::layout::{self, key, labelled, paragraph, party, safe, time};
use super::sentences::sentence;

/// Fields that the block shows in words of its own.
const SHOWN: [&str; 8] = [
    "action", "at", "by", "case", "chain", "exhibit", "zone", "to",
];

/// The whole chain. Findings stand under the entry they are about.
pub fn text(record: &JudgedRecord) -> String {
    let bundle = record.bundle();
    let first = bundle.chain[0].event();
    let mut text = paragraph(
        "",
        "",
        &format!(
            "Case {}, exhibit {} (as recorded)",
            safe(&first.case),
            safe(&first.exhibit)
        ),
    );
    // What differs and is of no one entry: an older copy, a changed list.
    let of_the_whole = |finding: &&Finding| finding.link.is_none() && finding.path.is_none();
    let changes = record.changes();
    changes
        .iter()
        .filter(of_the_whole)
        .for_each(|finding| text.push_str(&remark(finding)));
    for (place, link) in bundle.chain.iter().enumerate() {
        text.push('\n');
        text.push_str(&block(place, link, bundle.single_file()));
        let findings = record
            .findings()
            .iter()
            .filter(|finding| finding.link == Some(place as u64));
        findings.for_each(|finding| text.push_str(&remark(finding)));
    }
    text
}

/// One entry. `file` is the one that was sealed, where it was one.
pub(super) fn block(place: usize, link: &Link, file: Option<&Entry>) -> String {
    let event = link.event();
    let mut text = format!("no. {place}  {}  {}\n", heading(&event.action), time(event));
    let role = if event.by.role.is_empty() {
        String::new()
    } else {
        format!(", {}", safe(&event.by.role))
    };
    text.push_str(&labelled(
        11,
        "by",
        &format!("{}{role}, as recorded", party(&event.by)),
    ));
    match &event.action {
        Action::Release(to) | Action::Takeover(to) => {
            text.push_str(&labelled(11, "to", &receiver(to)))
        }
        _ => {
            let to = link.predicate().get("to").and_then(Json::as_object);
            text.push_str(
                &to.map(|to| labelled(11, "to", &in_words(to)))
                    .unwrap_or_default(),
            );
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
        text.push_str(&field(name, value));
    }
    if place == 0
        && let Some(digests) = file.and_then(|entry| entry.file()?.digests.as_ref())
    {
        for (name, value) in digests.iter() {
            text.push_str(&labelled(
                11,
                &safe(name),
                &format!(
                    "{} (another tool's check number; not relied on)",
                    plain(value)
                ),
            ));
        }
    }
    for signature in link.signatures() {
        text.push_str(&labelled(11, "signed with", &signature.keyid.to_string()));
    }
    text.push_str(&labelled(11, "link hash", &link.hash().to_string()));
    text
}

fn heading(action: &Action) -> String {
    if matches!(action, Action::Unknown(_)) {
        layout::action(action)
    } else {
        action.word().to_uppercase()
    }
}

fn receiver(to: &Party) -> String {
    let key = to
        .key
        .map(|id| format!(", key {}", key(&id)))
        .unwrap_or_default();
    format!("{}, {}{key}, as recorded", party(to), safe(&to.role))
}

fn remark(finding: &Finding) -> String {
    paragraph(
        "  ! ",
        "    ",
        &format!("{} [{}]", sentence(finding), finding.code.as_str()),
    )
}

/// One field: plain values on a line, texts of several lines behind a bar, so that none can pass for a line of the
/// page, lists item by item.
fn field(name: &str, value: &Json) -> String {
    // Nothing here was looked into: said beside each, as `docs/format.md` asks.
    let unchecked = match name {
        "countersigned" => "; not checked by this program",
        "acquisition" => "; declared numbers are as another tool gave them, not checked",
        _ => "",
    };
    match value {
        Json::Text(text) if text.contains('\n') => {
            let mut block = format!("  {}\n", safe(name));
            for line in printable(text, true).lines() {
                block.push_str(&paragraph("    | ", "    | ", line));
            }
            block
        }
        Json::Array(items) => items
            .iter()
            .map(|item| labelled(11, &safe(name), &format!("{}{unchecked}", plain(item))))
            .collect(),
        value => labelled(11, &safe(name), &format!("{}{unchecked}", plain(value))),
    }
}

fn plain(value: &Json) -> String {
    match value {
        Json::Bool(truth) => truth.to_string(),
        Json::Integer(integer) => integer.to_string(),
        Json::Text(text) => safe(text),
        Json::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Json::Object(object) => in_words(object),
    }
}

fn in_words(object: &Object) -> String {
    let fields: Vec<String> = object
        .iter()
        .map(|(name, value)| format!("{}: {}", safe(name), plain(value)))
        .collect();
    fields.join("; ")
}
