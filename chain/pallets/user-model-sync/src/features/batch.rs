// SPDX-License-Identifier: Apache-2.0
//! The sealed ops of one message.

use super::tree::Tree;
use crate::*;
use alloc::vec::Vec;
use pallet_training_ledger::{Blocks, FederationOps, ModelOps, OpBlock, Ops, SealingKeys, Signatures};
use training_primitives::*;

/// Sealed ops with their blocks.
pub(crate) struct Batch<AccountId> {
    pub blocks: Vec<SealedBlock<AccountId>>,
    pub ops: Vec<SealedOp<AccountId>>,
    /// How many ops the blocks have.
    pub leaves: u32,
}

impl<T: Config> Pallet<T> {
    /// The model's sealed ops from index `first` on, at most `limit`, as far as they fit in one message. The same for the same
    /// ops whenever it is asked: sealed blocks do not change.
    pub(crate) fn batch(model: ModelId, first: u32, limit: u32) -> Batch<T::AccountId> {
        let mut batch = Batch { blocks: Vec::new(), ops: Vec::new(), leaves: 0 };
        let mut trees = Vec::new();
        for index in first..first.saturating_add(limit.min(MAX_SYNC_OPS)) {
            let Some(id) = ModelOps::<T>::get(model, index) else { break };
            let Some(number) = OpBlock::<T>::get(id) else { break };
            let place = match batch.blocks.iter().position(|sealed| sealed.block.number == number) {
                Some(place) => place,
                None => {
                    let Some(tree) = Self::add_block(&mut batch, number) else { break };
                    trees.push(tree);
                    trees.len() - 1
                }
            };
            let Some(op) = Ops::<T>::get(id) else { break };
            let leaf = op.sequence.saturating_sub(batch.blocks[place].block.first_op);
            let Ok(proof) = trees[place].prove(leaf as usize).try_into() else { break };
            batch.ops.push(SealedOp { op, block: place as u8, proof });
        }
        batch
    }

    /// Adds a block to the message and returns its tree; none if it does not fit.
    fn add_block(batch: &mut Batch<T::AccountId>, number: TrainingBlockNumber) -> Option<Tree> {
        let block = Blocks::<T>::get(number)?;
        let leaves = batch.leaves.saturating_add(block.op_count);
        let fits = batch.blocks.is_empty() || leaves <= MAX_SYNC_LEAVES;
        if !fits || batch.blocks.len() as u32 == MAX_SYNC_BLOCKS {
            return None;
        }
        let sequences = block.first_op..block.first_op.saturating_add(block.op_count.into());
        let tree = Tree::of_ops(sequences.filter_map(|sequence| FederationOps::<T>::get(block.base, sequence)));
        let (key, signature) = (SealingKeys::<T>::get(number)?, Signatures::<T>::get(number)?);
        batch.leaves = leaves;
        batch.blocks.push(SealedBlock { block, key, signature });
        Some(tree)
    }

    /// Index of the first op that a chain which has those before `acknowledged` does not have and this chain recorded, and
    /// from which chain the model came before it.
    pub(crate) fn next_op(model: ModelId, acknowledged: u32) -> (u32, Option<ParaId>) {
        match Absences::<T>::get(model, acknowledged) {
            Some(Absence { until, came_from }) => (until, Some(came_from)),
            None => (acknowledged, None),
        }
    }
}
