// SPDX-License-Identifier: Apache-2.0
//! # User models
//!
//! Base models and the models that users fork from them: owners, access grants, versions, exports and the model tree.
//! A base model is a federation too: its owner sets the rules by which rounds train it.
#![cfg_attr(not(feature = "std"), no_std)]

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

use polkadot_sdk::{frame_support, frame_system, sp_core::H256};

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use training_primitives::*;

    /// Layout of the storage.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: polkadot_sdk::frame_system::Config<Hash = H256> {
        /// Verifies proofs against the registry of verifying keys.
        type Proofs: VerifyProofs;
        /// Most readers of one model.
        #[pallet::constant]
        type MaxGrants: Get<u32>;
        type WeightInfo: WeightInfo;
    }

    /// Base models by id.
    #[pallet::storage]
    pub type BaseModels<T: Config> = StorageMap<_, Blake2_128Concat, BaseModelId, BaseModel<T::AccountId>>;

    /// Every generation of every base model.
    #[pallet::storage]
    pub type Generations<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, BaseModelId, Blake2_128Concat, GenerationIndex, Generation>;

    /// Users' models by id.
    #[pallet::storage]
    pub type UserModels<T: Config> =
        StorageMap<_, Blake2_128Concat, ModelId, UserModel<T::AccountId, BlockNumberFor<T>>>;

    /// Models of an account.
    #[pallet::storage]
    pub type OwnedModels<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, ModelId, ()>;

    /// The model tree: what was forked from a base model or a model.
    #[pallet::storage]
    pub type Children<T: Config> = StorageDoubleMap<_, Blake2_128Concat, H256, Blake2_128Concat, ModelId, ()>;

    /// The account that first proved to know the secret behind a user id.
    #[pallet::storage]
    pub type Users<T: Config> = StorageMap<_, Blake2_128Concat, FieldElement, T::AccountId>;

    /// Readers of a model.
    #[pallet::storage]
    pub type Grants<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, ModelId, Blake2_128Concat, T::AccountId, Grant<BlockNumberFor<T>>>;

    /// Every version of every model.
    #[pallet::storage]
    pub type Versions<T: Config> = StorageDoubleMap<_, Blake2_128Concat, ModelId, Blake2_128Concat, u32, Version>;

    /// Nullifiers of ownership proofs that were used.
    #[pallet::storage]
    pub type Nullifiers<T: Config> = StorageMap<_, Blake2_128Concat, FieldElement, ()>;

    /// Proven exports of a model.
    #[pallet::storage]
    pub type Exports<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, ModelId, Blake2_128Concat, u32, Export<BlockNumberFor<T>>>;

    /// Models that are offered to another chain or owned there.
    #[pallet::storage]
    pub type Custodies<T: Config> = StorageMap<_, Blake2_128Concat, ModelId, Custody>;

    /// Counter behind the ids of base models and models.
    #[pallet::storage]
    pub type NextId<T: Config> = StorageValue<_, u64, ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A base model was registered.
        BaseModelRegistered { base: BaseModelId, owner: T::AccountId, shape: Shape },
        /// A model was forked.
        ModelForked { model: ModelId, owner: T::AccountId, source: ForkSource, user_id: FieldElement },
        /// A reader got access to what a model records from now on.
        AccessGranted { model: ModelId, reader: T::AccountId, kem_key: ContentHash },
        /// A reader lost access to what a model records from now on.
        AccessRevoked { model: ModelId, reader: T::AccountId },
        /// An owner proved ownership and exported a model.
        ModelExported { model: ModelId, export: u32, head: H256, length: u32 },
        /// A model took over a generation of its base model.
        GenerationAdopted { model: ModelId, generation: GenerationIndex, version: u32 },
        /// A model's priors were set.
        PriorsSet { model: ModelId, priors: Option<ContentHash> },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// No base model has this id.
        BaseModelNotFound,
        /// No model has this id.
        ModelNotFound,
        /// Only the model's owner may do this.
        NotModelOwner,
        /// The shape has no features, fewer than two classes, or more than the ledger takes.
        ShapeNotSupported,
        /// The test set has no samples.
        TestSetEmpty,
        /// The commitment is not a scalar below the group order.
        CommitmentNotCanonical,
        /// `min_ops` is zero or above `max_ops`, or `max_ops` above 1,024.
        RulesOpLimits,
        /// `min_contributors` is below 2 or above `min_ops`.
        RulesContributors,
        /// The updates of `max_ops` contributors cannot be summed in the lanes of a coefficient, or a range is empty.
        RulesPacking,
        /// A phase has no block or more than 432,000.
        RulesPhaseLength,
        /// The shares of leader and committee leave nothing for the ops.
        RulesShares,
        /// The base weight of an op is zero.
        RulesWeights,
        /// Another account proved this user id before.
        UserIdTaken,
        /// The user id is not a scalar below the group order.
        UserIdNotCanonical,
        /// Only a model's owner and its readers may fork it.
        NotPermittedToFork,
        /// The ownership proof was used before.
        NullifierUsed,
        /// The reader has access already; revoke it to change the key.
        AlreadyGranted,
        /// The reader has no access.
        NotGranted,
        /// The model has as many readers as it may have.
        TooManyGrants,
        /// The model has the newest generation already.
        GenerationAlreadyAdopted,
        /// No verifying key is registered for the proof's circuit.
        VerifyingKeyNotFound,
        /// The registered key takes another number of public inputs.
        WrongPublicInputCount,
        /// A public input is not a scalar below the group order.
        PublicInputNotCanonical,
        /// A point of the proof is off the curve, outside its subgroup or not canonically encoded.
        ProofMalformed,
        /// The ownership proof does not prove this account's claim to this user id for this request.
        OwnershipProofRejected,
        /// The model is being handed over to another chain, which has not answered.
        ModelLocked,
        /// The model is owned on another chain.
        ModelHandedOver,
        /// The model is not another chain's to hand over: it is owned here, or was handed over to a third chain.
        NotCustodian,
        /// The model that is handed over has another shape than the base model.
        ShapeMismatch,
        /// A model that comes back has another user, another base model or fewer ops than when it left.
        ModelChanged,
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers a base model and the federation that trains it. Signed by whoever becomes its owner.
        ///
        /// `state` commits to the public weights with the salt 0. The rules cannot be changed later.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::register_base_model())]
        pub fn register_base_model(
            origin: OriginFor<T>,
            shape: Shape,
            state: ModelState,
            licence: ContentHash,
            test_set: TestSet,
            rules: Rules,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_register_base_model(owner, shape, state, licence, test_set, rules)
        }

        /// Forks a base model's newest generation, or the state of a model that the signer owns or may read.
        ///
        /// `proof` is an `ownership` proof for `user_id` and the request `fork`; a user id belongs to the first account
        /// that proves it.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::fork_model())]
        pub fn fork_model(
            origin: OriginFor<T>,
            source: ForkSource,
            user_id: FieldElement,
            nullifier: FieldElement,
            proof: ProofBytes,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_fork_model(owner, source, user_id, nullifier, proof)
        }

        /// Gives a reader access to what the model records from now on. Signed by the model's owner.
        ///
        /// The chain stores the reader's key; payloads are wrapped to it by the owner's SDK.
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::grant_access())]
        pub fn grant_access(
            origin: OriginFor<T>,
            model: ModelId,
            reader: T::AccountId,
            kem_key: ContentHash,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_grant_access(owner, model, reader, kem_key)
        }

        /// Takes a reader's access to what the model records from now on. Signed by the model's owner.
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::revoke_access())]
        pub fn revoke_access(origin: OriginFor<T>, model: ModelId, reader: T::AccountId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_revoke_access(owner, model, reader)
        }

        /// Records that the owner proved ownership and exported the model as it is now. Signed by the model's owner.
        ///
        /// `proof` is an `ownership` proof for the request `export` with the model's head and length.
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::export_model())]
        pub fn export_model(
            origin: OriginFor<T>,
            model: ModelId,
            nullifier: FieldElement,
            proof: ProofBytes,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_export_model(owner, model, nullifier, proof)
        }

        /// Makes the base model's newest generation the model's state: a new version, not an op. Signed by the model's owner.
        #[pallet::call_index(5)]
        #[pallet::weight(<T as Config>::WeightInfo::adopt_generation())]
        pub fn adopt_generation(origin: OriginFor<T>, model: ModelId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_adopt_generation(owner, model)
        }

        /// Sets what passes to the model's next generation. Signed by the model's owner.
        #[pallet::call_index(6)]
        #[pallet::weight(<T as Config>::WeightInfo::set_priors())]
        pub fn set_priors(origin: OriginFor<T>, model: ModelId, priors: Option<ContentHash>) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_priors(owner, model, priors)
        }
    }
}
