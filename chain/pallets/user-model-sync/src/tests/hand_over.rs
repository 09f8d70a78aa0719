// SPDX-License-Identifier: Apache-2.0
//! Ownership that moves: never two owners, and none only until an answer comes.

use super::{scenario::*, world::*};
use crate::{mock::*, *};
use pallet_user_models::{Custodies, Custody, Error as UserModelsError, ForkSource, VersionSource};
use polkadot_sdk::frame_support::{assert_noop, assert_ok};
use training_primitives::{groth16::number, *};

/// A model on A that is offered to B, with the message taken off its way.
fn offered() -> (World, ModelId, Sent) {
    let mut world = world(&[A, B, C]);
    let model = trained(&mut world, 3);
    sync_all(&mut world, A, B, model);
    let offer = offer(&mut world, A, B, model, USER);
    world.on(A, || {
        events();
        assert_ok!(hand_over(model, B, offer));
    });
    (world, model, take())
}

/// The chains on which the owner can train the model.
fn owners(world: &mut World, model: ModelId) -> Vec<ParaId> {
    let owned = |para: &ParaId| world.on(*para, || UserModels::owned_model(&USER, model).is_ok());
    [A, B, C].into_iter().filter(owned).collect()
}

/// Hands the model over and delivers everything.
fn move_to(world: &mut World, from: ParaId, to: ParaId, model: ModelId) -> RequestState {
    let offer = offer(world, from, to, model, USER);
    world.on(from, || {
        assert_ok!(hand_over(model, to, offer));
    });
    world.deliver_all();
    world.on(from, || request_state(model, to))
}

#[test]
fn the_receiver_owns_what_it_has_accepted() {
    let (mut world, model, message) = offered();
    let before = world.on(A, || {
        let fee = ENDOWMENT - Balances::free_balance(USER);
        assert!(fee > 0);
        assert!(matches!(events()[..], [Event::HandOverSent { target: B, nonce: 2, owner: USER, .. }]));
        assert_eq!(Custodies::<Test>::get(model), Some(Custody::Locked { para: B }));
        model_record(model)
    });
    assert!(owners(&mut world, model).is_empty());
    world.on(B, || {
        events();
    });
    world.execute(&message);
    world.on(B, || {
        let (para, base) = (A, base_of(B));
        let updated = Event::MirrorUpdated { para, model, nonce: 2, length: 3 };
        assert_eq!(events(), [Event::ModelReceived { para, model, owner: USER, base }, updated]);
        let record = model_record(model);
        assert_eq!((record.owner, record.user_id, record.base), (USER, before.user_id, base));
        assert_eq!((record.head, record.length, record.version), (before.head, 3, before.version));
        assert_eq!(record.state, before.state);
        let version = pallet_user_models::Versions::<Test>::get(model, record.version).expect("a version");
        assert_eq!((version.state, version.source), (before.state, VersionSource::Received { para: A }));
    });
    assert_eq!(owners(&mut world, model), [B]);
    world.on(A, || {
        events();
    });
    world.deliver_all();
    world.on(A, || {
        assert!(events().contains(&Event::HandedOver { model, target: B }));
        assert_eq!(Custodies::<Test>::get(model), Some(Custody::HandedOver { para: B }));
    });
    assert_eq!(owners(&mut world, model), [B]);
}

#[test]
fn what_was_not_synced_yet_goes_along() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 3);
    let fee = world.on(A, || UserModelSync::hand_over_fee(model, B).expect("an estimate"));
    assert_eq!(move_to(&mut world, A, B, model), RequestState::Acknowledged);
    world.on(A, || assert_eq!(ENDOWMENT - Balances::free_balance(USER), fee));
    world.on(B, || {
        assert_eq!(MirrorOps::<Test>::iter_prefix((A, model)).count(), 3);
        assert_eq!(model_record(model).length, 3);
    });
}

