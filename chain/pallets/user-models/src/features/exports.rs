// SPDX-License-Identifier: Apache-2.0
//! Proven exports.

use crate::*;
use polkadot_sdk::{frame_support::pallet_prelude::*, frame_system, sp_io::hashing::blake2_256};
use training_primitives::{binding::request_hash, *};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_export_model(
        owner: T::AccountId,
        model: ModelId,
        nullifier: FieldElement,
        proof: ProofBytes,
    ) -> DispatchResult {
        let mut record = Self::owned_model(&owner, model)?;
        let request = request_hash(b"export", &(record.head, record.length));
        Self::prove_ownership(&owner, record.base, model, request, record.user_id, nullifier, &proof)?;
        let export = Export {
            head: record.head,
            length: record.length,
            state: record.state.clone(),
            proof: H256(blake2_256(&proof)),
            at: frame_system::Pallet::<T>::block_number(),
        };
        let index = record.exports;
        Exports::<T>::insert(model, index, export);
        Self::deposit_event(Event::ModelExported { model, export: index, head: record.head, length: record.length });
        record.exports = index.saturating_add(1);
        UserModels::<T>::insert(model, record);
        Ok(())
    }
}
