// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, *};
use pallet_user_models::{Error as UserModelsError, ForkSource};
use pallet_zkpot::{VerifyingKeyRecord, VerifyingKeys};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::H256,
};
use training_primitives::{
    binding::request_hash,
    groth16,
    test_utils::{g2_outside_subgroup, ToyCircuit},
    *,
};

/// The order of the group, little-endian.
const ORDER: FieldElement = [
    0x01, 0x00, 0x00, 0xf0, 0x93, 0xf5, 0xe1, 0x43, 0x91, 0x70, 0xb9, 0x79, 0x48, 0xe8, 0x33, 0x28, 0x5d, 0x58, 0x81,
    0x81, 0xb6, 0x45, 0x50, 0xb8, 0x29, 0xa0, 0x31, 0xe1, 0x72, 0x4e, 0x64, 0x30,
];
const PROOFS: [Circuit; 3] = [Circuit::Interaction, Circuit::Improvement, Circuit::Ownership];

fn rejected(circuit: Circuit) -> Error<Test> {
    match circuit {
        Circuit::Interaction => Error::InteractionProofRejected,
        Circuit::Improvement => Error::ImprovementProofRejected,
        _ => Error::OwnershipProofRejected,
    }
}

/// The op with another proof for one circuit.
fn with_proof(mut op: Op, circuit: Circuit, change: impl FnOnce(&mut ProofBytes)) -> Op {
    change(match circuit {
        Circuit::Interaction => &mut op.proofs.interaction,
        Circuit::Improvement => &mut op.proofs.improvement,
        _ => &mut op.proofs.ownership,
    });
    op
}

/// Where the key of a circuit is registered for all federations.
fn place(circuit: Circuit) -> (Option<BaseModelId>, Circuit, Shape) {
    (None, circuit, if circuit.depends_on_shape() { SHAPE } else { Shape::default() })
}

#[test]
fn each_proof_holds_for_the_ops_claims_only() {
    run(|| {
        let model = fork(USER, federation());
        let op = Op::new(USER, model);
        type Change = fn(&mut OpClaims);
        let changes: [(Circuit, Change); 8] = [
            (Circuit::Interaction, |claims| claims.interaction = fresh()),
            (Circuit::Interaction, |claims| claims.not_before -= 1),
            (Circuit::Interaction, |claims| claims.not_after -= 1),
            (Circuit::Improvement, |claims| claims.update = fresh()),
            (Circuit::Improvement, |claims| claims.state = fresh()),
            (Circuit::Improvement, |claims| claims.batch = fresh()),
            (Circuit::Improvement, |claims| claims.delta += 1),
            (Circuit::Ownership, |claims| claims.nullifier = fresh()),
        ];
        for (circuit, change) in changes {
            assert_noop!(op.clone().claiming(change).submit(), rejected(circuit));
        }
        // Another node that is registered.
        assert_ok!(TrainingLedger::register_inference_node(signed(USER), groth16::number(8)));
        let of_another_node = op.clone().claiming(|claims| claims.node_key = groth16::number(8));
        assert_noop!(of_another_node.submit(), Error::<Test>::InteractionProofRejected);
        assert_ok!(op.submit());
    });
}

#[test]
fn the_proofs_hold_for_the_ops_contents_only() {
    run(|| {
        let model = fork(USER, federation());
        let earlier = record(USER, model);
        let op = Op::new(USER, model);
        type Change = fn(&mut OpContents, OpId);
        let changes: [Change; 7] = [
            |contents, _| contents.input = H256::repeat_byte(9),
            |contents, _| contents.output = H256::repeat_byte(9),
            |contents, _| contents.feedback = Some(H256::repeat_byte(9)),
            |contents, _| contents.gradient = H256::repeat_byte(9),
            |contents, _| contents.prior_update = Some(H256::repeat_byte(9)),
            |contents, _| contents.state = H256::repeat_byte(9),
            |contents, earlier| contents.corrects = Some(earlier),
        ];
        for change in changes {
            let mut changed = op.clone();
            change(&mut changed.contents, earlier);
            assert_noop!(changed.submit(), Error::<Test>::InteractionProofRejected);
        }
        assert_ok!(op.submit());
    });
}