#[test]
fn a_model_is_handed_over_with_its_whole_history_or_not_at_all() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, MAX_SYNC_OPS + 1);
    let too_much = offer(&mut world, A, B, model, USER);
    world.on(A, || {
        assert_noop!(hand_over(model, B, too_much), Error::<Test>::HistoryNotSynced);
        assert_eq!(UserModelSync::hand_over_fee(model, B), None);
    });
    sync_all(&mut world, A, B, model);
    world.on(A, || {
        assert_ok!(record(USER, model));
    });
    let unsealed = offer(&mut world, A, B, model, USER);
    world.on(A, || {
        assert_noop!(hand_over(model, B, unsealed.clone()), Error::<Test>::HistoryNotSynced);
        seal();
        assert_ok!(hand_over(model, B, unsealed));
    });
    world.deliver_all();
    world.on(B, || assert_eq!(model_record(model).length, MAX_SYNC_OPS + 2));
}

#[test]
fn a_model_that_is_offered_is_locked() {
    let (mut world, model, _) = offered();
    let again = offer(&mut world, A, C, model, USER);
    world.on(A, || {
        let locked = UserModelsError::<Test>::ModelLocked;
        assert_noop!(record(USER, model), locked);
        assert_noop!(hand_over(model, C, again), UserModelsError::<Test>::ModelLocked);
        assert_noop!(UserModels::adopt_generation(signed(USER), model), UserModelsError::<Test>::ModelLocked);
        assert_noop!(UserModels::set_priors(signed(USER), model, None), UserModelsError::<Test>::ModelLocked);
        assert_eq!(UserModelSync::hand_over_fee(model, C), None);
        // What is recorded may be shown to others.
        assert_ok!(sync(model, C));
        // Others fork what they may as before.
        let (user_id, nullifier) = (number(78), fresh());
        let request = training_primitives::binding::request_hash(b"fork", &user_id);
        pallet_user_models::Grants::<Test>::insert(
            model,
            OTHER,
            pallet_user_models::Grant { kem_key: H256::zero(), since: 0 },
        );
        let proof = ownership(genesis(A), OTHER, model, request, user_id, nullifier);
        assert_ok!(UserModels::fork_model(signed(OTHER), ForkSource::Model(model), user_id, nullifier, proof));
    });
}

#[test]
fn a_model_that_was_handed_over_is_not_trained_here_any_more() {
    let (mut world, model, message) = offered();
    world.execute(&message);
    world.deliver_all();
    let again = offer(&mut world, A, C, model, USER);
    world.on(A, || {
        let handed_over = || UserModelsError::<Test>::ModelHandedOver;
        assert_noop!(record(USER, model), handed_over());
        assert_noop!(hand_over(model, C, again), handed_over());
        // Its record stays, for what it earned here.
        assert_ok!(UserModels::recorded_model(&USER, model));
        assert_noop!(UserModels::recorded_model(&OTHER, model), UserModelsError::<Test>::NotModelOwner);
    });
}

#[test]
fn a_lost_offer_leaves_the_model_locked_until_a_retry() {
    let (mut world, model, message) = offered();
    world.on(A, || {
        System::set_block_number(100);
        assert_ok!(UserModelSync::expire_sync(signed(OTHER), model, B, 2));
        // It may have arrived: nobody here can know.
        assert_eq!(Custodies::<Test>::get(model), Some(Custody::Locked { para: B }));
        // Whoever wants it resolved can have it resolved.
        assert_ok!(UserModelSync::retry_sync(signed(OTHER), model, B, 2));
    });
    assert_eq!(SENT.with_borrow(|all| all[0].xcm.clone()), message.xcm);
    assert!(owners(&mut world, model).is_empty());
    world.deliver_all();
    assert_eq!(owners(&mut world, model), [B]);
    world.on(A, || assert_eq!(Custodies::<Test>::get(model), Some(Custody::HandedOver { para: B })));
}

