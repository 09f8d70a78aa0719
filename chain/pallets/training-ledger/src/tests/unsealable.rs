// SPDX-License-Identifier: Apache-2.0
//! Ops that no block can be sealed with do not keep a federation from going on.

use super::{rounds::*, scenario::*};
use crate::{mock::*, weights::SubstrateWeight, *};
use pallet_committee::{test_utils::exclude, PendingExclusions};
use pallet_user_models::Error as UserModelsError;
use pallet_zkpot::{Outcome, Phase, Workers};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok, dispatch::DispatchResult},
    sp_core::H256,
};
use training_primitives::*;

type Weights = SubstrateWeight<Test>;

fn close(base: BaseModelId, index: RoundIndex) -> DispatchResult {
    TrainingLedger::close_unsealable_round(signed(POOR), base, index).map(|_| ()).map_err(|refused| refused.error)
}

fn pass_over(base: BaseModelId, count: u32) -> DispatchResult {
    TrainingLedger::pass_over_ops(signed(POOR), base, count).map(|_| ()).map_err(|refused| refused.error)
}

/// A federation with so many ops of `USER` and no others.
fn of_one_account(ops: u32) -> (BaseModelId, ModelId) {
    let base = federation();
    let model = fork(USER, base);
    for _ in 0..ops {
        record(USER, model);
    }
    (base, model)
}

#[test]
fn anyone_closes_a_round_that_cannot_be_sealed_and_no_leader_is_slashed() {
    run(|| {
        let (base, _) = of_one_account(3);
        open(base);
        assert_noop!(close(base, 0), Error::<Test>::WrongPhase);
        assert_noop!(close(base, 1), Error::<Test>::RoundNotFound);
        assert_noop!(close(H256::zero(), 0), UserModelsError::<Test>::BaseModelNotFound);
        to_seal(base, 0);
        let charged = TrainingLedger::close_unsealable_round(signed(POOR), base, 0).expect("closed").actual_weight;
        assert_eq!(charged, Some(Weights::close_unsealable_round(3)));
        assert_eq!((round(base, 0).phase, round(base, 0).outcome), (Phase::Closed, Some(Outcome::Empty)));
        assert_eq!(Workers::<Test>::get(base, WORKER).map(|worker| worker.bond), Some(100));
        assert_eq!(NextPending::<Test>::get(base), 0, "the ops roll over");
        assert_noop!(close(base, 0), Error::<Test>::WrongPhase);
    });
}

#[test]
fn a_round_is_not_closed_as_long_as_enough_accounts_contribute() {
    run(|| {
        let (base, _) = of_one_account(2);
        record_of_another(base);
        open(base);
        to_seal(base, 0);
        assert_noop!(close(base, 0), Error::<Test>::RoundSealable);
        exclude::<Test>(base, 0);
        assert_noop!(close(base, 0), Error::<Test>::RoundSealable);
        exclude::<Test>(base, 1);
        assert_ok!(close(base, 0));
    });
}

#[test]
fn a_round_is_closed_before_its_workers_prove() {
    run(|| {
        let (base, _) = of_one_account(2);
        open(base);
        assert_ok!(Zkpot::close_collect(signed(OWNER), base));
        next_block();
        assert_eq!(round(base, 0).phase, Phase::Commit);
        assert_ok!(close(base, 0));
        // More ops make the next one sealable.
        record_of_another(base);
        assert_eq!(run_round(base, 1).op_count, 3);
    });
}

#[test]
fn a_sealed_round_is_not_closed() {
    run(|| {
        let (base, _) = of_one_account(2);
        record_of_another(base);
        run_round(base, 0);
        assert_noop!(close(base, 0), Error::<Test>::WrongPhase);
    });
}

