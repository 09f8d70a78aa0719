// SPDX-License-Identifier: Apache-2.0
//! The steps of a round, as workers and the owner take them. No tests.

use super::scenario::*;
use crate::{mock::*, *};
use polkadot_sdk::{
    frame_support::{assert_ok, dispatch::DispatchResult},
    sp_core::H256,
};
use training_primitives::{block::BLOCK_CONTEXT, groth16::number, merkle, pedersen::Sum, test_utils::MlDsaKeys, *};

pub fn round(base: BaseModelId, index: RoundIndex) -> pallet_zkpot::Round<u64, u64> {
    pallet_zkpot::Rounds::<Test>::get(base, index).expect("a round")
}

pub fn open(base: BaseModelId) {
    assert_ok!(Zkpot::open_round(signed(OWNER), base));
}

/// Lets the phase of a round pass its deadline.
pub fn miss_deadline(base: BaseModelId, index: RoundIndex) {
    let deadline = round(base, index).deadline;
    while System::block_number() < deadline {
        next_block();
    }
}

/// Takes an open round with enough ops to Seal: `WORKER` leads, `SECOND` comes after it.
pub fn to_seal(base: BaseModelId, index: RoundIndex) {
    assert_ok!(Zkpot::close_collect(signed(OWNER), base));
    next_block();
    let (nonce, genesis) = ([3; 32], UserModels::genesis_hash());
    let workers = [(WORKER, fresh()), (SECOND, fresh())];
    for (worker, state) in &workers {
        let commitment = pallet_zkpot::commitment_hash(genesis, worker, base, index, state, &nonce);
        assert_ok!(Zkpot::commit_model(signed(*worker), base, index, commitment));
    }
    next_block();
    let indices = Zkpot::challenge_indices(base, index);
    let samples: Vec<_> = indices.iter().map(|place| sample(*place as u8)).collect();
    let proofs: Vec<_> = indices
        .iter()
        .map(|place| merkle::prove(test_leaves(), *place as usize).try_into().expect("a short proof"))
        .collect();
    let (samples, proofs) = (samples.try_into().expect("few"), proofs.try_into().expect("few"));
    assert_ok!(Zkpot::post_challenge(signed(WORKER), base, index, samples, proofs));
    for (worker, state) in workers {
        let (r, z, correct) = (fresh(), fresh(), CHALLENGE.into());
        let (value, _) = Zkpot::challenge_value(base, index, &r, &z).expect("posted");
        let context = BindingContext::Round { base, round: index };
        let proof = prove(Circuit::Zkpot, worker, &context, &[state, number(correct), r, z, value]);
        assert_ok!(Zkpot::submit_zkpot(signed(worker), base, index, state, nonce, correct as u32, r, z, proof));
    }
    next_block();
    assert_eq!(round(base, index).leader, Some(WORKER));
}

/// The block that the leader of a round in Seal makes.
pub fn block_of(base: BaseModelId, index: RoundIndex) -> TrainingBlock<u64> {
    let round = round(base, index);
    let ids: Vec<OpId> = (round.first_op..round.last_op)
        .map(|sequence| FederationOps::<Test>::get(base, sequence).expect("an op"))
        .collect();
    let excluded = Committee::excluded_between(base, round.first_op, round.last_op);
    let included = ids.iter().filter_map(Ops::<Test>::get).filter(|op| !excluded.contains(&op.sequence));
    let commitments: Vec<_> = included.map(|op| op.contents.gradient_commitment).collect();
    let last = LastBlock::<Test>::get();
    TrainingBlock {
        number: last + 1,
        timestamp: NOW,
        parent: BlockHashes::<Test>::get(last).unwrap_or_default(),
        base,
        round: index,
        merkle_root: merkle::op_root(ids.iter()),
        first_op: round.first_op,
        op_count: ids.len() as u32,
        aggregate: AggregatedUpdate {
            content: H256::repeat_byte(5),
            commitment: sum_of(&commitments),
            contributors: commitments.len() as u32,
            excluded,
        },
        leader: round.leader.expect("a leader"),
    }
}

