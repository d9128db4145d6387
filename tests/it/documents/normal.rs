//! What differs from run to run in an output, and how the rest is compared.

/// Whether an output is the expected one, in which `…` stands for any lines.
pub fn fits(expected: &str, printed: &str) -> bool {
    let (expected, printed) = (normal(expected), normal(printed));
    let chunks: Vec<&[String]> = expected.split(|line| line == "…").collect();
    let [first, between @ .., last] = &chunks[..] else {
        return expected == printed;
    };
    let Some(mut rest) = printed.strip_prefix(*first) else {
        return false;
    };
    for chunk in between {
        let Some(at) = (0..=rest.len()).find(|&at| rest[at..].starts_with(chunk)) else {
            return false;
        };
        rest = &rest[at + chunk.len()..];
    }
    rest.ends_with(last)
}

/// An output without what differs from run to run, in lines.
///
/// - Digits of hashes, key ids and record codes become `x`: runs of 16 and more hex digits, and groups of four.
/// - Dates with a time of day become `<date>`, times of the record become `<time>`, the program's version `<version>`.
/// - A paragraph with a date is compared by its words: where its lines break depends on the length of the date.
/// - Lines with keys that stand in the order of the keys are sorted.
/// - The longest time between two entries is left out: entries of one test may be made within one second.
/// - Empty lines at the end are left out.
fn normal(text: &str) -> Vec<String> {
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("Longest time between"))
        .collect();
    let text = placeholders(kept.join("\n").trim_end());
    let mut lines = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    for line in text.lines().chain([""]) {
        if !line.is_empty() && line != "…" {
            paragraph.push(line);
            continue;
        }
        if paragraph.iter().any(|line| line.contains("<date>")) {
            let words: Vec<&str> = paragraph
                .iter()
                .flat_map(|line| line.split_whitespace())
                .collect();
            lines.push(words.join(" "));
        } else {
            lines.extend(paragraph.iter().map(|&line| line.to_owned()));
        }
        paragraph.clear();
        lines.push(line.to_owned());
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    for run in lines.chunk_by_mut(|one, other| {
        [one, other]
            .iter()
            .all(|line| line.starts_with("  key xxxx"))
    }) {
        run.sort();
    }
    lines
}

/// A text in which what differs from run to run is replaced.
fn placeholders(text: &str) -> String {
    let mut new = String::new();
    let mut rest = text;
    let mut before = ' ';
    while let Some(character) = rest.chars().next() {
        let is_begin = !before.is_alphanumeric();
        let (length, placeholder) = match is_begin.then(|| changing(rest, &new)).flatten() {
            Some(found) => found,
            None => (character.len_utf8(), character.to_string()),
        };
        before = rest[..length].chars().next_back().unwrap_or(' ');
        new.push_str(&placeholder);
        rest = &rest[length..];
    }
    new
}

/// What changes from run to run at the beginning of this text: its length, and what stands for it.
fn changing(text: &str, before: &str) -> Option<(usize, String)> {
    let covered = |length: usize| {
        let covered = text[..length].chars().map(|character| {
            if character.is_ascii_hexdigit() {
                'x'
            } else {
                character
            }
        });
        Some((length, covered.collect()))
    };
    if let Some(length) = date(text) {
        return Some((length, "<date>".to_owned()));
    }
    if shape(text, "0000-00-00T00:00:00Z") {
        return Some((20, "<time>".to_owned()));
    }
    let version = env!("CARGO_PKG_VERSION");
    if before.ends_with("custody ") && text.starts_with(version) {
        return Some((version.len(), "<version>".to_owned()));
    }
    let hex = text
        .chars()
        .take_while(|character| matches!(character, '0'..='9' | 'a'..='f'))
        .count();
    let is_word = |length: usize| !text[length..].starts_with(|next: char| next.is_alphanumeric());
    if hex >= 16 && is_word(hex) {
        return covered(hex);
    }
    if hex != 4 || !is_word(4) {
        return None;
    }
    // Groups of four, between which a line may end.
    let mut length = 4;
    loop {
        let space = text[length..].len() - text[length..].trim_start_matches([' ', '\n']).len();
        let group = &text[length + space..];
        let is_group = group
            .chars()
            .take_while(|character| matches!(character, '0'..='9' | 'a'..='f'))
            .count()
            == 4
            && !group[4..].starts_with(|next: char| next.is_alphanumeric());
        if space == 0 || !is_group {
            break;
        }
        length += space + 4;
    }
    (length > 4).then(|| covered(length)).flatten()
}

/// The length of `3 November 2026, 09:05` or `3 Nov 2026, 09:05:44`.
fn date(text: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let day = text.chars().take_while(char::is_ascii_digit).count();
    let month = text
        .get(day..)?
        .strip_prefix(' ')
        .filter(|_| (1..=2).contains(&day))?;
    let name = MONTHS.iter().find_map(|name| {
        [*name, &name[..3]].into_iter().find(|name| {
            month
                .strip_prefix(name)
                .is_some_and(|rest| shape(rest, " 0000, 00:00"))
        })
    })?;
    let length = day + 1 + name.len() + " 0000, 00:00".len();
    let seconds = ":00".len();
    let has_seconds = text.get(length..).is_some_and(|rest| shape(rest, ":00"));
    Some(length + if has_seconds { seconds } else { 0 })
}

/// Whether a text begins like this one, in which `0` stands for any digit.
fn shape(text: &str, like: &str) -> bool {
    let mut characters = text.chars();
    like.chars().all(|wanted| match characters.next() {
        Some(found) if wanted == '0' => found.is_ascii_digit(),
        found => found == Some(wanted),
    })
}

#[test]
fn what_changes_from_run_to_run_is_not_compared() {
    let [one, other] = [
        "  record code 1072 b844 ec80 34e1 910d\n  key 0996 0b01\n     8cff, of 3 November 2026, 09:05:44 (UTC+4)\n  (as recorded)\n\nthe rest",
        "  record code ffff 0844 aaaa 3421 9100\n  key 0000 0b01\n     8c00, of 13 February 2027, 19:05:00 (UTC+4) (as\n  recorded)\n\nthe rest",
    ];
    assert_eq!(normal(one), normal(other));
    assert_ne!(normal("1 file"), normal("2 files"));
    assert_ne!(normal("a\n  b"), normal("a b"));
    assert!(fits("a\n…\nd", "a\nb\nc\nd"));
    assert!(fits("a\n…", "a\nb\nc"));
    assert!(!fits("a\n…\nd", "a\nb\nc"));
    assert!(!fits("", "a"));
}
