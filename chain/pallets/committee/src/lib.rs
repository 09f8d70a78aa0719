// SPDX-License-Identifier: Apache-2.0
//! # Committee
//!
//! The committee that holds a federation's key in shares. Members make the key without anyone ever having the whole of it; as
//! many as the threshold open the sum of a sealed block's updates, and never a single one. They also exclude ops whose update is
//! not what it is committed to. The cryptography happens off the chain (docs/aggregation.md): the chain fixes who said what, in
//! which order, and whose turn it is.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod features;
pub mod migrations;
#[cfg(test)]
mod mock;
#[cfg(feature = "test-utils")]
pub mod test_utils;
#[cfg(test)]
mod tests;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use polkadot_sdk::{frame_support, frame_system};
use training_primitives::{BaseModelId, ContentHash, RoundIndex};

/// What a committee has to know of its federation's rounds and ops.
pub trait FederationRounds {
    /// The stored sum that a round sealed, as long as it may be opened: until its generation is recorded or the federation
    /// seals another block.
    fn sealed_aggregate(base: BaseModelId, round: RoundIndex) -> Option<ContentHash>;
    /// Whether an op is recorded, in no sealed block, and within reach of the next one: among the first `Rules::MAX_OPS`.
    fn is_pending(base: BaseModelId, sequence: u64) -> bool;
}

#[frame_support::pallet]
pub mod pallet {
    use super::*;
    use alloc::vec::Vec;
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;

    /// Layout of the storage. 1: `Openings` in place of `CurrentAttempt`.
    pub(crate) const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: polkadot_sdk::frame_system::Config + pallet_user_models::Config {
        /// The federation's rounds and ops.
        type Rounds: FederationRounds;
        /// How long the members of an attempt have to submit their shares before another set may be tried.
        #[pallet::constant]
        type ShareTimeout: Get<BlockNumberFor<Self>>;
        type WeightInfo: WeightInfo;
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// Most members of a committee.
        #[pallet::constant_name(MaxMembers)]
        fn max_members() -> u32 {
            MAX_MEMBERS
        }
    }

    /// The newest committee of each federation.
    #[pallet::storage]
    pub type Committees<T: Config> = StorageMap<_, Blake2_128Concat, BaseModelId, Committee<T::AccountId>>;

    /// Members who voted against an op.
    #[pallet::storage]
    pub type ExclusionVotes<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, (BaseModelId, u64), Blake2_128Concat, T::AccountId, ()>;

    /// What the votes against an op come to, by federation and sequence number. An exclusion is never taken back.
    #[pallet::storage]
    pub type Exclusions<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, BaseModelId, Blake2_128Concat, u64, Exclusion, ValueQuery>;

    /// Excluded ops of each federation that are in no sealed block, in ascending order. Those of a block are named by it.
    #[pallet::storage]
    pub type PendingExclusions<T: Config> = StorageMap<_, Blake2_128Concat, BaseModelId, ExcludedOps, ValueQuery>;

    /// Members who approved the opening of a round's aggregate, as they came.
    #[pallet::storage]
    pub type Approvals<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        BaseModelId,
        Blake2_128Concat,
        RoundIndex,
        PerMember<T::AccountId>,
        ValueQuery,
    >;

    /// Attempts to open a round's aggregate, from 0.
    #[pallet::storage]
    pub type Decryptions<T: Config> = StorageNMap<
        _,
        (NMapKey<Blake2_128Concat, BaseModelId>, NMapKey<Blake2_128Concat, RoundIndex>, NMapKey<Blake2_128Concat, u8>),
        Attempt<T::AccountId, BlockNumberFor<T>>,
    >;

    /// How far the opening of each round's aggregate is; none before its first attempt.
    #[pallet::storage]
    pub type Openings<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, BaseModelId, Blake2_128Concat, RoundIndex, Opening>;

