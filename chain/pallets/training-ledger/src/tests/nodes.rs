// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, *};
use polkadot_sdk::{
    frame_support::{
        assert_noop, assert_ok,
        traits::{fungible::InspectHold, Currency},
    },
    sp_runtime::DispatchResult,
};
use training_primitives::{groth16::number, FieldElement};

fn register(owner: u64, key: FieldElement) -> DispatchResult {
    TrainingLedger::register_inference_node(signed(owner), key)
}

fn remove(owner: u64, key: FieldElement) -> DispatchResult {
    TrainingLedger::remove_inference_node(signed(owner), key)
}

fn held(owner: u64) -> u64 {
    Balances::balance_on_hold(&HoldReason::InferenceNodeBond.into(), &owner)
}

#[test]
fn a_node_is_registered_for_a_bond_and_removed_by_whoever_registered_it() {
    run(|| {
        let key = node();
        assert_ok!(register(USER, key));
        assert_eq!(events(), [Event::InferenceNodeRegistered { key, owner: USER }]);
        let record = InferenceNode { owner: USER, bond: NODE_BOND };
        assert_eq!(InferenceNodes::<Test>::get(key), Some(record));
        assert_eq!(held(USER), NODE_BOND);

        assert_noop!(remove(OTHER, key), Error::<Test>::NotNodeOwner);
        assert_ok!(remove(USER, key));
        assert_eq!(events(), [Event::InferenceNodeRemoved { key, owner: USER }]);
        assert_eq!((held(USER), Balances::free_balance(USER)), (0, ENDOWMENT));
        assert_noop!(remove(USER, key), Error::<Test>::NodeNotRegistered);
        assert_ok!(register(OTHER, key));
    });
}

#[test]
fn a_node_is_registered_once() {
    run(|| {
        assert_ok!(register(USER, node()));
        assert_noop!(register(OTHER, node()), Error::<Test>::NodeAlreadyRegistered);
        assert_noop!(register(USER, node()), Error::<Test>::NodeAlreadyRegistered);
        // Each node has its own bond.
        assert_ok!(register(USER, number(8)));
        assert_eq!(held(USER), 2 * NODE_BOND);
        assert_ok!(remove(USER, node()));
        assert_eq!(held(USER), NODE_BOND);
    });
}

#[test]
fn a_nodes_key_is_a_scalar() {
    run(|| {
        assert_noop!(register(USER, [255; 32]), Error::<Test>::CommitmentNotCanonical);
    });
}

#[test]
fn a_node_needs_its_bond() {
    run(|| {
        assert_noop!(register(POOR, node()), Error::<Test>::BondTooLow);
        let _ = Balances::make_free_balance_be(&POOR, NODE_BOND);
        assert_noop!(register(POOR, node()), Error::<Test>::BondTooLow);
        let _ = Balances::make_free_balance_be(&POOR, NODE_BOND + 1);
        assert_ok!(register(POOR, node()));
    });
}
