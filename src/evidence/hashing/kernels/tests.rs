use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;

/// All kernels; one this processor does not have must behave as the plain one.
const KERNELS: [Kernel; 4] = [Kernel::Avx512, Kernel::ShaNi, Kernel::Avx2, Kernel::Plain];

/// Where the end of a message goes from one block to two, and the borders of blocks.
const EDGES: [usize; 12] = [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128];

/// The values of a file of NIST's, in order: `Name = value`.
fn cavp(file: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/cavp");
    let text = fs::read_to_string(folder.join(file)).unwrap();
    text.lines()
        .filter_map(|line| line.split_once(" = "))
        .filter(|(name, _)| !name.starts_with(['#', '[']))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap())
        .collect()
}

/// The messages of a file of NIST's, and their digests.
fn cavp_messages(file: &str) -> Vec<(Vec<u8>, Digest)> {
    let lines = cavp(file);
    let cases = lines.chunks_exact(3).map(|case| {
        let length: usize = case[0].1.parse().unwrap();
        let mut message = bytes(&case[1].1);
        // The empty message is written as one zero byte.
        message.truncate(length / 8);
        (message, Digest::parse(&case[2].1).unwrap())
    });
    cases.collect()
}

/// Bytes that do not repeat.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut x = seed * 2 + 1;
    let mut next = || {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
        (x >> 56) as u8
    };
    (0..length).map(|_| next()).collect()
}

fn digests_of(kernel: Kernel, messages: &[Vec<u8>]) -> Vec<Digest> {
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    digests(kernel, &messages)
}

/// The same through streams, `step` bytes of each at a time.
fn streamed(kernel: Kernel, messages: &[Vec<u8>], step: usize) -> Vec<Digest> {
    let mut streams = vec![Stream::new(); messages.len()];
    let longest = messages.iter().map(Vec::len).max().unwrap_or(0);
    for from in (0..longest).step_by(step) {
        let parts: Vec<&[u8]> = messages
            .iter()
            .map(|message| &message[from.min(message.len())..(from + step).min(message.len())])
            .collect();
        let mut streams: Vec<&mut Stream> = streams.iter_mut().collect();
        update_all(kernel, &mut streams, &parts);
    }
    streams.into_iter().map(Stream::finish).collect()
}

fn of_each(messages: &[Vec<u8>]) -> Vec<Digest> {
    messages.iter().map(|message| Digest::of(message)).collect()
}

#[test]
fn cavp_short_and_long_messages() {
    let mut cases = cavp_messages("SHA256ShortMsg.rsp");
    assert_eq!(cases.len(), 65);
    cases.extend(cavp_messages("SHA256LongMsg.rsp"));
    assert_eq!(cases.len(), 129);
    let (messages, expected): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
    for kernel in KERNELS {
        assert_eq!(digests_of(kernel, &messages), expected, "{kernel:?}");
        assert_eq!(streamed(kernel, &messages, 1000), expected, "{kernel:?}");
    }
}

/// The Monte Carlo test: each digest is the seed of a thousand further ones. As the file has all of them, its hundred
/// chains run side by side.
#[test]
fn cavp_monte_carlo() {
    let lines = cavp("SHA256Monte.rsp");
    let digests = lines.iter().filter(|(name, _)| name != "COUNT");
    let digests: Vec<Vec<u8>> = digests.map(|(_, value)| bytes(value)).collect();
    assert_eq!(digests.len(), 101);
    for kernel in KERNELS {
        let mut last: Vec<[Vec<u8>; 3]> = digests[..100]
            .iter()
            .map(|seed| [seed.clone(), seed.clone(), seed.clone()])
            .collect();
        for _ in 0..1000 {
            let messages: Vec<Vec<u8>> = last.iter().map(|three| three.concat()).collect();
            for (three, digest) in last.iter_mut().zip(digests_of(kernel, &messages)) {
                three.rotate_left(1);
                three[2] = digest.0.to_vec();
            }
        }
        let ends: Vec<Vec<u8>> = last.into_iter().map(|[_, _, digest]| digest).collect();
        assert_eq!(ends, digests[1..], "{kernel:?}");
    }
}

#[test]
fn ends_of_messages_in_every_number_of_lanes() {
    for kernel in KERNELS {
        for lanes in 1..=33 {
            for edge in EDGES {
                let messages: Vec<_> = (0..lanes).map(|n| noise(edge, n)).collect();
                assert_eq!(
                    digests_of(kernel, &messages),
                    of_each(&messages),
                    "{kernel:?}, {lanes} of {edge} bytes"
                );
            }
        }
    }
}

