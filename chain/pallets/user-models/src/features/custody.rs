// SPDX-License-Identifier: Apache-2.0
//! Models that move between chains. Who may say so, and that the history is known, the caller has checked.

use crate::*;
use polkadot_sdk::{frame_support::ensure, frame_system};
use training_primitives::{binding::request_hash, groth16, *};

impl<T: Config> Pallet<T> {
    /// Keeps everybody from training the model until the other chain has answered.
    pub fn lock_model(model: ModelId, para: u32) {
        Custodies::<T>::insert(model, Custody::Locked { para });
    }

    /// The other chain has refused the model: its owner goes on here.
    pub fn unlock_model(model: ModelId) {
        Custodies::<T>::remove(model);
    }

    /// The other chain has accepted the model: it is owned there.
    pub fn hand_over_model(model: ModelId, para: u32) {
        Custodies::<T>::insert(model, Custody::HandedOver { para });
    }

    /// Makes a model of another chain one of this chain, with the hash chain of its ops going on where it stands. A model
    /// comes here for the first time, or back from the chain that it was handed over to.
    ///
    /// `proof` is an `ownership` proof of the new owner for the model's user id and the request `hand-over` with the base
    /// model, head and length: another chain's word is not enough to give somebody a user id here. Returns how many ops the
    /// model had when it was last owned here.
    pub fn receive_model(
        received: ReceivedModel<T::AccountId>,
        nullifier: FieldElement,
        proof: &ProofBytes,
    ) -> Result<u32, Error<T>> {
        let ReceivedModel { model, para, owner, user_id, base, shape, state, head, length, version } = received;
        let known = UserModels::<T>::get(model);
        let may_come = match Custodies::<T>::get(model) {
            None => known.is_none(),
            Some(custody) => custody == Custody::HandedOver { para },
        };
        ensure!(may_come, Error::<T>::NotCustodian);
        let base_model = BaseModels::<T>::get(base).ok_or(Error::<T>::BaseModelNotFound)?;
        ensure!(base_model.shape == shape, Error::<T>::ShapeMismatch);
        ensure!(groth16::scalar(&user_id).is_some(), Error::<T>::UserIdNotCanonical);
        ensure!(groth16::scalar(&state.commitment).is_some(), Error::<T>::CommitmentNotCanonical);
        let user = Users::<T>::get(user_id);
        ensure!(user.as_ref().is_none_or(|account| *account == owner), Error::<T>::UserIdTaken);
        let left_at = known.as_ref().map_or(0, |record| record.length);
        if let Some(record) = &known {
            let same = record.user_id == user_id && record.base == base && record.version <= version;
            ensure!(same && left_at <= length, Error::<T>::ModelChanged);
        }
        let request = request_hash(b"hand-over", &(base, head, length));
        Self::prove_ownership(&owner, base, model, request, user_id, nullifier, proof)?;

        Users::<T>::insert(user_id, &owner);
        OwnedModels::<T>::insert(&owner, model, ());
        if !Versions::<T>::contains_key(model, version) {
            let source = VersionSource::Received { para };
            Versions::<T>::insert(model, version, Version { state: state.clone(), source });
        }
        let record = match known {
            Some(record) => UserModel { owner, state, head, length, version, ..record },
            None => {
                Children::<T>::insert(base, model, ());
                UserModel {
                    owner,
                    user_id,
                    base,
                    parent: ForkSource::Base(base),
                    fork_height: frame_system::Pallet::<T>::block_number(),
                    generation: 0,
                    state,
                    priors: None,
                    head,
                    length,
                    version,
                    grants: 0,
                    exports: 0,
                }
            }
        };
        UserModels::<T>::insert(model, record);
        Custodies::<T>::remove(model);
        Ok(left_at)
    }
}
