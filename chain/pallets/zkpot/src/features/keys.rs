// SPDX-License-Identifier: Apache-2.0
//! The registry of verifying keys, and verification against it.

use crate::*;
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{ensure, pallet_prelude::*};
use polkadot_sdk::sp_runtime::traits::BadOrigin;
use training_primitives::{
    groth16::{self, Groth16Error, Work},
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
    fn verify_sets(sets: &[ProofSet]) -> (Vec<Result<(), ProofError>>, Work) {
        let keys = Self::keys_of(sets);
        let key = |set: &ProofSet, circuit| keys.get(&place(set, circuit)).and_then(|key| key.as_deref());
        // Sets that lack a key are left out of the product.
        let mut results = Vec::with_capacity(sets.len());
        let mut complete: Vec<Vec<groth16::Claim>> = Vec::with_capacity(sets.len());
        for set in sets {
            let claims = set.claims.iter().map(|ProofClaim { circuit, public_inputs, proof }| {
                let key = key(set, *circuit).ok_or(ProofError::UnknownKey(*circuit))?;
                Ok(groth16::Claim { key, public_inputs, proof })
            });
            match claims.collect() {
                Ok(claims) => {
                    complete.push(claims);
                    results.push(Ok(()));
                }
                Err(error) => results.push(Err(error)),
            }
        }
        let (verified, work) = groth16::verify_sets(&complete.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let open = results.iter_mut().zip(sets).filter(|(result, _)| result.is_ok());
        for ((result, set), verified) in open.zip(verified) {
            *result = verified.map_err(|(index, error)| {
                let circuit = set.claims.get(index).map_or(Circuit::Ownership, |claim| claim.circuit);
                ProofError::new(circuit, error)
            });
        }
        (results, work)
    }
}

type KeyPlace = (BaseModelId, Circuit, Shape);

fn place(set: &ProofSet, circuit: Circuit) -> KeyPlace {
    (set.base, circuit, if circuit.depends_on_shape() { set.shape } else { Shape::default() })
}

impl<T: Config> Pallet<T> {
    /// The stored keys that the sets need, each read once.
    fn keys_of(sets: &[ProofSet]) -> BTreeMap<KeyPlace, Option<StoredKey>> {
        let mut keys = BTreeMap::new();
        for set in sets {
            for claim in set.claims {
                let (base, circuit, shape) = place(set, claim.circuit);
                let key = || Self::verifying_key(base, circuit, shape).map(|record| record.key);
                keys.entry((base, circuit, shape)).or_insert_with(key);
            }
        }
        keys
    }
}
