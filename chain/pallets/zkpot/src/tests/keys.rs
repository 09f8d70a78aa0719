// SPDX-License-Identifier: Apache-2.0
use crate::{mock::*, *};
use pallet_user_models::Error as UserModelsError;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok, dispatch::DispatchResult},
    sp_runtime::DispatchError,
};
use training_primitives::{
    groth16::{number, MAX_KEY_BYTES},
    test_utils::{g2_outside_subgroup, ToyCircuit},
    *,
};

/// The account that signs; none for root.
fn register(
    signer: Option<u64>,
    scope: Option<BaseModelId>,
    circuit: Circuit,
    shape: Shape,
    samples: u16,
    key: SubmittedKey,
) -> DispatchResult {
    let origin = signer.map_or(RuntimeOrigin::root(), RuntimeOrigin::signed);
    Zkpot::register_verifying_key(origin, scope, circuit, shape, samples, key)
}

fn register_ownership(signer: Option<u64>, scope: Option<BaseModelId>, key: &[u8]) -> DispatchResult {
    let key = key.to_vec().try_into().expect("no longer than a key may be");
    register(signer, scope, Circuit::Ownership, Shape::default(), 0, key)
}

#[test]
fn root_registers_a_key_for_all_federations_for_good() {
    run(|| {
        assert_ok!(register_ownership(None, None, &OWNERSHIP.key));
        let (scope, circuit, shape) = (None, Circuit::Ownership, Shape::default());
        assert_eq!(events(), [Event::VerifyingKeyRegistered { scope, circuit, shape }]);
        assert_noop!(register_ownership(None, None, &OWNERSHIP.key), Error::<Test>::KeyAlreadyRegistered);
        let other = ToyCircuit::new(Circuit::Ownership.arity(), 9);
        assert_noop!(register_ownership(None, None, &other.key), Error::<Test>::KeyAlreadyRegistered);
    });
}

#[test]
fn a_federations_own_key_is_its_owners_or_roots() {
    run(|| {
        let (base, other) = (register_base(), register_base());
        assert_noop!(register_ownership(Some(OWNER), None, &OWNERSHIP.key), DispatchError::BadOrigin);
        assert_noop!(register_ownership(Some(ALICE), Some(base), &OWNERSHIP.key), Error::<Test>::NotBaseModelOwner);
        assert_noop!(
            register_ownership(Some(OWNER), Some(H256::zero()), &OWNERSHIP.key),
            UserModelsError::<Test>::BaseModelNotFound
        );
        assert_ok!(register_ownership(Some(OWNER), Some(base), &OWNERSHIP.key));
        assert_ok!(register_ownership(None, Some(other), &OWNERSHIP.key));
        assert_noop!(register_ownership(None, Some(base), &OWNERSHIP.key), Error::<Test>::KeyAlreadyRegistered);
    });
}

#[test]
fn shape_and_samples_fit_the_circuit() {
    run(|| {
        let key = || submitted(&ZKPOT);
        let zkpot = |shape, samples| register(None, None, Circuit::Zkpot, shape, samples, key());
        assert_noop!(zkpot(Shape::default(), CHALLENGE), Error::<Test>::KeyShapeMismatch);
        assert_noop!(zkpot(SHAPE, 0), Error::<Test>::SampleCountInvalid);
        assert_noop!(zkpot(SHAPE, 513), Error::<Test>::SampleCountInvalid);
        assert_ok!(zkpot(SHAPE, 512));

        let ownership =
            |shape, samples| register(None, None, Circuit::Ownership, shape, samples, submitted(&OWNERSHIP));
        assert_noop!(ownership(SHAPE, 0), Error::<Test>::KeyShapeMismatch);
        assert_noop!(ownership(Shape::default(), 1), Error::<Test>::SampleCountInvalid);
        // One key for each shape.
        let improvement = |shape, samples| register(None, None, Circuit::Improvement, shape, samples, key());
        assert_noop!(improvement(SHAPE, CHALLENGE), Error::<Test>::SampleCountInvalid);
        assert_ok!(improvement(SHAPE, 0));
        assert_ok!(improvement(Shape { features: 3, classes: 3 }, 0));
    });
}

#[test]
fn a_key_of_another_arity_is_refused() {
    run(|| {
        assert_noop!(register_ownership(None, None, &ZKPOT.key), Error::<Test>::KeyArity);
        assert_noop!(
            register(None, None, Circuit::Zkpot, SHAPE, CHALLENGE, submitted(&OWNERSHIP)),
            Error::<Test>::KeyArity
        );
    });
}

