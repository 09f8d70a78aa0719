// SPDX-License-Identifier: Apache-2.0
//! Workers and their bonds.

use crate::*;
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::*,
    traits::{
        fungible::{InspectHold, MutateHold},
        tokens::{Fortitude, Precision},
    },
};
use polkadot_sdk::sp_runtime::traits::Saturating;
use training_primitives::{ml_dsa, *};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_join_federation(
        worker: T::AccountId,
        base: BaseModelId,
        key: MlDsaPublicKey,
        signature: MlDsaSignature,
    ) -> DispatchResult {
        pallet_user_models::Pallet::<T>::base_model(base)?;
        ensure!(!Workers::<T>::contains_key(base, &worker), Error::<T>::AlreadyWorker);
        let count = WorkerCount::<T>::get(base);
        ensure!(count < T::MaxWorkers::get(), Error::<T>::TooManyWorkers);
        ensure!(
            ml_dsa::verify(&key, &worker.encode(), &signature, ml_dsa::WORKER_CONTEXT),
            Error::<T>::WorkerSignatureInvalid
        );
        let bond = T::WorkerBond::get();
        T::Currency::hold(&HoldReason::WorkerBond.into(), &worker, bond).map_err(|_| Error::<T>::BondTooLow)?;
        Workers::<T>::insert(base, &worker, Worker { key, bond });
        WorkerCount::<T>::insert(base, count.saturating_add(1));
        Self::deposit_event(Event::WorkerJoined { base, worker });
        Ok(())
    }

    pub(crate) fn do_leave_federation(worker: T::AccountId, base: BaseModelId) -> DispatchResult {
        let record = Workers::<T>::get(base, &worker).ok_or(Error::<T>::NotWorker)?;
        if let Some(round) = CurrentRound::<T>::get(base).and_then(|index| Rounds::<T>::get(base, index)) {
            ensure!(matches!(round.phase, Phase::Collect | Phase::Closed), Error::<T>::RoundInProgress);
        }
        Self::remove_worker(base, worker, record.bond)
    }

    fn remove_worker(base: BaseModelId, worker: T::AccountId, bond: BalanceOf<T>) -> DispatchResult {
        T::Currency::release(&HoldReason::WorkerBond.into(), &worker, bond, Precision::BestEffort)?;
        Workers::<T>::remove(base, &worker);
        WorkerCount::<T>::mutate(base, |count| *count = count.saturating_sub(1));
        Self::deposit_event(Event::WorkerLeft { base, worker });
        Ok(())
    }

    /// Burns part of a leader's bond for a missed deadline. A worker left with less than half of the bond is put out.
    pub(crate) fn slash(base: BaseModelId, worker: &T::AccountId) {
        let Some(mut record) = Workers::<T>::get(base, worker) else { return };
        let full = T::WorkerBond::get();
        let amount = (T::SlashFraction::get() * full).min(record.bond);
        let reason = HoldReason::WorkerBond.into();
        let burned = T::Currency::burn_held(&reason, worker, amount, Precision::BestEffort, Fortitude::Force)
            .unwrap_or_default();
        record.bond = record.bond.saturating_sub(burned).min(T::Currency::balance_on_hold(&reason, worker));
        Self::deposit_event(Event::WorkerSlashed { base, worker: worker.clone(), amount: burned });
        if record.bond.saturating_add(record.bond) < full {
            // Releasing what is held cannot fail for an account that holds it; if it did, the worker would keep its record.
            if Self::remove_worker(base, worker.clone(), record.bond).is_ok() {
                return;
            }
        }
        Workers::<T>::insert(base, worker, record);
    }

    /// The key that signs the worker's blocks.
    pub fn worker_key(base: BaseModelId, worker: &T::AccountId) -> Option<MlDsaPublicKey> {
        Workers::<T>::get(base, worker).map(|record| record.key)
    }
}
