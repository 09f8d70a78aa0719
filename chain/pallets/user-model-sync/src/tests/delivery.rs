// SPDX-License-Identifier: Apache-2.0
//! Messages and answers that are lost, late, doubled or out of order.

use super::{scenario::*, world::*};
use crate::{mock::*, *};
use polkadot_sdk::frame_support::{assert_noop, assert_ok};

fn to_deadline() {
    System::set_block_number(System::block_number() + TIMEOUT);
}

fn mirrored(world: &mut World, model: training_primitives::ModelId) -> Option<u32> {
    world.on(B, || Mirrors::<Test>::get(A, model).map(|mirror| mirror.length))
}

#[test]
fn a_lost_message_times_out_and_a_retry_brings_it() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 2);
    world.on(A, || {
        assert_ok!(sync(model, B));
    });
    let lost = take();
    world.on(A, || {
        assert_noop!(UserModelSync::expire_sync(signed(OTHER), model, B, 1), Error::<Test>::DeadlineNotReached);
        to_deadline();
        // Whoever reads sees it before anybody says it.
        assert_eq!(request_state(model, B), RequestState::TimedOut);
        assert_eq!(route(model, B).request.state, RequestState::Pending);
        events();
        assert_ok!(UserModelSync::expire_sync(signed(OTHER), model, B, 1));
        assert_eq!(events(), [Event::SyncTimedOut { model, target: B, nonce: 1 }]);
        assert_eq!(route(model, B).request.state, RequestState::TimedOut);
        let again = UserModelSync::expire_sync(signed(OTHER), model, B, 1);
        assert_noop!(again, Error::<Test>::DeadlineNotReached);
        assert_noop!(sync(model, B), Error::<Test>::RequestOutstanding);
        // Ops and versions that came meanwhile are not in it: it is the same message.
        train(model, 1);
        assert_ok!(retry(model, B, 1));
        assert_eq!(request_state(model, B), RequestState::Pending);
    });
    assert_eq!(world.deliver().xcm, lost.xcm);
    world.deliver_all();
    assert_eq!(mirrored(&mut world, model), Some(2));
    world.on(A, || assert_eq!(request_state(model, B), RequestState::Acknowledged));
    sync_all(&mut world, A, B, model);
    assert_eq!(mirrored(&mut world, model), Some(3));
}

#[test]
fn a_lost_answer_is_given_again() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 2);
    world.on(A, || {
        assert_ok!(sync(model, B));
    });
    world.deliver();
    take();
    world.on(A, || {
        to_deadline();
        assert_ok!(retry(model, B, 1));
    });
    let before = world.on(B, || {
        events();
        stored()
    });
    world.deliver();
    world.on(B, || {
        assert_eq!(events(), [Event::MessageRepeated { para: A, model, nonce: 1 }]);
        assert_eq!(stored(), before);
    });
    world.deliver_all();
    world.on(A, || assert_eq!(request_state(model, B), RequestState::Acknowledged));
    assert_eq!(mirrored(&mut world, model), Some(2));
}

#[test]
fn an_answer_that_cannot_be_sent_keeps_what_was_accepted() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 2);
    world.on(A, || {
        assert_ok!(sync(model, B));
    });
    ChannelError::set(Some("QueueFull"));
    world.deliver();
    world.on(B, || assert!(events().contains(&Event::AnswerNotSent { para: A, model, nonce: 1 })));
    ChannelError::set(None);
    assert_eq!((on_the_way(), mirrored(&mut world, model)), (0, Some(2)));
    world.on(A, || {
        assert_ok!(retry(model, B, 1));
    });
    world.deliver_all();
    world.on(A, || assert_eq!(request_state(model, B), RequestState::Acknowledged));
}

#[test]
fn an_answer_counts_however_late_it_is() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 1);
    world.on(A, || {
        assert_ok!(sync(model, B));
    });
    world.deliver();
    world.on(A, || {
        to_deadline();
        assert_ok!(UserModelSync::expire_sync(signed(USER), model, B, 1));
    });
    world.deliver();
    world.on(A, || assert_eq!(request_state(model, B), RequestState::Acknowledged));
}

