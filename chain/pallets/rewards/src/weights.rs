// SPDX-License-Identifier: Apache-2.0
//! Weights of the calls. Estimates from what the operations cost in WASM; see `training_primitives::cost`.

use core::marker::PhantomData;
use polkadot_sdk::{frame_support::weights::Weight, frame_system, sp_core::Get};
use training_primitives::cost;

/// What each call costs.
pub trait WeightInfo {
    fn fund_round() -> Weight;
    /// A claim for `ops`.
    fn claim_training_rewards(ops: u32) -> Weight;
    fn claim_share() -> Weight;
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
        cost::call(1_000 + 4_096 * ops).saturating_add(T::DbWeight::get().reads_writes(4 + 7 * ops, 2 + 2 * ops))
    }
    fn claim_share() -> Weight {
        cost::call(1_000).saturating_add(T::DbWeight::get().reads_writes(7, 4))
    }
    fn withdraw_funding() -> Weight {
        cost::call(1_000).saturating_add(T::DbWeight::get().reads_writes(5, 4))
    }
}
