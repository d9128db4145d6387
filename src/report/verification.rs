//! The verification report on a terminal: what a prosecutor or an expert reads after `custody verify`.

use crate::audit::custody::Custody;
use crate::audit::finding::{Code, Finding, Severity};
use crate::audit::report::{Report, Signer};
use crate::audit::trust::Voucher;
use crate::record::event::Party;

use super::card::last_event;
use super::language::Language;
use super::layout::{MOST_OF_A_PATH, Most, in_brackets, key, safe, within};
use super::page::{Block, Fact, text};
use super::roster::line as roster_line;
use super::sentences::{existed, placed};
use super::{fork, repeat, result};

/// Findings shown of one code before the rest is only counted. `--json` has them all.
const SHOWN: usize = 20;

/// The severities in the order of a report, each with the key of its heading.
const SEVERITIES: [(Severity, &str); 3] = [
    (Severity::Change, "verification.differs"),
    (Severity::Open, "verification.not-established"),
    (Severity::Attention, "verification.else"),
];

/// The whole report. `bundle_name` and `evidence_name` are shown as they were given.
pub fn text(
    language: &Language,
    report: &Report,
    bundle_name: &str,
    evidence_name: Option<&str>,
) -> String {
    let heading = |key: &str| Block::Heading(language.say(key).to_owned());
    let mut blocks: Vec<Block> = as_of(language, report)
        .map(Block::Paragraph)
        .into_iter()
        .collect();
    blocks.extend([
        Block::Result(result::lines_in(language, report), None),
        heading("verification.about"),
        Block::Facts(about(language, report)),
    ]);
    blocks.extend(findings(language, report));
    blocks.extend(two_entries(language, report));
    blocks.push(heading("verification.checked"));
    blocks.push(Block::Facts(checked(language, report, evidence_name)));
    blocks.push(heading("verification.last-event"));
    blocks.extend(last_event(language, "", report.record.bundle()));
    blocks.push(heading("verification.does-not-show"));
    blocks.push(Block::Paragraph(
        language.say("verification.limits").to_owned(),
    ));
    blocks.push(heading("verification.repeat"));
    blocks.extend(repeat::commands(
        language,
        report.record.bundle(),
        bundle_name,
        evidence_name,
    ));
    if !language.is_reference() {
        blocks.push(Block::Subheading(String::new()));
        blocks.extend(language.notices().into_iter().map(Block::Paragraph));
    }
    text::blocks(&blocks)
}

/// On paper it must be seen that this is no verdict of today, where it is as of a time that was named.
pub fn as_of(language: &Language, report: &Report) -> Option<String> {
    let time = report.as_of?;
    let chain = &report.record.bundle().chain;
    let later = chain.iter().filter(|link| link.event().at > time).count() as u64;
    let later = match later {
        0 => String::new(),
        later => language.count("dated-later", later),
    };
    Some(language.fill(
        "verification.as-of",
        &[("time", &language.instant(time, None)), ("later", &later)],
    ))
}

/// Case, exhibit and holder, as recorded.
pub fn about(language: &Language, report: &Report) -> Vec<Fact> {
    let seal = report.seal();
    let holder = holder(language, report.record.custody());
    vec![
        Fact::new(language.say("words.case"), safe(&seal.case)),
        Fact::new(language.say("words.exhibit"), safe(&seal.exhibit)),
        Fact::new(language.say("words.holder"), holder),
    ]
}

/// The findings, by severity, under their headings.
pub fn findings(language: &Language, report: &Report) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (severity, heading) in SEVERITIES {
        let findings: Vec<&Finding> = report.of_severity(severity).collect();
        if !findings.is_empty() {
            blocks.push(Block::Heading(language.say(heading).to_owned()));
            blocks.push(Block::Findings(listed(language, &findings)));
        }
    }
    blocks
}

/// The two entries under one number, where there are two.
pub fn two_entries(language: &Language, report: &Report) -> Vec<Block> {
    let fork = report.findings.iter().find_map(fork::of_finding);
    let Some((place, links)) = fork else {
        return Vec::new();
    };
    let from = ["verification.here", "verification.seen-before"].map(|key| language.say(key));
    let mut blocks = vec![Block::Heading(
        language.say("verification.two-entries").to_owned(),
    )];
    blocks.extend(fork::blocks(language, place, links, from));
    blocks
}

/// Who holds the exhibit, as recorded.
pub fn holder(language: &Language, custody: &Custody) -> String {
    holder_within(language, custody, 80)
}

/// The same, each name cut at so many characters.
pub fn holder_within(language: &Language, custody: &Custody, most: impl Into<Most>) -> String {
    let most = most.into();
    let party = |party: &Party| language.party_within(party, most);
    match custody {
        Custody::None => language.say("words.not-recorded").to_owned(),
        Custody::Held { holder } => party(holder),
        Custody::InTransit {
            giver, receiver, ..
        } => language.fill(
            "holder.in-transit",
            &[("giver", &party(giver)), ("receiver", &party(receiver))],
        ),
        Custody::Closed {
            holder,
            by,
            since,
            zone,
        } => {
            let key = if *by == "return" {
                "holder.returned"
            } else {
                "holder.disposed"
            };
            let time = language.time(*since, *zone);
            language.fill(key, &[("party", &party(holder)), ("time", &time)])
        }
    }
}

