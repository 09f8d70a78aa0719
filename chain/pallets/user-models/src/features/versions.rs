// SPDX-License-Identifier: Apache-2.0
//! Versions of a model: forks, ops and adopted generations.

use crate::*;
use polkadot_sdk::{
    frame_support::{ensure, pallet_prelude::*},
    frame_system::pallet_prelude::BlockNumberFor,
};
use training_primitives::*;

impl<T: Config> Pallet<T> {
    /// Makes `state` the newest version of the model, after the op `op`. The caller has checked owner and proofs.
    pub fn record_op(
        model: ModelId,
        mut record: UserModel<T::AccountId, BlockNumberFor<T>>,
        op: OpId,
        state: ModelState,
    ) {
        record.head = op;
        record.length = record.length.saturating_add(1);
        Self::add_version(model, record, state, VersionSource::Op(op));
    }

    pub(crate) fn do_adopt_generation(owner: T::AccountId, model: ModelId) -> DispatchResult {
        let mut record = Self::owned_model(&owner, model)?;
        let base = Self::base_model(record.base)?;
        ensure!(record.generation < base.generation, Error::<T>::GenerationAlreadyAdopted);
        let newest = Generations::<T>::get(record.base, base.generation).ok_or(Error::<T>::BaseModelNotFound)?;
        record.generation = base.generation;
        let version = Self::add_version(model, record, newest.state, VersionSource::Generation(base.generation));
        Self::deposit_event(Event::GenerationAdopted { model, generation: base.generation, version });
        Ok(())
    }

    pub(crate) fn do_set_priors(owner: T::AccountId, model: ModelId, priors: Option<ContentHash>) -> DispatchResult {
        let mut record = Self::owned_model(&owner, model)?;
        record.priors = priors;
        UserModels::<T>::insert(model, record);
        Self::deposit_event(Event::PriorsSet { model, priors });
        Ok(())
    }

    fn add_version(
        model: ModelId,
        mut record: UserModel<T::AccountId, BlockNumberFor<T>>,
        state: ModelState,
        source: VersionSource,
    ) -> u32 {
        record.version = record.version.saturating_add(1);
        record.state = state.clone();
        let version = record.version;
        Versions::<T>::insert(model, version, Version { state, source });
        UserModels::<T>::insert(model, record);
        version
    }
}
