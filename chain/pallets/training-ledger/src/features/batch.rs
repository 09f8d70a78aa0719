// SPDX-License-Identifier: Apache-2.0
//! Recording many ops, whose proofs are verified together.

use super::ops::{ModelOf, OpStatements};
use crate::*;
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use frame_support::{dispatch::PostDispatchInfo, pallet_prelude::*, storage::with_storage_layer};
use pallet_user_models::Pallet as UserModels;
use training_primitives::{groth16::Work, *};

/// What an entry has to prove, if those before it are recorded, and whether its proofs do.
type Verified<T> = Option<(OpStatements, Result<(), Error<T>>)>;

impl<T: Config> Pallet<T> {
    /// How many models a batch has ops of.
    pub(crate) fn models_in(ops: &[TrainingEntry]) -> u32 {
        ops.iter().map(|entry| entry.model).collect::<BTreeSet<_>>().len() as u32
    }

    /// Records each entry that [`Self::do_record_training`] would record after those before it.
    pub(crate) fn do_record_training_batch(owner: T::AccountId, ops: Vec<TrainingEntry>) -> PostDispatchInfo {
        let (count, mut recorded) = (ops.len() as u32, 0);
        let (verified, mut work) = Self::verify_batch(&owner, &ops);
        let mut contexts = BTreeMap::new();
        for (place, (entry, verified)) in ops.into_iter().zip(verified).enumerate() {
            let result = with_storage_layer(|| Self::record_entry(&owner, entry, verified, &mut contexts, &mut work));
            match result {
                Ok(()) => recorded += 1,
                Err(error) => Self::deposit_event(Event::OpRefused { index: place as u32, error }),
            }
        }
        Some(<T as Config>::WeightInfo::record_training_batch_done(count, recorded, &work)).into()
    }

    /// Verifies the proofs of all entries that look right, each as if those before it were recorded.
    fn verify_batch(owner: &T::AccountId, ops: &[TrainingEntry]) -> (Vec<Verified<T>>, Work) {
        let mut models: BTreeMap<ModelId, (ModelOf<T>, Option<BindingContext>)> = BTreeMap::new();
        let statements = ops.iter().map(|entry| Self::foresee(owner, entry, &mut models).ok()).collect::<Vec<_>>();
        let claims = statements
            .iter()
            .zip(ops)
            .filter_map(|(statements, entry)| {
                let (statements, base, shape) = statements.as_ref()?;
                Some((*base, *shape, statements.claims(&entry.proofs)))
            })
            .collect::<Vec<_>>();
        let sets = claims.iter().map(|(base, shape, claims)| ProofSet { base: *base, shape: *shape, claims });
        let (results, work) = T::Proofs::verify_sets(&sets.collect::<Vec<_>>());
        let mut results = results.into_iter();
        let verified = statements.iter().map(|statements| {
            let (statements, ..) = statements.as_ref()?;
            Some((statements.clone(), results.next()?.map_err(Error::<T>::from)))
        });
        let verified = verified.collect();
        (verified, work)
    }

    /// What an entry has to prove after those before it. `models` are the models as these leave them.
    fn foresee(
        owner: &T::AccountId,
        entry: &TrainingEntry,
        models: &mut BTreeMap<ModelId, (ModelOf<T>, Option<BindingContext>)>,
    ) -> Result<(OpStatements, BaseModelId, Shape), DispatchError> {
        if !models.contains_key(&entry.model) {
            models.insert(entry.model, (UserModels::<T>::owned_model(owner, entry.model)?, None));
        }
        let (record, previous) = models.get_mut(&entry.model).ok_or(DispatchError::CannotLookup)?;
        let base = Self::check_op(record, entry)?;
        let context = Self::batch_context(record, entry, previous.as_ref());
        let statements = OpStatements::new::<T>(owner, record, &context, entry);
        *previous = Some(context);
        record.length = record.length.saturating_add(1);
        record.state.commitment = entry.claims.state;
        Ok((statements, record.base, base.shape))
    }

    /// What the proofs of an entry are bound to, after another of the same model or none.
    fn batch_context(record: &ModelOf<T>, entry: &TrainingEntry, previous: Option<&BindingContext>) -> BindingContext {
        let TrainingEntry { model, index, ref contents, .. } = *entry;
        match previous {
            None => Self::op_context(record, entry),
            Some(context) => {
                BindingContext::Following { model, index, previous: context.hash(), contents: contents.hash() }
            }
        }
    }

    /// Records an entry after those before it. `contexts` are those of the newest entry of each model.
    fn record_entry(
        owner: &T::AccountId,
        entry: TrainingEntry,
        verified: Verified<T>,
        contexts: &mut BTreeMap<ModelId, BindingContext>,
        work: &mut Work,
    ) -> DispatchResult {
        let record = UserModels::<T>::owned_model(owner, entry.model)?;
        let base = Self::check_op(&record, &entry)?;
        let context = Self::batch_context(&record, &entry, contexts.get(&entry.model));
        let statements = OpStatements::new::<T>(owner, &record, &context, &entry);
        match verified {
            Some((foreseen, result)) if foreseen == statements => result?,
            // An entry before it was refused and another one took its place: its proofs are bound to the first.
            Some(_) => return Err(Error::<T>::InteractionProofRejected.into()),
            // Only because an entry before it was refused is it right after all.
            None => {
                let claims = statements.claims(&entry.proofs);
                let set = ProofSet { base: record.base, shape: base.shape, claims: &claims };
                let (results, more) = T::Proofs::verify_sets(&[set]);
                *work = work.plus(&more);
                results.into_iter().collect::<Result<(), _>>().map_err(Error::<T>::from)?;
            }
        }
        let model = entry.model;
        Self::insert_op(owner.clone(), entry, record, base.rules)?;
        contexts.insert(model, context);
        Ok(())
    }
}
