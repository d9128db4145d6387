//! Times as text: of events (whole seconds), of files (to the nanosecond), and the zone beside them.

use std::fmt;

use chrono::{DateTime, Datelike, Months, NaiveDate, Timelike, Utc};

use super::json::{Json, Malformed};

/// The time of an event, UTC, whole seconds.
///
/// ```json
/// "2026-11-03T09:12:44Z"
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// The second that holds this moment.
    ///
    /// # Errors
    /// Where the year has not four digits.
    pub fn of(moment: DateTime<Utc>) -> Result<Self, Malformed> {
        let whole = moment
            .with_nanosecond(0)
            .filter(|whole| (0..=9999).contains(&whole.year()));
        whole
            .map(Self)
            .ok_or_else(|| Malformed::new("is a time before the year 0 or after the year 9999"))
    }

    /// Reads exactly `YYYY-MM-DDThh:mm:ssZ` of a second that exists (no second 60).
    ///
    /// # Errors
    /// Where the text is anything else.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let second = text.strip_suffix('Z').and_then(second_of);
        second.ok_or_else(|| Malformed::new("must be a time of the form 2026-11-03T09:12:44Z"))
    }

    /// Reads a time as people give it: in UTC with `Z`, or with the offset that the clocks there showed (RFC 3339, whole
    /// seconds). `2026-11-22T18:00:00+04:00` is 2026-11-22T14:00:00Z. The record itself holds UTC alone.
    ///
    /// # Errors
    /// Where the text is anything else; a time without its zone could be any of a day.
    pub fn with_zone(text: &str) -> Result<Self, Malformed> {
        let read = || {
            let (second, zone) = text.split_at_checked(SECOND.len())?;
            let minutes = match zone {
                // RFC 3339, section 4.3: the time in UTC is known, the clock there is not.
                "Z" | "-00:00" => 0,
                offset => Zone::parse(offset).ok()?.minutes,
            };
            let there = second_of(second)?;
            Self::of(there.0 - chrono::TimeDelta::minutes(i64::from(minutes))).ok()
        };
        read().ok_or_else(|| Malformed::new("must be a time with its zone"))
    }

    /// The same day and time, so many years later; 28 February where 29 February is not there.
    pub fn years_later(self, years: u32) -> Option<Self> {
        let months = Months::new(years.checked_mul(12)?);
        self.0
            .checked_add_months(months)
            .and_then(|later| Self::of(later).ok())
    }

    /// Seconds from an earlier time to this one; negative where the other is later.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_seconds()
    }

    /// The day it was there.
    pub fn day(self, zone: Option<Zone>) -> NaiveDate {
        let minutes = zone.map_or(0, |zone| zone.minutes);
        (self.0 + chrono::TimeDelta::minutes(i64::from(minutes))).date_naive()
    }

    /// What a clock and a calendar show, in the zone that stands beside the time.
    pub fn clock(self, zone: Option<Zone>) -> Clock {
        let zone = zone.unwrap_or(Zone { minutes: 0 });
        let local = self.0 + chrono::TimeDelta::minutes(i64::from(zone.minutes));
        Clock {
            year: local.year().unsigned_abs(),
            month: local.month(),
            day: local.day(),
            hour: local.hour(),
            minute: local.minute(),
            second: local.second(),
            zone: zone.for_people(),
        }
    }

    /// The time as a value of the record.
    pub fn to_json(self) -> Json {
        Json::Text(self.to_string())
    }
}

/// What a clock and a calendar on a wall show.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Clock {
    pub year: u32,
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    /// `(UTC+4)`.
    pub zone: String,
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.digits()).unwrap_or_default())?;
        f.write_str("Z")
    }
}

/// How a second is written; `d` is any digit.
const SECOND: &[u8; 19] = b"dddd-dd-ddTdd:dd:dd";

