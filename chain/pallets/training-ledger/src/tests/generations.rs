// SPDX-License-Identifier: Apache-2.0
use super::{rounds::*, scenario::*};
use crate::{mock::*, *};
use pallet_user_models::{Accuracy, BaseModels, Error as UserModelsError, Generation, Generations};
use pallet_zkpot::{Error as ZkpotError, Outcome, Phase, VerifyingKeyRecord, VerifyingKeys};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::H256,
};
use training_primitives::{groth16, test_utils::g2_outside_subgroup, *};

/// A federation whose first round is sealed and waits for its generation; the committee opened the aggregate.
fn in_decrypt() -> BaseModelId {
    let base = sealed();
    open_aggregate(base, 0);
    base
}

/// A federation whose first round is sealed.
fn sealed() -> BaseModelId {
    let base = federation();
    record(USER, fork(USER, base));
    record_of_another(base);
    run_round(base, 0);
    base
}

fn newest(base: BaseModelId) -> GenerationIndex {
    BaseModels::<Test>::get(base).expect("a base model").generation
}

#[test]
fn the_owner_records_the_generation_that_a_block_makes() {
    run(|| {
        let base = in_decrypt();
        let new = NewGeneration::new(base, 0);
        let state = new.state.clone();
        events();
        assert_ok!(new.submit());
        let accuracy = Accuracy { before: 3, after: 4, samples: 5, proven_correct: 2, challenge: 2 };
        assert_eq!(events(), [Event::GenerationRecorded { base, generation: 1, round: 0, accuracy }]);
        let expected = Generation { state, parent: Some(0), block: Some(1), accuracy: Some(accuracy) };
        assert_eq!(Generations::<Test>::get(base, 1), Some(expected));
        assert_eq!(newest(base), 1);
        assert_eq!((round(base, 0).phase, round(base, 0).outcome), (Phase::Closed, Some(Outcome::Sealed)));
    });
}

#[test]
fn only_the_owner_records_a_generation() {
    run(|| {
        let base = in_decrypt();
        let new = NewGeneration::new(base, 0);
        assert_noop!(new.clone().submit_as(WORKER), Error::<Test>::NotBaseModelOwner);
        let of_no_base = NewGeneration { base: H256::zero(), ..new };
        assert_noop!(of_no_base.submit(), UserModelsError::<Test>::BaseModelNotFound);
    });
}

#[test]
fn a_round_makes_one_generation() {
    run(|| {
        let base = in_decrypt();
        let (new, again) = (NewGeneration::new(base, 0), NewGeneration::new(base, 0));
        assert_ok!(new.clone().submit());
        assert_noop!(new.submit(), Error::<Test>::WrongPhase);
        assert_noop!(again.submit(), Error::<Test>::WrongPhase);
        assert_eq!(newest(base), 1);
    });
}

#[test]
fn a_generation_needs_a_sealed_block() {
    run(|| {
        let base = federation();
        record(USER, fork(USER, base));
        record_of_another(base);
        open(base);
        let unsealed = |round| NewGeneration {
            base,
            round,
            state: ModelState { content: H256::zero(), commitment: fresh() },
            before: 0,
            after: 0,
            correct: 0,
            r: fresh(),
            z: fresh(),
            proof: [0; 128],
        };
        assert_noop!(unsealed(0).submit(), Error::<Test>::WrongPhase);
        assert_noop!(unsealed(1).submit(), Error::<Test>::RoundNotFound);
        to_seal(base, 0);
        assert_noop!(unsealed(0).submit(), Error::<Test>::WrongPhase);
        miss_deadline(base, 0);
        miss_deadline(base, 0);
        assert_eq!(round(base, 0).outcome, Some(Outcome::Empty));
        assert_noop!(unsealed(0).submit(), Error::<Test>::WrongPhase);
    });
}

#[test]
fn a_generation_needs_all_shares_of_an_attempt() {
    run(|| {
        let base = sealed();
        let new = NewGeneration::new(base, 0);
        let incomplete = || {
            assert_noop!(new.clone().submit(), Error::<Test>::OpeningIncomplete);
        };
        incomplete();
        let content = block_at(base, 0).aggregate.content;
        for member in &MEMBERS {
            assert_ok!(Committee::approve_aggregate(signed(*member), base, 0, content));
            incomplete();
        }
        let submit =
            |member, attempt| Committee::submit_partial_decryption(signed(member), base, 0, attempt, H256::zero());
        assert_ok!(submit(MEMBERS[0], 0));
        incomplete();
        // The second member is silent, the third comes in.
        for _ in 0..3 {
            next_block();
        }
        assert_ok!(Committee::next_attempt(signed(MEMBERS[2]), base, 0));
        assert_ok!(submit(MEMBERS[2], 1));
        incomplete();
        assert_ok!(submit(MEMBERS[0], 1));
        assert_ok!(new.submit());
    });
}

