// SPDX-License-Identifier: Apache-2.0
//! Weights of the calls. Estimates from what the operations cost in WASM; see `training_primitives::cost`.

use core::marker::PhantomData;
use polkadot_sdk::{frame_support::weights::Weight, frame_system, sp_core::Get};
use training_primitives::{cost, Circuit};

/// What each call costs.
pub trait WeightInfo {
    fn register_base_model() -> Weight;
    fn fork_model() -> Weight;
    fn grant_access() -> Weight;
    fn revoke_access() -> Weight;
    fn export_model() -> Weight;
    fn adopt_generation() -> Weight;
    fn set_priors() -> Weight;
}

/// Weights for a runtime with this database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register_base_model() -> Weight {
        cost::call(600).saturating_add(T::DbWeight::get().reads_writes(2, 3))
    }
    fn fork_model() -> Weight {
        cost::call(1_200)
            .saturating_add(cost::proofs(&[Circuit::Ownership], 1, 1))
            .saturating_add(T::DbWeight::get().reads_writes(8, 7))
    }
    fn grant_access() -> Weight {
        cost::call(600).saturating_add(T::DbWeight::get().reads_writes(2, 2))
    }
    fn revoke_access() -> Weight {
        cost::call(600).saturating_add(T::DbWeight::get().reads_writes(2, 2))
    }
    fn export_model() -> Weight {
        cost::call(900)
            .saturating_add(cost::proofs(&[Circuit::Ownership], 1, 1))
            .saturating_add(T::DbWeight::get().reads_writes(6, 3))
    }
    fn adopt_generation() -> Weight {
        cost::call(900).saturating_add(T::DbWeight::get().reads_writes(3, 2))
    }
    fn set_priors() -> Weight {
        cost::call(500).saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }
}
