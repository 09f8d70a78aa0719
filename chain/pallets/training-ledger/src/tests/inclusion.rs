// SPDX-License-Identifier: Apache-2.0
use super::{rounds::*, scenario::*};
use crate::mock::*;
use pallet_committee::test_utils::exclude;
use polkadot_sdk::sp_core::H256;
use training_primitives::{merkle, OpId, TrainingBlock};

/// Whether the runtime API's proof shows that the op is in the block, as a client checks it.
fn is_in(id: &OpId, block: &TrainingBlock<u64>) -> bool {
    let (number, leaf, siblings) = TrainingLedger::merkle_proof(*id).expect("sealed");
    let count = u64::from(block.op_count);
    number == block.number && merkle::verify(&block.merkle_root, id.as_bytes(), leaf.into(), count, &siblings)
}

#[test]
fn every_sealed_op_can_be_proven_to_be_in_its_block() {
    run(|| {
        let base = federation();
        let (users, others) = (fork(USER, base), fork(OTHER, base));
        let by = [(USER, users), (USER, users), (OTHER, others), (OTHER, others), (USER, users)];
        let ops = by.map(|(user, model)| record(user, model));
        let first = run_round(base, 0);
        miss_deadline(base, 0);
        // Leaves count from the block's first op.
        let second = run_round(base, 1);
        assert_eq!((first.op_count, second.op_count), (3, 2));
        for (place, id) in ops.iter().enumerate() {
            let (here, elsewhere) = if place < 3 { (&first, &second) } else { (&second, &first) };
            assert!(is_in(id, here) && !is_in(id, elsewhere));
            let leaf = if place < 3 { place } else { place - 3 };
            assert_eq!(TrainingLedger::merkle_proof(*id).map(|(_, leaf, _)| leaf), Some(leaf as u32));
        }
    });
}

#[test]
fn a_proof_holds_for_its_op_only() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        let ops = [record(USER, model), record(USER, model), record_of_another(base)];
        let block = run_round(base, 0);
        let (_, leaf, siblings) = TrainingLedger::merkle_proof(ops[0]).expect("sealed");
        assert!(!merkle::verify(&block.merkle_root, ops[1].as_bytes(), leaf.into(), 3, &siblings));
        assert!(!merkle::verify(&block.merkle_root, ops[0].as_bytes(), 1, 3, &siblings));
    });
}

#[test]
fn there_is_no_proof_of_an_op_that_is_not_sealed() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        let op = record(USER, model);
        record_of_another(base);
        assert_eq!(TrainingLedger::merkle_proof(op), None);
        open(base);
        to_seal(base, 0);
        assert_eq!(TrainingLedger::merkle_proof(op), None);
        seal(base, 0);
        assert!(TrainingLedger::merkle_proof(op).is_some());
        assert_eq!(TrainingLedger::merkle_proof(H256::zero()), None);
    });
}

#[test]
fn an_excluded_op_is_in_the_block_too() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        let ops = [record(USER, model), record(USER, model), record_of_another(base)];
        exclude::<Test>(base, 1);
        let block = run_round(base, 0);
        assert_eq!((block.op_count, block.aggregate.contributors), (3, 2));
        assert!(ops.iter().all(|id| is_in(id, &block)));
    });
}
