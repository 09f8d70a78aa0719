// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, *};
use codec::Encode;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_io::hashing::blake2_256,
};
use training_primitives::{challenge, groth16::number, merkle::MAX_DEPTH};

#[test]
fn the_seed_is_drawn_from_the_parent_of_the_first_block_after_commit() {
    run(|| {
        let base = in_commit(&[ALICE]);
        assert_ok!(commit(base, 0, ALICE));
        assert_eq!(round(base, 0).seed, None);
        assert!(Zkpot::challenge_indices(base, 0).is_empty(), "no seed yet");
        next_block();
        let parent = parent_hash(System::block_number());
        let preimage = [&b"training-ledger/seed/v1"[..], &(parent, base, 0u32).encode()].concat();
        let seed = H256(blake2_256(&preimage));
        assert_eq!(round(base, 0).seed, Some(seed));
        let drawn = challenge::draw(seed, test_set().len() as u32, CHALLENGE.into());
        assert_eq!(drawn.len(), usize::from(CHALLENGE));
        assert_eq!(Zkpot::challenge_indices(base, 0), drawn);
        assert!(Zkpot::challenge_indices(base, 1).is_empty(), "no round");
        assert!(Zkpot::challenge_indices(H256::zero(), 0).is_empty(), "no federation");
    });
}

#[test]
fn anyone_posts_the_drawn_samples_once() {
    run(|| {
        let base = in_prove(&[ALICE]);
        events();
        post_challenge(base, 0);
        assert_eq!(events(), [Event::ChallengePosted { base, round: 0, samples: CHALLENGE.into() }]);
        let (expected, proofs) = samples(&Zkpot::challenge_indices(base, 0));
        assert_eq!(Challenges::<Test>::get(base, 0).map(|samples| samples.into_inner()), Some(expected.clone()));
        assert_noop!(post(base, 0, expected, proofs), Error::<Test>::ChallengeAlreadyPosted);
    });
}

#[test]
fn samples_are_posted_in_prove_only() {
    run(|| {
        let base = in_commit(&[ALICE]);
        let (drawn, proofs) = samples(&[0, 1, 2, 3]);
        assert_noop!(post(base, 0, drawn.clone(), proofs.clone()), Error::<Test>::WrongPhase);
        assert_noop!(post(base, 1, drawn.clone(), proofs.clone()), Error::<Test>::RoundNotFound);
        assert_ok!(commit(base, 0, ALICE));
        next_block();
        run_to_deadline(base, 0);
        assert_noop!(post(base, 0, drawn, proofs), Error::<Test>::WrongPhase);
    });
}

#[test]
fn a_challenge_has_as_many_samples_as_drawn_and_a_proof_for_each() {
    run(|| {
        let base = in_prove(&[ALICE]);
        let (drawn, proofs) = samples(&Zkpot::challenge_indices(base, 0));
        let size = |drawn: &[_], proofs: &[_]| post(base, 0, drawn.to_vec(), proofs.to_vec());
        assert_noop!(size(&drawn[1..], &proofs[1..]), Error::<Test>::ChallengeSizeMismatch);
        assert_noop!(size(&drawn, &proofs[1..]), Error::<Test>::ChallengeSizeMismatch);
        assert_noop!(size(&[], &[]), Error::<Test>::ChallengeSizeMismatch);
        let (one_more, one_more_proof) = samples(&[0]);
        assert_noop!(
            post(base, 0, [drawn, one_more].concat(), [proofs, one_more_proof].concat()),
            Error::<Test>::ChallengeSizeMismatch
        );
    });
}

#[test]
fn a_sample_has_the_shape_of_the_base_model() {
    run(|| {
        let base = in_prove(&[ALICE]);
        let (drawn, proofs) = samples(&Zkpot::challenge_indices(base, 0));
        for features in [vec![1], vec![1, 2, 3], vec![]] {
            let mut changed = drawn.clone();
            changed[1].features = features.try_into().expect("few");
            assert_noop!(post(base, 0, changed, proofs.clone()), Error::<Test>::ChallengeSampleMalformed);
        }
        let mut changed = drawn;
        changed[3].label = SHAPE.classes as u8;
        assert_noop!(post(base, 0, changed, proofs), Error::<Test>::ChallengeSampleMalformed);
    });
}

#[test]
fn every_sample_is_the_drawn_one_of_the_test_set() {
    run(|| {
        let base = in_prove(&[ALICE]);
        let indices = Zkpot::challenge_indices(base, 0);
        let (drawn, proofs) = samples(&indices);
        let refused = |samples: Vec<_>, proofs: Vec<_>| {
            assert_noop!(post(base, 0, samples, proofs), Error::<Test>::ChallengeSampleNotInTestSet);
        };
        // Another feature, another label.
        let mut changed = drawn.clone();
        changed[2].features[0] ^= 1;
        refused(changed, proofs.clone());
        let mut changed = drawn.clone();
        changed[0].label = (changed[0].label + 1) % SHAPE.classes as u8;
        refused(changed, proofs.clone());
        // Samples of the test set, but not those drawn, or not in their order.
        let mut others = indices.clone();
        others[1] = (0..11).find(|place| !indices.contains(place)).expect("more samples than drawn");
        let (other_samples, other_proofs) = samples(&others);
        refused(other_samples, other_proofs);
        let swapped = |list: &[_]| [&list[1..2], &list[..1], &list[2..]].concat();
        let (in_order, their_proofs) = samples(&swapped(&indices));
        refused(in_order, their_proofs);
        // One sample for all.
        let (same, same_proofs) = samples(&[indices[0]; CHALLENGE as usize]);
        refused(same, same_proofs);
        // Proofs that are shorter or as long as may be.
        let mut short = proofs.clone();
        short[0].pop();
        refused(drawn.clone(), short);
        let mut long = proofs.clone();
        long[0] = vec![H256::zero(); MAX_DEPTH as usize].try_into().expect("no longer than may be");
        refused(drawn, long);
    });
}

#[test]
fn the_value_of_a_challenge_is_that_of_its_samples_at_canonical_points() {
    run(|| {
        let base = in_prove(&[ALICE]);
        let (r, z) = (number(5), number(7));
        assert_noop!(Zkpot::challenge_value(base, 0, &r, &z), Error::<Test>::ChallengeNotPosted);
        post_challenge(base, 0);
        let (samples, _) = samples(&Zkpot::challenge_indices(base, 0));
        let expected = challenge::evaluate(&samples, &r, &z).expect("canonical");
        assert_eq!(Zkpot::challenge_value(base, 0, &r, &z), Ok((expected, CHALLENGE.into())));
        assert_noop!(Zkpot::challenge_value(base, 0, &[255; 32], &z), Error::<Test>::PublicInputNotCanonical);
        assert_noop!(Zkpot::challenge_value(base, 0, &r, &[255; 32]), Error::<Test>::PublicInputNotCanonical);
    });
}
