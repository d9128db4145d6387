//! Trusted time: what a real authority stamps is trusted, and what others do, or make of it, is not. Each verdict is held
//! against that of `openssl ts -verify`.

use std::path::PathBuf;

use custody::audit::chain::judge;
use custody::audit::finding::Code;
use custody::audit::proven_time::ProvenTime;
use custody::audit::time_stamp::TimeRoot;
use custody::audit::trust::Trust;
use custody::record::bundle::Bundle;
use custody::record::json::canonical;
use custody::record::time_token::TimeToken;

use crate::authority::{
    Authority, Over, certificates_of, element, info, time_of, with_certificates,
};
use crate::example;
use crate::stage::{Outcome, Stage, has_tool};

/// A sealed file, and an authority beside it.
struct Case {
    stage: Stage,
    authority: Authority,
}

impl Case {
    fn new() -> Option<Self> {
        if !has_tool("openssl") {
            return None;
        }
        let stage = Stage::new();
        stage.write("disk.dd", "evidence");
        stage.must("anna", &["seal", "disk.dd", "--case", "1"]);
        let authority = Authority::new(&stage.path(""));
        Some(Self { stage, authority })
    }

    fn bundle(&self) -> Bundle {
        Bundle::parse(&self.bundle_bytes()).unwrap()
    }

    fn bundle_bytes(&self) -> Vec<u8> {
        std::fs::read(self.stage.path("disk.dd.custody.json")).unwrap()
    }

    fn hash(&self) -> String {
        self.bundle().card().head.to_string()
    }

    fn roots(&self, names: &[&str]) -> Trust {
        let mut trust = Trust::default();
        for name in names {
            let text = String::from_utf8(self.authority.read(&format!("{name}.pem"))).unwrap();
            let roots = TimeRoot::read_pem(&text).unwrap();
            roots.into_iter().for_each(|root| trust.pin_time_root(root));
        }
        trust
    }

    /// What is found of a bundle with this one token, and the times that are trusted.
    fn judged(&self, token: &[u8], roots: &[&str]) -> (Option<Code>, Vec<ProvenTime>) {
        let mut bundle = self.bundle();
        let head = bundle.card().head;
        bundle.add_time_stamp(TimeToken::new(head, token));
        let judged = judge(bundle, &self.roots(roots), &[]);
        let code = judged.findings().iter().map(|finding| finding.code);
        let code = code
            .filter(|code| *code != Code::SignerUnknown)
            .collect::<Vec<_>>();
        assert!(code.len() <= 1, "{code:?}");
        (code.first().copied(), judged.proven_times().to_vec())
    }

    /// The token is trusted, and openssl accepts it.
    fn is_trusted(&self, token: &[u8], root: &str) -> ProvenTime {
        let (code, times) = self.judged(token, &[root]);
        assert_eq!(code, None);
        assert!(
            self.authority
                .accepts(token, Over::Hash(&self.hash()), root),
            "openssl refuses"
        );
        times.into_iter().next().unwrap()
    }

    /// The token is not trusted, for this reason, and openssl refuses it too.
    fn is_not_trusted(&self, what: &str, token: &[u8], root: &str, code: Code) {
        let (found, times) = self.judged(token, &[root]);
        assert_eq!(found, Some(code), "{what}");
        assert!(times.is_empty(), "{what}");
        let link = canonical(self.bundle().chain[0].to_json());
        let accepted = [Over::Hash(&self.hash()), Over::Data(link.as_bytes())]
            .map(|over| self.authority.accepts(token, over, root));
        assert_ne!(accepted, [true, true], "{what}: openssl accepts it");
    }

    fn attach(&self, file: &str, more: &[&str]) -> Outcome {
        let arguments = [&["timestamp", "disk.dd", "--attach", file][..], more].concat();
        self.stage.run("anna", &arguments)
    }

    /// The command ends with 2 and one sentence, and the bundle is as it was.
    fn is_refused(&self, file: &str, more: &[&str], phrase: &str) {
        let before = (self.bundle_bytes(), self.files());
        let outcome = self.attach(file, more);
        assert_eq!(outcome.exit, 2, "{file}: {}", outcome.all());
        assert!(
            outcome.stderr.contains(phrase),
            "no `{phrase}` in: {}",
            outcome.all()
        );
        let errors = outcome
            .stderr
            .lines()
            .filter(|line| line.starts_with("error: "));
        assert_eq!(errors.count(), 1, "{}", outcome.all());
        assert!(
            outcome.stderr.lines().count() <= 2 && outcome.stdout.is_empty(),
            "{}",
            outcome.all()
        );
        assert_eq!(before, (self.bundle_bytes(), self.files()), "{file}");
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.stage.path("")).unwrap();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }
}

