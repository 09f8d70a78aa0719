// SPDX-License-Identifier: Apache-2.0
//! A runtime with this pallet alone, and a verifier with one real key.

use crate as pallet_user_models;
use polkadot_sdk::{
    frame_support::{construct_runtime, derive_impl, parameter_types, traits::ConstU32},
    frame_system,
    sp_core::H256,
    sp_io::TestExternalities,
    sp_runtime::{traits::IdentityLookup, BuildStorage},
};
use std::sync::OnceLock;
use training_primitives::{
    groth16::{self, Work},
    test_utils::ToyCircuit,
    *,
};

type Block = frame_system::mocking::MockBlock<Test>;

construct_runtime!(
    pub enum Test {
        System: frame_system,
        UserModels: pallet_user_models,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = u64;
    type Lookup = IdentityLookup<u64>;
}

impl pallet_user_models::Config for Test {
    type Proofs = OneKey;
    type MaxGrants = ConstU32<2>;
    type WeightInfo = pallet_user_models::weights::SubstrateWeight<Test>;
}

parameter_types! {
    /// What the registry holds: a key of this many public inputs, or none.
    pub static KeyArity: Option<usize> = Some(3);
}

/// The circuit behind the registered key.
pub fn circuit(arity: usize) -> &'static ToyCircuit {
    static CIRCUITS: [OnceLock<ToyCircuit>; 2] = [OnceLock::new(), OnceLock::new()];
    CIRCUITS[usize::from(arity == 3)].get_or_init(|| ToyCircuit::new(arity, arity as u64))
}

/// Verifies every proof against the one key.
pub struct OneKey;
impl VerifyProofs for OneKey {
    fn verify_sets(sets: &[ProofSet]) -> (Vec<Result<(), ProofError>>, Work) {
        let Some(arity) = KeyArity::get() else {
            return (vec![Err(ProofError::UnknownKey(Circuit::Ownership)); sets.len()], Work::default());
        };
        let key = groth16::check_key(&circuit(arity).key, arity).expect("a toy key is valid");
        let claim = |ProofClaim { public_inputs, proof, .. }| groth16::Claim { key: &key, public_inputs, proof };
        let claims = sets.iter().map(|set| set.claims.iter().cloned().map(claim).collect()).collect::<Vec<Vec<_>>>();
        let (results, work) = groth16::verify_sets(&claims.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let named = |(result, set): (Result<_, groth16::Wrong>, &ProofSet)| {
            result.map_err(|(index, error)| ProofError::new(set.claims[index].circuit, error))
        };
        (results.into_iter().zip(sets).map(named).collect(), work)
    }
}

pub fn new_test_ext() -> TestExternalities {
    let mut ext: TestExternalities =
        frame_system::GenesisConfig::<Test>::default().build_storage().expect("storage").into();
    ext.execute_with(|| {
        frame_system::BlockHash::<Test>::insert(0, H256::repeat_byte(9));
        System::set_block_number(1);
    });
    ext
}
