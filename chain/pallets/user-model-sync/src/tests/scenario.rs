// SPDX-License-Identifier: Apache-2.0
//! Chains that accept one another, models, and sealed ops as the ledger leaves them.

use super::world::*;
use crate::{mock::*, *};
use codec::Decode;
use pallet_training_ledger as ledger;
use polkadot_sdk::{
    frame_support::{assert_ok, dispatch::DispatchResult},
    sp_io::hashing::blake2_256,
    sp_runtime::traits::TrailingZeroInput,
};
use std::{cell::Cell, sync::LazyLock};
use training_primitives::{
    binding::request_hash,
    block::BLOCK_CONTEXT,
    groth16::number,
    merkle,
    test_utils::{MlDsaKeys, ToyCircuit},
    *,
};

pub static OWNERSHIP: LazyLock<ToyCircuit> = LazyLock::new(|| ToyCircuit::new(Circuit::Ownership.arity(), 1));
pub const SHAPE: Shape = Shape { features: 2, classes: 2 };

pub fn signed(account: u64) -> RuntimeOrigin {
    RuntimeOrigin::signed(account)
}

/// A scalar that was not used before.
pub fn fresh() -> FieldElement {
    thread_local!(static NEXT: Cell<u64> = const { Cell::new(1_000) });
    NEXT.set(NEXT.get() + 1);
    number(NEXT.get())
}

/// A record of zeros, in which a test sets what it is about.
pub fn zeroed<R: Decode>() -> R {
    R::decode(&mut TrailingZeroInput::zeroes()).expect("zeros decode")
}

/// The key that seals a chain's blocks.
pub fn sealer(para: ParaId) -> MlDsaKeys {
    MlDsaKeys::new((para / 1_000) as u8)
}

pub fn hash_of(keys: &MlDsaKeys) -> H256 {
    H256(blake2_256(&keys.public))
}

/// Base model of a chain.
pub fn base_of(para: ParaId) -> BaseModelId {
    H256::repeat_byte((para / 1_000) as u8)
}

/// Makes one chain listen to another.
pub fn accept(para: ParaId) {
    assert_ok!(UserModelSync::accept_chain(RuntimeOrigin::root(), para, genesis(para)));
    assert_ok!(UserModelSync::accept_sealing_key(RuntimeOrigin::root(), para, hash_of(&sealer(para))));
}

pub fn register_base(base: BaseModelId, shape: Shape) {
    let mut model: pallet_user_models::BaseModel<u64> = zeroed();
    model.shape = shape;
    pallet_user_models::BaseModels::<Test>::insert(base, model);
    let generation =
        pallet_user_models::Generation { state: state(number(1)), parent: None, block: None, accuracy: None };
    pallet_user_models::Generations::<Test>::insert(base, 0, generation);
}

fn state(commitment: FieldElement) -> ModelState {
    ModelState { content: H256(commitment), commitment }
}

/// Chains with a base model each that all listen to one another.
pub fn world(paras: &[ParaId]) -> World {
    let mut world = World::bare(paras);
    for para in paras {
        world.on(*para, || {
            let key = OWNERSHIP.key.clone().try_into().expect("a short key");
            let shape = Shape::default();
            assert_ok!(Zkpot::register_verifying_key(RuntimeOrigin::root(), None, Circuit::Ownership, shape, 0, key));
            register_base(base_of(*para), SHAPE);
            paras.iter().filter(|other| *other != para).for_each(|other| accept(*other));
            System::reset_events();
        });
    }
    world
}

/// An ownership proof of `account` on the chain with this genesis hash, for a request about a model or base model.
pub fn ownership(
    genesis: H256,
    account: u64,
    subject: H256,
    request: H256,
    user_id: FieldElement,
    nullifier: FieldElement,
) -> ProofBytes {
    let binding = binding(genesis, &account, &BindingContext::Request { subject, request });
    OWNERSHIP.prove(&[binding, user_id, nullifier])
}

/// A fork of the running chain's base model.
pub fn fork(account: u64, user_id: FieldElement) -> ModelId {
    let (base, nullifier) = (base_of(SelfPara::get()), fresh());
    let request = request_hash(b"fork", &user_id);
    let proof = ownership(genesis(SelfPara::get()), account, base, request, user_id, nullifier);
    let known: Vec<ModelId> = pallet_user_models::OwnedModels::<Test>::iter_key_prefix(account).collect();
    let source = pallet_user_models::ForkSource::Base(base);
    assert_ok!(UserModels::fork_model(signed(account), source, user_id, nullifier, proof));
    let mut models = pallet_user_models::OwnedModels::<Test>::iter_key_prefix(account);
    models.find(|model| !known.contains(model)).expect("forked")
}

pub fn model_record(model: ModelId) -> pallet_user_models::UserModel<u64, u64> {
    pallet_user_models::UserModels::<Test>::get(model).expect("a model")
}