#[test]
fn a_lost_answer_to_an_offer_leaves_one_owner() {
    let (mut world, model, message) = offered();
    world.execute(&message);
    take();
    assert_eq!(owners(&mut world, model), [B]);
    world.on(A, || {
        System::set_block_number(100);
        assert_ok!(UserModelSync::expire_sync(signed(USER), model, B, 2));
    });
    assert_eq!(owners(&mut world, model), [B]);
    world.on(A, || {
        assert_ok!(retry(model, B, 2));
    });
    world.deliver_all();
    assert_eq!(owners(&mut world, model), [B]);
    world.on(A, || assert_eq!(Custodies::<Test>::get(model), Some(Custody::HandedOver { para: B })));
}

#[test]
fn a_doubled_offer_gives_nothing_twice() {
    let (mut world, model, message) = offered();
    world.execute(&message);
    world.deliver_all();
    // It comes back, and the old offer comes again.
    assert_eq!(move_to(&mut world, B, A, model), RequestState::Acknowledged);
    assert_eq!(owners(&mut world, model), [A]);
    world.execute(&message);
    let doubled = take();
    assert_eq!(answer_of(&doubled), (2, SyncOutcome::Accepted));
    world.execute(&doubled);
    assert_eq!(owners(&mut world, model), [A]);
    // And after the next message, too.
    world.on(A, || train(model, 1));
    sync_all(&mut world, A, B, model);
    world.execute(&message);
    assert_eq!(on_the_way(), 0);
    assert_eq!(owners(&mut world, model), [A]);
}

/// An offer that B refuses unlocks the model on A, and leaves nothing on B.
fn refused(reason: Refusal, prepare: impl FnOnce(&mut World, ModelId, &mut HandOver<u64>)) {
    let mut world = world(&[A, B, C]);
    let model = trained(&mut world, 2);
    let mut offer = offer(&mut world, A, B, model, USER);
    prepare(&mut world, model, &mut offer);
    let before = world.on(B, stored);
    world.on(A, || {
        assert_ok!(hand_over(model, B, offer));
        events();
    });
    world.deliver_all();
    world.on(A, || {
        let target = B;
        let told = Event::SyncRefused { model, target, nonce: 1, reason };
        assert_eq!(events(), [told, Event::HandOverRefused { model, target }]);
        assert_eq!(Custodies::<Test>::get(model), None);
    });
    world.on(B, || assert_eq!(stored(), before));
    // The owner goes on here, and may try again.
    world.on(A, || train(model, 1));
    world.on(A, || assert!(UserModelSync::hand_over_fee(model, B).is_some()));
}

#[test]
fn an_offer_is_refused_for_a_base_model_that_does_not_fit() {
    refused(Refusal::BaseModelNotFound, |_, _, offer| offer.base = H256::zero());
    refused(Refusal::ShapeMismatch, |world, _, offer| {
        offer.base = H256::repeat_byte(99);
        world.on(B, || register_base(offer.base, Shape { features: 3, classes: 2 }));
    });
}

#[test]
fn an_offer_is_refused_without_the_new_owners_proof() {
    refused(Refusal::OwnershipProofRejected, |_, _, offer| offer.nullifier = fresh());
    refused(Refusal::OwnershipProofRejected, |_, _, offer| offer.proof = [0; 128]);
    // Another account's proof, a proof for another chain, and one for another state of the model.
    refused(Refusal::OwnershipProofRejected, |_, _, offer| offer.owner = OTHER);
    refused(Refusal::OwnershipProofRejected, |world, model, offer| {
        offer.proof = super::scenario::offer(world, A, C, model, USER).proof;
    });
    refused(Refusal::OwnershipProofRejected, |world, model, _| world.on(A, || train(model, 1)));
    refused(Refusal::NullifierUsed, |world, _, offer| {
        world.on(B, || UserModels::spend_nullifier(offer.nullifier));
    });
    refused(Refusal::VerifyingKeyNotFound, |world, _, _| {
        world.on(B, || {
            let key = (None::<BaseModelId>, Circuit::Ownership, Shape::default());
            pallet_zkpot::VerifyingKeys::<Test>::remove(key);
        });
    });
}

