// SPDX-License-Identifier: Apache-2.0
//! Weights of the calls. Estimates from what the operations cost in WASM; see `training_primitives::cost`.

use core::marker::PhantomData;
use polkadot_sdk::{frame_support::weights::Weight, frame_system, sp_core::Get};
use training_primitives::cost;

/// Bytes of a stored committee and its trie path.
const COMMITTEE_BYTES: u64 = 2_048;
/// Bytes of a stored attempt and its trie path.
const ATTEMPT_BYTES: u64 = 1_536;
/// Bytes of a federation's excluded ops.
const EXCLUDED_BYTES: u64 = 8_192;
/// As many subsets of one size as seven members have.
pub(crate) const MOST_ATTEMPTS: u64 = 35;

/// What each call costs.
pub trait WeightInfo {
    fn form_committee() -> Weight;
    /// A step of a member towards the key.
    fn member_step() -> Weight;
    /// A vote against so many ops.
    fn exclude_ops(ops: u32) -> Weight;
    fn approve_aggregate() -> Weight;
    fn submit_partial_decryption() -> Weight;
    fn next_attempt() -> Weight;
    /// Moving the opening of one round to its new layout, with so many attempts read.
    fn move_opening(attempts: u32) -> Weight;
}

/// Weights for a runtime with this database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn form_committee() -> Weight {
        cost::call(COMMITTEE_BYTES + 600).saturating_add(T::DbWeight::get().reads_writes(2, 1))
    }
    fn member_step() -> Weight {
        cost::call(COMMITTEE_BYTES).saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }
    fn exclude_ops(ops: u32) -> Weight {
        let ops = u64::from(ops);
        // Each op: its vote and its count; where it stands in the ops of the federation, and the sorted list of the excluded.
        cost::call(COMMITTEE_BYTES + EXCLUDED_BYTES + 512 * ops)
            .saturating_add(cost::hashes(16 * ops))
            .saturating_add(T::DbWeight::get().reads_writes(3 + 4 * ops, 1 + 2 * ops))
    }
    fn approve_aggregate() -> Weight {
        // The round, its block with the list of excluded ops, and the approvals.
        cost::call(COMMITTEE_BYTES + EXCLUDED_BYTES + 2_048).saturating_add(T::DbWeight::get().reads_writes(7, 3))
    }
    fn submit_partial_decryption() -> Weight {
        cost::call(EXCLUDED_BYTES + ATTEMPT_BYTES + 2_048).saturating_add(T::DbWeight::get().reads_writes(6, 2))
    }
    fn next_attempt() -> Weight {
        cost::call(COMMITTEE_BYTES + EXCLUDED_BYTES + 2_048 + MOST_ATTEMPTS * ATTEMPT_BYTES)
            .saturating_add(cost::hashes(128))
            .saturating_add(T::DbWeight::get().reads_writes(9 + MOST_ATTEMPTS, 2))
    }
    fn move_opening(attempts: u32) -> Weight {
        let attempts = u64::from(attempts);
        // The old entry, whose next one is looked up as well, and the new one.
        cost::call(2_048 + attempts * ATTEMPT_BYTES).saturating_add(T::DbWeight::get().reads_writes(2 + attempts, 2))
    }
}