    /// The newest time in which migrations kept everyone from submitting.
    #[pallet::storage]
    pub type LastSuspension<T: Config> = StorageValue<_, Suspension<BlockNumberFor<T>>>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A federation's owner named the members of its committee.
        CommitteeFormed { base: BaseModelId, epoch: u32, members: Vec<T::AccountId>, threshold: u8 },
        /// A member accepted, with its stored one-time key.
        MembershipAccepted { base: BaseModelId, epoch: u32, member: T::AccountId, keys: ContentHash },
        /// All members accepted: they commit to their dealings now.
        DealingBegun { base: BaseModelId, epoch: u32 },
        /// A member committed to its dealing.
        DealingCommitted { base: BaseModelId, epoch: u32, member: T::AccountId, dealing: ContentHash },
        /// All members committed to their dealings: they store them, and confirm the key or complain.
        ConfirmingBegun { base: BaseModelId, epoch: u32 },
        /// A member computed the collective key.
        KeyConfirmed { base: BaseModelId, epoch: u32, member: T::AccountId, public_key: ContentHash },
        /// All members confirmed, and not the same key. The owner forms another committee.
        KeysDiffer { base: BaseModelId, epoch: u32 },
        /// The committee has a key.
        CommitteeReady { base: BaseModelId, epoch: u32, public_key: ContentHash },
        /// A member complained about a dealing. The owner forms another committee.
        CommitteeFailed {
            base: BaseModelId,
            epoch: u32,
            accused: T::AccountId,
            accuser: T::AccountId,
            evidence: ContentHash,
        },
        /// A member voted against an op.
        ExclusionVoted { base: BaseModelId, sequence: u64, member: T::AccountId, votes: u8 },
        /// An op is in no aggregate, for good.
        OpExcluded { base: BaseModelId, sequence: u64 },
        /// A member checked a round's aggregate and is ready to open it.
        AggregateApproved { base: BaseModelId, round: RoundIndex, member: T::AccountId, approvals: u32 },
        /// These members are to submit their shares.
        DecryptionOpened { base: BaseModelId, round: RoundIndex, attempt: u8, members: Vec<T::AccountId> },
        /// A member submitted its share.
        PartialDecryptionSubmitted {
            base: BaseModelId,
            round: RoundIndex,
            attempt: u8,
            member: T::AccountId,
            share: ContentHash,
        },
        /// All shares of an attempt are in: everyone can open the aggregate, unless a share is wrong.
        SharesComplete { base: BaseModelId, round: RoundIndex, attempt: u8 },
        /// After a runtime upgrade, so many entries got the layout of this storage version.
        LayoutMigrated { version: u16, entries: u32 },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// Only the base model's owner may do this.
        NotBaseModelOwner,
        /// A committee has at least two members.
        TooFewMembers,
        /// An account is named twice.
        DuplicateMember,
        /// The threshold is below 2 or above the number of members.
        ThresholdInvalid,
        /// The federation's committee has its key; it is never replaced.
        CommitteeAlreadyReady,
        /// The federation has no committee.
        CommitteeNotFound,
        /// The account is no member of the federation's committee.
        NotMember,
        /// The committee is at another step.
        WrongStatus,
        /// The member accepted already.
        AlreadyAccepted,
        /// The member committed to its dealing already.
        AlreadyDealt,
        /// The member confirmed a key already.
        AlreadyConfirmed,
        /// The accused account is no member of the committee.
        DealerNotMember,
        /// A member does not complain about itself.
        OwnDealing,
        /// The committee has no key yet.
        CommitteeNotReady,
        /// The op is not recorded, is in a sealed block, or too many others come before it.
        OpNotPending,
        /// The member voted against each of these ops before, or they are excluded already.
        NoNewVote,
        /// The round sealed no block, its generation is recorded, or the federation sealed another block.
        RoundNotOpenable,
        /// The round sealed another aggregate.
        AggregateMismatch,
        /// The member approved already.
        AlreadyApproved,
        /// There is no such attempt; the first one opens with as many approvals as the threshold.
        AttemptNotFound,
        /// Another attempt was opened after this one.
        AttemptOver,
        /// The account is not in the attempt's set.
        NotInAttempt,
        /// The member submitted its share already.
        AlreadySubmitted,
        /// Shares of the current attempt are missing, and there is still time for them.
        AttemptRunning,
        /// Every set of approvers who submit their shares was tried.
        NoSetLeft,
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Names the members of a federation's committee, and how many of them open an aggregate. Signed by the base model's
        /// owner, once, or again as long as the committee has no key.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::form_committee())]
        pub fn form_committee(
            origin: OriginFor<T>,
            base: BaseModelId,
            members: PerMember<T::AccountId>,
            threshold: u8,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_form_committee(owner, base, members.into_inner(), threshold)
        }

