// SPDX-License-Identifier: Apache-2.0
use super::scenario::rules;
use crate::{
    mock::{run, Rewards, Test},
    Call, Pool, Pools, WeightInfo,
};
use polkadot_sdk::{
    frame_support::{
        assert_noop, assert_ok,
        dispatch::GetDispatchInfo,
        traits::{StorageInfo, StorageInfoTrait},
    },
    sp_core::H256,
    sp_io::hashing::blake2_256,
    sp_runtime::{traits::Zero, ArithmeticError},
};
use training_primitives::Rules;

/// Numbers that look random and are the same in every run.
fn numbers() -> impl Iterator<Item = u64> {
    (0u32..).map(|n| u64::from_le_bytes(blake2_256(&n.to_le_bytes())[..8].try_into().expect("8 bytes")))
}

#[test]
fn all_shares_together_never_exceed_the_pool() {
    let mut numbers = numbers();
    let mut next = move || numbers.next().expect("endless");
    for _ in 0..500 {
        let total = (u128::from(next()) << 64 | u128::from(next())) >> (next() % 128);
        let pool = Pool { total, paid: 0 };
        let leader_share = (next() % 10_000) as u16;
        let committee_share = (next() % u64::from(10_000 - leader_share)) as u16;
        let rules = Rules { leader_share, committee_share, ..rules() };
        let weights: Vec<u64> = (0..=next() % 20).map(|_| 1 + next() % (1 << 50)).collect();
        let whole = weights.iter().sum();
        let ops: u128 = weights.iter().map(|weight| Rewards::op_share(&pool, &rules, *weight, whole)).sum();
        let committee = Rewards::fixed_share(&pool, committee_share);
        let members = 1 + (next() % 7) as usize;
        let parts = members as u128 * Rewards::equal_part(committee, members);
        assert!(parts <= committee && committee - parts < members as u128);
        let fixed = Rewards::fixed_share(&pool, leader_share) + committee;
        assert!(ops + fixed <= total);
        // Each of them loses less than one unit to rounding, the ops' part one more.
        assert!(total - ops - fixed < weights.len() as u128 + 4);
    }
}

#[test]
fn a_block_without_weight_shares_nothing() {
    assert_eq!(Rewards::op_share(&Pool { total: 100, paid: 0 }, &rules(), 1, 0), 0);
}

#[test]
fn without_members_no_part_is_paid() {
    assert_eq!(Rewards::equal_part(100, 0), 0);
}

#[test]
fn a_pool_never_pays_more_than_it_has() {
    run(|| {
        let base = H256::zero();
        let pool = Pool { total: 100, paid: 60 };
        Pools::<Test>::insert(base, 0, pool);
        assert_noop!(Rewards::note_paid(base, 0, pool, 41), ArithmeticError::Underflow);
        assert_noop!(Rewards::note_paid(base, 0, pool, u128::MAX), ArithmeticError::Overflow);
        assert_ok!(Rewards::note_paid(base, 0, pool, 40));
    });
}

#[test]
fn a_claim_weighs_more_with_every_op() {
    type Weights = crate::weights::SubstrateWeight<Test>;
    let weight = |ops| <Weights as WeightInfo>::claim_training_rewards(ops);
    assert!(weight(2).all_gt(weight(1)) && weight(64).all_gt(weight(2)));
    assert!(!<Weights as WeightInfo>::fund_round().is_zero());
    assert!(!<Weights as WeightInfo>::claim_share().is_zero());
    assert!(!<Weights as WeightInfo>::claim_committee_reward().is_zero());
    assert!(!<Weights as WeightInfo>::withdraw_funding().is_zero());
}

#[test]
fn a_claim_is_charged_for_its_ops() {
    let ops = vec![H256::zero(); 3].try_into().expect("few");
    let call = Call::<Test>::claim_training_rewards { model: H256::zero(), ops };
    type Weights = crate::weights::SubstrateWeight<Test>;
    assert_eq!(call.get_dispatch_info().call_weight, <Weights as WeightInfo>::claim_training_rewards(3));
}

#[test]
fn every_record_is_bounded() {
    let storage: Vec<StorageInfo> = Rewards::storage_info();
    assert_eq!(storage.len(), 5);
    for info in storage {
        let name = String::from_utf8(info.storage_name).expect("a name");
        assert!(info.max_size.is_some_and(|size| size < 1_024), "{name}");
    }
}
