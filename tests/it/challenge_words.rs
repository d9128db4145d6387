//! Every kind of question, asked on one page: its words in each language.

use std::path::Path;

use custody::audit::chain::judge;
use custody::audit::challenge::{Asked, CODES, Question, Weight};
use custody::audit::completeness::{Gap, gaps};
use custody::audit::finding::{Code, Detail, Finding};
use custody::audit::profile::Profile;
use custody::audit::report::Report;
use custody::audit::trust::Trust;
use custody::evidence::bundle_file::load;
use custody::record::digest::Digest;
use custody::record::json::Json;
use custody::record::json::Object;
use custody::record::path::PathText;
use custody::record::time::Timestamp;
use custody::report::language::Language;
use custody::report::layout::WIDTH;
use custody::report::questions;

use crate::promises::promise;

/// A record of the vectors, and what was found in it.
fn report(vector: &str) -> Report {
    let bundle = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors/findings")
        .join(vector)
        .join("bundle.custody.json");
    let trust = Trust::default();
    let record = judge(load(&bundle).unwrap(), &trust, &[]);
    let at = Timestamp::parse("2026-11-22T06:05:00Z").unwrap();
    Report::of_record(record, &trust, at)
}

fn profile() -> Profile {
    Profile::built_in("az").unwrap()
}

/// What an entry lacks that says nothing but its action.
fn all_gaps() -> Vec<Gap> {
    gaps(
        &profile(),
        &Object::new().with("action", Json::text("seal")),
    )
}

/// Every kind of question, in every way in which it can be asked.
fn every() -> Vec<Asked> {
    let text = |text: &str| text.to_owned();
    let altered = Finding::of_entry(Code::Altered, &PathText::parse("a.jpg").unwrap());
    let outside = Finding::of_link(Code::SignerNotValidThen, 1);
    let unproven = Finding::of_link(Code::UnprovenTime, 1);
    vec![
        Asked::DoesNotCheck(Box::new(Finding::of_link(Code::LinkBroken, 1))),
        Asked::EvidenceDiffers(1, Box::new(altered.clone())),
        Asked::EvidenceDiffers(
            1_204,
            Box::new(altered.with(Detail::Count {
                recorded: 9,
                found: 4,
            })),
        ),
        Asked::Incomplete(all_gaps()),
        Asked::NotRecorded {
            field: text("item.model"),
            reason: text("nothing is printed on it."),
        },
        Asked::LateEntry {
            seconds: 273_600,
            reason: Some(text("no power.")),
        },
        Asked::LateEntry {
            seconds: 90_061,
            reason: None,
        },
        Asked::EndsAfterSigning(14_400),
        Asked::HoursBeforeSeal(19_000),
        Asked::UnexplainedHours {
            seconds: 100_000,
            until: Some(3),
        },
        Asked::UnexplainedHours {
            seconds: 3_600,
            until: None,
        },
        Asked::LongTransit {
            seconds: 50_000,
            until: Some(3),
        },
        Asked::LongTransit {
            seconds: 86_400,
            until: None,
        },
        Asked::TimeBackwards(1_200),
        Asked::ClockNotCompared {
            source: Some(text("ntp")),
        },
        Asked::ClockNotCompared { source: None },
        Asked::NoTrustedTime,
        Asked::NotStampedSince(2),
        Asked::NoAuthority,
        Asked::BeforeAuthority {
            date: text("19 November 2026"),
        },
        Asked::SamePerson(text("Anna")),
        Asked::WitnessIsSigner(text("Anna")),
        Asked::NobodyElsePresent,
        Asked::NotRehashed { mode: text("none") },
        Asked::NotRehashed {
            mode: text("pieces"),
        },
        Asked::DifferencesRecorded(1),
        Asked::DifferencesRecorded(3),
        Asked::DifferencesRecorded(12),
        Asked::ReceiptRefused,
        Asked::InTransit,
        Asked::TakenOver { to: text("Boris") },
        Asked::Corrected(2),
        Asked::Incident,
        Asked::WorkedOnWithoutHash,
        Asked::ReturnedWithoutCopy,
        Asked::DisposedWithoutWitness,
        Asked::SealNumber(text("B-2")),
        Asked::SealBroken(text("B-1")),
        Asked::NoPhysicalSeal,
        Asked::SealNotLookedAt,
        Asked::Unread {
            entries: 1,
            first: text("a.jpg"),
        },
        Asked::Unread {
            entries: 4,
            first: text("a.jpg"),
        },
        Asked::Unread {
            entries: 5,
            first: text("a.jpg"),
        },
        Asked::DeclaredNotComputed {
            algorithm: text("MD5"),
            scope: None,
        },
        Asked::DeclaredNotComputed {
            algorithm: text("MD5"),
            scope: Some(text("media data")),
        },
        Asked::DeclaredDiffers {
            algorithm: text("MD5"),
            value: text("00ff"),
        },
        Asked::WeakHashAlone,
        Asked::NamesAlike {
            one: text("a.jpg"),
            other: text("A.jpg"),
        },
        Asked::Hidden(1),
        Asked::Hidden(2),
        Asked::Hidden(31),
        Asked::Hidden(100),
        Asked::EvidenceNotCompared,
        Asked::KeyNotConfirmed {
            key: Digest([7; 32]),
            name: text("Anna"),
        },
        Asked::RightNotConfirmed,
        Asked::KeyOutsideValidity(Box::new(outside)),
        Asked::KeyOutsideValidity(Box::new(unproven)),
        Asked::OneNameTwoKeys(text("Anna")),
        Asked::OneKeyTwoNames(text("Anna")),
        Asked::NoCountersignature { paper: true },
        Asked::NoCountersignature { paper: false },
    ]
}

