// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, weights::SubstrateWeight, *};
use codec::{Decode, Encode};
use pallet_user_models::Error as UserModelsError;
use polkadot_sdk::{
    frame_support::{
        assert_noop,
        dispatch::{GetDispatchInfo, PostDispatchInfo},
        weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight},
    },
    sp_core::H256,
    sp_runtime::{traits::BadOrigin, DispatchError},
};
use training_primitives::*;

type Weights = SubstrateWeight<Test>;

fn entry(op: &Op) -> TrainingEntry {
    let Op { model, index, contents, claims, proofs, .. } = op.clone();
    TrainingEntry { model, index, contents, claims, proofs }
}

fn entries(ops: &[Op]) -> TrainingEntries {
    ops.iter().map(entry).collect::<Vec<_>>().try_into().expect("a short batch")
}

fn submit(account: u64, ops: &[Op]) -> PostDispatchInfo {
    TrainingLedger::record_training_batch(signed(account), entries(ops)).expect("a batch is never refused as a whole")
}

/// Places and errors of the refused ops, after the events of the others.
fn refused() -> Vec<(u32, DispatchError)> {
    let refused = |event| match event {
        Event::OpRefused { index, error } => Some((index, error)),
        _ => None,
    };
    events().into_iter().filter_map(refused).collect()
}

/// Records the ops and says which are refused.
fn refused_of(account: u64, ops: &[Op]) -> Vec<(u32, DispatchError)> {
    events();
    submit(account, ops);
    refused()
}

/// `count` ops of a model that follow each other.
fn chain(user: u64, model: ModelId, count: u32) -> Vec<Op> {
    let mut ops = vec![Op::new(user, model)];
    while ops.len() < count as usize {
        ops.push(Op::following(&ops));
    }
    ops
}

fn length(model: ModelId) -> u32 {
    model_record(model).length
}

fn with_bad_proof(op: &Op, circuit: Circuit) -> Op {
    let mut op = op.clone();
    // The proof of another op, well formed.
    let other = Op::new(op.user, op.model).proofs;
    match circuit {
        Circuit::Interaction => op.proofs.interaction = other.interaction,
        Circuit::Improvement => op.proofs.improvement = other.improvement,
        _ => op.proofs.ownership = other.ownership,
    }
    op
}

#[test]
fn records_ops_of_one_model_and_of_several() {
    run(|| {
        let base = federation();
        let (one, two) = (fork(USER, base), fork(USER, register_base()));
        let mut ops = chain(USER, one, 3);
        ops.insert(1, Op::new(USER, two));
        assert_eq!(refused_of(USER, &ops), []);
        assert_eq!((length(one), length(two)), (3, 1));
        // The chain of hashes is as after single calls.
        let ids = (0..3).map(|index| ModelOps::<Test>::get(one, index).expect("recorded")).collect::<Vec<_>>();
        let mut previous = H256::zero();
        for (index, id) in ids.iter().enumerate() {
            let op = Ops::<Test>::get(id).expect("recorded");
            assert_eq!((op.prev_hash, op.index, op.sequence), (previous, index as u32, index as u64));
            assert_eq!(op.id(), *id);
            previous = *id;
        }
        assert_eq!(model_record(one).head, previous);
        record(USER, one);
        assert_eq!(length(one), 4);
    });
}

