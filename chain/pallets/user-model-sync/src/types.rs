// SPDX-License-Identifier: Apache-2.0
//! What travels between chains, and what both sides keep of it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::sp_core::{bounded::BoundedVec, ConstU32, H256};
use scale_info::TypeInfo;
use training_primitives::*;

/// A parachain of the same relay chain.
pub type ParaId = u32;

/// Most ops of one message.
pub const MAX_SYNC_OPS: u32 = 32;
/// Most sealed blocks of one message.
pub const MAX_SYNC_BLOCKS: u32 = 4;
/// Most ops of all blocks of one message together, unless it has a single block: bounds the trees that the sender builds.
pub const MAX_SYNC_LEAVES: u32 = Rules::MAX_OPS;
/// Siblings of a leaf in the tree of the largest block.
pub const MAX_PROOF: u32 = Rules::MAX_OPS.ilog2();

/// A model as its chain has it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct ModelRecord {
    pub model: ModelId,
    pub user_id: FieldElement,
    /// Base model on that chain, and its shape.
    pub base: BaseModelId,
    pub shape: Shape,
    pub state: ModelState,
    /// Id of the newest op and number of ops, sealed or not.
    pub head: H256,
    pub length: u32,
    pub version: u32,
}

/// A sealed block with what shows that it is sealed.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct SealedBlock<AccountId> {
    pub block: TrainingBlock<AccountId>,
    pub key: MlDsaPublicKey,
    /// Over the block's hash, with the context `training-ledger/block/v1`.
    pub signature: MlDsaSignature,
}

/// An op with what shows that it is in a sealed block.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct SealedOp<AccountId> {
    pub op: TrainingOp<AccountId>,
    /// Place of its block in the message.
    pub block: u8,
    /// Siblings from the leaf up.
    pub proof: BoundedVec<H256, ConstU32<MAX_PROOF>>,
}

/// The offer of a model's ownership.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct HandOver<AccountId> {
    /// Who is to own it on the receiving chain.
    pub owner: AccountId,
    /// Base model of the receiving chain to which it is to belong.
    pub base: BaseModelId,
    /// The new owner's `ownership` proof for the receiving chain.
    pub nullifier: FieldElement,
    pub proof: ProofBytes,
}

/// What a chain tells a sibling about a model: protocol's `UserModelSync`.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct SyncMessage<AccountId> {
    /// Hash of the sending chain's block 0.
    pub genesis: H256,
    /// Counts the messages of one model to one chain, from 1.
    pub nonce: u64,
    pub record: ModelRecord,
    /// Index of the first op of the message; the next one's if it has none.
    pub first: u32,
    /// The chain from which the model came before op `first`; none if op `first - 1` is of the sending chain, or the first.
    pub came_from: Option<ParaId>,
    pub blocks: BoundedVec<SealedBlock<AccountId>, ConstU32<MAX_SYNC_BLOCKS>>,
    /// Ops in the order of their index.
    pub ops: BoundedVec<SealedOp<AccountId>, ConstU32<MAX_SYNC_OPS>>,
    /// Only in a message that leaves no op of the model out.
    pub hand_over: Option<HandOver<AccountId>>,
}

/// Why a receiver refuses a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum Refusal {
    /// The genesis hash is not that of the chain that was accepted under this para id.
    GenesisMismatch,
    /// A message before this one never came.
    NonceGap,
    /// The record contradicts an earlier one, itself or the ops.
    RecordMismatch,
    /// The ops do not start where the mirror ends.
    OutOfSequence,
    /// The model came to the sender from a chain whose part of its history is not known here: sync that one first.
    HistoryUnknown,
    /// An op's predecessor is not the op before it.
    HashChainBroken,
    /// An op is of another model.
    OpOfAnotherModel,
    /// An op is not in the sealed block that it names.
    OpNotInBlock,
    /// A block is sealed with a key that is not accepted for this chain.
    SealingKeyNotAccepted,
    /// A block's signature does not hold.
    BlockSignatureInvalid,
    /// Another block with this number was received before.
    BlockConflict,
    /// Ownership is offered but not the whole history.
    HistoryIncomplete,
    /// The model is not the sender's to hand over: it is owned here, or was handed over to a third chain.
    NotCustodian,
    /// A model that comes back has another user, another base model or fewer ops than when it left.
    ModelChanged,
    /// No base model of the receiver has the id that the hand-over names.
    BaseModelNotFound,
    /// The base model that the hand-over names has another shape.
    ShapeMismatch,
    /// A user id or commitment is not a scalar below the group order.
    NotCanonical,
    /// Another account proved the user id on the receiving chain.
    UserIdTaken,
    /// The ownership proof was used before.
    NullifierUsed,
    /// The receiver has no verifying key for ownership proofs.
    VerifyingKeyNotFound,
    /// The ownership proof does not hold for the new owner on the receiving chain.
    OwnershipProofRejected,
}

/// What a receiver answers. One message has one outcome for ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum SyncOutcome {
    Accepted,
    Refused(Refusal),
}

/// Where a request stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum RequestState {
    Pending,
    Acknowledged,
    Refused(Refusal),
    /// No answer came in time. The receiver may have accepted all the same: a retry tells.
    TimedOut,
}

/// The newest message to a chain about a model: everything to build it again to the byte.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Request<AccountId, BlockNumber> {
    pub nonce: u64,
    pub record: ModelRecord,
    pub first: u32,
    /// How many ops.
    pub count: u32,
    pub came_from: Option<ParaId>,
    pub hand_over: Option<HandOver<AccountId>>,
    /// When it was last sent.
    pub sent: BlockNumber,
    pub state: RequestState,
}

/// What a chain has told a sibling about a model.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Route<AccountId, BlockNumber> {
    /// Index of the first op that the sibling has not acknowledged.
    pub acknowledged: u32,
    /// The version that the sibling has acknowledged, if it has all ops.
    pub version: Option<u32>,
    pub request: Request<AccountId, BlockNumber>,
}

impl<AccountId, BlockNumber> Route<AccountId, BlockNumber> {
    /// Whether the newest request has no answer yet.
    pub fn is_outstanding(&self) -> bool {
        matches!(self.request.state, RequestState::Pending | RequestState::TimedOut)
    }
}

/// The newest message from a chain about a model.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Received {
    pub nonce: u64,
    pub outcome: SyncOutcome,
}

/// What is known of a model of another chain.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Mirror<BlockNumber> {
    /// As the other chain last told it.
    pub record: ModelRecord,
    /// State after the newest mirrored op; that of the record if all ops are mirrored.
    pub state: ModelState,
    /// Id of the newest mirrored op, and the index of the next.
    pub head: H256,
    pub length: u32,
    /// When it last changed.
    pub updated: BlockNumber,
}

/// An op of another chain.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct MirroredOp<AccountId> {
    pub id: OpId,
    pub op: TrainingOp<AccountId>,
    /// The block of the other chain in which it is sealed.
    pub block: TrainingBlockNumber,
}

/// Ops of a model that were recorded on other chains, before it came here from the last of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Absence {
    /// Index of the first op after them.
    pub until: u32,
    pub came_from: ParaId,
}

/// One op of a user's history.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct HistoryEntry {
    pub model: ModelId,
    pub index: u32,
    /// The chain that recorded it.
    pub para: ParaId,
    pub op: OpId,
}
