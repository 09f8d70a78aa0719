// SPDX-License-Identifier: Apache-2.0
//! The training block: what a leader seals.

use crate::types::*;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{sp_core::H256, sp_io::hashing::blake2_256};
use scale_info::TypeInfo;

/// Context string of a leader's ML-DSA-65 signature over a block hash.
pub const BLOCK_CONTEXT: &[u8] = b"training-ledger/block/v1";

/// What fixes the right value of an aggregate.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum AggregateCommitment {
    /// blake2-256 of the SCALE-encoded list of the summed ciphertexts' content hashes, in the order of the ops.
    /// Whoever has the ciphertexts can add them again and compare the sum's content hash.
    Inputs(H256),
}

/// The encrypted sum of a block's updates.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct AggregatedUpdate {
    /// BFV ciphertext of the sum.
    pub content: ContentHash,
    pub commitment: AggregateCommitment,
    pub contributors: u32,
}

/// One sealed block of the global chain.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct TrainingBlock<AccountId> {
    pub number: TrainingBlockNumber,
    /// Chain time that the leader read, milliseconds of the Unix epoch.
    pub timestamp: u64,
    /// Hash of block `number - 1`; zero for the first.
    pub parent: H256,
    pub base: BaseModelId,
    pub round: RoundIndex,
    /// Merkle root of the op ids ([`crate::merkle`]).
    pub merkle_root: H256,
    /// Sequence number of the first op, and how many follow it without a gap.
    pub first_op: u64,
    pub op_count: u32,
    pub aggregate: AggregatedUpdate,
    pub leader: AccountId,
}

impl<AccountId: Encode> TrainingBlock<AccountId> {
    /// blake2-256("training-ledger/block/v1" ‖ SCALE(block)).
    pub fn hash(&self) -> H256 {
        let mut preimage = Vec::from(BLOCK_CONTEXT);
        self.encode_to(&mut preimage);
        H256(blake2_256(&preimage))
    }
}
