// SPDX-License-Identifier: Apache-2.0
//! Keeps root from writing storage directly: recorded ops and blocks cannot be changed by any origin.
//!
//! `System.set_storage`, `kill_storage` and `kill_prefix` are refused as transactions, also inside other calls, and as
//! XCM Transacts. What remains is a runtime upgrade, which replaces these rules for everyone to see.

use crate::*;
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
    pallet_prelude::{InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
    traits::Contains,
};
use scale_info::TypeInfo;
use sp_runtime::{
    impl_tx_ext_default,
    traits::{DispatchInfoOf, TransactionExtension, ValidateResult},
};
use training_primitives::cost;

/// Code of the invalid transaction that tries to write storage directly.
pub const IMMUTABLE_RECORD: u8 = 1;

/// Calls nested deeper than this are refused unread.
const MAX_NESTING: u8 = 16;

/// Passes calls that write no storage directly, whatever they are wrapped in.
pub struct KeepsRecords;

impl Contains<RuntimeCall> for KeepsRecords {
    fn contains(call: &RuntimeCall) -> bool {
        all_calls(call, MAX_NESTING, &|call: &RuntimeCall| !writes_storage(call))
    }
}

/// Passes what [`KeepsRecords`] passes and is no call of sudo: what other chains may have executed here.
pub struct SafeForXcm;

impl Contains<RuntimeCall> for SafeForXcm {
    fn contains(call: &RuntimeCall) -> bool {
        let allowed = |call: &RuntimeCall| !writes_storage(call) && !matches!(call, RuntimeCall::Sudo(_));
        all_calls(call, MAX_NESTING, &allowed)
    }
}

fn writes_storage(call: &RuntimeCall) -> bool {
    use frame_system::Call::*;
    matches!(call, RuntimeCall::System(set_storage { .. } | kill_storage { .. } | kill_prefix { .. }))
}

/// Whether `allowed` holds for the call and every call inside it.
fn all_calls(call: &RuntimeCall, depth: u8, allowed: &impl Fn(&RuntimeCall) -> bool) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let inner = |call: &RuntimeCall| all_calls(call, depth, allowed);
    let inside = match call {
        RuntimeCall::Sudo(call) => {
            use pallet_sudo::Call::*;
            match call {
                sudo { call } | sudo_unchecked_weight { call, .. } | sudo_as { call, .. } => inner(call),
                set_key { .. } | remove_key {} | __Ignore(..) => true,
            }
        }
        RuntimeCall::Utility(call) => {
            use pallet_utility::Call::*;
            match call {
                batch { calls } | batch_all { calls } | force_batch { calls } => calls.iter().all(inner),
                as_derivative { call, .. }
                | dispatch_as { call, .. }
                | dispatch_as_fallible { call, .. }
                | with_weight { call, .. } => inner(call),
                if_else { main, fallback } => inner(main) && inner(fallback),
                __Ignore(..) => true,
            }
        }
        _ => true,
    };
    inside && allowed(call)
}

/// Refuses transactions that would write storage directly, with `Invalid::Custom(1)`.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ImmutableRecords;

impl TransactionExtension<RuntimeCall> for ImmutableRecords {
    const IDENTIFIER: &'static str = "ImmutableRecords";
    type Implicit = ();
    type Val = ();
    type Pre = ();

    fn validate(
        &self,
        origin: RuntimeOrigin,
        call: &RuntimeCall,
        _info: &DispatchInfoOf<RuntimeCall>,
        _len: usize,
        _implicit: (),
        _implication: &impl Encode,
        _source: TransactionSource,
    ) -> ValidateResult<(), RuntimeCall> {
        if KeepsRecords::contains(call) {
            Ok((ValidTransaction::default(), (), origin))
        } else {
            Err(TransactionValidityError::Invalid(InvalidTransaction::Custom(IMMUTABLE_RECORD)))
        }
    }

    fn weight(&self, _call: &RuntimeCall) -> Weight {
        // Looking at a call costs little beside decoding it, which the length fee covers.
        cost::hashes(1)
    }

    impl_tx_ext_default!(RuntimeCall; prepare);
}
