//! MD5 (RFC 1321), to compare with what imaging tools print. Never relied on.
//!
//! Written here for its speed: MD5 beside SHA-256 is the longest chain of a seal. Each of its 64 steps waits for the one
//! before, so whatever does not need that one is to be ready when its turn comes; the `md-5` crate, against which the
//! tests hold this file, takes a quarter more time.

use std::hint::black_box;

use super::cross_reference::OtherHasher;

/// What MD5 takes in at a time.
type Block = [u8; 64];

/// Words A to D before the first block (RFC 1321 §3.3).
const INITIAL: [u32; 4] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

/// The table T of RFC 1321 §3.4: the first 32 bits of the fraction of |sin(i + 1)|.
#[rustfmt::skip]
const T: [u32; 64] = [
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
];

/// MD5 on its way.
#[derive(Clone)]
pub(super) struct Md5 {
    state: [u32; 4],
    bytes: u64,
    /// The block that is being filled. Its first `bytes % 64` bytes count.
    begun: Block,
}

impl Default for Md5 {
    fn default() -> Self {
        Self {
            state: INITIAL,
            bytes: 0,
            begun: [0; 64],
        }
    }
}

impl Md5 {
    /// Goes on from [`OtherHasher::state`]; `None` where that is no state.
    pub(super) fn revive(state: &[u8]) -> Option<Self> {
        let (words, rest) = state.split_first_chunk::<16>()?;
        let (bytes, begun) = rest.split_first_chunk::<8>()?;
        let mut md5 = Self {
            bytes: u64::from_le_bytes(*bytes),
            begun: *begun.as_array()?,
            ..Self::default()
        };
        for (word, bytes) in md5.state.iter_mut().zip(words.as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        Some(md5)
    }

    fn take_in(&mut self, mut data: &[u8]) {
        let begun = (self.bytes % 64) as usize;
        self.bytes += data.len() as u64;
        if begun > 0 {
            let (more, rest) = data.split_at(data.len().min(64 - begun));
            self.begun[begun..begun + more.len()].copy_from_slice(more);
            if begun + more.len() < 64 {
                return;
            }
            compress(&mut self.state, &[self.begun]);
            data = rest;
        }
        let (blocks, rest) = data.as_chunks();
        compress(&mut self.state, blocks);
        self.begun[..rest.len()].copy_from_slice(rest);
    }
}

impl OtherHasher for Md5 {
    fn update(&mut self, data: &[u8]) {
        self.take_in(data);
    }

    /// The end of the message (RFC 1321 §3.1, §3.2): a one bit, zeros, the length in bits.
    fn finalize(mut self: Box<Self>) -> Vec<u8> {
        let bits = self.bytes.wrapping_mul(8);
        let mut end = vec![0x80];
        end.resize(1 + (119 - (self.bytes % 64) as usize) % 64, 0);
        end.extend(bits.to_le_bytes());
        self.take_in(&end);
        self.state
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect()
    }