#[test]
fn the_worked_example_is_trusted_at_its_root() {
    let place = tempfile::tempdir().unwrap();
    let folder = example::exh_7(place.path());
    let stage = Stage::new();
    let (bundle, root) = (
        example::folder().join("EXH-7.custody.json"),
        example::folder().join("tsa-ca.pem"),
    );
    let keys = [1, 2, 3].map(|number| {
        use custody::record::key::Signer;
        example::key(number).public_key().id().to_string()
    });
    let mut arguments = vec![
        bundle.to_str().unwrap(),
        folder.to_str().unwrap(),
        "--tsa-root",
        root.to_str().unwrap(),
    ];
    keys.iter()
        .for_each(|key| arguments.extend(["--trust", key]));
    let report = stage.verify("reader", &arguments);
    assert_eq!((report.exit, report.codes()), (0, vec![]));
    let authority = "Custody Example TSA (root Custody Example Root)";
    let time = |link| serde_json::json!({"link": link, "at": "2026-11-22T02:31:56Z", "authority": authority});
    assert_eq!(report.json["times"], serde_json::json!([time(0), time(4)]));
    let page = stage
        .run("reader", &[&["verify"][..], &arguments].concat())
        .stdout;
    assert!(
        page.contains("event no. 4 existed by 22 November 2026, 02:31:56 (UTC)"),
        "{page}"
    );
    let summary = stage
        .run("reader", &[&["summary"], &arguments[..4]].concat())
        .stdout;
    assert!(summary.contains("event no. 4 existed by"), "{summary}");
}

#[test]
fn tokens_of_a_real_authority_are_trusted() {
    let Some(case) = Case::new() else { return };
    let authority = &case.authority;
    for (kind, root) in [("RSA", "rsa root"), ("P-256", "p256 root")] {
        authority.root(root, kind);
        let (direct, between, below) = (
            format!("{kind} tsa"),
            format!("{kind} between"),
            format!("{kind} tsa below"),
        );
        authority.issue(&direct, kind, root, "stamps");
        authority.issue(&between, kind, root, "ca_without_more");
        authority.issue(&below, kind, &between, "stamps");
        authority.together("chain", &[&between]);
        for digest in ["-sha256", "-sha384", "-sha512"] {
            let time = case.is_trusted(
                &authority.stamp(&case.hash(), &direct, &["-cert"], &[digest]),
                root,
            );
            assert_eq!(time.authority, format!("Test {direct} (root Test {root})"));
            let token = authority.stamp(
                &case.hash(),
                &below,
                &["-cert"],
                &[digest, "-chain", "chain"],
            );
            case.is_trusted(&token, root);
        }
        // The time with its accuracy of 1.5001 seconds, as the next whole second.
        let token = authority.stamp(&case.hash(), &direct, &["-cert"], &[]);
        let latest = time_of(&token).unwrap() + chrono::TimeDelta::seconds(2);
        assert_eq!(
            case.is_trusted(&token, root).at.to_string(),
            format!("{}Z", latest.format("%FT%T"))
        );
        // ESSCertID with SHA-1, and each with the whole chain named.
        for (id, chain) in [
            ("sha1", "no"),
            ("sha1", "yes"),
            ("sha256", "yes"),
            ("sha512", "no"),
            ("sha384", "yes"),
        ] {
            let settings = String::from_utf8(authority.read("settings")).unwrap();
            let settings = settings.replace(
                "ess_cert_id_chain = no",
                &format!("ess_cert_id_chain = {chain}\ness_cert_id_alg = {id}"),
            );
            std::fs::write(authority.path("ess.settings"), settings).unwrap();
            let reply = ["-sha256", "-chain", "chain", "-config", "ess.settings"];
            case.is_trusted(
                &authority.stamp(&case.hash(), &below, &["-cert"], &reply),
                root,
            );
        }
    }
    // An intermediate, and a key on the larger curve, below an RSA root.
    authority.issue("large", "P-384", "rsa root", "stamps");
    for digest in ["-sha256", "-sha384", "-sha512"] {
        case.is_trusted(
            &authority.stamp(&case.hash(), "large", &["-cert"], &[digest]),
            "rsa root",
        );
    }
    // A certificate that was signed with RSASSA-PSS; with another salt it is not believed, though openssl takes it.
    for (salt, code) in [("48", None), ("20", Some(Code::TimestampUntrusted))] {
        authority.sign_with_pss("RSA tsa", "rsa root", salt);
        let token = authority.stamp(&case.hash(), "RSA tsa", &["-cert"], &[]);
        assert_eq!(case.judged(&token, &["rsa root"]).0, code, "{salt}");
        assert!(authority.accepts(&token, Over::Hash(&case.hash()), "rsa root"));
    }
    // Any of several roots; and an authority below the root, pinned by itself.
    let token = authority.stamp(&case.hash(), "large", &["-cert"], &[]);
    assert_eq!(case.judged(&token, &["p256 root", "rsa root"]).0, None);
    let token = authority.stamp(&case.hash(), "RSA tsa below", &["-cert"], &["-sha256"]);
    case.is_trusted(&token, "RSA between");
}

