// SPDX-License-Identifier: Apache-2.0
use super::{rounds::*, scenario::*};
use crate::{mock::*, *};
use pallet_committee::{test_utils::exclude, Error as CommitteeError, FederationRounds, PendingExclusions};
use pallet_zkpot::Outcome;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::H256,
};
use training_primitives::{merkle, *};

/// A federation with an op of `USER`, one of `OTHER`, and another of `USER`, whose first round is in Seal.
fn in_seal() -> (BaseModelId, [OpId; 3]) {
    let base = federation();
    let (users, others) = (fork(USER, base), fork(OTHER, base));
    let ops = [record(USER, users), record(OTHER, others), record(USER, users)];
    open(base);
    to_seal(base, 0);
    (base, ops)
}

fn with_excluded(block: &TrainingBlock<u64>, contributors: u32, excluded: &[u64]) -> TrainingBlock<u64> {
    let excluded = excluded.to_vec().try_into().expect("few");
    let aggregate = AggregatedUpdate { contributors, excluded, ..block.aggregate.clone() };
    TrainingBlock { aggregate, ..block.clone() }
}

#[test]
fn an_excluded_op_is_in_the_block_but_not_in_its_aggregate() {
    run(|| {
        let (base, ops) = in_seal();
        exclude::<Test>(base, 0);
        let block = seal(base, 0);
        assert_eq!((block.op_count, block.aggregate.contributors), (3, 2));
        assert_eq!(block.aggregate.excluded.clone().into_inner(), [0]);
        let of = |id| Ops::<Test>::get(id).expect("an op").contents.gradient_commitment;
        assert_eq!(block.aggregate.commitment, sum_of(&[of(ops[1]), of(ops[2])]));
        assert_eq!(block.merkle_root, merkle::op_root(ops.iter()));
        assert_eq!(ops.map(OpBlock::<Test>::get), [Some(1); 3]);
        // The weight of the two that are included.
        assert_eq!(BlockWeights::<Test>::get(1), Some(2 * (10 + 3 * 2)));
        assert!(!PendingExclusions::<Test>::contains_key(base), "none of them is pending");
        assert_eq!(LastSealedRound::<Test>::get(base), Some(0));
    });
}

#[test]
fn the_aggregate_leaves_out_just_the_excluded_ops() {
    run(|| {
        let (base, _) = in_seal();
        let whole = block_of(base, 0);
        // None is excluded.
        for excluded in [&[0][..], &[2], &[7]] {
            assert_noop!(submit_signed(with_excluded(&whole, 2, excluded)), Error::<Test>::ExclusionMismatch);
        }
        exclude::<Test>(base, 0);
        assert_noop!(submit_signed(whole.clone()), Error::<Test>::ExclusionMismatch);
        let right = block_of(base, 0);
        for (contributors, excluded) in [(2, &[2][..]), (2, &[1]), (1, &[0, 2]), (1, &[2, 0]), (1, &[0, 0])] {
            let block = with_excluded(&right, contributors, excluded);
            assert_noop!(submit_signed(block), Error::<Test>::ExclusionMismatch);
        }
        for contributors in [0, 1, 3, u32::MAX] {
            let block = with_excluded(&right, contributors, &[0]);
            assert_noop!(submit_signed(block), Error::<Test>::AggregateMismatch);
        }
        let with_all = AggregatedUpdate { commitment: whole.aggregate.commitment, ..right.aggregate.clone() };
        let block = TrainingBlock { aggregate: with_all, ..right.clone() };
        assert_noop!(submit_signed(block), Error::<Test>::AggregateMismatch);
        assert_ok!(submit_signed(right));
    });
}

#[test]
fn a_block_has_ops_of_enough_accounts() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        record(USER, model);
        record(USER, model);
        open(base);
        to_seal(base, 0);
        assert_noop!(submit_signed(block_of(base, 0)), Error::<Test>::TooFewContributors);
    });
    run(|| {
        let (base, _) = in_seal();
        exclude::<Test>(base, 1);
        // Two ops of one account.
        assert_noop!(submit_signed(block_of(base, 0)), Error::<Test>::TooFewContributors);
        exclude::<Test>(base, 0);
        exclude::<Test>(base, 2);
        // No op at all.
        assert_noop!(submit_signed(block_of(base, 0)), Error::<Test>::TooFewContributors);
    });
}

#[test]
fn excluded_ops_that_roll_over_stay_excluded() {
    run(|| {
        let (base, ops) = in_seal();
        exclude::<Test>(base, 1);
        miss_deadline(base, 0);
        miss_deadline(base, 0);
        assert_eq!(round(base, 0).outcome, Some(Outcome::Empty));
        // They do not count: a third op of the others fits in.
        let later = [record_of_another(base), record_of_another(base)];
        let block = run_round(base, 1);
        assert_eq!((block.first_op, block.op_count, block.aggregate.contributors), (0, 4, 3));
        assert_eq!(block.aggregate.excluded.into_inner(), [1]);
        assert_eq!(OpBlock::<Test>::get(ops[1]), Some(1));
        assert_eq!(later.map(OpBlock::<Test>::get), [Some(1), None]);
    });
}

#[test]
fn an_op_is_excluded_until_it_is_sealed() {
    run(|| {
        let (base, _) = in_seal();
        let vote = |sequence| Committee::exclude_ops(signed(MEMBERS[0]), base, vec![sequence].try_into().expect("one"));
        assert_noop!(vote(3), CommitteeError::<Test>::OpNotPending);
        assert_ok!(vote(2));
        seal(base, 0);
        assert_noop!(vote(1), CommitteeError::<Test>::OpNotPending);
        assert_eq!([0, 2, 3].map(|sequence| TrainingLedger::is_pending(base, sequence)), [false; 3]);
        record_of_another(base);
        assert_eq!([2, 3, 4].map(|sequence| TrainingLedger::is_pending(base, sequence)), [false, true, false]);
        assert_ok!(vote(3));
    });
}

#[test]
fn ops_out_of_the_next_blocks_reach_wait() {
    run(|| {
        let base = federation();
        NextSequence::<Test>::insert(base, 5_000);
        NextPending::<Test>::insert(base, 10);
        let pending = |sequence| TrainingLedger::is_pending(base, sequence);
        assert_eq!([9, 10, 1_033, 1_034].map(pending), [false, true, true, false]);
        assert!(!TrainingLedger::is_pending(H256::zero(), 0));
    });
}
