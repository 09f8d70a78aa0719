// SPDX-License-Identifier: Apache-2.0
//! What the sender's side makes of an answer.

use crate::*;
use frame_support::{ensure, pallet_prelude::*};
use pallet_user_models::Pallet as UserModels;
use training_primitives::*;

impl<T: Config> Pallet<T> {
    /// Resolves a request. Late answers count; one that came before changes nothing.
    pub(crate) fn do_receive_ack(para: ParaId, model: ModelId, nonce: u64, outcome: SyncOutcome) -> DispatchResult {
        let target = para;
        let mut route = Routes::<T>::get(model, target).ok_or(Error::<T>::RouteNotFound)?;
        ensure!(route.request.nonce == nonce, Error::<T>::NonceMismatch);
        if !route.is_outstanding() {
            return Ok(());
        }
        let offered = route.request.hand_over.is_some();
        match outcome {
            SyncOutcome::Accepted => {
                let Request { first, count, ref record, .. } = route.request;
                let acknowledged = first.saturating_add(count);
                route.version = (acknowledged == record.length).then_some(record.version);
                route.acknowledged = acknowledged;
                route.request.state = RequestState::Acknowledged;
                Self::deposit_event(Event::SyncAcknowledged { model, target, nonce, acknowledged });
                if offered {
                    UserModels::<T>::hand_over_model(model, target);
                    Self::deposit_event(Event::HandedOver { model, target });
                }
            }
            SyncOutcome::Refused(reason) => {
                route.request.state = RequestState::Refused(reason);
                Self::deposit_event(Event::SyncRefused { model, target, nonce, reason });
                if offered {
                    UserModels::<T>::unlock_model(model);
                    Self::deposit_event(Event::HandOverRefused { model, target });
                }
            }
        }
        Routes::<T>::insert(model, target, route);
        Ok(())
    }
}
