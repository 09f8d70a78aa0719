// SPDX-License-Identifier: Apache-2.0
//! What a sibling's own pallet may say and is not believed. Every refusal is answered, and leaves nothing behind.

use super::{scenario::*, world::*};
use crate::{mock::*, *};
use codec::Encode;
use polkadot_sdk::{
    frame_support::assert_ok,
    staging_xcm::latest::{prelude::*, Outcome as Executed},
};
use training_primitives::{block::BLOCK_CONTEXT, groth16::number, *};

type Message = SyncMessage<u64>;

/// The honest first message of a model with three ops in two blocks, not delivered.
fn honest() -> (World, ModelId, Message) {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 2);
    world.on(A, || {
        train(model, 1);
        assert_ok!(sync(model, B));
    });
    let message = message_of(&take());
    (world, model, message)
}

/// The honest second message, after the first one was accepted: two more ops.
fn honest_second() -> (World, ModelId, Message) {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 2);
    sync_all(&mut world, A, B, model);
    world.on(A, || {
        train(model, 2);
        assert_ok!(sync(model, B));
    });
    let message = message_of(&take());
    (world, model, message)
}

/// Has chain B read a message of chain A, and returns what it answers.
fn answer(world: &mut World, message: Message) -> SyncOutcome {
    let nonce = message.nonce;
    world.execute(&forge(A, B, Call::receive_sync { message: Box::new(message) }));
    let (answered, outcome) = answer_of(&take());
    assert_eq!(answered, nonce);
    outcome
}

fn refused(world: &mut World, message: Message, reason: Refusal) {
    let (para, model, nonce) = (A, message.record.model, message.nonce);
    let before = world.on(B, || {
        events();
        (stored(), Mirrors::<Test>::get(A, model))
    });
    assert_eq!(answer(world, message), SyncOutcome::Refused(reason));
    world.on(B, || {
        assert_eq!((stored(), Mirrors::<Test>::get(A, model)), before);
        assert_eq!(events(), [Event::MessageRefused { para, model, nonce, reason }]);
        let outcome = SyncOutcome::Refused(reason);
        assert_eq!(Inbound::<Test>::get(A, model), Some(Received { nonce, outcome }));
    });
}

/// The first message with a change is refused.
fn first_refused(reason: Refusal, change: impl FnOnce(&mut Message)) {
    let (mut world, _, mut message) = honest();
    change(&mut message);
    refused(&mut world, message, reason);
}

/// The second message with a change is refused.
fn second_refused(reason: Refusal, change: impl FnOnce(&mut Message)) {
    let (mut world, _, mut message) = honest_second();
    change(&mut message);
    refused(&mut world, message, reason);
}

/// Seals a block again, changed.
fn reseal(sealed: &mut SealedBlock<u64>, change: impl FnOnce(&mut TrainingBlock<u64>)) {
    change(&mut sealed.block);
    sealed.signature = sealer(A).sign(sealed.block.hash().as_bytes(), BLOCK_CONTEXT);
}

#[test]
fn the_messages_without_a_change_are_accepted() {
    let (mut world, _, message) = honest();
    assert_eq!(answer(&mut world, message), SyncOutcome::Accepted);
    let (mut world, _, message) = honest_second();
    assert_eq!(answer(&mut world, message), SyncOutcome::Accepted);
}

#[test]
fn a_chain_with_another_genesis() {
    first_refused(Refusal::GenesisMismatch, |message| message.genesis = genesis(B));
}

#[test]
fn a_nonce_that_skips_one() {
    first_refused(Refusal::NonceGap, |message| message.nonce = 2);
    second_refused(Refusal::NonceGap, |message| message.nonce = 4);
}

#[test]
fn a_refused_nonce_is_never_accepted_later() {
    let (mut world, model, message) = honest();
    let skipping = Message { nonce: 2, ..message.clone() };
    refused(&mut world, skipping.clone(), Refusal::NonceGap);
    // The message in between comes after all: too late, and its sender waits for no answer.
    world.execute(&forge(A, B, Call::receive_sync { message: Box::new(message) }));
    assert_eq!(on_the_way(), 0);
    assert_eq!(answer(&mut world, skipping), SyncOutcome::Refused(Refusal::NonceGap));
    world.on(B, || assert!(Mirrors::<Test>::get(A, model).is_none()));
}

