// SPDX-License-Identifier: Apache-2.0
//! Layout 1 keeps which attempt of a round is complete. To find that, layout 0 had to read every attempt of the round, up to 35
//! of them, and who claimed a reward was charged for all.

use crate::{weights::MOST_ATTEMPTS, *};
use core::marker::PhantomData;
use frame_support::{
    migrations::{MigrationId, SteppedMigration, SteppedMigrationError},
    pallet_prelude::*,
    storage::StoragePrefixedMap,
    storage_alias,
    weights::WeightMeter,
};
use polkadot_sdk::sp_runtime::Saturating;
use training_primitives::{BaseModelId, RoundIndex};

/// Layout 0: number of the newest attempt to open a round's aggregate.
#[storage_alias]
pub(crate) type CurrentAttempt<T: Config> =
    StorageDoubleMap<Pallet<T>, Blake2_128Concat, BaseModelId, Blake2_128Concat, RoundIndex, u8>;

/// Moves every entry of `CurrentAttempt` to `Openings`, as many in a block as its weight allows.
///
/// An entry is removed as its new one is written: one that was moved is never moved again, wherever the migration is taken up.
pub struct MoveOpenings<T>(PhantomData<T>);

impl<T: Config> SteppedMigration for MoveOpenings<T> {
    /// The round that was moved last.
    type Cursor = (BaseModelId, RoundIndex);
    type Identifier = MigrationId<16>;

    fn id() -> Self::Identifier {
        MigrationId { pallet_id: *b"pallet-committee", version_from: 0, version_to: 1 }
    }

    fn migrating_prefixes() -> Option<impl IntoIterator<Item = alloc::vec::Vec<u8>>> {
        Some([CurrentAttempt::<T>::final_prefix(), Openings::<T>::final_prefix()].map(|prefix| prefix.to_vec()))
    }

    fn step(
        cursor: Option<Self::Cursor>,
        meter: &mut WeightMeter,
    ) -> Result<Option<Self::Cursor>, SteppedMigrationError> {
        if Pallet::<T>::on_chain_storage_version() != 0 {
            return Ok(None);
        }
        // What a round takes is known only once its attempts are read: there has to be room for the most that it can.
        let most = <T as Config>::WeightInfo::move_opening(MOST_ATTEMPTS as u32);
        if !meter.can_consume(most) {
            return Err(SteppedMigrationError::InsufficientWeight { required: most });
        }
        // Not from the beginning: skipping what was removed costs as well.
        let mut left = match cursor {
            Some((base, round)) => CurrentAttempt::<T>::iter_from(CurrentAttempt::<T>::hashed_key_for(base, round)),
            None => CurrentAttempt::<T>::iter(),
        }
        .drain();
        let (mut last, mut moved) = (cursor, 0u32);
        let mut done = false;
        while meter.can_consume(most) {
            let Some((base, round, current)) = left.next() else {
                done = true;
                break;
            };
            let (complete, read) = newest_complete::<T>(base, round, current);
            Openings::<T>::insert(base, round, Opening { current, complete });
            meter.consume(<T as Config>::WeightInfo::move_opening(read));
            moved.saturating_inc();
            last = Some((base, round));
        }
        if moved > 0 {
            Pallet::<T>::deposit_event(Event::LayoutMigrated { version: 1, entries: moved });
        }
        if !done {
            return Ok(last);
        }
        StorageVersion::new(1).put::<Pallet<T>>();
        Ok(None)
    }
}

/// The newest attempt of which all shares are in, and how many attempts were read to find it.
fn newest_complete<T: Config>(base: BaseModelId, round: RoundIndex, current: u8) -> (Option<u8>, u32) {
    let is_complete =
        |number: &u8| Decryptions::<T>::get((base, round, number)).is_some_and(|attempt| attempt.is_complete());
    let complete = (0..=current).rev().find(is_complete);
    let read = current.saturating_sub(complete.unwrap_or(0)).saturating_add(1);
    (complete, read.into())
}
