// SPDX-License-Identifier: Apache-2.0
//! Sealing blocks.

use crate::*;
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{ensure, pallet_prelude::*};
use pallet_zkpot::{Pallet as Zkpot, Phase, Rounds};
use polkadot_sdk::sp_io::hashing::blake2_256;
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
        // The call was charged for as many ops as it says that the aggregate has.
        let op_count = round.last_op.saturating_sub(round.first_op) as u32;
        ensure!(aggregate.contributors == op_count, Error::<T>::AggregateMismatch);
        let last = LastBlock::<T>::get();
        ensure!(parent == BlockHashes::<T>::get(last).unwrap_or_default(), Error::<T>::StaleParent);
        let earliest = Blocks::<T>::get(last).map_or(0, |block| block.timestamp);
        ensure!((earliest..=Self::now()).contains(&timestamp), Error::<T>::BlockTimestampInvalid);

        let ops = Self::ops_between(base, round.first_op, round.last_op);
        ensure!(merkle_root == merkle::op_root(ops.iter().map(|(id, _)| id)), Error::<T>::MerkleRootMismatch);
        let inputs: Vec<ContentHash> = ops.iter().map(|(_, op)| op.contents.gradient).collect();
        let commitment = AggregateCommitment::Inputs(H256(blake2_256(&inputs.encode())));
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
        let weight = ops.iter().fold(0u64, |sum, (_, op)| sum.saturating_add(op.weight));
        for (id, _) in &ops {
            OpBlock::<T>::insert(id, number);
        }
        BlockWeights::<T>::insert(number, weight);
        BlockHashes::<T>::insert(number, hash);
        Signatures::<T>::insert(number, signature);
        SealingKeys::<T>::insert(number, key);
        RoundBlock::<T>::insert(base, index, number);
        LastBlock::<T>::put(number);
        NextPending::<T>::insert(base, round.last_op);
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
