// SPDX-License-Identifier: Apache-2.0
//! Money into pools, and back out of rounds that closed empty.

use crate::*;
use frame_support::{
    ensure,
    pallet_prelude::*,
    traits::{fungible::Mutate, tokens::Preservation},
};
use pallet_user_models::Pallet as UserModels;
use pallet_zkpot::{CurrentRound, Outcome, Phase, Rounds};
use polkadot_sdk::sp_runtime::traits::{AccountIdConversion, Saturating, Zero};
use training_primitives::*;

impl<T: Config> Pallet<T> {
    /// The account that keeps the pools.
    pub fn account() -> T::AccountId {
        T::RewardPalletId::get().into_account_truncating()
    }

    pub(crate) fn do_fund_round(
        funder: T::AccountId,
        base: BaseModelId,
        index: RoundIndex,
        amount: BalanceOf<T>,
    ) -> DispatchResult {
        UserModels::<T>::base_model(base)?;
        ensure!(!amount.is_zero(), Error::<T>::AmountZero);
        ensure!(Self::is_fundable(base, index), Error::<T>::RoundNotFundable);
        T::RewardCurrency::transfer(&funder, &Self::account(), amount, Preservation::Preserve)
            .map_err(|_| Error::<T>::InsufficientFunds)?;
        Pools::<T>::mutate(base, index, |pool| {
            let pool = pool.get_or_insert_with(Default::default);
            pool.total = pool.total.saturating_add(amount);
        });
        Funders::<T>::mutate((base, index), &funder, |sum| *sum = sum.saturating_add(amount));
        Self::deposit_event(Event::RoundFunded { base, round: index, funder, amount });
        Ok(())
    }

    fn is_fundable(base: BaseModelId, index: RoundIndex) -> bool {
        match CurrentRound::<T>::get(base) {
            None => index == 0,
            Some(current) if index == current => {
                Rounds::<T>::get(base, index).is_some_and(|round| round.block.is_none() && round.phase != Phase::Closed)
            }
            Some(current) => index == current.saturating_add(1),
        }
    }

    pub(crate) fn do_withdraw_funding(funder: T::AccountId, base: BaseModelId, index: RoundIndex) -> DispatchResult {
        let empty = Rounds::<T>::get(base, index).is_some_and(|round| round.outcome == Some(Outcome::Empty));
        ensure!(empty, Error::<T>::NothingToWithdraw);
        let amount = Funders::<T>::take((base, index), &funder);
        ensure!(!amount.is_zero(), Error::<T>::NothingToWithdraw);
        let pool = Pools::<T>::get(base, index).ok_or(Error::<T>::PoolNotFound)?;
        Self::note_paid(base, index, pool, amount)?;
        Self::pay(&funder, amount)?;
        Self::deposit_event(Event::FundingWithdrawn { base, round: index, funder, amount });
        Ok(())
    }

    pub(crate) fn pay(to: &T::AccountId, amount: BalanceOf<T>) -> DispatchResult {
        T::RewardCurrency::transfer(&Self::account(), to, amount, Preservation::Expendable).map(|_| ())
    }
}
