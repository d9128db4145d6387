//! How to repeat a check without this program.

use crate::record::bundle::Bundle;

use super::layout::paragraph;

/// The commands, for a bundle and evidence of these names.
pub fn commands(bundle: &Bundle, bundle_name: &str, evidence_name: Option<&str>) -> String {
    let quoted = quote(bundle_name);
    let evidence = evidence_name
        .map(|name| format!(" {}", quote(name)))
        .unwrap_or_default();
    let mut text = paragraph(
        "  ",
        "  ",
        "docs/format.md says which bytes are hashed and signed. All steps as one script of openssl, jq, sha256sum and xxd:",
    );
    text.push_str(&format!(
        "    examples/verify-by-hand.sh {quoted}{evidence}\n"
    ));
    text.push_str("  One signature, by hand, in an empty folder (here of event no. 0):\n");
    let key = bundle
        .chain
        .first()
        .and_then(|link| link.event().by.key)
        .map(|key| key.to_string())
        .unwrap_or_default();
    for line in [
        format!("B={quoted}"),
        "jq -cSj '.chain[0].statement' \"$B\" > body".to_owned(),
        "{ printf 'DSSEv1 28 application/vnd.in-toto+json %s ' $(wc -c < body); cat body; } > signed".to_owned(),
        "jq -r '.chain[0].signatures[0].sig' \"$B\" | base64 -d > sig".to_owned(),
        format!("jq -r '.keys[] | select(.id==\"{key}\").pem' \"$B\" > key.pem"),
        "openssl pkey -pubin -in key.pem -outform DER | sha256sum   # must print the key id above".to_owned(),
        "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in signed -sigfile sig".to_owned(),
    ] {
        text.push_str(&format!("    {line}\n"));
    }
    let file = if evidence.is_empty() {
        " FILE".to_owned()
    } else {
        evidence
    };
    if let Some(facts) = bundle.single_file().and_then(|entry| entry.file()) {
        text.push_str(&format!(
            "  The file: sha256sum{file}, which must print\n    {}\n",
            facts.sha256
        ));
    }
    text
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
