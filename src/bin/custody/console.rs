//! The terminal. This is the only file that prints.
//!
//! - Standard output is data: reports, pages, lists. Standard error is talk: progress, warnings, errors.
//! - `--quiet` silences talk, never a result, never an error, never a warning about a key.
//! - Colour marks a result line that says the same without it.
//! - Errors are lower case, without a full stop, and end in a hint where there is something to do.
//! - A reader that goes away (`| head`) ends the printing, not the check.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};

use custody::audit::verdict::Verdict;
use custody::report::json::document_text;
use serde::Serialize;

use crate::arguments::{Colour, Global};
use crate::fault::{hint_of, missing_of, sentence_of};

/// Where words go.
pub struct Console {
    json: bool,
    quiet: bool,
    colour: bool,
    /// What went wrong when data was printed: a page that nobody gets must not look like one that was given.
    failed: Cell<Option<io::ErrorKind>>,
}

#[derive(Serialize)]
struct ErrorDocument {
    format: &'static str,
    exit: u8,
    error: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// What a profile asks for, where nothing was signed for want of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
}

impl Console {
    /// The console these arguments ask for.
    pub fn new(global: &Global) -> Self {
        let colour = match global.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        };
        Self {
            json: global.json,
            quiet: global.quiet,
            colour,
            failed: Cell::new(None),
        }
    }

    /// Whether a JSON document is wanted.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether talk is unwanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Why data could not be printed, where it could not.
    pub fn failure(&self) -> Option<io::Error> {
        self.failed.get().map(io::Error::from)
    }

    /// Data: a page, a list, a document.
    pub fn print(&self, text: &str) {
        self.print_bytes(text.as_bytes());
    }

    /// Data that may be no text.
    pub fn print_bytes(&self, bytes: &[u8]) {
        let mut stdout = io::stdout().lock();
        let printed = stdout.write_all(bytes).and_then(|()| stdout.flush());
        // A reader that goes away has what it wanted.
        if let Err(error) = printed
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            self.failed.set(Some(error.kind()));
        }
    }

    /// A page whose first line is a result.
    pub fn print_result(&self, verdict: Verdict, page: &str) {
        if !self.colour {
            return self.print(page);
        }
        let colour = match verdict {
            Verdict::NoChangeFound => "32",
            Verdict::RecordChecked | Verdict::CouldNotBeChecked => "33",
            _ => "31",
        };
        let (first, rest) = page.split_at(page.find('\n').unwrap_or(page.len()));
        self.print(&format!("\u{1b}[1;{colour}m{first}\u{1b}[0m{rest}"));
    }

    /// A document for programs where one is wanted, words for people otherwise.
    pub fn print_either(&self, document: &impl Serialize, words: &str) {
        if self.json {
            self.print(&document_text(document))
        } else {
            self.print(words)
        }
    }

    /// Talk.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr().lock(), "{text}");
        }
    }

    /// What was found: a result, and no talk.
    pub fn tell(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Something a person should know although the work goes on.
    pub fn warn(&self, text: &str) {
        self.say(&format!("warning: {text}"));
    }

    /// A warning that is given even where talk is unwanted: this is the moment to do something about it.
    pub fn alarm(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "warning: {text}");
    }

    /// The error that ended the work.
    pub fn fail(&self, error: &anyhow::Error) {
        if self.json {
            return self.print(&error_document(error));
        }
        self.fail_with(sentence_of(error), hint_of(error));
    }

    /// The same, in words that are already there.
    pub fn fail_with(&self, error: String, hint: Option<String>) {
        if self.json {
            return self.print(&error_text(error, hint, Vec::new()));
        }
        let hint = hint
            .map(|hint| format!("\nhint: {hint}"))
            .unwrap_or_default();
        let _ = writeln!(io::stderr().lock(), "error: {error}{hint}");
    }
}

/// An error as the document that `--json` prints.
pub fn error_document(error: &anyhow::Error) -> String {
    error_text(sentence_of(error), hint_of(error), missing_of(error))
}

fn error_text(error: String, hint: Option<String>, missing: Vec<String>) -> String {
    document_text(&ErrorDocument {
        format: "custody-error/v1",
        exit: 2,
        error,
        hint,
        missing,
    })
}

/// Whether someone sits there to be asked.
pub fn is_attended() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a line. Empty where nobody answers.
pub fn ask(question: &str) -> String {
    let _ = write!(io::stderr().lock(), "{question} ");
    let mut answer = String::new();
    match io::stdin().read_line(&mut answer) {
        Ok(_) => answer.trim().to_owned(),
        Err(_) => String::new(),
    }
}
