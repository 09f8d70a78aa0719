// SPDX-License-Identifier: Apache-2.0
//! Money out of pools: for ops, leaders and the members of committees.

use crate::*;
use frame_support::{ensure, pallet_prelude::*};
use pallet_committee::Pallet as Committee;
use pallet_training_ledger::{BlockWeights, Blocks, OpBlock, Ops, RoundBlock};
use pallet_user_models::Pallet as UserModels;
use pallet_zkpot::{Outcome, Rounds};
use polkadot_sdk::sp_runtime::traits::{Saturating, Zero};
use training_primitives::*;

extern crate alloc;
use alloc::vec::Vec;

/// What is due from a pool.
struct Due<Balance> {
    round: RoundIndex,
    pool: Pool<Balance>,
    amount: Balance,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_claim_training_rewards(owner: T::AccountId, model: ModelId, ops: Vec<OpId>) -> DispatchResult {
        let record = UserModels::<T>::recorded_model(&owner, model)?;
        ensure!(!ops.is_empty(), Error::<T>::NoOps);
        let mut distinct = ops.clone();
        distinct.sort_unstable();
        distinct.dedup();
        ensure!(distinct.len() == ops.len(), Error::<T>::DuplicateOp);
        let rules = UserModels::<T>::base_model(record.base)?.rules;
        let mut sum = BalanceOf::<T>::zero();
        for id in ops {
            let amount = Self::claim_op(&rules, model, id)?;
            sum = sum.saturating_add(amount);
            Self::deposit_event(Event::RewardClaimed { model, op: id, to: owner.clone(), amount });
        }
        Self::pay(&owner, sum)
    }

    fn claim_op(rules: &Rules, model: ModelId, id: OpId) -> Result<BalanceOf<T>, DispatchError> {
        let op = Ops::<T>::get(id).ok_or(Error::<T>::OpNotFound)?;
        ensure!(op.model == model, Error::<T>::OpNotOfModel);
        let Due { round, pool, amount } = Self::due(rules, id, &op)?;
        Self::note_paid(op.base, round, pool, amount)?;
        ClaimedOps::<T>::insert(id, amount);
        Ok(amount)
    }

    /// What is due for an op that is sealed and not paid.
    fn due(rules: &Rules, id: OpId, op: &TrainingOp<T::AccountId>) -> Result<Due<BalanceOf<T>>, Error<T>> {
        ensure!(!ClaimedOps::<T>::contains_key(id), Error::<T>::AlreadyClaimed);
        let number = OpBlock::<T>::get(id).ok_or(Error::<T>::OpNotSealed)?;
        let TrainingBlock { round, aggregate, .. } = Blocks::<T>::get(number).ok_or(Error::<T>::OpNotSealed)?;
        ensure!(aggregate.excluded.binary_search(&op.sequence).is_err(), Error::<T>::OpExcluded);
        let pool = Pools::<T>::get(op.base, round).ok_or(Error::<T>::PoolNotFound)?;
        let block_weight = BlockWeights::<T>::get(number).ok_or(Error::<T>::OpNotSealed)?;
        Ok(Due { round, amount: Self::op_share(&pool, rules, op.weight, block_weight), pool })
    }

    /// What a claim for this op pays now; none for an op that is not sealed, was excluded or paid, or has
    /// no pool.
    pub fn pending_reward(id: OpId) -> Option<BalanceOf<T>> {
        let op = Ops::<T>::get(id)?;
        let rules = UserModels::<T>::base_model(op.base).ok()?.rules;
        Self::due(&rules, id, &op).ok().map(|due| due.amount)
    }

    pub(crate) fn do_claim_leader_reward(leader: T::AccountId, base: BaseModelId, index: RoundIndex) -> DispatchResult {
        let rules = UserModels::<T>::base_model(base)?.rules;
        let number = RoundBlock::<T>::get(base, index).ok_or(Error::<T>::RoundNotSealed)?;
        let block = Blocks::<T>::get(number).ok_or(Error::<T>::RoundNotSealed)?;
        ensure!(block.leader == leader, Error::<T>::NotLeader);
        ensure!(!LeaderClaimed::<T>::contains_key((base, index)), Error::<T>::AlreadyClaimed);
        let pool = Pools::<T>::get(base, index).ok_or(Error::<T>::PoolNotFound)?;
        let amount = Self::fixed_share(&pool, rules.leader_share);
        Self::note_paid(base, index, pool, amount)?;
        LeaderClaimed::<T>::insert((base, index), ());
        Self::pay(&leader, amount)?;
        Self::deposit_event(Event::LeaderRewarded { base, round: index, leader, amount });
        Ok(())
    }

    pub(crate) fn do_claim_committee_reward(
        member: T::AccountId,
        base: BaseModelId,
        index: RoundIndex,
    ) -> DispatchResult {
        let rules = UserModels::<T>::base_model(base)?.rules;
        let round = Rounds::<T>::get(base, index).ok_or(Error::<T>::RoundNotSealed)?;
        ensure!(round.block.is_some(), Error::<T>::RoundNotSealed);
        // From now on no attempt changes.
        ensure!(round.outcome == Some(Outcome::Sealed), Error::<T>::RoundNotDecrypted);
        let openers = Committee::<T>::openers(base, index);
        ensure!(openers.contains(&member), Error::<T>::NotCommittee);
        ensure!(!CommitteeClaimed::<T>::contains_key((base, index), &member), Error::<T>::AlreadyClaimed);
        let pool = Pools::<T>::get(base, index).ok_or(Error::<T>::PoolNotFound)?;
        let amount = Self::equal_part(Self::fixed_share(&pool, rules.committee_share), openers.len());
        Self::note_paid(base, index, pool, amount)?;
        CommitteeClaimed::<T>::insert((base, index), &member, ());
        Self::pay(&member, amount)?;
        Self::deposit_event(Event::CommitteeRewarded { base, round: index, to: member, amount });
        Ok(())
    }
}
