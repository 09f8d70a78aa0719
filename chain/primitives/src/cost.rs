// SPDX-License-Identifier: Apache-2.0
//! What the operations of the pallets cost as compiled WASM, for their weights.
//!
//! Every constant is what `npm run bench:weights` measured in the runtime's own WASM, and a margin; docs/weights.md has the
//! table.

use crate::{groth16::Work, Circuit};
use polkadot_sdk::sp_weights::Weight;

const MICROSECOND: u64 = 1_000_000;
/// Reading a stored key: points and e(alpha, beta), uncompressed.
const KEY: u64 = 170 * MICROSECOND;
/// Reading a proof: three points, each with a square root, and the subgroup check of the one in G2.
const PROOF: u64 = 1_150 * MICROSECOND;
/// One final exponentiation.
const PRODUCT: u64 = 2_200 * MICROSECOND;
/// One Miller loop.
const LOOP: u64 = 1_450 * MICROSECOND;
/// One power of e(alpha, beta).
const POWER: u64 = 1_350 * MICROSECOND;
/// One multiplication in G1 by 128 bits.
const SCALING: u64 = 180 * MICROSECOND;
/// One multiplication in G1 by a scalar.
const INPUT: u64 = 180 * MICROSECOND;
/// Checking a submitted key: three points in G2, a pairing.
const KEY_CHECK: u64 = 6_500 * MICROSECOND;
/// Decompressing a submitted point of G1.
const POINT_CHECK: u64 = 80 * MICROSECOND;
/// Adding two points of G1 and writing the sum.
const POINT_ADD: u64 = 5 * MICROSECOND;
const ML_DSA: u64 = 420 * MICROSECOND;
/// Hash of up to 128 bytes.
const HASH: u64 = MICROSECOND;
/// Reading and writing the scalars of an evaluation.
const EVALUATION: u64 = 15 * MICROSECOND;
/// A multiplication and an addition of scalars.
const SCALAR: u64 = MICROSECOND * 2 / 5;
/// Stored key of a proof and its trie path.
const KEY_BYTES: u64 = 4_096;

/// Dispatch of a call that reads and writes records of `bytes` in all.
pub const fn call(bytes: u64) -> Weight {
    Weight::from_parts(20 * MICROSECOND, 2_048 + bytes)
}

/// What a verification took.
pub fn work(work: &Work) -> Weight {
    let Work { keys, proofs, products, loops, powers, scalings, inputs } = *work;
    let parts = [
        (keys, KEY),
        (proofs, PROOF),
        (products, PRODUCT),
        (loops, LOOP),
        (powers, POWER),
        (scalings, SCALING),
        (inputs, INPUT),
    ];
    let time =
        parts.iter().fold(0u64, |sum, (count, each)| sum.saturating_add(u64::from(*count).saturating_mul(*each)));
    Weight::from_parts(time, KEY_BYTES.saturating_mul(keys.into()))
}

/// The most that verifying `sets` sets with one proof of each of `circuits` can take, under keys of `federations`.
pub fn proofs(circuits: &[Circuit], sets: u32, federations: u32) -> Weight {
    work(&most_work(circuits, sets, federations))
}

/// As if the last proof of every set were wrong, and no two keys shared anything.
fn most_work(circuits: &[Circuit], sets: u32, federations: u32) -> Work {
    let claims = circuits.len() as u32;
    let points = circuits.iter().map(|circuit| circuit.arity() as u32 + 1).sum::<u32>();
    let federations = federations.min(sets);
    // After the product of all, those of single claims; of one set the last claim need not be verified.
    let singles = if sets == 1 { claims - 1 } else { claims * sets };
    let single_points = if singles == 0 { 0 } else { points * sets };
    Work {
        keys: claims * federations,
        proofs: claims * sets,
        products: 1 + singles,
        loops: claims * (sets + 2 * federations) + 3 * singles,
        powers: claims * federations,
        scalings: 2 * claims * sets,
        inputs: points * federations + single_points,
    }
}

/// Checking a submitted verifying key.
pub fn key_check(circuit: Circuit) -> Weight {
    key_check_of(circuit.arity() as u64)
}

/// Checking a submitted verifying key of this many public inputs.
pub const fn key_check_of(arity: u64) -> Weight {
    Weight::from_parts(KEY_CHECK + POINT_CHECK * (arity + 1), KEY_BYTES)
}

/// Decompressing `count` submitted points and adding each to a stored sum.
pub const fn point_sums(count: u64) -> Weight {
    Weight::from_parts((POINT_CHECK + POINT_ADD).saturating_mul(count), 0)
}

/// Verification of one ML-DSA-65 signature.
pub const fn ml_dsa() -> Weight {
    Weight::from_parts(ML_DSA, 2_048)
}

/// `count` hashes of short inputs.
pub const fn hashes(count: u64) -> Weight {
    Weight::from_parts(HASH.saturating_mul(count), 0)
}

/// Evaluation of a challenge of `samples` with `features` each.
pub const fn evaluation(samples: u64, features: u64) -> Weight {
    let values = samples.saturating_mul(features + 1);
    Weight::from_parts(EVALUATION.saturating_add(SCALAR.saturating_mul(values)), values)
}
