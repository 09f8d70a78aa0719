// SPDX-License-Identifier: Apache-2.0
//! Runtime APIs: what collators, clients and workers call.

use crate::{xcm_config::*, *};
use alloc::{vec, vec::Vec};
use cumulus_primitives_core::{ParaId, VerifySchedulingSignature};
use frame_support::genesis_builder_helper::{build_state, get_preset};
use pallet_transaction_payment_rpc_runtime_api as payment_api;
use sp_api::impl_runtime_apis;
use sp_core::{crypto::KeyTypeId, OpaqueMetadata};
use sp_runtime::{
    traits::Block as BlockT,
    transaction_validity::{TransactionSource, TransactionValidity},
    ApplyExtrinsicResult,
};
use staging_xcm::{
    latest::prelude::AssetId, Version as XcmVersion, VersionedAssetId, VersionedAssets, VersionedLocation, VersionedXcm,
};
use staging_xcm_executor::Config as ExecutorConfig;
use training_primitives::{BaseModelId, CommitmentBytes, FieldElement, ModelId, OpId, RoundIndex, TrainingBlockNumber};
use xcm_runtime_apis::{
    conversions::{Error as ConversionError, LocationToAccountHelper},
    dry_run::{CallDryRunEffects, Error as DryRunError, XcmDryRunEffects},
    fees::Error as FeeError,
};

