// SPDX-License-Identifier: Apache-2.0
use super::{scenario::*, world::*};
use crate::{mock::*, *};
use pallet_user_models::Error as UserModelsError;
use polkadot_sdk::frame_support::{assert_noop, assert_ok};
use training_primitives::{groth16::number, *};

#[test]
fn the_first_sync_sends_everything_in_turn() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 40);
    let fee = world.on(A, || {
        let fee = UserModelSync::sync_fee(model, B).expect("an estimate");
        assert_ok!(sync(model, B));
        let target = B;
        assert_eq!(events(), [Event::SyncSent { model, target, nonce: 1, first: 0, count: MAX_SYNC_OPS, fee }]);
        assert_eq!(request_state(model, B), RequestState::Pending);
        fee
    });
    let sent = world.deliver();
    assert_eq!(fee, BASE_FEE + BYTE_FEE * codec::Encode::encoded_size(&without_topic(&sent)) as u64);
    let record = world.on(A, || model_record(model));
    world.on(B, || {
        assert_eq!(events(), [Event::MirrorUpdated { para: A, model, nonce: 1, length: 32 }]);
        let mirror = Mirrors::<Test>::get(A, model).expect("a mirror");
        let last = MirrorOps::<Test>::get((A, model), 31).expect("an op");
        assert_eq!((mirror.length, mirror.head, mirror.record.length), (32, last.id, 40));
        // The state is that after the last op that is known, not the newest.
        assert_eq!(mirror.state.commitment, last.op.claims.state);
        assert_ne!(mirror.state, record.state);
    });
    world.deliver_all();
    world.on(A, || {
        let acknowledged = Event::SyncAcknowledged { model, target: B, nonce: 1, acknowledged: 32 };
        assert_eq!(events(), [acknowledged]);
        assert_eq!(request_state(model, B), RequestState::Acknowledged);
        assert_ok!(sync(model, B));
    });
    world.deliver_all();
    world.on(B, || {
        let mirror = Mirrors::<Test>::get(A, model).expect("a mirror");
        assert_eq!((mirror.length, mirror.head, mirror.state), (40, record.head, record.state));
        assert_eq!(MirrorOps::<Test>::iter_prefix((A, model)).count(), 40);
        assert!((0..40).all(|index| {
            let mirrored = MirrorOps::<Test>::get((A, model), index).expect("an op");
            mirrored.op.id() == mirrored.id && mirrored.op.index == index && mirrored.block == 1
        }));
    });
    world.on(A, || {
        assert_eq!((route(model, B).acknowledged, route(model, B).request.nonce), (40, 2));
        assert_noop!(sync(model, B), Error::<Test>::NothingToSync);
        assert_eq!(UserModelSync::sync_fee(model, B), None);
    });
}

fn without_topic(sent: &Sent) -> polkadot_sdk::staging_xcm::latest::Xcm<()> {
    let mut xcm = sent.xcm.clone();
    xcm.0.pop();
    xcm
}

#[test]
fn later_syncs_send_what_is_new() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 3);
    sync_all(&mut world, A, B, model);
    world.on(A, || {
        train(model, 2);
        assert_ok!(sync(model, B));
    });
    let message = message_of(&world.deliver());
    assert_eq!((message.nonce, message.first, message.ops.len(), message.blocks.len()), (2, 3, 2, 1));
    world.deliver_all();
    world.on(B, || assert_eq!(Mirrors::<Test>::get(A, model).map(|mirror| mirror.length), Some(5)));
}

#[test]
fn only_sealed_ops_travel() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 2);
    world.on(A, || {
        assert_ok!(record(USER, model));
        assert_ok!(sync(model, B));
    });
    assert_eq!(message_of(&world.deliver()).ops.len(), 2);
    world.deliver_all();
    world.on(A, || {
        assert_noop!(sync(model, B), Error::<Test>::NothingToSync);
        seal();
        assert_ok!(sync(model, B));
    });
    world.deliver_all();
    world.on(B, || assert_eq!(Mirrors::<Test>::get(A, model).map(|mirror| mirror.length), Some(3)));
}

#[test]
fn a_model_without_ops_and_an_adopted_generation_travel_too() {
    let mut world = world(&[A, B]);
    let model = world.on(A, || fork(USER, number(77)));
    sync_all(&mut world, A, B, model);
    let mirror = |world: &mut World| world.on(B, || Mirrors::<Test>::get(A, model).expect("a mirror"));
    assert_eq!((mirror(&mut world).length, mirror(&mut world).record.version), (0, 0));
    let newest = ModelState { content: H256::repeat_byte(5), commitment: number(5) };
    world.on(A, || {
        let accuracy =
            pallet_user_models::Accuracy { before: 0, after: 1, samples: 1, proven_correct: 1, challenge: 1 };
        assert_ok!(UserModels::record_generation(base_of(A), newest.clone(), 1, accuracy));
        assert_noop!(sync(model, B), Error::<Test>::NothingToSync);
        assert_ok!(UserModels::adopt_generation(signed(USER), model));
    });
    sync_all(&mut world, A, B, model);
    assert_eq!((mirror(&mut world).state, mirror(&mut world).record.version), (newest, 1));
}

