// SPDX-License-Identifier: Apache-2.0
use crate::{
    mock::{circuit, new_test_ext, KeyArity, RuntimeEvent, RuntimeOrigin, System, Test},
    pallet::UserModels as UserModelsMap,
    *,
};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok, dispatch::DispatchResult},
    sp_core::H256,
};
use training_primitives::{binding::request_hash, *};

/// The pallet; its storage map of the same name is `UserModelsMap`.
type UserModels = crate::Pallet<Test>;

const OWNER: u64 = 1;
const USER: u64 = 2;
const OTHER: u64 = 3;
const SHAPE: Shape = Shape { features: 4, classes: 2 };

fn signed(account: u64) -> RuntimeOrigin {
    RuntimeOrigin::signed(account)
}

/// A canonical scalar.
fn field(byte: u8) -> FieldElement {
    let mut element = [byte; 32];
    element[31] = 0;
    element
}

fn state(byte: u8) -> ModelState {
    ModelState { content: H256::repeat_byte(byte), commitment: field(byte) }
}

fn rules() -> Rules {
    Rules {
        min_ops: 2,
        max_ops: 10,
        min_contributors: 2,
        min_improvement: 0,
        max_receipt_age: 1_000,
        base_weight: 1,
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

fn test_set(size: u32) -> TestSet {
    TestSet { root: H256::repeat_byte(1), size, content: H256::repeat_byte(2) }
}

fn register(shape: Shape, state: ModelState, size: u32, rules: Rules) -> DispatchResult {
    UserModels::register_base_model(signed(OWNER), shape, state, H256::zero(), test_set(size), rules)
}

fn base_model() -> BaseModelId {
    assert_ok!(register(SHAPE, state(5), 8, rules()));
    BaseModels::<Test>::iter_keys().next().expect("registered")
}

/// A proof for a request, as the account's SDK makes it.
fn prove(account: u64, subject: H256, request: H256, user_id: FieldElement, nullifier: FieldElement) -> ProofBytes {
    let context = BindingContext::Request { subject, request };
    let binding = binding(UserModels::genesis_hash(), &account, &context);
    circuit(3).prove(&[binding, user_id, nullifier])
}

fn fork(account: u64, source: ForkSource, user: u8, nullifier: u8) -> DispatchResult {
    let user_id = field(user);
    let request = request_hash(b"fork", &user_id);
    let proof = prove(account, source.id(), request, user_id, field(nullifier));
    UserModels::fork_model(signed(account), source, user_id, field(nullifier), proof)
}

fn forked(account: u64, base: BaseModelId, nullifier: u8) -> ModelId {
    assert_ok!(fork(account, ForkSource::Base(base), account as u8, nullifier));
    OwnedModels::<Test>::iter_key_prefix(account).next().expect("forked")
}

fn export_proof(account: u64, model: ModelId, nullifier: u8) -> ProofBytes {
    let record = UserModelsMap::<Test>::get(model).expect("model");
    let request = request_hash(b"export", &(record.head, record.length));
    prove(account, model, request, record.user_id, field(nullifier))
}

fn model_record(model: ModelId) -> UserModel<u64, u64> {
    UserModelsMap::<Test>::get(model).expect("model")
}

fn last_event() -> Event<Test> {
    match System::events().pop().expect("an event").event {
        RuntimeEvent::UserModels(event) => event,
        other => panic!("another pallet's event: {other:?}"),
    }
}

#[test]
fn a_base_model_starts_with_generation_zero() {
    new_test_ext().execute_with(|| {
        let base = base_model();
        assert_eq!(last_event(), Event::BaseModelRegistered { base, owner: OWNER, shape: SHAPE });
        let generation = Generations::<Test>::get(base, 0).expect("generation 0");
        assert_eq!(generation, Generation { state: state(5), parent: None, block: None, accuracy: None });
        assert_eq!(BaseModels::<Test>::get(base).map(|model| (model.owner, model.generation)), Some((OWNER, 0)));
    });
}

#[test]
fn a_base_model_that_makes_no_sense_is_refused() {
    new_test_ext().execute_with(|| {
        let refused = |result: DispatchResult, error: Error<Test>| assert_eq!(result, Err(error.into()));
        for (features, classes) in [(0, 2), (4, 1), (1_025, 2), (4, 257)] {
            refused(register(Shape { features, classes }, state(5), 8, rules()), Error::ShapeNotSupported);
        }
        refused(register(SHAPE, state(5), 0, rules()), Error::TestSetEmpty);
        let commitment = ModelState { content: H256::zero(), commitment: [255; 32] };
        refused(register(SHAPE, commitment, 8, rules()), Error::CommitmentNotCanonical);
        for (min_ops, max_ops) in [(0, 10), (11, 10), (1, 1_025)] {
            refused(register(SHAPE, state(5), 8, Rules { min_ops, max_ops, ..rules() }), Error::RulesOpLimits);
        }
        for min_contributors in [0, 1, 3] {
            refused(register(SHAPE, state(5), 8, Rules { min_contributors, ..rules() }), Error::RulesContributors);
        }
        let packing = |change: fn(&mut Packing)| {
            let mut changed = rules();
            change(&mut changed.packing);
            changed
        };
        let wrong = [
            packing(|packing| packing.clipping_range = 0),
            packing(|packing| packing.quantization_range = 1),
            packing(|packing| packing.values_per_coefficient = 0),
            packing(|packing| packing.values_per_coefficient = 3),
            packing(|packing| packing.values_per_coefficient = 4),
            // Ten contributors need four bits.
            packing(|packing| packing.headroom_bits = 3),
            packing(|packing| packing.headroom_bits = 11),
        ];
        for rules in wrong {
            refused(register(SHAPE, state(5), 8, rules), Error::RulesPacking);
        }
        for collect in [0, 432_001] {
            let phases = PhaseLengths { collect, ..rules().phases };
            refused(register(SHAPE, state(5), 8, Rules { phases, ..rules() }), Error::RulesPhaseLength);
        }
        let all = Rules { leader_share: 9_500, committee_share: 500, ..rules() };
        refused(register(SHAPE, state(5), 8, all), Error::RulesShares);
        refused(register(SHAPE, state(5), 8, Rules { base_weight: 0, ..rules() }), Error::RulesWeights);
        assert_eq!(BaseModels::<Test>::iter().count(), 0);
    });
}

#[test]
fn two_registrations_have_different_ids() {
    new_test_ext().execute_with(|| {
        assert_ok!(register(SHAPE, state(5), 8, rules()));
        assert_ok!(register(SHAPE, state(5), 8, rules()));
        assert_eq!(BaseModels::<Test>::iter().count(), 2);
    });
}

#[test]
fn a_fork_starts_from_the_newest_generation_and_stands_in_the_tree() {
    new_test_ext().execute_with(|| {
        let base = base_model();
        let model = forked(USER, base, 1);
        let record = model_record(model);
        assert_eq!((record.owner, record.base, record.length, record.version), (USER, base, 0, 0));
        assert_eq!(record.state, state(5));
        assert!(Children::<Test>::contains_key(base, model));
        assert_eq!(Users::<Test>::get(field(USER as u8)), Some(USER));
        assert_eq!(Versions::<Test>::get(model, 0).map(|version| version.source), Some(VersionSource::Fork));
        let source = ForkSource::Base(base);
        assert_eq!(last_event(), Event::ModelForked { model, owner: USER, source, user_id: field(USER as u8) });
    });
}

#[test]
fn a_fork_needs_an_ownership_proof_of_its_own() {
    new_test_ext().execute_with(|| {
        let base = base_model();
        let source = ForkSource::Base(base);
        let request = request_hash(b"fork", &field(2));
        let proof = prove(USER, base, request, field(2), field(1));
        let fork_with = |account, user_id, nullifier, proof| {
            UserModels::fork_model(signed(account), source, user_id, nullifier, proof)
        };
        // Another account, user id or nullifier than the proof's.
        for (account, user_id, nullifier) in
            [(OTHER, field(2), field(1)), (USER, field(3), field(1)), (USER, field(2), field(9))]
        {
            assert_noop!(fork_with(account, user_id, nullifier, proof), Error::<Test>::OwnershipProofRejected);
        }
        assert_noop!(fork_with(USER, field(2), field(1), [255; 128]), Error::<Test>::ProofMalformed);
        assert_noop!(fork_with(USER, [255; 32], field(1), proof), Error::<Test>::UserIdNotCanonical);
        assert_noop!(fork_with(USER, field(2), [255; 32], proof), Error::<Test>::PublicInputNotCanonical);
        KeyArity::set(None);
        assert_noop!(fork_with(USER, field(2), field(1), proof), Error::<Test>::VerifyingKeyNotFound);
        KeyArity::set(Some(4));
        assert_noop!(fork_with(USER, field(2), field(1), proof), Error::<Test>::WrongPublicInputCount);
        KeyArity::set(Some(3));
        assert_ok!(fork_with(USER, field(2), field(1), proof));
        assert_noop!(fork_with(USER, field(2), field(1), proof), Error::<Test>::NullifierUsed);
    });
}

#[test]
fn a_user_id_belongs_to_the_first_account_that_proves_it() {
    new_test_ext().execute_with(|| {
        let base = base_model();
        forked(USER, base, 1);
        assert_noop!(fork(OTHER, ForkSource::Base(base), USER as u8, 2), Error::<Test>::UserIdTaken);
        assert_ok!(fork(USER, ForkSource::Base(base), USER as u8, 3));
    });
}

#[test]
fn only_owner_and_readers_fork_a_model() {
    new_test_ext().execute_with(|| {
        let base = base_model();
        let model = forked(USER, base, 1);
        let source = ForkSource::Model(model);
        assert_noop!(fork(OTHER, source, OTHER as u8, 2), Error::<Test>::NotPermittedToFork);
        assert_ok!(UserModels::grant_access(signed(USER), model, OTHER, H256::repeat_byte(8)));
        assert_ok!(fork(OTHER, source, OTHER as u8, 2));
        assert_ok!(fork(USER, source, USER as u8, 3));
        let missing = H256::repeat_byte(77);
        assert_noop!(fork(USER, ForkSource::Model(missing), USER as u8, 4), Error::<Test>::ModelNotFound);
        assert_noop!(fork(USER, ForkSource::Base(missing), USER as u8, 4), Error::<Test>::BaseModelNotFound);
    });
}

#[test]
fn access_is_granted_and_revoked_by_the_owner() {
    new_test_ext().execute_with(|| {
        let model = forked(USER, base_model(), 1);
        let kem_key = H256::repeat_byte(8);
        assert_noop!(UserModels::grant_access(signed(OTHER), model, 9, kem_key), Error::<Test>::NotModelOwner);
        assert_ok!(UserModels::grant_access(signed(USER), model, 9, kem_key));
        assert_eq!(last_event(), Event::AccessGranted { model, reader: 9, kem_key });
        assert_eq!(Grants::<Test>::get(model, 9), Some(Grant { kem_key, since: 1 }));
        assert_noop!(UserModels::grant_access(signed(USER), model, 9, kem_key), Error::<Test>::AlreadyGranted);
        assert_ok!(UserModels::grant_access(signed(USER), model, 10, kem_key));
        assert_noop!(UserModels::grant_access(signed(USER), model, 11, kem_key), Error::<Test>::TooManyGrants);

        assert_noop!(UserModels::revoke_access(signed(OTHER), model, 9), Error::<Test>::NotModelOwner);
        assert_ok!(UserModels::revoke_access(signed(USER), model, 9));
        assert_eq!(last_event(), Event::AccessRevoked { model, reader: 9 });
        assert_noop!(UserModels::revoke_access(signed(USER), model, 9), Error::<Test>::NotGranted);
        assert_ok!(UserModels::grant_access(signed(USER), model, 11, kem_key));
    });
}

#[test]
fn an_export_is_proven_and_recorded() {
    new_test_ext().execute_with(|| {
        let model = forked(USER, base_model(), 1);
        let proof = export_proof(USER, model, 2);
        assert_noop!(UserModels::export_model(signed(OTHER), model, field(2), proof), Error::<Test>::NotModelOwner);
        assert_noop!(
            UserModels::export_model(signed(USER), model, field(3), proof),
            Error::<Test>::OwnershipProofRejected
        );
        assert_ok!(UserModels::export_model(signed(USER), model, field(2), proof));
        assert_eq!(last_event(), Event::ModelExported { model, export: 0, head: H256::zero(), length: 0 });
        assert_eq!(Exports::<Test>::get(model, 0).map(|export| export.state), Some(state(5)));
        assert_noop!(UserModels::export_model(signed(USER), model, field(2), proof), Error::<Test>::NullifierUsed);
        // After another op the proof would be for a state that is no longer the newest.
        let old = export_proof(USER, model, 4);
        UserModels::record_op(model, model_record(model), H256::repeat_byte(1), state(6));
        assert_noop!(
            UserModels::export_model(signed(USER), model, field(4), old),
            Error::<Test>::OwnershipProofRejected
        );
    });
}

#[test]
fn a_model_adopts_the_newest_generation_once() {
    new_test_ext().execute_with(|| {
        let base = base_model();
        let model = forked(USER, base, 1);
        let adopt = |account| UserModels::adopt_generation(signed(account), model);
        assert_noop!(adopt(USER), Error::<Test>::GenerationAlreadyAdopted);
        let accuracy = Accuracy { before: 1, after: 2, samples: 8, proven_correct: 2, challenge: 4 };
        assert_eq!(UserModels::record_generation(base, state(6), 1, accuracy), Ok(1));
        assert_noop!(adopt(OTHER), Error::<Test>::NotModelOwner);
        assert_ok!(adopt(USER));
        assert_eq!(last_event(), Event::GenerationAdopted { model, generation: 1, version: 1 });
        assert_eq!(model_record(model).state, state(6));
        let version = Version { state: state(6), source: VersionSource::Generation(1) };
        assert_eq!(Versions::<Test>::get(model, 1), Some(version));
        assert_noop!(adopt(USER), Error::<Test>::GenerationAlreadyAdopted);
    });
}

#[test]
fn priors_are_the_owners() {
    new_test_ext().execute_with(|| {
        let model = forked(USER, base_model(), 1);
        let priors = Some(H256::repeat_byte(3));
        assert_noop!(UserModels::set_priors(signed(OTHER), model, priors), Error::<Test>::NotModelOwner);
        assert_noop!(UserModels::set_priors(signed(USER), H256::zero(), priors), Error::<Test>::ModelNotFound);
        assert_ok!(UserModels::set_priors(signed(USER), model, priors));
        assert_eq!(last_event(), Event::PriorsSet { model, priors });
        assert_eq!(model_record(model).priors, priors);
    });
}

#[test]
fn an_op_makes_a_version_and_moves_the_head() {
    new_test_ext().execute_with(|| {
        let model = forked(USER, base_model(), 1);
        let op = H256::repeat_byte(1);
        UserModels::record_op(model, model_record(model), op, state(6));
        let record = model_record(model);
        assert_eq!((record.head, record.length, record.version), (op, 1, 1));
        assert_eq!(Versions::<Test>::get(model, 1).map(|version| version.source), Some(VersionSource::Op(op)));
    });
}

#[test]
fn weights_of_proofs_are_neither_zero_nor_that_of_a_plain_call() {
    type Weights = crate::weights::SubstrateWeight<Test>;
    let plain = <Weights as WeightInfo>::set_priors();
    for proof in [<Weights as WeightInfo>::fork_model(), <Weights as WeightInfo>::export_model()] {
        assert!(proof.ref_time() > 10 * plain.ref_time());
    }
}
