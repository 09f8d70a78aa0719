// SPDX-License-Identifier: Apache-2.0
//! Weights of the calls. Estimates from what the operations cost in WASM; see `training_primitives::cost`.

use core::marker::PhantomData;
use polkadot_sdk::{frame_support::weights::Weight, frame_system, sp_core::Get};
use training_primitives::{challenge::MAX_FEATURES, cost, Circuit, MAX_CHALLENGE_SAMPLES};

/// What each call costs.
pub trait WeightInfo {
    /// The start of a block with `rounds` active rounds.
    fn on_initialize(rounds: u32) -> Weight;
    fn register_verifying_key(circuit: Circuit) -> Weight;
    fn join_federation() -> Weight;
    fn leave_federation() -> Weight;
    fn open_round() -> Weight;
    fn close_collect() -> Weight;
    fn commit_model() -> Weight;
    /// `samples` of `bytes` each in the mean, with `hashes` siblings in all.
    fn post_challenge(samples: u32, bytes: u32, hashes: u32) -> Weight;
    fn submit_zkpot() -> Weight;
}

/// Weights for a runtime with this database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn on_initialize(rounds: u32) -> Weight {
        // A transition reads the round, its base model and the ranking, and writes round, base and events.
        let rounds = u64::from(rounds);
        T::DbWeight::get()
            .reads_writes(1 + 6 * rounds, 6 * rounds)
            .saturating_add(cost::call(0).saturating_mul(rounds))
    }
    fn register_verifying_key(circuit: Circuit) -> Weight {
        cost::call(1_200)
            .saturating_add(cost::key_check(circuit))
            .saturating_add(T::DbWeight::get().reads_writes(2, 1))
    }
    fn join_federation() -> Weight {
        cost::call(4_000)
            .saturating_add(cost::ml_dsa())
            .saturating_add(T::DbWeight::get().reads_writes(5, 4))
    }
    fn leave_federation() -> Weight {
        cost::call(4_000).saturating_add(T::DbWeight::get().reads_writes(6, 4))
    }
    fn open_round() -> Weight {
        cost::call(2_000).saturating_add(T::DbWeight::get().reads_writes(7, 5))
    }
    fn close_collect() -> Weight {
        cost::call(1_000).saturating_add(T::DbWeight::get().reads_writes(4, 1))
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
    fn submit_zkpot() -> Weight {
        // The challenge's size is not known before dispatch: the largest is charged.
        cost::call(3_000)
            .saturating_add(cost::proofs(&[Circuit::Zkpot]))
            .saturating_add(cost::evaluation(MAX_CHALLENGE_SAMPLES.into(), MAX_FEATURES.into()))
            .saturating_add(T::DbWeight::get().reads_writes(9, 3))
    }
}
