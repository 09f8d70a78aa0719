// SPDX-License-Identifier: Apache-2.0
use super::{scenario::*, world::*};
use crate::{mock::*, weights::SubstrateWeight, *};
use polkadot_sdk::{
    frame_support::{
        dispatch::GetDispatchInfo,
        traits::StorageInfoTrait,
        weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight},
    },
    sp_runtime::Perbill,
};

type Weights = SubstrateWeight<Test>;

/// Two seconds and 10 MB.
const MAX_BLOCK: Weight = Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, 10 * 1024 * 1024);

#[test]
fn a_message_weighs_what_is_in_it() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 5);
    world.on(A, || sync(model, B).expect("synced"));
    let sent = take();
    let weight = call_of(&sent).get_dispatch_info().call_weight;
    assert_eq!(weight, Weights::receive(5, 1, false));
    assert!(Weights::receive(6, 1, false).all_gt(weight) && Weights::receive(5, 2, false).all_gt(weight));
    // The proof of a hand-over is most of what it costs.
    assert!(Weights::receive(0, 0, true).ref_time() > 4 * Weights::receive(0, 0, false).ref_time());
}

#[test]
fn the_largest_message_fits_what_is_left_for_messages() {
    let service = Perbill::from_percent(35) * MAX_BLOCK;
    assert!(Weights::receive(MAX_SYNC_OPS, MAX_SYNC_BLOCKS, true).all_lt(service));
    let normal = Perbill::from_percent(65) * MAX_BLOCK;
    assert!(Weights::send(MAX_SYNC_OPS, MAX_SYNC_BLOCKS, MAX_SYNC_LEAVES).all_lt(normal));
}

#[test]
fn a_sender_pays_the_weight_of_its_own_message() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 5);
    world.on(A, || {
        let most = Call::<Test>::sync_model { model, target: B }.get_dispatch_info().call_weight;
        let paid = UserModelSync::sync_model(signed(USER), model, B).expect("synced").actual_weight;
        assert_eq!(paid, Some(Weights::send(5, 1, 5)));
        assert!(most.all_gt(Weights::send(5, 1, 5)));
    });
}

#[test]
fn every_record_is_bounded() {
    for info in UserModelSync::storage_info() {
        let name = String::from_utf8(info.storage_name).expect("a name");
        assert!(info.max_size.is_some_and(|size| size < 4_096), "{name}");
    }
}
