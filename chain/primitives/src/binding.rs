// SPDX-License-Identifier: Apache-2.0
//! The public input that ties a proof to one account, one subject and one chain.

use crate::types::*;
use alloc::vec::Vec;
use codec::Encode;
use polkadot_sdk::{sp_core::H256, sp_io::hashing::blake2_256};

/// What a proof is for. The SCALE encoding is part of the binding.
#[derive(Clone, PartialEq, Eq, Debug, Encode)]
pub enum BindingContext {
    /// The training op at `index` of `model`, after `prev_hash`, with these contents.
    Op {
        model: ModelId,
        index: u32,
        prev_hash: H256,
        /// blake2-256 of the SCALE-encoded [`OpContents`](crate::OpContents).
        contents: H256,
    },
    /// A contribution to `model`.
    Contribution { model: ModelId },
    /// A request about `subject` (a base model or a model): fork, export, read a history.
    Request { subject: H256, request: H256 },
    /// A worker's accuracy in a round.
    Round { base: BaseModelId, round: RoundIndex },
    /// The accuracy of a new generation of `base`.
    Generation { base: BaseModelId, generation: GenerationIndex },
    /// An op at `index` of `model` that follows another one in a batch. The chain gives the other one its id when it records
    /// it, so that proofs made before are bound to what the other one's proofs are bound to.
    Following {
        model: ModelId,
        index: u32,
        /// [`BindingContext::hash`] of the other op's context.
        previous: H256,
        contents: H256,
    },
}

impl BindingContext {
    /// blake2-256 of the SCALE encoding.
    pub fn hash(&self) -> H256 {
        H256(blake2_256(&self.encode()))
    }
}

const DOMAIN: &[u8] = b"training-ledger/binding/v1";

/// First 31 bytes of blake2-256(domain ‖ genesis hash ‖ account ‖ SCALE(context)) as a little-endian scalar.
///
/// 31 bytes keep the value below the group order, so that the mapping is the same everywhere without reduction.
pub fn binding<AccountId: Encode>(genesis: H256, account: &AccountId, context: &BindingContext) -> FieldElement {
    let mut preimage = Vec::from(DOMAIN);
    genesis.encode_to(&mut preimage);
    account.encode_to(&mut preimage);
    context.encode_to(&mut preimage);
    let mut element = blake2_256(&preimage);
    element[31] = 0;
    element
}

/// The `request` of a [`BindingContext::Request`]: blake2-256 of its name and its SCALE-encoded argument.
pub fn request_hash(name: &[u8], argument: &impl Encode) -> H256 {
    let mut preimage = Vec::from(name);
    argument.encode_to(&mut preimage);
    H256(blake2_256(&preimage))
}
