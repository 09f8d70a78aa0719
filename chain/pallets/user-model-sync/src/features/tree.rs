// SPDX-License-Identifier: Apache-2.0
//! The Merkle tree of one block, kept for the proofs of several of its ops. Its shape is that of `training_primitives::merkle`.

use alloc::vec::Vec;
use polkadot_sdk::sp_core::H256;
use training_primitives::merkle;

/// The levels of a tree from the leaves up.
pub(crate) struct Tree(Vec<Vec<H256>>);

impl Tree {
    /// The tree whose leaves are these op ids.
    pub fn of_ops(ids: impl Iterator<Item = H256>) -> Self {
        let mut levels = alloc::vec![ids.map(|id| merkle::leaf_hash(id.as_bytes())).collect::<Vec<_>>()];
        while let Some(level) = levels.last().filter(|level| level.len() > 1) {
            // The root over two nodes is their parent, over one the node itself.
            let above = level.chunks(2).map(|pair| merkle::root(pair.to_vec())).collect();
            levels.push(above);
        }
        Self(levels)
    }

    /// Siblings of the leaf at `index` from the leaf up, leaving out the levels where the node has none.
    pub fn prove(&self, index: usize) -> Vec<H256> {
        self.0.iter().enumerate().filter_map(|(height, level)| level.get((index >> height) ^ 1)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_are_those_that_the_ledger_makes() {
        for count in 1..=33u8 {
            let ids: Vec<H256> = (0..count).map(H256::repeat_byte).collect();
            let leaves: Vec<H256> = ids.iter().map(|id| merkle::leaf_hash(id.as_bytes())).collect();
            let tree = Tree::of_ops(ids.into_iter());
            for index in 0..usize::from(count) {
                assert_eq!(tree.prove(index), merkle::prove(leaves.clone(), index));
            }
        }
    }
}
