// SPDX-License-Identifier: Apache-2.0
//! Deadlines count blocks in which everyone can submit: those of a migration are given back.

use crate::*;
use frame_support::{dispatch::DispatchClass, migrations::MigrationStatusHandler};
use frame_system::pallet_prelude::BlockNumberFor;
use polkadot_sdk::sp_runtime::traits::Saturating;

/// Told of the beginning and end of a runtime's migrations.
impl<T: Config> MigrationStatusHandler for Pallet<T> {
    fn started() {
        pallet_committee::Pallet::<T>::note_suspended();
    }

    fn completed() {
        let rounds = Self::put_off(pallet_committee::Pallet::<T>::note_resumed());
        // Nobody else accounts for what this handler does.
        let weight = <T as Config>::WeightInfo::put_off(rounds);
        frame_system::Pallet::<T>::register_extra_weight_unchecked(weight, DispatchClass::Mandatory);
    }
}

impl<T: Config> Pallet<T> {
    /// Moves the deadlines of all active rounds. Returns how many they are.
    fn put_off(blocks: BlockNumberFor<T>) -> u32 {
        let active = ActiveRounds::<T>::get();
        for base in active.iter() {
            let Some(index) = CurrentRound::<T>::get(base) else { continue };
            let Some(mut round) = Rounds::<T>::get(base, index) else { continue };
            round.deadline = round.deadline.saturating_add(blocks);
            let Round { phase, deadline, .. } = round;
            Self::deposit_event(Event::DeadlinePutOff { base: *base, round: index, phase, deadline });
            Rounds::<T>::insert(base, index, round);
        }
        active.len() as u32
    }
}
