// SPDX-License-Identifier: Apache-2.0
//! What pallets say about proofs to each other.

use crate::{
    groth16::{Groth16Error, Work},
    types::*,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The registered statements (docs/protocol.md, "Training proofs").
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum Circuit {
    /// Public inputs: binding, commitment, node key, not before, not after.
    Interaction,
    /// Public inputs: binding, old state, update, new state, batch, delta.
    Improvement,
    /// Public inputs: binding, user id, nullifier.
    Ownership,
    /// Public inputs: binding, data commitment, contributor id, contribution type.
    Contribution,
    /// Public inputs: binding, state, correct, r, z, v.
    Zkpot,
}

impl Circuit {
    /// How many public inputs the statement has.
    pub const fn arity(self) -> usize {
        match self {
            Self::Interaction => 5,
            Self::Improvement => 6,
            Self::Ownership => 3,
            Self::Contribution => 4,
            Self::Zkpot => 6,
        }
    }

    /// Whether there is one key for each model shape; the others are registered under the zero shape.
    pub const fn depends_on_shape(self) -> bool {
        matches!(self, Self::Improvement | Self::Zkpot)
    }
}

/// One proof to be verified.
#[derive(Clone, Debug)]
pub struct ProofClaim<'a> {
    pub circuit: Circuit,
    pub public_inputs: &'a [FieldElement],
    pub proof: &'a ProofBytes,
}

/// Why a proof is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProofError {
    /// No verifying key is registered for the circuit and shape.
    UnknownKey(Circuit),
    /// Not as many public inputs as the key takes.
    Arity(Circuit),
    /// A public input is not below the group order.
    NonCanonicalInput(Circuit),
    /// A point is not on the curve, not in the subgroup, or not canonically encoded.
    MalformedProof(Circuit),
    /// The pairing equation does not hold: the statement is not proven.
    Rejected(Circuit),
}

impl ProofError {
    /// What is wrong with a proof of this circuit.
    pub fn new(circuit: Circuit, error: Groth16Error) -> Self {
        match error {
            Groth16Error::MalformedKey => Self::UnknownKey(circuit),
            Groth16Error::Arity => Self::Arity(circuit),
            Groth16Error::NonCanonicalInput => Self::NonCanonicalInput(circuit),
            Groth16Error::MalformedProof => Self::MalformedProof(circuit),
            Groth16Error::Rejected => Self::Rejected(circuit),
        }
    }
}

/// Proofs that stand or fall together: of one op, or of one request.
#[derive(Clone, Copy, Debug)]
pub struct ProofSet<'a> {
    /// The federation whose keys come before those of all.
    pub base: BaseModelId,
    pub shape: Shape,
    pub claims: &'a [ProofClaim<'a>],
}

/// Verifies proofs against the registry of verifying keys.
pub trait VerifyProofs {
    /// Verifies the proofs of all sets in one folded pairing product. Sets are accepted or refused each by itself; the error
    /// of one names its first claim that is wrong. Also returns what it took.
    fn verify_sets(sets: &[ProofSet]) -> (Vec<Result<(), ProofError>>, Work);

    /// Verifies one set.
    fn verify_all(base: BaseModelId, shape: Shape, claims: &[ProofClaim]) -> Result<(), ProofError> {
        Self::verify_sets(&[ProofSet { base, shape, claims }]).0.pop().unwrap_or(Ok(()))
    }
}