/// Records an op as the ledger does once its proofs hold.
pub fn record(account: u64, model: ModelId) -> Result<OpId, polkadot_sdk::sp_runtime::DispatchError> {
    let record = UserModels::owned_model(&account, model)?;
    let sequence = ledger::NextSequence::<Test>::get(record.base);
    let (contents, claims) = (zeroed::<OpContents>(), zeroed::<OpClaims>());
    let op = TrainingOp {
        base: record.base,
        model,
        owner: account,
        index: record.length,
        prev_hash: record.head,
        sequence,
        timestamp: 0,
        contents: OpContents { state: H256(fresh()), ..contents },
        claims: OpClaims { interaction: fresh(), state: fresh(), ..claims },
        proofs: H256::zero(),
        weight: 1,
    };
    let id = op.id();
    assert!(!ledger::ModelOps::<Test>::contains_key(model, op.index), "the place is taken");
    ledger::ModelOps::<Test>::insert(model, op.index, id);
    ledger::FederationOps::<Test>::insert(op.base, sequence, id);
    ledger::NextSequence::<Test>::insert(op.base, sequence + 1);
    ledger::UsedReceipts::<Test>::insert(op.claims.interaction, id);
    let state = ModelState { content: op.contents.state, commitment: op.claims.state };
    UserModels::record_op(model, record, id, state);
    ledger::Ops::<Test>::insert(id, op);
    Ok(id)
}

/// Seals the running chain's pending ops.
pub fn seal() -> TrainingBlockNumber {
    seal_with(&sealer(SelfPara::get()))
}

pub fn seal_with(keys: &MlDsaKeys) -> TrainingBlockNumber {
    let base = base_of(SelfPara::get());
    let (first_op, last) = (ledger::NextPending::<Test>::get(base), ledger::NextSequence::<Test>::get(base));
    let ids: Vec<OpId> = (first_op..last).filter_map(|op| ledger::FederationOps::<Test>::get(base, op)).collect();
    let parent = ledger::LastBlock::<Test>::get();
    let block = TrainingBlock {
        number: parent + 1,
        timestamp: 0,
        parent: ledger::BlockHashes::<Test>::get(parent).unwrap_or_default(),
        base,
        round: parent as u32,
        merkle_root: merkle::op_root(ids.iter()),
        first_op,
        op_count: ids.len() as u32,
        aggregate: zeroed(),
        leader: OTHER,
    };
    let (number, hash) = (block.number, block.hash());
    ids.iter().for_each(|id| ledger::OpBlock::<Test>::insert(id, number));
    ledger::BlockHashes::<Test>::insert(number, hash);
    ledger::Signatures::<Test>::insert(number, keys.sign(hash.as_bytes(), BLOCK_CONTEXT));
    ledger::SealingKeys::<Test>::insert(number, keys.public);
    ledger::LastBlock::<Test>::put(number);
    ledger::NextPending::<Test>::insert(base, last);
    ledger::Blocks::<Test>::insert(number, block);
    number
}

/// Records and seals this many ops of a model, in one block.
pub fn train(model: ModelId, ops: u32) {
    for _ in 0..ops {
        assert_ok!(record(USER, model));
    }
    seal();
}

pub fn sync(model: ModelId, target: ParaId) -> DispatchResult {
    UserModelSync::sync_model(signed(USER), model, target).map(|_| ()).map_err(|refused| refused.error)
}

pub fn retry(model: ModelId, target: ParaId, nonce: u64) -> DispatchResult {
    UserModelSync::retry_sync(signed(USER), model, target, nonce).map(|_| ()).map_err(|refused| refused.error)
}

/// A model on chain A with this many sealed ops.
pub fn trained(world: &mut World, ops: u32) -> ModelId {
    world.on(A, || {
        let model = fork(USER, number(77));
        train(model, ops);
        events();
        model
    })
}

/// Syncs until the target has all sealed ops.
pub fn sync_all(world: &mut World, from: ParaId, to: ParaId, model: ModelId) {
    while world.on(from, || sync(model, to)).is_ok() {
        world.deliver_all();
        let state = world.on(from, || request_state(model, to));
        assert_eq!(state, RequestState::Acknowledged);
    }
}

pub fn route(model: ModelId, target: ParaId) -> Route<u64, u64> {
    Routes::<Test>::get(model, target).expect("something was sent")
}

pub fn request_state(model: ModelId, target: ParaId) -> RequestState {
    UserModelSync::sync_state(model, target).expect("something was sent").request.state
}

/// The model's new owner's offer to itself on another chain.
pub fn offer(world: &mut World, from: ParaId, to: ParaId, model: ModelId, owner: u64) -> HandOver<u64> {
    let record = world.on(from, || model_record(model));
    let (base, nullifier) = (base_of(to), fresh());
    let request = request_hash(b"hand-over", &(base, record.head, record.length));
    let proof = ownership(genesis(to), owner, model, request, record.user_id, nullifier);
    HandOver { owner, base, nullifier, proof }
}

pub fn hand_over(model: ModelId, target: ParaId, offer: HandOver<u64>) -> DispatchResult {
    let HandOver { owner, base, nullifier, proof } = offer;
    UserModelSync::hand_over(signed(USER), model, target, owner, base, nullifier, proof)
        .map(|_| ())
        .map_err(|refused| refused.error)
}

/// How many records the running chain has of other chains' models, and of its own.
pub fn stored() -> [usize; 8] {
    [
        Mirrors::<Test>::iter().count(),
        MirrorOps::<Test>::iter().count(),
        MirrorBlocks::<Test>::iter().count(),
        UserMirrors::<Test>::iter().count(),
        Absences::<Test>::iter().count(),
        pallet_user_models::UserModels::<Test>::iter().count(),
        pallet_user_models::Nullifiers::<Test>::iter().count(),
        ledger::UsedReceipts::<Test>::iter().count(),
    ]
}

pub fn history(user_id: FieldElement) -> Vec<HistoryEntry> {
    UserModelSync::user_history(user_id, 0, u32::MAX)
}
