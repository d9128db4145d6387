//! Makes the words of the pages part of the program: the files of `src/report/languages/` become sorted tables, so that
//! no start of the program has to read them.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

/// One file for each language, the language of reference first.
const LANGUAGES: [&str; 4] = ["en", "az", "fr", "ru"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("src/report/languages");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=build.rs");
    let mut source = String::from("[\n");
    for code in LANGUAGES {
        let path = folder.join(format!("{code}.toml"));
        let table: toml::Table = fs::read_to_string(&path)?
            .parse()
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let reviewed = table["language"]["reviewed"].as_bool().unwrap_or(false);
        let mut texts = BTreeMap::new();
        flatten("", &table, &mut texts);
        writeln!(source, "Language {{ reviewed: {reviewed}, texts: &[")?;
        for (key, text) in texts {
            writeln!(source, "({key:?}, {text:?}),")?;
        }
        source.push_str("] },\n");
    }
    source.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or("cargo names no folder to write to")?;
    fs::write(Path::new(&out).join("languages.rs"), source)?;
    Ok(())
}

/// `[finding] altered = "…"` as `finding.altered`; the items of a list by their numbers, from 1.
fn flatten(prefix: &str, table: &toml::Table, texts: &mut BTreeMap<String, String>) {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, texts),
            toml::Value::String(text) => {
                texts.insert(key, text.clone());
            }
            toml::Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    let text = item.as_str().unwrap_or_default().to_owned();
                    texts.insert(format!("{key}.{}", number + 1), text);
                }
            }
            _ => {}
        }
    }
}