    fn state(&self) -> Vec<u8> {
        let words = self.state.iter().flat_map(|word| word.to_le_bytes());
        words
            .chain(self.bytes.to_le_bytes())
            .chain(self.begun)
            .collect()
    }
}

/// One step (RFC 1321 §3.4). `ready` does not need the step before.
#[inline(always)]
fn step(mixed: u32, ready: u32, shift: u32, b: u32) -> u32 {
    mixed.wrapping_add(ready).rotate_left(shift).wrapping_add(b)
}

fn compress(state: &mut [u32; 4], blocks: &[Block]) {
    let [mut a, mut b, mut c, mut d] = *state;
    for block in blocks {
        let before = [a, b, c, d];
        let mut words = [0; 16];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        // The compiler would add the word of the message last, behind what has to be waited for. What it cannot see
        // through it must add first.
        let ready = |a: u32, i: usize, word: usize| {
            black_box(T[i].wrapping_add(words[word])).wrapping_add(a)
        };
        // In each round every function reads b, which the step before has just computed, as late as it can.
        let f = |a, b: u32, c: u32, d: u32, i: usize, shift| {
            step(((c ^ d) & b) ^ d, ready(a, i, i), shift, b)
        };
        // Where a bit of d is set, one of the two terms is zero: so they can be added, one of them ahead of time.
        let g = |a, b: u32, c: u32, d: u32, i: usize, shift| {
            step(
                d & b,
                ready(a, i, (5 * i + 1) % 16).wrapping_add(!d & c),
                shift,
                b,
            )
        };
        let h = |a, b: u32, c: u32, d: u32, i: usize, shift| {
            step((c ^ d) ^ b, ready(a, i, (3 * i + 5) % 16), shift, b)
        };
        let i = |a, b: u32, c: u32, d: u32, i: usize, shift| {
            step((!d | b) ^ c, ready(a, i, 7 * i % 16), shift, b)
        };
        macro_rules! round {
            ($function:ident, $shifts:expr, $($first:literal)*) => {
                $(
                    a = $function(a, b, c, d, $first, $shifts[0]);
                    d = $function(d, a, b, c, $first + 1, $shifts[1]);
                    c = $function(c, d, a, b, $first + 2, $shifts[2]);
                    b = $function(b, c, d, a, $first + 3, $shifts[3]);
                )*
            };
        }
        round!(f, [7, 12, 17, 22], 0 4 8 12);
        round!(g, [5, 9, 14, 20], 16 20 24 28);
        round!(h, [4, 11, 16, 23], 32 36 40 44);
        round!(i, [6, 10, 15, 21], 48 52 56 60);
        a = a.wrapping_add(before[0]);
        b = b.wrapping_add(before[1]);
        c = c.wrapping_add(before[2]);
        d = d.wrapping_add(before[3]);
    }
    *state = [a, b, c, d];
}

#[cfg(test)]
mod tests {
    use md5::Digest as _;
    use proptest::prelude::*;

    use super::*;
    use crate::record::digest::hex_text;

    fn md5(parts: &[&[u8]]) -> String {
        let mut md5 = Box::new(Md5::default());
        parts.iter().for_each(|part| md5.update(part));
        hex_text(&md5.finalize())
    }

    /// RFC 1321 §A.5.
    #[test]
    fn the_suite_of_the_rfc() {
        for (message, digest) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("abc", "900150983cd24fb0d6963f7d28e17f72"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            (
                "abcdefghijklmnopqrstuvwxyz",
                "c3fcd3d76192e4007dfb496cca67e13b",
            ),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                "d174ab98d277d9f5a5611c2c9f419d9f",
            ),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                "57edf4a22be3c955ac49da2e2107b67a",
            ),
        ] {
            assert_eq!(md5(&[message.as_bytes()]), digest);
        }
    }

    #[test]
    fn every_length_at_the_borders_of_blocks() {
        let message: Vec<u8> = (0..300u32).map(|byte| byte as u8).collect();
        for length in 0..300 {
            let expected = hex_text(&md5::Md5::digest(&message[..length]));
            assert_eq!(md5(&[&message[..length]]), expected, "{length}");
        }
    }

    proptest! {
        #[test]
        fn any_parts_give_what_the_crate_gives(message in proptest::collection::vec(any::<u8>(), 0..2000), cuts in (0usize..2000, 0usize..2000)) {
            let (one, other) = (cuts.0.min(message.len()), cuts.1.min(message.len()));
            let (first, second) = (one.min(other), one.max(other));
            let parts = [&message[..first], &message[first..second], &message[second..]];
            prop_assert_eq!(md5(&parts), hex_text(&md5::Md5::digest(&message)));
            // And the same where it is written down on the way.
            let mut begun = Md5::default();
            begun.update(parts[0]);
            let mut revived = Box::new(Md5::revive(&begun.state()).unwrap());
            parts[1..].iter().for_each(|part| revived.update(part));
            prop_assert_eq!(hex_text(&revived.finalize()), hex_text(&md5::Md5::digest(&message)));
        }
    }
}
