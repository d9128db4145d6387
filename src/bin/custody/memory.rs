//! What this machine remembers of the chains it has seen, and what it says when it cannot.

use std::cell::Cell;

use custody::audit::chain::JudgedRecord;
use custody::audit::finding::{Code, Detail, Finding};
use custody::evidence::heads::{Heads, HeadsError, LockedHead};
use custody::evidence::home::Home;
use custody::record::bundle::Bundle;
use custody::report::sentences::{place, sentence};

use crate::console::Console;
use crate::fault::fault_with;

/// The memory of one run of the program.
pub struct Memory {
    heads: Heads,
    /// That nothing can be kept is said once, however many bundles are looked at.
    has_warned: Cell<bool>,
}

/// Whether a bundle is held against what was seen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It is, and what is new is remembered.
    Compare,
    /// It is neither compared nor remembered.
    Leave,
}

impl Memory {
    /// What is kept in this home.
    pub fn of(home: &Home) -> Self {
        Self {
            heads: home.heads(),
            has_warned: Cell::new(false),
        }
    }

    /// Holds a record against what was seen before, and remembers what is new in it.
    pub fn judge(&self, console: &Console, record: JudgedRecord) -> JudgedRecord {
        let recalled = self.heads.recall(record.bundle());
        if let Some(trouble) = recalled.trouble {
            // Without it an older copy may go unnoticed: that is said even where talk is unwanted.
            console.alarm(&said(&trouble));
        }
        let record = match &recalled.seen {
            Some(seen) => record.against(seen),
            None => record,
        };
        if recalled.is_news && record.chain_holds() {
            self.remember(console, record.bundle());
        }
        record
    }

    /// Remembers what is new in a record, where it holds; says nothing of what differs from what was seen.
    pub fn note(&self, console: &Console, record: &JudgedRecord) {
        if record.chain_holds() && self.heads.recall(record.bundle()).is_news {
            self.remember(console, record.bundle());
        }
    }

    /// Remembers the chain of a bundle that was judged.
    pub fn remember(&self, console: &Console, bundle: &Bundle) {
        self.warn(console, self.heads.remember(bundle));
    }

    /// The same, where its file is held.
    pub fn remember_held(&self, console: &Console, held: Option<LockedHead>, bundle: &Bundle) {
        match held {
            Some(held) => self.warn(console, held.remember(bundle)),
            None => self.remember(console, bundle),
        }
    }

    fn warn(&self, console: &Console, done: Result<(), HeadsError>) {
        if let Err(trouble) = done
            && !self.has_warned.replace(true)
        {
            console.warn(&format!(
                "{trouble}; this machine does not remember how long this chain is now"
            ));
        }
    }

    /// Keeps other programs of this user from extending another copy of the same chain, until what this gives is dropped.
    pub fn hold(&self, bundle: &Bundle) -> anyhow::Result<Option<LockedHead>> {
        Ok(self.heads.lock(&bundle.card().seal)?)
    }

    /// What a bundle differs in from what was seen.
    pub fn differs(&self, bundle: &Bundle) -> Vec<Finding> {
        let recalled = self.heads.recall(bundle);
        let differs = recalled.seen.map(|seen| seen.findings(bundle));
        differs.unwrap_or_default()
    }

    /// Whether a chain may be extended here: whoever adds to an older copy, or to another one, makes a second chain.
    pub fn admit(&self, bundle: &Bundle) -> anyhow::Result<()> {
        let recalled = self.heads.recall(bundle);
        let differs = recalled.seen.map(|seen| seen.findings(bundle));
        if let Some(finding) = differs.unwrap_or_default().first() {
            return Err(not_to_be_extended(finding));
        }
        recalled
            .trouble
            .map_or(Ok(()), |trouble| Err(trouble.into()))
    }
}

/// Whether a finding is of the memory.
pub fn is_of_memory(finding: &Finding) -> bool {
    matches!(finding.code, Code::RolledBack | Code::Forked)
}

/// Why a copy is not extended.
pub fn not_to_be_extended(finding: &Finding) -> anyhow::Error {
    let at = place(finding);
    let colon = if at.is_empty() { "" } else { ": " };
    let hint = match &finding.detail {
        Detail::Missing(..) => {
            "find the longer copy and use that, or take its events over with `custody merge BUNDLE LONGER`; a second chain from here could never be joined with it"
        }
        _ => {
            "`custody verify` shows both entries, `custody compare` holds two copies against each other; ask who signed them which one stands"
        }
    };
    fault_with(
        format!(
            "nothing can be added to this copy: {at}{colon}{}",
            sentence(finding)
        ),
        hint,
    )
}

fn said(trouble: &HeadsError) -> String {
    let hint = trouble
        .hint()
        .map(|hint| format!("\nhint: {hint}"))
        .unwrap_or_default();
    format!("{trouble}; whether this is an older copy was not checked{hint}")
}
