// SPDX-License-Identifier: Apache-2.0
//! Sums of Pedersen vector commitments in BN254's G1 (Pedersen, CRYPTO '91, without blinding: what is committed to is public).
//!
//! A commitment of a sum is the sum of the commitments. The ledger adds them as ops arrive and keeps the sum after each op, so
//! that the commitment of any range of ops is a difference of two. Sums are kept uncompressed: reading one takes no square root.

use crate::types::CommitmentBytes;
use ark_bn254::{G1Affine, G1Projective};
use ark_ec::{AffineRepr, CurveGroup};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress, Validate};

/// A sum as it is kept: arkworks' uncompressed form, x and y.
pub type StoredSum = [u8; 64];

/// The generator of G1, (1, 2), in the compressed form: a point for those who need any.
pub const GENERATOR: CommitmentBytes = {
    let mut bytes = [0; 32];
    bytes[0] = 1;
    bytes
};

/// Not a point of the curve in its one compressed form, or the point at infinity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CommitmentMalformed;

/// A sum of commitments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sum(G1Projective);

impl Sum {
    /// The sum of none.
    pub fn zero() -> Self {
        Self(G1Affine::zero().into())
    }

    /// One commitment. All points of the curve are in the group: its cofactor is 1.
    pub fn decode(commitment: &CommitmentBytes) -> Result<Self, CommitmentMalformed> {
        let point = G1Affine::deserialize_with_mode(&commitment[..], Compress::Yes, Validate::Yes)
            .map_err(|_| CommitmentMalformed)?;
        // The point at infinity commits to zeros only, and has many encodings.
        if point.is_zero() {
            return Err(CommitmentMalformed);
        }
        Ok(Self(point.into()))
    }

    /// Reads what [`Sum::store`] wrote.
    pub fn read(stored: &StoredSum) -> Result<Self, CommitmentMalformed> {
        G1Affine::deserialize_with_mode(&stored[..], Compress::No, Validate::No)
            .map(|point| Self(point.into()))
            .map_err(|_| CommitmentMalformed)
    }

    pub fn plus(&self, other: &Self) -> Self {
        Self(self.0 + other.0)
    }

    pub fn minus(&self, other: &Self) -> Self {
        Self(self.0 - other.0)
    }

    /// The form that is kept.
    pub fn store(&self) -> StoredSum {
        let mut bytes = [0u8; 64];
        self.0.into_affine().serialize_uncompressed(&mut bytes[..]).expect("a point has 64 bytes; qed");
        bytes
    }

    /// The compressed form. Unlike a single commitment, a sum can be the point at infinity.
    pub fn commitment(&self) -> CommitmentBytes {
        let mut bytes = [0u8; 32];
        self.0.into_affine().serialize_compressed(&mut bytes[..]).expect("a compressed point has 32 bytes; qed");
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{Fq, Fr};
    use ark_ff::{BigInteger, PrimeField};

    /// A multiple of the generator (1, 2).
    fn multiple(scalar: u64) -> CommitmentBytes {
        Sum((G1Affine::generator() * Fr::from(scalar)).into_affine().into()).commitment()
    }

    fn decoded(scalar: u64) -> Sum {
        Sum::decode(&multiple(scalar)).expect("a point")
    }

    #[test]
    fn sums_of_commitments_are_commitments_of_sums() {
        let sum = decoded(3).plus(&decoded(4));
        assert_eq!(sum.commitment(), multiple(7));
        assert_eq!(sum.minus(&decoded(5)).commitment(), multiple(2));
        assert_eq!(Sum::zero().plus(&sum).minus(&Sum::zero()), sum);
        assert_eq!(sum.plus(&sum).commitment(), multiple(14), "equal points are doubled");
    }

    #[test]
    fn what_is_stored_is_read_again() {
        for sum in [Sum::zero(), decoded(1), decoded(3).minus(&decoded(3)), decoded(5).plus(&decoded(8))] {
            assert_eq!(Sum::read(&sum.store()), Ok(sum));
        }
        assert_eq!(multiple(1), GENERATOR);
        // x = 1 and y = 2, little-endian.
        let generator = decoded(1).store();
        assert_eq!((generator[0], generator[32]), (1, 2));
        assert_eq!(generator.iter().filter(|byte| **byte != 0).count(), 2);
    }

    #[test]
    fn a_sum_of_opposites_is_the_point_at_infinity() {
        let mut infinity = [0; 32];
        infinity[31] = 0x40;
        assert_eq!(decoded(9).minus(&decoded(9)).commitment(), infinity);
        assert_eq!(Sum::decode(&infinity), Err(CommitmentMalformed));
    }

    #[test]
    fn what_is_no_point_is_refused() {
        let modulus: [u8; 32] = Fq::MODULUS.to_bytes_le().try_into().expect("32 bytes");
        // x = 4 is on the curve neither way: 67 has no root. x = p + 1 is 1 in another form.
        let mut above = modulus;
        above[0] += 1;
        let mut both_flags = multiple(1);
        both_flags[31] |= 0xc0;
        let mut infinity_of_a_point = multiple(1);
        infinity_of_a_point[31] |= 0x40;
        let mut off = [0; 32];
        off[0] = 4;
        for wrong in [[0xff; 32], modulus, above, both_flags, infinity_of_a_point, off] {
            assert_eq!(Sum::decode(&wrong), Err(CommitmentMalformed), "{wrong:?}");
        }
    }

    #[test]
    fn both_roots_are_points() {
        let mut opposite = multiple(1);
        opposite[31] |= 0x80;
        let opposite = Sum::decode(&opposite).expect("a point");
        assert_eq!(opposite.plus(&decoded(1)), Sum::zero());
    }
}
