// SPDX-License-Identifier: Apache-2.0
//! Verifying keys: as they are submitted and as they are kept.

use super::Groth16Error;
use alloc::vec::Vec;
use ark_bn254::{Bn254, G1Affine, G2Affine};
use ark_ec::{
    pairing::{Pairing, PairingOutput},
    AffineRepr,
};
use ark_groth16::VerifyingKey;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress, Validate};

/// Most public inputs of a key.
pub const MAX_ARITY: usize = 8;
/// Longest submitted key: alpha, beta, gamma, delta, a length and the points of the inputs, compressed.
pub const MAX_KEY_BYTES: u32 = (32 + 3 * 64 + 8 + (MAX_ARITY as u32 + 1) * 32) as u32;
/// Longest stored key: e(alpha, beta), gamma, delta, a length and the points of the inputs, uncompressed.
pub const MAX_STORED_KEY_BYTES: u32 = (12 * 32 + 2 * 128 + 8 + (MAX_ARITY as u32 + 1) * 64) as u32;

/// A verifying key with what is the same for each proof computed already: e(alpha, beta).
///
/// The lines of gamma and delta in the Miller loop are not kept. They would save a quarter of these two loops, which come once
/// for a key and product, at 20 KB each in storage and in every proof of validity.
#[derive(CanonicalSerialize, CanonicalDeserialize)]
pub(super) struct PreparedKey {
    pub alpha_beta: PairingOutput<Bn254>,
    pub gamma: G2Affine,
    pub delta: G2Affine,
    /// The constant's point, then one for each public input.
    pub inputs: Vec<G1Affine>,
}

impl PreparedKey {
    /// Reads what [`check_key`] returned. Uncompressed, so that it takes no square roots; checked when it was registered.
    pub fn read(stored: &[u8]) -> Result<Self, Groth16Error> {
        Self::deserialize_with_mode(stored, Compress::No, Validate::No).map_err(|_| Groth16Error::MalformedKey)
    }
}

/// Checks a submitted key (every point, subgroup and length) and returns the form kept in storage. `arity` is what the
/// statement has.
pub fn check_key(bytes: &[u8], arity: usize) -> Result<Vec<u8>, Groth16Error> {
    if bytes.len() > MAX_KEY_BYTES as usize {
        return Err(Groth16Error::MalformedKey);
    }
    let mut rest = bytes;
    let key = VerifyingKey::<Bn254>::deserialize_with_mode(&mut rest, Compress::Yes, Validate::Yes)
        .map_err(|_| Groth16Error::MalformedKey)?;
    if !rest.is_empty() {
        return Err(Groth16Error::MalformedKey);
    }
    if key.gamma_abc_g1.len() != arity + 1 || arity > MAX_ARITY {
        return Err(Groth16Error::Arity);
    }
    // With one of these at infinity the pairing equation no longer binds the proof to the statement.
    if key.alpha_g1.is_zero() || key.beta_g2.is_zero() || key.gamma_g2.is_zero() || key.delta_g2.is_zero() {
        return Err(Groth16Error::MalformedKey);
    }
    // A public input whose point is at infinity does not count: a proof would hold for each of its values.
    if key.gamma_abc_g1.iter().any(|point| point.is_zero()) {
        return Err(Groth16Error::MalformedKey);
    }
    let prepared = PreparedKey {
        alpha_beta: Bn254::pairing(key.alpha_g1, key.beta_g2),
        gamma: key.gamma_g2,
        delta: key.delta_g2,
        inputs: key.gamma_abc_g1,
    };
    let mut stored = Vec::with_capacity(prepared.uncompressed_size());
    prepared.serialize_uncompressed(&mut stored).map_err(|_| Groth16Error::MalformedKey)?;
    Ok(stored)
}
