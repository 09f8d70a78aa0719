// SPDX-License-Identifier: Apache-2.0
//! What a sender pays: delivery, execution on the receiver and its answer. Local weight is paid as for any call.

use crate::*;
use codec::Encode;
use frame_support::{
    pallet_prelude::*,
    traits::{
        fungible::Mutate,
        tokens::{Fortitude, Precision, Preservation},
        Get,
    },
};
use pallet_user_models::Pallet as UserModels;
use polkadot_sdk::{
    sp_runtime::{SaturatedConversion, Saturating},
    staging_xcm::latest::{prelude::*, validate_send},
};
use training_primitives::*;

impl<T: Config> Pallet<T> {
    /// Sends a message and returns what `payer` has paid for it.
    pub(crate) fn pay_and_send(
        payer: &T::AccountId,
        target: ParaId,
        message: SyncMessage<T::AccountId>,
    ) -> Result<BalanceOf<T>, DispatchError> {
        let call = Call::<T>::receive_sync { message: message.into() };
        let xcm = xcm::message::<T>(call).ok_or(Error::<T>::SendFailed)?;
        let size = xcm.encoded_size() as u32;
        let (ticket, price) = validate_send::<T::XcmRouter>(xcm::sibling(target), xcm).map_err(Self::send_error)?;
        let fee = Self::fee(size, &price);
        T::SyncCurrency::burn_from(payer, fee, Preservation::Preserve, Precision::Exact, Fortitude::Polite)
            .map_err(|_| Error::<T>::FeeNotPaid)?;
        T::XcmRouter::deliver(ticket).map_err(Self::send_error)?;
        Ok(fee)
    }

    /// What the message costs, if it can be sent.
    pub(crate) fn fee_of(target: ParaId, message: SyncMessage<T::AccountId>) -> Option<BalanceOf<T>> {
        let xcm = xcm::message::<T>(Call::receive_sync { message: message.into() })?;
        let size = xcm.encoded_size() as u32;
        let (_, price) = validate_send::<T::XcmRouter>(xcm::sibling(target), xcm).ok()?;
        Some(Self::fee(size, &price))
    }

    /// The pallet's price and, for the message and its answer, the channel's in this chain's own asset.
    fn fee(size: u32, price: &Assets) -> BalanceOf<T> {
        let own = price.inner().iter().filter_map(|asset| match (&asset.id, &asset.fun) {
            (AssetId(location), Fungible(amount)) if *location == Location::here() => Some(*amount),
            _ => None,
        });
        let delivery: BalanceOf<T> = own.fold(0u128, u128::saturating_add).saturating_mul(2).saturated_into();
        let bytes = T::SyncByteFee::get().saturating_mul(size.into());
        T::SyncBaseFee::get().saturating_add(bytes).saturating_add(delivery)
    }

    fn send_error(error: SendError) -> DispatchError {
        match error {
            SendError::ExceedsMaxMessageSize => Error::<T>::MessageTooLarge.into(),
            SendError::Unroutable | SendError::NotApplicable => Error::<T>::ChannelNotOpen.into(),
            // How the queue of a channel names what is wrong.
            SendError::Transport("NoChannel") => Error::<T>::ChannelNotOpen.into(),
            SendError::Transport("TooBig") => Error::<T>::MessageTooLarge.into(),
            _ => Error::<T>::SendFailed.into(),
        }
    }

    /// What `sync_model` or, while a request is outstanding, `retry_sync` would charge.
    pub fn sync_fee(model: ModelId, target: ParaId) -> Option<BalanceOf<T>> {
        let draft = match Routes::<T>::get(model, target).filter(|route| route.is_outstanding()) {
            Some(route) => Self::redraft(&route.request),
            None => Self::draft(Self::record_of(model).ok()?, target, None).ok()?,
        };
        Self::fee_of(target, draft.message)
    }

    /// What `hand_over` would charge.
    pub fn hand_over_fee(model: ModelId, target: ParaId) -> Option<BalanceOf<T>> {
        let owner = pallet_user_models::UserModels::<T>::get(model)?.owner;
        UserModels::<T>::owned_model(&owner, model).ok()?;
        let record = Self::record_of(model).ok()?;
        let offer = HandOver { owner, base: record.base, nullifier: [0; 32], proof: [0; 128] };
        Self::fee_of(target, Self::draft(record, target, Some(offer)).ok()?.message)
    }
}
