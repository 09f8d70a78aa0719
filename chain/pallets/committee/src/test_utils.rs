// SPDX-License-Identifier: Apache-2.0
//! Committees that are ready, for the tests of the pallets above.

use crate::*;
use frame_support::assert_ok;
use frame_system::RawOrigin;
use polkadot_sdk::sp_core::H256;
use training_primitives::*;

/// Forms a committee as the owner and takes its members to their key.
pub fn make_ready<T: Config>(owner: &T::AccountId, base: BaseModelId, members: &[T::AccountId], threshold: u8) {
    let signed = |account: &T::AccountId| RawOrigin::Signed(account.clone()).into();
    let (keys, dealing, key) = (H256::repeat_byte(1), H256::repeat_byte(2), H256::repeat_byte(3));
    let accounts = members.to_vec().try_into().expect("a small committee");
    assert_ok!(Pallet::<T>::form_committee(signed(owner), base, accounts, threshold));
    for member in members {
        assert_ok!(Pallet::<T>::accept_membership(signed(member), base, keys));
    }
    for member in members {
        assert_ok!(Pallet::<T>::commit_dealing(signed(member), base, dealing));
    }
    for member in members {
        assert_ok!(Pallet::<T>::confirm_key(signed(member), base, key));
    }
    assert!(Pallet::<T>::is_ready(base));
}

/// Lets as many members as the threshold vote against an op.
pub fn exclude<T: Config>(base: BaseModelId, sequence: u64) {
    let committee = Committees::<T>::get(base).expect("a committee");
    for member in committee.members.iter().take(committee.threshold.into()) {
        let origin = RawOrigin::Signed(member.account.clone()).into();
        let sequences = alloc::vec![sequence].try_into().expect("one");
        assert_ok!(Pallet::<T>::exclude_ops(origin, base, sequences));
    }
}

/// Lets as many members as the threshold open the aggregate that a round sealed.
pub fn open<T: Config>(base: BaseModelId, round: RoundIndex) {
    let committee = Committees::<T>::get(base).expect("a committee");
    let content = T::Rounds::sealed_aggregate(base, round).expect("a sealed round without a generation");
    let members = || committee.members.iter().take(committee.threshold.into()).map(|member| member.account.clone());
    for member in members() {
        assert_ok!(Pallet::<T>::approve_aggregate(RawOrigin::Signed(member).into(), base, round, content));
    }
    for member in members() {
        let origin = RawOrigin::Signed(member).into();
        assert_ok!(Pallet::<T>::submit_partial_decryption(origin, base, round, 0, H256::zero()));
    }
}
