// SPDX-License-Identifier: Apache-2.0
//! Sums of the commitments of ops.

use crate::*;
use pallet_committee::Pallet as Committee;
use pallet_zkpot::{Phase, Rounds};
use training_primitives::{pedersen::Sum, *};

impl<T: Config> Pallet<T> {
    /// The sum of the ops before `sequence`; none if these are not recorded.
    pub(crate) fn sum_before(base: BaseModelId, sequence: u64) -> Option<Sum> {
        match sequence.checked_sub(1) {
            Some(last) => Sum::read(&CommitmentSums::<T>::get(base, last)?).ok(),
            None => Some(Sum::zero()),
        }
    }

    /// The sum of the ops `first .. last` without those that are committed to `excluded`.
    pub(crate) fn sum_between<'a>(
        base: BaseModelId,
        first: u64,
        last: u64,
        mut excluded: impl Iterator<Item = &'a CommitmentBytes>,
    ) -> Option<Sum> {
        let all = Self::sum_before(base, last)?.minus(&Self::sum_before(base, first)?);
        excluded.try_fold(all, |sum, commitment| Some(sum.minus(&Sum::decode(commitment).ok()?)))
    }

    /// What the aggregate of a round is committed to, sealed or as its ops and the committee's exclusions stand.
    pub fn aggregate_commitment(base: BaseModelId, index: RoundIndex) -> Option<CommitmentBytes> {
        if let Some(number) = RoundBlock::<T>::get(base, index) {
            return Some(Blocks::<T>::get(number)?.aggregate.commitment);
        }
        let round = Rounds::<T>::get(base, index)?;
        if matches!(round.phase, Phase::Collect | Phase::Closed) {
            return None;
        }
        let (first, last) = (round.first_op, round.last_op);
        let excluded = Committee::<T>::excluded_between(base, first, last)
            .iter()
            .map(|sequence| Some(Ops::<T>::get(FederationOps::<T>::get(base, sequence)?)?.contents.gradient_commitment))
            .collect::<Option<alloc::vec::Vec<_>>>()?;
        Some(Self::sum_between(base, first, last, excluded.iter())?.commitment())
    }
}
