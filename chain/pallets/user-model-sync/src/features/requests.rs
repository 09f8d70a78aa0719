// SPDX-License-Identifier: Apache-2.0
//! What the sender's side asks of a sibling.

use crate::*;
use frame_support::{ensure, pallet_prelude::*, traits::Get};
use pallet_user_models::{Error as UserModelsError, Pallet as UserModels};
use polkadot_sdk::{frame_system::pallet_prelude::BlockNumberFor, sp_runtime::Saturating};
use training_primitives::*;

type RequestOf<T> = Request<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;
type RouteOf<T> = Route<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

/// A message, and how many ops the blocks in it have.
pub(crate) struct Draft<AccountId> {
    pub message: SyncMessage<AccountId>,
    leaves: u32,
}

impl<AccountId> Draft<AccountId> {
    fn weight<T: Config>(&self) -> Option<Weight> {
        let SyncMessage { ops, blocks, .. } = &self.message;
        Some(<T as Config>::WeightInfo::send(ops.len() as u32, blocks.len() as u32, self.leaves))
    }
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_sync_model(owner: T::AccountId, model: ModelId, target: ParaId) -> DispatchResultWithPostInfo {
        // Wherever the model is owned now: what was recorded here is shown from here.
        UserModels::<T>::recorded_model(&owner, model)?;
        let draft = Self::draft(Self::record_of(model)?, target, None)?;
        let weight = draft.weight::<T>();
        let (nonce, first, count) = (draft.message.nonce, draft.message.first, draft.message.ops.len() as u32);
        let fee = Self::open_request(&owner, target, draft)?;
        Self::deposit_event(Event::SyncSent { model, target, nonce, first, count, fee });
        Ok(weight.into())
    }

    pub(crate) fn do_hand_over(
        signer: T::AccountId,
        model: ModelId,
        target: ParaId,
        offer: HandOver<T::AccountId>,
    ) -> DispatchResultWithPostInfo {
        UserModels::<T>::owned_model(&signer, model)?;
        let owner = offer.owner.clone();
        let draft = Self::draft(Self::record_of(model)?, target, Some(offer))?;
        let (weight, nonce) = (draft.weight::<T>(), draft.message.nonce);
        let fee = Self::open_request(&signer, target, draft)?;
        UserModels::<T>::lock_model(model, target);
        Self::deposit_event(Event::HandOverSent { model, target, nonce, owner, fee });
        Ok(weight.into())
    }

    pub(crate) fn do_retry_sync(
        payer: T::AccountId,
        model: ModelId,
        target: ParaId,
        nonce: u64,
    ) -> DispatchResultWithPostInfo {
        let mut route = Self::outstanding(model, target, nonce)?;
        ensure!(AcceptedChains::<T>::contains_key(target), Error::<T>::ChainNotAccepted);
        let draft = Self::redraft(&route.request);
        let weight = draft.weight::<T>();
        let fee = Self::pay_and_send(&payer, target, draft.message)?;
        route.request.sent = frame_system::Pallet::<T>::block_number();
        route.request.state = RequestState::Pending;
        Routes::<T>::insert(model, target, route);
        Self::deposit_event(Event::SyncRetried { model, target, nonce, fee });
        Ok(weight.into())
    }

    pub(crate) fn do_expire_sync(model: ModelId, target: ParaId, nonce: u64) -> DispatchResult {
        let mut route = Self::outstanding(model, target, nonce)?;
        let due = route.request.state == RequestState::Pending && Self::is_past_deadline(&route.request);
        ensure!(due, Error::<T>::DeadlineNotReached);
        route.request.state = RequestState::TimedOut;
        Routes::<T>::insert(model, target, route);
        Self::deposit_event(Event::SyncTimedOut { model, target, nonce });
        Ok(())
    }

    /// The route whose newest request has this nonce and no answer yet.
    fn outstanding(model: ModelId, target: ParaId, nonce: u64) -> Result<RouteOf<T>, Error<T>> {
        let route = Routes::<T>::get(model, target).ok_or(Error::<T>::RouteNotFound)?;
        ensure!(route.request.nonce == nonce, Error::<T>::NonceMismatch);
        ensure!(route.is_outstanding(), Error::<T>::RequestResolved);
        Ok(route)
    }

    fn is_past_deadline(request: &RequestOf<T>) -> bool {
        let waited = frame_system::Pallet::<T>::block_number().saturating_sub(request.sent);
        waited >= T::SyncTimeout::get()
    }

