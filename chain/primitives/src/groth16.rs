// SPDX-License-Identifier: Apache-2.0
//! Groth16 over BN254 (Groth 2016, eprint 2016/260), on arkworks' encodings.

use crate::types::*;
use alloc::{vec, vec::Vec};
use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{pairing::Pairing, AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{One, PrimeField, Zero};
use ark_groth16::{Proof, VerifyingKey};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress, Validate};
use polkadot_sdk::sp_io::hashing::blake2_256;

/// Most public inputs of a key.
pub const MAX_ARITY: usize = 8;
/// Longest encodings of a key: compressed as submitted, uncompressed as stored.
pub const MAX_KEY_BYTES: u32 = (32 + 3 * 64 + 8 + (MAX_ARITY as u32 + 1) * 32) as u32;
pub const MAX_STORED_KEY_BYTES: u32 = MAX_KEY_BYTES * 2;

/// Why a key or a proof is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Groth16Error {
    /// Not a key: length, a point off the curve or outside the subgroup, or a zero point that would void the check.
    MalformedKey,
    /// The key takes another number of public inputs.
    Arity,
    /// A public input is not below the group order.
    NonCanonicalInput,
    /// A proof point is off the curve, outside the subgroup or not canonically encoded.
    MalformedProof,
    /// The pairing equation does not hold.
    Rejected,
}

/// Checks a submitted key (every point, subgroup and length) and returns the form kept in storage.
///
/// The stored form is uncompressed, so that reading it back takes no square roots. `arity` is what the statement has.
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
    let mut stored = Vec::with_capacity(key.uncompressed_size());
    key.serialize_uncompressed(&mut stored).map_err(|_| Groth16Error::MalformedKey)?;
    Ok(stored)
}

/// A proof with what it is to be verified against. `key` is in the form that [`check_key`] returned.
pub struct Claim<'a> {
    pub key: &'a [u8],
    pub public_inputs: &'a [FieldElement],
    pub proof: &'a ProofBytes,
}

struct Decoded {
    key: VerifyingKey<Bn254>,
    inputs: Vec<Fr>,
    proof: Proof<Bn254>,
}

fn decode(claim: &Claim) -> Result<Decoded, Groth16Error> {
    let key = VerifyingKey::<Bn254>::deserialize_with_mode(claim.key, Compress::No, Validate::No)
        .map_err(|_| Groth16Error::MalformedKey)?;
    if claim.public_inputs.len() + 1 != key.gamma_abc_g1.len() {
        return Err(Groth16Error::Arity);
    }
    let inputs = claim
        .public_inputs
        .iter()
        .map(|bytes| Fr::deserialize_compressed(&bytes[..]).map_err(|_| Groth16Error::NonCanonicalInput))
        .collect::<Result<Vec<_>, _>>()?;
    let proof = Proof::deserialize_with_mode(&claim.proof[..], Compress::Yes, Validate::Yes)
        .map_err(|_| Groth16Error::MalformedProof)?;
    Ok(Decoded { key, inputs, proof })
}

/// Pairs whose product is one iff sum_j r_j (e(A_j, B_j) - e(alpha, beta) - e(L_j, gamma) - e(C_j, delta)) is zero.
fn folded_holds(claims: &[Decoded], coefficients: &[Fr]) -> bool {
    let (mut g1, mut g2): (Vec<G1Affine>, Vec<G2Affine>) = (Vec::new(), Vec::new());
    for (Decoded { key, inputs, proof }, r) in claims.iter().zip(coefficients) {
        let mut scalars = vec![*r];
        scalars.extend(inputs.iter().map(|x| *x * r));
        let Ok(l) = G1Projective::msm(&key.gamma_abc_g1, &scalars) else { return false };
        let points = [proof.a * r, -(key.alpha_g1 * r), -l, -(proof.c * r)];
        g1.extend(G1Projective::normalize_batch(&points));
        g2.extend([proof.b, key.beta_g2, key.gamma_g2, key.delta_g2]);
    }
    Bn254::multi_pairing(g1, g2).is_zero()
}

/// Verifies all claims at once: one product of pairings with one final exponentiation, folded by coefficients of
/// 128 bits that are a hash of everything claimed. If the product fails, the claims are verified one by one.
///
/// On error returns the index of the first wrong claim and what is wrong with it.
pub fn verify_all(claims: &[Claim]) -> Result<(), (usize, Groth16Error)> {
    let decoded =
        claims.iter().enumerate().map(|(i, claim)| decode(claim).map_err(|e| (i, e))).collect::<Result<Vec<_>, _>>()?;
    if folded_holds(&decoded, &coefficients(claims)) {
        return Ok(());
    }
    for (i, one) in decoded.iter().enumerate() {
        if !folded_holds(core::slice::from_ref(one), &[Fr::one()]) {
            return Err((i, Groth16Error::Rejected));
        }
    }
    // Cannot be: a product of accepted claims is one.
    Err((0, Groth16Error::Rejected))
}

