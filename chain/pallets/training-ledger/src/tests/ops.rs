// SPDX-License-Identifier: Apache-2.0
use super::{rounds::*, scenario::*};
use crate::{mock::*, *};
use codec::Encode;
use pallet_user_models::{Error as UserModelsError, Version, VersionSource, Versions};
use pallet_zkpot::Phase;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::H256,
    sp_io::hashing::{blake2_256, sha2_256},
};
use training_primitives::*;

#[test]
fn an_op_is_recorded_with_everything_that_it_says() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        let op = Op::new(USER, model).with_claims(|claims| claims.delta = 4);
        events();
        assert_ok!(op.clone().submit());
        let id = ModelOps::<Test>::get(model, 0).expect("recorded");
        let expected = TrainingOp {
            base,
            model,
            owner: USER,
            index: 0,
            prev_hash: H256::zero(),
            sequence: 0,
            timestamp: NOW,
            contents: op.contents.clone(),
            claims: op.claims.clone(),
            proofs: H256(sha2_256(&op.proofs.encode())),
            // The base weight and three for each sample.
            weight: 10 + 3 * 4,
        };
        assert_eq!(Ops::<Test>::get(id), Some(expected.clone()));
        assert_eq!(id, expected.id());
        let preimage = [&b"training-ledger/op/v1"[..], &expected.encode()].concat();
        assert_eq!(id, H256(blake2_256(&preimage)));
        assert_eq!(events(), [Event::TrainingRecorded { model, index: 0, op: id, base, sequence: 0, weight: 22 }]);
        assert_eq!(FederationOps::<Test>::get(base, 0), Some(id));
        assert_eq!((NextSequence::<Test>::get(base), NextPending::<Test>::get(base)), (1, 0));
        assert_eq!(UsedReceipts::<Test>::get(op.claims.interaction), Some(id));
        // The model's newest version is the state after the op.
        let state = ModelState { content: op.contents.state, commitment: op.claims.state };
        let record = model_record(model);
        assert_eq!((record.head, record.length, record.state.clone()), (id, 1, state.clone()));
        assert_eq!(Versions::<Test>::get(model, 1), Some(Version { state, source: VersionSource::Op(id) }));
    });
}

#[test]
fn the_ops_of_a_model_form_a_hash_chain() {
    run(|| {
        let model = fork(USER, federation());
        let ids: Vec<OpId> = (0..4).map(|_| record(USER, model)).collect();
        let mut head = H256::zero();
        for (index, id) in ids.iter().enumerate() {
            let op = Ops::<Test>::get(id).expect("recorded");
            assert_eq!((op.index, op.prev_hash), (index as u32, head));
            assert_eq!(op.id(), *id);
            head = *id;
        }
        assert_eq!(model_record(model).head, head);
    });
}

#[test]
fn a_recorded_place_is_taken_for_ever() {
    run(|| {
        let model = fork(USER, federation());
        let first = Op::new(USER, model);
        assert_ok!(first.clone().submit());
        let recorded = ModelOps::<Test>::get(model, 0);
        // The same op, another op, and the same after more ops.
        assert_noop!(first.clone().submit(), Error::<Test>::ImmutableRecord);
        let another = Op { index: 0, ..Op::new(USER, model) };
        assert_noop!(another.submit(), Error::<Test>::ImmutableRecord);
        record(USER, model);
        assert_noop!(first.submit(), Error::<Test>::ImmutableRecord);
        let another = Op { index: 1, ..Op::new(USER, model) };
        assert_noop!(another.submit(), Error::<Test>::ImmutableRecord);
        assert_eq!(ModelOps::<Test>::get(model, 0), recorded);
    });
}

#[test]
fn no_place_is_left_out() {
    run(|| {
        let model = fork(USER, federation());
        for index in [1, u32::MAX] {
            let op = Op { index, ..Op::new(USER, model) };
            assert_noop!(op.submit(), Error::<Test>::IndexGap);
        }
    });
}

#[test]
fn only_a_models_owner_records() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        let foreign = Op { user: OTHER, ..Op::new(USER, model) };
        assert_noop!(foreign.proven().submit(), UserModelsError::<Test>::NotModelOwner);
        let of_no_model = Op { model: H256::zero(), ..Op::new(USER, model) };
        assert_noop!(of_no_model.submit(), UserModelsError::<Test>::ModelNotFound);
        // Not the owner of the base model either.
        let of_the_base = Op { user: OWNER, ..Op::new(USER, model) };
        assert_noop!(of_the_base.proven().submit(), UserModelsError::<Test>::NotModelOwner);
    });
}