#[test]
fn a_malformed_key_is_refused() {
    run(|| {
        let key = &OWNERSHIP.key;
        let with = |from: usize, bytes: &[u8]| {
            let mut changed = key.clone();
            changed[from..from + bytes.len()].copy_from_slice(bytes);
            changed
        };
        let infinity = |length: usize| {
            let mut point = vec![0; length];
            point[length - 1] = 0x40;
            point
        };
        let longer = [&key[..], &[0]].concat();
        let malformed = [
            ("empty", Vec::new()),
            ("cut off", key[..key.len() - 1].to_vec()),
            ("too long", longer),
            ("as long as may be", vec![0; MAX_KEY_BYTES as usize]),
            ("alpha is no field element", with(0, &[0xff; 32])),
            ("beta outside the subgroup", with(32, &g2_outside_subgroup())),
            ("gamma outside the subgroup", with(96, &g2_outside_subgroup())),
            ("delta outside the subgroup", with(160, &g2_outside_subgroup())),
            ("alpha at infinity", with(0, &infinity(32))),
            ("beta at infinity", with(32, &infinity(64))),
            ("gamma at infinity", with(96, &infinity(64))),
            ("delta at infinity", with(160, &infinity(64))),
            ("the binding's point at infinity", with(264, &infinity(32))),
        ];
        for (what, key) in malformed {
            let result = register_ownership(None, None, &key);
            assert_eq!(result, Err(Error::<Test>::KeyMalformed.into()), "{what}");
        }
        assert_eq!(VerifyingKeys::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_federations_own_key_comes_before_that_of_all() {
    run(|| {
        let (base, other) = (register_base(), register_base());
        let own = ToyCircuit::new(Circuit::Ownership.arity(), 9);
        let inputs = [number(1), number(2), number(3)];
        let verify = |base, toy: &ToyCircuit| {
            let proof = toy.prove(&inputs);
            let claim = ProofClaim { circuit: Circuit::Ownership, public_inputs: &inputs, proof: &proof };
            Zkpot::verify_all(base, SHAPE, &[claim])
        };
        assert_eq!(verify(base, &own), Err(ProofError::UnknownKey(Circuit::Ownership)));
        assert_ok!(register_ownership(None, None, &OWNERSHIP.key));
        assert_eq!(verify(base, &OWNERSHIP), Ok(()));
        assert_ok!(register_ownership(Some(OWNER), Some(base), &own.key));
        assert_eq!(verify(base, &OWNERSHIP), Err(ProofError::Rejected(Circuit::Ownership)));
        assert_eq!(verify(base, &own), Ok(()));
        assert_eq!(verify(other, &OWNERSHIP), Ok(()));
        assert_eq!(verify(other, &own), Err(ProofError::Rejected(Circuit::Ownership)));
    });
}

#[test]
fn an_error_names_the_circuit_of_the_first_wrong_claim() {
    run(|| {
        register_key();
        assert_ok!(register_ownership(None, None, &OWNERSHIP.key));
        let (three, six) = ([number(1); 3], [number(2); 6]);
        let (good, good_zkpot) = (OWNERSHIP.prove(&three), ZKPOT.prove(&six));
        let claims = |inputs: &[FieldElement], proof: ProofBytes| {
            let ownership = ProofClaim { circuit: Circuit::Ownership, public_inputs: &three, proof: &good };
            let zkpot = ProofClaim { circuit: Circuit::Zkpot, public_inputs: inputs, proof: &proof };
            Zkpot::verify_all(H256::zero(), SHAPE, &[ownership, zkpot])
        };
        assert_eq!(claims(&six, good_zkpot), Ok(()));
        assert_eq!(claims(&six[1..], good_zkpot), Err(ProofError::Arity(Circuit::Zkpot)));
        assert_eq!(claims(&[[255; 32]; 6], good_zkpot), Err(ProofError::NonCanonicalInput(Circuit::Zkpot)));
        assert_eq!(claims(&six, [255; 128]), Err(ProofError::MalformedProof(Circuit::Zkpot)));
        assert_eq!(claims(&[number(3); 6], good_zkpot), Err(ProofError::Rejected(Circuit::Zkpot)));
    });
}
