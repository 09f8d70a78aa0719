// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, *};
use pallet_committee::test_utils::exclude;
use pallet_user_models::Error as UserModelsError;
use polkadot_sdk::{
    frame_support::{
        assert_noop, assert_ok,
        traits::{fungible::InspectHold, Currency},
    },
    pallet_balances,
};
use training_primitives::BaseModelId;

fn deposit() -> u64 {
    pallet_balances::Pallet::<Test>::balance_on_hold(&HoldReason::RoundDeposit.into(), &OWNER)
}

fn open_as(account: u64, base: BaseModelId) -> polkadot_sdk::sp_runtime::DispatchResult {
    Zkpot::open_round(RuntimeOrigin::signed(account), base)
}

fn close_collect(account: u64, base: BaseModelId) -> polkadot_sdk::sp_runtime::DispatchResult {
    Zkpot::close_collect(RuntimeOrigin::signed(account), base)
}

#[test]
fn the_owner_opens_a_round_for_a_deposit() {
    run(|| {
        let base = federation();
        events();
        open(base);
        let deadline = 1 + u64::from(rules().phases.collect);
        assert_eq!(events(), [Event::RoundOpened { base, round: 0, deadline }]);
        let expected = Round {
            phase: Phase::Collect,
            deadline,
            first_op: 0,
            last_op: 0,
            seed: None,
            challenge_size: CHALLENGE,
            commitments: 0,
            proofs: 0,
            rank: 0,
            leader: None,
            block: None,
            outcome: None,
        };
        assert_eq!(round(base, 0), expected);
        assert_eq!(deposit(), ROUND_DEPOSIT);
        assert_eq!(ActiveRounds::<Test>::get().into_inner(), [base]);
        // It comes back when the round closes.
        run_to_deadline(base, 0);
        assert_eq!(deposit(), 0);
        assert!(ActiveRounds::<Test>::get().is_empty());
    });
}

#[test]
fn only_the_owner_opens_a_round_of_a_federation_that_is_there() {
    run(|| {
        let base = federation();
        assert_noop!(open_as(ALICE, base), Error::<Test>::NotBaseModelOwner);
        assert_noop!(open_as(OWNER, H256::zero()), UserModelsError::<Test>::BaseModelNotFound);
    });
}

#[test]
fn one_round_of_a_federation_is_open_at_a_time() {
    run(|| {
        let base = federation();
        open(base);
        assert_noop!(open_as(OWNER, base), Error::<Test>::RoundInProgress);
        run_to_deadline(base, 0);
        open(base);
        assert_eq!(CurrentRound::<Test>::get(base), Some(1));
        assert_noop!(open_as(OWNER, base), Error::<Test>::RoundInProgress);
    });
}

#[test]
fn a_round_needs_a_key_and_as_many_test_samples_as_its_challenge() {
    run(|| {
        let base = register_base();
        form_committee(base);
        assert_noop!(open_as(OWNER, base), Error::<Test>::VerifyingKeyNotFound);
        register_key();
        assert_ok!(open_as(OWNER, base));
        let [small, enough] = [u32::from(CHALLENGE) - 1, CHALLENGE.into()].map(register_base_of);
        form_committee(small);
        form_committee(enough);
        assert_noop!(open_as(OWNER, small), Error::<Test>::TestSetTooSmall);
        assert_ok!(open_as(OWNER, enough));
    });
}

#[test]
fn a_round_needs_a_committee_with_a_key() {
    run(|| {
        register_key();
        let base = register_base();
        assert_noop!(open_as(OWNER, base), Error::<Test>::CommitteeNotReady);
        let members = vec![ALICE, BOB].try_into().expect("two");
        assert_ok!(Committee::form_committee(RuntimeOrigin::signed(OWNER), base, members, 2));
        assert_noop!(open_as(OWNER, base), Error::<Test>::CommitteeNotReady);
        form_committee(base);
        assert_ok!(open_as(OWNER, base));
    });
}

#[test]
fn excluded_ops_do_not_count() {
    run(|| {
        let base = federation();
        record_ops(base, 3);
        for sequence in [0, 2] {
            exclude::<Test>(base, sequence);
        }
        open(base);
        assert_noop!(close_collect(OWNER, base), Error::<Test>::NotEnoughOps);
        record_ops(base, 1);
        assert_ok!(close_collect(OWNER, base));
        exclude::<Test>(base, 3);
        // One of them was excluded after all.
        assert_eq!(run_to_deadline(base, 0).outcome, Some(Outcome::Empty));
        // Neither do they take the place of others: 1 and 4 to 7 are in the next round.
        open(base);
        record_ops(base, 3);
        next_block();
        assert_eq!(round(base, 1).phase, Phase::Collect);
        record_ops(base, 2);
        next_block();
        assert_eq!((round(base, 1).phase, round(base, 1).first_op, round(base, 1).last_op), (Phase::Commit, 0, 8));
    });
}

