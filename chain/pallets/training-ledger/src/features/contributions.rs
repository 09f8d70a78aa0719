// SPDX-License-Identifier: Apache-2.0
//! Contributions other than ops.

use crate::*;
use frame_support::pallet_prelude::*;
use pallet_user_models::Pallet as UserModels;
use polkadot_sdk::sp_io::hashing::blake2_256;
use training_primitives::{groth16, *};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_record_contribution(
        account: T::AccountId,
        model: ModelId,
        contribution_type: u8,
        data: FieldElement,
        contributor_id: FieldElement,
        proof: ProofBytes,
    ) -> DispatchResult {
        let record = UserModels::<T>::owned_model(&account, model)?;
        let binding = binding(UserModels::<T>::genesis_hash(), &account, &BindingContext::Contribution { model });
        let kind = groth16::number(contribution_type.into());
        let claim = ProofClaim {
            circuit: Circuit::Contribution,
            public_inputs: &[binding, data, contributor_id, kind],
            proof: &proof,
        };
        let shape = UserModels::<T>::base_model(record.base)?.shape;
        T::Proofs::verify_all(record.base, shape, &[claim]).map_err(Error::<T>::from)?;
        let index = ContributionCount::<T>::get(model);
        let contribution = Contribution {
            account,
            contributor_id,
            contribution_type,
            data,
            proof: H256(blake2_256(&proof)),
            timestamp: Self::now(),
        };
        Contributions::<T>::insert(model, index, contribution);
        ContributionCount::<T>::insert(model, index.saturating_add(1));
        Self::deposit_event(Event::ContributionRecorded { model, index, contributor_id, contribution_type });
        Ok(())
    }
}