/// The second of this text, where it exists.
fn second_of(text: &str) -> Option<Timestamp> {
    let fits = |(byte, form): (u8, &u8)| match form {
        b'd' => byte.is_ascii_digit(),
        form => byte == *form,
    };
    if text.len() != SECOND.len() || !text.bytes().zip(SECOND).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| {
        let digits = text.as_bytes()[from..to].iter();
        digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
    };
    let day = NaiveDate::from_ymd_opt(number(0, 4).cast_signed(), number(5, 7), number(8, 10))?;
    let time = day.and_hms_opt(number(11, 13), number(14, 16), number(17, 19))?;
    Some(Timestamp(time.and_utc()))
}

impl Timestamp {
    fn digits(self) -> [u8; 19] {
        let mut text = *SECOND;
        let mut put = |end: usize, mut number: u32| {
            for place in text[..end]
                .iter_mut()
                .rev()
                .take_while(|place| **place == b'd')
            {
                *place = b'0' + (number % 10) as u8;
                number /= 10;
            }
        };
        let time = self.0.naive_utc();
        // The year has four digits.
        put(4, time.year().unsigned_abs());
        put(7, time.month());
        put(10, time.day());
        put(13, time.hour());
        put(16, time.minute());
        put(19, time.second());
        text
    }
}

/// The time a file was last changed, as its file system says.
///
/// ```json
/// "2026-11-03T08:00:00Z"
/// "2026-11-03T08:00:00.123456789Z"
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileTime {
    second: Timestamp,
    nanosecond: u32,
}

impl FileTime {
    /// From the seconds since 1970 and the nanoseconds of a file system; `None` outside the years 0–9999.
    pub fn from_unix(seconds: i64, nanosecond: u32) -> Option<Self> {
        let second = Timestamp::of(DateTime::from_timestamp(seconds, 0)?).ok()?;
        (nanosecond < 1_000_000_000).then_some(Self { second, nanosecond })
    }

    /// Reads a time with no fraction, or with `.` and exactly nine digits.
    ///
    /// # Errors
    /// Where the text is anything else.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let wrong = || {
            Malformed::new(
                "must be a time of the form 2026-11-03T09:12:44Z or 2026-11-03T09:12:44.123456789Z",
            )
        };
        let (second, nanosecond) = match text
            .strip_suffix('Z')
            .ok_or_else(wrong)?
            .split_at_checked(19)
        {
            Some((second, "")) => (second, 0),
            // `.000000000` would be a second text for the same time.
            Some((second, fraction)) => (
                second,
                nanosecond_of(fraction)
                    .filter(|n| *n > 0)
                    .ok_or_else(wrong)?,
            ),
            None => return Err(wrong()),
        };
        let second = second_of(second).ok_or_else(wrong)?;
        Ok(Self { second, nanosecond })
    }
}

/// Reads `.` and exactly nine digits.
fn nanosecond_of(fraction: &str) -> Option<u32> {
    let digits = fraction.strip_prefix('.')?;
    let is_number = digits.len() == 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

impl FileTime {
    /// Writes it behind what stands in `text`. A bundle may have a million of them, and formatting takes its time.
    pub(super) fn push_to(&self, text: &mut String) {
        text.push_str(str::from_utf8(&self.second.digits()).unwrap_or_default());
        if self.nanosecond > 0 {
            let mut fraction = *b".000000000";
            let mut rest = self.nanosecond;
            for digit in fraction[1..].iter_mut().rev() {
                *digit = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            text.push_str(str::from_utf8(&fraction).unwrap_or_default());
        }
        text.push('Z');
    }
}

impl fmt::Display for FileTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(30);
        self.push_to(&mut text);
        f.write_str(&text)
    }
}

/// The offset of the clock people saw.
///
/// ```json
/// "+04:00"
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    minutes: i32,
}

impl Zone {
    /// From whole minutes east of UTC; `None` at a day or more.
    pub fn from_minutes(minutes: i32) -> Option<Self> {
        (minutes.abs() < 24 * 60).then_some(Self { minutes })
    }

