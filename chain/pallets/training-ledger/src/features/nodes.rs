// SPDX-License-Identifier: Apache-2.0
//! Inference nodes and their bonds.

use crate::*;
use frame_support::{
    ensure,
    pallet_prelude::*,
    traits::{fungible::MutateHold, tokens::Precision},
};
use training_primitives::{groth16, *};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register_inference_node(owner: T::AccountId, key: FieldElement) -> DispatchResult {
        ensure!(groth16::scalar(&key).is_some(), Error::<T>::CommitmentNotCanonical);
        ensure!(!InferenceNodes::<T>::contains_key(key), Error::<T>::NodeAlreadyRegistered);
        let bond = T::NodeBond::get();
        T::BondCurrency::hold(&HoldReason::InferenceNodeBond.into(), &owner, bond)
            .map_err(|_| Error::<T>::BondTooLow)?;
        InferenceNodes::<T>::insert(key, InferenceNode { owner: owner.clone(), bond });
        Self::deposit_event(Event::InferenceNodeRegistered { key, owner });
        Ok(())
    }

    pub(crate) fn do_remove_inference_node(owner: T::AccountId, key: FieldElement) -> DispatchResult {
        let node = InferenceNodes::<T>::get(key).ok_or(Error::<T>::NodeNotRegistered)?;
        ensure!(node.owner == owner, Error::<T>::NotNodeOwner);
        T::BondCurrency::release(&HoldReason::InferenceNodeBond.into(), &owner, node.bond, Precision::BestEffort)?;
        InferenceNodes::<T>::remove(key);
        Self::deposit_event(Event::InferenceNodeRemoved { key, owner });
        Ok(())
    }
}
