// SPDX-License-Identifier: Apache-2.0
//! Owners of models and their ownership proofs.

use crate::*;
use polkadot_sdk::{
    frame_support::{ensure, pallet_prelude::*},
    frame_system::pallet_prelude::BlockNumberFor,
};
use training_primitives::*;

impl<T: Config> Pallet<T> {
    /// The model, if `account` owns it and has it here; else `ModelNotFound`, `NotModelOwner`, `ModelLocked` or
    /// `ModelHandedOver`.
    pub fn owned_model(
        account: &T::AccountId,
        model: ModelId,
    ) -> Result<UserModel<T::AccountId, BlockNumberFor<T>>, DispatchError> {
        let record = Self::recorded_model(account, model)?;
        match Custodies::<T>::get(model) {
            None => Ok(record),
            Some(Custody::Locked { .. }) => Err(Error::<T>::ModelLocked.into()),
            Some(Custody::HandedOver { .. }) => Err(Error::<T>::ModelHandedOver.into()),
        }
    }

    /// The model, if `account` owns it or owned it when it was handed over; else `ModelNotFound` or `NotModelOwner`.
    pub fn recorded_model(
        account: &T::AccountId,
        model: ModelId,
    ) -> Result<UserModel<T::AccountId, BlockNumberFor<T>>, DispatchError> {
        let record = UserModels::<T>::get(model).ok_or(Error::<T>::ModelNotFound)?;
        ensure!(record.owner == *account, Error::<T>::NotModelOwner);
        Ok(record)
    }

    /// Whether an ownership proof with this nullifier was used.
    pub fn nullifier_used(nullifier: &FieldElement) -> bool {
        Nullifiers::<T>::contains_key(nullifier)
    }

    /// Makes the nullifier unusable for any later proof.
    pub fn spend_nullifier(nullifier: FieldElement) {
        Nullifiers::<T>::insert(nullifier, ());
    }

    /// Verifies that `account` knows the secret behind `user_id`, for one request about `subject`, and spends the nullifier.
    /// The key is that of the federation of `base`, to which `subject` belongs.
    pub(crate) fn prove_ownership(
        account: &T::AccountId,
        base: BaseModelId,
        subject: H256,
        request: H256,
        user_id: FieldElement,
        nullifier: FieldElement,
        proof: &ProofBytes,
    ) -> Result<(), Error<T>> {
        ensure!(!Self::nullifier_used(&nullifier), Error::<T>::NullifierUsed);
        let binding = binding(Self::genesis_hash(), account, &BindingContext::Request { subject, request });
        let claim = ProofClaim { circuit: Circuit::Ownership, public_inputs: &[binding, user_id, nullifier], proof };
        T::Proofs::verify_all(base, Shape::default(), &[claim]).map_err(|error| match error {
            ProofError::UnknownKey(_) => Error::<T>::VerifyingKeyNotFound,
            ProofError::Arity(_) => Error::<T>::WrongPublicInputCount,
            ProofError::NonCanonicalInput(_) => Error::<T>::PublicInputNotCanonical,
            ProofError::MalformedProof(_) => Error::<T>::ProofMalformed,
            ProofError::Rejected(_) => Error::<T>::OwnershipProofRejected,
        })?;
        Self::spend_nullifier(nullifier);
        Ok(())
    }
}
