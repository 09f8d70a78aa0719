// SPDX-License-Identifier: Apache-2.0
//! Arithmetic of shares, rounded down.

use crate::*;
use frame_support::{ensure, pallet_prelude::*};
use polkadot_sdk::sp_runtime::{
    helpers_128bit::multiply_by_rational_with_rounding,
    traits::{CheckedAdd, Zero},
    ArithmeticError, Rounding,
};
use training_primitives::*;

/// floor(total * part / whole) without overflow; zero for an empty whole.
fn share(total: u128, part: u128, whole: u128) -> u128 {
    multiply_by_rational_with_rounding(total, part, whole, Rounding::Down).unwrap_or_default()
}

impl<T: Config> Pallet<T> {
    /// A share in basis points of the pool's total.
    pub(crate) fn fixed_share(pool: &Pool<BalanceOf<T>>, basis_points: u16) -> BalanceOf<T> {
        let whole = u128::from(Rules::BASIS_POINTS);
        Self::balance(share(pool.total.into(), basis_points.into(), whole))
    }

    /// One of so many equal parts of a share.
    pub(crate) fn equal_part(share: BalanceOf<T>, parts: usize) -> BalanceOf<T> {
        Self::balance(share.into().checked_div(parts as u128).unwrap_or_default())
    }

    /// The share of an op of this weight in what leader and committee leave.
    pub(crate) fn op_share(pool: &Pool<BalanceOf<T>>, rules: &Rules, weight: u64, block_weight: u64) -> BalanceOf<T> {
        let fixed = rules.leader_share.saturating_add(rules.committee_share);
        let left = Rules::BASIS_POINTS.saturating_sub(fixed);
        let for_ops = share(pool.total.into(), left.into(), Rules::BASIS_POINTS.into());
        Self::balance(share(for_ops, weight.into(), block_weight.into()))
    }

    fn balance(amount: u128) -> BalanceOf<T> {
        // A share is never above the total, which is a balance.
        amount.try_into().ok().unwrap_or_else(Zero::zero)
    }

    /// Counts `amount` as paid; the pool never pays more than it has.
    pub(crate) fn note_paid(
        base: BaseModelId,
        round: RoundIndex,
        mut pool: Pool<BalanceOf<T>>,
        amount: BalanceOf<T>,
    ) -> DispatchResult {
        pool.paid = pool.paid.checked_add(&amount).ok_or(ArithmeticError::Overflow)?;
        ensure!(pool.paid <= pool.total, ArithmeticError::Underflow);
        Pools::<T>::insert(base, round, pool);
        Ok(())
    }
}