#[test]
fn what_nobody_vouches_for_proves_nothing() {
    let Some(case) = Case::new() else { return };
    let authority = &case.authority;
    authority.root("root", "P-256");
    authority.issue("good", "P-256", "root", "stamps");
    authority.root("own", "P-256");
    authority.issue("own tsa", "P-256", "own", "stamps");
    let own = authority.stamp(&case.hash(), "own tsa", &["-cert"], &[]);
    case.is_not_trusted(
        "an authority of one's own",
        &own,
        "root",
        Code::TimestampUntrusted,
    );
    // The same names as the authority that is trusted, and other keys.
    authority.root("root(false)", "P-256");
    authority.issue("good(false)", "P-256", "root(false)", "stamps");
    let named = authority.stamp(&case.hash(), "good(false)", &["-cert"], &[]);
    case.is_not_trusted(
        "the names of another",
        &named,
        "root",
        Code::TimestampUntrusted,
    );
    // The certificates of the true authority lie beside those of the false one, first and last.
    let (good, false_one) = (authority.der("good"), authority.der("good(false)"));
    let both = |one: &Vec<u8>, other: &Vec<u8>| vec![one.clone(), other.clone()];
    for (bag, code) in [
        (both(&good, &false_one), Code::TimestampInvalid),
        (both(&false_one, &good), Code::TimestampUntrusted),
    ] {
        let token = with_certificates(&named, &bag);
        case.is_not_trusted("a true certificate in the bag", &token, "root", code);
    }
    // Another certificate in place of the one that signed, of the same issuer and number.
    let token = with_certificates(&named, std::slice::from_ref(&good));
    case.is_not_trusted(
        "a swapped certificate",
        &token,
        "root",
        Code::TimestampInvalid,
    );
    // Certificates nobody needs do no harm, wherever they lie; only where another comes first under the issuer and the
    // number of the one that signed, it is the wrong one that is named.
    let token = authority.stamp(&case.hash(), "good", &["-cert"], &[]);
    let other = authority.der("own tsa");
    for bag in [
        both(&good, &false_one),
        both(&good, &other),
        both(&other, &good),
    ] {
        case.is_trusted(&with_certificates(&token, &bag), "root");
    }
    let token = with_certificates(&token, &both(&false_one, &good));
    case.is_not_trusted(
        "another comes first",
        &token,
        "root",
        Code::TimestampInvalid,
    );
    // A certificate above it that may not certify, or may not here.
    for profile in ["no_ca", "stamps", "narrow"] {
        let (above, below) = (format!("above {profile}"), format!("below {profile}"));
        authority.issue(&above, "P-256", "root", profile);
        authority.issue(&below, "P-256", &above, "stamps");
        authority.together("chain", &[&above]);
        let token = authority.stamp(
            &case.hash(),
            &below,
            &["-cert"],
            &["-sha256", "-chain", "chain"],
        );
        assert_eq!(
            case.judged(&token, &["root"]).0,
            Some(Code::TimestampUntrusted),
            "{profile}"
        );
        if profile != "narrow" {
            case.is_not_trusted(profile, &token, "root", Code::TimestampUntrusted);
        }
    }
    authority.issue("last", "P-256", "root", "ca_without_more");
    authority.issue("one more", "P-256", "last", "root");
    authority.issue("deep", "P-256", "one more", "stamps");
    authority.together("chain", &["last", "one more"]);
    let token = authority.stamp(
        &case.hash(),
        "deep",
        &["-cert"],
        &["-sha256", "-chain", "chain"],
    );
    case.is_not_trusted(
        "a path that is too long",
        &token,
        "root",
        Code::TimestampUntrusted,
    );
    // Without a root nothing is opened.
    assert_eq!(
        case.judged(b"no token", &[]).0,
        Some(Code::TimestampUntrusted)
    );
}

