// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, weights::SubstrateWeight, *};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo, traits::UnfilteredDispatchable},
    frame_system,
    sp_io::hashing::blake2_256,
};
use training_primitives::{groth16::number, test_utils::g2_outside_subgroup, *};

/// In Prove with the challenge posted.
fn posted(workers: &[u64]) -> BaseModelId {
    let base = in_prove(workers);
    post_challenge(base, 0);
    base
}

fn with_point(mut proof: ProofBytes, from: usize, point: &[u8]) -> ProofBytes {
    proof[from..from + point.len()].copy_from_slice(point);
    proof
}

/// The compressed point at infinity.
fn infinity<const BYTES: usize>() -> [u8; BYTES] {
    let mut point = [0; BYTES];
    point[BYTES - 1] = 0x40;
    point
}

#[test]
fn a_worker_proves_its_accuracy_once() {
    run(|| {
        let base = posted(&[ALICE, BOB]);
        events();
        let submission = Submission::new(base, 0, ALICE, 3);
        let proof = H256(blake2_256(&submission.proof));
        assert_ok!(submission.clone().submit(ALICE));
        assert_eq!(events(), [Event::AccuracyProven { base, round: 0, worker: ALICE, correct: 3 }]);
        let entry = Entry { correct: 3, order: 0, state: state_of(ALICE), proof };
        assert_eq!(Entries::<Test>::get((base, 0), ALICE), Some(entry));
        assert_eq!(round(base, 0).proofs, 1);
        assert_noop!(submission.submit(ALICE), Error::<Test>::AlreadyProven);
    });
}

#[test]
fn a_proof_is_charged_for_the_rounds_challenge_in_the_end() {
    run(|| {
        let base = posted(&[ALICE]);
        let Submission { index, state, nonce, correct, r, z, proof, .. } = Submission::new(base, 0, ALICE, 3);
        let call = Call::<Test>::submit_zkpot { base, round: index, state, nonce, correct, r, z, proof };
        let before = call.get_dispatch_info().call_weight;
        let origin = RuntimeOrigin::signed(ALICE);
        let after = call.dispatch_bypass_filter(origin).expect("a good proof").actual_weight.expect("corrected");
        let size = Zkpot::challenge_value(base, 0, &r, &z).expect("posted").1;
        assert_eq!(after, SubstrateWeight::<Test>::submit_zkpot(size, SHAPE.features.into()));
        assert!(before.ref_time() > after.ref_time());
    });
}

#[test]
fn accuracies_are_proven_in_prove_only() {
    run(|| {
        let base = posted(&[ALICE, BOB]);
        let submission = Submission::new(base, 0, ALICE, 3);
        let of_no_round = Submission { index: 1, ..submission.clone() };
        assert_noop!(of_no_round.submit(ALICE), Error::<Test>::RoundNotFound);
        prove(base, 0, BOB, 1);
        run_to_deadline(base, 0);
        assert_noop!(submission.submit(ALICE), Error::<Test>::WrongPhase);
    });
}

#[test]
fn only_who_committed_proves_and_only_what_it_committed_to() {
    run(|| {
        let base = posted(&[ALICE, BOB]);
        let submission = Submission::new(base, 0, ALICE, 3);
        assert_noop!(submission.clone().submit(CAROL), Error::<Test>::NotCommitted);
        let mismatches = [
            Submission { state: number(1), ..submission.clone() },
            Submission { nonce: [4; 32], ..submission.clone() },
        ];
        for mismatch in mismatches {
            assert_noop!(mismatch.submit(ALICE), Error::<Test>::CommitmentMismatch);
        }
        // What another worker showed cannot be taken over: the commitment binds the account.
        assert_noop!(submission.submit(BOB), Error::<Test>::CommitmentMismatch);
    });
}

#[test]
fn a_challenge_has_to_be_posted_first() {
    run(|| {
        let base = in_prove(&[ALICE]);
        let (state, nonce, r, z) = (state_of(ALICE), NONCE, number(5), number(7));
        let early = Submission { base, index: 0, state, nonce, correct: 3, r, z, proof: [0; 128] };
        assert_noop!(early.submit(ALICE), Error::<Test>::ChallengeNotPosted);
    });
}

#[test]
fn no_more_samples_are_correct_than_the_challenge_has() {
    run(|| {
        let base = posted(&[ALICE]);
        let too_many = Submission::new(base, 0, ALICE, u32::from(CHALLENGE) + 1);
        assert_noop!(too_many.submit(ALICE), Error::<Test>::CorrectOutOfRange);
        prove(base, 0, ALICE, CHALLENGE.into());
    });
}

#[test]
fn a_proof_holds_for_one_claim_only() {
    run(|| {
        let base = posted(&[ALICE]);
        let honest = Submission::new(base, 0, ALICE, 3);
        let changed = [
            Submission { correct: 4, ..honest.clone() },
            Submission { r: number(6), ..honest.clone() },
            Submission { z: number(6), ..honest.clone() },
        ];
        for submission in changed {
            assert_noop!(submission.submit(ALICE), Error::<Test>::ZkpotProofRejected);
        }
        assert_ok!(honest.submit(ALICE));
    });
}

