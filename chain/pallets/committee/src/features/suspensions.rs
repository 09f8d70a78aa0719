// SPDX-License-Identifier: Apache-2.0
//! Time in which nobody could submit anything does not count against anyone.

use crate::*;
use frame_system::pallet_prelude::BlockNumberFor;
use polkadot_sdk::sp_runtime::traits::{Saturating, Zero};

impl<T: Config> Pallet<T> {
    /// From the next block on transactions are refused.
    pub fn note_suspended() {
        let after = frame_system::Pallet::<T>::block_number();
        LastSuspension::<T>::put(Suspension { after, blocks: Zero::zero() });
    }

    /// From the next block on transactions are taken again. Returns how many blocks took none.
    pub fn note_resumed() -> BlockNumberFor<T> {
        let Some(Suspension { after, .. }) = LastSuspension::<T>::get() else { return Zero::zero() };
        let blocks = frame_system::Pallet::<T>::block_number().saturating_sub(after);
        LastSuspension::<T>::put(Suspension { after, blocks });
        blocks
    }

    /// Blocks since `opened_at` in which nobody could submit. Only the newest suspension counts: no attempt waits for shares
    /// from one runtime upgrade to the next but one.
    pub(crate) fn suspended_since(opened_at: BlockNumberFor<T>) -> BlockNumberFor<T> {
        let suspension = LastSuspension::<T>::get().filter(|suspension| suspension.after >= opened_at);
        suspension.map_or_else(Zero::zero, |suspension| suspension.blocks)
    }
}
