// SPDX-License-Identifier: Apache-2.0
//! Calls that record ops, measured in the runtime's own WASM with what they read and write.

use crate::{features::OpStatements, *};
use alloc::vec::Vec;
use pallet_user_models::{BaseModel, BaseModels, ForkSource, TestSet, UserModel, UserModels};
use pallet_zkpot::{VerifyingKeyRecord, VerifyingKeys};
use polkadot_sdk::{frame_benchmarking::v2::*, frame_system::RawOrigin, sp_io::hashing::blake2_256};
use training_primitives::{
    groth16::{check_key, number},
    pedersen::GENERATOR,
    trapdoor::TrapdoorKey,
    *,
};

const SHAPE: Shape = Shape { features: 64, classes: 10 };

fn hash(name: &[u8], seed: u32) -> H256 {
    H256(blake2_256(&[name, &seed.to_le_bytes()].concat()))
}

/// A full-length scalar, as commitments are.
fn scalar(name: &[u8], seed: u32) -> FieldElement {
    let mut bytes = hash(name, seed).0;
    bytes[31] &= 0x1f;
    bytes
}

fn rules() -> Rules {
    Rules {
        min_ops: 2,
        max_ops: Rules::MAX_OPS,
        min_contributors: 2,
        min_improvement: 0,
        max_receipt_age: u64::MAX,
        base_weight: 1,
        improvement_weight: 1,
        leader_share: 1_000,
        committee_share: 0,
        phases: PhaseLengths { collect: 1, commit: 1, prove: 1, seal: 1, decrypt: 1 },
        packing: Packing {
            clipping_range: 65_536,
            quantization_range: 131_073,
            values_per_coefficient: 2,
            headroom_bits: 10,
        },
    }
}

/// A model in a federation of its own, with keys of its own, and its next op.
fn prepare<T: Config>(owner: &T::AccountId, seed: u32) -> TrainingEntry {
    let (base, model) = (hash(b"base", seed), hash(b"model", seed));
    let state = ModelState { content: H256::zero(), commitment: scalar(b"old state", seed) };
    let test_set = TestSet { root: H256::zero(), size: 360, content: H256::zero() };
    let federation = BaseModel {
        owner: owner.clone(),
        licence: H256::zero(),
        shape: SHAPE,
        test_set,
        rules: rules(),
        generation: 0,
    };
    BaseModels::<T>::insert(base, federation);
    let record = UserModel {
        owner: owner.clone(),
        user_id: scalar(b"user", seed),
        base,
        parent: ForkSource::Base(base),
        fork_height: Default::default(),
        generation: 0,
        state,
        priors: None,
        head: H256::zero(),
        length: 0,
        version: 0,
        grants: 0,
        exports: 0,
    };
    UserModels::<T>::insert(model, record.clone());
    let node_key = number(1);
    let node = InferenceNode { owner: owner.clone(), bond: Default::default() };
    InferenceNodes::<T>::insert(node_key, node);
    let contents = OpContents {
        input: H256::zero(),
        output: H256::zero(),
        feedback: Some(H256::zero()),
        gradient: H256::zero(),
        gradient_commitment: GENERATOR,
        prior_update: Some(H256::zero()),
        state: H256::zero(),
        corrects: None,
    };
    let claims = OpClaims {
        interaction: scalar(b"interaction", seed),
        node_key,
        not_before: 0,
        not_after: 0,
        update: scalar(b"update", seed),
        state: scalar(b"state", seed),
        batch: scalar(b"batch", seed),
        delta: 1,
        nullifier: scalar(b"nullifier", seed),
    };
    let proofs = TrainingProof { interaction: [0; 128], improvement: [0; 128], ownership: [0; 128] };
    let mut entry = TrainingEntry { model, index: 0, contents, claims, proofs };
    let context = Pallet::<T>::op_context(&record, &entry);
    let statements = OpStatements::new::<T>(owner, &record, &context, &entry);
    let proofs = statements.claims(&entry.proofs).map(|claim| {
        let arity = claim.circuit.arity();
        let trapdoor = TrapdoorKey::new(arity, u64::from(seed) * 10 + claim.circuit as u64);
        let key = check_key(&trapdoor.key, arity).expect("a sound key").try_into().expect("a short key");
        let shape = if claim.circuit.depends_on_shape() { SHAPE } else { Shape::default() };
        VerifyingKeys::<T>::insert((Some(base), claim.circuit, shape), VerifyingKeyRecord { key, samples: 0 });
        trapdoor.prove(claim.public_inputs, seed.into())
    });
    let [interaction, improvement, ownership] = proofs;
    entry.proofs = TrainingProof { interaction, improvement, ownership };
    entry
}

fn prepare_batch<T: Config>(owner: &T::AccountId, count: u32) -> TrainingEntries {
    (0..count).map(|seed| prepare::<T>(owner, seed)).collect::<Vec<_>>().try_into().expect("a short batch")
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn record_training() {
        let owner: T::AccountId = whitelisted_caller();
        let TrainingEntry { model, index, contents, claims, proofs } = prepare::<T>(&owner, 0);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), model, index, contents, claims, proofs);
        assert!(ModelOps::<T>::contains_key(model, 0));
    }

    /// `n` ops of as many federations.
    #[benchmark]
    fn record_training_batch(n: Linear<1, MAX_BATCH_OPS>) {
        let owner: T::AccountId = whitelisted_caller();
        let ops = prepare_batch::<T>(&owner, n);
        #[extrinsic_call]
        _(RawOrigin::Signed(owner), ops);
        assert_eq!(Ops::<T>::iter_keys().count(), n as usize);
    }

    /// `n` ops of as many federations, all refused: the last proof of each is that of another op.
    #[benchmark]
    fn refused_training_batch(n: Linear<1, MAX_BATCH_OPS>) {
        let owner: T::AccountId = whitelisted_caller();
        let mut ops = prepare_batch::<T>(&owner, n);
        let foreign = prepare::<T>(&owner, MAX_BATCH_OPS).proofs.ownership;
        ops.iter_mut().for_each(|op| op.proofs.ownership = foreign);
        #[extrinsic_call]
        record_training_batch(RawOrigin::Signed(owner), ops);
        assert_eq!(Ops::<T>::iter_keys().count(), 0);
    }
}
