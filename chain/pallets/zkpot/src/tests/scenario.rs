// SPDX-License-Identifier: Apache-2.0
//! The steps of a round, as workers take them.

use crate::{mock::*, *};
use polkadot_sdk::frame_support::{assert_ok, dispatch::DispatchResult};
use training_primitives::{groth16::number, merkle, *};

pub const NONCE: [u8; 32] = [3; 32];

/// The commitment to the model that a worker trained in the tests.
pub fn state_of(worker: u64) -> FieldElement {
    number(1_000 + worker)
}

pub fn open(base: BaseModelId) {
    assert_ok!(Zkpot::open_round(RuntimeOrigin::signed(OWNER), base));
}

pub fn commit(base: BaseModelId, index: RoundIndex, worker: u64) -> DispatchResult {
    let genesis = UserModels::genesis_hash();
    let hash = commitment_hash(genesis, &worker, base, index, &state_of(worker), &NONCE);
    Zkpot::commit_model(RuntimeOrigin::signed(worker), base, index, hash)
}

/// The samples at these places of the test set, and their proofs.
pub fn samples(indices: &[u32]) -> (Vec<ChallengeSample>, Vec<SampleProof>) {
    let sample = |place: &u32| test_set()[*place as usize].clone();
    let proof =
        |place: &u32| merkle::prove(test_set_leaves(), *place as usize).try_into().expect("the test set is small");
    (indices.iter().map(sample).collect(), indices.iter().map(proof).collect())
}

pub fn post(
    base: BaseModelId,
    index: RoundIndex,
    samples: Vec<ChallengeSample>,
    proofs: Vec<SampleProof>,
) -> DispatchResult {
    let (samples, proofs) = (samples.try_into().expect("few"), proofs.try_into().expect("few"));
    Zkpot::post_challenge(RuntimeOrigin::signed(DAVE), base, index, samples, proofs)
}

pub fn post_challenge(base: BaseModelId, index: RoundIndex) {
    let (samples, proofs) = samples(&Zkpot::challenge_indices(base, index));
    assert_ok!(post(base, index, samples, proofs));
}

/// What a worker submits to show how many samples its model classifies correctly.
#[derive(Clone)]
pub struct Submission {
    pub base: BaseModelId,
    pub index: RoundIndex,
    pub state: FieldElement,
    pub nonce: [u8; 32],
    pub correct: u32,
    pub r: FieldElement,
    pub z: FieldElement,
    pub proof: ProofBytes,
}

impl Submission {
    /// What an honest worker makes. The challenge is posted.
    pub fn new(base: BaseModelId, index: RoundIndex, worker: u64, correct: u32) -> Self {
        let (state, r, z) = (state_of(worker), number(5), number(7));
        let (value, _) = Zkpot::challenge_value(base, index, &r, &z).expect("posted");
        let context = BindingContext::Round { base, round: index };
        let binding = binding(UserModels::genesis_hash(), &worker, &context);
        let proof = ZKPOT.prove(&[binding, state, number(correct.into()), r, z, value]);
        Self { base, index, state, nonce: NONCE, correct, r, z, proof }
    }

    pub fn submit(self, worker: u64) -> DispatchResult {
        let Self { base, index, state, nonce, correct, r, z, proof } = self;
        Zkpot::submit_zkpot(RuntimeOrigin::signed(worker), base, index, state, nonce, correct, r, z, proof)
            .map(|_| ())
            .map_err(|refused| refused.error)
    }
}

pub fn prove(base: BaseModelId, index: RoundIndex, worker: u64, correct: u32) {
    assert_ok!(Submission::new(base, index, worker, correct).submit(worker));
}

/// Takes a new federation with these workers to Commit of its first round, with two ops.
pub fn in_commit(workers: &[u64]) -> BaseModelId {
    let base = federation();
    for worker in workers {
        assert_ok!(join(base, *worker));
    }
    to_commit(base, 0);
    base
}

/// Opens the federation's next round, records two ops and ends Collect.
pub fn to_commit(base: BaseModelId, index: RoundIndex) {
    open(base);
    record_ops(base, 2);
    assert_ok!(Zkpot::close_collect(RuntimeOrigin::signed(OWNER), base));
    next_block();
    assert_eq!(round(base, index).phase, Phase::Commit);
}

/// The same to Prove, all of them committed and the challenge not posted.
pub fn in_prove(workers: &[u64]) -> BaseModelId {
    let base = in_commit(workers);
    for worker in workers {
        assert_ok!(commit(base, 0, *worker));
    }
    next_block();
    assert_eq!(round(base, 0).phase, Phase::Prove);
    base
}

/// The same to Seal, each with so many correct samples, in the order of their commitments.
pub fn in_seal(workers: &[(u64, u32)]) -> BaseModelId {
    let base = in_prove(&workers.iter().map(|(worker, _)| *worker).collect::<Vec<_>>());
    post_challenge(base, 0);
    for (worker, correct) in workers {
        prove(base, 0, *worker, *correct);
    }
    next_block();
    assert_eq!(round(base, 0).phase, Phase::Seal);
    base
}
