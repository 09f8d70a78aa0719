// SPDX-License-Identifier: Apache-2.0
//! # Training ledger
//!
//! Training operations, the hash chain of each model, sealed training blocks and the generations that come of them.
//! There is no call that changes or removes an op or a block: whoever tries to record at a place that is taken gets
//! `ImmutableRecord`.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod features;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use polkadot_sdk::{
    frame_support::{self, traits::fungible},
    frame_system,
    sp_core::H256,
};

/// Balance of the currency in which bonds are held.
pub type BalanceOf<T> =
    <<T as Config>::BondCurrency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use frame_support::{pallet_prelude::*, traits::UnixTime};
    use frame_system::pallet_prelude::*;
    use pallet_user_models::Accuracy;
    use training_primitives::{challenge::MAX_FEATURES, pedersen::StoredSum, *};

    /// Layout of the storage.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: polkadot_sdk::frame_system::Config + pallet_user_models::Config + pallet_zkpot::Config {
        /// Holds the bonds of inference nodes.
        type BondCurrency: fungible::MutateHold<Self::AccountId, Reason = Self::BondHoldReason>;
        type BondHoldReason: From<HoldReason>;
        /// What the owner of an inference node puts up.
        #[pallet::constant]
        type NodeBond: Get<BalanceOf<Self>>;
        /// Time of the chain.
        type UnixTime: UnixTime;
        type WeightInfo: WeightInfo;
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// Most ops of one batch.
        #[pallet::constant_name(MaxBatchOps)]
        fn max_batch_ops() -> u32 {
            MAX_BATCH_OPS
        }
    }

    /// Why funds are held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// The bond of an inference node.
        InferenceNodeBond,
    }

    /// Every op by id. Written once.
    #[pallet::storage]
    pub type Ops<T: Config> = StorageMap<_, Blake2_128Concat, OpId, TrainingOp<T::AccountId>>;

    /// The hash chain of each model. Written once.
    #[pallet::storage]
    pub type ModelOps<T: Config> = StorageDoubleMap<_, Blake2_128Concat, ModelId, Blake2_128Concat, u32, OpId>;

    /// The ops of each federation in the order recorded. Written once.
    #[pallet::storage]
    pub type FederationOps<T: Config> = StorageDoubleMap<_, Blake2_128Concat, BaseModelId, Blake2_128Concat, u64, OpId>;

    /// Sequence number of a federation's next op.
    #[pallet::storage]
    pub type NextSequence<T: Config> = StorageMap<_, Blake2_128Concat, BaseModelId, u64, ValueQuery>;

    /// Sum of the commitments of a federation's ops up to each one: uncompressed points. Written once.
    #[pallet::storage]
    pub type CommitmentSums<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, BaseModelId, Blake2_128Concat, u64, StoredSum>;

    /// Sequence number of a federation's first op that is in no sealed block and was not passed over.
    #[pallet::storage]
    pub type NextPending<T: Config> = StorageMap<_, Blake2_128Concat, BaseModelId, u64, ValueQuery>;

    /// Sealed blocks. Written once.
    #[pallet::storage]
    pub type Blocks<T: Config> = StorageMap<_, Blake2_128Concat, TrainingBlockNumber, TrainingBlock<T::AccountId>>;

    /// Hashes of sealed blocks. Written once.
    #[pallet::storage]
    pub type BlockHashes<T: Config> = StorageMap<_, Blake2_128Concat, TrainingBlockNumber, H256>;

    /// ML-DSA-65 signatures over the hashes of sealed blocks. Written once.
    #[pallet::storage]
    pub type Signatures<T: Config> = StorageMap<_, Blake2_128Concat, TrainingBlockNumber, MlDsaSignature>;

    /// ML-DSA-65 keys that the signatures verify under, as registered when the block was sealed. Written once.
    #[pallet::storage]
    pub type SealingKeys<T: Config> = StorageMap<_, Blake2_128Concat, TrainingBlockNumber, MlDsaPublicKey>;

    /// Sum of the weights of a block's ops, without excluded ones.
    #[pallet::storage]
    pub type BlockWeights<T: Config> = StorageMap<_, Blake2_128Concat, TrainingBlockNumber, u64>;

    /// The block that a round sealed.
    #[pallet::storage]
    pub type RoundBlock<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, BaseModelId, Blake2_128Concat, RoundIndex, TrainingBlockNumber>;

    /// The newest round of each federation that sealed a block.
    #[pallet::storage]
    pub type LastSealedRound<T: Config> = StorageMap<_, Blake2_128Concat, BaseModelId, RoundIndex>;

    /// The block that an op was sealed in.
    #[pallet::storage]
    pub type OpBlock<T: Config> = StorageMap<_, Blake2_128Concat, OpId, TrainingBlockNumber>;

    /// Number of the newest block; 0 before the first.
    #[pallet::storage]
    pub type LastBlock<T: Config> = StorageValue<_, TrainingBlockNumber, ValueQuery>;

    /// Registered inference nodes by the hash of their BabyJubJub key.
    #[pallet::storage]
    pub type InferenceNodes<T: Config> =
        StorageMap<_, Blake2_128Concat, FieldElement, InferenceNode<T::AccountId, BalanceOf<T>>>;

    /// The op that used a receipt, by the receipt's interaction commitment.
    #[pallet::storage]
    pub type UsedReceipts<T: Config> = StorageMap<_, Blake2_128Concat, FieldElement, OpId>;

    /// The op that first had an update's commitment, by federation: an update counts once.
    #[pallet::storage]
    pub type UsedUpdates<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, BaseModelId, Blake2_128Concat, CommitmentBytes, OpId>;

    /// Contributions to each model. Written once.
    #[pallet::storage]
    pub type Contributions<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, ModelId, Blake2_128Concat, u32, Contribution<T::AccountId>>;

    /// How many contributions a model has.
    #[pallet::storage]
    pub type ContributionCount<T: Config> = StorageMap<_, Blake2_128Concat, ModelId, u32, ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An inference node was registered.
        InferenceNodeRegistered { key: FieldElement, owner: T::AccountId },
        /// An inference node was removed; its bond is free.
        InferenceNodeRemoved { key: FieldElement, owner: T::AccountId },
        /// An op was recorded.
        TrainingRecorded { model: ModelId, index: u32, op: OpId, base: BaseModelId, sequence: u64, weight: u64 },
        /// The op at this place of a batch was not recorded.
        OpRefused { index: u32, error: DispatchError },
        /// A contribution was recorded.
        ContributionRecorded { model: ModelId, index: u32, contributor_id: FieldElement, contribution_type: u8 },
        /// A block was sealed.
        BlockSealed {
            number: TrainingBlockNumber,
            hash: H256,
            base: BaseModelId,
            round: RoundIndex,
            leader: T::AccountId,
            first_op: u64,
            op_count: u32,
        },
        /// Ops of a federation are in no block, because none could be sealed with them.
        OpsPassedOver { base: BaseModelId, first: u64, count: u32 },
        /// A base model has a new generation.
        GenerationRecorded { base: BaseModelId, generation: GenerationIndex, round: RoundIndex, accuracy: Accuracy },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The place is taken: recorded ops and blocks are never changed. A correction is a new op.
        ImmutableRecord,
        /// The model has fewer ops: the next index is its length.
        IndexGap,
        /// Only the base model's owner may do this.
        NotBaseModelOwner,
        /// The node's key is registered already.
        NodeAlreadyRegistered,
        /// No inference node has this key.
        NodeNotRegistered,
        /// Only the account that registered the node may remove it.
        NotNodeOwner,
        /// The account cannot put up the bond.
        BondTooLow,
        /// The receipt's time window ends before it begins.
        ReceiptWindowInvalid,
        /// The receipt is older than the federation's rules allow.
        ReceiptTooOld,
        /// The receipt's time window ends in the future.
        ReceiptInFuture,
        /// Another op used this receipt.
        ReceiptAlreadyUsed,
        /// The ownership proof was used before.
        NullifierUsed,
        /// The proven improvement is below the federation's minimum.
        ImprovementTooSmall,
        /// The op to be corrected is none of this model.
        CorrectedOpNotFound,
        /// A commitment is not a scalar below the group order.
        CommitmentNotCanonical,
        /// The federation has no such round.
        RoundNotFound,
        /// The round is in another phase.
        WrongPhase,
        /// Only the round's current leader may seal.
        NotLeader,
        /// The parent is not the newest block; build on that one.
        StaleParent,
        /// The timestamp is before the parent's or after the chain's time.
        BlockTimestampInvalid,
        /// The root is not that of the round's ops.
        MerkleRootMismatch,
        /// The aggregate does not count the round's ops, or is not committed to the sum of their updates.
        AggregateMismatch,
        /// The aggregate does not leave out just those of the round's ops that the committee excluded.
        ExclusionMismatch,
        /// The ops that are not excluded are of fewer accounts than the rules ask for.
        TooFewContributors,
        /// The commitment to an update is no point of the curve in its compressed form, or is the point at infinity.
        CommitmentMalformed,
        /// Another op of the federation has the same update.
        UpdateAlreadyUsed,
        /// Enough accounts contributed to the round: its leader can seal it.
        RoundSealable,
        /// The federation's round is not closed yet.
        RoundInProgress,
        /// No op is named, or more than 64.
        PassedOverCount,
        /// A round that begins with one of these ops can be sealed, now or after more ops are recorded.
        OpsSealable,
        /// The signature is not the leader's over this block.
        BlockSignatureInvalid,
        /// A later block of the federation was sealed; the round's generation can no longer be recorded.
        GenerationStale,
        /// More correct samples than the challenge has.
        CorrectOutOfRange,
        /// More correct samples than the test set has.
        AccuracyOutOfRange,
        /// No verifying key is registered for a proof's circuit and shape.
        VerifyingKeyNotFound,
        /// A registered key takes another number of public inputs.
        WrongPublicInputCount,
        /// A public input is not a scalar below the group order.
        PublicInputNotCanonical,
        /// A point of a proof is off the curve, outside its subgroup or not canonically encoded.
        ProofMalformed,
        /// The interaction proof does not hold for this account, op and receipt.
        InteractionProofRejected,
        /// The improvement proof does not hold for this account, op and states.
        ImprovementProofRejected,
        /// The ownership proof does not hold for this account, op and user id.
        OwnershipProofRejected,
        /// The contribution proof does not hold for this account, model and data.
        ContributionProofRejected,
        /// The accuracy proof does not hold for this account, generation and challenge.
        ZkpotProofRejected,
        /// The committee has not opened the round's aggregate: shares of every attempt are missing.
        OpeningIncomplete,
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers an inference node by the Poseidon hash of its BabyJubJub key; a bond is held.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::register_inference_node())]
        pub fn register_inference_node(origin: OriginFor<T>, key: FieldElement) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_register_inference_node(owner, key)
        }

        /// Records op `index` of a model with its three proofs. Signed by the model's owner.
        ///
        /// An index that is recorded already is refused with `ImmutableRecord`.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::record_training())]
        pub fn record_training(
            origin: OriginFor<T>,
            model: ModelId,
            index: u32,
            contents: OpContents,
            claims: OpClaims,
            proofs: TrainingProof,
        ) -> DispatchResultWithPostInfo {
            let owner = ensure_signed(origin)?;
            Self::do_record_training(owner, TrainingEntry { model, index, contents, claims, proofs })
        }

        /// Records a contribution to a model with its proof. Signed by the model's owner.
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::record_contribution())]
        pub fn record_contribution(
            origin: OriginFor<T>,
            model: ModelId,
            contribution_type: u8,
            data: FieldElement,
            contributor_id: FieldElement,
            proof: ProofBytes,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_record_contribution(owner, model, contribution_type, data, contributor_id, proof)
        }

        /// Seals the block of a round. Signed by the round's leader, in Seal.
        ///
        /// `signature` is the leader's ML-DSA-65 signature over the block's hash, with the context
        /// `training-ledger/block/v1`. Everything in the block that the chain knows is recomputed and compared.
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::seal_block(
            aggregate.contributors.saturating_add(aggregate.excluded.len() as u32).min(Rules::MAX_OPS),
            aggregate.excluded.len() as u32,
        ))]
        #[allow(clippy::too_many_arguments)]
        pub fn seal_block(
            origin: OriginFor<T>,
            base: BaseModelId,
            round: RoundIndex,
            timestamp: u64,
            merkle_root: H256,
            aggregate: AggregatedUpdate,
            parent: H256,
            signature: MlDsaSignature,
        ) -> DispatchResult {
            let leader = ensure_signed(origin)?;
            Self::do_seal_block(leader, base, round, timestamp, merkle_root, aggregate, parent, signature)
        }

        /// Records the generation that a round's aggregate makes, with its accuracy. Signed by the base model's owner, in
        /// Decrypt or after it passed, until another block of the federation is sealed, once the committee opened the aggregate.
        ///
        /// `before` and `after` are counts over the whole test set, which anyone holding the weights can repeat; `correct`
        /// samples of the round's challenge are proven. The largest challenge is charged for before, the round's after.
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::record_generation(MAX_CHALLENGE_SAMPLES, MAX_FEATURES))]
        #[allow(clippy::too_many_arguments)]
        pub fn record_generation(
            origin: OriginFor<T>,
            base: BaseModelId,
            round: RoundIndex,
            state: ModelState,
            before: u32,
            after: u32,
            correct: u32,
            r: FieldElement,
            z: FieldElement,
            proof: ProofBytes,
        ) -> DispatchResultWithPostInfo {
            let owner = ensure_signed(origin)?;
            Self::do_record_generation(owner, base, round, state, before, after, correct, r, z, proof)
        }

        /// Removes an inference node and frees its bond. Signed by whoever registered it.
        #[pallet::call_index(5)]
        #[pallet::weight(<T as Config>::WeightInfo::remove_inference_node())]
        pub fn remove_inference_node(origin: OriginFor<T>, key: FieldElement) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_remove_inference_node(owner, key)
        }

        /// Records ops of the signer's models in order, as `record_training` does, with all proofs verified in one product.
        ///
        /// An op that is refused does not keep the others from being recorded: an event `OpRefused` names it by its place in
        /// the batch, with its error. Ops of one model follow each other: the proofs of the first one are bound as for
        /// `record_training`, those of each later one to what the one before it is bound to (`BindingContext::Following`).
        #[pallet::call_index(6)]
        #[pallet::weight(
            <T as Config>::WeightInfo::record_training_batch(ops.len() as u32, Pallet::<T>::models_in(ops))
        )]
        pub fn record_training_batch(origin: OriginFor<T>, ops: TrainingEntries) -> DispatchResultWithPostInfo {
            let owner = ensure_signed(origin)?;
            Ok(Self::do_record_training_batch(owner, ops.into_inner()))
        }

        /// Closes a round as `Empty` whose ops are of too few accounts for a block: no leader could seal it, and none is slashed.
        /// Signed by anyone, from Commit to Seal. The largest round is charged for before, this one after.
        #[pallet::call_index(7)]
        #[pallet::weight(<T as Config>::WeightInfo::close_unsealable_round(Rules::MAX_OPS))]
        pub fn close_unsealable_round(
            origin: OriginFor<T>,
            base: BaseModelId,
            round: RoundIndex,
        ) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_close_unsealable_round(base, round)
        }

        /// Passes over a federation's first `count` pending ops, at most 64: they stay recorded, but are in no block. Signed by
        /// anyone, while no round is open.
        ///
        /// Only ops are passed over with which no round could begin, whatever is recorded later: as many follow each as a round
        /// takes, and all of them together are of too few accounts. Otherwise they would keep the federation from sealing for ever.
        #[pallet::call_index(8)]
        #[pallet::weight(<T as Config>::WeightInfo::pass_over_ops(Rules::MAX_OPS + MAX_PASSED_OVER))]
        pub fn pass_over_ops(origin: OriginFor<T>, base: BaseModelId, count: u32) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            Self::do_pass_over_ops(base, count)
        }
    }
}

