//! Going on after a theft: what a roster says against some links does not end a chain, where an authority takes the
//! exhibit over behind them (`docs/format.md`, "After a theft").

use crate::record::event::Action;
use crate::record::link::Link;

use super::finding::{Code, Finding};

/// How a chain may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GoesOn {
    /// As the rules allow: nothing differs, or an authority has taken over behind all links that have no effect.
    Freely,
    /// By the takeover of an authority alone.
    ByTakeover,
}

/// How a chain may go on in which this differs; `None` where it may not. Only what a roster says against a signer can be
/// left behind, and links that then follow from such a link: neither has any effect on who holds.
pub(super) fn of(chain: &[Link], changes: &[&Finding]) -> Option<GoesOn> {
    let Some(last) = changes.iter().map(|finding| finding.link).max() else {
        return Some(GoesOn::Freely);
    };
    let refused = changes
        .iter()
        .filter(|finding| is_of_signer(finding.code))
        .filter_map(|finding| finding.link);
    let first = refused.min()?;
    let can_be_left = |finding: &&Finding| {
        finding.link.is_some_and(|link| link >= first)
            && (is_of_signer(finding.code) || is_of_custody(finding.code))
    };
    if !changes.iter().all(can_be_left) {
        return None;
    }
    // Without a finding a takeover is one by an authority: where a signer is refused, a roster is at hand.
    let is_left = chain
        .iter()
        .enumerate()
        .filter(|(place, _)| Some(*place as u64) > last)
        .any(|(_, link)| matches!(link.event().action, Action::Takeover(_)));
    Some(if is_left {
        GoesOn::Freely
    } else {
        GoesOn::ByTakeover
    })
}

/// V19 and V20: a roster does not let this key sign then.
pub(super) fn is_of_signer(code: Code) -> bool {
    matches!(code, Code::SignerCompromised | Code::SignerNotValidThen)
}

/// V21 to V24: the link does not follow from who holds.
fn is_of_custody(code: Code) -> bool {
    matches!(
        code,
        Code::AfterClose | Code::OutOfTurn | Code::NotTheReceiver | Code::NotTheHolder
    )
}
