// SPDX-License-Identifier: Apache-2.0
//! Groth16 over BN254 (Groth 2016, eprint 2016/260), on arkworks' encodings.

mod fold;
mod keys;
#[cfg(test)]
mod tests;

pub use keys::{check_key, MAX_ARITY, MAX_KEY_BYTES, MAX_STORED_KEY_BYTES};

use crate::types::*;
use alloc::{vec, vec::Vec};
use ark_bn254::Fr;
use ark_groth16::Proof;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress, Validate};
use fold::Folded;
use keys::PreparedKey;
use polkadot_sdk::sp_io::hashing::blake2_256;

/// Why a key or a proof is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Groth16Error {
    /// Not a key: length, a point off the curve or outside the subgroup, or a zero point that would void the check.
    MalformedKey,
    /// The key takes another number of public inputs.
    Arity,
    /// A public input is not below the group order.
    NonCanonicalInput,
    /// A proof point is off the curve, outside the subgroup or not canonically encoded.
    MalformedProof,
    /// The pairing equation does not hold.
    Rejected,
}

/// A proof with what it is to be verified against. `key` is in the form that [`check_key`] returned.
pub struct Claim<'a> {
    pub key: &'a [u8],
    pub public_inputs: &'a [FieldElement],
    pub proof: &'a ProofBytes,
}

/// What a verification took, as far as it costs time ([`crate::cost::work`]).
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Work {
    /// Keys read.
    pub keys: u32,
    /// Proofs read: three points with their subgroup checks.
    pub proofs: u32,
    /// Products of pairings: final exponentiations.
    pub products: u32,
    /// Miller loops.
    pub loops: u32,
    /// Powers of e(alpha, beta).
    pub powers: u32,
    /// Multiplications of points of proofs by coefficients.
    pub scalings: u32,
    /// Multiplications of points of keys by public inputs, the constant one included.
    pub inputs: u32,
}

impl Work {
    /// Both together.
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            keys: self.keys + other.keys,
            proofs: self.proofs + other.proofs,
            products: self.products + other.products,
            loops: self.loops + other.loops,
            powers: self.powers + other.powers,
            scalings: self.scalings + other.scalings,
            inputs: self.inputs + other.inputs,
        }
    }
}

/// The index of the first wrong claim of a set, and what is wrong with it.
pub type Wrong = (usize, Groth16Error);

/// Verifies claims that stand or fall together.
pub fn verify_all(claims: &[Claim]) -> Result<(), Wrong> {
    verify_sets(&[claims]).0.pop().unwrap_or(Ok(()))
}

/// Verifies sets of claims, each of which stands or falls by itself; also returns what it took.
///
/// All go into one product of pairings, folded by coefficients of 128 bits that are a hash of everything claimed. If it fails,
/// the claims are verified one by one: halving the sets again and again would take less for one wrong set of many, but three
/// times as much for many wrong ones under different keys, and the worst has to be charged for before.
pub fn verify_sets(sets: &[&[Claim]]) -> (Vec<Result<(), Wrong>>, Work) {
    let mut work = Work::default();
    let mut results = Vec::with_capacity(sets.len());
    let mut read = Vec::with_capacity(sets.len());
    let (mut keys, mut known) = (Vec::new(), Vec::new());
    let mut next = coefficients(sets);
    for (place, claims) in sets.iter().enumerate() {
        let mut decode = |claim| decode(claim, &mut keys, &mut known, &mut next, &mut work);
        let decoded = claims.iter().enumerate().map(|(i, claim)| decode(claim).map_err(|error| (i, error)));
        match decoded.collect::<Result<Vec<_>, _>>() {
            Ok(set) => {
                read.push((place, set));
                results.push(Ok(()));
            }
            Err(wrong) => results.push(Err(wrong)),
        }
    }
    let mut verifier = Verifier { keys: &keys, results: &mut results, work };
    verifier.search(&read);
    let work = verifier.work;
    (results, work)
}

struct Verifier<'a> {
    keys: &'a [PreparedKey],
    results: &'a mut [Result<(), Wrong>],
    work: Work,
}