polkadot_sdk::sp_api::decl_runtime_apis! {
    /// What clients and workers ask the ledger.
    pub trait TrainingLedgerApi<AccountId: codec::Codec> {
        /// Public input 0 of the three proofs of the model's next op with contents of this hash; none for an unknown model.
        fn op_binding(
            account: AccountId,
            model: training_primitives::ModelId,
            contents: H256,
        ) -> Option<training_primitives::FieldElement>;
        /// Indices of the test samples that the round's seed draws, in order; empty before the seed is drawn.
        fn challenge_indices(
            base: training_primitives::BaseModelId,
            round: training_primitives::RoundIndex,
        ) -> alloc::vec::Vec<u32>;
        /// Block, leaf index and siblings of a sealed op; none for an op that is not sealed.
        fn merkle_proof(
            op: training_primitives::OpId,
        ) -> Option<(training_primitives::TrainingBlockNumber, u32, alloc::vec::Vec<H256>)>;
        /// What a round's aggregate has to be committed to, as its ops and the committee's exclusions stand; none before Collect
        /// ends and for a round that closed without a block.
        fn aggregate_commitment(
            base: training_primitives::BaseModelId,
            round: training_primitives::RoundIndex,
        ) -> Option<training_primitives::CommitmentBytes>;
        /// What a claim for this op would pay now; none for an op that is not sealed, has no pool or was paid.
        fn pending_reward(op: training_primitives::OpId) -> Option<u128>;
    }
}