#[test]
fn the_ledger_tells_of_rounds_that_cannot_be_sealed() {
    run(|| {
        let base = in_commit(&[ALICE]);
        assert_noop!(Zkpot::note_unsealable(base, 1), Error::<Test>::RoundNotFound);
        assert!(!Zkpot::is_idle(base));
        assert_ok!(Zkpot::note_unsealable(base, 0));
        assert_eq!((round(base, 0).phase, round(base, 0).outcome), (Phase::Closed, Some(Outcome::Empty)));
        assert_eq!((deposit(), Zkpot::is_idle(base)), (0, true));
        assert_noop!(Zkpot::note_unsealable(base, 0), Error::<Test>::WrongPhase);
        open(base);
        assert_noop!(Zkpot::note_unsealable(base, 1), Error::<Test>::WrongPhase);
        // In Seal the leader keeps its bond.
        let base = in_seal(&[(ALICE, 2)]);
        events();
        assert_ok!(Zkpot::note_unsealable(base, 0));
        assert_eq!(events(), [Event::RoundClosed { base, round: 0, outcome: Outcome::Empty }]);
        assert_eq!(Workers::<Test>::get(base, ALICE).map(|worker| worker.bond), Some(WORKER_BOND));
        // Nor is a sealed block given up.
        let base = in_seal(&[(ALICE, 2)]);
        seal(base, 0, 1);
        assert_noop!(Zkpot::note_unsealable(base, 0), Error::<Test>::WrongPhase);
    });
}

#[test]
fn the_chain_opens_so_many_rounds_at_once() {
    run(|| {
        let [one, two, three] = [federation(), federation(), federation()];
        open(one);
        next_block();
        open(two);
        assert_noop!(open_as(OWNER, three), Error::<Test>::TooManyActiveRounds);
        run_to_deadline(one, 0);
        assert_ok!(open_as(OWNER, three));
        assert_eq!(ActiveRounds::<Test>::get().into_inner(), [two, three]);
    });
}

#[test]
fn an_owner_without_the_deposit_opens_no_round() {
    run(|| {
        let base = federation();
        let _ = Balances::make_free_balance_be(&OWNER, ROUND_DEPOSIT);
        assert_noop!(open_as(OWNER, base), Error::<Test>::InsufficientDeposit);
        let _ = Balances::make_free_balance_be(&OWNER, ROUND_DEPOSIT + 1);
        assert_ok!(open_as(OWNER, base));
    });
}

#[test]
fn the_owner_ends_collect_once_enough_ops_are_pending() {
    run(|| {
        let base = federation();
        assert_noop!(close_collect(OWNER, base), Error::<Test>::RoundNotFound);
        assert_noop!(close_collect(OWNER, H256::zero()), UserModelsError::<Test>::BaseModelNotFound);
        open(base);
        record_ops(base, 1);
        assert_noop!(close_collect(OWNER, base), Error::<Test>::NotEnoughOps);
        record_ops(base, 1);
        assert_noop!(close_collect(ALICE, base), Error::<Test>::NotBaseModelOwner);
        assert_ok!(close_collect(OWNER, base));
        assert_eq!(round(base, 0).phase, Phase::Collect, "until the next block");
        next_block();
        assert_eq!(round(base, 0).phase, Phase::Commit);
        assert_noop!(close_collect(OWNER, base), Error::<Test>::WrongPhase);
    });
}

#[test]
fn closing_collect_late_does_not_move_its_deadline() {
    run(|| {
        let base = federation();
        open(base);
        record_ops(base, 2);
        let deadline = round(base, 0).deadline;
        run_to(deadline - 1);
        assert_ok!(close_collect(OWNER, base));
        assert_eq!(round(base, 0).deadline, deadline);
    });
}

#[test]
fn collect_ends_when_as_many_ops_are_in_as_a_round_takes() {
    run(|| {
        let base = federation();
        open(base);
        record_ops(base, 4);
        next_block();
        assert_eq!(round(base, 0).phase, Phase::Collect);
        record_ops(base, 1);
        // Recorded in the block in which Collect ends: they wait for the next round.
        record_ops(base, 3);
        next_block();
        let round = round(base, 0);
        assert_eq!((round.phase, round.first_op, round.last_op), (Phase::Commit, 0, 5));
        // Ops after Collect change nothing.
        record_ops(base, 1);
        assert_eq!(mock_round(base), round);
    });
}

fn mock_round(base: BaseModelId) -> Round<u64, u64> {
    round(base, 0)
}

#[test]
fn ops_of_a_federation_without_a_round_are_only_counted() {
    run(|| {
        let base = federation();
        record_ops(base, 9);
        assert_eq!(CurrentRound::<Test>::get(base), None);
        // They are enough to end Collect of the next round at once.
        open(base);
        assert_eq!(round(base, 0).deadline, System::block_number() + 1);
        next_block();
        assert_eq!(round(base, 0).last_op, 5);
    });
}

#[test]
fn the_ledger_tells_of_blocks_and_generations_in_their_phase() {
    run(|| {
        let base = in_commit(&[ALICE]);
        assert_noop!(Zkpot::note_sealed(base, 0, 1), Error::<Test>::WrongPhase);
        assert_noop!(Zkpot::note_sealed(base, 1, 1), Error::<Test>::RoundNotFound);
        assert_noop!(Zkpot::note_decrypted(base, 0), Error::<Test>::WrongPhase);
        assert_noop!(Zkpot::note_decrypted(base, 1), Error::<Test>::RoundNotFound);
    });
}
