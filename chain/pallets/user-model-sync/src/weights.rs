// SPDX-License-Identifier: Apache-2.0
//! Weights of the calls. Estimates from what the operations cost in WASM; see `training_primitives::cost`.

use core::marker::PhantomData;
use polkadot_sdk::{frame_support::weights::Weight, frame_system, sp_core::Get};
use training_primitives::{cost, Circuit};

/// Bytes of a stored op and its trie path.
const OP_BYTES: u64 = 2_048;
/// Bytes of a stored op id and its trie path.
const ID_BYTES: u64 = 1_024;
/// Bytes of a stored block with the ops that it excludes, key and signature, and their trie paths.
const BLOCK_BYTES: u64 = 20_480;
/// Picoseconds of encoding and moving an op with its proof, and a block.
const MOVE_OP: u64 = 20_000_000;
const MOVE_BLOCK: u64 = 50_000_000;

/// What each call costs.
pub trait WeightInfo {
    fn govern() -> Weight;
    /// Building and sending a message with `ops` of `blocks`, which have `leaves` ops in all.
    fn send(ops: u32, blocks: u32, leaves: u32) -> Weight;
    fn expire() -> Weight;
    /// Checking and storing a message with `ops` of `blocks`, and the ownership proof of a hand-over.
    fn receive(ops: u32, blocks: u32, hand_over: bool) -> Weight;
    fn receive_ack() -> Weight;
}

/// Weights for a runtime with this database.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn govern() -> Weight {
        cost::call(300).saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }
    fn send(ops: u32, blocks: u32, leaves: u32) -> Weight {
        let (ops, blocks, leaves) = (u64::from(ops), u64::from(blocks), u64::from(leaves));
        cost::call(6_000)
            // A leaf and a node of the tree for each op of the blocks.
            .saturating_add(cost::hashes(2 * leaves))
            .saturating_add(Weight::from_parts(MOVE_OP * ops + MOVE_BLOCK * blocks, 0))
            .saturating_add(Weight::from_parts(0, OP_BYTES * ops + BLOCK_BYTES * blocks + ID_BYTES * leaves))
            // Of the model, its route, the fee and the channel's queue; of each op its id, block and record.
            .saturating_add(T::DbWeight::get().reads_writes(16 + 3 * ops + 3 * blocks + leaves, 7))
    }
    fn expire() -> Weight {
        cost::call(1_000).saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }
    fn receive(ops: u32, blocks: u32, hand_over: bool) -> Weight {
        let (ops, blocks) = (u64::from(ops), u64::from(blocks));
        let proof = match hand_over {
            true => cost::proofs(&[Circuit::Ownership], 1, 1)
                .saturating_add(cost::call(2_000))
                .saturating_add(T::DbWeight::get().reads_writes(8, 9)),
            false => Weight::zero(),
        };
        cost::call(6_000)
            .saturating_add(cost::ml_dsa().saturating_mul(blocks))
            // An op's id takes several blocks of the hash, its path one for each level.
            .saturating_add(cost::hashes(20 * ops + 20 * blocks))
            .saturating_add(Weight::from_parts(MOVE_OP * ops + MOVE_BLOCK * blocks, ID_BYTES * (2 * ops + 2 * blocks)))
            .saturating_add(proof)
            .saturating_add(T::DbWeight::get().reads_writes(10 + 2 * ops + 2 * blocks, 6 + 2 * ops + blocks))
    }
    fn receive_ack() -> Weight {
        cost::call(2_000).saturating_add(T::DbWeight::get().reads_writes(3, 2))
    }
}
