// SPDX-License-Identifier: Apache-2.0
//! Verifying keys with known trapdoors, so that valid proofs of any public inputs can be made without a circuit.
//!
//! For benchmarks in the runtime: the verifier does the same for these proofs as for a circuit's.

use crate::{groth16, types::*};
use alloc::vec::Vec;
use ark_bn254::{Bn254, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, PrimeField};
use ark_groth16::{Proof, VerifyingKey};
use ark_serialize::CanonicalSerialize;
use polkadot_sdk::sp_io::hashing::blake2_256;

/// A key whose secret is known.
pub struct TrapdoorKey {
    /// The verifying key as it is registered.
    pub key: Vec<u8>,
    alpha: Fr,
    beta: Fr,
    gamma: Fr,
    delta: Fr,
    /// Logarithms of the points of the constant and the public inputs.
    inputs: Vec<Fr>,
}

fn secret(seed: u64, place: u64) -> Fr {
    Fr::from_le_bytes_mod_order(&blake2_256(&[seed.to_le_bytes(), place.to_le_bytes()].concat()))
}

fn g1(scalar: Fr) -> G1Affine {
    (G1Affine::generator() * scalar).into_affine()
}

fn g2(scalar: Fr) -> G2Affine {
    (G2Affine::generator() * scalar).into_affine()
}

fn encoded(value: &impl CanonicalSerialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.serialize_compressed(&mut bytes).expect("writing to memory; qed");
    bytes
}

impl TrapdoorKey {
    /// A key for `arity` public inputs; keys of different seeds share no point.
    pub fn new(arity: usize, seed: u64) -> Self {
        Self::of_setup(arity, seed, seed)
    }

    /// The same, but keys of one `setup` share alpha, beta and gamma, as the keys of circuits do that were made from the same
    /// powers of tau.
    pub fn of_setup(arity: usize, setup: u64, seed: u64) -> Self {
        let [alpha, beta, gamma] = [0, 1, 2].map(|place| secret(setup, place));
        let delta = secret(seed, 3);
        let inputs = (0..=arity as u64).map(|i| secret(seed, 4 + i)).collect::<Vec<_>>();
        let key = VerifyingKey::<Bn254> {
            alpha_g1: g1(alpha),
            beta_g2: g2(beta),
            gamma_g2: g2(gamma),
            delta_g2: g2(delta),
            gamma_abc_g1: inputs.iter().copied().map(g1).collect(),
        };
        Self { key: encoded(&key), alpha, beta, gamma, delta, inputs }
    }

    /// A proof for these public inputs; different seeds give different proofs.
    pub fn prove(&self, public_inputs: &[FieldElement], seed: u64) -> ProofBytes {
        let [a, b] = [0, 1].map(|place| secret(seed ^ u64::MAX, place));
        let scalars = public_inputs.iter().map(|x| groth16::scalar(x).expect("canonical inputs"));
        let input = self.inputs[1..].iter().zip(scalars).fold(self.inputs[0], |sum, (point, x)| sum + *point * x);
        let c =
            (a * b - self.alpha * self.beta - input * self.gamma) * self.delta.inverse().expect("no hash is zero; qed");
        let proof = Proof::<Bn254> { a: g1(a), b: g2(b), c: g1(c) };
        encoded(&proof).try_into().expect("a proof has 128 bytes; qed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::{check_key, number, verify_all, Claim, Groth16Error};

    #[test]
    fn its_proofs_hold_for_their_public_inputs_only() {
        let trapdoor = TrapdoorKey::new(2, 1);
        let key = check_key(&trapdoor.key, 2).expect("a sound key");
        let inputs = [number(3), number(4)];
        for seed in 0..2 {
            let proof = trapdoor.prove(&inputs, seed);
            let claim = |public_inputs| Claim { key: &key, public_inputs, proof: &proof };
            assert_eq!(verify_all(&[claim(&inputs)]), Ok(()));
            assert_eq!(verify_all(&[claim(&[number(3), number(5)])]), Err((0, Groth16Error::Rejected)));
        }
    }
}
