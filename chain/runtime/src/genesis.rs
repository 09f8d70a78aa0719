// SPDX-License-Identifier: Apache-2.0
//! Genesis of the development networks.

use crate::*;
use alloc::{vec, vec::Vec};
use cumulus_primitives_core::ParaId;
use frame_support::build_struct_json_patch;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring;

/// The second development chain.
const DEVELOPMENT_2000: &str = "development-2000";

fn development(id: u32, collator: Sr25519Keyring) -> serde_json::Value {
    let account = collator.to_account_id();
    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: Sr25519Keyring::well_known()
                .map(|key| (key.to_account_id(), 1_000_000 * UNIT))
                // Keeps the pools' account alive, so that small pools are not lost as dust.
                .chain([(Rewards::account(), EXISTENTIAL_DEPOSIT)])
                .collect::<Vec<_>>(),
        },
        parachain_info: ParachainInfoConfig { parachain_id: ParaId::new(id) },
        collator_selection: CollatorSelectionConfig {
            invulnerables: vec![account.clone()],
            candidacy_bond: EXISTENTIAL_DEPOSIT * 16,
        },
        session: SessionConfig {
            keys: vec![(account.clone(), account, SessionKeys { aura: collator.public().into() })],
        },
        polkadot_xcm: PolkadotXcmConfig { safe_xcm_version: Some(staging_xcm::latest::VERSION) },
        sudo: SudoConfig { key: Some(Sr25519Keyring::Alice.to_account_id()) },
    })
}

pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let patch = match id.as_ref() {
        DEV_RUNTIME_PRESET | LOCAL_TESTNET_RUNTIME_PRESET => development(1_000, Sr25519Keyring::Alice),
        DEVELOPMENT_2000 => development(2_000, Sr25519Keyring::Bob),
        _ => return None,
    };
    serde_json::to_string(&patch).ok().map(|json| json.into_bytes())
}

pub fn preset_names() -> Vec<PresetId> {
    [DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET, DEVELOPMENT_2000].into_iter().map(PresetId::from).collect()
}
