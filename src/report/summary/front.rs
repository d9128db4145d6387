//! The first page: what a clerk prints and understands.

use std::collections::HashSet;

use crate::audit::completeness::{self, NotRecorded};
use crate::audit::finding::{Code, Finding, Severity};
use crate::audit::report::Report;
use crate::audit::verdict::Verdict;
use crate::record::event::Action;
use crate::record::json::{Json, Object};
use crate::record::link::Link;

use crate::report::language::Language;
use crate::report::layout::{in_brackets, key, short, within};
use crate::report::page::{Block, Fact, TickBox};
use crate::report::sentences::{existed_within, place_in, placed, sentence_in};
use crate::report::summary::Room;
use crate::report::verification::holder_within;
use crate::report::{log, physical_seals, result, whereabouts};

/// The parts of the first page, in their order.
pub fn blocks(language: &Language, report: &Report, room: Room) -> Vec<Block> {
    let say = |key: &str| language.say(key).to_owned();
    let zone = whereabouts::zone_name(report);
    let mut blocks = vec![
        Block::Blanks(vec![say("summary.court"), say("summary.hearing")]),
        Block::Facts(about(language, report, room)),
        Block::Result(
            result::lines_in(language, report),
            Some(checked(language, report)),
        ),
        Block::Facts(facts(language, report, room)),
        Block::Heading(language.fill("summary.where", &[("zone", &zone)])),
        Block::Table(whereabouts::table(language, report, room.rows, room.name)),
    ];
    blocks.extend(whereabouts::longest(language, report).map(Block::Paragraph));
    blocks.push(Block::Heading(say("summary.shows")));
    blocks.extend(shows(language, report).into_iter().map(Block::Paragraph));
    blocks.push(Block::Heading(say("summary.to-confirm")));
    blocks.push(Block::Boxes(to_confirm(language, report, room)));
    let remarks = remarks(language, report, room);
    if !remarks.is_empty() {
        blocks.push(Block::Heading(say("summary.remarks")));
        blocks.push(Block::Items(remarks));
    }
    blocks.push(strip(language, report));
    blocks.push(Block::Blanks(vec![
        say("summary.checked-by"),
        say("summary.signature"),
        say("summary.date"),
    ]));
    blocks
}

fn about(language: &Language, report: &Report, room: Room) -> Vec<Fact> {
    let seal = report.seal();
    let predicate = report.record.bundle().chain[0].predicate();
    let described = predicate
        .text("description")
        .map(|text| format!(": {}", short(text, room.text)))
        .unwrap_or_default();
    let exhibit = format!("{}{described}", short(&seal.exhibit, room.text));
    vec![
        Fact::new(language.say("summary.case"), short(&seal.case, room.text)),
        Fact::new(language.say("summary.exhibit"), exhibit),
    ]
}

fn checked(language: &Language, report: &Report) -> String {
    let when = language.time(report.checked_at, report.seal().zone);
    if !report.evidence.supplied {
        return language.fill("summary.checked-record", &[("time", &when)]);
    }
    let files = language.count("file", report.evidence.files);
    let bytes = language.count("byte", report.evidence.bytes);
    language.fill(
        "summary.checked",
        &[("time", &when), ("files", &files), ("bytes", &bytes)],
    )
}

/// The five facts, all as recorded.
fn facts(language: &Language, report: &Report, room: Room) -> Vec<Fact> {
    let chain = &report.record.bundle().chain;
    let predicate = chain[0].predicate();
    let seal = report.seal();
    let mut sealed = language.fill(
        "summary.sealed-by",
        &[
            ("time", &language.time_of(seal)),
            ("party", &language.party_within(&seal.by, room.name)),
        ],
    );
    // How long it lay between the act and the seal: nothing shows what happened then.
    let before = seal.occurred.map(|end| seal.at.seconds_since(end));
    if let Some(seconds) = before.filter(|&seconds| seconds > 0) {
        let duration = language.duration(seconds);
        sealed.push_str(&language.fill("summary.sealed-after", &[("duration", &duration)]));
    }
    let fact = |key: &str, text: String| Fact::new(language.say(key), text);
    let mut facts = vec![
        fact("summary.sealed", sealed),
        fact(
            "summary.taken-from",
            language.recorded(predicate.text("place"), room.text),
        ),
        fact("summary.legal-basis", authority(language, predicate, room)),
        fact(
            "summary.physical-seal",
            physical_seals::last_state(language, chain, room.name, room.text),
        ),
    ];
    // Of all that is stamped, the last link: those before it existed then, too.
    let times = report.record.proven_times().iter();
    let last = times.max_by_key(|time| (time.link, std::cmp::Reverse(time.at)));
    facts.extend(last.map(|time| {
        let text = existed_within(language, time, seal.zone, room.text);
        fact("summary.time-stamp", text)
    }));
    let custody = report.record.custody();
    facts.push(fact(
        "summary.held-by",
        holder_within(language, custody, room.name),
    ));
    facts
}

