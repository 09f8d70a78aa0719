// SPDX-License-Identifier: Apache-2.0
use crate::{
    mock::{Committee, *},
    test_utils::make_ready,
    *,
};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::H256,
};

const ROUND: u32 = 4;

/// A round whose members have a first attempt before them, opened in block 1.
fn attempted() -> BaseModelId {
    let base = register_base();
    make_ready::<Test>(&OWNER, base, &MEMBERS[..3], 2);
    set_sealed(base, ROUND, Some(H256::zero()));
    for member in &MEMBERS[..3] {
        assert_ok!(Committee::approve_aggregate(signed(*member), base, ROUND, H256::zero()));
    }
    assert_ok!(Committee::submit_partial_decryption(signed(MEMBERS[0]), base, ROUND, 0, H256::zero()));
    base
}

fn next(base: BaseModelId) -> frame_support::dispatch::DispatchResult {
    Committee::next_attempt(signed(MEMBERS[0]), base, ROUND)
}

/// Lets migrations run after this block and up to that one.
fn suspend_until(block: u64) -> u64 {
    Committee::note_suspended();
    System::set_block_number(block);
    Committee::note_resumed()
}

#[test]
fn blocks_that_take_no_transactions_are_no_time_for_shares() {
    run(|| {
        let base = attempted();
        System::set_block_number(3);
        assert_eq!(suspend_until(43), 40);
        System::set_block_number(1 + SHARE_TIMEOUT + 39);
        assert_noop!(next(base), Error::<Test>::AttemptRunning);
        System::set_block_number(1 + SHARE_TIMEOUT + 40);
        assert_ok!(next(base));
    });
}

#[test]
fn a_suspension_before_an_attempt_gives_it_no_time() {
    run(|| {
        assert_eq!(suspend_until(41), 40);
        System::set_block_number(42);
        let base = attempted();
        System::set_block_number(42 + SHARE_TIMEOUT);
        assert_ok!(next(base));
    });
}

#[test]
fn without_a_suspension_nothing_is_given_back() {
    run(|| {
        assert_eq!(Committee::note_resumed(), 0);
        assert_eq!(LastSuspension::<Test>::get(), None);
    });
}
