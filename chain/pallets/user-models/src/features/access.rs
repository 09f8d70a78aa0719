// SPDX-License-Identifier: Apache-2.0
//! Readers of a model.

use crate::*;
use polkadot_sdk::{
    frame_support::{ensure, pallet_prelude::*},
    frame_system,
};
use training_primitives::*;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_grant_access(
        owner: T::AccountId,
        model: ModelId,
        reader: T::AccountId,
        kem_key: ContentHash,
    ) -> DispatchResult {
        let mut record = Self::owned_model(&owner, model)?;
        ensure!(!Grants::<T>::contains_key(model, &reader), Error::<T>::AlreadyGranted);
        ensure!(record.grants < T::MaxGrants::get(), Error::<T>::TooManyGrants);
        record.grants += 1;
        UserModels::<T>::insert(model, record);
        let since = frame_system::Pallet::<T>::block_number();
        Grants::<T>::insert(model, &reader, Grant { kem_key, since });
        Self::deposit_event(Event::AccessGranted { model, reader, kem_key });
        Ok(())
    }

    pub(crate) fn do_revoke_access(owner: T::AccountId, model: ModelId, reader: T::AccountId) -> DispatchResult {
        let mut record = Self::owned_model(&owner, model)?;
        Grants::<T>::take(model, &reader).ok_or(Error::<T>::NotGranted)?;
        record.grants = record.grants.saturating_sub(1);
        UserModels::<T>::insert(model, record);
        Self::deposit_event(Event::AccessRevoked { model, reader });
        Ok(())
    }
}
