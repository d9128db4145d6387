//! Why there is no inventory, in words.

use super::source::SourceError;

/// Why there is no inventory.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// The source cannot be one.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// These could not be read.
    #[error("{}", unread_in_words(.0))]
    Unread(Vec<(String, String)>),
    /// It changed while it was read.
    #[error("reading {path}: it changed while it was being read")]
    Changed {
        /// Which file.
        path: String,
    },
    /// It is larger than the format takes.
    #[error("reading {path}: it is larger than 2^46 bytes, the most a sealed file may have")]
    TooLarge {
        /// Which file.
        path: String,
    },
    /// Its name cannot be recorded.
    #[error("the name {path} cannot be recorded: the path {problem}")]
    Name {
        /// Which file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There are too many.
    #[error("there are {found} entries; a bundle takes at most {most}")]
    TooMany {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// Someone asked to stop.
    #[error("interrupted; nothing was written")]
    Interrupted,
}

impl InventoryError {
    /// What a person can do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Source(error) => error.hint(),
            Self::Unread(_) => Some("give the program the right to read them, or seal with --allow-unread: then the seal says which were not read".to_owned()),
            Self::Changed { .. } => Some("make sure that no program writes to it; for a device, use a write blocker, or image it first".to_owned()),
            Self::Name { .. } => Some("seal an image of the medium instead".to_owned()),
            Self::TooMany { .. } => Some("seal an image of the medium, or its folders one by one".to_owned()),
            Self::TooLarge { .. } => Some("split it, and seal the parts together".to_owned()),
            Self::Interrupted => None,
        }
    }
}

fn unread_in_words(unread: &[(String, String)]) -> String {
    match unread {
        [(path, reason)] => format!("reading {path}: {reason}"),
        many => {
            let named: Vec<String> = many
                .iter()
                .take(10)
                .map(|(path, reason)| format!("{path} ({reason})"))
                .collect();
            let more = if many.len() > 10 {
                format!(" and {} more", many.len() - 10)
            } else {
                String::new()
            };
            format!(
                "{} files could not be read: {}{more}",
                many.len(),
                named.join(", ")
            )
        }
    }
}
