// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, CommitteeClaimed, Error, Event, Pool, Pools};
use pallet_training_ledger::{Error as LedgerError, FederationOps, Ops};
use pallet_user_models::Error as UserModelsError;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::H256,
};
use training_primitives::{BaseModelId, ModelId, OpId};

/// A sealed round with an op of each of two users and this pool: the first one's op.
fn sealed(pool: u128) -> (BaseModelId, ModelId, OpId) {
    let base = federation();
    open(base);
    if pool > 0 {
        assert_ok!(Rewards::fund_round(signed(FUNDER), base, 0, pool));
    }
    let model = fork(USER, base);
    let op = record(USER, model, 0);
    record_of_another(base);
    seal(base, 0);
    (base, model, op)
}

#[test]
fn the_leader_who_sealed_gets_its_share_once() {
    run(|| {
        let (base, ..) = sealed(1_000);
        let claim = |account| Rewards::claim_leader_reward(signed(account), base, 0);
        assert_noop!(claim(USER), Error::<Test>::NotLeader);
        assert_ok!(claim(WORKER));
        let event = Event::LeaderRewarded { base, round: 0, leader: WORKER, amount: 100 };
        System::assert_last_event(event.into());
        assert_noop!(claim(WORKER), Error::<Test>::AlreadyClaimed);
        assert_eq!(Pools::<Test>::get(base, 0), Some(Pool { total: 1_000, paid: 100 }));
    });
}

#[test]
fn there_is_no_leaders_share_before_the_block_and_without_a_pool() {
    run(|| {
        let (base, ..) = sealed(0);
        let claim = |base, round| Rewards::claim_leader_reward(signed(WORKER), base, round);
        assert_noop!(claim(base, 0), Error::<Test>::PoolNotFound);
        assert_noop!(claim(base, 1), Error::<Test>::RoundNotSealed);
        assert_noop!(claim(H256::zero(), 0), UserModelsError::<Test>::BaseModelNotFound);
    });
}

#[test]
fn the_members_who_opened_the_aggregate_share_equally_once_the_generation_is_recorded() {
    run(|| {
        let (base, ..) = sealed(1_020);
        let claim = |account| Rewards::claim_committee_reward(signed(account), base, 0);
        open_aggregate(base, 0);
        assert_noop!(claim(MEMBERS[0]), Error::<Test>::RoundNotDecrypted);
        decrypt(base, 0);
        for other in [OWNER, WORKER, MEMBERS[2]] {
            assert_noop!(claim(other), Error::<Test>::NotCommittee);
        }
        for member in &MEMBERS[..2] {
            assert_ok!(claim(*member));
            // Half of 51, rounded down.
            let event = Event::CommitteeRewarded { base, round: 0, to: *member, amount: 25 };
            System::assert_last_event(event.into());
            assert_noop!(claim(*member), Error::<Test>::AlreadyClaimed);
            assert!(CommitteeClaimed::<Test>::contains_key((base, 0), member));
        }
        assert_eq!(Pools::<Test>::get(base, 0), Some(Pool { total: 1_020, paid: 50 }));
        assert_eq!(MEMBERS.map(Balances::free_balance), [ENDOWMENT + 25, ENDOWMENT + 25, ENDOWMENT]);
    });
}

#[test]
fn an_attempt_without_all_shares_takes_nothing_from_those_who_opened() {
    run(|| {
        let (base, ..) = sealed(1_000);
        let claim = |account| Rewards::claim_committee_reward(signed(account), base, 0);
        open_aggregate(base, 0);
        assert_ok!(Committee::approve_aggregate(signed(MEMBERS[2]), base, 0, H256::zero()));
        assert_ok!(Committee::next_attempt(signed(MEMBERS[2]), base, 0));
        assert_ok!(Committee::submit_partial_decryption(signed(MEMBERS[2]), base, 0, 1, H256::zero()));
        decrypt(base, 0);
        assert_noop!(claim(MEMBERS[2]), Error::<Test>::NotCommittee);
        assert_ok!(claim(MEMBERS[0]));
        assert_ok!(claim(MEMBERS[1]));
    });
}

#[test]
fn nobody_is_paid_for_an_aggregate_that_the_committee_did_not_open() {
    run(|| {
        let (base, ..) = sealed(1_000);
        assert_ok!(Committee::approve_aggregate(signed(MEMBERS[0]), base, 0, H256::zero()));
        assert_noop!(try_decrypt(base, 0), LedgerError::<Test>::OpeningIncomplete);
        for account in MEMBERS {
            let claim = Rewards::claim_committee_reward(signed(account), base, 0);
            assert_noop!(claim, Error::<Test>::RoundNotDecrypted);
        }
    });
}

#[test]
fn a_committee_that_missed_the_deadline_is_paid_when_the_generation_is_recorded_after_all() {
    run(|| {
        let (base, ..) = sealed(1_000);
        miss_deadline();
        let claim = || Rewards::claim_committee_reward(signed(MEMBERS[0]), base, 0);
        open_aggregate(base, 0);
        assert_noop!(claim(), Error::<Test>::RoundNotDecrypted);
        decrypt(base, 0);
        assert_ok!(claim());
    });
}

#[test]
fn there_is_no_committees_share_before_the_block_and_without_a_pool() {
    run(|| {
        let (base, ..) = sealed(0);
        let claim = |base, round| Rewards::claim_committee_reward(signed(MEMBERS[0]), base, round);
        open_aggregate(base, 0);
        decrypt(base, 0);
        assert_noop!(claim(base, 0), Error::<Test>::PoolNotFound);
        assert_noop!(claim(base, 1), Error::<Test>::RoundNotSealed);
        open(base);
        assert_noop!(claim(base, 1), Error::<Test>::RoundNotSealed);
        assert_noop!(claim(H256::zero(), 0), UserModelsError::<Test>::BaseModelNotFound);
    });
}

#[test]
fn when_all_have_claimed_nothing_but_rounding_is_left_and_other_pools_are_untouched() {
    run(|| {
        let (base, model, op) = sealed(999);
        let other = FederationOps::<Test>::get(base, 1).expect("an op");
        open_aggregate(base, 0);
        decrypt(base, 0);
        assert_ok!(Rewards::fund_round(signed(FUNDER), base, 1, 77));
        let others = Ops::<Test>::get(other).expect("recorded").model;
        for (user, model, op) in [(USER, model, op), (OTHER, others, other)] {
            assert_ok!(Rewards::claim_training_rewards(signed(user), model, vec![op].try_into().expect("one")));
        }
        assert_ok!(Rewards::claim_leader_reward(signed(WORKER), base, 0));
        for member in &MEMBERS[..2] {
            assert_ok!(Rewards::claim_committee_reward(signed(*member), base, 0));
        }
        // Twice half of 849, 99.9, and twice half of 49.
        assert_eq!(Pools::<Test>::get(base, 0), Some(Pool { total: 999, paid: 2 * 424 + 99 + 2 * 24 }));
        assert_eq!(Pools::<Test>::get(base, 1), Some(Pool { total: 77, paid: 0 }));
        assert_eq!(Balances::free_balance(Rewards::account()), 4 + 77);
    });
}
