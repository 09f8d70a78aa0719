// SPDX-License-Identifier: Apache-2.0
//! Records of committees, exclusions and attempts to open an aggregate.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::sp_core::{bounded::BoundedVec, ConstU32, H256};
use scale_info::TypeInfo;
use training_primitives::*;

/// Most members of a committee.
pub const MAX_MEMBERS: u32 = 7;
/// Most ops of one vote.
pub const MAX_VOTES: u32 = 64;

/// One value for each member.
pub type PerMember<T> = BoundedVec<T, ConstU32<MAX_MEMBERS>>;
/// Sequence numbers of the ops of one vote.
pub type Sequences = BoundedVec<u64, ConstU32<MAX_VOTES>>;
/// Sequence numbers of excluded ops that are in no sealed block, in ascending order.
pub type ExcludedOps = BoundedVec<u64, ConstU32<{ Rules::MAX_OPS }>>;

/// A member of a committee. Its position, from 1, is its point in the sharing of the key.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Member<AccountId> {
    pub account: AccountId,
    /// The stored one-time ML-KEM-768 key, to which shares for this member are sealed.
    pub keys: Option<ContentHash>,
    /// Its dealing, stored once everybody's hash is here.
    pub dealing: Option<ContentHash>,
    /// The collective public key that it computed from all dealings.
    pub confirmed: Option<ContentHash>,
}

/// How far a committee is.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum CommitteeStatus<AccountId> {
    /// Members accept.
    Forming,
    /// Members commit to their dealings.
    Dealing,
    /// Members check the dealings, and confirm the key or complain.
    Confirming,
    /// All computed the same key: rounds can be opened.
    Ready,
    /// A member complained about a dealing; the owner forms another committee.
    Failed {
        accused: AccountId,
        accuser: AccountId,
        /// What lets everyone judge who is at fault.
        evidence: ContentHash,
    },
}

/// Who holds a federation's key.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Committee<AccountId> {
    /// Counts the committees of the federation, from 0.
    pub epoch: u32,
    pub members: PerMember<Member<AccountId>>,
    /// How many members open an aggregate or exclude an op.
    pub threshold: u8,
    pub status: CommitteeStatus<AccountId>,
    /// The stored collective public key.
    pub public_key: Option<ContentHash>,
}

impl<AccountId: PartialEq> Committee<AccountId> {
    /// Position of a member, from 0.
    pub fn position(&self, account: &AccountId) -> Option<usize> {
        self.members.iter().position(|member| member.account == *account)
    }
}

/// What the committee's votes say of an op.
#[derive(
    Clone, Copy, Default, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Exclusion {
    /// Members who voted against the op.
    pub votes: u8,
    /// As many as the threshold did: the op is in no aggregate, for good.
    pub excluded: bool,
}

/// One attempt to open a round's aggregate.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Attempt<AccountId, BlockNumber> {
    /// As many as the threshold, in the order of their approval.
    pub members: PerMember<AccountId>,
    pub opened_at: BlockNumber,
    /// Hash of the block before the first attempt: with it members refresh the sum, which was fixed before anyone knew it.
    pub seed: H256,
    /// Stored partial decryptions, as they came.
    pub shares: PerMember<(AccountId, ContentHash)>,
}

impl<AccountId: PartialEq, BlockNumber> Attempt<AccountId, BlockNumber> {
    /// Whether all shares are in.
    pub fn is_complete(&self) -> bool {
        self.shares.len() == self.members.len()
    }

    /// Whether this account's share is in.
    pub fn has_share_of(&self, account: &AccountId) -> bool {
        self.shares.iter().any(|(member, _)| member == account)
    }
}

/// How far the opening of a round's aggregate is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Opening {
    /// Number of the newest attempt.
    pub current: u8,
    /// The newest attempt of which all shares are in: everyone can open the aggregate with it, unless a share is wrong.
    pub complete: Option<u8>,
}

/// Blocks in a row that took no transactions, because the storage was being migrated.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Suspension<BlockNumber> {
    /// The last block before them.
    pub after: BlockNumber,
    /// How many they were; 0 while they go on.
    pub blocks: BlockNumber,
}
