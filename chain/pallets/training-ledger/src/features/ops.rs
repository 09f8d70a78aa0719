// SPDX-License-Identifier: Apache-2.0
//! Recording ops.

use crate::*;
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{ensure, pallet_prelude::*, traits::UnixTime};
use pallet_user_models::{BaseModel, Pallet as UserModels, UserModel};
use polkadot_sdk::{frame_system::pallet_prelude::BlockNumberFor, sp_io::hashing::sha2_256};
use training_primitives::{groth16, pedersen::Sum, *};

/// A model, and the base model that it is a fork of.
pub(crate) type ModelOf<T> = UserModel<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;
pub(crate) type BaseOf<T> = BaseModel<<T as frame_system::Config>::AccountId>;

/// Public inputs of an op's three proofs.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct OpStatements {
    interaction: [FieldElement; 5],
    improvement: [FieldElement; 6],
    ownership: [FieldElement; 3],
}

impl OpStatements {
    /// What `owner` has to prove to record `entry` on `record`, in `context`.
    pub fn new<T: Config>(
        owner: &T::AccountId,
        record: &ModelOf<T>,
        context: &BindingContext,
        entry: &TrainingEntry,
    ) -> Self {
        let binding = binding(UserModels::<T>::genesis_hash(), owner, context);
        let OpClaims { interaction, node_key, not_before, not_after, update, state, batch, delta, nullifier } =
            entry.claims;
        let window = (groth16::number(not_before), groth16::number(not_after));
        Self {
            interaction: [binding, interaction, node_key, window.0, window.1],
            improvement: [binding, record.state.commitment, update, state, batch, groth16::number(delta.into())],
            ownership: [binding, record.user_id, nullifier],
        }
    }

    /// The statements with their proofs.
    pub fn claims<'a>(&'a self, proofs: &'a TrainingProof) -> [ProofClaim<'a>; 3] {
        let claim = |circuit, public_inputs, proof| ProofClaim { circuit, public_inputs, proof };
        [
            claim(Circuit::Interaction, &self.interaction, &proofs.interaction),
            claim(Circuit::Improvement, &self.improvement, &proofs.improvement),
            claim(Circuit::Ownership, &self.ownership, &proofs.ownership),
        ]
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_record_training(owner: T::AccountId, entry: TrainingEntry) -> DispatchResultWithPostInfo {
        let record = UserModels::<T>::owned_model(&owner, entry.model)?;
        let base = Self::check_op(&record, &entry)?;
        let context = Self::op_context(&record, &entry);
        let statements = OpStatements::new::<T>(&owner, &record, &context, &entry);
        let claims = statements.claims(&entry.proofs);
        let set = ProofSet { base: record.base, shape: base.shape, claims: &claims };
        let (results, work) = T::Proofs::verify_sets(&[set]);
        results.into_iter().collect::<Result<(), _>>().map_err(Error::<T>::from)?;
        Self::insert_op(owner, entry, record, base.rules)?;
        Ok(Some(<T as Config>::WeightInfo::record_training_done(&work)).into())
    }

    /// What the proofs of the next op of a model are bound to.
    pub(crate) fn op_context(record: &ModelOf<T>, entry: &TrainingEntry) -> BindingContext {
        let contents = entry.contents.hash();
        BindingContext::Op { model: entry.model, index: entry.index, prev_hash: record.head, contents }
    }

    /// Checks everything but the proofs.
    pub(crate) fn check_op(record: &ModelOf<T>, entry: &TrainingEntry) -> Result<BaseOf<T>, DispatchError> {
        let TrainingEntry { model, index, contents, claims, .. } = entry;
        ensure!(*index >= record.length && !ModelOps::<T>::contains_key(model, index), Error::<T>::ImmutableRecord);
        ensure!(*index == record.length, Error::<T>::IndexGap);
        let base = UserModels::<T>::base_model(record.base)?;
        Self::check_receipt(claims, Self::now(), base.rules.max_receipt_age)?;
        ensure!(claims.delta >= base.rules.min_improvement, Error::<T>::ImprovementTooSmall);
        ensure!(!UserModels::<T>::nullifier_used(&claims.nullifier), Error::<T>::NullifierUsed);
        if let Some(corrected) = contents.corrects {
            let corrected = Ops::<T>::get(corrected).ok_or(Error::<T>::CorrectedOpNotFound)?;
            ensure!(corrected.model == *model, Error::<T>::CorrectedOpNotFound);
        }
        Ok(base)
    }

    fn check_receipt(claims: &OpClaims, now: u64, max_age: u64) -> DispatchResult {
        ensure!(claims.not_before <= claims.not_after, Error::<T>::ReceiptWindowInvalid);
        ensure!(claims.not_after <= now, Error::<T>::ReceiptInFuture);
        ensure!(now.saturating_sub(claims.not_before) <= max_age, Error::<T>::ReceiptTooOld);
        ensure!(InferenceNodes::<T>::contains_key(claims.node_key), Error::<T>::NodeNotRegistered);
        ensure!(!UsedReceipts::<T>::contains_key(claims.interaction), Error::<T>::ReceiptAlreadyUsed);
        Ok(())
    }

    /// Writes an op whose proofs hold, and adds its commitment to the sum of the federation's.
    pub(crate) fn insert_op(
        owner: T::AccountId,
        entry: TrainingEntry,
        record: ModelOf<T>,
        rules: Rules,
    ) -> DispatchResult {
        let TrainingEntry { model, index, contents, claims, proofs } = entry;
        let commitment = Sum::decode(&contents.gradient_commitment).map_err(|_| Error::<T>::CommitmentMalformed)?;
        let used = UsedUpdates::<T>::contains_key(record.base, contents.gradient_commitment);
        ensure!(!used, Error::<T>::UpdateAlreadyUsed);
        let op = TrainingOp {
            base: record.base,
            model,
            owner,
            index,
            prev_hash: record.head,
            sequence: NextSequence::<T>::get(record.base),
            timestamp: Self::now(),
            weight: rules.weight(claims.delta),
            proofs: H256(sha2_256(&proofs.encode())),
            contents,
            claims,
        };
        let id = op.id();
        let TrainingOp { base, sequence, weight, .. } = op;
        UserModels::<T>::spend_nullifier(op.claims.nullifier);
        UsedReceipts::<T>::insert(op.claims.interaction, id);
        UsedUpdates::<T>::insert(base, op.contents.gradient_commitment, id);
        ModelOps::<T>::insert(model, index, id);
        FederationOps::<T>::insert(base, sequence, id);
        NextSequence::<T>::insert(base, sequence.saturating_add(1));
        let sum = Self::sum_before(base, sequence).ok_or(DispatchError::Corruption)?.plus(&commitment);
        CommitmentSums::<T>::insert(base, sequence, sum.store());
        let state = ModelState { content: op.contents.state, commitment: op.claims.state };
        UserModels::<T>::record_op(model, record, id, state);
        Ops::<T>::insert(id, op);
        pallet_zkpot::Pallet::<T>::note_op_recorded(base, rules.max_ops);
        Self::deposit_event(Event::TrainingRecorded { model, index, op: id, base, sequence, weight });
        Ok(())
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

    /// Ops of a federation by sequence number. The range is within that of a round, at most `Rules::MAX_OPS`.
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
