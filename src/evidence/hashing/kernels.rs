//! SHA-256 (FIPS 180-4) of many streams at once.
//!
//! The rounds of one stream wait for each other, and no processor can hurry them. Streams that are independent (the
//! pieces of an image, many files) share the waiting: sixteen lie side by side in the lanes of AVX-512 registers,
//! eight in those of AVX2, and two take turns on the SHA unit.

// Whoever calls a function made of vector or SHA instructions vouches that the processor has them, and bytes become
// vectors by being taken for them. No other file has `unsafe`.
#![allow(unsafe_code)]
// Other processors than x86-64 have the plain kernel alone.
#![cfg_attr(not(target_arch = "x86_64"), allow(dead_code, unused_variables))]

use sha2::block_api::compress256;

use crate::record::digest::Digest;

/// What SHA-256 takes in at a time (FIPS 180-4 §5.2.1).
type Block = [u8; 64];

/// The hash value on the way, words a to h.
type State = [u32; 8];

/// The initial hash value (FIPS 180-4 §5.3.3).
const INITIAL: State = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

/// A way to compute SHA-256. All of them give the same digests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// The `sha2` crate, one stream after the other. It uses the SHA instructions of most processors by itself.
    Plain,
    /// Two streams in turns on the SHA unit of x86-64.
    ShaNi,
    /// Eight streams side by side in 256-bit registers.
    Avx2,
    /// Sixteen streams side by side in 512-bit registers.
    Avx512,
}

impl Kernel {
    /// The fastest this processor has.
    pub fn best() -> Self {
        Self::usable().next().unwrap_or(Self::Plain)
    }

    /// All this processor has, the fastest first.
    pub fn available() -> Vec<Self> {
        Self::usable().collect()
    }

    /// The kernel of this name, where this processor has it.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::usable().find(|kernel| kernel.name() == name)
    }

    /// The name people type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::ShaNi => "sha-ni",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// How many streams keep it busy.
    pub fn lanes(self) -> usize {
        match self {
            Self::Plain => 1,
            Self::ShaNi => 2,
            Self::Avx2 => 8,
            Self::Avx512 => 16,
        }
    }

    /// Whether streams lie side by side in wide registers: more of them are faster than few.
    pub fn is_wide(self) -> bool {
        self.lanes() > 2
    }

    fn usable() -> impl Iterator<Item = Self> {
        let fastest_first = [Self::Avx512, Self::ShaNi, Self::Avx2, Self::Plain];
        fastest_first.into_iter().filter(|kernel| kernel.is_here())
    }

    #[cfg(target_arch = "x86_64")]
    fn is_here(self) -> bool {
        use std::is_x86_feature_detected as has;
        match self {
            Self::Plain => true,
            Self::ShaNi => has!("sha") && has!("ssse3") && has!("sse4.1"),
            Self::Avx2 => has!("avx2"),
            Self::Avx512 => has!("avx512f") && has!("avx512bw"),
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn is_here(self) -> bool {
        self == Self::Plain
    }

    /// Whether streams too few for the lanes may go to the SHA unit, which every kernel but the plain one may use.
    #[cfg(target_arch = "x86_64")]
    fn has_sha_unit(self) -> bool {
        self != Self::Plain && Self::ShaNi.is_here()
    }
}

/// SHA-256 of one stream of bytes, fed part by part.
#[derive(Clone)]
pub struct Stream {
    state: State,
    bytes: u64,
    /// The block that is being filled. Its first `bytes % 64` bytes count.
    begun: Block,
}

impl Stream {
    /// Nothing fed yet.
    pub fn new() -> Self {
        Self {
            state: INITIAL,
            bytes: 0,
            begun: [0; 64],
        }
    }

    /// Goes on where [`to_parts`](Self::to_parts) was asked. `None` where `bytes` are not whole blocks.
    pub fn from_parts(state: [u32; 8], bytes: u64) -> Option<Self> {
        bytes.is_multiple_of(64).then_some(Self {
            state,
            bytes,
            ..Self::new()
        })
    }

    /// The hash value on the way, words a to h, and the bytes behind it. `None` where these are not whole blocks.
    pub fn to_parts(&self) -> Option<([u32; 8], u64)> {
        self.bytes
            .is_multiple_of(64)
            .then_some((self.state, self.bytes))
    }

    /// The digest of all that was fed.
    pub fn finish(mut self) -> Digest {
        let (end, blocks) = padded(&self.begun[..self.begun_bytes()], self.bytes);
        compress256(&mut self.state, &end[..blocks]);
        digest(&self.state)
    }

    fn begun_bytes(&self) -> usize {
        (self.bytes % 64) as usize
    }

    /// Takes data in: ends the block that was begun, begins the next, and gives the blocks between them, which are
    /// still to be compressed.
    fn take<'a>(&mut self, mut data: &'a [u8]) -> &'a [Block] {
        let begun = self.begun_bytes();
        self.bytes += data.len() as u64;
        if begun > 0 {
            let (more, rest) = data.split_at(data.len().min(64 - begun));
            self.begun[begun..begun + more.len()].copy_from_slice(more);
            if begun + more.len() < 64 {
                return &[];
            }
            compress256(&mut self.state, &[self.begun]);
            data = rest;
        }
        let (blocks, rest) = data.as_chunks();
        self.begun[..rest.len()].copy_from_slice(rest);
        blocks
    }
}

