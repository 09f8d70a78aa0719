// SPDX-License-Identifier: Apache-2.0
//! What the operations of the pallets cost as compiled WASM, for their weights.
//!
//! Native times of this crate's verifiers (a folded product of three proofs 3.3 ms, ML-DSA-65 0.15 ms), times the factor of
//! 4 that optimised WASM with 64-bit limbs takes more, rounded up. Benchmarks of the whole runtime are to replace them.

use crate::Circuit;
use polkadot_sdk::sp_weights::Weight;

const MICROSECOND: u64 = 1_000_000;
/// One final exponentiation.
const FOLD: u64 = 3_000 * MICROSECOND;
/// Decoding with subgroup check, four Miller loops and three multiplications.
const PROOF: u64 = 8_000 * MICROSECOND;
/// One multiplication in G1.
const PUBLIC_INPUT: u64 = 600 * MICROSECOND;
const ML_DSA: u64 = 3_000 * MICROSECOND;
const HASH: u64 = 2 * MICROSECOND;
/// A multiplication and an addition of scalars, rounded up.
const SCALAR: u64 = MICROSECOND / 2;
/// Stored key of a proof and its trie path.
const KEY_BYTES: u64 = 4_096;

/// Dispatch of a call that reads and writes records of `bytes` in all.
pub const fn call(bytes: u64) -> Weight {
    Weight::from_parts(20 * MICROSECOND, 2_048 + bytes)
}

/// Verification of these proofs in one folded product.
pub fn proofs(circuits: &[Circuit]) -> Weight {
    circuits.iter().fold(Weight::from_parts(FOLD, 0), |sum, circuit| {
        let time = PROOF + PUBLIC_INPUT * circuit.arity() as u64;
        sum.saturating_add(Weight::from_parts(time, KEY_BYTES))
    })
}

/// Checking a submitted verifying key.
pub fn key_check(circuit: Circuit) -> Weight {
    Weight::from_parts(PROOF + PUBLIC_INPUT * circuit.arity() as u64, KEY_BYTES)
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
    Weight::from_parts(SCALAR.saturating_mul(values), values)
}
