// SPDX-License-Identifier: Apache-2.0
use crate::{
    mock::{Committee, *},
    test_utils::make_ready,
    *,
};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok, dispatch::DispatchResult},
    sp_core::H256,
};
use std::collections::BTreeSet;
use training_primitives::{BaseModelId, ContentHash};

const ROUND: u32 = 4;
const A: u64 = MEMBERS[0];
const B: u64 = MEMBERS[1];
const C: u64 = MEMBERS[2];
const D: u64 = MEMBERS[3];
const E: u64 = MEMBERS[4];

fn content() -> ContentHash {
    H256::repeat_byte(9)
}

/// A federation with a committee and a sealed aggregate.
fn sealed(members: usize, threshold: u8) -> BaseModelId {
    let base = register_base();
    make_ready::<Test>(&OWNER, base, &MEMBERS[..members], threshold);
    set_sealed(base, ROUND, Some(content()));
    base
}

fn approve(base: BaseModelId, member: u64) -> DispatchResult {
    Committee::approve_aggregate(signed(member), base, ROUND, content())
}

fn submit(base: BaseModelId, member: u64, attempt: u8) -> DispatchResult {
    Committee::submit_partial_decryption(signed(member), base, ROUND, attempt, share_of(member))
}

fn share_of(member: u64) -> ContentHash {
    H256::repeat_byte(member as u8)
}

fn next(base: BaseModelId) -> DispatchResult {
    Committee::next_attempt(signed(A), base, ROUND)
}

/// The members of the current attempt, and its number.
fn current(base: BaseModelId) -> (u8, Vec<u64>) {
    let number = Openings::<Test>::get(base, ROUND).expect("an attempt").current;
    (number, attempt(base, number).members.into_inner())
}

fn attempt(base: BaseModelId, number: u8) -> Attempt<u64, u64> {
    Decryptions::<Test>::get((base, ROUND, number)).expect("an attempt")
}

/// Lets the members of the current attempt submit, but those.
fn submit_all_but(base: BaseModelId, silent: &[u64]) {
    let (number, members) = current(base);
    for member in members.into_iter().filter(|member| !silent.contains(member)) {
        assert_ok!(submit(base, member, number));
    }
}

fn wait(blocks: u64) {
    System::set_block_number(System::block_number() + blocks);
}

#[test]
fn the_first_approvers_open_an_aggregate() {
    run(|| {
        let base = sealed(5, 3);
        let round = ROUND;
        events();
        assert_ok!(approve(base, C));
        assert_ok!(approve(base, A));
        let approved = |member, approvals| Event::AggregateApproved { base, round, member, approvals };
        assert_eq!(events(), [approved(C, 1), approved(A, 2)]);
        assert_eq!(Openings::<Test>::get(base, ROUND), None);
        assert_noop!(submit(base, A, 0), Error::<Test>::AttemptNotFound);
        assert_noop!(next(base), Error::<Test>::AttemptNotFound);
        assert_ok!(approve(base, E));
        let opened = Event::DecryptionOpened { base, round, attempt: 0, members: vec![C, A, E] };
        assert_eq!(events(), [approved(E, 3), opened]);
        let members = vec![C, A, E].try_into().expect("three");
        assert_eq!(
            attempt(base, 0),
            Attempt { members, opened_at: 1, seed: System::parent_hash(), shares: Default::default() }
        );
        // Later approvals change nothing about it.
        assert_ok!(approve(base, B));
        assert_eq!(events(), [approved(B, 4)]);
        assert_eq!(Approvals::<Test>::get(base, ROUND).into_inner(), [C, A, E, B]);
        assert_eq!(current(base), (0, vec![C, A, E]));

        assert_eq!(Committee::openers(base, ROUND), Vec::<u64>::new());
        for member in [E, C, A] {
            assert_ok!(submit(base, member, 0));
        }
        let submitted =
            |member| Event::PartialDecryptionSubmitted { base, round, attempt: 0, member, share: share_of(member) };
        let complete = Event::SharesComplete { base, round, attempt: 0 };
        assert_eq!(events(), [submitted(E), submitted(C), submitted(A), complete]);
        assert_eq!(attempt(base, 0).shares.into_inner(), [E, C, A].map(|member| (member, share_of(member))));
        assert_eq!(Committee::openers(base, ROUND), [C, A, E]);
    });
}