#[test]
fn every_federation_counts_its_own_ops() {
    run(|| {
        let (one, two) = (federation(), register_base());
        let (users, others, elsewhere) = (fork(USER, one), fork(OTHER, one), fork(USER, two));
        let ids = [record(USER, users), record(USER, elsewhere), record(OTHER, others), record(USER, users)];
        let place = |id| Ops::<Test>::get(id).map(|op| (op.base, op.index, op.sequence));
        assert_eq!(ids.map(place), [Some((one, 0, 0)), Some((two, 0, 0)), Some((one, 0, 1)), Some((one, 1, 2))]);
        assert_eq!((NextSequence::<Test>::get(one), NextSequence::<Test>::get(two)), (3, 1));
        assert_eq!(FederationOps::<Test>::get(one, 1), Some(ids[2]));
    });
}

#[test]
fn an_improvement_below_the_rules_is_refused() {
    run(|| {
        let model = fork(USER, federation());
        let op = Op::new(USER, model).with_claims(|claims| claims.delta = 1);
        assert_noop!(op.clone().submit(), Error::<Test>::ImprovementTooSmall);
        assert_ok!(op.with_claims(|claims| claims.delta = 2).submit());
    });
}

#[test]
fn a_nullifier_is_used_once() {
    run(|| {
        let base = federation();
        let ((users, of_the_fork), others) = (fork_with_nullifier(USER, base), fork(OTHER, base));
        let op = Op::new(USER, users);
        let nullifier = op.claims.nullifier;
        assert_ok!(op.submit());
        for used in [nullifier, of_the_fork] {
            for (user, model) in [(USER, users), (OTHER, others)] {
                let replay = Op::new(user, model).with_claims(|claims| claims.nullifier = used);
                assert_noop!(replay.submit(), Error::<Test>::NullifierUsed);
            }
        }
    });
}

#[test]
fn a_correction_is_a_new_op_that_names_one_of_the_same_model() {
    run(|| {
        let base = federation();
        let (model, others) = (fork(USER, base), fork(OTHER, base));
        let (wrong, of_another) = (record(USER, model), record(OTHER, others));
        let before = Ops::<Test>::get(wrong);
        let correcting = |id| Op::new(USER, model).with_contents(|contents| contents.corrects = Some(id));
        for id in [H256::zero(), of_another] {
            assert_noop!(correcting(id).submit(), Error::<Test>::CorrectedOpNotFound);
        }
        assert_ok!(correcting(wrong).submit());
        let correction = ModelOps::<Test>::get(model, 1).and_then(Ops::<Test>::get).expect("recorded");
        assert_eq!(correction.contents.corrects, Some(wrong));
        assert_eq!(Ops::<Test>::get(wrong), before);
    });
}

#[test]
fn collect_ends_with_the_last_op_that_a_round_takes() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        open(base);
        for _ in 0..2 {
            record(USER, model);
        }
        next_block();
        assert_eq!(round(base, 0).phase, Phase::Collect);
        record(USER, model);
        next_block();
        assert_eq!((round(base, 0).phase, round(base, 0).last_op), (Phase::Commit, 3));
    });
}

#[test]
fn a_model_goes_on_from_the_generation_that_it_adopted() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        record(USER, model);
        record_of_another(base);
        run_round(base, 0);
        open_aggregate(base, 0);
        let generation = NewGeneration::new(base, 0);
        assert_ok!(generation.clone().submit());
        // An op on the state before the adoption, and one on that after it.
        let old = Op::new(USER, model);
        assert_ok!(UserModels::adopt_generation(signed(USER), model));
        assert_noop!(old.submit(), Error::<Test>::ImprovementProofRejected);
        assert_eq!(model_record(model).state, generation.state);
        record(USER, model);
        assert_eq!((model_record(model).length, model_record(model).version), (2, 3));
    });
}

#[test]
fn clients_get_the_binding_of_the_next_op() {
    run(|| {
        let model = fork(USER, federation());
        record(USER, model);
        let op = Op::new(USER, model);
        let expected = binding(UserModels::genesis_hash(), &USER, &op.context());
        assert_eq!(TrainingLedger::op_binding(USER, model, op.contents.hash()), Some(expected));
        assert_ne!(TrainingLedger::op_binding(OTHER, model, op.contents.hash()), Some(expected));
        assert_eq!(TrainingLedger::op_binding(USER, H256::zero(), op.contents.hash()), None);
    });
}
