//! A page as a value: what stands on it, in which order, in which words. Printers lay it out and choose no word.

pub mod html;
pub mod pdf;
pub mod text;

use crate::record::card::Card;
use crate::record::time::Timestamp;

use super::language::Words;
pub use super::layout::is_number;

/// What a page is about, from its title to the line to sign, and the annex behind it.
#[derive(Clone, Debug)]
pub struct Page {
    /// The language of its words.
    pub language: Words,
    /// `CUSTODY SUMMARY`.
    pub title: String,
    /// What must be said of the page itself, before anything else.
    pub notices: Vec<String>,
    /// What has to stand on the first page.
    pub front: Vec<Block>,
    /// What follows on further pages.
    pub annex: Vec<Block>,
    /// When what it says was found. No printer has a clock of its own.
    pub at: Timestamp,
    /// The record code, which tells this page from those of other records.
    pub code: String,
    /// What stands at the foot of each sheet of paper: case, exhibit, record code.
    pub foot: String,
}

/// One part of a page.
#[derive(Clone, Debug)]
pub enum Block {
    /// The heading of a section.
    Heading(String),
    /// A heading below one.
    Subheading(String),
    /// The result: the worst line first, and what was looked at.
    Result(Vec<String>, Option<String>),
    /// A paragraph.
    Paragraph(String),
    /// A paragraph that stands by itself, at the margin.
    Remark(String),
    /// Lines to write on, side by side.
    Blanks(Vec<String>),
    /// Facts with their labels.
    Facts(Vec<Fact>),
    /// A point by itself: its head, and what is said of it.
    Point(String, Vec<Fact>),
    /// Where the exhibit has been.
    Table(Table),
    /// Boxes to tick by hand.
    Boxes(Vec<TickBox>),
    /// Remarks, one under the other.
    Items(Vec<String>),
    /// The same, where each stands for itself: findings with their codes.
    Findings(Vec<String>),
    /// What was found about the event above.
    Alarms(Vec<String>),
    /// What is typed, or compared digit by digit.
    Commands(Vec<String>),
    /// The strip by which page and chain are told apart from others: the card as a picture, what the picture is, and
    /// what stands beside it.
    Strip(Card, String, Vec<Fact>),
}

/// A fact with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is; empty where it belongs to the fact above.
    pub label: String,
    /// What is said of it.
    pub text: String,
    /// A text of several lines, as somebody wrote it: no line of it may pass for a line of the page.
    pub quoted: bool,
}

impl Fact {
    /// A fact in one line.
    pub fn new(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            text: text.into(),
            quoted: false,
        }
    }

    /// A text of several lines.
    pub fn quoted(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            quoted: true,
            ..Self::new(label, text)
        }
    }
}

/// A table of events.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What stands above the columns, for readers who do not see them.
    pub head: Vec<String>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub enum Row {
    /// Its cells: number, time, what was done.
    Cells(Vec<String>),
    /// What is said in the place of rows that are left out.
    LeftOut(String),
}

/// A box to tick by hand.
#[derive(Clone, Debug)]
pub struct TickBox {
    /// `A`, or nothing where it belongs to the one above.
    pub label: String,
    /// What is confirmed.
    pub text: String,
    /// What is to be written beside it: `list or letter`.
    pub blank: Option<String>,
}

/// A label with what stands between it and the line to write on; nothing where the line has no label.
pub fn colon(label: &str) -> String {
    if label.is_empty() {
        String::new()
    } else {
        format!("{label}:")
    }
}
