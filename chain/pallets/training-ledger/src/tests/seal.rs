// SPDX-License-Identifier: Apache-2.0
use super::{rounds::*, scenario::*};
use crate::{mock::*, *};
use codec::Encode;
use pallet_zkpot::{Outcome, Phase};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::H256,
    sp_io::hashing::blake2_256,
};
use training_primitives::{block::BLOCK_CONTEXT, merkle, ml_dsa, *};

/// A federation with two ops whose first round is in Seal.
fn in_seal() -> (BaseModelId, [OpId; 2]) {
    let base = federation();
    let (users, others) = (fork(USER, base), fork(OTHER, base));
    let ops = [record(USER, users), record(OTHER, others)];
    open(base);
    to_seal(base, 0);
    (base, ops)
}

#[test]
fn the_leader_seals_the_rounds_ops() {
    run(|| {
        let (base, ops) = in_seal();
        events();
        let block = block_of(base, 0);
        let signature = sign(&block, &keys_of(WORKER));
        assert_ok!(submit(block.clone(), signature.clone()));
        let preimage = [BLOCK_CONTEXT, &block.encode()].concat();
        let hash = H256(blake2_256(&preimage));
        let (number, leader) = (1, WORKER);
        assert_eq!(events(), [Event::BlockSealed { number, hash, base, round: 0, leader, first_op: 0, op_count: 2 }]);
        assert_eq!(block.merkle_root, merkle::op_root(ops.iter()));
        assert_eq!(Blocks::<Test>::get(1), Some(block));
        assert_eq!((LastBlock::<Test>::get(), BlockHashes::<Test>::get(1)), (1, Some(hash)));
        assert_eq!(Signatures::<Test>::get(1), Some(signature));
        assert_eq!(SealingKeys::<Test>::get(1), Some(keys_of(WORKER).public));
        assert_eq!(BlockWeights::<Test>::get(1), Some(2 * (10 + 3 * 2)));
        assert_eq!(RoundBlock::<Test>::get(base, 0), Some(1));
        assert_eq!(ops.map(OpBlock::<Test>::get), [Some(1); 2]);
        assert_eq!(NextPending::<Test>::get(base), 2);
        assert_eq!((round(base, 0).phase, round(base, 0).block), (Phase::Decrypt, Some(1)));
    });
}

#[test]
fn a_signature_can_be_verified_after_its_worker_left() {
    run(|| {
        let (base, _) = in_seal();
        let block = seal(base, 0);
        miss_deadline(base, 0);
        assert_ok!(Zkpot::leave_federation(signed(WORKER), base));
        let (key, signature) = (SealingKeys::<Test>::get(1), Signatures::<Test>::get(1));
        let (key, signature) = (key.expect("kept"), signature.expect("kept"));
        assert!(ml_dsa::verify(&key, block.hash().as_bytes(), &signature, BLOCK_CONTEXT));
    });
}

#[test]
fn a_sealed_block_is_never_replaced() {
    run(|| {
        let (base, _) = in_seal();
        let block = seal(base, 0);
        assert_noop!(submit_signed(block.clone()), Error::<Test>::ImmutableRecord);
        miss_deadline(base, 0);
        assert_noop!(submit_signed(block.clone()), Error::<Test>::ImmutableRecord);
        assert_eq!(Blocks::<Test>::get(1), Some(block));
    });
}

#[test]
fn a_block_is_sealed_in_seal_only() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        record(USER, model);
        record_of_another(base);
        open(base);
        let early = TrainingBlock { leader: WORKER, ..in_collect(base) };
        assert_noop!(submit_signed(early.clone()), Error::<Test>::WrongPhase);
        let of_no_round = TrainingBlock { round: 1, ..early };
        assert_noop!(submit_signed(of_no_round), Error::<Test>::RoundNotFound);
        to_seal(base, 0);
        let block = block_of(base, 0);
        // Both leaders miss their deadlines.
        miss_deadline(base, 0);
        miss_deadline(base, 0);
        assert_eq!(round(base, 0).outcome, Some(Outcome::Empty));
        assert_noop!(submit_signed(block), Error::<Test>::WrongPhase);
    });
}

