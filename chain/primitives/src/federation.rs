// SPDX-License-Identifier: Apache-2.0
//! What a base model's owner sets for its federation.

use crate::types::*;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Who can open the aggregate.
///
/// Only `Owner` exists today: one process of the base model's owner holds the whole key and is trusted not to open
/// single updates. A committee's shared key becomes a second variant.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum FederationKey {
    /// The stored BFV public key, whose secret key the base model's owner holds.
    Owner { public_key: ContentHash },
}

/// Lengths of the phases of a round, in blocks of the chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct PhaseLengths {
    pub collect: u32,
    pub commit: u32,
    pub prove: u32,
    pub seal: u32,
    pub decrypt: u32,
}

/// Rules of a federation.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Rules {
    /// A round with fewer ops closes empty; its ops roll over.
    pub min_ops: u32,
    /// A round takes no more ops than this; at most [`Rules::MAX_OPS`].
    pub max_ops: u32,
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
}

/// Why rules are refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RulesError {
    /// `min_ops` is zero or above `max_ops`, or `max_ops` above [`Rules::MAX_OPS`].
    OpLimits,
    /// A phase has no block or more than [`Rules::MAX_PHASE`].
    PhaseLength,
    /// The shares leave nothing for the ops.
    Shares,
    /// `base_weight` is zero, so that an accepted op could earn nothing.
    Weights,
}

impl Rules {
    /// Most ops of one block: bounds what sealing costs.
    pub const MAX_OPS: u32 = 1_024;
    /// Longest phase in blocks (30 days of 6 s).
    pub const MAX_PHASE: u32 = 432_000;
    pub const BASIS_POINTS: u16 = 10_000;

    /// Checks the rules against themselves.
    pub fn check(&self) -> Result<(), RulesError> {
        if self.min_ops == 0 || self.min_ops > self.max_ops || self.max_ops > Self::MAX_OPS {
            return Err(RulesError::OpLimits);
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
