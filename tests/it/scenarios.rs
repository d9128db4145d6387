//! The scenarios of docs/scenarios run, as the other documents do.

use crate::documents::play;

#[test]
fn a_drive_is_seized_in_a_search() {
    play("docs/scenarios/drive-image.md");
}

#[test]
fn a_phone_is_read_out_and_reviewed() {
    play("docs/scenarios/phone.md");
}

#[test]
fn a_provider_preserves_and_discloses() {
    play("docs/scenarios/provider.md");
}

#[test]
fn evidence_goes_to_another_state() {
    play("docs/scenarios/another-state.md");
}

#[test]
fn a_laboratory_works_on_copies() {
    play("docs/scenarios/laboratory.md");
}

#[test]
fn a_court_sees_it_and_gives_it_back() {
    play("docs/scenarios/court.md");
}
