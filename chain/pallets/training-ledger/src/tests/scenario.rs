// SPDX-License-Identifier: Apache-2.0
//! A federation with keys, a node, workers and users, and the ops that users record.

use crate::{mock::*, *};
use codec::Encode;
use polkadot_sdk::{
    frame_support::{assert_ok, dispatch::DispatchResult, traits::Hooks},
    sp_core::H256,
};
use std::{cell::Cell, collections::BTreeMap, sync::LazyLock};
use training_primitives::{
    binding::request_hash,
    groth16::number,
    merkle,
    ml_dsa::WORKER_CONTEXT,
    test_utils::{commitment, MlDsaKeys, ToyCircuit},
    *,
};

pub const NOW: u64 = 1_800_000_000_000;
pub const SHAPE: Shape = Shape { features: 2, classes: 2 };
/// Samples of the test set and of a challenge.
pub const TEST_SAMPLES: u8 = 5;
pub const CHALLENGE: u16 = 2;

/// A key for each circuit.
pub static CIRCUITS: LazyLock<BTreeMap<Circuit, ToyCircuit>> = LazyLock::new(|| {
    [Circuit::Interaction, Circuit::Improvement, Circuit::Ownership, Circuit::Contribution, Circuit::Zkpot]
        .into_iter()
        .map(|circuit| (circuit, ToyCircuit::new(circuit.arity(), circuit as u64)))
        .collect()
});

pub fn signed(account: u64) -> RuntimeOrigin {
    RuntimeOrigin::signed(account)
}

/// A scalar that was not used before.
pub fn fresh() -> FieldElement {
    thread_local!(static NEXT: Cell<u64> = const { Cell::new(1_000) });
    NEXT.set(NEXT.get() + 1);
    number(NEXT.get())
}

/// A commitment that was not used before.
pub fn fresh_commitment() -> CommitmentBytes {
    commitment(u64::from_le_bytes(fresh()[..8].try_into().expect("8 bytes")))
}

/// Poseidon hash of the registered node's key.
pub fn node() -> FieldElement {
    number(7)
}

pub fn keys_of(worker: u64) -> MlDsaKeys {
    MlDsaKeys::new(worker as u8)
}

/// A proof for these public inputs after the binding of `account` to `context` on the chain of `genesis`.
pub fn prove_on(
    genesis: H256,
    circuit: Circuit,
    account: u64,
    context: &BindingContext,
    inputs: &[FieldElement],
) -> ProofBytes {
    let all = [&[binding(genesis, &account, context)], inputs].concat();
    assert_eq!(all.len(), circuit.arity());
    CIRCUITS[&circuit].prove(&all)
}

pub fn prove(circuit: Circuit, account: u64, context: &BindingContext, inputs: &[FieldElement]) -> ProofBytes {
    prove_on(UserModels::genesis_hash(), circuit, account, context, inputs)
}

pub fn sample(index: u8) -> ChallengeSample {
    ChallengeSample { features: vec![index, 255 - index].try_into().expect("two features"), label: index % 2 }
}

pub fn test_leaves() -> Vec<H256> {
    (0..TEST_SAMPLES).map(|index| merkle::leaf_hash(&sample(index).leaf())).collect()
}

