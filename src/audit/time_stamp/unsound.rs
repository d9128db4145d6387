//! Why a token is not what it should be.

/// Why a token does not hold, in words that go on behind "the time stamp".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unsound(pub(super) &'static str);
