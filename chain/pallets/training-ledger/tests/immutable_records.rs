// SPDX-License-Identifier: Apache-2.0
//! The runtime's guard of records, in a small runtime: the guard is the runtime's own file, and storage, sudo and utility
//! are the pallets that the runtime has. The runtime itself is compiled to WASM only.

#[path = "../../../runtime/src/immutable_records.rs"]
mod immutable_records;

use immutable_records::{ImmutableRecords, KeepsRecords, SafeForXcm, IMMUTABLE_RECORD};
use polkadot_sdk::{
    frame_support::{
        assert_noop, assert_ok, construct_runtime, derive_impl,
        dispatch::{GetDispatchInfo, RawOrigin},
        traits::Contains,
        weights::Weight,
    },
    sp_io::TestExternalities,
    sp_runtime::{
        traits::{DispatchTransaction, Dispatchable},
        transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
        BuildStorage, DispatchResult,
    },
    *,
};

construct_runtime!(
    pub enum Runtime {
        System: frame_system,
        Balances: pallet_balances,
        Utility: pallet_utility,
        Sudo: pallet_sudo,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Runtime {
    type BaseCallFilter = KeepsRecords;
    type Block = frame_system::mocking::MockBlock<Runtime>;
    type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
    type AccountStore = System;
}

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = ();
}

impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = ();
}

/// Holds the key of sudo.
const ROOT: u64 = 1;
const KEY: &[u8] = b"a record";

fn run(test: impl FnOnce()) {
    let genesis = RuntimeGenesisConfig { sudo: pallet_sudo::GenesisConfig { key: Some(ROOT) }, ..Default::default() };
    TestExternalities::new(genesis.build_storage().expect("a valid genesis")).execute_with(|| {
        System::set_block_number(1);
        test();
    });
}

fn remark() -> RuntimeCall {
    frame_system::Call::remark { remark: vec![1] }.into()
}

fn set_storage() -> RuntimeCall {
    frame_system::Call::set_storage { items: vec![(KEY.to_vec(), b"changed".to_vec())] }.into()
}

/// Every call that writes storage directly.
fn writes() -> Vec<RuntimeCall> {
    vec![
        set_storage(),
        frame_system::Call::kill_storage { keys: vec![KEY.to_vec()] }.into(),
        frame_system::Call::kill_prefix { prefix: vec![], subkeys: 1 }.into(),
    ]
}

fn sudo(call: RuntimeCall) -> RuntimeCall {
    pallet_sudo::Call::sudo { call: Box::new(call) }.into()
}

fn batch(calls: Vec<RuntimeCall>) -> RuntimeCall {
    pallet_utility::Call::batch { calls }.into()
}

fn as_root() -> Box<OriginCaller> {
    Box::new(RawOrigin::Root.into())
}

/// The call inside each of those that carry another and are no call of sudo.
fn wrapped(call: &RuntimeCall) -> Vec<RuntimeCall> {
    let boxed = || Box::new(call.clone());
    let calls = || vec![remark(), call.clone()];
    vec![
        batch(calls()),
        pallet_utility::Call::batch_all { calls: calls() }.into(),
        pallet_utility::Call::force_batch { calls: calls() }.into(),
        pallet_utility::Call::as_derivative { index: 0, call: boxed() }.into(),
        pallet_utility::Call::dispatch_as { as_origin: as_root(), call: boxed() }.into(),
        pallet_utility::Call::dispatch_as_fallible { as_origin: as_root(), call: boxed() }.into(),
        pallet_utility::Call::with_weight { call: boxed(), weight: Weight::zero() }.into(),
        pallet_utility::Call::if_else { main: boxed(), fallback: Box::new(remark()) }.into(),
        pallet_utility::Call::if_else { main: Box::new(remark()), fallback: boxed() }.into(),
    ]
}

