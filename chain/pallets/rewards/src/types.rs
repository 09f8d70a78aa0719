// SPDX-License-Identifier: Apache-2.0
//! Records of reward pools.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The reward pool of a round.
#[derive(
    Clone, Copy, Default, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct Pool<Balance> {
    /// Everything that was paid in.
    pub total: Balance,
    /// Everything that was paid out.
    pub paid: Balance,
}
