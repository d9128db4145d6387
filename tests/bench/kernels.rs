//! How fast the kernels are, beside the `sha2` crate on the same bytes: `cargo bench --bench kernels`.
//!
//! Compare within one run. On a shared machine two runs differ by a fifth.

use custody::evidence::kernels::{Dual, Kernel, Stream, digests, update_all};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use sha2::{Digest as _, Sha256};

const MIB: usize = 1 << 20;

/// A buffer the engine reads into.
const BUFFER: usize = 64 << 10;

fn main() {
    divan::main();
}

/// Bytes, and what is done with them, as bytes in a second.
fn measure<T>(bencher: Bencher, work: impl Fn(&[u8]) -> T + Sync) {
    let data: Vec<u8> = (0..MIB as u32)
        .map(|n| (n.wrapping_mul(n) >> 7) as u8)
        .collect();
    bencher
        .counter(BytesCount::new(data.len()))
        .bench(|| work(black_box(&data)));
}

/// One stream, one chain: what every other tool does.
#[divan::bench]
fn sha2_1_mib(bencher: Bencher) {
    measure(bencher, |data| Sha256::digest(data));
}

/// One stream through a kernel: lanes do not help it.
#[divan::bench(args = Kernel::available())]
fn one_stream_of_1_mib(bencher: Bencher, kernel: Kernel) {
    measure(bencher, |data| digests(kernel, &[data]));
}

/// Sixteen streams fed a buffer each.
#[divan::bench(args = Kernel::available())]
fn streams_16_of_64_kib(bencher: Bencher, kernel: Kernel) {
    measure(bencher, |data| {
        let data: Vec<&[u8]> = data.chunks(BUFFER).collect();
        let mut streams: [Stream; 16] = std::array::from_fn(|_| Stream::new());
        update_all(kernel, &mut streams.each_mut(), &data);
        streams
    });
}

/// Sixteen whole messages.
#[divan::bench(args = Kernel::available())]
fn messages_16_of_64_kib(bencher: Bencher, kernel: Kernel) {
    measure(bencher, |data| {
        digests(kernel, &data.chunks(BUFFER).collect::<Vec<_>>())
    });
}

/// Twice as many: the widest registers take them in two sets.
#[divan::bench(args = Kernel::available())]
fn messages_32_of_16_kib(bencher: Bencher, kernel: Kernel) {
    measure(bencher, |data| {
        digests(
            kernel,
            &data[..MIB / 2].chunks(BUFFER / 4).collect::<Vec<_>>(),
        )
    });
}

/// Small files: lanes are refilled all the time.
#[divan::bench(args = Kernel::available())]
fn messages_of_4_to_16_kib(bencher: Bencher, kernel: Kernel) {
    measure(bencher, |mut data| {
        let mut messages = Vec::new();
        while data.len() > 4096 {
            let length = 4096 + messages.len() * 7919 % 12288;
            let (message, rest) = data.split_at(length.min(data.len()));
            messages.push(message);
            data = rest;
        }
        digests(kernel, &messages)
    });
}

/// A seal with two hashers: whole file and piece.
#[divan::bench]
fn seal_with_two_sha2(bencher: Bencher) {
    measure(bencher, |data| {
        let (mut whole, mut piece) = (Sha256::new(), Sha256::new());
        for data in data.chunks(BUFFER) {
            whole.update(data);
            piece.update(data);
        }
        (whole.finalize(), piece.finalize())
    });
}

/// The same with one schedule for both.
#[divan::bench(args = Kernel::available())]
fn seal_with_dual(bencher: Bencher, kernel: Kernel) {
    measure(bencher, |data| {
        let mut dual = Dual::new(kernel, Stream::new());
        for data in data.chunks(BUFFER) {
            dual.update(data);
        }
        (dual.end_piece(), dual.finish())
    });
}