fn listed(language: &Language, findings: &[&Finding]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut code: Option<Code> = None;
    let mut shown = 0;
    for finding in findings {
        if code != Some(finding.code) {
            lines.extend(rest(language, shown));
            (code, shown) = (Some(finding.code), 0);
        }
        shown += 1;
        if shown <= SHOWN {
            let line = format!("{} [{}]", placed(language, finding), finding.code.as_str());
            lines.push(line);
        }
    }
    lines.extend(rest(language, shown));
    lines
}

fn rest(language: &Language, shown: usize) -> Option<String> {
    let more = Some(shown.saturating_sub(SHOWN)).filter(|&more| more > 0)?;
    Some(language.fill("verification.more", &[("n", &language.number(more as u64))]))
}

/// What was looked at, and who signed.
pub fn checked(language: &Language, report: &Report, evidence_name: Option<&str>) -> Vec<Fact> {
    let bundle = report.record.bundle();
    let signatures: usize = bundle
        .chain
        .iter()
        .map(|link| link.signatures().len())
        .sum();
    let record = language.fill(
        "verification.record-checked",
        &[
            (
                "events",
                &language.count("chain-event", bundle.chain.len() as u64),
            ),
            (
                "signatures",
                &language.count("signature", signatures as u64),
            ),
            (
                "things",
                &language.count("sealed-thing", bundle.files.len() as u64),
            ),
        ],
    );
    let mut facts = vec![
        Fact::new(language.say("verification.record"), record),
        Fact::new(
            language.say("verification.evidence"),
            evidence(language, report, evidence_name),
        ),
    ];
    facts.extend(rosters(language, report));
    for place in report.record.heads_met() {
        facts.push(Fact::new(
            language.say("verification.head-card"),
            language.fill("verification.head-fits", &[("seq", &place)]),
        ));
    }
    facts.extend(times(language, report));
    let signers = report.signers.iter();
    let signers = signers.map(|signer| signer_in(language, signer, &report.signers));
    facts.extend(under_one_label(
        language.say("verification.signers"),
        signers,
    ));
    facts
}

/// The rosters that were at hand, and what each is worth.
pub fn rosters(language: &Language, report: &Report) -> Vec<Fact> {
    let given = report.record.rosters().given().iter();
    let lines = given.map(|given| roster_line(language, given));
    under_one_label(language.say("verification.rosters"), lines)
}

/// When events existed, as trusted time stamps show.
pub fn times(language: &Language, report: &Report) -> Vec<Fact> {
    let times = report.record.proven_times().iter();
    let times = times.map(|time| existed(language, time, report.seal().zone));
    under_one_label(language.say("verification.times"), times)
}

/// Facts of one kind: the label stands beside the first.
fn under_one_label(label: &str, texts: impl Iterator<Item = String>) -> Vec<Fact> {
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    let facts = labels.zip(texts);
    facts.map(|(label, text)| Fact::new(label, text)).collect()
}

fn evidence(language: &Language, report: &Report, evidence_name: Option<&str>) -> String {
    if !report.evidence.supplied {
        return language.say("verification.not-checked").to_owned();
    }
    let how = if report.evidence.full {
        "verification.how-full"
    } else {
        "verification.how-pieces"
    };
    let beside = if report.evidence.by_name {
        language.say("verification.by-name")
    } else if !report.evidence.all {
        language.say("verification.only-selected")
    } else {
        ""
    };
    language.fill(
        "verification.evidence-checked",
        &[
            ("files", &language.count("file", report.evidence.files)),
            ("bytes", &language.count("byte", report.evidence.bytes)),
            (
                "name",
                &within(evidence_name.unwrap_or_default(), MOST_OF_A_PATH),
            ),
            ("how", &language.say(how)),
            ("beside", &beside),
        ],
    )
}

/// A signer in English.
pub fn signer_text(signer: &Signer, all: &[Signer]) -> String {
    signer_in(Language::english(), signer, all)
}

/// A signer: the key first, then who it is said to belong to, who says so, and under which other names it signs.
pub fn signer_in(language: &Language, signer: &Signer, all: &[Signer]) -> String {
    let others: Vec<String> = all
        .iter()
        .filter(|other| other.key == signer.key && other.party != signer.party)
        .map(|other| language.party(&other.party))
        .collect();
    let others = if others.is_empty() {
        String::new()
    } else {
        let others = others.join(", ");
        language.fill("signer.same-key", &[("others", &others)])
    };
    language.fill(
        "signer.line",
        &[
            ("key", &key(&signer.key)),
            ("party", &language.party(&signer.party)),
            ("who", &voucher(language, signer.voucher.as_ref())),
            ("others", &others),
        ],
    )
}

/// Who stands for a key.
pub fn voucher(language: &Language, voucher: Option<&Voucher>) -> String {
    match voucher {
        Some(Voucher::Own(name)) => {
            language.fill("signer.own", &[("name", &in_brackets(name, 80))])
        }
        Some(Voucher::Known(name)) => language.fill("signer.known", &[("name", &within(name, 80))]),
        Some(Voucher::Member {
            name,
            agency,
            roster: (roster, root),
        }) => language.fill(
            "signer.member",
            &[
                ("roster", &within(roster, 80)),
                ("root", &key(root)),
                ("name", &within(name, 80)),
                ("agency", &in_brackets(agency, 80)),
            ],
        ),
        Some(Voucher::Given) => language.say("signer.given").to_owned(),
        None => language.say("signer.not-confirmed").to_owned(),
    }
}
