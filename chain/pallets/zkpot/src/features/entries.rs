// SPDX-License-Identifier: Apache-2.0
//! Proofs of accuracy.

use crate::*;
use frame_support::{ensure, pallet_prelude::*};
use polkadot_sdk::sp_io::hashing::blake2_256;
use training_primitives::{groth16, *};

impl<T: Config> Pallet<T> {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn do_submit_zkpot(
        worker: T::AccountId,
        base: BaseModelId,
        index: RoundIndex,
        state: FieldElement,
        nonce: [u8; 32],
        correct: u32,
        r: FieldElement,
        z: FieldElement,
        proof: ProofBytes,
    ) -> DispatchResultWithPostInfo {
        let mut round = Self::round_in(base, index, Phase::Prove)?;
        let commitment = Commitments::<T>::get((base, index), &worker).ok_or(Error::<T>::NotCommitted)?;
        ensure!(!Entries::<T>::contains_key((base, index), &worker), Error::<T>::AlreadyProven);
        let genesis = pallet_user_models::Pallet::<T>::genesis_hash();
        let opened = commitment_hash(genesis, &worker, base, index, &state, &nonce);
        ensure!(opened == commitment.hash, Error::<T>::CommitmentMismatch);
        let (value, size) = Self::challenge_value(base, index, &r, &z)?;
        ensure!(correct <= size, Error::<T>::CorrectOutOfRange);

        let shape = pallet_user_models::Pallet::<T>::base_model(base)?.shape;
        let binding = binding(genesis, &worker, &BindingContext::Round { base, round: index });
        let public_inputs = [binding, state, groth16::number(correct.into()), r, z, value];
        let claim = ProofClaim { circuit: Circuit::Zkpot, public_inputs: &public_inputs, proof: &proof };
        Self::verify_all(base, shape, &[claim]).map_err(|error| match error {
            ProofError::UnknownKey(_) => Error::<T>::VerifyingKeyNotFound,
            ProofError::Arity(_) => Error::<T>::WrongPublicInputCount,
            ProofError::NonCanonicalInput(_) => Error::<T>::PublicInputNotCanonical,
            ProofError::MalformedProof(_) => Error::<T>::ProofMalformed,
            ProofError::Rejected(_) => Error::<T>::ZkpotProofRejected,
        })?;

        let entry = Entry { correct, order: commitment.order, state, proof: H256(blake2_256(&proof)) };
        Entries::<T>::insert((base, index), &worker, entry);
        round.proofs = round.proofs.saturating_add(1);
        if round.proofs >= round.commitments {
            Self::end_phase_early(&mut round);
        }
        Rounds::<T>::insert(base, index, round);
        Self::deposit_event(Event::AccuracyProven { base, round: index, worker, correct });
        Ok(Some(<T as Config>::WeightInfo::submit_zkpot(size, shape.features.into())).into())
    }
}
