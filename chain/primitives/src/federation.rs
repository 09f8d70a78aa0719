// SPDX-License-Identifier: Apache-2.0
//! What a base model's owner sets for its federation.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Lengths of the phases of a round, in blocks of the chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct PhaseLengths {
    pub collect: u32,
    pub commit: u32,
    pub prove: u32,
    pub seal: u32,
    pub decrypt: u32,
}

/// How an update's values are quantised and packed into coefficients of 56 bits before they are masked.
///
/// A value x, clamped to the clipping range c, becomes round((x + c) (r - 1) / 2c), an integer below the quantisation range r.
/// A coefficient is divided into lanes of equal width, one for each value; a lane has room for the sum of all contributors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Packing {
    /// In fixed-point units of 2^-12.
    pub clipping_range: u32,
    /// How many different values there are; at least 2.
    pub quantization_range: u32,
    /// 1 to [`Packing::MAX_VALUES`].
    pub values_per_coefficient: u8,
    /// Bits of a lane beyond those of one value: updates of up to 2^headroom_bits contributors can be summed.
    pub headroom_bits: u8,
}

impl Packing {
    /// Bits of a coefficient of a masked update.
    pub const COEFFICIENT_BITS: u32 = 56;
    /// Most values of one coefficient.
    pub const MAX_VALUES: u8 = 3;

    /// Whether sums of the updates of `contributors` keep to their lanes, and the ranges are ranges.
    pub fn holds(&self, contributors: u32) -> bool {
        let Self { clipping_range, quantization_range, values_per_coefficient, headroom_bits } = *self;
        if clipping_range == 0 || quantization_range < 2 || !(1..=Self::MAX_VALUES).contains(&values_per_coefficient) {
            return false;
        }
        let lane = Self::COEFFICIENT_BITS / u32::from(values_per_coefficient);
        let value = u32::BITS - (quantization_range - 1).leading_zeros();
        let headroom = u32::from(headroom_bits);
        value + headroom <= lane && u64::from(contributors) <= 1u64 << headroom
    }
}

/// Rules of a federation.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Rules {
    /// A round with fewer ops closes empty; its ops roll over.
    pub min_ops: u32,
    /// A round takes no more ops than this, not counting excluded ones; at most [`Rules::MAX_OPS`].
    pub max_ops: u32,
    /// A block has the ops of at least as many accounts, not counting excluded ops: at least 2, so that no aggregate is one
    /// account's update.
    pub min_contributors: u32,
    /// Least `delta` of an op's improvement proof.
    pub min_improvement: u16,
    /// Oldest receipt that an op may carry, milliseconds.
    pub max_receipt_age: u64,
    /// Weight of every accepted op, and of each sample of proven improvement.
    pub base_weight: u32,
    pub improvement_weight: u32,
    /// Shares of the reward pool in basis points; the ops share the rest.
    pub leader_share: u16,
    pub committee_share: u16,
    pub phases: PhaseLengths,
    pub packing: Packing,
}

/// Why rules are refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RulesError {
    /// `min_ops` is zero or above `max_ops`, or `max_ops` above [`Rules::MAX_OPS`].
    OpLimits,
    /// `min_contributors` is below 2 or above `min_ops`.
    Contributors,
    /// The updates of `max_ops` contributors cannot be summed in the lanes, or a range is empty.
    Packing,
    /// A phase has no block or more than [`Rules::MAX_PHASE`].
    PhaseLength,
    /// The shares leave nothing for the ops.
    Shares,
    /// `base_weight` is zero, so that an accepted op could earn nothing.
    Weights,
}

impl Rules {
    /// Most ops of one block, with excluded ones: bounds what sealing costs.
    pub const MAX_OPS: u32 = 1_024;
    /// Longest phase in blocks (30 days of 6 s).
    pub const MAX_PHASE: u32 = 432_000;
    pub const BASIS_POINTS: u16 = 10_000;

    /// Checks the rules against themselves.
    pub fn check(&self) -> Result<(), RulesError> {
        if self.min_ops == 0 || self.min_ops > self.max_ops || self.max_ops > Self::MAX_OPS {
            return Err(RulesError::OpLimits);
        }
        if self.min_contributors < 2 || self.min_contributors > self.min_ops {
            return Err(RulesError::Contributors);
        }
        if !self.packing.holds(self.max_ops) {
            return Err(RulesError::Packing);
        }
        let PhaseLengths { collect, commit, prove, seal, decrypt } = self.phases;
        if [collect, commit, prove, seal, decrypt].iter().any(|n| *n == 0 || *n > Self::MAX_PHASE) {
            return Err(RulesError::PhaseLength);
        }
        if u32::from(self.leader_share) + u32::from(self.committee_share) >= u32::from(Self::BASIS_POINTS) {
            return Err(RulesError::Shares);
        }
        if self.base_weight == 0 {
            return Err(RulesError::Weights);
        }
        Ok(())
    }

    /// Weight of an op whose proof shows `delta` more samples.
    pub fn weight(&self, delta: u16) -> u64 {
        u64::from(self.base_weight) + u64::from(self.improvement_weight) * u64::from(delta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packing(clipping_range: u32, quantization_range: u32, values: u8, headroom_bits: u8) -> Packing {
        Packing { clipping_range, quantization_range, values_per_coefficient: values, headroom_bits }
    }

    #[test]
    fn the_usual_packings_hold_for_as_many_ops_as_a_block_can_have() {
        for usual in [packing(65_536, 131_073, 2, 10), packing(65_536, 256, 3, 10)] {
            assert!(usual.holds(Rules::MAX_OPS));
            assert!(!usual.holds(Rules::MAX_OPS + 1));
        }
    }

    #[test]
    fn sums_keep_to_their_lanes() {
        // 18 bits and 10 fill a lane of 28; 262,144 values need 18 bits, one more needs 19.
        assert!(packing(1, 262_144, 2, 10).holds(1_024));
        assert!(!packing(1, 262_145, 2, 10).holds(1_024));
        assert!(packing(1, 256, 3, 10).holds(1_024), "8 and 10 bits fill a lane of 18");
        assert!(!packing(1, 257, 3, 10).holds(1_024));
        assert!(packing(1, u32::MAX, 1, 24).holds(1 << 24));
        assert!(!packing(1, u32::MAX, 1, 25).holds(1));
        assert!(!packing(1, 2, 1, 255).holds(1));
    }

    #[test]
    fn there_is_room_for_every_contributor() {
        assert!(packing(1, 2, 1, 3).holds(8));
        assert!(!packing(1, 2, 1, 3).holds(9));
        assert!(packing(1, 2, 1, 0).holds(1));
        assert!(packing(1, 2, 1, 55).holds(u32::MAX));
    }

    #[test]
    fn ranges_are_not_empty() {
        assert!(packing(1, 2, 3, 1).holds(2));
        for empty in [packing(0, 2, 3, 1), packing(1, 0, 3, 1), packing(1, 1, 3, 1)] {
            assert!(!empty.holds(2));
        }
        assert!(!packing(1, 2, 0, 1).holds(2));
        assert!(!packing(1, 2, 4, 1).holds(2));
    }
}
