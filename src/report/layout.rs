//! Text on a page: safe, broken into lines, with figures people can read.

use textwrap::{Options, wrap};

use crate::record::digest::Digest;
use crate::record::event::{Action, Event, Party};
use crate::record::path::printable;

/// Columns of a page.
pub const WIDTH: usize = 79;

/// Text from a bundle as it may be shown: whatever could forge a line is written `%XX`, and no run of blanks pushes
/// words to the next line.
pub fn safe(text: &str) -> String {
    let mut safe = printable(text, false);
    while safe.contains("  ") {
        safe = safe.replace("  ", " ");
    }
    safe
}

/// The same, cut where it would fill a page that has one place for it.
pub fn short(text: &str, most: usize) -> String {
    let safe = safe(text);
    if safe.chars().count() <= most {
        return safe;
    }
    safe.chars().take(most).chain(['…']).collect()
}

/// What was done, as the heading of an entry. What this program does not know is quoted, so that it says nothing of its
/// own.
pub fn action(action: &Action) -> String {
    match action {
        Action::Unknown(word) => {
            format!("an act this program does not know (`{}`)", short(word, 40))
        }
        known => known.word().to_owned(),
    }
}

/// A paragraph, its lines indented: the first by `first`, the others by `rest`.
pub fn paragraph(first: &str, rest: &str, text: &str) -> String {
    // Hashes and options of commands stay whole, even where a line gets too long.
    let options = Options::new(WIDTH)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .initial_indent(first)
        .subsequent_indent(rest);
    let mut lines = wrap(text, options).join("\n");
    lines.push('\n');
    lines
}

/// A line with a label in a column of `width`, and a text that may need more lines.
pub fn labelled(width: usize, label: &str, text: &str) -> String {
    let first = format!("  {label:width$}  ");
    paragraph(&first, &" ".repeat(width + 4), text)
}

/// A heading and the empty line above it.
pub fn heading(text: &str) -> String {
    format!("\n{text}\n")
}

/// `2669632` as `2,669,632`.
pub fn figure(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 file`, `4 files`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        figure(number),
        if number == 1 { one } else { many }
    )
}

/// A length of time in its two largest units: `3 days 4 hours`.
pub fn duration(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let units = [
        (86_400, "day", "days"),
        (3_600, "hour", "hours"),
        (60, "minute", "minutes"),
        (1, "second", "seconds"),
    ];
    let Some(first) = units.iter().position(|(size, ..)| seconds >= *size) else {
        return "0 seconds".to_owned();
    };
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (size, one, many) in &units[first..units.len().min(first + 2)] {
        if rest / size > 0 {
            parts.push(count(rest / size, one, many));
        }
        rest %= size;
    }
    parts.join(" ")
}

/// A name with its agency, as recorded.
pub fn party(party: &Party) -> String {
    if party.agency.is_empty() || party.agency == NOT_RECORDED {
        return short(&party.name, 80);
    }
    format!("{} ({})", short(&party.name, 80), short(&party.agency, 80))
}

/// What stands in the record where nothing is known.
pub const NOT_RECORDED: &str = "not recorded";

/// The time of an event, in the zone that stands beside it.
pub fn time(event: &Event) -> String {
    event.at.for_people(event.zone)
}

/// A key as people compare it: its first 64 bits in groups of four.
pub fn key(id: &Digest) -> String {
    id.in_groups(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_durations() {
        assert_eq!(
            [figure(0), figure(999), figure(1_000), figure(2_669_632)],
            ["0", "999", "1,000", "2,669,632"]
        );
        assert_eq!(duration(59), "59 seconds");
        assert_eq!(duration(3_600), "1 hour");
        assert_eq!(duration(273_600), "3 days 4 hours");
        assert_eq!(duration(-90_061), "1 day 1 hour");
    }

    #[test]
    fn text_cannot_forge_a_line() {
        assert_eq!(
            safe("a\nNO CHANGE FOUND\u{1b}[2J\u{202e}"),
            "a%0ANO CHANGE FOUND%1B[2J%E2%80%AE"
        );
    }
}
