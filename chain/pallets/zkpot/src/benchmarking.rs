// SPDX-License-Identifier: Apache-2.0
//! What verification consists of, measured in the runtime's own WASM: the constants of `training_primitives::cost`.
//!
//! Proofs are valid ones, under keys with known trapdoors that share no point, which is the dearest case; one benchmark
//! verifies a proof that the circuits' own tools made.

use crate::*;
use alloc::vec::Vec;
use polkadot_sdk::{frame_benchmarking::v2::*, sp_io::hashing::blake2_256};
use training_primitives::{
    challenge,
    groth16::{check_key, number, verify_all, verify_sets, Claim, Groth16Error, Wrong},
    merkle,
    ml_dsa::{self, WORKER_CONTEXT},
    ml_dsa_keys::MlDsaKeys,
    pedersen::{Sum, GENERATOR},
    trapdoor::TrapdoorKey,
    *,
};

const FIXTURE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../circuits/vectors/groth16-fixture.json"));
const OP: [Circuit; 3] = [Circuit::Interaction, Circuit::Improvement, Circuit::Ownership];

/// A key as it is stored, public inputs and a proof of them.
struct Proven {
    key: Vec<u8>,
    inputs: Vec<FieldElement>,
    proof: ProofBytes,
}

impl Proven {
    /// Under a key of its own.
    fn new(arity: usize, seed: u64) -> Self {
        Self::under(&TrapdoorKey::new(arity, seed), arity, seed)
    }

    fn under(trapdoor: &TrapdoorKey, arity: usize, seed: u64) -> Self {
        // Full-length scalars, as commitments are.
        let inputs = (0..arity as u64).map(|i| scalar(seed * 100 + i)).collect::<Vec<_>>();
        let key = check_key(&trapdoor.key, arity).expect("a sound key");
        Self { key, proof: trapdoor.prove(&inputs, seed), inputs }
    }

    fn claim(&self) -> Claim<'_> {
        Claim { key: &self.key, public_inputs: &self.inputs, proof: &self.proof }
    }
}

fn scalar(seed: u64) -> FieldElement {
    let mut bytes = blake2_256(&seed.to_le_bytes());
    bytes[31] &= 0x1f;
    bytes
}

fn op(seed: u64) -> Vec<Proven> {
    OP.iter().zip(0..).map(|(circuit, i)| Proven::new(circuit.arity(), seed * 10 + i)).collect()
}

fn ops(count: u32) -> Vec<Vec<Proven>> {
    (0..u64::from(count)).map(op).collect()
}

/// Ops of one federation, whose three keys come of one set-up.
fn ops_of_one_federation(count: u32) -> Vec<Vec<Proven>> {
    let keys = OP.map(|circuit| (TrapdoorKey::of_setup(circuit.arity(), 99, circuit as u64), circuit.arity()));
    (0..u64::from(count))
        .map(|seed| keys.iter().map(|(key, arity)| Proven::under(key, *arity, seed)).collect())
        .collect()
}

fn verify_ops(ops: &[Vec<Proven>]) -> Vec<Result<(), Wrong>> {
    let claims = ops.iter().map(|op| op.iter().map(Proven::claim).collect()).collect::<Vec<Vec<_>>>();
    verify_sets(&claims.iter().map(Vec::as_slice).collect::<Vec<_>>()).0
}

fn samples(count: u32, features: u32) -> Vec<ChallengeSample> {
    let features: Vec<u8> = (0..features).map(|i| i as u8).collect();
    (0..count)
        .map(|i| ChallengeSample { features: features.clone().try_into().expect("few"), label: i as u8 })
        .collect()
}

fn hashes(count: u32) -> Vec<H256> {
    (0..count).map(|i| H256(blake2_256(&i.to_le_bytes()))).collect()
}

