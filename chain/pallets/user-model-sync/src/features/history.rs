// SPDX-License-Identifier: Apache-2.0
//! A user's history over all chains, as this one knows it.

use crate::*;
use alloc::vec::Vec;
use frame_support::traits::Get;
use pallet_training_ledger::ModelOps;
use pallet_user_models::{OwnedModels, UserModels, Users};
use training_primitives::*;

impl<T: Config> Pallet<T> {
    /// Ops of a user id that this chain recorded or mirrors, by model and index, from place `skip` at most `limit`. Once all
    /// is synced, every chain of the models gives the same list. Not to be called in a block: it reads all of them.
    pub fn user_history(user_id: FieldElement, skip: u32, limit: u32) -> Vec<HistoryEntry> {
        let local = Users::<T>::get(user_id).into_iter().flat_map(|account| {
            let models = OwnedModels::<T>::iter_key_prefix(account);
            models.filter(|model| UserModels::<T>::get(model).is_some_and(|record| record.user_id == user_id))
        });
        let here = T::SelfParaId::get();
        let recorded = local.flat_map(|model| {
            ModelOps::<T>::iter_prefix(model).map(move |(index, op)| HistoryEntry { model, index, para: here, op })
        });
        let mirrors = UserMirrors::<T>::iter_key_prefix(user_id);
        let mirrored = mirrors.flat_map(|(para, model)| {
            let ops = MirrorOps::<T>::iter_prefix((para, model));
            ops.map(move |(index, mirrored)| HistoryEntry { model, index, para, op: mirrored.id })
        });
        let mut entries: Vec<_> = recorded.chain(mirrored).collect();
        entries.sort_unstable();
        entries.into_iter().skip(skip as usize).take(limit as usize).collect()
    }
}
