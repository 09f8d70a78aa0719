// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, *};
use polkadot_sdk::frame_support::traits::Hooks;

#[test]
fn no_phase_ends_while_the_storage_is_migrated_and_all_get_their_time_back() {
    run(|| {
        let base = in_seal(&[(ALICE, 2), (BOB, 1)]);
        let deadline = round(base, 0).deadline;
        run_to(deadline - 2);
        set_migrating(true);
        events();
        run_to(deadline + 100);
        assert_eq!(events(), []);
        assert_eq!(round(base, 0).leader, Some(ALICE));
        set_migrating(false);
        // One block was left to the leader, and still is.
        let put_off = deadline + 102;
        let phase = Phase::Seal;
        assert_eq!(events(), [Event::DeadlinePutOff { base, round: 0, phase, deadline: put_off }]);
        run_to(put_off - 1);
        assert_eq!(round(base, 0).leader, Some(ALICE));
        seal(base, 0, 1);
        next_block();
        assert_eq!(round(base, 0).phase, Phase::Decrypt);
    });
}

#[test]
fn closed_rounds_stay_as_they_are() {
    run(|| {
        let base = in_commit(&[ALICE]);
        let deadline = round(base, 0).deadline;
        run_to(deadline);
        let closed = round(base, 0);
        assert_eq!(closed.outcome, Some(Outcome::Empty));
        set_migrating(true);
        next_block();
        events();
        set_migrating(false);
        assert_eq!(events(), []);
        assert_eq!(round(base, 0), closed);
    });
}

#[test]
fn a_block_of_a_migration_costs_little_and_its_end_is_accounted_for() {
    run(|| {
        in_commit(&[ALICE]);
        set_migrating(true);
        let skipped = Zkpot::on_initialize(System::block_number() + 1);
        let usual = <<Test as Config>::WeightInfo as WeightInfo>::on_initialize(1, 0);
        assert!(usual.ref_time() > 4 * skipped.ref_time() && skipped.ref_time() > 0);
        let before = System::block_weight().total();
        set_migrating(false);
        let end = <<Test as Config>::WeightInfo as WeightInfo>::put_off(1);
        assert_eq!(System::block_weight().total(), before.saturating_add(end));
    });
}
