// SPDX-License-Identifier: Apache-2.0
//! Types, encodings and verifiers shared by the pallets of the training ledger.
//!
//! Everything that the SDK, the circuits and the pallets must agree on to the byte is here; `docs/protocol.md`
//! describes it in words.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod binding;
pub mod block;
pub mod challenge;
pub mod cost;
pub mod federation;
pub mod groth16;
pub mod merkle;
pub mod ml_dsa;
#[cfg(any(feature = "test-utils", feature = "runtime-benchmarks"))]
pub mod ml_dsa_keys;
pub mod op;
pub mod pedersen;
pub mod proofs;
#[cfg(feature = "test-utils")]
pub mod test_utils;
#[cfg(any(feature = "test-utils", feature = "runtime-benchmarks"))]
pub mod trapdoor;
pub mod types;
pub mod window;

pub use binding::{binding, BindingContext};
pub use block::{AggregatedUpdate, TrainingBlock};
pub use challenge::{ChallengeSample, MAX_CHALLENGE_SAMPLES};
pub use federation::{Packing, PhaseLengths, Rules, RulesError};
pub use op::{OpClaims, OpContents, TrainingOp, TrainingProof};
pub use proofs::{Circuit, ProofClaim, ProofError, ProofSet, VerifyProofs};
pub use types::*;
pub use window::Window;
