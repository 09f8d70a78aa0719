// SPDX-License-Identifier: Apache-2.0
//! A runtime with all pallets that rewards build on: rewards are tested on rounds that are really run.

use crate as pallet_rewards;
use polkadot_sdk::{
    frame_support::{
        construct_runtime, derive_impl, parameter_types,
        traits::{ConstU32, ConstU64},
        weights::constants::RocksDbWeight,
        PalletId,
    },
    frame_system, pallet_balances, pallet_timestamp,
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
        Rewards: pallet_rewards,
    }
);

pub const OWNER: u64 = 1;
pub const USER: u64 = 2;
pub const OTHER: u64 = 3;
pub const WORKER: u64 = 4;
pub const FUNDER: u64 = 5;
/// Members of the federation's committee, of which two are enough.
pub const MEMBERS: [u64; 3] = [11, 12, 13];
/// What each of them has at genesis.
pub const ENDOWMENT: u128 = 1_000_000;
pub const EXISTENTIAL_DEPOSIT: u128 = 10;

parameter_types! {
    pub const ExistentialDeposit: u128 = EXISTENTIAL_DEPOSIT;
    pub const Bond: u128 = 1_000;
    pub const SlashFraction: Permill = Permill::from_percent(20);
    pub const RewardPalletId: PalletId = PalletId(*b"trn/rwrd");
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlock<Test>;
    type AccountData = pallet_balances::AccountData<u128>;
    type DbWeight = RocksDbWeight;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
    type Balance = u128;
    type ExistentialDeposit = ExistentialDeposit;
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
    type WorkerBond = Bond;
    type RoundDeposit = Bond;
    type SlashFraction = SlashFraction;
    type MaxWorkers = ConstU32<4>;
    type MaxActiveRounds = ConstU32<4>;
    type WeightInfo = pallet_zkpot::weights::SubstrateWeight<Test>;
}

impl pallet_training_ledger::Config for Test {
    type BondCurrency = Balances;
    type BondHoldReason = RuntimeHoldReason;
    type NodeBond = Bond;
    type UnixTime = Timestamp;
    type WeightInfo = pallet_training_ledger::weights::SubstrateWeight<Test>;
}

impl pallet_rewards::Config for Test {
    type RewardCurrency = Balances;
    type RewardPalletId = RewardPalletId;
    type WeightInfo = pallet_rewards::weights::SubstrateWeight<Test>;
}

/// Runs a test on a fresh chain, in its first block.
pub fn run(test: impl FnOnce()) {
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("storage");
    let balances = [&[OWNER, USER, OTHER, WORKER, FUNDER], &MEMBERS[..]].concat();
    let balances = balances.into_iter().map(|account| (account, ENDOWMENT)).collect();
    pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
        .assimilate_storage(&mut storage)
        .expect("storage");
    TestExternalities::new(storage).execute_with(|| {
        System::set_block_number(1);
        test();
    });
}
