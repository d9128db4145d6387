//! No word of any page promises more than a check can show.

use crate::pages::LANGUAGES;
use crate::rosters::key_of;
use crate::stage::Stage;

/// Words that say more than a check can show, in each language.
const FORBIDDEN: [&str; 24] = [
    "authentic",
    "genuine",
    "valid signature",
    "unbroken",
    "tamper-proof",
    "tamperproof",
    "admissible",
    "authentique",
    "véritable",
    "signature valide",
    "ininterrompu",
    "inviolable",
    "infalsifiable",
    "recevable",
    "həqiqi",
    "əsl ",
    "etibarlı imza",
    "fasiləsiz",
    "подлинн",
    "аутентичн",
    "действительная подпись",
    "непрерывн",
    "неизменн",
    "допустим",
];

/// The first word in a text, in large or small letters and over the end of a line, that says more than a check can show.
pub fn promise(text: &str) -> Option<&'static str> {
    promises(text).map(|(word, _)| word).next()
}

/// The same where somebody has to name such a word, and puts it in quotes.
pub fn unquoted_promise(text: &str) -> Option<&'static str> {
    promises(text)
        .filter(|(_, before)| !before.ends_with(['"', '`', '“', '«']))
        .map(|(word, _)| word)
        .next()
}

/// Each such word in a text, with what stands before it.
fn promises(text: &str) -> impl Iterator<Item = (&'static str, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = in_small_letters(&words.join(" "));
    FORBIDDEN.into_iter().flat_map(move |word| {
        let small = in_small_letters(word);
        let places = text.match_indices(&small);
        let before = places.map(|(at, _)| (word, text[..at].to_owned()));
        before.collect::<Vec<_>>()
    })
}

/// Small letters, in which the two letters i of Azerbaijani are one.
fn in_small_letters(text: &str) -> String {
    text.to_lowercase().replace('\u{307}', "").replace('ı', "i")
}

#[test]
fn a_promise_is_found_however_it_is_written() {
    for (text, word) in [
        ("It is\n  AUTHENTIC.", "authentic"),
        ("a Valid\n    signature of", "valid signature"),
        ("HƏQİQİ SÜBUT", "həqiqi"),
        ("Etibarlı\nİMZA", "etibarlı imza"),
        ("Bu, əsl\nsübutdur", "əsl "),
        ("ПОДЛИННОЕ", "подлинн"),
        ("Signature\u{a0}valide", "signature valide"),
    ] {
        assert_eq!(promise(text), Some(word), "{text}");
    }
    assert_eq!(promise("the authority signed it"), None);
    assert_eq!(unquoted_promise("never the word \"genuine\""), None);
    assert_eq!(unquoted_promise("\"x\" is genuine"), Some("genuine"));
}

/// A case of which much can be asked, and an older copy of it, `before`: sealed late, with little and under a broken
/// physical seal, worked on, corrected and returned; with it a roster that confirms one of the two who signed.
fn weak_case() -> Stage {
    let stage = Stage::new();
    stage.people(&["anna", "boris", "office"]);
    let roster = ["roster", "new", "--name", "District office", "-o", "r.json"];
    stage.must("office", &[&roster[..], &["anna.identity.json"]].concat());
    stage.write("disk.dd", vec![7; 3_000_000]);
    stage.write(
        "seal.toml",
        "case = \"7\"\n[occurred]\nstart = \"2020-11-20T09:00:00Z\"\n[[seals]]\nnumber = \"B-1\"\nstate = \"broken\"\n\
         [[witnesses]]\nname = \"anna\"\n[acquisition]\nmethod = \"physical\"\n\
         [[acquisition.declared]]\nalgorithm = \"md5\"\nvalue = \"00\"\nscope = \"file\"\n\
         [[notRecorded]]\nfield = \"ext\"\nreason = \"see record 17\"\n",
    );
    let seal = ["seal", "disk.dd", "--also", "md5", "--sheet", "seal.toml"];
    // A declared number that differs: the seal is made, and says so.
    assert_eq!(stage.run("anna", &seal).exit, 1);
    std::fs::copy(stage.path("disk.dd.custody.json"), stage.path("before")).unwrap();
    stage.must(
        "anna",
        &["release", "disk.dd", "--to", "boris", "--reason", "x"],
    );
    stage.must("boris", &["receive", "disk.dd"]);
    for action in ["examine", "incident"] {
        stage.must("boris", &["record", "disk.dd", action, "--reason", "x"]);
    }
    stage.write(
        "correct.toml",
        "[corrects]\nseq = 0\nfield = \"place\"\ntext = \"room 2\"\n",
    );
    let correct = [
        "record",
        "disk.dd",
        "correct",
        "--reason",
        "x",
        "--sheet",
        "correct.toml",
    ];
    stage.must("boris", &correct);
    stage.must("boris", &["record", "disk.dd", "return", "--reason", "x"]);
    stage
}

#[test]
fn no_page_of_a_weak_case_says_more_than_a_check_can_show() {
    let stage = weak_case();
    let older = std::fs::read(stage.path("before")).unwrap();
    let root = key_of(&stage, "office");
    let roster = [
        "challenge",
        "disk.dd",
        "disk.dd",
        "--roster",
        "r.json",
        "--root",
        &root,
    ];
    // A reader whom nobody has told anything, and one who changed the evidence.
    for (reader, is_changed) in [("boris", false), ("reader", true)] {
        if is_changed {
            stage.flip("disk.dd", 5);
        }
        for language in LANGUAGES {
            let report = format!("{reader}-{language}.html");
            for (arguments, asked) in [
                (&["challenge", "disk.dd", "--profile", "az"][..], 10),
                (&roster, 10),
                (&["verify", "disk.dd", "--full", "--report", &report], 0),
                (&["verify", "before", "--record-only"], 0),
                (&["summary", "disk.dd", "--annex", "--files"], 0),
                (&["log", "disk.dd"], 0),
                (&["compare", "before", "disk.dd.custody.json"], 0),
                (&["merge", "before", "disk.dd.custody.json"], 0),
                (&["roster", "show", "r.json"], 0),
            ] {
                // What was merged is older again.
                stage.write("before", &older);
                let page = stage.run(reader, &[arguments, &["--lang", language]].concat());
                assert!(page.exit != 2, "{arguments:?}: {}", page.all());
                assert_eq!(promise(&page.all()), None, "{language} {arguments:?}");
                let questions = page.stdout.matches(" -- ").count();
                assert!(questions >= asked, "{arguments:?}: {}", page.stdout);
            }
            let written = std::fs::read_to_string(stage.path(&report)).unwrap();
            assert_eq!(promise(&written), None, "{report}");
        }
    }
}
