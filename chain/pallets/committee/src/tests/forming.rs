// SPDX-License-Identifier: Apache-2.0
use crate::{
    mock::{Committee, *},
    test_utils::make_ready,
    *,
};
use pallet_user_models::Error as UserModelsError;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok, dispatch::DispatchResult},
    sp_core::H256,
};
use training_primitives::{BaseModelId, ContentHash};

fn form(base: BaseModelId, members: &[u64], threshold: u8) -> DispatchResult {
    form_as(OWNER, base, members, threshold)
}

fn form_as(account: u64, base: BaseModelId, members: &[u64], threshold: u8) -> DispatchResult {
    Committee::form_committee(signed(account), base, members.to_vec().try_into().expect("at most seven"), threshold)
}

fn hash(byte: u64) -> ContentHash {
    H256::repeat_byte(byte as u8)
}

fn accept(base: BaseModelId, member: u64) -> DispatchResult {
    Committee::accept_membership(signed(member), base, hash(member))
}

fn deal(base: BaseModelId, member: u64) -> DispatchResult {
    Committee::commit_dealing(signed(member), base, hash(member + 100))
}

fn confirm(base: BaseModelId, member: u64, key: u64) -> DispatchResult {
    Committee::confirm_key(signed(member), base, hash(key))
}

fn complain(base: BaseModelId, accuser: u64, dealer: u64) -> DispatchResult {
    Committee::complain(signed(accuser), base, dealer, hash(77))
}

/// Lets the first members take a step.
fn all(base: BaseModelId, members: usize, step: fn(BaseModelId, u64) -> DispatchResult) {
    for member in &MEMBERS[..members] {
        assert_ok!(step(base, *member));
    }
}

fn committee(base: BaseModelId) -> crate::Committee<u64> {
    Committees::<Test>::get(base).expect("a committee")
}

/// A committee of three in Dealing.
fn in_dealing() -> BaseModelId {
    let base = register_base();
    assert_ok!(form(base, &MEMBERS[..3], 2));
    all(base, 3, accept);
    base
}

/// A committee of three in Confirming.
fn in_confirming() -> BaseModelId {
    let base = in_dealing();
    all(base, 3, deal);
    base
}

#[test]
fn three_members_make_a_key() {
    run(|| {
        let base = register_base();
        let [one, two, three, ..] = MEMBERS;
        let (epoch, members) = (0, vec![one, two, three]);
        events();
        assert_ok!(form(base, &members, 2));
        assert_eq!(events(), [Event::CommitteeFormed { base, epoch, members, threshold: 2 }]);
        let unknown = |account| Member { account, keys: None, dealing: None, confirmed: None };
        let expected = crate::Committee {
            epoch,
            members: vec![unknown(one), unknown(two), unknown(three)].try_into().expect("three"),
            threshold: 2,
            status: CommitteeStatus::Forming,
            public_key: None,
        };
        assert_eq!(committee(base), expected);

        // In any order.
        for member in [three, one, two] {
            assert_eq!(committee(base).status, CommitteeStatus::Forming);
            assert_ok!(accept(base, member));
        }
        let accepted = |member| Event::MembershipAccepted { base, epoch, member, keys: hash(member) };
        assert_eq!(events(), [accepted(three), accepted(one), accepted(two), Event::DealingBegun { base, epoch }]);
        for member in [one, two, three] {
            assert_eq!(committee(base).status, CommitteeStatus::Dealing);
            assert_ok!(deal(base, member));
        }
        let dealt = |member| Event::DealingCommitted { base, epoch, member, dealing: hash(member + 100) };
        assert_eq!(events(), [dealt(one), dealt(two), dealt(three), Event::ConfirmingBegun { base, epoch }]);
        for member in [two, one, three] {
            assert_eq!(committee(base).status, CommitteeStatus::Confirming);
            assert!(!Committee::is_ready(base));
            assert_ok!(confirm(base, member, 5));
        }
        let public_key = hash(5);
        let confirmed = |member| Event::KeyConfirmed { base, epoch, member, public_key };
        let ready = Event::CommitteeReady { base, epoch, public_key };
        assert_eq!(events(), [confirmed(two), confirmed(one), confirmed(three), ready]);
        let full = |account| Member {
            account,
            keys: Some(hash(account)),
            dealing: Some(hash(account + 100)),
            confirmed: Some(public_key),
        };
        let members = vec![full(one), full(two), full(three)].try_into().expect("three");
        let (status, public_key) = (CommitteeStatus::Ready, Some(public_key));
        assert_eq!(committee(base), crate::Committee { epoch, members, threshold: 2, status, public_key });
        assert!(Committee::is_ready(base));
    });
}

