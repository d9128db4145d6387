//! The head card: what is copied onto paper, or printed and glued into the file of the case.

use crate::record::bundle::Bundle;

use super::language::Language;
use super::layout::{labelled, paragraph, safe, short};
use super::page::pdf::Face;
use super::page::{Block, html, text};
use super::qr::Code;

/// What stands on a card.
struct Shown {
    /// Case, exhibit, events, last event, record code, each with its label.
    facts: [(String, String); 5],
    /// The whole card.
    card: String,
}

impl Shown {
    fn of(language: &Language, bundle: &Bundle) -> Self {
        let card = bundle.card();
        let (first, last) = (
            bundle.chain[0].event(),
            bundle.chain[bundle.chain.len() - 1].event(),
        );
        let last_event = language.fill(
            "card.last",
            &[
                ("seq", &card.seq),
                ("action", &language.action(&last.action)),
                ("time", &language.time_of(last)),
            ],
        );
        let events = language.count("event", bundle.chain.len() as u64);
        let fact = |key: &str, text: String| (language.say(key).to_owned(), text);
        Self {
            facts: [
                fact("card.case", safe(&first.case)),
                fact("card.exhibit", safe(&first.exhibit)),
                fact("card.events", events),
                fact("card.last-event", last_event),
                fact("card.record-code", card.head.in_groups(8)),
            ],
            card: card.to_string(),
        }
    }
}

/// The lines to write on: who hands over, who takes, the number of the physical seal, the date.
fn blanks(language: &Language) -> [[&str; 2]; 2] {
    [
        ["card.released-by", "card.received-by"],
        ["card.physical-seal", "card.date"],
    ]
    .map(|pair| pair.map(|key| language.say(key)))
}

/// The card of a bundle whose record was judged, as text.
pub fn text(language: &Language, bundle: &Bundle) -> String {
    let shown = Shown::of(language, bundle);
    let mut text = format!("{}\n\n", language.say("card.title"));
    let longest = shown.facts.iter().map(|(label, _)| label.chars().count());
    let width = longest.max().unwrap_or_default().max(12);
    for (label, fact) in &shown.facts {
        text.push_str(&labelled(width, label, fact));
    }
    text.push_str(&format!("\n  {}\n\n", shown.card));
    text.push_str(&paragraph("  ", "  ", language.say("card.keep")));
    text.push('\n');
    let lines = blanks(language).map(|pair| Block::Blanks(pair.map(str::to_owned).to_vec()));
    text.push_str(&text::blocks(&lines));
    for notice in notices(language) {
        text.push_str(&paragraph("  ", "  ", &notice));
    }
    text
}

/// The last event that a bundle knows, with its record code and its card. `before` stands in front of it.
pub fn last_event(language: &Language, before: &str, bundle: &Bundle) -> [Block; 3] {
    let card = bundle.card();
    let event = bundle.chain[bundle.chain.len() - 1].event();
    let what = language.fill(
        "card.last-event-known",
        &[
            ("seq", &card.seq),
            ("time", &language.time_of(event)),
            ("action", &language.action(&event.action)),
            ("party", &language.party(&event.by)),
        ],
    );
    [
        Block::Paragraph(format!("{before}{what}")),
        Block::Paragraph(card.head.in_groups(8)),
        Block::Paragraph(card.to_string()),
    ]
}

/// A card says what any page says of its words, but where they are those of the language of reference.
fn notices(language: &Language) -> Vec<String> {
    if language.is_reference() {
        return Vec::new();
    }
    language.notices()
}

/// The card as an HTML file.
pub fn html(language: &Language, bundle: &Bundle) -> String {
    let shown = Shown::of(language, bundle);
    let title = language.say("card.title");
    let mut body = format!(
        "<section class=\"card\">\n<h1>{}</h1>\n",
        html::escaped(title)
    );
    for notice in notices(language) {
        body.push_str(&format!(
            "<p class=\"notice\">{}</p>\n",
            html::escaped(&notice)
        ));
    }
    body.push_str("<div class=\"strip\">\n");
    body.push_str(&html::qr(language.say("page.qr"), &shown.card));
    body.push_str("<table class=\"facts\">\n");
    for (label, fact) in &shown.facts {
        body.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
            html::escaped(label),
            html::escaped(fact)
        ));
    }
    body.push_str(&format!(
        "</table>\n</div>\n<pre>{}</pre>\n<p>{}</p>\n",
        html::escaped(&shown.card),
        html::escaped(language.say("card.keep"))
    ));
    for pair in blanks(language) {
        let labels = pair.map(|label| format!("<span>{}:</span><i></i>", html::escaped(label)));
        body.push_str(&format!("<p class=\"blanks\">{}</p>\n", labels.concat()));
    }
    body.push_str("</section>\n");
    let code = bundle.card().head.in_groups(8);
    html::document(language.code(), title, &code, &body)
}

