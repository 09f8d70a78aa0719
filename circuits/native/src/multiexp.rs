// SPDX-License-Identifier: Apache-2.0
//! Sums of products in G1, by halo2curves: its additions in affine coordinates, with one inversion for many of them, take about
//! half the time of arkworks' here. What a witness holds most of, zeros and ones, does not get that far.

use ark_bn254::{Fq, G1Affine as ArkG1Affine, G1Projective};
use ark_ec::AffineRepr;
use ark_ff::{BigInteger, BigInteger256, Zero};
use halo2curves::{
    CurveAffine,
    bn256::{Fq as Coordinate, Fr as Scalar, G1, G1Affine},
    ff::PrimeField,
    group::{Curve, Group, prime::PrimeCurveAffine},
    msm::msm_best,
    serde::SerdeObject,
};
use rayon::prelude::*;

/// A base: the same limbs as arkworks'.
pub type Base = G1Affine;

/// Bytes of a base: its coordinates' limbs in Montgomery form, zeros for the point at infinity.
pub const BASE_BYTES: usize = 64;

/// Reads a base; its point is not checked.
pub fn base(bytes: &[u8]) -> Base {
    Base::from_raw_bytes_unchecked(bytes)
}

/// The sum of all `scalars[i] * bases[i]`.
pub fn sum_of_products(bases: &[Base], scalars: &[BigInteger256]) -> G1Projective {
    let one = BigInteger256::from(1u64);
    let pairs =
        bases.par_iter().zip(scalars).filter(|(base, scalar)| !scalar.is_zero() && !bool::from(base.is_identity()));
    let (ones, others): (Vec<_>, Vec<_>) = pairs.partition(|(_, scalar)| **scalar == one);
    let (sum, (scalars, bases)) = rayon::join(
        || ones.into_par_iter().fold(G1::identity, |sum, (base, _)| sum + base).reduce(G1::identity, |a, b| a + b),
        || others.into_par_iter().map(|(base, scalar)| (to_scalar(scalar), *base)).unzip::<_, _, Vec<_>, Vec<_>>(),
    );
    let rest = if bases.is_empty() { G1::identity() } else { msm_best(&scalars, &bases) };
    to_arkworks(&(sum + rest).to_affine())
}

fn to_scalar(number: &BigInteger256) -> Scalar {
    let mut bytes = [0; 32];
    bytes.chunks_exact_mut(8).zip(number.0).for_each(|(chunk, limb)| chunk.copy_from_slice(&limb.to_le_bytes()));
    Scalar::from_repr(bytes.into()).expect("scalars are below the group order")
}

fn to_arkworks(point: &Base) -> G1Projective {
    let coordinates = Option::<halo2curves::Coordinates<Base>>::from(point.coordinates());
    coordinates.map_or_else(G1Projective::zero, |at| {
        ArkG1Affine::new_unchecked(to_coordinate(at.x()), to_coordinate(at.y())).into()
    })
}

/// A point as a base.
pub fn from_arkworks(point: &ArkG1Affine) -> Base {
    let bytes = |coordinate: Fq| coordinate.0.0.map(u64::to_le_bytes).concat();
    let (x, y) = point.xy().unwrap_or_default();
    base(&[bytes(x), bytes(y)].concat())
}

fn to_coordinate(coordinate: &Coordinate) -> Fq {
    let bytes = coordinate.to_raw_bytes();
    Fq::new_unchecked(crate::witness::integer(&bytes))
}
