//! The parts of a page, put on sheets of paper.

use crate::report::page::{Block, Fact, Page, Row, Table, TickBox, colon, is_number};

use super::faces::Face;
use super::flow::{COLUMN, Flow, Head, Ink, Role, SIDE, Style};

const TEXT: Style = Style {
    face: Face::Regular,
    size: 10.0,
};
const LABEL: Style = Style {
    face: Face::Bold,
    size: 10.0,
};
const TITLE: Style = Style {
    face: Face::Bold,
    size: 14.0,
};
const RESULT: Style = Style {
    face: Face::Bold,
    size: 12.5,
};
const NUMBER: Style = Style {
    face: Face::Mono,
    size: 10.0,
};
const COMMAND: Style = Style {
    face: Face::Mono,
    size: 9.0,
};

/// The side of a QR code: 25 mm.
const CODE: f32 = 71.0;

/// The front of a page alone, on sheets written on down to a share of their height.
pub fn front(page: &Page, share: f32) -> Flow {
    let mut flow = Flow::new(share);
    title(&mut flow, page);
    page.front.iter().for_each(|part| block(&mut flow, part));
    flow
}

/// The whole page.
pub fn whole(page: &Page) -> Flow {
    let mut flow = front(page, 1.0);
    if !page.annex.is_empty() {
        flow.turn();
        page.annex.iter().for_each(|part| block(&mut flow, part));
    }
    flow
}

fn title(flow: &mut Flow, page: &Page) {
    flow.text(
        Role::Title(page.title.clone()),
        TITLE,
        SIDE,
        COLUMN,
        &page.title,
    );
    for notice in &page.notices {
        flow.text(Role::Paragraph, TEXT, SIDE, COLUMN, notice);
    }
    flow.white(2.0);
}

fn block(flow: &mut Flow, block: &Block) {
    match block {
        Block::Heading(text) => heading(flow, text),
        Block::Subheading(text) if text.is_empty() => flow.white(6.0),
        Block::Subheading(text) => subheading(flow, text),
        Block::Result(lines, about) => result(flow, lines, about.as_deref()),
        Block::Paragraph(text) | Block::Remark(text) => {
            let style = style_of(text, COLUMN);
            flow.text(Role::Paragraph, style, SIDE, COLUMN, text);
        }
        Block::Blanks(labels) => blanks(flow, labels),
        Block::Facts(facts) => facts_at(flow, facts, SIDE),
        Block::Point(head, facts) => {
            subheading(flow, head);
            facts_at(flow, facts, SIDE);
        }
        Block::Table(table) => events(flow, table),
        Block::Boxes(boxes) => tick_boxes(flow, boxes),
        Block::Items(items) => list(flow, "\u{2013}", TEXT, items),
        Block::Findings(items) => list(flow, "", TEXT, items),
        Block::Alarms(items) => list(flow, "!", LABEL, items),
        Block::Commands(lines) => {
            flow.white(1.0);
            for line in lines {
                flow.text(Role::Paragraph, COMMAND, SIDE + 12.0, COLUMN - 12.0, line);
            }
            flow.white(3.0);
        }
        Block::Strip(card, picture, facts) => {
            flow.need(CODE + 8.0);
            rule(flow, 5.0);
            let top = flow.y() + 3.0;
            let text = card.to_string();
            let node = flow.node(Role::Picture(format!("{picture}: {text}")));
            flow.draw(
                Some(node),
                Ink::Code {
                    x: SIDE,
                    y: top,
                    side: CODE,
                    text,
                },
            );
            flow.go_to(top + 8.0);
            facts_at(flow, facts, SIDE + CODE + 10.0);
            let below = flow.y().max(top + CODE);
            flow.go_to(below);
        }
    }
}

fn rule(flow: &mut Flow, above: f32) {
    flow.white(above);
    let y = flow.y();
    flow.draw(
        None,
        Ink::Rule {
            x: SIDE,
            y,
            width: COLUMN,
        },
    );
}

