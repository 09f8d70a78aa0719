// SPDX-License-Identifier: Apache-2.0
//! Many proofs in one product of pairings.
//!
//! A proof (A, B, C) with public inputs x holds under a key if e(A, B) = e(alpha, beta) e(L, gamma) e(C, delta), where
//! L = ic[0] + sum_i x[i] ic[i + 1]. Proofs j with random coefficients r_j hold together, but for a chance of 2^-128, if
//!
//! prod_j e(r_j A_j, B_j) prod_g e(-sum r_j L_j, g) prod_d e(-sum r_j C_j, d) = prod_k e(alpha, beta)_k^(sum r_j)
//!
//! where the sums are over the proofs whose key has this gamma, this delta or this e(alpha, beta). So each proof adds one
//! Miller loop, and each key two at most; keys of one set-up share gamma and e(alpha, beta) too.

use super::{keys::PreparedKey, Work};
use alloc::{vec, vec::Vec};
use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{
    pairing::{Pairing, PairingOutput},
    AdditiveGroup, AffineRepr, CurveGroup, PrimeGroup, VariableBaseMSM,
};
use ark_ff::{One, PrimeField, Zero};
use ark_groth16::Proof;

/// A proof that was read, with the place of its key among the keys and its coefficient.
pub(super) struct Folded {
    pub key: usize,
    pub inputs: Vec<Fr>,
    pub proof: Proof<Bn254>,
    pub coefficient: u128,
}

/// Sums of values that stand at equal places.
struct Pool<K, V>(Vec<(K, V)>);

impl<K: PartialEq, V: Copy + core::ops::AddAssign> Pool<K, V> {
    fn add(&mut self, place: K, value: V) {
        match self.0.iter_mut().find(|(other, _)| *other == place) {
            Some((_, sum)) => *sum += value,
            None => self.0.push((place, value)),
        }
    }
}

/// Whether all of `claims` hold, by one product.
pub(super) fn holds(keys: &[PreparedKey], claims: &[&Folded], work: &mut Work) -> bool {
    let mut left = Vec::with_capacity(claims.len());
    let mut right = Vec::with_capacity(claims.len());
    // Of each key: the scalars of its inputs' points, and sum r_j C_j.
    let mut sums: Vec<(usize, Vec<Fr>, G1Projective)> = Vec::new();
    for claim in claims {
        // A proof alone needs no coefficient.
        let coefficient = if claims.len() == 1 { 1 } else { claim.coefficient };
        let r = Fr::from(coefficient);
        left.push(scale(&claim.proof.a, coefficient));
        right.push(claim.proof.b);
        let place = sums.iter().position(|(key, ..)| *key == claim.key).unwrap_or_else(|| {
            sums.push((claim.key, vec![Fr::zero(); claim.inputs.len() + 1], G1Projective::ZERO));
            sums.len() - 1
        });
        let (_, scalars, c) = &mut sums[place];
        *c += scale(&claim.proof.c, coefficient);
        scalars[0] += r;
        for (sum, x) in scalars[1..].iter_mut().zip(&claim.inputs) {
            *sum += r * x;
        }
    }
    let mut points: Pool<G2Affine, G1Projective> = Pool(Vec::new());
    let mut constants: Pool<PairingOutput<Bn254>, Fr> = Pool(Vec::new());
    for (key, scalars, c) in sums {
        let PreparedKey { alpha_beta, gamma, delta, inputs } = &keys[key];
        let Ok(l) = G1Projective::msm(inputs, &scalars) else { return false };
        constants.add(*alpha_beta, scalars[0]);
        points.add(*gamma, -l);
        points.add(*delta, -c);
        work.inputs += scalars.len() as u32;
    }
    work.products += 1;
    work.scalings += if claims.len() == 1 { 0 } else { 2 * claims.len() as u32 };
    work.loops += (claims.len() + points.0.len()) as u32;
    for (point, sum) in points.0 {
        left.push(sum);
        right.push(point);
    }
    let constant = constants.0.into_iter().fold(PairingOutput::ZERO, |product, (value, exponent)| {
        if exponent.is_one() {
            return product + value;
        }
        work.powers += 1;
        product + value.mul_bigint(exponent.into_bigint())
    });
    let product = Bn254::multi_miller_loop(G1Projective::normalize_batch(&left), right);
    Bn254::final_exponentiation(product).is_some_and(|product| product == constant)
}

/// `r` times a point: 128 doublings, where a scalar of the field would take twice as many.
fn scale(point: &G1Affine, r: u128) -> G1Projective {
    match r {
        1 => point.into_group(),
        _ => point.mul_bigint([r as u64, (r >> 64) as u64]),
    }
}
