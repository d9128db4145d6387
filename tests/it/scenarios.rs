//! The scenarios of docs/scenarios run, as the other documents do.

use crate::documents::play;

#[test]
fn a_provider_preserves_and_discloses() {
    play("docs/scenarios/provider.md");
}
