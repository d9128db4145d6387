//! Names of fields and rules as people type them, and the one nearest to a name that nobody knows.

use super::{BUILT_IN, FieldPath, Profile};
use crate::audit::completeness::LATE_REASON;
use crate::record::fields::{EVENT, OWN};
use crate::record::shape::{Field, Kind, Shape};

/// How like a name must be to be what was meant; 1 is the same.
const LIKE: f64 = 0.6;

/// Whether a reason may stand under this name: a field that an entry can have, or a rule of this profile, or of one that
/// comes with the program: a record is read by other profiles than the one it was made with.
pub fn is_known(name: &str, profile: Option<&Profile>) -> bool {
    FieldPath::parse(name, |_| None).is_ok_and(|path| path.is_known(&[]))
        || rules(profile).iter().any(|rule| rule == name)
}

/// The field or the rule whose name is most like this one, where one is like it.
pub fn nearest(name: &str, profile: Option<&Profile>) -> Option<String> {
    let mut names = Vec::new();
    let own = OWN.iter().flat_map(|(_, own)| own.iter());
    EVENT
        .iter()
        .chain(own)
        .for_each(|field| add_paths("", field, &mut names));
    // `serial` is that of the thing itself before it is that of a tool.
    names.sort_by_key(|name| !name.starts_with("item."));
    names.extend(rules(profile));
    nearest_of(name, names.iter().map(String::as_str)).map(str::to_owned)
}

/// The one of these names that is most like this one, where one is like it.
pub fn nearest_of<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |other: &str| {
        let whole = like(name, other);
        // `serial` is meant as `item.serial`.
        let last = other
            .rsplit_once('.')
            .map_or(0.0, |(_, last)| like(name, last));
        whole.max(last * 0.99)
    };
    names
        .map(|other| (other, likeness(other)))
        .filter(|(_, like)| *like >= LIKE)
        // Of several that are as like, the first: fields of every entry come before those of one action.
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map(|(other, _)| other)
}

fn like(one: &str, other: &str) -> f64 {
    // What is far longer is another name, and would only take time.
    if one.len() > 2 * other.len() + 8 {
        return 0.0;
    }
    strsim::normalized_damerau_levenshtein(&one.to_lowercase(), &other.to_lowercase())
}

fn rules(profile: Option<&Profile>) -> Vec<String> {
    let built_in = BUILT_IN
        .iter()
        .filter_map(|(name, _)| Profile::built_in(name));
    let mut names = vec![LATE_REASON.to_owned()];
    for profile in profile.cloned().into_iter().chain(built_in) {
        names.extend(profile.rules.into_iter().map(|rule| rule.name));
    }
    names
}

fn add_paths(within: &str, field: &Field, names: &mut Vec<String>) {
    let path = format!("{within}{}", field.name);
    let mut kind = &field.kind;
    while let Kind::List(inner) = kind {
        kind = inner;
    }
    let inner = format!("{path}.");
    names.push(path);
    if let Kind::Object(Shape(fields)) = kind {
        fields
            .iter()
            .for_each(|field| add_paths(&inner, field, names));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_rules_are_known() {
        for name in [
            "place",
            "seals",
            "seals.number",
            "item.serial",
            "retained.seal",
            "ext.anything",
            "ext",
            "witnesses-or-video",
            "late-reason",
            "legal-basis",
        ] {
            assert!(is_known(name, None), "{name}");
        }
        for name in [
            "plase",
            "seals.numbr",
            "place.room",
            "seals[0].number",
            "",
            "ext.",
            "a\nb",
        ] {
            assert!(!is_known(name, None), "{name}");
        }
        let text = "format = \"custody-profile/v1\"\ntitle = \"x\"\n[[rule]]\nname = \"ours\"\nneeds = [\"place\"]\nasks = \"a\"\nsource = \"s\"\n";
        let ours = Profile::parse("x", text).unwrap();
        assert!(is_known("ours", Some(&ours)) && !is_known("ours", None));
        assert_eq!(nearest("our", Some(&ours)).as_deref(), Some("ours"));
    }

    #[test]
    fn a_mistyped_name_has_a_nearest() {
        for (typed, meant) in [
            ("plase", "place"),
            ("Place", "place"),
            ("serial", "item.serial"),
            ("protocol.numer", "protocol.number"),
            ("witness", "witnesses"),
            ("seals[0].number", "seals.number"),
            ("witnes-or-video", "witnesses-or-video"),
        ] {
            assert_eq!(nearest(typed, None).as_deref(), Some(meant), "{typed}");
        }
        for far in ["", "xyzzy", &"place".repeat(1_000)] {
            assert_eq!(nearest(far, None), None);
        }
    }
}
