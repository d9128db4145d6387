//! Passphrases: typed on the terminal, or in a file that CUSTODY_PASSPHRASE_FILE names. Never an argument.

use std::io::Read;
use std::os::unix::fs::FileTypeExt;
use std::path::PathBuf;

use custody::evidence::listing::in_words;
use zeroize::Zeroizing;

use crate::console::is_attended;
use crate::fault::{fault, fault_with, refused};

/// The most bytes a file with a passphrase may have.
const MAX_PASSPHRASE: usize = 4096;

/// Whether passphrases are typed, and not read from a file.
pub fn is_typed() -> bool {
    std::env::var_os("CUSTODY_PASSPHRASE_FILE").is_none() && is_attended()
}

/// The passphrase of an encrypted key.
pub fn for_key(name: &str) -> anyhow::Result<Zeroizing<String>> {
    if let Some(passphrase) = from_file()? {
        return Ok(passphrase);
    }
    if !is_attended() {
        return Err(fault_with(
            format!("the key of {name} has a passphrase, and there is no terminal to ask for it"),
            "name a file that holds it in CUSTODY_PASSPHRASE_FILE",
        ));
    }
    typed(&format!("Passphrase of {name}:"))
}

/// The PIN of a token.
#[cfg(feature = "pkcs11")]
pub fn pin(token: &str) -> anyhow::Result<Zeroizing<String>> {
    let token = custody::report::layout::safe(token);
    if let Some(pin) = from_file()? {
        return Ok(pin);
    }
    if !is_attended() {
        return Err(fault_with(
            format!("the token {token} has a PIN, and there is no terminal to ask for it"),
            "name a file that holds it in CUSTODY_PASSPHRASE_FILE",
        ));
    }
    match typed(&format!("PIN of the token {token}:"))? {
        empty if empty.is_empty() => Err(fault("no PIN was typed, and none was tried")),
        pin => Ok(pin),
    }
}

/// A passphrase for a new key; `None` where the person wants none.
pub fn for_new_key(name: &str) -> anyhow::Result<Option<Zeroizing<String>>> {
    if let Some(passphrase) = from_file()? {
        return Ok(Some(passphrase));
    }
    if !is_attended() {
        return Err(fault_with(
            format!(
                "a passphrase is needed for the key of {name}, and there is no terminal to ask for it"
            ),
            "name a file that holds it in CUSTODY_PASSPHRASE_FILE, or use --no-passphrase",
        ));
    }
    let mut again = "";
    loop {
        let first = typed(&format!(
            "{again}New passphrase for {name} (empty for none):"
        ))?;
        if first.is_empty() {
            return Ok(None);
        }
        if typed("The same once more:")? == first {
            return Ok(Some(first));
        }
        // Said where it is asked: nobody reads a log at a prompt.
        again = "The two were not the same. ";
    }
}

/// The new passphrase when one is changed: its own file, or the terminal.
pub fn to_replace(name: &str) -> anyhow::Result<Option<Zeroizing<String>>> {
    match read_file("CUSTODY_NEW_PASSPHRASE_FILE")? {
        Some(passphrase) => Ok(Some(passphrase).filter(|passphrase| !passphrase.is_empty())),
        None if is_attended() => for_new_key(name),
        None => Err(fault_with(
            "there is no terminal to ask for the new passphrase",
            "name a file that holds it in CUSTODY_NEW_PASSPHRASE_FILE; an empty file takes the passphrase away",
        )),
    }
}

fn typed(question: &str) -> anyhow::Result<Zeroizing<String>> {
    let typed = rpassword::prompt_password(format!("{question} "))
        .map_err(|error| fault(format!("asking for the passphrase: {}", in_words(&error))))?;
    Ok(Zeroizing::new(typed))
}

fn from_file() -> anyhow::Result<Option<Zeroizing<String>>> {
    match read_file("CUSTODY_PASSPHRASE_FILE")? {
        Some(passphrase) if passphrase.is_empty() => {
            Err(fault("the file named by CUSTODY_PASSPHRASE_FILE is empty"))
        }
        other => Ok(other),
    }
}

/// The first line of the file a variable names.
fn read_file(variable: &str) -> anyhow::Result<Option<Zeroizing<String>>> {
    let Some(path) = std::env::var_os(variable).map(PathBuf::from) else {
        return Ok(None);
    };
    let failed = |error: std::io::Error| refused("reading the passphrase from", &path, &error);
    let mut text = Zeroizing::new(String::with_capacity(MAX_PASSPHRASE));
    let kind = std::fs::metadata(&path).map_err(failed)?;
    // A pipe from a password manager is fine; a device never ends.
    if !kind.is_file() && !kind.file_type().is_fifo() {
        return Err(fault(format!(
            "reading the passphrase from {}: it is no file",
            custody::evidence::shown(&path)
        )));
    }
    let file = std::fs::File::open(&path).map_err(failed)?;
    file.take(MAX_PASSPHRASE as u64)
        .read_to_string(&mut text)
        .map_err(failed)?;
    if text.len() >= MAX_PASSPHRASE {
        return Err(fault("a passphrase is at most 4 KiB long"));
    }
    let line = text.lines().next().unwrap_or_default();
    Ok(Some(Zeroizing::new(line.to_owned())))
}
