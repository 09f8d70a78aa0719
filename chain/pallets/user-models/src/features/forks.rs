// SPDX-License-Identifier: Apache-2.0
//! Forking: every user's model starts as a fork.

use crate::*;
use polkadot_sdk::{
    frame_support::{ensure, pallet_prelude::*},
    frame_system,
};
use training_primitives::{binding::request_hash, groth16, *};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_fork_model(
        owner: T::AccountId,
        source: ForkSource,
        user_id: FieldElement,
        nullifier: FieldElement,
        proof: ProofBytes,
    ) -> DispatchResult {
        let (base, generation, state) = match source {
            ForkSource::Base(base) => {
                let model = Self::base_model(base)?;
                let newest = Generations::<T>::get(base, model.generation).ok_or(Error::<T>::BaseModelNotFound)?;
                (base, model.generation, newest.state)
            }
            ForkSource::Model(parent) => {
                let model = UserModels::<T>::get(parent).ok_or(Error::<T>::ModelNotFound)?;
                ensure!(
                    model.owner == owner || Grants::<T>::contains_key(parent, &owner),
                    Error::<T>::NotPermittedToFork
                );
                (model.base, model.generation, model.state)
            }
        };
        ensure!(groth16::scalar(&user_id).is_some(), Error::<T>::UserIdNotCanonical);
        let user = Users::<T>::get(user_id);
        ensure!(user.as_ref().is_none_or(|account| *account == owner), Error::<T>::UserIdTaken);
        let request = request_hash(b"fork", &user_id);
        Self::prove_ownership(&owner, base, source.id(), request, user_id, nullifier, &proof)?;

        let model = Self::next_id(b"training-ledger/model/v1", &owner);
        Users::<T>::insert(user_id, &owner);
        OwnedModels::<T>::insert(&owner, model, ());
        Children::<T>::insert(source.id(), model, ());
        Versions::<T>::insert(model, 0, Version { state: state.clone(), source: VersionSource::Fork });
        let record = UserModel {
            owner: owner.clone(),
            user_id,
            base,
            parent: source,
            fork_height: frame_system::Pallet::<T>::block_number(),
            generation,
            state,
            priors: None,
            head: H256::zero(),
            length: 0,
            version: 0,
            grants: 0,
            exports: 0,
        };
        UserModels::<T>::insert(model, record);
        Self::deposit_event(Event::ModelForked { model, owner, source, user_id });
        Ok(())
    }
}
