// SPDX-License-Identifier: Apache-2.0
use crate::{
    mock::{Committee, *},
    weights::SubstrateWeight,
    *,
};
use polkadot_sdk::{
    frame_support::{
        dispatch::GetDispatchInfo,
        traits::{StorageInfo, StorageInfoTrait},
    },
    sp_core::H256,
};

type Weights = SubstrateWeight<Test>;

#[test]
fn no_call_is_free() {
    let weights = [
        Weights::form_committee(),
        Weights::member_step(),
        Weights::exclude_ops(0),
        Weights::approve_aggregate(),
        Weights::submit_partial_decryption(),
        Weights::next_attempt(),
        Weights::move_opening(0),
    ];
    for weight in weights {
        assert!(weight.ref_time() > 0 && weight.proof_size() > 0);
    }
}

#[test]
fn a_vote_is_charged_for_its_ops() {
    let charged = |ops: Vec<u64>| {
        let call = Call::<Test>::exclude_ops { base: H256::zero(), sequences: ops.try_into().expect("few") };
        call.get_dispatch_info().call_weight
    };
    assert_eq!(charged(vec![]), Weights::exclude_ops(0));
    assert_eq!(charged((0..64).collect()), Weights::exclude_ops(64));
    assert!(Weights::exclude_ops(2).all_gt(Weights::exclude_ops(1)));
}

#[test]
fn a_migrated_round_is_charged_for_the_attempts_that_are_read() {
    assert!(Weights::move_opening(2).all_gt(Weights::move_opening(1)));
}

#[test]
fn every_record_is_bounded() {
    let storage: Vec<StorageInfo> = Committee::storage_info();
    assert_eq!(storage.len(), 8);
    for info in storage {
        let name = String::from_utf8(info.storage_name).expect("a name");
        assert!(info.max_size.is_some_and(|size| size < 16_384), "{name}");
    }
}
