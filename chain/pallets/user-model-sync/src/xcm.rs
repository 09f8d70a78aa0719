// SPDX-License-Identifier: Apache-2.0
//! Which XCM reaches the calls that siblings make, and from whom.
//!
//! A message is `[DescendOrigin(PalletInstance), UnpaidExecution, Transact]`: it comes from the sibling's own pallet, not
//! from an account of the sibling, which could only send from a location below its own. Nothing else is executed unpaid: the
//! sender has paid at home for what it makes the receiver do.

use crate::*;
use codec::Encode;
use core::marker::PhantomData;
use frame_support::traits::{PalletInfo, ProcessMessageError};
use polkadot_sdk::{
    staging_xcm::{
        latest::{prelude::*, OriginKind},
        DoubleEncoded,
    },
    staging_xcm_executor::traits::{ConvertOrigin, Properties, ShouldExecute},
};

/// The place of this pallet in the runtime; the same on every ledger.
fn pallet_index<T: Config>() -> Option<u8> {
    <T as polkadot_sdk::frame_system::Config>::PalletInfo::index::<Pallet<T>>()?.try_into().ok()
}

/// The sibling whose pallet of this kind is at `location`.
fn sibling_pallet<T: Config>(location: &Location) -> Option<ParaId> {
    match location.unpack() {
        (1, [Parachain(para), PalletInstance(index)]) if Some(*index) == pallet_index::<T>() => Some(*para),
        _ => None,
    }
}

/// The message that makes a sibling's pallet execute `call`.
pub(crate) fn message<T: Config>(call: Call<T>) -> Option<Xcm<()>> {
    let call = <T as Config>::RuntimeCall::from(call);
    Some(Xcm(alloc::vec![
        DescendOrigin(PalletInstance(pallet_index::<T>()?).into()),
        UnpaidExecution { weight_limit: Unlimited, check_origin: None },
        Transact { origin_kind: OriginKind::Xcm, fallback_max_weight: None, call: call.encode().into() },
    ]))
}

/// Where a sibling is.
pub(crate) fn sibling(para: ParaId) -> Location {
    Location::new(1, [Parachain(para)])
}

/// Gives the pallet of this kind of any sibling, and nobody else, the origin `Sibling`. Whether the sibling is accepted, the
/// calls check.
pub struct SiblingSyncAsNative<T>(PhantomData<T>);

impl<T: Config> ConvertOrigin<<T as Config>::RuntimeOrigin> for SiblingSyncAsNative<T> {
    fn convert_origin(origin: impl Into<Location>, kind: OriginKind) -> Result<<T as Config>::RuntimeOrigin, Location> {
        let location = origin.into();
        match (kind, sibling_pallet::<T>(&location)) {
            (OriginKind::Xcm, Some(para)) => Ok(Origin::Sibling(para).into()),
            _ => Err(location),
        }
    }
}

/// Lets the pallets of accepted siblings execute `receive_sync` and `receive_ack` unpaid, one in a message, and nothing else.
/// To be put under `WithComputedOrigin`.
pub struct AllowSync<T>(PhantomData<T>);

impl<T: Config> ShouldExecute for AllowSync<T> {
    fn should_execute<RuntimeCall>(
        origin: &Location,
        instructions: &mut [Instruction<RuntimeCall>],
        _max_weight: Weight,
        _properties: &mut Properties,
    ) -> Result<(), ProcessMessageError> {
        let allowed = match instructions {
            [UnpaidExecution { .. }, Transact { origin_kind: OriginKind::Xcm, call, .. }] => {
                receives::<T, _>(call) && sibling_pallet::<T>(origin).is_some_and(AcceptedChains::<T>::contains_key)
            }
            _ => false,
        };
        allowed.then_some(()).ok_or(ProcessMessageError::Unsupported)
    }
}

/// Whether the call is one of those that siblings make, by its first two bytes.
fn receives<T: Config, RuntimeCall>(call: &DoubleEncoded<RuntimeCall>) -> bool {
    match *call.encoded() {
        [pallet, call, ..] => {
            Some(pallet) == pallet_index::<T>() && [RECEIVE_SYNC_INDEX, RECEIVE_ACK_INDEX].contains(&call)
        }
        _ => false,
    }
}

/// Sends `call` to a sibling's pallet.
pub(crate) fn send<T: Config>(para: ParaId, call: Call<T>) -> Result<(), SendError> {
    let message = message::<T>(call).ok_or(SendError::Unroutable)?;
    send_xcm::<T::XcmRouter>(sibling(para), message).map(|_| ())
}
