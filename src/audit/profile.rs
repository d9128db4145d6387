//! A profile: what an entry has to say before it is signed, by the law and practice of one place.
//!
//! A profile is data, not code: a TOML file, described in `docs/manual.md`. Two come with the program; anyone can write
//! another. What is asked for is held against an event in [`super::completeness`].

mod field_path;
pub mod known_name;
mod reading;

pub(super) use field_path::one_of;
pub use field_path::{FieldPath, is_there, is_value};

use regex_lite::Regex;

use super::privacy::Pattern;
use crate::record::json::ParseError;

/// The profiles that come with the program, and their texts.
pub const BUILT_IN: [(&str, &str); 2] = [
    ("generic", include_str!("profiles/generic.toml")),
    ("az", include_str!("profiles/az.toml")),
];

/// What a profile asks for.
///
/// ```toml
/// format = "custody-profile/v1"
/// title = "Rules of our office"
/// extends = "generic"
///
/// [[rule]]
/// name = "record-number"
/// actions = ["seal"]
/// needs = ["protocol.number", "protocol.date"]
/// asks = "number and date of the official record"
/// source = "office order 12"
/// ```
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name, as one types it.
    pub name: String,
    /// What it is, for people.
    pub title: String,
    /// How long things may take before somebody asks.
    pub hours: Hours,
    /// What is asked for, in the order of the file; those of an extended profile come first.
    pub rules: Vec<Rule>,
    /// What personal data look like.
    pub patterns: Vec<Pattern>,
    /// The fields in which people write freely.
    pub texts: Vec<FieldPath>,
}

/// How long things may take before somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// From the act to its entry, before a reason is asked for: at most 24, the limit of the format.
    pub late: i64,
    /// Between two events that no storing explains.
    pub between_events: i64,
    /// From a release to its receipt.
    pub in_transit: i64,
    /// From the act to the digital seal.
    pub before_seal: i64,
}

/// One thing that is asked for.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name in the profile; under this name, too, it can be said why there is no value.
    pub name: String,
    /// Of which actions; of all where none is named.
    pub actions: Vec<String>,
    /// Only where this holds.
    pub when: Option<Condition>,
    /// Not where this holds.
    pub unless: Option<Condition>,
    /// Whether nothing is signed without it.
    pub level: Level,
    /// One of these is enough; of each, all fields are needed.
    pub alternatives: Vec<Vec<FieldPath>>,
    /// Whether a reason (`notRecorded`) can stand for it.
    pub excusable: bool,
    /// What is asked for, for people.
    pub asks: String,
    /// Which law or practice asks for it.
    pub source: String,
}

/// What happens where something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing is signed.
    Must,
    /// A warning.
    Should,
}

/// When a rule is one.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The field that is looked at.
    pub field: FieldPath,
    /// Its text must hold one of these, in any case; where there are none, and no form, it must be there.
    pub holds: Vec<String>,
    /// Its text, or its number, must hold something of this form.
    pub form: Option<Regex>,
}

impl Profile {
    /// Reads a profile. `name` is what one types to choose it.
    ///
    /// # Errors
    /// Where the text is no profile, with line and column.
    pub fn parse(name: &str, text: &str) -> Result<Self, ParseError> {
        reading::read(name, text)
    }

    /// A profile that comes with the program.
    pub fn built_in(name: &str) -> Option<Self> {
        let (name, text) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name)?;
        Self::parse(name, text).ok()
    }

    /// What is asked of an action.
    pub fn of_action(&self, action: &str) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.is_of(action))
    }
}

impl Rule {
    /// Whether it is about this action.
    pub fn is_of(&self, action: &str) -> bool {
        self.actions.is_empty() || self.actions.iter().any(|of| of == action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "format = \"custody-profile/v1\"\ntitle = \"x\"\n";

    fn problem(text: &str) -> String {
        Profile::parse("x", &format!("{HEAD}{text}"))
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn the_built_in_profiles_can_be_read() {
        for (name, text) in BUILT_IN {
            let profile = Profile::parse(name, text).map_err(|error| error.to_string());
            let profile = profile.unwrap();
            assert!(profile.rules.len() > 20 && !profile.patterns.is_empty());
        }
        let (generic, az) = (
            Profile::built_in("generic").unwrap(),
            Profile::built_in("az").unwrap(),
        );
        assert!(az.rules.len() > generic.rules.len(), "az extends generic");
        assert!(az.patterns.len() > generic.patterns.len());
        assert!(Profile::built_in("fr").is_none());
    }

    #[test]
    fn what_is_no_profile_has_its_line() {
        let rule = "[[rule]]\nname = \"a\"\nasks = \"b\"\nsource = \"c\"\n";
        for (text, says) in [
            ("[[rule]\n", "line 3"),
            ("color = \"red\"\n", "unknown field `color`"),
            (
                "extends = \"mars\"\n",
                "`mars` is no profile of this program",
            ),
            (rule, "asks for nothing"),
            (
                &format!("{rule}needs = [\"protocol.nummer\"]\n"),
                "no entry has a field `protocol.nummer`",
            ),
            (
                &format!("{rule}needs = [\"place\"]\nany = [[\"place\"]]\n"),
                "`needs` or `any`",
            ),
            (
                &format!("{rule}needs = [\"place\"]\nactions = [\"steal\"]\n"),
                "no action `steal`",
            ),
            (
                &format!("{rule}needs = [\"to.name\"]\nactions = [\"seal\"]\n"),
                "no entry has a field `to.name`",
            ),
            (
                &format!("{rule}needs = [\"place\"]\n{rule}needs = [\"place\"]\n"),
                "two rules are called `a`",
            ),
            (
                &format!("{rule}needs = [\"present[role:doctor].name\"]\n"),
                "no words `doctor`",
            ),
            (
                &format!("{rule}needs = [\"\"]\n"),
                "`` is no path of a field",
            ),
            ("[hours]\nlate = 48\n", "`late`"),
            (
                "[[pattern]]\nname = \"a\"\nlooks = \"b\"\nform = \"(\"\n",
                "the form",
            ),
        ] {
            assert!(problem(text).contains(says), "{text}\n{}", problem(text));
        }
        assert!(
            Profile::parse("x", "title = \"x\"\n").is_err(),
            "no format is named"
        );
    }

    #[test]
    fn hostile_texts_end_in_an_error() {
        let deep = format!("{HEAD}x = {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
        assert!(Profile::parse("x", &deep).is_err());
        let many = format!(
            "{HEAD}{}",
            (0..2_000)
                .map(|n| format!(
                    "[[rule]]\nname = \"r{n}\"\nneeds = [\"place\"]\nasks = \"a\"\nsource = \"s\"\n"
                ))
                .collect::<String>()
        );
        assert!(Profile::parse("x", &many).is_err());
        let form = "((((((((((a{100}){100}){100}){100}){100}){100}){100}){100}){100}){100})";
        let text = format!("[[pattern]]\nname = \"a\"\nlooks = \"b\"\nform = \"{form}\"\n");
        assert!(problem(&text).contains("the form"));
    }
}