fn coefficients(claims: &[Claim]) -> Vec<Fr> {
    let mut transcript = Vec::from(&b"training-ledger/fold/v1"[..]);
    for claim in claims {
        transcript.extend_from_slice(&blake2_256(claim.key));
        claim.public_inputs.iter().for_each(|x| transcript.extend_from_slice(x));
        transcript.extend_from_slice(claim.proof);
    }
    let seed = blake2_256(&transcript);
    (0..claims.len() as u32)
        .map(|j| {
            if j == 0 {
                return Fr::one();
            }
            let mut preimage = Vec::from(seed);
            preimage.extend_from_slice(&j.to_le_bytes());
            Fr::from_le_bytes_mod_order(&blake2_256(&preimage)[..16])
        })
        .collect()
}

/// Parses a canonical scalar.
pub fn scalar(bytes: &FieldElement) -> Option<Fr> {
    Fr::deserialize_compressed(&bytes[..]).ok()
}

/// Little-endian canonical bytes of a scalar.
pub fn scalar_bytes(value: &Fr) -> FieldElement {
    let mut bytes = [0u8; 32];
    value.serialize_compressed(&mut bytes[..]).expect("a scalar has 32 bytes; qed");
    bytes
}

/// A small number as a public input.
pub fn number(value: u64) -> FieldElement {
    let mut bytes = [0u8; 32];
    bytes[..8].copy_from_slice(&value.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_utils::ToyCircuit;

    fn inputs(values: &[u64]) -> Vec<FieldElement> {
        values.iter().map(|v| number(*v)).collect()
    }

    #[test]
    fn accepts_true_claims_of_different_keys_in_one_product() {
        let (three, five) = (ToyCircuit::new(3, 1), ToyCircuit::new(5, 2));
        let (key_a, key_b) = (check_key(&three.key, 3).unwrap(), check_key(&five.key, 5).unwrap());
        let (x, y) = (inputs(&[1, 2, 3]), inputs(&[5, 4, 3, 2, 1]));
        let (p, q) = (three.prove(&x), five.prove(&y));
        let a = || Claim { key: &key_a, public_inputs: &x, proof: &p };
        let b = || Claim { key: &key_b, public_inputs: &y, proof: &q };
        assert_eq!(verify_all(&[a(), b(), a()]), Ok(()));
    }

    #[test]
    fn names_the_wrong_claim_and_why() {
        let toy = ToyCircuit::new(2, 3);
        let key = check_key(&toy.key, 2).unwrap();
        let (x, other) = (inputs(&[1, 2]), inputs(&[1, 3]));
        let proof = toy.prove(&x);
        let good = || Claim { key: &key, public_inputs: &x, proof: &proof };
        let fails = |claim: Claim, error| assert_eq!(verify_all(&[good(), claim]), Err((1, error)));

        fails(Claim { public_inputs: &other, ..good() }, Groth16Error::Rejected);
        fails(Claim { public_inputs: &x[..1], ..good() }, Groth16Error::Arity);
        let order = scalar_bytes(&-Fr::one());
        let mut too_large = order;
        too_large[0] += 1;
        fails(Claim { public_inputs: &[x[0], too_large], ..good() }, Groth16Error::NonCanonicalInput);
        // A zero proof decodes to no point of the curve.
        fails(Claim { proof: &[0; 128], ..good() }, Groth16Error::MalformedProof);
        fails(Claim { proof: &[255; 128], ..good() }, Groth16Error::MalformedProof);
    }

    #[test]
    fn refuses_a_point_of_the_curve_outside_the_subgroup() {
        let toy = ToyCircuit::new(1, 4);
        let key = check_key(&toy.key, 1).unwrap();
        let x = inputs(&[9]);
        let mut proof = toy.prove(&x);
        proof[32..96].copy_from_slice(&crate::test_utils::g2_outside_subgroup());
        let claim = Claim { key: &key, public_inputs: &x, proof: &proof };
        assert_eq!(verify_all(&[claim]), Err((0, Groth16Error::MalformedProof)));
    }

    #[test]
    fn refuses_malformed_keys() {
        let toy = ToyCircuit::new(2, 5);
        assert_eq!(check_key(&toy.key, 3), Err(Groth16Error::Arity));
        assert_eq!(check_key(&toy.key[..toy.key.len() - 1], 2), Err(Groth16Error::MalformedKey));
        let mut longer = toy.key.clone();
        longer.push(0);
        assert_eq!(check_key(&longer, 2), Err(Groth16Error::MalformedKey));
        let mut outside = toy.key.clone();
        outside[32..96].copy_from_slice(&crate::test_utils::g2_outside_subgroup());
        assert_eq!(check_key(&outside, 2), Err(Groth16Error::MalformedKey));
        // delta at infinity: C would not count.
        let mut infinite = toy.key.clone();
        infinite[160..224].fill(0);
        infinite[223] = 0x40;
        assert_eq!(check_key(&infinite, 2), Err(Groth16Error::MalformedKey));
        // The first public input at infinity: it would not be bound.
        let mut unbound = toy.key.clone();
        unbound[264..296].fill(0);
        unbound[295] = 0x40;
        assert_eq!(check_key(&unbound, 2), Err(Groth16Error::MalformedKey));
        assert_eq!(check_key(&[0; 2_000], 2), Err(Groth16Error::MalformedKey));
    }
}
