// SPDX-License-Identifier: Apache-2.0
//! Vectors that come as streams of limbs, bit after bit, several limbs to a scalar: they are smaller than their scalars, and
//! unpacked here several times as fast as where they come from.

use crate::{combination::SCALAR, generators::MAX_GENERATORS};
use serde::Deserialize;

/// Most bits of a limb.
const MAX_BITS: usize = 48;
/// Most bytes of a scalar that limbs take: with them it is below the group order.
const MAX_USED: usize = 31;
/// Bytes that a limb, and up to seven bits before it, is read from: as many zeros are put behind the last one.
pub const WINDOW: usize = 8;

/// A stream of limbs, least significant bit first, and the scalars that it becomes. Bits after the last limb are not looked at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LimbStream {
    /// Its first byte.
    start: usize,
    /// Bits of a limb.
    bits: usize,
    /// What limbs must be below. There are blocks, each a run of limbs below the first bound, then one below the second, and so on.
    bounds: Vec<u64>,
    /// Limbs of a run; those of the last block may be shorter.
    run: usize,
    /// Limbs below each bound, in all blocks together.
    count: usize,
    /// Limbs of a scalar, the first one lowest. The last scalar may have fewer.
    per_scalar: usize,
    /// Bytes of a limb in a scalar.
    limb_bytes: usize,
}

impl LimbStream {
    /// How many scalars it becomes; none if there can be no such stream in as many bytes.
    fn scalars(&self, length: usize) -> Option<usize> {
        let limbs = self.count.checked_mul(self.bounds.len())?;
        let end = limbs.checked_mul(self.bits)?.div_ceil(8).checked_add(self.start)?;
        let fits = (1..=MAX_BITS).contains(&self.bits)
            && self.bits <= self.limb_bytes.checked_mul(8)?
            && self.per_scalar.checked_mul(self.limb_bytes)? <= MAX_USED
            && end <= length;
        // Each limb takes a bit at least: that it fits bounds the work.
        let has_limbs = !self.bounds.is_empty() && self.run > 0 && self.per_scalar > 0;
        (fits && has_limbs).then(|| limbs.div_ceil(self.per_scalar))
    }

    /// Writes the scalars of a stream that fits its bytes, which have a window of zeros behind them. Whether all limbs are below
    /// their bounds.
    fn write(&self, padded: &[u8], scalars: &mut [u8]) -> bool {
        let bytes = &padded[self.start..];
        let mask = (1 << self.bits) - 1;
        let mut is_sound = true;
        let mut first_bit = 0;
        let mut at = 0;
        let mut in_scalar = 0;
        for start in (0..self.count).step_by(self.run) {
            let run = self.run.min(self.count - start);
            for &bound in &self.bounds {
                for _ in 0..run {
                    let limb = word(bytes, first_bit / 8) >> (first_bit % 8) & mask;
                    is_sound &= limb < bound;
                    // What is beyond the limb are zeros, where the next ones are written afterwards.
                    scalars[at..at + WINDOW].copy_from_slice(&limb.to_le_bytes());
                    first_bit += self.bits;
                    at += self.limb_bytes;
                    in_scalar += 1;
                    if in_scalar == self.per_scalar {
                        at += SCALAR - self.per_scalar * self.limb_bytes;
                        in_scalar = 0;
                    }
                }
            }
        }
        is_sound
    }
}

/// The scalars that streams become one after another, each from a new scalar on; none if they do not lie in the bytes, a
/// limb is not below its bound, or there are too many scalars.
pub fn unpack(mut bytes: Vec<u8>, streams: &[LimbStream]) -> Option<Vec<u8>> {
    let counts: Vec<_> = streams.iter().map(|stream| stream.scalars(bytes.len())).collect::<Option<_>>()?;
    let total = counts.iter().try_fold(0usize, |sum, count| sum.checked_add(*count))?;
    if total > MAX_GENERATORS {
        return None;
    }
    bytes.resize(bytes.len() + WINDOW, 0);
    let mut scalars = vec![0; total * SCALAR + WINDOW];
    let mut at = 0;
    for (stream, count) in streams.iter().zip(counts) {
        if !stream.write(&bytes, &mut scalars[at..]) {
            return None;
        }
        at += count * SCALAR;
    }
    scalars.truncate(total * SCALAR);
    Some(scalars)
}

/// Eight bytes, little-endian.
fn word(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + WINDOW].try_into().expect("eight bytes"))
}
