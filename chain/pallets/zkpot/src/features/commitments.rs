// SPDX-License-Identifier: Apache-2.0
//! Commitments to models.

use crate::*;
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{ensure, pallet_prelude::*};
use polkadot_sdk::sp_io::hashing::blake2_256;
use training_primitives::*;

/// The commitment of `account` to the model behind `state`. It binds chain, account and round, so that it can be neither
/// copied nor carried over.
pub fn commitment_hash<AccountId: Encode>(
    genesis: H256,
    account: &AccountId,
    base: BaseModelId,
    round: RoundIndex,
    state: &FieldElement,
    nonce: &[u8; 32],
) -> H256 {
    let mut preimage = Vec::from(&b"training-ledger/commit/v1"[..]);
    (genesis, account, base, round, state, nonce).encode_to(&mut preimage);
    H256(blake2_256(&preimage))
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_commit_model(
        worker: T::AccountId,
        base: BaseModelId,
        index: RoundIndex,
        hash: H256,
    ) -> DispatchResult {
        let mut round = Self::round_in(base, index, Phase::Commit)?;
        ensure!(Workers::<T>::contains_key(base, &worker), Error::<T>::NotWorker);
        ensure!(!Commitments::<T>::contains_key((base, index), &worker), Error::<T>::AlreadyCommitted);
        let order = round.commitments;
        Commitments::<T>::insert((base, index), &worker, Commitment { hash, order });
        round.commitments = order.saturating_add(1);
        if round.commitments >= WorkerCount::<T>::get(base) {
            Self::end_phase_early(&mut round);
        }
        Rounds::<T>::insert(base, index, round);
        Self::deposit_event(Event::ModelCommitted { base, round: index, worker, order });
        Ok(())
    }
}
