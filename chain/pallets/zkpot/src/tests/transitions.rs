// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, *};
use polkadot_sdk::{
    frame_support::{
        assert_noop, assert_ok,
        traits::{fungible::InspectHold, Hooks},
    },
    pallet_balances,
};
use training_primitives::BaseModelId;

const LENGTHS: [u64; 5] = [10, 11, 12, 13, 14];
/// 30 % of the bond.
const SLASH: u64 = 30;

fn held(worker: u64) -> u64 {
    pallet_balances::Pallet::<Test>::balance_on_hold(&HoldReason::WorkerBond.into(), &worker)
}

fn phase(base: BaseModelId) -> Phase {
    round(base, CurrentRound::<Test>::get(base).expect("a round")).phase
}

#[test]
fn a_round_takes_its_phases_in_order_and_each_lasts_to_its_deadline() {
    run(|| {
        let base = federation();
        for worker in [ALICE, BOB] {
            assert_ok!(join(base, worker));
        }
        open(base);
        record_ops(base, 3);
        events();
        let changes = |base, phase, deadline| [Event::PhaseChanged { base, round: 0, phase, deadline }];

        let mut deadline = 1 + LENGTHS[0];
        run_to(deadline - 1);
        assert_eq!(phase(base), Phase::Collect);
        next_block();
        deadline += LENGTHS[1];
        assert_eq!(events(), changes(base, Phase::Commit, deadline));
        assert_ok!(commit(base, 0, ALICE));
        events();

        run_to(deadline - 1);
        assert_eq!(phase(base), Phase::Commit);
        next_block();
        deadline += LENGTHS[2];
        assert_eq!(events(), changes(base, Phase::Prove, deadline));
        post_challenge(base, 0);
        // The one who committed has proven: Prove ends with the block.
        run_to(deadline - 1);
        prove(base, 0, ALICE, 2);
        events();
        next_block();
        deadline += LENGTHS[3];
        let elected = Event::LeaderElected { base, round: 0, leader: ALICE, rank: 0 };
        assert_eq!(events(), [vec![elected], changes(base, Phase::Seal, deadline).to_vec()].concat());

        run_to(deadline - 1);
        events();
        seal(base, 0, 1);
        deadline = System::block_number() + LENGTHS[4];
        assert_eq!(events(), changes(base, Phase::Decrypt, deadline));
        assert_eq!(round(base, 0).block, Some(1));

        run_to(deadline - 1);
        assert_eq!(phase(base), Phase::Decrypt);
        assert_ok!(Zkpot::note_decrypted(base, 0));
        assert_eq!(events(), [Event::RoundClosed { base, round: 0, outcome: Outcome::Sealed }]);
        assert_eq!((phase(base), round(base, 0).outcome), (Phase::Closed, Some(Outcome::Sealed)));
    });
}

#[test]
fn a_round_with_too_few_ops_closes_empty() {
    run(|| {
        let base = federation();
        open(base);
        record_ops(base, 1);
        events();
        run_to_deadline(base, 0);
        assert_eq!(events(), [Event::RoundClosed { base, round: 0, outcome: Outcome::Empty }]);
        // The op is taken up by the next round.
        open(base);
        record_ops(base, 1);
        run_to_deadline(base, 1);
        let round = round(base, 1);
        assert_eq!((round.phase, round.first_op, round.last_op), (Phase::Commit, 0, 2));
    });
}

#[test]
fn a_round_in_which_nobody_commits_closes_empty() {
    run(|| {
        let base = in_commit(&[ALICE]);
        events();
        run_to_deadline(base, 0);
        assert_eq!(events(), [Event::RoundClosed { base, round: 0, outcome: Outcome::Empty }]);
        assert_eq!(held(ALICE), WORKER_BOND, "who promised nothing loses nothing");
    });
}

#[test]
fn a_round_in_which_nobody_proves_closes_empty() {
    run(|| {
        let base = in_prove(&[ALICE]);
        post_challenge(base, 0);
        events();
        run_to_deadline(base, 0);
        assert_eq!(events(), [Event::RoundClosed { base, round: 0, outcome: Outcome::Empty }]);
        assert_eq!(round(base, 0).leader, None);
        assert!(!Challenges::<Test>::contains_key(base, 0), "nothing needs the challenge any more");
    });
}