/// All of them, about the whole, and about each of two entries.
fn list() -> Vec<Question> {
    let weights = [Weight::High, Weight::Medium, Weight::Low];
    let mut list = Vec::new();
    for (link, weight) in [None, Some(0), Some(1)].into_iter().zip(weights) {
        let questions = every().into_iter();
        list.extend(questions.map(|asked| Question {
            weight,
            link,
            asked,
        }));
    }
    list
}

/// Pages on which everything is said that such a page can say: of a record to which entries can be added, of one that
/// is closed, and of one that does not check, of which nothing else is asked.
fn pages(language: &Language) -> [String; 3] {
    let page = |vector: &str, list: &[Question]| {
        questions::text(language, &report(vector), &profile(), list)
    };
    [
        page("none-all-fields", &list()),
        page("none-return", &list()),
        page("link-broken", &[]),
    ]
}

/// A text with one blank between words, however its lines were broken.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_kind_is_asked() {
    let mut codes: Vec<&str> = every().iter().map(Asked::code).collect();
    codes.dedup();
    assert_eq!(codes, CODES);
}

#[test]
fn every_question_has_its_words_in_each_language() {
    for language in Language::all() {
        let said = in_one_line(&pages(language).concat());
        for code in CODES {
            for part in ["asked", "record"] {
                assert!(
                    language.has(&format!("question.{code}.{part}")),
                    "{language:?}: {code} has no {part}"
                );
            }
            assert!(said.contains(&format!("[{code}]")), "{language:?}: {code}");
        }
        // A key that is shown itself has no text, and a text that is not on the page is never said.
        for table in ["question.", "challenge."] {
            assert!(!said.contains(table), "{language:?}: {table}");
            let texts = language.keys().filter(|(key, _)| key.starts_with(table));
            for (key, text) in texts {
                let between = text.split(['{', '}']).step_by(2).map(in_one_line);
                for words in between.filter(|words| !words.is_empty()) {
                    let is_said = said.contains(&words) || said.contains(&language.upper(&words));
                    assert!(is_said, "{language:?}: {key}: {words}");
                }
            }
        }
        for notice in language.notices() {
            let is_said = said.contains(&notice);
            assert_eq!(is_said, !language.is_reference(), "{language:?}: {notice}");
        }
    }
}

#[test]
fn no_question_says_more_than_a_check_can_show() {
    for language in Language::all() {
        let page = pages(language).concat();
        assert_eq!(promise(&page), None, "{language:?}");
        let wide = page.lines().filter(|line| line.chars().count() > WIDTH);
        // A command is never broken.
        let wide: Vec<&str> = wide.filter(|line| !line.contains('`')).collect();
        assert!(wide.is_empty(), "{language:?}: {wide:?}");
    }
}

#[test]
fn numbers_and_times_stand_as_each_language_writes_them() {
    for (code, said) in [
        (
            "en",
            ["1,204 things differ in", "3 days 4 hours after the act"],
        ),
        (
            "az",
            ["1\u{a0}204 element uyğun gəlmir", "3 gün 4 saat sonra"],
        ),
        (
            "fr",
            ["1\u{a0}204 éléments diffèrent", "3 jours 4 heures après"],
        ),
        (
            "ru",
            ["не совпадают 1\u{a0}204 позиции", "прошло: 3 дня 4 часа"],
        ),
    ] {
        let page = pages(Language::of(code).unwrap()).concat();
        for words in said.map(in_one_line) {
            assert!(in_one_line(&page).contains(&words), "{code}: {words}");
        }
    }
}

#[test]
fn json_is_in_english() {
    let json = questions::json(&report("none-return"), &profile(), &list());
    for text in ["in-transit.asked", "in-transit.record", "in-transit.to-do"] {
        let text = Language::english()
            .say(&format!("question.{text}"))
            .to_owned();
        assert!(json.contains(&text), "{text}");
    }
}