fn heading(flow: &mut Flow, text: &str) {
    flow.white(6.0);
    flow.need(4.0 * LABEL.line());
    flow.text(Role::Heading(2, text.to_owned()), LABEL, SIDE, COLUMN, text);
    rule(flow, 0.5);
    flow.white(2.0);
}

fn subheading(flow: &mut Flow, text: &str) {
    flow.white(6.0);
    flow.need(4.0 * LABEL.line());
    flow.text(Role::Heading(3, text.to_owned()), LABEL, SIDE, COLUMN, text);
}

/// Numbers stand in letters of one width, and in smaller ones where they would not fit in a line.
fn style_of(text: &str, width: f32) -> Style {
    if !is_number(text) {
        TEXT
    } else if NUMBER.face.width(text, NUMBER.size) > width {
        COMMAND
    } else {
        NUMBER
    }
}

fn result(flow: &mut Flow, lines: &[String], about: Option<&str>) {
    let inner = COLUMN - 16.0;
    let styles = std::iter::once(RESULT).chain(std::iter::repeat(LABEL));
    let mut texts: Vec<(Style, &str)> = styles.zip(lines.iter().map(String::as_str)).collect();
    texts.extend(about.map(|about| (TEXT, about)));
    let high: f32 = texts
        .iter()
        .map(|(style, text)| style.lines(text, inner).len() as f32 * style.line())
        .sum();
    flow.white(4.0);
    flow.need(high + 8.0);
    let top = flow.y();
    flow.go_to(top + 4.0);
    for (style, text) in texts {
        flow.text(Role::Paragraph, style, SIDE + 8.0, inner, text);
    }
    let height = flow.y() + 4.0 - top;
    flow.draw(
        None,
        Ink::Frame {
            x: SIDE,
            y: top,
            width: COLUMN,
            height,
        },
    );
    flow.go_to(top + height + 4.0);
}

fn blanks(flow: &mut Flow, labels: &[String]) {
    flow.white(6.0);
    flow.need(TEXT.line() + 6.0);
    let y = flow.y();
    let labels: Vec<String> = labels
        .iter()
        .map(|label| TEXT.face.shown(&colon(label)))
        .collect();
    let taken: f32 = labels
        .iter()
        .map(|label| TEXT.face.width(label, TEXT.size) + 4.0)
        .sum();
    let gaps = 8.0 * labels.len().saturating_sub(1) as f32;
    let each = (COLUMN - taken - gaps) / labels.len().max(1) as f32;
    let node = flow.node(Role::Paragraph);
    let mut x = SIDE;
    for label in labels {
        let wide = TEXT.face.width(&label, TEXT.size) + 4.0;
        flow.write(node, TEXT, x, y, label);
        flow.draw(
            None,
            Ink::Rule {
                x: x + wide,
                y: y + TEXT.line() - 1.5,
                width: each.max(8.0),
            },
        );
        x += wide + each + 8.0;
    }
    flow.go_to(y + TEXT.line() + 2.0);
}

fn facts_at(flow: &mut Flow, facts: &[Fact], x: f32) {
    let wide = COLUMN - (x - SIDE);
    let width = |fact: &Fact| LABEL.face.width(&LABEL.face.shown(&fact.label), LABEL.size);
    let labels = facts.iter().map(width).fold(0.0, f32::max) + 8.0;
    let labels = labels.min(wide * 0.3);
    let table = flow.group();
    for (row, fact) in facts.iter().enumerate() {
        let cell = |head| Role::Cell { table, row, head };
        let label = (cell(Head::Row), LABEL, x, labels - 4.0, fact.label.as_str());
        let (at, width) = (x + labels, wide - labels);
        if fact.quoted {
            let mut lines = fact.text.lines();
            let first = format!("| {}", lines.next().unwrap_or_default());
            flow.row(&[label, (cell(Head::None), TEXT, at, width, &first)]);
            for line in lines {
                let line = format!("| {line}");
                flow.row(&[(cell(Head::None), TEXT, at, width, &line)]);
            }
        } else {
            let text = (
                cell(Head::None),
                style_of(&fact.text, width),
                at,
                width,
                fact.text.as_str(),
            );
            flow.row(&[label, text]);
        }
    }
}

