//! A date as people write it in a document. The record keeps it as a text; here it is read as far as it is plain.

use chrono::NaiveDate;

/// Beginnings of the names of the months in English, Azerbaijani, French and Russian.
const MONTHS: [&[&str]; 12] = [
    &["jan", "yanvar", "январ"],
    &["feb", "fevral", "fév", "феврал"],
    &["mar", "март"],
    &["apr", "aprel", "avr", "апрел"],
    &["may", "mai", "мая", "май"],
    &["june", "jun", "iyun", "juin", "июн"],
    &["july", "jul", "iyul", "juil", "июл"],
    &["aug", "avqust", "août", "август"],
    &["sep", "sentyabr", "сентябр"],
    &["oct", "oktyabr", "октябр"],
    &["nov", "noyabr", "ноябр"],
    &["dec", "dekabr", "déc", "декабр"],
];

/// The day a text names: `2026-11-20`, `20.11.2026`, `20 November 2026`, `20 noyabr 2026-cı il`. None where it is not
/// plain which day is meant, as in `3/4/2026`.
pub(super) fn date_of(text: &str) -> Option<NaiveDate> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let [one, two, three, ..] = words.as_slice() else {
        return None;
    };
    let number = |word: &str| word.parse::<u32>().ok();
    let (year, month, day) = match (number(one), number(two), number(three)) {
        (Some(year), Some(month), Some(day)) if one.len() == 4 => (year, month, day),
        (Some(day), Some(month), Some(year)) if !(text.contains('/') && day <= 12) => {
            (year, month, day)
        }
        (Some(day), None, Some(year)) => (year, month_of(two)?, day),
        (None, Some(day), Some(year)) => (year, month_of(one)?, day),
        _ => return None,
    };
    let is_whole = (1900..=9999).contains(&year);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|_| is_whole)
}

fn month_of(word: &str) -> Option<u32> {
    let place = MONTHS
        .iter()
        .position(|names| names.iter().any(|name| word.starts_with(name)))?;
    u32::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_people_write_them() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 20);
        for text in [
            "2026-11-20",
            "20.11.2026",
            "20/11/2026",
            "20 November 2026",
            "November 20, 2026",
            "20 noyabr 2026-cı il",
            "20 ноября 2026 г.",
            "20 novembre 2026",
            "20 NOVEMBER 2026",
        ] {
            assert_eq!(date_of(text), day, "{text}");
        }
        for text in [
            "",
            "3/4/2026",
            "yesterday",
            "2026",
            "31.02.2026",
            "20.11.26",
            "9 9 9",
            "١ ٢ ٣",
        ] {
            assert_eq!(date_of(text), None, "{text}");
        }
    }
}
