//! A page as plain text, for a terminal and for any printer.

use crate::report::layout::{WIDTH, labelled, paragraph};

use super::{Block, Fact, Page, Row, TickBox, colon};

/// The least width of the column of labels.
const LABELS: usize = 10;

/// The same under the head of a point.
const POINTS: usize = 7;

/// The whole page; its annex where it has one.
pub fn print(page: &Page) -> String {
    let mut text = format!("{}\n", page.title);
    for notice in &page.notices {
        text.push_str(&paragraph("  ", "  ", notice));
    }
    text.push('\n');
    text.push_str(&framed(&page.front));
    if !page.annex.is_empty() {
        text.push_str(&format!("\n{}\n", "=".repeat(WIDTH)));
        text.push_str(&blocks(&page.annex));
    }
    text
}

/// The front of a page: its parts between rules.
fn framed(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Heading(heading) => {
                text.push_str(&format!("{:-<WIDTH$}\n", format!("-- {heading} ")))
            }
            Block::Result(lines, about) => {
                let all = lines.iter().chain(about);
                let all: String = all.map(|line| paragraph("  ", "  ", line)).collect();
                text.push_str(&format!("{}\n{all}{}\n", rule(), rule()));
            }
            Block::Strip(..) => text.push_str(&format!("{}\n{}", rule(), one(block))),
            block => text.push_str(&one(block)),
        }
    }
    text
}

/// Parts one under the other, each heading after an empty line.
pub fn blocks(blocks: &[Block]) -> String {
    blocks.iter().map(one).collect()
}

fn rule() -> String {
    "-".repeat(WIDTH)
}

fn one(block: &Block) -> String {
    match block {
        Block::Heading(heading) | Block::Subheading(heading) => format!("\n{heading}\n"),
        Block::Result(lines, about) => {
            let all = lines.iter().chain(about);
            all.map(|line| paragraph("", "  ", line)).collect()
        }
        Block::Paragraph(text) => paragraph("  ", "  ", text),
        Block::Remark(text) => format!("\n{}", paragraph("", "", text)),
        Block::Blanks(labels) => blanks(labels),
        Block::Facts(facts) => facts_text(facts),
        Block::Point(head, facts) => point(head, facts),
        Block::Table(table) => table.rows.iter().map(row).collect(),
        Block::Boxes(boxes) => boxes.iter().map(tick_box).collect(),
        Block::Items(items) => items
            .iter()
            .map(|item| paragraph("  - ", "    ", item))
            .collect(),
        Block::Findings(items) => items
            .iter()
            .map(|item| paragraph("  ", "      ", item))
            .collect(),
        Block::Alarms(items) => items
            .iter()
            .map(|item| paragraph("  ! ", "    ", item))
            .collect(),
        Block::Commands(lines) => lines.iter().map(|line| format!("    {line}\n")).collect(),
        Block::Strip(_, _, facts) => facts_text(facts),
    }
}

/// Labels with the rest of the line to write on.
fn blanks(labels: &[String]) -> String {
    let taken: usize = labels.iter().map(|label| label.chars().count() + 3).sum();
    let each = WIDTH.saturating_sub(taken + 2) / labels.len().max(1);
    let parts: Vec<String> = labels
        .iter()
        .map(|label| format!("{} {}", colon(label), "_".repeat(each.max(6))))
        .collect();
    format!("  {}\n", parts.join("  ").trim_end())
}

/// How wide the column of labels is.
fn column(facts: &[Fact], least: usize) -> usize {
    let longest = facts.iter().map(|fact| fact.label.chars().count()).max();
    longest.unwrap_or_default().clamp(least, 30)
}

fn point(head: &str, facts: &[Fact]) -> String {
    let width = column(facts, POINTS);
    let facts = facts.iter().map(|Fact { label, text, .. }| {
        paragraph(&format!("   {label:width$} "), &" ".repeat(width + 4), text)
    });
    let facts: String = facts.collect();
    format!("\n{}{facts}", paragraph("", "   ", head))
}

fn facts_text(facts: &[Fact]) -> String {
    let width = column(facts, LABELS);
    facts
        .iter()
        .map(|fact| {
            if fact.quoted {
                let lines = fact
                    .text
                    .lines()
                    .map(|line| paragraph("    | ", "    | ", line));
                format!("  {}\n{}", fact.label, lines.collect::<String>())
            } else {
                labelled(width, &fact.label, &fact.text)
            }
        })
        .collect()
}

fn row(row: &Row) -> String {
    match row {
        Row::LeftOut(words) => paragraph("      ", "      ", words),
        Row::Cells(cells) => match cells.as_slice() {
            [number, time, what] => paragraph(
                &format!("  {number:>2}  {time:<18}  "),
                &" ".repeat(26),
                what,
            ),
            other => paragraph("  ", "    ", &other.join("  ")),
        },
    }
}

fn tick_box(tick: &TickBox) -> String {
    let blank = tick
        .blank
        .as_ref()
        .map(|label| format!("; {label}: ____________"));
    paragraph(
        &format!("  [ ] {:1}  ", tick.label),
        "         ",
        &format!("{}{}", tick.text, blank.unwrap_or_default()),
    )
}