#[test]
fn a_message_has_as_many_blocks_and_leaves_as_it_may() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 1);
    // A fifth block does not fit.
    world.on(A, || {
        (0..4).for_each(|_| train(model, 1));
        assert_ok!(sync(model, B));
    });
    let message = message_of(&world.deliver());
    assert_eq!((message.blocks.len(), message.ops.len()), (4, 4));
    world.deliver_all();
    sync_all(&mut world, A, B, model);
    // Nor do two blocks whose trees are too large together, however few ops of the model are in them.
    world.on(A, || {
        let crowd = fork(OTHER, number(78));
        for _ in 0..2 {
            // The first of its block's leaves has a sibling on every level.
            assert_ok!(record(USER, model));
            (0..MAX_SYNC_LEAVES / 2).for_each(|_| {
                assert_ok!(record(OTHER, crowd));
            });
            seal();
        }
        assert_ok!(sync(model, B));
    });
    let message = message_of(&world.deliver());
    assert_eq!((message.blocks.len(), message.ops.len()), (1, 1));
    assert_eq!(message.ops[0].proof.len() as u32, MAX_PROOF);
    world.deliver_all();
    sync_all(&mut world, A, B, model);
    world.on(B, || assert_eq!(Mirrors::<Test>::get(A, model).map(|mirror| mirror.length), Some(7)));
}

#[test]
fn the_largest_message_fits_a_channel() {
    // What relay chains allow by default.
    const MAX_MESSAGE_SIZE: usize = 102_400;
    let call = RuntimeCall::from(Call::<Test>::receive_sync { message: zeroed() });
    let largest = <SyncMessage<[u8; 32]> as codec::MaxEncodedLen>::max_encoded_len();
    assert!(largest < MAX_MESSAGE_SIZE - 1_000, "{largest}");
    assert!(codec::Encode::encoded_size(&call) < largest);
}

#[test]
fn only_the_owner_syncs_and_to_an_accepted_chain() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 1);
    world.on(A, || {
        let sync_as = |account, model, target| {
            UserModelSync::sync_model(signed(account), model, target).map(|_| ()).map_err(|refused| refused.error)
        };
        assert_noop!(sync_as(OTHER, model, B), UserModelsError::<Test>::NotModelOwner);
        assert_noop!(sync_as(USER, H256::zero(), B), UserModelsError::<Test>::ModelNotFound);
        for unknown in [A, C] {
            assert_noop!(sync_as(USER, model, unknown), Error::<Test>::ChainNotAccepted);
        }
    });
}

#[test]
fn one_request_to_a_chain_is_outstanding_at_a_time() {
    let mut world = world(&[A, B, C]);
    let model = trained(&mut world, 1);
    world.on(A, || {
        assert_ok!(sync(model, B));
        assert_noop!(sync(model, B), Error::<Test>::RequestOutstanding);
        // What a retry would cost.
        assert!(UserModelSync::sync_fee(model, B).is_some());
        // Other chains and other models do not wait.
        assert_ok!(sync(model, C));
        let other = fork(USER, number(77));
        assert_ok!(sync(other, B));
    });
}

#[test]
fn the_sender_pays_the_estimate() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 3);
    world.on(A, || {
        for price in [0, 1_000] {
            ChannelPrice::set(price);
            let fee = UserModelSync::sync_fee(model, B).expect("an estimate");
            assert!(fee > BASE_FEE + BYTE_FEE * 5_000 + 2 * price as u64);
            let (before, issued) = (Balances::free_balance(USER), Balances::total_issuance());
            if price == 0 {
                assert_ok!(sync(model, B));
            } else {
                assert_ok!(retry(model, B, 1));
            }
            assert_eq!((before - Balances::free_balance(USER), issued - Balances::total_issuance()), (fee, fee));
        }
        let retry = UserModelSync::retry_sync(signed(POOR), model, B, 1).map(|_| ()).map_err(|refused| refused.error);
        assert_noop!(retry, Error::<Test>::FeeNotPaid);
    });
}

#[test]
fn what_cannot_be_sent_is_not_recorded_and_costs_nothing() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 1);
    let offered = offer(&mut world, A, B, model, USER);
    world.on(A, || {
        let errors = [
            ("NoChannel", Error::<Test>::ChannelNotOpen),
            ("TooBig", Error::<Test>::MessageTooLarge),
            ("QueueFull", Error::<Test>::SendFailed),
        ];
        for (channel, error) in errors {
            ChannelError::set(Some(channel));
            let refused = polkadot_sdk::frame_support::storage::with_storage_layer(|| sync(model, B));
            assert_eq!(refused, Err(error.into()));
            let layered =
                polkadot_sdk::frame_support::storage::with_storage_layer(|| hand_over(model, B, offered.clone()));
            assert!(layered.is_err());
            assert_eq!(Balances::free_balance(USER), ENDOWMENT);
            assert!(Routes::<Test>::get(model, B).is_none());
        }
        ChannelError::set(None);
        assert_ok!(record(USER, model));
    });
    assert_eq!(on_the_way(), 0);
}
