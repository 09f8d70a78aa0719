// SPDX-License-Identifier: Apache-2.0
//! Recording ops.

use crate::*;
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{ensure, pallet_prelude::*, traits::UnixTime};
use pallet_user_models::Pallet as UserModels;
use polkadot_sdk::sp_io::hashing::sha2_256;
use training_primitives::{groth16, *};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_record_training(
        owner: T::AccountId,
        model: ModelId,
        index: u32,
        contents: OpContents,
        claims: OpClaims,
        proofs: TrainingProof,
    ) -> DispatchResult {
        let record = UserModels::<T>::owned_model(&owner, model)?;
        ensure!(index >= record.length && !ModelOps::<T>::contains_key(model, index), Error::<T>::ImmutableRecord);
        ensure!(index == record.length, Error::<T>::IndexGap);
        let base = UserModels::<T>::base_model(record.base)?;
        let now = Self::now();
        Self::check_receipt(&claims, now, base.rules.max_receipt_age)?;
        ensure!(claims.delta >= base.rules.min_improvement, Error::<T>::ImprovementTooSmall);
        ensure!(!UserModels::<T>::nullifier_used(&claims.nullifier), Error::<T>::NullifierUsed);
        if let Some(corrected) = contents.corrects {
            let corrected = Ops::<T>::get(corrected).ok_or(Error::<T>::CorrectedOpNotFound)?;
            ensure!(corrected.model == model, Error::<T>::CorrectedOpNotFound);
        }

        let context = BindingContext::Op { model, index, prev_hash: record.head, contents: contents.hash() };
        let binding = binding(UserModels::<T>::genesis_hash(), &owner, &context);
        let window = (groth16::number(claims.not_before), groth16::number(claims.not_after));
        let delta = groth16::number(claims.delta.into());
        let interaction = [binding, claims.interaction, claims.node_key, window.0, window.1];
        let improvement = [binding, record.state.commitment, claims.update, claims.state, claims.batch, delta];
        let ownership = [binding, record.user_id, claims.nullifier];
        let claim = |circuit, public_inputs, proof| ProofClaim { circuit, public_inputs, proof };
        T::Proofs::verify_all(
            record.base,
            base.shape,
            &[
                claim(Circuit::Interaction, &interaction[..], &proofs.interaction),
                claim(Circuit::Improvement, &improvement[..], &proofs.improvement),
                claim(Circuit::Ownership, &ownership[..], &proofs.ownership),
            ],
        )
        .map_err(Error::<T>::from)?;

        let sequence = NextSequence::<T>::get(record.base);
        let op = TrainingOp {
            base: record.base,
            model,
            owner,
            index,
            prev_hash: record.head,
            sequence,
            timestamp: now,
            weight: base.rules.weight(claims.delta),
            proofs: H256(sha2_256(&proofs.encode())),
            contents,
            claims,
        };
        Self::insert_op(op, record, base.rules.max_ops);
        Ok(())
    }

    fn check_receipt(claims: &OpClaims, now: u64, max_age: u64) -> DispatchResult {
        ensure!(claims.not_before <= claims.not_after, Error::<T>::ReceiptWindowInvalid);
        ensure!(claims.not_after <= now, Error::<T>::ReceiptInFuture);
        ensure!(now.saturating_sub(claims.not_before) <= max_age, Error::<T>::ReceiptTooOld);
        ensure!(InferenceNodes::<T>::contains_key(claims.node_key), Error::<T>::NodeNotRegistered);
        ensure!(!UsedReceipts::<T>::contains_key(claims.interaction), Error::<T>::ReceiptAlreadyUsed);
        Ok(())
    }

    fn insert_op(
        op: TrainingOp<T::AccountId>,
        record: pallet_user_models::UserModel<T::AccountId, frame_system::pallet_prelude::BlockNumberFor<T>>,
        max_ops: u32,
    ) {
        let id = op.id();
        let TrainingOp { base, model, index, sequence, weight, .. } = op;
        UserModels::<T>::spend_nullifier(op.claims.nullifier);
        UsedReceipts::<T>::insert(op.claims.interaction, id);
        ModelOps::<T>::insert(model, index, id);
        FederationOps::<T>::insert(base, sequence, id);
        NextSequence::<T>::insert(base, sequence.saturating_add(1));
        let state = ModelState { content: op.contents.state, commitment: op.claims.state };
        UserModels::<T>::record_op(model, record, id, state);
        Ops::<T>::insert(id, op);
        pallet_zkpot::Pallet::<T>::note_op_recorded(base, max_ops);
        Self::deposit_event(Event::TrainingRecorded { model, index, op: id, base, sequence, weight });
    }

    /// Chain time in milliseconds of the Unix epoch.
    pub(crate) fn now() -> u64 {
        T::UnixTime::now().as_millis().try_into().unwrap_or(u64::MAX)
    }

    /// Public input 0 of the proofs of the model's next op.
    pub fn op_binding(account: T::AccountId, model: ModelId, contents: H256) -> Option<FieldElement> {
        let record = pallet_user_models::UserModels::<T>::get(model)?;
        let context = BindingContext::Op { model, index: record.length, prev_hash: record.head, contents };
        Some(binding(UserModels::<T>::genesis_hash(), &account, &context))
    }

    /// Ops of a federation by sequence number. The range is that of a round, at most `Rules::MAX_OPS`.
    pub(crate) fn ops_between(base: BaseModelId, first: u64, last: u64) -> Vec<(OpId, TrainingOp<T::AccountId>)> {
        (first..last)
            .filter_map(|sequence| FederationOps::<T>::get(base, sequence))
            .filter_map(|id| Ops::<T>::get(id).map(|op| (id, op)))
            .collect()
    }
}

impl<T: Config> pallet_zkpot::FederationOps for Pallet<T> {
    fn next_sequence(base: BaseModelId) -> u64 {
        NextSequence::<T>::get(base)
    }
    fn next_pending(base: BaseModelId) -> u64 {
        NextPending::<T>::get(base)
    }
}
