//! The scenarios of docs/scenarios run, as the other documents do.

use crate::documents::play;

#[test]
fn a_provider_preserves_and_discloses() {
    play("docs/scenarios/provider.md");
}

#[test]
fn evidence_goes_to_another_state() {
    play("docs/scenarios/another-state.md");
}

#[test]
fn a_court_sees_it_and_gives_it_back() {
    play("docs/scenarios/court.md");
}
