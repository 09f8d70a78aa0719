// SPDX-License-Identifier: Apache-2.0
//! Weights of the calls. Estimates from what the operations cost in WASM; see `training_primitives::cost`.

use crate::MAX_PASSED_OVER;
use core::marker::PhantomData;
use polkadot_sdk::{frame_support::weights::Weight, frame_system, sp_core::Get};
use training_primitives::{cost, groth16::Work, Circuit};

/// Bytes of a stored op and its trie path.
const OP_BYTES: u64 = 2_048;
/// Bytes of a federation's excluded ops: in its own list and in a block.
const EXCLUDED_BYTES: u64 = 8_192;

/// The proofs of an op.
const OP_PROOFS: [Circuit; 3] = [Circuit::Interaction, Circuit::Improvement, Circuit::Ownership];

/// What each call costs.
pub trait WeightInfo {
    fn register_inference_node() -> Weight;
    fn remove_inference_node() -> Weight;
    /// The most that recording an op takes.
    fn record_training() -> Weight;
    /// Recording an op whose proofs took this.
    fn record_training_done(work: &Work) -> Weight;
    /// The most that recording `ops` of `models` takes.
    fn record_training_batch(ops: u32, models: u32) -> Weight;
    /// A batch of `ops`, `recorded` of them recorded, whose proofs took this.
    fn record_training_batch_done(ops: u32, recorded: u32, work: &Work) -> Weight;
    fn record_contribution() -> Weight;
    /// Sealing a block of `ops`, with the `excluded` ones.
    fn seal_block(ops: u32, excluded: u32) -> Weight;
    /// Closing a round of `ops`.
    fn close_unsealable_round(ops: u32) -> Weight;
    /// Passing over ops after so many were read.
    fn pass_over_ops(ops: u32) -> Weight;
    /// A generation with a proof on a challenge of `samples` with `features` each.
    fn record_generation(samples: u32, features: u32) -> Weight;
}

/// Weights for a runtime with this database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> SubstrateWeight<T> {
    /// Checks of `ops` and writing `recorded` of them, without their proofs.
    fn op(ops: u32, recorded: u32) -> Weight {
        let (ops, recorded) = (u64::from(ops), u64::from(recorded));
        cost::call(4_000 + EXCLUDED_BYTES)
            .saturating_add(cost::hashes(24))
            .saturating_add(cost::point_sums(1))
            .saturating_mul(ops)
            .saturating_add(T::DbWeight::get().reads_writes(20 * ops, 10 * recorded))
    }
}

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register_inference_node() -> Weight {
        cost::call(500).saturating_add(T::DbWeight::get().reads_writes(3, 3))
    }
    fn remove_inference_node() -> Weight {
        cost::call(500).saturating_add(T::DbWeight::get().reads_writes(3, 3))
    }
    fn record_training() -> Weight {
        Self::op(1, 1).saturating_add(cost::proofs(&OP_PROOFS, 1, 1))
    }
    fn record_training_done(work: &Work) -> Weight {
        Self::op(1, 1).saturating_add(cost::work(work))
    }
    fn record_training_batch(ops: u32, models: u32) -> Weight {
        cost::call(0).saturating_add(Self::op(ops, ops)).saturating_add(cost::proofs(&OP_PROOFS, ops, models))
    }
    fn record_training_batch_done(ops: u32, recorded: u32, work: &Work) -> Weight {
        cost::call(0).saturating_add(Self::op(ops, recorded)).saturating_add(cost::work(work))
    }
    fn record_contribution() -> Weight {
        cost::call(1_000)
            .saturating_add(cost::proofs(&[Circuit::Contribution], 1, 1))
            .saturating_add(T::DbWeight::get().reads_writes(4, 2))
    }
    fn seal_block(ops: u32, excluded: u32) -> Weight {
        let ops = u64::from(ops);
        cost::call(8_000 + 2 * EXCLUDED_BYTES)
            .saturating_add(cost::ml_dsa())
            // Leaf and node of each op in the tree, and the block.
            .saturating_add(cost::hashes(96 + 3 * ops))
            // Both ends of the sum, and the excluded ops.
            .saturating_add(cost::point_sums(2 + u64::from(excluded)))
            .saturating_add(Weight::from_parts(0, OP_BYTES * ops))
            .saturating_add(T::DbWeight::get().reads_writes(16 + 2 * ops, 12 + ops))
    }
    fn close_unsealable_round(ops: u32) -> Weight {
        let ops = u64::from(ops);
        cost::call(8_000 + EXCLUDED_BYTES)
            .saturating_add(cost::hashes(ops))
            .saturating_add(Weight::from_parts(0, OP_BYTES * ops))
            .saturating_add(T::DbWeight::get().reads_writes(7 + 2 * ops, 5))
    }
    fn pass_over_ops(ops: u32) -> Weight {
        // An op is read as it comes into the moving round, and again as it leaves it.
        let ops = u64::from(ops);
        cost::call(4_000 + EXCLUDED_BYTES)
            .saturating_add(cost::hashes(1_024 + 2 * ops))
            .saturating_add(Weight::from_parts(0, OP_BYTES * ops))
            .saturating_add(T::DbWeight::get().reads_writes(6 + 2 * ops + 2 * u64::from(MAX_PASSED_OVER), 2))
    }
    fn record_generation(samples: u32, features: u32) -> Weight {
        cost::call(3_000)
            .saturating_add(cost::proofs(&[Circuit::Zkpot], 1, 1))
            .saturating_add(cost::evaluation(samples.into(), features.into()))
            .saturating_add(T::DbWeight::get().reads_writes(12, 6))
    }
}
