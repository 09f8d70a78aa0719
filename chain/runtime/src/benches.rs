// SPDX-License-Identifier: Apache-2.0
//! Which pallets are benchmarked: the ledger's own.

use polkadot_sdk::frame_benchmarking;

frame_benchmarking::define_benchmarks!(
    [pallet_zkpot, crate::Zkpot]
    [pallet_training_ledger, crate::TrainingLedger]
);
