//! `custody verify --report FILE`: the report as a paper.

use std::fs;
use std::path::{Path, PathBuf};

use custody::audit::report::Report;
use custody::evidence::new_file::write_new;
use custody::evidence::shown;
use custody::record::digest::Digest;
use custody::report::layout::safe;
use custody::report::repeat::quote;
use custody::report::written::{Circumstances, page};
use custody::report::{json, page};

use crate::fault::{fault_with, refused};
use crate::world::World;

/// Where the report goes, and in which form.
pub struct Paper {
    path: PathBuf,
    form: Form,
}

enum Form {
    Html,
    Pdf,
    Json,
}

impl Paper {
    /// The file that was named. Asked for before anything is read: hours of hashing must not end at a taken name.
    pub fn at(path: &Path) -> anyhow::Result<Self> {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        let form = match extension.to_str() {
            Some("html") => Form::Html,
            Some("pdf") => Form::Pdf,
            Some("json") => Form::Json,
            _ => {
                return Err(fault_with(
                    format!("--report {}: this is no form of a report", shown(path)),
                    "name a file that ends in .html, .pdf or .json",
                ));
            }
        };
        if path.symlink_metadata().is_ok() {
            // A report that is there already may be signed: it is not written over.
            let error = std::io::ErrorKind::AlreadyExists.into();
            return Err(refused("writing the report", path, &error));
        }
        Ok(Self {
            path: path.to_owned(),
            form,
        })
    }

    /// Length and hash of the bundle, as the report names them.
    pub fn file_of(&self, bytes: &[u8]) -> (u64, Digest) {
        (bytes.len() as u64, Digest::of(bytes))
    }

    /// Writes the report of a check. `bundle` is its name, with what it was when it was judged.
    pub fn write(
        &self,
        world: &World,
        report: &Report,
        bundle: (&str, (u64, Digest)),
        evidence: Option<&str>,
    ) -> anyhow::Result<()> {
        let page = || made(world, report, bundle, evidence);
        let bytes = match self.form {
            Form::Json => json::report(report).into_bytes(),
            Form::Html => page::html::print(&page()).into_bytes(),
            Form::Pdf => page::pdf::print(&page())?,
        };
        write_new(&self.path, &bytes)
            .map_err(|error| refused("writing the report", &self.path, &error))?;
        world.console.say(&format!(
            "The report is in {}; its SHA-256 is {}.",
            shown(&self.path),
            Digest::of(&bytes)
        ));
        Ok(())
    }
}

fn made(
    world: &World,
    report: &Report,
    (name, (length, hash)): (&str, (u64, Digest)),
    evidence: Option<&str>,
) -> page::Page {
    let program = std::env::current_exe().and_then(fs::read).ok();
    // As a shell reads them: a name with blanks in it is no flag.
    let words: Vec<String> = std::env::args_os()
        .map(|word| quote(&safe(&word.to_string_lossy())))
        .collect();
    let circumstances = Circumstances {
        bundle: (name.to_owned(), length, hash),
        evidence: evidence.map(str::to_owned),
        program: program.map(|bytes| Digest::of(&bytes)),
        system: format!("{}, {}", std::env::consts::OS, std::env::consts::ARCH),
        command: words.join(" "),
    };
    page(world.language, report, &circumstances)
}