#[test]
fn what_does_not_hold_is_named() {
    let Some(case) = Case::new() else { return };
    let authority = &case.authority;
    authority.root("root", "P-256");
    for profile in [
        "stamps_not_critical",
        "stamps_and_more",
        "signs_code",
        "no_usage",
        "stamps_and_encrypts",
        "stamps_strangely",
    ] {
        authority.issue(profile, "P-256", "root", profile);
        let token = authority.sign(&info(&case.hash(), "20260101000000Z", &[]), profile);
        case.is_not_trusted(profile, &token, "root", Code::TimestampInvalid);
    }
    authority.issue("good", "P-256", "root", "stamps");
    let stamp = |hash: &str, query: &[&str]| authority.stamp(hash, "good", query, &[]);
    let good = stamp(&case.hash(), &["-cert"]);
    case.is_trusted(&good, "root");
    let invalid =
        |what: &str, token: &[u8]| case.is_not_trusted(what, token, "root", Code::TimestampInvalid);
    invalid("over another hash", &stamp(&"ab".repeat(32), &["-cert"]));
    invalid(
        "over another kind of hash",
        &stamp(&case.hash(), &["-cert", "-sha3-256"]),
    );
    let longer = "ab".repeat(64);
    invalid("over a longer hash", &stamp(&longer, &["-cert", "-sha512"]));
    invalid("without its certificate", &stamp(&case.hash(), &[]));
    invalid("nothing", b"");
    invalid("no token", b"no token");
    // openssl does not look at what stands behind a token.
    let behind = [&good[..], b"\0"].concat();
    assert_eq!(
        case.judged(&behind, &["root"]).0,
        Some(Code::TimestampInvalid)
    );
    invalid(
        "another kind of content",
        &[&element(0x30, &[6, 1, 5]), &good[4..]].concat(),
    );
    invalid("cut", &good[..good.len() - 1]);
    let end = good.len() - 5;
    let mut changed = good.clone();
    changed[end] ^= 1;
    invalid("another signature", &changed);
    // Outside the dates of its certificate, and of one above it.
    let past = ("20200101000000Z", "20210101000000Z");
    let future = ("20480101000000Z", "20490101000000Z");
    for (name, dates) in [("past", past), ("future", future)] {
        authority.issue_for(name, "P-256", "root", "stamps", dates);
        invalid(name, &authority.stamp(&case.hash(), name, &["-cert"], &[]));
        let (above, below) = (format!("above {name}"), format!("below {name}"));
        authority.issue_for(&above, "P-256", "root", "root", dates);
        authority.issue(&below, "P-256", &above, "stamps");
        authority.together("chain", &[&above]);
        let token = authority.stamp(
            &case.hash(),
            &below,
            &["-cert"],
            &["-sha256", "-chain", "chain"],
        );
        invalid(&above, &token);
    }
}

