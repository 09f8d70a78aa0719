// SPDX-License-Identifier: Apache-2.0
//! What the committee has to know of rounds and ops.

use crate::*;
use training_primitives::*;

impl<T: Config> pallet_committee::FederationRounds for Pallet<T> {
    fn sealed_aggregate(base: BaseModelId, round: RoundIndex) -> Option<ContentHash> {
        if !Self::awaits_generation(base, round) {
            return None;
        }
        Some(Blocks::<T>::get(RoundBlock::<T>::get(base, round)?)?.aggregate.content)
    }

    fn is_pending(base: BaseModelId, sequence: u64) -> bool {
        let first = NextPending::<T>::get(base);
        let reach = first.saturating_add(Rules::MAX_OPS.into());
        (first..reach.min(NextSequence::<T>::get(base))).contains(&sequence)
    }
}
