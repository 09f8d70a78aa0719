// SPDX-License-Identifier: Apache-2.0
//! snarkjs' `.zkey` files for Groth16 over BN254. Field elements are little-endian limbs in Montgomery form, which is how
//! arkworks holds them; the matrices' values carry one more Montgomery factor.

use crate::{
    multiexp::{BASE_BYTES, Base, base},
    sections::{Reader, Sections},
    witness::integer,
};
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ff::{PrimeField, Zero};

const GROTH16: u32 = 1;

/// A matrix of the constraint system, row by row.
pub struct Matrix {
    /// Where each row's entries begin; one more than rows.
    starts: Vec<u32>,
    entries: Vec<(u32, Fr)>,
}

impl Matrix {
    /// Entries of a row: number of the variable, and value times the Montgomery factor, so that the product with a plain
    /// integer taken for a Montgomery form, which lacks that factor, is the product.
    pub fn row(&self, row: usize) -> &[(u32, Fr)] {
        &self.entries[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    fn new(rows: usize, mut sorted: Vec<(u32, u32, Fr)>) -> Self {
        sorted.sort_by_key(|(row, ..)| *row);
        let mut starts = vec![0; rows + 1];
        for (row, ..) in &sorted {
            starts[*row as usize + 1] += 1;
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        Self { starts, entries: sorted.into_iter().map(|(_, variable, value)| (variable, value)).collect() }
    }
}

/// What a proof of one circuit needs.
pub struct ProvingKey {
    /// Values of a witness, with the leading one.
    pub variables: usize,
    pub public_inputs: usize,
    /// Rows of the matrices, a power of two.
    pub domain: usize,
    pub alpha_g1: G1Affine,
    pub beta_g1: G1Affine,
    pub beta_g2: G2Affine,
    pub delta_g1: G1Affine,
    pub delta_g2: G2Affine,
    pub a: Matrix,
    pub b: Matrix,
    /// Bases by variable.
    pub a_query: Vec<Base>,
    pub b_g1_query: Vec<Base>,
    pub b_g2_query: Vec<G2Affine>,
    /// Bases of the private variables.
    pub l_query: Vec<Base>,
    /// Lagrange bases of the odd coset.
    pub h_query: Vec<Base>,
}

impl ProvingKey {
    /// None for anything that is no such key. Points are not checked to be on the curve: pin the file's hash.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let sections = Sections::parse(bytes, b"zkey")?;
        if sections.section(1)?.u32()? != GROTH16 {
            return None;
        }
        let mut header = sections.section(2)?;
        let base_field = (header.u32()?, integer(header.take(32)?));
        let scalar_field = (header.u32()?, integer(header.take(32)?));
        if base_field != (32, Fq::MODULUS) || scalar_field != (32, Fr::MODULUS) {
            return None;
        }
        let (variables, public_inputs) = (header.u32()? as usize, header.u32()? as usize);
        let domain = header.u32()? as usize;
        let private = variables.checked_sub(public_inputs + 1)?;
        if !domain.is_power_of_two() || domain > 1 << 27 {
            return None;
        }
        let (alpha_g1, beta_g1) = (g1(&mut header)?, g1(&mut header)?);
        let (beta_g2, _gamma_g2) = (g2(&mut header)?, g2(&mut header)?);
        let (delta_g1, delta_g2) = (g1(&mut header)?, g2(&mut header)?);
        let (a, b) = matrices(&mut sections.section(4)?, domain, variables)?;
        let g1s = |number, count| -> Option<Vec<_>> {
            let mut section = sections.section(number)?;
            (0..count).map(|_| section.take(BASE_BYTES).map(base)).collect()
        };
        let mut section = sections.section(7)?;
        let b_g2_query = (0..variables).map(|_| g2(&mut section)).collect::<Option<_>>()?;
        Some(Self {
            variables,
            public_inputs,
            domain,
            alpha_g1,
            beta_g1,
            beta_g2,
            delta_g1,
            delta_g2,
            a,
            b,
            a_query: g1s(5, variables)?,
            b_g1_query: g1s(6, variables)?,
            b_g2_query,
            l_query: g1s(8, private)?,
            h_query: g1s(9, domain)?,
        })
    }
}

fn matrices(section: &mut Reader, rows: usize, variables: usize) -> Option<(Matrix, Matrix)> {
    let mut entries = [Vec::new(), Vec::new()];
    for _ in 0..section.u32()? {
        let (matrix, row, variable) = (section.u32()?, section.u32()?, section.u32()?);
        let value = Fr::new_unchecked(integer(section.take(32)?));
        if row as usize >= rows || variable as usize >= variables {
            return None;
        }
        entries.get_mut(matrix as usize)?.push((row, variable, value));
    }
    let [a, b] = entries;
    Some((Matrix::new(rows, a), Matrix::new(rows, b)))
}

fn fq(section: &mut Reader) -> Option<Fq> {
    Some(Fq::new_unchecked(integer(section.take(32)?)))
}

fn g1(section: &mut Reader) -> Option<G1Affine> {
    let (x, y) = (fq(section)?, fq(section)?);
    Some(if x.is_zero() && y.is_zero() { G1Affine::identity() } else { G1Affine::new_unchecked(x, y) })
}

fn g2(section: &mut Reader) -> Option<G2Affine> {
    let mut coordinate = || Some(Fq2::new(fq(section)?, fq(section)?));
    let (x, y) = (coordinate()?, coordinate()?);
    Some(if x == Fq2::zero() && y == Fq2::zero() { G2Affine::identity() } else { G2Affine::new_unchecked(x, y) })
}