#[test]
fn proofs_made_for_another_account_model_place_or_chain_are_refused() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        record(USER, model);
        let op = Op::new(USER, model);
        let BindingContext::Op { index, prev_hash, contents, .. } = op.context() else { unreachable!() };
        let genesis = UserModels::genesis_hash();
        let foreign = [
            op.clone().proven_for(genesis, OTHER, &op.context()),
            op.clone().proven_for(H256::zero(), USER, &op.context()),
            op.clone().proven_for(
                genesis,
                USER,
                &BindingContext::Op { model: fork(USER, base), index, prev_hash, contents },
            ),
            op.clone().proven_for(genesis, USER, &BindingContext::Op { model, index: index + 1, prev_hash, contents }),
            op.clone().proven_for(
                genesis,
                USER,
                &BindingContext::Op { model, index, prev_hash: H256::zero(), contents },
            ),
            op.clone().proven_for(genesis, USER, &BindingContext::Contribution { model }),
        ];
        for other in foreign {
            // All of its proofs are foreign, or one of them is.
            assert_noop!(other.clone().submit(), Error::<Test>::InteractionProofRejected);
            let one = |circuit, proof| with_proof(op.clone(), circuit, |bytes| *bytes = proof);
            let one_of_each = [
                one(Circuit::Interaction, other.proofs.interaction),
                one(Circuit::Improvement, other.proofs.improvement),
                one(Circuit::Ownership, other.proofs.ownership),
            ];
            for (op, circuit) in one_of_each.into_iter().zip(PROOFS) {
                assert_noop!(op.submit(), rejected(circuit));
            }
        }
        assert_ok!(op.submit());
    });
}

#[test]
fn an_ops_proofs_are_worth_nothing_for_the_next_op() {
    run(|| {
        let model = fork(USER, federation());
        let op = Op::new(USER, model);
        assert_ok!(op.clone().submit());
        // A fresh receipt and nullifier, the rest taken over.
        let replay = Op { index: 1, ..op }.claiming(|claims| {
            claims.interaction = fresh();
            claims.nullifier = fresh();
        });
        assert_noop!(replay.submit(), Error::<Test>::InteractionProofRejected);
    });
}

#[test]
fn proofs_of_other_circuits_are_refused() {
    run(|| {
        let model = fork(USER, federation());
        let op = Op::new(USER, model);
        let swapped = TrainingProof { interaction: op.proofs.improvement, ..op.proofs.clone() };
        assert_noop!(Op { proofs: swapped, ..op }.submit(), Error::<Test>::InteractionProofRejected);
    });
}

#[test]
fn a_malformed_proof_is_refused() {
    run(|| {
        let model = fork(USER, federation());
        let op = Op::new(USER, model);
        for circuit in PROOFS {
            let malformed = [
                with_proof(op.clone(), circuit, |proof| proof.fill(0)),
                with_proof(op.clone(), circuit, |proof| proof.fill(255)),
                with_proof(op.clone(), circuit, |proof| {
                    proof[32..96].copy_from_slice(&g2_outside_subgroup());
                }),
            ];
            for op in malformed {
                assert_noop!(op.submit(), Error::<Test>::ProofMalformed);
            }
            // C at infinity is a point, but proves nothing.
            let infinite = with_proof(op.clone(), circuit, |proof| {
                proof[96..].fill(0);
                proof[127] = 0x40;
            });
            assert_noop!(infinite.submit(), rejected(circuit));
        }
    });
}

#[test]
fn claims_are_canonical() {
    run(|| {
        let model = fork(USER, federation());
        let op = Op::new(USER, model);
        type Field = fn(&mut OpClaims) -> &mut FieldElement;
        let fields: [Field; 5] = [
            |claims| &mut claims.interaction,
            |claims| &mut claims.update,
            |claims| &mut claims.state,
            |claims| &mut claims.batch,
            |claims| &mut claims.nullifier,
        ];
        for field in fields {
            let changed = op.clone().claiming(|claims| *field(claims) = [255; 32]);
            assert_noop!(changed.submit(), Error::<Test>::PublicInputNotCanonical);
        }
    });
}

