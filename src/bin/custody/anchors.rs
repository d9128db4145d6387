//! What whoever checks knows from elsewhere, and names for one check: keys, rosters, authorities, paper.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use clap::Args;
use custody::audit::trust::Trust;
use custody::record::card::Expected;
use custody::record::time::Timestamp;
use custody::report::layout::short;

use crate::arguments::TimeRoots;
use crate::fault::{fault_with, refused};
use crate::roster_arguments::RosterChoice;
use crate::world::World;
use crate::{time_roots, trust};

/// The flags that name them, the same for every command that checks.
#[derive(Args, Default)]
pub struct Anchors {
    /// A key you have confirmed, by its 64 hex digits
    #[arg(long, value_name = "KEYID")]
    trust: Vec<String>,
    #[command(flatten)]
    chosen: RosterChoice,
    /// The head card or the record code from paper
    #[arg(long, value_name = "CARD")]
    expect_head: Vec<String>,
    #[command(flatten)]
    roots: TimeRoots,
}

impl Anchors {
    /// Whom the reader has confirmed, and whose time stamps the reader believes.
    pub fn trust(&self, world: &World, as_of: Option<Timestamp>) -> anyhow::Result<Trust> {
        let mut trust = trust::of_check(world, &self.trust, &self.chosen, as_of)?;
        time_roots::pin(&mut trust, &self.roots.tsa_root)?;
        Ok(trust)
    }

    /// Whether a head from paper was named: it belongs to one chain.
    pub fn names_a_head(&self) -> bool {
        !self.expect_head.is_empty()
    }

    /// The heads from paper.
    pub fn heads(&self) -> anyhow::Result<Vec<Expected>> {
        let heads = self.expect_head.iter().map(|text| {
            let given = from_file(text)?.unwrap_or_else(|| text.clone());
            Expected::parse(&given).map_err(|error| {
                let hint = "give the line that begins with custody:v1:, or the record code in quotes, or a file that holds one";
                fault_with(format!("--expect-head {}: it {error}", short(text, 80)), hint)
            })
        });
        heads.collect()
    }
}

/// The text of a card that was kept in a file.
fn from_file(named: &str) -> anyhow::Result<Option<String>> {
    let path = Path::new(named);
    if !path.is_file() {
        return Ok(None);
    }
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(1 << 16).read_to_string(&mut text));
    read.map_err(|error| refused("reading the card", path, &error))?;
    Ok(Some(text))
}
