//! Dates and times of day as a language writes them, always with the offset.

use crate::record::event::Event;
use crate::record::time::{Clock, Timestamp, Zone};

use super::Language;

impl Language {
    /// `3 November 2026, 13:12 (UTC+4)`, in the zone that stands beside it.
    pub fn time(&self, at: Timestamp, zone: Option<Zone>) -> String {
        self.clock("date.long", &at.clock(zone))
    }

    /// The same to the second, where a second may decide: `3 November 2026, 13:12:44 (UTC+4)`.
    pub fn instant(&self, at: Timestamp, zone: Option<Zone>) -> String {
        let clock = at.clock(zone);
        let minute = format!("{:02}:{:02}", clock.minute, clock.second);
        self.written("date.long", &clock, &minute)
    }

    /// The time of an event.
    pub fn time_of(&self, event: &Event) -> String {
        self.time(event.at, event.zone)
    }

    /// `3 Nov 2026, 13:12`, for a column whose heading says the zone.
    pub fn short_time(&self, at: Timestamp, zone: Option<Zone>) -> String {
        self.clock("date.short", &at.clock(zone))
    }

    fn clock(&self, form: &str, clock: &Clock) -> String {
        self.written(form, clock, &format!("{:02}", clock.minute))
    }

    fn written(&self, form: &str, clock: &Clock, minute: &str) -> String {
        let day = match clock.day {
            1 => self.fill("date.first", &[("day", &1)]),
            day => day.to_string(),
        };
        let month = format!("date.months.{}", clock.month);
        let short_month = format!("date.short-months.{}", clock.month);
        let year = format!("{:04}", clock.year);
        self.fill(
            form,
            &[
                ("day", &day),
                ("dd", &format!("{:02}", clock.day)),
                ("mm", &format!("{:02}", clock.month)),
                ("month", &self.say(&month)),
                ("short-month", &self.say(&short_month)),
                ("year", &year),
                ("suffix", &year_suffix(clock.year)),
                ("hh", &format!("{:02}", clock.hour)),
                ("min", &minute),
                ("zone", &clock.zone),
            ],
        )
    }
}

/// The ending of a year's ordinal number in Azerbaijani, after the last vowel of its last word: `2026-cı`, `2027-ci`.
fn year_suffix(year: u32) -> &'static str {
    const ONES: [&str; 10] = ["", "ci", "ci", "cü", "cü", "ci", "cı", "ci", "ci", "cu"];
    const TENS: [&str; 10] = ["", "cu", "ci", "cu", "cı", "ci", "cı", "ci", "ci", "cı"];
    match (year % 10, year / 10 % 10, year / 100 % 10) {
        (0, 0, 0) => "ci",
        (0, 0, _) => "cü",
        (0, tens, _) => TENS[tens as usize],
        (ones, ..) => ONES[ones as usize],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_azerbaijani_end_as_they_are_spoken() {
        let endings = [
            (2026, "cı"),
            (2027, "ci"),
            (2030, "cu"),
            (2033, "cü"),
            (2040, "cı"),
            (2100, "cü"),
            (2000, "ci"),
        ];
        for (year, ending) in endings {
            assert_eq!(year_suffix(year), ending, "{year}");
        }
    }

    #[test]
    fn dates_are_written_as_each_language_writes_them() {
        let at = Timestamp::parse("2026-04-01T07:40:00Z").unwrap();
        let zone = Zone::parse("+04:00").ok();
        let written: Vec<String> = Language::all()
            .iter()
            .map(|language| language.time(at, zone))
            .collect();
        assert_eq!(
            written,
            [
                "1 April 2026, 11:40 (UTC+4)",
                "1 aprel 2026-cı il, 11:40 (UTC+4)",
                "1er avril 2026, 11:40 (UTC+4)",
                "1 апреля 2026 г., 11:40 (UTC+4)"
            ]
        );
        let english = Language::english();
        let late = Timestamp::parse("2026-11-03T22:12:44Z").unwrap();
        assert_eq!(english.time(late, zone), "4 November 2026, 02:12 (UTC+4)");
        assert_eq!(english.time(late, None), "3 November 2026, 22:12 (UTC)");
        assert_eq!(english.short_time(at, zone), "1 Apr 2026, 11:40");
        assert_eq!(english.instant(at, None), "1 April 2026, 07:40:00 (UTC)");
    }
}