impl Default for Stream {
    fn default() -> Self {
        Self::new()
    }
}

/// Feeds `data[i]` to `streams[i]`, as many at once as the kernel has lanes. Lengths may differ.
///
/// # Panics
/// Where there is not one stretch of data for each stream.
pub fn update_all(kernel: Kernel, streams: &mut [&mut Stream], data: &[&[u8]]) {
    assert_eq!(streams.len(), data.len(), "data for each stream");
    let lanes = streams.iter_mut().zip(data).map(|(stream, data)| Lane {
        blocks: stream.take(data),
        state: &mut stream.state,
    });
    run(kernel, lanes);
}

/// Feeds the same data to two streams. Where both are at the same place of a block, the SHA unit prepares the message
/// schedule of each block (FIPS 180-4 §6.2.2, step 1) once for the two.
pub fn update_both(kernel: Kernel, streams: [&mut Stream; 2], data: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    if kernel.has_sha_unit() && streams[0].begun_bytes() == streams[1].begun_bytes() {
        let [one, other] = streams;
        one.take(data);
        let blocks = other.take(data);
        // SAFETY: the SHA unit is there.
        return unsafe { x86::sha_ni::compress([&mut one.state, &mut other.state], [blocks]) };
    }
    for stream in streams {
        let blocks = stream.take(data);
        compress256(&mut stream.state, blocks);
    }
}

/// The digest of each message, as many at once as the kernel has lanes. Lengths may differ.
pub fn digests(kernel: Kernel, messages: &[&[u8]]) -> Vec<Digest> {
    let mut states = vec![INITIAL; messages.len()];
    let lanes = states
        .iter_mut()
        .zip(messages)
        .map(|(state, message)| Lane {
            state,
            blocks: message.as_chunks().0,
        });
    run(kernel, lanes);
    // Then the ends, so that they share the lanes too.
    for (states, messages) in states.chunks_mut(64).zip(messages.chunks(64)) {
        let mut ends = [([[0; 64]; 2], 0); 64];
        for (end, message) in ends.iter_mut().zip(messages) {
            *end = padded(message.as_chunks::<64>().1, message.len() as u64);
        }
        let lanes = states.iter_mut().zip(&ends).map(|(state, end)| Lane {
            state,
            blocks: &end.0[..end.1],
        });
        run(kernel, lanes);
    }
    states.iter().map(digest).collect()
}

/// The hash of a whole file and the hash of the piece that is being read, fed by one reading.
///
/// Both take in the same blocks, see [`update_both`]; without a SHA unit they are hashed one after the other.
pub struct Dual {
    kernel: Kernel,
    whole: Stream,
    piece: Stream,
}

