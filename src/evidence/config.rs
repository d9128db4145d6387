//! The settings, and where in their text an error stands.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::identity_name::{NAMES, is_name};
use crate::record::json::{ParseError, refusal_of};
use crate::record::path::printable;
use crate::record::time::Zone;

/// What `config.toml` says. Each line may be missing, as may the file.
///
/// ```toml
/// default = "Ines-Kaya"
/// zone = "+04:00"
/// place = "North River, evidence room 2"
/// profile = "generic"
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The name of the identity that signs where no other is named.
    pub default: Option<String>,
    /// The zone that stands beside the times of new links.
    pub zone: Option<Zone>,
    /// Where new links are made.
    pub place: Option<String>,
    /// The profile that new links are held against where no other is named.
    pub profile: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    default: Option<Spanned<String>>,
    zone: Option<Spanned<String>>,
    place: Option<Spanned<String>>,
    profile: Option<Spanned<String>>,
}

impl Config {
    /// Reads the text, and where in it the name of the default stands, quotes included.
    pub(super) fn parse(text: &str) -> Result<(Self, Option<Range<usize>>), ParseError> {
        let file: ConfigFile = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            error_at(text, at, error.message())
        })?;
        let refuse = |key: &str, value: &Spanned<String>, problem: String| {
            error_at(text, value.span().start, &format!("`{key}` {problem}"))
        };
        let mut config = Self::default();
        if let Some(name) = &file.default {
            if !is_name(name.get_ref()) {
                return Err(refuse("default", name, format!("names nothing: {NAMES}")));
            }
            config.default = Some(name.get_ref().clone());
        }
        if let Some(zone) = &file.zone {
            let read = Zone::parse(zone.get_ref());
            config.zone = Some(read.map_err(|error| refuse("zone", zone, error.to_string()))?);
        }
        if let Some(place) = &file.place {
            if let Some(problem) = refusal_of("place", place.get_ref()) {
                return Err(refuse("place", place, problem));
            }
            config.place = Some(place.get_ref().clone());
        }
        if let Some(profile) = &file.profile {
            if !is_name(profile.get_ref()) {
                return Err(refuse(
                    "profile",
                    profile,
                    format!("names nothing: {NAMES}"),
                ));
            }
            config.profile = Some(profile.get_ref().clone());
        }
        Ok((config, file.default.map(|name| name.span())))
    }
}

/// A problem at this byte of the text, as line and column.
pub(super) fn error_at(text: &str, at: usize, problem: &str) -> ParseError {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |line_feed| line_feed + 1);
    ParseError {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        problem: printable(&problem.replace('\n', ", "), false),
    }
}
