// SPDX-License-Identifier: Apache-2.0
//! The training block: what a leader seals.

use crate::{types::*, Rules};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{
    sp_core::{bounded::BoundedVec, ConstU32, H256},
    sp_io::hashing::blake2_256,
};
use scale_info::TypeInfo;

/// Context string of a leader's ML-DSA-65 signature over a block hash.
pub const BLOCK_CONTEXT: &[u8] = b"training-ledger/block/v1";

/// The encrypted sum of a block's updates.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct AggregatedUpdate {
    /// The stored sum of the included ops' updates.
    pub content: ContentHash,
    /// Sum of the commitments of the included ops' updates: what the sum's limbs are committed to.
    pub commitment: CommitmentBytes,
    /// How many ops are included.
    pub contributors: u32,
    /// Sequence numbers of the block's other ops, which the committee excluded, in ascending order.
    pub excluded: BoundedVec<u64, ConstU32<{ Rules::MAX_OPS }>>,
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
    /// Sequence number of the first op, and how many there are from it on without a gap, with excluded ones.
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
