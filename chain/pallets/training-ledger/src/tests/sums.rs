// SPDX-License-Identifier: Apache-2.0
use super::{rounds::*, scenario::*};
use crate::{mock::*, *};
use pallet_committee::test_utils::exclude;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::H256,
};
use training_primitives::{pedersen::Sum, test_utils::commitment, *};

/// The commitment to the update of a federation's op.
fn commitment_of(base: BaseModelId, sequence: u64) -> CommitmentBytes {
    let id = FederationOps::<Test>::get(base, sequence).expect("an op");
    Ops::<Test>::get(id).expect("recorded").contents.gradient_commitment
}

/// An op committed to this.
fn committed(user: u64, model: ModelId, gradient_commitment: CommitmentBytes) -> Op {
    Op::new(user, model).with_contents(|contents| contents.gradient_commitment = gradient_commitment)
}

#[test]
fn the_sum_of_all_ops_up_to_each_one_is_kept() {
    run(|| {
        let (one, two) = (federation(), register_base());
        let (users, others, elsewhere) = (fork(USER, one), fork(OTHER, one), fork(USER, two));
        for (user, model, scalar) in [(USER, users, 3), (USER, elsewhere, 100), (OTHER, others, 4), (USER, users, 5)] {
            assert_ok!(committed(user, model, commitment(scalar)).submit());
        }
        let sum = |base, sequence| {
            CommitmentSums::<Test>::get(base, sequence).map(|sum| Sum::read(&sum).expect("a point").commitment())
        };
        assert_eq!([0, 1, 2].map(|sequence| sum(one, sequence)), [3, 7, 12].map(|scalar| Some(commitment(scalar))));
        assert_eq!((sum(two, 0), sum(one, 3)), (Some(commitment(100)), None));
    });
}

#[test]
fn what_is_no_commitment_is_refused() {
    run(|| {
        let model = fork(USER, federation());
        let mut infinity = [0; 32];
        infinity[31] = 0x40;
        let mut both_flags = commitment(3);
        both_flags[31] |= 0xc0;
        let mut off = [0; 32];
        off[0] = 4;
        for wrong in [infinity, both_flags, off, [0xff; 32]] {
            assert_noop!(committed(USER, model, wrong).submit(), Error::<Test>::CommitmentMalformed);
        }
        assert_ok!(committed(USER, model, commitment(3)).submit());
    });
}

#[test]
fn an_update_counts_once_in_a_federation() {
    run(|| {
        let (base, elsewhere) = (federation(), register_base());
        let first = fork(USER, base);
        assert_ok!(committed(USER, first, commitment(3)).submit());
        for (user, model) in [(USER, first), (OTHER, fork(OTHER, base))] {
            assert_noop!(committed(user, model, commitment(3)).submit(), Error::<Test>::UpdateAlreadyUsed);
        }
        assert_eq!(NextSequence::<Test>::get(base), 1);
        assert_ok!(committed(USER, fork(USER, elsewhere), commitment(3)).submit());
    });
}

#[test]
fn a_commitment_is_bound_by_the_ops_proofs() {
    run(|| {
        let model = fork(USER, federation());
        let mut op = Op::new(USER, model);
        op.contents.gradient_commitment = fresh_commitment();
        assert_noop!(op.clone().submit(), Error::<Test>::InteractionProofRejected);
        assert_ok!(op.proven().submit());
    });
}

#[test]
fn opposite_commitments_leave_nothing() {
    run(|| {
        let base = federation();
        let mut opposite = commitment(3);
        opposite[31] ^= 0x80;
        assert_ok!(committed(USER, fork(USER, base), commitment(3)).submit());
        assert_ok!(committed(OTHER, fork(OTHER, base), opposite).submit());
        open(base);
        to_seal(base, 0);
        let mut infinity = [0; 32];
        infinity[31] = 0x40;
        assert_eq!(TrainingLedger::aggregate_commitment(base, 0), Some(infinity));
        seal(base, 0);
        // The next sum goes on from there.
        assert_ok!(committed(USER, fork(USER, base), commitment(8)).submit());
        let sum = CommitmentSums::<Test>::get(base, 2).expect("kept");
        assert_eq!(Sum::read(&sum).map(|sum| sum.commitment()), Ok(commitment(8)));
    });
}

#[test]
fn workers_get_the_commitment_of_what_they_are_to_seal() {
    run(|| {
        let base = federation();
        let (users, others) = (fork(USER, base), fork(OTHER, base));
        let expected = |sequences: &[u64]| {
            let commitments: Vec<_> = sequences.iter().map(|sequence| commitment_of(base, *sequence)).collect();
            Some(sum_of(&commitments))
        };
        for _ in 0..2 {
            record(USER, users);
            record(OTHER, others);
        }
        assert_eq!(TrainingLedger::aggregate_commitment(base, 0), None, "no round");
        open(base);
        assert_eq!(TrainingLedger::aggregate_commitment(base, 0), None, "in Collect");
        to_seal(base, 0);
        assert_eq!(TrainingLedger::aggregate_commitment(base, 0), expected(&[0, 1, 2]));
        exclude::<Test>(base, 2);
        assert_eq!(TrainingLedger::aggregate_commitment(base, 0), expected(&[0, 1]));
        let block = seal(base, 0);
        assert_eq!(Some(block.aggregate.commitment), expected(&[0, 1]));
        assert_eq!(TrainingLedger::aggregate_commitment(base, 0), expected(&[0, 1]), "sealed");
        miss_deadline(base, 0);
        assert_eq!(TrainingLedger::aggregate_commitment(base, 0), expected(&[0, 1]), "closed");
        // A range that does not begin with the first op.
        record(USER, users);
        open(base);
        to_seal(base, 1);
        assert_eq!(TrainingLedger::aggregate_commitment(base, 1), expected(&[3, 4]));
        miss_deadline(base, 1);
        miss_deadline(base, 1);
        assert_eq!(TrainingLedger::aggregate_commitment(base, 1), None, "closed without a block");
        assert_eq!(TrainingLedger::aggregate_commitment(H256::zero(), 0), None);
    });
}
