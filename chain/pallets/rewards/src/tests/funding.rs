// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, Error, Event, Funders, Pool, Pools};
use pallet_user_models::Error as UserModelsError;
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::H256,
};

fn fund(funder: u64, base: H256, round: u32, amount: u128) -> polkadot_sdk::sp_runtime::DispatchResult {
    Rewards::fund_round(signed(funder), base, round, amount)
}

#[test]
fn anyone_funds_the_first_round_before_it_opens_and_while_it_is_open() {
    run(|| {
        let base = federation();
        assert_ok!(fund(FUNDER, base, 0, 500));
        System::assert_last_event(Event::RoundFunded { base, round: 0, funder: FUNDER, amount: 500 }.into());
        open(base);
        assert_ok!(fund(FUNDER, base, 0, 20));
        assert_ok!(fund(OTHER, base, 0, 3));
        assert_eq!(Pools::<Test>::get(base, 0), Some(Pool { total: 523, paid: 0 }));
        assert_eq!(Funders::<Test>::get((base, 0), FUNDER), 520);
        assert_eq!(Funders::<Test>::get((base, 0), OTHER), 3);
        assert_eq!(Balances::free_balance(FUNDER), ENDOWMENT - 520);
        assert_eq!(Balances::free_balance(Rewards::account()), 523);
    });
}

#[test]
fn only_the_newest_round_and_the_next_can_be_funded() {
    run(|| {
        let base = federation();
        assert_noop!(fund(FUNDER, base, 1, 50), Error::<Test>::RoundNotFundable);
        open(base);
        assert_ok!(fund(FUNDER, base, 1, 50));
        assert_noop!(fund(FUNDER, base, 2, 50), Error::<Test>::RoundNotFundable);
    });
}

#[test]
fn a_round_cannot_be_funded_once_it_is_sealed_or_closed() {
    run(|| {
        let base = federation();
        open(base);
        record(USER, fork(USER, base), 0);
        record_of_another(base);
        seal(base, 0);
        assert_noop!(fund(FUNDER, base, 0, 50), Error::<Test>::RoundNotFundable);
        open_aggregate(base, 0);
        decrypt(base, 0);
        assert_noop!(fund(FUNDER, base, 0, 50), Error::<Test>::RoundNotFundable);
        open(base);
        assert_noop!(fund(FUNDER, base, 0, 50), Error::<Test>::RoundNotFundable);
        miss_deadline();
        assert_noop!(fund(FUNDER, base, 1, 50), Error::<Test>::RoundNotFundable);
        assert_ok!(fund(FUNDER, base, 2, 50));
    });
}

#[test]
fn funding_takes_money_that_is_there_for_a_federation_that_is_there() {
    run(|| {
        let base = federation();
        assert_noop!(fund(FUNDER, base, 0, 0), Error::<Test>::AmountZero);
        assert_noop!(fund(FUNDER, base, 0, ENDOWMENT + 1), Error::<Test>::InsufficientFunds);
        // The funder's account has to live on.
        let too_much = ENDOWMENT - EXISTENTIAL_DEPOSIT + 1;
        assert_noop!(fund(FUNDER, base, 0, too_much), Error::<Test>::InsufficientFunds);
        assert_noop!(fund(FUNDER, H256::zero(), 0, 50), UserModelsError::<Test>::BaseModelNotFound);
        assert_ok!(fund(FUNDER, base, 0, too_much - 1));
    });
}

#[test]
fn funders_take_their_money_back_from_a_round_that_closed_empty_once() {
    run(|| {
        let base = federation();
        assert_ok!(fund(FUNDER, base, 0, 500));
        assert_ok!(fund(OTHER, base, 0, 30));
        open(base);
        let withdraw = |account| Rewards::withdraw_funding(signed(account), base, 0);
        assert_noop!(withdraw(FUNDER), Error::<Test>::NothingToWithdraw);
        miss_deadline();
        assert_noop!(withdraw(USER), Error::<Test>::NothingToWithdraw);
        assert_ok!(withdraw(FUNDER));
        System::assert_last_event(Event::FundingWithdrawn { base, round: 0, funder: FUNDER, amount: 500 }.into());
        assert_noop!(withdraw(FUNDER), Error::<Test>::NothingToWithdraw);
        assert_ok!(withdraw(OTHER));
        assert_eq!(Balances::free_balance(FUNDER), ENDOWMENT);
        assert_eq!(Balances::free_balance(OTHER), ENDOWMENT);
        assert_eq!(Pools::<Test>::get(base, 0), Some(Pool { total: 530, paid: 530 }));
    });
}

#[test]
fn nothing_is_withdrawn_from_a_sealed_round() {
    run(|| {
        let base = federation();
        assert_ok!(fund(FUNDER, base, 0, 500));
        open(base);
        record(USER, fork(USER, base), 0);
        record_of_another(base);
        seal(base, 0);
        open_aggregate(base, 0);
        decrypt(base, 0);
        assert_noop!(Rewards::withdraw_funding(signed(FUNDER), base, 0), Error::<Test>::NothingToWithdraw);
    });
}
