// SPDX-License-Identifier: Apache-2.0
//! A runtime with this pallet and base models. Rounds and ops are what a test says that they are.

use crate::{self as pallet_committee, *};
use core::cell::RefCell;
use polkadot_sdk::{
    frame_support::{
        assert_ok, construct_runtime, derive_impl,
        traits::{ConstU32, ConstU64},
        weights::constants::RocksDbWeight,
    },
    sp_core::H256,
    sp_io::TestExternalities,
    sp_runtime::BuildStorage,
};
use std::collections::{BTreeMap, BTreeSet};
use training_primitives::{
    groth16::{number, Work},
    *,
};

construct_runtime!(
    pub enum Test {
        System: frame_system,
        UserModels: pallet_user_models,
        Committee: pallet_committee,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlock<Test>;
    type DbWeight = RocksDbWeight;
}

impl pallet_user_models::Config for Test {
    type Proofs = NoKeys;
    type MaxGrants = ConstU32<2>;
    type WeightInfo = pallet_user_models::weights::SubstrateWeight<Test>;
}

/// A registry without keys: nothing here is proven.
pub struct NoKeys;
impl VerifyProofs for NoKeys {
    fn verify_sets(sets: &[ProofSet]) -> (Vec<Result<(), ProofError>>, Work) {
        (vec![Err(ProofError::UnknownKey(Circuit::Ownership)); sets.len()], Work::default())
    }
}

pub const SHARE_TIMEOUT: u64 = 5;

impl Config for Test {
    type Rounds = Facts;
    type ShareTimeout = ConstU64<SHARE_TIMEOUT>;
    type WeightInfo = weights::SubstrateWeight<Test>;
}

thread_local! {
    static SEALED: RefCell<BTreeMap<(BaseModelId, RoundIndex), ContentHash>> = const { RefCell::new(BTreeMap::new()) };
    static PENDING: RefCell<BTreeSet<u64>> = const { RefCell::new(BTreeSet::new()) };
}

/// What a test says of rounds and ops.
pub struct Facts;
impl FederationRounds for Facts {
    fn sealed_aggregate(base: BaseModelId, round: RoundIndex) -> Option<ContentHash> {
        SEALED.with_borrow(|sealed| sealed.get(&(base, round)).copied())
    }
    fn is_pending(_: BaseModelId, sequence: u64) -> bool {
        PENDING.with_borrow(|pending| pending.contains(&sequence))
    }
}

/// Lets a round have sealed this aggregate, or have none that may be opened.
pub fn set_sealed(base: BaseModelId, round: RoundIndex, content: Option<ContentHash>) {
    SEALED.with_borrow_mut(|sealed| match content {
        Some(content) => sealed.insert((base, round), content),
        None => sealed.remove(&(base, round)),
    });
}

/// Lets just these ops be pending.
pub fn set_pending(sequences: impl IntoIterator<Item = u64>) {
    PENDING.with_borrow_mut(|pending| *pending = sequences.into_iter().collect());
}

pub const OWNER: u64 = 1;
pub const MEMBERS: [u64; 7] = [11, 12, 13, 14, 15, 16, 17];
/// Is in no committee.
pub const STRANGER: u64 = 99;

pub fn signed(account: u64) -> RuntimeOrigin {
    RuntimeOrigin::signed(account)
}

/// A new base model of `OWNER`.
pub fn register_base() -> BaseModelId {
    let known: BTreeSet<_> = pallet_user_models::BaseModels::<Test>::iter_keys().collect();
    let rules = Rules {
        min_ops: 2,
        max_ops: 8,
        min_contributors: 2,
        min_improvement: 0,
        max_receipt_age: 1_000,
        base_weight: 1,
        improvement_weight: 1,
        leader_share: 1_000,
        committee_share: 500,
        phases: PhaseLengths { collect: 5, commit: 5, prove: 5, seal: 5, decrypt: 5 },
        packing: Packing {
            clipping_range: 65_536,
            quantization_range: 131_073,
            values_per_coefficient: 2,
            headroom_bits: 10,
        },
    };
    assert_ok!(UserModels::register_base_model(
        signed(OWNER),
        Shape { features: 2, classes: 2 },
        ModelState { content: H256::zero(), commitment: number(1) },
        H256::zero(),
        pallet_user_models::TestSet { root: H256::zero(), size: 4, content: H256::zero() },
        rules,
    ));
    pallet_user_models::BaseModels::<Test>::iter_keys().find(|base| !known.contains(base)).expect("registered")
}

/// The pallet's events since the last call, oldest first.
pub fn events() -> Vec<Event<Test>> {
    let events = System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Committee(event) => Some(event),
            _ => None,
        })
        .collect();
    System::reset_events();
    events
}

/// Runs a test on a fresh chain, in its first block.
pub fn run(test: impl FnOnce()) {
    SEALED.with_borrow_mut(BTreeMap::clear);
    set_pending([]);
    let storage = RuntimeGenesisConfig::default().build_storage().expect("a valid genesis");
    TestExternalities::new(storage).execute_with(|| {
        System::set_block_number(1);
        test();
    });
}