    /// The newest request and what is acknowledged. A request past its deadline has timed out, said so or not.
    pub fn sync_state(model: ModelId, target: ParaId) -> Option<RouteOf<T>> {
        let mut route = Routes::<T>::get(model, target)?;
        if route.is_outstanding() && Self::is_past_deadline(&route.request) {
            route.request.state = RequestState::TimedOut;
        }
        Some(route)
    }

    /// The model as this chain tells it to others: as it is, or as it was when it was handed over.
    pub(crate) fn record_of(model: ModelId) -> Result<ModelRecord, UserModelsError<T>> {
        let record = pallet_user_models::UserModels::<T>::get(model).ok_or(UserModelsError::<T>::ModelNotFound)?;
        let base = pallet_user_models::BaseModels::<T>::get(record.base);
        let shape = base.ok_or(UserModelsError::<T>::BaseModelNotFound)?.shape;
        let pallet_user_models::UserModel { user_id, base, state, head, length, version, .. } = record;
        Ok(ModelRecord { model, user_id, base, shape, state, head, length, version })
    }

    /// The next message to a sibling about a model.
    pub(crate) fn draft(
        record: ModelRecord,
        target: ParaId,
        hand_over: Option<HandOver<T::AccountId>>,
    ) -> Result<Draft<T::AccountId>, Error<T>> {
        ensure!(AcceptedChains::<T>::contains_key(target), Error::<T>::ChainNotAccepted);
        let (acknowledged, version, nonce) = match Routes::<T>::get(record.model, target) {
            Some(route) if route.is_outstanding() => return Err(Error::<T>::RequestOutstanding),
            Some(route) => (route.acknowledged, route.version, route.request.nonce.saturating_add(1)),
            None => (0, None, 1),
        };
        let (first, came_from) = Self::next_op(record.model, acknowledged);
        let draft = Self::compose(nonce, record, first, MAX_SYNC_OPS, came_from, hand_over);
        let SyncMessage { record, ops, hand_over, .. } = &draft.message;
        let complete = first.saturating_add(ops.len() as u32) == record.length;
        if hand_over.is_some() {
            ensure!(complete, Error::<T>::HistoryNotSynced);
        } else {
            // Without a new op the version may be one that the chain does not know: an adopted generation.
            ensure!(!ops.is_empty() || (complete && version != Some(record.version)), Error::<T>::NothingToSync);
        }
        Ok(draft)
    }

    /// The message of a request, to the byte.
    pub(crate) fn redraft(request: &RequestOf<T>) -> Draft<T::AccountId> {
        let Request { nonce, record, first, count, came_from, hand_over, .. } = request.clone();
        Self::compose(nonce, record, first, count, came_from, hand_over)
    }

    fn compose(
        nonce: u64,
        record: ModelRecord,
        first: u32,
        limit: u32,
        came_from: Option<ParaId>,
        hand_over: Option<HandOver<T::AccountId>>,
    ) -> Draft<T::AccountId> {
        let batch = Self::batch(record.model, first, limit);
        let message = SyncMessage {
            genesis: UserModels::<T>::genesis_hash(),
            nonce,
            record,
            first,
            came_from,
            blocks: BoundedVec::truncate_from(batch.blocks),
            ops: BoundedVec::truncate_from(batch.ops),
            hand_over,
        };
        Draft { message, leaves: batch.leaves }
    }

    /// Sends a drafted message as the newest request of its route, and returns the fee paid.
    fn open_request(
        payer: &T::AccountId,
        target: ParaId,
        draft: Draft<T::AccountId>,
    ) -> Result<BalanceOf<T>, DispatchError> {
        let SyncMessage { nonce, record, first, came_from, ops, hand_over, .. } = &draft.message;
        let model = record.model;
        let request = Request {
            nonce: *nonce,
            record: record.clone(),
            first: *first,
            count: ops.len() as u32,
            came_from: *came_from,
            hand_over: hand_over.clone(),
            sent: frame_system::Pallet::<T>::block_number(),
            state: RequestState::Pending,
        };
        let fee = Self::pay_and_send(payer, target, draft.message)?;
        let (acknowledged, version) =
            Routes::<T>::get(model, target).map_or((0, None), |route| (route.acknowledged, route.version));
        Routes::<T>::insert(model, target, Route { acknowledged, version, request });
        Ok(fee)
    }
}
