// SPDX-License-Identifier: Apache-2.0
//! What has to hold of a message before any of it is believed. Nothing here writes.

use crate::*;
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get};
use pallet_training_ledger::ModelOps;
use polkadot_sdk::sp_io::hashing::blake2_256;
use training_primitives::{block::BLOCK_CONTEXT, merkle, ml_dsa, *};

/// What of a message is new, and where it leaves the mirror.
pub(crate) struct Checked<AccountId> {
    pub ops: Vec<MirroredOp<AccountId>>,
    pub blocks: Vec<(TrainingBlockNumber, H256)>,
    pub head: H256,
    pub length: u32,
    pub state: ModelState,
}

impl<T: Config> Pallet<T> {
    pub(crate) fn check(para: ParaId, message: &SyncMessage<T::AccountId>) -> Result<Checked<T::AccountId>, Refusal> {
        let SyncMessage { genesis, record, first, blocks: sealed, ops: sealed_ops, hand_over, .. } = message;
        ensure!(AcceptedChains::<T>::get(para) == Some(*genesis), Refusal::GenesisMismatch);
        let previous = Self::check_start(para, message)?;
        let blocks = Self::check_blocks(para, sealed)?;

        let (mut head, mut length, mut state) = (previous, *first, record.state.clone());
        let mut ops = Vec::new();
        for SealedOp { op, block, proof } in sealed_ops {
            ensure!(op.model == record.model, Refusal::OpOfAnotherModel);
            ensure!(op.index == length, Refusal::OutOfSequence);
            ensure!(op.prev_hash == head, Refusal::HashChainBroken);
            let block = &sealed.get(usize::from(*block)).ok_or(Refusal::OpNotInBlock)?.block;
            let leaf = op.sequence.checked_sub(block.first_op).ok_or(Refusal::OpNotInBlock)?;
            let (id, count) = (op.id(), block.op_count.into());
            let inside = merkle::verify(&block.merkle_root, id.as_bytes(), leaf, count, proof);
            ensure!(inside && op.base == block.base, Refusal::OpNotInBlock);
            state = ModelState { content: op.contents.state, commitment: op.claims.state };
            head = id;
            length = length.checked_add(1).ok_or(Refusal::RecordMismatch)?;
            ops.push(MirroredOp { id, op: op.clone(), block: block.number });
        }
        if length == record.length {
            ensure!(head == record.head, Refusal::RecordMismatch);
            state = record.state.clone();
        } else {
            ensure!(hand_over.is_none(), Refusal::HistoryIncomplete);
            ensure!(length < record.length && !ops.is_empty(), Refusal::RecordMismatch);
        }
        Ok(Checked { ops, blocks, head, length, state })
    }

    /// The op before the message's first, which must be the newest that is known of the model's history.
    fn check_start(para: ParaId, message: &SyncMessage<T::AccountId>) -> Result<H256, Refusal> {
        let SyncMessage { record, first, came_from, .. } = message;
        let (length, head) = match Mirrors::<T>::get(para, record.model) {
            Some(Mirror { record: known, length, head, .. }) => {
                let same = (known.user_id, known.base, known.shape) == (record.user_id, record.base, record.shape);
                ensure!(same && known.version <= record.version, Refusal::RecordMismatch);
                (length, head)
            }
            None => (0, H256::zero()),
        };
        match (first.checked_sub(length), came_from) {
            (Some(0), _) => Ok(head),
            // Ops between the mirror's last and this one were recorded elsewhere.
            (Some(_), Some(from)) => Self::known_op(*from, record.model, first - 1).ok_or(Refusal::HistoryUnknown),
            _ => Err(Refusal::OutOfSequence),
        }
    }

    /// The op at `index` that `para` recorded, if it is known here.
    fn known_op(para: ParaId, model: ModelId, index: u32) -> Option<OpId> {
        if para == T::SelfParaId::get() {
            ModelOps::<T>::get(model, index)
        } else {
            MirrorOps::<T>::get((para, model), index).map(|mirrored| mirrored.id)
        }
    }

    /// Numbers and hashes of the blocks, sealed as they must be.
    fn check_blocks(
        para: ParaId,
        sealed: &[SealedBlock<T::AccountId>],
    ) -> Result<Vec<(TrainingBlockNumber, H256)>, Refusal> {
        let mut blocks: Vec<(TrainingBlockNumber, H256)> = Vec::new();
        for SealedBlock { block, key, signature } in sealed {
            let key_hash = H256(blake2_256(key));
            ensure!(AcceptedSealingKeys::<T>::contains_key(para, key_hash), Refusal::SealingKeyNotAccepted);
            let hash = block.hash();
            ensure!(ml_dsa::verify(key, hash.as_bytes(), signature, BLOCK_CONTEXT), Refusal::BlockSignatureInvalid);
            let known = MirrorBlocks::<T>::get(para, block.number);
            let other = |(number, other): &(TrainingBlockNumber, H256)| *number == block.number && *other != hash;
            let conflict = known.is_some_and(|known| known != hash) || blocks.iter().any(other);
            ensure!(!conflict, Refusal::BlockConflict);
            blocks.push((block.number, hash));
        }
        Ok(blocks)
    }
}
