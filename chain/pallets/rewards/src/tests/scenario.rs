// SPDX-License-Identifier: Apache-2.0
//! A federation whose rounds are run through the real pallets, with real proofs and signatures.

use crate::mock::*;
use codec::Encode;
use polkadot_sdk::{
    frame_support::{assert_ok, dispatch::DispatchResult, traits::Hooks},
    sp_core::H256,
};
use std::{cell::Cell, sync::LazyLock};
use training_primitives::{
    binding::request_hash,
    block::BLOCK_CONTEXT,
    groth16::{number, MAX_ARITY},
    merkle,
    ml_dsa::WORKER_CONTEXT,
    test_utils::{commitment, MlDsaKeys, ToyCircuit},
    *,
};

pub const NOW: u64 = 1_800_000_000_000;
const SHAPE: Shape = Shape { features: 2, classes: 2 };
const TEST_SAMPLES: u8 = 4;
const NODE: FieldElement = [7; 32];

static CIRCUITS: LazyLock<Vec<ToyCircuit>> =
    LazyLock::new(|| (0..=MAX_ARITY).map(|arity| ToyCircuit::new(arity, arity as u64)).collect());
static WORKER_KEYS: LazyLock<MlDsaKeys> = LazyLock::new(|| MlDsaKeys::new(1));

pub fn signed(account: u64) -> RuntimeOrigin {
    RuntimeOrigin::signed(account)
}

/// A scalar that was not used before.
fn fresh() -> FieldElement {
    thread_local!(static NEXT: Cell<u64> = const { Cell::new(1_000) });
    NEXT.set(NEXT.get() + 1);
    number(NEXT.get())
}

fn prove(circuit: Circuit, account: u64, context: BindingContext, inputs: &[FieldElement]) -> ProofBytes {
    let mut all = vec![binding(UserModels::genesis_hash(), &account, &context)];
    all.extend_from_slice(inputs);
    assert_eq!(all.len(), circuit.arity());
    CIRCUITS[circuit.arity()].prove(&all)
}

fn sample(index: u8) -> ChallengeSample {
    ChallengeSample { features: vec![index, 255 - index].try_into().expect("two features"), label: index % 2 }
}

fn test_leaves() -> Vec<H256> {
    (0..TEST_SAMPLES).map(|index| merkle::leaf_hash(&sample(index).leaf())).collect()
}

pub fn rules() -> Rules {
    Rules {
        min_ops: 2,
        max_ops: 8,
        min_contributors: 2,
        min_improvement: 0,
        max_receipt_age: 1_000,
        base_weight: 10,
        improvement_weight: 1,
        leader_share: 1_000,
        committee_share: 500,
        phases: PhaseLengths { collect: 5, commit: 5, prove: 5, seal: 5, decrypt: 5 },
        packing: Packing {
            clipping_range: 65_536,
            quantization_range: 131_073,
            values_per_coefficient: 2,
            headroom_bits: 10,
        },
    }
}

/// A federation with keys, a committee, one worker and one inference node; of `OWNER`.
pub fn federation() -> BaseModelId {
    Timestamp::set_timestamp(NOW);
    for circuit in [Circuit::Interaction, Circuit::Improvement, Circuit::Ownership, Circuit::Zkpot] {
        let shape = if circuit.depends_on_shape() { SHAPE } else { Shape::default() };
        let samples = if circuit == Circuit::Zkpot { 2 } else { 0 };
        let key = CIRCUITS[circuit.arity()].key.clone().try_into().expect("a short key");
        assert_ok!(Zkpot::register_verifying_key(RuntimeOrigin::root(), None, circuit, shape, samples, key));
    }
    let state = ModelState { content: H256::zero(), commitment: number(1) };
    let test_set = pallet_user_models::TestSet {
        root: merkle::root(test_leaves()),
        size: TEST_SAMPLES.into(),
        content: H256::zero(),
    };
    assert_ok!(UserModels::register_base_model(signed(OWNER), SHAPE, state, H256::zero(), test_set, rules()));
    let base = pallet_user_models::BaseModels::<Test>::iter_keys().next().expect("registered");
    let signature = WORKER_KEYS.sign(&WORKER.encode(), WORKER_CONTEXT);
    assert_ok!(Zkpot::join_federation(signed(WORKER), base, Box::new(WORKER_KEYS.public), signature));
    assert_ok!(TrainingLedger::register_inference_node(signed(OWNER), node()));
    pallet_committee::test_utils::make_ready::<Test>(&OWNER, base, &MEMBERS, 2);
    base
}

