//! A selection: which entries someone asked to check.

use glob::{MatchOptions, Pattern, PatternError};

use crate::record::path::PathText;

/// All entries, or those that patterns name.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    patterns: Vec<Pattern>,
}

/// In a pattern `*` stays within a folder, `**` does not.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

impl Selection {
    /// The entries these patterns name; all, where there are none.
    ///
    /// # Errors
    /// Where a pattern is not one.
    pub fn of(patterns: &[String]) -> Result<Self, PatternError> {
        let patterns = patterns
            .iter()
            .map(|pattern| Pattern::new(pattern.trim_end_matches('/')));
        Ok(Self {
            patterns: patterns.collect::<Result<_, _>>()?,
        })
    }

    /// Whether every entry is meant.
    pub fn is_all(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether an entry is meant: named itself, or within a folder that is.
    pub fn covers(&self, path: &PathText) -> bool {
        self.is_all() || self.patterns.iter().any(|pattern| names(pattern, path))
    }

    /// The patterns that name none of these entries.
    pub fn unused<'a>(&self, paths: impl IntoIterator<Item = &'a PathText>) -> Vec<String> {
        let mut unused: Vec<&Pattern> = self.patterns.iter().collect();
        for path in paths {
            if unused.is_empty() {
                break;
            }
            unused.retain(|pattern| !names(pattern, path));
        }
        unused
            .into_iter()
            .map(|pattern| pattern.as_str().to_owned())
            .collect()
    }
}

fn names(pattern: &Pattern, path: &PathText) -> bool {
    let text = path.as_str();
    let above = text.match_indices('/').map(|(at, _)| &text[..at]);
    above
        .chain([text])
        .any(|prefix| pattern.matches_with(prefix, OPTIONS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_covers_what_is_in_it() {
        let path = |text| PathText::parse(text).unwrap();
        let selection = Selection::of(&["photos/".to_owned(), "*.dd".to_owned()]).unwrap();
        assert!(selection.covers(&path("photos")));
        assert!(selection.covers(&path("photos/a/b.jpg")));
        assert!(selection.covers(&path("disk.dd")));
        assert!(!selection.covers(&path("photos2/a")));
        assert!(!selection.covers(&path("notes/disk.dd")));
        assert_eq!(selection.unused([&path("disk.dd")]), ["photos"]);
        assert!(Selection::default().covers(&path("anything")));
    }
}
