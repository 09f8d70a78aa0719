// SPDX-License-Identifier: Apache-2.0
//! Ops that no block can be sealed with, because they are of too few accounts.

use crate::*;
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, pallet_prelude::*};
use pallet_committee::{Pallet as Committee, PendingExclusions};
use pallet_user_models::Pallet as UserModels;
use pallet_zkpot::{Pallet as Zkpot, Phase, Rounds};
use training_primitives::*;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_close_unsealable_round(base: BaseModelId, index: RoundIndex) -> DispatchResultWithPostInfo {
        let rules = UserModels::<T>::base_model(base)?.rules;
        let round = Rounds::<T>::get(base, index).ok_or(Error::<T>::RoundNotFound)?;
        ensure!(matches!(round.phase, Phase::Commit | Phase::Prove | Phase::Seal), Error::<T>::WrongPhase);
        let excluded = Committee::<T>::excluded_between(base, round.first_op, round.last_op);
        let ops = Self::ops_between(base, round.first_op, round.last_op);
        ensure!(!Self::enough_contributors(&rules, &ops, &excluded), Error::<T>::RoundSealable);
        Zkpot::<T>::note_unsealable(base, index)?;
        Ok(Some(<T as Config>::WeightInfo::close_unsealable_round(ops.len() as u32)).into())
    }

    /// Whether the ops that are not excluded are of as many accounts as a block needs.
    pub(crate) fn enough_contributors(
        rules: &Rules,
        ops: &[(OpId, TrainingOp<T::AccountId>)],
        excluded: &[u64],
    ) -> bool {
        let included = ops.iter().filter(|(_, op)| excluded.binary_search(&op.sequence).is_err());
        included.map(|(_, op)| &op.owner).collect::<BTreeSet<_>>().len() >= rules.min_contributors as usize
    }

    pub(crate) fn do_pass_over_ops(base: BaseModelId, count: u32) -> DispatchResultWithPostInfo {
        let rules = UserModels::<T>::base_model(base)?.rules;
        ensure!((1..=MAX_PASSED_OVER).contains(&count), Error::<T>::PassedOverCount);
        ensure!(Zkpot::<T>::is_idle(base), Error::<T>::RoundInProgress);
        let first = NextPending::<T>::get(base);
        let next = first.saturating_add(count.into());
        let read = Self::check_unsealable(base, &rules, first, next)?;
        NextPending::<T>::insert(base, next);
        Committee::<T>::note_pending_from(base, next);
        Self::deposit_event(Event::OpsPassedOver { base, first, count });
        Ok(Some(<T as Config>::WeightInfo::pass_over_ops(read)).into())
    }

    /// Refuses unless each round that begins with one of the ops `first .. next` would be full and have too few contributors.
    /// Returns how many ops were read.
    fn check_unsealable(base: BaseModelId, rules: &Rules, first: u64, next: u64) -> Result<u32, Error<T>> {
        let excluded = PendingExclusions::<T>::get(base);
        let is_included = |sequence: &u64| excluded.binary_search(sequence).is_err();
        let recorded = NextSequence::<T>::get(base);
        // Accounts of the round's ops, with how many each has; the round moves along the ops.
        let mut owners: BTreeMap<T::AccountId, u32> = BTreeMap::new();
        let mut read = first;
        for begin in first..next {
            let window = Window::new(begin, recorded, &excluded, rules.max_ops);
            ensure!(window.is_full(rules.max_ops), Error::<T>::OpsSealable);
            for (_, op) in Self::ops_between(base, read, window.last) {
                if is_included(&op.sequence) {
                    *owners.entry(op.owner).or_default() += 1;
                }
            }
            read = window.last;
            ensure!(owners.len() < rules.min_contributors as usize, Error::<T>::OpsSealable);
            if is_included(&begin) {
                for (_, op) in Self::ops_between(base, begin, begin.saturating_add(1)) {
                    if let Some(left) = owners.get_mut(&op.owner) {
                        *left -= 1;
                        if *left == 0 {
                            owners.remove(&op.owner);
                        }
                    }
                }
            }
        }
        Ok(read.saturating_sub(first) as u32)
    }
}
