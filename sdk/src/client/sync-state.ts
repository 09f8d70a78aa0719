// SPDX-License-Identifier: Apache-2.0
// Where the requests of a model to other chains stand, and waiting for their answers.
import type { Custody, Hex, Refusal, RequestState, Route } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import type { LedgerChain } from './chain.ts';
import { readThrough } from './connection.ts';
import { subscribeHeads } from './subscriptions.ts';

/** Milliseconds to wait for an answer: more than the blocks after which the chain itself says that none came. */
const ANSWER_TIMEOUT = 20 * 60_000;

/** The newest request of a model to a chain. */
export interface SyncState {
  /** Para id of the chain that is told. */
  readonly target: number;
  /** Counts the requests of the model to that chain, from 1. */
  readonly nonce: bigint;
  /**
   * `Pending`, `Acknowledged`, `Refused` or `TimedOut`. The last one says that no answer came so far, not that nothing
   * happened: an answer counts whenever it comes.
   */
  readonly status: RequestState['type'];
  /** Why it was refused. */
  readonly reason?: Refusal;
  /** Index of its first op, and how many ops it has. */
  readonly first: number;
  readonly count: number;
  /** Whether it offers the model's ownership. */
  readonly isHandOver: boolean;
  /** Block of the sending chain in which it was last sent. */
  readonly sentAt: number;
  /** Index of the first op that the target has not acknowledged. */
  readonly acknowledged: number;
}

/** How to wait for an answer. */
export interface SyncWaitOptions {
  /** Count only what is final on the sending chain. */
  readonly finalized?: boolean;
  /** Milliseconds to wait for each answer; 1,200,000 by default. */
  readonly timeout?: number;
  /** Wait on though the request has timed out on the chain: an answer counts whenever it comes. */
  readonly pastTimeout?: boolean;
  /** Ends the wait. Nothing is taken back. */
  readonly signal?: AbortSignal;
}

/**
 * The newest request of a model to a chain; undefined if there was none. On the newest state, or on that of the block `at`.
 * @throws SdkError `NOT_CONNECTED`.
 */
export async function syncState(
  chain: LedgerChain,
  model: Hex,
  target: number,
  at?: Hex,
): Promise<SyncState | undefined> {
  const route = await chain.runtimeApi('userModelSyncApi', 'syncState', { model, target }, at);
  return route === undefined ? undefined : stateOf(target, route);
}

function stateOf(target: number, { acknowledged, request }: Route): SyncState {
  const { nonce, state, first, count, handOver, sent } = request;
  return {
    target,
    nonce,
    status: state.type,
    ...(state.type === 'Refused' ? { reason: state.value } : {}),
    first,
    count,
    isHandOver: handOver !== undefined,
    sentAt: sent,
    acknowledged,
  };
}

/** Whether a request has no answer yet. */
export const isOutstanding = (
  state: SyncState | undefined,
): state is SyncState & { readonly status: 'Pending' | 'TimedOut' } =>
  state?.status === 'Pending' || state?.status === 'TimedOut';

/**
 * Waits until a request is answered or, unless `pastTimeout`, has timed out on the chain. Follows the chain's heads and sends nothing. Connections may
 * come and go.
 * @throws SdkError `SYNC_UNANSWERED` if that takes longer than `timeout`, `SYNC_SUPERSEDED` if a later request is found, so that
 * the chain has forgotten what became of this one; the reason of `signal`.
 */
export async function waitForSync(
  chain: LedgerChain,
  model: Hex,
  target: number,
  nonce: bigint,
  {
    finalized = false,
    timeout = ANSWER_TIMEOUT,
    pastTimeout = false,
    signal,
  }: SyncWaitOptions = {},
): Promise<SyncState> {
  const { api } = chain;
  const deadline = AbortSignal.timeout(timeout);
  const ended = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  for await (const _ of subscribeHeads(chain, { signal: ended })) {
    const read = async (): Promise<SyncState | undefined> => {
      const at = finalized ? (await api.rpc.chain.getFinalizedHead()).toHex() : undefined;
      return syncState(chain, model, target, at);
    };
    const state = await readThrough(api, read, ended);
    if (state === undefined || state.nonce < nonce) continue;
    if (state.nonce > nonce) {
      throw new SdkError('SYNC_SUPERSEDED', `Request ${nonce} was followed by ${state.nonce}.`, {
        hint: 'Its answer came before: what the target has is in syncState.',
      });
    }
    const isOpen = pastTimeout ? isOutstanding(state) : state.status === 'Pending';
    if (!isOpen) return state;
  }
  signal?.throwIfAborted();
  throw new SdkError('SYNC_UNANSWERED', `No answer came within ${timeout} ms.`, {
    details: `Request ${nonce} to para ${target} is outstanding.`,
    hint: 'Wait on with waitForSync. Once the request has timed out on the chain, retrySync asks again.',
  });
}

/** Whether a model is locked by an offer of its ownership or was handed over; undefined if it is owned here. */
export function custody(chain: LedgerChain, model: Hex): Promise<Custody | undefined> {
  return chain.query('userModels', 'custodies', model);
}
