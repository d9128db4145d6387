//! What people type to have a page.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::anchors::Anchors;

#[derive(Args)]
pub struct Summary {
    /// The bundle
    pub bundle: PathBuf,
    /// The evidence [default: the thing beside the bundle]
    pub evidence: Option<PathBuf>,
    #[command(flatten)]
    pub anchors: Anchors,
    /// The form of the page [default: that of FILE's name, or text]
    #[arg(long, value_enum, value_name = "FORM")]
    pub format: Option<PageForm>,
    /// Add the annex to a page in text; HTML and PDF have it
    #[arg(long)]
    pub annex: bool,
    /// List the sealed files with their hashes in the annex
    #[arg(long)]
    pub files: bool,
    /// Where to write the page [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Args)]
pub struct Card {
    /// The bundle
    pub bundle: PathBuf,
    /// The form of the card
    #[arg(long, value_enum, default_value_t = CardForm::Text, value_name = "FORM")]
    pub format: CardForm,
    /// Where to write the card [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How a page is laid out.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PageForm {
    Text,
    Html,
    Pdf,
}

/// How a card is laid out.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CardForm {
    Text,
    Svg,
    Html,
}

#[derive(Args)]
pub struct Challenge {
    /// The bundle
    pub bundle: PathBuf,
    /// The evidence, if it is to be read and compared
    pub evidence: Option<PathBuf>,
    /// What entries should say: generic, az, or a file of your own [default: generic]
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    #[command(flatten)]
    pub anchors: Anchors,
}
