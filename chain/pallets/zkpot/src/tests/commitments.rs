// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, *};
use polkadot_sdk::frame_support::{assert_noop, assert_ok};
use std::collections::BTreeSet;
use training_primitives::groth16::number;

#[test]
fn workers_commit_in_an_order_that_is_kept() {
    run(|| {
        let base = in_commit(&[ALICE, BOB, CAROL]);
        events();
        assert_ok!(commit(base, 0, BOB));
        assert_ok!(commit(base, 0, ALICE));
        assert_eq!(
            events(),
            [
                Event::ModelCommitted { base, round: 0, worker: BOB, order: 0 },
                Event::ModelCommitted { base, round: 0, worker: ALICE, order: 1 },
            ]
        );
        let hash = commitment_hash(UserModels::genesis_hash(), &ALICE, base, 0, &state_of(ALICE), &NONCE);
        assert_eq!(Commitments::<Test>::get((base, 0), ALICE), Some(Commitment { hash, order: 1 }));
        assert_eq!(round(base, 0).commitments, 2);
    });
}

#[test]
fn a_worker_commits_once() {
    run(|| {
        let base = in_commit(&[ALICE, BOB]);
        assert_ok!(commit(base, 0, ALICE));
        assert_noop!(commit(base, 0, ALICE), Error::<Test>::AlreadyCommitted);
    });
}

#[test]
fn only_workers_of_the_federation_commit() {
    run(|| {
        let base = in_commit(&[ALICE, BOB]);
        assert_noop!(commit(base, 0, CAROL), Error::<Test>::NotWorker);
        assert_ok!(join(federation(), CAROL));
        assert_noop!(commit(base, 0, CAROL), Error::<Test>::NotWorker);
        // Whoever joins in time takes part.
        assert_ok!(join(base, CAROL));
        assert_ok!(commit(base, 0, CAROL));
    });
}

#[test]
fn commitments_are_taken_in_commit_only() {
    run(|| {
        let base = federation();
        for worker in [ALICE, BOB] {
            assert_ok!(join(base, worker));
        }
        assert_noop!(commit(base, 0, ALICE), Error::<Test>::RoundNotFound);
        open(base);
        assert_noop!(commit(base, 0, ALICE), Error::<Test>::WrongPhase);
        record_ops(base, 2);
        run_to_deadline(base, 0);
        assert_noop!(commit(base, 1, ALICE), Error::<Test>::RoundNotFound);
        assert_ok!(commit(base, 0, ALICE));
        run_to_deadline(base, 0);
        assert_noop!(commit(base, 0, BOB), Error::<Test>::WrongPhase);
    });
}

#[test]
fn commit_ends_early_when_every_worker_has_committed() {
    run(|| {
        let base = in_commit(&[ALICE, BOB]);
        assert_ok!(commit(base, 0, ALICE));
        next_block();
        assert_eq!(round(base, 0).phase, Phase::Commit);
        assert_ok!(commit(base, 0, BOB));
        next_block();
        assert_eq!(round(base, 0).phase, Phase::Prove);
    });
}

#[test]
fn a_commitment_binds_everything_that_it_is_made_of() {
    let (base, state) = (H256::repeat_byte(1), number(1));
    let hash = |genesis, account: u64, base, round, state, nonce| {
        commitment_hash(H256::repeat_byte(genesis), &account, base, round, &state, &[nonce; 32])
    };
    let hashes = BTreeSet::from([
        hash(1, 1, base, 1, state, 1),
        hash(2, 1, base, 1, state, 1),
        hash(1, 2, base, 1, state, 1),
        hash(1, 1, H256::repeat_byte(2), 1, state, 1),
        hash(1, 1, base, 2, state, 1),
        hash(1, 1, base, 1, number(2), 1),
        hash(1, 1, base, 1, state, 2),
    ]);
    assert_eq!(hashes.len(), 7);
}
