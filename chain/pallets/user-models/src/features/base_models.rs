// SPDX-License-Identifier: Apache-2.0
//! Registration of base models, and the generations that rounds add to them.

use crate::*;
use polkadot_sdk::frame_support::{ensure, pallet_prelude::*};
use training_primitives::{challenge::MAX_FEATURES, groth16, *};

/// Labels and classes are one byte.
const MAX_CLASSES: u16 = 256;

impl<T: Config> Pallet<T> {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn do_register_base_model(
        owner: T::AccountId,
        shape: Shape,
        state: ModelState,
        licence: ContentHash,
        test_set: TestSet,
        rules: Rules,
    ) -> DispatchResult {
        ensure!(
            (1..=MAX_FEATURES).contains(&u32::from(shape.features)) && (2..=MAX_CLASSES).contains(&shape.classes),
            Error::<T>::ShapeNotSupported
        );
        ensure!(test_set.size > 0, Error::<T>::TestSetEmpty);
        ensure!(groth16::scalar(&state.commitment).is_some(), Error::<T>::CommitmentNotCanonical);
        rules.check().map_err(|error| match error {
            RulesError::OpLimits => Error::<T>::RulesOpLimits,
            RulesError::Contributors => Error::<T>::RulesContributors,
            RulesError::Packing => Error::<T>::RulesPacking,
            RulesError::PhaseLength => Error::<T>::RulesPhaseLength,
            RulesError::Shares => Error::<T>::RulesShares,
            RulesError::Weights => Error::<T>::RulesWeights,
        })?;
        let base = Self::next_id(b"training-ledger/base/v1", &owner);
        Generations::<T>::insert(base, 0, Generation { state, parent: None, block: None, accuracy: None });
        let model = BaseModel { owner: owner.clone(), licence, shape, test_set, rules, generation: 0 };
        BaseModels::<T>::insert(base, model);
        Self::deposit_event(Event::BaseModelRegistered { base, owner, shape });
        Ok(())
    }

    /// The base model, or `BaseModelNotFound`.
    pub fn base_model(base: BaseModelId) -> Result<BaseModel<T::AccountId>, DispatchError> {
        Ok(BaseModels::<T>::get(base).ok_or(Error::<T>::BaseModelNotFound)?)
    }

    /// Adds a generation to a base model and returns its index. The caller has checked where it comes from.
    pub fn record_generation(
        base: BaseModelId,
        state: ModelState,
        block: TrainingBlockNumber,
        accuracy: Accuracy,
    ) -> Result<GenerationIndex, DispatchError> {
        let mut model = Self::base_model(base)?;
        let parent = model.generation;
        model.generation = parent.saturating_add(1);
        let generation = Generation { state, parent: Some(parent), block: Some(block), accuracy: Some(accuracy) };
        Generations::<T>::insert(base, model.generation, generation);
        let index = model.generation;
        BaseModels::<T>::insert(base, model);
        Ok(index)
    }
}
