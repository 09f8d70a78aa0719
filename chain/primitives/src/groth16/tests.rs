// SPDX-License-Identifier: Apache-2.0
use super::*;
use crate::test_utils::ToyCircuit;
use ark_ff::One;

fn inputs(values: &[u64]) -> Vec<FieldElement> {
    values.iter().map(|v| number(*v)).collect()
}

#[test]
fn accepts_true_claims_of_different_keys_in_one_product() {
    let (three, five) = (ToyCircuit::new(3, 1), ToyCircuit::new(5, 2));
    let (key_a, key_b) = (check_key(&three.key, 3).unwrap(), check_key(&five.key, 5).unwrap());
    let (x, y) = (inputs(&[1, 2, 3]), inputs(&[5, 4, 3, 2, 1]));
    let (p, q) = (three.prove(&x), five.prove(&y));
    let a = || Claim { key: &key_a, public_inputs: &x, proof: &p };
    let b = || Claim { key: &key_b, public_inputs: &y, proof: &q };
    assert_eq!(verify_all(&[a(), b(), a()]), Ok(()));
}

#[test]
fn names_the_wrong_claim_and_why() {
    let toy = ToyCircuit::new(2, 3);
    let key = check_key(&toy.key, 2).unwrap();
    let (x, other) = (inputs(&[1, 2]), inputs(&[1, 3]));
    let proof = toy.prove(&x);
    let good = || Claim { key: &key, public_inputs: &x, proof: &proof };
    let fails = |claim: Claim, error| assert_eq!(verify_all(&[good(), claim]), Err((1, error)));

    fails(Claim { public_inputs: &other, ..good() }, Groth16Error::Rejected);
    fails(Claim { public_inputs: &x[..1], ..good() }, Groth16Error::Arity);
    let order = scalar_bytes(&-Fr::one());
    let mut too_large = order;
    too_large[0] += 1;
    fails(Claim { public_inputs: &[x[0], too_large], ..good() }, Groth16Error::NonCanonicalInput);
    // A zero proof decodes to no point of the curve.
    fails(Claim { proof: &[0; 128], ..good() }, Groth16Error::MalformedProof);
    fails(Claim { proof: &[255; 128], ..good() }, Groth16Error::MalformedProof);
}

#[test]
fn names_every_wrong_set_of_many_and_its_first_wrong_claim() {
    let toys = [ToyCircuit::new(2, 6), ToyCircuit::new(3, 7)];
    let keys = [check_key(&toys[0].key, 2).unwrap(), check_key(&toys[1].key, 3).unwrap()];
    let (x, y) = (inputs(&[1, 2]), inputs(&[3, 4, 5]));
    let (p, q) = (toys[0].prove(&x), toys[1].prove(&y));
    let a = || Claim { key: &keys[0], public_inputs: &x, proof: &p };
    let b = || Claim { key: &keys[1], public_inputs: &y, proof: &q };
    let (other_x, other_y) = (inputs(&[1, 9]), inputs(&[3, 4, 9]));
    let wrong_a = || Claim { public_inputs: &other_x, ..a() };
    let wrong_b = || Claim { public_inputs: &other_y, ..b() };
    let malformed = || Claim { proof: &[255; 128], ..b() };
    let sets = [
        vec![a(), b()],
        vec![a(), wrong_b()],
        vec![wrong_a(), wrong_b()],
        vec![],
        vec![a(), malformed()],
        vec![b(), a()],
        // Two wrongs do not make a right.
        vec![wrong_a(), wrong_a()],
    ];
    let sets = sets.iter().map(Vec::as_slice).collect::<Vec<_>>();
    let rejected = |claim| Err((claim, Groth16Error::Rejected));
    let expected =
        [Ok(()), rejected(1), rejected(0), Ok(()), Err((1, Groth16Error::MalformedProof)), Ok(()), rejected(0)];
    assert_eq!(verify_sets(&sets).0, expected);
    assert_eq!(verify_sets(&[]).0, []);
}