#[test]
fn a_nonce_used_before_with_something_else() {
    let (mut world, model, message) = honest_second();
    let reused = Message { nonce: 1, ..message };
    assert_eq!(answer(&mut world, reused), SyncOutcome::Accepted);
    // That is the answer to the first message; nothing else was done.
    world.on(B, || assert_eq!(Mirrors::<Test>::get(A, model).map(|mirror| mirror.length), Some(2)));
}

#[test]
fn a_record_that_contradicts_the_one_before() {
    let changes: [fn(&mut ModelRecord); 4] = [
        |record| record.user_id = number(1),
        |record| record.base = H256::zero(),
        |record| record.shape = Shape { features: 9, classes: 9 },
        |record| record.version = 1,
    ];
    for change in changes {
        second_refused(Refusal::RecordMismatch, |message| change(&mut message.record));
    }
}

#[test]
fn a_record_that_contradicts_its_ops() {
    let changes: [fn(&mut Message); 5] = [
        |message| message.record.head = H256::zero(),
        |message| message.record.length = 2,
        |message| message.record.length = 0,
        // More ops than are sent, of which none is.
        |message| message.ops.clear(),
        |message| {
            message.ops.clear();
            message.record.length = 0;
        },
    ];
    for change in changes {
        first_refused(Refusal::RecordMismatch, change);
    }
}

#[test]
fn ops_that_do_not_start_where_the_mirror_ends() {
    first_refused(Refusal::OutOfSequence, |message| {
        message.first = 1;
        message.ops.remove(0);
    });
    second_refused(Refusal::OutOfSequence, |message| message.first = 1);
    second_refused(Refusal::OutOfSequence, |message| message.first = 0);
    second_refused(Refusal::OutOfSequence, |message| {
        message.ops.remove(0);
    });
    second_refused(Refusal::OutOfSequence, |message| message.ops.as_mut().reverse());
}

#[test]
fn a_history_that_goes_on_from_something_unknown() {
    for from in [A, B, C] {
        first_refused(Refusal::HistoryUnknown, |message| {
            message.first = 1;
            message.came_from = Some(from);
            message.ops.remove(0);
        });
    }
}

#[test]
fn a_hash_chain_that_is_broken() {
    first_refused(Refusal::HashChainBroken, |message| message.ops[1].op.prev_hash = H256::zero());
    second_refused(Refusal::HashChainBroken, |message| message.ops[0].op.prev_hash = H256::zero());
    first_refused(Refusal::HashChainBroken, |message| {
        let op = message.ops[0].op.clone();
        message.ops[1].op = TrainingOp { index: 1, ..op };
    });
}

#[test]
fn ops_of_another_model() {
    let (mut world, _, mut message) = honest();
    world.on(A, || {
        let other = fork(USER, number(77));
        train(other, 1);
        assert_ok!(sync(other, B));
    });
    let other = message_of(&take());
    message.ops = other.ops;
    message.blocks = other.blocks;
    refused(&mut world, message, Refusal::OpOfAnotherModel);
}

#[test]
fn ops_that_are_not_in_the_sealed_block() {
    let changes: [fn(&mut Message); 8] = [
        |message| message.ops[0].op.weight += 1,
        |message| message.ops[0].op.owner = OTHER,
        |message| message.ops[0].op.sequence += 1,
        |message| message.ops[2].op.sequence = 0,
        |message| message.ops[0].proof[0] = H256::zero(),
        |message| message.ops[0].proof.clear(),
        |message| message.ops[0].block = 1,
        |message| message.ops[0].block = 2,
    ];
    for change in changes {
        first_refused(Refusal::OpNotInBlock, change);
    }
    first_refused(Refusal::OpNotInBlock, |message| message.blocks.clear());
    // A block of another federation, with the same ops under its root.
    first_refused(Refusal::OpNotInBlock, |message| {
        reseal(&mut message.blocks[0], |block| block.base = base_of(B));
    });
}

#[test]
fn a_block_sealed_with_a_key_that_is_not_accepted() {
    first_refused(Refusal::SealingKeyNotAccepted, |message| {
        let sealed = &mut message.blocks[0];
        sealed.key = sealer(B).public;
        sealed.signature = sealer(B).sign(sealed.block.hash().as_bytes(), BLOCK_CONTEXT);
    });
    // Nor is a key that was accepted before.
    let (mut world, _, message) = honest();
    let key_hash = hash_of(&sealer(A));
    world.on(B, || {
        assert_ok!(UserModelSync::refuse_sealing_key(RuntimeOrigin::root(), A, key_hash));
    });
    refused(&mut world, message, Refusal::SealingKeyNotAccepted);
    // Or that is accepted for another chain.
    let (mut world, _, message) = honest();
    world.on(B, || {
        assert_ok!(UserModelSync::refuse_sealing_key(RuntimeOrigin::root(), A, key_hash));
        assert_ok!(UserModelSync::accept_sealing_key(RuntimeOrigin::root(), C, key_hash));
    });
    refused(&mut world, message, Refusal::SealingKeyNotAccepted);
}

