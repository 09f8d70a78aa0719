// SPDX-License-Identifier: Apache-2.0
//! The ledger's own pallets.

use crate::*;
use frame_support::{
    parameter_types,
    traits::{ConstU128, ConstU32},
    PalletId,
};
use sp_runtime::Permill;

parameter_types! {
    pub const SlashFraction: Permill = Permill::from_percent(20);
    pub const RewardPalletId: PalletId = PalletId(*b"trn/rwrd");
    pub SelfParaId: u32 = ParachainInfo::parachain_id().into();
}

impl pallet_user_models::Config for Runtime {
    type Proofs = Zkpot;
    type MaxGrants = ConstU32<32>;
    type WeightInfo = pallet_user_models::weights::SubstrateWeight<Runtime>;
}

impl pallet_committee::Config for Runtime {
    type Rounds = TrainingLedger;
    /// Two minutes.
    type ShareTimeout = ConstU32<20>;
    type WeightInfo = pallet_committee::weights::SubstrateWeight<Runtime>;
}

impl pallet_zkpot::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Ops = TrainingLedger;
    type WorkerBond = ConstU128<{ 100 * UNIT }>;
    type RoundDeposit = ConstU128<{ 10 * UNIT }>;
    type SlashFraction = SlashFraction;
    type MaxWorkers = ConstU32<32>;
    type MaxActiveRounds = ConstU32<64>;
    type WeightInfo = pallet_zkpot::weights::SubstrateWeight<Runtime>;
}

impl pallet_training_ledger::Config for Runtime {
    type BondCurrency = Balances;
    type BondHoldReason = RuntimeHoldReason;
    type NodeBond = ConstU128<{ 10 * UNIT }>;
    type UnixTime = Timestamp;
    type WeightInfo = pallet_training_ledger::weights::SubstrateWeight<Runtime>;
}

impl pallet_rewards::Config for Runtime {
    type RewardCurrency = Balances;
    type RewardPalletId = RewardPalletId;
    type WeightInfo = pallet_rewards::weights::SubstrateWeight<Runtime>;
}

impl pallet_user_model_sync::Config for Runtime {
    type RuntimeCall = RuntimeCall;
    type RuntimeOrigin = RuntimeOrigin;
    type XcmRouter = xcm_config::XcmRouter;
    type SelfParaId = SelfParaId;
    type SyncCurrency = Balances;
    type SyncBaseFee = ConstU128<{ UNIT / 50 }>;
    type SyncByteFee = ConstU128<{ UNIT / 1_000_000 }>;
    /// Five minutes.
    type SyncTimeout = ConstU32<50>;
    type WeightInfo = pallet_user_model_sync::weights::SubstrateWeight<Runtime>;
}