fn wrapped_in_sudo(call: &RuntimeCall) -> Vec<RuntimeCall> {
    let boxed = || Box::new(call.clone());
    vec![
        sudo(call.clone()),
        pallet_sudo::Call::sudo_unchecked_weight { call: boxed(), weight: Weight::zero() }.into(),
        pallet_sudo::Call::sudo_as { who: ROOT, call: boxed() }.into(),
    ]
}

#[test]
fn no_call_writes_storage_directly_whatever_it_is_wrapped_in() {
    for write in writes() {
        assert!(!KeepsRecords::contains(&write) && !SafeForXcm::contains(&write));
        for call in [wrapped(&write), wrapped_in_sudo(&write)].concat() {
            assert!(!KeepsRecords::contains(&call), "{call:?}");
            assert!(!SafeForXcm::contains(&call), "{call:?}");
            // Two deep.
            for deeper in [wrapped(&call), wrapped_in_sudo(&call)].concat() {
                assert!(!KeepsRecords::contains(&deeper), "{deeper:?}");
                assert!(!SafeForXcm::contains(&deeper), "{deeper:?}");
            }
        }
    }
}

#[test]
fn every_other_call_passes() {
    let set_code = frame_system::Call::set_code { code: vec![] }.into();
    for call in [vec![remark(), batch(vec![]), set_code], wrapped(&remark())].concat() {
        assert!(KeepsRecords::contains(&call), "{call:?}");
        assert!(SafeForXcm::contains(&call), "{call:?}");
    }
}

#[test]
fn other_chains_do_not_use_sudo() {
    let mut calls = wrapped_in_sudo(&remark());
    calls.push(pallet_sudo::Call::set_key { new: 2 }.into());
    calls.push(pallet_sudo::Call::remove_key {}.into());
    for call in calls {
        assert!(KeepsRecords::contains(&call), "{call:?}");
        assert!(!SafeForXcm::contains(&call), "{call:?}");
        for deeper in wrapped(&call) {
            assert!(!SafeForXcm::contains(&deeper), "{deeper:?}");
        }
    }
}

#[test]
fn calls_nested_too_deep_are_refused_unread() {
    let nested = |depth: usize| (0..depth).fold(remark(), |call, _| batch(vec![call]));
    assert!(KeepsRecords::contains(&nested(15)) && SafeForXcm::contains(&nested(15)));
    assert!(!KeepsRecords::contains(&nested(16)) && !SafeForXcm::contains(&nested(16)));
}

/// What the transaction pool and a block say to a transaction of `ROOT`.
fn validate(call: &RuntimeCall) -> Result<(), TransactionValidityError> {
    let (origin, info) = (RuntimeOrigin::signed(ROOT), call.get_dispatch_info());
    ImmutableRecords.validate_only(origin, call, &info, 0, TransactionSource::External, 0).map(|_| ())
}

#[test]
fn a_transaction_that_would_write_storage_is_invalid() {
    run(|| {
        let refused = TransactionValidityError::Invalid(InvalidTransaction::Custom(IMMUTABLE_RECORD));
        for write in writes() {
            for call in [vec![write.clone()], wrapped_in_sudo(&write), wrapped_in_sudo(&batch(vec![write]))].concat() {
                assert_eq!(validate(&call), Err(refused), "{call:?}");
            }
        }
        assert_eq!(validate(&sudo(remark())), Ok(()));
    });
}

#[test]
fn what_is_dispatched_inside_other_calls_is_filtered_too() {
    run(|| {
        let dispatch = |call: RuntimeCall, origin| -> DispatchResult {
            call.dispatch(origin).map(|_| ()).map_err(|error| error.error)
        };
        let signed = || RuntimeOrigin::signed(ROOT);
        for write in writes() {
            assert_noop!(dispatch(write, signed()), frame_system::Error::<Runtime>::CallFiltered);
        }
        for call in wrapped(&set_storage()) {
            assert_noop!(dispatch(call, signed()), frame_system::Error::<Runtime>::CallFiltered);
        }
        assert_ok!(dispatch(batch(vec![remark()]), signed()));
        assert_eq!(sp_io::storage::get(KEY), None);
    });
}
