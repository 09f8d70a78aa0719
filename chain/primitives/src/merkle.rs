// SPDX-License-Identifier: Apache-2.0
//! Merkle trees of the ledger: the tree shape and domain separation of RFC 6962 (section 2.1) with blake2-256.
//!
//! leaf = H(0x00 ‖ data), node = H(0x01 ‖ left ‖ right); a last node without a sibling moves up unchanged.

use alloc::vec::Vec;
use polkadot_sdk::{sp_core::H256, sp_io::hashing::blake2_256};

/// Most levels of a proof that a verifier accepts: trees of up to 2^32 leaves.
pub const MAX_DEPTH: u32 = 32;

/// Hash of a leaf's data.
pub fn leaf_hash(data: &[u8]) -> H256 {
    let mut preimage = Vec::with_capacity(1 + data.len());
    preimage.push(0);
    preimage.extend_from_slice(data);
    H256(blake2_256(&preimage))
}

fn node_hash(left: &H256, right: &H256) -> H256 {
    let mut preimage = [1u8; 65];
    preimage[1..33].copy_from_slice(left.as_bytes());
    preimage[33..].copy_from_slice(right.as_bytes());
    H256(blake2_256(&preimage))
}

fn parents(level: &[H256]) -> Vec<H256> {
    level
        .chunks(2)
        .map(|pair| match pair {
            [left, right] => node_hash(left, right),
            // A last node without a sibling.
            _ => pair[0],
        })
        .collect()
}

/// Root over leaf hashes; zero for no leaves.
pub fn root(mut level: Vec<H256>) -> H256 {
    while level.len() > 1 {
        level = parents(&level);
    }
    level.first().copied().unwrap_or_default()
}

/// Siblings of the leaf at `index` from the leaf up, leaving out the levels where the node has none.
pub fn prove(mut level: Vec<H256>, mut index: usize) -> Vec<H256> {
    let mut proof = Vec::new();
    while level.len() > 1 {
        proof.extend(level.get(index ^ 1));
        level = parents(&level);
        index >>= 1;
    }
    proof
}

/// Root over op ids, each a leaf.
pub fn op_root<'a>(ids: impl Iterator<Item = &'a H256>) -> H256 {
    root(ids.map(|id| leaf_hash(id.as_bytes())).collect())
}

/// Whether `data` is leaf `index` of the `count` leaves under `root`. `proof` lists the siblings from the leaf up,
/// leaving out the levels where the node has none.
pub fn verify(root: &H256, data: &[u8], mut index: u64, mut count: u64, proof: &[H256]) -> bool {
    if index >= count {
        return false;
    }
    let mut node = leaf_hash(data);
    let mut siblings = proof.iter();
    while count > 1 {
        if index ^ 1 < count {
            let Some(sibling) = siblings.next() else { return false };
            node = if index & 1 == 0 { node_hash(&node, sibling) } else { node_hash(sibling, &node) };
        }
        index >>= 1;
        count = count.div_ceil(2);
    }
    siblings.next().is_none() && node == *root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_leaf_of_every_small_tree_verifies_and_nothing_else_does() {
        for count in 1..=17usize {
            let data: Vec<[u8; 2]> = (0..count).map(|i| [i as u8, 7]).collect();
            let leaves: Vec<H256> = data.iter().map(|d| leaf_hash(d)).collect();
            let top = root(leaves.clone());
            for i in 0..count {
                let proof = prove(leaves.clone(), i);
                assert!(verify(&top, &data[i], i as u64, count as u64, &proof));
                assert!(!verify(&top, &[i as u8, 8], i as u64, count as u64, &proof));
                assert!(!verify(&top, &data[i], count as u64, count as u64, &proof));
                let mut longer = proof.clone();
                longer.push(H256::zero());
                assert!(!verify(&top, &data[i], i as u64, count as u64, &longer));
                if !proof.is_empty() {
                    assert!(!verify(&top, &data[i], i as u64, count as u64, &proof[1..]));
                    assert!(!verify(&top, &data[i], (i ^ 1) as u64, count as u64, &proof));
                }
            }
        }
    }

    #[test]
    fn an_empty_tree_has_the_zero_root() {
        assert_eq!(root(Vec::new()), H256::zero());
    }
}
