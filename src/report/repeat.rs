//! How to repeat a check without this program.

use crate::record::bundle::Bundle;
use crate::record::digest::Digest;

use super::language::Language;
use super::page::Block;

/// The script that makes all steps.
const BY_HAND: &str = include_str!("../../examples/verify-by-hand.sh");

/// The commands, for a bundle and evidence of these names.
pub fn commands(
    language: &Language,
    bundle: &Bundle,
    bundle_name: &str,
    evidence_name: Option<&str>,
) -> Vec<Block> {
    let quoted = quote(&no_flag(bundle_name));
    let evidence = evidence_name
        .map(|name| format!(" {}", quote(&no_flag(name))))
        .unwrap_or_default();
    let key = bundle
        .chain
        .first()
        .and_then(|link| link.event().by.key)
        .map(|key| key.to_string())
        .unwrap_or_default();
    // Each line is short enough for a sheet of paper: what is broken there is typed wrong.
    let by_hand = [
        format!("B={quoted}"),
        format!("K={key}"),
        "jq -cSj '.chain[0].statement' \"$B\" > body".to_owned(),
        "L=$(wc -c < body)".to_owned(),
        "printf 'DSSEv1 28 application/vnd.in-toto+json %s ' $L > signed".to_owned(),
        "cat body >> signed".to_owned(),
        // Others may have signed it as well.
        "S='.chain[0].signatures[] | select(.keyid==$k).sig'".to_owned(),
        "jq -r --arg k $K \"$S\" \"$B\" | base64 -d > sig".to_owned(),
        "jq -r --arg k $K '.keys[] | select(.id==$k).pem' \"$B\" > key.pem".to_owned(),
        "openssl pkeyutl -verify -pubin -inkey key.pem -rawin \\".to_owned(),
        "  -in signed -sigfile sig".to_owned(),
        "openssl pkey -pubin -in key.pem -outform DER | sha256sum".to_owned(),
    ];
    let mut blocks = vec![
        Block::Paragraph(language.fill(
            "repeat.all-steps",
            &[("hash", &Digest::of(BY_HAND.as_bytes()))],
        )),
        Block::Commands(vec![format!(
            "examples/verify-by-hand.sh {quoted}{evidence}"
        )]),
        Block::Paragraph(language.say("repeat.one-signature").to_owned()),
        Block::Commands(by_hand.to_vec()),
        Block::Paragraph(language.say("repeat.must-print-key").to_owned()),
    ];
    if let Some(facts) = bundle.single_file().and_then(|entry| entry.file()) {
        let file = if evidence.is_empty() {
            " FILE".to_owned()
        } else {
            evidence
        };
        let command = format!("sha256sum{file}");
        blocks.push(Block::Paragraph(
            language.fill("repeat.the-file", &[("command", &command)]),
        ));
        blocks.push(Block::Commands(vec![facts.sha256.to_string()]));
    }
    blocks
}

/// A name that no program takes for a flag.
fn no_flag(name: &str) -> String {
    if name.starts_with('-') {
        format!("./{name}")
    } else {
        name.to_owned()
    }
}

/// A name as a shell reads it back. Names that hold more than plain characters are shown, not offered for typing.
pub fn quote(name: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "._-/+,:@=".contains(character);
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', "'\\''"))
    }
}