impl Dual {
    /// Begins a piece of a file whose hash so far is `whole`.
    pub fn new(kernel: Kernel, whole: Stream) -> Self {
        Self {
            kernel,
            whole,
            piece: Stream::new(),
        }
    }

    /// Feeds both.
    pub fn update(&mut self, data: &[u8]) {
        update_both(self.kernel, [&mut self.whole, &mut self.piece], data);
    }

    /// The digest of the piece that ends here; the next one begins.
    ///
    /// A piece may have any length. After one that is not of whole blocks, the two no longer share a schedule.
    pub fn end_piece(&mut self) -> Digest {
        std::mem::take(&mut self.piece).finish()
    }

    /// The hash of the whole file so far.
    pub fn whole(&self) -> &Stream {
        &self.whole
    }

    /// The digest of the whole file.
    pub fn finish(self) -> Digest {
        self.whole.finish()
    }
}

/// The end of a message (FIPS 180-4 §5.1.1): its last bytes, a one bit, zeros, and the length in bits. One block, or
/// two where the length has no room in the first.
fn padded(last: &[u8], bytes: u64) -> ([Block; 2], usize) {
    let mut end = [[0; 64]; 2];
    let blocks = if last.len() < 56 { 1 } else { 2 };
    let flat = end[..blocks].as_flattened_mut();
    flat[..last.len()].copy_from_slice(last);
    flat[last.len()] = 0x80;
    flat[blocks * 64 - 8..].copy_from_slice(&(bytes * 8).to_be_bytes());
    (end, blocks)
}

fn digest(state: &State) -> Digest {
    let mut digest = Digest::ZERO;
    for (bytes, word) in digest.0.as_chunks_mut().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    digest
}

/// A stream on its way through a kernel, with the blocks it still has to take in.
struct Lane<'a> {
    state: &'a mut State,
    blocks: &'a [Block],
}

/// Compresses all blocks of all that wait. The lanes go as far together as the shortest reaches; then those that
/// wait take the places of those that are done.
fn run<'a>(kernel: Kernel, waiting: impl Iterator<Item = Lane<'a>>) {
    // Instructions the processor does not have would be undefined behaviour, so nobody is taken at their word.
    let kernel = Some(kernel)
        .filter(|kernel| kernel.is_here())
        .unwrap_or(Kernel::Plain);
    let mut waiting = waiting.filter(|lane| !lane.blocks.is_empty());
    let mut lanes: Vec<Lane> = Vec::with_capacity(kernel.lanes());
    loop {
        lanes.extend(waiting.by_ref().take(kernel.lanes() - lanes.len()));
        let Some(blocks) = lanes.iter().map(|lane| lane.blocks.len()).min() else {
            return;
        };
        compress(kernel, &mut lanes, blocks);
        lanes.retain_mut(|lane| {
            lane.blocks = &lane.blocks[blocks..];
            !lane.blocks.is_empty()
        });
    }
}

/// Compresses the next `blocks` blocks of each lane. The processor has the kernel.
fn compress(kernel: Kernel, lanes: &mut [Lane], blocks: usize) {
    #[cfg(target_arch = "x86_64")]
    let lanes = x86::compress(kernel, lanes, blocks);
    for lane in lanes {
        compress256(lane.state, &lane.blocks[..blocks]);
    }
}

