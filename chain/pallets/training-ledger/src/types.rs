// SPDX-License-Identifier: Apache-2.0
//! Records of inference nodes and contributions.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::sp_core::{bounded::BoundedVec, ConstU32, H256};
use scale_info::TypeInfo;
use training_primitives::*;

/// Most ops of one batch.
pub const MAX_BATCH_OPS: u32 = 16;

/// Most ops that are passed over in one call.
pub const MAX_PASSED_OVER: u32 = 64;

/// An op with its proofs, as it is submitted.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct TrainingEntry {
    pub model: ModelId,
    /// The model's length, and how many ops of the model are before it in the batch.
    pub index: u32,
    pub contents: OpContents,
    pub claims: OpClaims,
    pub proofs: TrainingProof,
}

/// Ops that are recorded in one call.
pub type TrainingEntries = BoundedVec<TrainingEntry, ConstU32<MAX_BATCH_OPS>>;

/// A node whose signed receipts are accepted.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct InferenceNode<AccountId, Balance> {
    pub owner: AccountId,
    /// Held while it is registered.
    pub bond: Balance,
}

/// A proven contribution to a model, other than an op: data, labels, reviews.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Contribution<AccountId> {
    pub account: AccountId,
    /// Hides the contributor; the same for all contributions by one secret.
    pub contributor_id: FieldElement,
    /// What kind it is, in the application's own numbering.
    pub contribution_type: u8,
    /// Commitment to the data.
    pub data: FieldElement,
    /// blake2-256 of the proof.
    pub proof: H256,
    /// Chain time, milliseconds of the Unix epoch.
    pub timestamp: u64,
}