#[test]
fn an_offer_is_refused_with_what_no_circuit_takes() {
    let changes: [fn(&mut pallet_user_models::UserModel<u64, u64>); 2] =
        [|record| record.user_id = [255; 32], |record| record.state.commitment = [255; 32]];
    for change in changes {
        refused(Refusal::NotCanonical, |world, model, _| {
            world.on(A, || {
                let mut record = model_record(model);
                change(&mut record);
                pallet_user_models::UserModels::<Test>::insert(model, record);
            });
        });
    }
}

#[test]
fn an_offer_is_refused_if_the_user_id_is_anothers_there() {
    refused(Refusal::UserIdTaken, |world, model, _| {
        let user_id = world.on(A, || model_record(model).user_id);
        world.on(B, || {
            fork(OTHER, user_id);
        });
    });
}

#[test]
fn a_chain_hands_over_only_what_it_has() {
    // B says that a model which is owned on A, and mirrored there, is its own to give.
    let (mut world, model, _) = offered();
    let message = message_of(&{
        let other = world.on(B, || {
            let other = fork(USER, number(77));
            train(other, 1);
            other
        });
        let offer = offer(&mut world, B, A, other, USER);
        world.on(B, || {
            assert_ok!(hand_over(other, A, offer));
        });
        take()
    });
    let claim = |model| SyncMessage {
        record: ModelRecord { model, head: H256::zero(), length: 0, ..message.record.clone() },
        blocks: Default::default(),
        ops: Default::default(),
        ..message.clone()
    };
    let answer = |world: &mut World, from, message: SyncMessage<u64>| {
        world.execute(&forge(from, A, Call::receive_sync { message: Box::new(message) }));
        answer_of(&take()).1
    };
    let not_its = SyncOutcome::Refused(Refusal::NotCustodian);
    // Locked for B, which has not accepted; then owned on B, which C does not represent.
    assert_eq!(answer(&mut world, B, claim(model)), not_its);
    world.on(A, || UserModels::hand_over_model(model, B));
    let from_c = SyncMessage { genesis: genesis(C), ..claim(model) };
    assert_eq!(answer(&mut world, C, from_c), not_its);
    // And owned here.
    let here = world.on(A, || fork(USER, number(77)));
    assert_eq!(answer(&mut world, B, claim(here)), not_its);
    // What comes back is what left: not fewer ops, nor another base model or user.
    let back = SyncMessage { nonce: 2, ..claim(model) };
    assert_eq!(answer(&mut world, B, back), SyncOutcome::Refused(Refusal::ModelChanged));
}