#[test]
fn what_an_authority_says_is_read_to_the_letter() {
    let Some(case) = Case::new() else { return };
    let authority = &case.authority;
    authority.root("root", "P-256");
    authority.issue("tsa", "P-256", "root", "stamps");
    let token = |time: &str, more: &[u8]| authority.sign(&info(&case.hash(), time, more), "tsa");
    let time = "20260101000000Z";
    let name = |tag, name: &str| {
        let text = element(0x0c, format!("Test {name}").as_bytes());
        let part = element(
            0x31,
            &element(0x30, &[element(6, &[0x55, 4, 3]), text].concat()),
        );
        element(0xa0, &element(tag, &element(0x30, &part)))
    };
    let extension = |critical: &[u8]| {
        let fields = [
            element(6, &[0x2a, 3, 4, 9]),
            critical.to_vec(),
            element(4, &[5, 0]),
        ]
        .concat();
        element(0xa1, &element(0x30, &fields))
    };
    for (time, more, at) in [
        (time, vec![], "2026-01-01T00:00:00Z"),
        ("20260101000000.5Z", vec![], "2026-01-01T00:00:01Z"),
        (
            "20260101000000.25Z",
            element(0x30, &[2, 1, 3]),
            "2026-01-01T00:00:04Z",
        ),
        (
            time,
            element(0x30, &[0x80, 1, 1, 0x81, 1, 9]),
            "2026-01-01T00:00:01Z",
        ),
        (time, element(0x30, &[]), "2026-01-01T00:00:00Z"),
        (
            time,
            [
                vec![1, 1, 0xff],
                vec![2, 1, 5],
                name(0xa4, "tsa"),
                extension(&[]),
            ]
            .concat(),
            "2026-01-01T00:00:00Z",
        ),
    ] {
        assert_eq!(
            case.is_trusted(&token(time, &more), "root").at.to_string(),
            at
        );
    }
    for (what, time, more) in [
        ("a second that is none", "20260101000060Z", vec![]),
        (
            "a fraction with a zero at its end",
            "20260101000000.50Z",
            vec![],
        ),
        ("local time", "20260101000000", vec![]),
        (
            "a clock that is wrong by days",
            time,
            element(0x30, &[2, 3, 1, 0x86, 0xa0]),
        ),
        (
            "a thousand milliseconds",
            time,
            element(0x30, &[0x80, 2, 3, 0xe8]),
        ),
        ("the name of another", time, name(0xa4, "other")),
        ("something critical", time, extension(&[1, 1, 0xff])),
        ("something unknown", time, element(0x0c, b"more")),
    ] {
        let token = token(time, &more);
        assert_eq!(
            case.judged(&token, &["root"]).0,
            Some(Code::TimestampInvalid),
            "{what}"
        );
    }
    case.is_not_trusted(
        "the name of another",
        &token(time, &name(0xa4, "other")),
        "root",
        Code::TimestampInvalid,
    );
    // Another version, and no time stamp at all.
    let mut version_2 = info(&case.hash(), time, &[]);
    version_2[4] = 2;
    for (what, info) in [("version 2", &version_2[..]), ("no TSTInfo", b"text")] {
        case.is_not_trusted(
            what,
            &authority.sign(info, "tsa"),
            "root",
            Code::TimestampInvalid,
        );
    }
}

#[test]
fn whatever_byte_changes_openssl_accepts_what_is_trusted() {
    let Some(case) = Case::new() else { return };
    let authority = &case.authority;
    authority.root("root", "P-256");
    authority.issue("between", "P-256", "root", "ca_without_more");
    authority.issue("tsa", "P-256", "between", "stamps");
    authority.issue("spare", "P-256", "between", "stamps");
    authority.together("chain", &["between", "spare"]);
    let token = authority.stamp(
        &case.hash(),
        "tsa",
        &["-cert"],
        &["-sha256", "-chain", "chain"],
    );
    case.is_trusted(&token, "root");
    let spare = authority.der("spare");
    let at = token
        .windows(spare.len())
        .position(|window| window == spare)
        .unwrap();
    let spare = at..at + spare.len();
    for at in 0..token.len() {
        for other in [token[at] ^ 1, token[at] ^ 0x80, token[at] ^ 0x20, 0, 0xff] {
            let mut changed = token.clone();
            changed[at] = other;
            if other == token[at] || case.judged(&changed, &["root"]).0.is_some() {
                continue;
            }
            assert!(
                spare.contains(&at),
                "byte {at} became {other:#04x}, and the token is trusted"
            );
            // openssl is slow to start: every fourth of these bytes is enough, and all that frame the others.
            if at % 4 == 0 || token[at] < 0x40 {
                let accepted = authority.accepts(&changed, Over::Hash(&case.hash()), "root");
                assert!(
                    accepted,
                    "byte {at} became {other:#04x}: trusted, and openssl refuses it"
                );
            }
        }
    }
}

#[test]
fn an_old_token_outlives_its_certificate() {
    let Some(case) = Case::new() else { return };
    let authority = &case.authority;
    authority.root("root", "P-256");
    let now = chrono::Utc::now();
    let until = (now + chrono::TimeDelta::seconds(4))
        .format("%Y%m%d%H%M%SZ")
        .to_string();
    authority.issue_for(
        "tsa",
        "P-256",
        "root",
        "stamps",
        ("20200101000000Z", &until),
    );
    let token = authority.stamp(&case.hash(), "tsa", &["-cert"], &[]);
    let wait = now + chrono::TimeDelta::seconds(6) - chrono::Utc::now();
    std::thread::sleep(wait.to_std().unwrap_or_default());
    // The certificate has run out; without -attime openssl refuses the token by now.
    assert!(
        time_of(&token).unwrap().and_utc() < now + chrono::TimeDelta::seconds(4),
        "stamped in time"
    );
    std::fs::write(authority.path("token.der"), &token).unwrap();
    let hash = case.hash();
    let now = [
        "ts",
        "-verify",
        "-token_in",
        "-in",
        "token.der",
        "-CAfile",
        "root.pem",
        "-digest",
        &hash,
    ];
    let refused = std::process::Command::new("openssl")
        .args(now)
        .current_dir(authority.path(""))
        .output()
        .unwrap();
    assert!(!refused.status.success());
    case.is_trusted(&token, "root");
}

