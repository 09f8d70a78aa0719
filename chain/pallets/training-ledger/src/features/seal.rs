// SPDX-License-Identifier: Apache-2.0
//! Sealing blocks.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*};
use pallet_committee::Pallet as Committee;
use pallet_user_models::Pallet as UserModels;
use pallet_zkpot::{Pallet as Zkpot, Phase, Rounds};
use training_primitives::{block::BLOCK_CONTEXT, merkle, ml_dsa, *};

impl<T: Config> Pallet<T> {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn do_seal_block(
        leader: T::AccountId,
        base: BaseModelId,
        index: RoundIndex,
        timestamp: u64,
        merkle_root: H256,
        aggregate: AggregatedUpdate,
        parent: H256,
        signature: MlDsaSignature,
    ) -> DispatchResult {
        ensure!(!RoundBlock::<T>::contains_key(base, index), Error::<T>::ImmutableRecord);
        let round = Rounds::<T>::get(base, index).ok_or(Error::<T>::RoundNotFound)?;
        ensure!(round.phase == Phase::Seal, Error::<T>::WrongPhase);
        ensure!(round.leader.as_ref() == Some(&leader), Error::<T>::NotLeader);
        // The call was charged for as many ops as it says that the aggregate includes and leaves out.
        let op_count = round.last_op.saturating_sub(round.first_op) as u32;
        let named = aggregate.contributors.saturating_add(aggregate.excluded.len() as u32);
        ensure!(named == op_count, Error::<T>::AggregateMismatch);
        let last = LastBlock::<T>::get();
        ensure!(parent == BlockHashes::<T>::get(last).unwrap_or_default(), Error::<T>::StaleParent);
        let earliest = Blocks::<T>::get(last).map_or(0, |block| block.timestamp);
        ensure!((earliest..=Self::now()).contains(&timestamp), Error::<T>::BlockTimestampInvalid);

        let ops = Self::ops_between(base, round.first_op, round.last_op);
        ensure!(merkle_root == merkle::op_root(ops.iter().map(|(id, _)| id)), Error::<T>::MerkleRootMismatch);
        let excluded = Committee::<T>::excluded_between(base, round.first_op, round.last_op);
        ensure!(aggregate.excluded == excluded, Error::<T>::ExclusionMismatch);
        let rules = UserModels::<T>::base_model(base)?.rules;
        ensure!(Self::enough_contributors(&rules, &ops, &excluded), Error::<T>::TooFewContributors);
        let (left_out, included): (Vec<_>, Vec<_>) =
            ops.iter().map(|(_, op)| op).partition(|op| excluded.binary_search(&op.sequence).is_ok());
        let left_out = left_out.iter().map(|op| &op.contents.gradient_commitment);
        let sum = Self::sum_between(base, round.first_op, round.last_op, left_out);
        let commitment = sum.ok_or(DispatchError::Corruption)?.commitment();
        ensure!(aggregate.commitment == commitment, Error::<T>::AggregateMismatch);

        let block = TrainingBlock {
            number: last.saturating_add(1),
            timestamp,
            parent,
            base,
            round: index,
            merkle_root,
            first_op: round.first_op,
            op_count,
            aggregate,
            leader: leader.clone(),
        };
        let hash = block.hash();
        let key = Zkpot::<T>::worker_key(base, &leader).ok_or(Error::<T>::NotLeader)?;
        ensure!(ml_dsa::verify(&key, hash.as_bytes(), &signature, BLOCK_CONTEXT), Error::<T>::BlockSignatureInvalid);

        let number = block.number;
        Zkpot::<T>::note_sealed(base, index, number)?;
        let weight = included.iter().fold(0u64, |sum, op| sum.saturating_add(op.weight));
        for (id, _) in &ops {
            OpBlock::<T>::insert(id, number);
        }
        BlockWeights::<T>::insert(number, weight);
        BlockHashes::<T>::insert(number, hash);
        Signatures::<T>::insert(number, signature);
        SealingKeys::<T>::insert(number, key);
        RoundBlock::<T>::insert(base, index, number);
        LastBlock::<T>::put(number);
        LastSealedRound::<T>::insert(base, index);
        NextPending::<T>::insert(base, round.last_op);
        Committee::<T>::note_pending_from(base, round.last_op);
        Self::deposit_event(Event::BlockSealed {
            number,
            hash,
            base,
            round: index,
            leader,
            first_op: block.first_op,
            op_count,
        });
        Blocks::<T>::insert(number, block);
        Ok(())
    }
}
