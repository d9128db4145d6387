//! The summary: one page for a court, in plain words, and an annex (`custody summary`).

mod annex;
mod front;

use crate::audit::report::Report;

use super::language::Words;
use super::layout::{Most, short};
use super::page::Page;

pub use annex::{Annex, keys, numbers};

/// How much fits on the first page. Printers that measure try one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Rows of the custody table.
    pub rows: usize,
    /// Remarks.
    pub remarks: usize,
    /// Keys to confirm.
    pub keys: usize,
    /// How much of a text of the record.
    pub text: Most,
    /// How much of a name.
    pub name: Most,
}

impl Room {
    /// From the most to the least.
    pub const ALL: [Self; 10] = [
        Self::new(8, 8, 4, 160, 60),
        Self::new(8, 5, 4, 120, 50),
        Self::new(8, 3, 3, 90, 40),
        Self::new(8, 2, 2, 70, 32),
        Self::new(6, 2, 2, 60, 28),
        Self::new(4, 1, 1, 50, 24),
        Self::new(2, 1, 1, 30, 16),
        // Where texts are in letters that are written by their numbers.
        Self::new(6, 2, 2, 60, 28).as_drawn(),
        Self::new(4, 1, 1, 50, 24).as_drawn(),
        Self::new(2, 1, 1, 30, 16).as_drawn(),
    ];

    /// The least.
    pub const LEAST: Self = Self::ALL[Self::ALL.len() - 1];

    const fn new(rows: usize, remarks: usize, keys: usize, text: usize, name: usize) -> Self {
        Self {
            rows,
            remarks,
            keys,
            text: Most::letters(text),
            name: Most::letters(name),
        }
    }

    const fn as_drawn(self) -> Self {
        Self {
            text: self.text.drawn(),
            name: self.name.drawn(),
            ..self
        }
    }
}

/// The page, with its annex or without.
pub fn page(language: Words, report: &Report, room: Room, annex: Option<Annex>) -> Page {
    let seal = report.seal();
    let mut front = front::blocks(language, report, room);
    if annex.is_none() {
        front.push(super::page::Block::Paragraph(
            language.say("summary.no-annex").to_owned(),
        ));
    }
    let code = report.record.bundle().card().head.in_groups(8);
    let foot = language.fill(
        "summary.foot",
        &[
            ("case", &short(&seal.case, Most::letters(24).drawn())),
            ("exhibit", &short(&seal.exhibit, Most::letters(24).drawn())),
            ("code", &code),
        ],
    );
    Page {
        language,
        title: language.say("summary.title").to_owned(),
        notices: language.notices(),
        front,
        annex: annex.map_or_else(Vec::new, |annex| annex::blocks(language, report, annex)),
        at: report.checked_at,
        code,
        foot,
    }
}

/// The page with as much on its first sheet as fits there, of which only a share is written on.
pub fn fitting(language: Words, report: &Report, share: f32, annex: Annex) -> Page {
    let mut pages = Room::ALL
        .iter()
        .map(|room| page(language, report, *room, Some(annex)));
    let fits = |page: &Page| super::page::pdf::fits(page, share);
    let fitting = pages.find(fits);
    fitting.unwrap_or_else(|| page(language, report, Room::LEAST, Some(annex)))
}
