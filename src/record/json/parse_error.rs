//! Where a text is not what it should be.

/// This text is not what it should be, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: String,
}

/// An error at a byte of a text.
pub(super) fn error_at(text: &str, at: usize, problem: &str) -> ParseError {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    ParseError {
        line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
        column: before[start..].chars().count() + 1,
        problem: problem.to_owned(),
    }
}