#[test]
fn a_product_takes_a_loop_for_each_proof_and_two_for_each_key() {
    let toys = [ToyCircuit::new(2, 8), ToyCircuit::new(3, 9)];
    let keys = [check_key(&toys[0].key, 2).unwrap(), check_key(&toys[1].key, 3).unwrap()];
    let (x, y) = (inputs(&[1, 2]), inputs(&[3, 4, 5]));
    let (p, q) = (toys[0].prove(&x), toys[1].prove(&y));
    let a = || Claim { key: &keys[0], public_inputs: &x, proof: &p };
    let b = || Claim { key: &keys[1], public_inputs: &y, proof: &q };
    let work = verify_sets(&[&[a(), a()], &[b(), a()]]).1;
    let expected = Work { keys: 2, proofs: 4, products: 1, loops: 4 + 2 * 2, powers: 2, scalings: 8, inputs: 3 + 4 };
    assert_eq!(work, expected);
    let alone = verify_sets(&[&[a()]]).1;
    let expected = Work { keys: 1, proofs: 1, products: 1, loops: 3, powers: 0, scalings: 0, inputs: 3 };
    assert_eq!(alone, expected);
}

#[test]
fn keys_of_one_setup_share_loops() {
    use crate::trapdoor::TrapdoorKey;
    let keys = [1, 2].map(|seed| TrapdoorKey::of_setup(2, 5, seed));
    let stored = [&keys[0], &keys[1]].map(|key| check_key(&key.key, 2).unwrap());
    let x = inputs(&[1, 2]);
    let proofs = [&keys[0], &keys[1]].map(|key| key.prove(&x, 3));
    let claim = |i: usize| Claim { key: &stored[i], public_inputs: &x, proof: &proofs[i] };
    let (results, work) = verify_sets(&[&[claim(0), claim(1)]]);
    assert_eq!(results, [Ok(())]);
    // Two proofs, two deltas and the one gamma.
    assert_eq!((work.loops, work.powers), (5, 1));
}

#[test]
fn refuses_a_point_of_the_curve_outside_the_subgroup() {
    let toy = ToyCircuit::new(1, 4);
    let key = check_key(&toy.key, 1).unwrap();
    let x = inputs(&[9]);
    let mut proof = toy.prove(&x);
    proof[32..96].copy_from_slice(&crate::test_utils::g2_outside_subgroup());
    let claim = Claim { key: &key, public_inputs: &x, proof: &proof };
    assert_eq!(verify_all(&[claim]), Err((0, Groth16Error::MalformedProof)));
}

#[test]
fn refuses_malformed_keys() {
    let toy = ToyCircuit::new(2, 5);
    assert_eq!(check_key(&toy.key, 3), Err(Groth16Error::Arity));
    assert_eq!(check_key(&toy.key[..toy.key.len() - 1], 2), Err(Groth16Error::MalformedKey));
    let mut longer = toy.key.clone();
    longer.push(0);
    assert_eq!(check_key(&longer, 2), Err(Groth16Error::MalformedKey));
    let mut outside = toy.key.clone();
    outside[32..96].copy_from_slice(&crate::test_utils::g2_outside_subgroup());
    assert_eq!(check_key(&outside, 2), Err(Groth16Error::MalformedKey));
    // delta at infinity: C would not count.
    let mut infinite = toy.key.clone();
    infinite[160..224].fill(0);
    infinite[223] = 0x40;
    assert_eq!(check_key(&infinite, 2), Err(Groth16Error::MalformedKey));
    // The first public input at infinity: it would not be bound.
    let mut unbound = toy.key.clone();
    unbound[264..296].fill(0);
    unbound[295] = 0x40;
    assert_eq!(check_key(&unbound, 2), Err(Groth16Error::MalformedKey));
    assert_eq!(check_key(&[0; 2_000], 2), Err(Groth16Error::MalformedKey));
}
