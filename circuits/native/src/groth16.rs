// SPDX-License-Identifier: Apache-2.0
//! Groth16 (Groth 2016, <https://eprint.iacr.org/2016/260>), section 3.2, with the quotient evaluated on the odd coset, to
//! whose Lagrange bases snarkjs' keys are made.

use crate::{
    multiexp::sum_of_products,
    serve::Failure,
    zkey::{Matrix, ProvingKey},
};
use ark_bn254::{Fr, G2Projective};
use ark_ec::{CurveGroup, VariableBaseMSM};
use ark_ff::{BigInteger256, FftField, PrimeField};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use ark_serialize::CanonicalSerialize;
use rayon::prelude::*;

/// A proof and what it proves.
pub struct Proved {
    /// A, B, C, compressed.
    pub proof: Vec<u8>,
    pub public_inputs: Vec<Fr>,
}

/// Proves that the witness, of as many values as the key has variables, satisfies the key's circuit.
///
/// # Errors
/// [`Failure::Randomness`]. Whether the constraints hold is not checked: a proof of a wrong witness is refused by verifiers.
pub fn prove(key: &ProvingKey, witness: &[BigInteger256]) -> Result<Proved, Failure> {
    let (r, s) = (random()?, random()?);
    let private = &witness[key.public_inputs + 1..];
    let quotient = || sum_of_products(&key.h_query, &quotient(key, witness));
    let (((h, l), (a, b_g1)), b_g2) = rayon::join(
        || {
            rayon::join(
                || rayon::join(quotient, || sum_of_products(&key.l_query, private)),
                || rayon::join(|| sum_of_products(&key.a_query, witness), || sum_of_products(&key.b_g1_query, witness)),
            )
        },
        || G2Projective::msm_bigint(&key.b_g2_query, witness),
    );
    let a = a + key.alpha_g1 + key.delta_g1 * r;
    let b_g1 = b_g1 + key.beta_g1 + key.delta_g1 * s;
    let b = b_g2 + key.beta_g2 + key.delta_g2 * s;
    let c = h + l + a * s + b_g1 * r - key.delta_g1 * (r * s);
    let mut proof = Vec::with_capacity(128);
    let points = (a.into_affine(), b.into_affine(), c.into_affine());
    points.serialize_compressed(&mut proof).expect("a vector takes any bytes");
    let public_inputs = witness[1..=key.public_inputs].iter().map(|value| Fr::from(*value)).collect();
    Ok(Proved { proof, public_inputs })
}

/// Values of A * B - C on the odd coset of the domain.
fn quotient(key: &ProvingKey, witness: &[BigInteger256]) -> Vec<BigInteger256> {
    let domain = Radix2EvaluationDomain::<Fr>::new(key.domain).expect("the key's domain was checked");
    let shift = Fr::get_root_of_unity(2 * key.domain as u64).expect("the key's domain was checked");
    let coset = domain.get_coset(shift).expect("the shift is not zero");
    let (mut a, mut b) = rayon::join(|| evaluate(key, &key.a, witness), || evaluate(key, &key.b, witness));
    let mut c: Vec<Fr> = a.par_iter().zip(&b).map(|(a, b)| *a * b).collect();
    for values in [&mut a, &mut b, &mut c] {
        domain.ifft_in_place(values);
        coset.fft_in_place(values);
    }
    a.par_iter().zip(&b).zip(&c).map(|((a, b), c)| (*a * b - c).into_bigint()).collect()
}

/// Matrix times witness.
fn evaluate(key: &ProvingKey, matrix: &Matrix, witness: &[BigInteger256]) -> Vec<Fr> {
    let value = |(variable, factor): &(u32, Fr)| *factor * Fr::new_unchecked(witness[*variable as usize]);
    (0..key.domain).into_par_iter().map(|row| matrix.row(row).iter().map(value).sum()).collect()
}

/// A uniform scalar: 512 random bits leave no bias that matters.
fn random() -> Result<Fr, Failure> {
    let mut bytes = [0; 64];
    getrandom::fill(&mut bytes).map_err(|_| Failure::Randomness)?;
    Ok(Fr::from_le_bytes_mod_order(&bytes))
}
