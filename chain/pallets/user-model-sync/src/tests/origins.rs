// SPDX-License-Identifier: Apache-2.0
//! Who is heard: this pallet on an accepted sibling, in the one form of message that it sends.

use super::{scenario::*, world::*};
use crate::{mock::*, *};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::DispatchError,
    staging_xcm::latest::{prelude::*, Outcome as Executed},
};

fn honest() -> (World, Sent) {
    let mut world = world(&[A, B]);
    let model = trained(&mut world, 1);
    world.on(A, || {
        assert_ok!(sync(model, B));
    });
    (world, take())
}

/// Whether B does anything because of a message.
fn heard(world: &mut World, origin: impl Into<Location>, xcm: Xcm<()>) -> bool {
    let executed = matches!(world.execute_from(origin.into(), B, xcm), Executed::Complete { .. });
    executed && world.on(B, || Inbound::<Test>::iter().count() > 0)
}

fn from_a() -> Location {
    Location::new(1, [Parachain(A)])
}

#[test]
fn the_pallet_of_an_accepted_sibling_is_heard() {
    let (mut world, sent) = honest();
    assert!(heard(&mut world, from_a(), sent.xcm));
}

#[test]
fn nobody_else_is() {
    let account = AccountId32 { network: None, id: [1; 32] };
    let elsewhere: [Location; 7] = [
        Location::parent(),
        Location::here(),
        Location::new(1, [Parachain(B)]),
        Location::new(1, [Parachain(C)]),
        Location::new(2, [GlobalConsensus(NetworkId::ByGenesis([1; 32])), Parachain(A)]),
        Location::new(1, [Parachain(A), account]),
        Location::new(1, [Parachain(A), PalletInstance(31)]),
    ];
    for origin in elsewhere {
        let (mut world, sent) = honest();
        assert!(!heard(&mut world, origin, sent.xcm));
    }
}

#[test]
fn the_sibling_itself_and_its_other_pallets_are_not() {
    for other in [None, Some(PalletInstance(31)), Some(AccountId32 { network: None, id: [1; 32] })] {
        let (mut world, mut sent) = honest();
        match other {
            Some(other) => sent.xcm.0[0] = DescendOrigin(other.into()),
            None => {
                sent.xcm.0.remove(0);
            }
        }
        assert!(!heard(&mut world, from_a(), sent.xcm));
    }
}

#[test]
fn a_sibling_that_was_refused_is_not_heard() {
    let (mut world, sent) = honest();
    world.on(B, || {
        assert_ok!(UserModelSync::refuse_chain(RuntimeOrigin::root(), A));
    });
    assert!(!heard(&mut world, from_a(), sent.xcm));
}

#[test]
fn another_origin_kind_is_not_heard() {
    for kind in [OriginKind::Native, OriginKind::SovereignAccount, OriginKind::Superuser] {
        let (mut world, mut sent) = honest();
        let Transact { origin_kind, .. } = &mut sent.xcm.0[2] else { panic!("a message makes a call") };
        *origin_kind = kind;
        assert!(!heard(&mut world, from_a(), sent.xcm));
    }
}

fn stopped(executed: &Executed) -> bool {
    matches!(executed, Executed::Incomplete { error: InstructionError { error: XcmError::Barrier, .. }, .. })
}

#[test]
fn an_accepted_sibling_executes_nothing_else_unpaid() {
    let passes = |change: fn(&mut Vec<Instruction<()>>)| {
        let (mut world, mut sent) = honest();
        sent.xcm.0.pop();
        change(&mut sent.xcm.0);
        let executed = world.execute(&sent);
        assert!(stopped(&executed) || matches!(executed, Executed::Complete { .. }), "{executed:?}");
        !stopped(&executed)
    };
    let transact = |call: RuntimeCall| Transact {
        origin_kind: OriginKind::Xcm,
        fallback_max_weight: None,
        call: codec::Encode::encode(&call).into(),
    };
    assert!(passes(|_| ()));
    assert!(!passes(|steps| steps.push(steps[2].clone())));
    assert!(!passes(|steps| steps.push(ClearOrigin)));
    assert!(!passes(|steps| steps.insert(1, WithdrawAsset((Here, 1u128).into()))));
    assert!(!passes(|steps| {
        steps.remove(1);
    }));
    assert!(!passes(|steps| {
        steps.pop();
    }));
    // Its other calls, and other pallets'.
    let (mut world, mut sent) = honest();
    let model = H256::zero();
    let calls = [
        RuntimeCall::from(Call::<Test>::refuse_chain { para: A }),
        RuntimeCall::from(Call::<Test>::sync_model { model, target: A }),
        RuntimeCall::from(frame_system::Call::<Test>::remark { remark: vec![] }),
    ];
    for call in calls {
        sent.xcm.0[2] = transact(call);
        assert!(stopped(&world.execute(&sent)));
    }
}

#[test]
fn nobody_calls_in_a_siblings_name() {
    let (mut world, sent) = honest();
    let message = message_of(&sent);
    world.on(B, || {
        for origin in [signed(USER), RuntimeOrigin::root(), RuntimeOrigin::none()] {
            let received = UserModelSync::receive_sync(origin.clone(), Box::new(message.clone()));
            assert_noop!(received, DispatchError::BadOrigin);
            let outcome = SyncOutcome::Accepted;
            assert_noop!(UserModelSync::receive_ack(origin, H256::zero(), 1, outcome), DispatchError::BadOrigin);
        }
        let unknown = || RuntimeOrigin::from(Origin::Sibling(C));
        assert_noop!(
            UserModelSync::receive_sync(unknown(), Box::new(message.clone())),
            Error::<Test>::ChainNotAccepted
        );
        assert_noop!(
            UserModelSync::receive_ack(unknown(), H256::zero(), 1, SyncOutcome::Accepted),
            Error::<Test>::ChainNotAccepted
        );
    });
}

#[test]
fn a_chain_answers_only_what_it_was_asked() {
    let mut world = world(&[A, B, C]);
    let model = trained(&mut world, 1);
    world.on(A, || {
        assert_ok!(sync(model, B));
    });
    let ack = |nonce| Call::receive_ack { model, nonce, outcome: SyncOutcome::Accepted };
    // Another chain, and another nonce.
    for forged in [forge(C, A, ack(1)), forge(B, A, ack(2)), forge(B, A, ack(0))] {
        world.execute(&forged);
        world.on(A, || assert_eq!(request_state(model, B), RequestState::Pending));
    }
    world.on(A, || {
        let from = |para| RuntimeOrigin::from(Origin::Sibling(para));
        let outcome = SyncOutcome::Accepted;
        assert_noop!(UserModelSync::receive_ack(from(C), model, 1, outcome), Error::<Test>::RouteNotFound);
        assert_noop!(UserModelSync::receive_ack(from(B), model, 2, outcome), Error::<Test>::NonceMismatch);
    });
    world.execute(&forge(B, A, ack(1)));
    world.on(A, || assert_eq!(request_state(model, B), RequestState::Acknowledged));
}

#[test]
fn the_indices_are_those_of_the_calls() {
    let index = |call: Call<Test>| codec::Encode::encode(&RuntimeCall::from(call))[..2].to_vec();
    assert_eq!(index(Call::receive_sync { message: zeroed() }), [55, RECEIVE_SYNC_INDEX]);
    let ack = Call::receive_ack { model: H256::zero(), nonce: 0, outcome: SyncOutcome::Accepted };
    assert_eq!(index(ack), [55, RECEIVE_ACK_INDEX]);
}