/// The kernels of x86-64.
///
/// SHA instructions stall for hundreds of cycles while the upper halves of wide registers are in use. The compiler
/// clears these where a function ends, so no function has instructions of both kinds, and no kernel is inlined.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::mem::transmute;

    use super::{Block, Kernel, Lane, State};

    /// Compresses the next `blocks` blocks of the lanes and gives the lanes that are left for the plain kernel.
    pub fn compress<'l, 'a>(
        kernel: Kernel,
        lanes: &'l mut [Lane<'a>],
        blocks: usize,
    ) -> &'l mut [Lane<'a>] {
        // A wide register takes as long for one lane as for all, so these are left to the SHA unit, or the plain kernel.
        let few = if kernel.has_sha_unit() {
            kernel.lanes() * 3 / 8
        } else {
            2
        };
        match kernel {
            // SAFETY: the processor has the kernel, the caller made sure.
            Kernel::Avx512 if lanes.len() > few => unsafe {
                side_by_side(lanes, blocks, avx512::compress)
            },
            Kernel::Avx2 if lanes.len() > few => unsafe {
                side_by_side(lanes, blocks, avx2::compress)
            },
            _ if kernel.has_sha_unit() => {
                let (pairs, last) = lanes.as_chunks_mut::<2>();
                for pair in pairs {
                    let messages = pair.each_ref().map(|lane| &lane.blocks[..blocks]);
                    let states = pair.each_mut().map(|lane| &mut *lane.state);
                    // SAFETY: the SHA unit is there.
                    unsafe { sha_ni::compress(states, messages) };
                }
                last
            }
            _ => lanes,
        }
    }

    /// Lays the states side by side, compresses, and puts them back. Lanes nobody needs repeat the first.
    ///
    /// # Safety
    /// The processor has the instructions of `kernel`.
    unsafe fn side_by_side<'l, 'a, const LANES: usize>(
        lanes: &'l mut [Lane<'a>],
        blocks: usize,
        kernel: unsafe fn(&mut [[u32; LANES]; 8], [&[Block]; LANES]),
    ) -> &'l mut [Lane<'a>] {
        let mut states = [[0; LANES]; 8];
        let mut messages = [&lanes[0].blocks[..blocks]; LANES];
        for (n, lane) in lanes.iter().enumerate() {
            messages[n] = &lane.blocks[..blocks];
            for (words, word) in states.iter_mut().zip(lane.state.iter()) {
                words[n] = *word;
            }
        }
        // SAFETY: the caller's promise.
        unsafe { kernel(&mut states, messages) };
        for (n, lane) in lanes.iter_mut().enumerate() {
            for (words, word) in states.iter().zip(lane.state.iter_mut()) {
                *word = words[n];
            }
        }
        &mut []
    }

    /// A number for each round (FIPS 180-4 §4.2.2).
    const K: [u32; 64] = [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
        0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
        0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
        0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
        0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
        0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
        0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
        0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
        0xc67178f2,
    ];

    /// The four quarters of a block, as they lie in memory.
    fn quarters(block: &Block) -> [__m128i; 4] {
        // SAFETY: both are 64 bytes, and any bytes will do.
        unsafe { transmute(*block) }
    }

    /// The order of bytes for a shuffle that makes words of them: the first is the highest (FIPS 180-4 §3.1).
    #[target_feature(enable = "sse2")]
    fn big_endian() -> __m128i {
        _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203)
    }

    /// Two states on the SHA unit.
    pub mod sha_ni {
        use super::*;

        /// Compresses two messages of one length, each into its own state, or one message into both.
        #[inline(never)]
        #[target_feature(enable = "sha,ssse3,sse4.1")]
        pub fn compress<const MESSAGES: usize>(
            states: [&mut State; 2],
            messages: [&[Block]; MESSAGES],
        ) {
            // The unit wants words a, b, e, f in one register and c, d, g, h in the other.
            let (mut abef, mut cdgh) = ([_mm_setzero_si128(); 2], [_mm_setzero_si128(); 2]);
            for s in 0..2 {
                // SAFETY: both are 32 bytes, and any bytes will do.
                let [abcd, efgh]: [__m128i; 2] = unsafe { transmute(*states[s]) };
                let cdab = _mm_shuffle_epi32::<0xb1>(abcd);
                let efgh = _mm_shuffle_epi32::<0x1b>(efgh);
                abef[s] = _mm_alignr_epi8::<8>(cdab, efgh);
                cdgh[s] = _mm_blend_epi16::<0xf0>(efgh, cdab);
            }
            for n in 0..messages[0].len() {
                let before = (abef, cdgh);
                let mut w = messages.map(|message| {
                    quarters(&message[n]).map(|quarter| _mm_shuffle_epi8(quarter, big_endian()))
                });
                for (row, k) in K.as_chunks::<16>().0.iter().enumerate() {
                    // SAFETY: both are 64 bytes, and any bytes will do.
                    let k: [__m128i; 4] = unsafe { transmute(*k) };
                    for i in 0..4 {
                        for s in 0..2 {
                            // Four rounds (FIPS 180-4 §6.2.2, step 3), two an instruction.
                            let w = &mut w[s % MESSAGES];
                            let sum = _mm_add_epi32(w[i], k[i]);
                            cdgh[s] = _mm_sha256rnds2_epu32(cdgh[s], abef[s], sum);
                            let sum = _mm_shuffle_epi32::<0x0e>(sum);
                            abef[s] = _mm_sha256rnds2_epu32(abef[s], cdgh[s], sum);
                            // Their words are used: those of sixteen rounds later take the place (step 1).
                            if row < 3 && s + MESSAGES >= 2 {
                                let [w1, w2, w3] = [1, 2, 3].map(|ahead| w[(i + ahead) % 4]);
                                let sum = _mm_sha256msg1_epu32(w[i], w1);
                                let sum = _mm_add_epi32(sum, _mm_alignr_epi8::<4>(w3, w2));
                                w[i] = _mm_sha256msg2_epu32(sum, w3);
                            }
                        }
                    }
                }
                for s in 0..2 {
                    abef[s] = _mm_add_epi32(abef[s], before.0[s]);
                    cdgh[s] = _mm_add_epi32(cdgh[s], before.1[s]);
                }
            }
            for s in 0..2 {
                let feba = _mm_shuffle_epi32::<0x1b>(abef[s]);
                let dchg = _mm_shuffle_epi32::<0xb1>(cdgh[s]);
                let abcd = _mm_blend_epi16::<0xf0>(feba, dchg);
                let efgh = _mm_alignr_epi8::<8>(dchg, feba);
                // SAFETY: as above.
                *states[s] = unsafe { transmute::<[__m128i; 2], State>([abcd, efgh]) };
            }
        }
    }

    /// Functions that are compiled for the named instructions and give a vector.
    macro_rules! operations {
        ($features:literal:
         $($name:ident$(<$($n:ident: $number:ty),*>)?($($x:ident: $type:ty),*) => $value:expr;)*) => {$(
            #[inline]
            #[target_feature(enable = $features)]
            fn $name$(<$(const $n: $number),*>)?($($x: $type),*) -> Vector {
                $value
            }
        )*};
    }

    /// A vector as it is, of which the compiler sees nothing: it cannot add it up in another order.
    macro_rules! unseen {
        ($register:ident $x:ident) => {{
            let mut x = $x;
            // SAFETY: it has no instruction.
            unsafe {
                std::arch::asm!("/* {} */", inout($register) x, options(pure, nomem, nostack, preserves_flags));
            }
            x
        }};
    }

    /// Round `i` of sixteen (FIPS 180-4 §6.2.2, step 3). Its word is used then: where more rounds follow, the word of
    /// sixteen rounds later takes the place (step 1).
    ///
    /// The next round waits for the e and the a of this one. So what is known longest is added up first, and the slow
    /// big sigmas come last: of all the additions, each of the two words waits for one. That costs one more, as t1 is
    /// got back from the new e.
    macro_rules! round {
        ($more:literal $w:ident $k:ident $i:expr;
         $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident) => {
            let known = settled(add($d, add($h, add(splat($k[$i]), $w[$i]))));
            let new_e = add(settled(add(known, ch($e, $f, $g))), big_sigma1($e));
            let t1 = settled(sub(new_e, $d));
            $d = new_e;
            $h = add(settled(add(t1, maj($a, $b, $c))), big_sigma0($a));
            if $more {
                $w[$i] = add(
                    add($w[$i], small_sigma0($w[($i + 1) % 16])),
                    add($w[($i + 9) % 16], small_sigma1($w[($i + 14) % 16])),
                );
            }
        };
    }

    /// Eight rounds, written out so that every word keeps its register: where FIPS 180-4 moves each of a to h to the
    /// next, the names move instead.
    macro_rules! eight_rounds {
        ($more:literal $w:ident $k:ident $i:literal;
         $a:ident $b:ident $c:ident $d:ident $e:ident $f:ident $g:ident $h:ident) => {
            round!($more $w $k $i; $a $b $c $d $e $f $g $h);
            round!($more $w $k $i + 1; $h $a $b $c $d $e $f $g);
            round!($more $w $k $i + 2; $g $h $a $b $c $d $e $f);
            round!($more $w $k $i + 3; $f $g $h $a $b $c $d $e);
            round!($more $w $k $i + 4; $e $f $g $h $a $b $c $d);
            round!($more $w $k $i + 5; $d $e $f $g $h $a $b $c);
            round!($more $w $k $i + 6; $c $d $e $f $g $h $a $b);
            round!($more $w $k $i + 7; $b $c $d $e $f $g $h $a);
        };
    }

    /// Words 4i to 4i + 3 of the `n`th blocks: rows of bytes turned into columns of words.
    macro_rules! four_words {
        ($messages:ident $n:ident $i:literal) => {{
            let [x0, x1, x2, x3] = [
                every_fourth(&$messages, $n, $i, 0),
                every_fourth(&$messages, $n, $i, 1),
                every_fourth(&$messages, $n, $i, 2),
                every_fourth(&$messages, $n, $i, 3),
            ];
            let (low01, high01) = (low32(x0, x1), high32(x0, x1));
            let (low23, high23) = (low32(x2, x3), high32(x2, x3));
            [
                low64(low01, low23),
                high64(low01, low23),
                low64(high01, high23),
                high64(high01, high23),
            ]
        }};
    }

    /// What the kernels of wide registers have in common. Each names its `Vector` and the operations on it.
    macro_rules! wide_kernel {
        ($features:literal, $lanes:literal) => {
            /// Compresses a message a lane, all of one length. A vector has the same word of every lane.
            #[inline(never)]
            #[target_feature(enable = $features)]
            pub fn compress(states: &mut [[u32; $lanes]; 8], messages: [&[Block]; $lanes]) {
                // SAFETY: both are eight words for each lane, and any bytes will do.
                let mut state: [Vector; 8] = unsafe { transmute(*states) };
                for n in 0..messages[0].len() {
                    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
                    let mut w = [
                        four_words!(messages n 0),
                        four_words!(messages n 1),
                        four_words!(messages n 2),
                        four_words!(messages n 3),
                    ];
                    let w = w.as_flattened_mut();
                    let (rows, k) = K.split_at(48);
                    for k in rows.as_chunks::<16>().0 {
                        eight_rounds!(true w k 0; a b c d e f g h);
                        eight_rounds!(true w k 8; a b c d e f g h);
                    }
                    eight_rounds!(false w k 0; a b c d e f g h);
                    eight_rounds!(false w k 8; a b c d e f g h);
                    for (word, after) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
                        *word = add(*word, after);
                    }
                }
                // SAFETY: as above.
                *states = unsafe { transmute::<[Vector; 8], [[u32; $lanes]; 8]>(state) };
            }

            // FIPS 180-4 §4.1.2.
            operations! { $features:
                big_sigma0(x: Vector) => xor(rotate::<2, 30>(x), rotate::<13, 19>(x), rotate::<22, 10>(x));
                big_sigma1(x: Vector) => xor(rotate::<6, 26>(x), rotate::<11, 21>(x), rotate::<25, 7>(x));
                small_sigma0(x: Vector) => xor(rotate::<7, 25>(x), rotate::<18, 14>(x), shift::<3>(x));
                small_sigma1(x: Vector) => xor(rotate::<17, 15>(x), rotate::<19, 13>(x), shift::<10>(x));
            }
        };
    }

    /// Sixteen lanes of 512 bits.
    pub mod avx512 {
        use super::*;

        type Vector = __m512i;

        wide_kernel!("avx512f,avx512bw", 16);

        operations! { "avx512f,avx512bw":
            splat(word: u32) => _mm512_set1_epi32(word.cast_signed());
            add(x: Vector, y: Vector) => _mm512_add_epi32(x, y);
            sub(x: Vector, y: Vector) => _mm512_sub_epi32(x, y);
            settled(x: Vector) => unseen!(zmm_reg x);
            rotate<RIGHT: i32, LEFT: i32>(x: Vector) => _mm512_ror_epi32::<RIGHT>(x);
            shift<RIGHT: u32>(x: Vector) => _mm512_srli_epi32::<RIGHT>(x);
            // Any function of three bits is one instruction: the number is its truth table.
            xor(x: Vector, y: Vector, z: Vector) => _mm512_ternarylogic_epi32::<0x96>(x, y, z);
            ch(x: Vector, y: Vector, z: Vector) => _mm512_ternarylogic_epi32::<0xca>(x, y, z);
            maj(x: Vector, y: Vector, z: Vector) => _mm512_ternarylogic_epi32::<0xe8>(x, y, z);
            low32(x: Vector, y: Vector) => _mm512_unpacklo_epi32(x, y);
            high32(x: Vector, y: Vector) => _mm512_unpackhi_epi32(x, y);
            low64(x: Vector, y: Vector) => _mm512_unpacklo_epi64(x, y);
            high64(x: Vector, y: Vector) => _mm512_unpackhi_epi64(x, y);
            // The i-th quarters of the blocks of every fourth lane.
            every_fourth(messages: &[&[Block]; 16], n: usize, i: usize, first: usize) => {
                let x = _mm512_castsi128_si512(quarters(&messages[first][n])[i]);
                let x = _mm512_inserti32x4::<1>(x, quarters(&messages[first + 4][n])[i]);
                let x = _mm512_inserti32x4::<2>(x, quarters(&messages[first + 8][n])[i]);
                let x = _mm512_inserti32x4::<3>(x, quarters(&messages[first + 12][n])[i]);
                _mm512_shuffle_epi8(x, _mm512_broadcast_i32x4(big_endian()))
            };
        }
    }

    /// Eight lanes of 256 bits.
    pub mod avx2 {
        use super::*;

        type Vector = __m256i;

        wide_kernel!("avx2", 8);

        operations! { "avx2":
            splat(word: u32) => _mm256_set1_epi32(word.cast_signed());
            add(x: Vector, y: Vector) => _mm256_add_epi32(x, y);
            sub(x: Vector, y: Vector) => _mm256_sub_epi32(x, y);
            settled(x: Vector) => unseen!(ymm_reg x);
            rotate<RIGHT: i32, LEFT: i32>(x: Vector) =>
                _mm256_or_si256(_mm256_srli_epi32::<RIGHT>(x), _mm256_slli_epi32::<LEFT>(x));
            shift<RIGHT: i32>(x: Vector) => _mm256_srli_epi32::<RIGHT>(x);
            xor2(x: Vector, y: Vector) => _mm256_xor_si256(x, y);
            xor(x: Vector, y: Vector, z: Vector) => xor2(xor2(x, y), z);
            // With fewer instructions than FIPS 180-4 has operations; y ^ z of a round is x ^ y of the one before.
            ch(x: Vector, y: Vector, z: Vector) => xor2(z, _mm256_and_si256(x, xor2(y, z)));
            maj(x: Vector, y: Vector, z: Vector) => xor2(y, _mm256_and_si256(xor2(x, y), xor2(y, z)));
            low32(x: Vector, y: Vector) => _mm256_unpacklo_epi32(x, y);
            high32(x: Vector, y: Vector) => _mm256_unpackhi_epi32(x, y);
            low64(x: Vector, y: Vector) => _mm256_unpacklo_epi64(x, y);
            high64(x: Vector, y: Vector) => _mm256_unpackhi_epi64(x, y);
            // The i-th quarters of the blocks of every fourth lane.
            every_fourth(messages: &[&[Block]; 8], n: usize, i: usize, first: usize) => {
                let x = _mm256_castsi128_si256(quarters(&messages[first][n])[i]);
                let x = _mm256_inserti128_si256::<1>(x, quarters(&messages[first + 4][n])[i]);
                _mm256_shuffle_epi8(x, _mm256_broadcastsi128_si256(big_endian()))
            };
        }
    }
}

#[cfg(test)]
mod tests;
