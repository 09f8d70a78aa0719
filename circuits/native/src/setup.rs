// SPDX-License-Identifier: Apache-2.0
//! Development keys of any size in seconds: the secret of the set-up is a hash of a public seed, so that every element of the
//! key is one scalar times a generator. Whoever knows the seed can forge proofs; real keys come from a ceremony.
//!
//! The key is that of Groth16 (Groth 2016, section 3.2) as snarkjs lays it out: gamma is one, and the quotient's bases are the
//! Lagrange bases of twice the domain at its odd points.

use crate::{
    sections::{Reader, Sections},
    witness::integer,
};
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::{AffineRepr, PrimeGroup, scalar_mul::BatchMulPreprocessing};
use ark_ff::{BigInteger256, Field, One, PrimeField, Zero};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use sha2::{Digest, Sha512};
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
};

/// One linear combination: variable and factor.
type Combination = Vec<(u32, Fr)>;

/// A rank-1 constraint system.
struct Constraints {
    variables: usize,
    public_inputs: usize,
    rows: Vec<[Combination; 3]>,
}

/// Reads `r1cs` and writes `zkey`, whose secrets come of `seed`.
pub fn setup(r1cs: &str, zkey: &str, seed: &str) -> io::Result<()> {
    let system = parse(&fs::read(r1cs)?).ok_or_else(|| io::Error::other("not an r1cs file over BN254's scalars"))?;
    // Replaced as a whole or not at all.
    let part = format!("{zkey}.part");
    write(&system, seed, BufWriter::new(File::create(&part)?))?;
    fs::rename(part, zkey)
}

fn parse(bytes: &[u8]) -> Option<Constraints> {
    let sections = Sections::parse(bytes, b"r1cs")?;
    let mut header = sections.section(1)?;
    if (header.u32()?, integer(header.take(32)?)) != (32, Fr::MODULUS) {
        return None;
    }
    let variables = header.u32()? as usize;
    let public_inputs = (header.u32()? + header.u32()?) as usize;
    let _private = header.u32()?;
    let _labels = header.u64()?;
    let count = header.u32()? as usize;
    let mut section = sections.section(2)?;
    let mut rows = Vec::with_capacity(count);
    for _ in 0..count {
        rows.push([
            combination(&mut section, variables)?,
            combination(&mut section, variables)?,
            combination(&mut section, variables)?,
        ]);
    }
    (public_inputs < variables).then_some(Constraints { variables, public_inputs, rows })
}

fn combination(section: &mut Reader, variables: usize) -> Option<Combination> {
    (0..section.u32()?)
        .map(|_| {
            let variable = section.u32()?;
            let factor = Fr::from_bigint(integer(section.take(32)?))?;
            ((variable as usize) < variables).then_some((variable, factor))
        })
        .collect()
}

