// SPDX-License-Identifier: Apache-2.0
//! Opening rounds, and what the ledger tells them.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*, traits::fungible::MutateHold};
use frame_system::pallet_prelude::BlockNumberFor;
use polkadot_sdk::sp_runtime::traits::{One, Saturating};
use training_primitives::*;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_open_round(owner: T::AccountId, base: BaseModelId) -> DispatchResult {
        let model = pallet_user_models::Pallet::<T>::base_model(base)?;
        ensure!(model.owner == owner, Error::<T>::NotBaseModelOwner);
        ensure!(Self::is_idle(base), Error::<T>::RoundInProgress);
        let index = CurrentRound::<T>::get(base).map_or(0, |last| last.saturating_add(1));
        ensure!(pallet_committee::Pallet::<T>::is_ready(base), Error::<T>::CommitteeNotReady);
        let key = Self::verifying_key(base, Circuit::Zkpot, model.shape).ok_or(Error::<T>::VerifyingKeyNotFound)?;
        ensure!(u32::from(key.samples) <= model.test_set.size, Error::<T>::TestSetTooSmall);
        ActiveRounds::<T>::try_mutate(|active| active.try_push(base)).map_err(|_| Error::<T>::TooManyActiveRounds)?;
        T::Currency::hold(&HoldReason::RoundDeposit.into(), &owner, T::RoundDeposit::get())
            .map_err(|_| Error::<T>::InsufficientDeposit)?;
        let first_op = T::Ops::next_pending(base);
        let mut round = Round {
            phase: Phase::Collect,
            deadline: Self::now().saturating_add(model.rules.phases.collect.into()),
            first_op,
            last_op: first_op,
            seed: None,
            challenge_size: key.samples,
            commitments: 0,
            proofs: 0,
            rank: 0,
            leader: None,
            block: None,
            outcome: None,
        };
        if Self::pending(base, model.rules.max_ops).is_full(model.rules.max_ops) {
            // Enough ops rolled over from failed rounds.
            Self::end_phase_early(&mut round);
        }
        let deadline = round.deadline;
        Rounds::<T>::insert(base, index, round);
        CurrentRound::<T>::insert(base, index);
        Self::deposit_event(Event::RoundOpened { base, round: index, deadline });
        Ok(())
    }

    pub(crate) fn do_close_collect(owner: T::AccountId, base: BaseModelId) -> DispatchResult {
        let model = pallet_user_models::Pallet::<T>::base_model(base)?;
        ensure!(model.owner == owner, Error::<T>::NotBaseModelOwner);
        let index = CurrentRound::<T>::get(base).ok_or(Error::<T>::RoundNotFound)?;
        let mut round = Self::round_in(base, index, Phase::Collect)?;
        ensure!(Self::enough(base, &model.rules), Error::<T>::NotEnoughOps);
        Self::end_phase_early(&mut round);
        Rounds::<T>::insert(base, index, round);
        Ok(())
    }

    /// The round, if it is in `phase`; else `RoundNotFound` or `WrongPhase`.
    pub fn round_in(
        base: BaseModelId,
        index: RoundIndex,
        phase: Phase,
    ) -> Result<Round<T::AccountId, BlockNumberFor<T>>, DispatchError> {
        let round = Rounds::<T>::get(base, index).ok_or(Error::<T>::RoundNotFound)?;
        ensure!(round.phase == phase, Error::<T>::WrongPhase);
        Ok(round)
    }

    /// The recorded ops that a round would take now: in no sealed block, `max_ops` at most that are not excluded.
    pub(crate) fn pending(base: BaseModelId, max_ops: u32) -> Window {
        let (first, end) = (T::Ops::next_pending(base), T::Ops::next_sequence(base));
        pallet_committee::Pallet::<T>::window(base, first, end, max_ops)
    }

    /// Whether a round can begin with what is recorded.
    fn enough(base: BaseModelId, rules: &Rules) -> bool {
        Self::pending(base, rules.max_ops).included >= u64::from(rules.min_ops)
    }

    /// Lets the phase end at the start of the next block.
    pub(crate) fn end_phase_early(round: &mut Round<T::AccountId, BlockNumberFor<T>>) {
        round.deadline = round.deadline.min(Self::now().saturating_add(One::one()));
    }

    pub(crate) fn now() -> BlockNumberFor<T> {
        frame_system::Pallet::<T>::block_number()
    }

    /// The ledger recorded an op: Collect ends when as many are pending as a round takes.
    pub fn note_op_recorded(base: BaseModelId, max_ops: u32) {
        let Some(index) = CurrentRound::<T>::get(base) else { return };
        if let Ok(mut round) = Self::round_in(base, index, Phase::Collect) {
            if Self::pending(base, max_ops).is_full(max_ops) {
                Self::end_phase_early(&mut round);
                Rounds::<T>::insert(base, index, round);
            }
        }
    }

    /// The ledger sealed the round's block: Decrypt begins.
    pub fn note_sealed(base: BaseModelId, index: RoundIndex, block: TrainingBlockNumber) -> DispatchResult {
        let mut round = Self::round_in(base, index, Phase::Seal)?;
        let rules = pallet_user_models::Pallet::<T>::base_model(base)?.rules;
        // The generation of an earlier round that closed `Undecrypted` can no longer be recorded. At most one is left.
        let stale: Vec<RoundIndex> = Challenges::<T>::iter_key_prefix(base).filter(|other| *other != index).collect();
        stale.into_iter().for_each(|other| Challenges::<T>::remove(base, other));
        round.block = Some(block);
        round.phase = Phase::Decrypt;
        round.deadline = Self::now().saturating_add(rules.phases.decrypt.into());
        Self::deposit_event(Event::PhaseChanged { base, round: index, phase: round.phase, deadline: round.deadline });
        Rounds::<T>::insert(base, index, round);
        Ok(())
    }

    /// The ledger found that too few accounts contributed for the round's ops ever to be sealed: the round is closed as `Empty`,
    /// and no leader is slashed.
    pub fn note_unsealable(base: BaseModelId, index: RoundIndex) -> DispatchResult {
        let mut round = Rounds::<T>::get(base, index).ok_or(Error::<T>::RoundNotFound)?;
        ensure!(matches!(round.phase, Phase::Commit | Phase::Prove | Phase::Seal), Error::<T>::WrongPhase);
        Self::close(base, index, &mut round, Outcome::Empty);
        Rounds::<T>::insert(base, index, round);
        Ok(())
    }

    /// Whether no round of the federation is open.
    pub fn is_idle(base: BaseModelId) -> bool {
        let newest = CurrentRound::<T>::get(base).and_then(|index| Rounds::<T>::get(base, index));
        newest.is_none_or(|round| round.phase == Phase::Closed)
    }

    /// The ledger recorded the round's generation: the round is closed as `Sealed`, also after it closed `Undecrypted`.
    pub fn note_decrypted(base: BaseModelId, index: RoundIndex) -> DispatchResult {
        let mut round = Rounds::<T>::get(base, index).ok_or(Error::<T>::RoundNotFound)?;
        match (round.phase, round.outcome) {
            (Phase::Decrypt, _) => Self::close(base, index, &mut round, Outcome::Sealed),
            (Phase::Closed, Some(Outcome::Undecrypted)) => {
                round.outcome = Some(Outcome::Sealed);
                Challenges::<T>::remove(base, index);
                Self::deposit_event(Event::RoundClosed { base, round: index, outcome: Outcome::Sealed });
            }
            _ => return Err(Error::<T>::WrongPhase.into()),
        }
        Rounds::<T>::insert(base, index, round);
        Ok(())
    }
}