#[test]
fn an_approval_is_a_members_and_given_once() {
    run(|| {
        let base = sealed(3, 2);
        for outsider in [OWNER, D] {
            assert_noop!(approve(base, outsider), Error::<Test>::NotMember);
        }
        assert_ok!(approve(base, A));
        assert_noop!(approve(base, A), Error::<Test>::AlreadyApproved);
        let other = register_base();
        set_sealed(other, ROUND, Some(content()));
        assert_noop!(approve(other, A), Error::<Test>::CommitteeNotFound);
        assert_ok!(Committee::form_committee(signed(OWNER), other, vec![A, B].try_into().expect("two"), 2));
        assert_noop!(approve(other, A), Error::<Test>::CommitteeNotReady);
    });
}

#[test]
fn the_sealed_aggregate_is_approved_and_no_other() {
    run(|| {
        let base = sealed(3, 2);
        let approve = |round, content| Committee::approve_aggregate(signed(A), base, round, content);
        assert_noop!(approve(ROUND, H256::zero()), Error::<Test>::AggregateMismatch);
        assert_noop!(approve(ROUND + 1, content()), Error::<Test>::RoundNotOpenable);
        assert_ok!(approve(ROUND, content()));
    });
}

#[test]
fn nothing_is_opened_once_the_round_is_over() {
    run(|| {
        let base = sealed(3, 2);
        assert_ok!(approve(base, A));
        assert_ok!(approve(base, B));
        set_sealed(base, ROUND, None);
        assert_noop!(approve(base, C), Error::<Test>::RoundNotOpenable);
        assert_noop!(submit(base, A, 0), Error::<Test>::RoundNotOpenable);
        wait(SHARE_TIMEOUT);
        assert_noop!(next(base), Error::<Test>::RoundNotOpenable);
    });
}

#[test]
fn a_share_is_submitted_once_by_a_member_of_the_set() {
    run(|| {
        let base = sealed(3, 2);
        for member in [A, B, C] {
            assert_ok!(approve(base, member));
        }
        for outsider in [C, OWNER] {
            assert_noop!(submit(base, outsider, 0), Error::<Test>::NotInAttempt);
        }
        assert_noop!(submit(base, A, 1), Error::<Test>::AttemptNotFound);
        assert_ok!(submit(base, A, 0));
        assert_noop!(submit(base, A, 0), Error::<Test>::AlreadySubmitted);
        wait(SHARE_TIMEOUT);
        // Late, but in time: nobody asked for another set.
        assert_ok!(submit(base, B, 0));
        assert_ok!(next(base));
        assert_noop!(submit(base, A, 0), Error::<Test>::AttemptOver);
        assert_ok!(submit(base, A, 1));
    });
}

#[test]
fn another_set_is_tried_when_all_shares_are_in_or_their_time_is_over() {
    run(|| {
        let base = sealed(4, 2);
        for member in [A, B, C, D] {
            assert_ok!(approve(base, member));
        }
        assert_noop!(next(base), Error::<Test>::AttemptRunning);
        submit_all_but(base, &[B]);
        wait(SHARE_TIMEOUT - 1);
        assert_noop!(next(base), Error::<Test>::AttemptRunning);
        wait(1);
        events();
        assert_ok!(next(base));
        let opened = Event::DecryptionOpened { base, round: ROUND, attempt: 1, members: vec![A, C] };
        assert_eq!(events(), [opened]);
        assert_eq!(attempt(base, 1).opened_at, 1 + SHARE_TIMEOUT);
        assert_noop!(next(base), Error::<Test>::AttemptRunning);
        // All shares are in, but they open to nothing: no time passes.
        submit_all_but(base, &[]);
        assert_ok!(next(base));
        // Without B, who let the first attempt pass.
        assert_eq!(current(base), (2, vec![A, D]));
        for outsider in [OWNER, E] {
            let call = Committee::next_attempt(signed(outsider), base, ROUND);
            assert_noop!(call, Error::<Test>::NotMember);
        }
    });
}

#[test]
fn sets_are_tried_in_colexicographic_order_of_approval_and_each_once() {
    run(|| {
        let base = sealed(5, 3);
        for member in [B, A, D, C, E] {
            assert_ok!(approve(base, member));
        }
        let expected: [[u64; 3]; 10] = [
            [B, A, D],
            [B, A, C],
            [B, D, C],
            [A, D, C],
            [B, A, E],
            [B, D, E],
            [A, D, E],
            [B, C, E],
            [A, C, E],
            [D, C, E],
        ];
        for (number, members) in expected.iter().enumerate() {
            assert_eq!(current(base), (number as u8, members.to_vec()));
            submit_all_but(base, &[]);
            if number < 9 {
                assert_ok!(next(base));
            }
        }
        assert_noop!(next(base), Error::<Test>::NoSetLeft);
        wait(100);
        assert_noop!(next(base), Error::<Test>::NoSetLeft);
    });
}

