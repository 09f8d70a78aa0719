// SPDX-License-Identifier: Apache-2.0
// Showing another chain all that is sealed of a model: one message after the other, each once.
import { type Hex, UserModelSyncNothingToSyncError } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import { readThrough } from './connection.ts';
import type { ClientContext } from './context.ts';
import { subscribeHeads } from './subscriptions.ts';
import { prepareSync } from './sync.ts';
import {
  isOutstanding,
  type SyncState,
  type SyncWaitOptions,
  syncState,
  waitForSync,
} from './sync-state.ts';

/** Blocks within which a signed transaction is in a block or never will be: its mortal era. */
const ERA = 64;

/** How {@link syncModel} goes about it. */
export interface SyncModelOptions extends SyncWaitOptions {
  /** Told of each message when it is sent (or found to be outstanding), and when it is answered. */
  readonly onProgress?: (state: SyncState) => void;
}

/** What became of a model's messages. */
export interface SyncReport {
  /** In order; the last one may be `Refused` or `TimedOut`. */
  readonly messages: readonly SyncState[];
  /** Whether the target has acknowledged all that was sealed when the last message was answered. */
  readonly complete: boolean;
}

/**
 * Sends what the target lacks of a model, message after message, until it has acknowledged everything, refuses one or leaves
 * one unanswered. A request that is outstanding already is waited for, not sent again: that is for `retrySync`.
 * @throws PalletError `userModelSync.NothingToSync` if there is nothing to begin with, `ChainNotAccepted`, `FeeNotPaid` and other
 * errors of sending; SdkError `SYNC_UNANSWERED` and `SYNC_SUPERSEDED`; those of submissions.
 */
export async function syncModel(
  context: ClientContext,
  model: Hex,
  target: number,
  { onProgress = () => {}, ...options }: SyncModelOptions = {},
): Promise<SyncReport> {
  const { chain } = context;
  const { signal } = options;
  const state = (): Promise<SyncState | undefined> =>
    readThrough(chain.api, () => syncState(chain, model, target), signal);
  const messages: SyncState[] = [];
  for (;;) {
    const before = await state();
    signal?.throwIfAborted();
    const isSentBefore = isOutstanding(before);
    if (!isSentBefore) {
      const isSent = await sendNext(context, model, target, before?.nonce ?? 0n, options).catch(
        (error) => {
          if (messages.length > 0 && error instanceof UserModelSyncNothingToSyncError) return false;
          throw error;
        },
      );
      if (!isSent) return { messages, complete: true };
    }
    const nonce = (before?.nonce ?? 0n) + (isSentBefore ? 0n : 1n);
    const sent = await state();
    if (sent?.nonce === nonce) onProgress(sent);
    const answered = await waitForSync(chain, model, target, nonce, options);
    messages.push(answered);
    onProgress(answered);
    if (answered.status !== 'Acknowledged') return { messages, complete: false };
  }
}

/** Sends the next message once. A submission of which it is not known whether it is in a block is looked for. */
async function sendNext(
  context: ClientContext,
  model: Hex,
  target: number,
  last: bigint,
  { finalized = false, signal }: SyncWaitOptions,
): Promise<true> {
  const call = prepareSync(context, model, target);
  // What would be refused costs nothing this way.
  await readThrough(context.chain.api, () => call.dryRun(), signal);
  signal?.throwIfAborted();
  try {
    await call.submit({ finalized });
  } catch (error) {
    const isUnknown =
      error instanceof SdkError && ['NOT_CONNECTED', 'TRANSACTION_TIMEOUT'].includes(error.code);
    if (!isUnknown || !(await appears(context, model, target, last + 1n, signal))) throw error;
  }
  return true;
}

/** Whether a request appears before a transaction that was signed by now is worth nothing any more. */
async function appears(
  { chain }: ClientContext,
  model: Hex,
  target: number,
  nonce: bigint,
  signal?: AbortSignal,
): Promise<boolean> {
  const { api } = chain;
  let end: number | undefined;
  for await (const _ of subscribeHeads(chain, signal === undefined ? {} : { signal })) {
    const seen = await readThrough(
      api,
      async () => ({
        number: (await api.rpc.chain.getHeader()).number.toNumber(),
        state: await syncState(chain, model, target),
      }),
      signal,
    );
    if (seen === undefined) break;
    if ((seen.state?.nonce ?? 0n) >= nonce) return true;
    end ??= seen.number + ERA;
    if (seen.number > end) return false;
  }
  return false;
}