#[test]
fn only_the_owner_forms_a_committee_of_a_base_model_that_is_there() {
    run(|| {
        let base = register_base();
        assert_noop!(form_as(MEMBERS[0], base, &MEMBERS, 4), Error::<Test>::NotBaseModelOwner);
        assert_noop!(form(H256::zero(), &MEMBERS, 4), UserModelsError::<Test>::BaseModelNotFound);
    });
}

#[test]
fn a_committee_has_two_to_seven_different_members() {
    run(|| {
        let base = register_base();
        for too_few in [&[][..], &MEMBERS[..1]] {
            assert_noop!(form(base, too_few, 2), Error::<Test>::TooFewMembers);
        }
        let [one, two, ..] = MEMBERS;
        for repeated in [&[one, one][..], &[one, two, one]] {
            assert_noop!(form(base, repeated, 2), Error::<Test>::DuplicateMember);
        }
        assert!(PerMember::<u64>::try_from(vec![0; 8]).is_err());
        assert_ok!(form(base, &MEMBERS[..2], 2));
        assert_ok!(form(base, &MEMBERS, 7));
    });
}

#[test]
fn a_threshold_lies_between_two_and_all() {
    run(|| {
        let base = register_base();
        for threshold in [0, 1, 4, 255] {
            assert_noop!(form(base, &MEMBERS[..3], threshold), Error::<Test>::ThresholdInvalid);
        }
        assert_ok!(form(base, &MEMBERS[..3], 2));
        assert_ok!(form(base, &MEMBERS[..3], 3));
    });
}

#[test]
fn a_committee_is_replaced_until_it_has_its_key() {
    run(|| {
        let base = register_base();
        for (epoch, steps) in [(0, 0), (1, 1), (2, 2)] {
            assert_ok!(form(base, &MEMBERS[..2], 2));
            assert_eq!((committee(base).epoch, committee(base).status), (epoch, CommitteeStatus::Forming));
            if steps > 0 {
                all(base, 2, accept);
            }
            if steps > 1 {
                all(base, 2, deal);
            }
        }
        make_ready::<Test>(&OWNER, base, &MEMBERS[..3], 2);
        assert_eq!(committee(base).epoch, 3);
        assert_noop!(form(base, &MEMBERS[..3], 2), Error::<Test>::CommitteeAlreadyReady);
    });
}

#[test]
fn every_federation_has_its_own_committee() {
    run(|| {
        let (one, two) = (register_base(), register_base());
        make_ready::<Test>(&OWNER, one, &MEMBERS[..3], 2);
        assert!(!Committee::is_ready(two));
        assert_noop!(accept(two, MEMBERS[0]), Error::<Test>::CommitteeNotFound);
        make_ready::<Test>(&OWNER, two, &MEMBERS[1..3], 2);
    });
}