#[test]
fn ops_of_one_account_do_not_hold_up_a_federation() {
    run(|| {
        let (base, model) = of_one_account(5);
        let other = record_of_another(base);
        // The first round takes three ops of one account, and so would every later one.
        open(base);
        to_seal(base, 0);
        assert_noop!(pass_over(base, 1), Error::<Test>::RoundInProgress);
        assert_noop!(submit_signed(block_of(base, 0)), Error::<Test>::TooFewContributors);
        assert_ok!(close(base, 0));
        events();
        // A round can begin with the fourth: two of the one account and one of the other.
        assert_noop!(pass_over(base, 4), Error::<Test>::OpsSealable);
        let charged = TrainingLedger::pass_over_ops(signed(POOR), base, 3).expect("passed over").actual_weight;
        assert_eq!(charged, Some(Weights::pass_over_ops(5)));
        assert_eq!(events(), [Event::OpsPassedOver { base, first: 0, count: 3 }]);
        assert_noop!(pass_over(base, 1), Error::<Test>::OpsSealable);
        let block = run_round(base, 1);
        assert_eq!((block.first_op, block.op_count), (3, 3));
        assert_eq!(OpBlock::<Test>::get(other), Some(1));
        // What was passed over stays recorded, and is in no block.
        let passed = ModelOps::<Test>::get(model, 0).expect("recorded");
        assert!(Ops::<Test>::contains_key(passed) && !OpBlock::<Test>::contains_key(passed));
        assert_eq!(model_record(model).length, 5);
    });
}

#[test]
fn no_op_is_passed_over_with_which_a_round_may_still_begin() {
    run(|| {
        let (base, model) = of_one_account(2);
        // Another account's op may come.
        assert_noop!(pass_over(base, 1), Error::<Test>::OpsSealable);
        record(USER, model);
        assert_noop!(pass_over(base, 2), Error::<Test>::OpsSealable);
        assert_ok!(pass_over(base, 1));
        assert_noop!(pass_over(base, 1), Error::<Test>::OpsSealable);
        record_of_another(base);
        assert_eq!(run_round(base, 0).first_op, 1);
    });
}

#[test]
fn so_many_ops_are_passed_over_at_once() {
    run(|| {
        let (base, _) = of_one_account(3);
        for count in [0, MAX_PASSED_OVER + 1, u32::MAX] {
            assert_noop!(pass_over(base, count), Error::<Test>::PassedOverCount);
        }
        assert_noop!(pass_over(base, MAX_PASSED_OVER), Error::<Test>::OpsSealable);
        assert_noop!(pass_over(H256::zero(), 1), UserModelsError::<Test>::BaseModelNotFound);
    });
}

#[test]
fn excluded_ops_are_passed_over_with_the_others_and_do_not_count() {
    run(|| {
        let (base, model) = of_one_account(2);
        let excluded = record_of_another(base);
        exclude::<Test>(base, 2);
        // Two that count: the round is not full.
        assert_noop!(pass_over(base, 1), Error::<Test>::OpsSealable);
        record(USER, model);
        assert_ok!(pass_over(base, 1));
        assert_noop!(pass_over(base, 1), Error::<Test>::OpsSealable);
        record(USER, model);
        // Op 1, then 2, which is excluded.
        assert_ok!(pass_over(base, 1));
        assert_eq!(PendingExclusions::<Test>::get(base).into_inner(), [2]);
        record(USER, model);
        assert_ok!(pass_over(base, 2));
        assert!(!PendingExclusions::<Test>::contains_key(base));
        assert_eq!(NextPending::<Test>::get(base), 4);
        assert!(!OpBlock::<Test>::contains_key(excluded));
    });
}

#[test]
fn passing_over_ops_leaves_the_generation_of_a_sealed_round_alone() {
    run(|| {
        let (base, model) = of_one_account(2);
        record_of_another(base);
        run_round(base, 0);
        miss_deadline(base, 0);
        let late = NewGeneration::new(base, 0);
        for _ in 0..3 {
            record(USER, model);
        }
        assert_ok!(pass_over(base, 1));
        assert_eq!(NextPending::<Test>::get(base), 4);
        open_aggregate(base, 0);
        assert_ok!(late.submit());
    });
}

#[test]
fn the_sums_go_on_over_ops_that_were_passed_over() {
    run(|| {
        let (base, _) = of_one_account(3);
        assert_ok!(pass_over(base, 1));
        let other = record_of_another(base);
        let block = run_round(base, 0);
        let of = |id| Ops::<Test>::get(id).expect("an op").contents.gradient_commitment;
        let users = [1, 2].map(|sequence| of(FederationOps::<Test>::get(base, sequence).expect("an op")));
        assert_eq!(block.aggregate.commitment, sum_of(&[users[0], users[1], of(other)]));
        assert_eq!(block.first_op, 1);
    });
}
