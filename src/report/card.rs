//! The head card as text: what is copied onto paper.

use crate::record::bundle::Bundle;

use super::layout::{action, count, labelled, paragraph, party, safe, time};

/// The card of a bundle whose record was judged.
pub fn text(bundle: &Bundle) -> String {
    let card = bundle.card();
    let (first, last) = (
        bundle.chain[0].event(),
        bundle.chain[bundle.chain.len() - 1].event(),
    );
    let mut text = String::from("CUSTODY HEAD CARD\n\n");
    text.push_str(&labelled(12, "case", &safe(&first.case)));
    text.push_str(&labelled(12, "exhibit", &safe(&first.exhibit)));
    text.push_str(&labelled(
        12,
        "events",
        &count(bundle.chain.len() as u64, "event", "events"),
    ));
    text.push_str(&labelled(
        12,
        "last event",
        &format!("no. {}, {}, {}", card.seq, action(&last.action), time(last)),
    ));
    text.push_str(&labelled(12, "record code", &card.head.in_groups(8)));
    text.push_str(&format!("\n  {card}\n\n"));
    text.push_str(&paragraph(
        "  ",
        "  ",
        "Keep this card apart from the bundle. With `custody verify BUNDLE --expect-head CARD` it shows whether events were cut off since.",
    ));
    text.push_str(
        "\n  Released by: ______________________   Received by: ______________________\n",
    );
    text.push_str("  Physical seal no.: ________________   Date: _____________________________\n");
    text
}

/// The last event that a bundle knows, with its record code and its card. `before` stands in front of it.
pub fn last_event(before: &str, bundle: &Bundle) -> String {
    let card = bundle.card();
    let event = bundle.chain[bundle.chain.len() - 1].event();
    let what = format!(
        "{before}no. {} of {}: {} by {}, as recorded",
        card.seq,
        time(event),
        action(&event.action),
        party(&event.by)
    );
    let mut text = paragraph("  ", "  ", &what);
    text.push_str(&format!("  {}\n  {card}\n", card.head.in_groups(8)));
    text
}