#[test]
fn only_members_take_part() {
    run(|| {
        let base = register_base();
        let steps: [fn(BaseModelId, u64) -> DispatchResult; 4] =
            [accept, deal, |base, account| confirm(base, account, 5), |base, account| complain(base, account, 11)];
        for step in steps {
            assert_noop!(step(base, MEMBERS[0]), Error::<Test>::CommitteeNotFound);
        }
        assert_ok!(form(base, &MEMBERS[..3], 2));
        for outsider in [OWNER, MEMBERS[3]] {
            for step in steps {
                assert_noop!(step(base, outsider), Error::<Test>::NotMember);
            }
        }
    });
}

#[test]
fn every_step_has_its_time_and_is_taken_once() {
    run(|| {
        let base = register_base();
        let [one, two, ..] = MEMBERS;
        assert_ok!(form(base, &[one, two], 2));
        assert_noop!(deal(base, one), Error::<Test>::WrongStatus);
        assert_noop!(confirm(base, one, 5), Error::<Test>::WrongStatus);
        assert_noop!(complain(base, one, two), Error::<Test>::WrongStatus);
        assert_ok!(accept(base, one));
        assert_noop!(accept(base, one), Error::<Test>::AlreadyAccepted);
        assert_ok!(accept(base, two));

        assert_noop!(accept(base, one), Error::<Test>::WrongStatus);
        assert_noop!(confirm(base, one, 5), Error::<Test>::WrongStatus);
        assert_noop!(complain(base, one, two), Error::<Test>::WrongStatus);
        assert_ok!(deal(base, one));
        assert_noop!(deal(base, one), Error::<Test>::AlreadyDealt);
        assert_ok!(deal(base, two));

        assert_noop!(accept(base, one), Error::<Test>::WrongStatus);
        assert_noop!(deal(base, one), Error::<Test>::WrongStatus);
        assert_ok!(confirm(base, one, 5));
        assert_noop!(confirm(base, one, 5), Error::<Test>::AlreadyConfirmed);
        assert_noop!(confirm(base, one, 6), Error::<Test>::AlreadyConfirmed);
        assert_ok!(confirm(base, two, 5));

        assert_noop!(confirm(base, one, 5), Error::<Test>::WrongStatus);
        assert_noop!(complain(base, one, two), Error::<Test>::WrongStatus);
    });
}

#[test]
fn members_with_different_keys_are_not_ready() {
    run(|| {
        let base = in_confirming();
        let [one, two, three, ..] = MEMBERS;
        assert_ok!(confirm(base, one, 5));
        assert_ok!(confirm(base, two, 6));
        events();
        assert_ok!(confirm(base, three, 5));
        let confirmed = Event::KeyConfirmed { base, epoch: 0, member: three, public_key: hash(5) };
        assert_eq!(events(), [confirmed, Event::KeysDiffer { base, epoch: 0 }]);
        assert_eq!((committee(base).status, committee(base).public_key), (CommitteeStatus::Confirming, None));
        // Whoever is wrong can still be accused, and the owner can form another committee.
        assert_ok!(complain(base, one, two));
        assert_ok!(form(base, &[one, three], 2));
    });
}

#[test]
fn a_complaint_ends_a_committee() {
    run(|| {
        let base = in_confirming();
        let [one, two, three, ..] = MEMBERS;
        assert_noop!(complain(base, one, STRANGER), Error::<Test>::DealerNotMember);
        assert_noop!(complain(base, one, one), Error::<Test>::OwnDealing);
        assert_ok!(confirm(base, two, 5));
        events();
        assert_ok!(complain(base, one, two));
        let (accused, accuser, evidence) = (two, one, hash(77));
        assert_eq!(events(), [Event::CommitteeFailed { base, epoch: 0, accused, accuser, evidence }]);
        assert_eq!(committee(base).status, CommitteeStatus::Failed { accused, accuser, evidence });
        assert_noop!(confirm(base, three, 5), Error::<Test>::WrongStatus);
        assert_noop!(complain(base, three, two), Error::<Test>::WrongStatus);
        make_ready::<Test>(&OWNER, base, &[one, three], 2);
        assert_eq!(committee(base).epoch, 1);
    });
}