#[test]
fn later_approvals_make_more_sets() {
    run(|| {
        let base = sealed(4, 2);
        assert_ok!(approve(base, A));
        assert_ok!(approve(base, B));
        submit_all_but(base, &[A]);
        wait(SHARE_TIMEOUT);
        assert_noop!(next(base), Error::<Test>::NoSetLeft);
        assert_ok!(approve(base, C));
        assert_ok!(next(base));
        assert_eq!(current(base), (1, vec![B, C]));
        submit_all_but(base, &[]);
        assert_noop!(next(base), Error::<Test>::NoSetLeft);
        assert_ok!(approve(base, D));
        assert_ok!(next(base));
        assert_eq!(current(base), (2, vec![B, D]));
    });
}

#[test]
fn who_let_an_attempt_pass_is_asked_no_more() {
    run(|| {
        let base = sealed(3, 2);
        for member in [A, B, C] {
            assert_ok!(approve(base, member));
        }
        submit_all_but(base, &[A, B]);
        wait(SHARE_TIMEOUT);
        // Only C is left.
        assert_noop!(next(base), Error::<Test>::NoSetLeft);
        // As long as no other set is tried, they can still make up for it.
        assert_ok!(submit(base, A, 0));
        assert_ok!(next(base));
        assert_eq!(current(base), (1, vec![A, C]));
    });
}

#[test]
fn seven_members_try_at_most_35_sets() {
    run(|| {
        let base = sealed(7, 4);
        for member in MEMBERS {
            assert_ok!(approve(base, member));
        }
        let mut tried = BTreeSet::new();
        loop {
            let (number, mut members) = current(base);
            assert_eq!(usize::from(number), tried.len());
            members.sort();
            assert!(members.len() == 4 && tried.insert(members), "a set is tried once");
            submit_all_but(base, &[]);
            if next(base).is_err() {
                break;
            }
        }
        assert_eq!(tried.len(), 35);
    });
}

#[test]
fn the_openers_are_those_of_the_newest_attempt_with_all_shares() {
    run(|| {
        let base = sealed(3, 2);
        for member in [A, B, C] {
            assert_ok!(approve(base, member));
        }
        submit_all_but(base, &[]);
        assert_eq!(Committee::openers(base, ROUND), [A, B]);
        assert_ok!(next(base));
        assert_ok!(submit(base, C, 1));
        assert_eq!(Committee::openers(base, ROUND), [A, B]);
        assert_ok!(submit(base, A, 1));
        assert_eq!(Committee::openers(base, ROUND), [A, C]);
        assert_eq!(Committee::openers(base, ROUND + 1), Vec::<u64>::new());
    });
}

#[test]
fn a_round_is_opened_once_all_shares_of_an_attempt_are_in_and_stays_so() {
    run(|| {
        let base = sealed(3, 2);
        let opening = || Openings::<Test>::get(base, ROUND);
        assert!(!Committee::is_opened(base, ROUND));
        for member in [A, B, C] {
            assert_ok!(approve(base, member));
        }
        assert_ok!(submit(base, A, 0));
        assert_eq!(opening(), Some(Opening { current: 0, complete: None }));
        assert!(!Committee::is_opened(base, ROUND));
        assert_ok!(submit(base, B, 0));
        assert_eq!(opening(), Some(Opening { current: 0, complete: Some(0) }));
        assert!(Committee::is_opened(base, ROUND));
        assert_ok!(next(base));
        assert_eq!(opening(), Some(Opening { current: 1, complete: Some(0) }));
        assert!(Committee::is_opened(base, ROUND));
        submit_all_but(base, &[]);
        assert_eq!(opening(), Some(Opening { current: 1, complete: Some(1) }));
        assert!(!Committee::is_opened(base, ROUND + 1));
    });
}

#[test]
fn rounds_are_opened_apart() {
    run(|| {
        let base = sealed(3, 2);
        let other = ROUND + 1;
        set_sealed(base, other, Some(H256::zero()));
        assert_ok!(approve(base, A));
        assert_ok!(Committee::approve_aggregate(signed(B), base, other, H256::zero()));
        assert_eq!(Openings::<Test>::get(base, ROUND), None);
        assert_ok!(approve(base, B));
        assert_eq!(current(base), (0, vec![A, B]));
        assert_eq!(Openings::<Test>::get(base, other), None);
    });
}
