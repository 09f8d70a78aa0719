// SPDX-License-Identifier: Apache-2.0
//! A runtime for the tests. The ops of the federations are numbers that a test sets; keys, proofs and signatures are real.

use crate::{self as pallet_zkpot, *};
use codec::Encode;
use core::cell::{Cell, RefCell};
use polkadot_sdk::{
    frame_support::{
        assert_ok, construct_runtime, derive_impl,
        migrations::{MigrationStatusHandler, MultiStepMigrator},
        parameter_types,
        traits::{ConstU32, ConstU64, Hooks},
        weights::{constants::RocksDbWeight, Weight},
    },
    pallet_balances, sp_io,
    sp_runtime::{BuildStorage, Permill},
};
use std::{collections::BTreeMap, sync::LazyLock};
use training_primitives::{
    groth16, merkle, ml_dsa,
    test_utils::{MlDsaKeys, ToyCircuit},
    *,
};

construct_runtime!(
    pub enum Test {
        System: frame_system,
        Balances: pallet_balances,
        UserModels: pallet_user_models,
        Committee: pallet_committee,
        Zkpot: pallet_zkpot,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlock<Test>;
    type AccountData = pallet_balances::AccountData<u64>;
    type DbWeight = RocksDbWeight;
    type MultiBlockMigrator = Migrations;
}

thread_local! {
    static MIGRATING: Cell<bool> = const { Cell::new(false) };
}

/// Migrations that go on as long as a test says.
pub struct Migrations;
impl MultiStepMigrator for Migrations {
    fn ongoing() -> bool {
        MIGRATING.get()
    }
    fn step() -> Weight {
        Weight::zero()
    }
}

/// Lets migrations begin after this block, or end with it.
pub fn set_migrating(migrating: bool) {
    MIGRATING.set(migrating);
    if migrating {
        Zkpot::started();
    } else {
        Zkpot::completed();
    }
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
}

impl pallet_user_models::Config for Test {
    type Proofs = Zkpot;
    type MaxGrants = ConstU32<2>;
    type WeightInfo = pallet_user_models::weights::SubstrateWeight<Test>;
}

parameter_types! {
    pub const SlashFraction: Permill = Permill::from_percent(30);
}

impl pallet_committee::Config for Test {
    type Rounds = Recorded;
    type ShareTimeout = ConstU64<5>;
    type WeightInfo = pallet_committee::weights::SubstrateWeight<Test>;
}

pub const WORKER_BOND: u64 = 100;
pub const ROUND_DEPOSIT: u64 = 10;

impl Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Ops = Recorded;
    type WorkerBond = ConstU64<WORKER_BOND>;
    type RoundDeposit = ConstU64<ROUND_DEPOSIT>;
    type SlashFraction = SlashFraction;
    type MaxWorkers = ConstU32<3>;
    type MaxActiveRounds = ConstU32<2>;
    type WeightInfo = weights::SubstrateWeight<Test>;
}

thread_local! {
    /// Next sequence number and first pending one of each federation.
    static OPS: RefCell<BTreeMap<BaseModelId, (u64, u64)>> = const { RefCell::new(BTreeMap::new()) };
}

/// The ops that a test says are recorded.
pub struct Recorded;

impl FederationOps for Recorded {
    fn next_sequence(base: BaseModelId) -> u64 {
        OPS.with_borrow(|ops| ops.get(&base).map_or(0, |numbers| numbers.0))
    }
    fn next_pending(base: BaseModelId) -> u64 {
        OPS.with_borrow(|ops| ops.get(&base).map_or(0, |numbers| numbers.1))
    }
}

impl pallet_committee::FederationRounds for Recorded {
    fn sealed_aggregate(_: BaseModelId, _: RoundIndex) -> Option<ContentHash> {
        None
    }
    fn is_pending(base: BaseModelId, sequence: u64) -> bool {
        (Self::next_pending(base)..Self::next_sequence(base)).contains(&sequence)
    }
}

/// Records ops of a federation, as the ledger would.
pub fn record_ops(base: BaseModelId, count: u64) {
    OPS.with_borrow_mut(|ops| ops.entry(base).or_default().0 += count);
    Zkpot::note_op_recorded(base, rules().max_ops);
}

/// Seals the block of a round, as the ledger would.
pub fn seal(base: BaseModelId, round: RoundIndex, block: TrainingBlockNumber) {
    assert_ok!(Zkpot::note_sealed(base, round, block));
    let last = Rounds::<Test>::get(base, round).expect("it was sealed").last_op;
    OPS.with_borrow_mut(|ops| ops.entry(base).or_default().1 = last);
}

pub const OWNER: u64 = 1;
/// Workers by rank in the tests that elect.
pub const ALICE: u64 = 11;
pub const BOB: u64 = 12;
pub const CAROL: u64 = 13;
pub const DAVE: u64 = 14;
/// Has no money.
pub const POOR: u64 = 99;
/// What everybody else starts with.
pub const ENDOWMENT: u64 = 1_000;

pub const SHAPE: Shape = Shape { features: 2, classes: 3 };
pub const CHALLENGE: u16 = 4;

/// Keys of the `zkpot` circuit, and of one with another arity.
pub static ZKPOT: LazyLock<ToyCircuit> = LazyLock::new(|| ToyCircuit::new(Circuit::Zkpot.arity(), 1));
pub static OWNERSHIP: LazyLock<ToyCircuit> = LazyLock::new(|| ToyCircuit::new(Circuit::Ownership.arity(), 2));

