//! The scenarios of what was seized run, as the other documents do.

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
fn a_laboratory_works_on_copies() {
    play("docs/scenarios/laboratory.md");
}
