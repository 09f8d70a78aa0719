// SPDX-License-Identifier: Apache-2.0
// Showing a model's sealed ops to another chain, one message after the other.
import type { Hex, LedgerEvent } from '@training-ledger/runtime-types';
import { type ClientContext, eventData, required } from './context.ts';
import type { Estimate, PreparedCall } from './prepared-call.ts';
import { isOutstanding, syncState } from './sync-state.ts';

/** A message that was sent. */
export interface SentMessage {
  readonly nonce: bigint;
  /** Plancks that were paid for it beside the call's own fee. */
  readonly fee: bigint;
}

/** A message with ops. */
export interface SentSync extends SentMessage {
  /** Index of its first op, and how many ops it has. */
  readonly first: number;
  readonly count: number;
}

/** What one message to another chain costs. Amounts in plancks. */
export interface SyncEstimate {
  /** Of the message: its delivery, what it does there, and the answer. */
  readonly message: bigint;
  /** Of the call that sends it, at most: it is charged for the largest message before, and for this one after. */
  readonly call: Estimate;
  /** At most, together. */
  readonly total: bigint;
}

/** Prepares one message with the next sealed ops of a model. */
export function prepareSync(
  { chain, identity }: ClientContext,
  model: Hex,
  target: number,
): PreparedCall<SentSync> {
  const sent = (events: readonly LedgerEvent[]): SentSync => {
    const { nonce, first, count, fee } = eventData(events, 'SyncSent');
    return { nonce, first, count, fee };
  };
  return chain.prepare(identity.account, 'userModelSync', 'syncModel', { model, target }, sent);
}

/**
 * What the next message would cost, or sending the outstanding one again.
 * @throws PalletError `userModelSync.NothingToSync`, `ChainNotAccepted` and whatever else would keep it from being sent.
 */
export async function estimateSync(
  context: ClientContext,
  model: Hex,
  target: number,
): Promise<SyncEstimate> {
  const state = await syncState(context.chain, model, target);
  const call: PreparedCall<SentMessage> = isOutstanding(state)
    ? retry(context, model, target, state.nonce)
    : prepareSync(context, model, target);
  const fee = await context.chain.runtimeApi('userModelSyncApi', 'syncFee', { model, target });
  // The dry run names the reason.
  if (fee === undefined) await call.dryRun();
  const message = required(fee, 'fee of such a message');
  const estimate = await call.estimate();
  return { message, call: estimate, total: message + estimate.fee };
}

/**
 * Prepares sending the newest request again as it was. Whoever sends it pays. The receiver answers it as before if it has it.
 * @throws SdkError `NOT_FOUND` if there was no request.
 */
export async function retrySync(
  context: ClientContext,
  model: Hex,
  target: number,
): Promise<PreparedCall<SentMessage>> {
  return retry(context, model, target, await newestNonce(context, model, target));
}

/**
 * Prepares recording that the newest request got no answer in time.
 * @throws SdkError `NOT_FOUND` if there was no request.
 */
export async function expireSync(
  context: ClientContext,
  model: Hex,
  target: number,
): Promise<PreparedCall<void>> {
  const nonce = await newestNonce(context, model, target);
  const args = { model, target, nonce };
  return context.chain.prepare(context.identity.account, 'userModelSync', 'expireSync', args);
}

function retry(
  { chain, identity }: ClientContext,
  model: Hex,
  target: number,
  nonce: bigint,
): PreparedCall<SentMessage> {
  const sent = (events: readonly LedgerEvent[]): SentMessage => ({
    nonce,
    fee: eventData(events, 'SyncRetried').fee,
  });
  return chain.prepare(
    identity.account,
    'userModelSync',
    'retrySync',
    { model, target, nonce },
    sent,
  );
}

async function newestNonce({ chain }: ClientContext, model: Hex, target: number): Promise<bigint> {
  return required(await syncState(chain, model, target), 'request of this model to that chain')
    .nonce;
}
