// SPDX-License-Identifier: Apache-2.0
//! Records of base models, forks and grants.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::sp_core::H256;
use scale_info::TypeInfo;
use training_primitives::*;

/// The committed test set that measures a base model's accuracy.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct TestSet {
    /// Merkle root over its samples.
    pub root: H256,
    /// How many samples it has.
    pub size: u32,
    /// Where the samples are stored.
    pub content: ContentHash,
}

/// A model that others fork, and with it a federation that trains it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct BaseModel<AccountId> {
    pub owner: AccountId,
    /// Text of the licence under which it may be forked.
    pub licence: ContentHash,
    pub shape: Shape,
    pub test_set: TestSet,
    pub rules: Rules,
    /// Index of the newest generation.
    pub generation: GenerationIndex,
}

/// Accuracy of a generation over the base model's test set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Accuracy {
    /// Samples that the parent generation classifies correctly, as the owner counted them.
    pub before: u32,
    /// Samples that this generation classifies correctly, as the owner counted them.
    pub after: u32,
    /// Size of the test set.
    pub samples: u32,
    /// Samples of the challenge that this generation is proven to classify correctly.
    pub proven_correct: u32,
    /// Size of the challenge.
    pub challenge: u32,
}

/// One generation of a base model. Its weights are public: a plain safetensors file, committed with the salt 0.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Generation {
    pub state: ModelState,
    pub parent: Option<GenerationIndex>,
    /// Training block whose aggregate made it; none for generation 0.
    pub block: Option<TrainingBlockNumber>,
    /// None for generation 0.
    pub accuracy: Option<Accuracy>,
}

/// What a model was forked from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum ForkSource {
    /// The newest generation of a base model.
    Base(BaseModelId),
    /// The state of another user's model, by its owner or a reader.
    Model(ModelId),
}

impl ForkSource {
    /// The id of the base model or model.
    pub fn id(&self) -> H256 {
        match self {
            Self::Base(id) | Self::Model(id) => *id,
        }
    }
}

/// A user's own model.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct UserModel<AccountId, BlockNumber> {
    pub owner: AccountId,
    pub user_id: FieldElement,
    pub base: BaseModelId,
    pub parent: ForkSource,
    /// Block of the chain in which it was forked.
    pub fork_height: BlockNumber,
    /// Generation of the base model that it last took over.
    pub generation: GenerationIndex,
    pub state: ModelState,
    /// What passes to its next generation, in an envelope.
    pub priors: Option<ContentHash>,
    /// Id of its newest op; zero before the first.
    pub head: H256,
    /// How many ops it has.
    pub length: u32,
    /// Index of its newest version.
    pub version: u32,
    /// How many readers have access.
    pub grants: u32,
    /// How often it was exported.
    pub exports: u32,
}

/// What made a version of a model.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum VersionSource {
    Fork,
    Op(OpId),
    Generation(GenerationIndex),
    /// The model as the parachain with this id handed it over.
    Received {
        para: u32,
    },
}

/// One version of a model's weights.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Version {
    pub state: ModelState,
    pub source: VersionSource,
}

/// A reader's access to what a model records from now on.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Grant<BlockNumber> {
    /// The reader's stored ML-KEM-768 public key, to which envelopes are wrapped.
    pub kem_key: ContentHash,
    pub since: BlockNumber,
}

/// A proven export of a model.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Export<BlockNumber> {
    /// The model's newest op and number of ops at the time.
    pub head: H256,
    pub length: u32,
    pub state: ModelState,
    /// blake2-256 of the ownership proof.
    pub proof: H256,
    pub at: BlockNumber,
}

/// Where a model is when it is not simply owned here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub enum Custody {
    /// Offered to the parachain with this id, which has not answered: nobody trains it meanwhile.
    Locked { para: u32 },
    /// Owned on the parachain with this id.
    HandedOver { para: u32 },
}

/// A model that another chain hands over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceivedModel<AccountId> {
    pub model: ModelId,
    /// The parachain that hands it over.
    pub para: u32,
    /// Who owns it here.
    pub owner: AccountId,
    pub user_id: FieldElement,
    /// The base model of this chain to which it belongs here, and the shape that it must have.
    pub base: BaseModelId,
    pub shape: Shape,
    pub state: ModelState,
    pub head: H256,
    pub length: u32,
    pub version: u32,
}
