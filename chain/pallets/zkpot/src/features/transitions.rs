// SPDX-License-Identifier: Apache-2.0
//! What happens when a phase ends.

use crate::*;
use alloc::vec::Vec;
use codec::Encode;
use frame_support::traits::{fungible::MutateHold, tokens::Precision};
use frame_system::pallet_prelude::BlockNumberFor;
use polkadot_sdk::{sp_core::Get, sp_io::hashing::blake2_256, sp_runtime::traits::Saturating};
use training_primitives::*;

type RoundOf<T> = Round<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

impl<T: Config> Pallet<T> {
    /// Ends the phases whose deadline has come. Returns how many rounds were active, and how many entries were ranked.
    pub(crate) fn advance_rounds(now: BlockNumberFor<T>) -> (u32, u32) {
        let active = ActiveRounds::<T>::get();
        let mut ranked = 0u32;
        for base in active.iter() {
            let Some(index) = CurrentRound::<T>::get(base) else { continue };
            let Some(mut round) = Rounds::<T>::get(base, index) else { continue };
            if round.phase != Phase::Closed && round.deadline <= now {
                if round.phase == Phase::Prove {
                    ranked = ranked.saturating_add(round.proofs);
                }
                Self::end_phase(*base, index, &mut round, now);
                Rounds::<T>::insert(base, index, round);
            }
        }
        (active.len() as u32, ranked)
    }

    fn end_phase(base: BaseModelId, index: RoundIndex, round: &mut RoundOf<T>, now: BlockNumberFor<T>) {
        let Ok(model) = pallet_user_models::Pallet::<T>::base_model(base) else { return };
        let rules = model.rules;
        let enter = |round: &mut RoundOf<T>, phase: Phase, length: u32| {
            round.phase = phase;
            round.deadline = now.saturating_add(length.into());
            let deadline = round.deadline;
            Self::deposit_event(Event::PhaseChanged { base, round: index, phase, deadline });
        };
        match round.phase {
            Phase::Collect => {
                let taken = Self::pending(base, rules.max_ops);
                if taken.included < u64::from(rules.min_ops) {
                    return Self::close(base, index, round, Outcome::Empty);
                }
                round.last_op = taken.last;
                enter(round, Phase::Commit, rules.phases.commit);
            }
            Phase::Commit if round.commitments == 0 => Self::close(base, index, round, Outcome::Empty),
            Phase::Commit => {
                round.seed = Some(Self::draw_seed(base, index));
                enter(round, Phase::Prove, rules.phases.prove);
            }
            Phase::Prove => {
                Self::rank(base, index);
                Self::elect(base, index, round, || rules.phases.seal, enter);
            }
            Phase::Seal => {
                if let Some(leader) = &round.leader {
                    Self::slash(base, leader);
                }
                round.rank = round.rank.saturating_add(1);
                Self::elect(base, index, round, || rules.phases.seal, enter);
            }
            Phase::Decrypt => Self::close(base, index, round, Outcome::Undecrypted),
            Phase::Closed => {}
        }
    }

    /// A hash that nobody knew while commitments were open: the parent block holds the last of them.
    fn draw_seed(base: BaseModelId, index: RoundIndex) -> H256 {
        let mut preimage = Vec::from(&b"training-ledger/seed/v1"[..]);
        (frame_system::Pallet::<T>::parent_hash(), base, index).encode_to(&mut preimage);
        H256(blake2_256(&preimage))
    }

    /// Most correct first, then the earlier commitment.
    fn rank(base: BaseModelId, index: RoundIndex) {
        let mut entries: Vec<(T::AccountId, Entry)> = Entries::<T>::iter_prefix((base, index)).collect();
        entries.sort_by_key(|(_, entry)| (core::cmp::Reverse(entry.correct), entry.order));
        let ranking: Vec<T::AccountId> = entries.into_iter().map(|(account, _)| account).collect();
        Ranking::<T>::insert(base, index, frame_support::BoundedVec::truncate_from(ranking));
    }

    /// Makes the worker of the round's rank its leader; closes the round if none is left.
    fn elect(
        base: BaseModelId,
        index: RoundIndex,
        round: &mut RoundOf<T>,
        length: impl Fn() -> u32,
        enter: impl Fn(&mut RoundOf<T>, Phase, u32),
    ) {
        let ranking = Ranking::<T>::get(base, index);
        round.leader = ranking.get(round.rank as usize).cloned();
        match round.leader.clone() {
            Some(leader) => {
                Self::deposit_event(Event::LeaderElected { base, round: index, leader, rank: round.rank });
                enter(round, Phase::Seal, length());
            }
            None => Self::close(base, index, round, Outcome::Empty),
        }
    }

    pub(crate) fn close(base: BaseModelId, index: RoundIndex, round: &mut RoundOf<T>, outcome: Outcome) {
        round.phase = Phase::Closed;
        round.outcome = Some(outcome);
        if outcome != Outcome::Undecrypted {
            // A generation that is still to be recorded is proven on the challenge; otherwise nothing needs it any more.
            Challenges::<T>::remove(base, index);
        }
        ActiveRounds::<T>::mutate(|active| active.retain(|other| *other != base));
        if let Ok(model) = pallet_user_models::Pallet::<T>::base_model(base) {
            // What is held can be released; nothing depends on the amount that comes back.
            let _ = T::Currency::release(
                &HoldReason::RoundDeposit.into(),
                &model.owner,
                T::RoundDeposit::get(),
                Precision::BestEffort,
            );
        }
        Self::deposit_event(Event::RoundClosed { base, round: index, outcome });
    }
}
