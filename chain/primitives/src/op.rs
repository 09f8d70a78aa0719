// SPDX-License-Identifier: Apache-2.0
//! The training operation: what is recorded of one interaction.

use crate::types::*;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{sp_core::H256, sp_io::hashing::blake2_256};
use scale_info::TypeInfo;

/// What an op points at in the content store. Everything private lies there in envelopes or ciphertexts.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct OpContents {
    pub input: ContentHash,
    pub output: ContentHash,
    pub feedback: Option<ContentHash>,
    /// The update, masked by a one-time key that is encrypted under the committee's key.
    pub gradient: ContentHash,
    /// Pedersen commitment to the limbs of `gradient` ([`crate::pedersen`]).
    pub gradient_commitment: CommitmentBytes,
    pub prior_update: Option<ContentHash>,
    /// The model's weights after this op, in an envelope.
    pub state: ContentHash,
    /// An earlier op of the same model that this one corrects.
    pub corrects: Option<OpId>,
}

impl OpContents {
    /// blake2-256 of the SCALE encoding, as bound by the op's proofs.
    pub fn hash(&self) -> H256 {
        H256(blake2_256(&self.encode()))
    }
}

/// The public inputs of an op's three proofs that the chain cannot know by itself.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct OpClaims {
    /// Commitment to input, output, feedback and nonce.
    pub interaction: FieldElement,
    /// Poseidon hash of the inference node's BabyJubJub key.
    pub node_key: FieldElement,
    /// Time window of the receipt, milliseconds of the Unix epoch.
    pub not_before: u64,
    pub not_after: u64,
    /// Commitment to the update.
    pub update: FieldElement,
    /// Commitment to the weights after the update.
    pub state: FieldElement,
    /// Commitment to the validation batch.
    pub batch: FieldElement,
    /// How many more samples of the batch the new weights classify correctly.
    pub delta: u16,
    /// Nullifier of the ownership proof.
    pub nullifier: FieldElement,
}

/// The three proofs of an op (protocol: `ZKTrainingProof`).
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct TrainingProof {
    pub interaction: ProofBytes,
    pub improvement: ProofBytes,
    pub ownership: ProofBytes,
}

/// One immutable training operation. Ops of one model form a hash chain by `prev_hash`.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct TrainingOp<AccountId> {
    pub base: BaseModelId,
    pub model: ModelId,
    pub owner: AccountId,
    /// Position in the model's chain, from 0.
    pub index: u32,
    /// Hash of the model's previous op; zero for the first.
    pub prev_hash: H256,
    /// Position in the federation's sequence of ops, from 0.
    pub sequence: u64,
    /// Chain time when it was recorded, milliseconds of the Unix epoch.
    pub timestamp: u64,
    pub contents: OpContents,
    pub claims: OpClaims,
    /// sha2-256 of the SCALE-encoded [`TrainingProof`], so that the proofs can be kept in the content store.
    pub proofs: ContentHash,
    /// Share of the round's reward pool that it counts for.
    pub weight: u64,
}

impl<AccountId: Encode> TrainingOp<AccountId> {
    /// The op's id: blake2-256("training-ledger/op/v1" ‖ SCALE(op)).
    pub fn id(&self) -> OpId {
        let mut preimage = Vec::from(&b"training-ledger/op/v1"[..]);
        self.encode_to(&mut preimage);
        H256(blake2_256(&preimage))
    }
}
