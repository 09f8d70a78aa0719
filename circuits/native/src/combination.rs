// SPDX-License-Identifier: Apache-2.0
//! Checks that commitments open to vectors, all at once: sum(c_i * C_i) is the commitment of sum(c_i * v_i) for random c_i.
//! A single wrong opening passes with a probability of 2^-128, the inverse of the number of coefficients.

use crate::{
    generators::{Generators, MAX_GENERATORS},
    multiexp::{Base, from_arkworks, sum_of_products},
    witness::integer,
};
use ark_bn254::{Fr, G1Affine};
use ark_ff::{BigInteger256, PrimeField};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use halo2curves::{bn256::Fr as Scalar, ff::PrimeField as _};
use rayon::prelude::*;

/// Bytes of a scalar.
pub const SCALAR: usize = 32;
/// Most openings that are checked at once.
const MAX_OPENINGS: usize = 4096;
/// Scalars that a thread takes at a time.
const PART: usize = 1024;

/// A sum of products of 256 and 128 bits each, not reduced: 64 bits are left for their number.
type Sum = [u64; 7];

/// A random combination of vectors and of their commitments.
#[derive(Default)]
pub struct Combination {
    sums: Vec<Sum>,
    points: Vec<Base>,
    coefficients: Vec<BigInteger256>,
}

impl Combination {
    /// Adds an opening. Changes nothing if the commitment or the vector is malformed, or if there are too many.
    pub fn add(&mut self, coefficient: u128, commitment: &[u8], vector: &[u8]) -> bool {
        let Some(point) = point(commitment).filter(|_| is_vector(vector) && self.points.len() < MAX_OPENINGS) else {
            return false;
        };
        let count = vector.len() / SCALAR;
        if self.sums.len() < count {
            self.sums.resize(count, Sum::default());
        }
        let factor = [coefficient as u64, (coefficient >> 64) as u64];
        let parts = vector.par_chunks(PART * SCALAR);
        self.sums[..count].par_chunks_mut(PART).zip(parts).for_each(|(sums, vector)| {
            for (sum, scalar) in sums.iter_mut().zip(vector.chunks_exact(SCALAR)) {
                add_product(sum, &integer(scalar).0, factor);
            }
        });
        self.points.push(from_arkworks(&point));
        self.coefficients.push(BigInteger256::new([factor[0], factor[1], 0, 0]));
        true
    }

    /// Whether all that was added opens.
    pub fn holds(self, generators: &mut Generators) -> bool {
        let scalars: Vec<_> = self.sums.par_iter().map(reduce).collect();
        let committed = sum_of_products(generators.first(scalars.len()), &scalars);
        committed == sum_of_products(&self.points, &self.coefficients)
    }
}

/// Whether bytes are the scalars of a vector: at least one, not too many, each below the group order.
pub fn is_vector(bytes: &[u8]) -> bool {
    let count = bytes.len() / SCALAR;
    bytes.len().is_multiple_of(SCALAR)
        && (1..=MAX_GENERATORS).contains(&count)
        && bytes
            .par_chunks(PART * SCALAR)
            .all(|part| part.chunks_exact(SCALAR).all(|scalar| integer(scalar) < Fr::MODULUS))
}

/// A point in its only compressed form: arkworks reads some that it does not write.
fn point(bytes: &[u8]) -> Option<G1Affine> {
    let point = G1Affine::deserialize_compressed(bytes).ok()?;
    let mut canonical = Vec::with_capacity(SCALAR);
    point.serialize_compressed(&mut canonical).ok()?;
    (canonical == bytes).then_some(point)
}

/// Adds `a * b` to `sum`.
fn add_product(sum: &mut Sum, a: &[u64; 4], b: [u64; 2]) {
    for (place, factor) in b.into_iter().enumerate() {
        let mut carry = 0;
        for (limb, &other) in sum[place..].iter_mut().zip(a) {
            let product = u128::from(other) * u128::from(factor) + u128::from(*limb) + carry;
            *limb = product as u64;
            carry = product >> 64;
        }
        for limb in &mut sum[place + a.len()..] {
            let next = u128::from(*limb) + carry;
            *limb = next as u64;
            carry = next >> 64;
        }
    }
}

/// The scalar that a sum stands for.
fn reduce(sum: &Sum) -> BigInteger256 {
    let [a, b, c, d, e, f, g] = *sum;
    let shift = Scalar::from_raw([0, 0, 1, 0]).square();
    let scalar = Scalar::from_raw([a, b, c, d]) + Scalar::from_raw([e, f, g, 0]) * shift;
    integer(scalar.to_repr().as_ref())
}
