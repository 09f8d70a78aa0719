// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, Call, ClaimedOps, Error, Event, Pool, Pools, MAX_CLAIM};
use codec::{DecodeAll, Encode};
use pallet_committee::test_utils::exclude;
use pallet_user_models::Error as UserModelsError;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::H256,
    sp_runtime::DispatchResult,
};
use training_primitives::{BaseModelId, ModelId, OpId};

fn claim(user: u64, model: ModelId, ops: &[OpId]) -> DispatchResult {
    Rewards::claim_training_rewards(signed(user), model, ops.to_vec().try_into().expect("few ops"))
}

/// A sealed round with a pool of 1,000: two ops of `USER` (weights 10 and 20) and one of `OTHER` (weight 40).
struct Round {
    base: BaseModelId,
    users: ModelId,
    others: ModelId,
    ops: [OpId; 3],
}

fn sealed(pool: u128) -> Round {
    let base = federation();
    open(base);
    if pool > 0 {
        assert_ok!(Rewards::fund_round(signed(FUNDER), base, 0, pool));
    }
    let (users, others) = (fork(USER, base), fork(OTHER, base));
    let ops = [record(USER, users, 0), record(USER, users, 10), record(OTHER, others, 30)];
    seal(base, 0);
    Round { base, users, others, ops }
}

#[test]
fn a_pool_is_divided_over_the_ops_by_weight_and_rounded_down() {
    run(|| {
        let Round { base, users, others, ops } = sealed(1_000);
        // 85 % of the pool over weights 10, 20 and 40.
        assert_ok!(claim(USER, users, &ops[..2]));
        for (op, amount) in [(ops[0], 121), (ops[1], 242)] {
            System::assert_has_event(Event::RewardClaimed { model: users, op, to: USER, amount }.into());
            assert_eq!(ClaimedOps::<Test>::get(op), Some(amount));
        }
        assert_ok!(claim(OTHER, others, &ops[2..]));
        assert_eq!(Balances::free_balance(USER), ENDOWMENT + 121 + 242);
        assert_eq!(Balances::free_balance(OTHER), ENDOWMENT + 485);
        assert_eq!(Pools::<Test>::get(base, 0), Some(Pool { total: 1_000, paid: 121 + 242 + 485 }));
    });
}

#[test]
fn an_op_is_paid_once() {
    run(|| {
        let Round { users, ops, .. } = sealed(1_000);
        assert_ok!(claim(USER, users, &ops[..1]));
        assert_noop!(claim(USER, users, &ops[..1]), Error::<Test>::AlreadyClaimed);
        assert_noop!(claim(USER, users, &[ops[1], ops[1]]), Error::<Test>::DuplicateOp);
        // All or nothing: the op beside it is not paid either.
        assert_noop!(claim(USER, users, &[ops[1], ops[0]]), Error::<Test>::AlreadyClaimed);
        assert_ok!(claim(USER, users, &ops[1..2]));
    });
}

#[test]
fn a_stolen_claim_is_refused() {
    run(|| {
        let Round { users, others, ops, .. } = sealed(1_000);
        assert_noop!(claim(OTHER, users, &ops[..1]), UserModelsError::<Test>::NotModelOwner);
        assert_noop!(claim(OTHER, others, &ops[..1]), Error::<Test>::OpNotOfModel);
        assert_noop!(claim(OTHER, others, &[ops[2], ops[0]]), Error::<Test>::OpNotOfModel);
        assert_noop!(claim(OTHER, H256::zero(), &ops[2..]), UserModelsError::<Test>::ModelNotFound);
    });
}

#[test]
fn a_claim_names_sealed_ops() {
    run(|| {
        let Round { base, users, others, ops } = sealed(1_000);
        assert_noop!(claim(USER, users, &[]), Error::<Test>::NoOps);
        assert_noop!(claim(USER, users, &[H256::zero()]), Error::<Test>::OpNotFound);
        let later = record(USER, users, 0);
        record(OTHER, others, 30);
        assert_noop!(claim(USER, users, &[ops[0], later]), Error::<Test>::OpNotSealed);
        // It is sealed in the next round, and paid from that round's pool.
        open_aggregate(base, 0);
        decrypt(base, 0);
        open(base);
        assert_ok!(Rewards::fund_round(signed(FUNDER), base, 1, 200));
        seal(base, 1);
        assert_ok!(claim(USER, users, &[ops[0], later]));
        // 85 % of 200 over weights 10 and 40.
        assert_eq!(ClaimedOps::<Test>::get(later), Some(34));
    });
}

#[test]
fn an_excluded_op_earns_nothing_and_the_others_share_the_pool() {
    run(|| {
        let base = federation();
        open(base);
        assert_ok!(Rewards::fund_round(signed(FUNDER), base, 0, 1_000));
        let (users, others) = (fork(USER, base), fork(OTHER, base));
        let ops = [record(USER, users, 0), record(USER, users, 30), record(OTHER, others, 0)];
        exclude::<Test>(base, 1);
        seal(base, 0);
        assert_noop!(claim(USER, users, &ops[1..2]), Error::<Test>::OpExcluded);
        assert_noop!(claim(USER, users, &ops[..2]), Error::<Test>::OpExcluded);
        assert_eq!(ops.map(Rewards::pending_reward), [Some(425), None, Some(425)]);
        assert_ok!(claim(USER, users, &ops[..1]));
        assert_eq!(ClaimedOps::<Test>::get(ops[0]), Some(425));
    });
}

#[test]
fn a_claim_names_at_most_64_ops() {
    let ids: Vec<OpId> = (0..=MAX_CLAIM).map(|n| H256::from_low_u64_be(n.into())).collect();
    let call = |ops: &[OpId]| [&[1][..], &H256::zero().encode(), &ops.encode()].concat();
    assert!(Call::<Test>::decode_all(&mut &call(&ids[1..])[..]).is_ok());
    assert!(Call::<Test>::decode_all(&mut &call(&ids)[..]).is_err());
}

#[test]
fn a_round_that_nobody_funded_pays_nothing() {
    run(|| {
        let Round { users, ops, .. } = sealed(0);
        assert_noop!(claim(USER, users, &ops[..1]), Error::<Test>::PoolNotFound);
    });
}

#[test]
fn pending_rewards_are_what_a_claim_pays() {
    run(|| {
        let Round { users, ops, .. } = sealed(1_000);
        let later = record(USER, users, 0);
        assert_eq!(Rewards::pending_reward(ops[1]), Some(242));
        assert_eq!(Rewards::pending_reward(later), None, "not sealed");
        assert_eq!(Rewards::pending_reward(H256::zero()), None, "no op");
        assert_ok!(claim(USER, users, &ops[1..2]));
        assert_eq!(ClaimedOps::<Test>::get(ops[1]), Some(242));
        assert_eq!(Rewards::pending_reward(ops[1]), None, "paid");
    });
}
