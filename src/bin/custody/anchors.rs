//! What whoever checks knows from elsewhere, and names for one check: keys, rosters, authorities, paper.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use custody::record::card::Expected;
use custody::report::layout::short;

use crate::fault::{fault_with, refused};

/// The flags that name them, the same for every command that checks.
#[derive(Args, Default)]
pub struct Anchors {
    /// A key you have confirmed, by its 64 hex digits
    #[arg(long = "trust", value_name = "KEYID")]
    pub keys: Vec<String>,
    /// A roster that says whose key is whose; can be given several times [default: those that are pinned]
    #[arg(long = "roster", value_name = "FILE")]
    pub rosters: Vec<PathBuf>,
    /// The key that roster begins with, by its 64 hex digits; the first for the first roster, and so on [default: the
    /// one it names, if that is pinned]
    #[arg(long = "root", value_name = "KEYID", requires = "rosters")]
    pub roots: Vec<String>,
    /// The head card or the record code from paper
    #[arg(long, value_name = "CARD")]
    expect_head: Vec<String>,
    #[command(flatten)]
    pub time: TimeRoots,
}

/// Whose time stamps are believed.
#[derive(Args, Default)]
pub struct TimeRoots {
    /// The root certificate of a time stamp authority you trust, in PEM
    #[arg(long, value_name = "PEM")]
    pub tsa_root: Vec<PathBuf>,
}

impl Anchors {
    /// Whether a head from paper was named: it belongs to one chain.
    pub fn names_a_head(&self) -> bool {
        !self.expect_head.is_empty()
    }

    /// The heads from paper.
    pub fn heads(&self) -> anyhow::Result<Vec<Expected>> {
        let heads = self.expect_head.iter().map(|text| {
            let given = from_file(text)?.unwrap_or_else(|| text.clone());
            Expected::parse(&given).map_err(|error| {
                let hint = "give the line that begins with custody:v1:, or the record code in quotes (32 or 64 digits), or a file that holds one, such as the HTML or SVG of `custody card`";
                fault_with(format!("--expect-head {}: it {error}", short(text, 80)), hint)
            })
        });
        heads.collect()
    }
}

/// The most bytes of a file with a card that are read: as a page or a picture it is far smaller.
const MAX_CARD: u64 = 1 << 20;

/// The text of a card that was kept in a file.
fn from_file(named: &str) -> anyhow::Result<Option<String>> {
    let path = Path::new(named);
    if !path.is_file() {
        return Ok(None);
    }
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MAX_CARD).read_to_string(&mut text));
    read.map_err(|error| refused("reading the card", path, &error))?;
    Ok(Some(text))
}
