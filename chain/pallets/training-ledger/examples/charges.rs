// SPDX-License-Identifier: Apache-2.0
//! What the runtime charges for what the benchmarks measure, as JSON: for each benchmark the picoseconds for n = 1, 2 and so
//! on. `npm run bench:weights` compares them.

use pallet_training_ledger::{
    weights::{SubstrateWeight, WeightInfo},
    MAX_BATCH_OPS,
};
use polkadot_sdk::{
    frame_support::{construct_runtime, derive_impl, weights::constants::RocksDbWeight},
    frame_system,
};
use std::collections::BTreeMap;
use training_primitives::{
    cost,
    groth16::{check_key, number, verify_sets, Claim, Work},
    trapdoor::TrapdoorKey,
    Circuit, FieldElement, ProofBytes,
};

construct_runtime!(
    pub enum Chain {
        System: frame_system,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Chain {
    type Block = frame_system::mocking::MockBlock<Chain>;
    /// That of the parachain.
    type DbWeight = RocksDbWeight;
}

type Weights = SubstrateWeight<Chain>;

const OP: [Circuit; 3] = [Circuit::Interaction, Circuit::Improvement, Circuit::Ownership];

/// A proof: its key as it is stored, its public inputs and itself.
type Proven = (Vec<u8>, Vec<FieldElement>, ProofBytes);

fn proven(trapdoor: &TrapdoorKey, arity: usize, seed: u64) -> Proven {
    let inputs = vec![number(7); arity];
    (check_key(&trapdoor.key, arity).expect("a sound key"), inputs.clone(), trapdoor.prove(&inputs, seed))
}

/// A proof under a key of its own.
fn own(arity: usize, seed: u64) -> Proven {
    proven(&TrapdoorKey::new(arity, seed), arity, seed)
}

/// The proofs of as many ops as a batch has, each under keys of its own; the last one of each is wrong or not.
fn ops(wrong: bool) -> Vec<Vec<Proven>> {
    let op = |seed: u64| {
        let mut op = OP.iter().zip(0..).map(|(circuit, i)| own(circuit.arity(), seed * 10 + i)).collect::<Vec<_>>();
        op[2].1[0] = number(if wrong { 8 } else { 7 });
        op
    };
    (0..u64::from(MAX_BATCH_OPS)).map(op).collect()
}

/// The proofs of as many ops of one federation, under keys of one set-up.
fn ops_of_one_federation() -> Vec<Vec<Proven>> {
    let keys = OP.map(|circuit| (TrapdoorKey::of_setup(circuit.arity(), 99, circuit as u64), circuit.arity()));
    (0..u64::from(MAX_BATCH_OPS))
        .map(|seed| keys.iter().map(|(key, arity)| proven(key, *arity, seed)).collect())
        .collect()
}

/// What verifying these sets takes.
fn work(sets: &[Vec<Proven>]) -> Work {
    let claims = sets
        .iter()
        .map(|set| set.iter().map(|(key, public_inputs, proof)| Claim { key, public_inputs, proof }).collect())
        .collect::<Vec<Vec<_>>>();
    verify_sets(&claims.iter().map(Vec::as_slice).collect::<Vec<_>>()).1
}

fn main() {
    let mut charges: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    let mut charge = |name, last: u32, weight: &dyn Fn(u32) -> polkadot_sdk::sp_weights::Weight| {
        charges.insert(name, (1..=last).map(|n| weight(n).ref_time()).collect());
    };
    let verified = |sets: &[Vec<Proven>]| cost::work(&work(sets));
    let (good, wrong) = (ops(false), ops(true));
    let good_work = |n: u32| work(&good[..n as usize]);
    let wrong_work = |n: u32| work(&wrong[..n as usize]);
    let trapdoor = TrapdoorKey::new(3, 1);
    let one_key = (0..48).map(|seed| proven(&trapdoor, 3, seed)).collect::<Vec<_>>();
    let many_keys = (0..24).map(|seed| own(3, seed)).collect::<Vec<_>>();
    charge("proofs_of_one_key", 48, &|n| verified(&[one_key[..n as usize].to_vec()]));
    charge("proofs_of_many_keys", 24, &|n| verified(&[many_keys[..n as usize].to_vec()]));
    charge("proof_of_inputs", 8, &|n| verified(&[vec![own(n as usize, 1)]]));
    charge("proof_of_the_circuits", 1, &|_| verified(&[vec![own(3, 1)]]));
    charge("proofs_of_an_op", 1, &|_| cost::work(&good_work(1)));
    charge("proofs_of_ops", MAX_BATCH_OPS, &|n| cost::work(&good_work(n)));
    let federation = ops_of_one_federation();
    charge("proofs_of_ops_of_one_federation", MAX_BATCH_OPS, &|n| verified(&federation[..n as usize]));
    charge("one_wrong_proof_of_ops", MAX_BATCH_OPS, &|n| {
        let mut ops = federation[..n as usize].to_vec();
        ops[n as usize - 1][2].1[0] = number(8);
        verified(&ops)
    });
    charge("wrong_proofs_of_ops", MAX_BATCH_OPS, &|n| cost::work(&wrong_work(n)));
    charge("key_check", 8, &|n| cost::key_check_of(n.into()));
    charge("point_sums", 64, &|n| cost::point_sums(n.into()));
    charge("ml_dsa_signature", 1, &|_| cost::ml_dsa());
    charge("evaluation_of_samples", 512, &|n| cost::evaluation(n.into(), 64));
    charge("evaluation_of_features", 1_024, &|n| cost::evaluation(64, n.into()));
    charge("hashing", 1_024, &|n| cost::hashes(n.into()));
    // A leaf and a node of each op.
    charge("merkle_root", 1_024, &|n| cost::hashes(2 * u64::from(n)));
    // A leaf and the nodes above it.
    charge("merkle_proofs", 512, &|n| cost::hashes(11 * u64::from(n)));
    charge("record_training", 1, &|_| Weights::record_training_done(&good_work(1)));
    charge("record_training_batch", MAX_BATCH_OPS, &|n| Weights::record_training_batch_done(n, n, &good_work(n)));
    // What a block has room for: ops of one federation, one by one and in batches.
    charge("op_of_a_federation", 1, &|_| Weights::record_training_done(&work(&federation[..1])));
    charge("batch_of_a_federation", MAX_BATCH_OPS, &|n| {
        Weights::record_training_batch_done(n, n, &work(&federation[..n as usize]))
    });
    charge("refused_training_batch", MAX_BATCH_OPS, &|n| Weights::record_training_batch_done(n, 0, &wrong_work(n)));
    println!("{}", serde_json::to_string(&charges).expect("JSON"));
}
