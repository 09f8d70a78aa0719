// SPDX-License-Identifier: Apache-2.0
use super::scenario::*;
use crate::{mock::*, *};
use pallet_user_models::Error as UserModelsError;
use pallet_zkpot::{VerifyingKeyRecord, VerifyingKeys};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_core::H256,
    sp_io::hashing::blake2_256,
    sp_runtime::DispatchResult,
};
use training_primitives::{
    groth16::{self, number},
    test_utils::g2_outside_subgroup,
    *,
};

/// A contribution as a user's SDK submits it.
#[derive(Clone)]
struct New {
    model: ModelId,
    kind: u8,
    data: FieldElement,
    contributor_id: FieldElement,
    proof: ProofBytes,
}

impl New {
    fn new(user: u64, model: ModelId) -> Self {
        let unproven = Self { model, kind: 3, data: fresh(), contributor_id: fresh(), proof: [0; 128] };
        unproven.proven_for(UserModels::genesis_hash(), user, &BindingContext::Contribution { model })
    }

    fn proven_for(mut self, genesis: H256, account: u64, context: &BindingContext) -> Self {
        let inputs = [self.data, self.contributor_id, number(self.kind.into())];
        self.proof = prove_on(genesis, Circuit::Contribution, account, context, &inputs);
        self
    }

    fn submit(self, user: u64) -> DispatchResult {
        let Self { model, kind, data, contributor_id, proof } = self;
        TrainingLedger::record_contribution(signed(user), model, kind, data, contributor_id, proof)
    }
}

#[test]
fn contributions_are_recorded_one_after_the_other() {
    run(|| {
        let model = fork(USER, federation());
        events();
        let new = [New::new(USER, model), New::new(USER, model)];
        for (index, new) in new.into_iter().enumerate() {
            let New { data, contributor_id, proof, .. } = new.clone();
            assert_ok!(new.submit(USER));
            let index = index as u32;
            let contribution_type = 3;
            assert_eq!(events(), [Event::ContributionRecorded { model, index, contributor_id, contribution_type }]);
            let proof = H256(blake2_256(&proof));
            let expected =
                Contribution { account: USER, contributor_id, contribution_type, data, proof, timestamp: NOW };
            assert_eq!(Contributions::<Test>::get(model, index), Some(expected));
            assert_eq!(ContributionCount::<Test>::get(model), index + 1);
        }
        assert_eq!(model_record(model).length, 0, "no ops");
    });
}

#[test]
fn only_a_models_owner_records_contributions() {
    run(|| {
        let model = fork(USER, federation());
        let new = New::new(USER, model);
        assert_noop!(new.clone().submit(OTHER), UserModelsError::<Test>::NotModelOwner);
        let of_no_model = New { model: H256::zero(), ..new };
        assert_noop!(of_no_model.submit(USER), UserModelsError::<Test>::ModelNotFound);
    });
}

#[test]
fn a_proof_holds_for_one_contribution_only() {
    run(|| {
        let base = federation();
        let (model, second) = (fork(USER, base), fork(USER, base));
        let new = New::new(USER, model);
        let (genesis, this) = (UserModels::genesis_hash(), BindingContext::Contribution { model });
        let others = [
            New { kind: 4, ..new.clone() },
            New { data: fresh(), ..new.clone() },
            New { contributor_id: fresh(), ..new.clone() },
            New { model: second, ..new.clone() },
            new.clone().proven_for(genesis, OTHER, &this),
            new.clone().proven_for(H256::zero(), USER, &this),
            new.clone().proven_for(genesis, USER, &BindingContext::Contribution { model: second }),
            new.clone().proven_for(genesis, USER, &BindingContext::Request { subject: model, request: H256::zero() }),
        ];
        for other in others {
            assert_noop!(other.submit(USER), Error::<Test>::ContributionProofRejected);
        }
        assert_ok!(new.submit(USER));
    });
}

#[test]
fn malformed_proofs_and_inputs_are_refused() {
    run(|| {
        let model = fork(USER, federation());
        let new = New::new(USER, model);
        let mut outside = new.proof;
        outside[32..96].copy_from_slice(&g2_outside_subgroup());
        for proof in [[0; 128], [255; 128], outside] {
            assert_noop!(New { proof, ..new.clone() }.submit(USER), Error::<Test>::ProofMalformed);
        }
        let inputs = [New { data: [255; 32], ..new.clone() }, New { contributor_id: [255; 32], ..new.clone() }];
        for new in inputs {
            assert_noop!(new.submit(USER), Error::<Test>::PublicInputNotCanonical);
        }
        let place = (None::<BaseModelId>, Circuit::Contribution, Shape::default());
        VerifyingKeys::<Test>::remove(place);
        assert_noop!(new.clone().submit(USER), Error::<Test>::VerifyingKeyNotFound);
        let ownership = &CIRCUITS[&Circuit::Ownership].key;
        let key = groth16::check_key(ownership, Circuit::Ownership.arity()).expect("a valid key");
        let key = key.try_into().expect("a short key");
        VerifyingKeys::<Test>::insert(place, VerifyingKeyRecord { key, samples: 0 });
        assert_noop!(new.submit(USER), Error::<Test>::WrongPublicInputCount);
    });
}
