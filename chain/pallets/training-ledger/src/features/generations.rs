// SPDX-License-Identifier: Apache-2.0
//! Generations of base models.

use crate::*;
use frame_support::{ensure, pallet_prelude::*};
use pallet_user_models::{Accuracy, Pallet as UserModels};
use pallet_zkpot::{Outcome, Pallet as Zkpot, Phase, Rounds};
use training_primitives::{groth16, *};

impl<T: Config> Pallet<T> {
    /// Whether a round has sealed a block and has no generation.
    fn awaits(phase: Phase, outcome: Option<Outcome>) -> bool {
        phase == Phase::Decrypt || (phase == Phase::Closed && outcome == Some(Outcome::Undecrypted))
    }

    /// Whether a round's generation may still be recorded: the federation sealed no later block.
    pub(crate) fn awaits_generation(base: BaseModelId, index: RoundIndex) -> bool {
        let round = Rounds::<T>::get(base, index);
        round.is_some_and(|round| Self::awaits(round.phase, round.outcome))
            && LastSealedRound::<T>::get(base) == Some(index)
    }

    #[allow(clippy::too_many_arguments)]
    pub(crate) fn do_record_generation(
        owner: T::AccountId,
        base: BaseModelId,
        index: RoundIndex,
        state: ModelState,
        before: u32,
        after: u32,
        correct: u32,
        r: FieldElement,
        z: FieldElement,
        proof: ProofBytes,
    ) -> DispatchResultWithPostInfo {
        let model = UserModels::<T>::base_model(base)?;
        ensure!(model.owner == owner, Error::<T>::NotBaseModelOwner);
        let round = Rounds::<T>::get(base, index).ok_or(Error::<T>::RoundNotFound)?;
        ensure!(Self::awaits(round.phase, round.outcome), Error::<T>::WrongPhase);
        let block = RoundBlock::<T>::get(base, index).ok_or(Error::<T>::WrongPhase)?;
        ensure!(LastSealedRound::<T>::get(base) == Some(index), Error::<T>::GenerationStale);
        ensure!(pallet_committee::Pallet::<T>::is_opened(base, index), Error::<T>::OpeningIncomplete);
        ensure!(groth16::scalar(&state.commitment).is_some(), Error::<T>::CommitmentNotCanonical);
        let samples = model.test_set.size;
        ensure!(before <= samples && after <= samples, Error::<T>::AccuracyOutOfRange);
        let (value, challenge) = Zkpot::<T>::challenge_value(base, index, &r, &z)?;
        ensure!(correct <= challenge, Error::<T>::CorrectOutOfRange);

        let next = model.generation.saturating_add(1);
        let context = BindingContext::Generation { base, generation: next };
        let binding = binding(UserModels::<T>::genesis_hash(), &owner, &context);
        let public_inputs = [binding, state.commitment, groth16::number(correct.into()), r, z, value];
        let claim = ProofClaim { circuit: Circuit::Zkpot, public_inputs: &public_inputs, proof: &proof };
        T::Proofs::verify_all(base, model.shape, &[claim]).map_err(Error::<T>::from)?;

        let accuracy = Accuracy { before, after, samples, proven_correct: correct, challenge };
        let generation = UserModels::<T>::record_generation(base, state, block, accuracy)?;
        Zkpot::<T>::note_decrypted(base, index)?;
        Self::deposit_event(Event::GenerationRecorded { base, generation, round: index, accuracy });
        let weight = <T as Config>::WeightInfo::record_generation(challenge, model.shape.features.into());
        Ok(Some(weight).into())
    }
}
