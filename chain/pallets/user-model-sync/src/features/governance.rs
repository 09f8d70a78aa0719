// SPDX-License-Identifier: Apache-2.0
//! Whom this chain listens to.

use crate::*;
use frame_support::{ensure, pallet_prelude::*, traits::Get};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_accept_chain(para: ParaId, genesis: H256) -> DispatchResult {
        ensure!(para != T::SelfParaId::get(), Error::<T>::ChainIsSelf);
        ensure!(!AcceptedChains::<T>::contains_key(para), Error::<T>::ChainAlreadyAccepted);
        AcceptedChains::<T>::insert(para, genesis);
        Self::deposit_event(Event::ChainAccepted { para, genesis });
        Ok(())
    }

    pub(crate) fn do_refuse_chain(para: ParaId) -> DispatchResult {
        AcceptedChains::<T>::take(para).ok_or(Error::<T>::ChainNotAccepted)?;
        Self::deposit_event(Event::ChainRefused { para });
        Ok(())
    }

    pub(crate) fn do_accept_sealing_key(para: ParaId, key_hash: H256) -> DispatchResult {
        ensure!(!AcceptedSealingKeys::<T>::contains_key(para, key_hash), Error::<T>::SealingKeyAlreadyAccepted);
        AcceptedSealingKeys::<T>::insert(para, key_hash, ());
        Self::deposit_event(Event::SealingKeyAccepted { para, key_hash });
        Ok(())
    }

    pub(crate) fn do_refuse_sealing_key(para: ParaId, key_hash: H256) -> DispatchResult {
        AcceptedSealingKeys::<T>::take(para, key_hash).ok_or(Error::<T>::SealingKeyNotAccepted)?;
        Self::deposit_event(Event::SealingKeyRefused { para, key_hash });
        Ok(())
    }

    /// The accepted sibling whose pallet makes the call; else `BadOrigin` or `ChainNotAccepted`.
    pub(crate) fn ensure_sibling(
        origin: polkadot_sdk::frame_system::pallet_prelude::OriginFor<T>,
    ) -> Result<ParaId, DispatchError> {
        let origin: Result<Origin, _> = <T as Config>::RuntimeOrigin::from(origin).into();
        let Ok(Origin::Sibling(para)) = origin else { return Err(DispatchError::BadOrigin) };
        ensure!(AcceptedChains::<T>::contains_key(para), Error::<T>::ChainNotAccepted);
        Ok(para)
    }
}
