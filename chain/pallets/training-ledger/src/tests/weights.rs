// SPDX-License-Identifier: Apache-2.0
use super::scenario::rules;
use crate::{mock::*, weights::SubstrateWeight, *};
use polkadot_sdk::{
    frame_support::{
        dispatch::GetDispatchInfo,
        traits::{StorageInfo, StorageInfoTrait},
    },
    sp_core::H256,
};
use training_primitives::{AggregatedUpdate, MlDsaSignature, Rules};

type Weights = SubstrateWeight<Test>;

#[test]
fn no_call_is_free() {
    let weights = [
        Weights::register_inference_node(),
        Weights::remove_inference_node(),
        Weights::seal_block(0, 0),
        Weights::record_training(),
        Weights::record_contribution(),
        Weights::record_generation(1, 1),
    ];
    for weight in weights {
        assert!(weight.ref_time() > 0 && weight.proof_size() > 0);
    }
    // Proofs and signatures cost more than plain calls, and three proofs more than one.
    for weight in &weights[2..] {
        assert!(weight.ref_time() > 4 * weights[0].ref_time());
    }
    assert!(weights[3].ref_time() > 2 * weights[4].ref_time());
}

#[test]
fn a_block_weighs_more_with_every_op() {
    for ops in [0, 1, 100, Rules::MAX_OPS - 1] {
        assert!(Weights::seal_block(ops + 1, 0).all_gt(Weights::seal_block(ops, 0)));
        assert!(Weights::seal_block(ops, ops + 1).ref_time() > Weights::seal_block(ops, ops).ref_time());
        assert!(Weights::close_unsealable_round(ops + 1).all_gt(Weights::close_unsealable_round(ops)));
        assert!(Weights::pass_over_ops(ops + 1).all_gt(Weights::pass_over_ops(ops)));
    }
}

#[test]
fn sealing_is_charged_for_the_ops_that_it_says_and_no_more_than_a_round_takes() {
    let charged = |contributors, excluded: u32| {
        let call = Call::<Test>::seal_block {
            base: H256::zero(),
            round: 0,
            timestamp: 0,
            merkle_root: H256::zero(),
            aggregate: AggregatedUpdate {
                content: H256::zero(),
                commitment: [0; 32],
                contributors,
                excluded: (0..excluded.into()).collect::<Vec<_>>().try_into().expect("no more than there can be"),
            },
            parent: H256::zero(),
            signature: MlDsaSignature::default(),
        };
        call.get_dispatch_info().call_weight
    };
    let most = Rules::MAX_OPS;
    assert_eq!(charged(rules().max_ops, 0), Weights::seal_block(rules().max_ops, 0));
    assert_eq!(charged(3, 2), Weights::seal_block(5, 2));
    assert_eq!(charged(u32::MAX, most), Weights::seal_block(most, most));
}

#[test]
fn what_cannot_be_sealed_is_charged_for_the_most_before_and_for_what_was_read_after() {
    let close = Call::<Test>::close_unsealable_round { base: H256::zero(), round: 0 };
    assert_eq!(close.get_dispatch_info().call_weight, Weights::close_unsealable_round(Rules::MAX_OPS));
    let pass = Call::<Test>::pass_over_ops { base: H256::zero(), count: 1 };
    assert_eq!(pass.get_dispatch_info().call_weight, Weights::pass_over_ops(Rules::MAX_OPS + MAX_PASSED_OVER));
}

#[test]
fn every_record_is_bounded() {
    let storage: Vec<StorageInfo> = TrainingLedger::storage_info();
    assert_eq!(storage.len(), 20);
    for info in storage {
        let name = String::from_utf8(info.storage_name).expect("a name");
        assert!(info.max_size.is_some_and(|size| size < 16_384), "{name}");
    }
}