impl Verifier<'_> {
    /// Finds the wrong sets.
    fn search(&mut self, sets: &[(usize, Vec<Folded>)]) {
        let all = sets.iter().flat_map(|(_, claims)| claims).collect::<Vec<_>>();
        if all.is_empty() || fold::holds(self.keys, &all, &mut self.work) {
            return;
        }
        for (place, claims) in sets {
            // If only one claim is left, it is the wrong one.
            let tested = if sets.len() == 1 { claims.len() - 1 } else { claims.len() };
            let wrong = (0..tested).find(|i| !fold::holds(self.keys, &[&claims[*i]], &mut self.work));
            if let Some(wrong) = wrong.or((tested < claims.len()).then_some(tested)) {
                self.results[*place] = Err((wrong, Groth16Error::Rejected));
            }
        }
    }
}

/// Reads a claim. `known` are the encodings of the keys that were read before.
fn decode<'a>(
    claim: &Claim<'a>,
    keys: &mut Vec<PreparedKey>,
    known: &mut Vec<&'a [u8]>,
    coefficient: &mut impl FnMut() -> u128,
    work: &mut Work,
) -> Result<Folded, Groth16Error> {
    let key = match known.iter().position(|bytes| *bytes == claim.key) {
        Some(key) => key,
        None => {
            work.keys += 1;
            keys.push(PreparedKey::read(claim.key)?);
            known.push(claim.key);
            keys.len() - 1
        }
    };
    if claim.public_inputs.len() + 1 != keys[key].inputs.len() {
        return Err(Groth16Error::Arity);
    }
    let inputs = claim
        .public_inputs
        .iter()
        .map(|bytes| scalar(bytes).ok_or(Groth16Error::NonCanonicalInput))
        .collect::<Result<Vec<_>, _>>()?;
    work.proofs += 1;
    let proof = Proof::deserialize_with_mode(&claim.proof[..], Compress::Yes, Validate::Yes)
        .map_err(|_| Groth16Error::MalformedProof)?;
    Ok(Folded { key, inputs, proof, coefficient: coefficient() })
}

/// The coefficients of claims, in order: 1, then 128 bits of hashes of a seed to which everything claimed contributes. So
/// nobody can choose a proof after its coefficient.
fn coefficients(sets: &[&[Claim]]) -> impl FnMut() -> u128 {
    let mut transcript = Vec::from(&b"training-ledger/fold/v1"[..]);
    let (mut known, mut hashes): (Vec<&[u8]>, Vec<[u8; 32]>) = (vec![], vec![]);
    for claim in sets.iter().copied().flatten() {
        let key = known.iter().position(|bytes| *bytes == claim.key).unwrap_or_else(|| {
            known.push(claim.key);
            hashes.push(blake2_256(claim.key));
            known.len() - 1
        });
        transcript.extend_from_slice(&hashes[key]);
        claim.public_inputs.iter().for_each(|x| transcript.extend_from_slice(x));
        transcript.extend_from_slice(claim.proof);
    }
    let seed = blake2_256(&transcript);
    let mut place = 0u32;
    move || {
        let mut preimage = [0u8; 36];
        preimage[..32].copy_from_slice(&seed);
        preimage[32..].copy_from_slice(&place.to_le_bytes());
        place += 1;
        match place {
            1 => 1,
            _ => u128::from_le_bytes(blake2_256(&preimage)[..16].try_into().expect("16 bytes; qed")),
        }
    }
}

/// Parses a canonical scalar.
pub fn scalar(bytes: &FieldElement) -> Option<Fr> {
    Fr::deserialize_compressed(&bytes[..]).ok()
}

/// Little-endian canonical bytes of a scalar.
pub fn scalar_bytes(value: &Fr) -> FieldElement {
    let mut bytes = [0u8; 32];
    value.serialize_compressed(&mut bytes[..]).expect("a scalar has 32 bytes; qed");
    bytes
}

/// A small number as a public input.
pub fn number(value: u64) -> FieldElement {
    let mut bytes = [0u8; 32];
    bytes[..8].copy_from_slice(&value.to_le_bytes());
    bytes
}
