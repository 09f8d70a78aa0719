// SPDX-License-Identifier: Apache-2.0
//! Weights of the calls. Estimates from what the operations cost in WASM; see `training_primitives::cost`.

use core::marker::PhantomData;
use polkadot_sdk::{frame_support::weights::Weight, frame_system, sp_core::Get};
use training_primitives::{cost, Circuit};

/// Bytes of a federation's excluded ops.
const EXCLUDED_BYTES: u64 = 8_192;
/// Bytes of a stored entry and its trie path.
const ENTRY_BYTES: u64 = 1_024;

/// What each call costs.
pub trait WeightInfo {
    /// The start of a block with `rounds` active rounds, in which `ranked` entries are put in order.
    fn on_initialize(rounds: u32, ranked: u32) -> Weight;
    fn register_verifying_key(circuit: Circuit) -> Weight;
    fn join_federation() -> Weight;
    fn leave_federation() -> Weight;
    /// Putting off the deadlines of so many rounds.
    fn put_off(rounds: u32) -> Weight;
    fn open_round() -> Weight;
    fn close_collect() -> Weight;
    fn commit_model() -> Weight;
    /// `samples` of `bytes` each in the mean, with `hashes` siblings in all.
    fn post_challenge(samples: u32, bytes: u32, hashes: u32) -> Weight;
    /// A proof on a challenge of `samples` with `features` each.
    fn submit_zkpot(samples: u32, features: u32) -> Weight;
}

/// Weights for a runtime with this database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn on_initialize(rounds: u32, ranked: u32) -> Weight {
        // A transition reads round, base model, ranking, the leader's record and its held balance, or the excluded ops and where
        // the pending ones begin and end; it writes round, ranking,
        // the leader's record, balances and events. Every active round is charged as one.
        let (rounds, ranked) = (u64::from(rounds), u64::from(ranked));
        T::DbWeight::get()
            .reads_writes(2 + 11 * rounds + ranked, 1 + 8 * rounds)
            .saturating_add(cost::call(8_000 + EXCLUDED_BYTES).saturating_mul(rounds))
            .saturating_add(Weight::from_parts(0, ENTRY_BYTES).saturating_mul(ranked))
    }
    fn register_verifying_key(circuit: Circuit) -> Weight {
        cost::call(1_200).saturating_add(cost::key_check(circuit)).saturating_add(T::DbWeight::get().reads_writes(2, 1))
    }
    fn join_federation() -> Weight {
        cost::call(4_000).saturating_add(cost::ml_dsa()).saturating_add(T::DbWeight::get().reads_writes(5, 4))
    }
    fn leave_federation() -> Weight {
        cost::call(4_000).saturating_add(T::DbWeight::get().reads_writes(6, 4))
    }
    fn put_off(rounds: u32) -> Weight {
        let rounds = u64::from(rounds);
        cost::call(2_048)
            .saturating_mul(1 + rounds)
            .saturating_add(T::DbWeight::get().reads_writes(2 + 2 * rounds, 1 + rounds))
    }
    fn open_round() -> Weight {
        cost::call(4_000 + EXCLUDED_BYTES).saturating_add(T::DbWeight::get().reads_writes(9, 5))
    }
    fn close_collect() -> Weight {
        cost::call(1_000 + EXCLUDED_BYTES).saturating_add(T::DbWeight::get().reads_writes(6, 1))
    }
    fn commit_model() -> Weight {
        cost::call(3_000).saturating_add(T::DbWeight::get().reads_writes(5, 2))
    }
    fn post_challenge(samples: u32, bytes: u32, hashes: u32) -> Weight {
        let samples = u64::from(samples);
        // A leaf of more than 128 bytes takes one compression for each 128.
        let compressions = samples * (2 + u64::from(bytes) / 128) + u64::from(hashes);
        cost::call(samples * u64::from(bytes))
            .saturating_add(cost::hashes(compressions + samples))
            .saturating_add(T::DbWeight::get().reads_writes(4, 1))
    }
    fn submit_zkpot(samples: u32, features: u32) -> Weight {
        cost::call(3_000)
            .saturating_add(cost::proofs(&[Circuit::Zkpot], 1, 1))
            .saturating_add(cost::evaluation(samples.into(), features.into()))
            .saturating_add(T::DbWeight::get().reads_writes(9, 3))
    }
}