fn authority(language: &Language, predicate: &Object, room: Room) -> String {
    let authority = predicate.get("authority").and_then(Json::as_object);
    let parts: Vec<String> = ["kind", "number", "date", "issuer"]
        .iter()
        .filter_map(|name| authority?.text(name))
        .map(|text| short(text, room.name))
        .collect();
    language.recorded(Some(&parts.join(", ")), room.name.times(4))
}

fn shows(language: &Language, report: &Report) -> Vec<String> {
    let key = match report.verdict() {
        Verdict::RecordDoesNotCheck if report.is_only_older() => "summary.shows-older",
        Verdict::RecordDoesNotCheck if report.is_only_misread() => "summary.shows-misread",
        Verdict::RecordDoesNotCheck => {
            return vec![language.say("summary.shows-nothing").to_owned()];
        }
        Verdict::RecordChecked if report.compared_nothing() => "summary.shows-nothing-compared",
        Verdict::NoChangeFound => "summary.shows-same",
        Verdict::RecordChecked => "summary.shows-record",
        Verdict::CouldNotBeChecked => "summary.shows-unread",
        _ => "summary.shows-change",
    };
    [key, "summary.shows-events", "summary.does-not-show"]
        .map(|key| language.say(key).to_owned())
        .to_vec()
}

fn to_confirm(language: &Language, report: &Report, room: Room) -> Vec<TickBox> {
    let exhibit = within(&report.seal().exhibit, room.name);
    let tick = |label: &str, text: String| TickBox {
        label: label.to_owned(),
        text,
        blank: None,
    };
    let protocol = protocol(report, room);
    let record = match &protocol {
        Some(number) => language.fill("summary.confirm-record-number", &[("number", number)]),
        None => language.say("summary.confirm-record").to_owned(),
    };
    let mut boxes = vec![
        tick(
            "A",
            language.fill("summary.confirm-item", &[("exhibit", &exhibit)]),
        ),
        tick("B", record),
    ];
    for (number, signer) in report.signers.iter().take(room.keys).enumerate() {
        let name = within(&signer.party.name, room.name);
        boxes.push(TickBox {
            label: if number == 0 { "C" } else { "" }.to_owned(),
            text: language.fill(
                "summary.confirm-key",
                &[("key", &key(&signer.key)), ("name", &name)],
            ),
            blank: (number == 0).then(|| language.say("summary.list-or-letter").to_owned()),
        });
    }
    let more = report.signers.len().saturating_sub(room.keys);
    if more > 0 {
        let keys = language.count("key", more as u64);
        boxes.push(tick(
            "",
            language.fill("summary.confirm-more", &[("keys", &keys)]),
        ));
    }
    boxes.push(tick(
        "D",
        language.say("summary.confirm-countersignature").to_owned(),
    ));
    boxes
}

/// Kind and number of the official record, where the seal names one.
fn protocol(report: &Report, room: Room) -> Option<String> {
    let predicate = report.record.bundle().chain[0].predicate();
    let protocol = predicate.get("protocol").and_then(Json::as_object)?;
    let parts = ["kind", "number"].map(|name| protocol.text(name));
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    Some(in_brackets(&parts.join(", "), room.name)).filter(|text| !text.is_empty())
}

/// What is missing, late or not recorded, the worst first; none of it on the page means that there is none.
fn remarks(language: &Language, report: &Report, room: Room) -> Vec<String> {
    let (harmless, others): (Vec<&Finding>, Vec<&Finding>) = by_weight(report)
        .into_iter()
        .partition(|finding| is_harmless(finding.code));
    let remark = |finding: &Finding| remark(language, report, finding, room);
    let mut remarks: Vec<String> = others.into_iter().map(remark).collect();
    let chain = report.record.bundle().chain.iter().enumerate();
    for (place, link) in chain.clone() {
        remarks.extend(happened(language, place, link, room));
    }
    for (place, link) in chain {
        remarks.extend(not_recorded(language, place, link, room));
    }
    remarks.extend(harmless.into_iter().map(remark));
    let more = remarks.len().saturating_sub(room.remarks);
    if more > 0 {
        remarks.truncate(room.remarks);
        let more = language.number(more as u64);
        remarks.push(language.fill("summary.more-remarks", &[("n", &more)]));
    }
    remarks
}

/// The findings: one of each code before the second of any, so that a hundred of one kind hide no other; of these and of
/// those the worst severity first.
fn by_weight(report: &Report) -> Vec<&Finding> {
    let mut seen = HashSet::new();
    let (firsts, rest): (Vec<&Finding>, Vec<&Finding>) =
        [Severity::Change, Severity::Open, Severity::Attention]
            .iter()
            .flat_map(|severity| report.of_severity(*severity))
            // Said in the result lines already.
            .filter(|finding| !matches!(finding.code, Code::NotSupplied | Code::InTransit))
            .partition(|finding| seen.insert(finding.code));
    firsts.into_iter().chain(rest).collect()
}

