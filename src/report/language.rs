//! A language of the pages: its words, its numbers, its dates. The words stand in one file for each language.
//!
//! The record itself is never translated: what somebody wrote is shown as it was signed.

mod calendar;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::record::event::{Action, Party};

use super::layout::{Most, NOT_RECORDED, in_backticks, in_thousands, party_within, short};

/// The words of every page in one language.
///
/// ```toml
/// [language]
/// code = "en"
/// reviewed = false
/// plural = "one-other"
///
/// [count]
/// file = { one = "{n} file", other = "{n} files" }
///
/// [finding]
/// out-of-turn = "it cannot stand at this place of the chain"
/// ```
pub struct Language {
    /// Each key with its text, in the order of the keys.
    texts: &'static [(&'static str, &'static str)],
    /// Whether a lawyer has read the words.
    reviewed: bool,
}

/// All languages, the one of reference first. `build.rs` makes them of the files.
static LANGUAGES: [Language; 4] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// A language as an argument is passed about: languages live as long as the program.
pub type Words = &'static Language;

impl Language {
    /// All languages, English first.
    pub fn all() -> &'static [Language] {
        &LANGUAGES
    }

    /// The language of reference. `--json` speaks no other.
    pub fn english() -> Words {
        &LANGUAGES[0]
    }

    /// The language of this code: `az`.
    pub fn of(code: &str) -> Option<Words> {
        LANGUAGES.iter().find(|language| language.code() == code)
    }

    /// The language of a locale (`az_AZ.UTF-8`); English where there is none for it.
    pub fn of_locale(locale: &str) -> Words {
        let code = locale
            .split(['_', '.', '@', '-'])
            .next()
            .unwrap_or_default();
        Self::of(&code.to_ascii_lowercase()).unwrap_or_else(Self::english)
    }

    /// `en`, `az`, `fr`, `ru`.
    pub fn code(&self) -> &str {
        self.say("language.code")
    }

    /// Whether this is the language the others were translated from.
    pub fn is_reference(&self) -> bool {
        self.code() == "en"
    }

    /// Whether a lawyer has read the words.
    pub fn is_reviewed(&self) -> bool {
        self.reviewed
    }

    /// What a page must say of its own words, where no lawyer has read them: in its language, and in English.
    pub fn notices(&self) -> Vec<String> {
        if self.reviewed {
            return Vec::new();
        }
        let mut notices = vec![self.say("language.notice").to_owned()];
        if !self.is_reference() {
            notices.push(
                Self::english()
                    .say("language.notice-translation")
                    .to_owned(),
            );
        }
        notices
    }

    /// Every key, for the test that holds the languages together.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().copied()
    }

    /// The text of a key. A key that is not there is shown itself: that is a fault of the program, and none of the page.
    pub fn say<'a>(&'a self, key: &'a str) -> &'a str {
        self.text(key).unwrap_or(key)
    }

    /// Whether there is a text of this key.
    pub fn has(&self, key: &str) -> bool {
        self.text(key).is_some()
    }

    fn text(&self, key: &str) -> Option<&'static str> {
        let place = self.texts.binary_search_by(|(known, _)| (*known).cmp(key));
        Some(self.texts[place.ok()?].1)
    }

    /// The text of a key, with what stands in its `{places}`. What is put in is not looked through again.
    pub fn fill(&self, key: &str, places: &[(&str, &dyn fmt::Display)]) -> String {
        let mut filled = String::new();
        let mut rest = self.say(key);
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((name, behind)) = after.split_once('}') else {
                break;
            };
            if let Some((_, value)) = places.iter().find(|(place, _)| *place == name) {
                filled.push_str(&value.to_string());
            }
            rest = behind;
        }
        filled + rest
    }

    /// A number of things: `1 file`, `4 files`. The things are those of the table `count`.
    pub fn count(&self, thing: &str, number: u64) -> String {
        let form = self.form(number);
        self.fill(
            &format!("count.{thing}.{form}"),
            &[("n", &self.number(number))],
        )
    }

    /// Which form of a noun stands beside a number (Unicode CLDR, "Language Plural Rules", cardinal whole numbers).
    fn form(&self, number: u64) -> &'static str {
        match (
            self.say("language.plural"),
            number,
            number % 10,
            number % 100,
        ) {
            ("other", ..) => "other",
            ("french", 0 | 1, ..) => "one",
            ("slavic", _, 1, tens) if tens != 11 => "one",
            ("slavic", _, 2..=4, tens) if !(12..=14).contains(&tens) => "few",
            ("slavic", ..) => "many",
            ("one-other", 1, ..) => "one",
            _ => "other",
        }
    }

    /// `2669632` as `2,669,632`, or as the language groups it.
    pub fn number(&self, number: u64) -> String {
        in_thousands(number, self.say("language.thousands"))
    }

    /// A length of time in its two largest units: `3 days 4 hours`.
    pub fn duration(&self, seconds: i64) -> String {
        let seconds = seconds.unsigned_abs();
        let units = [
            (86_400, "day"),
            (3_600, "hour"),
            (60, "minute"),
            (1, "second"),
        ];
        let Some(first) = units.iter().position(|(size, _)| seconds >= *size) else {
            return self.count("second", 0);
        };
        let mut rest = seconds;
        let mut parts = Vec::new();
        for (size, unit) in &units[first..units.len().min(first + 2)] {
            if rest / size > 0 {
                parts.push(self.count(unit, rest / size));
            }
            rest %= size;
        }
        parts.join(" ")
    }

    /// What was done, as the heading of an entry. What this program does not know is quoted, so that it says nothing of
    /// its own.
    pub fn action(&self, action: &Action) -> String {
        match action {
            Action::Unknown(word) => self.fill("action.unknown", &[("word", &in_backticks(word))]),
            known => self.say(&format!("action.{}", known.word())).to_owned(),
        }
    }

    /// A text in capital letters; Azerbaijani has two letters i.
    pub fn upper(&self, text: &str) -> String {
        if self.code() == "az" {
            text.replace('i', "İ").to_uppercase()
        } else {
            text.to_uppercase()
        }
    }

    /// A name with its agency, as recorded.
    pub fn party(&self, party: &Party) -> String {
        self.party_within(party, 80)
    }

    /// The same, each of the two cut at so many characters.
    pub fn party_within(&self, party: &Party, most: impl Into<Most>) -> String {
        party_within(party, most)
    }

    /// A text of the record, or the words for one that is not there.
    pub fn recorded(&self, text: Option<&str>, most: impl Into<Most>) -> String {
        match text {
            Some(text) if text != NOT_RECORDED && !text.is_empty() => short(text, most),
            _ => self.say("words.not-recorded").to_owned(),
        }
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Language({})", self.code())
    }
}
