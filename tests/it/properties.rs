//! What holds for every value: what is read and printed again is the same bytes; other readers see the same.

use custody::record::bundle::Bundle;
use custody::record::json::{FileForm, Json, Object, Reader, canonical};
use proptest::prelude::*;

use crate::example;

fn value() -> impl Strategy<Value = Json> {
    let text = "[a-zA-Z0-9 \"\\\\\\n/äə日😀%<>&'-]{0,12}";
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::Bool),
        (0..=custody::record::json::MAX_INTEGER).prop_map(Json::Integer),
        text.prop_map(Json::Text),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let object = proptest::collection::vec(("[a-z][a-zA-Z0-9_]{0,6}", inner.clone()), 0..6);
        prop_oneof![
            proptest::collection::vec(inner, 0..6).prop_map(Json::Array),
            object.prop_map(|fields| {
                let mut object = Object::new();
                fields
                    .into_iter()
                    .for_each(|(name, value)| object.set(&name, value));
                Json::Object(object)
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same_value(value in value()) {
        prop_assert_eq!(Reader::read(canonical(&value).as_bytes()), Ok(value.clone()));
        let mut file = String::new();
        FileForm::write(&value, &mut file).unwrap();
        prop_assert_eq!(Reader::read(file.as_bytes()), Ok(value));
    }

    #[test]
    fn a_general_reader_sees_the_same_canonical_bytes(value in value()) {
        let ours = canonical(&value);
        let theirs: serde_json::Value = serde_json::from_str(&ours).unwrap();
        prop_assert_eq!(serde_json::to_string(&theirs).unwrap(), ours);
    }

    #[test]
    fn any_bytes_end_in_a_value_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Reader::read(&bytes);
        let _ = Bundle::parse(&bytes);
    }

    #[test]
    fn a_bundle_cut_or_mixed_ends_in_a_value_or_an_error(from in 0usize..6000, to in 0usize..6000, byte in any::<u8>()) {
        let mut bytes = std::fs::read(example::folder().join("disk.dd.custody.json")).unwrap();
        let (from, to) = (from.min(to), from.max(to).min(bytes.len()));
        bytes.splice(from.min(to)..to, [byte]);
        if let Ok(bundle) = Bundle::parse(&bytes) {
            let mut printed = String::new();
            bundle.write(&mut printed).unwrap();
            prop_assert_eq!(bundle.reformatted, printed.as_bytes() != bytes);
            let again = Bundle::parse(printed.as_bytes()).unwrap();
            prop_assert!(!again.reformatted);
        }
    }
}

#[test]
fn a_bundle_printed_again_is_the_same_bytes() {
    for name in ["EXH-7.custody.json", "disk.dd.custody.json"] {
        let text = std::fs::read_to_string(example::folder().join(name)).unwrap();
        let bundle = Bundle::parse(text.as_bytes()).unwrap();
        let mut printed = String::new();
        bundle.write(&mut printed).unwrap();
        assert_eq!(printed, text);
        assert!(!bundle.reformatted);
    }
}

/// Whatever blank is put in or taken out, wherever: it is said of exactly those texts that no writer would write.
#[test]
fn every_other_layout_is_seen() {
    let text = std::fs::read(example::folder().join("EXH-7.custody.json")).unwrap();
    let check = |text: &[u8]| {
        let Ok(bundle) = Bundle::parse(text) else {
            return;
        };
        let mut printed = String::new();
        bundle.write(&mut printed).unwrap();
        assert_eq!(bundle.reformatted, printed.as_bytes() != text);
    };
    let files = text
        .windows(8)
        .position(|bytes| bytes == b"\"files\":")
        .unwrap();
    for at in (0..files).step_by(97).chain(files - 10..text.len()) {
        for more in [&b" "[..], b"\n", b"\t"] {
            check(&[&text[..at], more, &text[at..]].concat());
        }
        if matches!(text[at], b' ' | b'\n' | b',') {
            check(&[&text[..at], &text[at + 1..]].concat());
            check(&[&text[..at], b"\t", &text[at + 1..]].concat());
        }
    }
}