fn node() -> FieldElement {
    let mut key = NODE;
    key[31] = 0;
    key
}

/// A fork of the base model, of `user`.
pub fn fork(user: u64, base: BaseModelId) -> ModelId {
    let (user_id, nullifier) = (fresh(), fresh());
    let context = BindingContext::Request { subject: base, request: request_hash(b"fork", &user_id) };
    let proof = prove(Circuit::Ownership, user, context, &[user_id, nullifier]);
    let source = pallet_user_models::ForkSource::Base(base);
    assert_ok!(UserModels::fork_model(signed(user), source, user_id, nullifier, proof));
    let is_new = |model: &ModelId| {
        pallet_user_models::UserModels::<Test>::get(model).is_some_and(|record| record.user_id == user_id)
    };
    pallet_user_models::OwnedModels::<Test>::iter_key_prefix(user).find(is_new).expect("forked")
}

/// Records an op of weight 10 + `delta` on the model of `user`.
pub fn record(user: u64, model: ModelId, delta: u16) -> OpId {
    let before = pallet_user_models::UserModels::<Test>::get(model).expect("a model");
    let contents = OpContents {
        input: H256::zero(),
        output: H256::zero(),
        feedback: None,
        gradient: H256(fresh()),
        gradient_commitment: commitment(u64::from_le_bytes(fresh()[..8].try_into().expect("8 bytes"))),
        prior_update: None,
        state: H256::zero(),
        corrects: None,
    };
    let claims = OpClaims {
        interaction: fresh(),
        node_key: node(),
        not_before: NOW - 10,
        not_after: NOW - 5,
        update: fresh(),
        state: fresh(),
        batch: fresh(),
        delta,
        nullifier: fresh(),
    };
    let context =
        || BindingContext::Op { model, index: before.length, prev_hash: before.head, contents: contents.hash() };
    let window = [number(claims.not_before), number(claims.not_after)];
    let proofs = TrainingProof {
        interaction: prove(
            Circuit::Interaction,
            user,
            context(),
            &[claims.interaction, claims.node_key, window[0], window[1]],
        ),
        improvement: prove(
            Circuit::Improvement,
            user,
            context(),
            &[before.state.commitment, claims.update, claims.state, claims.batch, number(delta.into())],
        ),
        ownership: prove(Circuit::Ownership, user, context(), &[before.user_id, claims.nullifier]),
    };
    let contents = contents.clone();
    assert_ok!(TrainingLedger::record_training(signed(user), model, before.length, contents, claims, proofs));
    pallet_training_ledger::ModelOps::<Test>::get(model, before.length).expect("recorded")
}

/// Records an op of another user: a block needs two.
pub fn record_of_another(base: BaseModelId) -> OpId {
    record(OTHER, fork(OTHER, base), 0)
}

pub fn next_block() {
    let number = System::block_number() + 1;
    System::set_block_number(number);
    Zkpot::on_initialize(number);
}

/// Opens the federation's next round.
pub fn open(base: BaseModelId) -> RoundIndex {
    assert_ok!(Zkpot::open_round(signed(OWNER), base));
    pallet_zkpot::CurrentRound::<Test>::get(base).expect("a round")
}

