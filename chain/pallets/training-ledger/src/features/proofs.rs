// SPDX-License-Identifier: Apache-2.0
//! Refused proofs as errors of this pallet.

use crate::*;
use training_primitives::{Circuit, ProofError};

impl<T> From<ProofError> for Error<T> {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::UnknownKey(_) => Self::VerifyingKeyNotFound,
            ProofError::Arity(_) => Self::WrongPublicInputCount,
            ProofError::NonCanonicalInput(_) => Self::PublicInputNotCanonical,
            ProofError::MalformedProof(_) => Self::ProofMalformed,
            ProofError::Rejected(circuit) => match circuit {
                Circuit::Interaction => Self::InteractionProofRejected,
                Circuit::Improvement => Self::ImprovementProofRejected,
                Circuit::Ownership => Self::OwnershipProofRejected,
                Circuit::Contribution => Self::ContributionProofRejected,
                Circuit::Zkpot => Self::ZkpotProofRejected,
            },
        }
    }
}
