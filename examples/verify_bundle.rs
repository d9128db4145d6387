//! Judges the record of a bundle with the library: `cargo run --example verify_bundle -- BUNDLE KEYID`.
//!
//! KEYID is the one key that you have confirmed by another way. The evidence itself is not read here.

// A program of its own, whose result is what it prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use custody::audit::chain::judge;
use custody::audit::report::Report;
use custody::audit::trust::{Trust, Voucher};
use custody::evidence::bundle_file::load;
use custody::record::digest::Digest;
use custody::record::time::Timestamp;
use custody::report::{result, sentences};

fn main() -> ExitCode {
    match run() {
        Ok(exit) => ExitCode::from(exit),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run() -> anyhow::Result<u8> {
    let mut arguments = std::env::args().skip(1);
    let (Some(bundle), Some(key), None) = (arguments.next(), arguments.next(), arguments.next())
    else {
        anyhow::bail!("usage: verify_bundle BUNDLE KEYID");
    };
    let mut trust = Trust::default();
    trust.add(Digest::parse(&key).context("the key id")?, Voucher::Given);

    // Reading refuses what has the wrong form; judging never fails, what it finds are values.
    let record = judge(load(Path::new(&bundle))?, &trust, &[]);
    let report = Report::of_record(record, &trust, Timestamp::of(chrono::Utc::now())?);

    for line in result::lines(&report) {
        println!("{line}");
    }
    for finding in &report.findings {
        let (severity, code) = (finding.code.severity().as_str(), finding.code.as_str());
        let sentence = sentences::sentence(finding);
        match sentences::place(finding).as_str() {
            "" => println!("{severity}: {sentence} [{code}]"),
            place => println!("{severity}: {place}: {sentence} [{code}]"),
        }
    }
    Ok(report.exit_code())
}