fn write(system: &Constraints, seed: &str, output: impl Write) -> io::Result<()> {
    let Constraints { variables, public_inputs, rows } = system;
    let (variables, public_inputs) = (*variables, *public_inputs);
    let secret = |name: &str| Fr::from_le_bytes_mod_order(&Sha512::digest(format!("{seed}/{name}")));
    let (tau, alpha, beta, delta) = (secret("tau"), secret("alpha"), secret("beta"), secret("delta"));
    let inverse = delta.inverse().ok_or_else(|| io::Error::other("this seed gives no key"))?;
    // Every public input, and the one, has a row of its own, so that no two of them depend on each other.
    let size = rows.len() + public_inputs + 1;
    let (Some(domain), Some(double)) =
        (Radix2EvaluationDomain::<Fr>::new(size), Radix2EvaluationDomain::<Fr>::new(2 * size.next_power_of_two()))
    else {
        return Err(io::Error::other("the circuit has too many constraints for the field"));
    };
    let lagrange = domain.evaluate_all_lagrange_coefficients(tau);
    let [mut a, mut b, mut c] = [(); 3].map(|()| vec![Fr::zero(); variables]);
    for (row, at) in rows.iter().zip(&lagrange) {
        for (values, combination) in [&mut a, &mut b, &mut c].into_iter().zip(row) {
            combination.iter().for_each(|(variable, factor)| values[*variable as usize] += *factor * at);
        }
    }
    for (variable, at) in lagrange[rows.len()..].iter().take(public_inputs + 1).enumerate() {
        a[variable] += at;
    }
    let mixed: Vec<Fr> = (0..variables)
        .map(|i| {
            let value = beta * a[i] + alpha * b[i] + c[i];
            if i <= public_inputs { value } else { value * inverse }
        })
        .collect();
    let quotient: Vec<Fr> = double
        .evaluate_all_lagrange_coefficients(tau)
        .into_iter()
        .skip(1)
        .step_by(2)
        .map(|value| value * inverse)
        .collect();

    let g1 = BatchMulPreprocessing::new(G1Projective::generator(), 4 * variables + quotient.len());
    let g2 = BatchMulPreprocessing::new(G2Projective::generator(), variables);
    let g1s = |scalars: &[Fr]| g1_bytes(&g1.batch_mul(scalars));
    let g2s = |scalars: &[Fr]| g2_bytes(&g2.batch_mul(scalars));

    let mut header = field_header();
    for number in [variables, public_inputs, domain.size()] {
        header.extend_from_slice(&(number as u32).to_le_bytes());
    }
    for part in [g1s(&[alpha, beta]), g2s(&[beta, Fr::one()]), g1s(&[delta]), g2s(&[delta])] {
        header.extend_from_slice(&part);
    }
    let (public, private) = mixed.split_at(public_inputs + 1);
    let groth16 = 1u32.to_le_bytes().to_vec();
    // A hash of the circuit and the contributions to a ceremony: there was none.
    let contributions = vec![0; 64 + 4];
    let sections = [
        groth16,
        header,
        g1s(public),
        matrices(system),
        g1s(&a),
        g1s(&b),
        g2s(&b),
        g1s(private),
        g1s(&quotient),
        contributions,
    ];
    write_file(output, &sections)
}

fn write_file(mut output: impl Write, sections: &[Vec<u8>]) -> io::Result<()> {
    output.write_all(b"zkey\x01\0\0\0")?;
    output.write_all(&(sections.len() as u32).to_le_bytes())?;
    for (section, number) in sections.iter().zip(1u32..) {
        output.write_all(&number.to_le_bytes())?;
        output.write_all(&(section.len() as u64).to_le_bytes())?;
        output.write_all(section)?;
    }
    output.flush()
}

/// Matrices A and B with the rows of the public inputs; values carry two Montgomery factors.
fn matrices(Constraints { rows, public_inputs, .. }: &Constraints) -> Vec<u8> {
    let montgomery = Fr::from(2u64).pow([256]);
    let mut bytes = vec![0; 4];
    let mut count = 0u32;
    let mut entry = |matrix: u32, row: usize, variable: u32, factor: Fr| {
        count += 1;
        for number in [matrix, row as u32, variable] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&limbs((factor * montgomery).0));
    };
    for (number, [a, b, _]) in rows.iter().enumerate() {
        a.iter().for_each(|(variable, factor)| entry(0, number, *variable, *factor));
        b.iter().for_each(|(variable, factor)| entry(1, number, *variable, *factor));
    }
    (0..=*public_inputs as u32).for_each(|variable| entry(0, rows.len() + variable as usize, variable, Fr::one()));
    bytes[..4].copy_from_slice(&count.to_le_bytes());
    bytes
}

/// Sizes and moduli of both fields.
fn field_header() -> Vec<u8> {
    [Fq::MODULUS, Fr::MODULUS]
        .iter()
        .flat_map(|modulus| [&32u32.to_le_bytes()[..], &limbs(*modulus)].concat())
        .collect()
}

fn limbs(number: BigInteger256) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.chunks_exact_mut(8).zip(number.0).for_each(|(chunk, limb)| chunk.copy_from_slice(&limb.to_le_bytes()));
    bytes
}

/// Coordinates in Montgomery form; zeros for the point at infinity.
fn g1_bytes(points: &[G1Affine]) -> Vec<u8> {
    points
        .iter()
        .flat_map(|point| {
            let (x, y) = point.xy().unwrap_or((Fq::zero(), Fq::zero()));
            [limbs(x.0), limbs(y.0)].concat()
        })
        .collect()
}

fn g2_bytes(points: &[G2Affine]) -> Vec<u8> {
    points
        .iter()
        .flat_map(|point| {
            let (x, y) = point.xy().unwrap_or((Fq2::zero(), Fq2::zero()));
            [x.c0, x.c1, y.c0, y.c1].map(|coordinate| limbs(coordinate.0)).concat()
        })
        .collect()
}