#[test]
fn a_generation_can_be_recorded_late_until_another_block_is_sealed() {
    run(|| {
        let base = in_decrypt();
        miss_deadline(base, 0);
        assert_eq!(round(base, 0).outcome, Some(Outcome::Undecrypted));
        record(USER, fork(USER, base));
        record_of_another(base);
        open(base);
        to_seal(base, 1);
        // The next round is about to seal: there is still time.
        let late = NewGeneration::new(base, 0);
        assert_ok!(late.submit());
        assert_eq!(round(base, 0).outcome, Some(Outcome::Sealed));
        assert_eq!(newest(base), 1);
        seal(base, 1);
        open_aggregate(base, 1);
        assert_ok!(NewGeneration::new(base, 1).submit());
        assert_eq!(newest(base), 2);
    });
}

#[test]
fn a_generation_is_stale_once_another_block_is_sealed() {
    run(|| {
        let base = in_decrypt();
        let late = NewGeneration::new(base, 0);
        miss_deadline(base, 0);
        record(USER, fork(USER, base));
        record_of_another(base);
        run_round(base, 1);
        assert_noop!(late.submit(), Error::<Test>::GenerationStale);
        open_aggregate(base, 1);
        assert_ok!(NewGeneration::new(base, 1).submit());
        assert_eq!(newest(base), 1);
    });
}

#[test]
fn a_later_block_of_another_federation_changes_nothing() {
    run(|| {
        let base = in_decrypt();
        let new = NewGeneration::new(base, 0);
        let other = register_base();
        record(USER, fork(USER, other));
        record_of_another(other);
        run_round(other, 0);
        assert_ok!(new.submit());
    });
}

#[test]
fn an_accuracy_is_possible() {
    run(|| {
        let base = in_decrypt();
        let new = NewGeneration::new(base, 0);
        let too_many = u32::from(TEST_SAMPLES) + 1;
        let impossible =
            [NewGeneration { before: too_many, ..new.clone() }, NewGeneration { after: too_many, ..new.clone() }];
        for new in impossible {
            assert_noop!(new.submit(), Error::<Test>::AccuracyOutOfRange);
        }
        let correct = u32::from(CHALLENGE) + 1;
        let proven = NewGeneration { correct, ..new.clone() }.proven_for(
            UserModels::genesis_hash(),
            OWNER,
            &BindingContext::Generation { base, generation: 1 },
        );
        assert_noop!(proven.submit(), Error::<Test>::CorrectOutOfRange);
        let all = NewGeneration { before: TEST_SAMPLES.into(), after: TEST_SAMPLES.into(), ..new };
        assert_ok!(all.submit());
    });
}

#[test]
fn a_proof_holds_for_one_generation_only() {
    run(|| {
        let base = in_decrypt();
        let new = NewGeneration::new(base, 0);
        let (genesis, this) = (UserModels::genesis_hash(), BindingContext::Generation { base, generation: 1 });
        let state = ModelState { commitment: fresh(), ..new.state.clone() };
        let others = [
            NewGeneration { state, ..new.clone() },
            NewGeneration { correct: 1, ..new.clone() },
            NewGeneration { r: fresh(), ..new.clone() },
            NewGeneration { z: fresh(), ..new.clone() },
            new.clone().proven_for(genesis, WORKER, &this),
            new.clone().proven_for(H256::zero(), OWNER, &this),
            new.clone().proven_for(genesis, OWNER, &BindingContext::Generation { base, generation: 2 }),
            new.clone().proven_for(genesis, OWNER, &BindingContext::Generation { base: H256::zero(), generation: 1 }),
            new.clone().proven_for(genesis, OWNER, &BindingContext::Round { base, round: 0 }),
        ];
        for other in others {
            assert_noop!(other.submit(), Error::<Test>::ZkpotProofRejected);
        }
        assert_ok!(new.submit());
    });
}

#[test]
fn malformed_proofs_and_inputs_are_refused() {
    run(|| {
        let base = in_decrypt();
        let new = NewGeneration::new(base, 0);
        let mut outside = new.proof;
        outside[32..96].copy_from_slice(&g2_outside_subgroup());
        for proof in [[0; 128], [255; 128], outside] {
            let malformed = NewGeneration { proof, ..new.clone() };
            assert_noop!(malformed.submit(), Error::<Test>::ProofMalformed);
        }
        let state = ModelState { commitment: [255; 32], ..new.state.clone() };
        let no_scalar = NewGeneration { state, ..new.clone() };
        assert_noop!(no_scalar.submit(), Error::<Test>::CommitmentNotCanonical);
        for (r, z) in [([255; 32], new.z), (new.r, [255; 32])] {
            let point = NewGeneration { r, z, ..new.clone() };
            assert_noop!(point.submit(), ZkpotError::<Test>::PublicInputNotCanonical);
        }
        let place = (None::<BaseModelId>, Circuit::Zkpot, SHAPE);
        VerifyingKeys::<Test>::remove(place);
        assert_noop!(new.clone().submit(), Error::<Test>::VerifyingKeyNotFound);
        let ownership = &CIRCUITS[&Circuit::Ownership].key;
        let key = groth16::check_key(ownership, Circuit::Ownership.arity()).expect("a valid key");
        let key = key.try_into().expect("a short key");
        VerifyingKeys::<Test>::insert(place, VerifyingKeyRecord { key, samples: CHALLENGE });
        assert_noop!(new.submit(), Error::<Test>::WrongPublicInputCount);
    });
}
