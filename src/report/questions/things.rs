//! Words for what is asked about things and keys.

use crate::audit::challenge::{Asked, Question};

use super::super::layout::{count, key, short};
use super::super::sentences::sentence;
use super::{Words, capital, too_late, unknown, words};

pub(super) fn of(question: &Question) -> Words {
    match &question.asked {
        Asked::SealNumber(number) => words(
            "When was the bag exchanged? This physical seal was not there before.",
            format!(
                "Physical seal {} is recorded, and no entry before put it in place.",
                short(number, 60)
            ),
            "Compare the bag with the photographs and the official record; a mistyped number is put right by a correction.",
        ),
        Asked::SealBroken(number) => words(
            "Who opened the bag, and what was done with it?",
            format!(
                "Physical seal {} is recorded as broken or absent.",
                short(number, 60)
            ),
            "Show the entry or the paper that says who opened it and why; the hash shows that the content is the same.",
        ),
        Asked::NoPhysicalSeal => words(
            "In which bag, and under which physical seal, was it kept?",
            "No entry names a physical seal, and none says that there is none.",
            "Produce the numbers from the official record; if there was no physical seal, say so.",
        ),
        Asked::SealNotLookedAt => words(
            "Was the physical seal still in place when it was received?",
            "The receipt does not mention the physical seals that were recorded before.",
            "Ask the receiver; compare bag and number now, and record it (`seals` in a sheet).",
        ),
        Asked::Unread { entries, first } => too_late(
            "What is in the parts that could not be read?",
            format!(
                "{} could not be read and {} not sealed; the first: {}.",
                count(*entries as u64, "entry", "entries"),
                if *entries == 1 { "is" } else { "are" },
                short(first, 120)
            ),
        ),
        Asked::DeclaredNotComputed { algorithm, scope } => words(
            "The imaging tool gave a check number. Has anybody computed it again?",
            format!(
                "A number by {} is declared{}; this program has computed no such number.",
                short(algorithm, 30),
                scope
                    .as_ref()
                    .map(|scope| format!(" (of: {})", short(scope, 80)))
                    .unwrap_or_default()
            ),
            "Have an expert compute it with the imaging tool and compare; it may be of the disk inside the image, and not of the file.",
        ),
        Asked::DeclaredDiffers { algorithm, value } => words(
            "The log of the imaging tool gives another number for this file. Which is right?",
            format!(
                "{} {} is declared of the file; the digital seal computed another.",
                short(algorithm, 30),
                short(value, 140)
            ),
            "Look whether the number is of another file, or of the disk inside the image; a mistyped number is put right by a correction.",
        ),
        Asked::WeakHashAlone => words(
            "MD5 and SHA-1 are broken. What else shows that nothing changed before the digital seal?",
            "Of the time before the digital seal there are no other numbers; from the seal on it is SHA-256.",
            "Image the medium again, if it is still there, and compare by SHA-256; else let the expert say what the weakness means for this kind of use.",
        ),
        Asked::NamesAlike { one, other } => words(
            "Which of these two files is meant? Their names look alike.",
            format!("{} and {}.", short(one, 120), short(other, 120)),
            "Name files in court by their SHA-256; do not unpack the exhibit on a system that confuses them.",
        ),
        Asked::Hidden(number) => words(
            "What is in the part you do not show?",
            format!(
                "{} of the list {} hidden in this copy.",
                count(*number, "entry", "entries"),
                if *number == 1 { "is" } else { "are" }
            ),
            "Say by what rule it was chosen; the full bundle can be shown to the court.",
        ),
        Asked::EvidenceNotCompared => words(
            "Is the thing in this room still what was sealed?",
            "The evidence itself was not compared in this check.",
            "Name it behind the bundle: `custody challenge BUNDLE EVIDENCE`; record the check with `custody record BUNDLE verify EVIDENCE`.",
        ),
        Asked::KeyNotConfirmed { key: id, name } => words(
            format!(
                "Who says that this key belongs to {}? Anyone can make a key.",
                short(name, 80)
            ),
            format!(
                "Key {}; nobody you trust has confirmed whose it is.",
                key(id)
            ),
            "Get a letter or list of the agency with the key, compare all of it, then `custody key import` or `--trust`; call the signer as a witness.",
        ),
        Asked::RightNotConfirmed => words(
            "Was this signer allowed to do that?",
            "Only a roster can tell, and none was given.",
            "Get the roster of the agency, or the order that allowed it.",
        ),
        Asked::KeyOutsideValidity(finding) => words(
            "Was this key still a key of this person when it signed?",
            format!(
                "{} [{}].",
                capital(&sentence(finding)),
                finding.code.as_str()
            ),
            "A trusted time stamp from before can show that the entry is older; otherwise call the signer as a witness.",
        ),
        Asked::OneNameTwoKeys(name) => words(
            "Why does one person sign with two keys? Are there two persons of this name?",
            format!("{} signs with more than one key.", short(name, 80)),
            "A letter of the agency can say when the key was changed, and why.",
        ),
        Asked::OneKeyTwoNames(name) => words(
            "Why do two persons sign with one key?",
            format!(
                "The key that signs as {} has signed under another name before.",
                short(name, 80)
            ),
            "Ask both; a key that two people share proves neither.",
        ),
        Asked::NoCountersignature { paper } => words(
            "Is any of this signed as the law asks?",
            if *paper {
                "No entry names a countersignature; an official record is named."
            } else {
                "No entry names a countersignature, and none an official record."
            },
            "Have the record code signed under the law's rules, or put into the official record, and name that paper in the next entry (`countersigned`, `protocol`).",
        ),
        _ => unknown(),
    }
}