/// The eleven samples of the test set.
pub fn test_set() -> Vec<ChallengeSample> {
    (0..11u8)
        .map(|i| ChallengeSample { features: vec![i, 255 - i].try_into().expect("two features"), label: i % 3 })
        .collect()
}

pub fn test_set_leaves() -> Vec<H256> {
    test_set().iter().map(|sample| merkle::leaf_hash(&sample.leaf())).collect()
}

pub fn rules() -> Rules {
    Rules {
        min_ops: 2,
        max_ops: 5,
        min_contributors: 2,
        min_improvement: 0,
        max_receipt_age: 1_000,
        base_weight: 1,
        improvement_weight: 1,
        leader_share: 1_000,
        committee_share: 1_000,
        phases: PhaseLengths { collect: 10, commit: 11, prove: 12, seal: 13, decrypt: 14 },
        packing: Packing {
            clipping_range: 65_536,
            quantization_range: 131_073,
            values_per_coefficient: 2,
            headroom_bits: 10,
        },
    }
}

/// Registers a base model of `OWNER` with a test set of this size.
pub fn register_base_of(size: u32) -> BaseModelId {
    let before = System::event_count();
    assert_ok!(UserModels::register_base_model(
        RuntimeOrigin::signed(OWNER),
        SHAPE,
        ModelState { content: H256::zero(), commitment: groth16::number(1) },
        H256::zero(),
        pallet_user_models::TestSet { root: merkle::root(test_set_leaves()), size, content: H256::zero() },
        rules(),
    ));
    assert_eq!(System::event_count(), before + 1);
    match System::events().last().map(|record| record.event.clone()) {
        Some(RuntimeEvent::UserModels(pallet_user_models::Event::BaseModelRegistered { base, .. })) => base,
        other => panic!("no base model registered: {other:?}"),
    }
}

pub fn register_base() -> BaseModelId {
    register_base_of(test_set().len() as u32)
}

/// Gives a federation a committee with a key.
pub fn form_committee(base: BaseModelId) {
    pallet_committee::test_utils::make_ready::<Test>(&OWNER, base, &[ALICE, BOB, CAROL], 2);
}

pub fn submitted(toy: &ToyCircuit) -> SubmittedKey {
    toy.key.clone().try_into().expect("a toy key is no longer than others")
}

/// Registers the `zkpot` key for all federations.
pub fn register_key() {
    assert_ok!(Zkpot::register_verifying_key(
        RuntimeOrigin::root(),
        None,
        Circuit::Zkpot,
        SHAPE,
        CHALLENGE,
        submitted(&ZKPOT),
    ));
}

/// A base model whose rounds can be opened.
pub fn federation() -> BaseModelId {
    if !VerifyingKeys::<Test>::contains_key((None::<BaseModelId>, Circuit::Zkpot, SHAPE)) {
        register_key();
    }
    let base = register_base();
    form_committee(base);
    base
}

pub fn keys_of(worker: u64) -> MlDsaKeys {
    MlDsaKeys::new(worker as u8)
}

/// Joins a federation with the worker's own key.
pub fn join(base: BaseModelId, worker: u64) -> frame_support::dispatch::DispatchResult {
    let keys = keys_of(worker);
    let signature = keys.sign(&worker.encode(), ml_dsa::WORKER_CONTEXT);
    Zkpot::join_federation(RuntimeOrigin::signed(worker), base, Box::new(keys.public), signature)
}

pub fn round(base: BaseModelId, index: RoundIndex) -> Round<u64, u64> {
    Rounds::<Test>::get(base, index).expect("the round exists")
}

/// Goes to the next block, with a parent hash that tells its number.
pub fn next_block() {
    let number = System::block_number() + 1;
    System::initialize(&number, &parent_hash(number), &Default::default());
    Zkpot::on_initialize(number);
}

/// Parent hash of block `number` in the tests; that of block 1 is the genesis hash.
pub fn parent_hash(number: u64) -> H256 {
    if number == 1 {
        UserModels::genesis_hash()
    } else {
        H256::from_low_u64_be(number - 1)
    }
}

/// Goes on until block `number` has begun.
pub fn run_to(number: u64) {
    while System::block_number() < number {
        next_block();
    }
}

/// Goes on until the round's phase has reached its deadline, and returns the round.
pub fn run_to_deadline(base: BaseModelId, index: RoundIndex) -> Round<u64, u64> {
    run_to(round(base, index).deadline);
    round(base, index)
}

/// The zkpot events since the last call, oldest first.
pub fn events() -> Vec<Event<Test>> {
    let events = System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Zkpot(event) => Some(event),
            _ => None,
        })
        .collect();
    System::reset_events();
    events
}

/// Runs a test on a fresh chain, in its first block.
pub fn run(test: impl FnOnce()) {
    OPS.with_borrow_mut(BTreeMap::clear);
    let balances = [OWNER, ALICE, BOB, CAROL, DAVE].map(|account| (account, ENDOWMENT)).to_vec();
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
        ..Default::default()
    };
    let storage = genesis.build_storage().expect("a valid genesis");
    sp_io::TestExternalities::new(storage).execute_with(|| {
        next_block();
        test();
    });
}
