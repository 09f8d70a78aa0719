// SPDX-License-Identifier: Apache-2.0
//! A runtime with the pallets that the ledger builds on: rounds are really run, keys, proofs and signatures are real.

use crate as pallet_training_ledger;
use polkadot_sdk::{
    frame_support::{
        construct_runtime, derive_impl, parameter_types,
        traits::{ConstU32, ConstU64},
        weights::constants::RocksDbWeight,
    },
    frame_system, pallet_balances, pallet_timestamp,
    sp_core::H256,
    sp_io::TestExternalities,
    sp_runtime::{BuildStorage, Permill},
};

construct_runtime!(
    pub enum Test {
        System: frame_system,
        Timestamp: pallet_timestamp,
        Balances: pallet_balances,
        UserModels: pallet_user_models,
        Committee: pallet_committee,
        Zkpot: pallet_zkpot,
        TrainingLedger: pallet_training_ledger,
    }
);

/// Owns the base models.
pub const OWNER: u64 = 1;
/// Own models.
pub const USER: u64 = 2;
pub const OTHER: u64 = 3;
/// Workers of the federations.
pub const WORKER: u64 = 4;
pub const SECOND: u64 = 5;
/// Members of the federations' committees, of which two are enough.
pub const MEMBERS: [u64; 3] = [11, 12, 13];
/// Has no money.
pub const POOR: u64 = 99;
/// What everybody else has at genesis.
pub const ENDOWMENT: u64 = 10_000;
pub const NODE_BOND: u64 = 100;

parameter_types! {
    pub const SlashFraction: Permill = Permill::from_percent(20);
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlock<Test>;
    type AccountData = pallet_balances::AccountData<u64>;
    type DbWeight = RocksDbWeight;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
}

impl pallet_user_models::Config for Test {
    type Proofs = Zkpot;
    type MaxGrants = ConstU32<4>;
    type WeightInfo = pallet_user_models::weights::SubstrateWeight<Test>;
}

impl pallet_committee::Config for Test {
    type Rounds = TrainingLedger;
    type ShareTimeout = ConstU64<3>;
    type WeightInfo = pallet_committee::weights::SubstrateWeight<Test>;
}

impl pallet_zkpot::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Ops = TrainingLedger;
    type WorkerBond = ConstU64<100>;
    type RoundDeposit = ConstU64<10>;
    type SlashFraction = SlashFraction;
    type MaxWorkers = ConstU32<4>;
    type MaxActiveRounds = ConstU32<4>;
    type WeightInfo = pallet_zkpot::weights::SubstrateWeight<Test>;
}

impl pallet_training_ledger::Config for Test {
    type BondCurrency = Balances;
    type BondHoldReason = RuntimeHoldReason;
    type NodeBond = ConstU64<NODE_BOND>;
    type UnixTime = Timestamp;
    type WeightInfo = pallet_training_ledger::weights::SubstrateWeight<Test>;
}

/// Runs a test on a fresh chain, in its first block.
pub fn run(test: impl FnOnce()) {
    let balances = [OWNER, USER, OTHER, WORKER, SECOND].map(|account| (account, ENDOWMENT)).to_vec();
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
        ..Default::default()
    };
    let storage = genesis.build_storage().expect("a valid genesis");
    TestExternalities::new(storage).execute_with(|| {
        frame_system::BlockHash::<Test>::insert(0, H256::repeat_byte(9));
        System::set_block_number(1);
        test();
    });
}
