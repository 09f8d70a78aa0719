// SPDX-License-Identifier: Apache-2.0
//! Weights of the calls. Estimates from what the operations cost in WASM; see `training_primitives::cost`.

use core::marker::PhantomData;
use polkadot_sdk::{frame_support::weights::Weight, frame_system, sp_core::Get};
use training_primitives::{challenge::MAX_FEATURES, cost, Circuit, MAX_CHALLENGE_SAMPLES};

/// Bytes of a stored op and its trie path.
const OP_BYTES: u64 = 2_048;

/// What each call costs.
pub trait WeightInfo {
    fn register_inference_node() -> Weight;
    fn remove_inference_node() -> Weight;
    fn record_training() -> Weight;
    fn record_contribution() -> Weight;
    /// Sealing a block of `ops`.
    fn seal_block(ops: u32) -> Weight;
    fn record_generation() -> Weight;
}

/// Weights for a runtime with this database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register_inference_node() -> Weight {
        cost::call(500).saturating_add(T::DbWeight::get().reads_writes(3, 3))
    }
    fn remove_inference_node() -> Weight {
        cost::call(500).saturating_add(T::DbWeight::get().reads_writes(3, 3))
    }
    fn record_training() -> Weight {
        cost::call(4_000)
            .saturating_add(cost::proofs(&[Circuit::Interaction, Circuit::Improvement, Circuit::Ownership]))
            .saturating_add(cost::hashes(24))
            .saturating_add(T::DbWeight::get().reads_writes(18, 9))
    }
    fn record_contribution() -> Weight {
        cost::call(1_000)
            .saturating_add(cost::proofs(&[Circuit::Contribution]))
            .saturating_add(T::DbWeight::get().reads_writes(4, 2))
    }
    fn seal_block(ops: u32) -> Weight {
        let ops = u64::from(ops);
        cost::call(8_000)
            .saturating_add(cost::ml_dsa())
            // Leaf and node of each op in the tree, and its place in the list of inputs.
            .saturating_add(cost::hashes(32 + 3 * ops))
            .saturating_add(Weight::from_parts(0, OP_BYTES * ops))
            .saturating_add(T::DbWeight::get().reads_writes(12 + 2 * ops, 10 + ops))
    }
    fn record_generation() -> Weight {
        cost::call(3_000)
            .saturating_add(cost::proofs(&[Circuit::Zkpot]))
            .saturating_add(cost::evaluation(MAX_CHALLENGE_SAMPLES.into(), MAX_FEATURES.into()))
            .saturating_add(T::DbWeight::get().reads_writes(11, 6))
    }
}
