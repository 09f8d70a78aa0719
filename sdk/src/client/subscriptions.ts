// SPDX-License-Identifier: Apache-2.0
// What happens on the chain, as async iterators. They follow state, not messages: after a reconnect nothing is missing and
// nothing comes twice.

import type { SealedBlock } from '@training-ledger/protocol';
import type { Hex, Round } from '@training-ledger/runtime-types';
import { getBlock } from './blocks.ts';
import type { LedgerChain } from './chain.ts';
import { readThrough } from './connection.ts';

/** Options of a subscription. */
export interface SubscribeOptions {
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /** Follow final blocks only: later, but nothing that is shown is taken back. */
  readonly finalized?: boolean;
}

/** A round as it stands now. */
export interface RoundUpdate {
  readonly base: Hex;
  readonly index: number;
  readonly round: Round;
}

/** Yields at once and after every new head; heads that come while the consumer works are taken together. */
export async function* subscribeHeads(
  chain: LedgerChain,
  { signal, finalized = false }: SubscribeOptions = {},
): AsyncGenerator<void> {
  let isNew = true;
  let wake = (): void => {};
  const abort = (): void => wake();
  const { api } = chain;
  const notice = (): void => {
    isNew = true;
    wake();
  };
  signal?.addEventListener('abort', abort);
  // polkadot-js subscribes again after a reconnect; what was missed meanwhile is looked for at once.
  api.on('connected', notice);
  let unsubscribe: (() => void) | undefined;
  try {
    const { subscribeFinalizedHeads, subscribeNewHeads } = api.rpc.chain;
    const subscribe = finalized ? subscribeFinalizedHeads : subscribeNewHeads;
    unsubscribe = await readThrough(api, () => subscribe(notice), signal);
    while (!signal?.aborted) {
      if (isNew) {
        isNew = false;
        yield;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    api.off('connected', notice);
    unsubscribe?.();
  }
}

/** Reads the newest state, or the newest final one. */
async function newest(
  chain: LedgerChain,
  { finalized = false }: SubscribeOptions,
): Promise<LedgerChain['query']> {
  if (!finalized) return chain.query.bind(chain);
  const { hash } = await chain.finalized();
  return (pallet, item, ...keys) => chain.queryAt(hash, pallet, item, ...keys);
}

/**
 * Sealed blocks from number `from` (1 by default), each once, in order, as the node's newest state (or newest final one) has
 * them: verify them before use. Connections may come and go.
 */
export async function* subscribeBlocks(
  chain: LedgerChain,
  { from = 1n, ...options }: SubscribeOptions & { from?: bigint } = {},
): AsyncGenerator<SealedBlock> {
  let next = from;
  for await (const _ of subscribeHeads(chain, options)) {
    const { signal } = options;
    const last = await readThrough(
      chain.api,
      async () => (await newest(chain, options))('trainingLedger', 'lastBlock'),
      signal,
    );
    for (; last !== undefined && next <= last && !signal?.aborted; next++) {
      const block = await readThrough(chain.api, () => getBlock(chain, next), signal);
      if (block !== undefined) yield block;
    }
  }
}

/**
 * The rounds of a federation, each time one changes; from the newest one on. States between which nobody looked are left
 * out, but none comes twice. Connections may come and go.
 */
export async function* subscribeRounds(
  chain: LedgerChain,
  base: Hex,
  options: SubscribeOptions = {},
): AsyncGenerator<RoundUpdate> {
  let index: number | undefined;
  let seen = '';
  for await (const _ of subscribeHeads(chain, options)) {
    const { signal } = options;
    const current = await readThrough(
      chain.api,
      async () => (await newest(chain, options))('zkpot', 'currentRound', base),
      signal,
    );
    if (current === undefined) continue;
    // Rounds that came and went while the consumer worked are shown as they ended.
    for (index ??= current; index <= current; index++) {
      const at = index;
      const round = await readThrough(
        chain.api,
        async () => (await newest(chain, options))('zkpot', 'rounds', base, at),
        signal,
      );
      if (signal?.aborted) return;
      const state = `${index}:${JSON.stringify(round, (_key, value) => (typeof value === 'bigint' ? value.toString() : value))}`;
      if (round !== undefined && state !== seen) {
        seen = state;
        yield { base, index, round };
      }
      if (index === current) break;
    }
  }
}
