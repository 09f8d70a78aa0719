// SPDX-License-Identifier: Apache-2.0
//! From the owner's choice of members to their collective key.

use crate::{Member, *};
use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*};
use training_primitives::*;

type CommitteeOf<T> = Committee<<T as frame_system::Config>::AccountId>;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_form_committee(
        owner: T::AccountId,
        base: BaseModelId,
        members: Vec<T::AccountId>,
        threshold: u8,
    ) -> DispatchResult {
        let model = pallet_user_models::Pallet::<T>::base_model(base)?;
        ensure!(model.owner == owner, Error::<T>::NotBaseModelOwner);
        ensure!(members.len() >= 2, Error::<T>::TooFewMembers);
        let repeated = |(place, account)| members[..place].contains(account);
        ensure!(!members.iter().enumerate().any(repeated), Error::<T>::DuplicateMember);
        ensure!((2..=members.len()).contains(&usize::from(threshold)), Error::<T>::ThresholdInvalid);
        let epoch = match Committees::<T>::get(base) {
            Some(committee) => {
                ensure!(committee.status != CommitteeStatus::Ready, Error::<T>::CommitteeAlreadyReady);
                committee.epoch.saturating_add(1)
            }
            None => 0,
        };
        let member =
            |account: &T::AccountId| Member { account: account.clone(), keys: None, dealing: None, confirmed: None };
        let committee = Committee {
            epoch,
            members: PerMember::truncate_from(members.iter().map(member).collect()),
            threshold,
            status: CommitteeStatus::Forming,
            public_key: None,
        };
        Committees::<T>::insert(base, committee);
        Self::deposit_event(Event::CommitteeFormed { base, epoch, members, threshold });
        Ok(())
    }

    pub(crate) fn do_accept_membership(account: T::AccountId, base: BaseModelId, keys: ContentHash) -> DispatchResult {
        let (mut committee, place) = Self::member_in(base, &account, CommitteeStatus::Forming)?;
        let epoch = committee.epoch;
        ensure!(committee.members[place].keys.is_none(), Error::<T>::AlreadyAccepted);
        committee.members[place].keys = Some(keys);
        Self::deposit_event(Event::MembershipAccepted { base, epoch, member: account, keys });
        if committee.members.iter().all(|member| member.keys.is_some()) {
            committee.status = CommitteeStatus::Dealing;
            Self::deposit_event(Event::DealingBegun { base, epoch });
        }
        Committees::<T>::insert(base, committee);
        Ok(())
    }

    pub(crate) fn do_commit_dealing(account: T::AccountId, base: BaseModelId, dealing: ContentHash) -> DispatchResult {
        let (mut committee, place) = Self::member_in(base, &account, CommitteeStatus::Dealing)?;
        let epoch = committee.epoch;
        ensure!(committee.members[place].dealing.is_none(), Error::<T>::AlreadyDealt);
        committee.members[place].dealing = Some(dealing);
        Self::deposit_event(Event::DealingCommitted { base, epoch, member: account, dealing });
        if committee.members.iter().all(|member| member.dealing.is_some()) {
            committee.status = CommitteeStatus::Confirming;
            Self::deposit_event(Event::ConfirmingBegun { base, epoch });
        }
        Committees::<T>::insert(base, committee);
        Ok(())
    }

    pub(crate) fn do_confirm_key(account: T::AccountId, base: BaseModelId, public_key: ContentHash) -> DispatchResult {
        let (mut committee, place) = Self::member_in(base, &account, CommitteeStatus::Confirming)?;
        let epoch = committee.epoch;
        ensure!(committee.members[place].confirmed.is_none(), Error::<T>::AlreadyConfirmed);
        committee.members[place].confirmed = Some(public_key);
        Self::deposit_event(Event::KeyConfirmed { base, epoch, member: account, public_key });
        if committee.members.iter().all(|member| member.confirmed == Some(public_key)) {
            committee.status = CommitteeStatus::Ready;
            committee.public_key = Some(public_key);
            Self::deposit_event(Event::CommitteeReady { base, epoch, public_key });
        } else if committee.members.iter().all(|member| member.confirmed.is_some()) {
            // Who is wrong shows in the dealings, which everyone can add up. The owner forms another committee.
            Self::deposit_event(Event::KeysDiffer { base, epoch });
        }
        Committees::<T>::insert(base, committee);
        Ok(())
    }

    pub(crate) fn do_complain(
        accuser: T::AccountId,
        base: BaseModelId,
        accused: T::AccountId,
        evidence: ContentHash,
    ) -> DispatchResult {
        let (mut committee, place) = Self::member_in(base, &accuser, CommitteeStatus::Confirming)?;
        let epoch = committee.epoch;
        let dealer = committee.position(&accused).ok_or(Error::<T>::DealerNotMember)?;
        ensure!(dealer != place, Error::<T>::OwnDealing);
        committee.status = CommitteeStatus::Failed { accused: accused.clone(), accuser: accuser.clone(), evidence };
        Committees::<T>::insert(base, committee);
        Self::deposit_event(Event::CommitteeFailed { base, epoch, accused, accuser, evidence });
        Ok(())
    }

    /// The committee in this status, and the place of a member of it.
    fn member_in(
        base: BaseModelId,
        account: &T::AccountId,
        status: CommitteeStatus<T::AccountId>,
    ) -> Result<(CommitteeOf<T>, usize), Error<T>> {
        let committee = Committees::<T>::get(base).ok_or(Error::<T>::CommitteeNotFound)?;
        let place = committee.position(account).ok_or(Error::<T>::NotMember)?;
        ensure!(committee.status == status, Error::<T>::WrongStatus);
        Ok((committee, place))
    }

    /// The committee that has the federation's key, if this account is in it.
    pub(crate) fn ready_member(base: BaseModelId, account: &T::AccountId) -> Result<CommitteeOf<T>, Error<T>> {
        let committee = Committees::<T>::get(base).ok_or(Error::<T>::CommitteeNotFound)?;
        ensure!(committee.position(account).is_some(), Error::<T>::NotMember);
        ensure!(committee.status == CommitteeStatus::Ready, Error::<T>::CommitteeNotReady);
        Ok(committee)
    }

    /// Whether the federation has a key to which updates can be encrypted.
    pub fn is_ready(base: BaseModelId) -> bool {
        Committees::<T>::get(base).is_some_and(|committee| committee.status == CommitteeStatus::Ready)
    }
}