#[test]
fn a_request_goes_out_and_the_answer_comes_back() {
    let Some(case) = Case::new() else { return };
    let (stage, authority) = (&case.stage, &case.authority);
    authority.root("root", "RSA");
    authority.issue("tsa", "RSA", "root", "stamps");
    let made = stage.must(
        "anna",
        &["timestamp", "disk.dd", "--request", "q.tsq", "--json"],
    );
    let made: serde_json::Value = serde_json::from_str(&made.stdout).unwrap();
    assert_eq!(made["hash"], case.hash());
    let answer = authority.answer(&stage.path("q.tsq"), "tsa", &["-sha256"]);
    stage.write("q.tsr", &answer);
    // In the meantime the chain goes on.
    stage.must("anna", &["record", "disk.dd", "examine", "--reason", "x"]);
    let root = authority.path("root.pem");
    let root = root.to_str().unwrap();
    let outcome = stage.must(
        "anna",
        &[
            "timestamp",
            "disk.dd",
            "--attach",
            "q.tsr",
            "--for",
            "q.tsq",
        ],
    );
    assert!(
        outcome
            .stdout
            .starts_with("ATTACHED. Event no. 0 existed by "),
        "{}",
        outcome.all()
    );
    assert!(
        outcome.stderr.contains("warning: no root was pinned"),
        "{}",
        outcome.all()
    );
    let again = stage.must(
        "anna",
        &[
            "timestamp",
            "disk.dd",
            "--attach",
            "q.tsr",
            "--tsa-root",
            root,
        ],
    );
    assert!(
        again.stdout.starts_with("THE BUNDLE HAS IT ALREADY"),
        "{}",
        again.all()
    );
    assert!(
        again.stdout.contains("(root Test root)") && again.stderr.is_empty(),
        "{}",
        again.all()
    );
    assert_eq!(case.bundle().timestamps.len(), 1);
    // One more, over the other event, as a token alone.
    stage.must("anna", &["timestamp", "disk.dd", "--request", "2.tsq"]);
    let token = authority.answer(&stage.path("2.tsq"), "tsa", &["-sha256", "-token_out"]);
    stage.write("2.tst", &token);
    let attached = stage.must(
        "anna",
        &[
            "timestamp",
            "disk.dd",
            "--attach",
            "2.tst",
            "--tsa-root",
            root,
            "--json",
        ],
    );
    let attached: serde_json::Value = serde_json::from_str(&attached.stdout).unwrap();
    assert_eq!(
        (&attached["link"], &attached["trusted"]),
        (&1.into(), &true.into())
    );
    let report = stage.verify("anna", &["disk.dd", "--tsa-root", root]);
    assert_eq!((report.exit, report.changes()), (0, vec![]));
    assert_eq!(report.json["times"].as_array().unwrap().len(), 2);
    // An event by its number; and the answer to another request, of whatever hash.
    stage.must(
        "anna",
        &["timestamp", "disk.dd", "--request", "3.tsq", "--link", "0"],
    );
    case.is_refused("q.tsr", &["--for", "2.tsq"], "it is over another hash");
    case.is_refused("q.tsr", &["--for", "3.tsq"], "its nonce is another");
    authority.openssl(&[
        "ts",
        "-query",
        "-digest",
        &case.bundle().chain[0].hash().to_string(),
        "-tspolicy",
        "1.2.3.4.2",
        "-no_nonce",
        "-out",
        "p.tsq",
    ]);
    stage.write("p.tsq", authority.read("p.tsq"));
    case.is_refused("q.tsr", &["--for", "p.tsq"], "its policy is another");
    case.is_refused(
        "q.tsr",
        &["--for", "q.tsr"],
        "it is not a time-stamp request",
    );
    let is_there = stage.run("anna", &["timestamp", "disk.dd", "--request", "q.tsq"]);
    assert!(
        is_there.exit == 2 && is_there.stderr.contains("it exists already"),
        "{}",
        is_there.all()
    );
    let no_event = stage.run(
        "anna",
        &["timestamp", "disk.dd", "--request", "4.tsq", "--link", "2"],
    );
    assert!(
        no_event.exit == 2 && no_event.stderr.contains("there is no event no. 2"),
        "{}",
        no_event.all()
    );
}

