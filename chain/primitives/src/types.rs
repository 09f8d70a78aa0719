// SPDX-License-Identifier: Apache-2.0
//! Identifiers and small records.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::sp_core::{bounded::BoundedVec, ConstU32, H256};
use scale_info::TypeInfo;

/// Names a base model and with it the federation that trains it.
pub type BaseModelId = H256;
/// Names a user's fork of a base model.
pub type ModelId = H256;
/// Names a training operation: the hash of its record.
pub type OpId = H256;
/// Counts the rounds of one federation, from 0.
pub type RoundIndex = u32;
/// Counts the generations of one base model; 0 is the model as registered.
pub type GenerationIndex = u32;
/// Counts the training blocks of the chain, from 1.
pub type TrainingBlockNumber = u64;
/// sha2-256 digest of stored bytes: the multihash of the CIDv1 (raw codec) they are stored under.
pub type ContentHash = H256;
/// A BN254 scalar, 32 bytes, little-endian, canonical (below the group order).
pub type FieldElement = [u8; 32];
/// A Pedersen commitment: a point of BN254's G1 in arkworks' compressed form.
pub type CommitmentBytes = [u8; 32];
/// A Groth16 proof over BN254 in arkworks' compressed form: A (32), B (64), C (32).
pub type ProofBytes = [u8; 128];
/// An ML-DSA-65 public key (FIPS 204).
pub type MlDsaPublicKey = [u8; 1952];
/// An ML-DSA-65 signature (FIPS 204): 3,309 bytes. Not an array, because clients know arrays of at most 2,048.
pub type MlDsaSignature = BoundedVec<u8, ConstU32<3309>>;

/// Shape of a linear classifier: `classes` rows of `features` weights and a bias.
#[derive(
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Debug,
    Encode,
    Decode,
    DecodeWithMemTracking,
    TypeInfo,
    MaxEncodedLen,
)]
pub struct Shape {
    pub features: u16,
    pub classes: u16,
}

/// Where a model's weights are and what they are committed to.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct ModelState {
    /// The stored weights: a safetensors file, in an envelope where they are private.
    pub content: ContentHash,
    /// Poseidon commitment to the fixed-point weights.
    pub commitment: FieldElement,
}
