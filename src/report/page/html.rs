//! A page as one HTML file: no script, nothing from elsewhere, made to be printed on A4 in black and white.

use base64ct::{Base64, Encoding};
use unicode_normalization::char::is_combining_mark;

use crate::record::digest::Digest;
use crate::report::layout::MARKS;
use crate::report::qr::Code;

use super::{Block, Fact, Page, Row, Table, TickBox, colon, is_number};

/// Fonts that have all letters of our languages come first; the widest comes last.
const STYLE: &str = include_str!("page.css");

/// The whole file.
pub fn print(page: &Page) -> String {
    let front: String = page.front.iter().map(block).collect();
    let annex: String = page.annex.iter().map(block).collect();
    let annex = if annex.is_empty() {
        annex
    } else {
        format!("<section class=\"annex\">\n{annex}</section>\n")
    };
    let notices: String = page
        .notices
        .iter()
        .map(|notice| format!("<p class=\"notice\">{}</p>\n", escaped(notice)))
        .collect();
    document(
        page.language.code(),
        &page.title,
        &page.code,
        &format!(
            "<section class=\"front\">\n<h1>{}</h1>\n{notices}{front}</section>\n{annex}<p class=\"foot\">{}</p>\n",
            escaped(&page.title),
            escaped(&page.foot)
        ),
    )
}

/// A file around what stands in its body. `code` are hex digits in groups, for the foot of each sheet of paper.
pub fn document(language: &str, title: &str, code: &str, body: &str) -> String {
    let style = STYLE.replace("RECORD CODE", code);
    let hash = Base64::encode_string(&Digest::of(style.as_bytes()).0);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{style}</style>\n</head>\n\
         <body>\n{body}</body>\n</html>\n",
        escaped(title)
    )
}

/// Text that is text wherever it is put: no tag, no entity, no turned line, no pile of marks.
pub fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut marks = 0;
    let mut turned = false;
    for character in text.chars() {
        if is_right_to_left(character) != turned {
            html.push_str(if turned { "</bdi>" } else { "<bdi>" });
            turned = !turned;
        }
        marks = if is_combining_mark(character) {
            marks + 1
        } else {
            0
        };
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            mark if marks > MARKS => html.push_str(&format!("[U+{:04X}]", u32::from(mark))),
            plain => html.push(plain),
        }
    }
    if turned {
        html.push_str("</bdi>");
    }
    html
}

/// Whether a letter turns the direction of a line (Unicode Standard Annex 9, classes R and AL).
fn is_right_to_left(character: char) -> bool {
    matches!(u32::from(character),
        0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFE | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF)
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(text) => format!("<h2>{}</h2>\n", escaped(text)),
        Block::Subheading(text) => format!("<h3>{}</h3>\n", escaped(text)),
        Block::Result(lines, about) => {
            let lines: String = lines
                .iter()
                .map(|line| format!("<p class=\"line\">{}</p>\n", escaped(line)))
                .collect();
            let about = about
                .iter()
                .map(|about| format!("<p>{}</p>\n", escaped(about)));
            format!(
                "<div class=\"result\">\n{lines}{}</div>\n",
                about.collect::<String>()
            )
        }
        Block::Paragraph(text) | Block::Remark(text) => format!("<p>{}</p>\n", escaped(text)),
        Block::Blanks(labels) => {
            let labels = labels
                .iter()
                .map(|label| format!("<span>{}</span><i></i>", escaped(&colon(label))));
            format!("<p class=\"blanks\">{}</p>\n", labels.collect::<String>())
        }
        Block::Facts(facts) => facts_html(facts),
        Block::Point(head, facts) => format!("<h3>{}</h3>\n{}", escaped(head), facts_html(facts)),
        Block::Table(table) => table_html(table),
        Block::Boxes(boxes) => {
            let boxes: String = boxes.iter().map(tick_box).collect();
            format!("<ul class=\"boxes\">\n{boxes}</ul>\n")
        }
        Block::Items(items) => list("items", items),
        Block::Findings(items) => list("findings", items),
        Block::Alarms(items) => list("alarms", items),
        Block::Commands(lines) => {
            let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
            format!("<pre>{}</pre>\n", lines.join("\n"))
        }
        Block::Strip(card, picture, facts) => format!(
            "<div class=\"strip\">\n{}{}</div>\n",
            qr(picture, &card.to_string()),
            facts_html(facts)
        ),
    }
}

/// The QR code of a text as a picture in the file. `picture` says what it is to a reader who does not see it.
pub fn qr(picture: &str, text: &str) -> String {
    let Some(code) = Code::of(text) else {
        return String::new();
    };
    let size = code.size();
    format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"{}: {}\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{}\"/></svg>\n",
        escaped(picture),
        escaped(text),
        code.svg_path()
    )
}

fn facts_html(facts: &[Fact]) -> String {
    let rows: String = facts
        .iter()
        .map(|fact| {
            let class = match fact {
                Fact { quoted: true, .. } => " class=\"quoted\"",
                fact if is_number(&fact.text) => " class=\"number\"",
                _ => "",
            };
            format!(
                "<tr><th scope=\"row\">{}</th><td{class}>{}</td></tr>\n",
                escaped(&fact.label),
                escaped(&fact.text)
            )
        })
        .collect();
    format!("<table class=\"facts\">\n{rows}</table>\n")
}

fn table_html(table: &Table) -> String {
    let head: String = table
        .head
        .iter()
        .map(|cell| format!("<th scope=\"col\">{}</th>", escaped(cell)))
        .collect();
    let rows: String = table
        .rows
        .iter()
        .map(|row| match row {
            Row::Cells(cells) => {
                let cells = cells
                    .iter()
                    .map(|cell| format!("<td>{}</td>", escaped(cell)));
                format!("<tr>{}</tr>\n", cells.collect::<String>())
            }
            Row::LeftOut(words) => {
                let columns = table.head.len();
                format!(
                    "<tr><td colspan=\"{columns}\">{}</td></tr>\n",
                    escaped(words)
                )
            }
        })
        .collect();
    format!(
        "<table class=\"events\">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
    )
}

fn tick_box(tick: &TickBox) -> String {
    let blank = tick
        .blank
        .as_ref()
        .map(|label| format!("; <span class=\"blank\">{}: <i></i></span>", escaped(label)));
    format!(
        "<li><b class=\"box\"></b><b class=\"letter\">{}</b><span>{}{}</span></li>\n",
        escaped(&tick.label),
        escaped(&tick.text),
        blank.unwrap_or_default()
    )
}

fn list(class: &str, items: &[String]) -> String {
    let items: String = items
        .iter()
        .map(|item| format!("<li>{}</li>\n", escaped(item)))
        .collect();
    format!("<ul class=\"{class}\">\n{items}</ul>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(
            escaped("<script>alert('x')</script> & \"y\""),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;"
        );
        assert_eq!(escaped("12 שלום 34"), "12 <bdi>שלום</bdi> 34");
        assert_eq!(
            escaped("e\u{301}\u{301}\u{301}\u{301}"),
            "e\u{301}\u{301}\u{301}[U+0301]"
        );
    }
}
