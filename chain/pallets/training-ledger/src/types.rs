// SPDX-License-Identifier: Apache-2.0
//! Records of inference nodes and contributions.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::sp_core::H256;
use scale_info::TypeInfo;
use training_primitives::*;

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