#[test]
fn the_most_correct_leads_and_of_equals_the_earlier_commitment() {
    run(|| {
        let base = in_seal(&[(ALICE, 2), (BOB, 3), (CAROL, 3)]);
        assert_eq!(Ranking::<Test>::get(base, 0).into_inner(), [BOB, CAROL, ALICE]);
        assert_eq!(round(base, 0).leader, Some(BOB));
        let base = in_seal(&[(CAROL, 0), (BOB, 0), (ALICE, 1)]);
        assert_eq!(Ranking::<Test>::get(base, 0).into_inner(), [ALICE, CAROL, BOB]);
    });
}

#[test]
fn a_leader_who_misses_its_deadline_is_slashed_and_the_next_in_rank_leads() {
    run(|| {
        let base = in_seal(&[(ALICE, 2), (BOB, 3)]);
        let issuance = Balances::total_issuance();
        events();
        let missed = run_to_deadline(base, 0);
        let deadline = System::block_number() + LENGTHS[3];
        assert_eq!(
            events(),
            [
                Event::WorkerSlashed { base, worker: BOB, amount: SLASH },
                Event::LeaderElected { base, round: 0, leader: ALICE, rank: 1 },
                Event::PhaseChanged { base, round: 0, phase: Phase::Seal, deadline },
            ]
        );
        assert_eq!((missed.leader, missed.rank), (Some(ALICE), 1));
        assert_eq!(Balances::total_issuance(), issuance - SLASH, "burned");
        assert_eq!((held(ALICE), held(BOB)), (WORKER_BOND, WORKER_BOND - SLASH));
        assert_eq!(Workers::<Test>::get(base, BOB).map(|worker| worker.bond), Some(WORKER_BOND - SLASH));
        seal(base, 0, 1);
        assert_eq!(phase(base), Phase::Decrypt);
    });
}

#[test]
fn a_round_whose_leaders_all_missed_their_deadlines_closes_empty_and_its_ops_roll_over() {
    run(|| {
        let base = in_seal(&[(ALICE, 2), (BOB, 3)]);
        run_to_deadline(base, 0);
        events();
        run_to_deadline(base, 0);
        assert_eq!(
            events(),
            [
                Event::WorkerSlashed { base, worker: ALICE, amount: SLASH },
                Event::RoundClosed { base, round: 0, outcome: Outcome::Empty },
            ]
        );
        let closed = round(base, 0);
        assert_eq!((closed.leader, closed.rank, closed.block), (None, 2, None));
        assert_noop!(Zkpot::note_sealed(base, 0, 1), Error::<Test>::WrongPhase);
        open(base);
        record_ops(base, 1);
        let next = run_to_deadline(base, 1);
        assert_eq!((next.first_op, next.last_op), (0, 3));
    });
}

#[test]
fn a_worker_left_with_less_than_half_of_its_bond_is_put_out() {
    run(|| {
        let base = in_seal(&[(ALICE, 2)]);
        run_to_deadline(base, 0);
        to_commit(base, 1);
        assert_ok!(commit(base, 1, ALICE));
        next_block();
        post_challenge(base, 1);
        prove(base, 1, ALICE, 2);
        next_block();
        events();
        run_to_deadline(base, 1);
        assert_eq!(
            events(),
            [
                Event::WorkerSlashed { base, worker: ALICE, amount: SLASH },
                Event::WorkerLeft { base, worker: ALICE },
                Event::RoundClosed { base, round: 1, outcome: Outcome::Empty },
            ]
        );
        assert_eq!((held(ALICE), WorkerCount::<Test>::get(base)), (0, 0));
        assert_eq!(Balances::free_balance(ALICE), ENDOWMENT - 2 * SLASH);
        // With a new bond it can come back.
        assert_ok!(join(base, ALICE));
    });
}

#[test]
fn a_slash_takes_nothing_from_another_federations_bond() {
    run(|| {
        let base = in_seal(&[(ALICE, 2)]);
        let other = federation();
        assert_ok!(join(other, ALICE));
        run_to_deadline(base, 0);
        assert_eq!(Workers::<Test>::get(other, ALICE).map(|worker| worker.bond), Some(WORKER_BOND));
        assert_eq!(held(ALICE), 2 * WORKER_BOND - SLASH);
        assert_ok!(Zkpot::leave_federation(RuntimeOrigin::signed(ALICE), other));
        assert_eq!(held(ALICE), WORKER_BOND - SLASH);
    });
}