#[test]
fn lanes_that_are_done_are_taken_by_those_that_wait() {
    let messages: Vec<_> = (0..50)
        .map(|n| noise((n * 7919 % 97 * 64 + n) as usize, n))
        .collect();
    for kernel in KERNELS {
        assert_eq!(digests_of(kernel, &messages), of_each(&messages));
        assert_eq!(streamed(kernel, &messages, 1024), of_each(&messages));
        assert_eq!(streamed(kernel, &messages, 100), of_each(&messages));
    }
}

#[test]
fn nothing_has_a_digest_too() {
    for kernel in KERNELS {
        assert_eq!(digests(kernel, &[]), []);
        update_all(kernel, &mut [], &[]);
        assert_eq!(digests(kernel, &[b""]), [Digest::of(b"")]);
    }
}

#[test]
fn a_stream_goes_on_from_its_parts() {
    let data = noise(1000, 1);
    for kernel in KERNELS {
        let mut stream = Stream::new();
        update_all(kernel, &mut [&mut stream], &[&data[..640]]);
        let (state, bytes) = stream.to_parts().unwrap();
        assert_eq!(bytes, 640);
        let mut stream = Stream::from_parts(state, bytes).unwrap();
        update_all(kernel, &mut [&mut stream], &[&data[640..]]);
        assert_eq!(stream.to_parts(), None);
        assert_eq!(stream.finish(), Digest::of(&data));
    }
    assert!(Stream::from_parts(INITIAL, 65).is_none());
}

/// What [`Dual`] gives for pieces of `size` bytes, fed `step` at a time, stopped and resumed after the first piece.
fn dual(kernel: Kernel, data: &[u8], size: usize, step: usize) -> (Digest, Vec<Digest>) {
    let mut dual = Dual::new(kernel, Stream::new());
    let mut pieces = Vec::new();
    for piece in data.chunks(size) {
        for part in piece.chunks(step) {
            dual.update(part);
        }
        pieces.push(dual.end_piece());
        if let Some((state, bytes)) = dual.whole().to_parts() {
            dual = Dual::new(kernel, Stream::from_parts(state, bytes).unwrap());
        }
    }
    (dual.finish(), pieces)
}

#[test]
fn whole_and_pieces_in_one_reading() {
    for kernel in KERNELS {
        for size in [64, 640, 1024, 100, 33] {
            for length in [0, 1, 63, 64, 1000, 1024, 5000] {
                for step in [1, 63, 64, 500, 5000] {
                    let data = noise(length, 7);
                    assert_eq!(
                        dual(kernel, &data, size, step),
                        (
                            Digest::of(&data),
                            data.chunks(size).map(Digest::of).collect()
                        ),
                        "{kernel:?}, {length} bytes in pieces of {size}, {step} at a time"
                    );
                }
            }
        }
    }
}

#[test]
fn kernels_have_names() {
    let available = Kernel::available();
    assert_eq!(Kernel::best(), available[0]);
    assert_eq!(available.last(), Some(&Kernel::Plain));
    for kernel in KERNELS {
        let named = available.contains(&kernel).then_some(kernel);
        assert_eq!(Kernel::by_name(kernel.name()), named);
    }
    assert_eq!(Kernel::by_name("fastest"), None);
}

proptest! {
    #[test]
    fn unequal_messages_in_any_number_of_lanes(
        lengths in prop::collection::vec(0usize..300, 1..40),
        step in 1usize..300,
        seed: u32,
    ) {
        let messages: Vec<_> = (u64::from(seed)..).zip(lengths).map(|(n, length)| noise(length, n)).collect();
        for kernel in KERNELS {
            prop_assert_eq!(digests_of(kernel, &messages), of_each(&messages), "{:?}", kernel);
            prop_assert_eq!(streamed(kernel, &messages, step), of_each(&messages), "{:?}", kernel);
        }
    }

    #[test]
    fn any_parts_in_any_pieces(length in 0usize..2000, blocks in 1usize..9, step in 1usize..300) {
        let data = noise(length, 3);
        let expected = (Digest::of(&data), data.chunks(64 * blocks).map(Digest::of).collect());
        for kernel in KERNELS {
            prop_assert_eq!(&dual(kernel, &data, 64 * blocks, step), &expected, "{:?}", kernel);
        }
    }
}
