// SPDX-License-Identifier: Apache-2.0
//! Opening aggregates: approvals, sets of members and their partial decryptions.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*};
use frame_system::pallet_prelude::BlockNumberFor;
use polkadot_sdk::{sp_core::H256, sp_runtime::traits::Saturating};
use training_primitives::*;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_approve_aggregate(
        account: T::AccountId,
        base: BaseModelId,
        round: RoundIndex,
        content: ContentHash,
    ) -> DispatchResult {
        let committee = Self::ready_member(base, &account)?;
        let sealed = T::Rounds::sealed_aggregate(base, round).ok_or(Error::<T>::RoundNotOpenable)?;
        ensure!(content == sealed, Error::<T>::AggregateMismatch);
        let mut approvals = Approvals::<T>::get(base, round);
        ensure!(!approvals.contains(&account), Error::<T>::AlreadyApproved);
        // Never full: the members are at most as many, and each approves once.
        approvals.try_push(account.clone()).map_err(|_| Error::<T>::AlreadyApproved)?;
        let count = approvals.len() as u32;
        Self::deposit_event(Event::AggregateApproved { base, round, member: account, approvals: count });
        if count == u32::from(committee.threshold) {
            Self::open_attempt(base, round, 0, approvals.clone());
        }
        Approvals::<T>::insert(base, round, approvals);
        Ok(())
    }

    pub(crate) fn do_submit_partial_decryption(
        account: T::AccountId,
        base: BaseModelId,
        round: RoundIndex,
        number: u8,
        share: ContentHash,
    ) -> DispatchResult {
        ensure!(T::Rounds::sealed_aggregate(base, round).is_some(), Error::<T>::RoundNotOpenable);
        let opening = Openings::<T>::get(base, round).ok_or(Error::<T>::AttemptNotFound)?;
        ensure!(number <= opening.current, Error::<T>::AttemptNotFound);
        ensure!(number == opening.current, Error::<T>::AttemptOver);
        let mut attempt = Decryptions::<T>::get((base, round, number)).ok_or(Error::<T>::AttemptNotFound)?;
        ensure!(attempt.members.contains(&account), Error::<T>::NotInAttempt);
        ensure!(!attempt.has_share_of(&account), Error::<T>::AlreadySubmitted);
        // Never full: each of its members once.
        attempt.shares.try_push((account.clone(), share)).map_err(|_| Error::<T>::AlreadySubmitted)?;
        Self::deposit_event(Event::PartialDecryptionSubmitted { base, round, attempt: number, member: account, share });
        if attempt.is_complete() {
            Openings::<T>::insert(base, round, Opening { complete: Some(number), ..opening });
            Self::deposit_event(Event::SharesComplete { base, round, attempt: number });
        }
        Decryptions::<T>::insert((base, round, number), attempt);
        Ok(())
    }

    pub(crate) fn do_next_attempt(account: T::AccountId, base: BaseModelId, round: RoundIndex) -> DispatchResult {
        let committee = Self::ready_member(base, &account)?;
        ensure!(T::Rounds::sealed_aggregate(base, round).is_some(), Error::<T>::RoundNotOpenable);
        let attempts = Self::attempts(base, round);
        let newest = attempts.last().ok_or(Error::<T>::AttemptNotFound)?;
        let patience = T::ShareTimeout::get().saturating_add(Self::suspended_since(newest.opened_at));
        let patience_ends = newest.opened_at.saturating_add(patience);
        let now = frame_system::Pallet::<T>::block_number();
        ensure!(newest.is_complete() || now >= patience_ends, Error::<T>::AttemptRunning);
        let approvals = Approvals::<T>::get(base, round);
        let next = next_set(&approvals, &attempts, committee.threshold).ok_or(Error::<T>::NoSetLeft)?;
        // Not more than there are sets of seven members.
        Self::open_attempt(base, round, attempts.len() as u8, next);
        Ok(())
    }

    fn open_attempt(base: BaseModelId, round: RoundIndex, number: u8, members: PerMember<T::AccountId>) {
        let opened_at = frame_system::Pallet::<T>::block_number();
        // The same for all attempts of a round, so that their shares are of the same ciphertext and can be compared.
        let seed = Decryptions::<T>::get((base, round, 0))
            .map_or_else(|| H256::from_slice(frame_system::Pallet::<T>::parent_hash().as_ref()), |first| first.seed);
        let attempt = Attempt { members: members.clone(), opened_at, seed, shares: Default::default() };
        Decryptions::<T>::insert((base, round, number), attempt);
        let complete = Openings::<T>::get(base, round).and_then(|opening| opening.complete);
        Openings::<T>::insert(base, round, Opening { current: number, complete });
        Self::deposit_event(Event::DecryptionOpened { base, round, attempt: number, members: members.into_inner() });
    }

    /// The attempts of a round so far: at most one for each set.
    fn attempts(base: BaseModelId, round: RoundIndex) -> Vec<Attempt<T::AccountId, BlockNumberFor<T>>> {
        let opening = Openings::<T>::get(base, round);
        let numbers = opening.map(|opening| 0..=opening.current).into_iter().flatten();
        numbers.filter_map(|number| Decryptions::<T>::get((base, round, number))).collect()
    }

    /// The members of a round's newest attempt of which all shares are in; none before.
    pub fn openers(base: BaseModelId, round: RoundIndex) -> Vec<T::AccountId> {
        let complete = Openings::<T>::get(base, round).and_then(|opening| opening.complete);
        let attempt = complete.and_then(|number| Decryptions::<T>::get((base, round, number)));
        attempt.map(|attempt| attempt.members.into_inner()).unwrap_or_default()
    }

    /// Whether all shares of an attempt to open a round's aggregate are in.
    pub fn is_opened(base: BaseModelId, round: RoundIndex) -> bool {
        Openings::<T>::get(base, round).is_some_and(|opening| opening.complete.is_some())
    }
}

/// The next set of `threshold` approvers to try: the first one in colexicographic order of approval that was not tried before and
/// has no member who let an attempt pass without a share. Later approvals only append to this order.
fn next_set<AccountId: Clone + PartialEq, BlockNumber>(
    approvals: &PerMember<AccountId>,
    attempts: &[Attempt<AccountId, BlockNumber>],
    threshold: u8,
) -> Option<PerMember<AccountId>> {
    let failed = |account: &AccountId| {
        attempts.iter().any(|attempt| attempt.members.contains(account) && !attempt.has_share_of(account))
    };
    // The sets as numbers: bit n is the n-th approver. Their order as numbers is the colexicographic one.
    let set = |members: u8| -> PerMember<AccountId> {
        let chosen = approvals.iter().enumerate().filter(|(place, _)| members >> place & 1 == 1);
        PerMember::truncate_from(chosen.map(|(_, account)| account.clone()).collect())
    };
    (0u8..1 << approvals.len())
        .filter(|members| members.count_ones() == u32::from(threshold))
        .map(set)
        .find(|members| !members.iter().any(failed) && attempts.iter().all(|attempt| attempt.members != *members))
}
