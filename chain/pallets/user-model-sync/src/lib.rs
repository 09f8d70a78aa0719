// SPDX-License-Identifier: Apache-2.0
//! # User model sync
//!
//! One model, many chains. A model's owner mirrors its sealed ops on a sibling ledger, or hands the model over to it. Messages
//! go by XCM from this pallet on one chain to this pallet on the other; the receiver believes nothing that it cannot check
//! against a sealed block signed with a key that its governance accepted.
//!
//! One message of a model to a chain is outstanding at a time; it has a nonce, and one outcome for ever. Sending it again
//! cannot do anything twice: the receiver answers a nonce that it has processed with what it answered before. A model that is
//! offered is locked until the answer comes, whatever the deadline, so that it never has two owners; and a retry always gets
//! the answer, so that it is never left with none.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod features;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod types;
pub mod weights;
pub mod xcm;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use polkadot_sdk::{
    frame_support::{self, traits::fungible},
    frame_system,
    sp_core::H256,
};

/// Balance of the currency in which senders pay.
pub type BalanceOf<T> =
    <<T as Config>::SyncCurrency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;

/// Call indices of what siblings call.
pub const RECEIVE_SYNC_INDEX: u8 = 8;
pub const RECEIVE_ACK_INDEX: u8 = 9;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use alloc::boxed::Box;
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use polkadot_sdk::staging_xcm::latest::SendXcm;
    use training_primitives::*;

    /// Layout of the storage.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config:
        polkadot_sdk::frame_system::Config + pallet_user_models::Config + pallet_training_ledger::Config
    {
        /// The runtime's call; a sibling's is encoded the same way.
        type RuntimeCall: From<Call<Self>> + Encode;
        /// The runtime's origin.
        type RuntimeOrigin: From<Origin>
            + From<<Self as polkadot_sdk::frame_system::Config>::RuntimeOrigin>
            + Into<Result<Origin, <Self as Config>::RuntimeOrigin>>;
        /// Delivers to siblings.
        type XcmRouter: SendXcm;
        /// This chain's para id.
        type SelfParaId: Get<ParaId>;
        /// What senders pay in.
        type SyncCurrency: fungible::Mutate<Self::AccountId>;
        /// Price of a message, and of each of its bytes: what it takes to deliver and to execute, and the answer. Burned.
        #[pallet::constant]
        type SyncBaseFee: Get<BalanceOf<Self>>;
        #[pallet::constant]
        type SyncByteFee: Get<BalanceOf<Self>>;
        /// Blocks after which a request without an answer has timed out.
        #[pallet::constant]
        type SyncTimeout: Get<BlockNumberFor<Self>>;
        type WeightInfo: WeightInfo;
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// Most ops of one message.
        #[pallet::constant_name(MaxSyncOps)]
        fn max_sync_ops() -> u32 {
            MAX_SYNC_OPS
        }
        /// Most sealed blocks of one message.
        #[pallet::constant_name(MaxSyncBlocks)]
        fn max_sync_blocks() -> u32 {
            MAX_SYNC_BLOCKS
        }
    }

    /// Who makes a call that siblings make.
    #[pallet::origin]
    #[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
    pub enum Origin {
        /// This pallet on the sibling with this para id.
        Sibling(ParaId),
    }

    /// Siblings that this chain listens to, with the hash of their block 0. Set by governance.
    #[pallet::storage]
    pub type AcceptedChains<T: Config> = StorageMap<_, Blake2_128Concat, ParaId, H256>;

    /// blake2-256 of the ML-DSA-65 keys under which a sibling's sealed blocks are believed. Set by governance.
    #[pallet::storage]
    pub type AcceptedSealingKeys<T: Config> = StorageDoubleMap<_, Blake2_128Concat, ParaId, Blake2_128Concat, H256, ()>;

    /// What this chain has told each sibling about each model.
    #[pallet::storage]
    pub type Routes<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        ModelId,
        Blake2_128Concat,
        ParaId,
        Route<T::AccountId, BlockNumberFor<T>>,
    >;

    /// The newest message from each sibling about each model, and its outcome.
    #[pallet::storage]
    pub type Inbound<T: Config> = StorageDoubleMap<_, Blake2_128Concat, ParaId, Blake2_128Concat, ModelId, Received>;

    /// What is known of the models of siblings.
    #[pallet::storage]
    pub type Mirrors<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, ParaId, Blake2_128Concat, ModelId, Mirror<BlockNumberFor<T>>>;

    /// Ops that siblings recorded, by their index. Written once.
    #[pallet::storage]
    pub type MirrorOps<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, (ParaId, ModelId), Blake2_128Concat, u32, MirroredOp<T::AccountId>>;

    /// Hashes of siblings' sealed blocks that ops were received under. Written once.
    #[pallet::storage]
    pub type MirrorBlocks<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, ParaId, Blake2_128Concat, TrainingBlockNumber, H256>;

    /// Mirrors of a user's models.
    #[pallet::storage]
    pub type UserMirrors<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, FieldElement, Blake2_128Concat, (ParaId, ModelId), ()>;

    /// Ops of this chain's models that were recorded on other chains, by the index of the first. Written once.
    #[pallet::storage]
    pub type Absences<T: Config> = StorageDoubleMap<_, Blake2_128Concat, ModelId, Blake2_128Concat, u32, Absence>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A sibling is listened to from now on.
        ChainAccepted { para: ParaId, genesis: H256 },
        /// A sibling is not listened to any more.
        ChainRefused { para: ParaId },
        /// A sibling's blocks sealed with this key are believed from now on.
        SealingKeyAccepted { para: ParaId, key_hash: H256 },
        /// Blocks sealed with this key are not believed any more.
        SealingKeyRefused { para: ParaId, key_hash: H256 },
        /// Ops were sent: `count` from index `first`.
        SyncSent { model: ModelId, target: ParaId, nonce: u64, first: u32, count: u32, fee: BalanceOf<T> },
        /// A model was offered, and locked.
        HandOverSent { model: ModelId, target: ParaId, nonce: u64, owner: T::AccountId, fee: BalanceOf<T> },
        /// A request was sent again as it was.
        SyncRetried { model: ModelId, target: ParaId, nonce: u64, fee: BalanceOf<T> },
        /// The receiver has accepted: it has the first `acknowledged` ops.
        SyncAcknowledged { model: ModelId, target: ParaId, nonce: u64, acknowledged: u32 },
        /// The receiver has refused, and stored nothing.
        SyncRefused { model: ModelId, target: ParaId, nonce: u64, reason: Refusal },
        /// No answer came in time. A retry gets it.
        SyncTimedOut { model: ModelId, target: ParaId, nonce: u64 },
        /// The receiver has accepted the model: it is owned there.
        HandedOver { model: ModelId, target: ParaId },
        /// The receiver has refused the model: it is owned here as before.
        HandOverRefused { model: ModelId, target: ParaId },
        /// A sibling's message was accepted: its mirror has `length` ops.
        MirrorUpdated { para: ParaId, model: ModelId, nonce: u64, length: u32 },
        /// A sibling's message was refused.
        MessageRefused { para: ParaId, model: ModelId, nonce: u64, reason: Refusal },
        /// A sibling's message came again and was answered as before; not if a later one was processed since.
        MessageRepeated { para: ParaId, model: ModelId, nonce: u64 },
        /// A sibling's model is owned here from now on.
        ModelReceived { para: ParaId, model: ModelId, owner: T::AccountId, base: BaseModelId },
        /// The answer could not be sent; a retry gets it.
        AnswerNotSent { para: ParaId, model: ModelId, nonce: u64 },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The chain is this one.
        ChainIsSelf,
        /// The chain is accepted already; refuse it to change its genesis hash.
        ChainAlreadyAccepted,
        /// The chain is not accepted by this one's governance.
        ChainNotAccepted,
        /// The key is accepted already.
        SealingKeyAlreadyAccepted,
        /// The key is not accepted.
        SealingKeyNotAccepted,
        /// An earlier request to the chain has no answer yet; retry it.
        RequestOutstanding,
        /// Nothing was sealed or adopted since the chain's last acknowledgement.
        NothingToSync,
        /// Ownership is handed over with the whole history: seal and sync what is left first.
        HistoryNotSynced,
        /// Nothing was ever sent to the chain about this model.
        RouteNotFound,
        /// The nonce is not that of the newest request.
        NonceMismatch,
        /// The request was answered.
        RequestResolved,
        /// The request has not timed out, or is known to have.
        DeadlineNotReached,
        /// The account cannot pay the fee.
        FeeNotPaid,
        /// There is no open channel to the chain.
        ChannelNotOpen,
        /// The message is larger than the channel allows.
        MessageTooLarge,
        /// The message could not be handed to the channel.
        SendFailed,
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Makes this chain listen to the sibling with this para id and genesis hash. By root.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::govern())]
        pub fn accept_chain(origin: OriginFor<T>, para: ParaId, genesis: H256) -> DispatchResult {
            ensure_root(origin)?;
            Self::do_accept_chain(para, genesis)
        }

        /// Makes this chain listen to the sibling no more. By root. Requests to and from it stay without an answer until it is
        /// accepted again.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::govern())]
        pub fn refuse_chain(origin: OriginFor<T>, para: ParaId) -> DispatchResult {
            ensure_root(origin)?;
            Self::do_refuse_chain(para)
        }

        /// Makes this chain believe the sibling's blocks that are sealed with the ML-DSA-65 key of this blake2-256 hash. By
        /// root.
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::govern())]
        pub fn accept_sealing_key(origin: OriginFor<T>, para: ParaId, key_hash: H256) -> DispatchResult {
            ensure_root(origin)?;
            Self::do_accept_sealing_key(para, key_hash)
        }

        /// Makes this chain believe blocks sealed with this key no more; what was received stays. By root.
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::govern())]
        pub fn refuse_sealing_key(origin: OriginFor<T>, para: ParaId, key_hash: H256) -> DispatchResult {
            ensure_root(origin)?;
            Self::do_refuse_sealing_key(para, key_hash)
        }

        /// Sends the model's record and its next sealed ops, which the chain has not acknowledged, to a sibling: all of them
        /// in turn the first time, what is new later. Signed by the model's owner, who pays the fee, also after it was handed
        /// over: what this chain recorded is shown from here.
        ///
        /// The largest message is charged for before, the message sent after.
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::send(MAX_SYNC_OPS, MAX_SYNC_BLOCKS, MAX_SYNC_LEAVES))]
        pub fn sync_model(origin: OriginFor<T>, model: ModelId, target: ParaId) -> DispatchResultWithPostInfo {
            let owner = ensure_signed(origin)?;
            Self::do_sync_model(owner, model, target)
        }

        /// Offers the model to a sibling, with what it has not acknowledged of its sealed ops; all must fit in this one
        /// message. Signed by the model's owner, who pays the fee. The model is locked until the answer comes.
        ///
        /// `owner` is to own it there, as a model of `base` of that chain. `proof` is `owner`'s `ownership` proof on that
        /// chain, for the model's user id and the request `hand-over`.
        #[pallet::call_index(5)]
        #[pallet::weight(<T as Config>::WeightInfo::send(MAX_SYNC_OPS, MAX_SYNC_BLOCKS, MAX_SYNC_LEAVES))]
        pub fn hand_over(
            origin: OriginFor<T>,
            model: ModelId,
            target: ParaId,
            owner: T::AccountId,
            base: BaseModelId,
            nullifier: FieldElement,
            proof: ProofBytes,
        ) -> DispatchResultWithPostInfo {
            let signer = ensure_signed(origin)?;
            Self::do_hand_over(signer, model, target, HandOver { owner, base, nullifier, proof })
        }

        /// Sends a request without an answer again, as it was. Signed by anyone, who pays the fee: it does nothing but get the
        /// answer.
        #[pallet::call_index(6)]
        #[pallet::weight(<T as Config>::WeightInfo::send(MAX_SYNC_OPS, MAX_SYNC_BLOCKS, MAX_SYNC_LEAVES))]
        pub fn retry_sync(
            origin: OriginFor<T>,
            model: ModelId,
            target: ParaId,
            nonce: u64,
        ) -> DispatchResultWithPostInfo {
            let signer = ensure_signed(origin)?;
            Self::do_retry_sync(signer, model, target, nonce)
        }

        /// Records that a request got no answer in time. Signed by anyone. An answer counts whenever it comes; a model that
        /// is offered stays locked.
        #[pallet::call_index(7)]
        #[pallet::weight(<T as Config>::WeightInfo::expire())]
        pub fn expire_sync(origin: OriginFor<T>, model: ModelId, target: ParaId, nonce: u64) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_expire_sync(model, target, nonce)
        }

        /// A sibling's message about one of its models. By that sibling's own pallet, if it is accepted.
        ///
        /// What is refused is answered with the reason and leaves nothing behind.
        #[pallet::call_index(8)]
        #[pallet::weight(<T as Config>::WeightInfo::receive(
            message.ops.len() as u32,
            message.blocks.len() as u32,
            message.hand_over.is_some(),
        ))]
        pub fn receive_sync(origin: OriginFor<T>, message: Box<SyncMessage<T::AccountId>>) -> DispatchResult {
            let para = Self::ensure_sibling(origin)?;
            Self::do_receive_sync(para, *message)
        }

        /// A sibling's answer to a message about one of this chain's models. By that sibling's own pallet, if it is accepted.
        #[pallet::call_index(9)]
        #[pallet::weight(<T as Config>::WeightInfo::receive_ack())]
        pub fn receive_ack(origin: OriginFor<T>, model: ModelId, nonce: u64, outcome: SyncOutcome) -> DispatchResult {
            let para = Self::ensure_sibling(origin)?;
            Self::do_receive_ack(para, model, nonce, outcome)
        }
    }
}

polkadot_sdk::sp_api::decl_runtime_apis! {
    /// What clients ask about models on several chains.
    pub trait UserModelSyncApi<AccountId: codec::Codec, BlockNumber: codec::Codec, Balance: codec::Codec> {
        /// What `sync_model` would charge beside the weight, or `retry_sync` while a request is outstanding; none if there is
        /// nothing to send.
        fn sync_fee(model: training_primitives::ModelId, target: ParaId) -> Option<Balance>;
        /// What `hand_over` would charge beside the weight; none if the model cannot be handed over now.
        fn hand_over_fee(model: training_primitives::ModelId, target: ParaId) -> Option<Balance>;
        /// The newest request and what is acknowledged; a request past its deadline has timed out.
        fn sync_state(model: training_primitives::ModelId, target: ParaId) -> Option<Route<AccountId, BlockNumber>>;
        /// Ops of a user id that this chain recorded or mirrors, by model and index, from place `skip` at most `limit`.
        fn user_history(
            user_id: training_primitives::FieldElement,
            skip: u32,
            limit: u32,
        ) -> alloc::vec::Vec<HistoryEntry>;
    }
}