/// The fixture's key, public inputs and proof: its only long strings, in this order.
fn fixture() -> Proven {
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hex")).collect()
    };
    let mut strings = FIXTURE.split('"').filter(|text| text.len() >= 64).map(hex).collect::<Vec<_>>();
    let proof = strings.pop().expect("a proof").try_into().expect("128 bytes");
    let inputs = strings.drain(1..).map(|input| input.try_into().expect("32 bytes")).collect();
    Proven { key: check_key(&strings[0], Circuit::Ownership.arity()).expect("a sound key"), inputs, proof }
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// `n` proofs of one key and three public inputs in one product.
    #[benchmark(extra)]
    fn proofs_of_one_key(n: Linear<1, 48>) {
        let trapdoor = TrapdoorKey::new(3, 1);
        let proven = (0..n.into()).map(|seed| Proven::under(&trapdoor, 3, seed)).collect::<Vec<_>>();
        let claims = proven.iter().map(Proven::claim).collect::<Vec<_>>();
        let result;
        #[block]
        {
            result = verify_all(&claims);
        }
        assert_eq!(result, Ok(()));
    }

    /// `n` proofs of as many keys and three public inputs in one product.
    #[benchmark(extra)]
    fn proofs_of_many_keys(n: Linear<1, 24>) {
        let proven = (0..n.into()).map(|seed| Proven::new(3, seed)).collect::<Vec<_>>();
        let claims = proven.iter().map(Proven::claim).collect::<Vec<_>>();
        let result;
        #[block]
        {
            result = verify_all(&claims);
        }
        assert_eq!(result, Ok(()));
    }

    /// One proof of `n` public inputs.
    #[benchmark(extra)]
    fn proof_of_inputs(n: Linear<1, 8>) {
        let proven = Proven::new(n as usize, 1);
        let result;
        #[block]
        {
            result = verify_all(&[proven.claim()]);
        }
        assert_eq!(result, Ok(()));
    }

    /// One proof that the circuits' tools made, of circuit `ownership`.
    #[benchmark(extra)]
    fn proof_of_the_circuits() {
        let proven = fixture();
        let result;
        #[block]
        {
            result = verify_all(&[proven.claim()]);
        }
        assert_eq!(result, Ok(()));
    }

    /// The three proofs of an op.
    #[benchmark(extra)]
    fn proofs_of_an_op() {
        let ops = ops(1);
        let results;
        #[block]
        {
            results = verify_ops(&ops);
        }
        assert_eq!(results, [Ok(())]);
    }

    /// The proofs of `n` ops, each in a federation with keys of its own.
    #[benchmark(extra)]
    fn proofs_of_ops(n: Linear<1, 16>) {
        let ops = ops(n);
        let results;
        #[block]
        {
            results = verify_ops(&ops);
        }
        assert!(results.iter().all(Result::is_ok));
    }

    /// The proofs of `n` ops of one federation, under keys of one set-up.
    #[benchmark(extra)]
    fn proofs_of_ops_of_one_federation(n: Linear<1, 16>) {
        let ops = ops_of_one_federation(n);
        let results;
        #[block]
        {
            results = verify_ops(&ops);
        }
        assert!(results.iter().all(Result::is_ok));
    }

    /// The proofs of `n` ops of one federation, under keys of one set-up, of which the last proof of the last op is wrong.
    #[benchmark(extra)]
    fn one_wrong_proof_of_ops(n: Linear<1, 16>) {
        let mut ops = ops_of_one_federation(n);
        ops.last_mut().expect("an op")[2].inputs[0] = number(1);
        let results;
        #[block]
        {
            results = verify_ops(&ops);
        }
        assert_eq!(results.last(), Some(&Err((2, Groth16Error::Rejected))));
    }

    /// The proofs of `n` ops, each in a federation with keys of its own, and the last proof of each is wrong.
    #[benchmark(extra)]
    fn wrong_proofs_of_ops(n: Linear<1, 16>) {
        let mut ops = ops(n);
        ops.iter_mut().for_each(|op| op[2].inputs[0] = number(1));
        let results;
        #[block]
        {
            results = verify_ops(&ops);
        }
        assert!(results.iter().all(|result| *result == Err((2, Groth16Error::Rejected))));
    }

    /// Checking a submitted key of `n` public inputs.
    #[benchmark(extra)]
    fn key_check(n: Linear<1, 8>) {
        let trapdoor = TrapdoorKey::new(n as usize, 1);
        let result;
        #[block]
        {
            result = check_key(&trapdoor.key, n as usize);
        }
        assert!(result.is_ok());
    }

    /// Decompressing `n` commitments and adding each to a sum that is read and written, as of `n` ops.
    #[benchmark(extra)]
    fn point_sums(n: Linear<1, 64>) {
        // Multiples of a point, none of them small.
        let mut point = Sum::decode(&GENERATOR).expect("a point");
        for _ in 0..100 {
            point = point.plus(&point);
        }
        let mut multiple = point;
        let commitments = (0..n).map(|_| {
            multiple = multiple.plus(&point);
            multiple.commitment()
        });
        let commitments = commitments.collect::<Vec<_>>();
        let mut stored = Sum::zero().store();
        #[block]
        {
            for commitment in &commitments {
                let sum = Sum::read(&stored).expect("written before");
                stored = sum.plus(&Sum::decode(commitment).expect("a point")).store();
            }
        }
        assert_ne!(stored, Sum::zero().store());
    }

    #[benchmark(extra)]
    fn ml_dsa_signature() {
        let keys = MlDsaKeys::new(1);
        let signature = keys.sign(&[7; 32], WORKER_CONTEXT);
        let valid;
        #[block]
        {
            valid = ml_dsa::verify(&keys.public, &[7; 32], &signature, WORKER_CONTEXT);
        }
        assert!(valid);
    }

    /// A challenge of `n` samples of 64 features.
    #[benchmark(extra)]
    fn evaluation_of_samples(n: Linear<1, 512>) {
        let samples = samples(n, 64);
        let value;
        #[block]
        {
            value = challenge::evaluate(&samples, &scalar(1), &scalar(2));
        }
        assert!(value.is_some());
    }

    /// A challenge of 64 samples of `n` features.
    #[benchmark(extra)]
    fn evaluation_of_features(n: Linear<1, 1024>) {
        let samples = samples(64, n);
        let value;
        #[block]
        {
            value = challenge::evaluate(&samples, &scalar(1), &scalar(2));
        }
        assert!(value.is_some());
    }

    /// `n` hashes of 65 bytes, as of a node of a tree.
    #[benchmark(extra)]
    fn hashing(n: Linear<1, 1024>) {
        let mut bytes = [1; 65];
        #[block]
        {
            for _ in 0..n {
                let hash = blake2_256(&bytes);
                bytes[..32].copy_from_slice(&hash);
            }
        }
        assert_ne!(bytes, [1; 65]);
    }

    /// The Merkle root of `n` ops.
    #[benchmark(extra)]
    fn merkle_root(n: Linear<1, 1024>) {
        let ids = hashes(n);
        let root;
        #[block]
        {
            root = merkle::op_root(ids.iter());
        }
        assert_ne!(root, H256::zero());
    }

    /// Merkle proofs of `n` samples of 64 features in a test set of 1,024.
    #[benchmark(extra)]
    fn merkle_proofs(n: Linear<1, 512>) {
        let samples = samples(1_024, 64);
        let leaves = samples.iter().map(|sample| merkle::leaf_hash(&sample.leaf())).collect::<Vec<_>>();
        let root = merkle::root(leaves.clone());
        // Of one leaf: making 512 proofs would take longer than verifying them.
        let proof = merkle::prove(leaves, 5);
        let mut valid = true;
        #[block]
        {
            for _ in 0..n {
                valid &= merkle::verify(&root, &samples[5].leaf(), 5, 1_024, &proof);
            }
        }
        assert!(valid);
    }
}