/// What the sum of the updates behind these commitments is committed to.
pub fn sum_of(commitments: &[CommitmentBytes]) -> CommitmentBytes {
    let points = commitments.iter().map(|commitment| Sum::decode(commitment).expect("a point"));
    points.fold(Sum::zero(), |sum, point| sum.plus(&point)).commitment()
}

pub fn sign(block: &TrainingBlock<u64>, keys: &MlDsaKeys) -> MlDsaSignature {
    keys.sign(block.hash().as_bytes(), BLOCK_CONTEXT)
}

/// Submits a block as its leader, with this signature.
pub fn submit(block: TrainingBlock<u64>, signature: MlDsaSignature) -> DispatchResult {
    let TrainingBlock { base, round, timestamp, merkle_root, aggregate, parent, leader, .. } = block;
    TrainingLedger::seal_block(signed(leader), base, round, timestamp, merkle_root, aggregate, parent, signature)
}

/// Submits a block as its leader, signed with the leader's key.
pub fn submit_signed(block: TrainingBlock<u64>) -> DispatchResult {
    let signature = sign(&block, &keys_of(block.leader));
    submit(block, signature)
}

/// Seals the block of a round in Seal and returns it.
pub fn seal(base: BaseModelId, index: RoundIndex) -> TrainingBlock<u64> {
    let block = block_of(base, index);
    assert_ok!(submit_signed(block.clone()));
    block
}

/// Opens the federation's next round, takes it to its sealed block and returns that.
pub fn run_round(base: BaseModelId, index: RoundIndex) -> TrainingBlock<u64> {
    open(base);
    to_seal(base, index);
    seal(base, index)
}

/// The block that a round sealed.
pub fn block_at(base: BaseModelId, index: RoundIndex) -> TrainingBlock<u64> {
    let number = RoundBlock::<Test>::get(base, index).expect("a sealed round");
    Blocks::<Test>::get(number).expect("a block")
}

/// Lets two members of the committee open the aggregate of a sealed round.
pub fn open_aggregate(base: BaseModelId, index: RoundIndex) {
    pallet_committee::test_utils::open::<Test>(base, index);
}

/// What the owner submits to record a generation.
#[derive(Clone)]
pub struct NewGeneration {
    pub base: BaseModelId,
    pub round: RoundIndex,
    pub state: ModelState,
    pub before: u32,
    pub after: u32,
    pub correct: u32,
    pub r: FieldElement,
    pub z: FieldElement,
    pub proof: ProofBytes,
}

impl NewGeneration {
    /// The generation that comes next, proven on the round's challenge.
    pub fn new(base: BaseModelId, round: RoundIndex) -> Self {
        let model = pallet_user_models::BaseModels::<Test>::get(base).expect("a base model");
        let context = BindingContext::Generation { base, generation: model.generation + 1 };
        let state = ModelState { content: H256::repeat_byte(6), commitment: fresh() };
        let (r, z) = (fresh(), fresh());
        let unproven = Self { base, round, state, before: 3, after: 4, correct: 2, r, z, proof: [0; 128] };
        unproven.proven_for(UserModels::genesis_hash(), OWNER, &context)
    }

    /// With a proof of what it claims, bound to something else.
    pub fn proven_for(mut self, genesis: H256, account: u64, context: &BindingContext) -> Self {
        let (value, _) = Zkpot::challenge_value(self.base, self.round, &self.r, &self.z).expect("posted");
        let inputs = [self.state.commitment, number(self.correct.into()), self.r, self.z, value];
        self.proof = prove_on(genesis, Circuit::Zkpot, account, context, &inputs);
        self
    }

    pub fn submit_as(self, account: u64) -> DispatchResult {
        let Self { base, round, state, before, after, correct, r, z, proof } = self;
        TrainingLedger::record_generation(signed(account), base, round, state, before, after, correct, r, z, proof)
            .map(|_| ())
            .map_err(|refused| refused.error)
    }

    pub fn submit(self) -> DispatchResult {
        self.submit_as(OWNER)
    }
}
