// SPDX-License-Identifier: Apache-2.0
//! Ids that no two chains share.

use crate::*;
use codec::Encode;
use polkadot_sdk::{
    frame_system::pallet_prelude::BlockNumberFor, sp_io::hashing::blake2_256, sp_runtime::traits::Zero,
};

extern crate alloc;
use alloc::vec::Vec;

impl<T: Config> Pallet<T> {
    /// Hash of the chain's block 0: what makes this chain's proofs and ids its own.
    pub fn genesis_hash() -> H256 {
        polkadot_sdk::frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
    }

    pub(crate) fn next_id(domain: &[u8], owner: &T::AccountId) -> H256 {
        let counter = NextId::<T>::mutate(|next| {
            let current = *next;
            *next = next.saturating_add(1);
            current
        });
        let mut preimage = Vec::from(domain);
        (Self::genesis_hash(), owner, counter).encode_to(&mut preimage);
        H256(blake2_256(&preimage))
    }
}