/// What would be the block of a round in Collect.
fn in_collect(base: BaseModelId) -> TrainingBlock<u64> {
    TrainingBlock {
        number: 1,
        timestamp: NOW,
        parent: H256::zero(),
        base,
        round: 0,
        merkle_root: H256::zero(),
        first_op: 0,
        op_count: 0,
        aggregate: AggregatedUpdate {
            content: H256::zero(),
            commitment: [0; 32],
            contributors: 0,
            excluded: Default::default(),
        },
        leader: OWNER,
    }
}

#[test]
fn only_the_current_leader_seals() {
    run(|| {
        let (base, _) = in_seal();
        let block = block_of(base, 0);
        for other in [SECOND, OWNER, USER] {
            let stolen = TrainingBlock { leader: other, ..block.clone() };
            assert_noop!(submit_signed(stolen), Error::<Test>::NotLeader);
        }
        miss_deadline(base, 0);
        assert_noop!(submit_signed(block), Error::<Test>::NotLeader);
        assert_eq!(seal(base, 0).leader, SECOND);
    });
}

#[test]
fn the_root_is_that_of_the_rounds_ops_in_their_order() {
    run(|| {
        let (base, ops) = in_seal();
        let block = block_of(base, 0);
        let wrong = [
            H256::zero(),
            merkle::op_root([ops[1], ops[0]].iter()),
            merkle::op_root(ops[..1].iter()),
            merkle::op_root([ops[0], ops[1], ops[1]].iter()),
        ];
        for merkle_root in wrong {
            let block = TrainingBlock { merkle_root, ..block.clone() };
            assert_noop!(submit_signed(block), Error::<Test>::MerkleRootMismatch);
        }
    });
}

#[test]
fn the_aggregate_is_committed_to_the_sum_of_the_rounds_updates() {
    run(|| {
        let (base, ops) = in_seal();
        let block = block_of(base, 0);
        for contributors in [0, 1, 3, u32::MAX] {
            let aggregate = AggregatedUpdate { contributors, ..block.aggregate.clone() };
            let block = TrainingBlock { aggregate, ..block.clone() };
            assert_noop!(submit_signed(block), Error::<Test>::AggregateMismatch);
        }
        let of = |id| Ops::<Test>::get(id).expect("an op").contents.gradient_commitment;
        let (one, two) = (of(ops[0]), of(ops[1]));
        let twice = sum_of(&[one, one, two]);
        for commitment in [one, two, twice, fresh_commitment(), [0; 32]] {
            let aggregate = AggregatedUpdate { commitment, ..block.aggregate.clone() };
            let block = TrainingBlock { aggregate, ..block.clone() };
            assert_noop!(submit_signed(block), Error::<Test>::AggregateMismatch);
        }
        assert_eq!(block.aggregate.commitment, sum_of(&[two, one]));
        assert_ok!(submit_signed(block));
    });
}

#[test]
fn the_signature_is_the_leaders_over_this_block() {
    run(|| {
        let (base, _) = in_seal();
        let block = block_of(base, 0);
        let hash = block.hash();
        let changed = TrainingBlock {
            aggregate: AggregatedUpdate { content: H256::zero(), ..block.aggregate.clone() },
            ..block.clone()
        };
        let wrong = [
            sign(&block, &keys_of(SECOND)),
            sign(&changed, &keys_of(WORKER)),
            keys_of(WORKER).sign(hash.as_bytes(), ml_dsa::WORKER_CONTEXT),
            keys_of(WORKER).sign(&block.encode(), BLOCK_CONTEXT),
            MlDsaSignature::truncate_from(vec![7; 64]),
            MlDsaSignature::default(),
        ];
        for signature in wrong {
            assert_noop!(submit(block.clone(), signature), Error::<Test>::BlockSignatureInvalid);
        }
        // Nor does it hold for another number, first op or count: the chain puts them in itself.
        for (number, first_op, op_count) in [(2, 0, 2), (1, 1, 2), (1, 0, 1)] {
            let other = TrainingBlock { number, first_op, op_count, ..block.clone() };
            let signature = sign(&other, &keys_of(WORKER));
            assert_noop!(submit(block.clone(), signature), Error::<Test>::BlockSignatureInvalid);
        }
        assert_ok!(submit_signed(block));
    });
}