/// Millimetres of the picture of a card: A6, lying.
const WIDE: f32 = 148.0;
const HIGH: f32 = 105.0;
const SIDE: f32 = 7.0;

/// The card as an SVG picture. Its letters are those our own fonts have; the others are written by their numbers, so
/// that nothing turns a line around.
pub fn svg(language: &Language, bundle: &Bundle) -> String {
    let shown = Shown::of(language, bundle);
    let mut body = String::new();
    line(&mut body, SIDE, 11.0, 4.8, true, language.say("card.title"));
    let qr = 46.0;
    if let Some(code) = Code::of(&shown.card) {
        let unit = qr / code.size() as f32;
        body.push_str(&format!(
            "<g transform=\"translate({} 14) scale({unit:.5})\" shape-rendering=\"crispEdges\"><path d=\"{}\"/></g>\n",
            WIDE - SIDE - qr,
            code.svg_path()
        ));
    }
    let column = WIDE - 3.0 * SIDE - qr;
    let code = bundle.card().head.in_groups(8);
    // Two lines for each of the five but one must end above the card.
    let mut y = 18.0;
    for (label, fact) in &shown.facts {
        line(&mut body, SIDE, y, 3.0, true, label);
        y += 3.9;
        let parts = match code.split_at_checked(20) {
            // Eight groups of four digits: four in a line.
            Some((half, rest)) if *fact == code => vec![half.to_owned(), rest.to_owned()],
            _ => fitting(fact, 3.6, column, 2),
        };
        for part in parts {
            line(&mut body, SIDE, y, 3.6, false, &part);
            y += 4.0;
        }
    }
    let (first, second) = shown.card.split_at(shown.card.len().min(76));
    for (number, part) in [first, second].iter().enumerate() {
        line(
            &mut body,
            SIDE,
            74.5 + 4.0 * number as f32,
            2.9,
            false,
            part,
        );
    }
    for (row, pair) in blanks(language).iter().enumerate() {
        let y = 87.0 + 10.0 * row as f32;
        for (number, label) in pair.iter().enumerate() {
            let half = (WIDE - 3.0 * SIDE) / 2.0;
            let x = SIDE + number as f32 * (half + SIDE);
            line(&mut body, x, y, 3.2, false, &format!("{label}:"));
            let from = x + Face::Regular.width(&format!("{label}:"), 3.2) * 1.15 + 1.0;
            body.push_str(&format!(
                "<path d=\"M{from:.1} {:.1}H{:.1}\" stroke=\"#000\" stroke-width=\"0.25\"/>\n",
                y + 0.6,
                x + half
            ));
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:lang=\"{}\" width=\"{WIDE}mm\" height=\"{HIGH}mm\" \
         viewBox=\"0 0 {WIDE} {HIGH}\">\n<title>{}</title>\n\
         <rect width=\"{WIDE}\" height=\"{HIGH}\" fill=\"#fff\"/>\n\
         <rect x=\"1\" y=\"1\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#000\" stroke-width=\"0.3\"/>\n{body}</svg>\n",
        language.code(),
        html::escaped(&Face::Regular.shown(language.say("card.title"))),
        WIDE - 2.0,
        HIGH - 2.0
    )
}

/// A text in so many lines of a column at most; what does not fit is left out, and `…` says so. Other fonts may be
/// wider than ours: a part of the column stays free.
fn fitting(text: &str, size: f32, width: f32, most: usize) -> Vec<String> {
    let broken = Face::Regular.lines(&short(text, 200), size, width * 0.85);
    let mut lines: Vec<String> = broken.iter().take(most).cloned().collect();
    if broken.len() > most
        && let Some(last) = lines.last_mut()
    {
        last.push('…');
    }
    lines
}

fn line(body: &mut String, x: f32, y: f32, size: f32, bold: bool, text: &str) {
    let weight = if bold { " font-weight=\"bold\"" } else { "" };
    body.push_str(&format!(
        "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" font-family=\"'Noto Sans', 'Liberation Sans', Arial, Helvetica, \
         sans-serif\"{weight}>{}</text>\n",
        html::escaped(&Face::Regular.shown(text))
    ));
}