pub fn rules() -> Rules {
    Rules {
        min_ops: 2,
        max_ops: 3,
        min_contributors: 2,
        min_improvement: 2,
        max_receipt_age: 1_000,
        base_weight: 10,
        improvement_weight: 3,
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

pub fn register_key(scope: Option<BaseModelId>, circuit: Circuit, toy: &ToyCircuit) {
    let shape = if circuit.depends_on_shape() { SHAPE } else { Shape::default() };
    let samples = if circuit == Circuit::Zkpot { CHALLENGE } else { 0 };
    let key = toy.key.clone().try_into().expect("a short key");
    assert_ok!(Zkpot::register_verifying_key(RuntimeOrigin::root(), scope, circuit, shape, samples, key));
}

/// Another base model of `OWNER`, with the workers `WORKER` and `SECOND`.
pub fn register_base() -> BaseModelId {
    let known: Vec<_> = pallet_user_models::BaseModels::<Test>::iter_keys().collect();
    let state = ModelState { content: H256::zero(), commitment: number(1) };
    let test_set = pallet_user_models::TestSet {
        root: merkle::root(test_leaves()),
        size: TEST_SAMPLES.into(),
        content: H256::zero(),
    };
    assert_ok!(UserModels::register_base_model(signed(OWNER), SHAPE, state, H256::zero(), test_set, rules()));
    let is_new = |base: &BaseModelId| !known.contains(base);
    let base = pallet_user_models::BaseModels::<Test>::iter_keys().find(is_new).expect("registered");
    for worker in [WORKER, SECOND] {
        let keys = keys_of(worker);
        let signature = keys.sign(&worker.encode(), WORKER_CONTEXT);
        assert_ok!(Zkpot::join_federation(signed(worker), base, Box::new(keys.public), signature));
    }
    pallet_committee::test_utils::make_ready::<Test>(&OWNER, base, &MEMBERS, 2);
    base
}

/// A base model on a chain with all keys and an inference node.
pub fn federation() -> BaseModelId {
    Timestamp::set_timestamp(NOW);
    for (circuit, toy) in CIRCUITS.iter() {
        register_key(None, *circuit, toy);
    }
    assert_ok!(TrainingLedger::register_inference_node(signed(OWNER), node()));
    register_base()
}

/// A fork of the base model, of `user`, and the nullifier of its proof.
pub fn fork_with_nullifier(user: u64, base: BaseModelId) -> (ModelId, FieldElement) {
    let (user_id, nullifier) = (fresh(), fresh());
    let context = BindingContext::Request { subject: base, request: request_hash(b"fork", &user_id) };
    let proof = prove(Circuit::Ownership, user, &context, &[user_id, nullifier]);
    let source = pallet_user_models::ForkSource::Base(base);
    assert_ok!(UserModels::fork_model(signed(user), source, user_id, nullifier, proof));
    let is_new = |model: &ModelId| model_record(*model).user_id == user_id;
    let model = pallet_user_models::OwnedModels::<Test>::iter_key_prefix(user).find(is_new).expect("forked");
    (model, nullifier)
}

pub fn fork(user: u64, base: BaseModelId) -> ModelId {
    fork_with_nullifier(user, base).0
}

pub fn model_record(model: ModelId) -> pallet_user_models::UserModel<u64, u64> {
    pallet_user_models::UserModels::<Test>::get(model).expect("a model")
}

/// An op as a user's SDK submits it.
#[derive(Clone)]
pub struct Op {
    pub user: u64,
    pub model: ModelId,
    pub index: u32,
    pub contents: OpContents,
    pub claims: OpClaims,
    pub proofs: TrainingProof,
}

impl Op {
    /// The next op of the model, proven.
    pub fn new(user: u64, model: ModelId) -> Self {
        let contents = OpContents {
            input: H256::repeat_byte(1),
            output: H256::repeat_byte(2),
            feedback: None,
            gradient: H256(fresh()),
            gradient_commitment: fresh_commitment(),
            prior_update: None,
            state: H256(fresh()),
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
            delta: rules().min_improvement,
            nullifier: fresh(),
        };
        let proofs = TrainingProof { interaction: [0; 128], improvement: [0; 128], ownership: [0; 128] };
        let index = model_record(model).length;
        Self { user, model, index, contents, claims, proofs }.proven()
    }

    /// An op after others of its model that are not recorded yet, proven for a batch in which they are before it.
    pub fn following(before: &[Self]) -> Self {
        let last = before.last().expect("an op before it");
        let mut op = Self::new(last.user, last.model);
        op.index = last.index + 1;
        let mut context = before[0].context();
        for next in before[1..].iter().chain([&op]) {
            let Self { model, index, contents, .. } = next;
            context = BindingContext::Following {
                model: *model,
                index: *index,
                previous: context.hash(),
                contents: contents.hash(),
            };
        }
        op.proven_after(last.claims.state, UserModels::genesis_hash(), last.user, &context)
    }

    /// What the op is after, and its contents: what its proofs are bound to.
    pub fn context(&self) -> BindingContext {
        let record = model_record(self.model);
        let contents = self.contents.hash();
        BindingContext::Op { model: self.model, index: record.length, prev_hash: record.head, contents }
    }

    /// With proofs of what it claims.
    pub fn proven(self) -> Self {
        let (user, context) = (self.user, self.context());
        self.proven_for(UserModels::genesis_hash(), user, &context)
    }

    /// With proofs of what it claims, bound to something else.
    pub fn proven_for(self, genesis: H256, account: u64, context: &BindingContext) -> Self {
        let state = model_record(self.model).state.commitment;
        self.proven_after(state, genesis, account, context)
    }

    /// With proofs of what it claims, as an improvement of another state of the model.
    pub fn proven_after(
        mut self,
        old_state: FieldElement,
        genesis: H256,
        account: u64,
        context: &BindingContext,
    ) -> Self {
        let record = model_record(self.model);
        let OpClaims { interaction, node_key, update, state, batch, nullifier, .. } = self.claims;
        let OpClaims { not_before, not_after, delta, .. } = self.claims;
        let prove = |circuit, inputs: &[_]| prove_on(genesis, circuit, account, context, inputs);
        self.proofs = TrainingProof {
            interaction: prove(Circuit::Interaction, &[interaction, node_key, number(not_before), number(not_after)]),
            improvement: prove(Circuit::Improvement, &[old_state, update, state, batch, number(delta.into())]),
            ownership: prove(Circuit::Ownership, &[record.user_id, nullifier]),
        };
        self
    }

    /// With other contents, and proofs of them.
    pub fn with_contents(mut self, change: impl FnOnce(&mut OpContents)) -> Self {
        change(&mut self.contents);
        self.proven()
    }

    /// With other claims, and proofs of them.
    pub fn with_claims(self, change: impl FnOnce(&mut OpClaims)) -> Self {
        self.claiming(change).proven()
    }

    /// With other claims than its proofs are for.
    pub fn claiming(mut self, change: impl FnOnce(&mut OpClaims)) -> Self {
        change(&mut self.claims);
        self
    }

    pub fn submit(self) -> DispatchResult {
        let Self { user, model, index, contents, claims, proofs } = self;
        TrainingLedger::record_training(signed(user), model, index, contents, claims, proofs)
            .map(|_| ())
            .map_err(|refused| refused.error)
    }
}

/// Records the next op of the model.
pub fn record(user: u64, model: ModelId) -> OpId {
    let op = Op::new(user, model);
    let index = op.index;
    assert_ok!(op.submit());
    ModelOps::<Test>::get(model, index).expect("recorded")
}

/// Records an op of another user: a block needs two.
pub fn record_of_another(base: BaseModelId) -> OpId {
    record(OTHER, fork(OTHER, base))
}

pub fn next_block() {
    let number = System::block_number() + 1;
    System::set_block_number(number);
    Zkpot::on_initialize(number);
}

/// The ledger's events since the last call, oldest first.
pub fn events() -> Vec<Event<Test>> {
    let events = System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::TrainingLedger(event) => Some(event),
            _ => None,
        })
        .collect();
    System::reset_events();
    events
}
