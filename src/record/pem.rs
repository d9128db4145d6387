//! One PEM block (RFC 7468), written in the one way this format writes it: 64 base64 characters a line, a line feed
//! behind every line, nothing before or behind.

use base64ct::{Base64, Encoding};

use super::json::Malformed;

/// The label of a certificate.
pub const CERTIFICATE: &str = "CERTIFICATE";

/// Characters of base64 in a line.
const LINE: usize = 64;

/// The bytes of the one block of this label that a text is.
///
/// # Errors
/// Where the text is anything else, or spells the block in another way.
pub fn decode(label: &str, text: &str) -> Result<Vec<u8>, Malformed> {
    body(label, text)
        .and_then(|body| Base64::decode_vec(&body.replace('\n', "")).ok())
        .filter(|der| !der.is_empty() && encode(label, der) == text)
        .ok_or_else(|| {
            Malformed::new(format!(
                "must be one PEM block of the label {label}, 64 characters a line"
            ))
        })
}

fn body<'text>(label: &str, text: &'text str) -> Option<&'text str> {
    text.strip_prefix(format!("-----BEGIN {label}-----\n").as_str())?
        .strip_suffix(format!("-----END {label}-----\n").as_str())
}

/// The block of these bytes.
pub fn encode(label: &str, der: &[u8]) -> String {
    let base64 = Base64::encode_string(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(LINE));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

/// The blocks of this label in a text that a person or another program wrote: with text around them, other line ends,
/// other lengths of line. Each is given as this format writes it.
///
/// # Errors
/// Where a block does not end, or holds no base64.
pub fn find(label: &str, text: &str) -> Result<Vec<String>, Malformed> {
    let (begin, end) = (
        format!("-----BEGIN {label}-----"),
        format!("-----END {label}-----"),
    );
    let wrong = || {
        Malformed::new(format!(
            "holds a block of the label {label} that cannot be read"
        ))
    };
    let mut blocks = Vec::new();
    for piece in text.split(begin.as_str()).skip(1) {
        let (body, _) = piece.split_once(end.as_str()).ok_or_else(wrong)?;
        let base64: String = body.split_whitespace().collect();
        let der = Base64::decode_vec(&base64)
            .ok()
            .filter(|der| !der.is_empty())
            .ok_or_else(wrong)?;
        blocks.push(encode(label, &der));
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_for_one_block() {
        for length in [1, 47, 48, 49, 96, 1000] {
            let der = vec![0x30; length];
            let text = encode(CERTIFICATE, &der);
            assert_eq!(decode(CERTIFICATE, &text).unwrap(), der);
            for bad in [
                text.trim_end().to_owned(),
                format!("{text}\n"),
                format!(" {text}"),
                text.replace('\n', "\r\n"),
                text.replace("CERTIFICATE", "X509 CERTIFICATE"),
                text.replacen("MD", "M\nD", 1),
            ] {
                assert!(bad == text || decode(CERTIFICATE, &bad).is_err(), "{bad}");
            }
        }
        assert!(decode(CERTIFICATE, &encode(CERTIFICATE, &[])).is_err());
    }

    #[test]
    fn blocks_are_found_in_what_openssl_prints() {
        let block = encode(CERTIFICATE, &[7; 100]);
        let text = format!(
            "subject=CN=Root\r\n{}and {block}",
            block.replace('\n', "\r\n")
        );
        assert_eq!(find(CERTIFICATE, &text).unwrap(), [block.clone(), block]);
        assert_eq!(find(CERTIFICATE, "nothing").unwrap(), [""; 0]);
        assert!(find(CERTIFICATE, "-----BEGIN CERTIFICATE-----\nMD").is_err());
    }
}
