//! Moments as authorities write them: UTCTime and GeneralizedTime (X.680, RFC 5280 section 4.1.2.5, RFC 3161 section 2.4.2).

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};
use der::Tag;

use crate::record::time::Timestamp;

use super::element::{Element, NotDer};

/// A moment, to the nanosecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(DateTime<Utc>);

impl Moment {
    /// Reads the time of a certificate: `YYMMDDhhmmssZ` from 1950 to 2049, or `YYYYMMDDhhmmssZ`.
    pub fn of_certificate(element: Element<'_>) -> Result<Self, NotDer> {
        match element.tag {
            Tag::UtcTime if element.value.len() == 13 => {
                let century: &[u8] = if element.value[0] < b'5' {
                    b"20"
                } else {
                    b"19"
                };
                Self::read(&[century, element.value].concat())
            }
            Tag::GeneralizedTime if element.value.len() == 15 => Self::read(element.value),
            _ => Err(NotDer),
        }
    }

    /// Reads the time of a token: `YYYYMMDDhhmmss[.f…]Z`, the fraction without zeros at its end.
    pub fn of_token(element: Element<'_>) -> Result<Self, NotDer> {
        if element.tag != Tag::GeneralizedTime {
            return Err(NotDer);
        }
        let Some(dot) = element.value.iter().position(|&byte| byte == b'.') else {
            return Self::read(element.value);
        };
        let (whole, fraction) = element.value.split_at(dot);
        let whole = Self::read(&[whole, b"Z"].concat())?;
        let digits = fraction[1..].strip_suffix(b"Z").ok_or(NotDer)?;
        if digits.len() > 9
            || digits.last().is_none_or(|&last| last == b'0')
            || !digits.iter().all(u8::is_ascii_digit)
        {
            return Err(NotDer);
        }
        let nanosecond = digits
            .iter()
            .chain([b'0'; 9].iter())
            .take(9)
            .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        whole.0.with_nanosecond(nanosecond).map(Self).ok_or(NotDer)
    }

    /// Reads `YYYYMMDDhhmmssZ` of a second that exists.
    fn read(text: &[u8]) -> Result<Self, NotDer> {
        let (b'Z', digits) = text.split_last().ok_or(NotDer)? else {
            return Err(NotDer);
        };
        if digits.len() != 14 || !digits.iter().all(u8::is_ascii_digit) {
            return Err(NotDer);
        }
        let number = |from: usize, to: usize| {
            let digits = digits[from..to].iter();
            digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
        };
        NaiveDate::from_ymd_opt(number(0, 4).cast_signed(), number(4, 6), number(6, 8))
            .and_then(|day| day.and_hms_opt(number(8, 10), number(10, 12), number(12, 14)))
            .map(|moment| Self(moment.and_utc()))
            .ok_or(NotDer)
    }

    /// The second that holds it.
    pub fn second(self) -> Self {
        Self(self.0.with_nanosecond(0).unwrap_or(self.0))
    }

    /// The first whole second that is not before this moment and so many microseconds; `None` after the year 9999.
    pub fn at_the_latest(self, microseconds: i64) -> Option<Timestamp> {
        let latest = self
            .0
            .checked_add_signed(TimeDelta::microseconds(microseconds))?;
        let latest = if latest.nanosecond() > 0 {
            latest.checked_add_signed(TimeDelta::seconds(1))?
        } else {
            latest
        };
        (latest.year() <= 9999).then_some(())?;
        Timestamp::of(latest).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(tag: Tag, text: &str) -> Element<'_> {
        Element {
            tag,
            raw: &[],
            value: text.as_bytes(),
        }
    }

    #[test]
    fn times_have_one_text() {
        let token = |text| Moment::of_token(element(Tag::GeneralizedTime, text));
        for good in [
            "20261122023155Z",
            "20261122023155.5Z",
            "20240229000000.000000001Z",
        ] {
            assert!(token(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "Z",
            ".5Z",
            "20261122023155",
            "202611220231Z",
            "20261122023160Z",
            "20260229000000Z",
            "20261122023155.Z",
            "20261122023155.50Z",
            "20261122023155.0Z",
            "20261122023155,5Z",
            "20261122023155.0000000001Z",
            "20261122023155+0000",
            "2026112202315 Z",
        ] {
            assert_eq!(token(bad), Err(NotDer), "{bad}");
        }
        let utc = |text| Moment::of_certificate(element(Tag::UtcTime, text)).unwrap();
        let general = |text| Moment::of_certificate(element(Tag::GeneralizedTime, text)).unwrap();
        assert_eq!(utc("491231235959Z"), general("20491231235959Z"));
        assert_eq!(utc("500101000000Z"), general("19500101000000Z"));
        assert!(
            Moment::of_certificate(element(Tag::GeneralizedTime, "20261122023155.5Z")).is_err()
        );
    }

    #[test]
    fn what_existed_by_a_time_existed_by_the_whole_second_behind_it() {
        let latest = |text, microseconds| {
            let moment = Moment::of_token(element(Tag::GeneralizedTime, text)).unwrap();
            moment
                .at_the_latest(microseconds)
                .map(|time| time.to_string())
        };
        assert_eq!(
            latest("20261122023155Z", 0).unwrap(),
            "2026-11-22T02:31:55Z"
        );
        assert_eq!(
            latest("20261122023155Z", 1).unwrap(),
            "2026-11-22T02:31:56Z"
        );
        assert_eq!(
            latest("20261122023155.5Z", 1_500_000).unwrap(),
            "2026-11-22T02:31:57Z"
        );
        assert_eq!(
            latest("20261122235959.000000001Z", 0).unwrap(),
            "2026-11-23T00:00:00Z"
        );
        assert_eq!(latest("99991231235959Z", 1), None);
    }
}