/// Takes an open round to its sealed block: `WORKER` commits, proves and seals.
pub fn seal(base: BaseModelId, round: RoundIndex) {
    assert_ok!(Zkpot::close_collect(signed(OWNER), base));
    next_block();
    let (state, nonce) = (fresh(), [3; 32]);
    let genesis = UserModels::genesis_hash();
    let commitment = pallet_zkpot::commitment_hash(genesis, &WORKER, base, round, &state, &nonce);
    assert_ok!(Zkpot::commit_model(signed(WORKER), base, round, commitment));
    next_block();
    post_challenge(base, round);
    let (r, z, correct) = (fresh(), fresh(), 2);
    let (value, _) = Zkpot::challenge_value(base, round, &r, &z).expect("posted");
    let context = BindingContext::Round { base, round };
    let proof = prove(Circuit::Zkpot, WORKER, context, &[state, number(correct), r, z, value]);
    assert_ok!(Zkpot::submit_zkpot(signed(WORKER), base, round, state, nonce, correct as u32, r, z, proof));
    next_block();
    seal_block(base, round);
}

fn post_challenge(base: BaseModelId, round: RoundIndex) {
    let indices = Zkpot::challenge_indices(base, round);
    let samples: Vec<_> = indices.iter().map(|index| sample(*index as u8)).collect();
    let proofs: Vec<_> = indices
        .iter()
        .map(|index| merkle::prove(test_leaves(), *index as usize).try_into().expect("a short proof"))
        .collect();
    let (samples, proofs) = (samples.try_into().expect("two"), proofs.try_into().expect("two"));
    assert_ok!(Zkpot::post_challenge(signed(WORKER), base, round, samples, proofs));
}

fn seal_block(base: BaseModelId, index: RoundIndex) {
    use pallet_training_ledger::{BlockHashes, FederationOps, LastBlock};
    let round = pallet_zkpot::Rounds::<Test>::get(base, index).expect("a round");
    let ids: Vec<OpId> =
        (round.first_op..round.last_op).map(|n| FederationOps::<Test>::get(base, n).expect("an op")).collect();
    let excluded = Committee::excluded_between(base, round.first_op, round.last_op);
    let last = LastBlock::<Test>::get();
    let block = TrainingBlock {
        number: last + 1,
        timestamp: NOW,
        parent: BlockHashes::<Test>::get(last).unwrap_or_default(),
        base,
        round: index,
        merkle_root: merkle::op_root(ids.iter()),
        first_op: round.first_op,
        op_count: ids.len() as u32,
        aggregate: AggregatedUpdate {
            content: H256::zero(),
            commitment: TrainingLedger::aggregate_commitment(base, index).expect("a round in Seal"),
            contributors: (ids.len() - excluded.len()) as u32,
            excluded,
        },
        leader: WORKER,
    };
    let signature = WORKER_KEYS.sign(block.hash().as_bytes(), BLOCK_CONTEXT);
    let TrainingBlock { timestamp, merkle_root, aggregate, parent, .. } = block;
    assert_ok!(TrainingLedger::seal_block(
        signed(WORKER),
        base,
        index,
        timestamp,
        merkle_root,
        aggregate,
        parent,
        signature
    ));
}

/// Lets two members of the committee open the aggregate of a sealed round.
pub fn open_aggregate(base: BaseModelId, round: RoundIndex) {
    pallet_committee::test_utils::open::<Test>(base, round);
}

/// Records the generation of a round whose aggregate is opened.
pub fn decrypt(base: BaseModelId, round: RoundIndex) {
    assert_ok!(try_decrypt(base, round));
}

/// The same, if the chain allows it.
pub fn try_decrypt(base: BaseModelId, round: RoundIndex) -> DispatchResult {
    let generation = pallet_user_models::BaseModels::<Test>::get(base).expect("a base").generation + 1;
    let state = ModelState { content: H256::zero(), commitment: fresh() };
    let (r, z) = (fresh(), fresh());
    let (value, _) = Zkpot::challenge_value(base, round, &r, &z).expect("posted");
    let context = BindingContext::Generation { base, generation };
    let proof = prove(Circuit::Zkpot, OWNER, context, &[state.commitment, number(2), r, z, value]);
    TrainingLedger::record_generation(signed(OWNER), base, round, state, 1, 2, 2, r, z, proof)
        .map(|_| ())
        .map_err(|refused| refused.error)
}

/// Lets the phase of the newest round pass its deadline.
pub fn miss_deadline() {
    for _ in 0..rules().phases.collect {
        next_block();
    }
}