#[test]
fn blocks_of_all_federations_form_one_chain() {
    run(|| {
        let one = federation();
        let two = register_base();
        for base in [one, two] {
            record(USER, fork(USER, base));
            record_of_another(base);
            open(base);
            to_seal(base, 0);
        }
        let (first, competing) = (block_of(one, 0), block_of(two, 0));
        assert_eq!((first.parent, competing.parent), (H256::zero(), H256::zero()));
        assert_ok!(submit_signed(first.clone()));
        assert_noop!(submit_signed(competing), Error::<Test>::StaleParent);
        let unknown = TrainingBlock { parent: H256::repeat_byte(1), ..block_of(two, 0) };
        assert_noop!(submit_signed(unknown), Error::<Test>::StaleParent);
        let second = seal(two, 0);
        assert_eq!((second.number, second.parent), (2, first.hash()));
        assert_eq!(BlockHashes::<Test>::get(2), Some(second.hash()));
    });
}

#[test]
fn a_timestamp_lies_between_the_parents_and_the_chains() {
    run(|| {
        let (base, _) = in_seal();
        let block = block_of(base, 0);
        let at = |block: &TrainingBlock<u64>, timestamp| TrainingBlock { timestamp, ..block.clone() };
        assert_noop!(submit_signed(at(&block, NOW + 1)), Error::<Test>::BlockTimestampInvalid);
        assert_noop!(submit_signed(at(&block, u64::MAX)), Error::<Test>::BlockTimestampInvalid);
        assert_ok!(submit_signed(at(&block, NOW - 100)));
        miss_deadline(base, 0);
        record(USER, fork(USER, base));
        record_of_another(base);
        open(base);
        to_seal(base, 1);
        let next = block_of(base, 1);
        assert_noop!(submit_signed(at(&next, NOW - 101)), Error::<Test>::BlockTimestampInvalid);
        assert_ok!(submit_signed(at(&next, NOW - 100)));
    });
}

#[test]
fn what_a_failed_round_left_is_in_the_next_block() {
    run(|| {
        let (base, ops) = in_seal();
        miss_deadline(base, 0);
        miss_deadline(base, 0);
        assert_eq!(round(base, 0).outcome, Some(Outcome::Empty));
        assert_eq!((NextPending::<Test>::get(base), RoundBlock::<Test>::get(base, 0)), (0, None));
        let later = record(USER, fork(USER, base));
        let block = run_round(base, 1);
        assert_eq!((block.number, block.round, block.first_op, block.op_count), (1, 1, 0, 3));
        assert_eq!(block.merkle_root, merkle::op_root([ops[0], ops[1], later].iter()));
        assert_eq!(OpBlock::<Test>::get(ops[0]), Some(1));
    });
}

#[test]
fn what_a_full_round_left_is_in_the_next_block_and_nothing_is_sealed_twice() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        let mut ops = vec![record(USER, model), record(USER, model), record_of_another(base)];
        ops.push(record_of_another(base));
        open(base);
        to_seal(base, 0);
        // Recorded while the round is sealed: it waits.
        ops.push(record(USER, model));
        let first = seal(base, 0);
        assert_eq!((first.first_op, first.op_count), (0, 3));
        miss_deadline(base, 0);
        let second = run_round(base, 1);
        assert_eq!((second.first_op, second.op_count), (3, 2));
        let blocks: Vec<_> = ops.iter().map(|id| OpBlock::<Test>::get(id).expect("sealed")).collect();
        assert_eq!(blocks, [1, 1, 1, 2, 2]);
        assert_eq!(NextPending::<Test>::get(base), 5);
    });
}