#[test]
fn two_who_attach_at_once_lose_nothing() {
    let Some(case) = Case::new() else { return };
    let authority = &case.authority;
    authority.root("root", "P-256");
    authority.issue("tsa", "P-256", "root", "stamps");
    let started: Vec<std::process::Child> = (0..6)
        .map(|number| {
            let name = format!("{number}.tst");
            case.stage
                .write(&name, authority.stamp(&case.hash(), "tsa", &["-cert"], &[]));
            let arguments = ["timestamp", "disk.dd", "--attach", &name, "--json"];
            let mut command = case.stage.command("anna", &arguments);
            let null = std::process::Stdio::null;
            command.stdout(null()).stderr(null()).spawn().unwrap()
        })
        .collect();
    for mut child in started {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(case.bundle().timestamps.len(), 6);
}

#[test]
fn what_is_no_answer_is_refused_in_one_sentence_and_nothing_is_written() {
    let Some(case) = Case::new() else { return };
    let (stage, authority) = (&case.stage, &case.authority);
    authority.root("root", "P-256");
    authority.issue("tsa", "P-256", "root", "stamps");
    let token = authority.stamp(&case.hash(), "tsa", &["-cert"], &[]);
    stage.write("token", &token);
    let refused = |name: &str, bytes: &[u8], phrase: &str| {
        stage.write(name, bytes);
        case.is_refused(name, &[], phrase);
    };
    refused("empty", b"", "is neither a time-stamp response nor a token");
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut noise = |length: usize| -> Vec<u8> {
        let next = |_| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random as u8
        };
        (0..length).map(next).collect()
    };
    for length in [1, 10, 1000, 60_000] {
        refused("noise", &noise(length), "noise");
    }
    refused("10 MB", &vec![0x30; 10_000_000], "it is larger than 1 MiB");
    refused(
        "1 MB",
        &element(0x30, &[element(6, &[5]), vec![0; 1_000_000]].concat()),
        "is longer than a bundle may hold",
    );
    let mut nested = Vec::new();
    for _ in 0..10_000 {
        nested = element(0x30, &nested);
    }
    refused(
        "nested",
        &nested,
        "is neither a time-stamp response nor a token",
    );
    refused(
        "nested response",
        &element(0x30, &[vec![0x30, 3, 2, 1, 0], nested.clone()].concat()),
        "is not one time-stamp token",
    );
    refused(
        "nested token",
        &element(0x30, &[element(6, &[5]), nested].concat()),
        "is not one time-stamp token",
    );
    for end in (0..token.len()).step_by(37) {
        refused("cut", &token[..end], "cut");
    }
    refused(
        "behind",
        &[&token[..], b"\n"].concat(),
        "is neither a time-stamp response nor a token",
    );
    refused(
        "elsewhere",
        &authority.stamp(&"ab".repeat(32), "tsa", &["-cert"], &[]),
        "which is the hash of no event in disk.dd.custody.json",
    );
    let certificates = certificates_of(&token);
    refused(
        "without",
        &with_certificates(&token, &[]),
        "does not hold the certificate",
    );
    assert_eq!(certificates.len(), 1);
    // The authority gives none, and says why, in words that could steer a terminal.
    authority.openssl(&[
        "ts",
        "-query",
        "-digest",
        &case.hash(),
        "-tspolicy",
        "1.9.9",
        "-out",
        "no.tsq",
    ]);
    let rejection = authority.answer(&authority.path("no.tsq"), "tsa", &["-sha256"]);
    refused(
        "rejection",
        &rejection,
        "the authority gave no time stamp: ",
    );
    refused(
        "rejection",
        &rejection,
        "the requested policy is not supported",
    );
    let words = element(0x30, &element(0x0c, "no\u{1b}[2J\nNO CHANGE".as_bytes()));
    let status = element(0x30, &[vec![2, 1, 2], words].concat());
    refused("steering", &element(0x30, &status), "no%1B[2J%0ANO CHANGE");
    refused(
        "granted",
        &element(0x30, &[0x30, 3, 2, 1, 0]),
        "without a token in it",
    );
    // Things that are no files.
    std::fs::create_dir(stage.path("folder")).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, stage.path("pipe"), rustix::fs::Mode::RUSR).unwrap();
    case.is_refused("folder", &[], "reading folder: it is");
    case.is_refused("pipe", &[], "reading pipe: it is no regular file");
    case.is_refused("nowhere", &[], "reading nowhere: there is no such file");
    // Roots that are none.
    let key = String::from_utf8(authority.read("tsa.key")).unwrap();
    let false_block = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (name, text, phrase) in [
        ("key.pem", &key[..], "it holds no certificate in PEM"),
        ("false.pem", false_block, "is no X.509 certificate"),
        (
            "open.pem",
            "-----BEGIN CERTIFICATE-----\nAAAA",
            "its PEM is not well-formed",
        ),
        (
            "own.pem",
            &String::from_utf8(authority.read("tsa.pem")).unwrap(),
            "is not that of an authority",
        ),
    ] {
        stage.write(name, text);
        case.is_refused("token", &["--tsa-root", name], phrase);
    }
    // A record that does not check takes nothing.
    let bytes = String::from_utf8(case.bundle_bytes())
        .unwrap()
        .replace("\"case\": \"1\"", "\"case\": \"2\"");
    stage.write("disk.dd.custody.json", bytes);
    case.is_refused("token", &[], "does not check");
}

