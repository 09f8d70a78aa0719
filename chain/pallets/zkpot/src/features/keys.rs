// SPDX-License-Identifier: Apache-2.0
//! The registry of verifying keys, and verification against it.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*};
use polkadot_sdk::sp_runtime::traits::BadOrigin;
use training_primitives::{
    groth16::{self, Groth16Error},
    *,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register_verifying_key(
        signer: Option<T::AccountId>,
        scope: Option<BaseModelId>,
        circuit: Circuit,
        shape: Shape,
        samples: u16,
        key: SubmittedKey,
    ) -> DispatchResult {
        match (&signer, scope) {
            (None, None) => {}
            (Some(_), None) => return Err(BadOrigin.into()),
            (_, Some(base)) => {
                let model = pallet_user_models::Pallet::<T>::base_model(base)?;
                ensure!(signer.is_none_or(|account| account == model.owner), Error::<T>::NotBaseModelOwner);
            }
        }
        ensure!(circuit.depends_on_shape() != (shape == Shape::default()), Error::<T>::KeyShapeMismatch);
        let expected = if circuit == Circuit::Zkpot { 1..=MAX_CHALLENGE_SAMPLES } else { 0..=0 };
        ensure!(expected.contains(&samples.into()), Error::<T>::SampleCountInvalid);
        let place = (scope, circuit, shape);
        ensure!(!VerifyingKeys::<T>::contains_key(place), Error::<T>::KeyAlreadyRegistered);
        let stored = groth16::check_key(&key, circuit.arity()).map_err(|error| match error {
            Groth16Error::Arity => Error::<T>::KeyArity,
            _ => Error::<T>::KeyMalformed,
        })?;
        let key = stored.try_into().map_err(|_| Error::<T>::KeyMalformed)?;
        VerifyingKeys::<T>::insert(place, VerifyingKeyRecord { key, samples });
        Self::deposit_event(Event::VerifyingKeyRegistered { scope, circuit, shape });
        Ok(())
    }

    /// The federation's own key for a circuit, else the one for all federations.
    pub fn verifying_key(base: BaseModelId, circuit: Circuit, shape: Shape) -> Option<VerifyingKeyRecord> {
        let shape = if circuit.depends_on_shape() { shape } else { Shape::default() };
        VerifyingKeys::<T>::get((Some(base), circuit, shape))
            .or_else(|| VerifyingKeys::<T>::get((None::<BaseModelId>, circuit, shape)))
    }
}

impl<T: Config> VerifyProofs for Pallet<T> {
    fn verify_all(base: BaseModelId, shape: Shape, claims: &[ProofClaim]) -> Result<(), ProofError> {
        let keys = claims
            .iter()
            .map(|claim| {
                Self::verifying_key(base, claim.circuit, shape)
                    .map(|record| record.key)
                    .ok_or(ProofError::UnknownKey(claim.circuit))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let with_keys = claims
            .iter()
            .zip(&keys)
            .map(|(claim, key)| groth16::Claim { key, public_inputs: claim.public_inputs, proof: claim.proof })
            .collect::<Vec<_>>();
        groth16::verify_all(&with_keys).map_err(|(index, error)| {
            let circuit = claims.get(index).map_or(Circuit::Ownership, |claim| claim.circuit);
            match error {
                Groth16Error::MalformedKey => ProofError::UnknownKey(circuit),
                Groth16Error::Arity => ProofError::Arity(circuit),
                Groth16Error::NonCanonicalInput => ProofError::NonCanonicalInput(circuit),
                Groth16Error::MalformedProof => ProofError::MalformedProof(circuit),
                Groth16Error::Rejected => ProofError::Rejected(circuit),
            }
        })
    }
}
