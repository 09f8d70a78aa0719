// SPDX-License-Identifier: Apache-2.0
//! # Rewards
//!
//! Reward pools of rounds. A pool is divided over the included ops of the round's sealed block by weight, with fixed shares for
//! the leader and for the members of the committee who opened the aggregate. Shares are rounded down, each is paid once, and all of them together never exceed the pool.
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

use polkadot_sdk::{
    frame_support::{self, traits::fungible, PalletId},
    frame_system,
};

/// Balance of the currency in which rewards are paid.
pub type BalanceOf<T> =
    <<T as Config>::RewardCurrency as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;

/// Most ops of one claim.
pub const MAX_CLAIM: u32 = 64;

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
    pub trait Config: polkadot_sdk::frame_system::Config + pallet_training_ledger::Config {
        /// Pays rewards.
        type RewardCurrency: fungible::Mutate<Self::AccountId, Balance: Into<u128> + TryFrom<u128>>;
        /// Names the account that keeps the pools.
        #[pallet::constant]
        type RewardPalletId: Get<PalletId>;
        type WeightInfo: WeightInfo;
    }

    /// Reward pools by federation and round.
    #[pallet::storage]
    pub type Pools<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, BaseModelId, Blake2_128Concat, RoundIndex, Pool<BalanceOf<T>>>;

    /// Who paid how much into a pool.
    #[pallet::storage]
    pub type Funders<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        (BaseModelId, RoundIndex),
        Blake2_128Concat,
        T::AccountId,
        BalanceOf<T>,
        ValueQuery,
    >;

    /// What was paid for each op.
    #[pallet::storage]
    pub type ClaimedOps<T: Config> = StorageMap<_, Blake2_128Concat, OpId, BalanceOf<T>>;

    /// Rounds whose leader was paid.
    #[pallet::storage]
    pub type LeaderClaimed<T: Config> = StorageMap<_, Blake2_128Concat, (BaseModelId, RoundIndex), ()>;

    /// Members of the committee who were paid for a round.
    #[pallet::storage]
    pub type CommitteeClaimed<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, (BaseModelId, RoundIndex), Blake2_128Concat, T::AccountId, ()>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A pool was paid into.
        RoundFunded { base: BaseModelId, round: RoundIndex, funder: T::AccountId, amount: BalanceOf<T> },
        /// An op was paid for.
        RewardClaimed { model: ModelId, op: OpId, to: T::AccountId, amount: BalanceOf<T> },
        /// A round's leader was paid.
        LeaderRewarded { base: BaseModelId, round: RoundIndex, leader: T::AccountId, amount: BalanceOf<T> },
        /// A member of the committee was paid for a round.
        CommitteeRewarded { base: BaseModelId, round: RoundIndex, to: T::AccountId, amount: BalanceOf<T> },
        /// A funder took its money back from a round that closed empty.
        FundingWithdrawn { base: BaseModelId, round: RoundIndex, funder: T::AccountId, amount: BalanceOf<T> },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The round is sealed or closed, or lies further ahead than the next one.
        RoundNotFundable,
        /// The amount is zero.
        AmountZero,
        /// The account does not have the amount, or it would fall below the existential deposit.
        InsufficientFunds,
        /// A claim names no op.
        NoOps,
        /// A claim names an op twice.
        DuplicateOp,
        /// No op has this id.
        OpNotFound,
        /// The op is of another model.
        OpNotOfModel,
        /// The op is in no sealed block yet.
        OpNotSealed,
        /// The committee excluded the op: it earns nothing.
        OpExcluded,
        /// This was paid already.
        AlreadyClaimed,
        /// The round has no pool.
        PoolNotFound,
        /// The round has no sealed block.
        RoundNotSealed,
        /// Only the leader who sealed may claim this.
        NotLeader,
        /// Only the members who opened the round's aggregate may claim this.
        NotCommittee,
        /// The round's generation is not recorded.
        RoundNotDecrypted,
        /// The account has nothing in the pool of a round that closed empty.
        NothingToWithdraw,
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Pays into the pool of the federation's newest round, until it is sealed, or of its next one. Signed by anyone.
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::fund_round())]
        pub fn fund_round(
            origin: OriginFor<T>,
            base: BaseModelId,
            round: RoundIndex,
            amount: BalanceOf<T>,
        ) -> DispatchResult {
            let funder = ensure_signed(origin)?;
            Self::do_fund_round(funder, base, round, amount)
        }

        /// Pays out the shares of sealed ops of one model, all or nothing. Signed by the model's owner.
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::claim_training_rewards(ops.len() as u32))]
        pub fn claim_training_rewards(
            origin: OriginFor<T>,
            model: ModelId,
            ops: BoundedVec<OpId, ConstU32<MAX_CLAIM>>,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_claim_training_rewards(owner, model, ops.into_inner())
        }

        /// Pays out the leader's share. Signed by the leader who sealed the round.
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::claim_share())]
        pub fn claim_leader_reward(origin: OriginFor<T>, base: BaseModelId, round: RoundIndex) -> DispatchResult {
            let leader = ensure_signed(origin)?;
            Self::do_claim_leader_reward(leader, base, round)
        }

        /// Pays out a member's part of the committee's share, after the round's generation is recorded. Signed by a member.
        ///
        /// The members of the newest attempt of which all shares are in get equal parts, rounded down.
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::claim_committee_reward())]
        pub fn claim_committee_reward(origin: OriginFor<T>, base: BaseModelId, round: RoundIndex) -> DispatchResult {
            let member = ensure_signed(origin)?;
            Self::do_claim_committee_reward(member, base, round)
        }

        /// Gives a funder its money back after a round closed empty. Signed by the funder.
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::withdraw_funding())]
        pub fn withdraw_funding(origin: OriginFor<T>, base: BaseModelId, round: RoundIndex) -> DispatchResult {
            let funder = ensure_signed(origin)?;
            Self::do_withdraw_funding(funder, base, round)
        }
    }
}
