//! Words for what is asked about hands.

use crate::audit::challenge::{Asked, Question};
use crate::audit::report::Report;

use super::super::layout::{count, short};
use super::{Words, end, link_of, too_late, unknown, words};

pub(super) fn of(report: &Report, question: &Question) -> Words {
    match &question.asked {
        Asked::SamePerson(name) => too_late(
            "Did one person hand it to themselves? Then there was no second pair of eyes.",
            format!("Giver and receiver are both {}, as recorded.", short(name, 80)),
        )
        .or(true, "If they are two persons of one name, or two keys of one person, a letter of the agency can say so; else let somebody else check it now (`custody record BUNDLE verify EVIDENCE`)."),
        Asked::WitnessIsSigner(name) => too_late(
            "Is the attesting witness the officer who signed?",
            format!("{} stands as signer and as witness.", short(name, 80)),
        ),
        Asked::NobodyElsePresent => words(
            "Who saw this besides the person who signed?",
            "Nobody else is named as present, and no witness.",
            "The official record may name them; a video of the act can be produced and its hash recorded.",
        ),
        Asked::NotRehashed { mode } => words(
            "How does the receiver know that this is what was sealed?",
            match mode.as_str() {
                "none" => "It was received, and nothing was hashed again.".to_owned(),
                _ => format!("It was received, and not all of it was hashed again (`{}`).", short(mode, 20)),
            },
            "Check it now: the holder records `custody record BUNDLE verify EVIDENCE`. If it is the same today, it was the same then.",
        ),
        Asked::DifferencesRecorded(number) => words(
            "It was not the same when it was checked. What was changed, and by whom?",
            format!("{} recorded by the signer.", count(*number as u64, "difference was", "differences were")),
            "Look for an undamaged copy; let giver and signer explain; show which files did not change.",
        ),
        Asked::ReceiptRefused => words(
            "Why was it refused?",
            "The receiver refused it, and it stayed with the giver.",
            "Read the note of the receipt in `custody log`, and call the receiver.",
        ),
        Asked::InTransit => words(
            "Where is it now? It was released, and nobody has signed for it.",
            "Released, and no receipt is recorded.",
            "Get the receiver's longer copy of the bundle (`custody merge`), or have the receipt signed now (`custody receive`).",
        ),
        Asked::TakenOver { to } => words(
            "Who allowed somebody to take it over without the holder's signature?",
            format!("{} holds it by a takeover.", short(to, 80)),
            "Produce the order for it; the roster must name the signer as an authority.",
        ),
        Asked::Corrected(seq) => words(
            "What was wrong at first, and who found it?",
            format!("This entry corrects event no. {seq}; both stand in the record."),
            "Read both in `custody log`; be ready to say where the right value comes from.",
        ),
        Asked::Incident => words(
            "What happened to it, and what else may have been damaged?",
            match link_of(report, question).and_then(|(_, link)| link.predicate().text("description")) {
                Some(text) => format!("An incident is recorded: {}.", end(&short(text, 200))),
                None => "An incident is recorded, and not described.".to_owned(),
            },
            "Show the check that was made after it, or make one now (`custody record BUNDLE verify EVIDENCE`).",
        ),
        Asked::WorkedOnWithoutHash => words(
            "How do you know that the work did not alter it?",
            "Nothing was hashed on this occasion.",
            "Check it now, with `custody record BUNDLE verify EVIDENCE`; name the working copy that was used.",
        ),
        Asked::ReturnedWithoutCopy => too_late(
            "What is left of the evidence? The only copy went back to its owner.",
            "Returned, and no copy that was kept is named.",
        ),
        Asked::DisposedWithoutWitness => too_late(
            "Who saw that it was destroyed?",
            "No witness of the disposal is named.",
        ),
        _ => unknown(),
    }
}
