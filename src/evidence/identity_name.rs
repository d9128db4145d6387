//! The names that identities are kept under: what can be one, and how one is made from the name of a person.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What can name an identity, in words.
pub(super) const NAMES: &str =
    "a name is 1 to 64 of A-Z a-z 0-9 . _ - and does not begin with a dot";

/// Whether a text can name an identity: `[A-Za-z0-9._-]{1,64}`, not beginning with a dot.
pub fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && !text.starts_with('.') && text.chars().all(is_of_a_name)
}

fn is_of_a_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || ".-_".contains(character)
}

/// A name for the identity of a person: `Ines Kaya` becomes `Ines-Kaya`. What cannot stand in a name becomes `-`, and
/// nothing of the kind begins or ends one: a name that begins with `-` would look like an option.
pub fn name_from(text: &str) -> String {
    let mut name = String::new();
    // `š` is `s` and a mark: the letter is kept.
    let letters = text
        .nfd()
        .filter(|character| !is_combining_mark(*character));
    for character in letters.map(plain) {
        match character {
            kept if is_of_a_name(kept) && kept != '-' => name.push(kept),
            _ if name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    let name = name.trim_start_matches(['-', '.']);
    let name = name[..name.len().min(64)].trim_end_matches(['-', '.']);
    if name.contains(|character: char| character.is_ascii_alphanumeric()) {
        name.to_owned()
    } else {
        "identity".to_owned()
    }
}

/// Letters of Latin alphabets that are no letter and mark: Azerbaijani, Turkish, Polish, Nordic ones.
fn plain(character: char) -> char {
    match character {
        'ə' | 'æ' => 'e',
        'Ə' | 'Æ' => 'E',
        'ı' => 'i',
        'ł' => 'l',
        'Ł' => 'L',
        'ø' => 'o',
        'Ø' => 'O',
        'đ' | 'ð' => 'd',
        'Đ' => 'D',
        'ß' => 's',
        other => other,
    }
}

/// The name itself, or the first of `name-2`, `name-3` … that is free, on file systems without case as well.
pub(super) fn free_name(name: &str, taken: &[String]) -> String {
    let is_free = |name: &str| !taken.iter().any(|other| other.eq_ignore_ascii_case(name));
    let mut candidate = name.to_owned();
    let mut number = 2_u64;
    while !is_free(&candidate) {
        let end = format!("-{number}");
        candidate = format!("{}{end}", &name[..name.len().min(64 - end.len())]);
        number += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for (text, name) in [
            ("Ines Kaya", "Ines-Kaya"),
            ("Əli Məmmədov", "Eli-Memmedov"),
            ("J. Orth, Jr.", "J.-Orth-Jr"),
            ("../../etc/passwd", "etc-passwd"),
            ("--key", "key"),
            ("山田", "identity"),
            ("_", "identity"),
            ("", "identity"),
        ] {
            assert_eq!(name_from(text), name);
            assert!(is_name(&name_from(text)));
        }
        assert_eq!(name_from(&"a ".repeat(99)).len(), 63);
        for bad in ["", ".a", "a/b", "a b", "ä", "a\n", &"a".repeat(65)] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_free_name_is_not_longer_than_a_name() {
        let long = "a".repeat(64);
        assert_eq!(
            free_name(&long, &[long.to_uppercase()]),
            format!("{}-2", &long[..62])
        );
    }
}
