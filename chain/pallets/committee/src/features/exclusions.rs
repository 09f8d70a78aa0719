// SPDX-License-Identifier: Apache-2.0
//! Ops that the committee leaves out of aggregates.

use crate::*;
use frame_support::{ensure, pallet_prelude::*};
use training_primitives::*;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_exclude_ops(account: T::AccountId, base: BaseModelId, sequences: Sequences) -> DispatchResult {
        let committee = Self::ready_member(base, &account)?;
        let mut excluded = PendingExclusions::<T>::get(base);
        let mut counted = false;
        for sequence in sequences {
            ensure!(T::Rounds::is_pending(base, sequence), Error::<T>::OpNotPending);
            let op = (base, sequence);
            let mut exclusion = Exclusions::<T>::get(base, sequence);
            if exclusion.excluded || ExclusionVotes::<T>::contains_key(op, &account) {
                continue;
            }
            counted = true;
            ExclusionVotes::<T>::insert(op, &account, ());
            exclusion.votes = exclusion.votes.saturating_add(1);
            let votes = exclusion.votes;
            Self::deposit_event(Event::ExclusionVoted { base, sequence, member: account.clone(), votes });
            if votes >= committee.threshold {
                exclusion.excluded = true;
                if let Err(place) = excluded.binary_search(&sequence) {
                    // Never full: at most as many ops are within reach of the next block.
                    excluded.try_insert(place, sequence).map_err(|_| Error::<T>::OpNotPending)?;
                }
                Self::deposit_event(Event::OpExcluded { base, sequence });
            }
            Exclusions::<T>::insert(base, sequence, exclusion);
        }
        ensure!(counted, Error::<T>::NoNewVote);
        if !excluded.is_empty() {
            PendingExclusions::<T>::insert(base, excluded);
        }
        Ok(())
    }

    /// The ops from `first` on that one round takes, if the next op gets the number `end`.
    pub fn window(base: BaseModelId, first: u64, end: u64, max_ops: u32) -> Window {
        Window::new(first, end, &PendingExclusions::<T>::get(base), max_ops)
    }

    /// The excluded ones of the federation's pending ops `first .. last`, in ascending order.
    pub fn excluded_between(base: BaseModelId, first: u64, last: u64) -> ExcludedOps {
        let mut excluded = PendingExclusions::<T>::get(base);
        excluded.retain(|sequence| (first..last).contains(sequence));
        excluded
    }

    /// The ledger's ops before `next_pending` are pending no more.
    pub fn note_pending_from(base: BaseModelId, next_pending: u64) {
        PendingExclusions::<T>::mutate_exists(base, |excluded| {
            if let Some(ops) = excluded {
                ops.retain(|sequence| *sequence >= next_pending);
                if ops.is_empty() {
                    *excluded = None;
                }
            }
        });
    }
}
