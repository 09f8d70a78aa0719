// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, *};
use polkadot_sdk::frame_support::{assert_noop, assert_ok};
use training_primitives::{groth16::number, ModelId};

const MAX_AGE: u64 = 1_000;

/// The model's next op with a receipt for this window.
fn with_window(model: ModelId, not_before: u64, not_after: u64) -> Op {
    Op::new(USER, model).with_claims(|claims| (claims.not_before, claims.not_after) = (not_before, not_after))
}

#[test]
fn a_receipts_window_ends_after_it_begins() {
    run(|| {
        let model = fork(USER, federation());
        let refused = with_window(model, NOW - 5, NOW - 6);
        assert_noop!(refused.submit(), Error::<Test>::ReceiptWindowInvalid);
        assert_ok!(with_window(model, NOW - 5, NOW - 5).submit());
    });
}

#[test]
fn a_receipt_is_not_of_the_future() {
    run(|| {
        let model = fork(USER, federation());
        assert_noop!(with_window(model, NOW - 5, NOW + 1).submit(), Error::<Test>::ReceiptInFuture);
        assert_noop!(with_window(model, NOW - 5, u64::MAX).submit(), Error::<Test>::ReceiptInFuture);
        assert_ok!(with_window(model, NOW, NOW).submit());
    });
}

#[test]
fn a_receipt_is_no_older_than_the_rules_allow() {
    run(|| {
        let model = fork(USER, federation());
        let too_old = with_window(model, NOW - MAX_AGE - 1, NOW - 5);
        assert_noop!(too_old.submit(), Error::<Test>::ReceiptTooOld);
        assert_noop!(with_window(model, 0, 0).submit(), Error::<Test>::ReceiptTooOld);
        assert_ok!(with_window(model, NOW - MAX_AGE, NOW - 5).submit());
    });
}

#[test]
fn a_receipt_is_of_a_node_that_is_registered_now() {
    run(|| {
        let model = fork(USER, federation());
        let unknown = Op::new(USER, model).with_claims(|claims| claims.node_key = number(8));
        assert_noop!(unknown.submit(), Error::<Test>::NodeNotRegistered);
        assert_ok!(TrainingLedger::remove_inference_node(signed(OWNER), node()));
        assert_noop!(Op::new(USER, model).submit(), Error::<Test>::NodeNotRegistered);
    });
}

#[test]
fn a_receipt_is_used_once_by_anyone() {
    run(|| {
        let base = federation();
        let (users, others) = (fork(USER, base), fork(OTHER, base));
        let op = Op::new(USER, users);
        let interaction = op.claims.interaction;
        assert_ok!(op.submit());
        for (user, model) in [(USER, users), (OTHER, others)] {
            let replay = Op::new(user, model).with_claims(|claims| claims.interaction = interaction);
            assert_noop!(replay.submit(), Error::<Test>::ReceiptAlreadyUsed);
        }
    });
}