#[test]
fn a_block_that_the_key_did_not_sign() {
    let changes: [fn(&mut SealedBlock<u64>); 5] = [
        |sealed| sealed.signature = MlDsaSignature::default(),
        |sealed| sealed.signature = sealer(A).sign(sealed.block.hash().as_bytes(), b"training-ledger/worker/v1"),
        |sealed| sealed.signature = sealer(B).sign(sealed.block.hash().as_bytes(), BLOCK_CONTEXT),
        |sealed| sealed.block.merkle_root = H256::zero(),
        |sealed| sealed.block.number += 7,
    ];
    for change in changes {
        first_refused(Refusal::BlockSignatureInvalid, |message| change(&mut message.blocks[1]));
    }
}

#[test]
fn two_blocks_with_one_number() {
    first_refused(Refusal::BlockConflict, |message| {
        reseal(&mut message.blocks[1], |block| block.number = 1);
    });
    second_refused(Refusal::BlockConflict, |message| {
        reseal(&mut message.blocks[0], |block| block.number = 1);
    });
}

#[test]
fn a_model_offered_without_its_whole_history() {
    first_refused(Refusal::HistoryIncomplete, |message| {
        message.ops.pop();
        message.hand_over = Some(zeroed());
    });
}

#[test]
fn more_than_a_message_may_hold_is_not_even_read() {
    let (mut world, model, message) = honest();
    let Message { genesis, nonce, record, first, came_from, blocks, ops, hand_over } = message;
    let send = |world: &mut World, blocks: Vec<SealedBlock<u64>>, ops: Vec<SealedOp<u64>>| {
        let head = (genesis, nonce, &record, first, came_from);
        let bytes = (55u8, RECEIVE_SYNC_INDEX, head, blocks, ops, &hand_over).encode();
        let call = Transact { origin_kind: OriginKind::Xcm, fallback_max_weight: None, call: bytes.into() };
        let mut sent = forge(A, B, Call::receive_ack { model, nonce: 1, outcome: SyncOutcome::Accepted });
        sent.xcm.0[2] = call;
        matches!(world.execute(&sent), Executed::Complete { .. }) && on_the_way() > 0
    };
    let (blocks, ops) = (blocks.into_inner(), ops.into_inner());
    let many = |count: u32| ops.iter().cycle().take(count as usize).cloned().collect::<Vec<_>>();
    assert!(!send(&mut world, blocks.clone(), many(MAX_SYNC_OPS + 1)));
    let five = blocks.iter().cycle().take(MAX_SYNC_BLOCKS as usize + 1).cloned().collect();
    assert!(!send(&mut world, five, ops.clone()));
    world.on(B, || assert!(Inbound::<Test>::get(A, model).is_none()));
    // As encoded here, what it may hold is read.
    assert!(send(&mut world, blocks, ops));
}

#[test]
fn a_refusal_is_told_to_the_sender_and_the_next_request_goes_on() {
    let (mut world, model, message) = honest();
    let key_hash = hash_of(&sealer(A));
    world.on(B, || {
        assert_ok!(UserModelSync::refuse_sealing_key(RuntimeOrigin::root(), A, key_hash));
    });
    let reason = Refusal::SealingKeyNotAccepted;
    world.execute(&forge(A, B, Call::receive_sync { message: Box::new(message) }));
    world.on(A, || {
        events();
    });
    world.deliver_all();
    world.on(A, || {
        assert_eq!(events(), [Event::SyncRefused { model, target: B, nonce: 1, reason }]);
        assert_eq!(request_state(model, B), RequestState::Refused(reason));
        assert_eq!(route(model, B).acknowledged, 0);
    });
    world.on(B, || {
        assert_ok!(UserModelSync::accept_sealing_key(RuntimeOrigin::root(), A, key_hash));
    });
    world.on(A, || {
        assert_ok!(sync(model, B));
    });
    world.deliver_all();
    world.on(A, || assert_eq!(request_state(model, B), RequestState::Acknowledged));
    world.on(B, || assert_eq!(Mirrors::<Test>::get(A, model).map(|mirror| mirror.length), Some(3)));
}
