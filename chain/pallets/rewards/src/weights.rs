// SPDX-License-Identifier: Apache-2.0
//! Weights of the calls. Estimates from what the operations cost in WASM; see `training_primitives::cost`.

use core::marker::PhantomData;
use polkadot_sdk::{frame_support::weights::Weight, frame_system, sp_core::Get};
use training_primitives::cost;

/// Bytes of a block with its list of excluded ops, and its trie path.
const BLOCK_BYTES: u64 = 10_240;
/// Bytes of an attempt of the committee and its trie path.
const ATTEMPT_BYTES: u64 = 1_536;

/// What each call costs.
pub trait WeightInfo {
    fn fund_round() -> Weight;
    /// A claim for `ops`.
    fn claim_training_rewards(ops: u32) -> Weight;
    fn claim_share() -> Weight;
    fn claim_committee_reward() -> Weight;
    fn withdraw_funding() -> Weight;
}

/// Weights for a runtime with this database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn fund_round() -> Weight {
        cost::call(1_000).saturating_add(T::DbWeight::get().reads_writes(7, 4))
    }
    fn claim_training_rewards(ops: u32) -> Weight {
        let ops = u64::from(ops);
        // Each op: the op, its block, the block's weight, the pool and the claim.
        cost::call(1_000 + (4_096 + BLOCK_BYTES) * ops)
            .saturating_add(T::DbWeight::get().reads_writes(4 + 7 * ops, 2 + 2 * ops))
    }
    fn claim_share() -> Weight {
        cost::call(1_000 + BLOCK_BYTES).saturating_add(T::DbWeight::get().reads_writes(7, 4))
    }
    fn claim_committee_reward() -> Weight {
        cost::call(2_000 + ATTEMPT_BYTES).saturating_add(T::DbWeight::get().reads_writes(9, 4))
    }
    fn withdraw_funding() -> Weight {
        cost::call(1_000).saturating_add(T::DbWeight::get().reads_writes(5, 4))
    }
}