        /// Accepts to be a member. `keys` is the stored one-time ML-KEM-768 key, to which the others seal shares. Signed by a
        /// member, in Forming.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::member_step())]
        pub fn accept_membership(origin: OriginFor<T>, base: BaseModelId, keys: ContentHash) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_accept_membership(account, base, keys)
        }

        /// Commits to a dealing by its content hash. It is stored only after everyone committed, so that nobody chooses its own
        /// by the others'. Signed by a member, in Dealing.
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::member_step())]
        pub fn commit_dealing(origin: OriginFor<T>, base: BaseModelId, dealing: ContentHash) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_commit_dealing(account, base, dealing)
        }

        /// Confirms the stored collective public key, after all dealings were checked. Signed by a member, in Confirming.
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::member_step())]
        pub fn confirm_key(origin: OriginFor<T>, base: BaseModelId, public_key: ContentHash) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_confirm_key(account, base, public_key)
        }

        /// Complains about a dealing, with evidence from which everyone can judge who is at fault: the committee has failed.
        /// Signed by a member, in Confirming.
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::member_step())]
        pub fn complain(
            origin: OriginFor<T>,
            base: BaseModelId,
            dealer: T::AccountId,
            evidence: ContentHash,
        ) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_complain(account, base, dealer, evidence)
        }

        /// Votes against ops whose update is not what it is committed to. An op with as many votes as the threshold is in no
        /// aggregate, for good. Signed by a member; a vote that is not new changes nothing.
        #[pallet::call_index(5)]
        #[pallet::weight(<T as Config>::WeightInfo::exclude_ops(sequences.len() as u32))]
        pub fn exclude_ops(origin: OriginFor<T>, base: BaseModelId, sequences: Sequences) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_exclude_ops(account, base, sequences)
        }

        /// Says that a round's aggregate was checked and may be opened. Signed by a member, once a round.
        ///
        /// With as many approvals as the threshold, attempt 0 opens, of those who approved.
        #[pallet::call_index(6)]
        #[pallet::weight(<T as Config>::WeightInfo::approve_aggregate())]
        pub fn approve_aggregate(
            origin: OriginFor<T>,
            base: BaseModelId,
            round: RoundIndex,
            content: ContentHash,
        ) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_approve_aggregate(account, base, round, content)
        }

        /// Submits the stored partial decryption of the round's current attempt. Signed by a member of its set, once.
        #[pallet::call_index(7)]
        #[pallet::weight(<T as Config>::WeightInfo::submit_partial_decryption())]
        pub fn submit_partial_decryption(
            origin: OriginFor<T>,
            base: BaseModelId,
            round: RoundIndex,
            attempt: u8,
            share: ContentHash,
        ) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_submit_partial_decryption(account, base, round, attempt, share)
        }

        /// Opens an attempt of another set, if the current one opens to nothing or lacks shares for too long. Signed by a member.
        ///
        /// Sets are tried in colexicographic order of approval, each once; who let an attempt pass is in no later one.
        #[pallet::call_index(8)]
        #[pallet::weight(<T as Config>::WeightInfo::next_attempt())]
        pub fn next_attempt(origin: OriginFor<T>, base: BaseModelId, round: RoundIndex) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_next_attempt(account, base, round)
        }
    }
}
