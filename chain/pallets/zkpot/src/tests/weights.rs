// SPDX-License-Identifier: Apache-2.0
use crate::{mock::*, weights::SubstrateWeight, *};
use codec::MaxEncodedLen;
use polkadot_sdk::frame_support::{
    dispatch::GetDispatchInfo,
    traits::{StorageInfo, StorageInfoTrait},
    weights::Weight,
};
use training_primitives::{Circuit, MAX_CHALLENGE_SAMPLES};

type Weights = SubstrateWeight<Test>;

#[test]
fn no_call_is_free() {
    let weights = [
        Weights::leave_federation(),
        Weights::open_round(),
        Weights::close_collect(),
        Weights::commit_model(),
        Weights::post_challenge(0, 0, 0),
        Weights::join_federation(),
        Weights::submit_zkpot(1, 1),
        Weights::register_verifying_key(Circuit::Ownership),
    ];
    for weight in weights {
        assert!(weight.ref_time() > 0 && weight.proof_size() > 0);
    }
    // Proofs cost more than plain calls, and signatures more than leaving again.
    for weight in &weights[6..] {
        assert!(weight.ref_time() > 4 * weights[1].ref_time());
    }
    assert!(weights[5].ref_time() > weights[0].ref_time());
}

#[test]
fn a_proof_weighs_more_with_every_sample_and_feature() {
    let weight = Weights::submit_zkpot;
    assert!(weight(65, 64).ref_time() > weight(64, 64).ref_time());
    assert!(weight(64, 65).ref_time() > weight(64, 64).ref_time());
}

#[test]
fn a_key_with_more_public_inputs_weighs_more() {
    let weight = Weights::register_verifying_key;
    assert!(weight(Circuit::Zkpot).ref_time() > weight(Circuit::Interaction).ref_time());
    assert!(weight(Circuit::Interaction).ref_time() > weight(Circuit::Ownership).ref_time());
}

#[test]
fn a_challenge_weighs_more_with_every_sample_byte_and_sibling() {
    let weight = Weights::post_challenge;
    let base = weight(4, 100, 20);
    assert!(weight(5, 100, 20).all_gt(base));
    assert!(weight(4, 300, 20).all_gt(base));
    assert!(weight(4, 100, 21).ref_time() > base.ref_time());
}

#[test]
fn a_challenge_call_is_charged_for_what_it_carries() {
    let call = |samples: usize, features: usize, siblings: usize| {
        let sample =
            training_primitives::ChallengeSample { features: vec![0; features].try_into().expect("few"), label: 0 };
        let proof: SampleProof = vec![H256::zero(); siblings].try_into().expect("few");
        let call = Call::<Test>::post_challenge {
            base: H256::zero(),
            round: 0,
            samples: vec![sample; samples].try_into().expect("few"),
            proofs: vec![proof; samples].try_into().expect("few"),
        };
        call.get_dispatch_info().call_weight
    };
    assert_eq!(call(4, 64, 5), Weights::post_challenge(4, 64, 20));
    assert_eq!(call(0, 0, 0), Weights::post_challenge(0, 0, 0));
    let most = call(MAX_CHALLENGE_SAMPLES as usize, 1_024, 32);
    assert!(most.all_gt(call(4, 64, 5)));
}

#[test]
fn a_block_weighs_more_with_every_round_and_ranked_entry() {
    let weight = Weights::on_initialize;
    assert!(weight(2, 1).all_gt(weight(1, 1)));
    let (two, one): (Weight, Weight) = (weight(1, 2), weight(1, 1));
    assert!(two.proof_size() > one.proof_size() && two.ref_time() > one.ref_time());
    assert!(weight(0, 0).ref_time() > 0);
    assert!(Weights::put_off(1).all_gt(Weights::put_off(0)));
}

#[test]
fn every_record_is_bounded() {
    let storage: Vec<StorageInfo> = Zkpot::storage_info();
    assert_eq!(storage.len(), 10);
    for info in storage {
        let name = String::from_utf8(info.storage_name).expect("a name");
        assert!(info.max_size.is_some_and(|size| size < 1_000_000), "{name}");
    }
    // The longest record is a challenge.
    assert!(ChallengeSamples::max_encoded_len() < 600_000);
}
