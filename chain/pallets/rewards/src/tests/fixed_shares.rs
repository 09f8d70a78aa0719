// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, Error, Event, Pool, Pools};
use pallet_user_models::Error as UserModelsError;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::H256,
};
use training_primitives::{BaseModelId, ModelId, OpId};

/// A sealed round with one op and this pool.
fn sealed(pool: u128) -> (BaseModelId, ModelId, OpId) {
    let base = federation();
    open(base);
    if pool > 0 {
        assert_ok!(Rewards::fund_round(signed(FUNDER), base, 0, pool));
    }
    let model = fork(USER, base);
    let op = record(USER, model, 0);
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
fn the_key_holder_gets_its_share_once_the_generation_is_recorded() {
    run(|| {
        let (base, ..) = sealed(1_000);
        let claim = |account| Rewards::claim_committee_reward(signed(account), base, 0);
        assert_noop!(claim(OWNER), Error::<Test>::RoundNotDecrypted);
        decrypt(base, 0);
        assert_noop!(claim(WORKER), Error::<Test>::NotCommittee);
        assert_ok!(claim(OWNER));
        let event = Event::CommitteeRewarded { base, round: 0, to: OWNER, amount: 50 };
        System::assert_last_event(event.into());
        assert_noop!(claim(OWNER), Error::<Test>::AlreadyClaimed);
    });
}

#[test]
fn a_key_holder_who_missed_the_deadline_is_paid_when_it_records_the_generation_after_all() {
    run(|| {
        let (base, ..) = sealed(1_000);
        miss_deadline();
        let claim = || Rewards::claim_committee_reward(signed(OWNER), base, 0);
        assert_noop!(claim(), Error::<Test>::RoundNotDecrypted);
        decrypt(base, 0);
        assert_ok!(claim());
    });
}

#[test]
fn there_is_no_committees_share_before_the_block_and_without_a_pool() {
    run(|| {
        let (base, ..) = sealed(0);
        let claim = |base, round| Rewards::claim_committee_reward(signed(OWNER), base, round);
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
        decrypt(base, 0);
        assert_ok!(Rewards::fund_round(signed(FUNDER), base, 1, 77));
        assert_ok!(Rewards::claim_training_rewards(signed(USER), model, vec![op].try_into().expect("one")));
        assert_ok!(Rewards::claim_leader_reward(signed(WORKER), base, 0));
        assert_ok!(Rewards::claim_committee_reward(signed(OWNER), base, 0));
        // 849.15 + 99.9 + 49.95
        assert_eq!(Pools::<Test>::get(base, 0), Some(Pool { total: 999, paid: 849 + 99 + 49 }));
        assert_eq!(Pools::<Test>::get(base, 1), Some(Pool { total: 77, paid: 0 }));
        assert_eq!(Balances::free_balance(Rewards::account()), 2 + 77);
    });
}
