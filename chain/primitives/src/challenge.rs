// SPDX-License-Identifier: Apache-2.0
//! The challenge of a round: which test samples count, and how the verifier evaluates them for a `zkpot` proof.

use crate::{groth16, types::*};
use alloc::{collections::BTreeMap, vec::Vec};
use ark_bn254::Fr;
use ark_ff::{One, Zero};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{
    sp_core::{bounded::BoundedVec, ConstU32, H256},
    sp_io::hashing::blake2_256,
};
use scale_info::TypeInfo;

/// Most samples of a challenge, and most features of a sample.
pub const MAX_CHALLENGE_SAMPLES: u32 = 512;
pub const MAX_FEATURES: u32 = 1_024;

/// One sample of a test set: signed 8-bit features and a label.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct ChallengeSample {
    /// Features as two's-complement bytes.
    pub features: BoundedVec<u8, ConstU32<MAX_FEATURES>>,
    pub label: u8,
}

impl ChallengeSample {
    /// The leaf data of the test set's Merkle tree: the feature bytes, then the label.
    pub fn leaf(&self) -> Vec<u8> {
        let mut data = self.features.to_vec();
        data.push(self.label);
        data
    }
}

/// Indices of the `count` different samples that `seed` draws from a test set of `size`, in order.
///
/// Fisher-Yates over 0..size, one draw a step: j = i + (first 8 bytes of blake2-256(seed ‖ i), little-endian,
/// i as u32 little-endian) mod (size - i). The bias of the modulus is below 2^-32 for sizes below 2^32.
/// Empty if `count` exceeds `size`.
pub fn draw(seed: H256, size: u32, count: u32) -> Vec<u32> {
    if count > size {
        return Vec::new();
    }
    let mut moved: BTreeMap<u32, u32> = BTreeMap::new();
    (0..count)
        .map(|i| {
            let mut preimage = [0u8; 36];
            preimage[..32].copy_from_slice(seed.as_bytes());
            preimage[32..].copy_from_slice(&i.to_le_bytes());
            let hash = blake2_256(&preimage);
            let random = u64::from_le_bytes(hash[..8].try_into().expect("8 bytes; qed"));
            let j = i + (random % u64::from(size - i)) as u32;
            let drawn = moved.get(&j).copied().unwrap_or(j);
            let current = moved.get(&i).copied().unwrap_or(i);
            moved.insert(j, current);
            drawn
        })
        .collect()
}

/// v = sum_n r^n ( sum_f z^f x[n][f] + z^F y[n] ): the challenge set at the point (r, z) that the prover's transcript
/// fixed. None if `r` or `z` is not canonical.
pub fn evaluate(samples: &[ChallengeSample], r: &FieldElement, z: &FieldElement) -> Option<FieldElement> {
    let (r, z) = (groth16::scalar(r)?, groth16::scalar(z)?);
    let row = |sample: &ChallengeSample| {
        // Horner from the label down to feature 0.
        sample.features.iter().rev().fold(Fr::from(sample.label), |sum, byte| sum * z + Fr::from(*byte as i8))
    };
    let (value, _) =
        samples.iter().fold((Fr::zero(), Fr::one()), |(sum, power), sample| (sum + power * row(sample), power * r));
    Some(groth16::scalar_bytes(&value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn draws_different_samples_within_the_set() {
        let seed = H256::repeat_byte(7);
        for (size, count) in [(1, 1), (64, 64), (360, 64), (1_797, 64)] {
            let mut drawn = draw(seed, size, count);
            assert_eq!(drawn.len(), count as usize);
            assert!(drawn.iter().all(|i| *i < size));
            drawn.sort_unstable();
            drawn.dedup();
            assert_eq!(drawn.len(), count as usize, "no sample twice");
        }
        assert_ne!(draw(seed, 1_000, 8), draw(H256::repeat_byte(8), 1_000, 8));
        assert!(draw(seed, 3, 4).is_empty());
    }

    #[test]
    fn evaluates_the_formula() {
        let sample = |features: &[i8], label| ChallengeSample {
            features: features.iter().map(|f| *f as u8).collect::<Vec<_>>().try_into().unwrap(),
            label,
        };
        let samples = vec![sample(&[1, -2], 3), sample(&[5, 7], 1)];
        let (r, z) = (groth16::number(10), groth16::number(100));
        // (1 - 200 + 3·10000) + 10·(5 + 700 + 10000)
        assert_eq!(evaluate(&samples, &r, &z), Some(groth16::number(29_801 + 107_050)));
        assert_eq!(evaluate(&samples, &[255; 32], &z), None);
    }
}
