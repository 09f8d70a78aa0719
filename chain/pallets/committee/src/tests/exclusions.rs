// SPDX-License-Identifier: Apache-2.0
use crate::{
    mock::{Committee, *},
    test_utils::make_ready,
    *,
};
use polkadot_sdk::frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use training_primitives::{BaseModelId, Rules};

/// A federation whose committee of three, of which two are enough, has its key; ops 0 to 99 are pending.
fn federation() -> BaseModelId {
    let base = register_base();
    make_ready::<Test>(&OWNER, base, &MEMBERS[..3], 2);
    set_pending(0..100);
    base
}

fn vote(base: BaseModelId, member: u64, sequences: &[u64]) -> DispatchResult {
    Committee::exclude_ops(signed(member), base, sequences.to_vec().try_into().expect("a short list"))
}

fn excluded(base: BaseModelId) -> Vec<u64> {
    PendingExclusions::<Test>::get(base).into_inner()
}

#[test]
fn an_op_is_excluded_by_as_many_votes_as_the_threshold() {
    run(|| {
        let base = federation();
        let [one, two, three, ..] = MEMBERS;
        events();
        assert_ok!(vote(base, one, &[7, 3]));
        let voted = |sequence, member, votes| Event::ExclusionVoted { base, sequence, member, votes };
        assert_eq!(events(), [voted(7, one, 1), voted(3, one, 1)]);
        assert_eq!(Exclusions::<Test>::get(base, 7), Exclusion { votes: 1, excluded: false });
        assert!(ExclusionVotes::<Test>::contains_key((base, 7), one));
        assert!(!PendingExclusions::<Test>::contains_key(base));
        assert_ok!(vote(base, three, &[7]));
        assert_eq!(events(), [voted(7, three, 2), Event::OpExcluded { base, sequence: 7 }]);
        assert_eq!(Exclusions::<Test>::get(base, 7), Exclusion { votes: 2, excluded: true });
        assert_eq!(excluded(base), [7]);
        assert_ok!(vote(base, two, &[3, 50]));
        assert_eq!(excluded(base), [3, 7], "in the order of the ops");
    });
}

#[test]
fn a_members_vote_counts_once() {
    run(|| {
        let base = federation();
        let [one, two, three, ..] = MEMBERS;
        // Twice in one call is once.
        assert_ok!(vote(base, one, &[5, 5]));
        assert_noop!(vote(base, one, &[5]), Error::<Test>::NoNewVote);
        assert_noop!(vote(base, one, &[]), Error::<Test>::NoNewVote);
        assert_eq!(Exclusions::<Test>::get(base, 5).votes, 1);
        // Beside a new one it changes nothing.
        assert_ok!(vote(base, one, &[5, 6]));
        assert_eq!((Exclusions::<Test>::get(base, 5).votes, Exclusions::<Test>::get(base, 6).votes), (1, 1));
        assert_ok!(vote(base, two, &[5]));
        assert_noop!(vote(base, three, &[5]), Error::<Test>::NoNewVote);
        assert_ok!(vote(base, three, &[5, 6]));
        assert_eq!(Exclusions::<Test>::get(base, 5).votes, 2);
        assert_eq!(excluded(base), [5, 6]);
    });
}

#[test]
fn only_members_of_a_committee_with_a_key_vote() {
    run(|| {
        let base = federation();
        for outsider in [OWNER, STRANGER, MEMBERS[3]] {
            assert_noop!(vote(base, outsider, &[5]), Error::<Test>::NotMember);
        }
        let other = register_base();
        assert_noop!(vote(other, MEMBERS[0], &[5]), Error::<Test>::CommitteeNotFound);
        let members = MEMBERS[..2].to_vec().try_into().expect("two");
        assert_ok!(Committee::form_committee(signed(OWNER), other, members, 2));
        assert_noop!(vote(other, MEMBERS[0], &[5]), Error::<Test>::CommitteeNotReady);
    });
}

#[test]
fn only_pending_ops_are_voted_against() {
    run(|| {
        let base = federation();
        assert_noop!(vote(base, MEMBERS[0], &[100]), Error::<Test>::OpNotPending);
        assert_noop!(vote(base, MEMBERS[0], &[5, u64::MAX]), Error::<Test>::OpNotPending);
        assert_ok!(vote(base, MEMBERS[0], &[5]));
        // The first five are sealed in a block.
        set_pending(6..100);
        assert_noop!(vote(base, MEMBERS[1], &[5]), Error::<Test>::OpNotPending);
    });
}

#[test]
fn a_federations_exclusions_are_its_own() {
    run(|| {
        let (one, two) = (federation(), federation());
        assert_ok!(vote(one, MEMBERS[0], &[5]));
        assert_ok!(vote(two, MEMBERS[1], &[5]));
        assert_eq!((excluded(one), excluded(two)), (vec![], vec![]));
    });
}

#[test]
fn sealed_ops_leave_the_list_and_stay_excluded() {
    run(|| {
        let base = federation();
        for member in &MEMBERS[..2] {
            assert_ok!(vote(base, *member, &[2, 4, 9]));
        }
        assert_eq!(Committee::excluded_between(base, 2, 9).into_inner(), [2, 4]);
        assert_eq!(Committee::excluded_between(base, 3, 10).into_inner(), [4, 9]);
        let window = Committee::window(base, 0, 100, 3);
        assert_eq!((window.last, window.included), (4, 3));
        Committee::note_pending_from(base, 5);
        assert_eq!(excluded(base), [9]);
        assert!(Exclusions::<Test>::get(base, 4).excluded);
        Committee::note_pending_from(base, 10);
        assert!(!PendingExclusions::<Test>::contains_key(base));
        Committee::note_pending_from(base, 11);
        assert!(!PendingExclusions::<Test>::contains_key(base));
    });
}

#[test]
fn as_many_ops_can_be_excluded_as_are_within_reach() {
    run(|| {
        let base = federation();
        let reach = u64::from(Rules::MAX_OPS);
        set_pending(0..reach);
        let all: Vec<u64> = (0..reach).rev().collect();
        for member in &MEMBERS[..2] {
            for votes in all.chunks(MAX_VOTES as usize) {
                assert_ok!(vote(base, *member, votes));
            }
        }
        assert_eq!(excluded(base), (0..reach).collect::<Vec<_>>());
    });
}
