// SPDX-License-Identifier: Apache-2.0
//! Records of keys, workers, rounds and entries.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::sp_core::{bounded::BoundedVec, ConstU32, H256};
use scale_info::TypeInfo;
use training_primitives::{
    challenge::MAX_CHALLENGE_SAMPLES,
    groth16::{MAX_KEY_BYTES, MAX_STORED_KEY_BYTES},
    merkle, ChallengeSample, *,
};

/// A verifying key as submitted: arkworks' compressed form.
pub type SubmittedKey = BoundedVec<u8, ConstU32<MAX_KEY_BYTES>>;
/// The samples of a challenge, in the order drawn.
pub type ChallengeSamples = BoundedVec<ChallengeSample, ConstU32<MAX_CHALLENGE_SAMPLES>>;
/// Siblings from a leaf to the root of the test set.
pub type SampleProof = BoundedVec<H256, ConstU32<{ merkle::MAX_DEPTH }>>;
/// One proof for each sample of a challenge.
pub type SampleProofs = BoundedVec<SampleProof, ConstU32<MAX_CHALLENGE_SAMPLES>>;

/// A verifying key as it is kept.
pub type StoredKey = BoundedVec<u8, ConstU32<MAX_STORED_KEY_BYTES>>;

/// A registered verifying key. It is never replaced.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct VerifyingKeyRecord {
    /// Checked and prepared key: e(alpha, beta), gamma, delta and the points of the inputs, uncompressed.
    pub key: StoredKey,
    /// Challenge samples of the circuit; 0 for circuits without a challenge.
    pub samples: u16,
}

/// A worker of a federation.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Worker<Balance> {
    /// ML-DSA-65 key that signs its blocks.
    pub key: MlDsaPublicKey,
    /// What is left of its bond, held.
    pub bond: Balance,
}

/// Phases of a round, in order.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum Phase {
    /// Users record ops.
    Collect,
    /// Workers commit to their models.
    Commit,
    /// The challenge is drawn; workers prove.
    Prove,
    /// The leader seals.
    Seal,
    /// The committee opens the aggregate, and the owner records the generation.
    Decrypt,
    Closed,
}

/// How a round ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum Outcome {
    /// Nothing was sealed; its ops roll over to the next round.
    Empty,
    /// A block was sealed and the generation recorded.
    Sealed,
    /// A block was sealed; the generation was not recorded in time.
    Undecrypted,
}

/// One round of a federation.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Round<AccountId, BlockNumber> {
    pub phase: Phase,
    /// Block at whose start the phase ends.
    pub deadline: BlockNumber,
    /// The federation's ops that the round takes, with excluded ones: `first_op .. last_op`; `last_op` is set when Collect ends.
    pub first_op: u64,
    pub last_op: u64,
    /// Draws the challenge; set when Commit ends.
    pub seed: Option<H256>,
    /// Samples of the challenge.
    pub challenge_size: u16,
    pub commitments: u32,
    pub proofs: u32,
    /// How many leaders missed their deadline.
    pub rank: u32,
    pub leader: Option<AccountId>,
    pub block: Option<TrainingBlockNumber>,
    pub outcome: Option<Outcome>,
}

/// A worker's commitment to a model.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Commitment {
    /// Hash of chain, account, round, state commitment and nonce.
    pub hash: H256,
    /// Place in the order of commitments, from 0.
    pub order: u32,
}

/// A worker's proven accuracy.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Entry {
    /// Samples of the challenge that the model is proven to classify correctly.
    pub correct: u32,
    /// The commitment's place; the earlier wins a tie.
    pub order: u32,
    /// Commitment to the model's weights.
    pub state: FieldElement,
    /// blake2-256 of the proof.
    pub proof: H256,
}