fn events(flow: &mut Flow, table: &Table) {
    let number = flow.group();
    let times = table.rows.iter().filter_map(|row| match row {
        Row::Cells(cells) => cells.get(1),
        Row::LeftOut(_) => None,
    });
    let time = times
        .map(|time| TEXT.face.width(time, TEXT.size))
        .fold(60.0, f32::max)
        + 10.0;
    let starts = [SIDE, SIDE + 30.0, SIDE + 30.0 + time];
    let widths = [24.0, time - 6.0, COLUMN - 30.0 - time];
    let cells = |row: usize,
                 style: Style,
                 head: Head,
                 texts: &[String]|
     -> Vec<(Role, Style, f32, f32, String)> {
        let places = starts.iter().zip(widths).zip(texts);
        places
            .map(|((&x, width), text)| {
                (
                    Role::Cell {
                        table: number,
                        row,
                        head,
                    },
                    style,
                    x,
                    width,
                    text.clone(),
                )
            })
            .collect()
    };
    let mut write = |cells: Vec<(Role, Style, f32, f32, String)>| {
        let cells: Vec<_> = cells
            .iter()
            .map(|(role, style, x, width, text)| (role.clone(), *style, *x, *width, text.as_str()))
            .collect();
        flow.row(&cells);
    };
    write(cells(0, LABEL, Head::Column, &table.head));
    for (row, line) in table.rows.iter().enumerate() {
        match line {
            Row::Cells(texts) => write(cells(row + 1, TEXT, Head::None, texts)),
            Row::LeftOut(words) => {
                let texts = [String::new(), String::new(), words.clone()];
                write(cells(row + 1, TEXT, Head::None, &texts));
            }
        }
    }
}

fn tick_boxes(flow: &mut Flow, boxes: &[TickBox]) {
    let list = flow.group();
    let (letter, text) = (SIDE + 16.0, SIDE + 32.0);
    for tick in boxes {
        let wide = COLUMN - 32.0;
        let label = tick
            .blank
            .as_ref()
            .map(|label| format!("{}; {label}:", tick.text));
        let lines = TEXT.lines(label.as_ref().unwrap_or(&tick.text), wide);
        flow.need(lines.len() as f32 * TEXT.line());
        let top = flow.y();
        flow.draw(
            None,
            Ink::Frame {
                x: SIDE + 1.0,
                y: top + 2.0,
                width: 8.5,
                height: 8.5,
            },
        );
        let node = flow.node(Role::Item { list });
        if !tick.label.is_empty() {
            flow.write(node, LABEL, letter, top, tick.label.clone());
        }
        let last = lines
            .last()
            .map_or(0.0, |line| TEXT.face.width(line, TEXT.size));
        for line in lines {
            let y = flow.y();
            flow.write(node, TEXT, text, y, line);
            flow.go_to(y + TEXT.line());
        }
        // A line to write on: behind the words, or below them where they leave no room.
        if label.is_some() {
            let behind = wide - last - 4.0;
            if behind < 70.0 {
                flow.white(TEXT.line());
            }
            let (x, width) = if behind < 70.0 {
                (text, wide)
            } else {
                (text + last + 4.0, behind)
            };
            let y = flow.y() - 1.5;
            flow.draw(None, Ink::Rule { x, y, width });
        }
        flow.white(1.0);
    }
}

fn list(flow: &mut Flow, mark: &str, style: Style, items: &[String]) {
    let list = flow.group();
    let indent = if mark.is_empty() { 0.0 } else { 12.0 };
    for item in items {
        let role = Role::Item { list };
        let hanging = style.lines(item, COLUMN - indent - 10.0);
        let node = flow.node(role);
        for (number, line) in hanging.into_iter().enumerate() {
            flow.need(style.line());
            let y = flow.y();
            if number == 0 && !mark.is_empty() {
                flow.write(node, style, SIDE, y, mark.to_owned());
            }
            let hang = if number > 0 && mark.is_empty() {
                10.0
            } else {
                0.0
            };
            flow.write(node, style, SIDE + indent + hang, y, line);
            flow.go_to(y + style.line());
        }
    }
}