#[test]
fn doubled_messages_and_answers_change_nothing() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 2);
    world.on(A, || {
        assert_ok!(sync(model, B));
    });
    let message = take();
    for _ in 0..2 {
        world.execute(&message);
    }
    // Two answers, each twice.
    let answers = [take(), take()];
    assert_eq!(answer_of(&answers[0]), (1, SyncOutcome::Accepted));
    assert_eq!(answers[0].xcm, answers[1].xcm);
    for answer in answers.iter().chain(&answers) {
        world.execute(answer);
    }
    world.on(A, || {
        let acknowledged = Event::SyncAcknowledged { model, target: B, nonce: 1, acknowledged: 2 };
        assert_eq!(events().iter().filter(|event| **event == acknowledged).count(), 1);
    });
    assert_eq!(mirrored(&mut world, model), Some(2));
    world.on(B, || assert_eq!(MirrorOps::<Test>::iter().count(), 2));
}

#[test]
fn messages_out_of_order_change_nothing() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 1);
    world.on(A, || {
        assert_ok!(sync(model, B));
    });
    let first = world.deliver();
    world.deliver_all();
    world.on(A, || {
        train(model, 1);
        assert_ok!(sync(model, B));
    });
    world.deliver();
    let answer = take();
    // The first message comes once more, after the second: the sender has had its answer, and gets none.
    world.execute(&first);
    assert_eq!(on_the_way(), 0);
    // An answer to the first comes once more, before that to the second.
    let old = forge(B, A, Call::receive_ack { model, nonce: 1, outcome: SyncOutcome::Accepted });
    world.execute(&old);
    world.on(A, || assert_eq!(request_state(model, B), RequestState::Pending));
    world.execute(&answer);
    world.on(A, || assert_eq!(request_state(model, B), RequestState::Acknowledged));
    assert_eq!(mirrored(&mut world, model), Some(2));
}

#[test]
fn only_the_newest_request_without_an_answer_is_retried_or_expires() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 1);
    let expire = |nonce| UserModelSync::expire_sync(signed(USER), model, B, nonce);
    world.on(A, || {
        assert_noop!(retry(model, B, 1), Error::<Test>::RouteNotFound);
        assert_noop!(expire(1), Error::<Test>::RouteNotFound);
        assert_ok!(sync(model, B));
        for nonce in [0, 2] {
            assert_noop!(retry(model, B, nonce), Error::<Test>::NonceMismatch);
            assert_noop!(expire(nonce), Error::<Test>::NonceMismatch);
        }
    });
    world.deliver_all();
    world.on(A, || {
        assert_noop!(retry(model, B, 1), Error::<Test>::RequestResolved);
        to_deadline();
        assert_noop!(expire(1), Error::<Test>::RequestResolved);
        assert_eq!(request_state(model, B), RequestState::Acknowledged);
    });
}

#[test]
fn a_chain_that_is_refused_meanwhile_answers_once_it_is_accepted_again() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 1);
    world.on(A, || {
        assert_ok!(sync(model, B));
    });
    world.on(B, || {
        assert_ok!(UserModelSync::refuse_chain(RuntimeOrigin::root(), A));
    });
    let message = take();
    world.execute(&message);
    assert_eq!(mirrored(&mut world, model), None);
    world.on(A, || {
        assert_ok!(UserModelSync::refuse_chain(RuntimeOrigin::root(), B));
        assert_noop!(retry(model, B, 1), Error::<Test>::ChainNotAccepted);
        assert_ok!(UserModelSync::accept_chain(RuntimeOrigin::root(), B, genesis(B)));
        assert_ok!(retry(model, B, 1));
    });
    world.on(B, || {
        assert_ok!(UserModelSync::accept_chain(RuntimeOrigin::root(), A, genesis(A)));
    });
    world.deliver_all();
    assert_eq!(mirrored(&mut world, model), Some(1));
    world.on(A, || assert_eq!(request_state(model, B), RequestState::Acknowledged));
}
