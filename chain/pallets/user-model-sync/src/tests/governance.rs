// SPDX-License-Identifier: Apache-2.0
use super::{scenario::*, world::*};
use crate::{mock::*, *};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::DispatchError,
};

#[test]
fn root_says_whom_a_chain_listens_to() {
    World::bare(&[A]).on(A, || {
        let root = RuntimeOrigin::root;
        assert_ok!(UserModelSync::accept_chain(root(), B, genesis(B)));
        assert_eq!(events(), [Event::ChainAccepted { para: B, genesis: genesis(B) }]);
        assert_eq!(AcceptedChains::<Test>::get(B), Some(genesis(B)));
        assert_noop!(UserModelSync::accept_chain(root(), B, genesis(C)), Error::<Test>::ChainAlreadyAccepted);
        assert_noop!(UserModelSync::accept_chain(root(), A, genesis(A)), Error::<Test>::ChainIsSelf);
        assert_ok!(UserModelSync::refuse_chain(root(), B));
        assert_eq!(events(), [Event::ChainRefused { para: B }]);
        assert_noop!(UserModelSync::refuse_chain(root(), B), Error::<Test>::ChainNotAccepted);
    });
}

#[test]
fn root_says_whose_blocks_a_chain_believes() {
    World::bare(&[A]).on(A, || {
        let (root, key_hash) = (RuntimeOrigin::root, hash_of(&sealer(B)));
        assert_ok!(UserModelSync::accept_sealing_key(root(), B, key_hash));
        assert_eq!(events(), [Event::SealingKeyAccepted { para: B, key_hash }]);
        let again = UserModelSync::accept_sealing_key(root(), B, key_hash);
        assert_noop!(again, Error::<Test>::SealingKeyAlreadyAccepted);
        assert_ok!(UserModelSync::refuse_sealing_key(root(), B, key_hash));
        assert_eq!(events(), [Event::SealingKeyRefused { para: B, key_hash }]);
        let again = UserModelSync::refuse_sealing_key(root(), B, key_hash);
        assert_noop!(again, Error::<Test>::SealingKeyNotAccepted);
    });
}

#[test]
fn nobody_else_does() {
    World::bare(&[A]).on(A, || {
        for origin in [signed(USER), RuntimeOrigin::none(), Origin::Sibling(B).into()] {
            let hash = H256::zero();
            assert_noop!(UserModelSync::accept_chain(origin.clone(), B, hash), DispatchError::BadOrigin);
            assert_noop!(UserModelSync::refuse_chain(origin.clone(), B), DispatchError::BadOrigin);
            assert_noop!(UserModelSync::accept_sealing_key(origin.clone(), B, hash), DispatchError::BadOrigin);
            assert_noop!(UserModelSync::refuse_sealing_key(origin, B, hash), DispatchError::BadOrigin);
        }
    });
}