/// Whether a finding is usual, and says nothing of the exhibit or of who had it: it never takes the room of another.
fn is_harmless(code: Code) -> bool {
    matches!(
        code,
        Code::MetadataChanged | Code::NamesAlike | Code::Reformatted | Code::UnknownField
    )
}

fn remark(language: &Language, report: &Report, finding: &Finding, room: Room) -> String {
    let link = finding
        .link
        .and_then(|link| report.record.bundle().chain.get(link as usize));
    let said = if finding.path.is_some() {
        // A path may be as long as 4,096 bytes.
        let path = short(&place_in(language, finding), room.text);
        format!(
            "{path}: {}",
            short(&sentence_in(language, finding), room.text.times(4))
        )
    } else {
        short(&placed(language, finding), room.text.times(4))
    };
    let text =
        |object: &Object, name: &str| short(object.text(name).unwrap_or_default(), room.text);
    match finding.code {
        // The page above still shows what was signed first.
        Code::Corrected => {
            let corrects = link.and_then(|link| link.predicate().get("corrects")?.as_object());
            let corrected = corrects.map(|it| {
                let (field, should) = (text(it, "field"), text(it, "text"));
                language.fill("summary.should-be", &[("field", &field), ("text", &should)])
            });
            format!("{said}{}", corrected.unwrap_or_default())
        }
        Code::LateEntry => {
            let reason = link.and_then(|link| link.predicate().text("lateReason"));
            let reason = match reason {
                Some(reason) => language.fill(
                    "summary.late-reason",
                    &[("reason", &short(reason, room.text))],
                ),
                None => language.say("summary.late-no-reason").to_owned(),
            };
            format!("{said}{reason}")
        }
        _ => said,
    }
}

/// What somebody should have known, and wrote that it is not recorded.
fn not_recorded(language: &Language, place: usize, link: &Link, room: Room) -> Vec<String> {
    let line = |item: &NotRecorded<'_>| {
        language.fill(
            "summary.not-recorded",
            &[
                ("seq", &place),
                ("field", &field_name(language, item.field, room)),
                ("reason", &short(item.reason, room.text)),
            ],
        )
    };
    completeness::not_recorded(link.predicate())
        .iter()
        .map(line)
        .collect()
}

/// What happened to the exhibit while somebody held it.
fn happened(language: &Language, place: usize, link: &Link, room: Room) -> Option<String> {
    let key = match link.event().action {
        Action::Recorded("incident", _) => "summary.incident",
        Action::Recorded("open", _) => "summary.opened",
        _ => return None,
    };
    let reason = language.recorded(link.predicate().text("reason"), room.text);
    Some(language.fill(key, &[("seq", &place), ("reason", &reason)]))
}

/// The name of a field as a language calls it: of a field within a field, both.
fn field_name(language: &Language, path: &str, room: Room) -> String {
    let known = |name: &str| language.has(&format!("field.{name}"));
    if language.is_reference() || !path.split('.').all(known) {
        return short(path, room.text);
    }
    let names = path.split('.').map(|name| log::name_of(language, name));
    names.collect::<Vec<_>>().join(": ")
}

/// Whether the chain was held against a card on paper, and what came of it.
fn paper(language: &Language, report: &Report) -> String {
    if report.has(Code::HeadUnknown) {
        return language.say("summary.paper-differs").to_owned();
    }
    match report.record.heads_met().iter().max() {
        Some(seq) => {
            let later = report.record.bundle().chain.len() as u64 - 1 - seq;
            let later = language.number(later);
            language.fill("summary.paper-fits", &[("seq", seq), ("later", &later)])
        }
        None => language.say("summary.paper-none").to_owned(),
    }
}

fn strip(language: &Language, report: &Report) -> Block {
    let bundle = report.record.bundle();
    let card = bundle.card();
    let fact = |key: &str, text: String| Fact::new(language.say(key), text);
    let events = bundle.chain.len() as u64;
    let key_of_seal = report.seal().by.key.map(|id| key(&id)).unwrap_or_default();
    Block::Strip(
        card,
        language.say("page.qr").to_owned(),
        vec![
            fact("summary.record-code", card.head.in_groups(8)),
            fact(
                "summary.events",
                language.fill(
                    "summary.events-and-key",
                    &[("events", &language.number(events)), ("key", &key_of_seal)],
                ),
            ),
            fact("summary.paper", paper(language, report)),
            fact(
                "summary.program",
                format!("custody {}, SHA-256, Ed25519", env!("CARGO_PKG_VERSION")),
            ),
        ],
    )
}
