// SPDX-License-Identifier: Apache-2.0
use crate::{mock::*, *};
use codec::Encode;
use pallet_user_models::Error as UserModelsError;
use polkadot_sdk::{
    frame_support::{
        assert_noop, assert_ok,
        traits::{fungible::InspectHold, Currency},
    },
    pallet_balances,
};
use training_primitives::{block::BLOCK_CONTEXT, ml_dsa, MlDsaSignature};

fn held(worker: u64) -> u64 {
    pallet_balances::Pallet::<Test>::balance_on_hold(&HoldReason::WorkerBond.into(), &worker)
}

#[test]
fn a_worker_joins_with_a_bond_and_leaves_with_it() {
    run(|| {
        let base = register_base();
        assert_ok!(join(base, ALICE));
        assert_eq!(events(), [Event::WorkerJoined { base, worker: ALICE }]);
        assert_eq!(Workers::<Test>::get(base, ALICE).map(|worker| worker.bond), Some(WORKER_BOND));
        assert_eq!(Zkpot::worker_key(base, &ALICE), Some(keys_of(ALICE).public));
        assert_eq!((WorkerCount::<Test>::get(base), held(ALICE)), (1, WORKER_BOND));
        assert_noop!(join(base, ALICE), Error::<Test>::AlreadyWorker);

        let leave = || Zkpot::leave_federation(RuntimeOrigin::signed(ALICE), base);
        assert_ok!(leave());
        assert_eq!(events(), [Event::WorkerLeft { base, worker: ALICE }]);
        assert_eq!((WorkerCount::<Test>::get(base), held(ALICE)), (0, 0));
        assert_eq!(Balances::free_balance(ALICE), ENDOWMENT);
        assert_eq!(Zkpot::worker_key(base, &ALICE), None);
        assert_noop!(leave(), Error::<Test>::NotWorker);
    });
}

#[test]
fn each_federation_takes_its_own_bond() {
    run(|| {
        let (one, two) = (register_base(), register_base());
        assert_ok!(join(one, ALICE));
        assert_ok!(join(two, ALICE));
        assert_eq!(held(ALICE), 2 * WORKER_BOND);
        assert_ok!(Zkpot::leave_federation(RuntimeOrigin::signed(ALICE), one));
        assert_eq!(held(ALICE), WORKER_BOND);
        assert!(Workers::<Test>::contains_key(two, ALICE));
    });
}

#[test]
fn a_federation_has_room_for_so_many_workers() {
    run(|| {
        let base = register_base();
        for worker in [ALICE, BOB, CAROL] {
            assert_ok!(join(base, worker));
        }
        assert_noop!(join(base, DAVE), Error::<Test>::TooManyWorkers);
        assert_ok!(Zkpot::leave_federation(RuntimeOrigin::signed(BOB), base));
        assert_ok!(join(base, DAVE));
    });
}

#[test]
fn a_worker_shows_that_it_holds_its_key() {
    run(|| {
        let base = register_base();
        let keys = keys_of(ALICE);
        let join_with = |signature: MlDsaSignature| {
            Zkpot::join_federation(RuntimeOrigin::signed(ALICE), base, Box::new(keys.public), signature)
        };
        let short = MlDsaSignature::truncate_from(vec![1; 100]);
        let of_another_account = keys.sign(&BOB.encode(), ml_dsa::WORKER_CONTEXT);
        let of_another_context = keys.sign(&ALICE.encode(), BLOCK_CONTEXT);
        let of_another_key = keys_of(BOB).sign(&ALICE.encode(), ml_dsa::WORKER_CONTEXT);
        for signature in [short, of_another_account, of_another_context, of_another_key] {
            assert_noop!(join_with(signature), Error::<Test>::WorkerSignatureInvalid);
        }
        assert_ok!(join_with(keys.sign(&ALICE.encode(), ml_dsa::WORKER_CONTEXT)));
    });
}

#[test]
fn a_worker_has_the_bond_and_a_federation_that_is_there() {
    run(|| {
        let base = register_base();
        assert_noop!(join(base, POOR), Error::<Test>::BondTooLow);
        let _ = Balances::make_free_balance_be(&POOR, WORKER_BOND);
        // The account has to live on.
        assert_noop!(join(base, POOR), Error::<Test>::BondTooLow);
        let _ = Balances::make_free_balance_be(&POOR, WORKER_BOND + 1);
        assert_ok!(join(base, POOR));
        assert_noop!(join(H256::zero(), ALICE), UserModelsError::<Test>::BaseModelNotFound);
    });
}

#[test]
fn nobody_leaves_while_a_round_needs_it() {
    run(|| {
        let base = federation();
        assert_ok!(join(base, ALICE));
        assert_ok!(join(base, BOB));
        let leave = |worker| Zkpot::leave_federation(RuntimeOrigin::signed(worker), base);
        assert_ok!(Zkpot::open_round(RuntimeOrigin::signed(OWNER), base));
        // In Collect nobody has promised anything.
        assert_ok!(leave(BOB));
        record_ops(base, 2);
        run_to_deadline(base, 0);
        assert_eq!(round(base, 0).phase, Phase::Commit);
        assert_noop!(leave(ALICE), Error::<Test>::RoundInProgress);
        run_to_deadline(base, 0);
        assert_eq!(round(base, 0).phase, Phase::Closed);
        assert_ok!(leave(ALICE));
    });
}