    /// Reads `+hh:mm` or `-hh:mm`; never `-00:00`.
    ///
    /// # Errors
    /// Where the text is anything else.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let read = || {
            let (hours, minutes) = text.get(1..)?.split_once(':')?;
            let total = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
            let zone = Self::from_minutes(if text.starts_with('-') { -total } else { total })?;
            (zone.to_string() == text).then_some(zone)
        };
        read().ok_or_else(|| Malformed::new("must be an offset of the form +04:00"))
    }

    fn for_people(self) -> String {
        let (hours, minutes) = (self.minutes.abs() / 60, self.minutes.abs() % 60);
        let sign = if self.minutes < 0 { '-' } else { '+' };
        match (hours, minutes) {
            (0, 0) => "(UTC)".to_owned(),
            (_, 0) => format!("(UTC{sign}{hours})"),
            _ => format!("(UTC{sign}{hours}:{minutes:02})"),
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.minutes < 0 { '-' } else { '+' };
        write!(
            f,
            "{sign}{:02}:{:02}",
            self.minutes.abs() / 60,
            self.minutes.abs() % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_text() {
        for good in [
            "2026-11-03T09:12:44Z",
            "2024-02-29T00:00:00Z",
            "0000-01-01T23:59:59Z",
        ] {
            assert_eq!(Timestamp::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "2026-11-03T09:12:60Z",
            "2026-11-03 09:12:44Z",
            "2026-11-03t09:12:44Z",
            "2026-11-03T09:12:44z",
            "2026-02-29T00:00:00Z",
            "2026-11-03T24:00:00Z",
            "2026-11-03T09:12:44+00:00",
            "\u{2212}026-11-03T09:12:4Z",
            "+026-11-03T09:12:44Z",
            "",
        ] {
            assert!(Timestamp::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_offset_is_taken_and_becomes_utc() {
        for (given, utc) in [
            ("2026-11-22T18:00:00+04:00", "2026-11-22T14:00:00Z"),
            ("2026-11-22T18:00:00Z", "2026-11-22T18:00:00Z"),
            ("2026-12-31T22:30:00-03:30", "2027-01-01T02:00:00Z"),
            ("2024-03-01T02:59:59+03:00", "2024-02-29T23:59:59Z"),
            ("2026-11-22T18:00:00-00:00", "2026-11-22T18:00:00Z"),
        ] {
            assert_eq!(Timestamp::with_zone(given).unwrap().to_string(), utc);
        }
        for bad in [
            "2026-11-22T18:00:00",
            "2026-11-22T18:00:00+4:00",
            "2026-11-22T18:00:00+0400",
            "2026-11-22T18:00:00+24:00",
            "2026-11-22T18:00:00.5+04:00",
            "2026-11-22T18:00:00+04:00Z",
            "2026-02-29T18:00:00+04:00",
            "2026-11-22 18:00:00+04:00",
            "0000-01-01T00:00:00+04:00",
            "9999-12-31T23:59:59-04:00",
            "2026-11-22T18:00:0é+04:00",
            "",
        ] {
            assert!(Timestamp::with_zone(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn file_times_have_one_text() {
        for good in ["2026-11-03T09:12:44Z", "2026-11-03T09:12:44.000000001Z"] {
            assert_eq!(FileTime::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "2026-11-03T09:12:44.000000000Z",
            "2026-11-03T09:12:44.1Z",
            "2026-11-03T09:12:44.1234567890Z",
            "2026-11-03T09:12:60.000000001Z",
        ] {
            assert!(FileTime::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(
            FileTime::from_unix(-1, 5).unwrap().to_string(),
            "1969-12-31T23:59:59.000000005Z"
        );
        assert!(FileTime::from_unix(i64::MAX, 0).is_none());
    }

    #[test]
    fn zones_have_one_text() {
        for good in ["+00:00", "+04:00", "-03:30", "+23:59"] {
            assert_eq!(Zone::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "-00:00", "+4:00", "+24:00", "04:00", "+04:60", "Z", "", "é04:00",
        ] {
            assert!(Zone::parse(bad).is_err(), "{bad}");
        }
    }
}
