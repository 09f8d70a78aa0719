// SPDX-License-Identifier: Apache-2.0
//! From the storage of one release to that of the next, over as many blocks as it takes.
//!
//! While migrations run, blocks take no transactions. Messages of other chains wait in their queue, and deadlines are put off.

use crate::*;
use cumulus_primitives_core::AggregateMessageOrigin;
use frame_support::{
    migrations::{FreezeChainOnFailedMigration, MultiStepMigrator},
    parameter_types,
    traits::{ConstU32, QueuePausedQuery},
};
use sp_runtime::Perbill;

/// What is migrated after the upgrade to this release. A migration that ran is skipped from then on, and left out of a release
/// once no chain runs anything older.
#[cfg(not(feature = "runtime-benchmarks"))]
type Migrations = (pallet_committee::migrations::v1::MoveOpenings<Runtime>,);
#[cfg(feature = "runtime-benchmarks")]
type Migrations = pallet_migrations::mock_helpers::MockedMigrations;

parameter_types! {
    /// Half a block: messages still have to come in, and a validator has to check the block in time.
    pub MaxMigrationWeight: Weight = Perbill::from_percent(50) * RuntimeBlockWeights::get().max_block;
}

impl pallet_migrations::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Migrations = Migrations;
    type CursorMaxLen = ConstU32<256>;
    type IdentifierMaxLen = ConstU32<64>;
    type MigrationStatusHandler = Zkpot;
    /// The chain stays without transactions. To go on with half of the storage in another layout would let people record what the
    /// next release cannot read, and a record cannot be taken back. What mends this is another runtime, and the relay chain's
    /// governance can give a parachain one that takes no transactions.
    type FailedMigrationHandler = FreezeChainOnFailedMigration;
    type MaxServiceWeight = MaxMigrationWeight;
    type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}

/// Lets messages wait in the queue: what they call would meet storage in two layouts.
pub struct PausedByMigrations;

impl QueuePausedQuery<AggregateMessageOrigin> for PausedByMigrations {
    fn is_paused(_: &AggregateMessageOrigin) -> bool {
        MultiBlockMigrations::ongoing()
    }
}
