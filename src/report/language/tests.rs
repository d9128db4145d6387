use super::*;

#[test]
fn nouns_stand_in_the_form_of_their_number() {
    let count = |code: &str, number: u64| Language::of(code).unwrap().count("file", number);
    let english: Vec<String> = [0, 1, 2, 1_204].iter().map(|&n| count("en", n)).collect();
    assert_eq!(english, ["0 files", "1 file", "2 files", "1,204 files"]);
    let russian: Vec<String> = [1, 2, 5, 11, 21, 112, 1_204]
        .iter()
        .map(|&n| count("ru", n))
        .collect();
    assert_eq!(
        russian,
        [
            "1 файл",
            "2 файла",
            "5 файлов",
            "11 файлов",
            "21 файл",
            "112 файлов",
            "1\u{a0}204 файла"
        ]
    );
    let french: Vec<String> = [0, 1, 2, 1_204].iter().map(|&n| count("fr", n)).collect();
    assert_eq!(
        french,
        [
            "0 fichier",
            "1 fichier",
            "2 fichiers",
            "1\u{a0}204 fichiers"
        ]
    );
    assert_eq!(count("az", 1), "1 fayl");
    assert_eq!(count("az", 5), "5 fayl");
}

#[test]
fn english_durations() {
    let english = Language::english();
    assert_eq!(english.duration(59), "59 seconds");
    assert_eq!(english.duration(3_600), "1 hour");
    assert_eq!(english.duration(273_600), "3 days 4 hours");
    assert_eq!(english.duration(-90_061), "1 day 1 hour");
}

#[test]
fn what_is_put_in_is_not_looked_through_again() {
    let english = Language::english();
    let said = english.fill("words.event-number", &[("seq", &"{seq} {{ %s }")]);
    assert_eq!(said, "event no. {seq} {{ %s }");
}

#[test]
fn a_locale_names_its_language() {
    let code = |locale: &str| Language::of_locale(locale).code().to_owned();
    assert_eq!(code("az_AZ.UTF-8"), "az");
    assert_eq!(code("fr"), "fr");
    assert_eq!(code("RU_ru@euro"), "ru");
    for other in ["", "C", "C.UTF-8", "POSIX", "de_DE", "english"] {
        assert_eq!(code(other), "en", "{other}");
    }
}