#[test]
#[cfg(not(feature = "net"))]
fn without_the_feature_no_connection_is_opened() {
    let Some(case) = Case::new() else { return };
    let outcome = case.stage.run(
        "anna",
        &["timestamp", "disk.dd", "--tsa", "http://127.0.0.1:9/"],
    );
    assert_eq!(outcome.exit, 2);
    assert!(
        outcome
            .stderr
            .contains("hint: --request FILE writes a request"),
        "{}",
        outcome.all()
    );
}

#[test]
#[cfg(feature = "net")]
fn an_authority_is_asked_over_http() {
    use std::io::{BufRead, BufReader, Read, Write};
    let Some(case) = Case::new() else { return };
    let authority = &case.authority;
    authority.root("root", "P-256");
    authority.issue("tsa", "P-256", "root", "stamps");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/tsa", listener.local_addr().unwrap());
    let root = authority.path("root.pem");
    let arguments = [
        "timestamp",
        "disk.dd",
        "--tsa",
        &url,
        "--tsa-root",
        root.to_str().unwrap(),
    ];
    // What the server answers, how the program ends, and what it says.
    let granted: fn(&Authority, &std::path::Path) -> Vec<u8> =
        |authority, request| authority.answer(request, "tsa", &["-sha256"]);
    let cases: [(&str, Option<Vec<u8>>, i32, &str); 5] = [
        (
            "500 Failure",
            Some(b"no".to_vec()),
            2,
            "it answered with the code 500",
        ),
        (
            "302 Found\r\nLocation: file:///etc/passwd",
            Some(Vec::new()),
            2,
            "asking http://127.0.0.1",
        ),
        (
            "200 OK",
            Some(b"no token".to_vec()),
            2,
            "is neither a time-stamp response nor a token",
        ),
        (
            "200 OK",
            Some(vec![0; 2_000_000]),
            2,
            "asking http://127.0.0.1",
        ),
        ("200 OK", None, 0, "ATTACHED. Event no. 0 existed by"),
    ];
    for (status, body, exit, phrase) in cases {
        let before = case.bundle_bytes();
        let mut command = case.stage.command("anna", &arguments);
        let child = command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (mut length, mut head) = (0, String::new());
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let line = line.trim_end().to_lowercase();
            if let Some(number) = line.strip_prefix("content-length: ") {
                length = number.parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
            head.push_str(&line);
            head.push('\n');
        }
        assert!(head.starts_with("post /tsa http/1.1\n"), "{head}");
        assert!(
            head.contains("content-type: application/timestamp-query\n"),
            "{head}"
        );
        let mut request = vec![0; length];
        reader.read_exact(&mut request).unwrap();
        let request = case.stage.write("asked.tsq", request);
        let body = body.unwrap_or_else(|| granted(authority, &request));
        let mut stream = stream;
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        // Whoever has read enough hangs up.
        let _ = stream.write_all(&body);
        drop((stream, reader));
        let outcome = Outcome::of(&child.wait_with_output().unwrap());
        assert_eq!(outcome.exit, exit, "{status}: {}", outcome.all());
        assert!(
            outcome.all().contains(phrase),
            "{status}: {}",
            outcome.all()
        );
        assert_eq!(case.bundle_bytes() == before, exit == 2, "{status}");
    }
    let no_address = case.stage.run(
        "anna",
        &["timestamp", "disk.dd", "--tsa", "file:///etc/passwd"],
    );
    assert!(
        no_address.exit == 2 && no_address.stderr.contains("it is no address of the web"),
        "{}",
        no_address.all()
    );
}