#[test]
fn a_proof_made_for_another_account_federation_round_or_chain_is_refused() {
    run(|| {
        let base = posted(&[ALICE]);
        let honest = Submission::new(base, 0, ALICE, 3);
        let (value, _) = Zkpot::challenge_value(base, 0, &honest.r, &honest.z).expect("posted");
        let genesis = UserModels::genesis_hash();
        let this = BindingContext::Round { base, round: 0 };
        let bindings = [
            binding(genesis, &BOB, &this),
            binding(genesis, &ALICE, &BindingContext::Round { base: H256::zero(), round: 0 }),
            binding(genesis, &ALICE, &BindingContext::Round { base, round: 1 }),
            binding(genesis, &ALICE, &BindingContext::Generation { base, generation: 0 }),
            binding(H256::repeat_byte(1), &ALICE, &this),
        ];
        for binding in bindings {
            let inputs = [binding, honest.state, number(3), honest.r, honest.z, value];
            let foreign = Submission { proof: ZKPOT.prove(&inputs), ..honest.clone() };
            assert_noop!(foreign.submit(ALICE), Error::<Test>::ZkpotProofRejected);
        }
        assert_ok!(honest.submit(ALICE));
    });
}

#[test]
fn a_proof_of_another_chain_is_refused_with_its_commitment() {
    run(|| {
        let base = posted(&[ALICE]);
        let honest = Submission::new(base, 0, ALICE, 3);
        // The same state on a chain with another genesis block.
        frame_system::BlockHash::<Test>::insert(0, H256::repeat_byte(8));
        assert_noop!(honest.submit(ALICE), Error::<Test>::CommitmentMismatch);
    });
}

#[test]
fn a_malformed_proof_is_refused() {
    run(|| {
        let base = posted(&[ALICE]);
        let honest = Submission::new(base, 0, ALICE, 3);
        let proof = honest.proof;
        let malformed = [
            [0; 128],
            [255; 128],
            with_point(proof, 0, &[255; 32]),
            with_point(proof, 32, &g2_outside_subgroup()),
            with_point(proof, 96, &[255; 32]),
        ];
        for proof in malformed {
            let submission = Submission { proof, ..honest.clone() };
            assert_noop!(submission.submit(ALICE), Error::<Test>::ProofMalformed);
        }
    });
}

#[test]
fn a_proof_with_points_at_infinity_proves_nothing() {
    run(|| {
        let base = posted(&[ALICE]);
        let honest = Submission::new(base, 0, ALICE, 3);
        let all = [&infinity::<32>()[..], &infinity::<64>(), &infinity::<32>()].concat();
        let proofs = [
            with_point(honest.proof, 0, &infinity::<32>()),
            with_point(honest.proof, 32, &infinity::<64>()),
            with_point(honest.proof, 96, &infinity::<32>()),
            with_point(honest.proof, 0, &all),
        ];
        for proof in proofs {
            let submission = Submission { proof, ..honest.clone() };
            assert_noop!(submission.submit(ALICE), Error::<Test>::ZkpotProofRejected);
        }
    });
}

#[test]
fn public_inputs_are_canonical() {
    run(|| {
        let base = posted(&[ALICE]);
        let honest = Submission::new(base, 0, ALICE, 3);
        for (r, z) in [([255; 32], honest.z), (honest.r, [255; 32])] {
            let submission = Submission { r, z, ..honest.clone() };
            assert_noop!(submission.submit(ALICE), Error::<Test>::PublicInputNotCanonical);
        }
    });
}

#[test]
fn a_committed_state_that_is_no_scalar_cannot_be_proven() {
    run(|| {
        let base = in_commit(&[ALICE]);
        let state = [255; 32];
        let hash = commitment_hash(UserModels::genesis_hash(), &ALICE, base, 0, &state, &NONCE);
        assert_ok!(Zkpot::commit_model(RuntimeOrigin::signed(ALICE), base, 0, hash));
        next_block();
        post_challenge(base, 0);
        let submission = Submission { state, ..Submission::new(base, 0, ALICE, 3) };
        assert_noop!(submission.submit(ALICE), Error::<Test>::PublicInputNotCanonical);
    });
}

#[test]
fn the_registered_key_decides() {
    run(|| {
        let base = posted(&[ALICE]);
        let honest = Submission::new(base, 0, ALICE, 3);
        let place = (None::<BaseModelId>, Circuit::Zkpot, SHAPE);
        // Neither can come about by calls: keys are checked when they are registered, and never removed.
        let record = VerifyingKeys::<Test>::take(place).expect("registered");
        assert_noop!(honest.clone().submit(ALICE), Error::<Test>::VerifyingKeyNotFound);
        let other = groth16::check_key(&OWNERSHIP.key, Circuit::Ownership.arity()).expect("a valid key");
        let key = other.try_into().expect("no longer than a key may be");
        VerifyingKeys::<Test>::insert(place, VerifyingKeyRecord { key, samples: CHALLENGE });
        assert_noop!(honest.clone().submit(ALICE), Error::<Test>::WrongPublicInputCount);
        VerifyingKeys::<Test>::insert(place, record);
        assert_ok!(honest.submit(ALICE));
    });
}

#[test]
fn prove_ends_early_when_every_committed_worker_has_proven() {
    run(|| {
        let base = posted(&[ALICE, BOB]);
        prove(base, 0, ALICE, 3);
        next_block();
        assert_eq!(round(base, 0).phase, Phase::Prove);
        prove(base, 0, BOB, 3);
        next_block();
        assert_eq!(round(base, 0).phase, Phase::Seal);
    });
}
