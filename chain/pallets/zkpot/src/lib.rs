// SPDX-License-Identifier: Apache-2.0
//! # ZKPoT
//!
//! The registry of verifying keys, and the rounds in which workers compete by the accuracy that they prove for their
//! models: `Collect -> Commit -> Prove -> Seal -> Decrypt -> Closed`. A phase ends at its deadline or as soon as nothing
//! more can arrive; transitions happen at the start of a block. What a failed round leaves undone, the next one takes up.
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

pub use features::commitment_hash;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use polkadot_sdk::{
    frame_support::{self, traits::fungible},
    frame_system,
    sp_core::H256,
};
use training_primitives::BaseModelId;

/// The ops of a federation, as its rounds need to know them.
pub trait FederationOps {
    /// Sequence number that the federation's next op gets.
    fn next_sequence(base: BaseModelId) -> u64;
    /// Sequence number of the first op that is in no sealed block.
    fn next_pending(base: BaseModelId) -> u64;
}

/// Balance of the currency in which bonds are held.
pub type BalanceOf<T> = <<T as Config>::Currency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use frame_support::{migrations::MultiStepMigrator, pallet_prelude::*};
    use frame_system::pallet_prelude::*;
    use polkadot_sdk::sp_runtime::Permill;
    use training_primitives::{challenge::MAX_FEATURES, *};

    /// Layout of the storage.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config:
        polkadot_sdk::frame_system::Config + pallet_user_models::Config + pallet_committee::Config
    {
        /// Holds bonds and deposits.
        type Currency: fungible::MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;
        type RuntimeHoldReason: From<HoldReason>;
        /// The federation's ops.
        type Ops: FederationOps;
        /// What a worker puts up for one federation.
        #[pallet::constant]
        type WorkerBond: Get<BalanceOf<Self>>;
        /// What an owner puts up while a round is open.
        #[pallet::constant]
        type RoundDeposit: Get<BalanceOf<Self>>;
        /// Part of the full bond that a leader loses by missing its deadline.
        #[pallet::constant]
        type SlashFraction: Get<Permill>;
        /// Most workers of one federation.
        #[pallet::constant]
        type MaxWorkers: Get<u32>;
        /// Most rounds that are open at once on the chain.
        #[pallet::constant]
        type MaxActiveRounds: Get<u32>;
        type WeightInfo: WeightInfo;
    }

    /// Why funds are held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// A worker's bond.
        WorkerBond,
        /// The deposit of an open round.
        RoundDeposit,
    }

    /// Verifying keys: of one federation (scope) or of all (none), by circuit and shape.
    #[pallet::storage]
    pub type VerifyingKeys<T: Config> = StorageNMap<
        _,
        (
            NMapKey<Blake2_128Concat, Option<BaseModelId>>,
            NMapKey<Blake2_128Concat, Circuit>,
            NMapKey<Blake2_128Concat, Shape>,
        ),
        VerifyingKeyRecord,
    >;

    /// Workers of each federation.
    #[pallet::storage]
    pub type Workers<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, BaseModelId, Blake2_128Concat, T::AccountId, Worker<BalanceOf<T>>>;

    /// How many workers a federation has.
    #[pallet::storage]
    pub type WorkerCount<T: Config> = StorageMap<_, Blake2_128Concat, BaseModelId, u32, ValueQuery>;

    /// The newest round of each federation.
    #[pallet::storage]
    pub type CurrentRound<T: Config> = StorageMap<_, Blake2_128Concat, BaseModelId, RoundIndex>;

    /// Every round.
    #[pallet::storage]
    pub type Rounds<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        BaseModelId,
        Blake2_128Concat,
        RoundIndex,
        Round<T::AccountId, BlockNumberFor<T>>,
    >;

    /// Federations whose newest round is not closed.
    #[pallet::storage]
    pub type ActiveRounds<T: Config> = StorageValue<_, BoundedVec<BaseModelId, T::MaxActiveRounds>, ValueQuery>;

    /// Commitments of a round's workers.
    #[pallet::storage]
    pub type Commitments<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, (BaseModelId, RoundIndex), Blake2_128Concat, T::AccountId, Commitment>;

    /// Samples of a round's challenge, kept as long as a proof on them can be submitted: until the round closes, or after it
    /// closed `Undecrypted`, until its generation is recorded or the federation seals another block.
    #[pallet::storage]
    pub type Challenges<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, BaseModelId, Blake2_128Concat, RoundIndex, ChallengeSamples>;

    /// Proven accuracies of a round's workers.
    #[pallet::storage]
    pub type Entries<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, (BaseModelId, RoundIndex), Blake2_128Concat, T::AccountId, Entry>;

    /// A round's workers who proved, best first.
    #[pallet::storage]
    pub type Ranking<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        BaseModelId,
        Blake2_128Concat,
        RoundIndex,
        BoundedVec<T::AccountId, T::MaxWorkers>,
        ValueQuery,
    >;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A verifying key was registered.
        VerifyingKeyRegistered { scope: Option<BaseModelId>, circuit: Circuit, shape: Shape },
        /// A worker joined a federation.
        WorkerJoined { base: BaseModelId, worker: T::AccountId },
        /// A worker left a federation, or was put out of it because slashes used up half of its bond.
        WorkerLeft { base: BaseModelId, worker: T::AccountId },
        /// A leader missed its deadline; this much of its bond was burned.
        WorkerSlashed { base: BaseModelId, worker: T::AccountId, amount: BalanceOf<T> },
        /// A round was opened.
        RoundOpened { base: BaseModelId, round: RoundIndex, deadline: BlockNumberFor<T> },
        /// A round entered a phase.
        PhaseChanged { base: BaseModelId, round: RoundIndex, phase: Phase, deadline: BlockNumberFor<T> },
        /// A worker committed to a model.
        ModelCommitted { base: BaseModelId, round: RoundIndex, worker: T::AccountId, order: u32 },
        /// The samples of the challenge are on the chain.
        ChallengePosted { base: BaseModelId, round: RoundIndex, samples: u32 },
        /// A worker proved how many samples its model classifies correctly.
        AccuracyProven { base: BaseModelId, round: RoundIndex, worker: T::AccountId, correct: u32 },
        /// The round has a leader.
        LeaderElected { base: BaseModelId, round: RoundIndex, leader: T::AccountId, rank: u32 },
        /// A round ended.
        RoundClosed { base: BaseModelId, round: RoundIndex, outcome: Outcome },
        /// A phase ends later, because nobody could submit anything while the storage was migrated.
        DeadlinePutOff { base: BaseModelId, round: RoundIndex, phase: Phase, deadline: BlockNumberFor<T> },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// Only the base model's owner may do this.
        NotBaseModelOwner,
        /// A key is registered for this scope, circuit and shape; keys are never replaced.
        KeyAlreadyRegistered,
        /// The key is not a valid encoding, or one of its points is off the curve, outside its subgroup or at infinity.
        KeyMalformed,
        /// The key takes another number of public inputs than the circuit has.
        KeyArity,
        /// The circuit takes a key for each shape and none was given, or the other way round.
        KeyShapeMismatch,
        /// A `zkpot` key needs 1 to 512 challenge samples, every other key none.
        SampleCountInvalid,
        /// The account is a worker of the federation already.
        AlreadyWorker,
        /// The account is no worker of the federation.
        NotWorker,
        /// The federation has as many workers as it may have.
        TooManyWorkers,
        /// The signature does not show that the worker holds the ML-DSA-65 key.
        WorkerSignatureInvalid,
        /// The account cannot put up the bond.
        BondTooLow,
        /// The account cannot put up the deposit.
        InsufficientDeposit,
        /// The federation's round is not closed yet.
        RoundInProgress,
        /// The federation has no such round.
        RoundNotFound,
        /// The round is in another phase.
        WrongPhase,
        /// As many rounds are open as the chain allows; try again later.
        TooManyActiveRounds,
        /// The federation's committee has no key to which updates can be encrypted.
        CommitteeNotReady,
        /// The federation has fewer pending ops than its rules ask for, not counting excluded ones.
        NotEnoughOps,
        /// The worker committed in this round already.
        AlreadyCommitted,
        /// The worker did not commit in this round.
        NotCommitted,
        /// State and nonce are not those that the worker committed to.
        CommitmentMismatch,
        /// The challenge is on the chain already.
        ChallengeAlreadyPosted,
        /// The challenge is not on the chain yet; anyone can post it.
        ChallengeNotPosted,
        /// Not as many samples, or proofs, as the challenge has.
        ChallengeSizeMismatch,
        /// A sample has not as many features as the base model, or a label that is no class of it.
        ChallengeSampleMalformed,
        /// A sample is not the drawn one of the committed test set.
        ChallengeSampleNotInTestSet,
        /// The worker proved in this round already.
        AlreadyProven,
        /// More correct samples than the challenge has.
        CorrectOutOfRange,
        /// The test set has fewer samples than the challenge needs.
        TestSetTooSmall,
        /// No `zkpot` key is registered for the base model's shape.
        VerifyingKeyNotFound,
        /// The registered key takes another number of public inputs.
        WrongPublicInputCount,
        /// A public input is not a scalar below the group order.
        PublicInputNotCanonical,
        /// A point of the proof is off the curve, outside its subgroup or not canonically encoded.
        ProofMalformed,
        /// The proof does not prove this accuracy for this account, round and challenge.
        ZkpotProofRejected,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(now: BlockNumberFor<T>) -> Weight {
            if T::MultiBlockMigrator::ongoing() {
                // Nobody can submit anything now: no phase ends.
                return T::DbWeight::get().reads(1);
            }
            let (rounds, ranked) = Self::advance_rounds(now);
            <T as Config>::WeightInfo::on_initialize(rounds, ranked)
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers a verifying key for good: for all federations (root) or for one (root or the base model's owner).
        ///
        /// `key` is in arkworks' compressed form. `shape` is zero for circuits that do not depend on it; `samples` is the
        /// number of challenge samples of a `zkpot` circuit and zero for the others.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::register_verifying_key(*circuit))]
        pub fn register_verifying_key(
            origin: OriginFor<T>,
            scope: Option<BaseModelId>,
            circuit: Circuit,
            shape: Shape,
            samples: u16,
            key: SubmittedKey,
        ) -> DispatchResult {
            let signer = ensure_signed_or_root(origin)?;
            Self::do_register_verifying_key(signer, scope, circuit, shape, samples, key)
        }

        /// Joins a federation as a worker; the bond is held.
        ///
        /// `signature` is the key's over the SCALE-encoded account id, with the context `training-ledger/worker/v1`.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::join_federation())]
        pub fn join_federation(
            origin: OriginFor<T>,
            base: BaseModelId,
            key: alloc::boxed::Box<MlDsaPublicKey>,
            signature: MlDsaSignature,
        ) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_join_federation(worker, base, *key, signature)
        }

        /// Leaves a federation and gets the rest of the bond back; not while a round is between Commit and Closed.
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::leave_federation())]
        pub fn leave_federation(origin: OriginFor<T>, base: BaseModelId) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_leave_federation(worker, base)
        }

        /// Opens the federation's next round. Signed by the base model's owner; a deposit is held until it closes.
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::open_round())]
        pub fn open_round(origin: OriginFor<T>, base: BaseModelId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_open_round(owner, base)
        }

        /// Ends Collect before its deadline, once enough ops are pending. Signed by the base model's owner.
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::close_collect())]
        pub fn close_collect(origin: OriginFor<T>, base: BaseModelId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_close_collect(owner, base)
        }

        /// Commits to a model without showing it. Signed by a worker of the federation, in Commit.
        ///
        /// `commitment` is blake2-256("training-ledger/commit/v1" ‖ SCALE(genesis hash, account, base, round, state, nonce)).
        #[pallet::call_index(5)]
        #[pallet::weight(<T as Config>::WeightInfo::commit_model())]
        pub fn commit_model(
            origin: OriginFor<T>,
            base: BaseModelId,
            round: RoundIndex,
            commitment: H256,
        ) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_commit_model(worker, base, round, commitment)
        }

        /// Puts the drawn samples on the chain, with their Merkle proofs under the test set's root. Anyone, in Prove.
        #[pallet::call_index(6)]
        #[pallet::weight(<T as Config>::WeightInfo::post_challenge(
            samples.len() as u32,
            samples.iter().map(|s| s.features.len()).max().unwrap_or(0) as u32,
            proofs.iter().map(|p| p.len() as u32).sum(),
        ))]
        pub fn post_challenge(
            origin: OriginFor<T>,
            base: BaseModelId,
            round: RoundIndex,
            samples: ChallengeSamples,
            proofs: SampleProofs,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_post_challenge(base, round, samples, proofs)
        }

        /// Proves how many samples of the challenge the committed model classifies correctly. Signed by a worker, in Prove.
        ///
        /// `r` and `z` are the points of the prover's transcript at which the chain evaluates the challenge.
        /// The largest challenge is charged for before, the round's after.
        #[pallet::call_index(7)]
        #[pallet::weight(<T as Config>::WeightInfo::submit_zkpot(MAX_CHALLENGE_SAMPLES, MAX_FEATURES))]
        #[allow(clippy::too_many_arguments)]
        pub fn submit_zkpot(
            origin: OriginFor<T>,
            base: BaseModelId,
            round: RoundIndex,
            state: FieldElement,
            nonce: [u8; 32],
            correct: u32,
            r: FieldElement,
            z: FieldElement,
            proof: ProofBytes,
        ) -> DispatchResultWithPostInfo {
            let worker = ensure_signed(origin)?;
            Self::do_submit_zkpot(worker, base, round, state, nonce, correct, r, z, proof)
        }
    }
}
