// SPDX-License-Identifier: Apache-2.0
//! Proofs that an op is in a sealed block.

use crate::*;
use alloc::vec::Vec;
use training_primitives::{merkle, *};

impl<T: Config> Pallet<T> {
    /// Block, leaf index and siblings of a sealed op.
    pub fn merkle_proof(op: OpId) -> Option<(TrainingBlockNumber, u32, Vec<H256>)> {
        let number = OpBlock::<T>::get(op)?;
        let block = Blocks::<T>::get(number)?;
        let leaf = u32::try_from(Ops::<T>::get(op)?.sequence.checked_sub(block.first_op)?).ok()?;
        let last = block.first_op.saturating_add(block.op_count.into());
        let leaves: Vec<H256> = Self::ops_between(block.base, block.first_op, last)
            .iter()
            .map(|(id, _)| merkle::leaf_hash(id.as_bytes()))
            .collect();
        Some((number, leaf, merkle::prove(leaves, leaf as usize)))
    }
}
