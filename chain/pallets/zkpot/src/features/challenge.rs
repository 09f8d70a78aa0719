// SPDX-License-Identifier: Apache-2.0
//! The challenge of a round.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*};
use pallet_user_models::TestSet;
use training_primitives::{challenge, merkle, *};

impl<T: Config> Pallet<T> {
    /// Indices of the test samples that the round's seed draws, in order; empty before the seed is drawn.
    pub fn challenge_indices(base: BaseModelId, index: RoundIndex) -> Vec<u32> {
        let drawn = || {
            let round = Rounds::<T>::get(base, index)?;
            let size = pallet_user_models::BaseModels::<T>::get(base)?.test_set.size;
            Some(challenge::draw(round.seed?, size, round.challenge_size.into()))
        };
        drawn().unwrap_or_default()
    }

    pub(crate) fn do_post_challenge(
        base: BaseModelId,
        index: RoundIndex,
        samples: ChallengeSamples,
        proofs: SampleProofs,
    ) -> DispatchResult {
        Self::round_in(base, index, Phase::Prove)?;
        ensure!(!Challenges::<T>::contains_key(base, index), Error::<T>::ChallengeAlreadyPosted);
        let model = pallet_user_models::Pallet::<T>::base_model(base)?;
        let indices = Self::challenge_indices(base, index);
        ensure!(samples.len() == indices.len() && proofs.len() == indices.len(), Error::<T>::ChallengeSizeMismatch);
        for ((sample, proof), place) in samples.iter().zip(proofs.iter()).zip(&indices) {
            ensure!(
                sample.features.len() == usize::from(model.shape.features)
                    && u16::from(sample.label) < model.shape.classes,
                Error::<T>::ChallengeSampleMalformed
            );
            let TestSet { root, size, .. } = &model.test_set;
            ensure!(
                merkle::verify(root, &sample.leaf(), (*place).into(), (*size).into(), proof),
                Error::<T>::ChallengeSampleNotInTestSet
            );
        }
        let count = samples.len() as u32;
        Challenges::<T>::insert(base, index, samples);
        Self::deposit_event(Event::ChallengePosted { base, round: index, samples: count });
        Ok(())
    }

    /// The challenge evaluated at (r, z), as a `zkpot` proof takes it, and its size.
    pub fn challenge_value(
        base: BaseModelId,
        index: RoundIndex,
        r: &FieldElement,
        z: &FieldElement,
    ) -> Result<(FieldElement, u32), DispatchError> {
        let samples = Challenges::<T>::get(base, index).ok_or(Error::<T>::ChallengeNotPosted)?;
        let value = challenge::evaluate(&samples, r, z).ok_or(Error::<T>::PublicInputNotCanonical)?;
        Ok((value, samples.len() as u32))
    }
}