#[test]
fn the_next_round_takes_the_ops_that_a_full_one_left() {
    run(|| {
        let base = federation();
        assert_ok!(join(base, ALICE));
        record_ops(base, 7);
        open(base);
        next_block();
        assert_eq!((round(base, 0).first_op, round(base, 0).last_op), (0, 5));
        assert_ok!(commit(base, 0, ALICE));
        next_block();
        post_challenge(base, 0);
        prove(base, 0, ALICE, 1);
        next_block();
        seal(base, 0, 1);
        assert_ok!(Zkpot::note_decrypted(base, 0));
        open(base);
        let next = run_to_deadline(base, 1);
        assert_eq!((next.first_op, next.last_op), (5, 7));
    });
}

#[test]
fn an_undecrypted_round_keeps_its_challenge_until_its_generation_is_recorded() {
    run(|| {
        let base = in_seal(&[(ALICE, 2)]);
        seal(base, 0, 1);
        events();
        run_to_deadline(base, 0);
        assert_eq!(events(), [Event::RoundClosed { base, round: 0, outcome: Outcome::Undecrypted }]);
        assert!(Challenges::<Test>::contains_key(base, 0));
        assert_eq!(Balances::free_balance(OWNER), ENDOWMENT, "the deposit is back");
        assert_ok!(Zkpot::note_decrypted(base, 0));
        assert_eq!(events(), [Event::RoundClosed { base, round: 0, outcome: Outcome::Sealed }]);
        assert_eq!(round(base, 0).outcome, Some(Outcome::Sealed));
        assert!(!Challenges::<Test>::contains_key(base, 0));
        assert_noop!(Zkpot::note_decrypted(base, 0), Error::<Test>::WrongPhase);
    });
}

#[test]
fn a_later_block_of_the_federation_ends_the_wait_for_a_generation() {
    run(|| {
        let base = in_seal(&[(ALICE, 2)]);
        seal(base, 0, 1);
        run_to_deadline(base, 0);
        // A round that seals nothing leaves the challenge where it is.
        open(base);
        run_to_deadline(base, 1);
        assert!(Challenges::<Test>::contains_key(base, 0));
        to_commit(base, 2);
        assert_ok!(commit(base, 2, ALICE));
        next_block();
        post_challenge(base, 2);
        prove(base, 2, ALICE, 2);
        next_block();
        seal(base, 2, 2);
        let kept: Vec<_> = Challenges::<Test>::iter_key_prefix(base).collect();
        assert_eq!(kept, [2]);
    });
}

#[test]
fn rounds_of_different_federations_do_not_touch_each_other() {
    run(|| {
        let (one, two) = (federation(), federation());
        for base in [one, two] {
            assert_ok!(join(base, ALICE));
            open(base);
        }
        record_ops(one, 2);
        assert_ok!(Zkpot::close_collect(RuntimeOrigin::signed(OWNER), one));
        next_block();
        assert_eq!((phase(one), phase(two)), (Phase::Commit, Phase::Collect));
        assert_ok!(commit(one, 0, ALICE));
        run_to_deadline(two, 0);
        assert_eq!((phase(one), phase(two)), (Phase::Prove, Phase::Closed));
        assert_eq!(ActiveRounds::<Test>::get().into_inner(), [one]);
    });
}

#[test]
fn a_block_is_charged_for_its_rounds_and_the_entries_that_it_ranks() {
    run(|| {
        type Weights = weights::SubstrateWeight<Test>;
        let charged = || Zkpot::on_initialize(System::block_number());
        assert_eq!(charged(), <Weights as WeightInfo>::on_initialize(0, 0));
        let base = in_prove(&[ALICE, BOB]);
        post_challenge(base, 0);
        assert_eq!(charged(), <Weights as WeightInfo>::on_initialize(1, 0));
        prove(base, 0, ALICE, 1);
        prove(base, 0, BOB, 1);
        System::set_block_number(round(base, 0).deadline);
        assert_eq!(charged(), <Weights as WeightInfo>::on_initialize(1, 2));
    });
}