#[test]
fn a_model_comes_and_goes_and_its_history_is_one() {
    let (mut world, model, message) = offered();
    world.execute(&message);
    world.deliver_all();
    // Recording goes on at the new home, where the chain of ops stands.
    let head = world.on(B, || {
        let before = model_record(model);
        train(model, 2);
        let first = pallet_training_ledger::ModelOps::<Test>::get(model, 3).expect("an op");
        let first = pallet_training_ledger::Ops::<Test>::get(first).expect("an op");
        assert_eq!((first.prev_hash, first.base), (before.head, base_of(B)));
        // A receipt that was used on A is used up here.
        let receipt = MirrorOps::<Test>::get((A, model), 0).expect("an op").op.claims.interaction;
        assert!(pallet_training_ledger::UsedReceipts::<Test>::contains_key(receipt));
        model_record(model).head
    });
    // What B recorded is mirrored on A, on from what A recorded itself.
    sync_all(&mut world, B, A, model);
    world.on(A, || {
        let mirror = Mirrors::<Test>::get(B, model).expect("a mirror");
        assert_eq!((mirror.length, mirror.head), (5, head));
        assert_eq!(MirrorOps::<Test>::iter_prefix((B, model)).count(), 2);
    });
    // A third chain takes B's part only after A's.
    world.on(B, || {
        assert_ok!(sync(model, C));
    });
    world.deliver_all();
    world.on(B, || assert_eq!(request_state(model, C), RequestState::Refused(Refusal::HistoryUnknown)));
    let unknown = offer(&mut world, B, C, model, USER);
    world.on(B, || {
        assert_ok!(hand_over(model, C, unknown));
    });
    world.deliver_all();
    assert_eq!(owners(&mut world, model), [B]);
    // Back home, recording goes on once more.
    assert_eq!(move_to(&mut world, B, A, model), RequestState::Acknowledged);
    assert_eq!(owners(&mut world, model), [A]);
    world.on(A, || {
        assert_eq!((model_record(model).length, model_record(model).head), (5, head));
        let absence = Absence { until: 5, came_from: B };
        assert_eq!(Absences::<Test>::get(model, 3), Some(absence));
        train(model, 1);
    });
    // The other chains follow: B from where it stopped, C with A's two parts around B's.
    sync_all(&mut world, A, B, model);
    world.on(A, || {
        assert_ok!(sync(model, C));
    });
    world.deliver_all();
    world.on(A, || {
        assert_eq!(route(model, C).acknowledged, 3);
        assert_ok!(sync(model, C));
    });
    world.deliver_all();
    world.on(A, || assert_eq!(request_state(model, C), RequestState::Refused(Refusal::HistoryUnknown)));
    assert_eq!(move_to(&mut world, A, B, model), RequestState::Acknowledged);
    // What A recorded is A's to show, wherever the model is owned now.
    for (from, state) in [
        (B, RequestState::Acknowledged),
        (B, RequestState::Refused(Refusal::HistoryUnknown)),
        (A, RequestState::Acknowledged),
        (B, RequestState::Acknowledged),
    ] {
        world.on(from, || {
            assert_ok!(sync(model, C));
        });
        world.deliver_all();
        world.on(from, || assert_eq!(request_state(model, C), state));
    }
    assert_eq!(owners(&mut world, model), [B]);
    let histories = [A, B, C].map(|para| world.on(para, || history(number(77))));
    assert_eq!(histories[0].len(), 6);
    assert!(histories.iter().all(|history| *history == histories[0]));
    let paras: Vec<ParaId> = histories[0].iter().map(|entry| entry.para).collect();
    assert_eq!(paras, [A, A, A, B, B, A]);
}

#[test]
fn a_model_that_was_never_trained_moves_too() {
    let mut world = world(&[A, B, C]);
    let model = world.on(A, || fork(USER, number(77)));
    assert_eq!(move_to(&mut world, A, B, model), RequestState::Acknowledged);
    assert_eq!(move_to(&mut world, B, C, model), RequestState::Acknowledged);
    assert_eq!(owners(&mut world, model), [C]);
    world.on(C, || train(model, 1));
    assert_eq!(move_to(&mut world, C, B, model), RequestState::Acknowledged);
    // A knows nothing of C: it takes the model from B, to which it gave it, with C's op unknown.
    assert_eq!(move_to(&mut world, B, A, model), RequestState::Refused(Refusal::HistoryUnknown));
    assert_eq!(owners(&mut world, model), [B]);
}

#[test]
fn only_the_owner_hands_over_and_to_an_accepted_chain() {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 1);
    let offer = offer(&mut world, A, B, model, USER);
    world.on(A, || {
        assert_noop!(hand_over(model, C, offer.clone()), Error::<Test>::ChainNotAccepted);
        let HandOver { owner, base, nullifier, proof } = offer.clone();
        let by_other = UserModelSync::hand_over(signed(OTHER), model, B, owner, base, nullifier, proof);
        let by_other = by_other.map(|_| ()).map_err(|refused| refused.error);
        assert_noop!(by_other, UserModelsError::<Test>::NotModelOwner);
        assert_ok!(sync(model, B));
        assert_noop!(hand_over(model, B, offer), Error::<Test>::RequestOutstanding);
    });
}