#[test]
fn says_what_was_recorded() {
    run(|| {
        let model = fork(USER, federation());
        let ops = chain(USER, model, 2);
        events();
        submit(USER, &ops);
        let recorded = events().into_iter().map(|event| match event {
            Event::TrainingRecorded { model, index, op, .. } => (model, index, Some(op)),
            event => panic!("{event:?}"),
        });
        let expected = (0..2).map(|index| (model, index, ModelOps::<Test>::get(model, index)));
        assert_eq!(recorded.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    });
}

#[test]
fn one_bad_proof_of_each_kind_is_named_and_only_its_op_refused() {
    run(|| {
        let base = federation();
        let kinds = [
            (Circuit::Interaction, DispatchError::from(Error::<Test>::InteractionProofRejected)),
            (Circuit::Improvement, Error::<Test>::ImprovementProofRejected.into()),
            (Circuit::Ownership, Error::<Test>::OwnershipProofRejected.into()),
        ];
        for (circuit, error) in kinds {
            for bad in 0..3 {
                let models = [(); 3].map(|_| fork(USER, base));
                let mut ops = models.map(|model| Op::new(USER, model));
                ops[bad] = with_bad_proof(&ops[bad], circuit);
                assert_eq!(refused_of(USER, &ops), [(bad as u32, error)]);
                for (place, model) in models.iter().enumerate() {
                    assert_eq!(length(*model), u32::from(place != bad));
                }
            }
        }
    });
}

#[test]
fn every_wrong_op_is_named_with_its_error() {
    run(|| {
        let base = federation();
        let ops = [(); 7].map(|_| Op::new(USER, fork(USER, base)));
        let mut wrong = ops.clone();
        wrong[0].proofs.interaction = [255; 128];
        wrong[1] = with_bad_proof(&ops[1], Circuit::Ownership);
        wrong[2] = ops[2].clone().claiming(|claims| claims.update = [255; 32]);
        wrong[3].index = 1;
        wrong[5] = with_bad_proof(&ops[5], Circuit::Improvement);
        wrong[6] = ops[6].clone().claiming(|claims| claims.delta = 0);
        let expected: [(u32, DispatchError); 6] = [
            (0, Error::<Test>::ProofMalformed.into()),
            (1, Error::<Test>::OwnershipProofRejected.into()),
            (2, Error::<Test>::PublicInputNotCanonical.into()),
            (3, Error::<Test>::IndexGap.into()),
            (5, Error::<Test>::ImprovementProofRejected.into()),
            (6, Error::<Test>::ImprovementTooSmall.into()),
        ];
        assert_eq!(refused_of(USER, &wrong), expected);
        assert_eq!(length(ops[4].model), 1);
        // What was refused left nothing behind: with the right proofs it is recorded.
        let again = [0, 1, 2, 3, 5, 6].map(|place: usize| ops[place].clone());
        assert_eq!(refused_of(USER, &again), []);
    });
}

#[test]
fn ops_after_a_refused_one_of_their_model_are_refused() {
    run(|| {
        let base = federation();
        let (one, two) = (fork(USER, base), fork(USER, base));
        let mut ops = chain(USER, one, 4);
        ops[1] = with_bad_proof(&ops[1], Circuit::Ownership);
        ops.push(Op::new(USER, two));
        let gap = DispatchError::from(Error::<Test>::IndexGap);
        let expected = [(1, Error::<Test>::OwnershipProofRejected.into()), (2, gap), (3, gap)];
        assert_eq!(refused_of(USER, &ops), expected);
        assert_eq!((length(one), length(two)), (1, 1));
    });
}

#[test]
fn another_op_can_take_the_place_of_a_refused_one() {
    run(|| {
        let model = fork(USER, federation());
        let ops = chain(USER, model, 2);
        let bad = with_bad_proof(&ops[0], Circuit::Interaction);
        let instead = Op::new(USER, model);
        // The op after both was proven after the first one.
        let rejected = DispatchError::from(Error::<Test>::InteractionProofRejected);
        let batch = [bad, instead.clone(), ops[1].clone()];
        assert_eq!(refused_of(USER, &batch), [(0, rejected), (2, rejected)]);
        let recorded = Ops::<Test>::get(ModelOps::<Test>::get(model, 0).expect("recorded")).expect("recorded");
        assert_eq!(recorded.claims, instead.claims);
    });
}

#[test]
fn an_op_that_stands_for_a_refused_one_needs_proofs_too() {
    run(|| {
        let model = fork(USER, federation());
        let op = Op::new(USER, model);
        let batch = [with_bad_proof(&op, Circuit::Interaction), with_bad_proof(&op, Circuit::Ownership)];
        let expected =
            [(0, Error::<Test>::InteractionProofRejected.into()), (1, Error::<Test>::OwnershipProofRejected.into())];
        assert_eq!(refused_of(USER, &batch), expected);
        assert_eq!(length(model), 0);
    });
}

#[test]
fn a_following_op_is_bound_to_those_before_it() {
    run(|| {
        let model = fork(USER, federation());
        let ops = chain(USER, model, 2);
        // In front of it is another op, or none.
        let other = [Op::new(USER, model), ops[1].clone()];
        assert_eq!(refused_of(USER, &other), [(1, Error::<Test>::InteractionProofRejected.into())]);
        let follows = Op::following(&[other[0].clone()]);
        assert_noop!(follows.submit(), Error::<Test>::InteractionProofRejected);
    });
}

#[test]
fn models_of_another_user_cannot_be_mixed_in() {
    run(|| {
        let base = federation();
        let (own, foreign) = (fork(USER, base), fork(OTHER, base));
        let ops = [Op::new(USER, own), Op::new(OTHER, foreign)];
        let not_owner = DispatchError::from(UserModelsError::<Test>::NotModelOwner);
        assert_eq!(refused_of(USER, &ops), [(1, not_owner)]);
        assert_eq!((length(own), length(foreign)), (1, 0));
        assert_eq!(refused_of(OTHER, &[Op::new(USER, own), ops[1].clone()]), [(0, not_owner)]);
        assert_eq!((length(own), length(foreign)), (1, 1));
        // The model's owner cannot lend its proofs.
        let mut lent = Op::new(OTHER, foreign);
        lent.user = USER;
        assert_eq!(refused_of(USER, &[lent]), [(0, not_owner)]);
        let unknown = Op { model: H256::repeat_byte(9), ..ops[0].clone() };
        assert_eq!(refused_of(USER, &[unknown]), [(0, UserModelsError::<Test>::ModelNotFound.into())]);
    });
}

#[test]
fn a_receipt_and_a_nullifier_serve_once_in_a_batch() {
    run(|| {
        let base = federation();
        let models = [(); 3].map(|_| fork(USER, base));
        let first = Op::new(USER, models[0]);
        let claims = first.claims.clone();
        let receipt = Op::new(USER, models[1]).with_claims(|other| other.interaction = claims.interaction);
        let nullifier = Op::new(USER, models[2]).with_claims(|other| other.nullifier = claims.nullifier);
        let expected = [(1, Error::<Test>::ReceiptAlreadyUsed.into()), (2, Error::<Test>::NullifierUsed.into())];
        assert_eq!(refused_of(USER, &[first.clone(), receipt.clone(), nullifier.clone()]), expected);
        // The same op twice.
        let op = Op::new(USER, models[1]);
        let twice = [op.clone(), op];
        assert_eq!(refused_of(USER, &twice), [(1, Error::<Test>::ImmutableRecord.into())]);
        // A receipt of a refused op is not used.
        let fresh_receipt = Op::new(USER, models[2]);
        let bad = with_bad_proof(&fresh_receipt, Circuit::Interaction);
        let reused = Op::new(USER, models[0]).with_claims(|other| {
            other.interaction = fresh_receipt.claims.interaction;
            other.nullifier = fresh_receipt.claims.nullifier;
        });
        assert_eq!(refused_of(USER, &[bad, reused]), [(0, Error::<Test>::InteractionProofRejected.into())]);
    });
}

#[test]
fn a_missing_key_refuses_the_ops_that_need_it() {
    run(|| {
        let base = federation();
        let (one, two) = (fork(USER, base), fork(USER, base));
        let ops = [Op::new(USER, one), Op::new(USER, two)];
        pallet_zkpot::VerifyingKeys::<Test>::remove((None::<BaseModelId>, Circuit::Improvement, SHAPE));
        let missing = DispatchError::from(Error::<Test>::VerifyingKeyNotFound);
        assert_eq!(refused_of(USER, &ops), [(0, missing), (1, missing)]);
    });
}

#[test]
fn a_batch_is_signed_and_bounded() {
    run(|| {
        let op = Op::new(USER, fork(USER, federation()));
        assert_noop!(TrainingLedger::record_training_batch(RuntimeOrigin::root(), entries(&[op.clone()])), BadOrigin);
        let long = vec![entry(&op); MAX_BATCH_OPS as usize + 1];
        assert!(TrainingEntries::try_from(long.clone()).is_err());
        assert!(TrainingEntries::decode(&mut &long.encode()[..]).is_err());
        let longest = vec![entry(&op); MAX_BATCH_OPS as usize];
        assert!(TrainingEntries::decode(&mut &longest.encode()[..]).is_ok());
        assert_eq!(refused_of(USER, &[]), []);
    });
}

fn charged(ops: &[Op]) -> Weight {
    Call::<Test>::record_training_batch { ops: entries(ops) }.get_dispatch_info().call_weight
}

#[test]
fn a_batch_is_charged_for_the_worst_and_corrected_to_what_happened() {
    run(|| {
        let base = federation();
        let ops = [(); 4].map(|_| Op::new(USER, fork(USER, base)));
        assert_eq!(charged(&ops), Weights::record_training_batch(4, 4));
        assert_eq!(charged(&chain(USER, ops[0].model, 4)), Weights::record_training_batch(4, 1));
        let taken = |ops: &[Op]| submit(USER, ops).actual_weight.expect("corrected");

        let mut bad = ops.clone();
        for op in &mut bad {
            *op = with_bad_proof(op, Circuit::Ownership);
        }
        let all_bad = taken(&bad);
        let one_bad = taken(&bad[..1]);
        assert!(charged(&bad).all_gte(all_bad) && charged(&bad[..1]).all_gte(one_bad));
        assert!(all_bad.all_gt(one_bad));
        // Nothing is verified of ops that are refused before.
        let stale = ops.clone().map(|op| op.claiming(|claims| claims.delta = 0));
        let unverified = taken(&stale);
        let all_good = taken(&ops);
        assert!(all_bad.ref_time() > all_good.ref_time() && all_good.ref_time() > unverified.ref_time());
        // Half of what the ops cost by themselves, or less.
        let singles = Weights::record_training().ref_time() * 4;
        assert!(all_good.ref_time() * 2 < singles, "{all_good} {singles}");
    });
}

#[test]
fn a_single_op_is_corrected_to_what_it_took() {
    run(|| {
        let op = Op::new(USER, fork(USER, federation()));
        let TrainingEntry { model, index, contents, claims, proofs } = entry(&op);
        let taken = TrainingLedger::record_training(signed(USER), model, index, contents, claims, proofs);
        let taken = taken.expect("a good op").actual_weight.expect("corrected");
        assert!(Weights::record_training().all_gte(taken) && Weights::record_training().ref_time() > taken.ref_time());
    });
}

#[test]
fn the_dearest_batch_fits_into_a_block() {
    // What users' transactions may take of 2 s, less what beginning a block takes.
    let longest = WEIGHT_REF_TIME_PER_SECOND * 2 * 70 / 100;
    assert!(Weights::record_training_batch(MAX_BATCH_OPS, MAX_BATCH_OPS).ref_time() < longest);
}

#[test]
fn the_weight_grows_with_ops_and_models() {
    for ops in 1..MAX_BATCH_OPS {
        assert!(Weights::record_training_batch(ops + 1, 1).all_gt(Weights::record_training_batch(ops, 1)));
        let more_models = Weights::record_training_batch(ops + 1, ops + 1);
        assert!(more_models.all_gt(Weights::record_training_batch(ops + 1, ops)));
    }
    // More models than ops there cannot be.
    assert_eq!(Weights::record_training_batch(2, 9), Weights::record_training_batch(2, 2));
}

#[test]
fn an_op_without_a_commitment_is_refused_alone() {
    run(|| {
        let base = federation();
        let mut ops = [(); 3].map(|_| Op::new(USER, fork(USER, base)));
        ops[1] = ops[1].clone().with_contents(|contents| contents.gradient_commitment = [0xff; 32]);
        assert_eq!(refused_of(USER, &ops), [(1, Error::<Test>::CommitmentMalformed.into())]);
        assert_eq!(ops.map(|op| length(op.model)), [1, 0, 1]);
        assert!(CommitmentSums::<Test>::contains_key(base, 1) && !CommitmentSums::<Test>::contains_key(base, 2));
        // One that follows it has no place.
        let model = fork(USER, base);
        let malformed = Op::new(USER, model).with_contents(|contents| contents.gradient_commitment = [0; 32]);
        let following = Op::following(&[malformed.clone()]);
        let errors = [(0, Error::<Test>::CommitmentMalformed.into()), (1, Error::<Test>::IndexGap.into())];
        assert_eq!(refused_of(USER, &[malformed, following]), errors);
    });
}
