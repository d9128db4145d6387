//! Where the private half of an own identity is: in a key file, in an ssh-agent, on a PKCS#11 token.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::config::error_at;
use crate::record::json::{ParseError, refusal_of};

/// Where the private half of an own identity is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrivateHalf {
    /// In this key file.
    File(PathBuf),
    /// In an ssh-agent, which finds it by its public half.
    Agent,
    /// On a PKCS#11 token.
    Token(TokenKey),
}

/// A key on a PKCS#11 token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenKey {
    /// The library that talks to the token. Its code runs in this program.
    pub module: PathBuf,
    /// The token's label or serial number.
    pub token: String,
    /// The key's CKA_ID, in hex digits. It may be empty.
    pub id: String,
}

/// What `NAME.toml` says, beside `NAME.json`. Nothing in it is secret, and nobody but its owner may write it, because
/// the code of `module` is run.
///
/// ```toml
/// where = "pkcs11"
/// module = "/usr/lib/softhsm/libsofthsm2.so"
/// token = "North River 7"
/// id = "01"
/// ```
///
/// For an agent, `where = "ssh-agent"` is all of it.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct HalfFile<T> {
    #[serde(rename = "where")]
    place: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    module: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<T>,
}

impl PrivateHalf {
    /// Reads the text of a `NAME.toml`.
    pub(super) fn parse(text: &str) -> Result<Self, ParseError> {
        let file: HalfFile<Spanned<String>> = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            error_at(text, at, error.message())
        })?;
        let refuse = |value: &Spanned<String>, problem: &str| {
            Err(error_at(text, value.span().start, problem))
        };
        match file.place.get_ref().as_str() {
            "ssh-agent" => {
                match [&file.module, &file.token, &file.id]
                    .into_iter()
                    .flatten()
                    .next()
                {
                    Some(more) => refuse(more, "does not go with `ssh-agent`"),
                    None => Ok(Self::Agent),
                }
            }
            "pkcs11" => {
                let (Some(module), Some(token), Some(id)) = (&file.module, &file.token, &file.id)
                else {
                    return refuse(
                        &file.place,
                        "`pkcs11` needs the fields `module`, `token` and `id`",
                    );
                };
                // A name without a folder would be looked for wherever the system keeps libraries.
                if !Path::new(module.get_ref()).is_absolute() {
                    return refuse(module, "`module` must be a path from `/` on");
                }
                if let Some(problem) = refusal_of("token", token.get_ref()) {
                    return refuse(token, &format!("`token` {problem}"));
                }
                if bytes_of(id.get_ref()).is_none() {
                    return refuse(id, "`id` must be hex digits, two for each byte");
                }
                Ok(Self::Token(TokenKey {
                    module: PathBuf::from(module.get_ref()),
                    token: token.get_ref().clone(),
                    id: id.get_ref().to_ascii_lowercase(),
                }))
            }
            _ => refuse(&file.place, "`where` must be `ssh-agent` or `pkcs11`"),
        }
    }

    /// The text of the `NAME.toml` that says this; `None` for a key file, which needs none, and for a module whose
    /// path is no text.
    pub(super) fn to_text(&self) -> Option<String> {
        let file = match self {
            Self::File(_) => return None,
            Self::Agent => HalfFile {
                place: "ssh-agent",
                module: None,
                token: None,
                id: None,
            },
            Self::Token(key) => HalfFile {
                place: "pkcs11",
                module: Some(key.module.to_str()?),
                token: Some(key.token.as_str()),
                id: Some(key.id.as_str()),
            },
        };
        toml::to_string(&file).ok()
    }
}

impl TokenKey {
    /// The bytes of the key's CKA_ID.
    pub fn id_bytes(&self) -> Vec<u8> {
        bytes_of(&self.id).unwrap_or_default()
    }
}

/// The bytes of hex digits, at most 255 of them.
pub fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    if !hex.bytes().all(|digit| digit.is_ascii_hexdigit())
        || !hex.len().is_multiple_of(2)
        || hex.len() > 510
    {
        return None;
    }
    let pairs = (0..hex.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let token = PrivateHalf::Token(TokenKey {
            module: PathBuf::from("/opt/a \"b\"/p11.so"),
            token: "North River \\ 7".to_owned(),
            id: "01ff".to_owned(),
        });
        for half in [PrivateHalf::Agent, token] {
            let text = half.to_text().unwrap();
            assert_eq!(PrivateHalf::parse(&text).unwrap(), half, "{text}");
        }
        assert_eq!(PrivateHalf::File(PathBuf::from("/a")).to_text(), None);
    }

    #[test]
    fn anything_else_is_refused_with_its_place() {
        let pkcs11 = "where = 'pkcs11'\nmodule = '/m.so'\ntoken = 't'\nid = '01'";
        assert!(PrivateHalf::parse(pkcs11).is_ok());
        for (text, why) in [
            (String::new(), "line 1, column 1: missing field `where`"),
            (
                "where = 'cloud'".to_owned(),
                "line 1, column 9: `where` must be",
            ),
            (
                "where = 'ssh-agent'\nid = '01'".to_owned(),
                "line 2, column 6: does not go",
            ),
            (
                "where = 'pkcs11'".to_owned(),
                "line 1, column 9: `pkcs11` needs",
            ),
            (
                pkcs11.replace("/m", "m"),
                "line 2, column 10: `module` must",
            ),
            (
                pkcs11
                    .replace("'t'", "'\\u202E'")
                    .replace("'\\u202E'", "\"\\u202E\""),
                "line 3, column 9: `token` holds",
            ),
            (pkcs11.replace("'01'", "'0'"), "line 4, column 6: `id` must"),
            (
                pkcs11.replace("'01'", "'ég'"),
                "line 4, column 6: `id` must",
            ),
            (
                format!("{pkcs11}\npin = '1234'"),
                "line 5, column 1: unknown field `pin`",
            ),
        ] {
            let error = PrivateHalf::parse(&text).unwrap_err().to_string();
            assert!(error.starts_with(why), "{error}");
        }
    }
}
