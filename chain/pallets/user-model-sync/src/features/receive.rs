// SPDX-License-Identifier: Apache-2.0
//! What the receiver's side does with a message, once, and what it answers, as often as it is asked.

use super::verify::Checked;
use crate::*;
use core::cmp::Ordering;
use frame_support::pallet_prelude::*;
use pallet_training_ledger::UsedReceipts;
use pallet_user_models::{Error as UserModelsError, Pallet as UserModels, ReceivedModel};
use training_primitives::*;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_receive_sync(para: ParaId, message: SyncMessage<T::AccountId>) -> DispatchResult {
        let (model, nonce) = (message.record.model, message.nonce);
        let last = Inbound::<T>::get(para, model);
        match last.as_ref().map_or(1, |last| last.nonce).cmp(&nonce) {
            // A later message was processed, so the sender has had the answer to this one.
            Ordering::Greater => {
                Self::deposit_event(Event::MessageRepeated { para, model, nonce });
                return Ok(());
            }
            Ordering::Equal => {
                if let Some(last) = last {
                    Self::deposit_event(Event::MessageRepeated { para, model, nonce });
                    Self::answer(para, model, nonce, last.outcome);
                    return Ok(());
                }
            }
            Ordering::Less => {}
        }
        let next = last.map_or(1, |last| last.nonce.saturating_add(1));
        let result = if nonce == next { Self::accept(para, message) } else { Err(Refusal::NonceGap) };
        let outcome = match result {
            Ok(length) => {
                Self::deposit_event(Event::MirrorUpdated { para, model, nonce, length });
                SyncOutcome::Accepted
            }
            Err(reason) => {
                Self::deposit_event(Event::MessageRefused { para, model, nonce, reason });
                SyncOutcome::Refused(reason)
            }
        };
        // The outcome is kept whatever it is: a message that was refused is never accepted later.
        Inbound::<T>::insert(para, model, Received { nonce, outcome });
        Self::answer(para, model, nonce, outcome);
        Ok(())
    }

    /// An answer that cannot be sent is not an error: what was accepted stays accepted, and a retry asks again.
    fn answer(para: ParaId, model: ModelId, nonce: u64, outcome: SyncOutcome) {
        if xcm::send::<T>(para, Call::receive_ack { model, nonce, outcome }).is_err() {
            Self::deposit_event(Event::AnswerNotSent { para, model, nonce });
        }
    }

    /// Stores what the message says, if all of it holds, and returns how many ops the mirror has then.
    fn accept(para: ParaId, message: SyncMessage<T::AccountId>) -> Result<u32, Refusal> {
        let Checked { ops, blocks, head, length, state } = Self::check(para, &message)?;
        let SyncMessage { record, hand_over, .. } = message;
        let (model, user_id) = (record.model, record.user_id);
        // The last check, and the first to write.
        if let Some(offer) = hand_over {
            Self::take_over(para, &record, offer)?;
        }
        for (number, hash) in blocks {
            MirrorBlocks::<T>::insert(para, number, hash);
        }
        for mirrored in ops {
            let receipt = mirrored.op.claims.interaction;
            if !UsedReceipts::<T>::contains_key(receipt) {
                // A receipt counts once, on whichever chain.
                UsedReceipts::<T>::insert(receipt, mirrored.id);
            }
            MirrorOps::<T>::insert((para, model), mirrored.op.index, mirrored);
        }
        UserMirrors::<T>::insert(user_id, (para, model), ());
        let updated = frame_system::Pallet::<T>::block_number();
        Mirrors::<T>::insert(para, model, Mirror { record, state, head, length, updated });
        Ok(length)
    }

    /// Makes the model one of this chain.
    fn take_over(para: ParaId, record: &ModelRecord, offer: HandOver<T::AccountId>) -> Result<(), Refusal> {
        let ModelRecord { model, user_id, shape, ref state, head, length, version, .. } = *record;
        let HandOver { owner, base, nullifier, proof } = offer;
        let received = ReceivedModel {
            model,
            para,
            owner: owner.clone(),
            user_id,
            base,
            shape,
            state: state.clone(),
            head,
            length,
            version,
        };
        let left_at = UserModels::<T>::receive_model(received, nullifier, &proof).map_err(refusal)?;
        if left_at < length {
            Absences::<T>::insert(model, left_at, Absence { until: length, came_from: para });
        }
        Self::deposit_event(Event::ModelReceived { para, model, owner, base });
        Ok(())
    }
}

fn refusal<T>(error: UserModelsError<T>) -> Refusal {
    match error {
        UserModelsError::NotCustodian => Refusal::NotCustodian,
        UserModelsError::ModelChanged => Refusal::ModelChanged,
        UserModelsError::BaseModelNotFound => Refusal::BaseModelNotFound,
        UserModelsError::ShapeMismatch => Refusal::ShapeMismatch,
        UserModelsError::UserIdNotCanonical | UserModelsError::CommitmentNotCanonical => Refusal::NotCanonical,
        UserModelsError::UserIdTaken => Refusal::UserIdTaken,
        UserModelsError::NullifierUsed => Refusal::NullifierUsed,
        UserModelsError::VerifyingKeyNotFound => Refusal::VerifyingKeyNotFound,
        // A proof that is malformed proves nothing either.
        _ => Refusal::OwnershipProofRejected,
    }
}
