// SPDX-License-Identifier: Apache-2.0
//! A proof that the circuits' own tools made, `circuits/vectors/groth16-fixture.json`, holds here under the key as it is
//! registered, and no changed one does.

use serde_json::Value;
use training_primitives::{
    groth16::{check_key, verify_all, Claim, Groth16Error},
    Circuit, FieldElement,
};

const FIXTURE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../circuits/vectors/groth16-fixture.json"));

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().expect("a string")).expect("hex")
}

#[test]
fn proofs_of_the_circuits_are_verified_on_chain() {
    let fixture: Value = serde_json::from_str(FIXTURE).expect("JSON");
    let key = bytes(&fixture["verifyingKey"]);
    let stored = check_key(&key, Circuit::Ownership.arity()).expect("the key is sound");
    let inputs: Vec<FieldElement> = fixture["publicInputs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|input| bytes(input).try_into().expect("32 bytes"))
        .collect();
    let proof = bytes(&fixture["proof"]).try_into().expect("128 bytes");
    let verify = |inputs: &[FieldElement]| verify_all(&[Claim { key: &stored, public_inputs: inputs, proof: &proof }]);

    assert_eq!(verify(&inputs), Ok(()));
    for changed in 0..inputs.len() {
        let mut others = inputs.clone();
        others[changed][0] ^= 1;
        assert_eq!(verify(&others), Err((0, Groth16Error::Rejected)));
    }
}