impl_runtime_apis! {
    impl pallet_training_ledger::TrainingLedgerApi<Block, AccountId> for Runtime {
        fn op_binding(account: AccountId, model: ModelId, contents: Hash) -> Option<FieldElement> {
            TrainingLedger::op_binding(account, model, contents)
        }
        fn challenge_indices(base: BaseModelId, round: RoundIndex) -> Vec<u32> {
            Zkpot::challenge_indices(base, round)
        }
        fn merkle_proof(op: OpId) -> Option<(TrainingBlockNumber, u32, Vec<Hash>)> {
            TrainingLedger::merkle_proof(op)
        }
        fn aggregate_commitment(base: BaseModelId, round: RoundIndex) -> Option<CommitmentBytes> {
            TrainingLedger::aggregate_commitment(base, round)
        }
        fn pending_reward(op: OpId) -> Option<Balance> {
            Rewards::pending_reward(op)
        }
    }

    impl pallet_user_model_sync::UserModelSyncApi<Block, AccountId, BlockNumber, Balance> for Runtime {
        fn sync_fee(model: ModelId, target: u32) -> Option<Balance> {
            UserModelSync::sync_fee(model, target)
        }
        fn hand_over_fee(model: ModelId, target: u32) -> Option<Balance> {
            UserModelSync::hand_over_fee(model, target)
        }
        fn sync_state(model: ModelId, target: u32) -> Option<pallet_user_model_sync::Route<AccountId, BlockNumber>> {
            UserModelSync::sync_state(model, target)
        }
        fn user_history(
            user_id: FieldElement,
            skip: u32,
            limit: u32,
        ) -> Vec<pallet_user_model_sync::HistoryEntry> {
            UserModelSync::user_history(user_id, skip, limit)
        }
    }

    impl sp_consensus_aura::AuraApi<Block, AuraId> for Runtime {
        fn slot_duration() -> sp_consensus_aura::SlotDuration {
            sp_consensus_aura::SlotDuration::from_millis(SLOT_DURATION)
        }
        fn authorities() -> Vec<AuraId> {
            pallet_aura::Authorities::<Runtime>::get().into_inner()
        }
    }

    impl sp_authority_discovery::AuthorityDiscoveryApi<Block> for Runtime {
        fn authorities() -> Vec<sp_authority_discovery::AuthorityId> {
            // Collators are not found by authority discovery; the collator asks all the same.
            Vec::new()
        }
    }

    impl cumulus_primitives_aura::AuraUnincludedSegmentApi<Block> for Runtime {
        fn can_build_upon(included_hash: <Block as BlockT>::Hash, slot: cumulus_primitives_aura::Slot) -> bool {
            ConsensusHook::can_build_upon(included_hash, slot)
        }
    }

    impl cumulus_primitives_core::RelayParentOffsetApi<Block> for Runtime {
        fn relay_parent_offset() -> u32 {
            RELAY_PARENT_OFFSET
        }
        fn max_claim_queue_offset() -> u8 {
            ParachainSystem::max_claim_queue_offset()
        }
    }

    impl cumulus_primitives_core::SchedulingV3EnabledApi<Block> for Runtime {
        fn scheduling_v3_enabled() -> bool {
            <Runtime as cumulus_pallet_parachain_system::Config>::SchedulingSignatureVerifier::V3_SCHEDULING_ENABLED
        }
    }

    impl cumulus_primitives_core::GetParachainInfo<Block> for Runtime {
        fn parachain_id() -> ParaId {
            ParachainInfo::parachain_id()
        }
    }

    impl cumulus_primitives_core::CollectCollationInfo<Block> for Runtime {
        fn collect_collation_info(header: &<Block as BlockT>::Header) -> cumulus_primitives_core::CollationInfo {
            ParachainSystem::collect_collation_info(header)
        }
    }

    impl sp_api::Core<Block> for Runtime {
        fn version() -> RuntimeVersion {
            VERSION
        }
        fn execute_block(block: <Block as BlockT>::LazyBlock) {
            Executive::execute_block(block)
        }
        fn initialize_block(header: &<Block as BlockT>::Header) -> sp_runtime::ExtrinsicInclusionMode {
            Executive::initialize_block(header)
        }
    }

    impl sp_api::Metadata<Block> for Runtime {
        fn metadata() -> OpaqueMetadata {
            OpaqueMetadata::new(Runtime::metadata().into())
        }
        fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
            Runtime::metadata_at_version(version)
        }
        fn metadata_versions() -> Vec<u32> {
            Runtime::metadata_versions()
        }
    }

    impl sp_block_builder::BlockBuilder<Block> for Runtime {
        fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
            Executive::apply_extrinsic(extrinsic)
        }
        fn finalize_block() -> <Block as BlockT>::Header {
            Executive::finalize_block()
        }
        fn inherent_extrinsics(data: sp_inherents::InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
            data.create_extrinsics()
        }
        fn check_inherents(
            block: <Block as BlockT>::LazyBlock,
            data: sp_inherents::InherentData,
        ) -> sp_inherents::CheckInherentsResult {
            data.check_extrinsics(&block)
        }
    }

    impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
        fn validate_transaction(
            source: TransactionSource,
            tx: <Block as BlockT>::Extrinsic,
            block_hash: <Block as BlockT>::Hash,
        ) -> TransactionValidity {
            Executive::validate_transaction(source, tx, block_hash)
        }
    }

    impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
        fn offchain_worker(header: &<Block as BlockT>::Header) {
            Executive::offchain_worker(header)
        }
    }

    impl sp_session::SessionKeys<Block> for Runtime {
        fn generate_session_keys(owner: Vec<u8>, seed: Option<Vec<u8>>) -> sp_session::OpaqueGeneratedSessionKeys {
            SessionKeys::generate(&owner, seed).into()
        }
        fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
            SessionKeys::decode_into_raw_public_keys(&encoded)
        }
    }

    impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
        fn account_nonce(account: AccountId) -> Nonce {
            System::account_nonce(account)
        }
    }

    impl payment_api::TransactionPaymentApi<Block, Balance> for Runtime {
        fn query_info(uxt: <Block as BlockT>::Extrinsic, len: u32) -> payment_api::RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_info(uxt, len)
        }
        fn query_fee_details(
            uxt: <Block as BlockT>::Extrinsic,
            len: u32,
        ) -> pallet_transaction_payment::FeeDetails<Balance> {
            TransactionPayment::query_fee_details(uxt, len)
        }
        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }
        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl xcm_runtime_apis::fees::XcmPaymentApi<Block> for Runtime {
        fn query_acceptable_payment_assets(version: XcmVersion) -> Result<Vec<VersionedAssetId>, FeeError> {
            PolkadotXcm::query_acceptable_payment_assets(version, vec![AssetId(HereLocation::get())])
        }
        fn query_weight_to_asset_fee(weight: Weight, asset: VersionedAssetId) -> Result<u128, FeeError> {
            PolkadotXcm::query_weight_to_asset_fee::<<XcmConfig as ExecutorConfig>::Trader>(weight, asset)
        }
        fn query_xcm_weight(message: VersionedXcm<()>) -> Result<Weight, FeeError> {
            PolkadotXcm::query_xcm_weight(message)
        }
        fn query_delivery_fees(
            destination: VersionedLocation,
            message: VersionedXcm<()>,
            asset: VersionedAssetId,
        ) -> Result<VersionedAssets, FeeError> {
            PolkadotXcm::query_delivery_fees::<<XcmConfig as ExecutorConfig>::AssetExchanger>(
                destination,
                message,
                asset,
            )
        }
    }

    impl xcm_runtime_apis::dry_run::DryRunApi<Block, RuntimeCall, RuntimeEvent, OriginCaller> for Runtime {
        fn dry_run_call(
            origin: OriginCaller,
            call: RuntimeCall,
            version: XcmVersion,
        ) -> Result<CallDryRunEffects<RuntimeEvent>, DryRunError> {
            PolkadotXcm::dry_run_call::<Runtime, XcmRouter, OriginCaller, RuntimeCall>(origin, call, version)
        }
        fn dry_run_xcm(
            origin: VersionedLocation,
            message: VersionedXcm<RuntimeCall>,
        ) -> Result<XcmDryRunEffects<RuntimeEvent>, DryRunError> {
            PolkadotXcm::dry_run_xcm::<XcmRouter>(origin, message)
        }
    }

    impl xcm_runtime_apis::conversions::LocationToAccountApi<Block, AccountId> for Runtime {
        fn convert_location(location: VersionedLocation) -> Result<AccountId, ConversionError> {
            LocationToAccountHelper::<AccountId, LocationToAccountId>::convert_location(location)
        }
    }

    impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
        fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
            build_state::<RuntimeGenesisConfig>(config)
        }
        fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
            get_preset::<RuntimeGenesisConfig>(id, &genesis::get_preset)
        }
        fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
            genesis::preset_names()
        }
    }
    #[cfg(feature = "runtime-benchmarks")]
    impl frame_benchmarking::Benchmark<Block> for Runtime {
        fn benchmark_metadata(
            extra: bool,
        ) -> (Vec<frame_benchmarking::BenchmarkList>, Vec<frame_support::traits::StorageInfo>) {
            use frame_benchmarking::BenchmarkList;
            use frame_support::traits::StorageInfoTrait;

            let mut list = Vec::<BenchmarkList>::new();
            list_benchmarks!(list, extra);
            (list, AllPalletsWithSystem::storage_info())
        }

        fn dispatch_benchmark(
            config: frame_benchmarking::BenchmarkConfig,
        ) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
            use frame_benchmarking::BenchmarkBatch;

            let mut batches = Vec::<BenchmarkBatch>::new();
            let whitelist = Vec::new();
            let params = (&config, &whitelist);
            add_benchmarks!(params, batches);
            Ok(batches)
        }
    }
}
