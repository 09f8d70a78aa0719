// SPDX-License-Identifier: Apache-2.0
//! A runtime with the pallets that sync builds on. Several chains run it side by side; what they send one another goes through
//! the XCM executor of the receiver, with the barrier and the origins of the real runtime.

use crate::{self as pallet_user_model_sync, *};
use core::cell::RefCell;
use polkadot_sdk::{
    frame_support::{
        construct_runtime, derive_impl, parameter_types,
        traits::{ConstU32, ConstU64, Everything, Nothing},
        weights::{constants::RocksDbWeight, Weight},
    },
    pallet_balances, pallet_timestamp,
    sp_runtime::Permill,
    staging_xcm::latest::prelude::*,
    staging_xcm_builder::{FixedWeightBounds, FrameTransactionalProcessor, TrailingSetTopicAsId, WithComputedOrigin},
    staging_xcm_executor::{self, XcmExecutor},
};

construct_runtime!(
    pub enum Test {
        System: frame_system = 0,
        Timestamp: pallet_timestamp = 1,
        Balances: pallet_balances = 2,
        UserModels: pallet_user_models = 50,
        Zkpot: pallet_zkpot = 51,
        TrainingLedger: pallet_training_ledger = 52,
        Committee: pallet_committee = 54,
        UserModelSync: pallet_user_model_sync = 55,
    }
);

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

parameter_types! {
    pub const SlashFraction: Permill = Permill::from_percent(20);
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
    type NodeBond = ConstU64<100>;
    type UnixTime = Timestamp;
    type WeightInfo = pallet_training_ledger::weights::SubstrateWeight<Test>;
}

pub const BASE_FEE: u64 = 100;
pub const BYTE_FEE: u64 = 2;
pub const TIMEOUT: u64 = 10;

parameter_types! {
    /// The chain that runs.
    pub static SelfPara: ParaId = 0;
    /// What the way to a sibling answers instead of taking a message.
    pub static ChannelError: Option<&'static str> = None;
    /// What the way to a sibling charges.
    pub static ChannelPrice: u128 = 0;
}

impl Config for Test {
    type RuntimeCall = RuntimeCall;
    type RuntimeOrigin = RuntimeOrigin;
    type XcmRouter = Network;
    type SelfParaId = SelfPara;
    type SyncCurrency = Balances;
    type SyncBaseFee = ConstU64<BASE_FEE>;
    type SyncByteFee = ConstU64<BYTE_FEE>;
    type SyncTimeout = ConstU64<TIMEOUT>;
    type WeightInfo = weights::SubstrateWeight<Test>;
}

/// A message on its way.
#[derive(Clone, PartialEq, Debug)]
pub struct Sent {
    pub from: ParaId,
    pub to: ParaId,
    pub xcm: Xcm<()>,
}

thread_local! {
    /// What was sent and not yet delivered or lost, oldest first.
    pub static SENT: RefCell<Vec<Sent>> = const { RefCell::new(Vec::new()) };
}

/// The way to all siblings. A topic is added as the real one does.
pub struct Network;

impl SendXcm for Network {
    type Ticket = Sent;

    fn validate(destination: &mut Option<Location>, message: &mut Option<Xcm<()>>) -> SendResult<Sent> {
        let to = match destination.take().ok_or(SendError::MissingArgument)?.unpack() {
            (1, [Parachain(para)]) => *para,
            _ => return Err(SendError::NotApplicable),
        };
        let mut xcm = message.take().ok_or(SendError::MissingArgument)?;
        xcm.0.push(SetTopic([7; 32]));
        let price = match ChannelPrice::get() {
            0 => Assets::new(),
            price => (Here, price).into(),
        };
        Ok((Sent { from: SelfPara::get(), to, xcm }, price))
    }

    fn deliver(sent: Sent) -> Result<XcmHash, SendError> {
        if let Some(error) = ChannelError::get() {
            return Err(SendError::Transport(error));
        }
        SENT.with_borrow_mut(|all| all.push(sent));
        Ok([7; 32])
    }
}

parameter_types! {
    pub UniversalLocation: InteriorLocation =
        [GlobalConsensus(NetworkId::ByGenesis([0; 32])), Parachain(SelfPara::get())].into();
    pub const InstructionWeight: Weight = Weight::from_parts(1_000, 1_000);
}

pub struct XcmConfig;
impl staging_xcm_executor::Config for XcmConfig {
    type RuntimeCall = RuntimeCall;
    type XcmSender = Network;
    type XcmEventEmitter = ();
    type AssetTransactor = ();
    type OriginConverter = xcm::SiblingSyncAsNative<Test>;
    type IsReserve = ();
    type IsTeleporter = ();
    type UniversalLocation = UniversalLocation;
    type Barrier = TrailingSetTopicAsId<WithComputedOrigin<xcm::AllowSync<Test>, UniversalLocation, ConstU32<8>>>;
    type Weigher = FixedWeightBounds<InstructionWeight, RuntimeCall, ConstU32<100>>;
    type Trader = ();
    type ResponseHandler = ();
    type AssetTrap = ();
    type SubscriptionService = ();
    type PalletInstancesInfo = AllPalletsWithSystem;
    type MaxAssetsIntoHolding = ConstU32<1>;
    type AssetLocker = ();
    type AssetExchanger = ();
    type FeeManager = ();
    type MessageExporter = ();
    type UniversalAliases = Nothing;
    type CallDispatcher = RuntimeCall;
    type SafeCallFilter = Everything;
    type Aliasers = Nothing;
    type TransactionalProcessor = FrameTransactionalProcessor;
    type HrmpNewChannelOpenRequestHandler = ();
    type HrmpChannelAcceptedHandler = ();
    type HrmpChannelClosingHandler = ();
    type XcmRecorder = ();
}

pub type Executor = XcmExecutor<XcmConfig>;
