//! Every byte of a good bundle is changed: each change is refused or found, or lies where `docs/format.md` ("What does
//! not matter") says that it does not matter.

use custody::audit::chain::judge;
use custody::audit::finding::Code;
use custody::audit::trust::{Trust, Voucher};
use custody::audit::verdict::exit_code;
use custody::record::bundle::Bundle;
use custody::record::key::Signer;

use crate::example;

/// For each byte, whether it is layout (white space outside texts) or part of the name `pieces` at the top.
fn places_that_do_not_matter(text: &[u8]) -> Vec<bool> {
    let mut free = vec![false; text.len()];
    let mut in_text = false;
    for (at, &byte) in text.iter().enumerate() {
        if byte == b'"' && text[at.saturating_sub(1)] != b'\\' {
            in_text = !in_text;
        }
        free[at] = !in_text && byte.is_ascii_whitespace();
    }
    let name = b"\n  \"pieces\": {";
    if let Some(at) = text.windows(name.len()).position(|window| window == name) {
        free[at + 4..at + 10].fill(true);
    }
    free
}

/// The exit code and the codes of the record, as `verify` would give them beside unchanged evidence.
fn outcome(text: &[u8], trust: &Trust) -> (u8, Vec<Code>) {
    match Bundle::parse(text) {
        Err(_) => (2, Vec::new()),
        Ok(bundle) => {
            let judged = judge(bundle, trust, &[]);
            (
                exit_code(judged.findings()),
                judged
                    .findings()
                    .iter()
                    .map(|finding| finding.code)
                    .collect(),
            )
        }
    }
}

fn every_change_is_found(name: &str) {
    let good = std::fs::read(example::folder().parent().unwrap().join(name)).unwrap();
    let mut trust = Trust::default();
    (1..=3).for_each(|number| trust.add(example::key(number).public_key().id(), Voucher::Given));
    assert_eq!(outcome(&good, &trust), (0, Vec::new()), "{name} is good");
    let free = places_that_do_not_matter(&good);
    let check = |at: usize, changed: &[u8], what: &str| {
        let (exit, codes) = outcome(changed, &trust);
        if exit == 0 {
            let harmless = codes
                .iter()
                .all(|code| matches!(code, Code::Reformatted | Code::UnknownField));
            assert!(
                free[at] && harmless && !codes.is_empty(),
                "{name}: byte {at} {what}: {codes:?}"
            );
        }
    };
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let (good, check) = (&good, &check);
            scope.spawn(move || {
                for at in (worker..good.len()).step_by(workers) {
                    for other in [good[at] ^ 1, good[at] ^ 0x20, b' '] {
                        let mut changed = good.clone();
                        changed[at] = other;
                        if other != good[at] {
                            check(at, &changed, &format!("became {other:#04x}"));
                        }
                    }
                    let mut shorter = good.clone();
                    shorter.remove(at);
                    check(at, &shorter, "was left out");
                }
            });
        }
    });
}

#[test]
fn of_a_seal_of_one_small_file() {
    every_change_is_found("notice.txt.custody.json");
}

#[test]
fn of_a_chain_with_pieces_and_a_receipt() {
    every_change_is_found("example/disk.dd.custody.json");
}
