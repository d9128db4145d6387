use proptest::prelude::*;

use super::super::json::{FileForm, Json, Reader, canonical};
use super::*;

/// What stands in a bundle for this item, by the long way.
fn in_file(item: &Item) -> String {
    let mut text = String::new();
    let files = Json::Object(Object::new().with("files", Json::Array(vec![item.to_json()])));
    FileForm::write(&files, &mut text).unwrap();
    let text = text.strip_prefix("{\n  \"files\": [\n    ").unwrap();
    text.strip_suffix("\n  ]\n}\n").unwrap().to_owned()
}

fn values(json: &Json) -> usize {
    1 + match json {
        Json::Array(items) => items.iter().map(values).sum(),
        Json::Object(object) => object.iter().map(|(_, value)| values(value)).sum(),
        _ => 0,
    }
}

fn paths() -> impl Strategy<Value = PathText> {
    let raw = prop_oneof![
        proptest::collection::vec(1u8.., 1..40),
        "[a-zA-Z0-9 ._/\"\\\\%ÄäƏə\u{202E}-]{1,40}".prop_map(String::into_bytes),
    ];
    raw.prop_filter_map("no path", |raw| PathText::from_raw(&raw).ok())
}

prop_compose! {
    fn facts()(
        bytes in prop_oneof![Just(0), Just(MAX_FILE_SIZE), 0..MAX_FILE_SIZE],
        sha256 in any::<[u8; 32]>(),
        modified in proptest::option::of((-70_000_000_000i64..260_000_000_000, prop_oneof![Just(0), 0..1_000_000_000u32])),
        mode in proptest::option::of(any::<u32>()),
        pieces in proptest::option::of((0..1u64 << 53, 0..1u64 << 53, any::<[u8; 32]>(), any::<bool>())),
        same_file_as in proptest::option::of(paths()),
        has_digests in prop::bool::weighted(0.1),
    ) -> FileFacts {
        FileFacts {
            bytes,
            sha256: Digest(sha256),
            modified: modified.and_then(|(second, nano)| FileTime::from_unix(second, nano)),
            mode: mode.map(Mode::from_bits),
            pieces: pieces.map(|(size, count, root, more)| Pieces {
                size,
                count,
                root: Digest(root),
                unknown: if more { Object::new().with("more", Json::Bool(true)) } else { Object::new() },
            }),
            same_file_as,
            digests: has_digests.then(|| Object::new().with("md5", Json::text("00".repeat(16)))),
        }
    }
}

prop_compose! {
    fn entries()(
        path in paths(),
        salt in any::<[u8; 16]>(),
        kind in prop_oneof![
            4 => facts().prop_map(|facts| Kind::File(Box::new(facts))),
            1 => Just(Kind::Dir),
            1 => Just(Kind::Unreadable { reason: "why".to_owned() }),
        ],
        unknown in prop::option::weighted(0.1, "[a-z]{1,8}x"),
    ) -> Entry {
        let unknown = unknown.into_iter().fold(Object::new(), |object, name| object.with(&name, Json::Integer(1)));
        Entry { path, salt: Salt(salt), kind, unknown }
    }
}

proptest! {
    #[test]
    fn both_ways_write_the_same(entry in entries()) {
        let mut text = String::from("before");
        let is_written = write_canonical(&entry, &mut text);
        let long_way = if is_written { canonical(&entry.to_json()) } else { String::new() };
        prop_assert_eq!(text, format!("before{long_way}"));
        let item = Item::Entry(entry);
        let mut text = String::new();
        prop_assert_eq!(write_in_file(&item, &mut text), is_written);
        if is_written {
            prop_assert_eq!(text, in_file(&item));
        }
    }

    #[test]
    fn both_ways_read_the_same(entry in entries()) {
        let item = Item::Entry(entry.clone());
        let text = in_file(&item);
        let read = read_in_file(&format!("{text},\n"));
        let is_written = write_in_file(&item, &mut String::new());
        prop_assert_eq!(read.is_some(), is_written);
        if let Some(read) = read {
            prop_assert_eq!(read.values, values(&item.to_json()));
            prop_assert_eq!(read.bytes, text.len());
            prop_assert_eq!(read.value, item);
        }
    }

    /// One byte changed: what is still taken is what the long way takes.
    #[test]
    fn nothing_is_taken_that_the_long_way_refuses(entry in entries(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut text = in_file(&Item::Entry(entry)).into_bytes();
        let at = at.index(text.len());
        for byte in [byte, b' ', b'0', b'"', b'\\', b'\n', b'%', b','] {
            let before = std::mem::replace(&mut text[at], byte);
            if let Ok(text) = str::from_utf8(&text)
                && let Some(read) = read_in_file(text)
            {
                let json = Reader::read(&text.as_bytes()[..read.bytes]);
                prop_assert!(json.is_ok(), "{}", text);
                let json = json.unwrap();
                prop_assert_eq!(values(&json), read.values);
                // It stood there as it would be written.
                let mut again = String::new();
                prop_assert!(write_in_file(&read.value, &mut again));
                prop_assert_eq!(again, &text[..read.bytes]);
                prop_assert_eq!(Item::from_json(json), Ok(read.value));
            }
            text[at] = before;
        }
    }
}
