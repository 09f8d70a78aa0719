// SPDX-License-Identifier: Apache-2.0
//! Real Groth16 keys and proofs of a toy circuit that takes any public inputs, and real ML-DSA-65 keys, for tests.

pub use crate::ml_dsa_keys::MlDsaKeys;

use crate::types::*;
use alloc::vec::Vec;
use ark_bn254::{Bn254, Fq2, Fr, G2Affine};
use ark_ff::Field;
use ark_groth16::{Groth16, ProvingKey};
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, SynthesisError};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use ark_snark::SNARK;
use ark_std::rand::{rngs::StdRng, SeedableRng};

struct Squares(Vec<Fr>);

impl ConstraintSynthesizer<Fr> for Squares {
    fn generate_constraints(self, cs: ConstraintSystemRef<Fr>) -> Result<(), SynthesisError> {
        for value in self.0 {
            let x = cs.new_input_variable(|| Ok(value))?;
            let square = cs.new_witness_variable(|| Ok(value.square()))?;
            cs.enforce_r1cs_constraint(|| x.into(), || x.into(), || square.into())?;
        }
        Ok(())
    }
}

/// Keys of the statement "I know the squares of the public inputs": provable for every input, bound to each.
pub struct ToyCircuit {
    /// The verifying key as it is registered.
    pub key: Vec<u8>,
    proving_key: ProvingKey<Bn254>,
}

impl ToyCircuit {
    /// Keys for `arity` public inputs; different seeds give different keys.
    pub fn new(arity: usize, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let (proving_key, verifying_key) =
            Groth16::<Bn254>::circuit_specific_setup(Squares(alloc::vec![Fr::ONE; arity]), &mut rng)
                .expect("the toy circuit is well formed; qed");
        let mut key = Vec::new();
        verifying_key.serialize_compressed(&mut key).expect("writing to memory; qed");
        Self { key, proving_key }
    }

    /// A proof for these public inputs.
    pub fn prove(&self, inputs: &[FieldElement]) -> ProofBytes {
        let values =
            inputs.iter().map(|bytes| Fr::deserialize_compressed(&bytes[..]).expect("canonical inputs")).collect();
        let mut rng = StdRng::seed_from_u64(7);
        let proof = Groth16::<Bn254>::prove(&self.proving_key, Squares(values), &mut rng).expect("provable; qed");
        let mut bytes = [0u8; 128];
        proof.serialize_compressed(&mut bytes[..]).expect("a proof has 128 bytes; qed");
        bytes
    }
}

/// A commitment: this multiple of the generator of G1.
pub fn commitment(scalar: u64) -> CommitmentBytes {
    use ark_ec::{AffineRepr, CurveGroup};
    let mut bytes = [0u8; 32];
    let point = (ark_bn254::G1Affine::generator() * Fr::from(scalar)).into_affine();
    point.serialize_compressed(&mut bytes[..]).expect("a G1 point has 32 bytes; qed");
    bytes
}

/// A compressed point on the G2 curve that is not in the prime-order subgroup.
pub fn g2_outside_subgroup() -> [u8; 64] {
    (1u64..)
        .find_map(|x| {
            let point = G2Affine::get_point_from_x_unchecked(Fq2::from(x), false)?;
            (!point.is_in_correct_subgroup_assuming_on_curve()).then_some(point)
        })
        .map(|point| {
            let mut bytes = [0u8; 64];
            point.serialize_compressed(&mut bytes[..]).expect("a G2 point has 64 bytes; qed");
            bytes
        })
        .expect("most points of the twist lie outside the subgroup; qed")
}