#[test]
fn a_used_receipt_or_nullifier_has_no_second_encoding() {
    run(|| {
        let model = fork(USER, federation());
        let op = Op::new(USER, model);
        let (interaction, nullifier) = (op.claims.interaction, op.claims.nullifier);
        assert_ok!(op.submit());
        // The same scalar plus the group order, in 32 bytes.
        let plus_order = |value: FieldElement| {
            let mut carry = 0u16;
            let mut sum = [0; 32];
            for (place, byte) in sum.iter_mut().enumerate() {
                carry += u16::from(value[place]) + u16::from(ORDER[place]);
                *byte = carry as u8;
                carry >>= 8;
            }
            sum
        };
        let next = Op::new(USER, model);
        let receipt = next.clone().claiming(|claims| claims.interaction = plus_order(interaction));
        assert_noop!(receipt.submit(), Error::<Test>::PublicInputNotCanonical);
        let spent = next.claiming(|claims| claims.nullifier = plus_order(nullifier));
        assert_noop!(spent.submit(), Error::<Test>::PublicInputNotCanonical);
    });
}

#[test]
fn every_proof_needs_its_key() {
    run(|| {
        let model = fork(USER, federation());
        let op = Op::new(USER, model);
        for circuit in PROOFS {
            // Neither can come about by calls: keys are checked when they are registered, and never removed.
            let record = VerifyingKeys::<Test>::take(place(circuit)).expect("registered");
            assert_noop!(op.clone().submit(), Error::<Test>::VerifyingKeyNotFound);
            let contribution = CIRCUITS[&Circuit::Contribution].key.as_slice();
            let other = groth16::check_key(contribution, Circuit::Contribution.arity()).expect("a valid key");
            let key = other.try_into().expect("a short key");
            VerifyingKeys::<Test>::insert(place(circuit), VerifyingKeyRecord { key, samples: 0 });
            assert_noop!(op.clone().submit(), Error::<Test>::WrongPublicInputCount);
            VerifyingKeys::<Test>::insert(place(circuit), record);
        }
        assert_ok!(op.submit());
    });
}

#[test]
fn a_federations_own_key_decides() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        let own = ToyCircuit::new(Circuit::Ownership.arity(), 99);
        register_key(Some(base), Circuit::Ownership, &own);
        let op = Op::new(USER, model);
        assert_noop!(op.clone().submit(), Error::<Test>::OwnershipProofRejected);
        let binding = binding(UserModels::genesis_hash(), &USER, &op.context());
        let proof = own.prove(&[binding, model_record(model).user_id, op.claims.nullifier]);
        assert_ok!(with_proof(op, Circuit::Ownership, |bytes| *bytes = proof).submit());
    });
}

#[test]
fn a_federations_own_key_decides_about_exports_and_forks_of_models_too() {
    run(|| {
        let base = federation();
        let model = fork(USER, base);
        let own = ToyCircuit::new(Circuit::Ownership.arity(), 99);
        register_key(Some(base), Circuit::Ownership, &own);
        let record = model_record(model);
        let proof = |toy: &ToyCircuit, request, nullifier| {
            let context = BindingContext::Request { subject: model, request };
            let binding = binding(UserModels::genesis_hash(), &USER, &context);
            toy.prove(&[binding, record.user_id, nullifier])
        };
        let for_all = &CIRCUITS[&Circuit::Ownership];

        let (request, nullifier) = (request_hash(b"export", &(record.head, record.length)), fresh());
        let export = |toy| UserModels::export_model(signed(USER), model, nullifier, proof(toy, request, nullifier));
        assert_noop!(export(for_all), UserModelsError::<Test>::OwnershipProofRejected);
        assert_ok!(export(&own));

        let (request, nullifier) = (request_hash(b"fork", &record.user_id), fresh());
        let fork = |toy| {
            let proof = proof(toy, request, nullifier);
            UserModels::fork_model(signed(USER), ForkSource::Model(model), record.user_id, nullifier, proof)
        };
        assert_noop!(fork(for_all), UserModelsError::<Test>::OwnershipProofRejected);
        assert_ok!(fork(&own));
    });
}
