// SPDX-License-Identifier: Apache-2.0
//! The committee opens what is sealed, and no longer than its generation can be recorded.

use super::{rounds::*, scenario::*};
use crate::mock::*;
use pallet_committee::{Error as CommitteeError, FederationRounds, Opening, Openings};
use pallet_zkpot::Outcome;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok, dispatch::DispatchResult},
    sp_core::H256,
};
use training_primitives::*;

/// A federation whose round 0 is sealed, and its block.
fn sealed() -> (BaseModelId, TrainingBlock<u64>) {
    let base = federation();
    record(USER, fork(USER, base));
    record_of_another(base);
    (base, run_round(base, 0))
}

fn approve(base: BaseModelId, round: RoundIndex, member: u64, content: ContentHash) -> DispatchResult {
    Committee::approve_aggregate(signed(member), base, round, content)
}

#[test]
fn the_committee_approves_what_was_sealed() {
    run(|| {
        let (base, block) = sealed();
        let content = block.aggregate.content;
        assert_eq!(TrainingLedger::sealed_aggregate(base, 0), Some(content));
        assert_noop!(approve(base, 0, MEMBERS[0], H256::zero()), CommitteeError::<Test>::AggregateMismatch);
        assert_ok!(approve(base, 0, MEMBERS[0], content));
        assert_ok!(approve(base, 0, MEMBERS[2], content));
        assert_eq!(Openings::<Test>::get(base, 0), Some(Opening { current: 0, complete: None }));
    });
}

#[test]
fn nothing_is_opened_before_the_block_or_after_the_generation() {
    run(|| {
        let base = federation();
        record(USER, fork(USER, base));
        record_of_another(base);
        open(base);
        assert_eq!(TrainingLedger::sealed_aggregate(base, 0), None);
        to_seal(base, 0);
        assert_eq!(TrainingLedger::sealed_aggregate(base, 0), None);
        let content = seal(base, 0).aggregate.content;
        open_aggregate(base, 0);
        assert_ok!(NewGeneration::new(base, 0).submit());
        assert_noop!(approve(base, 0, MEMBERS[2], content), CommitteeError::<Test>::RoundNotOpenable);
        assert_eq!(TrainingLedger::sealed_aggregate(base, 1), None);
        assert_eq!(TrainingLedger::sealed_aggregate(H256::zero(), 0), None);
    });
}

#[test]
fn an_aggregate_is_opened_late_until_another_block_is_sealed() {
    run(|| {
        let (base, block) = sealed();
        miss_deadline(base, 0);
        assert_eq!(round(base, 0).outcome, Some(Outcome::Undecrypted));
        assert_ok!(approve(base, 0, MEMBERS[0], block.aggregate.content));
        record(USER, fork(USER, base));
        record_of_another(base);
        open(base);
        to_seal(base, 1);
        assert_ok!(approve(base, 0, MEMBERS[1], block.aggregate.content));
        seal(base, 1);
        let late = Committee::submit_partial_decryption(signed(MEMBERS[0]), base, 0, 0, H256::zero());
        assert_noop!(late, CommitteeError::<Test>::RoundNotOpenable);
        assert!(TrainingLedger::sealed_aggregate(base, 1).is_some());
    });
}

#[test]
fn a_round_that_closed_empty_has_nothing_to_open() {
    run(|| {
        let base = federation();
        open(base);
        miss_deadline(base, 0);
        assert_eq!(round(base, 0).outcome, Some(Outcome::Empty));
        assert_eq!(TrainingLedger::sealed_aggregate(base, 0), None);
    });
}
